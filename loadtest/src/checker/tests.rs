//! The checker is itself checked: a clean record passes, and every single change to it is found.

use super::*;

const SCOPES: [u128; 3] = [1, 2, 3];
const CASES: u64 = 5;
const TAPS: u64 = 40;

#[derive(Debug, Clone, Copy)]
enum Record {
    Event(Arrival),
    Beat(u32),
}

fn scope(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn person(case: u64) -> Uuid {
    Uuid::from_u128(0x9000 + u128::from(case))
}

fn people() -> HashSet<Uuid> {
    (0..CASES).map(person).collect()
}

/// Taps of five cases in rotation. Each event stands in one scope, every second case's in another one
/// too; after every fourth tap somebody takes the case. A beat closes the record.
fn record() -> (Vec<Acknowledged>, Vec<Record>) {
    let (mut taps, mut records) = (Vec::new(), Vec::new());
    let (mut heads, mut revisions) = (BTreeMap::from(SCOPES.map(|n| (scope(n), 100_u64))), HashMap::new());
    let mut event = 0_u128;
    for n in 0..TAPS {
        let number = n % CASES;
        let case = Uuid::from_u128(0x100 + u128::from(number));
        for tap in if n % 4 == 3 { vec![true, false] } else { vec![true] } {
            event += 1;
            let revision: &mut u64 = revisions.entry(case).or_default();
            *revision += 1;
            let revision = *revision;
            if tap {
                taps.push(Acknowledged::Revision { case, revision });
            }
            for n in [Some(1 + u128::from(number % 2)), number.is_multiple_of(2).then_some(3)].into_iter().flatten() {
                let seq = heads.get_mut(&scope(n)).unwrap();
                *seq += 1;
                records.push(Record::Event(Arrival {
                    scope: scope(n),
                    seq: *seq,
                    event: Uuid::from_u128(0x7000 + event),
                    case,
                    revision,
                    subject: Some(person(number)),
                    tap,
                    stamp_us: i64::try_from(event).unwrap() * 1_000,
                    at_us: records.len() as u64,
                    after_stamp_us: 300,
                }));
            }
        }
    }
    records.push(Record::Beat(digest(&heads)));
    (taps, records)
}

fn play(records: &[Record]) -> ConsoleLog {
    let mut log = ConsoleLog::default();
    for n in SCOPES {
        log.start(scope(n), 100);
    }
    for record in records {
        match record {
            Record::Event(arrival) => log.arrive(arrival),
            Record::Beat(digest) => {
                log.beat(*digest);
            }
        }
    }
    log
}

fn verdict(records: &[Record]) -> Verdict {
    let (taps, clean) = record();
    judge(&taps, 0, &people(), &[&play(&clean), &play(records)], 0).0
}

fn events(records: &[Record]) -> impl Iterator<Item = (usize, Arrival)> + '_ {
    records.iter().enumerate().filter_map(|(index, record)| match record {
        Record::Event(arrival) => Some((index, *arrival)),
        Record::Beat(_) => None,
    })
}

#[test]
fn a_whole_record_passes() {
    let (taps, records) = record();
    assert!(records.len() > TAPS as usize && taps.len() == TAPS as usize);
    assert_eq!(verdict(&records), Verdict::default());
}

#[test]
fn any_dropped_frame_is_found() {
    let (_, records) = record();
    for (index, arrival) in events(&records) {
        let mut cut = records.clone();
        cut.remove(index);
        let found = verdict(&cut);
        assert!(!found.is_clean(), "dropped {arrival:?}");
        assert!(found.streams.gaps == 1 || found.streams.disagreed == 1, "dropped {arrival:?}: {found:?}");
    }
}

#[test]
fn a_tap_dropped_under_every_scope_is_lost() {
    let (_, records) = record();
    for (_, arrival) in events(&records).filter(|(_, arrival)| arrival.tap) {
        let cut: Vec<Record> = records
            .iter()
            .filter(|record| !matches!(record, Record::Event(other) if other.event == arrival.event))
            .copied()
            .collect();
        assert_eq!(verdict(&cut).lost, 1, "{arrival:?}");
    }
}

#[test]
fn a_tap_that_one_scope_still_shows_is_not_lost_but_the_gap_is_found() {
    let (_, records) = record();
    let index = events(&records).find(|(_, arrival)| arrival.scope == scope(3) && arrival.tap).unwrap().0;
    let mut cut = records.clone();
    cut.remove(index);
    let found = verdict(&cut);
    assert_eq!((found.lost, found.streams.gaps), (0, 1));
}

#[test]
fn any_doubled_frame_is_found() {
    let (_, records) = record();
    for (index, arrival) in events(&records) {
        for later in [index + 1, records.len()] {
            let mut twice = records.clone();
            twice.insert(later, Record::Event(arrival));
            let found = verdict(&twice);
            assert_eq!((found.streams.doubled, found.lost), (1, 0), "{arrival:?}");
        }
    }
}

#[test]
fn an_event_under_two_numbers_of_one_scope_is_doubled() {
    let (_, records) = record();
    let mut twice = records.clone();
    let Record::Event(first) = records[0] else { panic!("the record begins with an event") };
    let head = events(&records)
        .filter(|(_, arrival)| arrival.scope == first.scope)
        .map(|(_, arrival)| arrival.seq)
        .max()
        .unwrap();
    twice.push(Record::Event(Arrival { seq: head + 1, ..first }));
    assert_eq!(verdict(&twice).streams.doubled, 1);
}

