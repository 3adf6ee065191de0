//! A file as it was sent: text or workbook, told apart by its first bytes and never by its name.

use super::header;
use super::table::{Table, Unreadable};
use super::{separated, workbook};

/// Most bytes that a file may have.
pub const LARGEST: usize = 20 * 1024 * 1024;

/// What was read of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct FileRead {
    /// Headings and rows.
    pub table: Table,
    /// Cells with a formula whose value is not stored in the workbook.
    pub uncomputed: u64,
}

/// Reads a file, or says why it cannot be read. Takes up to a second for the largest: call it on a
/// thread that may block.
pub fn read(bytes: &[u8], encoding: Option<&str>) -> Result<FileRead, Unreadable> {
    if bytes.len() > LARGEST {
        return Err(Unreadable::new("The file is larger than 20 MB. Leave out pictures and what is not about people."));
    }
    if bytes.starts_with(b"PK") {
        let book = workbook::read(bytes)?;
        return Ok(FileRead { table: header::table(book.lines, book.format)?, uncomputed: book.uncomputed });
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let why = "This is an old or password-protected workbook. Save it as XLSX without a password, or as CSV.";
        return Err(Unreadable::new(why));
    }
    let (lines, format) = separated::read(bytes, encoding)?;
    Ok(FileRead { table: header::table(lines, format)?, uncomputed: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(bytes: &[u8]) -> String {
        match read(bytes, None) {
            Ok(_) => panic!("it was read"),
            Err(why) => why.0,
        }
    }

    #[test]
    fn what_a_file_is_does_not_depend_on_its_name() {
        assert_eq!(read(b"Name,Mobile\nAwa,+221771234567\n", None).map_err(|why| why.0).unwrap().table.rows.len(), 1);
        assert!(why(b"PK\x03\x04").contains("broken"));
        assert!(why(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).contains("old or password-protected"));
        assert!(why(b"%PDF-1.7\n%\xe2\xe3\0").contains("not a text file"));
        assert!(why(b"").contains("headings"));
    }

    #[test]
    fn a_file_that_is_too_large_is_refused_unread() {
        assert!(why(&vec![b'a'; LARGEST + 1]).contains("20 MB"));
    }
}
