//! Proof of a device key: ECDSA over P-256 by a key that never leaves the phone.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};

use crate::kernel::seal::sha256;

/// Bytes of an uncompressed point, with its leading 4.
const POINT: usize = 65;

/// Bytes of a signature: r and s.
const SIGNATURE: usize = 64;

/// The public key in its base64url form; none when it is no uncompressed point.
pub(super) fn public_key(text: &str) -> Option<Vec<u8>> {
    let key = URL_SAFE_NO_PAD.decode(text).ok()?;
    (key.len() == POINT && key.first() == Some(&4)).then_some(key)
}

/// Whether `proof` (base64url) is the signature over `said` by the key. A point that is not on the
/// curve proves nothing.
pub(super) fn proves(public_key: &[u8], said: &str, proof: &str) -> bool {
    URL_SAFE_NO_PAD.decode(proof).is_ok_and(|signature| {
        signature.len() == SIGNATURE
            && UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_key).verify(said.as_bytes(), &signature).is_ok()
    })
}

/// How far a phone's clock may be from the server's.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// What `Muster-Proof` says: when a request was signed, and the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RequestProof<'a> {
    seconds: i64,
    signature: &'a str,
}

impl<'a> RequestProof<'a> {
    /// Of `SECONDS.SIGNATURE`; none when it is not of that form.
    pub(super) fn read(header: &'a str) -> Option<Self> {
        let (seconds, signature) = header.trim().split_once('.')?;
        // One way to write each number, so that what is signed is what is read.
        let plain = seconds.bytes().all(|digit| digit.is_ascii_digit()) && !seconds.starts_with('0');
        let seconds = seconds.parse().ok().filter(|_| plain)?;
        Some(Self { seconds, signature })
    }

    /// Whether it was signed now, as far as clocks agree.
    pub(super) fn is_fresh(self, now: DateTime<Utc>) -> bool {
        now.timestamp().abs_diff(self.seconds) <= SKEW.num_seconds().unsigned_abs()
    }

    /// Whether the key has signed this request with this token.
    pub(super) fn is_of(self, public_key: &[u8], method: &str, path: &str, token: &str) -> bool {
        let hash = URL_SAFE_NO_PAD.encode(sha256(token.as_bytes()));
        let said = format!("{method}\n{path}\n{}\n{hash}", self.seconds);
        proves(public_key, &said, self.signature)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

    /// A phone's key.
    pub(in crate::devices) struct DeviceKey(EcdsaKeyPair);

    impl DeviceKey {
        pub(in crate::devices) fn new() -> Self {
            Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
        }

        pub(in crate::devices) fn public(&self) -> String {
            URL_SAFE_NO_PAD.encode(self.0.public_key())
        }

        /// `Muster-Proof` of a request.
        pub(in crate::devices) fn proof(&self, method: &str, path: &str, at: DateTime<Utc>, token: &str) -> String {
            let hash = URL_SAFE_NO_PAD.encode(sha256(token.as_bytes()));
            let seconds = at.timestamp();
            format!("{seconds}.{}", self.sign(&format!("{method}\n{path}\n{seconds}\n{hash}")))
        }

        pub(in crate::devices) fn sign(&self, said: &str) -> String {
            URL_SAFE_NO_PAD.encode(self.0.sign(&SystemRandom::new(), said.as_bytes()).unwrap())
        }
    }

    #[test]
    fn only_the_key_itself_proves_and_only_what_was_said() {
        let (key, other) = (DeviceKey::new(), DeviceKey::new());
        let public = public_key(&key.public()).unwrap();
        assert!(proves(&public, "muster-enrol|A", &key.sign("muster-enrol|A")));
        assert!(!proves(&public, "muster-enrol|B", &key.sign("muster-enrol|A")));
        assert!(!proves(&public, "muster-enrol|A", &other.sign("muster-enrol|A")));
        assert!(!proves(&public, "muster-enrol|A", ""));
        assert!(!proves(&public, "muster-enrol|A", &URL_SAFE_NO_PAD.encode([0; 64])));
    }

    #[test]
    fn a_key_is_an_uncompressed_point_on_the_curve() {
        assert_eq!(public_key(""), None);
        assert_eq!(public_key("!"), None);
        assert_eq!(public_key(&URL_SAFE_NO_PAD.encode([4; 64])), None);
        assert_eq!(public_key(&URL_SAFE_NO_PAD.encode([2; 65])), None);
        let off_the_curve = public_key(&URL_SAFE_NO_PAD.encode([4; 65])).unwrap();
        assert!(!proves(&off_the_curve, "x", &DeviceKey::new().sign("x")));
    }

    #[test]
    fn a_request_is_proven_for_its_method_its_path_its_token_and_its_minute_only() {
        let (key, other) = (DeviceKey::new(), DeviceKey::new());
        let public = public_key(&key.public()).unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let header = key.proof("GET", "/v1/me/now", now, "token");
        let proof = RequestProof::read(&header).unwrap();
        assert!(proof.is_of(&public, "GET", "/v1/me/now", "token"));
        assert!(!proof.is_of(&public, "PUT", "/v1/me/now", "token"));
        assert!(!proof.is_of(&public, "GET", "/v1/me/profile", "token"));
        assert!(!proof.is_of(&public, "GET", "/v1/me/now", "another"));
        assert!(!proof.is_of(&public_key(&other.public()).unwrap(), "GET", "/v1/me/now", "token"));
        for (seconds, fresh) in [(-61, false), (-60, true), (0, true), (60, true), (61, false)] {
            assert_eq!(proof.is_fresh(now + TimeDelta::seconds(seconds)), fresh, "{seconds} s");
        }
        // The time is part of what was signed.
        let later = header.replacen("1800000000", "1800000001", 1);
        assert!(!RequestProof::read(&later).unwrap().is_of(&public, "GET", "/v1/me/now", "token"));
    }

    #[test]
    fn a_proof_that_is_not_written_as_one_is_none() {
        for odd in ["", ".", "12", "12,AAAA", "-12.AAAA", "+12.AAAA", "012.AAAA", " .AAAA", "1e3.AAAA", "x.y"] {
            assert_eq!(RequestProof::read(odd), None, "{odd}");
        }
        let beyond = format!("{}.AAAA", u64::MAX);
        assert_eq!(RequestProof::read(&beyond), None);
        let end = format!("{}.AAAA", i64::MAX);
        assert!(!RequestProof::read(&end).unwrap().is_fresh(DateTime::from_timestamp(0, 0).unwrap()));
    }
}
