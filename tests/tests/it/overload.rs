//! More writes than can wait: the caller is told to come back, life goes first, nothing is lost.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use muster::store::{Halt, Lane, StoreError, WriteError};
use serde_json::json;
use tests::{Db, Time, key, until};
use wire::Code;
use wire::not_okay::Stored;

/// Writes that may wait in a lane, and those that a committer has in its hands besides.
const FULL: usize = 8_192 + 256;

/// The queue is the same before both databases; SQLite's one write lock is what a test can hold.
#[test]
fn a_full_queue_turns_writes_away_and_takes_alarms_all_the_same() {
    tests::run(Db::Sqlite, Time::Real, async |app| {
        let world = app.world().await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        let mut lock =
            SqliteConnection::establish(&app.database().file().display().to_string()).expect("the file opens");
        lock.batch_execute("BEGIN IMMEDIATE").expect("the write lock");
        let held = Instant::now();

        let store = app.app().store.clone();
        let mut waiting = Vec::new();
        for _ in 0..FULL {
            let store = store.clone();
            waiting.push(tokio::spawn(async move {
                store.write(Lane::Normal, Vec::new(), |_| Ok::<_, Halt<()>>(())).await
            }));
        }
        until("the normal lane to be full", async || (store.queue_depth() >= 8_192).then_some(())).await;
        let organisation = json!({ "name": "Late", "short_name": "LATE" });
        let turned = world.administrator.post("/v1/organisations", &organisation).await;
        assert!(turned.refused(Code::Busy).retry_after.is_some() && turned.header("retry-after").is_some());

        // An alarm has a lane of its own: it waits for the lock alone.
        let tap = tokio::spawn({
            let request = phone.raising(key(), 0).body("{}");
            let http = phone.http().clone();
            async move { http.send(request).await }
        });
        until("the alarm to wait", async || (store.queue_depth() > 8_192).then_some(())).await;
        assert!(held.elapsed() < Duration::from_secs(4), "the lock must be given back before anybody gives up");
        lock.batch_execute("ROLLBACK").expect("the lock is given back");
        let stored: Stored = tap.await.expect("answered").expect(201).json();
        assert!(!stored.joined);
        let (mut done, mut busy) = (0, 0);
        for one in waiting {
            match one.await.expect("answered") {
                Ok(()) => done += 1,
                Err(WriteError::Store(StoreError::Busy)) => busy += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(done + busy, FULL);
        assert!(done >= 8_192, "{done} done, {busy} turned away");
        world.administrator.post("/v1/organisations", &organisation).await.expect(201);
    });
}
