//! Where the headings are: lists begin with titles, blank lines and rows of tags.

use super::headings::meaning;
use super::table::{Cell, Line, Table, Unreadable};

/// Lines among which the headings are sought.
const LOOKED_AT: usize = 15;

/// Parts the lines of a file into headings and rows.
pub(super) fn table(mut lines: Vec<Line>, format: String) -> Result<Table, Unreadable> {
    let at = heading_line(&lines).ok_or_else(|| {
        Unreadable::new("There is no row of headings. Put one above the people: at least a name and an office.")
    })?;
    let rows = lines.split_off(at + 1);
    let headings = lines.pop().map(|line| line.cells).unwrap_or_default();
    let headings = headings.into_iter().map(|cell| cell.text).collect();
    let rows: Vec<Line> = rows.into_iter().filter(|line| !is_tags(line)).collect();
    if rows.is_empty() {
        return Err(Unreadable::new("There are headings and nobody below them."));
    }
    Ok(Table { headings, rows, format })
}

/// The line with the most headings that mean something; where none means anything, the first with
/// more than one cell.
fn heading_line(lines: &[Line]) -> Option<usize> {
    let known = |line: &Line| line.cells.iter().filter(|cell| meaning(&cell.text).is_some()).count();
    let mut best: Option<(usize, usize)> = None;
    for (at, line) in lines.iter().take(LOOKED_AT).enumerate() {
        let count = known(line);
        if count >= 2 && best.is_none_or(|(_, most)| count > most) {
            best = Some((at, count));
        }
    }
    let first = || lines.iter().take(LOOKED_AT).position(|line| filled(line) > 1);
    best.map(|(at, _)| at).or_else(first)
}

fn filled(line: &Line) -> usize {
    line.cells.iter().filter(|cell| !cell.is_empty()).count()
}

/// Whether a row holds HXL tags, the second heading of humanitarian lists.
fn is_tags(line: &Line) -> bool {
    let tag =
        |cell: &Cell| cell.text.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic()));
    let tags = line.cells.iter().filter(|cell| tag(cell)).count();
    tags > 0 && tags * 2 >= filled(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rows: &[&[&str]]) -> Vec<Line> {
        rows.iter()
            .zip(1..)
            .map(|(cells, number)| Line { number, cells: cells.iter().map(|text| Cell::text(text)).collect() })
            .collect()
    }

    #[test]
    fn titles_above_and_tags_below_the_headings_are_passed_over() {
        let rows: &[&[&str]] = &[
            &["Staff list, November", "", ""],
            &["CONFIDENTIAL"],
            &["No", "Full name", "Mobile"],
            &["", "#name", "#contact+phone"],
            &["1", "Awa Diallo", "+221"],
        ];
        let table = table(lines(rows), String::new()).map_err(|why| why.0).unwrap();
        assert_eq!(table.headings, ["No", "Full name", "Mobile"]);
        assert_eq!(table.rows.iter().map(|line| line.number).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn headings_in_no_known_language_are_the_first_row_with_several_cells() {
        let rows: &[&[&str]] = &[&["Lista"], &["Imię", "Wydział"], &["Ewa", "Logistyka"]];
        let table = table(lines(rows), String::new()).map_err(|why| why.0).unwrap();
        assert_eq!(table.headings, ["Imię", "Wydział"]);
    }

    #[test]
    fn a_file_without_people_is_refused() {
        let empty: &[&[&str]] = &[&["Name", "Mobile"]];
        assert!(table(lines(empty), String::new()).is_err_and(|why| why.0.contains("nobody")));
        assert!(table(Vec::new(), String::new()).is_err_and(|why| why.0.contains("headings")));
    }
}
