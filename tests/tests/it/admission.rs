//! More to do than can be done: lists wait first, then reading, then changes. Alarms never do.

use std::time::Duration;

use serde_json::json;
use tests::{TestApp, on_both, until};
use wire::Code;
use wire::live::Trouble;

/// A worker that is late, again and again.
fn late(app: &TestApp, worker: usize, ms: u64) {
    for _ in 0..30 {
        app.app().admission.note(worker, Duration::from_millis(ms));
    }
}

on_both!(an_overloaded_server_turns_away_what_can_wait_and_says_so, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let worker = app.app().admission.join();
    late(app, worker, 5_000);

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

    late(app, worker, 0);
    administrator.post("/v1/organisations", &organisation).await.expect(201);
    let people = until("people to be read", async || Some(administrator.get("/v1/people").await)).await;
    people.expect(200);
    console.until("no trouble", |model| model.troubles.is_empty().then_some(())).await;
});
