//! The register: entering people, finding them, naming them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Permission;
use wire::case::{PersonBrief, PhoneNumber};
use wire::people::{NewPerson, Person};

use super::checked::call_sign_key;
use super::lists::NO_OFFICE;
pub use super::lists::{
    by_emails, by_external, by_numbers, delete_staged_some, entered, leave_many, may_put, present, related_within,
    return_many, unstage_some, upsert_many,
};
use super::store::{self, Named, PersonRow, Wanted};
use super::{Checked, Identity, Known, Put, Refusal};
use crate::access::{Operator, Reach};
use crate::devices;
use crate::kernel::field::Invalid;
use crate::kernel::ids;
use crate::kernel::text::{e164, folded};
use crate::places::{Directory, View};
use crate::store::requests::{Request, once};
use crate::store::vault::Vault;
use crate::store::{AnyConn, Lane, QueryResult, Reading, Store, StoreError, Tx, WriteError};

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
        let (view, reach) = (self.directory.view(), by.may(Permission::EditPeople).clone());
        let made = self.store.write(Lane::Normal, Vec::new(), move |tx| {
            once(tx, request, |tx| {
                let made = ids::new(tx.now());
                let put = Put { id: made, person: &new };
                related_within(tx.reading(), &reach, &new)?;
                may_put(tx.reading(), &[put], &HashMap::new())?;
                upsert_many(tx, &[put], None, None)?;
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

/// Enters people, unchecked but for what [`Checked`] proves, and gives their identifiers in the same
/// order. Give at most [`super::CHUNK`] at a time, so that alarms do not wait for the transaction.
pub fn create_many(tx: &mut Tx<'_>, new: &[Checked]) -> QueryResult<Vec<Uuid>> {
    let now = tx.now();
    let puts: Vec<Put<'_>> = new.iter().map(|person| Put { id: ids::new(now), person }).collect();
    upsert_many(tx, &puts, None, None)?;
    Ok(puts.into_iter().map(|put| put.id).collect())
}

/// [`create_many`] for one.
pub fn create_one(tx: &mut Tx<'_>, new: &Checked) -> QueryResult<Uuid> {
    let id = ids::new(tx.now());
    upsert_many(tx, &[Put { id, person: new }], None, None)?;
    Ok(id)
}

/// The scopes that hear of these people for where they are now (law 3 of DESIGN.md): one look-up by
/// primary key.
pub fn scopes_now(conn: &mut AnyConn, people: &[Uuid], now: DateTime<Utc>) -> QueryResult<Vec<Uuid>> {
    store::scopes_now(conn, people, now)
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
    let named = Named { people: within, dependants: None };
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
            let more = store::find(reading.conn, keyring, wanted, &named, 2 * FOUND as i64)?;
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
        kind: row.kind(),
        phones: numbers.remove(&row.id.0).unwrap_or_default(),
        devices: devices.get(&row.id.0).copied().unwrap_or_default(),
        office_id: row.office.0,
        duty_station_id: row.duty_station.map(|id| id.0),
        left_at: row.left_at.map(|at| at.0),
        current_place: None,
        zone: row.zone.map(|id| id.0),
        masked: Vec::new(),
        brief: brief_of(row, view),
    };
    Ok(rows.into_iter().map(one).collect())
}
