//! Workbooks: XLSX behind [`archive::measure`]. Only values are read; no formula is ever computed.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, Xlsx};

use super::archive;
use super::table::{CELL, COLUMNS, Cell, Line, Nature, ROWS, Unreadable, too_many_columns, too_many_rows};
use crate::kernel::text::cut;

/// What a workbook holds.
pub(super) struct Read {
    /// The lines of the first visible sheet that has any.
    pub(super) lines: Vec<Line>,
    /// The sheet.
    pub(super) format: String,
    /// Cells with a formula whose value is not stored: they count as empty.
    pub(super) uncomputed: u64,
}

/// Reads a workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Read, Unreadable> {
    let uncomputed = archive::measure(bytes)?.uncomputed;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| broken())?;
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    for sheet in &sheets {
        let lines = lines(&mut book, sheet)?;
        if !lines.is_empty() {
            return Ok(Read { lines, format: format!("XLSX, sheet {}", cut(sheet, 60)), uncomputed });
        }
    }
    Err(Unreadable::new("The workbook has no visible sheet with anything on it. Save the list as its first sheet."))
}

/// Most cells of a sheet, empty ones before others included, and most bytes of their text.
const CELLS: usize = 4_000_000;
const CHARACTERS: usize = 64 * 1024 * 1024;

fn lines(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Vec<Line>, Unreadable> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|_| broken())?;
    let mut lines: Vec<Line> = Vec::new();
    let (mut cells, mut characters) = (0_usize, 0_usize);
    while let Some(found) = reader.next_cell().map_err(|_| broken())? {
        let (row, column) = found.get_position();
        let value = cell(found.get_value());
        if value.is_empty() {
            continue;
        }
        let (number, column) = (row.saturating_add(1), column as usize);
        if column >= COLUMNS {
            return Err(too_many_columns());
        }
        if lines.last().is_none_or(|line| line.number != number) {
            if lines.len() > ROWS {
                return Err(too_many_rows());
            }
            lines.push(Line { number, cells: Vec::new() });
        }
        let Some(line) = lines.last_mut() else { continue };
        // One text of the workbook may stand in millions of cells.
        cells += (column + 1).saturating_sub(line.cells.len());
        characters += value.text.len();
        if cells > CELLS || characters > CHARACTERS {
            return Err(Unreadable::new(
                "The workbook holds far more than a list of people. Keep its columns about people.",
            ));
        }
        if line.cells.len() <= column {
            line.cells.resize_with(column + 1, Cell::default);
        }
        if let Some(place) = line.cells.get_mut(column) {
            *place = value;
        }
    }
    lines.sort_by_key(|line| line.number);
    Ok(lines)
}

fn cell(value: &DataRef<'_>) -> Cell {
    let number = |text: String| Cell { text, nature: Nature::Number };
    match value {
        DataRef::Int(value) => number(value.to_string()),
        DataRef::Float(value) => number(plain(*value)),
        DataRef::String(text) => Cell::text(&cut(text, CELL + 1)),
        DataRef::SharedString(text) => Cell::text(&cut(text, CELL + 1)),
        DataRef::Bool(value) => Cell::text(if *value { "true" } else { "false" }),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            Cell { text: format!("{year:04}-{month:02}-{day:02}"), nature: Nature::Day }
        }
        DataRef::DateTime(span) => number(plain(span.as_f64())),
        DataRef::DateTimeIso(text) => {
            Cell { text: text.split('T').next().unwrap_or_default().to_owned(), nature: Nature::Day }
        }
        DataRef::DurationIso(text) => Cell::text(text),
        DataRef::Error(error) => Cell { text: Data::Error(error.clone()).to_string(), nature: Nature::Error },
        DataRef::Empty => Cell::default(),
    }
}

/// A number as one would type it: no exponent, no `.0`.
fn plain(value: f64) -> String {
    format!("{value}")
}

fn broken() -> Unreadable {
    Unreadable::new("The workbook cannot be read. Open it in the spreadsheet program and save it again as XLSX.")
}

