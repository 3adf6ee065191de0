//! Imports as jobs: dry run, applying, undoing, in chunks between which alarms go first. Whatever stops
//! in the middle is found by its state and goes on where it was.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::imports::{ImportAction, ImportOutcome, ImportState};
use wire::people::PersonKind;

use super::record::{Lease, Record};
use super::service::{Imports, Never, never};
use super::store;
use crate::disk::{Disk, Room};
use crate::kernel::ids;
use crate::store::{Halt, Lane, StoreError, Tx};

/// People to one chunk: a chunk of new people with their numbers takes a transaction some 10 to 20 ms.
pub(super) const CHUNK: usize = 100;

/// How often a worker looks for work.
const EVERY: Duration = Duration::from_millis(250);

/// How long a worker that is not heard of keeps its work from others.
const LEASE: TimeDelta = TimeDelta::seconds(30);

/// Faults in a row after which an import is given up.
const FAULTS: u32 = 5;

/// States in which there is something to do.
const AT_WORK: [ImportState; 4] =
    [ImportState::Mapped, ImportState::Checking, ImportState::Applying, ImportState::Undoing];

/// Does the work of imports, one chunk at a time.
pub struct Worker {
    pub(super) imports: Imports,
    /// Who holds a lease: new with every worker.
    pub(super) me: Uuid,
    /// Whom the import at work enters.
    coming: Option<(Uuid, Arc<Coming>)>,
    faults: u32,
    /// When it last looked for people whom nobody will ever see.
    pub(super) tidied: Option<DateTime<Utc>>,
}

/// The people whom an import enters.
#[derive(Default)]
pub(super) struct Coming {
    /// What each of them is.
    pub(super) kinds: HashMap<Uuid, PersonKind>,
    /// The row of each of them.
    pub(super) rows: HashMap<Uuid, u32>,
}

/// What a chunk came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chunk {
    /// There is more to do.
    More,
    /// The step is done, or is not this worker's any more.
    Over,
}

impl Worker {
    /// Of these imports.
    pub fn new(imports: Imports) -> Self {
        let me = ids::new(imports.store.clock().now());
        Self { imports, me, coming: None, faults: 0, tidied: None }
    }

    /// Works until told to stop, on a thread of its own, while the disk has room.
    pub fn start(mut self, stopped: Arc<AtomicBool>, disk: Arc<Disk>) -> std::io::Result<JoinHandle<()>> {
        std::thread::Builder::new().name("imports".into()).spawn(move || {
            if let Err(error) = self.sweep() {
                tracing::warn!(%error, "what broken-off uploads left is swept away at the next start");
            }
            let mut waits = false;
            while !stopped.load(Ordering::Relaxed) {
                // What is left of a disk that is nearly full is for alarms: lists go on when there is room again.
                if disk.room() > Room::Enough {
                    std::thread::sleep(EVERY);
                    continue;
                }
                match self.work() {
                    Ok(more) => {
                        waits = false;
                        if more {
                            continue;
                        }
                    }
                    // Once: it is asked again and again until it answers.
                    Err(error) if !std::mem::replace(&mut waits, true) => {
                        tracing::warn!(%error, "imports wait for the database");
                    }
                    Err(_) => {}
                }
                std::thread::sleep(EVERY);
            }
            if let Err(error) = self.give_back() {
                tracing::warn!(%error, "the import at work is taken over when its lease has run out");
            }
        })
    }

