//! Reading: a few connections, on threads that may block.

use std::time::Instant;

use diesel::r2d2::PooledConnection;

use super::conn::{AnyConn, Pooled, Readers, is_away};
use super::vault::Vault;
use super::{Down, Store, StoreError};

/// Readers at work at once.
pub(super) const READERS: u32 = 8;

/// Reads that may wait for a reader; beyond it the caller is told to come back.
pub(super) const WAITING_READS: usize = 1_024;

/// What a read works with.
pub struct Reading<'a> {
    /// The connection; it refuses to write.
    pub conn: &'a mut AnyConn,
    /// The installation's keys.
    pub vault: &'a Vault,
}

impl Store {
    /// Reads, on a thread that may block.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Reading<'_>) -> diesel::QueryResult<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Ok(_permit) = self.inner.reading.try_acquire() else { return Err(StoreError::Busy) };
        let store = self.clone();
        match tokio::task::spawn_blocking(move || store.read_blocking(f)).await {
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
