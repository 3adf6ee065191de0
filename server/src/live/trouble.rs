//! What does not work as it should on this node.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use wire::live::Trouble;

use super::test_alarm::{Heard, SILENT};
use crate::bus::{Bus, Relay};

/// Heads that could not be swept for this long are said on every console: the database is away, or hangs.
const UNSWEPT: Duration = Duration::from_secs(3);

/// Sweeps are up to a second apart; another node's answer counts for 2.6 s after it (`bus/answers.rs`).
const SURELY_AWAY: Duration = Duration::from_secs(4);

/// Sessions that were sent to another node are not taken back before it has been silent for this long.
pub(super) const SILENT_OTHERS: Duration = Duration::from_secs(5);

/// A machine's clock that is wrong by more than this is said.
const WRONG: TimeDelta = TimeDelta::minutes(1);

/// Another part of the server that knows of a trouble.
pub type Sign = Box<dyn Fn() -> Option<Trouble> + Send + Sync>;

/// The signs of trouble.
pub(super) struct Signs {
    /// When the heads were last swept well.
    swept: Mutex<Instant>,
    clock_is_wrong: AtomicBool,
    /// None where no test alarms are raised.
    pub(super) heard: Option<Heard>,
    others: Vec<Sign>,
}

impl Signs {
    /// Of a node that raises test alarms from `now` on, or none.
    pub(super) fn new(tested_from: Option<DateTime<Utc>>, others: Vec<Sign>) -> Self {
        let heard = tested_from.map(Heard::new);
        Self { swept: Mutex::new(Instant::now()), clock_is_wrong: AtomicBool::new(false), heard, others }
    }

    /// The heads were swept.
    pub(super) fn swept(&self) {
        *self.swept.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// The machine's clock is this far ahead of the database's.
    pub(super) fn clock(&self, ahead: TimeDelta) {
        let wrong = ahead.abs() > WRONG;
        if self.clock_is_wrong.swap(wrong, Ordering::Relaxed) != wrong {
            tracing::warn!(ahead_s = ahead.num_seconds(), "the machine's clock and the database's: the latter counts");
        }
        metrics::gauge!("muster_clock_ahead_seconds").set(ahead.as_seconds_f64());
    }

    /// Whether the database has not answered for a while.
    pub(super) fn database_is_away(&self) -> bool {
        self.swept.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > UNSWEPT
    }

    /// Whether it has not answered for so long that another node's answers count.
    pub(super) fn database_is_surely_away(&self) -> bool {
        self.swept.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > SURELY_AWAY
    }

    /// Everything that does not work as it should.
    pub(super) fn all(&self, bus: &dyn Bus, now: DateTime<Utc>) -> Vec<Trouble> {
        let database = self.database_is_away().then_some(Trouble::Database);
        let relay = (bus.relay() == Relay::Down).then_some(Trouble::Relay);
        let silent = self.heard.as_ref().is_some_and(|heard| heard.age(now) > SILENT);
        let clock = self.clock_is_wrong.load(Ordering::Relaxed).then_some(Trouble::Clock);
        let own = [database, relay, silent.then_some(Trouble::Alarms), clock];
        own.into_iter().flatten().chain(self.others.iter().filter_map(|sign| sign())).collect()
    }
}
