//! What the verdict is for each injection, and for each row of the fault table.

use std::collections::BTreeMap;

use serde::Serialize;

use super::taps::{Shown, Tap, Taps};
use super::{ByKey, Findings, Times, Wrong};
use crate::history::{Phase, Record, Us};
use crate::kind::{Kind, Peer};
use crate::plan::Step;

/// What comes so long after a fault is still its doing, microseconds.
const AFTER: Us = 5_000_000;

/// A console that takes itself for live never lacks an acknowledged tap longer: that of the row on lost frames, which is
/// the longest (two beats). Milliseconds.
const WORST_GAP: f64 = 11_000.0;

/// An injection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Injection {
    /// Its number, from 1.
    pub number: u32,
    /// What was planned.
    #[serde(flatten)]
    pub step: Step,
    /// Rows of the fault table.
    pub rows: &'static [&'static str],
    /// How it went.
    pub phase: Phase,
    /// In words.
    pub said: String,
    /// When it began and when it was over, milliseconds of the run.
    pub from_ms: u64,
    /// The latter.
    pub until_ms: u64,
    /// What came of the taps meanwhile.
    #[serde(flatten)]
    pub counts: Counts,
    /// How long each live console lacked one of them.
    pub gap_ms: Times,
    /// From the first attempt of each to its acknowledgement.
    pub to_acknowledged_ms: Times,
    /// Whether it was run, and everything that is promised under it was kept.
    pub held_up: bool,
}

/// What came of taps that were under way at some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Taps.
    pub taps: u64,
    /// Requests for them.
    pub attempts: u64,
    /// Acknowledged.
    pub acknowledged: u64,
    /// Held by a node at some time.
    pub held: u64,
    /// Requests without an answer.
    pub unknown: u64,
    /// Acknowledged or held, and not stored, or not on a console.
    pub lost: u64,
    /// Stored or displayed more than once.
    pub doubled: u64,
}

/// A row of the fault table.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Row {
    /// Injections that were run.
    pub injections: u64,
    /// Injections that were not.
    pub not_run: u64,
    /// What came of the taps meanwhile; one that met two injections counts for each.
    #[serde(flatten)]
    pub counts: Counts,
    /// The worst gap of all, milliseconds.
    pub worst_gap_ms: f64,
    /// The worst of the injections' gaps that 99 of 100 taps do not exceed, milliseconds.
    pub p99_gap_ms: f64,
    /// Whether every injection that was run held up.
    pub held_up: bool,
}

/// What 99 of 100 gaps do not exceed under a fault, milliseconds; none where only the worst is promised.
fn bound(kind: Kind) -> Option<f64> {
    match (kind, kind.peer()) {
        (Kind::CommitThenKill, _) => Some(1_200.0),
        (Kind::RedisKill | Kind::RedisFlush, _) => Some(1_000.0),
        (Kind::KillNode | Kind::AwayNode, _) => Some(5_000.0),
        (_, Peer::Redis | Peer::RedisLink) => Some(5_000.0),
        _ => None,
    }
}

struct Window {
    step: Step,
    from: Us,
    until: Us,
    phase: Phase,
    said: String,
}

pub(super) fn of(records: &[Record], taps: &Taps, shown: &ByKey<Shown>, findings: &mut Findings) -> Vec<Injection> {
    let mut windows: BTreeMap<u32, Window> = BTreeMap::new();
    for record in records {
        let Record::Fault { at, number, step, phase, said } = record else { continue };
        let new = || Window { step: *step, from: *at, until: *at, phase: *phase, said: String::new() };
        let window = windows.entry(*number).or_insert_with(new);
        (window.until, window.phase) = (*at, *phase);
        window.said.clone_from(said);
    }
    windows.into_iter().map(|(number, window)| injection(number, window, taps, shown, findings)).collect()
}

