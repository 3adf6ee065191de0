//! Identifiers.

use chrono::{DateTime, Utc};
use rand::Rng;
use uuid::Uuid;

/// A new identifier: UUIDv7, so that rows made together lie together.
pub fn new(now: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let mut random = [0; 10];
    rand::rng().fill_bytes(&mut random);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Crockford's alphabet: no letter that is mistaken for another on the radio.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `length` letters and digits that can be read out loud, five random bits each.
pub fn spoken(length: usize) -> String {
    let mut random = vec![0_u8; length];
    rand::rng().fill_bytes(&mut random);
    random.iter().map(|byte| char::from(ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'0'))).collect()
}

/// A typed code as it was issued: upper case, without dashes and blanks, look-alikes folded.
pub fn folded_code(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_the_same_however_it_is_typed() {
        assert_eq!(folded_code("ab1o-Il9x "), "AB10119X");
        let code = spoken(16);
        assert_eq!(folded_code(&code), code);
        assert_eq!(code.len(), 16);
    }
}
