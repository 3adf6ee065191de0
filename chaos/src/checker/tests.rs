//! The checker is held against histories that are right, and against the same ones with one thing wrong in them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proptest::prelude::*;
use uuid::Uuid;
use wire::live::digest;

use super::*;
use crate::history::{Phase, Stood};
use crate::kind::Kind;
use crate::plan::Step;

fn scope(number: u128) -> Uuid {
    Uuid::from_u128(0x5c00 + number)
}

fn case(number: u128) -> Uuid {
    Uuid::from_u128(0xca00 + number)
}

/// Scopes of each case: one, another, both.
const OF_CASE: [&[u128]; 3] = [&[1], &[2], &[1, 2]];

/// Scopes of each console: everything, and one scope each.
const OF_CONSOLE: [&[u128]; 3] = [&[1, 2], &[1], &[2]];

#[derive(Default)]
struct Console {
    waiting: BTreeMap<Uuid, VecDeque<Record>>,
    heads: BTreeMap<Uuid, u64>,
    connected: bool,
}

/// A run that goes well, step by step.
struct Run {
    records: Vec<Record>,
    consoles: Vec<Console>,
    heads: BTreeMap<Uuid, u64>,
    cases: BTreeMap<Uuid, Stood>,
    end: Vec<Record>,
    at: Us,
    made: u128,
}

impl Run {
    fn new() -> Self {
        let mut records = vec![Record::Began { seed: 1, shared: true }];
        for (console, scopes) in (0..).zip(OF_CONSOLE) {
            let scopes = (console > 0).then(|| scopes.iter().map(|number| scope(*number)).collect());
            records.push(Record::Watches { console, who: String::new(), lone: false, scopes });
        }
        let consoles = OF_CONSOLE.iter().map(|_| Console::default()).collect();
        Self { records, consoles, heads: BTreeMap::new(), cases: BTreeMap::new(), end: Vec::new(), at: 0, made: 0 }
    }

    fn tick(&mut self) -> Us {
        self.at += 1_000;
        self.at
    }

    fn id(&mut self) -> Uuid {
        self.made += 1;
        Uuid::from_u128(0x1_0000 + self.made)
    }

