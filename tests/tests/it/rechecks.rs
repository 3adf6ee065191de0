//! The rights behind open consoles: looked at for all of a node together, and every one is closed in time.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::{Console, Operator, TestApp, on_both, until, within};

/// Every session is looked at this often.
const EVERY: Duration = Duration::from_secs(2);

/// A stream is closed within this time, after its session or a right ended.
const CLOSED_WITHIN: Duration = Duration::from_secs(5);

async fn looks(app: &TestApp) -> u32 {
    let figures = app.anonymous().get("/metrics").await.text();
    let line = figures.lines().find_map(|line| line.strip_prefix("muster_rights_looks_total "));
    line.expect("looks are counted").parse().expect("a number")
}

async fn closed(console: &Console) -> u16 {
    let closed = within(CLOSED_WITHIN, "the stream to be closed", async || console.model().closed.clone());
    closed.await.code
}

/// Consoles of an operator, each of the same session.
async fn consoles(operator: &Operator, count: usize) -> Vec<Console> {
    let mut consoles = Vec::new();
    for _ in 0..count {
        consoles.push(operator.unattended_console().await);
    }
    consoles
}

on_both!(many_consoles_cost_one_look_every_two_seconds_and_each_is_closed_in_time, by_hand, async |app| {
    let world = app.world().await;
    let mut operators = Vec::new();
    for number in 0..6 {
        operators.push(world.operator(&format!("Operator {number}")).await);
    }
    let officer = world.account("Ken Mwangi", &world.kenya).await;
    let granted = world.grant(officer.person, "field_security_officer", "office", Some(world.kenya.id)).await.id;
    let reading = officer.unattended_console().await;
    let mut open = Vec::new();
    for operator in &operators {
        open.push(consoles(operator, 4).await);
    }
    let more = async |count: u32| {
        let (first, began) = (looks(app).await, Instant::now());
        until("more looks", async || (looks(app).await >= first + count).then_some(())).await;
        began.elapsed()
    };
    // Those who came at another time than others are looked at by themselves, once or twice.
    more(3).await;
    let took = more(4).await;
    assert!(took >= EVERY * 2, "25 consoles of 7 sessions were looked at 4 times within {took:?}");

    let away = &operators[0];
    away.sign_out().await.expect(204);
    for console in &open[0] {
        assert_eq!(closed(console).await, 4001);
    }
    let path = format!("/v1/grants/{granted}");
    world.administrator.take_away(&path, &json!({ "reason": "moved on" })).await.expect(200);
    assert_eq!(closed(&reading).await, 4003);
    for console in open.iter().skip(1).flatten() {
        assert_eq!(console.model().closed, None, "nothing of theirs ended");
    }
});

/// What is done at one node ends streams at another.
#[cfg(not(sqlite_only))]
#[test]
fn a_session_that_is_ended_at_one_node_closes_its_consoles_at_another() {
    tests::run(tests::Db::Postgres, tests::Time::Real, async |one| {
        let mut other = one.node_beside();
        let world = one.world().await;
        let here = world.operator("Awa Diallo").await;
        let there = here.at(&other.http());
        until("the places to be known", async || (other.app().directory.view().offices.len() >= 3).then_some(())).await;
        let open = [consoles(&here, 2).await, consoles(&there, 2).await];
        here.sign_out().await.expect(204);
        for console in open.iter().flatten() {
            assert_eq!(closed(console).await, 4001);
        }
        drop(open);
        other.stop().await;
    });
}
