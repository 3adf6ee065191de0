//! The database goes away, at the start or later, or breaks off within a commit: nothing that was
//! answered is lost, nothing is stored twice, and nobody has to do anything when it is back.

use std::time::Duration;

use serde_json::json;
use tests::{
    Attention, Console, Database, Db, Link, PATIENCE, Phone, Proxy, Socket, TestApp, Time, key, until, within,
};
use wire::Code;
use wire::not_okay::Stored;

/// Runs a test on a PostgreSQL that is reached through a proxy.
fn behind_a_proxy(test: impl AsyncFnOnce(&mut TestApp, &Proxy)) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let database = Database::fresh(Db::Postgres);
    let proxy = runtime.block_on(Proxy::before(database.server_address(), Link::Up));
    let url = database.url_by_port(proxy.port());
    let mut app = TestApp::start_on(database, url, Time::Real);
    runtime.block_on(async {
        test(&mut app, &proxy).await;
        app.verify_log().await;
        app.stop().await;
    });
    drop(proxy);
    drop(runtime);
}

/// Asks for a tap until it is stored, with one key, as a phone does.
async fn persists(phone: &Phone, tap: uuid::Uuid) -> Stored {
    let stored = within(Duration::from_secs(40), "the tap to be stored", async || {
        let request = phone.raising(tap, 0).body("{}");
        let answer = phone.http().try_send(request).await?;
        match answer.status {
            200 | 201 => Some(answer.json::<Stored>()),
            202 | 503 => {
                assert!(answer.header("retry-after").is_some(), "{} says when to come back", answer.status);
                None
            }
            other => panic!("{other}: {}", answer.text()),
        }
    });
    stored.await
}

#[test]
fn a_database_that_is_away_at_the_start_is_said_and_waited_for() {
    behind_a_proxy(async |app, proxy| {
        let world = app.world().await;
        let operator = world.operator("Awa Diallo").await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        phone.tap().await;
        app.stop().await;
        proxy.set(Link::Down);
        app.start_again();

        let anonymous = app.anonymous();
        assert_eq!(anonymous.get("/healthz").await.status, 200);
        let ready = anonymous.get("/readyz").await.expect(503).value();
        assert_eq!((ready["ready"].as_bool(), ready["database_answers"].as_bool()), (Some(false), Some(false)));
        let tap = key();
        assert!(phone.raise(tap, "{}").await.expect(202).header("retry-after").is_some());
        for answer in [
            operator.get("/v1/snapshot").await,
            operator.post("/v1/cases", &json!({ "name": "A", "channel": "call" })).await,
            tests::SignedIn::try_sign_in(operator.http(), &operator.email, &operator.password).await,
            phone.try_now(None).await,
        ] {
            answer.refused(Code::DatabaseDown);
            assert!(answer.header("retry-after").is_some(), "{}", answer.asked);
        }
        proxy.set(Link::Up);
        until("the server to be ready again", async || {
            Some(anonymous.get("/readyz").await).filter(|one| one.status == 200)
        })
        .await;
        let stored = persists(&phone, tap).await;
        assert_eq!(operator.sees(stored.case.id).await.case.taps, 2);
        // Places, rights and sessions are all back with it.
        operator.claims(stored.case.id).await;
        world.administrator.get("/v1/places").await.expect(200);
    });
}

#[test]
fn a_database_that_goes_away_later_loses_nothing_and_comes_back_by_itself() {
    behind_a_proxy(async |app, proxy| {
        let world = app.world().await;
        let operator = world.operator("Awa Diallo").await;
        let console = operator.console().await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        let mut taps = 0;
        let mut id = None;
        for _ in 0..3 {
            let stored = persists(&phone, key()).await;
            taps += 1;
            proxy.set(Link::Down);
            let tap = key();
            phone.raise(tap, "{}").await.expect(202);
            let anonymous = app.anonymous();
            until("readyz to say so", async || Some(anonymous.get("/readyz").await).filter(|one| one.status == 503))
                .await;
            // A socket stays open, and says by its beats that it knows nothing new.
            assert_eq!(console.model().closed, None);
            proxy.set(Link::Up);
            persists(&phone, tap).await;
            taps += 1;
            id = Some(stored.case.id);
        }
        let id = id.expect("a case");
        console.shows(id, "every tap", |case| case.taps == taps).await;
        console.equals_a_fresh_snapshot().await;
    });
}

