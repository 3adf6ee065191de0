//! Runs that go well, as histories.

use std::collections::{BTreeMap, VecDeque};

use uuid::Uuid;
use wire::live::digest;

use crate::history::{Record, Stood, Us};

pub(super) fn scope(number: u128) -> Uuid {
    Uuid::from_u128(0x5c00 + number)
}

pub(super) fn case(number: u128) -> Uuid {
    Uuid::from_u128(0xca00 + number)
}

/// Scopes of each case: one, another, both.
pub(super) const OF_CASE: [&[u128]; 3] = [&[1], &[2], &[1, 2]];

/// Scopes of each console: everything, and one scope each.
pub(super) const OF_CONSOLE: [&[u128]; 3] = [&[1, 2], &[1], &[2]];

#[derive(Default)]
pub(super) struct Console {
    pub(super) waiting: BTreeMap<Uuid, VecDeque<Record>>,
    heads: BTreeMap<Uuid, u64>,
    connected: bool,
}

/// A run that goes well, step by step.
pub(super) struct Run {
    pub(super) records: Vec<Record>,
    pub(super) consoles: Vec<Console>,
    heads: BTreeMap<Uuid, u64>,
    cases: BTreeMap<Uuid, Stood>,
    end: Vec<Record>,
    pub(super) at: Us,
    made: u128,
}

impl Run {
    pub(super) fn new() -> Self {
        let mut records = vec![Record::Began { seed: 1, shared: true, short: false }];
        for (console, scopes) in (0..).zip(OF_CONSOLE) {
            let scopes = (console > 0).then(|| scopes.iter().map(|number| scope(*number)).collect());
            records.push(Record::Watches { console, who: String::new(), lone: false, scopes });
        }
        let consoles = OF_CONSOLE.iter().map(|_| Console::default()).collect();
        Self { records, consoles, heads: BTreeMap::new(), cases: BTreeMap::new(), end: Vec::new(), at: 0, made: 0 }
    }

    pub(super) fn tick(&mut self) -> Us {
        self.at += 1_000;
        self.at
    }

    pub(super) fn id(&mut self) -> Uuid {
        self.made += 1;
        Uuid::from_u128(0x1_0000 + self.made)
    }

    /// An event of a case is committed; a tap of this key, or something else.
    pub(super) fn commit(&mut self, of: usize, key: Option<Uuid>) {
        let (event, at) = (self.id(), self.tick());
        let known = self.cases.entry(case(of as u128)).or_insert(Stood {
            case: case(of as u128),
            revision: 0,
            taps: 0,
            state: 0,
        });
        known.revision += 1;
        known.taps += u32::from(key.is_some());
        known.state = known.revision * 7;
        let stood = *known;
        self.end.push(Record::Told { case: stood.case, event, revision: stood.revision });
        let kind = if key.is_some() { "case.tapped_again" } else { "case.shown" };
        for number in OF_CASE[of] {
            let scope = scope(*number);
            let seq = self.heads.entry(scope).or_default();
            *seq += 1;
            let seq = *seq;
            self.end.push(Record::Logged { scope, seq, event, kind: kind.to_owned(), subject: stood.case, key });
            for (console, one) in (0..).zip(&mut self.consoles) {
                if OF_CONSOLE[console as usize].contains(number) {
                    let what = "other".to_owned();
                    let frame = Record::Event { at, console, scope, seq, event, what, note: key, stood };
                    one.waiting.entry(scope).or_default().push_back(frame);
                }
            }
        }
    }

    pub(super) fn tap(&mut self, of: usize, odd: u8) {
        let (key, at) = (self.id(), self.tick());
        let scopes: Vec<Uuid> = OF_CASE[of].iter().map(|number| scope(*number)).collect();
        self.records.push(Record::Attempt { at, key, scopes: scopes.clone(), plain: true });
        if odd.is_multiple_of(4) {
            self.records.push(Record::Held { at: at + 1, key });
        }
        if odd.is_multiple_of(5) {
            self.records.push(Record::Unknown { at: at + 2, key });
            self.records.push(Record::Attempt { at: at + 3, key, scopes, plain: true });
        }
        self.commit(of, Some(key));
        let at = self.tick();
        self.records.push(Record::Acknowledged { at, key, case: case(of as u128), stored_us: 5 });
    }

