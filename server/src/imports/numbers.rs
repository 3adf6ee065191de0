//! Telephone numbers as people write them into lists.

use super::cells::{Why, is_rounded, plain_digits, text};
use super::dialling::is_short;
use super::table::Cell;
use crate::kernel::text::e164;
use crate::places::countries::Country;

/// Countries whose numbers keep their leading zero behind the country code.
const KEEPS_ZERO: &[&str] = &["IT", "SM", "VA", "CI", "CG", "GA"];

/// Why a number cannot be read where the country of its owner's office is not known.
pub(super) const NO_COUNTRY_CODE: &str = "The number has no country code. Write it as +41 22 555 01 00.";

/// The numbers of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    /// As `+` and digits, in their order.
    pub(super) found: Vec<String>,
    /// Whether a country code was added.
    pub(super) completed: bool,
    /// Whether one has fewer digits than numbers of its country have.
    pub(super) short: bool,
}

/// Reads the numbers of a cell. One without a country code is completed by the dial code of the
/// country that its owner's office is in.
pub(super) fn numbers(cell: &Cell, country: Option<&Country>) -> Result<Numbers, Why> {
    let Some(text) = text(cell)? else { return Ok(Numbers::default()) };
    let text = plain_digits(&text);
    if is_rounded(&text) {
        return Err("The spreadsheet has rounded this number. Format the column as text and fill it again.".to_owned());
    }
    let mut numbers = Numbers::default();
    for part in text.split(['/', ';', ',', '|']).flat_map(|part| part.split(" or ")).map(str::trim) {
        if part.is_empty() {
            continue;
        }
        let plain = without_words(part);
        let number = match e164(&plain) {
            Some(number) => number,
            None => {
                numbers.completed = true;
                completed(&plain, country)?
            }
        };
        numbers.short |= is_short(&number);
        if !numbers.found.contains(&number) {
            numbers.found.push(number);
        }
    }
    if numbers.found.is_empty() { Err(not_a_number()) } else { Ok(numbers) }
}

/// Without `tel:`, `(0)`, a quotation mark that spreadsheets put before text, and dots of every kind.
fn without_words(part: &str) -> String {
    let part = part.trim_start_matches(|letter: char| letter.is_alphabetic() || ":'’. ".contains(letter));
    let part = part.replace("(0)", "");
    part.chars()
        .map(|letter| match letter {
            '‐' | '‑' | '‒' | '–' | '—' | '·' | '_' => '-',
            other => other,
        })
        .collect()
}

/// A number without a country code, as it is dialled from abroad.
fn completed(plain: &str, country: Option<&Country>) -> Result<String, Why> {
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let odd = plain.chars().any(|letter| !letter.is_ascii_digit() && !" -().".contains(letter));
    if odd || digits.is_empty() || plain.starts_with('+') {
        return Err(not_a_number());
    }
    let Some((country, dial)) = country.and_then(|one| Some((one, one.dial_codes.first()?))) else {
        return Err(NO_COUNTRY_CODE.to_owned());
    };
    let dial: String = dial.chars().filter(char::is_ascii_digit).collect();
    // Long enough to hold its country code: only the plus is missing.
    let least = match dial.len() {
        1 => 10,
        2 => 9,
        _ => 7,
    };
    let number = match digits.strip_prefix(&dial) {
        Some(rest) if rest.len() >= least => format!("+{digits}"),
        _ if KEEPS_ZERO.contains(&country.iso2.as_str()) => format!("+{dial}{digits}"),
        _ => format!("+{dial}{}", digits.strip_prefix('0').unwrap_or(&digits)),
    };
    // A short number is an extension, not something that rings from abroad.
    if digits.len() < 6 {
        return Err("This is too short to be a number that rings from elsewhere. Give the whole number.".to_owned());
    }
    e164(&number).ok_or_else(not_a_number)
}

fn not_a_number() -> Why {
    "This is not a telephone number. Write it as +41 22 555 01 00: 7 to 15 digits after the plus.".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::countries::by_iso2;

    fn read(cell: &str, country: &str) -> Result<Numbers, Why> {
        numbers(&Cell::text(cell), by_iso2(country))
    }

    fn one(cell: &str, country: &str) -> (String, bool) {
        let numbers = read(cell, country).unwrap();
        assert_eq!(numbers.found.len(), 1, "{cell}");
        (numbers.found[0].clone(), numbers.completed)
    }

    #[test]
    fn numbers_with_a_country_code_are_taken_as_they_are() {
        for cell in [
            "+254 712 345 678",
            "00254712345678",
            "tel: +254-712-345-678",
            "'+254 (0) 712 345 678",
            "＋254712345678",
            "+٢٥٤٧١٢٣٤٥٦٧٨",
            "+254‑712‑345‑678",
        ] {
            assert_eq!(one(cell, "UG"), ("+254712345678".to_owned(), false), "{cell}");
        }
    }

    #[test]
    fn numbers_without_one_get_that_of_the_office() {
        for cell in ["0712 345 678", "712345678", "254712345678"] {
            assert_eq!(one(cell, "KE"), ("+254712345678".to_owned(), true), "{cell}");
        }
        assert_eq!(one("06 12 34 56 78", "FR").0, "+33612345678");
        assert_eq!(one("06 1234 5678", "IT").0, "+390612345678");
        assert_eq!(one("7012345678", "KZ").0, "+77012345678");
        assert_eq!(one("9123456789", "IN").0, "+919123456789");
    }

    #[test]
    fn a_cell_may_hold_several() {
        let found = read("+254712345678 / 0733 111 222; +254712345678", "KE").unwrap().found;
        assert_eq!(found, ["+254712345678", "+254733111222"]);
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_reason() {
        assert!(read("2.54712E+11", "KE").unwrap_err().contains("rounded"));
        assert!(read("call Grace", "KE").unwrap_err().contains("not a telephone number"));
        assert!(read("0712 345 678 ext 4", "KE").is_err());
        assert!(read("1234", "KE").unwrap_err().contains("too short"));
        assert!(read("+1", "KE").is_err());
        assert!(numbers(&Cell::text("0712 345 678"), None).unwrap_err().contains("no country code"));
        assert_eq!(read("-", "KE").unwrap(), Numbers::default());
    }
}
