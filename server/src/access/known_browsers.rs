//! Browsers that signed in to an account before. Each keeps a signed note of it, so that strangers who
//! try an account's password do not hold up its owner.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;

use super::Access;
use crate::kernel::clock::from_micros;
use crate::kernel::seal::{Keyring, sha256};
use crate::people;

/// How long a browser is known without signing in.
pub(super) const LIFE: TimeDelta = TimeDelta::days(180);

/// Accounts that one browser is known for: the desks of a shift share theirs.
const ACCOUNTS: usize = 8;

/// Bytes of the browser's name.
const NAME: usize = 16;

/// Bytes of name and expiry; the signature follows.
const SIGNED: usize = NAME + 8;

/// Signs and reads what browsers keep.
pub(super) struct KnownBrowsers {
    key: hmac::Key,
}

impl KnownBrowsers {
    /// Of an installation: every node signs and reads alike.
    pub(super) fn new(keyring: &Keyring) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, keyring.derive("known browser", b"").bytes()) }
    }

    /// The name of the browser that keeps these notes, when one of them is of this account.
    pub(super) fn knows(&self, held: &str, account: &str, now: DateTime<Utc>) -> Option<String> {
        held.split('.').take(ACCOUNTS).find(|note| self.reads(note, account, now)).map(str::to_owned)
    }

    /// What a browser keeps from now on: a note of this account, and those that it keeps of others.
    fn remember(&self, held: &str, account: &str, now: DateTime<Utc>) -> String {
        let others = held.split('.').filter(|note| !note.is_empty() && !self.reads(note, account, now));
        let note = self.note(account, now);
        std::iter::once(note.as_str()).chain(others).take(ACCOUNTS).collect::<Vec<_>>().join(".")
    }

    fn note(&self, account: &str, now: DateTime<Utc>) -> String {
        let mut name = [0; NAME];
        rand::rng().fill_bytes(&mut name);
        let mut note = [name.as_slice(), &(now + LIFE).timestamp_micros().to_be_bytes()].concat();
        let signature = hmac::sign(&self.key, &signed(&note, account));
        note.extend_from_slice(signature.as_ref());
        URL_SAFE_NO_PAD.encode(note)
    }

    fn reads(&self, note: &str, account: &str, now: DateTime<Utc>) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(note) else { return false };
        let Some((body, signature)) = bytes.split_at_checked(SIGNED) else { return false };
        let expires = body.last_chunk::<8>().map(|bytes| from_micros(i64::from_be_bytes(*bytes)));
        hmac::verify(&self.key, &signed(body, account), signature).is_ok() && expires.is_some_and(|end| now < end)
    }
}

fn signed(body: &[u8], account: &str) -> Vec<u8> {
    [body, &sha256(account.as_bytes())].concat()
}

impl Access {
    /// What a browser that signed in to an account keeps from now on; `held` is what it kept before.
    pub fn remember(&self, held: Option<&str>, email: &str) -> String {
        self.inner.browsers.remember(held.unwrap_or_default(), &people::email_key(email), self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::seal::SealKey;

    fn browsers() -> KnownBrowsers {
        KnownBrowsers::new(&Keyring::new(SealKey::random()))
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn a_browser_is_known_for_the_accounts_that_signed_in_there_and_for_half_a_year() {
        let browsers = browsers();
        let one = browsers.remember("", "a@b.example", now());
        assert!(browsers.knows(&one, "a@b.example", now()).is_some());
        assert!(browsers.knows(&one, "c@b.example", now()).is_none());
        assert!(browsers.knows(&one, "a@b.example", now() + LIFE - TimeDelta::seconds(1)).is_some());
        assert!(browsers.knows(&one, "a@b.example", now() + LIFE).is_none());
        let both = browsers.remember(&one, "c@b.example", now());
        assert!(browsers.knows(&both, "a@b.example", now()).is_some());
        assert!(browsers.knows(&both, "c@b.example", now()).is_some());
    }

    #[test]
    fn what_a_browser_keeps_is_bounded_and_the_longest_unused_goes_first() {
        let browsers = browsers();
        let mut held = String::new();
        for n in 0..50 {
            held = browsers.remember(&held, &format!("{n}@b.example"), now());
            held = browsers.remember(&held, "a@b.example", now());
        }
        assert_eq!(held.split('.').count(), ACCOUNTS);
        assert!(held.len() < 700, "{}", held.len());
        assert!(browsers.knows(&held, "a@b.example", now()).is_some());
        assert!(browsers.knows(&held, "49@b.example", now()).is_some());
        assert!(browsers.knows(&held, "0@b.example", now()).is_none());
    }

    #[test]
    fn a_forged_changed_or_foreign_note_is_of_no_use() {
        let browsers = browsers();
        let held = browsers.remember("", "a@b.example", now());
        let mut bytes = URL_SAFE_NO_PAD.decode(&held).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert!(!browsers.reads(&URL_SAFE_NO_PAD.encode(&bytes), "a@b.example", now()), "byte {at}");
            bytes[at] ^= 1;
        }
        assert!(self::browsers().knows(&held, "a@b.example", now()).is_none());
        for bad in ["", ".", "....", "a", &"x.".repeat(10_000)] {
            assert!(browsers.knows(bad, "a@b.example", now()).is_none());
        }
    }
}
