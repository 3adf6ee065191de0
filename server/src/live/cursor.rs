//! A place in one scope's log.

use std::fmt;

use crate::store::installation::hex;

/// Epoch, number, and the first bytes of the chain's hash there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The installation's epoch.
    pub epoch: u32,
    /// Sequence number, 0 before the first event.
    pub seq: i64,
    /// First four bytes of the hash.
    pub hash: [u8; 4],
}

impl Cursor {
    /// Of a number and its full hash.
    pub fn new(epoch: u32, seq: i64, hash: &[u8; 32]) -> Self {
        let [a, b, c, d, ..] = *hash;
        Self { epoch, seq, hash: [a, b, c, d] }
    }

    /// Reads what [`fmt::Display`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (epoch, seq, hash) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || epoch.len() != 8 || hash.len() != 8 {
            return None;
        }
        let seq: i64 = seq.parse().ok().filter(|seq| *seq >= 0)?;
        Some(Self {
            epoch: u32::from_str_radix(epoch, 16).ok()?,
            seq,
            hash: u32::from_str_radix(hash, 16).ok()?.to_be_bytes(),
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{:08x}", hex(self.epoch), self.seq, u32::from_be_bytes(self.hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_reads_back(epoch: u32, seq in 0..i64::MAX, hash: [u8; 4]) {
            let cursor = Cursor { epoch, seq, hash };
            prop_assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        }

        #[test]
        fn anything_else_is_no_cursor(text in "\\PC{0,40}") {
            if let Some(cursor) = Cursor::parse(&text) {
                prop_assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
            }
        }
    }
}
