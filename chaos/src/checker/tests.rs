//! The checker is held against histories that are right, and against the same ones with one thing wrong in them.

use std::collections::BTreeSet;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::history::{Phase, Stood};
use crate::kind::Kind;
use crate::plan::Step;

mod broken;
mod promised;
mod right;

use broken::{WAYS, broken};
use right::{Run, case, history, scope};

fn steps() -> impl Strategy<Value = Vec<(u8, u8)>> {
    prop::collection::vec(any::<(u8, u8)>(), 0..60)
}

fn wrong(records: &[Record]) -> BTreeSet<Wrong> {
    judge(records).wrong.keys().copied().collect()
}

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

/// Under a Redis that hangs a console is shown a tap after seven seconds, for which five are promised; three seconds after
/// it was acknowledged the database may stop as well.
fn shown_late(beside: bool) -> Verdict {
    let mut run = Run::new();
    run.tap(0, 1);
    run.dial(1, true);
    let of = |at, number, kind, phase| {
        let step = Step { at_ms: 0, kind, node: 0, lasts_ms: 1, seed: 1, alone: false };
        Record::Fault { at, number, step, phase, said: String::new() }
    };
    run.records.push(of(run.at, 1, Kind::RedisPause, Phase::Begun));
    run.tap(0, 1);
    for second in 1..=7 {
        run.at += 1_000_000;
        run.beat(1);
        if beside && second == 3 {
            run.records.push(of(run.at, 2, Kind::DatabasePause, Phase::Begun));
        }
    }
    run.records.push(of(run.at, 1, Kind::RedisPause, Phase::Over));
    if beside {
        run.records.push(of(run.at, 2, Kind::DatabasePause, Phase::Over));
    }
    judge(&run.done())
}

#[test]
fn a_gap_is_held_to_the_wider_promise_where_another_fault_came_while_it_lasted() {
    assert_eq!(shown_late(false).wrong.keys().copied().collect::<Vec<_>>(), [Wrong::Late]);
    let beside = shown_late(true);
    assert!(beside.is_clean(), "{:#?}", beside.findings);
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
        let of_scope = |record: &&Record| matches!(record, Record::Logged { scope: of, .. } if *of == scope(1));
        let head = records.iter().filter(of_scope).count() as u64;
        let mut more = vec![claimed, Record::Welcomed { at: 1_000_000, console: 0, link: 0 }];
        for (revision, at) in (51..).zip(fired) {
            let stood = Stood { case: case(0), revision, taps: 1, state: revision };
            let (event, what) = (Uuid::from_u128(u128::from(revision)), "released".to_owned());
            let (seq, kind) = (head + revision - 50, "case.released".to_owned());
            more.push(Record::Event { at: *at, console: 0, scope: scope(1), seq, event, what, note: None, stood });
            more.push(Record::Told { case: case(0), event, revision });
            more.push(Record::Logged { scope: scope(1), seq, event, kind, subject: case(0), key: None });
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
