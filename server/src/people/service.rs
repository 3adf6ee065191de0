//! The register: entering people, finding them, naming them.

use std::collections::HashSet;
use std::sync::Arc;

use uuid::Uuid;
use wire::access::Permission;
use wire::case::{PersonBrief, PhoneNumber};
use wire::people::{NewPerson, Person, PersonKind};

use super::store::{self, PersonRow, Wanted};
use super::{Checked, Identity, Known, Refusal, call_sign_key};
use crate::access::{Operator, Reach};
use crate::devices;
use crate::kernel::field::Invalid;
use crate::kernel::ids;
use crate::kernel::text::{e164, folded};
use crate::places::{self, Directory, View};
use crate::store::requests::{Request, once};
use crate::store::vault::Vault;
use crate::store::{AnyConn, Halt, Lane, QueryResult, Reading, Store, StoreError, Tx, WriteError};

/// Most people that a search finds.
const FOUND: usize = 20;

/// Longest text that is searched for, in characters.
const LONGEST_QUERY: usize = 100;

/// Enters and finds people. Clones share it.
#[derive(Clone)]
pub struct People {
    store: Store,
    directory: Arc<Directory>,
}

impl People {
    /// Over this store.
    pub fn new(store: Store, directory: Arc<Directory>) -> Self {
        Self { store, directory }
    }

    /// Enters a person of an office that the caller administers.
    pub async fn create(
        &self,
        by: &Operator,
        request: Request,
        new: &NewPerson,
    ) -> Result<Person, WriteError<Refusal>> {
        let new = Checked::new(new).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        if !by.may(Permission::EditPeople).contains(new.office()) {
            return Err(WriteError::Refused(Invalid::new("/office", NO_OFFICE).into()));
        }
        let view = self.directory.view();
        let made = self.store.write(Lane::Normal, Vec::new(), move |tx| {
            once(tx, request, |tx| {
                may_enter(tx.reading(), std::slice::from_ref(&new))?;
                let made = create_one(tx, &new)?;
                let rows = store::rows(tx.reading(), &[made])?;
                let vault = tx.vault();
                Ok(shown(tx.reading(), vault, &view, rows)?)
            })
        });
        let made: Vec<Person> = made.await?;
        made.into_iter()
            .next()
            .ok_or_else(|| StoreError::Fault("a person was entered and not found again".into()).into())
    }

    /// People in reach whose name, call sign or number matches, the best first, at most 20. Without
    /// a text the first by name.
    pub async fn search(&self, text: &str, reach: Reach) -> Result<Vec<Person>, WriteError<Refusal>> {
        if text.chars().count() > LONGEST_QUERY {
            return Err(WriteError::Refused(Invalid::new("/q", "Search for at most 100 characters.").into()));
        }
        let (text, view) = (text.to_owned(), self.directory.view());
        let found = self.store.read(move |reading| search(reading, &view, &text, &reach));
        Ok(found.await?)
    }

    /// How others may know a person.
    pub async fn brief(&self, person: Uuid) -> Result<Option<Known>, StoreError> {
        let view = self.directory.view();
        self.store.read(move |reading| brief(reading.conn, &view, person)).await
    }
}

const NO_OFFICE: &str = "There is no such country office for you; take an identifier that GET /v1/places names.";

/// Whether these people may be entered: their offices and stations are there, and nobody, in the
/// register or among them, has their e-mail address. Fields of the first that may not are named.
pub fn may_enter(conn: &mut AnyConn, new: &[Checked]) -> Result<(), Halt<Refusal>> {
    let emails: Vec<&str> = new.iter().filter_map(|person| person.email.as_deref()).collect();
    let distinct: HashSet<&str> = emails.iter().copied().collect();
    if distinct.len() < emails.len() || !store::emails_taken(conn, &emails)?.is_empty() {
        let why = "Somebody in the register has this e-mail address; find them, or give another address.";
        return Err(Halt::Refuse(Refusal::Exists(Invalid::new("/email", why))));
    }
    let places: HashSet<(Uuid, Option<Uuid>)> = new.iter().map(|person| (person.office, person.duty_station)).collect();
    for (office, station) in places {
        if places::service::office(conn, office)?.is_none() {
            return Err(Halt::Refuse(Invalid::new("/office", NO_OFFICE).into()));
        }
        let Some(station) = station else { continue };
        if places::service::station(conn, station)?.is_none_or(|found| found.office != office) {
            let why = "There is no such duty station of that office; take one that GET /v1/places names.";
            return Err(Halt::Refuse(Invalid::new("/duty_station", why).into()));
        }
    }
    Ok(())
}

