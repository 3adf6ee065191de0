//! A code generator as people carry it, from the secret that the server shows.

use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};

/// Shows six digits that change every thirty seconds (RFC 6238).
#[derive(Clone)]
pub struct CodeGenerator {
    secret: Vec<u8>,
}

impl CodeGenerator {
    /// With a secret in base 32, as it is typed.
    pub fn of(secret: &str) -> Self {
        let bits: Vec<u8> = secret
            .bytes()
            .map(|letter| match letter {
                b'A'..=b'Z' => letter - b'A',
                b'2'..=b'7' => letter - b'2' + 26,
                _ => panic!("{letter} is no letter of base 32"),
            })
            .flat_map(|value| (0..5).rev().map(move |at| value >> at & 1))
            .collect();
        Self { secret: bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |all, bit| all << 1 | bit)).collect() }
    }

    /// What it shares with the server.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// What it shows at a time.
    pub fn shows(&self, at: DateTime<Utc>) -> String {
        let step = (at.timestamp() / 30).to_be_bytes();
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &step);
        let tag = tag.as_ref();
        let at = usize::from(tag[19] & 0xf);
        let number = u32::from_be_bytes([tag[at] & 0x7f, tag[at + 1], tag[at + 2], tag[at + 3]]);
        format!("{:06}", number % 1_000_000)
    }
}
