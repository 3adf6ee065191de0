//! The first administrator: by a one-time link printed at first start, or from the command line.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::access::Role;
use wire::people::{NewPerson, PersonKind};
use wire::places::NewOrganisation;
use wire::setup::FirstAdministrator;

use super::service::crowded;
use super::{Access, Area, Grant, Refusal, SignedIn, insert_grant, passwords, secret, sessions, store};
use crate::kernel::field::{self, Invalid};
use crate::people::{self, Checked, checked_email};
use crate::places::service as places;
use crate::places::{NO_COUNTRY, Office, Organisation};
use crate::store::{AnyConn, Halt, Lane, QueryResult, StoreError, Tx, WriteError};

/// How long the link of the first administrator works; a new start prints a new one.
const SETUP_LIFE: TimeDelta = TimeDelta::hours(24);

/// Purpose of the secret of that link.
const SETUP: &str = "setup";

/// An administrator of the whole installation, made without anybody's right: by who holds the
/// one-time link, or the machine.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewAdministrator {
    /// The organisation's name, 1 to 200 characters. One of this name is used, or made.
    pub organisation: String,
    /// Country of the headquarters, ISO 3166-1 alpha-2; none for [`NO_COUNTRY`].
    #[serde(default)]
    pub country: Option<String>,
    /// Name, 1 to 200 characters.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// At least 15 characters.
    pub password: String,
}

/// Why no administrator was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMade {
    /// A rule says no.
    #[error("{0}")]
    Refused(Refusal),
    /// The store says no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A new administrator with every field checked and the password hashed.
struct Ready {
    organisation: Organisation,
    country: String,
    email: String,
    person: Checked,
    hash: String,
}

impl Access {
    /// A fresh secret for the link of the first administrator, for 24 hours; none when there ever
    /// was an administrator.
    pub async fn setup_secret(&self) -> Result<Option<String>, StoreError> {
        let link = secret::fresh();
        let hash = secret::hash(&link);
        let issued = self.inner.store.write(Lane::Normal, Vec::new(), move |tx| {
            if store::grants::any_administrator(tx.reading())? {
                return Err(Halt::Refuse(()));
            }
            let expires = tx.now() + SETUP_LIFE;
            Ok(store::insert_secret(tx, of_nobody(&hash, expires, false))?)
        });
        match issued.await {
            Ok(()) => Ok(Some(link)),
            Err(WriteError::Refused(())) => Ok(None),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Makes the first administrator by the link's secret, once, and signs them in.
    /// `device` is the browser that it is done with.
    pub async fn set_up(&self, first: FirstAdministrator, device: String) -> Result<SignedIn, WriteError<Refusal>> {
        let FirstAdministrator { secret: link, organisation, name, email, password } = first;
        let link = secret::hash(&link);
        let now = self.now();
        // Looked up before the password is hashed, so that a wrong link costs nothing.
        let good = self.inner.store.read(move |reading| store::good_secret(reading.conn, &link, SETUP, now));
        if good.await?.is_none() {
            return Err(WriteError::Refused(Refusal::LinkInvalid));
        }
        let new = NewAdministrator { organisation, country: None, name, email, password };
        let mut ready = checked(&new).map_err(WriteError::Refused)?;
        ready.hash = self.inner.hashing.hash(new.password).await.map_err(crowded)?;
        let cookie = secret::fresh();
        let session = secret::hash(&cookie);
        let made = self.inner.store.write(Lane::Normal, Vec::new(), move |tx| {
            let now = tx.now();
            let good = store::good_secret(tx.reading(), &link, SETUP, now)?.is_some();
            if !good
                || store::grants::any_administrator(tx.reading())?
                || store::knows_secret(tx.reading(), &first_made())?
            {
                return Err(Halt::Refuse(Refusal::LinkInvalid));
            }
            may_make(tx.reading(), &ready)?;
            // Two nodes print two links. Only one of them can insert this row.
            store::insert_secret(tx, of_nobody(&first_made(), now, true))?;
            store::use_secret(tx, &link)?;
            let person = make(tx, &ready)?;
            let opening = store::Opening { person, device: device.clone(), second_factor: false };
            Ok(sessions::open(tx, &session, &opening).map(drop)?)
        });
        made.await?;
        self.inner.directory.catch_up().await;
        let operator = self.recheck(session).await?.ok_or(WriteError::Refused(Refusal::SignInFailed))?;
        Ok(SignedIn { cookie, operator })
    }

    /// Makes an administrator of the whole installation, also where there is one, and gives their
    /// name: for who is at the machine, and the way back in when every administrator's password is
    /// lost. Blocks.
    pub fn create_admin(&self, new: NewAdministrator) -> Result<String, NotMade> {
        let mut ready = checked(&new).map_err(NotMade::Refused)?;
        let hash = self.inner.hashing.hash_blocking(&new.password);
        ready.hash = hash.map_err(|error| StoreError::Fault(error.to_string()))?;
        let made = self.inner.store.write_blocking(Lane::Normal, Vec::new(), move |tx| {
            may_make(tx.reading(), &ready)?;
            Ok(make(tx, &ready).map(drop)?)
        });
        made.map_err(|error| match error {
            WriteError::Refused(refusal) => NotMade::Refused(refusal),
            WriteError::Store(error) => NotMade::Store(error),
        })?;
        self.inner.directory.reload_blocking()?;
        Ok(new.name.trim().to_owned())
    }
}

/// Checks everything that needs no database. The hash is not made yet.
fn checked(new: &NewAdministrator) -> Result<Ready, Refusal> {
    let organisation = checked_organisation(&new.organisation)?;
    let (email, person) = checked_person(new)?;
    passwords::check(&new.password, &new.email, &new.name).map_err(Refusal::Password)?;
    let country = new.country.clone().unwrap_or_else(|| NO_COUNTRY.to_owned());
    Ok(Ready { organisation, country, email, person, hash: String::new() })
}

/// What marks that the first administrator was made. It is no secret's hash.
fn first_made() -> [u8; 32] {
    secret::hash("the first administrator was made")
}

/// A secret of the first administrator: whoever is at the machine may read it, and nobody issues it.
fn of_nobody(hash: &[u8; 32], expires: DateTime<Utc>, used: bool) -> store::NewSecret<'_> {
    store::NewSecret { hash, purpose: SETUP, person: None, issued_by: None, expires, used }
}

fn checked_organisation(name: &str) -> Result<Organisation, Invalid> {
    let name = field::line("/organisation", name, 1, 200)?;
    let short_name = short_name(&name);
    places::checked_organisation(&NewOrganisation { name, short_name, operations_number: None }, None)
}

/// The e-mail address and the person, of no office yet. Nobody said what kind of person it is:
/// international staff, as at most headquarters.
fn checked_person(new: &NewAdministrator) -> Result<(String, Checked), Invalid> {
    let email = checked_email(&new.email)?;
    let person = NewPerson {
        email: Some(email.clone()),
        ..NewPerson::new(Uuid::nil(), PersonKind::StaffIntl, new.name.clone())
    };
    Ok((email, Checked::new(&person)?))
}

/// A short name for an organisation that gave none: its name where that is short, else its initials,
/// else the beginning of its name. At most 20 characters.
fn short_name(name: &str) -> String {
    if name.chars().count() <= 20 {
        return name.to_owned();
    }
    let initials: String =
        name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).collect();
    let initials = initials.to_uppercase();
    let some = if (2..=20).contains(&initials.chars().count()) { initials } else { name.chars().take(20).collect() };
    some.trim().to_owned()
}

