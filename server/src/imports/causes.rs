//! What is wrong with a file, by what causes it: told once, with all the rows that it concerns.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{Hash, Hasher};

use wire::imports::{ImportCause, ImportField, ImportMapping, ImportProblem, ProblemLevel, RowRange};

use super::headings::heading_key;
use super::table::{Table, letter};
use crate::kernel::text::cut;

/// Causes that are told: nobody reads more. The rest is counted.
const KEPT: usize = 200;

/// Causes whose rows are collected, so that those are told which concern the most. Of more, only how many is kept.
const COLLECTED: usize = 10_000;

/// Stretches of rows that a cause names.
const STRETCHES: usize = 40;

/// By what problems are the same: level, column, reason, and the cell where it is wrong by itself.
type Key = (ProblemLevel, Option<ImportField>, Option<String>, String, Option<String>);

/// The causes of a file's problems.
#[derive(Default)]
pub(super) struct Causes {
    places: HashMap<Key, usize>,
    found: Vec<(ImportCause, BTreeSet<u32>)>,
    /// The causes that are counted only, each by the hash of its key.
    more: HashSet<u64>,
}

impl Causes {
    /// Of problems that are kept without them, as dry runs of earlier versions left them.
    pub(super) fn of(problems: &[ImportProblem]) -> Self {
        let mut causes = Self::default();
        problems.iter().for_each(|problem| causes.add(problem, None, false));
        causes
    }

    /// Counts a problem in. `why`: the reason as all its rows have it, where that of the problem names another row.
    /// `unknown`: its cell names something that is not known.
    pub(super) fn add(&mut self, problem: &ImportProblem, why: Option<String>, unknown: bool) {
        let cell = problem.cell.as_ref().filter(|_| unknown);
        let key = (
            problem.level,
            problem.field,
            problem.letter.clone(),
            why.unwrap_or_else(|| problem.why.clone()),
            cell.map(|cell| heading_key(cell)),
        );
        let place = match self.places.get(&key) {
            Some(place) => *place,
            None if self.found.len() >= COLLECTED => {
                let mut hash = DefaultHasher::new();
                key.hash(&mut hash);
                self.more.insert(hash.finish());
                return;
            }
            None => {
                let cause = ImportCause {
                    level: problem.level,
                    field: problem.field,
                    letter: problem.letter.clone(),
                    heading: problem.heading.clone(),
                    why: key.3.clone(),
                    cell: cell.cloned(),
                    unknown,
                    rows: 0,
                    at: Vec::new(),
                };
                self.found.push((cause, BTreeSet::new()));
                self.places.insert(key, self.found.len() - 1);
                self.found.len() - 1
            }
        };
        if let Some((_, rows)) = self.found.get_mut(place) {
            rows.extend(problem.row);
        }
    }

    /// Says of causes that name a field in which column of the file that is, where only one holds it.
    pub(super) fn locate(&mut self, table: &Table, mapping: &ImportMapping) {
        for (cause, _) in self.found.iter_mut().filter(|(cause, rows)| cause.letter.is_none() && !rows.is_empty()) {
            let Some(column) = only_column(mapping, cause.field) else { continue };
            cause.letter = Some(letter(column));
            cause.heading = table.headings.get(column).map(|heading| cut(heading, 80));
        }
    }

    /// The first that are told, errors first and then by how many rows they concern; and how many others there are.
    pub(super) fn into_list(self) -> (Vec<ImportCause>, u32) {
        let mut list: Vec<ImportCause> = self
            .found
            .into_iter()
            .map(|(cause, rows)| ImportCause {
                rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
                at: stretches(&rows),
                ..cause
            })
            .collect();
        let first = |cause: &ImportCause| cause.at.first().map(|range| range.from);
        list.sort_by(|a, b| {
            let by_rows = || b.rows.cmp(&a.rows).then_with(|| first(a).cmp(&first(b)));
            a.level.cmp(&b.level).then_with(by_rows)
        });
        let all = list.len() + self.more.len();
        list.truncate(KEPT);
        (list, u32::try_from(all.saturating_sub(KEPT)).unwrap_or(u32::MAX))
    }
}

