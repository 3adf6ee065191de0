//! The only place that names a database: connections, the one door for writes, the event log.
//!
//! [`Store::write`] answers and publishes after the commit, never before. Closures that wait share
//! a transaction; each may run more than once and does nothing but SQL.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::r2d2::Pool;
use tokio::sync::{Semaphore, oneshot};
use uuid::Uuid;

use crate::bus::Bus;
use crate::kernel::clock::SharedClock;
use crate::kernel::seal::Keyring;

mod committer;
mod conn;
mod cut;
mod discipline;
mod epoch;
mod failure;
mod file_lock;
pub mod installation;
mod lines;
pub mod log;
pub mod nodes;
mod pulse;
mod queue;
mod reading;
pub mod requests;
pub mod schema;
#[cfg(test)]
mod tests;
pub mod timers;
mod tx;
pub mod types;
pub mod vault;

pub use conn::{AnyConn, Location, UnknownScheme};
pub use diesel::QueryResult;
pub use diesel::result::Error as SqlError;
pub use failure::{Down, StoreError, WriteError};
pub use installation::{Installation, Kind, OpenError};
pub use queue::{LARGEST_BATCH, Lane};
pub use reading::{Rank, Reading, Turn, ranked};
pub use tx::{Halt, Tx};
use vault::Vault;

use committer::{Committer, Job, Reply, erase};
use conn::Readers;
use file_lock::FileLock;
use pulse::Pulse;
use queue::{Queue, Turned};
use reading::{READERS, Turns, WAITING_READS};

/// A write that has no answer by then is reported as down; it may still be stored, and the same key
/// finds it.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// What a store is made of.
pub struct Parts {
    /// Which database.
    pub location: Location,
    /// The time.
    pub clock: SharedClock,
    /// Where commits are announced.
    pub bus: Arc<dyn Bus>,
    /// The installation's keys.
    pub keyring: Keyring,
    /// Where the copy of the epoch is kept.
    pub data_dir: PathBuf,
    /// What the installation is for.
    pub kind: Kind,
    /// Most writes that one transaction takes, 1 to [`LARGEST_BATCH`].
    pub batch: usize,
}

pub(crate) struct Inner {
    location: Location,
    clock: SharedClock,
    bus: Arc<dyn Bus>,
    vault: Vault,
    data_dir: PathBuf,
    queue: Queue<Job>,
    readers: Pool<Readers>,
    reading: Semaphore,
    turns: Turns,
    installation: RwLock<Result<Installation, Down>>,
    pulse: Pulse,
    /// Of a SQLite file; given back when the store is closed.
    file: Mutex<Option<FileLock>>,
}

/// The store. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Inner {
    fn installation(&self) -> Result<Installation, Down> {
        self.installation.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_installation(&self, found: Result<Installation, Down>) {
        *self.installation.write().unwrap_or_else(PoisonError::into_inner) = found;
    }

    fn went_down(&self, why: &str) -> Down {
        if self.pulse.refused(Instant::now()) {
            tracing::error!(database = self.location.kind(), %why, "the database is away; writes are refused until it is back");
        }
        metrics::gauge!("muster_database_up").set(0.0);
        Down(why.to_owned())
    }

    fn is_up(&self) {
        if self.pulse.answered(Instant::now()) {
            tracing::info!(database = self.location.kind(), "the database answers");
        }
        metrics::gauge!("muster_database_up").set(1.0);
    }
}