    pub(super) fn end_of(&mut self, console: usize) {
        if std::mem::take(&mut self.consoles[console].connected) {
            let at = self.tick();
            self.records.push(Record::Ended { at, console: console as u32, why: String::new() });
        }
    }

    /// A console dials, and goes on where it was or takes a snapshot.
    pub(super) fn dial(&mut self, console: usize, afresh: bool) {
        self.end_of(console);
        let at = self.tick();
        self.records.push(Record::Welcomed { at, console: console as u32, link: console as u32 });
        self.consoles[console].connected = true;
        if afresh {
            let sees = |scope: &Uuid| OF_CONSOLE[console].iter().any(|number| self::scope(*number) == *scope);
            let cursors: BTreeMap<Uuid, u64> =
                self.heads.iter().filter(|(scope, _)| sees(scope)).map(|(scope, seq)| (*scope, *seq)).collect();
            let visible = |of: &usize| OF_CASE[*of].iter().any(|number| OF_CONSOLE[console].contains(number));
            let cases = (0..OF_CASE.len())
                .filter(visible)
                .filter_map(|of| self.cases.get(&case(of as u128)).copied())
                .collect();
            self.consoles[console].heads.clone_from(&cursors);
            self.consoles[console].waiting.clear();
            self.records.push(Record::Snapshot { at: at + 1, console: console as u32, cursors, cases });
        }
        self.records.push(Record::Live { at: at + 2, console: console as u32 });
    }

    pub(super) fn deliver(&mut self, console: usize, most: usize) {
        if !self.consoles[console].connected {
            self.dial(console, false);
        }
        for _ in 0..most {
            let at = self.tick();
            let one = &mut self.consoles[console];
            let next = one.waiting.iter_mut().find_map(|(scope, frames)| Some((*scope, frames.pop_front()?)));
            let Some((scope, mut frame)) = next else { return };
            if let Record::Event { at: when, seq, .. } = &mut frame {
                *when = at;
                one.heads.insert(scope, *seq);
            }
            self.records.push(frame);
        }
    }

    pub(super) fn beat(&mut self, console: usize) {
        if self.consoles[console].connected {
            let (at, digest) = (self.tick(), digest(&self.consoles[console].heads));
            self.records.push(Record::Beat { at, console: console as u32, digest, lag: 0, down: false });
        }
    }

    pub(super) fn done(mut self) -> Vec<Record> {
        for console in 0..self.consoles.len() {
            self.deliver(console, usize::MAX >> 1);
            self.beat(console);
            self.end_of(console);
        }
        let at = self.tick();
        self.records.push(Record::Quiet { at });
        let cases: Vec<Stood> = self.cases.values().copied().collect();
        for node in 1..=2 {
            self.records.push(Record::Fresh { node, cursors: self.heads.clone(), cases: cases.clone() });
        }
        self.records.append(&mut self.end);
        self.records.push(Record::Verified { good: true, said: String::new() });
        self.records.push(Record::Done { at: at + 1 });
        self.records
    }
}

/// A run of these steps, with taps enough that there is something to break.
pub(super) fn history(steps: &[(u8, u8)]) -> Vec<Record> {
    let mut run = Run::new();
    for of in 0..OF_CASE.len() {
        run.tap(of, 1);
    }
    for console in 0..OF_CONSOLE.len() {
        run.dial(console, true);
    }
    for (what, odd) in steps {
        let (of, console) = (usize::from(odd % 3), usize::from(odd / 3 % 3));
        match what % 8 {
            0..=2 => run.tap(of, *odd),
            3 => run.commit(of, None),
            4 | 5 => run.deliver(console, usize::from(odd % 7)),
            6 => run.dial(console, odd.is_multiple_of(2)),
            _ => run.beat(console),
        }
    }
    for of in 0..OF_CASE.len() {
        run.tap(of, 1);
        run.tap(of, 1);
    }
    run.done()
}