#[test]
fn a_database_that_is_back_costs_nobody_an_error() {
    behind_a_proxy(async |app, proxy| {
        let world = app.world().await;
        let operator = world.operator("Awa Diallo").await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        phone.tap().await;
        // Many readers at once: every connection that the server keeps has been used.
        let all = async || futures_util::future::join_all((0..40).map(|_| operator.get("/v1/snapshot"))).await;
        for answer in all().await {
            answer.expect(200);
        }
        // The database restarts: connections break, and it is there again at once.
        proxy.set(Link::Down);
        proxy.set(Link::Up);
        for answer in all().await {
            answer.expect(200);
        }
        phone.tap().await;
    });
}

#[test]
fn a_connection_that_breaks_within_a_commit_leaves_one_tap_per_key() {
    behind_a_proxy(async |app, proxy| {
        let world = app.world().await;
        let operator = world.operator("Awa Diallo").await;
        let console = operator.unattended_console().await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        let id = phone.tap().await.case.id;
        let mut taps = 1;
        for round in 0..20 {
            let link = if round % 2 == 0 { Link::LoseNextCommitAnswer } else { Link::LoseNextCommit };
            proxy.set(link);
            let tap = key();
            let first = persists(&phone, tap).await;
            taps += 1;
            assert_eq!(proxy.link(), Link::Up, "round {round}: the commit was not interfered with");
            // The phone did not get the answer either: the same key again.
            let again = phone.raise(tap, "{}").await.expect(200).json::<Stored>();
            assert_eq!((first.case.id, again.case.id, again.stored_at), (id, id, first.stored_at));
        }
        let detail = operator.sees(id).await;
        assert_eq!((detail.case.taps, detail.timeline.len() as u32), (taps, taps));
        console.shows(id, "every tap once", |case| case.taps == taps).await;
        console.equals_a_fresh_snapshot().await;
        assert_eq!(app.case_log_of(world.kenya.id).await.len() as u32, taps);
    });
}

#[test]
fn a_console_that_dials_while_the_database_is_away_is_told_and_comes_back() {
    behind_a_proxy(async |app, proxy| {
        let world = app.world().await;
        let operator = world.operator("Awa Diallo").await;
        let ticket = operator.ticket().await;
        proxy.set(Link::Down);
        let mut socket = Socket::dial(operator.http(), "/v1/live").await;
        socket.send(&wire::live::FromConsole::Hello { protocol: wire::PROTOCOL, ticket, cursors: [].into() }).await;
        let closed = socket.end(PATIENCE).await;
        // Not 4002: a console would throw its ticket away and say that it was refused.
        assert_eq!(closed.code, 1012, "{closed:?}");
        proxy.set(Link::Up);
        let anonymous = app.anonymous();
        until("the server to be ready again", async || {
            Some(anonymous.get("/readyz").await).filter(|one| one.status == 200)
        })
        .await;
        // The next dial may still meet a committer that has just found the database away: it is told so
        // again, and dials again, as a console does.
        let mut console = Console::unconnected(operator.desk.clone(), Attention::Attended);
        until("the console to be connected", async || console.try_dial().await).await;
        console.until("what is live", |model| model.live.then_some(())).await;
    });
}

#[test]
fn a_link_that_forgot_its_connections_is_noticed_and_they_are_made_anew() {
    behind_a_proxy(async |app, proxy| {
        let world = app.world().await;
        let operator = world.operator("Awa Diallo").await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        phone.tap().await;
        let reads = async || futures_util::future::join_all((0..20).map(|_| operator.get("/v1/snapshot"))).await;
        // Every connection is in use while what passes is lost, and stays open afterwards.
        let all = async {
            proxy.set(Link::Hung);
            let tap = key();
            phone.raise(tap, "{}").await.expect(202);
            // Whoever asks now is told so at once, and does not wait with the others.
            within(Duration::from_secs(20), "reads to be refused", async || {
                let answer = operator.get("/v1/snapshot").await;
                (answer.status == 503).then_some(())
            })
            .await;
            proxy.set(Link::Up);
            let stored = persists(&phone, tap).await;
            assert!(stored.joined, "it joins the case of the first");
        };
        let (answers, ()) = tokio::join!(reads(), all);
        assert_eq!(answers.len(), 20);
        within(Duration::from_secs(40), "reads to work again", async || {
            reads().await.iter().all(|answer| answer.status == 200).then_some(())
        })
        .await;
    });
}