/// The only column that holds a field.
pub(super) fn only_column(mapping: &ImportMapping, field: Option<ImportField>) -> Option<usize> {
    let mut columns = mapping.columns.iter().filter(|column| Some(column.field) == field);
    let (Some(column), None) = (columns.next(), columns.next()) else { return None };
    Some(column.column as usize)
}

fn stretches(rows: &BTreeSet<u32>) -> Vec<RowRange> {
    let mut found: Vec<RowRange> = Vec::new();
    for row in rows {
        let next = found.last_mut().filter(|range| range.to.saturating_add(1) == *row);
        if let Some(range) = next {
            range.to = *row;
        } else if found.len() < STRETCHES {
            found.push(RowRange { from: *row, to: *row });
        } else {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(row: u32, level: ProblemLevel, why: &str, cell: &str) -> ImportProblem {
        ImportProblem {
            row: Some(row),
            letter: Some("C".to_owned()),
            heading: Some("Office".to_owned()),
            field: Some(ImportField::Office),
            level,
            why: why.to_owned(),
            cell: Some(cell.to_owned()),
        }
    }

    #[test]
    fn one_cause_is_told_once_with_all_its_rows_and_the_worst_first() {
        let mut causes = Causes::default();
        for row in [2, 3, 4, 7, 8, 12] {
            causes.add(&problem(row, ProblemLevel::Error, "unknown", "Kabul 2"), None, true);
        }
        causes.add(&problem(13, ProblemLevel::Error, "unknown", "KABUL  2"), None, true);
        causes.add(&problem(5, ProblemLevel::Error, "unknown", "Herat"), None, true);
        (20..40)
            .for_each(|row| causes.add(&problem(row, ProblemLevel::Warning, "look", &row.to_string()), None, false));
        let (list, not_kept) = causes.into_list();
        let told: Vec<_> = list.iter().map(|one| (one.rows, one.cell.as_deref(), one.at.len())).collect();
        assert_eq!(told, [(7, Some("Kabul 2"), 3), (1, Some("Herat"), 1), (20, None, 1)]);
        assert_eq!((list[0].at[0], list[0].at[2]), (RowRange { from: 2, to: 4 }, RowRange { from: 12, to: 13 }));
        assert_eq!(not_kept, 0);
    }

    #[test]
    fn those_are_told_of_more_causes_than_anybody_reads_that_concern_the_most_rows() {
        let mut causes = Causes::default();
        for row in 0..250 {
            causes.add(&problem(row, ProblemLevel::Warning, &format!("look {row}"), ""), None, false);
            causes.add(&problem(row, ProblemLevel::Error, &format!("row {row} is the same"), ""), None, false);
        }
        (0..5_000).for_each(|row| causes.add(&problem(row, ProblemLevel::Error, "no kind", ""), None, false));
        let (list, not_kept) = causes.into_list();
        assert_eq!((list[0].why.as_str(), list[0].rows), ("no kind", 5_000));
        assert!(list.iter().all(|one| one.level == ProblemLevel::Error), "errors before warnings");
        assert_eq!((list.len(), not_kept), (KEPT, 301));
    }

    #[test]
    fn causes_that_are_counted_only_are_counted_once_each() {
        let mut causes = Causes::default();
        let many = u32::try_from(COLLECTED).unwrap() + 50;
        for row in (0..many).chain(0..many) {
            causes.add(&problem(row, ProblemLevel::Error, &format!("why {row}"), ""), None, false);
        }
        let (list, not_kept) = causes.into_list();
        assert_eq!((list.len(), not_kept as usize), (KEPT, COLLECTED + 50 - KEPT));
    }
}
