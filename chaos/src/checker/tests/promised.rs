//! Figures that are promised of one fault: a history that keeps the bound, and the same one beyond it.

use super::*;
use crate::checker::promises::{Bound, Figure};
use crate::ground::LONE;
use crate::history::Asked;

const S: Us = 1_000_000;

/// A fault of this kind on the first node, with what is noted between its beginning and its end; before and after it taps
/// are acknowledged within a millisecond.
fn under(kind: Kind, seconds: u64, short: bool, meanwhile: impl FnOnce(&mut Run)) -> Verdict {
    let mut run = Run::new();
    run.records[0] = Record::Began { seed: 1, shared: true, short };
    for console in [(7, false), (8, true)] {
        run.records.push(Record::Watches {
            console: console.0,
            who: String::new(),
            lone: console.1,
            scopes: Some(vec![]),
        });
    }
    // By the link of the second node.
    run.dial(1, true);
    run.at += S;
    for _ in 0..150 {
        run.tap(0, 1);
    }
    run.at += 10 * S;
    let noted = |at, phase| {
        let step = Step { at_ms: 0, kind, node: 0, lasts_ms: 1, seed: 1, alone: true };
        Record::Fault { at, number: 1, step, phase, said: String::new() }
    };
    run.records.push(noted(run.at, Phase::Begun));
    let began = run.at;
    meanwhile(&mut run);
    run.at = run.at.max(began + seconds * S);
    run.records.push(noted(run.at, Phase::Over));
    run.at += 10 * S;
    judge(&run.done())
}

/// The figure of a row, and whether the fault is said to have been held up under.
fn figure<'a>(verdict: &'a Verdict, row: &str) -> (Option<&'a Figure>, bool) {
    let injection = &verdict.injections[0];
    let of_row = |figure: &&Figure| figure.row == row && figure.bound != Bound::Told;
    (injection.figures.iter().find(of_row), injection.held_up)
}

/// That the row's figure is this, and that it is as good or as bad as is expected.
#[track_caller]
fn holds(verdict: &Verdict, row: &str, value: f64, kept: bool) {
    let (found, held_up) = figure(verdict, row);
    let found = found.unwrap_or_else(|| panic!("no figure of {row}"));
    assert!((found.value - value).abs() < 1.5, "{found:?}");
    assert_eq!((found.is_kept(), found.asserted), (kept, true), "{found:?}");
    let broken = verdict.findings.iter().any(|finding| finding.wrong == Wrong::Broken && finding.why.contains(row));
    assert_eq!((broken, held_up), (!kept, kept), "{:#?}", verdict.findings);
}

/// So many taps that are acknowledged this long after they were sent.
fn taps(run: &mut Run, count: u32, ms: u64) {
    for _ in 0..count {
        run.tap(0, 1);
        if let Some(Record::Acknowledged { at, .. }) = run.records.last_mut() {
            *at += ms * 1_000;
            run.at = *at;
        }
    }
}

#[test]
fn a_figure_beside_another_fault_is_told_and_not_judged() {
    let late = |alone: bool| {
        under(Kind::RedisPause, 5, false, |run| {
            if !alone {
                let step = Step { at_ms: 0, kind: Kind::KillNode, node: 1, lasts_ms: 1, seed: 2, alone: false };
                for phase in [Phase::Begun, Phase::Over] {
                    run.records.push(Record::Fault { at: run.at, number: 2, step, phase, said: String::new() });
                }
                run.at += S;
            }
            taps(run, 150, 30);
        })
    };
    holds(&late(true), "R7", 30.0, false);
    let beside = late(false);
    let (found, _) = figure(&beside, "R7");
    assert!(found.is_some_and(|found| !found.is_kept() && !found.asserted), "{found:?}");
    assert!(beside.findings.iter().all(|finding| finding.wrong != Wrong::Broken), "{:#?}", beside.findings);
}

#[test]
fn requests_that_wait_for_redis_are_found_by_half_of_the_answers() {
    let waiting = |ms| under(Kind::RedisPause, 5, false, |run| taps(run, 150, ms));
    holds(&waiting(18), "R7", 18.0, true);
    holds(&waiting(30), "R7", 30.0, false);
    let few = under(Kind::RedisPause, 5, false, |run| taps(run, 20, 300));
    assert_eq!(figure(&few, "R7").0, None, "too few to say anything");
}

