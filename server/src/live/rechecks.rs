//! Whether the sessions behind open consoles still are what they were: looked at for all consoles of a node together,
//! every two seconds, so that any number of consoles costs a few reads.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use wire::live::Trouble;

use super::Hub;
use crate::access::{Access, Operator};
use crate::store::StoreError;

/// How often each session is looked at.
const EVERY: Duration = Duration::from_secs(2);

/// How often those that are due are taken.
const SLOT: Duration = Duration::from_millis(100);

/// What is due is taken within so many slots, however much it is: one second.
const SLOTS: usize = 10;

/// What is due so soon is looked at together with what is due.
const TOGETHER: Duration = Duration::from_secs(1);

/// Sessions in one look.
const CHUNK: usize = 500;

/// Looks at one time.
const AT_ONCE: usize = 4;

/// A look that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(2);

/// What could not be looked at is tried again after this time.
const AGAIN: Duration = Duration::from_millis(500);

/// While the database answers others, no console goes on for longer with rights that were not looked at: a little less
/// than the five seconds within which a stream ends after its rights.
const UNCHECKED: Duration = Duration::from_millis(4_800);

/// A session by the hash of its cookie.
type Session = [u8; 32];

/// What a look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Somebody with rights of this fingerprint is at it.
    Rights(u64),
    /// It has ended.
    Ended,
    /// It was not looked at for too long, while the database answers others.
    Unchecked,
}

/// The rights behind a node's consoles.
pub struct Rechecks {
    access: Access,
    hub: Arc<Hub>,
    schedule: Mutex<Schedule>,
}

/// A console's part in it. Dropped, its session is no longer looked at for it.
pub(super) struct Recheck {
    of: Arc<Rechecks>,
    session: Session,
    since: Instant,
    told: watch::Receiver<Told>,
}

type Told = Option<(Instant, Found)>;

impl Rechecks {
    /// Of a node.
    pub fn new(access: Access, hub: Arc<Hub>) -> Arc<Self> {
        Arc::new(Self { access, hub, schedule: Mutex::default() })
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A console of this session is served from now on.
    pub(super) fn watch(self: &Arc<Self>, session: Session) -> Recheck {
        let since = Instant::now();
        let told = self.schedule().join(session, since);
        Recheck { of: Arc::clone(self), session, since, told }
    }

    /// Looks at what is due, as long as it is let. One that hangs holds up no other.
    pub async fn go_on(self: Arc<Self>) {
        let mut slot = tokio::time::interval(SLOT);
        slot.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            slot.tick().await;
            let now = Instant::now();
            let away = self.hub.troubles().contains(&Trouble::Database);
            let chunks = {
                let mut schedule = self.schedule();
                schedule.doubt(now, away);
                schedule.due(now)
            };
            for chunk in chunks {
                let look = UnderWay { of: Arc::clone(&self), sessions: chunk };
                tokio::spawn(async move { look.of.look(look.sessions.clone(), now).await });
            }
        }
    }

    /// Looks at sessions. Of those that a fault keeps from being read together only the faulty ones stay unread.
    async fn look(&self, sessions: Vec<Session>, asked: Instant) {
        let mut all = vec![sessions];
        while let Some(mut sessions) = all.pop() {
            metrics::counter!("muster_rights_looks_total").increment(1);
            let looked = tokio::time::timeout(PATIENCE, self.access.recheck_many(sessions.clone())).await;
            match looked.unwrap_or(Err(StoreError::Busy)) {
                Ok(found) => self.schedule().found(&sessions, &found, asked),
                Err(StoreError::Fault(_)) if sessions.len() > 1 => {
                    all.push(sessions.split_off(sessions.len() / 2));
                    all.push(sessions);
                }
                Err(error) => {
                    tracing::debug!(%error, "the rights behind consoles could not be looked at");
                    // A database that hangs lets its readers wait until there are too many of them.
                    let away = matches!(error, StoreError::Down(_)) || self.hub.troubles().contains(&Trouble::Database);
                    self.schedule().failed(&sessions, away, Instant::now());
                }
            }
        }
    }
}

/// A look that is under way, however it ends: its place is another's, and what it left unanswered is looked at again.
struct UnderWay {
    of: Arc<Rechecks>,
    sessions: Vec<Session>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.of.schedule().over(&self.sessions, Instant::now());
    }
}

impl Recheck {
    /// What the next look at it came to that began after the console was served.
    pub(super) async fn next(&mut self) -> Found {
        loop {
            if self.told.changed().await.is_err() {
                // Not while it is watched; nothing is known then.
                return std::future::pending().await;
            }
            match *self.told.borrow_and_update() {
                Some((asked, found)) if asked >= self.since => return found,
                _ => {}
            }
        }
    }
}

