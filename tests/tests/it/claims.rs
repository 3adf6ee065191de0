//! A claim is responsibility: one person has it, by name, as long as they act.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Operator, TestApp, on_both, until};
use uuid::Uuid;
use wire::Code;
use wire::case::{ActorKind, CaseState, CaseSummary, Change, ReleaseReason, Takeover, TakeoverReason};
use wire::not_okay::Reached;

on_both!(of_twenty_who_take_a_case_at_once_one_has_it_and_the_others_learn_who, async |app| {
    let world = app.world().await;
    let mut operators = Vec::new();
    for number in 0..20 {
        operators.push(world.operator(&format!("Operator {number}")).await);
    }
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    for _ in 0..5 {
        let id = phone.tap().await.case.id;
        let nothing = json!({});
        let answers =
            futures_util::future::join_all(operators.iter().map(|operator| operator.act(id, "claim", &nothing))).await;
        let won = operators.iter().zip(&answers).filter(|(_, answer)| answer.status == 200);
        let winners: Vec<&Operator> = won.map(|(operator, _)| operator).collect();
        let [winner] = winners.as_slice() else { panic!("{} have it", winners.len()) };
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!(answer.refused(Code::AlreadyTaken).owner.as_deref(), Some(winner.name.as_str()));
        }
        let case = winner.sees(id).await.case;
        assert_eq!((case.state, case.owner.as_ref().map(|owner| owner.id)), (CaseState::Claimed, Some(winner.person)));
        winner.close(&case, "resolved", "done").await.expect(200);
    }
});

on_both!(a_takeover_names_the_owner_it_saw_and_a_reason, async |app| {
    let world = app.world().await;
    let (awa, ben, chi) =
        (world.operator("Awa Diallo").await, world.operator("Ben Otieno").await, world.operator("Chi Eze").await);
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    awa.claims(id).await;
    let from = |owner: &Operator| Takeover { from: owner.person, reason: TakeoverReason::OwnerSilent };
    // Chi saw another owner than the one who has it.
    assert_eq!(chi.take_over(id, &from(&ben)).await.refused(Code::AlreadyTaken).owner.as_deref(), Some("Awa Diallo"));
    ben.take_over(id, &from(&awa)).await.expect(200);
    assert_eq!(chi.take_over(id, &from(&awa)).await.refused(Code::AlreadyTaken).owner.as_deref(), Some("Ben Otieno"));
    let no_reason = json!({ "takeover": { "from": ben.person } });
    chi.act(id, "claim", &no_reason).await.refused(Code::WrongType);
    let own_words = json!({ "takeover": { "from": ben.person, "reason": "I want it" } });
    chi.act(id, "claim", &own_words).await.refused(Code::WrongType);
    let detail = awa.sees(id).await;
    let last = &detail.timeline.last().expect("an event").change;
    assert!(matches!(last, Change::TakenOver { from, reason: TakeoverReason::OwnerSilent } if from == "Awa Diallo"));
    assert_eq!(detail.case.owner.map(|owner| owner.name).as_deref(), Some("Ben Otieno"));
    // The first owner is one among others now.
    awa.act(id, "release", &json!({})).await.refused(Code::NotOwner);
});

on_both!(only_the_owner_closes_and_only_what_they_have_seen, by_hand, async |app| {
    let world = app.world().await;
    let (awa, ben) = (world.operator("Awa Diallo").await, world.operator("Ben Otieno").await);
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    let open = awa.sees(id).await.case;
    awa.close(&open, "resolved", "safe").await.refused(Code::NotOwner);
    let taken = awa.claims(id).await;
    ben.close(&taken, "resolved", "safe").await.refused(Code::NotOwner);
    assert_eq!(awa.close(&taken, "resolved", "  ").await.refused(Code::InvalidValue).field.as_deref(), Some("/note"));
    awa.close(&taken, "deleted", "safe").await.refused(Code::WrongType);
    let ahead = CaseSummary { revision: taken.revision + 100, ..taken.clone() };
    awa.close(&ahead, "resolved", "safe").await.refused(Code::CaseChanged);
    // A new tap came since: it must be heard before anything can be closed over it.
    phone.tap().await;
    awa.close(&taken, "resolved", "safe").await.refused(Code::CaseChanged);
    app.advance(TimeDelta::seconds(10));
    let heard = awa.does(id, "still-on-it", json!({})).await;
    let closed = awa.close(&heard, "resolved", "safe").await.expect(200);
    assert_eq!(closed.json::<wire::case::CaseAfter>().case.outcome, Some(wire::case::Outcome::Resolved));
    // What is closed stays as it is; notes for the record are still taken.
    for (what, body) in [
        ("claim", json!({})),
        ("release", json!({})),
        ("still-on-it", json!({})),
        ("contacts", json!({ "channel": "call", "result": "reached" })),
        ("facts", json!({ "facts": { "people": 2 } })),
        ("responder", json!({ "responder": "team" })),
        ("close", json!({ "outcome": "resolved", "note": "again", "revision": 99 })),
    ] {
        ben.act(id, what, &body).await.refused(Code::CaseClosed);
    }
    ben.does(id, "notes", json!({ "text": "for the record" })).await;
    assert_eq!(awa.sees(id).await.case.state, CaseState::Resolved);
});

on_both!(a_tap_that_nobody_has_seen_cannot_be_closed_by_an_old_revision, by_hand, async |app| {
    let world = app.world().await;
    let awa = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    let before = awa.claims(id).await;
    phone.tap().await;
    app.advance(TimeDelta::seconds(10));
    // Another window of the same owner acts, which quiets the case; this one has not seen the tap.
    awa.does(id, "notes", json!({ "text": "in the other window" })).await;
    awa.close(&before, "resolved", "safe").await.refused(Code::CaseChanged);
});

