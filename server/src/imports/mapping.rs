//! How columns are named: what is suggested, what is remembered, what is refused.

use std::collections::HashSet;

use wire::imports::{ImportColumn, ImportField, ImportMapping, KnownHeading, MappedColumn};

use super::headings::{heading_key, repeats, suggest};
use super::store::{Profile, Remembered};
use super::table::{Table, letter};
use crate::kernel::field::{self, Invalid};
use crate::kernel::text::cut;

/// Cells of a column that are shown, and their characters.
const SAMPLE: usize = 3;
const SHOWN: usize = 60;

/// Most words of a list.
const WORDS: usize = 500;

/// The columns of a table, with what they seem to hold.
pub(super) fn columns(table: &Table) -> Vec<ImportColumn> {
    let suggested = suggest(&table.headings);
    table
        .headings
        .iter()
        .zip(suggested)
        .enumerate()
        .map(|(at, (heading, suggested))| {
            let cells = table.rows.iter().filter_map(|line| line.cells.get(at)).filter(|cell| !cell.is_empty());
            ImportColumn {
                column: u32::try_from(at).unwrap_or(u32::MAX),
                letter: letter(at),
                heading: cut(heading, 200),
                suggested,
                sample: cells.take(SAMPLE).map(|cell| cut(&cell.text, SHOWN)).collect(),
                new: false,
            }
        })
        .collect()
}

/// What seems right for these columns: a remembered mapping where one fits, else their headings. A column of which the
/// remembered mapping says nothing is new: nothing is done with it before somebody decides.
pub(super) fn suggested(columns: &mut [ImportColumn], profile: Option<&Profile>) -> ImportMapping {
    let mut mapping = ImportMapping {
        columns: Vec::new(),
        words: Vec::new(),
        kind: None,
        office: None,
        dates: None,
        encoding: None,
        whole_list: true,
        remember_as: None,
    };
    if let Some(profile) = profile {
        let rest = profile.remembered.rest.clone();
        mapping = ImportMapping { columns: Vec::new(), remember_as: None, encoding: None, ..rest };
        let mut known = profile.remembered.headings.clone();
        for column in columns.iter_mut() {
            let key = heading_key(&column.heading);
            let found = known.iter().position(|one| one.heading == key);
            column.new = found.is_none() && !profile.remembered.left_out.contains(&key);
            match found {
                Some(at) => column.suggested = Some(known.remove(at).field),
                None if !column.new => column.suggested = None,
                None => {}
            }
        }
    }
    let named = columns
        .iter()
        .filter(|one| !one.new)
        .filter_map(|one| Some(MappedColumn { column: one.column, field: one.suggested? }));
    mapping.columns = named.collect();
    mapping
}

/// The remembered mapping that fits these columns best: all but a fifth of its headings are there.
pub(super) fn best<'a>(profiles: &'a [Profile], columns: &[ImportColumn]) -> Option<&'a Profile> {
    let keys: HashSet<String> = columns.iter().map(|one| heading_key(&one.heading)).collect();
    let fit = |profile: &Profile| profile.remembered.headings.iter().filter(|one| keys.contains(&one.heading)).count();
    let fits = profiles.iter().filter(|profile| {
        let all = profile.remembered.headings.len();
        all > 0 && fit(profile) * 5 >= all * 4
    });
    fits.max_by_key(|profile| (fit(profile), profile.changed_at))
}

/// What is remembered of a mapping of these columns.
pub(super) fn remembered(columns: &[ImportColumn], mapping: &ImportMapping) -> Remembered {
    let headings = mapping.columns.iter().filter_map(|one| {
        let column = columns.iter().find(|column| column.column == one.column)?;
        Some(KnownHeading { heading: heading_key(&column.heading), field: one.field })
    });
    let is_out = |column: &&ImportColumn| mapping.columns.iter().all(|one| one.column != column.column);
    let left_out = columns.iter().filter(is_out).map(|column| heading_key(&column.heading)).collect();
    let rest = ImportMapping { columns: Vec::new(), remember_as: None, encoding: None, ..mapping.clone() };
    Remembered { headings: headings.collect(), left_out, rest }
}

