//! What the verdict is for each injection, and for each row of the fault table.

use std::collections::BTreeMap;

use serde::Serialize;

use super::promises::{Figure, Seen};
use super::taps::{Shown, Tap, Taps};
use super::{ByKey, Findings, Times, Wrong};
use crate::history::{Phase, Record, Us};
use crate::kind::{Kind, Peer};
use crate::plan::Step;

/// What comes so long after a fault is still its doing, microseconds.
const AFTER: Us = 1_000_000;

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
    /// What else is promised under it, in figures.
    pub figures: Vec<Figure>,
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

pub(super) struct Window {
    pub(super) number: u32,
    pub(super) step: Step,
    pub(super) from: Us,
    pub(super) until: Us,
    phase: Phase,
    said: String,
}

impl Window {
    /// Whether a tap was under way meanwhile.
    pub(super) fn meets(&self, tap: &Tap) -> bool {
        self.was_on(tap.attempted, tap.acknowledged.map_or(Us::MAX, |(at, _)| at))
    }

    /// Whether it was on, or just over, at some time between these.
    fn was_on(&self, from: Us, until: Us) -> bool {
        self.phase != Phase::NotRun && from <= self.until.saturating_add(AFTER) && until >= self.from
    }

    /// Whether a tap began meanwhile.
    pub(super) fn begins(&self, tap: &Tap) -> bool {
        (self.from..=self.until).contains(&tap.attempted)
    }

    /// Whether both were on at one time.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let ran = self.phase != Phase::NotRun && other.phase != Phase::NotRun;
        ran && self.from <= other.until && other.from <= self.until
    }

    pub(super) fn concerns_a_console(&self) -> bool {
        self.step.kind.peer() == Peer::Console
    }
}

pub(super) fn of(records: &[Record], taps: &Taps, shown: &ByKey<Shown>, findings: &mut Findings) -> Vec<Injection> {
    let mut windows: BTreeMap<u32, Window> = BTreeMap::new();
    for record in records {
        let Record::Fault { at, number, step, phase, said } = record else { continue };
        let new = || Window { number: *number, step: *step, from: *at, until: *at, phase: *phase, said: String::new() };
        let window = windows.entry(*number).or_insert_with(new);
        (window.until, window.phase) = (*at, *phase);
        window.said.clone_from(said);
    }
    let wrong: BTreeMap<uuid::Uuid, Wrong> =
        findings.all.iter().filter_map(|finding| Some((finding.key?, finding.wrong))).collect();
    let all: Vec<&Window> = windows.values().collect();
    let seen = Seen { records, taps, windows: &all };
    all.iter().map(|window| injection(window, &seen, (shown, &wrong), findings)).collect()
}

fn injection(
    window: &Window,
    seen: &Seen<'_>,
    (shown, wrong): (&ByKey<Shown>, &BTreeMap<uuid::Uuid, Wrong>),
    findings: &mut Findings,
) -> Injection {
    let Seen { taps, windows: all, .. } = seen;
    let Window { number, step, from, until, phase, said } = window;
    let name = step.kind.name();
    let before = findings.all.len();
    match phase {
        Phase::Begun => findings.add(Wrong::NotWhole, None, None, format!("injection {number} ({name}) has no end")),
        Phase::Broke => findings.add(Wrong::Broken, None, None, format!("injection {number} ({name}): {said}")),
        Phase::Over | Phase::NotRun => {}
    }
    let mut counts = Counts::default();
    let (mut gaps, mut gaps_alone, mut answered) = (Vec::new(), Vec::new(), Vec::new());
    let bound = bound(step.kind);
    for (key, tap) in taps.all().iter().filter(|(_, tap)| window.meets(tap)) {
        counts.taps += 1;
        counts.attempts += tap.attempts;
        counts.unknown += tap.unknown;
        counts.held += u64::from(tap.held.is_some());
        counts.lost += u64::from(wrong.get(key) == Some(&Wrong::Lost));
        counts.doubled += u64::from(wrong.get(key) == Some(&Wrong::Doubled));
        let (Some((at, _)), Some(shown)) = (tap.acknowledged, shown.get(key)) else { continue };
        counts.acknowledged += 1;
        answered.push(at.saturating_sub(tap.attempted));
        let of_tap = if window.concerns_a_console() { &shown.lone_gaps } else { &shown.gaps };
        gaps.extend(of_tap);
        // Under two faults the wider promise holds: also when the other came while a console still lacked the tap.
        let seen_at = at.saturating_add(of_tap.iter().copied().max().unwrap_or(0));
        let wider = |other: &&&Window| {
            other.number != *number
                && !other.concerns_a_console()
                && is_wider(other.step.kind, bound)
                && other.was_on(tap.attempted, seen_at)
        };
        if bound.is_some() && !all.iter().any(|other| wider(&other)) {
            gaps_alone.extend(of_tap);
        }
    }
    let gap_ms = Times::of(gaps);
    if gap_ms.worst > WORST_GAP {
        let why = format!("injection {number} ({name}): a live console lacked a tap for {:.0} ms", gap_ms.worst);
        findings.add(Wrong::Late, None, None, why);
    }
    let alone = Times::of(gaps_alone);
    if let Some(bound) = bound.filter(|bound| alone.p99 > *bound) {
        let why =
            format!("injection {number} ({name}): 1 of 100 gaps is over {:.0} ms; {bound:.0} is promised", alone.p99);
        findings.add(Wrong::Late, None, None, why);
    }
    let figures = if *phase == Phase::NotRun { Vec::new() } else { seen.figures(window, findings) };
    Injection {
        number: *number,
        step: *step,
        rows: step.kind.rows(),
        phase: *phase,
        said: said.clone(),
        from_ms: from / 1_000,
        until_ms: until / 1_000,
        counts,
        gap_ms,
        to_acknowledged_ms: Times::of(answered),
        figures,
        held_up: *phase == Phase::Over && findings.all.len() == before && counts.lost + counts.doubled == 0,
    }
}

/// Whether less is promised under a fault than a bound says.
fn is_wider(kind: Kind, than: Option<f64>) -> bool {
    match (bound(kind), than) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(other), Some(than)) => other > than,
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
