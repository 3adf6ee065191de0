//! What phones did, tap by tap.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::truth::Truth;
use super::viewer::Viewer;
use super::{ByKey, Findings, Times, Wrong};
use crate::history::{Record, Us};

/// A claim without action is over after this long (three minutes), microseconds.
const IDLE: Us = 180_000_000;

/// How much earlier than that a timer may be seen to fire: the claim took a moment to be stored.
const EARLY: Us = 1_000_000;

/// A timer that has not fired so long after it was due, in a run that still went on, never fires.
const NEVER: Us = 60_000_000;

/// A tap.
#[derive(Debug, Clone)]
pub(super) struct Tap {
    /// When it was first sent.
    pub(super) attempted: Us,
    /// How often.
    pub(super) attempts: u64,
    /// When it was acknowledged, and for which case.
    pub(super) acknowledged: Option<(Us, Uuid)>,
    /// When a node first said that it holds it.
    pub(super) held: Option<Us>,
    /// How often there was no answer.
    pub(super) unknown: u64,
    /// Where it must be.
    pub(super) scopes: BTreeSet<Uuid>,
    /// Whether a display of it names its key.
    pub(super) plain: bool,
    refused: Vec<u16>,
    contradicted: bool,
}

/// What became of an acknowledged tap on the consoles that may see it.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    /// From its acknowledgement to each console.
    pub(super) after: Vec<Us>,
    /// How long each console that took itself for live lacked it.
    pub(super) gaps: Vec<Us>,
    /// The same of consoles whose line is their own.
    pub(super) lone_gaps: Vec<Us>,
}

/// Every tap.
#[derive(Debug, Default)]
pub(super) struct Taps {
    all: ByKey<Tap>,
    shared: bool,
    end: Us,
}

impl Taps {
    pub(super) fn read(records: &[Record]) -> Self {
        let mut taps = Self::default();
        let mut stamps: ByKey<i64> = HashMap::new();
        for record in records {
            match record {
                Record::Began { shared, .. } => taps.shared = *shared,
                Record::Attempt { at, key, scopes, plain } => {
                    let tap = taps.all.entry(*key).or_insert_with(|| Tap {
                        attempted: *at,
                        attempts: 0,
                        acknowledged: None,
                        held: None,
                        unknown: 0,
                        scopes: scopes.iter().copied().collect(),
                        plain: *plain,
                        refused: Vec::new(),
                        contradicted: false,
                    });
                    tap.attempts += 1;
                }
                Record::Acknowledged { at, key, case, stored_us } => {
                    if let Some(tap) = taps.all.get_mut(key) {
                        let first = *stamps.entry(*key).or_insert(*stored_us);
                        let case_before = tap.acknowledged.map_or(*case, |(_, before)| before);
                        tap.contradicted |= first != *stored_us || case_before != *case;
                        tap.acknowledged.get_or_insert((*at, *case));
                    }
                }
                Record::Held { at, key } => with(&mut taps.all, *key, |tap| tap.held = tap.held.or(Some(*at))),
                Record::Unknown { key, .. } => with(&mut taps.all, *key, |tap| tap.unknown += 1),
                Record::Refused { key, status, .. } => with(&mut taps.all, *key, |tap| tap.refused.push(*status)),
                Record::Quiet { at } => taps.end = *at,
                _ => {}
            }
        }
        taps
    }

    pub(super) fn all(&self) -> &ByKey<Tap> {
        &self.all
    }

    pub(super) fn get(&self, key: Uuid) -> Option<&Tap> {
        self.all.get(&key)
    }

    pub(super) fn len(&self) -> u64 {
        self.all.len() as u64
    }

    pub(super) fn attempts(&self) -> u64 {
        self.all.values().map(|tap| tap.attempts).sum()
    }

    pub(super) fn acknowledged(&self) -> u64 {
        self.all.values().filter(|tap| tap.acknowledged.is_some()).count() as u64
    }

    pub(super) fn held(&self) -> u64 {
        self.all.values().filter(|tap| tap.held.is_some()).count() as u64
    }

    /// From the first attempt of each to its acknowledgement.
    pub(super) fn answered(&self) -> impl Iterator<Item = Us> {
        self.all.values().filter_map(|tap| Some(tap.acknowledged?.0.saturating_sub(tap.attempted)))
    }

