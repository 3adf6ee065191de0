//! The log as it is at the end: what all else is held against.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::taps::Taps;
use super::viewer::Viewer;
use super::{Findings, OfScope, Wrong};
use crate::history::Record;

/// An event.
#[derive(Debug, Clone)]
pub(super) struct Event {
    /// What it is about: its case.
    pub(super) case: Uuid,
    /// The key of its tap; none for all else.
    pub(super) tap: Option<Uuid>,
    /// Whether it ended a claim.
    pub(super) releases: bool,
    /// The case's revision after it.
    pub(super) revision: Option<u64>,
    /// Where it stands in each of its scopes.
    pub(super) places: BTreeMap<Uuid, u64>,
}

/// The log.
#[derive(Debug, Default)]
pub(super) struct Truth {
    events: HashMap<Uuid, Event>,
    places: HashMap<(Uuid, u64), Uuid>,
    heads: BTreeMap<Uuid, u64>,
    /// Events of cases, by case and revision.
    cases: HashMap<Uuid, BTreeMap<u64, Uuid>>,
    taps: HashMap<Uuid, Vec<Uuid>>,
}

impl Truth {
    pub(super) fn read(records: &[Record], findings: &mut Findings) -> Self {
        let mut truth = Self::default();
        for record in records {
            match record {
                Record::Logged { scope, seq, event, kind, subject, key } => {
                    if truth.places.insert((*scope, *seq), *event).is_some() {
                        let why = format!("number {seq} is in the log twice");
                        findings.add(Wrong::Doubled, Some(*scope), *key, why);
                    }
                    let head = truth.heads.entry(*scope).or_default();
                    *head = (*head).max(*seq);
                    let is_tap = matches!(kind.as_str(), "case.raised" | "case.tapped_again");
                    if is_tap && key.is_none() {
                        findings.add(Wrong::Phantom, Some(*scope), None, format!("tap {event} has no key"));
                    }
                    let known = truth.events.entry(*event).or_insert_with(|| Event {
                        case: *subject,
                        tap: key.filter(|_| is_tap),
                        releases: kind == "case.released",
                        revision: None,
                        places: BTreeMap::new(),
                    });
                    if known.places.insert(*scope, *seq).is_some() {
                        findings.add(Wrong::Doubled, Some(*scope), *key, format!("event {event} is in the log twice"));
                    }
                }
                Record::Told { case, event, revision } => {
                    truth.cases.entry(*case).or_default().insert(*revision, *event);
                }
                _ => {}
            }
        }
        for (scope, head) in &truth.heads {
            let missing = (1..=*head).filter(|seq| !truth.places.contains_key(&(*scope, *seq)));
            for seq in missing {
                findings.add(Wrong::Gap, Some(*scope), None, format!("number {seq} is not in the log"));
            }
        }
        // Whichever came first, timelines or log.
        for (revision, event) in truth.cases.values().flatten() {
            if let Some(known) = truth.events.get_mut(event) {
                known.revision = Some(*revision);
            }
        }
        truth.revisions_ascend(findings);
        for (id, event) in &truth.events {
            if let Some(key) = event.tap {
                truth.taps.entry(key).or_default().push(*id);
            }
        }
        truth
    }

    /// In each scope a case's revisions go up with the numbers.
    fn revisions_ascend(&self, findings: &mut Findings) {
        for (scope, head) in &self.heads {
            let mut newest: HashMap<Uuid, u64> = HashMap::new();
            for seq in 1..=*head {
                let Some(event) = self.at(*scope, seq).and_then(|id| self.event(id)) else { continue };
                let Some(revision) = event.revision else { continue };
                let known = newest.entry(event.case).or_default();
                if revision <= *known {
                    let why = format!("number {seq} is revision {revision} of {}, after {known}", event.case);
                    findings.add(Wrong::Inverted, Some(*scope), event.tap, why);
                }
                *known = revision;
            }
        }
    }

    /// What is at a place.
    pub(super) fn at(&self, scope: Uuid, seq: u64) -> Option<Uuid> {
        self.places.get(&(scope, seq)).copied()
    }