impl Store {
    /// Opens the database. One that does not answer yet is tried again every second while the store
    /// refuses work; one that can't be this installation's is an error.
    pub fn open(parts: Parts) -> Result<Self, OpenError> {
        let Parts { location, clock, bus, keyring, data_dir, kind, batch } = parts;
        let file = match &location {
            Location::Sqlite(path) => FileLock::beside(path)?,
            Location::Postgres(_) => None,
        };
        lines::watch().map_err(|error| OpenError::Away(error.to_string()))?;
        let first = installation::open(&location, &keyring, clock.as_ref(), kind, &data_dir);
        let found = match (first, &location) {
            (Ok(found), _) => Ok(found),
            (Err(OpenError::Away(why)), Location::Postgres(_)) => Err(Down(why)),
            (Err(error), _) => return Err(error),
        };
        let readers = Pool::builder()
            .max_size(READERS)
            .min_idle(Some(0))
            // A server that restarted has left broken connections behind: none of them is worth an error.
            .test_on_check_out(matches!(location, Location::Postgres(_)))
            // As long as one connection may take to be made (`connect_timeout` in conn.rs).
            .connection_timeout(Duration::from_secs(3))
            .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
            .build_unchecked(Readers(location.clone()));
        let committers = match location {
            Location::Sqlite(_) => 1,
            Location::Postgres(_) => 4,
        };
        let inner = Arc::new(Inner {
            location,
            clock,
            bus,
            vault: Vault::new(keyring),
            data_dir,
            queue: Queue::new(committers, batch),
            readers,
            reading: Semaphore::new(READERS as usize + WAITING_READS),
            turns: Turns::default(),
            pulse: Pulse::new(Instant::now(), found.is_ok()),
            installation: RwLock::new(found.clone()),
            file: Mutex::new(file),
        });
        let store = Self { inner: Arc::clone(&inner), threads: Arc::default() };
        for number in 0..committers {
            let committer = Committer::new(number, Arc::clone(&inner));
            store.spawn(format!("commit-{number}"), move || committer.run())?;
        }
        if store.is_shared() {
            let inner = Arc::clone(&inner);
            store.spawn("pulse".to_owned(), move || cut::keep_cutting(&inner))?;
        }
        if let Err(down) = found {
            inner.went_down(&down.0);
            store.spawn("open".to_owned(), move || keep_opening(&inner, kind))?;
        }
        Ok(store)
    }

    fn spawn(&self, name: String, f: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
        let thread =
            std::thread::Builder::new().name(name).spawn(f).map_err(|error| OpenError::Away(error.to_string()))?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        Ok(())
    }

    /// The one door for writes. `f` runs in a transaction with others, perhaps more than once; the
    /// answer comes after the disk has it. `scopes` are those whose logs it will most likely touch.
    pub async fn write<T, R>(
        &self,
        lane: Lane,
        scopes: Vec<Uuid>,
        f: impl Fn(&mut Tx<'_>) -> Result<T, Halt<R>> + Send + 'static,
    ) -> Result<T, WriteError<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        self.write_about(None, lane, scopes, f).await
    }

    /// [`Store::write`] of something that locks the rows of one person. Those of a transaction run in the order of
    /// their persons, on every node: two that lock the same rows in different orders would wait for each other.
    pub async fn write_about<T, R>(
        &self,
        person: Option<Uuid>,
        lane: Lane,
        scopes: Vec<Uuid>,
        f: impl Fn(&mut Tx<'_>) -> Result<T, Halt<R>> + Send + 'static,
    ) -> Result<T, WriteError<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        let reply = self.submit(person, lane, scopes, f)?;
        match tokio::time::timeout(WRITE_LIMIT, reply).await {
            Ok(Ok(reply)) => settled(reply),
            Ok(Err(_)) => Err(StoreError::Fault("the committer stopped".into()).into()),
            Err(_) => Err(Down("it took longer than 10 s".into()).into()).map_err(|down: StoreError| down.into()),
        }
    }

    /// [`Store::write`] for a thread of its own.
    pub fn write_blocking<T, R>(
        &self,
        lane: Lane,
        scopes: Vec<Uuid>,
        f: impl Fn(&mut Tx<'_>) -> Result<T, Halt<R>> + Send + 'static,
    ) -> Result<T, WriteError<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        self.write_blocking_about(None, lane, scopes, f)
    }

