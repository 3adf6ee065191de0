//! Right histories with one thing wrong in them.

use uuid::Uuid;

use super::right::{case, scope};
use crate::checker::Wrong;
use crate::history::Record;

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

/// One thing that is changed in a right history; which one, `at` decides.
pub(super) fn broken(records: &[Record], how: usize, at: usize) -> Option<(Vec<Record>, &'static [Wrong])> {
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
                *scope = super::right::scope(2);
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
pub(super) const WAYS: usize = 19;
