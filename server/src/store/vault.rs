//! Data keys: each subject of the log has one, wrapped by every scope that may read it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use diesel::prelude::*;
use uuid::Uuid;

use super::AnyConn;
use super::schema::subject_keys;
use super::types::{Id, ids};
use crate::kernel::seal::{Keyring, SealKey, Unsealable};
use crate::on;

/// Opened data keys kept in memory; when there are more, the memory is emptied.
const KEPT: usize = 50_000;

/// The installation's keys and the data keys opened lately.
#[derive(Debug)]
pub struct Vault {
    keyring: Keyring,
    opened: Mutex<HashMap<Uuid, SealKey>>,
    scopes: Mutex<HashMap<Uuid, Vec<Uuid>>>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = subject_keys, treat_none_as_default_value = false)]
struct Wrapped {
    subject: Id,
    scope: Id,
    wrapped: Vec<u8>,
}

impl Vault {
    /// Of an installation's keys.
    pub fn new(keyring: Keyring) -> Self {
        Self { keyring, opened: Mutex::default(), scopes: Mutex::default() }
    }

    /// The installation's keys.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Makes the data key of a new subject and wraps it for its scopes. Subjects are new identifiers
    /// each time a closure runs, so a key of a transaction that failed is never asked for again.
    pub fn create(&self, conn: &mut AnyConn, subject: Uuid, scopes: &[Uuid]) -> QueryResult<SealKey> {
        let key = SealKey::random();
        self.wrap(conn, subject, &key, scopes)?;
        Ok(key)
    }

    /// Lets further scopes read a subject. A scope that reads it already stays as it is.
    pub fn extend(&self, conn: &mut AnyConn, subject: Uuid, scopes: &[Uuid]) -> QueryResult<()> {
        let key = self.key(conn, subject)?;
        self.wrap(conn, subject, &key, scopes)
    }

    /// The data key of a subject.
    pub fn key(&self, conn: &mut AnyConn, subject: Uuid) -> QueryResult<SealKey> {
        if let Some(key) = self.remembered(subject) {
            return Ok(key);
        }
        let row: Wrapped = on!(conn, |c| subject_keys::table
            .filter(subject_keys::subject.eq(Id(subject)))
            .select(Wrapped::as_select())
            .first(c))?;
        let key = self.unwrap_row(&row).map_err(unsealable)?;
        self.remember(subject, &key);
        Ok(key)
    }

    /// The data keys of many subjects, by one query for those not in memory.
    pub fn keys(&self, conn: &mut AnyConn, subjects: &[Uuid]) -> QueryResult<HashMap<Uuid, SealKey>> {
        let mut found = HashMap::new();
        let mut missing = Vec::new();
        for subject in subjects {
            match self.remembered(*subject) {
                Some(key) => drop(found.insert(*subject, key)),
                None => missing.push(*subject),
            }
        }
        for chunk in missing.chunks(500) {
            let rows: Vec<Wrapped> = on!(conn, |c| subject_keys::table
                .filter(subject_keys::subject.eq_any(ids(chunk.iter().copied())))
                .select(Wrapped::as_select())
                .load(c))?;
            for row in rows {
                if let std::collections::hash_map::Entry::Vacant(place) = found.entry(row.subject.0) {
                    // Any scope's copy serves; a damaged one must not hide the others.
                    if let Ok(key) = self.unwrap_row(&row) {
                        self.remember(row.subject.0, &key);
                        place.insert(key);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The scopes that a subject is written to.
    pub fn scopes(&self, conn: &mut AnyConn, subject: Uuid) -> QueryResult<Vec<Uuid>> {
        let rows: Vec<Id> = on!(conn, |c| subject_keys::table
            .filter(subject_keys::subject.eq(Id(subject)))
            .select(subject_keys::scope)
            .order(subject_keys::scope)
            .load(c))?;
        let found: Vec<Uuid> = rows.into_iter().map(|id| id.0).collect();
        let mut known = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(subject, found.clone());
        Ok(found)
    }

    /// The scopes that a subject was written to when they were last asked for: a hint.
    pub(super) fn known_scopes(&self, subject: Uuid) -> Option<Vec<Uuid>> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner).get(&subject).cloned()
    }

    fn wrap(&self, conn: &mut AnyConn, subject: Uuid, key: &SealKey, scopes: &[Uuid]) -> QueryResult<()> {
        let rows: Vec<Wrapped> = scopes
            .iter()
            .map(|scope| Wrapped {
                subject: Id(subject),
                scope: Id(*scope),
                wrapped: self.keyring.scope(*scope).seal(subject.as_bytes(), key.bytes()),
            })
            .collect();
        on!(conn, |c| diesel::insert_into(subject_keys::table).values(&rows).on_conflict_do_nothing().execute(c))?;
        Ok(())
    }

    fn unwrap_row(&self, row: &Wrapped) -> Result<SealKey, Unsealable> {
        let bytes = self.keyring.scope(row.scope.0).open(row.subject.0.as_bytes(), &row.wrapped)?;
        SealKey::from_bytes(&bytes).ok_or(Unsealable)
    }

    fn remembered(&self, subject: Uuid) -> Option<SealKey> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).get(&subject).cloned()
    }

    fn remember(&self, subject: Uuid, key: &SealKey) {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.len() >= KEPT {
            opened.clear();
        }
        opened.insert(subject, key.clone());
    }
}

/// A sealed value that does not open, as an error of the query that met it.
pub fn unsealable(error: Unsealable) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(Box::new(error))
}
