//! Codes of a code generator (RFC 6238) and recovery codes.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use chrono::{DateTime, Utc};
use rand::Rng;
use totp_rs::Builder;
use uuid::Uuid;

use crate::kernel::ids;
use crate::kernel::seal::Keyring;

/// How long one code is shown, in seconds.
const STEP_S: u64 = 30;

/// Digits of a code.
const DIGITS: usize = 6;

/// Letters of a recovery code, five random bits each.
const RECOVERY_LETTERS: usize = 12;

/// How many recovery codes are given at once.
pub(super) const RECOVERY_CODES: usize = 10;

/// Longest text that is looked at.
const LONGEST: usize = 64;

/// What a code generator and the server share: 160 random bits, as RFC 4226 recommends.
pub(super) type Secret = [u8; 20];

/// What somebody typed where a code is asked for.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// Six digits.
    Generated(String),
    /// A recovery code as it was issued.
    Recovery(String),
    /// Neither.
    Nothing,
}

impl Typed {
    /// Blanks, dashes, case and look-alikes do not count.
    pub(super) fn read(text: &str) -> Self {
        if text.len() > LONGEST {
            return Self::Nothing;
        }
        let code = ids::folded_code(text);
        match code.len() {
            DIGITS if code.bytes().all(|byte| byte.is_ascii_digit()) => Self::Generated(code),
            RECOVERY_LETTERS => Self::Recovery(code),
            _ => Self::Nothing,
        }
    }
}

/// A new secret.
pub(super) fn fresh_secret() -> Secret {
    let mut secret = [0; 20];
    rand::rng().fill_bytes(&mut secret);
    secret
}

/// The time step whose code was typed: the step of now, or the one before or after it, for clocks that
/// differ; never one at or before `last`, whose code was used. All three are computed and compared
/// whichever fits, so that the time taken tells nothing.
pub(super) fn matching_step(secret: &Secret, typed: &str, now: DateTime<Utc>, last: i64) -> Option<i64> {
    let generator = Builder::new().with_secret(*secret).build().ok()?;
    let middle = u64::try_from(now.timestamp()).ok()? / STEP_S;
    let mut found = None;
    for step in [middle.saturating_sub(1), middle, middle + 1] {
        let code = generator.generate(step * STEP_S).to_string();
        let fits = verify_slices_are_equal(code.as_bytes(), typed.as_bytes()).is_ok();
        let step = i64::try_from(step).ok()?;
        if fits && step > last && found.is_none() {
            found = Some(step);
        }
    }
    found
}

/// The code that a generator with this secret shows at a time.
#[cfg(test)]
pub(super) fn shown(secret: &Secret, at: DateTime<Utc>) -> String {
    let generator = Builder::new().with_secret(*secret).build().unwrap();
    generator.generate(u64::try_from(at.timestamp()).unwrap()).to_string()
}

/// The address by which code generators take a secret.
pub(super) fn uri(secret: &Secret, account: &str) -> String {
    let account: String = account
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let secret = base32(secret);
    format!("otpauth://totp/Muster:{account}?secret={secret}&issuer=Muster&algorithm=SHA1&digits=6&period=30")
}

/// Base 32 without padding (RFC 4648, section 6).
pub(super) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0);
    let letter = |start: usize| {
        let value = (0..5).fold(0_usize, |value, offset| value << 1 | usize::from(bit(start + offset)));
        char::from(ALPHABET.get(value).copied().unwrap_or_default())
    };
    (0..bytes.len() * 8).step_by(5).map(letter).collect()
}

/// New recovery codes.
pub(super) fn fresh_recovery() -> Vec<String> {
    (0..RECOVERY_CODES).map(|_| ids::spoken(RECOVERY_LETTERS)).collect()
}

/// A recovery code as it is written down: three groups of four.
pub(super) fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What a recovery code is stored by: keyed by the installation's secret, because sixty bits alone
/// could be guessed from a copy of the database.
pub(super) fn recovery_hash(keyring: &Keyring, person: Uuid, code: &str) -> Vec<u8> {
    keyring.blind_index("recovery_codes.hash", &format!("{person}/{code}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::seal::SealKey;

    /// RFC 6238, appendix B, with its SHA-1 secret; the last six of its eight digits.
    const RFC: &Secret = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standards_table() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(matching_step(RFC, code, at(seconds), 0), Some(seconds / 30), "{code}");
            assert_eq!(shown(RFC, at(seconds)), code);
        }
    }

    #[test]
    fn a_code_counts_in_its_own_step_and_the_two_beside_it() {
        let code = shown(RFC, at(1_800_000_000));
        let step = 1_800_000_000 / 30;
        for (seconds, counts) in
            [(-31, false), (-30, true), (0, true), (29, true), (59, true), (60, false), (90, false)]
        {
            let found = matching_step(RFC, &code, at(1_800_000_000 + seconds), 0);
            assert_eq!(found, counts.then_some(step), "{seconds}");
        }
    }

    #[test]
    fn a_step_that_was_used_and_those_before_it_never_count_again() {
        let now = at(1_800_000_000);
        let step = now.timestamp() / 30;
        let code = |offset: i64| shown(RFC, at(now.timestamp() + offset * 30));
        assert_eq!(matching_step(RFC, &code(0), now, step - 1), Some(step));
        assert_eq!(matching_step(RFC, &code(0), now, step), None);
        assert_eq!(matching_step(RFC, &code(-1), now, step), None);
        assert_eq!(matching_step(RFC, &code(1), now, step), Some(step + 1));
        assert_eq!(matching_step(RFC, &code(1), now, step + 1), None);
    }

    #[test]
    fn base_32_is_that_of_the_standard() {
        for (plain, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ")] {
            assert_eq!(base32(plain.as_bytes()), text);
        }
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(base32(RFC), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn the_address_holds_nothing_that_ends_it_early() {
        let uri = uri(RFC, "a+b&secret=X:é@one.example");
        assert_eq!(
            uri,
            "otpauth://totp/Muster:a%2Bb%26secret%3DX%3A%C3%A9%40one.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Muster&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn what_is_typed_is_read_as_it_was_meant() {
        assert!(Typed::read("123 456") == Typed::Generated("123456".to_owned()));
        assert!(Typed::read("o12-34L") == Typed::Generated("012341".to_owned()));
        assert!(Typed::read("abcd-efgh-jkmn") == Typed::Recovery("ABCDEFGHJKMN".to_owned()));
        for bad in ["", "12345", "1234567", "12345a", "abcd-efgh-jkm", "１２３４５６"] {
            assert!(Typed::read(bad) == Typed::Nothing, "{bad}");
        }
        assert!(Typed::read(&format!("123456{}", " ".repeat(LONGEST))) == Typed::Nothing);
    }

    #[test]
    fn recovery_codes_differ_and_are_stored_by_person_and_installation() {
        let codes = fresh_recovery();
        assert_eq!(codes.iter().collect::<std::collections::HashSet<_>>().len(), RECOVERY_CODES);
        assert!(codes.iter().all(|code| Typed::read(&grouped(code)) == Typed::Recovery(code.clone())));
        let (keyring, other) = (Keyring::new(SealKey::random()), Keyring::new(SealKey::random()));
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let hash = recovery_hash(&keyring, one, "ABCDEFGHJKMN");
        assert_eq!(hash, recovery_hash(&keyring, one, "ABCDEFGHJKMN"));
        assert_ne!(hash, recovery_hash(&keyring, two, "ABCDEFGHJKMN"));
        assert_ne!(hash, recovery_hash(&other, one, "ABCDEFGHJKMN"));
    }
}
