//! A person's fields, checked: what the register may hold of anybody.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::people::{ChangePerson, Fallback, Medical, NewPerson, NewPhone, Passport, PersonKind};

use crate::kernel::clock::micros;
use crate::kernel::field::{self, Invalid};
use crate::kernel::seal::sha256;
use crate::kernel::text::folded;

/// What a number may be.
const PHONE_KINDS: &[&str] = &["mobile", "home", "office", "satellite", "radio"];

/// What a blood group may be.
const BLOOD_GROUPS: &[&str] = &["O+", "O-", "A+", "A-", "B+", "B-", "AB+", "AB-"];

/// A person with every field checked and in the one form that the register keeps: trimmed, numbers
/// as E.164, addresses in lower case. Equal people have equal fields.
#[derive(Clone, PartialEq, Eq)]
pub struct Checked {
    person: NewPerson,
    folded: String,
}

impl Checked {
    /// Checks every field that can be checked without the database.
    pub fn new(new: &NewPerson) -> Result<Self, Invalid> {
        let person = NewPerson {
            office: new.office,
            duty_station: new.duty_station,
            kind: new.kind,
            name: field::line("/name", &new.name, 1, 200)?,
            email: new.email.as_deref().map(checked_email).transpose()?,
            languages: languages(&new.languages)?,
            call_sign: optional("/call_sign", &new.call_sign, 20)?.as_deref().map(call_sign_key),
            phones: phones(&new.phones)?,
            external_id: optional("/external_id", &new.external_id, 100)?,
            job_title: optional("/job_title", &new.job_title, 200)?,
            time_zone: new.time_zone.as_deref().map(|zone| field::time_zone("/time_zone", zone)).transpose()?,
            zone: new.zone,
            sponsor: new.sponsor,
            supervisor: new.supervisor,
            present_from: new.present_from.map(micros),
            present_until: new.present_until.map(micros),
            residence: optional("/residence", &new.residence, 300)?,
            hotel: optional("/hotel", &new.hotel, 300)?,
            fallback: new.fallback.as_ref().map(fallback).transpose()?,
            passport: new.passport.as_ref().map(passport).transpose()?,
            medical: new.medical.as_ref().map(medical).transpose()?.flatten(),
        };
        in_order(person.present_from, person.present_until)?;
        let comes_along = matches!(person.kind, PersonKind::Dependant | PersonKind::Visitor | PersonKind::Partner);
        if person.sponsor.is_some() && !comes_along {
            return Err(Invalid::new("/sponsor", SPONSORED));
        }
        Ok(Self::kept(person))
    }

    /// A person as the register keeps them: checked when they were entered.
    pub(super) fn kept(person: NewPerson) -> Self {
        let folded = searched(&person.name, person.call_sign.as_deref());
        Self { person, folded }
    }

    /// The same person after a change, checked.
    pub fn changed(&self, change: &ChangePerson) -> Result<Self, Invalid> {
        let mut person = self.person.clone();
        let c = change.clone();
        set(&mut person.office, c.office);
        set(&mut person.duty_station, c.duty_station);
        set(&mut person.kind, c.kind);
        set(&mut person.name, c.name);
        set(&mut person.email, c.email);
        set(&mut person.languages, c.languages);
        set(&mut person.call_sign, c.call_sign);
        set(&mut person.phones, c.phones);
        set(&mut person.external_id, c.external_id);
        set(&mut person.job_title, c.job_title);
        set(&mut person.time_zone, c.time_zone);
        set(&mut person.zone, c.zone);
        set(&mut person.sponsor, c.sponsor);
        set(&mut person.supervisor, c.supervisor);
        set(&mut person.present_from, c.present_from);
        set(&mut person.present_until, c.present_until);
        set(&mut person.residence, c.residence);
        set(&mut person.hotel, c.hotel);
        set(&mut person.fallback, c.fallback);
        set(&mut person.passport, c.passport);
        set(&mut person.medical, c.medical);
        Self::new(&person)
    }

    /// The country office that the person is to belong to.
    pub fn office(&self) -> Uuid {
        self.person.office
    }

    /// The fields.
    pub fn fields(&self) -> &NewPerson {
        &self.person
    }

    /// What the person is searched by.
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }

    /// The same person in another country office.
    pub fn in_office(mut self, office: Uuid) -> Self {
        self.person.office = office;
        self
    }

    /// Equal for equal fields: tells whether a list says anything new. Keep it sealed or in memory:
    /// whoever can guess the fields can make it, too.
    pub fn digest(&self) -> [u8; 32] {
        sha256(&serde_json::to_vec(&self.person).unwrap_or_default())
    }
}

const SPONSORED: &str = "Only those who come along with somebody have a sponsor: dependants, visitors, partners.";

fn set<T>(field: &mut T, change: Option<T>) {
    if let Some(change) = change {
        *field = change;
    }
}

