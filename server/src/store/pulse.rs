//! Whether the database answers: what is being asked of it, and when it last answered.
//!
//! While it is away, whoever asks is told so at once instead of waiting with everybody else; one at a time goes on
//! asking, so that its return is noticed.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A database that owes an answer for this long, and gave nobody else one, hangs.
const HANGS: Duration = Duration::from_secs(3);

/// One that refused is asked by everybody for this long: most often a connection broke, and the next one holds.
const DOUBTFUL: Duration = Duration::from_secs(1);

/// The state of the database, by what it answers.
#[derive(Debug)]
pub(super) struct Pulse {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Since when each question waits for its answer.
    asked: BTreeMap<u64, Instant>,
    count: u64,
    answered: Instant,
    /// Since when it refuses.
    away: Option<Instant>,
}

impl Pulse {
    /// Of a database that answered now, or did not.
    pub(super) fn new(now: Instant, answers: bool) -> Self {
        let away = (!answers).then_some(now);
        Self { state: Mutex::new(State { asked: BTreeMap::new(), count: 0, answered: now, away }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks something; none when there is no use in asking now.
    pub(super) fn ask(&self, now: Instant) -> Option<Asking<'_>> {
        let mut state = self.state();
        let surely_away = state.away.is_some_and(|since| now - since > DOUBTFUL) && !state.asked.is_empty();
        if surely_away || state.hangs(now).is_some() {
            return None;
        }
        state.count += 1;
        let number = state.count;
        state.asked.insert(number, now);
        Some(Asking { pulse: self, number })
    }

    /// It answered; true when it was away before.
    pub(super) fn answered(&self, now: Instant) -> bool {
        let mut state = self.state();
        state.answered = now;
        state.away.take().is_some()
    }

    /// It refused, or cannot be reached; true when it answered before.
    pub(super) fn refused(&self, now: Instant) -> bool {
        let mut state = self.state();
        let first = state.away.is_none();
        state.away.get_or_insert(now);
        first
    }
}

impl State {
    fn hangs(&self, now: Instant) -> Option<Duration> {
        let oldest = *self.asked.values().min()?;
        let since = now.saturating_duration_since(oldest.max(self.answered));
        (since > HANGS).then_some(since)
    }
}

/// A question that waits for its answer; dropped, it waits no more.
pub(super) struct Asking<'a> {
    pulse: &'a Pulse,
    number: u64,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.pulse.state().asked.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn everybody_asks_a_database_that_answers_or_refused_a_moment_ago() {
        let start = Instant::now();
        let pulse = Pulse::new(start, true);
        let one = pulse.ask(start);
        assert!(one.is_some() && pulse.ask(start).is_some());
        assert!(pulse.refused(at(start, 10)) && !pulse.refused(at(start, 20)));
        assert!(pulse.ask(at(start, 900)).is_some());
    }

    #[test]
    fn one_at_a_time_asks_a_database_that_is_away_until_it_answers() {
        let start = Instant::now();
        let pulse = Pulse::new(start, false);
        let probe = pulse.ask(at(start, 1_001));
        assert!(probe.is_some() && pulse.ask(at(start, 1_002)).is_none());
        drop(probe);
        let next = pulse.ask(at(start, 1_003));
        assert!(next.is_some());
        assert!(pulse.answered(at(start, 1_004)) && !pulse.answered(at(start, 1_005)));
        assert!(pulse.ask(at(start, 1_006)).is_some());
    }

    #[test]
    fn a_database_that_owes_everybody_an_answer_hangs_and_one_that_is_slow_to_one_does_not() {
        let start = Instant::now();
        let pulse = Pulse::new(start, true);
        let slow = pulse.ask(start);
        assert_eq!(pulse.state().hangs(at(start, 2_999)), None);
        pulse.answered(at(start, 2_000));
        assert_eq!(pulse.state().hangs(at(start, 4_999)), None);
        assert_eq!(pulse.state().hangs(at(start, 5_001)), Some(Duration::from_millis(3_001)));
        assert!(pulse.ask(at(start, 5_001)).is_none());
        drop(slow);
        assert_eq!(pulse.state().hangs(at(start, 60_000)), None, "nobody asked meanwhile");
        assert!(pulse.ask(at(start, 60_000)).is_some());
    }
}
