//! Hidden people whom nobody will ever see, and files of uploads that broke off: swept away.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::imports::ImportState;

use super::job::Worker;
use super::record::Record;
use super::service::{Never, never};
use super::store;
use crate::people::service as people;
use crate::store::{Halt, Lane, StoreError};

/// The longest that an upload takes.
const UPLOAD: TimeDelta = TimeDelta::hours(1);

/// How often an idle worker looks for hidden people.
const TIDIED: TimeDelta = TimeDelta::minutes(1);

/// Whether nobody will be shown whom an import has hidden: it was cancelled, or it failed before it had
/// entered everybody and begins anew, if at all.
fn is_given_up(record: Option<&Record>) -> bool {
    record.is_none_or(|record| {
        record.applied_at.is_none() && matches!(record.state, ImportState::Cancelled | ImportState::Failed)
    })
}

impl Worker {
    /// Deletes files whose upload broke off: old ones, for another node may be at a new one.
    pub fn sweep(&self) -> Result<(), StoreError> {
        let orphans = self.imports.store.read_blocking(|reading| store::orphans(reading.conn))?;
        let oldest = (self.imports.store.clock().now() - UPLOAD).timestamp();
        for import in orphans {
            let made = import.get_timestamp().map(|at| i64::try_from(at.to_unix().0).unwrap_or(i64::MAX));
            if made.is_some_and(|made| made < oldest) {
                self.imports.drop_file(import)?;
            }
        }
        Ok(())
    }

    /// [`Worker::tidy`], once a minute.
    pub(super) fn tidy_by(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        if self.tidied.is_some_and(|last| now - last < TIDIED) {
            return Ok(());
        }
        self.tidy()?;
        self.tidied = Some(now);
        Ok(())
    }

    /// Deletes the hidden people of imports that were given up: they would keep other lists from bringing
    /// the same people.
    pub(super) fn tidy(&self) -> Result<(), StoreError> {
        let hiding = self.imports.store.read_blocking(|reading| people::staged_imports(reading.conn))?;
        for import in hiding {
            while self.tidy_some(import)? > 0 {}
        }
        Ok(())
    }

    /// Deletes the next ones of an import, if it is given up.
    fn tidy_some(&self, import: Uuid) -> Result<usize, StoreError> {
        let deleted = self.imports.store.write_blocking(Lane::Normal, Vec::new(), move |tx| {
            let vault = tx.vault();
            let found = store::find(tx.reading(), vault, import)?;
            let given_up = is_given_up(found.as_ref());
            Ok::<_, Halt<Never>>(if given_up { people::delete_staged_some(tx, import)? } else { 0 })
        });
        deleted.map_err(never)
    }
}