/// Everything that may refuse, before the first write.
fn may_make(conn: &mut AnyConn, ready: &Ready) -> Result<(), Halt<Refusal>> {
    if people::service::by_email(conn, &ready.email)?.is_some() {
        let why = "Somebody in the register has this e-mail address; give another.";
        return Err(Halt::Refuse(Refusal::Exists(Invalid::new("/email", why))));
    }
    let made = places::organisation_named(conn, &ready.organisation.name)?.is_some();
    if !made && places::short_name_taken(conn, &ready.organisation.short_name)? {
        let why = "Another organisation goes by the same initials; give the other one's name, or another name.";
        return Err(Halt::Refuse(Refusal::Exists(Invalid::new("/organisation", why))));
    }
    if !places::knows_country(conn, &ready.country)? {
        return Err(Halt::Refuse(
            Invalid::new("/country", "Give the two capital letters of ISO 3166-1, such as CH.").into(),
        ));
    }
    Ok(())
}

/// Makes the organisation and its headquarters where they are missing, the person, the account and
/// the grant.
fn make(tx: &mut Tx<'_>, ready: &Ready) -> QueryResult<Uuid> {
    let organisation = match places::organisation_named(tx.reading(), &ready.organisation.name)? {
        Some(found) => found.id,
        None => places::insert_organisation(tx, ready.organisation.clone())?.id,
    };
    let office = match places::office_in(tx.reading(), organisation, &ready.country)? {
        Some(found) => found.id,
        None => places::insert_office(tx, headquarters(organisation, &ready.country))?.id,
    };
    let person = people::service::create_one(tx, &ready.person.clone().in_office(office))?;
    store::put_account(tx, person, &ready.hash)?;
    let grant = Grant::appointment(Role::Administrator, Area::Installation, tx.now());
    insert_grant(tx, person, grant)?;
    Ok(person)
}

fn headquarters(organisation: Uuid, country: &str) -> Office {
    Office {
        id: Uuid::nil(),
        organisation,
        country: country.to_owned(),
        name: "Headquarters".to_owned(),
        duty_number: None,
        emergency_number: None,
        closed_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_shortened_to_its_initials() {
        assert_eq!(short_name("Relief Corps"), "Relief Corps");
        assert_eq!(short_name("United Relief Agency for Testing"), "URAFT");
        assert_eq!(short_name("Donaudampfschifffahrtsgesellschaft"), "Donaudampfschifffahr");
        assert!(short_name(&"a b ".repeat(50)).chars().count() <= 20);
    }
}