/// Whether a file with these columns can be read by a mapping.
pub(super) fn checked(columns: &[ImportColumn], mapping: &ImportMapping) -> Result<(), Invalid> {
    let mut fields: HashSet<ImportField> = HashSet::new();
    let mut taken: HashSet<u32> = HashSet::new();
    for (at, one) in mapping.columns.iter().enumerate() {
        let pointer = |name: &str| format!("/columns/{at}/{name}");
        if columns.iter().all(|column| column.column != one.column) {
            return Err(Invalid::new(pointer("column"), "The file has no such column."));
        }
        if !taken.insert(one.column) {
            return Err(Invalid::new(pointer("column"), "Name each column once."));
        }
        if !fields.insert(one.field) && !repeats(one.field) {
            return Err(Invalid::new(
                pointer("field"),
                "Only numbers may come in several columns; leave one of them out.",
            ));
        }
    }
    use ImportField::{Email, ExternalId, FamilyName, GivenName, Mobile, Name};
    let has = |of: &[ImportField]| of.iter().any(|field| fields.contains(field));
    if !has(&[Name, GivenName, FamilyName]) {
        return Err(Invalid::new("/columns", "Name the column that holds the people's names."));
    }
    if !has(&[ExternalId, Email, Mobile]) {
        let why =
            "Name a column by which people are known again: an identifier, an e-mail address, or a mobile number.";
        return Err(Invalid::new("/columns", why));
    }
    if mapping.words.len() > WORDS {
        return Err(Invalid::new("/words", format!("Explain at most {WORDS} words.")));
    }
    for (at, word) in mapping.words.iter().enumerate() {
        field::line(&format!("/words/{at}/cell"), &word.cell, 1, 200)?;
        field::line(&format!("/words/{at}/means"), &word.means, 1, 200)?;
    }
    if let Some(name) = &mapping.encoding
        && encoding_rs::Encoding::for_label(name.trim().as_bytes()).is_none()
    {
        return Err(Invalid::new("/encoding", "There is no such encoding; name one such as utf-8 or windows-1256."));
    }
    if let Some(name) = &mapping.remember_as {
        field::line("/remember_as", name, 1, 60)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::file;
    use super::*;

    fn columns_of(text: &str) -> Vec<ImportColumn> {
        columns(&file::read(text.as_bytes(), None).map_err(|why| why.0).unwrap().table)
    }

    fn mapping_without_shoes(columns: &[ImportColumn]) -> ImportMapping {
        let mut mapping = suggested(&mut columns.to_vec(), None);
        mapping.columns.push(MappedColumn { column: 3, field: ImportField::CallSign });
        mapping
    }

    const LIST: &str = "Staff ID;Full name;E-mail;Favourite\n7;Awa Diallo;awa@x.example;tea\n";

    fn field(pointer: &str) -> impl Fn(Result<(), Invalid>) -> bool + '_ {
        move |checked| checked.is_err_and(|invalid| invalid.field == pointer)
    }

    #[test]
    fn what_seems_right_can_be_used_as_it_is() {
        let mut columns = columns_of(LIST);
        let mapping = suggested(&mut columns, None);
        assert_eq!(mapping.columns.len(), 3);
        assert!(checked(&columns, &mapping).is_ok());
        assert_eq!(columns[1].sample, ["Awa Diallo"]);
    }

    #[test]
    fn a_remembered_mapping_comes_before_the_headings_when_it_fits() {
        let mut first = columns_of(LIST);
        let mut mapping = suggested(&mut first, None);
        mapping.columns.push(MappedColumn { column: 3, field: ImportField::JobTitle });
        let profile = |name: &str, remembered| Profile {
            name: name.to_owned(),
            changed_at: DateTime::from_timestamp(0, 0).unwrap(),
            remembered,
        };
        let profiles = [profile("HR", remembered(&first, &mapping))];
        // The columns stand elsewhere the next time.
        let mut again = columns_of("Favourite;E-MAIL;Full  Name;Staff id\ntea;a@x.example;Awa;7\n");
        let found = best(&profiles, &again).unwrap();
        let mapping = suggested(&mut again, Some(found));
        assert_eq!(mapping.columns[0], MappedColumn { column: 0, field: ImportField::JobTitle });
        assert_eq!(mapping.columns.len(), 4);
        // A column that is new is asked about; one that was left out stays so without a question.
        let mut first = columns_of("Staff ID;Full name;E-mail;Favourite;Shoe size\n7;Awa;a@x.example;tea;41\n");
        let left_out = [profile("HR", remembered(&first, &mapping_without_shoes(&first)))];
        assert!(suggested(&mut first, left_out.first()).columns.iter().all(|one| one.column != 4) && !first[4].new);
        let mut more =
            columns_of("Staff ID;Full name;E-mail;Favourite;Shoe size;Job title\n7;A;a@x.example;tea;41;Driver\n");
        let read = suggested(&mut more, left_out.first());
        assert_eq!(more.iter().map(|one| one.new).collect::<Vec<_>>(), [false, false, false, false, false, true]);
        assert_eq!(more[5].suggested, Some(ImportField::JobTitle), "what its heading says is a hint");
        assert!(read.columns.iter().all(|one| one.column != 5), "and nothing more");
        assert!(best(&profiles, &columns_of("Nom;Téléphone\nAwa;+221\n")).is_none());
    }

    #[test]
    fn mappings_that_cannot_be_are_refused_by_field() {
        let mut columns = columns_of(LIST);
        let good = suggested(&mut columns, None);
        let with = |change: &dyn Fn(&mut ImportMapping)| {
            let mut mapping = good.clone();
            change(&mut mapping);
            checked(&columns, &mapping)
        };
        assert!(field("/columns/0/column")(with(&|one| one.columns[0].column = 9)));
        assert!(field("/columns/1/column")(with(&|one| one.columns[1].column = 0)));
        assert!(field("/columns/1/field")(with(&|one| one.columns[1].field = ImportField::ExternalId)));
        assert!(field("/columns")(with(&|one| one.columns.retain(|column| column.field != ImportField::Name))));
        assert!(field("/columns")(with(&|one| one.columns.retain(|column| column.field == ImportField::Name))));
        assert!(field("/encoding")(with(&|one| one.encoding = Some("klingon-8".into()))));
        assert!(field("/remember_as")(with(&|one| one.remember_as = Some(String::new()))));
    }
}
