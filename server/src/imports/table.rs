//! A file as a table of text: what a reader of any format makes of it.

use std::fmt;

/// Most rows of a table: three times the largest list that Muster is made for.
pub const ROWS: usize = 50_000;

/// Most columns of a table.
pub const COLUMNS: usize = 200;

/// Most characters of a cell; what is longer is cut and marked as too long.
pub const CELL: usize = 4_000;

/// A table. Its rows have as many cells as they had in the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    /// Headings, in the order of the columns.
    pub headings: Vec<String>,
    /// The rows below the headings that hold something.
    pub rows: Vec<Line>,
    /// How the file was read: encoding and separator, or the sheet.
    pub format: String,
}

/// A row of a table.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, as spreadsheets count: the first is 1.
    pub number: u32,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A cell as it stands in the file.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its text, without blanks around it.
    pub text: String,
    /// What the file says about it beyond its text.
    pub nature: Nature,
}

/// What a file says about a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nature {
    /// Text, or nothing is said.
    #[default]
    Text,
    /// A number; long ones may have been rounded by the program that wrote it.
    Number,
    /// A day, already in the form of ISO 8601.
    Day,
    /// An error of the spreadsheet, such as `#REF!`.
    Error,
}

impl Cell {
    /// Of a text.
    pub fn text(text: &str) -> Self {
        Self { text: text.trim().to_owned(), nature: Nature::Text }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// Why a file cannot be read as a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Unreadable {
    /// For this reason, in a sentence that says what to do.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// The letter of a column, as spreadsheets name it: A, B, ... Z, AA.
pub fn letter(column: usize) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters
}

/// A row that is known to be too long or a table that has too many.
pub fn too_many_rows() -> Unreadable {
    Unreadable::new(format!("The list has more than {ROWS} rows. Send it in parts, one country office at a time."))
}

/// More columns than a list of people can mean.
pub fn too_many_columns() -> Unreadable {
    Unreadable::new(format!("The list has more than {COLUMNS} columns. Leave out those that are not about people."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letter), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
