//! Holds what phones and consoles saw against the log: a pure function over a recorded history.
//!
//! Per scope: what was acknowledged is displayed, what is displayed was attempted, each once; numbers follow one
//! another on every console; nothing that was acknowledged before something else was attempted has a higher number;
//! a snapshot is exact at its cursors; a case of one revision looks the same to everybody; and what was held is stored
//! once in the end. How long a console that took itself for live lacked an acknowledged tap is measured.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use uuid::Uuid;

use crate::history::{Record, Us};

mod order;
pub mod promises;
pub mod rows;
mod taps;
#[cfg(test)]
mod tests;
mod truth;
mod viewer;

use taps::Taps;
use truth::Truth;
use viewer::Viewer;

/// Explanations that are kept.
const EXPLAINED: usize = 60;

/// What was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// Acknowledged or held, and not stored, or not on a console that may see it.
    Lost,
    /// Stored or displayed twice.
    Doubled,
    /// Stored or displayed, and nobody attempted it.
    Phantom,
    /// A Not Okay was refused for good.
    TurnedAway,
    /// A number that never came, in a log or on a console.
    Gap,
    /// Later before earlier.
    Inverted,
    /// Another event, case, revision or content than the log's or somebody else's.
    Differs,
    /// A digest of heads that is not the console's, and no frame was lost on its way.
    Disagreed,
    /// Shown to somebody who may not see it.
    Foreign,
    /// A console that took itself for live lacked an acknowledged tap longer than is promised.
    Late,
    /// A timer fired too early, twice or never.
    Timer,
    /// A chain of the log does not hold.
    Unverified,
    /// The history is not whole: nothing can be said.
    NotWhole,
    /// A promise of another kind was broken, as an injection says.
    Broken,
}

/// One thing that was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub wrong: Wrong,
    /// In which scope, where it is of one.
    pub scope: Option<Uuid>,
    /// Which tap, where it is one.
    pub key: Option<Uuid>,
    /// In words.
    pub why: String,
}

/// Everything that was wrong.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    all: Vec<Finding>,
}

impl Findings {
    pub(crate) fn add(&mut self, wrong: Wrong, scope: Option<Uuid>, key: Option<Uuid>, why: String) {
        self.all.push(Finding { wrong, scope, key, why });
    }
}

/// What is said of one scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OfScope {
    /// Taps in its log.
    pub taps: u64,
    /// Those of them that were acknowledged.
    pub acknowledged: u64,
    /// Consoles that may see it.
    pub consoles: u64,
    /// What was wrong, counted.
    pub wrong: BTreeMap<Wrong, u64>,
}

/// How long something took, milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Times {
    /// How many there are.
    pub count: u64,
    /// Half of them are not longer.
    pub p50: f64,
    /// 99 of 100.
    pub p99: f64,
    /// The longest.
    pub worst: f64,
}

impl Times {
    /// Of these microseconds.
    pub fn of(mut all: Vec<Us>) -> Self {
        all.sort_unstable();
        let at = |share: f64| {
            let index = (all.len() as f64 * share).ceil() as usize;
            all.get(index.saturating_sub(1)).copied().unwrap_or(0) as f64 / 1_000.0
        };
        Self { count: all.len() as u64, p50: at(0.5), p99: at(0.99), worst: at(1.0) }
    }
}

