//! Time is a dependency: nothing but a [`Clock`] says what time it is.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

/// Where the time comes from. Microseconds, because that is what both databases keep.
pub trait Clock: Debug + Send + Sync {
    /// The time now, UTC, cut to whole microseconds.
    fn now(&self) -> DateTime<Utc>;

    /// Tells the clock how far the database's clock is ahead of it, in microseconds. The database
    /// is the one clock that all nodes share.
    fn discipline(&self, _ahead_us: i64) {}

    /// How far the machine's own clock is ahead of this one.
    fn machine_ahead(&self) -> TimeDelta {
        TimeDelta::zero()
    }
}

/// A shared clock.
pub type SharedClock = Arc<dyn Clock>;

/// Goes on from the machine's clock as it was at the start, and is disciplined by the database's. When the machine's
/// clock is set, this one does not jump.
#[derive(Debug)]
pub struct SystemClock {
    began: (Instant, DateTime<Utc>),
    offset_us: AtomicI64,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { began: (Instant::now(), Utc::now()), offset_us: AtomicI64::new(0) }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        let (started, began) = self.began;
        let offset = TimeDelta::microseconds(self.offset_us.load(Ordering::Relaxed));
        micros(began + started.elapsed() + offset)
    }

    fn discipline(&self, ahead_us: i64) {
        self.offset_us.fetch_add(ahead_us, Ordering::Relaxed);
    }

    fn machine_ahead(&self) -> TimeDelta {
        Utc::now() - self.now()
    }
}

/// A clock that moves only when told: for tests and replays.
#[derive(Debug)]
pub struct ManualClock {
    now_us: AtomicI64,
}

impl ManualClock {
    /// Stands at the given time.
    pub fn at(time: DateTime<Utc>) -> Self {
        Self { now_us: AtomicI64::new(time.timestamp_micros()) }
    }

    /// Moves on.
    pub fn advance(&self, by: TimeDelta) {
        self.now_us.fetch_add(by.num_microseconds().unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        from_micros(self.now_us.load(Ordering::SeqCst))
    }
}

/// Cuts a time to whole microseconds.
pub fn micros(time: DateTime<Utc>) -> DateTime<Utc> {
    from_micros(time.timestamp_micros())
}

/// The time of an epoch microsecond; the epoch itself for one that no calendar holds.
pub fn from_micros(us: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(us).unwrap_or_default()
}
