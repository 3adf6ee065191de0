//! The write door and the log, on a real SQLite file.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta};
use diesel::prelude::*;
use proptest::prelude::*;
use uuid::Uuid;

use super::log::{BrokenLink, Class, Draft};
use super::requests::{KeyReused, Request, once};
use super::schema::events;
use super::*;
use crate::bus::{Committed, LocalBus};
use crate::kernel::clock::ManualClock;
use crate::kernel::ids;
use crate::kernel::seal::SealKey;

fn open_with(dir: &Path, key: SealKey, kind: Kind) -> Result<(Store, Arc<LocalBus>), OpenError> {
    let bus = Arc::new(LocalBus::default());
    let parts = Parts {
        location: Location::Sqlite(dir.join("muster.db").display().to_string()),
        clock: Arc::new(ManualClock::at(DateTime::UNIX_EPOCH + TimeDelta::days(20_000))),
        bus: bus.clone(),
        keyring: Keyring::new(key),
        data_dir: dir.to_owned(),
        kind,
        batch: LARGEST_BATCH,
    };
    Store::open(parts).map(|store| (store, bus))
}

fn open(dir: &Path) -> (Store, Arc<LocalBus>) {
    open_with(dir, SealKey::from_bytes(&[7; 32]).unwrap(), Kind::Live).unwrap()
}

fn draft(tx: &Tx<'_>, subject: Uuid, scopes: &[Uuid]) -> Draft {
    Draft {
        id: ids::new(tx.now()),
        scopes: scopes.to_vec(),
        class: Class::Life,
        kind: "case.raised",
        subject,
        actor: None,
        cause: None,
        request_key: None,
        occurred_at: tx.now(),
        wakes: Vec::new(),
        payload: b"{\"case\":{}}".to_vec(),
    }
}

/// Writes one event about a new subject.
fn event(store: &Store, scopes: Vec<Uuid>) -> Result<Uuid, WriteError<()>> {
    store.write_blocking(Lane::Normal, scopes.clone(), move |tx| {
        let subject = ids::new(tx.now());
        let vault = tx.vault();
        let key = vault.create(tx.writing(), subject, &scopes)?;
        let draft = draft(tx, subject, &scopes);
        tx.append(draft, &key);
        Ok(subject)
    })
}

fn sequences(published: &[Committed], scope: Uuid) -> Vec<i64> {
    published.iter().filter(|event| event.scope == scope).map(|event| event.seq).collect()
}

#[test]
fn numbers_have_no_gaps_whoever_writes_and_whatever_is_refused_or_panics() {
    let dir = tempfile::tempdir().unwrap();
    let (store, bus) = open(dir.path());
    let inbox = bus.subscribe();
    let scopes: Vec<Uuid> = (1..=4).map(Uuid::from_u128).collect();
    std::thread::scope(|threads| {
        for thread in 0..8_usize {
            let (store, scopes) = (&store, &scopes);
            threads.spawn(move || {
                for n in 0..40_usize {
                    let mine = vec![scopes[(thread + n) % 4], scopes[(thread + n + 1) % 4]];
                    match n % 10 {
                        3 => {
                            let refused: Result<(), _> =
                                store.write_blocking(Lane::Normal, mine, |_| Err(Halt::Refuse(())));
                            assert_eq!(refused, Err(WriteError::Refused(())));
                        }
                        7 => {
                            let broken: Result<(), WriteError<()>> = store.write_blocking(Lane::Urgent, mine, |tx| {
                                let draft = draft(tx, Uuid::nil(), &[Uuid::from_u128(1)]);
                                tx.append(draft, &SealKey::random());
                                panic!("a closure breaks")
                            });
                            assert!(matches!(broken, Err(WriteError::Store(StoreError::Fault(_)))));
                        }
                        _ => drop(event(store, mine).unwrap()),
                    }
                }
            });
        }
    });
    let published: Vec<Committed> = inbox.try_iter().collect();
    let written = 8 * 40 * 8 / 10 * 2;
    assert_eq!(published.len(), written);
    for scope in scopes {
        let numbers = sequences(&published, scope);
        assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>());
        let verified = store.read_blocking(|reading| log::verify(reading.conn, scope)).unwrap();
        assert_eq!(verified, Ok(numbers.len() as i64));
    }
}

#[test]
fn nothing_is_published_or_answered_that_was_rolled_back() {
    let dir = tempfile::tempdir().unwrap();
    let (store, bus) = open(dir.path());
    let inbox = bus.subscribe();
    let scope = Uuid::from_u128(1);
    let late: Result<(), WriteError<()>> = store.write_blocking(Lane::Normal, vec![scope], move |tx| {
        let key = SealKey::random();
        let draft = draft(tx, Uuid::nil(), &[scope]);
        tx.append(draft, &key);
        Err(Halt::Refuse(()))
    });
    assert!(matches!(late, Err(WriteError::Store(StoreError::Fault(_)))), "a refusal after a write is a fault");
    assert_eq!(inbox.try_iter().count(), 0);
    event(&store, vec![scope]).unwrap();
    assert_eq!(sequences(&inbox.try_iter().collect::<Vec<_>>(), scope), [1]);
}

