//! Text that somebody else's program has decoded wrongly before it came here.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1251, WINDOWS_1252, WINDOWS_1256};

/// What is wrong with the letters of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoiled {
    /// It was UTF-8 and was read as something else; this is what it most likely said.
    WronglyDecoded(String),
    /// Letters are lost for good: replacement characters or control characters stand for them.
    Lost,
}

/// Looks for signs that a cell was decoded wrongly. `JosÃ©` is `José` in UTF-8 that was read as
/// Windows-1252.
pub fn spoiled(cell: &str) -> Option<Spoiled> {
    if cell.is_ascii() {
        return None;
    }
    let said =
        [WINDOWS_1252, WINDOWS_1251, WINDOWS_1256, MACINTOSH].into_iter().find_map(|wrong| as_it_was(cell, wrong));
    if let Some(said) = said {
        return Some(Spoiled::WronglyDecoded(said));
    }
    let lost = cell.chars().any(|letter| letter == '\u{fffd}' || ('\u{80}'..='\u{9f}').contains(&letter));
    lost.then_some(Spoiled::Lost)
}

/// The text whose UTF-8 bytes were read in this encoding, if that is what happened: chance makes no
/// valid UTF-8 of the bytes of a real word.
fn as_it_was(cell: &str, wrong: &'static Encoding) -> Option<String> {
    let (bytes, _, unmappable) = wrong.encode(cell);
    if unmappable {
        return None;
    }
    let said = std::str::from_utf8(&bytes).ok()?;
    let sound = said.chars().all(|letter| letter.is_ascii() || letter.is_alphanumeric() || "’‘“”–—«»".contains(letter));
    (said.chars().count() < cell.chars().count() && sound).then(|| said.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_was_decoded_wrongly_is_known_and_what_it_said_is_told() {
        for (said, wrong) in [
            ("José Nuñez", WINDOWS_1252),
            ("Николай", WINDOWS_1251),
            ("Николай", WINDOWS_1252),
            ("محمد علي", WINDOWS_1256),
            ("Élodie Durand", MACINTOSH),
            ("李丽", WINDOWS_1252),
        ] {
            let (read, _) = wrong.decode_without_bom_handling(said.as_bytes());
            assert_eq!(spoiled(&read), Some(Spoiled::WronglyDecoded(said.to_owned())), "{read}");
        }
    }

    #[test]
    fn lost_letters_are_known() {
        assert_eq!(spoiled("Jos\u{fffd}"), Some(Spoiled::Lost));
        assert_eq!(spoiled("Jos\u{0092}"), Some(Spoiled::Lost));
    }

    #[test]
    fn good_names_of_many_languages_are_left_alone() {
        for name in [
            "José Nuñez",
            "Ødegård",
            "Nguyễn Văn Ân",
            "Николай Соколов",
            "Іваненко Ігор",
            "محمد علي",
            "李丽",
            "Ærø",
            "Zoë",
            "Ján Čapek",
            "Đorđe",
            "São Tomé",
            "O’Brien",
            "Ελένη",
            "Plain",
        ] {
            assert_eq!(spoiled(name), None, "{name}");
        }
    }
}
