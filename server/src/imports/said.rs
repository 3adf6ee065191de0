//! What a row of a list says of a person, and the person that results.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::imports::ImportField;
use wire::people::{Fallback, Medical, NewPerson, NewPhone, Passport, PersonKind};

/// What a row says. An empty cell says nothing: it never erases what the register knows.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) external_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) kind: Option<PersonKind>,
    pub(super) email: Option<String>,
    pub(super) office: Option<Uuid>,
    pub(super) duty_station: Option<Uuid>,
    pub(super) zone: Option<Uuid>,
    pub(super) job_title: Option<String>,
    pub(super) languages: Option<Vec<String>>,
    pub(super) time_zone: Option<String>,
    pub(super) call_sign: Option<String>,
    pub(super) phones: Vec<NewPhone>,
    /// Whom they come with, by identifier or address.
    pub(super) sponsor: Option<String>,
    /// Their supervisor, in the same way.
    pub(super) supervisor: Option<String>,
    pub(super) present_from: Option<DateTime<Utc>>,
    pub(super) present_until: Option<DateTime<Utc>>,
    pub(super) residence: Option<String>,
    pub(super) hotel: Option<String>,
    pub(super) fallback_name: Option<String>,
    pub(super) fallback_number: Option<String>,
    pub(super) passport_number: Option<String>,
    pub(super) passport_country: Option<String>,
    pub(super) passport_expires: Option<NaiveDate>,
    pub(super) blood_group: Option<String>,
    pub(super) allergies: Option<String>,
    pub(super) medical_notes: Option<String>,
    pub(super) current: Option<Whereabouts>,
}

/// What a list says of where somebody is for now.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// Elsewhere, until a day.
    Elsewhere(Current),
    /// Where they usually are.
    Back,
}

/// Where a list says that somebody is for now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Current {
    /// Country code.
    pub(super) country: String,
    /// Place in the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<String>,
    /// Until the end of that day, in UTC.
    pub(super) until: DateTime<Utc>,
}

/// Most numbers of one person.
pub(super) const NUMBERS: usize = 10;

/// A field that a new person must have and the row does not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lacking(pub(super) ImportField, pub(super) &'static str);

/// People that a row names, found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Relatives {
    pub(super) sponsor: Option<Uuid>,
    pub(super) supervisor: Option<Uuid>,
}

impl Said {
    /// The person as they should be: what is known, and over it what the row says. `proven`: numbers that
    /// were proven to reach them.
    pub(super) fn over(
        &self,
        known: Option<&NewPerson>,
        proven: &HashSet<String>,
        relatives: Relatives,
    ) -> Result<NewPerson, Lacking> {
        let mut person = match known {
            Some(known) => known.clone(),
            None => self.begin()?,
        };
        put(&mut person.office, self.office);
        if known.is_some_and(|known| known.office != person.office) {
            // A station and a zone of the office before would be wrong in the new one.
            (person.duty_station, person.zone) = (None, None);
        }
        put(&mut person.name, self.name.clone());
        put(&mut person.kind, self.kind);
        put(&mut person.languages, self.languages.clone());
        for (field, said) in [
            (&mut person.external_id, &self.external_id),
            (&mut person.email, &self.email),
            (&mut person.job_title, &self.job_title),
            (&mut person.time_zone, &self.time_zone),
            (&mut person.call_sign, &self.call_sign),
            (&mut person.residence, &self.residence),
            (&mut person.hotel, &self.hotel),
        ] {
            keep(field, said.clone());
        }
        keep(&mut person.duty_station, self.duty_station);
        keep(&mut person.zone, self.zone);
        keep(&mut person.sponsor, relatives.sponsor);
        keep(&mut person.supervisor, relatives.supervisor);
        keep(&mut person.present_from, self.present_from);
        keep(&mut person.present_until, self.present_until);
        person.phones = self.numbers_over(&person.phones, proven);
        self.put_private(&mut person)?;
        Ok(person)
    }

    fn begin(&self) -> Result<NewPerson, Lacking> {
        let office = self.office.ok_or(Lacking(
            ImportField::Office,
            "Somebody new needs a country office: name a column for it, or an office for all.",
        ))?;
        let kind = self
            .kind
            .ok_or(Lacking(ImportField::Kind, "Somebody new needs a kind: name a column for it, or a kind for all."))?;
        let name = self.name.as_ref().ok_or(Lacking(ImportField::Name, "Somebody new needs a name."))?;
        Ok(NewPerson::new(office, kind, name.clone()))
    }

    /// The list's numbers first, then those that are known: a list never takes a number away, for the
    /// one that it lacks may be the one that its owner has proven. Of more than [`NUMBERS`], the last of
    /// those that nobody has proven are left out.
    fn numbers_over(&self, known: &[NewPhone], proven: &HashSet<String>) -> Vec<NewPhone> {
        let first = known.iter().map(|phone| phone.number.as_str()).take(self.phones.len());
        if first.eq(self.phones.iter().map(|phone| phone.number.as_str())) {
            return known.to_vec();
        }
        let mut numbers = self.phones.clone();
        numbers.extend(known.iter().filter(|one| self.phones.iter().all(|said| said.number != one.number)).cloned());
        while numbers.len() > NUMBERS {
            let unproven = numbers.iter().rposition(|one| !proven.contains(&one.number));
            numbers.remove(unproven.unwrap_or(numbers.len() - 1));
        }
        numbers
    }

    /// How many numbers of the list and of the register are not among those of the person that results.
    pub(super) fn left_out(&self, known: &NewPerson, after: &NewPerson) -> usize {
        let all: HashSet<&str> = self.phones.iter().chain(&known.phones).map(|phone| phone.number.as_str()).collect();
        all.len().saturating_sub(after.phones.len())
    }

