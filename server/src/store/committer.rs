//! Group commit: the writes that wait share one transaction and one flush of the disk.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::result::Error as SqlError;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::conn::{AnyConn, Use, is_away, is_retryable};
use super::log;
use super::queue::{Lane, Waiting};
use super::tx::{Halt, Tx};
use super::{Down, Inner};
use crate::bus::Committed;

/// Times that a write is tried alone before its error stands.
const TRIES: u32 = 5;

/// A database that was just found away is not asked again for this long.
const AWAY: Duration = Duration::from_millis(20);

type Value = Box<dyn Any + Send>;

/// What a closure came to.
pub(super) enum Ran {
    Done(Value),
    Refused(Value),
    Sql(SqlError),
}

/// What the caller is told.
pub(super) enum Reply {
    Done(Value),
    Refused(Value),
    Down(Down),
    Fault(String),
}

/// A write that waits.
pub(super) struct Job {
    /// Whose rows it locks, where that is known: a batch runs in this order.
    pub(super) person: Option<Uuid>,
    pub(super) lane: Lane,
    pub(super) scopes: Vec<Uuid>,
    pub(super) run: Box<dyn Fn(&mut Tx<'_>) -> Ran + Send>,
    pub(super) reply: oneshot::Sender<Reply>,
    pub(super) since: Instant,
}

impl Waiting for Job {
    fn lane(&self) -> Lane {
        self.lane
    }
    fn scopes(&self) -> &[Uuid] {
        &self.scopes
    }
}

/// Wraps a typed closure into one that the queue can hold.
pub(super) fn erase<T, R>(
    f: impl Fn(&mut Tx<'_>) -> Result<T, Halt<R>> + Send + 'static,
) -> Box<dyn Fn(&mut Tx<'_>) -> Ran + Send>
where
    T: Send + 'static,
    R: Send + 'static,
{
    Box::new(move |tx| match f(tx) {
        Ok(value) => Ran::Done(Box::new(value)),
        Err(Halt::Refuse(refusal)) => Ran::Refused(Box::new(refusal)),
        Err(Halt::Sql(error)) => Ran::Sql(error),
    })
}

/// One committer: a thread with a connection of its own.
pub(super) struct Committer {
    number: usize,
    inner: Arc<Inner>,
    conn: Option<AnyConn>,
    away_until: Option<Instant>,
}

/// Why a batch was given up.
enum Trouble {
    /// One of its writes failed: each runs again alone.
    Batch,
    /// The database is away.
    Away(String),
    /// A write alone failed for good.
    Alone(SqlError),
    /// A write alone panicked, or refused after it had written.
    Broken(String),
}

impl Committer {
    pub(super) fn new(number: usize, inner: Arc<Inner>) -> Self {
        Self { number, inner, conn: None, away_until: None }
    }

    /// Works until the queue is closed and empty.
    pub(super) fn run(mut self) {
        while let Some(batch) = self.inner.queue.take(self.number) {
            metrics::gauge!("muster_write_queue_depth").set(self.inner.queue.depth() as f64);
            // Whoever waits for a reply that was dropped is told of a fault; the committer goes on.
            if catch_unwind(AssertUnwindSafe(|| self.commit(batch))).is_err() {
                tracing::error!("a committer panicked outside of a closure; it goes on with a new connection");
                self.conn = None;
            }
            self.inner.queue.done(self.number);
        }
    }

    fn commit(&mut self, mut batch: Vec<Job>) {
        // Those of one person, or of nobody in particular, stay in the order in which they came.
        batch.sort_by_key(|job| job.person);
        metrics::histogram!("muster_commit_batch_size").record(batch.len() as f64);
        let started = Instant::now();
        match self.transaction(&batch) {
            Ok((replies, events)) => {
                metrics::histogram!("muster_commit_seconds").record(started.elapsed().as_secs_f64());
                self.inner.is_up();
                self.inner.bus.publish(&events);
                for (job, reply) in batch.into_iter().zip(replies) {
                    metrics::histogram!("muster_write_seconds").record(job.since.elapsed().as_secs_f64());
                    answer(job, reply);
                }
            }
            Err(_) => {
                for job in batch {
                    let reply = self.alone(&job);
                    answer(job, reply);
                }
            }
        }
    }

    /// Runs one write in a transaction of its own, again where that may help. A commit whose
    /// outcome is not known is settled here too: the closure finds its own key and answers as before.
    fn alone(&mut self, job: &Job) -> Reply {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.transaction(std::slice::from_ref(job)) {
                Ok((mut replies, events)) => {
                    self.inner.is_up();
                    self.inner.bus.publish(&events);
                    return replies.pop().unwrap_or_else(|| Reply::Fault("no reply was made".into()));
                }
                Err(Trouble::Away(why)) => {
                    if tries >= 2 {
                        return Reply::Down(self.inner.went_down(&why));
                    }
                }
                Err(Trouble::Alone(error)) if tries < TRIES && is_retryable(&error) => {
                    metrics::counter!("muster_write_retries_total").increment(1);
                }
                Err(Trouble::Alone(error)) => return Reply::Fault(error.to_string()),
                Err(Trouble::Broken(why)) => return Reply::Fault(why),
                Err(Trouble::Batch) => return Reply::Fault("a single write was taken for a batch".into()),
            }
        }
    }

    fn transaction(&mut self, batch: &[Job]) -> Result<(Vec<Reply>, Vec<Committed>), Trouble> {
        let inner = Arc::clone(&self.inner);
        self.connected()?;
        // After connecting, because that may have found another database and a new epoch.
        let installation = inner.installation().map_err(|down| Trouble::Away(down.0))?;
        let conn = self.connected()?;
        let result = conn.begin().map_err(Trouble::Alone).and_then(|()| {
            let done = work(conn, &inner, installation.epoch, batch);
            if done.is_err()
                && let Err(error) = conn.rollback()
            {
                tracing::debug!(%error, "the rollback of a failed batch failed too");
            }
            done
        });
        match result {
            Err(Trouble::Alone(error)) if is_away(&error) => {
                self.conn = None;
                Err(Trouble::Away(error.to_string()))
            }
            Err(Trouble::Alone(_)) if batch.len() > 1 => Err(Trouble::Batch),
            Err(Trouble::Alone(error)) if !is_retryable(&error) => {
                // Whatever this connection has come to, the next write begins with a new one.
                self.conn = None;
                Err(Trouble::Alone(error))
            }
            other => other,
        }
    }

    fn connected(&mut self) -> Result<&mut AnyConn, Trouble> {
        if self.conn.is_none() {
            if self.away_until.is_some_and(|until| Instant::now() < until) {
                return Err(Trouble::Away("the database was away a moment ago".into()));
            }
            match AnyConn::open(&self.inner.location, Use::Write) {
                Ok(mut conn) => {
                    self.inner.prove(&mut conn).map_err(Trouble::Away)?;
                    self.conn = Some(conn);
                    self.away_until = None;
                }
                Err(error) => {
                    self.away_until = Some(Instant::now() + AWAY);
                    return Err(Trouble::Away(error.to_string()));
                }
            }
        }
        self.conn.as_mut().ok_or_else(|| Trouble::Away("no connection".into()))
    }
}

/// Runs every closure, numbers and writes their events, commits. The caller rolls back on error.
fn work(conn: &mut AnyConn, inner: &Inner, epoch: u32, batch: &[Job]) -> Result<(Vec<Reply>, Vec<Committed>), Trouble> {
    let now = inner.clock.now();
    let mut replies = Vec::with_capacity(batch.len());
    let mut appended = Vec::new();
    for job in batch {
        let mut tx = Tx::new(conn, &inner.vault, now);
        let ran = catch_unwind(AssertUnwindSafe(|| (job.run)(&mut tx)));
        let wrote = tx.wrote();
        appended.append(&mut tx.into_appended());
        match ran {
            Ok(Ran::Done(value)) => replies.push(Reply::Done(value)),
            Ok(Ran::Refused(value)) if !wrote => replies.push(Reply::Refused(value)),
            Ok(Ran::Refused(_)) if batch.len() == 1 => {
                return Err(Trouble::Broken("a write refused after it had written".into()));
            }
            Ok(Ran::Sql(error)) => return Err(Trouble::Alone(error)),
            Err(_) if batch.len() == 1 => return Err(Trouble::Broken("a write panicked".into())),
            Ok(Ran::Refused(_)) | Err(_) => return Err(Trouble::Batch),
        }
    }
    let events = log::append(conn, epoch, now, appended).map_err(Trouble::Alone)?;
    conn.commit().map_err(Trouble::Alone)?;
    Ok((replies, events))
}

fn answer(job: Job, reply: Reply) {
    // The caller may have gone away; what was committed stays committed and is found by its key.
    drop(job.reply.send(reply));
}
