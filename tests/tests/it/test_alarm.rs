//! The test alarm goes the whole way every minute, rings nowhere, and its silence is said.

use chrono::TimeDelta;
use tests::{Console, Database, Db, Link, Proxy, TestApp, Time, World, key, on_both};
use wire::live::Trouble;

async fn with_test_alarms(app: &mut TestApp) -> World {
    app.stop().await;
    app.raise_test_alarms();
    app.start_again();
    app.world().await
}

/// Lets a minute pass, and waits until the test alarm of it is on the console.
async fn next_alarm(app: &TestApp, console: &Console) {
    let before = console.model().test_alarms.len();
    app.advance(TimeDelta::seconds(61));
    console.until("the test alarm", |model| (model.test_alarms.len() > before).then_some(())).await;
}

on_both!(a_test_alarm_comes_every_minute_and_is_no_case, by_hand, async |app| {
    let world = with_test_alarms(app).await;
    let operator = world.operator("Awa Diallo").await;
    let officer = world.field_officer("Ben Otieno", &world.kenya).await;
    let (console, elsewhere) = (operator.console().await, officer.console().await);
    for _ in 0..3 {
        next_alarm(app, &console).await;
    }
    let alarms = console.model().test_alarms;
    assert!(alarms.windows(2).all(|pair| pair[0].key != pair[1].key && pair[0].node == pair[1].node));
    // A real one is stored and shown beside them, and they are no cases, for nobody.
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let stored = phone.tap().await;
    for console in [&console, &elsewhere] {
        console.shows(stored.case.id, "the tap", |case| case.taps == 1).await;
        console.equals_a_fresh_snapshot().await;
        assert_eq!(console.model().cases.len(), 1);
        assert_eq!(console.model().troubles, []);
    }
    assert!(elsewhere.model().test_alarms.is_empty(), "an office's console sees what concerns the office");
    let metrics = app.anonymous().get("/metrics").await.text();
    assert!(metrics.contains("muster_synthetic_alarm_age_seconds"), "{metrics}");
});

on_both!(whoever_is_not_muster_cannot_raise_one, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let console = world.operator("Awa Diallo").await.console().await;
    // A capability is signed; one that another installation signed for Muster itself is refused.
    let other = muster::devices::tokens::Tokens::new(
        &muster::kernel::seal::Keyring::new(muster::kernel::seal::SealKey::random()),
        app.app().store.clock().clone(),
    );
    let muster = muster::kernel::ids::MUSTER;
    let forged = other.distress(muster, muster, muster, &[], None);
    let request = phone.http().request(reqwest::Method::POST, "/v1/not-okay");
    let request = request.header("Authorization", format!("Distress {forged}"));
    let request = request.header(wire::IDEMPOTENCY_KEY, key().to_string());
    phone.http().send(request.body("{}")).await.refused(wire::Code::CredentialInvalid);
    let stored = phone.tap().await;
    console.shows(stored.case.id, "the tap", |_| true).await;
    assert!(console.model().test_alarms.is_empty());
});

#[cfg(not(sqlite_only))]
#[test]
fn when_it_falls_silent_every_console_says_so_until_it_comes_again() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let database = Database::fresh(Db::Postgres);
    let proxy = runtime.block_on(Proxy::before(database.server_address(), Link::Up));
    let url = database.url_by_port(proxy.port());
    let mut app = TestApp::start_on(database, url, Time::ByHand);
    runtime.block_on(async {
        let world = with_test_alarms(&mut app).await;
        let console = world.operator("Awa Diallo").await.console().await;
        next_alarm(&app, &console).await;
        proxy.set(Link::Down);
        let silent = |model: &tests::Model| model.troubles.contains(&Trouble::Alarms);
        for _ in 0..3 {
            app.advance(TimeDelta::seconds(61));
        }
        console.until("its silence", |model| silent(model).then_some(())).await;
        proxy.set(Link::Up);
        let away = |model: &tests::Model| model.troubles.contains(&Trouble::Database);
        console.until("the database", |model| (!away(model)).then_some(())).await;
        next_alarm(&app, &console).await;
        console.until("no silence", |model| (!silent(model)).then_some(())).await;
        console.equals_a_fresh_snapshot().await;
        app.verify_log().await;
        app.stop().await;
    });
    drop(proxy);
    drop(runtime);
}
