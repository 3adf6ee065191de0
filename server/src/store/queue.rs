//! The writes that wait: bounded, urgent first, never both lanes in one transaction.
//!
//! A normal write may wait for the lock of a row, for as long as the database lets it. Nothing urgent waits with it:
//! no batch is of both lanes, urgent writes of a scope do not wait for a normal one of it in flight, and where there
//! are several committers one is always free of normal writes. Normal writes are not starved either: they have their
//! turn, and a bounded one, after every few urgent batches.

use std::collections::{HashSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

/// Most writes that one transaction takes, unless the settings say fewer.
pub const LARGEST_BATCH: usize = 256;

/// Writes that may wait in each lane; beyond it the caller is told to come back.
pub(super) const LANE: usize = 8_192;

/// How far down a lane a committer looks for work it may take.
const LOOK: usize = 2_048;

/// A further committer starts when the oldest commit in flight has taken this long: what waits meanwhile goes
/// together. Where each write goes alone there is nothing to wait for.
const PATIENCE: Duration = Duration::from_millis(1);

/// Urgent batches that follow one another while normal writes wait; then those have their turn.
const URGENT_RUN: u32 = 4;

/// Most normal writes of such a turn: what an urgent write may have to wait for where there is one committer.
const SHARE: usize = 32;

/// Which writes go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// A person in danger.
    Urgent,
    /// Everything else.
    Normal,
}

/// Something that waits.
pub(super) trait Waiting {
    fn lane(&self) -> Lane;
    fn scopes(&self) -> &[Uuid];
}

/// Why a write may not wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turned {
    Full,
    Closed,
}

/// A batch that a committer has in its hands.
struct InFlight {
    committer: usize,
    since: Instant,
    lane: Lane,
    scopes: HashSet<Uuid>,
}

struct State<J> {
    urgent: VecDeque<J>,
    normal: VecDeque<J>,
    in_flight: Vec<InFlight>,
    /// Committers that may have normal writes at a time.
    most_normal: usize,
    /// Urgent batches since the last normal one, while normal writes waited.
    urgent_run: u32,
    /// Most writes of a transaction.
    batch: usize,
    /// Whether there is one committer.
    alone: bool,
    closed: bool,
}

/// The queue that all committers share.
pub(super) struct Queue<J> {
    state: Mutex<State<J>>,
    changed: Condvar,
    patience: Duration,
}

impl<J: Waiting> Queue<J> {
    /// For so many committers, at least one, each of whom gets up to `batch` writes at a time.
    pub(super) fn new(committers: usize, batch: usize) -> Self {
        let state = State {
            urgent: VecDeque::new(),
            normal: VecDeque::new(),
            in_flight: Vec::new(),
            most_normal: committers.saturating_sub(1).max(1),
            urgent_run: 0,
            batch,
            alone: committers < 2,
            closed: false,
        };
        let patience = if batch > 1 { PATIENCE } else { Duration::ZERO };
        Self { state: Mutex::new(state), changed: Condvar::new(), patience }
    }

    fn state(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a write, or gives it back.
    pub(super) fn push(&self, job: J) -> Result<(), (J, Turned)> {
        let mut state = self.state();
        if state.closed {
            return Err((job, Turned::Closed));
        }
        let lane = match job.lane() {
            Lane::Urgent => &mut state.urgent,
            Lane::Normal => &mut state.normal,
        };
        if lane.len() >= LANE {
            return Err((job, Turned::Full));
        }
        lane.push_back(job);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// How many wait.
    pub(super) fn depth(&self) -> usize {
        let state = self.state();
        state.urgent.len() + state.normal.len()
    }

    /// The next batch for a committer; none when the queue is closed and empty. Waits for work.
    pub(super) fn take(&self, committer: usize) -> Option<Vec<J>> {
        let mut state = self.state();
        loop {
            let oldest = state.in_flight.iter().map(|one| one.since.elapsed()).max();
            let patient = oldest.is_some_and(|age| age < self.patience);
            if !patient && let Some((lane, batch)) = state.pick() {
                let scopes = batch.iter().flat_map(|job| job.scopes().iter().copied()).collect();
                state.in_flight.push(InFlight { committer, since: Instant::now(), lane, scopes });
                return Some(batch);
            }
            if state.closed && state.urgent.is_empty() && state.normal.is_empty() {
                return None;
            }
            let waiting = !(state.urgent.is_empty() && state.normal.is_empty());
            state = match oldest {
                Some(age) if waiting && patient => {
                    let rest = self.patience.saturating_sub(age);
                    self.changed.wait_timeout(state, rest).map(|(state, _)| state).unwrap_or_else(|e| e.into_inner().0)
                }
                _ => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// A committer is done with its batch.
    pub(super) fn done(&self, committer: usize) {
        self.state().in_flight.retain(|one| one.committer != committer);
        self.changed.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// Takes no more; what waits is still done.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }
}

impl<J: Waiting> State<J> {
    /// The writes of one lane to do next, and which lane; none when none may be done now.
    fn pick(&mut self) -> Option<(Lane, Vec<J>)> {
        let at_normal = self.in_flight.iter().filter(|one| one.lane == Lane::Normal).count();
        let normal_may = at_normal < self.most_normal;
        if normal_may && self.urgent_run >= URGENT_RUN && !self.urgent.is_empty() {
            let turn = self.next_of(Lane::Normal, SHARE.min(self.batch));
            if !turn.is_empty() {
                self.urgent_run = 0;
                return Some((Lane::Normal, turn));
            }
        }
        let urgent = self.next_of(Lane::Urgent, self.batch);
        if !urgent.is_empty() {
            self.urgent_run = if self.normal.is_empty() { 0 } else { self.urgent_run.saturating_add(1) };
            return Some((Lane::Urgent, urgent));
        }
        // Where there is one committer, an alarm that comes a moment later waits for all of it.
        let most = if self.alone { SHARE.min(self.batch) } else { self.batch };
        let normal = if normal_may { self.next_of(Lane::Normal, most) } else { Vec::new() };
        if normal.is_empty() {
            return None;
        }
        self.urgent_run = 0;
        Some((Lane::Normal, normal))
    }

    /// Up to `most` writes of a lane, none that would overtake an earlier write of its scope: an urgent one none that
    /// is urgent, a normal one none at all.
    fn next_of(&mut self, lane: Lane, most: usize) -> Vec<J> {
        let ahead = self.in_flight.iter().filter(|one| lane == Lane::Normal || one.lane == Lane::Urgent);
        let mut blocked: HashSet<Uuid> = ahead.flat_map(|one| one.scopes.iter().copied()).collect();
        let waiting = match lane {
            Lane::Urgent => &mut self.urgent,
            Lane::Normal => &mut self.normal,
        };
        let mut batch = Vec::new();
        let mut index = 0;
        while batch.len() < most && index < LOOK {
            let Some(job) = waiting.get(index) else { break };
            if job.scopes().iter().any(|scope| blocked.contains(scope)) {
                blocked.extend(job.scopes().iter().copied());
                index += 1;
            } else if let Some(job) = waiting.remove(index) {
                batch.push(job);
            }
        }
        batch
    }
}

#[cfg(test)]
mod tests;