#[test]
fn a_closure_that_fails_runs_again_alone_and_its_neighbours_are_stored() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _bus) = open(dir.path());
    let runs = Arc::new(AtomicUsize::new(0));
    std::thread::scope(|threads| {
        for n in 0..20_u32 {
            let (store, runs) = (store.clone(), Arc::clone(&runs));
            threads.spawn(move || {
                if n == 10 {
                    let failed: Result<(), WriteError<()>> = store.write_blocking(Lane::Normal, vec![], move |tx| {
                        runs.fetch_add(1, Ordering::Relaxed);
                        on_missing_table(tx)?;
                        Ok(())
                    });
                    assert!(failed.is_err());
                } else {
                    event(&store, vec![Uuid::from_u128(u128::from(n) + 1)]).unwrap();
                }
            });
        }
    });
    assert!(runs.load(Ordering::Relaxed) >= 1);
    let heads = store.read_blocking(|reading| log::all_heads(reading.conn)).unwrap();
    assert_eq!(heads.values().map(|head| head.seq).sum::<i64>(), 19);
}

fn on_missing_table(tx: &mut Tx<'_>) -> QueryResult<usize> {
    crate::on!(tx.writing(), |c| diesel::sql_query("INSERT INTO no_such_table VALUES (1)").execute(c))
}

#[test]
fn a_repeat_gets_the_first_answer_and_another_body_is_refused() {
    #[derive(Debug, PartialEq)]
    struct Reused;
    impl From<KeyReused> for Reused {
        fn from(_: KeyReused) -> Self {
            Reused
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let (store, _bus) = open(dir.path());
    let count = Arc::new(AtomicUsize::new(0));
    let ask = |body_hash| {
        let count = Arc::clone(&count);
        let request = Request { actor: Uuid::from_u128(1), key: Uuid::from_u128(2), body_hash };
        store.write_blocking(Lane::Normal, vec![], move |tx| {
            once::<_, Reused>(tx, request, |_| Ok(count.fetch_add(1, Ordering::Relaxed)))
        })
    };
    assert_eq!(ask([1; 32]), Ok(0));
    assert_eq!(ask([1; 32]), Ok(0));
    assert_eq!(ask([2; 32]), Err(WriteError::Refused(Reused)));
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

#[test]
fn one_changed_byte_is_located_and_a_blanked_payload_is_not_a_change() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _bus) = open(dir.path());
    let scope = Uuid::from_u128(1);
    for _ in 0..5 {
        event(&store, vec![scope]).unwrap();
    }
    let change = |f: fn(&mut AnyConn, Uuid)| {
        let scope = Uuid::from_u128(1);
        let done: Result<(), WriteError<()>> = store.write_blocking(Lane::Normal, vec![], move |tx| {
            f(tx.writing(), scope);
            Ok(())
        });
        done.unwrap();
        store.read_blocking(|reading| log::verify(reading.conn, scope)).unwrap()
    };
    let blanked = change(|conn, scope| {
        let row = events::table.find((types::Id(scope), 2));
        crate::on!(conn, |c| diesel::update(row).set(events::payload.eq(None::<Vec<u8>>)).execute(c)).unwrap();
    });
    assert_eq!(blanked, Ok(5));
    let flipped = change(|conn, scope| {
        let row = events::table.find((types::Id(scope), 4));
        crate::on!(conn, |c| diesel::update(row).set(events::kind.eq("case.closed")).execute(c)).unwrap();
    });
    assert_eq!(flipped, Err(BrokenLink { scope, seq: 4, what: "hash" }));
}

#[test]
fn a_database_of_another_key_or_kind_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _bus) = open(dir.path());
    store.close();
    assert!(matches!(open_with(dir.path(), SealKey::random(), Kind::Live), Err(OpenError::WrongKey)));
    let same = SealKey::from_bytes(&[7; 32]).unwrap();
    assert!(matches!(open_with(dir.path(), same, Kind::Demo), Err(OpenError::WrongKind { .. })));
}

#[test]
fn the_epoch_stays_over_a_restart_and_changes_when_the_log_is_another() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _bus) = open(dir.path());
    let epoch = store.installation().unwrap().epoch;
    store.close();
    let (store, _bus) = open(dir.path());
    assert_eq!(store.installation().unwrap().epoch, epoch);
    let renewed = store.check_epoch(true).unwrap();
    assert_ne!(renewed, epoch);
    store.close();
    std::fs::write(dir.path().join("epoch"), "00000001 file\n").unwrap();
    let (store, _bus) = open(dir.path());
    let found = store.installation().unwrap().epoch;
    assert_ne!(found, renewed);
    let kept: String = store
        .read_blocking(|reading| {
            crate::on!(reading.conn, |c| super::schema::installation::table
                .select(super::schema::installation::epoch)
                .first(c))
        })
        .unwrap();
    assert_eq!(kept, super::installation::hex(found));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn an_event_read_back_is_the_event_written(scopes in prop::collection::btree_set(1_u128..6, 1..4), times in 1_usize..6) {
        let dir = tempfile::tempdir().unwrap();
        let (store, _bus) = open(dir.path());
        let scopes: Vec<Uuid> = scopes.into_iter().map(Uuid::from_u128).collect();
        let subjects: Vec<Uuid> = (0..times).map(|_| event(&store, scopes.clone()).unwrap()).collect();
        for scope in scopes {
            let read = store.read_blocking(|reading| log::after(reading.conn, reading.vault, scope, 0, 100)).unwrap();
            prop_assert_eq!(read.iter().map(|event| event.subject).collect::<Vec<_>>(), subjects.clone());
            let whole = read.iter().all(|event| event.payload.as_deref() == Some(b"{\"case\":{}}"));
            prop_assert!(whole, "a payload is not the one that was written");
        }
    }
}
