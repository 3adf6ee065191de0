//! Identifiers.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use rand::Rng;
use uuid::Uuid;

use super::seal::sha256;

/// Muster itself: whoever raises the test alarm, and the scope that it is written under. No random or timed
/// identifier is this one.
pub const MUSTER: Uuid = Uuid::from_u128(0x6d75_7374_6572_8000_8000_0000_0000_0001);

/// A new identifier: UUIDv7, so that rows made together lie together.
pub fn new(now: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let mut random = [0; 10];
    rand::rng().fill_bytes(&mut random);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// A random identifier, of something that no row has.
pub fn random() -> Uuid {
    let mut random = [0; 16];
    rand::rng().fill_bytes(&mut random);
    uuid::Builder::from_random_bytes(random).into_uuid()
}

/// The identifier that these parts always give. It tells no time.
pub fn named(parts: &[&[u8]]) -> Uuid {
    Uuid::from_bytes(sha256(&parts.concat()).first_chunk().copied().unwrap_or_default())
}

/// The newest of [`in_order`]: milliseconds since 1970, and twelve bits that count within one.
static NEWEST: AtomicU64 = AtomicU64::new(0);

/// As [`new`], and after every other that this process made by this function at the same time or
/// before: what is listed by it comes in the order in which it was done.
pub fn in_order(now: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let earliest = millis << 12;
    // A clock that was set back by more than a second is followed; the order begins anew.
    let after = |newest: u64| if newest > earliest + (1_000 << 12) { earliest } else { earliest.max(newest + 1) };
    let taken = NEWEST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |newest| Some(after(newest)));
    let place = after(taken.unwrap_or_else(|newest| newest));
    let mut random = [0; 10];
    rand::rng().fill_bytes(&mut random);
    let [high, low] = u16::try_from(place & 0xFFF).unwrap_or_default().to_be_bytes();
    let [first, second, ..] = &mut random;
    (*first, *second) = (high, low);
    uuid::Builder::from_unix_timestamp_millis(place >> 12, &random).into_uuid()
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
    fn identifiers_that_are_made_in_order_sort_in_order_also_within_a_millisecond() {
        let at = |millis: i64| DateTime::from_timestamp_millis(1_800_000_000_000 + millis).unwrap();
        let times = (0..5_000).map(|number| at(number / 1_000)).chain([at(2), at(2), at(900_000), at(900_000)]);
        let made: Vec<Uuid> = times.map(in_order).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
        let later = made.last().copied().unwrap();
        assert!(in_order(at(0)) < later, "a clock that was set back is followed");
    }

    #[test]
    fn a_code_reads_the_same_however_it_is_typed() {
        assert_eq!(folded_code("ab1o-Il9x "), "AB10119X");
        let code = spoken(16);
        assert_eq!(folded_code(&code), code);
        assert_eq!(code.len(), 16);
    }
}
