//! Which person each row means: by identifier, else by address, else by number and name.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;
use wire::imports::ImportField;

use super::notes::{Notes, Place, Why};
use super::register::Register;
use super::rows::Row;
use crate::kernel::text::folded;
use crate::people::Match;

/// Whose list it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whose {
    /// The organisation.
    pub(super) organisation: Uuid,
    /// The only office that it may touch.
    pub(super) office: Option<Uuid>,
}

/// For each row, the person of the register that it means; none for somebody new. Rows that may mean
/// several people, or one that another row means too, are noted as errors.
pub(super) fn matched(rows: &[Row], register: &Register, whose: Whose, notes: &mut Notes) -> Vec<Option<Uuid>> {
    let mut found: Vec<Option<Uuid>> = Vec::with_capacity(rows.len());
    for row in rows {
        let place = |field| Place { field: Some(field), ..Place::row(row.number) };
        found.push(match one(row, register, whose) {
            Ok(found) => found,
            Err((field, why)) => {
                notes.error(place(field), why);
                None
            }
        });
    }
    let mut rows_of: HashMap<Uuid, Vec<u32>> = HashMap::new();
    for (row, person) in rows.iter().zip(&found) {
        if let Some(person) = person {
            rows_of.entry(*person).or_default().push(row.number);
        }
    }
    for numbers in rows_of.values().filter(|numbers| numbers.len() > 1) {
        for (number, other) in others(numbers) {
            let why = format!("Row {other} means the same person of the register. Keep one of them.");
            let cause = "Another row means the same person of the register. Keep one of them.";
            notes.error(Place::row(number), Why::by_another(why, cause));
        }
    }
    found
}

/// Where a row cannot be matched, and why.
type Unmatched = (ImportField, String);

fn one(row: &Row, register: &Register, whose: Whose) -> Result<Option<Uuid>, Unmatched> {
    let said = &row.said;
    let by_external = said.external_id.as_deref().and_then(|id| register.external.get(id));
    let by_email = said.email.as_deref().and_then(|email| register.emails.get(email));
    if let Some(other) = by_email
        && other.organisation != whose.organisation
    {
        let why = "Somebody outside of this organisation's list has this e-mail address. Give another, or none.";
        return Err((ImportField::Email, why.to_owned()));
    }
    let found = match (by_external, by_email) {
        (Some(one), Some(other)) if one.person != other.person => {
            let why = "Somebody else of the register has this e-mail address. Correct one of the two, or import that change first.";
            return Err((ImportField::Email, why.to_owned()));
        }
        (Some(one), _) => Some(one),
        (None, Some(one)) => {
            if said.external_id.is_some() && one.external_id.is_some() {
                let why = "The register knows this e-mail address under another identifier. Correct one of the two.";
                return Err((ImportField::ExternalId, why.to_owned()));
            }
            Some(one)
        }
        (None, None) => by_number(row, register, whose)?,
    };
    let Some(found) = found else { return Ok(None) };
    if found.staged.is_some() {
        let why = "Another import that is not finished brings this person. Finish or cancel it first.";
        return Err((ImportField::ExternalId, why.to_owned()));
    }
    if whose.office.is_some_and(|office| office != found.office) {
        let why = "This person is of another country office. Import the list for the whole organisation.";
        return Err((ImportField::Office, why.to_owned()));
    }
    Ok(Some(found.person))
}

/// By number and name together: a number alone may be a household's.
fn by_number<'a>(row: &Row, register: &'a Register, whose: Whose) -> Result<Option<&'a Match>, Unmatched> {
    let said = &row.said;
    let Some(name) = said.name.as_deref().map(folded) else { return Ok(None) };
    let mut found: Vec<&Match> = Vec::new();
    for candidate in said.phones.iter().filter_map(|phone| register.numbers.get(&phone.number)).flatten() {
        let entered = register.entered.get(&candidate.person);
        let same_name = entered.is_some_and(|known| folded(&known.person.fields().name) == name);
        let other_id = said.external_id.is_some() && candidate.external_id.is_some();
        if candidate.organisation == whose.organisation
            && same_name
            && !other_id
            && found.iter().all(|one| one.person != candidate.person)
        {
            found.push(candidate);
        }
    }
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => {
            let why =
                "Several people of the register have this name and number. Give the identifier or the e-mail address.";
            Err((ImportField::Mobile, why.to_owned()))
        }
    }
}

