//! The writes that wait: bounded, urgent first, never two committers on one scope.

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

struct State<J> {
    urgent: VecDeque<J>,
    normal: VecDeque<J>,
    in_flight: Vec<(usize, Instant, HashSet<Uuid>)>,
    closed: bool,
}

/// The queue that all committers share.
pub(super) struct Queue<J> {
    state: Mutex<State<J>>,
    changed: Condvar,
    batch: usize,
    patience: Duration,
}

impl<J: Waiting> Queue<J> {
    /// A queue that gives out up to `batch` writes at a time.
    pub(super) fn new(batch: usize) -> Self {
        let state = State { urgent: VecDeque::new(), normal: VecDeque::new(), in_flight: Vec::new(), closed: false };
        let patience = if batch > 1 { PATIENCE } else { Duration::ZERO };
        Self { state: Mutex::new(state), changed: Condvar::new(), batch, patience }
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
            let oldest = state.in_flight.iter().map(|(_, since, _)| since.elapsed()).max();
            let patient = oldest.is_some_and(|age| age < self.patience);
            if !patient {
                let batch = state.pick(self.batch);
                if !batch.is_empty() {
                    let scopes = batch.iter().flat_map(|job| job.scopes().iter().copied()).collect();
                    state.in_flight.push((committer, Instant::now(), scopes));
                    return Some(batch);
                }
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
        self.state().in_flight.retain(|(who, _, _)| *who != committer);
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
    /// Up to `most` writes, urgent first, none of a scope that is in flight and none that would
    /// overtake an earlier write of its scope.
    fn pick(&mut self, most: usize) -> Vec<J> {
        let busy: HashSet<Uuid> = self.in_flight.iter().flat_map(|(_, _, scopes)| scopes.iter().copied()).collect();
        let mut batch = Vec::new();
        for lane in [&mut self.urgent, &mut self.normal] {
            let mut blocked = busy.clone();
            let mut index = 0;
            while batch.len() < most && index < LOOK {
                let Some(job) = lane.get(index) else { break };
                if job.scopes().iter().any(|scope| blocked.contains(scope)) {
                    blocked.extend(job.scopes().iter().copied());
                    index += 1;
                } else if let Some(job) = lane.remove(index) {
                    batch.push(job);
                }
            }
        }
        batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Job(u32, Lane, Vec<Uuid>);

    impl Waiting for Job {
        fn lane(&self) -> Lane {
            self.1
        }
        fn scopes(&self) -> &[Uuid] {
            &self.2
        }
    }

    fn scope(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn push(queue: &Queue<Job>, n: u32, lane: Lane, scopes: &[u128]) -> Result<(), Turned> {
        queue.push(Job(n, lane, scopes.iter().map(|n| scope(*n)).collect())).map_err(|(_, why)| why)
    }

    fn numbers(batch: Option<Vec<Job>>) -> Vec<u32> {
        batch.into_iter().flatten().map(|job| job.0).collect()
    }

    #[test]
    fn the_urgent_lane_goes_first() {
        let queue = Queue::new(LARGEST_BATCH);
        push(&queue, 1, Lane::Normal, &[1]).unwrap();
        push(&queue, 2, Lane::Urgent, &[2]).unwrap();
        assert_eq!(numbers(queue.take(0)), [2, 1]);
    }

    #[test]
    fn a_scope_in_flight_waits_and_nothing_of_it_overtakes() {
        let queue = Queue::new(LARGEST_BATCH);
        push(&queue, 1, Lane::Normal, &[1]).unwrap();
        assert_eq!(numbers(queue.take(0)), [1]);
        push(&queue, 2, Lane::Normal, &[1, 2]).unwrap();
        push(&queue, 3, Lane::Normal, &[2]).unwrap();
        push(&queue, 4, Lane::Normal, &[3]).unwrap();
        assert_eq!(numbers(queue.take(1)), [4]);
        queue.done(0);
        assert_eq!(numbers(queue.take(0)), [2, 3]);
    }

    #[test]
    fn a_queue_of_single_writes_gives_each_alone_and_the_next_committer_does_not_wait() {
        let queue = Queue::new(1);
        for n in 1..=3 {
            push(&queue, n, Lane::Normal, &[u128::from(n)]).unwrap();
        }
        assert_eq!([0, 1, 2].map(|committer| numbers(queue.take(committer))), [[1], [2], [3]]);
    }

    #[test]
    fn a_full_lane_gives_the_write_back_and_the_other_lane_still_takes() {
        let queue = Queue::new(LARGEST_BATCH);
        for n in 0..LANE {
            push(&queue, n as u32, Lane::Normal, &[]).unwrap();
        }
        assert_eq!(push(&queue, 0, Lane::Normal, &[]), Err(Turned::Full));
        assert_eq!(push(&queue, 7, Lane::Urgent, &[]), Ok(()));
        assert_eq!(queue.depth(), LANE + 1);
        let batch = numbers(queue.take(0));
        assert_eq!((batch.len(), batch[0]), (LARGEST_BATCH, 7));
    }

    #[test]
    fn a_closed_queue_finishes_what_waits_and_takes_no_more() {
        let queue = Queue::new(LARGEST_BATCH);
        push(&queue, 1, Lane::Normal, &[]).unwrap();
        queue.close();
        assert_eq!(push(&queue, 2, Lane::Urgent, &[]), Err(Turned::Closed));
        assert_eq!(numbers(queue.take(0)), [1]);
        queue.done(0);
        assert!(queue.take(0).is_none());
    }
}