/// Enters people, unchecked but for what [`Checked`] proves, and gives their identifiers in the same
/// order. Give at most [`super::CHUNK`] at a time, so that alarms do not wait for the transaction.
pub fn create_many(tx: &mut Tx<'_>, new: &[Checked]) -> QueryResult<Vec<Uuid>> {
    let new: Vec<(Uuid, &Checked)> = new.iter().map(|person| (ids::new(tx.now()), person)).collect();
    store::insert(tx, &new)?;
    Ok(new.into_iter().map(|(id, _)| id).collect())
}

/// [`create_many`] for one.
pub fn create_one(tx: &mut Tx<'_>, new: &Checked) -> QueryResult<Uuid> {
    let id = ids::new(tx.now());
    store::insert(tx, &[(id, new)])?;
    Ok(id)
}

/// How others may know a person. Names of places that were made within the last seconds on another
/// node may be absent; identifiers never are.
pub fn brief(conn: &mut AnyConn, view: &View, person: Uuid) -> QueryResult<Option<Known>> {
    Ok(store::person(conn, person)?.map(|(row, organisation)| Known {
        office: row.office.0,
        organisation,
        left: row.left_at.is_some(),
        brief: brief_of(row, view),
    }))
}

/// A person's numbers, the first to try first.
pub fn numbers(conn: &mut AnyConn, vault: &Vault, person: Uuid) -> QueryResult<Vec<PhoneNumber>> {
    Ok(store::numbers(conn, vault, &[person])?.remove(&person).unwrap_or_default())
}

/// A person as rights see them.
pub fn identity(conn: &mut AnyConn, person: Uuid) -> QueryResult<Option<Identity>> {
    store::identity(conn, person)
}

/// Whose e-mail address this is, in the form of [`super::email_key`].
pub fn by_email(conn: &mut AnyConn, email: &str) -> QueryResult<Option<Identity>> {
    store::by_email(conn, email)
}

fn brief_of(row: PersonRow, view: &View) -> PersonBrief {
    let office = view.office(row.office.0);
    let organisation = office.and_then(|office| view.organisation(office.organisation));
    let station = row.duty_station.and_then(|station| view.station(station.0));
    PersonBrief {
        id: Some(row.id.0),
        organisation: organisation.map(|organisation| organisation.short_name.clone()),
        office: office.map(|office| office.name.clone()),
        duty_station: station.map(|station| station.name.clone()),
        time_zone: station.map(|station| station.time_zone.clone()),
        languages: row.languages(),
        name: row.name,
        call_sign: row.call_sign,
    }
}

fn search(reading: &mut Reading<'_>, view: &View, text: &str, reach: &Reach) -> QueryResult<Vec<Person>> {
    let within: Option<Vec<Uuid>> = match reach {
        Reach::Everything => None,
        Reach::Scopes(scopes) => Some(scopes.iter().copied().collect()),
    };
    let text_folded = folded(text);
    let words = text_folded.split(' ').map(str::to_owned).collect();
    let mut wanted =
        vec![Wanted::CallSign(call_sign_key(text)), Wanted::Beginning(text_folded.clone()), Wanted::Words(words)];
    if let Some(number) = e164(text) {
        wanted = vec![Wanted::Number(number)];
    }
    let keyring = reading.vault.keyring();
    let mut rows: Vec<PersonRow> = Vec::new();
    for wanted in &wanted {
        if rows.len() < FOUND {
            let known: HashSet<Uuid> = rows.iter().map(|row| row.id.0).collect();
            let more = store::find(reading.conn, keyring, wanted, within.as_deref(), 2 * FOUND as i64)?;
            rows.extend(more.into_iter().filter(|row| !known.contains(&row.id.0)));
        }
    }
    rows.truncate(FOUND);
    shown(reading.conn, reading.vault, view, rows)
}

fn shown(conn: &mut AnyConn, vault: &Vault, view: &View, rows: Vec<PersonRow>) -> QueryResult<Vec<Person>> {
    let people: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let mut numbers = store::numbers(conn, vault, &people)?;
    let devices = devices::service::enrolled(conn, &people)?;
    let one = |row: PersonRow| Person {
        kind: kind_of(&row),
        phones: numbers.remove(&row.id.0).unwrap_or_default(),
        devices: devices.get(&row.id.0).copied().unwrap_or_default(),
        brief: brief_of(row, view),
    };
    Ok(rows.into_iter().map(one).collect())
}

fn kind_of(row: &PersonRow) -> PersonKind {
    PersonKind::from_word(&row.kind).unwrap_or_else(|| {
        tracing::warn!(person = %row.id.0, "a kind of person that this version does not know is shown as partner");
        PersonKind::Partner
    })
}