    /// Holds every tap against every console that may see it. Returns what became of those that were acknowledged, and
    /// for those that were held how long each live console lacked them.
    pub(super) fn shown(&self, truth: &Truth, viewers: &[Viewer], findings: &mut Findings) -> (ByKey<Shown>, Vec<Us>) {
        let (mut shown, mut held_gaps) = (HashMap::new(), Vec::new());
        for (key, tap) in &self.all {
            for status in tap.refused.iter().filter(|status| (400..500).contains(*status)) {
                findings.add(Wrong::TurnedAway, None, Some(*key), format!("status {status}"));
            }
            if tap.contradicted {
                findings.add(Wrong::Differs, None, Some(*key), "two acknowledgements say different things".to_owned());
            }
            let stored = truth.of_tap(*key);
            if let Some(held) = tap.held {
                held_gaps.extend(
                    viewers.iter().filter(|viewer| tap.scopes.iter().any(|scope| viewer.may_see(*scope))).map(
                        |viewer| {
                            let told = viewer.told(*key, held).into_iter();
                            let stored = stored.and_then(|(id, _)| viewer.displayed(id));
                            viewer.live_within(held, told.chain(stored).min().unwrap_or(Us::MAX))
                        },
                    ),
                );
            }
            let Some((id, event)) = stored else { continue };
            let mut one = Shown::default();
            for viewer in viewers.iter() {
                let Some(scope) = event.places.keys().find(|scope| viewer.may_see(**scope)) else { continue };
                match (viewer.displayed(id), tap.acknowledged) {
                    (Some(at), Some((acknowledged, _))) => {
                        one.after.push(at.saturating_sub(acknowledged));
                        let gaps = if viewer.is_lone() { &mut one.lone_gaps } else { &mut one.gaps };
                        gaps.push(viewer.live_within(acknowledged, at));
                    }
                    (Some(_), None) => {}
                    (None, acknowledged) => {
                        let how = if acknowledged.is_some() { "acknowledged" } else { "stored" };
                        let why = format!("{how} as event {id}, and never on console {}", viewer.console());
                        findings.add(Wrong::Lost, Some(*scope), Some(*key), why);
                    }
                }
            }
            shown.insert(*key, one);
        }
        (shown, held_gaps)
    }

    /// Each claim that nobody acted on ends once, by its timer, and not before. The embedded database has no clock but
    /// the machine's: there a clock that jumps takes the timers with it. The log says what ended; when, whoever saw it
    /// first, if only in a snapshot.
    pub(super) fn timers(
        &self,
        records: &[Record],
        truth: &Truth,
        viewers: &[Viewer],
        findings: &mut Findings,
    ) -> Times {
        let mut claims: BTreeMap<(Uuid, u64), Us> = BTreeMap::new();
        for record in records {
            if let Record::Claimed { at, case, revision } = record {
                claims.insert((*case, *revision), *at);
            }
        }
        let seen = |event: Uuid| viewers.iter().filter_map(|viewer| viewer.displayed(event)).min().unwrap_or(self.end);
        let released: BTreeMap<(Uuid, u64), Us> =
            truth.releases().into_iter().map(|(of, event)| (of, seen(event))).collect();
        let mut late = Vec::new();
        for ((case, revision), at) in &claims {
            let next =
                claims.range((*case, revision + 1)..=(*case, u64::MAX)).next().map_or(u64::MAX, |((_, next), _)| *next);
            let fired: Vec<Us> = released.range((*case, *revision)..(*case, next)).map(|(_, at)| *at).collect();
            let due = at + IDLE;
            let mut wrong = |why: String| findings.add(Wrong::Timer, None, None, format!("case {case}: {why}"));
            match fired.as_slice() {
                [] if self.end > due + NEVER => wrong("its claim never ended".to_owned()),
                [] => {}
                [one] if self.shared && *one + EARLY < due => {
                    wrong(format!("its claim ended after {} ms", one.saturating_sub(*at) / 1_000));
                }
                [one] => late.push(one.saturating_sub(due)),
                more => wrong(format!("its claim ended {} times", more.len())),
            }
        }
        Times::of(late)
    }
}

fn with(all: &mut ByKey<Tap>, key: Uuid, change: impl FnOnce(&mut Tap)) {
    if let Some(tap) = all.get_mut(&key) {
        change(tap);
    }
}