/// The verdict over a history.
#[derive(Debug, Clone, Serialize)]
pub struct Verdict {
    /// What was wrong, counted.
    pub wrong: BTreeMap<Wrong, u64>,
    /// The first of it, in words.
    pub findings: Vec<Finding>,
    /// Scope by scope.
    pub scopes: BTreeMap<Uuid, OfScope>,
    /// Taps that were sent.
    pub taps: u64,
    /// Requests that were made for them.
    pub attempts: u64,
    /// Taps that were acknowledged.
    pub acknowledged: u64,
    /// Taps that were held at some time.
    pub held: u64,
    /// From the first attempt to the acknowledgement.
    pub to_acknowledged_ms: Times,
    /// From the acknowledgement to each console, whatever its state; what was there before counts as nothing.
    pub to_displayed_ms: Times,
    /// How long each console that took itself for live lacked an acknowledged tap.
    pub gap_ms: Times,
    /// The same of the consoles whose line is their own, and broken by itself.
    pub lone_gap_ms: Times,
    /// How long each console that took itself for live lacked a tap that was held.
    pub held_gap_ms: Times,
    /// How long a claim that nobody acted on was over before its timer was seen to fire.
    pub timer_late_ms: Times,
    /// The injections, one by one.
    pub injections: Vec<rows::Injection>,
}

impl Verdict {
    /// Whether nothing at all was wrong.
    pub fn is_clean(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// Judges a history.
pub fn judge(records: &[Record]) -> Verdict {
    let mut findings = Findings::default();
    whole(records, &mut findings);
    let truth = Truth::read(records, &mut findings);
    let taps = Taps::read(records);
    truth.holds_against(&taps, &mut findings);
    order::judge(&truth, &taps, &mut findings);
    let viewers = Viewer::all(records, &truth, &taps, &mut findings);
    viewer::same_everywhere(records, &truth, &mut findings);
    let (shown, held_gaps) = taps.shown(&truth, &viewers, &mut findings);
    let timer_late_ms = taps.timers(records, &truth, &viewers, &mut findings);
    let injections = rows::of(records, &taps, &shown, &mut findings);
    let mut wrong: BTreeMap<Wrong, u64> = BTreeMap::new();
    let mut scopes = truth.scopes(&taps, &viewers);
    for finding in &findings.all {
        *wrong.entry(finding.wrong).or_default() += 1;
        if let Some(scope) = finding.scope {
            *scopes.entry(scope).or_default().wrong.entry(finding.wrong).or_default() += 1;
        }
    }
    findings.all.truncate(EXPLAINED);
    let durations =
        |of: fn(&taps::Shown) -> &Vec<Us>| Times::of(shown.values().flat_map(|one| of(one).clone()).collect());
    Verdict {
        wrong,
        findings: findings.all,
        scopes,
        taps: taps.len(),
        attempts: taps.attempts(),
        acknowledged: taps.acknowledged(),
        held: taps.held(),
        to_acknowledged_ms: Times::of(taps.answered().collect()),
        to_displayed_ms: durations(|one| &one.after),
        gap_ms: durations(|one| &one.gaps),
        lone_gap_ms: durations(|one| &one.lone_gaps),
        held_gap_ms: Times::of(held_gaps),
        timer_late_ms,
        injections,
    }
}

/// A history that breaks off, or has no end of the log, says nothing.
fn whole(records: &[Record], findings: &mut Findings) {
    let missing = |what: &str| format!("the history has no {what}");
    if !matches!(records.first(), Some(Record::Began { .. })) {
        findings.add(Wrong::NotWhole, None, None, missing("beginning"));
    }
    if !matches!(records.last(), Some(Record::Done { .. })) {
        findings.add(Wrong::NotWhole, None, None, missing("end"));
    }
    let nodes: BTreeSet<u32> = records
        .iter()
        .filter_map(|record| if let Record::Fresh { node, .. } = record { Some(*node) } else { None })
        .collect();
    if nodes.is_empty() {
        findings.add(Wrong::NotWhole, None, None, missing("fresh snapshot"));
    }
    match records
        .iter()
        .rev()
        .find_map(|record| if let Record::Verified { good, said } = record { Some((good, said)) } else { None })
    {
        None => findings.add(Wrong::NotWhole, None, None, missing("verified log")),
        Some((true, _)) => {}
        Some((false, said)) => findings.add(Wrong::Unverified, None, None, said.clone()),
    }
}

/// Maps of taps by key.
pub(crate) type ByKey<T> = HashMap<Uuid, T>;
