//! What is wrong with a file, collected: by row and column, with the reason.

use std::collections::{BTreeSet, HashMap};

use wire::imports::{ImportField, ImportMapping, ImportProblem, ProblemLevel};

use super::causes::{Causes, only_column};
use super::record::Problems;
use super::table::{Line, Table, letter};
use crate::kernel::text::cut;

/// Problems that are kept: nobody reads more. The rest is counted.
const KEPT: usize = 5_000;

/// Characters of a cell that a problem quotes.
const QUOTED: usize = 80;

/// Problems of a file.
#[derive(Default)]
pub(super) struct Notes {
    problems: Vec<ImportProblem>,
    causes: Causes,
    bad: BTreeSet<u32>,
    warnings: u32,
    not_kept: u32,
}

/// Why something is wrong: of its row, and of all rows for which that is so.
pub(super) struct Why {
    row: String,
    cause: Option<String>,
}

impl Why {
    /// In words that name another row, and in words for all such rows: the other one differs from row to row, and is
    /// no cause of its own.
    pub(super) fn by_another(row: String, cause: impl Into<String>) -> Self {
        Self { row, cause: Some(cause.into()) }
    }
}

impl From<String> for Why {
    fn from(row: String) -> Self {
        Self { row, cause: None }
    }
}

impl From<&str> for Why {
    fn from(row: &str) -> Self {
        row.to_owned().into()
    }
}

/// A place in a file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place<'a> {
    /// The row's number.
    pub(super) row: Option<u32>,
    /// The column, from 0, and its heading.
    pub(super) column: Option<(usize, &'a str)>,
    /// What the column holds.
    pub(super) field: Option<ImportField>,
    /// What the cell says.
    pub(super) cell: Option<&'a str>,
}

impl Place<'_> {
    /// A whole row.
    pub(super) fn row(row: u32) -> Self {
        Self { row: Some(row), ..Self::default() }
    }
}

impl Notes {
    /// The row cannot be imported.
    pub(super) fn error(&mut self, place: Place<'_>, why: impl Into<Why>) {
        if let Some(row) = place.row {
            self.bad.insert(row);
        }
        self.note(place, ProblemLevel::Error, why.into(), false);
    }

    /// The row cannot be imported: its cell names something that is not known.
    pub(super) fn unknown(&mut self, place: Place<'_>, why: impl Into<Why>) {
        self.bad.extend(place.row);
        self.note(place, ProblemLevel::Error, why.into(), true);
    }

    /// Somebody should look.
    pub(super) fn warning(&mut self, place: Place<'_>, why: impl Into<Why>) {
        self.warnings += 1;
        self.note(place, ProblemLevel::Warning, why.into(), false);
    }

    fn note(&mut self, place: Place<'_>, level: ProblemLevel, why: Why, unknown: bool) {
        let problem = ImportProblem {
            row: place.row,
            letter: place.column.map(|(column, _)| letter(column)),
            heading: place.column.map(|(_, heading)| cut(heading, QUOTED)),
            field: place.field,
            level,
            why: why.row,
            cell: place
                .field
                .map_or_else(|| place.cell.map(|cell| cut(cell, QUOTED)), |field| quoted(field, place.cell)),
        };
        self.causes.add(&problem, why.cause, unknown);
        // Errors are kept before warnings: they are what stops a list.
        if self.problems.len() >= KEPT {
            self.not_kept += 1;
            let spare = self.problems.iter().rposition(|known| known.level == ProblemLevel::Warning);
            match spare {
                Some(at) if level == ProblemLevel::Error => drop(self.problems.remove(at)),
                _ => return,
            }
        }
        self.problems.push(problem);
    }

    /// Whether a row has an error already in one of these fields.
    pub(super) fn has_error(&self, row: u32, fields: &[ImportField]) -> bool {
        self.bad.contains(&row)
            && self.problems.iter().any(|known| {
                known.row == Some(row)
                    && known.level == ProblemLevel::Error
                    && known.field.is_some_and(|field| fields.contains(&field))
            })
    }

    /// Says of problems that name a row and a field in which column of the file that is, and what its cell
    /// says. A field that several columns hold keeps its name alone.
    pub(super) fn locate(&mut self, table: &Table, mapping: &ImportMapping) {
        let lines: HashMap<u32, &Line> = table.rows.iter().map(|line| (line.number, line)).collect();
        self.causes.locate(table, mapping);
        for problem in self.problems.iter_mut().filter(|problem| problem.letter.is_none()) {
            let (Some(field), Some(row)) = (problem.field, problem.row) else { continue };
            let Some(column) = only_column(mapping, Some(field)) else { continue };
            problem.letter = Some(letter(column));
            problem.heading = table.headings.get(column).map(|heading| cut(heading, QUOTED));
            let cell = lines.get(&row).and_then(|line| line.cells.get(column)).map(|cell| cell.text.as_str());
            problem.cell = quoted(field, cell);
        }
    }