#[cfg(test)]
mod tests {
    use super::super::archive::tests::archive;
    use super::*;

    /// A workbook whose one sheet holds these rows.
    fn book(rows: &str) -> Vec<u8> {
        let sheet = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
        );
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let workbook = format!(
            "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"Hidden\" sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"/>\
             <sheet name=\"Staff\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        );
        let relations = format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"rId1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
             <Relationship Id=\"rId2\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet2.xml\"/></Relationships>"
        );
        let styles = format!(
            "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        );
        let hidden = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>\
                      <row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>secret</t></is></c></row></sheetData></worksheet>";
        archive(&[
            ("xl/workbook.xml", workbook.as_bytes()),
            ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
            ("xl/styles.xml", styles.as_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
            ("xl/worksheets/sheet2.xml", hidden.as_bytes()),
        ])
    }

    fn text(place: &str, text: &str) -> String {
        format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    }

    #[test]
    fn values_are_read_as_one_would_type_them() {
        let rows = format!(
            "<row r=\"1\">{}{}</row><row r=\"3\">{}<c r=\"C3\"><v>252615550101</v></c><c r=\"D3\" s=\"1\"><v>45943</v></c>\
             <c r=\"E3\"><v>2.5</v></c></row>",
            text("A1", "Name"),
            text("C1", "Phone"),
            text("A3", " Awa Diallo ")
        );
        let Read { lines, format, .. } = read(&book(&rows)).map_err(|why| why.0).unwrap();
        assert_eq!(format, "XLSX, sheet Staff");
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 3]);
        let said: Vec<&str> = lines[1].cells.iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(said, ["Awa Diallo", "", "252615550101", "2025-10-13", "2.5"]);
        assert_eq!(lines[1].cells[2].nature, Nature::Number);
        assert_eq!(lines[1].cells[3].nature, Nature::Day);
    }

    #[test]
    fn a_formula_gives_its_stored_value_and_is_never_computed() {
        let rows = format!(
            "<row r=\"1\">{}</row><row r=\"2\"><c r=\"A2\" t=\"str\"><f>CONCAT(\"a\",\"b\")</f><v>Awa</v></c>\
             <c r=\"B2\"><f>1+1</f></c><c r=\"C2\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c><c r=\"D2\" t=\"str\"><f>\"\"</f><v></v></c></row>",
            text("A1", "Name")
        );
        let Read { lines, uncomputed, .. } = read(&book(&rows)).map_err(|why| why.0).unwrap();
        assert_eq!(uncomputed, 1);
        let cells = &lines[1].cells;
        assert_eq!((cells[0].text.as_str(), cells[0].nature), ("Awa", Nature::Text));
        assert!(cells[1].is_empty());
        assert_eq!((cells[2].text.as_str(), cells[2].nature), ("#DIV/0!", Nature::Error));
        assert_eq!(cells.len(), 3);
    }

    #[test]
    fn a_workbook_of_far_more_cells_than_a_list_is_refused() {
        let far = |rows: usize| -> String {
            (1..=rows).map(|row| format!("<row r=\"{row}\"><c r=\"GR{row}\"><v>{row}</v></c></row>")).collect()
        };
        assert!(read(&book(&far(CELLS / COLUMNS))).is_ok());
        assert!(read(&book(&far(CELLS / COLUMNS + 1))).is_err_and(|why| why.0.contains("far more than a list")));
    }

    #[test]
    fn what_is_no_workbook_or_empty_is_refused_with_a_reason() {
        assert!(read(&archive(&[("hello.txt", b"hello")])).is_err_and(|why| why.0.contains("cannot be read")));
        assert!(read(&book("")).is_err_and(|why| why.0.contains("no visible sheet")));
        assert!(
            read(&book("<row r=\"1\"><c r=\"ZZZ1\"><v>1</v></c></row>")).is_err_and(|why| why.0.contains("columns"))
        );
        assert!(read(&book("<row r=\"1\"><c r=\"A1\"><v>1</v>")).is_err());
    }
}
