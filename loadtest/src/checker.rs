//! What each console was shown, held against what was acknowledged.
//!
//! The rules, per scope: every acknowledged tap is displayed, nothing is displayed that nobody
//! attempted, each event once, numbers without a gap, a case's revisions in order, and the client's
//! heads equal the server's digest at every beat. A tap is matched by its case and the case's
//! revision after it: revisions grow by one with every event of a case, so that the pair names one event.
//! The answer to a repeated key tells the case as it stands by then; such a tap is matched by its case
//! and the moment it was stored.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;
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
    /// The server's own stamp, microseconds since 1970.
    pub stamp_us: i64,
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
    /// The server's own stamp, microseconds since 1970.
    pub stamp_us: i64,
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
    taps: HashMap<Tap, Display>,
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
            let Arrival { subject, stamp_us, at_us, after_stamp_us, .. } = *arrival;
            let display = Display { subject, stamp_us, at_us, after_stamp_us };
            self.taps.entry((arrival.case, arrival.revision)).or_insert(display);
        }
    }

    /// Something arrived that is of no case: only its place in the scope counts.
    pub fn pass(&mut self, scope: Uuid, seq: u64) {
        self.frames += 1;
        let head = self.heads.entry(scope).or_default();
        self.faults.inverted += u64::from(seq <= *head);
        self.faults.gaps += seq.saturating_sub(*head + 1);
        *head = seq.max(*head);
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

    fn displays(&self, tap: Tap) -> bool {
        self.taps.contains_key(&tap) || self.snapshot.get(&tap.0).is_some_and(|shown| *shown >= tap.1)
    }
}

/// How the server's answer names the tap that it acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledged {
    /// By the case's revision after it.
    Revision {
        /// The case it was stored in.
        case: Uuid,
        /// The revision.
        revision: u64,
    },
    /// By the moment it was stored: the answer to a repeated key.
    Moment {
        /// The case it was stored in.
        case: Uuid,
        /// Microseconds since 1970.
        stored_us: i64,
    },
}

/// A tap, named by its case and the case's revision after it.
type Tap = (Uuid, u64);

/// Names every tap by its revision; none where no console displayed a tap of that moment.
fn named(acknowledged: &[Acknowledged], consoles: &[&ConsoleLog]) -> Vec<Option<Tap>> {
    let mut taken: HashSet<Tap> = HashSet::new();
    taken.extend(acknowledged.iter().filter_map(|one| match one {
        Acknowledged::Revision { case, revision } => Some((*case, *revision)),
        Acknowledged::Moment { .. } => None,
    }));
    let by_moment = |case: Uuid, stored_us: i64, taken: &HashSet<Tap>| {
        let displayed = consoles.iter().flat_map(|log| log.taps.iter());
        let of_moment = displayed.filter(|(tap, display)| tap.0 == case && display.stamp_us == stored_us);
        of_moment.map(|(tap, _)| *tap).find(|tap| !taken.contains(tap))
    };
    let name = |one: &Acknowledged| match *one {
        Acknowledged::Revision { case, revision } => Some((case, revision)),
        Acknowledged::Moment { case, stored_us } => {
            let tap = by_moment(case, stored_us, &taken)?;
            taken.insert(tap);
            Some(tap)
        }
    };
    acknowledged.iter().map(name).collect()
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
    let taps = named(acknowledged, consoles);
    let ours: HashSet<Tap> = taps.iter().flatten().copied().collect();
    let merged = taps.iter().flatten().count() - ours.len();
    let mut verdict = Verdict { merged: merged as u64, consoles_down, ..Verdict::default() };
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
    let mut spreads = Vec::with_capacity(taps.len());
    for tap in taps {
        let everywhere = tap.is_some_and(|tap| !consoles.is_empty() && consoles.iter().all(|log| log.displays(tap)));
        verdict.lost += u64::from(!everywhere);
        spreads.push(tap.filter(|_| everywhere).and_then(|tap| spread(tap, consoles)));
    }
    (verdict, spreads)
}

/// From the first frame to the last, when every console had one.
fn spread(tap: Tap, consoles: &[&ConsoleLog]) -> Option<Spread> {
    let displays: Option<Vec<Display>> = consoles.iter().map(|log| log.taps.get(&tap).copied()).collect();
    let displays = displays?;
    let first = displays.iter().min_by_key(|display| display.at_us).copied()?;
    let last = displays.iter().max_by_key(|display| display.at_us).copied()?;
    Some(Spread { first, last })
}

#[cfg(test)]
mod tests;
