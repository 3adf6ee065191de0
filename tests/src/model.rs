//! What a console knows: its copy of the cases, kept as the protocol says.

use std::collections::{BTreeMap, HashSet};

use uuid::Uuid;
use wire::case::{CaseSummary, TimelineEntry};
use wire::live::{LiveEvent, Snapshot, digest};

use crate::Closed;

/// A console's copy of the world, and every rule of the protocol that was broken on the way to it.
#[derive(Clone, Default)]
pub struct Model {
    /// Cases by identifier.
    pub cases: BTreeMap<Uuid, CaseSummary>,
    /// Entries that came live, once each, in the order they came.
    pub entries: Vec<TimelineEntry>,
    /// Newest number of each scope.
    pub seqs: BTreeMap<Uuid, u64>,
    /// Newest cursor of each scope.
    pub cursors: BTreeMap<Uuid, String>,
    /// Whether the server has said that every scope has caught up.
    pub live: bool,
    /// Heartbeats so far.
    pub beats: u32,
    /// Snapshots taken so far.
    pub snapshots: u32,
    /// How the socket ended, when it did.
    pub closed: Option<Closed>,
    /// Rules of the protocol that were broken.
    pub faults: Vec<String>,
    /// Which of the console's links feeds it.
    pub(crate) link: u64,
    seen: HashSet<Uuid>,
}

impl Model {
    /// Starts anew from a snapshot.
    pub(crate) fn restart(&mut self, snapshot: Snapshot) {
        self.snapshots += 1;
        self.seqs = snapshot.cursors.iter().map(|(scope, cursor)| (*scope, seq_of(cursor))).collect();
        self.cursors = snapshot.cursors;
        for case in snapshot.cases {
            // A snapshot that is older than an event already shown would be a step back.
            if let Some(known) = self.cases.get(&case.id).filter(|known| known.revision > case.revision) {
                self.faults.push(format!(
                    "the snapshot has revision {} of {}, {} was shown",
                    case.revision, case.id, known.revision
                ));
            }
            self.cases.insert(case.id, case);
        }
    }

    /// Takes the next place in a scope's log. Numbers follow one another without a gap, always.
    pub(crate) fn place(&mut self, scope: Uuid, seq: u64, cursor: String) {
        let last = self.seqs.get(&scope).copied().unwrap_or(0);
        if seq != last + 1 {
            self.faults.push(format!("scope {scope}: number {seq} came after {last}"));
        }
        if seq_of(&cursor) != seq {
            self.faults.push(format!("cursor {cursor} with number {seq}"));
        }
        self.seqs.insert(scope, seq);
        self.cursors.insert(scope, cursor);
    }

    /// Takes an event in.
    pub(crate) fn take(&mut self, event: LiveEvent) {
        self.place(event.scope, event.seq, event.cursor);
        if self.seen.insert(event.entry.id) {
            self.entries.push(event.entry);
        }
        let known = self.cases.get(&event.case.id).map_or(0, |case| case.revision);
        if event.case.revision > known {
            self.cases.insert(event.case.id, event.case);
        }
    }

    /// Checks a heartbeat: its digest is of exactly what this console has.
    pub(crate) fn beat(&mut self, heads: &BTreeMap<Uuid, u64>, said: u32) {
        self.beats += 1;
        for (scope, head) in heads {
            if self.seqs.get(scope) != Some(head) {
                self.faults.push(format!("the beat says {head} of scope {scope}, {:?} came", self.seqs.get(scope)));
            }
        }
        if digest(&self.seqs) != said {
            self.faults.push(format!("the digest of beat {} differs", self.beats));
        }
    }

    /// A case.
    pub fn case(&self, id: Uuid) -> Option<&CaseSummary> {
        self.cases.get(&id)
    }

    /// Whether it has come at least as far as a snapshot.
    pub fn reached(&self, snapshot: &Snapshot) -> bool {
        snapshot.cursors.iter().all(|(scope, cursor)| self.seqs.get(scope).is_some_and(|seq| *seq >= seq_of(cursor)))
    }

    /// What differs from a snapshot at the same cursors; none when it is past it or equal.
    pub fn differs(&self, snapshot: &Snapshot) -> Option<String> {
        if self.cursors != snapshot.cursors {
            return self.reached(snapshot).then_some(None).unwrap_or(Some("it is behind".to_owned()));
        }
        let json = |case: &CaseSummary| serde_json::to_value(case).expect("a case is JSON");
        let fresh: BTreeMap<Uuid, _> = snapshot.cases.iter().map(|case| (case.id, json(case))).collect();
        let mine: BTreeMap<Uuid, _> = self.cases.iter().map(|(id, case)| (*id, json(case))).collect();
        if let Some(missing) = fresh.keys().find(|id| !mine.contains_key(id)) {
            return Some(format!("case {missing} is missing"));
        }
        if let Some(extra) = mine.keys().find(|id| !fresh.contains_key(id)) {
            return Some(format!("case {extra} is not in the snapshot"));
        }
        fresh
            .iter()
            .find(|(id, case)| mine.get(id) != Some(case))
            .map(|(id, case)| format!("{id}: {case} is not {:?}", mine.get(id)))
    }
}

/// The number in a cursor.
pub(crate) fn seq_of(cursor: &str) -> u64 {
    cursor.split('.').nth(1).and_then(|seq| seq.parse().ok()).expect("EPOCH.SEQ.HASH")
}