/// Rows that say the same twice, and rows that cannot both be right.
pub(super) fn doubles(rows: &mut Vec<Row>, notes: &mut Notes) {
    drop_repeats(rows, notes);
    let same = |field: ImportField, what: &str, key: fn(&Row) -> Option<String>, notes: &mut Notes| {
        for numbers in groups(rows, key).values() {
            for (number, other) in others(numbers) {
                let why = format!("Row {other} has the same {what}. Give each their own, or leave it empty.");
                let cause = format!("Another row has the same {what}. Give each their own, or leave it empty.");
                notes.error(Place { field: Some(field), ..Place::row(number) }, Why::by_another(why, cause));
            }
        }
    };
    same(ImportField::ExternalId, "identifier", |row| row.said.external_id.clone(), notes);
    same(ImportField::Email, "e-mail address", |row| row.said.email.clone(), notes);
    shared_numbers(rows, notes);
}

/// Rows of which another says exactly the same are taken once.
fn drop_repeats(rows: &mut Vec<Row>, notes: &mut Notes) {
    let mut first: HashMap<String, Vec<usize>> = HashMap::new();
    let mut repeats: HashSet<u32> = HashSet::new();
    for (at, row) in rows.iter().enumerate() {
        let Some(name) = row.said.name.as_deref().map(folded) else { continue };
        let alike = first.entry(name).or_default();
        match alike.iter().filter_map(|known| rows.get(*known)).find(|known| known.said == row.said) {
            Some(known) => {
                repeats.insert(row.number);
                let why = format!("Row {} says exactly the same. This row is left out.", known.number);
                let cause = "Another row says exactly the same. These rows are left out.";
                notes.warning(Place::row(row.number), Why::by_another(why, cause));
            }
            None => alike.push(at),
        }
    }
    rows.retain(|row| !repeats.contains(&row.number));
}

/// Rows by what they share, where more than one has it.
fn groups(rows: &[Row], key: impl Fn(&Row) -> Option<String>) -> HashMap<String, Vec<u32>> {
    let mut groups: HashMap<String, Vec<u32>> = HashMap::new();
    for row in rows {
        if let Some(key) = key(row) {
            groups.entry(key).or_default().push(row.number);
        }
    }
    groups.retain(|_, numbers| numbers.len() > 1);
    groups
}

/// A number that two rows have is a household's and worth a look, unless the rows have the same name
/// and nothing else tells them apart.
fn shared_numbers(rows: &[Row], notes: &mut Notes) {
    let mut owners: HashMap<&str, Vec<&Row>> = HashMap::new();
    for row in rows {
        for phone in &row.said.phones {
            owners.entry(phone.number.as_str()).or_default().push(row);
        }
    }
    let mut told: HashSet<(u32, u32)> = HashSet::new();
    let mut shared: Vec<&Vec<&Row>> = owners.values().filter(|rows| rows.len() > 1).collect();
    shared.sort_by_key(|rows| rows.first().map(|row| row.number));
    for owners in shared {
        let Some((first, rest)) = owners.split_first() else { continue };
        for row in rest {
            if row.number == first.number || !told.insert((first.number, row.number)) {
                continue;
            }
            let place = |row: &Row| Place { field: Some(ImportField::Mobile), ..Place::row(row.number) };
            if same_person(first, row) {
                let why = |other: u32| {
                    let what = "has the same name and number. Give each an identifier or e-mail address, or keep one.";
                    Why::by_another(format!("Row {other} {what}"), format!("Another row {what}"))
                };
                notes.error(place(first), why(row.number));
                notes.error(place(row), why(first.number));
            } else {
                let why = format!(
                    "Rows {} and {} have the same number. That is right for a household only.",
                    first.number, row.number
                );
                let cause = "Another row has the same number. That is right for a household only.";
                notes.warning(place(row), Why::by_another(why, cause));
            }
        }
    }
}

fn same_person(one: &Row, other: &Row) -> bool {
    let name = |row: &Row| row.said.name.as_deref().map(folded);
    let told_apart = (one.said.external_id.is_some() && other.said.external_id.is_some())
        || (one.said.email.is_some() && other.said.email.is_some());
    name(one).is_some() && name(one) == name(other) && !told_apart
}

/// Each row's number with that of another: the first of the others.
fn others(numbers: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    let first = numbers.first().copied().unwrap_or_default();
    let second = numbers.get(1).copied().unwrap_or_default();
    numbers.iter().map(move |number| (*number, if *number == first { second } else { first }))
}
