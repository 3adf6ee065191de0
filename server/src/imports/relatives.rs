//! Sponsors and supervisors that rows name: anywhere in the file, or in the register.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;
use wire::imports::ImportField;
use wire::people::{NewPerson, PersonKind};

use super::notes::{Notes, Place, Why};
use super::plan::Planned;
use super::register::Register;
use super::rows::Row;
use super::said::Relatives;

/// Longest chain of sponsors or supervisors that is followed.
const CHAIN: usize = 32;

/// Who can be named, and who named whom.
pub(super) struct Kin<'a> {
    by_external: HashMap<&'a str, (Uuid, u32)>,
    by_email: HashMap<&'a str, (Uuid, u32)>,
    register: &'a Register,
    /// Rows that name the row of somebody new: who, in which field.
    named_rows: Vec<(u32, ImportField, u32)>,
}

impl<'a> Kin<'a> {
    /// Of these rows and the people that they mean.
    pub(super) fn new(rows: &'a [Row], people: &[Uuid], register: &'a Register) -> Self {
        let mut kin = Self { by_external: HashMap::new(), by_email: HashMap::new(), register, named_rows: Vec::new() };
        for (row, person) in rows.iter().zip(people) {
            if let Some(id) = row.said.external_id.as_deref() {
                kin.by_external.insert(id, (*person, row.number));
            }
            if let Some(email) = row.said.email.as_deref() {
                kin.by_email.insert(email, (*person, row.number));
            }
        }
        kin
    }

    /// Whom a row names; none when somebody it names is nobody, which is noted.
    pub(super) fn of(&mut self, row: &Row, person: Uuid, notes: &mut Notes) -> Option<Relatives> {
        let sponsor = self.one(row, person, ImportField::Sponsor, row.said.sponsor.as_deref(), notes)?;
        let supervisor = self.one(row, person, ImportField::Supervisor, row.said.supervisor.as_deref(), notes)?;
        Some(Relatives { sponsor, supervisor })
    }

    fn one(
        &mut self,
        row: &Row,
        person: Uuid,
        field: ImportField,
        called: Option<&str>,
        notes: &mut Notes,
    ) -> Option<Option<Uuid>> {
        let Some(called) = called else { return Some(None) };
        let place = Place { field: Some(field), cell: Some(called), ..Place::row(row.number) };
        let email = called.to_lowercase();
        let in_file = self.by_external.get(called).or_else(|| self.by_email.get(email.as_str()));
        let found = match in_file {
            Some((found, number)) => {
                // Somebody who is in the register is there whatever their row says.
                if !self.register.entered.contains_key(found) {
                    self.named_rows.push((row.number, field, *number));
                }
                Some(*found)
            }
            None => {
                let known = self.register.external.get(called).or_else(|| self.register.emails.get(&email));
                known
                    .filter(|one| one.staged.is_none() && self.register.entered.contains_key(&one.person))
                    .map(|one| one.person)
            }
        };
        match found {
            Some(found) if found == person => notes.error(place, "Nobody is their own sponsor or supervisor."),
            Some(found) => return Some(Some(found)),
            None => {
                let why =
                    "There is nobody with this identifier or e-mail address, neither in the list nor in the register.";
                notes.error(place, why);
            }
        }
        None
    }

    /// What can be known only when every row is read: chains that lead back, dependants who sponsor,
    /// rows that name a row with errors.
    pub(super) fn check(&self, planned: &[Planned], register: &Register, notes: &mut Notes) {
        let after: HashMap<Uuid, &NewPerson> =
            planned.iter().filter_map(|one| Some((one.person, one.after.as_ref()?))).collect();
        let known =
            |id: &Uuid| after.get(id).copied().or_else(|| register.entered.get(id).map(|known| known.person.fields()));
        for one in planned {
            let Some(person) = &one.after else { continue };
            let place = |field| Place { field: Some(field), ..Place::row(one.row) };
            if person.sponsor.and_then(|id| known(&id)).is_some_and(|one| one.kind == PersonKind::Dependant) {
                notes.error(place(ImportField::Sponsor), "A dependant sponsors nobody. Name who brought them.");
            }
            for (field, next) in [
                (ImportField::Sponsor, (|one: &NewPerson| one.sponsor) as fn(&NewPerson) -> Option<Uuid>),
                (ImportField::Supervisor, |one: &NewPerson| one.supervisor),
            ] {
                if leads_back(one.person, &known, next) {
                    notes.error(place(field), "This leads in a circle back to the same person. Name somebody else.");
                }
            }
        }
        self.spread(notes);
    }

    /// A row that names a row with errors has one itself.
    fn spread(&self, notes: &mut Notes) {
        let mut told: HashSet<(u32, ImportField)> = HashSet::new();
        loop {
            let before = told.len();
            for (row, field, named) in &self.named_rows {
                if notes.is_bad(*named) && !notes.is_bad(*row) && told.insert((*row, *field)) {
                    let why = format!("Row {named}, which this row names, has errors.");
                    let why = Why::by_another(why, "Another row, which this row names, has errors.");
                    notes.error(Place { field: Some(*field), ..Place::row(*row) }, why);
                }
            }
            if told.len() == before {
                return;
            }
        }
    }
}

/// Whether somebody is reached from themselves.
fn leads_back<'a>(
    of: Uuid,
    known: &impl Fn(&Uuid) -> Option<&'a NewPerson>,
    next: fn(&NewPerson) -> Option<Uuid>,
) -> bool {
    let mut at = known(&of).and_then(next);
    for _ in 0..CHAIN {
        match at {
            None => return false,
            Some(one) if one == of => return true,
            Some(one) => at = known(&one).and_then(next),
        }
    }
    // A circle of others: they are told.
    false
}