    /// An event of a case is committed; a tap of this key, or something else.
    fn commit(&mut self, of: usize, key: Option<Uuid>) {
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

    fn tap(&mut self, of: usize, odd: u8) {
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

    fn end_of(&mut self, console: usize) {
        if std::mem::take(&mut self.consoles[console].connected) {
            let at = self.tick();
            self.records.push(Record::Ended { at, console: console as u32, why: String::new() });
        }
    }

    /// A console dials, and goes on where it was or takes a snapshot.
    fn dial(&mut self, console: usize, afresh: bool) {
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

    fn deliver(&mut self, console: usize, most: usize) {
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

    fn beat(&mut self, console: usize) {
        if self.consoles[console].connected {
            let (at, digest) = (self.tick(), digest(&self.consoles[console].heads));
            self.records.push(Record::Beat { at, console: console as u32, digest, down: false });
        }
    }

    fn done(mut self) -> Vec<Record> {
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
fn history(steps: &[(u8, u8)]) -> Vec<Record> {
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

fn steps() -> impl Strategy<Value = Vec<(u8, u8)>> {
    prop::collection::vec(any::<(u8, u8)>(), 0..60)
}

/// Where the frames of consoles are.
fn frames(records: &[Record]) -> Vec<usize> {
    (0..records.len()).filter(|index| matches!(records[*index], Record::Event { .. })).collect()
}

fn place(record: &Record) -> Option<(u32, Uuid)> {
    if let Record::Event { console, scope, .. } = record { Some((*console, *scope)) } else { None }
}

/// Whether a console could notice that a frame is missing: what comes before a snapshot and is in it is not missed.
fn is_missed(records: &[Record], index: usize) -> bool {
    let of = place(&records[index]).unwrap();
    records[index + 1..]
        .iter()
        .find_map(|record| match record {
            Record::Snapshot { console, .. } if *console == of.0 => Some(false),
            Record::Beat { console, .. } if *console == of.0 => Some(true),
            other => (place(other) == Some(of)).then_some(true),
        })
        .unwrap_or(true)
}

fn wrong(records: &[Record]) -> BTreeSet<Wrong> {
    judge(records).wrong.keys().copied().collect()
}

/// One thing that is changed in a right history; which one, `at` decides.
fn broken(records: &[Record], how: usize, at: usize) -> Option<(Vec<Record>, &'static [Wrong])> {
    let mut all = records.to_vec();
    let frames = frames(records);
    let pick = |of: &[usize]| of.get(at % of.len().max(1)).copied();
    let of_kind =
        |is: fn(&Record) -> bool| -> Vec<usize> { (0..records.len()).filter(|index| is(&records[*index])).collect() };
    let expected: &[Wrong] = match how {
        // Drop a frame.
        0 => {
            let missed: Vec<usize> = frames.iter().copied().filter(|index| is_missed(records, *index)).collect();
            all.remove(pick(&missed)?);
            &[Wrong::Gap, Wrong::Disagreed, Wrong::Lost]
        }
        // Double a frame.
        1 => {
            let index = pick(&frames)?;
            all.insert(index + 1, all[index].clone());
            &[Wrong::Doubled]
        }
        // Reorder two frames of one scope.
        2 => {
            let next = |index: &usize| {
                frames.iter().find(|other| *other > index && place(&all[**other]) == place(&all[*index]))
            };
            let pairs: Vec<(usize, usize)> = frames.iter().filter_map(|index| Some((*index, *next(index)?))).collect();
            let (one, other) = *pairs.get(at % pairs.len().max(1))?;
            all.swap(one, other);
            &[Wrong::Gap]
        }
        // A frame of something that is not in the log, in the place of one that is.
        3 => {
            let index = pick(&frames)?;
            if let Record::Event { event, .. } = &mut all[index] {
                *event = Uuid::from_u128(0xbad);
            }
            &[Wrong::Phantom]
        }
        // Renumber a frame.
        4 => {
            let index = pick(&frames)?;
            if let Record::Event { seq, .. } = &mut all[index] {
                *seq += 1;
            }
            &[Wrong::Gap]
        }
        // A frame that looks otherwise to one console.
        5 => {
            let index = pick(&frames)?;
            if let Record::Event { stood, .. } = &mut all[index] {
                stood.revision += 1;
            }
            &[Wrong::Differs]
        }
        // Another tap's words.
        6 => {
            let index = *frames
                .iter()
                .cycle()
                .skip(at % frames.len().max(1))
                .take(frames.len())
                .find(|index| matches!(all[**index], Record::Event { note: Some(_), .. }))?;
            if let Record::Event { note, .. } = &mut all[index] {
                *note = Some(Uuid::from_u128(0xbad));
            }
            &[Wrong::Differs]
        }
        // A tap that nobody sent.
        7 => {
            let Record::Attempt { key, .. } =
                records[pick(&of_kind(|record| matches!(record, Record::Attempt { .. })))?]
            else {
                return None;
            };
            all.retain(|record| !matches!(record, Record::Attempt { key: other, .. } if *other == key));
            &[Wrong::Phantom]
        }
        // A row of the log that is gone.
        8 => {
            all.remove(pick(&of_kind(|record| matches!(record, Record::Logged { .. })))?);
            &[Wrong::Gap, Wrong::Phantom, Wrong::Lost]
        }
        // Acknowledged, and never stored.
        9 => {
            let key = Uuid::from_u128(0xbad);
            all.insert(3, Record::Attempt { at: 1, key, scopes: vec![scope(1)], plain: true });
            all.insert(4, Record::Acknowledged { at: 2, key, case: case(0), stored_us: 1 });
            &[Wrong::Lost]
        }
        // Held, and never stored.
        10 => {
            let key = Uuid::from_u128(0xbad);
            all.insert(3, Record::Attempt { at: 1, key, scopes: vec![scope(1)], plain: true });
            all.insert(4, Record::Held { at: 2, key });
            &[Wrong::Lost]
        }
        // Stored twice.
        11 => {
            let Record::Logged { scope, .. } =
                records[pick(&of_kind(|record| matches!(record, Record::Logged { key: Some(_), .. })))?]
            else {
                return None;
            };
            let of_scope = |record: &&Record| matches!(record, Record::Logged { scope: other, .. } if *other == scope);
            let head = records.iter().filter(of_scope).count() as u64;
            let Some(Record::Logged { kind, subject, key, .. }) = records
                .iter()
                .filter(of_scope)
                .find(|record| matches!(record, Record::Logged { key: Some(_), .. }))
                .cloned()
            else {
                return None;
            };
            all.insert(
                all.len() - 2,
                Record::Logged { scope, seq: head + 1, event: Uuid::from_u128(0xbad), kind, subject, key },
            );
            &[Wrong::Doubled]
        }
        // A digest of other heads.
        12 => {
            let index = pick(&of_kind(|record| matches!(record, Record::Beat { .. })))?;
            if let Record::Beat { digest, .. } = &mut all[index] {
                *digest ^= 1;
            }
            &[Wrong::Disagreed]
        }
        // A snapshot without one of its cases.
        13 => {
            let index = pick(&of_kind(|record| matches!(record, Record::Snapshot { .. } | Record::Fresh { .. })))?;
            if let Record::Snapshot { cases, .. } | Record::Fresh { cases, .. } = &mut all[index] {
                cases.pop()?;
            }
            &[Wrong::Lost]
        }
        // A snapshot with a case as it was before or will be.
        14 => {
            let index = pick(&of_kind(|record| matches!(record, Record::Snapshot { .. } | Record::Fresh { .. })))?;
            if let Record::Snapshot { cases, .. } | Record::Fresh { cases, .. } = &mut all[index] {
                cases.first_mut()?.revision += 1;
            }
            &[Wrong::Differs]
        }
        // Turned away.
        15 => {
            let Record::Attempt { key, at, .. } =
                records[pick(&of_kind(|record| matches!(record, Record::Attempt { .. })))?]
            else {
                return None;
            };
            all.insert(all.len() - 1, Record::Refused { at, key, status: 429 });
            &[Wrong::TurnedAway]
        }
        // Seen by who may not.
        16 => {
            let foreign = |record: &Record| matches!(record, Record::Event { console: 1, .. });
            let index = pick(&of_kind(foreign))?;
            if let Record::Event { scope, .. } = &mut all[index] {
                *scope = self::scope(2);
            }
            &[Wrong::Foreign]
        }
        // A history that breaks off, and one whose log does not verify.
        17 => {
            all.pop();
            &[Wrong::NotWhole]
        }
        _ => {
            let end = all.len() - 2;
            all[end] = Record::Verified { good: false, said: "number 3".to_owned() };
            &[Wrong::Unverified]
        }
    };
    Some((all, expected))
}

/// How many ways there are to break one.
const WAYS: usize = 19;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_right_history_has_nothing_wrong(steps in steps()) {
        let verdict = judge(&history(&steps));
        prop_assert!(verdict.is_clean(), "{:#?}", verdict.findings);
        prop_assert_eq!(verdict.acknowledged, verdict.taps);
        prop_assert!(verdict.gap_ms.count > verdict.taps);
    }

    #[test]
    fn one_thing_that_is_wrong_is_found_whatever_it_is(steps in steps(), how in 0..WAYS, at in any::<usize>()) {
        let right = history(&steps);
        if let Some((all, expected)) = broken(&right, how, at) {
            let found = wrong(&all);
            prop_assert!(expected.iter().any(|wrong| found.contains(wrong)), "way {}: {:?} instead of one of {:?}", how, found, expected);
        }
    }
}

#[test]
fn every_way_to_break_a_history_can_be_tried() {
    let right = history(&[(0, 1), (4, 5), (6, 2), (7, 1), (3, 2)]);
    for how in 0..WAYS {
        assert!(broken(&right, how, 3).is_some(), "way {how}");
    }
}

#[test]
fn a_tap_that_was_acknowledged_before_another_began_has_the_lower_number() {
    let mut right = history(&[]);
    let numbers = |wanted: Uuid| {
        move |record: &mut Record| match record {
            Record::Attempt { at, key, .. } if *key == wanted => *at += 10_000_000,
            Record::Acknowledged { at, key, .. } if *key == wanted => *at += 10_000_000,
            _ => {}
        }
    };
    let first =
        right.iter().find_map(|record| if let Record::Attempt { key, .. } = record { Some(*key) } else { None });
    right.iter_mut().for_each(numbers(first.unwrap()));
    assert!(wrong(&right).contains(&Wrong::Inverted), "{:?}", wrong(&right));
}

fn fault(at: Us, phase: Phase) -> Record {
    let step = Step { at_ms: 0, kind: Kind::FramesLost, node: 0, lasts_ms: 1, seed: 1, alone: true };
    Record::Fault { at, number: 1, step, phase, said: String::new() }
}

/// A console that is live from the beginning, gets beats every second, and is shown a second tap after so long.
fn shown_after(seconds: u64, lossy: bool, beats: bool) -> Verdict {
    let mut run = Run::new();
    run.tap(0, 1);
    run.dial(1, true);
    run.records.push(fault(run.at, Phase::Begun));
    if lossy {
        run.records.push(Record::Lossy { at: 0, link: 1, on: true });
    }
    run.tap(0, 1);
    for _ in 0..seconds {
        run.at += 1_000_000;
        if beats {
            // The digest is right as long as nothing came.
            run.beat(1);
        }
    }
    run.records.push(fault(run.at, Phase::Over));
    let mut records = run.done();
    records.insert(1, Record::Lossy { at: 0, link: 9, on: false });
    judge(&records)
}

#[test]
fn a_live_console_that_lacks_a_tap_for_long_is_found_and_one_that_says_so_is_not() {
    let verdict = shown_after(3, false, true);
    assert!(verdict.is_clean(), "{:#?}", verdict.findings);
    assert!((3_000.0..3_100.0).contains(&verdict.injections[0].gap_ms.worst), "{:?}", verdict.injections[0].gap_ms);
    assert_eq!((verdict.injections[0].counts.acknowledged, verdict.injections[0].held_up), (1, true));
    let late = shown_after(12, false, true);
    assert_eq!(late.wrong.keys().copied().collect::<Vec<_>>(), [Wrong::Late]);
    assert!(!late.injections[0].held_up);
    // Without beats it says that it is not live, after ten seconds.
    let amber = shown_after(40, false, false);
    assert!(amber.is_clean(), "{:#?}", amber.findings);
    assert!((9_900.0..=10_000.0).contains(&amber.gap_ms.worst), "{:?}", amber.gap_ms);
}

#[test]
fn a_gap_is_no_fault_where_frames_are_lost_if_the_console_dials_again() {
    let history = |lossy: bool, goes_on: bool| {
        let mut run = Run::new();
        run.tap(0, 1);
        run.dial(1, true);
        if lossy {
            run.records.push(Record::Lossy { at: run.at, link: 1, on: true });
        }
        run.tap(0, 1);
        run.tap(0, 1);
        let frames = &mut run.consoles[1].waiting.get_mut(&scope(1)).unwrap();
        let mut second = frames[1].clone();
        if let Record::Event { at, .. } = &mut second {
            *at = run.at + 1;
        }
        run.records.push(second);
        if !goes_on {
            run.dial(1, false);
        }
        run.done()
    };
    assert_eq!(wrong(&history(true, false)), BTreeSet::new());
    assert_eq!(wrong(&history(false, false)), BTreeSet::from([Wrong::Gap]));
    assert!(wrong(&history(true, true)).contains(&Wrong::NotWhole));
}

#[test]
fn an_injection_without_an_end_or_one_that_broke_something_is_wrong() {
    for (phases, expected) in [
        (&[Phase::Begun][..], Some(Wrong::NotWhole)),
        (&[Phase::Begun, Phase::Broke], Some(Wrong::Broken)),
        (&[Phase::Begun, Phase::Over], None),
        (&[Phase::NotRun], None),
    ] {
        let mut records = history(&[]);
        for (at, phase) in (1_u64..).zip(phases) {
            records.insert(at as usize, fault(at, *phase));
        }
        let verdict = judge(&records);
        assert_eq!(verdict.wrong.keys().next().copied(), expected, "{:?}", verdict.findings);
        let ran = !phases.contains(&Phase::NotRun);
        assert_eq!(verdict.injections[0].held_up, ran && expected.is_none());
        assert_eq!(verdict.injections[0].counts.taps > 0, ran);
    }
}

#[test]
fn a_claim_that_nobody_acts_on_ends_once_and_not_before_its_time() {
    let timers = |fired: &[Us], until: Us| {
        let mut records = history(&[]);
        let claimed = Record::Claimed { at: 1_000_000, case: case(0), revision: 50 };
        let mut more = vec![claimed];
        for (revision, at) in (51..).zip(fired) {
            let stood = Stood { case: case(0), revision, taps: 1, state: revision };
            let (event, what) = (Uuid::from_u128(u128::from(revision)), "released".to_owned());
            // As seen, not as logged: what the log says of it is not asked here.
            more.push(Record::Event { at: *at, console: 0, scope: scope(1), seq: 0, event, what, note: None, stood });
        }
        more.push(Record::Quiet { at: until });
        let end = records.len() - 2;
        records.splice(end..end, more);
        wrong(&records).contains(&Wrong::Timer)
    };
    assert!(!timers(&[181_500_000], 300_000_000));
    assert!(timers(&[100_000_000], 300_000_000), "too early");
    assert!(timers(&[181_500_000, 190_000_000], 300_000_000), "twice");
    assert!(timers(&[], 300_000_000), "never");
    assert!(!timers(&[], 200_000_000), "the run ended before");
}
