//! A person's fields as an import names them, to show what changes.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::imports::{ImportField, ImportRow, ValueChange};
use wire::people::{NewPerson, PersonKind};

use super::record::{After, RowRecord};
use crate::access::{Operator, Reach};
use crate::places::View;
use wire::access::Permission;

/// What a viewer may see of the people of a list.
#[derive(Clone)]
pub(super) struct Sight {
    /// Passports of people of these scopes.
    passports: Reach,
    /// What a medic must know, of these.
    medical: Reach,
    /// Dependants of these.
    dependants: Reach,
}

impl Sight {
    /// Of somebody at a console.
    pub(super) fn of(operator: &Operator) -> Self {
        Self {
            passports: operator.may(Permission::ReadPassports).clone(),
            // Only a medic's helper sees it, and only while there is a case: never in a list.
            medical: Reach::default(),
            dependants: operator.may(Permission::ReadDependants).clone(),
        }
    }

    /// Of who runs the server's machine: the file is theirs.
    pub(super) fn everything() -> Self {
        Self { passports: Reach::Everything, medical: Reach::Everything, dependants: Reach::Everything }
    }

    fn sees(&self, field: ImportField, person: &NewPerson) -> bool {
        use ImportField::{Allergies, BloodGroup, MedicalNotes, PassportCountry, PassportExpires, PassportNumber};
        let dependant = person.kind == PersonKind::Dependant && !self.dependants.contains(person.office);
        match field {
            PassportCountry | PassportExpires | PassportNumber => !dependant && self.passports.contains(person.office),
            Allergies | BloodGroup | MedicalNotes => !dependant && self.medical.contains(person.office),
            ImportField::Kind | ImportField::Office => true,
            _ => !dependant,
        }
    }
}

/// People by name, for sponsors and supervisors.
pub(super) type Names = HashMap<Uuid, String>;

/// The fields of a person in words.
fn values(person: &NewPerson, view: &View, names: &Names) -> BTreeMap<ImportField, String> {
    use ImportField as F;
    let named = |id: &Uuid| names.get(id).cloned().unwrap_or_else(|| "somebody of this list".to_owned());
    let numbers = |kind: &str| {
        let of: Vec<&str> =
            person.phones.iter().filter(|one| one.kind == kind).map(|one| one.number.as_str()).collect();
        (!of.is_empty()).then(|| of.join(", "))
    };
    let day = |at: &DateTime<Utc>| at.format("%Y-%m-%d").to_string();
    let medical = person.medical.clone().unwrap_or_default();
    let fields = [
        (F::ExternalId, person.external_id.clone()),
        (F::Name, Some(person.name.clone())),
        (F::Kind, Some(person.kind.word().to_owned())),
        (F::Email, person.email.clone()),
        (F::Office, view.office(person.office).map(|office| office.name.clone())),
        (F::DutyStation, person.duty_station.and_then(|id| view.station(id)).map(|station| station.name.clone())),
        (F::Zone, person.zone.and_then(|id| view.zone(id)).map(|zone| zone.name.clone())),
        (F::JobTitle, person.job_title.clone()),
        (F::Languages, (!person.languages.is_empty()).then(|| person.languages.join(", "))),
        (F::TimeZone, person.time_zone.clone()),
        (F::CallSign, person.call_sign.clone()),
        (F::Mobile, numbers("mobile")),
        (F::HomeNumber, numbers("home")),
        (F::OfficeNumber, numbers("office")),
        (F::Satellite, numbers("satellite")),
        (F::Sponsor, person.sponsor.as_ref().map(named)),
        (F::Supervisor, person.supervisor.as_ref().map(named)),
        (F::PresentFrom, person.present_from.as_ref().map(day)),
        (F::PresentUntil, person.present_until.as_ref().map(day)),
        (F::Residence, person.residence.clone()),
        (F::Hotel, person.hotel.clone()),
        (F::FallbackName, person.fallback.as_ref().map(|one| one.name.clone())),
        (F::FallbackNumber, person.fallback.as_ref().map(|one| one.number.clone())),
        (F::PassportNumber, person.passport.as_ref().map(|one| one.number.clone())),
        (F::PassportCountry, person.passport.as_ref().map(|one| one.country.clone())),
        (F::PassportExpires, person.passport.as_ref().and_then(|one| one.expires).map(|day| day.to_string())),
        (F::BloodGroup, medical.blood_group),
        (F::Allergies, medical.allergies),
        (F::MedicalNotes, medical.notes),
    ];
    fields.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

/// Where somebody is for now, in words.
fn place(country: &str, place: Option<&str>, until: &DateTime<Utc>) -> BTreeMap<ImportField, String> {
    let until = until.format("%Y-%m-%d").to_string();
    let fields = [
        (ImportField::CurrentCountry, Some(country.to_owned())),
        (ImportField::CurrentPlace, place.map(str::to_owned)),
        (ImportField::CurrentUntil, Some(until)),
    ];
    fields.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

/// Where somebody was and is for now, where an import changes that.
fn places(after: &After) -> Option<(BTreeMap<ImportField, String>, BTreeMap<ImportField, String>)> {
    if after.current.is_none() && !after.back {
        return None;
    }
    let was = after.place_before.as_ref().map(|was| place(&was.country, was.place.as_deref(), &was.until));
    let is = after.current.as_ref().map(|is| place(&is.country, is.place.as_deref(), &is.until));
    Some((was.unwrap_or_default(), is.unwrap_or_default()))
}

/// What an import does to one person, as a viewer may see it. `known`: who leaves, as the register has
/// them.
pub(super) fn shown(
    row: RowRecord,
    known: Option<&NewPerson>,
    sight: &Sight,
    (view, names): (&View, &Names),
) -> ImportRow {
    let mut before = row.before.as_ref().map(|person| values(person, view, names)).unwrap_or_default();
    let mut after = row.after.as_ref().map(|after| values(&after.person, view, names));
    if let (Some(after), Some((was, is))) = (&mut after, row.after.as_ref().and_then(places)) {
        before.extend(was);
        after.extend(is);
    }
    let mut changes: BTreeMap<ImportField, ValueChange> = BTreeMap::new();
    let mut masked = Vec::new();
    let person = row.after.as_ref().map(|after| &after.person).or(row.before.as_ref()).or(known);
    let sees = |field| person.is_some_and(|person| sight.sees(field, person));
    if let Some(after) = after {
        for field in ImportField::ALL {
            let (was, is) = (before.get(field), after.get(field));
            match (was == is, sees(*field)) {
                (true, _) => {}
                (false, true) => {
                    changes.insert(*field, ValueChange { before: was.cloned(), after: is.cloned() });
                }
                (false, false) => masked.push(*field),
            }
        }
    }
    let name = person.filter(|_| sees(ImportField::Name)).map(|person| person.name.clone());
    ImportRow {
        row: row.row,
        action: row.action,
        outcome: row.outcome,
        person: row.person,
        name,
        changes,
        masked,
        roles: None,
    }
}
