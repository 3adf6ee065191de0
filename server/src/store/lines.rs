//! The connections of this process to PostgreSQL, and since when each waits for an answer.
//!
//! The client library keeps its socket to itself. So every connection has a number, which it carries as its
//! `tcp_user_timeout`: by that its socket is found among the files of the process. Both are of the process, and so is
//! what is known here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

/// The numbers, far more than connections at a time. Each is a time in ms: how long sent data may stay unconfirmed
/// before the system gives the connection up.
pub(super) const NUMBERS: RangeInclusive<u32> = 5_000..=5_999;

/// The option of a connection's URL that carries its number.
const OPTION: &str = "tcp_user_timeout=";

static NEXT: AtomicU32 = AtomicU32::new(0);

static STATE: Mutex<State> = Mutex::new(State { open: BTreeSet::new(), since: BTreeMap::new() });

/// The numbers that are in use, and since when those wait that do.
struct State {
    open: BTreeSet<u32>,
    since: BTreeMap<u32, Instant>,
}

/// The numbers of those that wait for an answer.
pub(super) struct Waiting {
    pub(super) too_long: BTreeSet<u32>,
    pub(super) not_long: BTreeSet<u32>,
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on every connection that is made is known here, if its URL has [`option`].
pub(super) fn watch() -> QueryResult<()> {
    set_default_instrumentation(|| Some(Box::new(Line::default())))
}

/// What the URL of the next connection ends with: a number that no open one has.
pub(super) fn option() -> String {
    let mut state = state();
    let all = NUMBERS.end() - NUMBERS.start();
    let next = || NUMBERS.start() + NEXT.fetch_add(1, Ordering::Relaxed) % all;
    let number = (0..all).map(|_| next()).find(|number| !state.open.contains(number)).unwrap_or_else(next);
    state.open.insert(number);
    format!("{OPTION}{number}")
}

/// Who waits, and whether longer than `limit`.
pub(super) fn waiting(limit: Duration, now: Instant) -> Waiting {
    let (mut too_long, mut not_long) = (BTreeSet::new(), BTreeSet::new());
    for (number, since) in &state().since {
        let side = if now.saturating_duration_since(*since) > limit { &mut too_long } else { &mut not_long };
        side.insert(*number);
    }
    Waiting { too_long, not_long }
}

/// Those need not wait any more.
pub(super) fn forget(numbers: &BTreeSet<u32>) {
    state().since.retain(|number, _| !numbers.contains(number));
}

/// One connection, as long as it is open.
#[derive(Default)]
struct Line(Option<u32>);

impl Instrumentation for Line {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                self.0 = number_in(url);
                self.waits();
            }
            InstrumentationEvent::StartQuery { .. } => self.waits(),
            InstrumentationEvent::FinishEstablishConnection { .. } | InstrumentationEvent::FinishQuery { .. } => {
                self.rests();
            }
            _ => {}
        }
    }
}

impl Line {
    fn waits(&self) {
        if let Some(number) = self.0 {
            state().since.insert(number, Instant::now());
        }
    }

    fn rests(&self) {
        if let Some(number) = self.0 {
            state().since.remove(&number);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.rests();
        if let Some(number) = self.0 {
            state().open.remove(&number);
        }
    }
}

/// The last one counts, as for the client library.
fn number_in(url: &str) -> Option<u32> {
    let number: u32 = url.rsplit_once(OPTION)?.1.parse().ok()?;
    NUMBERS.contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_waits_from_question_to_answer_and_no_longer_than_it_is_open() {
        let url = format!("postgres://u:tcp_user_timeout=1@h/m?tcp_user_timeout=9&{}", option());
        let line = Line(number_in(&url));
        let number = line.0.unwrap();
        let after = |seconds| waiting(Duration::from_secs(8), Instant::now() + Duration::from_secs(seconds));
        let long = |number| after(9).too_long.contains(&number);
        line.waits();
        assert!(long(number) && after(7).not_long.contains(&number));
        line.rests();
        assert!(!long(number));
        line.waits();
        forget(&BTreeSet::from([number]));
        assert!(!long(number));
        line.waits();
        drop(line);
        assert!(!long(number));
    }

    #[test]
    fn each_connection_has_a_number_of_its_own_and_others_have_none() {
        assert_ne!(number_in(&option()), number_in(&option()));
        assert_eq!(number_in("postgres://h/m"), None);
        assert_eq!(number_in("postgres://h/m?tcp_user_timeout=100"), None);
        assert_eq!(number_in("postgres://h/m?tcp_user_timeout=5000&x=y"), None);
    }
}