fn optional(field: &str, value: &Option<String>, most: usize) -> Result<Option<String>, Invalid> {
    value.as_deref().map(|value| field::line(field, value, 1, most)).transpose()
}

fn in_order(from: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>) -> Result<(), Invalid> {
    match (from, until) {
        (Some(from), Some(until)) if until <= from => {
            Err(Invalid::new("/present_until", "It would end before it begins; give a later end, or none."))
        }
        _ => Ok(()),
    }
}

/// A call sign as it is stored and looked up: in capital letters, single blanks.
pub(super) fn call_sign_key(sign: &str) -> String {
    sign.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase()
}

/// What a person is searched by: the name and the call sign, folded, in one text.
fn searched(name: &str, call_sign: Option<&str>) -> String {
    folded(&format!("{name} {}", call_sign.unwrap_or_default()))
}

/// An e-mail address as it is stored and looked up: nobody has two accounts by capital letters.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// An e-mail address, in the form of [`email_key`].
pub fn checked_email(email: &str) -> Result<String, Invalid> {
    let email = email_key(email);
    let odd = email.chars().any(|c| c.is_whitespace() || c.is_control());
    let parts = email.split_once('@').filter(|(local, domain)| {
        (1..=64).contains(&local.chars().count()) && !domain.is_empty() && !domain.contains('@')
    });
    if odd || parts.is_none() || email.chars().count() > 254 {
        return Err(Invalid::new("/email", "Give an e-mail address, such as name@organisation.example."));
    }
    Ok(email)
}

fn languages(tags: &[String]) -> Result<Vec<String>, Invalid> {
    if tags.len() > 8 {
        return Err(Invalid::new("/languages", "Give at most 8 languages."));
    }
    tags.iter().enumerate().map(|(at, tag)| language(at, tag)).collect()
}

/// A BCP 47 tag, by its form.
fn language(at: usize, tag: &str) -> Result<String, Invalid> {
    let mut parts = tag.split('-');
    let first =
        parts.next().is_some_and(|part| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphabetic()));
    let rest = parts.all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()));
    if !first || !rest || tag.len() > 35 {
        return Err(Invalid::new(format!("/languages/{at}"), "Give a language tag, such as en, ar or pt-BR."));
    }
    Ok(tag.to_owned())
}

/// Numbers in their order; one that comes twice is kept once.
fn phones(phones: &[NewPhone]) -> Result<Vec<NewPhone>, Invalid> {
    if phones.len() > 10 {
        return Err(Invalid::new("/phones", "Give at most 10 numbers."));
    }
    let mut checked: Vec<NewPhone> = Vec::with_capacity(phones.len());
    for (at, phone) in phones.iter().enumerate() {
        if !PHONE_KINDS.contains(&phone.kind.as_str()) {
            let why = "Say what number it is: mobile, home, office, satellite or radio.";
            return Err(Invalid::new(format!("/phones/{at}/kind"), why));
        }
        let number = field::number(&format!("/phones/{at}/number"), &phone.number)?;
        if checked.iter().all(|known| known.number != number) {
            checked.push(NewPhone { number, kind: phone.kind.clone() });
        }
    }
    Ok(checked)
}

fn fallback(new: &Fallback) -> Result<Fallback, Invalid> {
    Ok(Fallback {
        name: field::line("/fallback/name", &new.name, 1, 200)?,
        number: field::number("/fallback/number", &new.number)?,
    })
}

fn passport(new: &Passport) -> Result<Passport, Invalid> {
    let number: String = new.number.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    if !(1..=20).contains(&number.len()) || !number.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(Invalid::new("/passport/number", "Give the document number: 1 to 20 letters and digits."));
    }
    let country = new.country.trim().to_uppercase();
    if !(1..=3).contains(&country.len()) || !country.chars().all(|c| c.is_ascii_uppercase()) {
        let why = "Give the issuer as in the machine-readable zone, such as KEN, D or UNO.";
        return Err(Invalid::new("/passport/country", why));
    }
    Ok(Passport { number, country, expires: new.expires })
}

/// What helps a medic; none where nothing was said.
fn medical(new: &Medical) -> Result<Option<Medical>, Invalid> {
    let group = |group: &String| {
        let group = group.trim().to_uppercase().replace('0', "O");
        if BLOOD_GROUPS.contains(&group.as_str()) {
            return Ok(group);
        }
        Err(Invalid::new("/medical/blood_group", "Give O, A, B or AB with + or -."))
    };
    let medical = Medical {
        blood_group: new.blood_group.as_ref().map(group).transpose()?,
        allergies: optional("/medical/allergies", &new.allergies, 500)?,
        notes: optional("/medical/notes", &new.notes, 1_000)?,
    };
    Ok((medical != Medical::default()).then_some(medical))
}
