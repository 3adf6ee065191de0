//! What the routes work with.

use std::sync::Arc;

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
}

impl Scim {
    /// Over this store.
    pub fn new(store: Store, directory: Arc<Directory>) -> Self {
        Self { store, directory, groups: Arc::default() }
    }
}

/// Ends some of the tokens that people of an office issued; how many.
pub fn end_tokens_of_office(tx: &mut Tx<'_>, office: Uuid, limit: i64) -> QueryResult<usize> {
    super::store::tokens::end_of_office(tx, office, limit)
}
