//! Reading: a few connections, on threads that may block. Some of them are always free of what can wait.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::r2d2::PooledConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::conn::{AnyConn, Pooled, Readers, is_away};
use super::vault::Vault;
use super::{Down, Store, StoreError};

/// Readers at work at once.
pub(super) const READERS: u32 = 8;

/// Readers that what can wait takes at once, and those of them that lists take: the others are for alarms.
const AFTER_ALARMS: usize = 5;
const LISTS: usize = 3;

/// How long what can wait waits for its turn, as long as a read waits for a reader.
const PATIENCE: Duration = Duration::from_secs(3);

/// Reads that may wait for a reader; beyond it the caller is told to come back.
pub(super) const WAITING_READS: usize = 1_024;

/// What reads when there is more to read than can be read at once. What has no rank, as alarms and what the server
/// does by itself, waits for nobody else's turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// After alarms.
    AfterAlarms,
    /// After everything else: lists, exports, other systems.
    Last,
}

tokio::task_local! {
    static RANK: Rank;
}

/// Does something whose reads have this rank.
pub async fn ranked<F: Future>(rank: Rank, f: F) -> F::Output {
    RANK.scope(rank, f).await
}

/// The turns of what can wait.
pub(super) struct Turns {
    after_alarms: Arc<Semaphore>,
    lists: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { after_alarms: Arc::new(Semaphore::new(AFTER_ALARMS)), lists: Arc::new(Semaphore::new(LISTS)) }
    }
}

/// A turn to read; dropped, it is somebody else's.
#[derive(Debug, Default)]
pub struct Turn {
    _list: Option<OwnedSemaphorePermit>,
    _after_alarms: Option<OwnedSemaphorePermit>,
}

/// What a read works with.
pub struct Reading<'a> {
    /// The connection; it refuses to write.
    pub conn: &'a mut AnyConn,
    /// The installation's keys.
    pub vault: &'a Vault,
}

impl Store {
    /// The turn of whoever calls, by their [`Rank`]: to be held while a thread reads for them.
    pub async fn turn(&self) -> Result<Turn, StoreError> {
        let Ok(rank) = RANK.try_with(|rank| *rank) else { return Ok(Turn::default()) };
        let Turns { after_alarms, lists } = &self.inner.turns;
        let taken = async {
            let list = match rank {
                Rank::Last => Some(Arc::clone(lists).acquire_owned().await.ok()?),
                Rank::AfterAlarms => None,
            };
            let after_alarms = Some(Arc::clone(after_alarms).acquire_owned().await.ok()?);
            Some(Turn { _list: list, _after_alarms: after_alarms })
        };
        tokio::time::timeout(PATIENCE, taken).await.ok().flatten().ok_or(StoreError::Busy)
    }

    /// Reads, on a thread that may block, when it is the caller's turn.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Reading<'_>) -> diesel::QueryResult<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        // First the turn: what waits for it takes no place of what need not wait.
        let (store, turn) = (self.clone(), self.turn().await?);
        let Ok(_permit) = self.inner.reading.try_acquire() else { return Err(StoreError::Busy) };
        let read = move || {
            // Held until the work is done, also when the caller has gone away.
            let _turn = turn;
            store.read_blocking(f)
        };
        match tokio::task::spawn_blocking(read).await {
            Ok(result) => result,
            Err(error) => Err(StoreError::Fault(error.to_string())),
        }
    }

    /// Reads, on this thread. A database that is surely away is not waited for.
    pub fn read_blocking<T>(
        &self,
        f: impl FnOnce(&mut Reading<'_>) -> diesel::QueryResult<T>,
    ) -> Result<T, StoreError> {
        self.inner.installation()?;
        let Some(_asking) = self.inner.pulse.ask(Instant::now()) else {
            return Err(Down("it was asked a moment ago and did not answer".to_owned()).into());
        };
        let mut pooled = self.reader()?;
        let Pooled { conn, lost, .. } = &mut *pooled;
        match f(&mut Reading { conn, vault: &self.inner.vault }) {
            Ok(value) => {
                self.inner.is_up();
                Ok(value)
            }
            Err(error) if is_away(&error) => {
                *lost = true;
                Err(self.inner.went_down(&error.to_string()).into())
            }
            Err(error) => Err(StoreError::Fault(error.to_string())),
        }
    }

    fn reader(&self) -> Result<PooledConnection<Readers>, StoreError> {
        self.inner.readers.get().map_err(|error| {
            // Every reader at work is a crowd, not a database that is away.
            if self.inner.readers.state().connections >= READERS {
                return StoreError::Busy;
            }
            self.inner.went_down(&error.to_string()).into()
        })
    }
}