fn injection(number: u32, window: Window, taps: &Taps, shown: &ByKey<Shown>, findings: &mut Findings) -> Injection {
    let Window { step, from, until, phase, said } = window;
    let name = step.kind.name();
    let before = findings.all.len();
    match phase {
        Phase::Begun => findings.add(Wrong::NotWhole, None, None, format!("injection {number} ({name}) has no end")),
        Phase::Broke => findings.add(Wrong::Broken, None, None, format!("injection {number} ({name}): {said}")),
        Phase::Over | Phase::NotRun => {}
    }
    let lost_here: BTreeMap<uuid::Uuid, Wrong> =
        findings.all.iter().filter_map(|finding| Some((finding.key?, finding.wrong))).collect();
    let mut counts = Counts::default();
    let (mut gaps, mut answered) = (Vec::new(), Vec::new());
    let under_way = |tap: &Tap| {
        let end = tap.acknowledged.map_or(Us::MAX, |(at, _)| at);
        tap.attempted <= until.saturating_add(AFTER) && end >= from
    };
    for (key, tap) in taps.all().iter().filter(|(_, tap)| phase != Phase::NotRun && under_way(tap)) {
        counts.taps += 1;
        counts.attempts += tap.attempts;
        counts.unknown += tap.unknown;
        counts.held += u64::from(tap.held.is_some());
        counts.lost += u64::from(lost_here.get(key) == Some(&Wrong::Lost));
        counts.doubled += u64::from(lost_here.get(key) == Some(&Wrong::Doubled));
        if let Some((at, _)) = tap.acknowledged {
            counts.acknowledged += 1;
            answered.push(at.saturating_sub(tap.attempted));
            gaps.extend(shown.get(key).into_iter().flat_map(|one| one.gaps.iter().copied()));
        }
    }
    let gap_ms = Times::of(gaps);
    if gap_ms.worst > WORST_GAP {
        let why = format!("injection {number} ({name}): a live console lacked a tap for {:.0} ms", gap_ms.worst);
        findings.add(Wrong::Late, None, None, why);
    }
    if let Some(bound) = bound(step.kind).filter(|bound| gap_ms.p99 > *bound) {
        let why =
            format!("injection {number} ({name}): 1 of 100 gaps is over {:.0} ms; {bound:.0} is promised", gap_ms.p99);
        findings.add(Wrong::Late, None, None, why);
    }
    Injection {
        number,
        step,
        rows: step.kind.rows(),
        phase,
        said,
        from_ms: from / 1_000,
        until_ms: until / 1_000,
        counts,
        gap_ms,
        to_acknowledged_ms: Times::of(answered),
        held_up: phase == Phase::Over && findings.all.len() == before && counts.lost + counts.doubled == 0,
    }
}

/// The injections by a name of theirs: their rows of the fault table, or their kinds.
pub fn summed<'a>(
    injections: impl IntoIterator<Item = &'a Injection>,
    names: impl Fn(&Injection) -> Vec<&'static str>,
) -> BTreeMap<&'static str, Row> {
    let mut rows: BTreeMap<&'static str, Row> = BTreeMap::new();
    for one in injections {
        for name in names(one) {
            let row = rows.entry(name).or_insert_with(|| Row { held_up: true, ..Row::default() });
            if one.phase == Phase::NotRun {
                row.not_run += 1;
                continue;
            }
            row.injections += 1;
            row.held_up &= one.held_up;
            row.worst_gap_ms = row.worst_gap_ms.max(one.gap_ms.worst);
            row.p99_gap_ms = row.p99_gap_ms.max(one.gap_ms.p99);
            let (sum, more) = (&mut row.counts, &one.counts);
            sum.taps += more.taps;
            sum.attempts += more.attempts;
            sum.acknowledged += more.acknowledged;
            sum.held += more.held;
            sum.unknown += more.unknown;
            sum.lost += more.lost;
            sum.doubled += more.doubled;
        }
    }
    rows
}
