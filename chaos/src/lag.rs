//! How old what a connection brings is, as the console's page reckons it.

use chrono::{DateTime, Utc};

use crate::history::Us;

/// The server's stamps of one connection against this program's clock.
#[derive(Default)]
pub struct Lag {
    least: Option<i64>,
    before: Option<(DateTime<Utc>, i64)>,
}

impl Lag {
    /// Takes a stamp that came at `at`; how late it is against the connection's fastest frame, in microseconds.
    pub fn take(&mut self, sent: DateTime<Utc>, at: Us) -> Us {
        let apart = i64::try_from(at).unwrap_or(i64::MAX).saturating_sub(sent.timestamp_micros());
        // A clock that was set back says nothing about the line.
        let set_back = self.before.filter(|(before, _)| sent < *before).map(|(_, lag)| apart.saturating_sub(lag));
        let least = set_back.or(self.least).map_or(apart, |least| least.min(apart));
        let lag = apart.saturating_sub(least);
        (self.least, self.before) = (Some(least), Some((sent, lag)));
        Us::try_from(lag).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn it_is_measured_from_the_fastest_frame_and_a_clock_that_is_set_back_changes_nothing() {
        let (mut lag, start) = (Lag::default(), DateTime::UNIX_EPOCH);
        let mut take =
            |sent_ms: i64, at_ms: u64| lag.take(start + TimeDelta::milliseconds(sent_ms), at_ms * 1_000) / 1_000;
        assert_eq!(take(1_000_000, 50), 0);
        assert_eq!(take(1_005_000, 5_250), 200);
        assert_eq!(take(1_010_000, 22_050), 12_000);
        assert_eq!(take(10_000, 27_050), 12_000);
        assert_eq!(take(27_000, 32_050), 0);
    }
}
