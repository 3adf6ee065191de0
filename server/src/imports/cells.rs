//! What a cell says, once what people and spreadsheets add to it is taken off.

use super::mojibake::{Spoiled, spoiled};
use super::table::{CELL, Cell, Nature};
use crate::kernel::text::folded;

/// Why a cell cannot be read, in a sentence that says what to do.
pub(super) type Why = String;

/// Words by which a list says that it knows nothing.
const NOTHING: &[&str] =
    &["n/a", "#n/a", "none", "tbd", "tbc", "неизвестно", "нет", "neant", "aucun", "ninguno", "无", "لا يوجد"];

/// The text of a cell; none when it is empty or says that nothing is known.
pub(super) fn text(cell: &Cell) -> Result<Option<String>, Why> {
    let text = single_blanks(&cell.text);
    if text.chars().all(|letter| "-–—_.?*/ ".contains(letter)) || NOTHING.contains(&folded(&text).as_str()) {
        return Ok(None);
    }
    if text == "NULL" {
        return Ok(None);
    }
    if cell.nature == Nature::Error || (text.starts_with('#') && text.ends_with(['!', '?'])) {
        return Err("The spreadsheet shows an error here. Correct the formula or type the value.".to_owned());
    }
    if cell.text.chars().count() > CELL {
        return Err(format!("The cell has more than {CELL} characters. Shorten it."));
    }
    match spoiled(&text) {
        Some(Spoiled::WronglyDecoded(said)) => {
            Err(format!("This looks like wrongly decoded text: it may have been “{said}”. Export the list as UTF-8."))
        }
        Some(Spoiled::Lost) => {
            Err("Letters of this were lost before it came here. Export the list as UTF-8.".to_owned())
        }
        None => Ok(Some(text)),
    }
}

/// Whether a cell begins as a formula does. It is kept as text and never computed.
pub(super) fn looks_like_formula(cell: &Cell) -> bool {
    let mut letters = cell.text.chars();
    let first = letters.next();
    let then = letters.next();
    match first {
        Some('=') => cell.nature == Nature::Text,
        Some('@') => true,
        Some('+' | '-') => then.is_some_and(|letter| letter.is_alphabetic() || letter == '('),
        _ => false,
    }
}

/// Blanks of every kind as single ones, invisible marks taken off.
fn single_blanks(text: &str) -> String {
    let visible: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// Digits of any script as 0 to 9, full-width signs as plain ones.
pub(super) fn plain_digits(text: &str) -> String {
    let digit = |letter: char, zero: char| char::from_digit(u32::from(letter) - u32::from(zero), 10).unwrap_or(letter);
    text.chars()
        .map(|letter| match letter {
            '\u{0660}'..='\u{0669}' => digit(letter, '\u{0660}'),
            '\u{06f0}'..='\u{06f9}' => digit(letter, '\u{06f0}'),
            '\u{ff10}'..='\u{ff19}' => digit(letter, '\u{ff10}'),
            '\u{0966}'..='\u{096f}' => digit(letter, '\u{0966}'),
            '＋' => '+',
            '（' => '(',
            '）' => ')',
            '٫' => ',',
            other => other,
        })
        .collect()
}

/// A decimal number, with a comma or a point, with or without marks between thousands.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let text: String = plain_digits(text).chars().filter(|letter| !letter.is_whitespace() && *letter != '\'').collect();
    let (comma, point) = (text.rfind(','), text.rfind('.'));
    let plain = match (comma, point) {
        (Some(comma), Some(point)) if comma > point => text.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => text.replace(',', ""),
        (Some(_), None) => text.replace(',', "."),
        _ => text,
    };
    let number = plain.parse::<f64>().ok()?;
    number.is_finite().then_some(number)
}

/// Whether a spreadsheet has shortened a long number: `2.52616E+11` has lost its last digits.
pub(super) fn is_rounded(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || ".,+".contains(c));
    digits(mantissa) && digits(exponent) && exponent.starts_with('+')
}

/// A number or code of the organisation: what spreadsheets add to whole numbers is taken off.
pub(super) fn code(cell: &Cell) -> Result<Option<String>, Why> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let text = plain_digits(&text);
    if is_rounded(&text) {
        return Err("The spreadsheet has rounded this number. Format the column as text and fill it again.".to_owned());
    }
    let whole = text.split_once(['.', ',']).filter(|(digits, rest)| {
        let all = |part: &str, fits: fn(char) -> bool| !part.is_empty() && part.chars().all(fits);
        all(digits, |c| c.is_ascii_digit()) && all(rest, |c| c == '0') && rest.len() < 3
    });
    Ok(Some(whole.map_or(text.clone(), |(digits, _)| digits.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_marks_are_taken_off_and_nothing_is_nothing() {
        assert_eq!(text(&Cell::text(" Awa\u{a0} \u{200f}Diallo ")).unwrap().as_deref(), Some("Awa Diallo"));
        for nothing in ["", "-", " – ", "N/A", "#N/A", "néant", "нет", "无", "???", "NULL", "none"] {
            assert_eq!(text(&Cell::text(nothing)).unwrap(), None, "{nothing}");
        }
        assert_eq!(text(&Cell::text("Null")).unwrap().as_deref(), Some("Null"));
    }

    #[test]
    fn errors_and_spoiled_text_are_named() {
        assert!(text(&Cell::text("#REF!")).unwrap_err().contains("shows an error"));
        assert!(text(&Cell::text("JosÃ©")).unwrap_err().contains("“José”"));
        assert!(text(&Cell::text("Jos\u{fffd}")).unwrap_err().contains("lost"));
        assert!(text(&Cell::text(&"x".repeat(CELL + 1))).unwrap_err().contains("characters"));
    }

    #[test]
    fn what_begins_like_a_formula_is_known_and_numbers_are_not() {
        for formula in ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-A1", "=HYPERLINK(\"x\")"] {
            assert!(looks_like_formula(&Cell::text(formula)), "{formula}");
        }
        for plain in ["+252 61 555", "-5", "a=b", "", "-"] {
            assert!(!looks_like_formula(&Cell::text(plain)), "{plain}");
        }
    }

    #[test]
    fn decimals_come_with_commas_and_points() {
        for text in ["1234,5", "1234.5", "1 234,5", "1.234,5", "1,234.5", "1'234.5", "١٢٣٤٫٥"] {
            assert_eq!(decimal(text), Some(1234.5), "{text}");
        }
        assert_eq!(decimal("12 rue"), None);
        assert_eq!(decimal(""), None);
    }

    #[test]
    fn codes_lose_what_spreadsheets_add_and_rounded_ones_are_refused() {
        let code = |text: &str| code(&Cell::text(text));
        assert_eq!(code("1001.0").unwrap().as_deref(), Some("1001"));
        assert_eq!(code("1001,0").unwrap().as_deref(), Some("1001"));
        assert_eq!(code("٠٠٧").unwrap().as_deref(), Some("007"));
        assert_eq!(code("A-12.5").unwrap().as_deref(), Some("A-12.5"));
        assert!(code("1.00123E+11").unwrap_err().contains("rounded"));
    }
}
