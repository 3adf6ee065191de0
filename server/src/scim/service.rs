//! What the routes work with.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::places::Directory;
use crate::store::Store;

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