    /// Whether a row cannot be imported.
    pub(super) fn is_bad(&self, row: u32) -> bool {
        self.bad.contains(&row)
    }

    /// Rows that cannot be imported.
    pub(super) fn bad_rows(&self) -> u32 {
        u32::try_from(self.bad.len()).unwrap_or(u32::MAX)
    }

    /// Things that somebody should look at.
    pub(super) fn warnings(&self) -> u32 {
        self.warnings
    }

    /// All that are kept, in the file's order, how many are not, and what causes them.
    pub(super) fn into_problems(mut self) -> Problems {
        self.problems.sort_by(|a, b| a.row.cmp(&b.row).then(a.level.cmp(&b.level)));
        let (causes, causes_not_kept) = self.causes.into_list();
        Problems { kept: self.problems, not_kept: self.not_kept, causes, causes_not_kept }
    }
}

/// What a problem quotes of a cell.
fn quoted(field: ImportField, cell: Option<&str>) -> Option<String> {
    cell.filter(|cell| !cell.is_empty() && !is_private(field)).map(|cell| cut(cell, QUOTED))
}

/// Fields that no problem quotes: what the list says of health, papers and homes stays in the list.
pub(super) fn is_private(field: ImportField) -> bool {
    use ImportField::{
        Allergies, BloodGroup, CurrentPlace, FallbackName, FallbackNumber, Hotel, MedicalNotes, PassportCountry,
        PassportExpires, PassportNumber, Residence,
    };
    matches!(
        field,
        Allergies
            | BloodGroup
            | CurrentPlace
            | FallbackName
            | FallbackNumber
            | Hotel
            | MedicalNotes
            | PassportCountry
            | PassportExpires
            | PassportNumber
            | Residence
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_cells_are_never_quoted() {
        let mut notes = Notes::default();
        let place = |field| Place { row: Some(7), column: Some((2, "C")), field: Some(field), cell: Some("X123") };
        notes.error(place(ImportField::PassportNumber), "why");
        notes.error(place(ImportField::Email), "why");
        let problems = notes.into_problems().kept;
        assert_eq!(problems.iter().map(|one| one.cell.as_deref()).collect::<Vec<_>>(), [None, Some("X123")]);
        assert_eq!(problems[0].letter.as_deref(), Some("C"));
    }

    #[test]
    fn errors_push_warnings_out_when_there_are_more_than_anybody_reads() {
        let mut notes = Notes::default();
        for row in 0..6_000 {
            notes.warning(Place::row(row), "look");
        }
        notes.error(Place::row(9_000), "wrong");
        assert!(notes.is_bad(9_000) && !notes.is_bad(1));
        assert_eq!((notes.bad_rows(), notes.warnings()), (1, 6_000));
        let Problems { kept: problems, not_kept, causes, .. } = notes.into_problems();
        assert_eq!(causes.iter().map(|one| one.rows).collect::<Vec<_>>(), [1, 6_000], "counted all the same");
        assert_eq!((problems.len(), not_kept), (KEPT, 1_001));
        assert!(problems.iter().any(|one| one.level == ProblemLevel::Error));
    }

    #[test]
    fn what_stands_twice_is_one_cause_whichever_row_the_other_is() {
        let mut notes = Notes::default();
        for row in 0..250 {
            let place = Place { field: Some(ImportField::Email), ..Place::row(row) };
            let why = format!("Row {} has the same e-mail address.", row + 10_000);
            notes.error(place, Why::by_another(why, "Another row has the same e-mail address."));
        }
        for row in 1_000..6_000 {
            notes.error(Place { field: Some(ImportField::Kind), ..Place::row(row) }, "A person needs a kind.");
        }
        let Problems { kept, causes, causes_not_kept, .. } = notes.into_problems();
        assert_eq!(kept[7].why, "Row 10007 has the same e-mail address.", "its row is told which other it is");
        let told: Vec<_> = causes.iter().map(|one| (one.rows, one.field, one.why.as_str())).collect();
        let expected = [
            (5_000, Some(ImportField::Kind), "A person needs a kind."),
            (250, Some(ImportField::Email), "Another row has the same e-mail address."),
        ];
        assert_eq!((told.as_slice(), causes_not_kept), (expected.as_slice(), 0));
    }
}