    /// [`Store::write_about`], on a thread that may block.
    pub fn write_blocking_about<T, R>(
        &self,
        person: Option<Uuid>,
        lane: Lane,
        scopes: Vec<Uuid>,
        f: impl Fn(&mut Tx<'_>) -> Result<T, Halt<R>> + Send + 'static,
    ) -> Result<T, WriteError<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        match self.submit(person, lane, scopes, f)?.blocking_recv() {
            Ok(reply) => settled(reply),
            Err(_) => Err(StoreError::Fault("the committer stopped".into()).into()),
        }
    }

    fn submit<T, R>(
        &self,
        person: Option<Uuid>,
        lane: Lane,
        scopes: Vec<Uuid>,
        f: impl Fn(&mut Tx<'_>) -> Result<T, Halt<R>> + Send + 'static,
    ) -> Result<oneshot::Receiver<Reply>, StoreError>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        self.inner.installation()?;
        let (reply, answer) = oneshot::channel();
        let job = Job { person, lane, scopes, run: erase(f), reply, since: Instant::now() };
        match self.inner.queue.push(job) {
            Ok(()) => Ok(answer),
            Err((_, Turned::Full)) => {
                metrics::counter!("muster_write_queue_full_total").increment(1);
                Err(StoreError::Busy)
            }
            Err((_, Turned::Closed)) => Err(Down("the server is stopping".into()).into()),
        }
    }

    /// The installation, once its database has answered.
    pub fn installation(&self) -> Result<Installation, Down> {
        self.inner.installation()
    }

    /// The injected clock.
    pub fn clock(&self) -> &SharedClock {
        &self.inner.clock
    }

    /// The installation's keys.
    pub fn keyring(&self) -> &Keyring {
        self.inner.vault.keyring()
    }

    /// Which database, in words.
    pub fn kind(&self) -> &'static str {
        self.inner.location.kind()
    }

    /// Whether other processes may write to the same database.
    pub fn is_shared(&self) -> bool {
        matches!(self.inner.location, Location::Postgres(_))
    }

    /// The scopes that a write about a subject will most likely touch, from memory: committers keep
    /// out of each other's way by them.
    pub fn likely_scopes(&self, subject: Uuid) -> Vec<Uuid> {
        self.inner.vault.known_scopes(subject).unwrap_or_else(|| vec![subject])
    }

    /// Writes that wait.
    pub fn queue_depth(&self) -> usize {
        self.inner.queue.depth()
    }

    /// Finishes what waits, stops the committers and lets go of the file. Reads go on.
    pub fn close(&self) {
        self.inner.queue.close();
        for thread in self.threads.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            if thread.join().is_err() {
                tracing::error!("a committer had panicked");
            }
        }
        self.inner.bus.stop();
        // Nothing writes any more: another server may have the file.
        drop(self.inner.file.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn settled<T: 'static, R: 'static>(reply: Reply) -> Result<T, WriteError<R>> {
    let mismatch = || StoreError::Fault("a reply of another type".into());
    match reply {
        Reply::Done(value) => value.downcast().map(|value| *value).map_err(|_| mismatch().into()),
        Reply::Refused(value) => {
            Err(value.downcast().map_or_else(|_| mismatch().into(), |value| WriteError::Refused(*value)))
        }
        Reply::Down(down) => Err(StoreError::Down(down).into()),
        Reply::Fault(why) => {
            tracing::error!(%why, "a write failed");
            Err(StoreError::Fault(why).into())
        }
    }
}

/// Tries every second until the database answers, or until it proves to be another's.
fn keep_opening(inner: &Arc<Inner>, kind: Kind) {
    loop {
        match installation::open(&inner.location, inner.vault.keyring(), inner.clock.as_ref(), kind, &inner.data_dir) {
            Ok(found) => {
                inner.set_installation(Ok(found));
                inner.is_up();
                return;
            }
            Err(error @ (OpenError::Away(_) | OpenError::Migration(_))) => {
                inner.set_installation(Err(Down(error.to_string())));
                std::thread::sleep(Duration::from_secs(1));
            }
            Err(error) => {
                tracing::error!(%error, "the database answers but cannot be used");
                inner.set_installation(Err(Down(error.to_string())));
                return;
            }
        }
        if inner.queue.is_closed() {
            return;
        }
    }
}
