//! What a console knows: its copy of the cases, kept as the protocol says.

use std::collections::{BTreeMap, HashSet};

use uuid::Uuid;
use wire::case::{CaseSummary, TimelineEntry};
use wire::live::{LiveEvent, Provisional, Snapshot, TestAlarm, Trouble, digest};

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
    /// What the newest heartbeat said does not work as it should.
    pub troubles: Vec<Trouble>,
    /// The alarms that servers hold and could not store yet.
    pub provisional: Vec<Provisional>,
    /// The test alarms that came.
    pub test_alarms: Vec<TestAlarm>,
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
            return (!self.reached(snapshot)).then(|| "it is behind".to_owned());
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SCOPE: u128 = 7;

    fn event(seq: u64) -> LiveEvent {
        let (id, at) = (Uuid::from_u128(99), "2031-01-01T00:00:00Z");
        let entry = Uuid::from_u128(u128::from(seq) + 1_000);
        serde_json::from_value(json!({
            "scope": Uuid::from_u128(SCOPE), "seq": seq, "cursor": format!("00000001.{seq}.00000000"),
            "case": { "id": id, "reference": "ABC123", "revision": seq, "state": "open", "severity": "extreme",
                      "subject": { "name": "Musa" }, "raised_by": "own", "occurred_at": at, "stored_at": at,
                      "last_tap_at": at, "last_tap": entry, "taps": seq, "ringing": true, "facts": {} },
            "entry": { "id": entry, "revision": seq, "at": at, "occurred_at": at,
                       "actor": { "kind": "phone", "name": "Musa" }, "change": { "what": "still_on_it" } },
        }))
        .expect("an event")
    }

    /// What a model says of a stream, the beat at its end included.
    fn faults(numbers: &[u64]) -> usize {
        let mut model = Model::default();
        for seq in numbers {
            model.take(event(*seq));
        }
        let heads = BTreeMap::from([(Uuid::from_u128(SCOPE), 5)]);
        model.beat(&heads, digest(&heads));
        model.faults.len()
    }

    #[test]
    fn a_model_finds_every_event_that_is_missing_doubled_or_out_of_order() {
        assert_eq!(faults(&[1, 2, 3, 4, 5]), 0);
        for missing in 1..=5 {
            let kept: Vec<u64> = (1..=5).filter(|seq| *seq != missing).collect();
            assert!(faults(&kept) > 0, "{missing} is missing");
        }
        for doubled in 1..=5 {
            let mut stream: Vec<u64> = (1..=5).collect();
            stream.insert(doubled, doubled as u64);
            assert!(faults(&stream) > 0, "{doubled} came twice");
        }
        for at in 0..4 {
            let mut stream: Vec<u64> = (1..=5).collect();
            stream.swap(at, at + 1);
            assert!(faults(&stream) > 0, "{} and {} changed places", at + 1, at + 2);
        }
    }

    #[test]
    fn a_model_that_differs_from_a_snapshot_in_anything_says_so() {
        let mut model = Model::default();
        model.take(event(1));
        let snapshot = || Snapshot {
            server_time: Default::default(),
            epoch: "00000001".to_owned(),
            cursors: BTreeMap::from([(Uuid::from_u128(SCOPE), "00000001.1.00000000".to_owned())]),
            cases: vec![event(1).case],
        };
        assert_eq!(model.differs(&snapshot()), None);
        let mut changed = snapshot();
        changed.cases[0].ringing = false;
        assert!(model.differs(&changed).is_some());
        assert!(model.differs(&Snapshot { cases: Vec::new(), ..snapshot() }).is_some());
        let ahead = BTreeMap::from([(Uuid::from_u128(SCOPE), "00000001.2.00000000".to_owned())]);
        assert!(model.differs(&Snapshot { cursors: ahead, ..snapshot() }).is_some());
    }
}