    fn put_private(&self, person: &mut NewPerson) -> Result<(), Lacking> {
        let known = person.fallback.take();
        let name = self.fallback_name.clone().or_else(|| known.as_ref().map(|one| one.name.clone()));
        let number = self.fallback_number.clone().or_else(|| known.as_ref().map(|one| one.number.clone()));
        person.fallback = match (name, number) {
            (Some(name), Some(number)) => Some(Fallback { name, number }),
            (None, None) => None,
            (Some(_), None) => {
                return Err(Lacking(ImportField::FallbackNumber, "The emergency contact has no number; give one."));
            }
            (None, Some(_)) => {
                return Err(Lacking(ImportField::FallbackName, "The emergency number has no name; say whose it is."));
            }
        };
        let known = person.passport.take();
        let number = self.passport_number.clone().or_else(|| known.as_ref().map(|one| one.number.clone()));
        let country = self.passport_country.clone().or_else(|| known.as_ref().map(|one| one.country.clone()));
        person.passport = match (number, country) {
            (Some(number), Some(country)) => {
                let expires = self.passport_expires.or_else(|| known.and_then(|one| one.expires));
                Some(Passport { number, country, expires })
            }
            // A nationality alone is no passport.
            (None, _) => known,
            (Some(_), None) => {
                return Err(Lacking(ImportField::PassportCountry, "The passport has no country; say who issued it."));
            }
        };
        let mut medical = person.medical.take().unwrap_or_default();
        keep(&mut medical.blood_group, self.blood_group.clone());
        keep(&mut medical.allergies, self.allergies.clone());
        keep(&mut medical.notes, self.medical_notes.clone());
        person.medical = (medical != Medical::default()).then_some(medical);
        Ok(())
    }
}

fn put<T>(field: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *field = said;
    }
}

fn keep<T>(field: &mut Option<T>, said: Option<T>) {
    if said.is_some() {
        *field = said;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(number: &str) -> NewPhone {
        NewPhone { number: number.to_owned(), kind: "mobile".to_owned() }
    }

    fn known() -> NewPerson {
        let mut known = NewPerson::new(Uuid::from_u128(1), PersonKind::StaffNational, "Awa Diallo");
        known.phones = vec![phone("+254712000001")];
        known.duty_station = Some(Uuid::from_u128(2));
        known.hotel = Some("Lake Hotel".to_owned());
        known
    }

    fn over(said: &Said, before: Option<&NewPerson>) -> Result<NewPerson, Lacking> {
        said.over(before, &HashSet::new(), Relatives::default())
    }

    #[test]
    fn an_empty_row_changes_nothing() {
        assert!(over(&Said::default(), Some(&known())).unwrap() == known());
    }

    #[test]
    fn somebody_new_needs_an_office_a_kind_and_a_name() {
        let lacks = |said: &Said| over(said, None).map(drop).unwrap_err().0;
        let mut said = Said::default();
        assert_eq!(lacks(&said), ImportField::Office);
        said.office = Some(Uuid::from_u128(1));
        assert_eq!(lacks(&said), ImportField::Kind);
        said.kind = Some(PersonKind::Visitor);
        assert_eq!(lacks(&said), ImportField::Name);
        said.name = Some("Awa".to_owned());
        assert!(over(&said, None).is_ok());
    }

    #[test]
    fn a_list_puts_its_numbers_first_and_takes_none_away() {
        let said = Said { phones: vec![phone("+254712000002")], ..Said::default() };
        let after = over(&said, Some(&known())).unwrap();
        let numbers: Vec<&str> = after.phones.iter().map(|one| one.number.as_str()).collect();
        assert_eq!(numbers, ["+254712000002", "+254712000001"]);
        assert!(over(&said, Some(&after)).unwrap() == after);
    }

    #[test]
    fn of_more_than_ten_numbers_those_that_nobody_has_proven_are_left_out() {
        let many = |from: usize| (from..from + 10).map(|n| phone(&format!("+2547120000{n:02}"))).collect::<Vec<_>>();
        let before = NewPerson { phones: many(10), ..known() };
        let proven: HashSet<String> = ["+254712000018", "+254712000019"].map(str::to_owned).into();
        let said = Said { phones: many(30)[..9].to_vec(), ..Said::default() };
        let after = said.over(Some(&before), &proven, Relatives::default()).unwrap();
        let numbers: Vec<&str> = after.phones.iter().map(|one| one.number.as_str()).collect();
        assert_eq!(numbers.len(), 10);
        assert_eq!(numbers[..8], said.phones[..8].iter().map(|one| one.number.as_str()).collect::<Vec<_>>());
        assert_eq!(numbers[8..], ["+254712000018", "+254712000019"]);
        assert_eq!(said.left_out(&before, &after), 9);
    }

    #[test]
    fn another_office_takes_the_station_of_the_last_one_away() {
        let said = Said { office: Some(Uuid::from_u128(9)), ..Said::default() };
        assert_eq!(over(&said, Some(&known())).unwrap().duty_station, None);
    }

    #[test]
    fn half_an_emergency_contact_is_refused_and_a_nationality_is_no_passport() {
        let said = Said { fallback_name: Some("Ada".to_owned()), ..Said::default() };
        assert_eq!(over(&said, Some(&known())).map(drop).unwrap_err().0, ImportField::FallbackNumber);
        let said = Said { passport_country: Some("KEN".to_owned()), ..Said::default() };
        assert!(over(&said, Some(&known())).unwrap().passport.is_none());
    }
}
