//! The result of `loadtest ingest`, as JSON.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::figures::{Figures, Milliseconds};
use crate::ingest::Ingest;
use crate::metrics::Batches;
use crate::outcome::Circumstances;
use crate::series::{Series, rounded};
use crate::taps::{Came, Sent};

/// The whole result.
#[derive(Serialize)]
pub struct IngestReport<'a> {
    /// Whether exactly the acknowledged taps are stored, none was left unanswered, and the server beside committed
    /// each alone.
    pub passed: bool,
    /// When the first measurement began.
    pub started_at: DateTime<Utc>,
    /// What was asked for.
    pub settings: &'a Ingest,
    /// On what, and with what.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// The server whose writes share transactions.
    pub together: Server,
    /// The server that commits each write alone, when one was given.
    pub alone: Option<Server>,
    /// pgbench: rows a second by the number of its connections.
    pub pgbench_rows_per_second: BTreeMap<u32, Series>,
    /// Together over alone, median of taps a second, by clients.
    pub together_to_alone: BTreeMap<u32, Option<f64>>,
    /// Together over pgbench's most connections, median, by clients.
    pub together_to_pgbench: BTreeMap<u32, Option<f64>>,
}

/// One of the servers.
#[derive(Serialize)]
pub struct Server {
    /// Its address.
    pub address: String,
    /// Its process, when it is on this machine.
    pub pid: Option<u32>,
    /// Closed loop, by clients.
    pub closed: BTreeMap<u32, Measured>,
    /// Open loop, by taps a second.
    pub open: BTreeMap<u32, Measured>,
    /// What is in the database of what was acknowledged.
    pub count: Count,
}

/// Some measurements of one kind.
#[derive(Debug, Default, Serialize)]
pub struct Measured {
    /// Acknowledged taps a second.
    pub acknowledged_per_second: Series,
    /// Half were answered within this many milliseconds: from sending in the closed loop, from due in the open one.
    pub p50_ms: Series,
    /// 99 of 100.
    pub p99_ms: Series,
    /// Microseconds of the server's processor time for each that was acknowledged; nothing when it cannot be seen.
    pub cpu_us_per_tap: Series,
    /// Writes in a transaction, on average.
    pub writes_per_commit: Series,
    /// Taps that were refused, by code, over all.
    pub refused: BTreeMap<String, u64>,
    /// Taps whose fate is not known, over all.
    pub unanswered: u64,
}

/// What is in the database of what was acknowledged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Taps that were acknowledged, from the first to the last.
    pub acknowledged: u64,
    /// Sent without an answer that can be understood: stored or not.
    pub unanswered: u64,
    /// Different taps in the timelines of these people's cases.
    pub stored: u64,
}

impl Count {
    /// Whether everything that was acknowledged is there, and nothing that nobody sent.
    pub fn fits(&self) -> bool {
        (self.acknowledged..=self.acknowledged + self.unanswered).contains(&self.stored)
    }
}

/// One measurement.
pub struct One {
    taps: Tally,
    cpu_ns: Option<u64>,
    batches: Batches,
}

/// What came of the taps of one measurement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Acknowledged.
    pub acknowledged: u64,
    /// Refused, by code.
    pub refused: BTreeMap<String, u64>,
    /// Fate not known.
    pub unanswered: u64,
    /// Acknowledged a second, from the first that was due to the last answer.
    pub per_second: f64,
    /// How long answers took.
    pub latency: Milliseconds,
}

impl Tally {
    /// Of what was sent.
    pub fn of(sent: &[Sent]) -> Result<Self> {
        let (mut tally, mut figures) = (Self::default(), Figures::new()?);
        for one in sent {
            match &one.came {
                Came::Stored { .. } => {
                    tally.acknowledged += 1;
                    figures.add_number(one.done_us.saturating_sub(one.due_us));
                }
                Came::Refused(code) => *tally.refused.entry(code.clone()).or_default() += 1,
                Came::Unanswered => tally.unanswered += 1,
            }
        }
        let from = sent.iter().map(|one| one.due_us).min().unwrap_or_default();
        let to = sent.iter().map(|one| one.done_us).max().unwrap_or_default();
        if to > from {
            tally.per_second = rounded(tally.acknowledged as f64 / ((to - from) as f64 / 1e6));
        }
        tally.latency = figures.milliseconds();
        Ok(tally)
    }
}