impl Drop for Recheck {
    fn drop(&mut self) {
        self.of.schedule().leave(&self.session);
    }
}

/// Which session is looked at when. No clock and no database: times and outcomes go in.
#[derive(Default)]
struct Schedule {
    sessions: HashMap<Session, Entry>,
    /// Looks that are under way.
    looking: usize,
}

struct Entry {
    consoles: usize,
    /// When the last of them came.
    joined: Instant,
    due: Instant,
    /// Whether it is being looked at.
    asked: bool,
    /// When it was last looked at, or there was no database to ask.
    good: Instant,
    told: watch::Sender<Told>,
}

impl Schedule {
    fn join(&mut self, session: Session, now: Instant) -> watch::Receiver<Told> {
        let new =
            || Entry { consoles: 0, joined: now, due: now, asked: false, good: now, told: watch::channel(None).0 };
        let entry = self.sessions.entry(session).or_insert_with(new);
        entry.consoles += 1;
        (entry.joined, entry.due) = (now, now);
        entry.told.subscribe()
    }

    fn leave(&mut self, session: &Session) {
        let Some(entry) = self.sessions.get_mut(session) else { return };
        entry.consoles -= 1;
        if entry.consoles == 0 {
            self.sessions.remove(session);
        }
    }

    /// What is looked at now, in pieces: as soon as one is due, those due soon as well, the longest due first.
    fn due(&mut self, now: Instant) -> Vec<Vec<Session>> {
        let room = AT_ONCE.saturating_sub(self.looking);
        let waiting =
            |soon: Duration| self.sessions.iter().filter(move |(_, entry)| !entry.asked && entry.due <= now + soon);
        if room == 0 || waiting(Duration::ZERO).next().is_none() {
            return Vec::new();
        }
        let mut soon: Vec<(Instant, Session)> =
            waiting(TOGETHER).map(|(session, entry)| (entry.due, *session)).collect();
        soon.sort_unstable();
        // What is due soon fills the last piece up, and makes no further one.
        let due = soon.iter().filter(|(due, _)| *due <= now).count().next_multiple_of(CHUNK);
        soon.truncate(due.min(self.sessions.len().div_ceil(SLOTS).max(CHUNK)).min(room * CHUNK));
        for (_, session) in &soon {
            if let Some(entry) = self.sessions.get_mut(session) {
                entry.asked = true;
            }
        }
        let chunks: Vec<Vec<Session>> =
            soon.chunks(CHUNK).map(|chunk| chunk.iter().map(|(_, session)| *session).collect()).collect();
        self.looking += chunks.len();
        chunks
    }

    fn found(&mut self, sessions: &[Session], found: &[Operator], asked: Instant) {
        let rights: HashMap<Session, u64> = found.iter().map(|one| (one.session, one.fingerprint)).collect();
        for session in sessions {
            let found = rights.get(session).map_or(Found::Ended, |fingerprint| Found::Rights(*fingerprint));
            let Some(entry) = self.sessions.get_mut(session) else { continue };
            // Who came while it was looked at has seen none of it.
            let due = if entry.joined > asked { entry.joined } else { asked + EVERY };
            (entry.asked, entry.good, entry.due) = (false, asked, due);
            entry.told.send_replace(Some((asked, found)));
        }
    }

    fn failed(&mut self, sessions: &[Session], away: bool, now: Instant) {
        for session in sessions {
            // Its consoles may have gone meanwhile.
            let Some(entry) = self.sessions.get_mut(session) else { continue };
            entry.asked = false;
            if away {
                (entry.due, entry.good) = (now + EVERY, now);
            } else {
                entry.due = now + AGAIN;
            }
        }
    }

    /// A look is over; those that it said nothing of are looked at again.
    fn over(&mut self, sessions: &[Session], now: Instant) {
        self.looking = self.looking.saturating_sub(1);
        for session in sessions {
            if let Some(entry) = self.sessions.get_mut(session)
                && entry.asked
            {
                (entry.asked, entry.due) = (false, now + AGAIN);
            }
        }
    }

    /// Lets go of who was not looked at for too long, whatever keeps the looks. What is on the screens stays while the
    /// database is away; the beats say that nothing new is known.
    fn doubt(&mut self, now: Instant, away: bool) {
        for entry in self.sessions.values_mut() {
            if away {
                entry.good = now;
            } else if now.saturating_duration_since(entry.good) >= UNCHECKED {
                entry.told.send_replace(Some((now, Found::Unchecked)));
            }
        }
    }
}

#[cfg(test)]
mod tests;
