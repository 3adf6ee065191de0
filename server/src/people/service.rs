//! The register: entering people, finding them, naming them.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::case::PhoneNumber;

pub use super::attesting::{OVERDUE, lists, overdue};
pub use super::counting::zone_cursor;
pub use super::lists::{
    by_emails, by_external, by_numbers, entered, leave_many, lock_many, may_put, outlines, present, related_within,
    return_many, upsert_many,
};
pub use super::placed::{may_place, place_many, places_now, replace_many};
use super::shown::brief_of;
use super::store;
use super::viewer::{Sight, Viewer};
pub use super::whereabouts::{PLACE_BEGINS, begins};
pub use super::withdrawing::{delete_staged_some, named_by, staged_imports, unstage_some, withdraw_many};
use super::{Checked, Identity, Known, Put};
use crate::kernel::ids;
use crate::places::{Directory, View};
use crate::store::vault::Vault;
use crate::store::{AnyConn, QueryResult, Store, StoreError, Tx};

/// Enters and finds people. Clones share it.
#[derive(Clone)]
pub struct People {
    pub(super) store: Store,
    pub(super) directory: Arc<Directory>,
}

impl People {
    /// Over this store.
    pub fn new(store: Store, directory: Arc<Directory>) -> Self {
        Self { store, directory }
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

/// The scopes that hear of these people for where they are now: one look-up by
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

/// The names of these people, of those whom the viewer may see by name.
pub fn names_for(conn: &mut AnyConn, viewer: &Viewer, people: &[Uuid]) -> QueryResult<HashMap<Uuid, String>> {
    let rows = store::rows(conn, people)?.into_iter();
    let seen = rows.filter(|row| matches!(viewer.sight(row.office.0, row.kind()), Some(Sight::Whole { .. })));
    Ok(seen.map(|row| (row.id.0, row.name)).collect())
}

/// A person's numbers, the first to try first.
pub fn numbers(conn: &mut AnyConn, vault: &Vault, person: Uuid) -> QueryResult<Vec<PhoneNumber>> {
    Ok(store::numbers(conn, vault, &[person])?.remove(&person).unwrap_or_default())
}

/// A person as rights see them.
pub fn identity(conn: &mut AnyConn, person: Uuid) -> QueryResult<Option<Identity>> {
    store::identity(conn, person)
}

/// [`identity`] of several people; those who are not in the register are not in it.
pub fn identities(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<Vec<Identity>> {
    store::identities(conn, of)
}

/// [`identity`], to let somebody in or give them more: until the transaction is over nobody else does that to
/// them, and nobody notes that they have left.
pub fn hold(tx: &mut Tx<'_>, person: Uuid) -> QueryResult<Option<Identity>> {
    store::hold(tx, person)
}

/// Whose e-mail address this is, in the form of [`super::email_key`].
pub fn by_email(conn: &mut AnyConn, email: &str) -> QueryResult<Option<Identity>> {
    store::by_email(conn, email)
}
