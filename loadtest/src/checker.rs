//! What each console was shown, held against what was acknowledged.
//!
//! The rules, per scope: every acknowledged tap is displayed, nothing is displayed that nobody
//! attempted, each event once, numbers without a gap, a case's revisions in order, and the client's
//! heads equal the server's digest at every beat. A tap is matched by its case and the case's
//! revision after it: revisions grow by one with every event of a case, so that the pair names one event.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::live::digest;

/// An event as it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Under which scope.
    pub scope: Uuid,
    /// Its number there.
    pub seq: u64,
    /// The event.
    pub event: Uuid,
    /// The case.
    pub case: Uuid,
    /// The case's revision after it.
    pub revision: u64,
    /// Who is in danger, when in the register.
    pub subject: Option<Uuid>,
    /// Whether it is a tap.
    pub tap: bool,
    /// When it arrived, microseconds since the run began.
    pub at_us: u64,
    /// How long after the server's own stamp, microseconds, by this machine's wall clock.
    pub after_stamp_us: i64,
}

/// The first display of a tap on one console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Display {
    /// Who is in danger, when in the register.
    pub subject: Option<Uuid>,
    /// When, microseconds since the run began.
    pub at_us: u64,
    /// How long after the server's own stamp, microseconds.
    pub after_stamp_us: i64,
}

/// What was wrong with a console's streams.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct StreamFaults {
    /// Numbers that never came, over all scopes.
    pub gaps: u64,
    /// Events that came twice under one scope.
    pub doubled: u64,
    /// Events out of order: a number that was passed already, or a case's revision that goes back.
    pub inverted: u64,
    /// Beats whose digest was not that of this console's heads.
    pub disagreed: u64,
}

/// Everything one console was shown.
#[derive(Debug, Default)]
pub struct ConsoleLog {
    heads: BTreeMap<Uuid, u64>,
    events: HashSet<(Uuid, Uuid)>,
    revisions: HashMap<(Uuid, Uuid), u64>,
    taps: HashMap<(Uuid, u64), Display>,
    snapshot: HashMap<Uuid, u64>,
    faults: StreamFaults,
    frames: u64,
    beats: u64,
}

impl ConsoleLog {
    /// The console starts a scope after this number: from a snapshot's cursor.
    pub fn start(&mut self, scope: Uuid, seq: u64) {
        self.heads.insert(scope, seq);
    }

    /// Forgets where every scope stands, before a whole new snapshot.
    pub fn forget(&mut self) {
        self.heads.clear();
        self.revisions.clear();
    }

    /// A case in a snapshot: everything up to this revision is on the screen.
    pub fn snapshot_case(&mut self, case: Uuid, revision: u64) {
        let shown = self.snapshot.entry(case).or_default();
        *shown = revision.max(*shown);
    }

    /// An event arrived.
    pub fn arrive(&mut self, arrival: &Arrival) {
        self.frames += 1;
        let head = self.heads.entry(arrival.scope).or_default();
        let known = !self.events.insert((arrival.scope, arrival.event));
        if known {
            self.faults.doubled += 1;
        } else if arrival.seq <= *head {
            self.faults.inverted += 1;
        }
        self.faults.gaps += arrival.seq.saturating_sub(*head + 1);
        *head = arrival.seq.max(*head);
        let revision = self.revisions.entry((arrival.scope, arrival.case)).or_default();
        if !known && arrival.revision <= *revision {
            self.faults.inverted += 1;
        }
        *revision = arrival.revision.max(*revision);
        if arrival.tap {
            let display =
                Display { subject: arrival.subject, at_us: arrival.at_us, after_stamp_us: arrival.after_stamp_us };
            self.taps.entry((arrival.case, arrival.revision)).or_insert(display);
        }
    }

    /// A beat arrived: whether this console's heads are the server's.
    pub fn beat(&mut self, theirs: u32) -> bool {
        self.beats += 1;
        let agrees = theirs == digest(&self.heads);
        self.faults.disagreed += u64::from(!agrees);
        agrees
    }

    /// How many different taps were displayed by a frame.
    pub fn taps(&self) -> usize {
        self.taps.len()
    }

    /// How many events arrived, under all scopes.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// How many beats arrived.
    pub fn beats(&self) -> u64 {
        self.beats
    }

    /// What was wrong so far.
    pub fn faults(&self) -> StreamFaults {
        self.faults
    }

    fn displays(&self, case: Uuid, revision: u64) -> bool {
        self.taps.contains_key(&(case, revision)) || self.snapshot.get(&case).is_some_and(|shown| *shown >= revision)
    }
}

/// A tap that the server acknowledged, as its answer names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Acknowledged {
    /// The case it was stored in.
    #[serde(rename = "id")]
    pub case: Uuid,
    /// The case's revision after it.
    pub revision: u64,
}

/// When a tap was displayed, over all consoles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// First console.
    pub first: Display,
    /// Last console.
    pub last: Display,
}

/// What the checker found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Acknowledged taps that some live console did not display.
    pub lost: u64,
    /// Acknowledged taps whose event another acknowledged tap has too.
    pub merged: u64,
    /// Taps of our people that were displayed and that nobody attempted, on the worst console.
    pub phantom: u64,
    /// Consoles that were not live at the end.
    pub consoles_down: u64,
    /// Faults of the streams, summed over the consoles.
    #[serde(flatten)]
    pub streams: StreamFaults,
}

impl Verdict {
    /// Whether nothing at all was wrong.
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

/// Holds the consoles' logs against the acknowledged taps. `unanswered` taps may or may not have been
/// stored; `people` are those whose taps are all ours. The spreads are in the order of `acknowledged`.
pub fn judge(
    acknowledged: &[Acknowledged],
    unanswered: u64,
    people: &HashSet<Uuid>,
    consoles: &[&ConsoleLog],
    consoles_down: u64,
) -> (Verdict, Vec<Option<Spread>>) {
    let ours: HashSet<(Uuid, u64)> = acknowledged.iter().map(|tap| (tap.case, tap.revision)).collect();
    let mut verdict = Verdict { merged: (acknowledged.len() - ours.len()) as u64, consoles_down, ..Verdict::default() };
    for log in consoles {
        let faults = log.faults();
        verdict.streams.gaps += faults.gaps;
        verdict.streams.doubled += faults.doubled;
        verdict.streams.inverted += faults.inverted;
        verdict.streams.disagreed += faults.disagreed;
        let unclaimed = log
            .taps
            .iter()
            .filter(|(tap, display)| {
                display.subject.is_some_and(|subject| people.contains(&subject)) && !ours.contains(*tap)
            })
            .count() as u64;
        verdict.phantom = verdict.phantom.max(unclaimed.saturating_sub(unanswered));
    }
    let spreads = acknowledged
        .iter()
        .map(|tap| {
            let everywhere = !consoles.is_empty() && consoles.iter().all(|log| log.displays(tap.case, tap.revision));
            verdict.lost += u64::from(!everywhere);
            let shown: Vec<Display> =
                consoles.iter().filter_map(|log| log.taps.get(&(tap.case, tap.revision)).copied()).collect();
            let complete = everywhere && shown.len() == consoles.len();
            let first = shown.iter().min_by_key(|display| display.at_us).copied();
            let last = shown.iter().max_by_key(|display| display.at_us).copied();
            first.zip(last).filter(|_| complete).map(|(first, last)| Spread { first, last })
        })
        .collect();
    (verdict, spreads)
}

#[cfg(test)]
mod tests;
