//! What the routes work with.

use std::sync::{Arc, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::places::Directory;
use crate::store::{QueryResult, Store, Tx};

/// Keeps people and groups for other systems, and the tokens by which those call. Clones share it.
#[derive(Clone)]
pub struct Scim {
    pub(super) store: Store,
    pub(super) directory: Arc<Directory>,
    /// Held while a group is read and changed.
    pub(super) groups: Arc<Mutex<()>>,
    /// When it was last looked at who answers for the tokens.
    looked: Arc<std::sync::Mutex<Option<DateTime<Utc>>>>,
}

impl Scim {
    /// Over this store.
    pub fn new(store: Store, directory: Arc<Directory>) -> Self {
        Self { store, directory, groups: Arc::default(), looked: Arc::default() }
    }

    /// Whether it is time to look again who answers for the tokens, so long after the last time.
    pub(super) fn is_time_to_look(&self, now: DateTime<Utc>, every: TimeDelta) -> bool {
        let looked = *self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        looked.is_none_or(|at| now - at >= every || now < at)
    }

    /// It was looked at who answers for the tokens.
    pub(super) fn has_looked(&self, now: DateTime<Utc>) {
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }
}

/// Ends some of the tokens that people of an office issued or answer for; how many.
pub fn end_tokens_of_office(tx: &mut Tx<'_>, office: Uuid, limit: i64) -> QueryResult<usize> {
    super::store::tokens::end_of_office(tx, office, limit)
}
