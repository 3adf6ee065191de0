//! Sealing: AES-256-GCM with keys derived from the installation's one secret.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::hmac;
use rand::Rng;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Version byte in front of everything sealed, so that a later scheme can be told apart.
const VERSION: u8 = 1;

/// A sealed value did not open: wrong key, wrong place, or changed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open: wrong installation key, or the bytes were changed")]
pub struct Unsealable;

/// A 256-bit key. Never printed.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

struct Length32;

impl KeyType for Length32 {
    fn len(&self) -> usize {
        32
    }
}

impl SealKey {
    /// A new random key.
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        rand::rng().fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The key of these 32 bytes, or none for another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The raw bytes: for wrapping and for the key file only.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals `plain`; it opens only with the same `place`, which names the table, column and row.
    pub fn seal(&self, place: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rand::rng().fill_bytes(&mut nonce);
        let mut body = plain.to_vec();
        #[expect(clippy::expect_used, reason = "fails only for texts beyond 64 GiB")]
        self.cipher()
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), &mut body)
            .expect("a text below 64 GiB seals");
        let mut out = Vec::with_capacity(1 + NONCE_LEN + body.len());
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&body);
        out
    }

    /// Opens what [`SealKey::seal`] made for the same place.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let (version, rest) = sealed.split_first().ok_or(Unsealable)?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or(Unsealable)?;
        if *version != VERSION {
            return Err(Unsealable);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealable)?;
        let mut body = body.to_vec();
        let plain = self.cipher().open_in_place(nonce, Aad::from(place), &mut body).map_err(|_| Unsealable)?;
        Ok(plain.to_vec())
    }

    fn cipher(&self) -> LessSafeKey {
        #[expect(clippy::expect_used, reason = "fails only for a key of another length")]
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &self.0).expect("the key has 32 bytes"))
    }
}

/// The installation's keys, each derived from the one secret for one purpose.
#[derive(Debug, Clone)]
pub struct Keyring {
    root: SealKey,
}

impl Keyring {
    /// Of the installation's secret.
    pub fn new(root: SealKey) -> Self {
        Self { root }
    }

    /// The key for a purpose. Same secret and purpose, same key.
    pub fn derive(&self, purpose: &str, of: &[u8]) -> SealKey {
        let salt = Salt::new(HKDF_SHA256, b"muster/1");
        let mut out = [0; 32];
        let info = [purpose.as_bytes(), b"/", of];
        #[expect(clippy::expect_used, reason = "fails only for outputs beyond 255 blocks")]
        salt.extract(self.root.bytes())
            .expand(&info, Length32)
            .and_then(|okm| okm.fill(&mut out))
            .expect("32 bytes are derived");
        SealKey(out)
    }

    /// The key that wraps the data keys of everything written to a scope.
    pub fn scope(&self, scope: Uuid) -> SealKey {
        self.derive("scope", scope.as_bytes())
    }

    /// The key of one column of the register.
    pub fn column(&self, column: &str) -> SealKey {
        self.derive("column", column.as_bytes())
    }

    /// A keyed index of a value, equal for equal values, useless without the installation's secret.
    pub fn blind_index(&self, column: &str, value: &str) -> Vec<u8> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.derive("index", column.as_bytes()).bytes());
        hmac::sign(&key, value.as_bytes()).as_ref().to_vec()
    }
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_own_place_and_unchanged() {
        let key = SealKey::random();
        let mut sealed = key.seal(b"phones/number/1", b"+252615550101");
        assert_eq!(key.open(b"phones/number/1", &sealed).unwrap(), b"+252615550101");
        assert_eq!(key.open(b"phones/number/2", &sealed), Err(Unsealable));
        assert_eq!(SealKey::random().open(b"phones/number/1", &sealed), Err(Unsealable));
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(key.open(b"phones/number/1", &sealed), Err(Unsealable));
        assert_eq!(key.open(b"", &[]), Err(Unsealable));
    }

    #[test]
    fn derived_keys_depend_on_the_secret_and_on_the_purpose() {
        let (one, two) = (Keyring::new(SealKey::random()), Keyring::new(SealKey::random()));
        assert_eq!(one.column("a").bytes(), one.column("a").bytes());
        assert_ne!(one.column("a").bytes(), one.column("b").bytes());
        assert_ne!(one.column("a").bytes(), two.column("a").bytes());
        assert_ne!(one.blind_index("number", "+1"), one.blind_index("number", "+2"));
    }
}
