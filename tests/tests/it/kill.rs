//! Kill -9, again and again, in a stream of taps: every tap that was acknowledged is on the console,
//! once. The real program, one folder, one port; phones repeat what was not acknowledged under the
//! same key; a console redials with its cursors.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use muster::on;
use muster::store::schema::events;
use muster::store::types::Id;
use rand::RngExt;
use tests::{Console, Database, Db, Phone, Program, TestApp, Time, World, free_port, key, until};
use uuid::Uuid;
use wire::case::Change;
use wire::not_okay::Stored;

/// How often the program is killed; `MUSTER_TEST_KILLS` says otherwise.
const KILLS: usize = 50;

/// People who tap, and the pause between two taps of one: about fifty taps a second together.
const PEOPLE: usize = 8;
const PAUSE: Duration = Duration::from_millis(160);

/// What one person's phone knows at the end.
struct Tapped {
    person: Uuid,
    /// Every key, with the case that it was acknowledged for.
    acknowledged: Vec<(Uuid, Uuid)>,
    attempts: usize,
    /// Answers that a later repeat contradicted.
    contradicted: usize,
}

/// Taps until told to stop; each tap is repeated under its key until it is acknowledged.
async fn tap_on(phone: Phone, stop: Arc<AtomicBool>, acknowledged: Arc<AtomicUsize>) -> Tapped {
    let mut tapped = Tapped { person: phone.person, acknowledged: Vec::new(), attempts: 0, contradicted: 0 };
    let mut next = tokio::time::interval(PAUSE);
    while !stop.load(Ordering::Relaxed) {
        next.tick().await;
        let tap = key();
        let began = Instant::now();
        let body = format!("{{\"facts\":{{\"note\":\"{tap}\"}}}}");
        let stored = loop {
            tapped.attempts += 1;
            let age = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            let answer = phone.http().try_send(phone.raising(tap, age).body(body.clone())).await;
            match answer {
                Some(answer) if [200, 201].contains(&answer.status) => break answer.json::<Stored>(),
                Some(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
                None => {}
            }
            assert!(began.elapsed() < Duration::from_secs(60), "a tap was not stored for a minute");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        acknowledged.fetch_add(1, Ordering::Relaxed);
        // Now and then the acknowledgement is lost on the way: the repeat must say the same.
        if tap.as_u128().is_multiple_of(7) {
            tapped.attempts += 1;
            if let Some(again) =
                phone.http().try_send(phone.raising(tap, 0).body(body)).await.filter(|answer| answer.status == 200)
            {
                let again: Stored = again.json();
                tapped.contradicted +=
                    usize::from((again.case.id, again.stored_at) != (stored.case.id, stored.stored_at));
            }
        }
        tapped.acknowledged.push((tap, stored.case.id));
    }
    tapped
}

/// Keeps a console connected: whenever its socket ends, it dials again with its cursors.
async fn keep_looking(mut console: Console, stop: Arc<AtomicBool>) -> Console {
    while !stop.load(Ordering::Relaxed) {
        if console.model().closed.is_some() && console.try_dial().await.is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    console
}

/// Kills the program at random moments, also while it starts.
async fn kill_often(
    database: &Database,
    port: u16,
    mut program: Program,
    acknowledged: &AtomicUsize,
    kills: usize,
) -> Program {
    for number in 0..kills {
        let mut dice = rand::rng();
        if number % 5 == 4 {
            // It had no time to become ready.
            tokio::time::sleep(Duration::from_millis(dice.random_range(0..200))).await;
        } else {
            program.ready().await;
            let before = acknowledged.load(Ordering::Relaxed);
            until("taps to be stored again", async || (acknowledged.load(Ordering::Relaxed) > before).then_some(()))
                .await;
            tokio::time::sleep(Duration::from_millis(rand::rng().random_range(0..700))).await;
        }
        program.kill();
        program = start(database, port);
    }
    program.ready().await;
    program
}

fn start(database: &Database, port: u16) -> Program {
    Program::start(database.folder(), &database.data(), &database.url(), port, "warn")
}

/// How often each key's tap is in an office's log.
async fn taps_in_the_log(app: &TestApp, scope: Uuid) -> HashMap<Uuid, usize> {
    let read = app.app().store.read(move |reading| {
        let rows: Vec<Option<Id>> = on!(&mut *reading.conn, |c| events::table
            .filter(events::scope.eq(Id(scope)))
            .filter(events::kind.eq_any(["case.raised", "case.tapped_again"]))
            .select(events::request_key)
            .load(c))?;
        Ok(rows)
    });
    let mut found = HashMap::new();
    for key in read.await.expect("the log can be read").into_iter().flatten() {
        *found.entry(key.0).or_default() += 1;
    }
    found
}

async fn every_acknowledged_tap_is_on_the_console_once(db: Db) {
    let kills = std::env::var("MUSTER_TEST_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let (began, database, port) = (Instant::now(), Database::fresh(db), free_port());
    let mut program = start(&database, port);
    program.ready().await;
    let world = World::set_up(program.http(), program.setup_secret().await).await;
    let operator = world.operator("Awa Diallo").await;
    let mut phones = Vec::new();
    for number in 0..PEOPLE {
        phones.push(world.phone(&format!("Person {number}"), &world.kenya).await);
    }
    // The log has begun: the console has a cursor to come back with.
    phones[0].tap().await;
    let console = operator.unattended_console().await;

    let (stop, done, count) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let taps: Vec<_> =
        phones.into_iter().map(|phone| tokio::spawn(tap_on(phone, Arc::clone(&stop), Arc::clone(&count)))).collect();
    let looking = tokio::spawn(keep_looking(console, Arc::clone(&done)));
    let program = kill_often(&database, port, program, &count, kills).await;
    stop.store(true, Ordering::Relaxed);
    let mut tapped = Vec::new();
    for taps in taps {
        tapped.push(taps.await.expect("the taps end"));
    }
    let sent: usize = tapped.iter().map(|one| one.acknowledged.len()).sum();
    let attempts: usize = tapped.iter().map(|one| one.attempts).sum();
    done.store(true, Ordering::Relaxed);
    let mut console = looking.await.expect("the console ends");
    console.redial().await;
    console.equals_a_fresh_snapshot().await;
    let model = console.model();
    assert_eq!(model.snapshots, 1, "a restart is no reason to start afresh");

    // What the console has seen of each case, live, from the first event to the last.
    let mut seen: BTreeMap<Uuid, usize> = BTreeMap::new();
    for entry in &model.entries {
        if matches!(entry.change, Change::Raised { .. } | Change::TappedAgain { .. }) {
            *seen.entry(entry.actor.id.expect("a person")).or_default() += 1;
        }
    }
    program.terminate().await;
    let mut app = TestApp::start(database, Time::Real);
    let logged = taps_in_the_log(&app, world.kenya.id).await;
    app.verify_log().await;
    app.stop().await;

    let (mut lost, mut doubled) = (0, 0);
    for one in &tapped {
        let cases: std::collections::BTreeSet<Uuid> = one.acknowledged.iter().map(|(_, case)| *case).collect();
        assert_eq!(cases.len(), 1, "one person's taps are one case");
        let on_console = seen.get(&one.person).copied().unwrap_or(0);
        assert_eq!(model.cases.values().filter(|case| cases.contains(&case.id)).count(), 1);
        lost += one.acknowledged.len().saturating_sub(on_console);
        doubled += on_console.saturating_sub(one.acknowledged.len());
        for (key, _) in &one.acknowledged {
            match logged.get(key).copied().unwrap_or(0) {
                0 => lost += 1,
                1 => {}
                more => doubled += more - 1,
            }
        }
    }
    let contradicted: usize = tapped.iter().map(|one| one.contradicted).sum();
    let result = serde_json::json!({
        "database": format!("{db:?}").to_lowercase(), "kills": kills, "taps_sent": sent, "attempts": attempts,
        "acknowledged": sent, "on_console": seen.values().sum::<usize>(), "lost": lost, "doubled": doubled,
        "contradicted": contradicted, "seconds": began.elapsed().as_secs(),
    });
    report(db, &result);
    assert_eq!((lost, doubled, contradicted), (0, 0, 0), "{result}");
    assert_eq!(logged.len(), sent + 1, "the first tap, and one event a key");
    assert!(sent > kills * 5, "{sent} taps are no stream");
}

/// Says the counts, also when the test passes, and leaves them in `target/tmp`.
fn report(db: Db, result: &serde_json::Value) {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("kill-{db:?}.json").to_lowercase());
    std::fs::write(path, format!("{result:#}\n")).expect("the counts are written");
    drop(writeln!(std::io::stderr(), "kill -9: {result}"));
}

fn run(db: Db) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(every_acknowledged_tap_is_on_the_console_once(db));
}

#[test]
fn fifty_kills_lose_no_acknowledged_tap_and_double_none_on_sqlite() {
    run(Db::Sqlite);
}

#[cfg(not(sqlite_only))]
#[test]
fn fifty_kills_lose_no_acknowledged_tap_and_double_none_on_postgres() {
    run(Db::Postgres);
}