#[test]
fn taps_that_take_long_under_ten_times_the_rate_are_found_unless_the_run_is_short() {
    let taking = |slow, short| {
        under(Kind::Overload, 5, short, |run| {
            taps(run, 190, 5);
            taps(run, slow, 1_200);
        })
    };
    holds(&taking(1, false), "R32", 7.0, true);
    holds(&taking(10, false), "R32", 1_202.0, false);
    let short = taking(10, true);
    assert!(short.is_clean(), "{:#?}", short.findings);
    assert!(figure(&short, "R32").0.is_some_and(|figure| !figure.asserted && !figure.is_kept()));
}

#[test]
fn a_console_that_stays_for_long_at_a_node_without_its_database_is_found() {
    let moving = |after: Option<u64>, lasts: u64| {
        under(Kind::DatabasePartition, lasts, false, |run| {
            let began = run.at;
            // It was at the first node.
            let dialled = Record::Welcomed { at: began - 5 * S, console: 7, link: 0 };
            let fault = run.records.len() - 1;
            run.records.insert(fault, dialled);
            if let Some(ms) = after {
                let at = began + ms * 1_000;
                run.records.push(Record::Ended { at: at - 1, console: 7, why: String::new() });
                run.records.push(Record::Welcomed { at, console: 7, link: 1 });
            }
        })
    };
    holds(&moving(Some(6_000), 15), "R16", 6_000.0, true);
    holds(&moving(Some(12_000), 15), "R16", 12_000.0, false);
    holds(&moving(None, 15), "R16", 15_000.0, false);
    assert_eq!(figure(&moving(None, 8), "R16").0, None, "it was over before anybody had to go");
}

#[test]
fn a_console_that_does_not_notice_that_its_line_is_dead_is_found() {
    let noticing = |after: Option<u64>, lasts: u64| {
        under(Kind::DeadConsole, lasts, false, |run| {
            let began = run.at;
            let fault = run.records.len() - 1;
            run.records.insert(fault, Record::Welcomed { at: began - 5 * S, console: 8, link: LONE + 1 });
            if let Some(ms) = after {
                run.records.push(Record::Ended { at: began + ms * 1_000, console: 8, why: String::new() });
            }
        })
    };
    holds(&noticing(Some(20_000), 27), "R18", 20_000.0, true);
    holds(&noticing(Some(26_000), 27), "R18", 26_000.0, false);
    holds(&noticing(None, 27), "R18", 27_000.0, false);
    assert_eq!(figure(&noticing(None, 24), "R18").0, None);
}

#[test]
fn a_node_that_keeps_much_for_consoles_that_read_nothing_is_found() {
    let keeping = |each: u64| {
        under(Kind::SlowConsole, 15, false, |run| {
            for (kib, slow) in [(50_000, 0), (50_000 + each * 64, 64), (49_000, 64)] {
                let at = run.tick();
                run.records.push(Record::Memory { at, kib, slow });
            }
        })
    };
    holds(&keeping(100), "R19", 100.0, true);
    holds(&keeping(200), "R19", 200.0, false);
}

#[test]
fn a_full_disk_that_refuses_alarms_before_all_else_or_too_many_of_them_is_found() {
    use Asked::{Change, List, NotOkay};
    let asked = |all: &[(Asked, bool, u32)]| {
        under(Kind::FullDisk, 5, false, |run| {
            for (what, taken, times) in all {
                for _ in 0..*times {
                    let at = run.tick();
                    run.records.push(Record::Asked { at, node: 0, what: *what, taken: *taken });
                }
            }
        })
    };
    let right =
        asked(&[(List, false, 1), (Change, true, 1), (NotOkay, true, 30), (Change, false, 1), (NotOkay, true, 20)]);
    holds(&right, "R15", 50.0, true);
    let last = asked(&[(List, false, 1), (Change, false, 1), (NotOkay, true, 50), (NotOkay, false, 5)]);
    holds(&last, "R15", 50.0, true);
    let few = asked(&[(List, false, 1), (Change, false, 1), (NotOkay, true, 49), (NotOkay, false, 5)]);
    holds(&few, "R15", 49.0, false);
    for wrong_order in [
        &[(NotOkay, true, 60), (NotOkay, false, 1), (List, false, 1), (Change, false, 1)][..],
        &[(List, false, 1), (NotOkay, true, 60), (NotOkay, false, 1)],
        &[(Change, false, 1), (List, false, 1), (NotOkay, true, 60)],
    ] {
        let verdict = asked(wrong_order);
        assert!(verdict.wrong.contains_key(&Wrong::Broken), "{wrong_order:?}");
        assert!(!verdict.injections[0].held_up);
    }
}
