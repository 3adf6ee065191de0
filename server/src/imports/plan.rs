//! What an import would do: who is new, who changes, who comes back, who leaves.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::imports::{ImportAction, ImportField};
use wire::people::NewPerson;
use wire::register::CurrentPlace;

use super::matching::{Whose, doubles, matched};
use super::notes::{Notes, Place};
use super::numbers::NO_COUNTRY_CODE;
use super::register::Register;
use super::relatives::Kin;
use super::rows::Row;
use super::said::{Lacking, NUMBERS, Whereabouts};
use crate::kernel::ids;
use crate::people::service as people;
use crate::people::{Checked, Source};

/// What becomes of one person.
#[derive(Clone)]
pub(super) struct Planned {
    /// The row's number; people who leave are numbered after the last row.
    pub(super) row: u32,
    /// What it does.
    pub(super) action: ImportAction,
    /// Who.
    pub(super) person: Uuid,
    /// As the register has them.
    pub(super) before: Option<NewPerson>,
    /// Their revision then.
    pub(super) revision: Option<i64>,
    /// As they are to be; none for somebody who leaves.
    pub(super) after: Option<NewPerson>,
    /// Where they are to be noted for now.
    pub(super) current: Option<Whereabouts>,
    /// Where they are noted now, where that changes.
    pub(super) place_before: Option<CurrentPlace>,
}

/// What an import would do.
#[derive(Default)]
pub(super) struct Plan {
    /// To whom something is done.
    pub(super) rows: Vec<Planned>,
    /// Rows with anything in them.
    pub(super) read: u32,
    /// People who stay as they are.
    pub(super) unchanged: u32,
    /// People whom the list does not name and who stay.
    pub(super) kept: u32,
    /// People before it.
    pub(super) before: u32,
}

/// Circumstances of a plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// Whose list.
    pub(super) whose: Whose,
    /// Whether who is not on it has left.
    pub(super) whole_list: bool,
    /// Who sent it: they never leave by their own list.
    pub(super) sender: Option<Uuid>,
    /// The time.
    pub(super) now: DateTime<Utc>,
    /// Number of the file's last row.
    pub(super) last_row: u32,
}

/// Compares a list with the register.
pub(super) fn plan(mut rows: Vec<Row>, register: &Register, setting: Setting, notes: &mut Notes) -> Plan {
    let read = count(rows.len());
    doubles(&mut rows, notes);
    let found = matched(&rows, register, setting.whose, notes);
    let who: Vec<Uuid> = found.iter().map(|found| found.unwrap_or_else(|| ids::new(setting.now))).collect();
    let mut kin = Kin::new(&rows, &who, register);
    let (mut planned, none) = (Vec::new(), HashSet::new());
    let mut unchanged = 0;
    for ((row, found), person) in rows.iter().zip(&found).zip(&who) {
        let known = found.and_then(|person| register.entered.get(&person));
        let before = known.map(|known| known.person.fields());
        let Some(relatives) = kin.of(row, *person, notes) else { continue };
        let proven = known.map(|known| &known.proven).unwrap_or(&none);
        let after = row.said.over(before, proven, relatives);
        if let Err(Lacking(field, _)) = &after
            && notes.has_error(row.number, explained_by(*field))
        {
            continue;
        }
        if before.is_some() && !notes.has_error(row.number, explained_by(ImportField::Office)) {
            for field in &row.without_country {
                notes.error(Place { field: Some(*field), ..Place::row(row.number) }, NO_COUNTRY_CODE);
            }
        }
        let after = after.map_err(|Lacking(field, why)| (Some(field), why.to_owned()));
        let after =
            after.and_then(|after| Checked::new(&after).map_err(|invalid| (field_of(&invalid.field), invalid.why)));
        let after = match after {
            Ok(after) => after,
            Err((field, why)) => {
                notes.error(Place { field, ..Place::row(row.number) }, why);
                continue;
            }
        };
        let left_out = before.map_or(0, |before| row.said.left_out(before, after.fields()));
        if left_out > 0 {
            let place = Place { field: Some(ImportField::Mobile), ..Place::row(row.number) };
            let why =
                format!("Somebody has at most {NUMBERS} numbers: {left_out} that nobody has proven are left out.");
            notes.warning(place, why);
        }
        let place = found.and_then(|person| register.places.get(&person));
        let current = placed(row, place, setting.now, notes);
        let same = known.is_some_and(|known| known.person.digest() == after.digest()) && current.is_none();
        let action = match known {
            None => ImportAction::New,
            Some(known) if known.left => ImportAction::Returning,
            Some(_) if same => {
                unchanged += u32::from(!notes.is_bad(row.number));
                continue;
            }
            Some(_) => ImportAction::Changed,
        };
        planned.push(Planned {
            row: row.number,
            action,
            person: *person,
            before: before.cloned(),
            revision: known.map(|known| known.revision),
            after: Some(after.fields().clone()),
            place_before: place.filter(|_| current.is_some()).cloned(),
            current,
        });
    }
    kin.check(&planned, register, notes);
    planned.retain(|one| !notes.is_bad(one.row));
    let mut plan = Plan { rows: planned, read, unchanged, kept: 0, before: count(register.present.len()) };
    leavings(&mut plan, &found, register, setting);
    plan
}

