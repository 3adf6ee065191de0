//! Secrets that somebody carries: a session's cookie, a link's secret, a phone's refresh secret.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;

use crate::kernel::seal::sha256;

/// 256 random bits as text.
pub fn fresh() -> String {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a secret is stored by. It has 256 random bits, so that one round is enough.
pub fn hash(secret: &str) -> [u8; 32] {
    sha256(secret.as_bytes())
}
