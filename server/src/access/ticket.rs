//! Tickets for the live socket: signed, bound to a session, good for 30 s and for one use.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;

use crate::kernel::clock::from_micros;
use crate::kernel::seal::{Keyring, sha256};

/// How long a ticket lives.
const LIFE: TimeDelta = TimeDelta::seconds(30);

/// Bytes of session, expiry and nonce; the signature follows.
const SIGNED: usize = 32 + 8 + 16;

/// Signs and reads tickets.
pub(super) struct Tickets {
    key: hmac::Key,
}

/// A ticket whose signature and time are right. Whether it was used is not known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Genuine {
    /// The session that it was issued to.
    pub(super) session: [u8; 32],
    /// When it runs out.
    pub(super) expires: DateTime<Utc>,
    /// What its use is recorded by.
    pub(super) hash: [u8; 32],
}

impl Tickets {
    /// Of an installation: every node signs and reads alike.
    pub(super) fn new(keyring: &Keyring) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, keyring.derive("live ticket", b"").bytes()) }
    }

    /// A new ticket for a session.
    pub(super) fn issue(&self, session: &[u8; 32], now: DateTime<Utc>) -> String {
        let mut nonce = [0; 16];
        rand::rng().fill_bytes(&mut nonce);
        let mut bytes = [session.as_slice(), &(now + LIFE).timestamp_micros().to_be_bytes(), &nonce].concat();
        let signature = hmac::sign(&self.key, &bytes);
        bytes.extend_from_slice(signature.as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a ticket; none when it is forged, garbled or run out.
    pub(super) fn read(&self, ticket: &str, now: DateTime<Utc>) -> Option<Genuine> {
        let bytes = URL_SAFE_NO_PAD.decode(ticket).ok()?;
        let (signed, signature) = bytes.split_at_checked(SIGNED)?;
        hmac::verify(&self.key, signed, signature).ok()?;
        let (session, rest) = signed.split_first_chunk::<32>()?;
        let (expires, _) = rest.split_first_chunk::<8>()?;
        let expires = from_micros(i64::from_be_bytes(*expires));
        (now < expires).then(|| Genuine { session: *session, expires, hash: sha256(&bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::seal::SealKey;

    fn tickets() -> Tickets {
        Tickets::new(&Keyring::new(SealKey::random()))
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn a_ticket_lives_thirty_seconds_and_names_its_session() {
        let tickets = tickets();
        let ticket = tickets.issue(&[7; 32], now());
        assert_eq!(tickets.read(&ticket, now()).unwrap().session, [7; 32]);
        assert!(tickets.read(&ticket, now() + TimeDelta::milliseconds(29_999)).is_some());
        assert!(tickets.read(&ticket, now() + TimeDelta::seconds(30)).is_none());
        assert_ne!(tickets.issue(&[7; 32], now()), ticket);
    }

    #[test]
    fn a_changed_foreign_or_cut_ticket_is_not_read() {
        let tickets = tickets();
        let ticket = tickets.issue(&[7; 32], now());
        let mut bytes = URL_SAFE_NO_PAD.decode(&ticket).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert_eq!(tickets.read(&URL_SAFE_NO_PAD.encode(&bytes), now()), None, "byte {at}");
            bytes[at] ^= 1;
        }
        assert_eq!(self::tickets().read(&ticket, now()), None);
        assert_eq!(tickets.read(&ticket[..ticket.len() - 4], now()), None);
        assert_eq!(tickets.read("", now()), None);
    }
}
