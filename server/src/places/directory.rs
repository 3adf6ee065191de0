//! All places in memory: every tap asks who must hear, and no tap should wait for a query.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use super::{View, store};
use crate::store::{QueryResult, Reading, Store, StoreError};

/// How often the places are read again where another node may have changed them.
const EVERY: Duration = Duration::from_secs(5);

/// How soon after a reading that failed.
const AGAIN: Duration = Duration::from_millis(250);

/// The places, shared by everything that asks.
pub struct Directory {
    store: Store,
    view: RwLock<Arc<View>>,
    /// Held while reading, so that an older reading never replaces a newer one.
    reading: Mutex<()>,
    stale: AtomicBool,
}

impl Directory {
    /// Reads the places. While the database is away there are none, and [`Directory::keep_current`]
    /// goes on trying.
    pub fn new(store: Store) -> Arc<Self> {
        let directory =
            Arc::new(Self { store, view: RwLock::default(), reading: Mutex::default(), stale: AtomicBool::new(true) });
        if let Err(error) = directory.reload_blocking() {
            tracing::warn!(%error, "the places could not be read yet; trying again");
        }
        directory
    }

    /// The places as last read.
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the places again.
    pub async fn reload(self: &Arc<Self>) -> Result<(), StoreError> {
        let directory = Arc::clone(self);
        let read = self.store.read(move |reading| directory.take(reading)).await;
        self.note(read)
    }

    /// [`Directory::reload`] for a thread that may block.
    pub fn reload_blocking(&self) -> Result<(), StoreError> {
        let read = self.store.read_blocking(|reading| self.take(reading));
        self.note(read)
    }

    /// Reads the places again after a change was committed. A failure is logged: the change stands,
    /// and [`Directory::keep_current`] finds it.
    pub async fn catch_up(self: &Arc<Self>) {
        if let Err(error) = self.reload().await {
            tracing::warn!(%error, "places were stored and the list in memory is behind; it is read again within 5 s");
        }
    }

    /// Reads the places if they were never read: of a server that began while the database was away. Before it knows
    /// any it could not say who must hear.
    pub async fn known(self: &Arc<Self>) -> Result<(), StoreError> {
        if self.view().is_empty() { self.reload().await } else { Ok(()) }
    }

    /// [`Directory::known`] for a thread that may block.
    pub fn known_blocking(&self) -> Result<(), StoreError> {
        if self.view().is_empty() { self.reload_blocking() } else { Ok(()) }
    }

    /// Reads the places again every 5 s where another node may have changed them, and soon after a reading that failed.
    /// Never ends.
    pub async fn keep_current(self: Arc<Self>) {
        loop {
            tokio::time::sleep(if self.stale.load(Ordering::Relaxed) { AGAIN } else { EVERY }).await;
            if (self.store.is_shared() || self.stale.load(Ordering::Relaxed))
                && let Err(error) = self.reload().await
            {
                tracing::debug!(%error, "the places could not be read; those last read stay");
            }
        }
    }

    fn take(&self, reading: &mut Reading<'_>) -> QueryResult<()> {
        let _turn = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let view = Arc::new(store::load(reading.conn)?);
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = view;
        Ok(())
    }

    fn note(&self, read: Result<(), StoreError>) -> Result<(), StoreError> {
        self.stale.store(read.is_err(), Ordering::Relaxed);
        read
    }
}
