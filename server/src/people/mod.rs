//! People of the register: who they are, where they belong, how they are reached.

use uuid::Uuid;
use wire::case::PersonBrief;
use wire::people::{NewPerson, PersonKind};

use crate::kernel::field::{self, Invalid};
use crate::kernel::text::folded;
use crate::store::requests::KeyReused;

pub mod http;
pub mod service;
mod store;
#[cfg(test)]
pub(crate) use store::leave;

/// Most people that one transaction takes.
pub const CHUNK: usize = 200;

/// What a number may be.
const PHONE_KINDS: &[&str] = &["mobile", "home", "office", "satellite", "radio"];

/// What others may know of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Known {
    /// As screens name them.
    pub brief: PersonBrief,
    /// Their country office.
    pub office: Uuid,
    /// Their organisation.
    pub organisation: Uuid,
    /// Whether they have left.
    pub left: bool,
}

/// A person as rights see them.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The person.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// E-mail address, in lower case.
    pub email: Option<String>,
    /// Their country office.
    pub office: Uuid,
    /// Whether they have left.
    pub left: bool,
}

/// A number of a new person, E.164.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    /// `+` and digits.
    pub number: String,
    /// `mobile`, `home`, `office`, `satellite`, `radio`.
    pub kind: String,
}

/// A new person with every field checked. Only [`Checked::new`] makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct Checked {
    office: Uuid,
    duty_station: Option<Uuid>,
    kind: PersonKind,
    name: String,
    folded: String,
    email: Option<String>,
    languages: Vec<String>,
    call_sign: Option<String>,
    phones: Vec<Phone>,
}

impl Checked {
    /// Checks every field that can be checked without the database.
    pub fn new(new: &NewPerson) -> Result<Self, Invalid> {
        let name = field::line("/name", &new.name, 1, 200)?;
        let call_sign = new.call_sign.as_deref().map(|sign| field::line("/call_sign", sign, 1, 20)).transpose()?;
        let call_sign = call_sign.as_deref().map(call_sign_key);
        if new.languages.len() > 8 {
            return Err(Invalid::new("/languages", "Give at most 8 languages."));
        }
        if new.phones.len() > 10 {
            return Err(Invalid::new("/phones", "Give at most 10 numbers."));
        }
        let languages = new.languages.iter().enumerate().map(|(at, tag)| language(at, tag));
        let phones = new.phones.iter().enumerate().map(|(at, phone)| checked_phone(at, phone));
        Ok(Self {
            office: new.office,
            duty_station: new.duty_station,
            kind: new.kind,
            folded: searched(&name, call_sign.as_deref()),
            name,
            email: new.email.as_deref().map(checked_email).transpose()?,
            languages: languages.collect::<Result<_, _>>()?,
            call_sign,
            phones: phones.collect::<Result<_, _>>()?,
        })
    }

    /// The country office that the person is to belong to.
    pub fn office(&self) -> Uuid {
        self.office
    }

    /// The same person in another country office.
    pub fn in_office(self, office: Uuid) -> Self {
        Self { office, ..self }
    }
}

/// A call sign as it is stored and looked up: in capital letters, single blanks.
fn call_sign_key(sign: &str) -> String {
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

fn checked_phone(at: usize, phone: &wire::people::NewPhone) -> Result<Phone, Invalid> {
    if !PHONE_KINDS.contains(&phone.kind.as_str()) {
        let why = "Say what number it is: mobile, home, office, satellite or radio.";
        return Err(Invalid::new(format!("/phones/{at}/kind"), why));
    }
    let number = field::number(&format!("/phones/{at}/number"), &phone.number)?;
    Ok(Phone { number, kind: phone.kind.clone() })
}

/// Why something about people was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A field has an impossible value.
    Invalid(Invalid),
    /// There is one already.
    Exists(Invalid),
    /// The key was used with another body.
    KeyReused,
}

impl From<KeyReused> for Refusal {
    fn from(_: KeyReused) -> Self {
        Self::KeyReused
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

#[cfg(test)]
mod tests;