impl One {
    /// A measurement with the server's processor time, when it can be seen, and its transactions.
    pub fn new(taps: Tally, cpu_ns: Option<u64>, batches: Batches) -> Self {
        Self { taps, cpu_ns, batches }
    }

    /// What came of its taps.
    pub fn taps(&self) -> &Tally {
        &self.taps
    }
}

impl Measured {
    /// Over these.
    pub fn of(ones: &[One]) -> Self {
        let mut refused = BTreeMap::new();
        for (code, count) in ones.iter().flat_map(|one| &one.taps.refused) {
            *refused.entry(code.clone()).or_default() += count;
        }
        let each = |of: fn(&One) -> f64| Series::of(ones.iter().map(of));
        let cpu = |one: &One| Some(one.cpu_ns? as f64 / 1e3 / (one.taps.acknowledged as f64).max(1.0));
        Self {
            acknowledged_per_second: each(|one| one.taps.per_second),
            p50_ms: each(|one| one.taps.latency.p50),
            p99_ms: each(|one| one.taps.latency.p99),
            cpu_us_per_tap: Series::of(ones.iter().filter_map(cpu)),
            writes_per_commit: each(|one| one.batches.mean),
            refused,
            unanswered: ones.iter().map(|one| one.taps.unanswered).sum(),
        }
    }
}

/// The medians of some measurements over another figure, by clients.
pub fn ratios(of: &BTreeMap<u32, Measured>, to: impl Fn(u32) -> Option<Series>) -> BTreeMap<u32, Option<f64>> {
    let ratio = |clients: u32, one: &Measured| one.acknowledged_per_second.ratio_to(&to(clients)?);
    of.iter().map(|(clients, one)| (*clients, ratio(*clients, one))).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::checker::Acknowledged;

    fn sent(due_us: u64, done_us: u64, came: Came) -> Sent {
        Sent { due_us, sent_us: due_us, done_us, broken: 0, request_bytes: 0, answer_bytes: 0, came }
    }

    fn stored() -> Came {
        Came::Stored { tap: Acknowledged::Revision { case: Uuid::nil(), revision: 1 }, joined: true }
    }

    #[test]
    fn taps_are_tallied_by_what_came_of_them() {
        let all = [
            sent(0, 2_000, stored()),
            sent(100_000, 104_000, stored()),
            sent(200_000, 500_000, Came::Refused("busy".into())),
            sent(300_000, 400_000, Came::Unanswered),
        ];
        let tally = Tally::of(&all).unwrap();
        assert_eq!((tally.acknowledged, tally.unanswered, tally.refused["busy"]), (2, 1, 1));
        assert_eq!((tally.per_second, tally.latency.count), (4.0, 2));
        assert_eq!(Tally::of(&[]).unwrap(), Tally::default());
    }

    #[test]
    fn measurements_are_put_together() {
        let one = |per_second, cpu_ns, mean| {
            let taps = Tally { acknowledged: 1_000, per_second, ..Tally::default() };
            One::new(taps, cpu_ns, Batches { mean, ..Batches::default() })
        };
        let found = Measured::of(&[one(100.0, Some(20_000_000), 4.0), one(300.0, Some(40_000_000), 8.0)]);
        assert_eq!((found.acknowledged_per_second.median, found.cpu_us_per_tap.median), (200.0, 30.0));
        assert_eq!(found.writes_per_commit.max, 8.0);
        assert_eq!(Measured::of(&[one(1.0, None, 1.0)]).cpu_us_per_tap.count, 0, "it cannot be seen");
        let to = |clients| (clients == 64).then(|| Series::of([50.0]));
        let found = ratios(&BTreeMap::from([(64, found), (256, Measured::default())]), to);
        assert_eq!(found, BTreeMap::from([(64, Some(4.0)), (256, None)]));
    }

    #[test]
    fn a_tap_too_few_or_too_many_is_a_failure() {
        let count = |stored, unanswered| Count { acknowledged: 10, unanswered, stored };
        assert!(count(10, 0).fits() && count(11, 1).fits() && count(10, 1).fits());
        assert!(!count(9, 5).fits() && !count(11, 0).fits() && !count(12, 1).fits());
    }
}