    /// An event.
    pub(super) fn event(&self, id: Uuid) -> Option<&Event> {
        self.events.get(&id)
    }

    /// What ended claims: by case and revision.
    pub(super) fn releases(&self) -> BTreeMap<(Uuid, u64), Uuid> {
        let releases = self.events.iter().filter(|(_, event)| event.releases);
        releases.filter_map(|(id, event)| Some(((event.case, event.revision?), *id))).collect()
    }

    /// The event of a tap.
    pub(super) fn of_tap(&self, key: Uuid) -> Option<(Uuid, &Event)> {
        let id = self.taps.get(&key)?.first()?;
        Some((*id, self.events.get(id)?))
    }

    /// The taps of a scope, by their numbers.
    pub(super) fn taps_of(&self, scope: Uuid) -> impl Iterator<Item = (u64, Uuid)> {
        let head = self.heads.get(&scope).copied().unwrap_or(0);
        (1..=head).filter_map(move |seq| Some((seq, self.event(self.at(scope, seq)?)?.tap?)))
    }

    /// The scopes.
    pub(super) fn heads(&self) -> &BTreeMap<Uuid, u64> {
        &self.heads
    }

    /// The revision of each case in a snapshot that is exact at these cursors.
    pub(super) fn revisions_at(&self, cursors: &BTreeMap<Uuid, u64>) -> HashMap<Uuid, u64> {
        let within =
            |event: &Event| event.places.iter().any(|(scope, seq)| cursors.get(scope).is_some_and(|at| seq <= at));
        let newest = |events: &BTreeMap<u64, Uuid>| {
            let mut backwards = events.iter().rev();
            backwards.find(|(_, id)| self.event(**id).is_some_and(within)).map(|(revision, _)| *revision)
        };
        self.cases.iter().filter_map(|(case, events)| Some((*case, newest(events)?))).collect()
    }

    /// Every tap is stored as often as it should be, and where it should be.
    pub(super) fn holds_against(&self, taps: &Taps, findings: &mut Findings) {
        for (key, tap) in taps.all() {
            let stored = self.taps.get(key).map_or(0, Vec::len);
            match stored {
                0 if tap.acknowledged.is_some() => {
                    findings.add(Wrong::Lost, None, Some(*key), "acknowledged, and not in the log".to_owned());
                }
                0 if tap.held.is_some() => {
                    findings.add(Wrong::Lost, None, Some(*key), "held, and not in the log".to_owned());
                }
                0 | 1 => {}
                more => findings.add(Wrong::Doubled, None, Some(*key), format!("stored {more} times")),
            }
            let Some((id, event)) = self.of_tap(*key) else { continue };
            for scope in tap.scopes.iter().filter(|scope| !event.places.contains_key(*scope)) {
                findings.add(Wrong::Lost, Some(*scope), Some(*key), format!("event {id} is not under this scope"));
            }
            if tap.acknowledged.is_some_and(|(_, case)| case != event.case) {
                let why = format!("event {id} is of case {}, and another was acknowledged", event.case);
                findings.add(Wrong::Differs, None, Some(*key), why);
            }
        }
        for (key, ids) in &self.taps {
            if taps.get(*key).is_none() {
                findings.add(
                    Wrong::Phantom,
                    None,
                    Some(*key),
                    format!("event {:?} was attempted by nobody", ids.first()),
                );
            }
        }
    }

    /// What is said of each scope, before what was wrong.
    pub(super) fn scopes(&self, taps: &Taps, viewers: &[Viewer]) -> BTreeMap<Uuid, OfScope> {
        let of = |scope: Uuid| {
            let keys: BTreeSet<Uuid> = self.taps_of(scope).map(|(_, key)| key).collect();
            let is_acknowledged = |key: &&Uuid| taps.get(**key).is_some_and(|tap| tap.acknowledged.is_some());
            OfScope {
                taps: keys.len() as u64,
                acknowledged: keys.iter().filter(is_acknowledged).count() as u64,
                consoles: viewers.iter().filter(|viewer| viewer.may_see(scope)).count() as u64,
                wrong: BTreeMap::new(),
            }
        };
        self.heads.keys().map(|scope| (*scope, of(*scope))).collect()
    }
}