    /// Lets another node, or this one when it starts again, go on at once.
    fn give_back(&self) -> Result<(), StoreError> {
        let store = &self.imports.store;
        let waiting = store.read_blocking(|reading| store::in_states(reading.conn, reading.vault, &AT_WORK))?;
        for record in waiting.into_iter().filter(|record| record.lease.is_some_and(|lease| lease.by == self.me)) {
            self.chunk(record.id, &AT_WORK, |_, record| {
                record.lease = None;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Does the next piece of work: a dry run, or one chunk. False when there is none for this worker.
    pub fn work(&mut self) -> Result<bool, StoreError> {
        let store = self.imports.store.clone();
        let waiting = store.read_blocking(|reading| store::in_states(reading.conn, reading.vault, &AT_WORK))?;
        let now = store.clock().now();
        let Some(record) = waiting.into_iter().find(|record| self.may_take(record.lease, now)) else {
            self.coming = None;
            self.tidy_by(now)?;
            return Ok(false);
        };
        let import = record.id;
        match self.piece(record) {
            Ok(()) => {
                self.faults = 0;
                Ok(true)
            }
            Err(StoreError::Fault(why)) => {
                self.faults += 1;
                if self.faults >= FAULTS {
                    self.faults = 0;
                    self.fail(import, &format!("The database refused a change: {why}"))?;
                }
                Err(StoreError::Fault(why))
            }
            Err(error) => Err(error),
        }
    }

    /// On a file only one process works: whoever held a lease there is gone.
    fn may_take(&self, lease: Option<Lease>, now: DateTime<Utc>) -> bool {
        !self.imports.store.is_shared() || lease.is_none_or(|lease| lease.by == self.me || lease.until <= now)
    }

    fn piece(&mut self, record: Record) -> Result<(), StoreError> {
        match record.state {
            ImportState::Mapped | ImportState::Checking => self.check(record),
            ImportState::Applying => {
                let coming = self.coming(record.id)?;
                self.apply_some(record.id, coming).map(drop)
            }
            ImportState::Undoing => {
                let coming = self.coming(record.id)?;
                self.undo_some(record.id, coming).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// The people whom an import enters, read once.
    fn coming(&mut self, import: Uuid) -> Result<Arc<Coming>, StoreError> {
        if let Some((of, coming)) = &self.coming
            && *of == import
        {
            return Ok(Arc::clone(coming));
        }
        let mut found = Coming::default();
        let mut after = None;
        loop {
            let some = self.imports.store.read_blocking(|reading| {
                let wanted =
                    store::Wanted { actions: &[ImportAction::New], after, limit: 1_000, ..store::Wanted::default() };
                store::rows(reading.conn, reading.vault, import, wanted)
            })?;
            let Some(last) = some.last() else { break };
            after = Some(last.row);
            found.rows.extend(some.iter().map(|row| (row.person, row.row)));
            found.kinds.extend(some.into_iter().filter_map(|row| Some((row.person, row.after?.person.kind))));
        }
        let found = Arc::new(found);
        self.coming = Some((import, Arc::clone(&found)));
        Ok(found)
    }

    /// Runs a chunk on the import as it stands in the transaction, if it is still this worker's and in
    /// this state; saves it.
    pub(super) fn chunk<T: Send + 'static>(
        &self,
        import: Uuid,
        states: &'static [ImportState],
        f: impl Fn(&mut Tx<'_>, &mut Record) -> crate::store::QueryResult<T> + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let (me, shared) = (self.me, self.imports.store.is_shared());
        let done = self.imports.store.write_blocking(Lane::Normal, Vec::new(), move |tx| {
            let (vault, now) = (tx.vault(), tx.now());
            let found = store::find(tx.reading(), vault, import)?;
            let mine = |lease: Option<Lease>| !shared || lease.is_none_or(|one| one.by == me || one.until <= now);
            let Some(mut record) = found.filter(|one| states.contains(&one.state) && mine(one.lease)) else {
                return Ok::<_, Halt<Never>>(None);
            };
            record.lease = Some(Lease { by: me, until: now + LEASE });
            let done = f(tx, &mut record)?;
            store::save(tx, &record)?;
            Ok(Some(done))
        });
        done.map_err(never)
    }

    /// Gives an import up for a reason.
    pub(super) fn fail(&self, import: Uuid, why: &str) -> Result<(), StoreError> {
        tracing::error!(%import, why, "an import failed");
        let why = why.to_owned();
        self.chunk(import, &AT_WORK, move |_, record| {
            (record.state, record.failure, record.lease) = (ImportState::Failed, Some(why.clone()), None);
            Ok(())
        })
        .map(drop)
    }
}

/// Rows that wait, of these actions.
pub(super) fn waiting(actions: &[ImportAction]) -> store::Wanted<'_> {
    store::Wanted { actions, outcomes: &[ImportOutcome::Waiting], limit: CHUNK as i64, ..store::Wanted::default() }
}
