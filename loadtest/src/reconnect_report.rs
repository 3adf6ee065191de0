//! The result of `loadtest reconnect`, as JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::figures::Milliseconds;
use crate::outcome::Circumstances;
use crate::reconnect::Reconnect;
use crate::series::rounded;

/// The whole result.
#[derive(Serialize)]
pub struct ReconnectReport<'a> {
    /// Whether all came back each time, and every console with everything that it had missed.
    pub passed: bool,
    /// When the first socket was opened.
    pub started_at: DateTime<Utc>,
    /// What was asked for.
    pub settings: &'a Reconnect,
    /// On what, and with what.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// Each drop and return.
    pub returns: Vec<Return>,
    /// Sockets open at the end.
    pub open_at_end: u64,
}

/// One drop and return. Times count from the first dial.
#[derive(Debug, Clone, Serialize)]
pub struct Return {
    /// How long closing all sockets took.
    pub dropping_ms: f64,
    /// Until the last one was live.
    pub all_live_seconds: f64,
    /// Until each console had caught up with every scope.
    pub consoles_live_ms: Milliseconds,
    /// Until each phone had its first news.
    pub phones_live_ms: Milliseconds,
    /// Taps stored while nobody was connected.
    pub missed_taps: u32,
    /// Messages about them that the console with the fewest was shown before it was live.
    pub fewest_shown: u32,
    /// The same, of the console with the most.
    pub most_shown: u32,
    /// Whether all consoles were shown the same, and nothing less than what was missed.
    pub all_caught_up: bool,
    /// Tries that failed and were repeated.
    pub failed_tries: u64,
    /// Why, the first few reasons.
    pub failures: BTreeMap<String, u64>,
    /// Scopes that moved meanwhile.
    pub scopes_missed: u64,
    /// Ranges of the log that the server read for consoles.
    pub range_reads: u64,
    /// And for itself.
    pub range_reads_of_the_hub: u64,
    /// For consoles, for each scope that moved.
    pub range_reads_per_scope: Option<f64>,
    /// For each console and scope: 1 when each reads the log for itself, next to 0 when they share what was read.
    pub range_reads_per_console_and_scope: Option<f64>,
    /// Microseconds of the server's processor time for each socket that came back.
    pub server_cpu_us_per_socket: Option<f64>,
}

/// Reads for each of `count`; none without any.
pub fn reads_per(reads: u64, count: u64) -> Option<f64> {
    (count > 0).then(|| rounded(reads as f64 / count as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_shared_out() {
        assert_eq!(reads_per(10, 4), Some(2.5));
        assert_eq!(reads_per(0, 4), Some(0.0));
        assert_eq!(reads_per(10, 0), None);
    }
}
