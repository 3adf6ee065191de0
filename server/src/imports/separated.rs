//! Files of separated values: which separator, which lines.

use super::encoding::decode;
use super::table::{CELL, COLUMNS, Cell, Line, ROWS, Unreadable, too_many_columns, too_many_rows};
use crate::kernel::text::cut;

/// Separators that lists come with, the commonest first.
const SEPARATORS: [(u8, &str); 4] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "bar")];

/// Lines that the guess looks at.
const LOOKED_AT: usize = 50;

/// The lines of a file of separated values, and how it was read.
pub(super) fn read(bytes: &[u8], encoding: Option<&str>) -> Result<(Vec<Line>, String), Unreadable> {
    let decoded = decode(bytes, encoding).ok_or_else(|| {
        Unreadable::new("There is no such encoding. Leave it out, or name one such as utf-8 or windows-1256.")
    })?;
    if decoded.text.contains('\0') {
        return Err(Unreadable::new("This is not a text file. Save the list as CSV or XLSX and send that."));
    }
    // Excel writes `sep=;` above the list when it knows that the reader would guess wrongly.
    let (said, text) = said_separator(&decoded.text);
    let (separator, name) = said.unwrap_or_else(|| guess(text));
    let lines = lines(text, separator, if said.is_some() { 2 } else { 1 })?;
    Ok((lines, format!("{}, {name}", decoded.encoding.name())))
}

fn said_separator(text: &str) -> (Option<(u8, &'static str)>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let said = first.trim_end_matches('\r').trim_matches('"').strip_prefix("sep=");
    let known =
        said.and_then(|said| SEPARATORS.into_iter().find(|(byte, _)| said.as_bytes() == std::slice::from_ref(byte)));
    match known {
        Some(known) => (Some(known), rest),
        None => (None, text),
    }
}

/// The separator that makes the most lines equally long.
fn guess(text: &str) -> (u8, &'static str) {
    let mut best = (SEPARATORS[0], 0);
    for separator in SEPARATORS {
        let mut widths: Vec<usize> = Vec::new();
        for record in reader(text, separator.0).records().take(LOOKED_AT).flatten() {
            widths.push(record.len());
        }
        let Some(usual) = widths.iter().copied().max_by_key(|width| widths.iter().filter(|one| *one == width).count())
        else {
            continue;
        };
        let alike = widths.iter().filter(|width| **width == usual).count();
        let score = if usual < 2 { 0 } else { alike * 100 / widths.len() * 10 + usual.min(50) };
        if score > best.1 {
            best = (separator, score);
        }
    }
    best.0
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(text.as_bytes())
}

fn lines(text: &str, separator: u8, first: u32) -> Result<Vec<Line>, Unreadable> {
    let mut lines = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut reader = reader(text, separator);
    let (mut number, mut end) = (first, 0);
    loop {
        let blank = blank_lines(text, end);
        let more = reader
            .read_record(&mut record)
            .map_err(|_| Unreadable::new("The file breaks off or mixes its separators. Save it again as CSV."))?;
        if !more {
            return Ok(lines);
        }
        if record.len() > COLUMNS {
            return Err(too_many_columns());
        }
        end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        // Rows are counted as spreadsheets count them: a cell of several lines is in one.
        let own = number.saturating_add(blank);
        number = own.saturating_add(1);
        let cells: Vec<Cell> = record.iter().map(cell).collect();
        if cells.iter().all(Cell::is_empty) {
            continue;
        }
        if lines.len() > ROWS {
            return Err(too_many_rows());
        }
        lines.push(Line { number: own, cells });
    }
}

/// Blank lines behind the record that ended there: the reader passes over them.
fn blank_lines(text: &str, end: usize) -> u32 {
    let (before, behind) = text.split_at_checked(end).unwrap_or((text, ""));
    let mut rest = if before.ends_with('\r') { behind.strip_prefix('\n').unwrap_or(behind) } else { behind };
    let mut blank = 0;
    while let Some(after) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])) {
        (rest, blank) = (after, blank + 1);
    }
    blank
}

/// A cell. `="007"` is how spreadsheets are made to keep leading zeros: it means 007.
fn cell(text: &str) -> Cell {
    let text = text.trim();
    let inner = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).filter(|inner| !inner.contains('"'));
    Cell::text(&cut(inner.unwrap_or(text), CELL + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let (lines, _) = read(text.as_bytes(), None).map_err(|why| why.0).unwrap();
        lines.into_iter().map(|line| line.cells.into_iter().map(|cell| cell.text).collect()).collect()
    }

    #[test]
    fn each_separator_is_found_by_the_lines_it_makes() {
        for (separator, name) in [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")] {
            let text = ["Name", "Mail", "Phone"].join(separator) + "\n" + &["Awa", "a@x.example", "1"].join(separator);
            let (lines, format) = read(text.as_bytes(), None).map_err(|why| why.0).unwrap();
            assert_eq!(lines[1].cells.len(), 3, "{name}");
            assert_eq!(format, format!("UTF-8, {name}"));
        }
    }

    #[test]
    fn commas_within_cells_do_not_make_a_semicolon_list_a_comma_list() {
        let text = "Name;Title;Grade\n\"Diallo, Awa\";Officer, security;1,5\n\"Otieno, Ben\";Driver;2,5\n";
        assert_eq!(cells(text)[1], ["Diallo, Awa", "Officer, security", "1,5"]);
    }

    #[test]
    fn excel_may_say_the_separator_and_rows_keep_their_numbers() {
        let (lines, _) = read(b"sep=;\r\nName;Mail\r\n\r\nAwa;a,b\r\n", None).map_err(|why| why.0).unwrap();
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(lines[1].cells[1].text, "a,b");
    }

    #[test]
    fn a_guarded_number_is_its_digits_and_a_formula_stays_text() {
        assert_eq!(cells("a,b,c\n=\"\"\"007\"\"\",\"=\"\"0042\"\"\",=1+1\n")[1][1..], ["0042", "=1+1"]);
    }

    #[test]
    fn rows_are_numbered_whatever_ends_their_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["Name,Mail", "Awa,a", "", "", "Ben,b", ",", "Eva,e"].join(end);
            let (lines, _) = read(text.as_bytes(), None).map_err(|why| why.0).unwrap();
            assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 2, 5, 7], "{end:?}");
        }
    }

    #[test]
    fn line_breaks_in_quotes_do_not_make_rows() {
        let (lines, _) = read(b"Name,Note\nAwa,\"two\nlines\"\nBen,x\n", None).map_err(|why| why.0).unwrap();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[2].number, 3);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert!(read(b"\x7fELF\0\0\0\x01\x02", Some("windows-1252")).is_err());
        assert!(read(b"a,b", Some("klingon-8")).is_err());
        assert!(read(",".repeat(300).as_bytes(), None).is_err_and(|why| why.0.contains("columns")));
        assert!(read("a,b\n".repeat(ROWS + 2).as_bytes(), None).is_err_and(|why| why.0.contains("rows")));
    }
}
