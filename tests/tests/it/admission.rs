//! More to do than can be done: lists wait first, then reading, then changes. Alarms never do.

use std::sync::mpsc;
use std::time::Duration;

use muster::http::admission::Worker;
use muster::store::{Rank, ranked};
use serde_json::json;
use tests::{TestApp, on_both, until};
use tokio::task::JoinHandle;
use wire::Code;
use wire::live::Trouble;

/// A worker that is late, again and again.
fn late(worker: &Worker, ms: u64) {
    for _ in 0..30 {
        worker.note(Duration::from_millis(ms));
    }
}

on_both!(an_overloaded_server_turns_away_what_can_wait_and_says_so, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let worker = app.app().admission.join();
    late(&worker, 5_000);

    let administrator = &world.administrator;
    let organisation = json!({ "name": "Relief Group", "short_name": "RG" });
    for answer in [
        administrator.get("/v1/people").await,
        administrator.get("/v1/imports").await,
        administrator.post("/v1/organisations", &organisation).await,
    ] {
        let problem = answer.refused(Code::Overloaded);
        assert!(problem.retry_after.is_some() && answer.header("retry-after").is_some(), "{}", answer.asked);
    }
    // Alarms, and everything that is done about them.
    let stored = phone.tap().await;
    console.shows(stored.case.id, "the tap", |case| case.taps == 1).await;
    operator.claims(stored.case.id).await;
    operator.sees(stored.case.id).await;
    phone.my_case(&stored.case_token).await;
    phone.socket().await;
    operator.console().await;
    console.until("the trouble", |model| model.troubles.contains(&Trouble::Overload).then_some(())).await;

    late(&worker, 0);
    administrator.post("/v1/organisations", &organisation).await.expect(201);
    let people = until("people to be read", async || Some(administrator.get("/v1/people").await)).await;
    people.expect(200);
    console.until("no trouble", |model| model.troubles.is_empty().then_some(())).await;
});

/// A read that does not end before it is told to.
fn reading(app: &TestApp, rank: Rank, began: &mpsc::Sender<()>) -> (JoinHandle<bool>, mpsc::Sender<()>) {
    let (store, began, (end, ended)) = (app.app().store.clone(), began.clone(), mpsc::channel());
    let read = async move {
        let read = store.read(move |_| {
            began.send(()).expect("the test goes on");
            ended.recv().expect("the test says when");
            Ok(())
        });
        ranked(rank, read).await.is_ok()
    };
    (tokio::spawn(read), end)
}

on_both!(lists_that_hold_all_their_readers_delay_no_alarm, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let (sender, began) = mpsc::channel();
    let mut all: Vec<_> = (0..16).map(|_| reading(app, Rank::Last, &sender)).collect();
    until("the lists to have their readers", async || began.try_recv().ok()).await;
    // More of them wait than there are places to wait for a reader.
    all.extend((0..1_100).map(|_| reading(app, Rank::AfterAlarms, &sender)));
    for _ in 0..4 {
        until("as many readers to be held as may be", async || began.try_recv().ok()).await;
    }
    // What has no rank reads at once, as many times as it likes, while nobody lets go.
    for _ in 0..20 {
        let stored = phone.tap().await;
        phone.my_case(&stored.case_token).await;
        operator.sees(stored.case.id).await;
        operator.snapshot().await;
        assert_eq!(began.try_recv().ok(), None, "five hold readers, and the others wait");
    }
    let mut read = 0;
    for (one, end) in all {
        let _was_turned_away = end.send(());
        read += usize::from(one.await.expect("it ends"));
    }
    assert!(read >= 5, "who had its turn has read: {read}");
    // Whatever waited too long was turned away; everybody reads again.
    world.administrator.get("/v1/people").await.expect(200);
});