/// Fields whose errors say already why this one is lacking.
fn explained_by(lacking: ImportField) -> &'static [ImportField] {
    use ImportField::{Country, DutyStation, FamilyName, GivenName, Kind, Name, Office};
    match lacking {
        Office => &[Office, Country, DutyStation],
        Kind => &[Kind],
        Name => &[Name, GivenName, FamilyName],
        _ => &[],
    }
}

/// The furthest ahead that a place is set for now.
const FURTHEST: TimeDelta = TimeDelta::days(366);

/// Where a row says that somebody is for now, if that is news and may be.
fn placed(row: &Row, known: Option<&CurrentPlace>, now: DateTime<Utc>, notes: &mut Notes) -> Option<Whereabouts> {
    let said = row.said.current.as_ref()?;
    let there = known.filter(|known| known.until > now);
    let place = Place { field: Some(ImportField::CurrentUntil), ..Place::row(row.number) };
    if let Whereabouts::Elsewhere(said) = said {
        if said.until <= now {
            notes.warning(place, "That is over already; where they are for now is left out.");
            return None;
        }
        if said.until > now + FURTHEST {
            notes.error(place, "Give an end within a year: after that the office is wrong, not the place for now.");
            return None;
        }
    }
    let is_known = match (said, there) {
        (Whereabouts::Back, there) => there.is_none(),
        (Whereabouts::Elsewhere(said), Some(there)) => {
            there.country == said.country && there.place == said.place && there.until == said.until
        }
        (Whereabouts::Elsewhere(_), None) => false,
    };
    if is_known {
        return None;
    }
    if !people::may_place(known, now) {
        notes.warning(place, "Somebody said since where they are; that stays.");
        return None;
    }
    Some(said.clone())
}

/// People whom an earlier list brought and this one lacks. A row that is wrong still names its person.
fn leavings(plan: &mut Plan, found: &[Option<Uuid>], register: &Register, setting: Setting) {
    let named: HashSet<Uuid> = found.iter().flatten().copied().collect();
    let mut number = setting.last_row;
    for missing in register.present.iter().filter(|one| !named.contains(&one.person)) {
        let leaves =
            setting.whole_list && missing.source == Some(Source::Import) && setting.sender != Some(missing.person);
        if !leaves {
            plan.kept += 1;
            continue;
        }
        number += 1;
        plan.rows.push(Planned {
            row: number,
            action: ImportAction::Leaving,
            person: missing.person,
            before: None,
            revision: Some(missing.revision),
            after: None,
            current: None,
            place_before: None,
        });
    }
}

/// The field of a JSON pointer of the register.
fn field_of(pointer: &str) -> Option<ImportField> {
    let field = match pointer.trim_start_matches('/').split('/').collect::<Vec<_>>().as_slice() {
        ["phones", ..] => "mobile",
        ["languages", ..] => "languages",
        ["fallback", "name"] => "fallback_name",
        ["fallback", ..] => "fallback_number",
        ["passport", "country"] => "passport_country",
        ["passport", ..] => "passport_number",
        ["medical", "blood_group"] => "blood_group",
        ["medical", "allergies"] => "allergies",
        ["medical", ..] => "medical_notes",
        [one, ..] => one,
        [] => "",
    };
    ImportField::from_word(field)
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