on_both!(three_minutes_without_action_reopen_a_case_exactly_once, by_hand, async |app| {
    let world = app.world().await;
    let (awa, ben) = (world.operator("Awa Diallo").await, world.operator("Ben Otieno").await);
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let stored = phone.tap().await;
    let id = stored.case.id;
    awa.claims(id).await;
    // Every action of the owner starts the time anew; somebody else's does not.
    app.advance(TimeDelta::seconds(179));
    awa.does(id, "still-on-it", json!({})).await;
    app.advance(TimeDelta::seconds(179));
    ben.does(id, "notes", json!({ "text": "is anybody there?" })).await;
    timers_have_run(app).await;
    assert_eq!(awa.sees(id).await.case.state, CaseState::Claimed);
    app.advance(TimeDelta::seconds(1));
    let case = released(&awa, id).await;
    assert_eq!((case.state, case.ringing, case.rings_all_at), (CaseState::Open, true, None));
    assert_eq!(phone.my_case(&stored.case_token).await.reached, Reached::Stored);
    app.advance(TimeDelta::minutes(30));
    timers_have_run(app).await;
    let timeline = awa.sees(id).await.timeline;
    let releases: Vec<_> = timeline.iter().filter(|entry| matches!(entry.change, Change::Released { .. })).collect();
    let [release] = releases.as_slice() else { panic!("released {} times", releases.len()) };
    assert!(matches!(release.change, Change::Released { reason: ReleaseReason::Idle }));
    assert_eq!(release.actor.kind, ActorKind::System);
    // And again, after the next claim.
    ben.claims(id).await;
    app.advance(TimeDelta::minutes(3));
    released(&awa, id).await;
});

on_both!(timers_that_came_due_while_the_server_was_down_fire_once_after_the_start, by_hand, async |app| {
    let world = app.world().await;
    let awa = world.operator("Awa Diallo").await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let phone = world.phone(&format!("Person {number}"), &world.kenya).await;
        let id = phone.tap().await.case.id;
        awa.claims(id).await;
        ids.push(id);
    }
    app.stop().await;
    app.advance(TimeDelta::minutes(5));
    app.start_again();
    for id in ids {
        released(&awa, id).await;
        let timeline = awa.sees(id).await.timeline;
        let release = timeline.iter().find(|entry| matches!(entry.change, Change::Released { .. })).expect("a release");
        // When it should have fired, and when it did.
        assert_eq!((release.at - release.occurred_at).num_minutes(), 2);
        assert_eq!(timeline.iter().filter(|entry| matches!(entry.change, Change::Released { .. })).count(), 1);
    }
});

on_both!(a_case_reopens_when_its_owner_signs_out_of_the_last_session, by_hand, async |app| {
    let world = app.world().await;
    let (awa, ben) = (world.operator("Awa Diallo").await, world.operator("Ben Otieno").await);
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    let elsewhere = awa.again().await;
    awa.claims(id).await;
    awa.sign_out().await.expect(204);
    awa.get("/v1/snapshot").await.refused(Code::CredentialExpired);
    timers_have_run(app).await;
    assert_eq!(ben.sees(id).await.case.state, CaseState::Claimed, "a session is left");
    elsewhere.sign_out().await.expect(204);
    released(&ben, id).await;
    let timeline = ben.sees(id).await.timeline;
    assert!(matches!(
        timeline.last().expect("an event").change,
        Change::Released { reason: ReleaseReason::SessionEnded }
    ));
});

on_both!(a_case_reopens_when_its_owners_session_runs_out, by_hand, async |app| {
    let world = app.world().await;
    let (awa, ben) = (world.operator("Awa Diallo").await, world.operator("Ben Otieno").await);
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    app.advance(TimeDelta::hours(12) - TimeDelta::minutes(1));
    awa.claims(id).await;
    app.advance(TimeDelta::minutes(1));
    awa.get("/v1/session").await.refused(Code::CredentialExpired);
    let ben = ben.again().await;
    released(&ben, id).await;
    let timeline = ben.sees(id).await.timeline;
    assert!(matches!(
        timeline.last().expect("an event").change,
        Change::Released { reason: ReleaseReason::SessionEnded }
    ));
});

on_both!(an_owner_gives_a_case_back_and_it_rings_for_everybody, async |app| {
    let world = app.world().await;
    let (awa, ben) = (world.operator("Awa Diallo").await, world.operator("Ben Otieno").await);
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    awa.act(id, "release", &json!({})).await.refused(Code::NotOwner);
    awa.act(id, "still-on-it", &json!({})).await.refused(Code::NotOwner);
    awa.claims(id).await;
    awa.act(id, "claim", &json!({})).await.refused(Code::AlreadyTaken);
    let back = awa.does(id, "release", json!({})).await;
    assert_eq!((back.state, back.ringing, back.owner), (CaseState::Open, true, None));
    ben.claims(id).await;
});

/// Waits until nobody has a case, by its timers.
async fn released(operator: &Operator, id: Uuid) -> CaseSummary {
    until("the case to be released", async || Some(operator.sees(id).await.case).filter(|case| case.owner.is_none()))
        .await
}

/// Whatever was due by the test's clock has fired.
async fn timers_have_run(app: &TestApp) {
    let distress = app.app().distress.clone();
    tokio::task::spawn_blocking(move || while distress.fire_due().expect("the timers are looked at") > 0 {})
        .await
        .expect("done");
}