#[test]
fn any_two_frames_of_one_scope_in_the_wrong_order_are_found() {
    let (_, records) = record();
    let all: Vec<(usize, Arrival)> = events(&records).collect();
    for (position, (index, arrival)) in all.iter().enumerate() {
        let Some((next, _)) = all.iter().skip(position + 1).find(|(_, other)| other.scope == arrival.scope) else {
            continue;
        };
        let mut swapped = records.clone();
        swapped.swap(*index, *next);
        assert!(verdict(&swapped).streams.inverted > 0, "{arrival:?}");
    }
}

#[test]
fn frames_of_two_scopes_may_come_in_either_order() {
    let (_, records) = record();
    let (office, region): (Vec<Record>, Vec<Record>) = records
        .iter()
        .copied()
        .partition(|record| matches!(record, Record::Event(arrival) if arrival.scope != scope(3)));
    assert_eq!(verdict(&[office, region].concat()), Verdict::default());
}

#[test]
fn a_revision_that_goes_back_is_found() {
    let (taps, mut records) = record();
    let (index, arrival) = events(&records).filter(|(_, arrival)| !arrival.tap).last().unwrap();
    records[index] = Record::Event(Arrival { revision: 1, ..arrival });
    let log = play(&records);
    assert!(judge(&taps, 0, &people(), &[&log], 0).0.streams.inverted > 0);
}

#[test]
fn a_tap_shown_under_another_case_is_lost_and_a_phantom() {
    let (_, mut records) = record();
    let (index, arrival) = events(&records).find(|(_, arrival)| arrival.tap).unwrap();
    for record in &mut records {
        if let Record::Event(other) = record
            && other.event == arrival.event
        {
            other.case = Uuid::from_u128(0xbad);
        }
    }
    let found = verdict(&records);
    assert_eq!((found.lost, found.phantom), (1, 1), "frame {index}");
}

#[test]
fn an_unanswered_tap_may_be_displayed_and_a_stranger_is_no_phantom() {
    let (taps, records) = record();
    let log = play(&records);
    let (rest, people) = (&taps[1..], people());
    assert_eq!(judge(rest, 0, &people, &[&log], 0).0.phantom, 1);
    assert!(judge(rest, 1, &people, &[&log], 0).0.is_clean());
    assert!(judge(rest, 0, &HashSet::from([person(4)]), &[&log], 0).0.is_clean());
}

#[test]
fn two_taps_answered_with_one_event_are_merged() {
    let (mut taps, records) = record();
    taps.push(taps[0]);
    assert_eq!(judge(&taps, 0, &people(), &[&play(&records)], 0).0.merged, 1);
}

#[test]
fn a_repeated_key_is_matched_by_the_moment_it_was_stored() {
    let (mut taps, records) = record();
    let log = play(&records);
    let (_, first) = events(&records).find(|(_, arrival)| arrival.tap).unwrap();
    taps[0] = Acknowledged::Moment { case: first.case, stored_us: first.stamp_us };
    assert!(judge(&taps, 0, &people(), &[&log], 0).0.is_clean());
    taps[0] = Acknowledged::Moment { case: first.case, stored_us: first.stamp_us + 1 };
    assert_eq!(judge(&taps, 1, &people(), &[&log], 0).0, Verdict { lost: 1, ..Verdict::default() });
    taps.push(Acknowledged::Moment { case: first.case, stored_us: first.stamp_us });
    taps.push(Acknowledged::Moment { case: first.case, stored_us: first.stamp_us });
    assert_eq!(judge(&taps, 0, &people(), &[&log], 0).0.lost, 2, "one display stands for one tap");
}

#[test]
fn what_a_snapshot_held_is_displayed_but_has_no_time() {
    let (taps, records) = record();
    let mut log = ConsoleLog::default();
    let mut heads = HashMap::new();
    for (_, arrival) in events(&records) {
        log.snapshot_case(arrival.case, arrival.revision);
        heads.insert(arrival.scope, arrival.seq);
    }
    for (scope, seq) in heads {
        log.start(scope, seq);
    }
    let (found, spreads) = judge(&taps, 0, &people(), &[&log], 0);
    assert!(found.is_clean() && spreads.iter().all(Option::is_none));
}

#[test]
fn with_no_console_everything_is_lost_and_a_console_down_is_a_fault() {
    let (taps, records) = record();
    assert_eq!(judge(&taps, 0, &people(), &[], 0).0.lost, TAPS);
    assert!(!judge(&taps, 0, &people(), &[&play(&records)], 1).0.is_clean());
}

#[test]
fn the_spread_goes_from_the_first_console_to_the_last() {
    let (taps, records) = record();
    let late: Vec<Record> = records
        .iter()
        .map(|record| match record {
            Record::Event(arrival) => Record::Event(Arrival { at_us: arrival.at_us + 1_000, ..*arrival }),
            beat @ Record::Beat(_) => *beat,
        })
        .collect();
    let (_, spreads) = judge(&taps, 0, &people(), &[&play(&late), &play(&records)], 0);
    let spread = spreads[0].unwrap();
    assert_eq!((spread.first.at_us, spread.last.at_us), (0, 1_000));
}
