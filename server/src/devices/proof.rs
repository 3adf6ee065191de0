//! Proof of a device key: ECDSA over P-256 by a key that never leaves the phone.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

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
}
