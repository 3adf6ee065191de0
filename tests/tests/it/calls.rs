//! The officer's telephone rings while nobody has a case, and a key takes it.

use chrono::TimeDelta;
use serde_json::json;
use tests::voice::Call;
use tests::{Exchange, TestApp, on_both, until};
use uuid::Uuid;
use wire::case::{ActorKind, CallTrouble, CaseState, Change, DeliveryChannel, DeliveryState, LadderStep};

use crate::duty::{Ground, OFFICER, OPERATOR, REGIONAL};

/// The ground, and an exchange that makes calls for it.
async fn ground(app: &mut TestApp) -> (Ground, Exchange) {
    let exchange = Exchange::start();
    app.calls_by(&exchange);
    let ground = Ground::new(app).await;
    ground.everybody().await;
    (ground, exchange)
}

/// A case, and the call about it a minute later.
async fn officer_is_called(app: &TestApp, ground: &Ground, exchange: &Exchange) -> (Uuid, Call) {
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    assert!(exchange.calls().is_empty(), "not before the minute is over");
    app.advance(TimeDelta::minutes(1));
    let call = exchange.rings(OFFICER).await;
    ground.call_becomes(case, DeliveryState::Ringing, None).await;
    (case, call)
}

impl Ground {
    /// Waits until the newest word about a call is this.
    async fn call_becomes(&self, case: Uuid, state: DeliveryState, trouble: Option<CallTrouble>) {
        let newest = async || {
            let told = self.timeline(case).await.into_iter().rev().find_map(|entry| match entry.change {
                Change::CallResult { channel: DeliveryChannel::Voice, state, trouble, .. } => Some((state, trouble)),
                _ => None,
            });
            (told == Some((state, trouble))).then_some(())
        };
        until(format!("the call to be {}", state.word()), newest).await;
    }
}

on_both!(a_minute_later_the_officers_telephone_rings_and_the_key_takes_the_case, by_hand, async |app| {
    let (ground, exchange) = ground(app).await;
    let (case, call) = officer_is_called(app, &ground, &exchange).await;
    let reference = ground.awa.sees(case).await.case.reference;
    let spelled = reference.chars().map(String::from).collect::<Vec<_>>().join(", ");
    assert_eq!(
        call.text,
        format!(
            "Ici Muster. Quelqu'un est en danger. Pays: K, E. Référence: {spelled}. \
             Personne ne l'a encore pris. Appuyez sur 1 pour le prendre."
        )
    );
    assert_eq!((call.language.as_str(), call.ring_s), ("fr", 45));

    // Another key: it is said again, and nothing is taken.
    let again = call.press("7").await;
    assert_eq!((again.say.map(|say| say.text), again.end), (Some(call.text.clone()), false));
    assert_eq!(ground.awa.sees(case).await.case.owner, None);

    let says = call.press("1").await;
    assert!(says.end && says.say.is_some_and(|say| say.text.starts_with("Il est à vous.")));
    let seen = ground.awa.sees(case).await;
    assert_eq!(seen.case.owner.as_ref().map(|owner| owner.name.as_str()), Some("Ken Mwangi"));
    assert_eq!((seen.case.state, seen.case.next_call, seen.case.ringing), (CaseState::Claimed, None, false));
    let claimed = seen.timeline.iter().find(|entry| matches!(entry.change, Change::Claimed)).expect("the claim");
    assert_eq!((claimed.actor.kind, claimed.actor.name.as_str()), (ActorKind::Call, "Ken Mwangi"));
    ground.call_becomes(case, DeliveryState::Answered, None).await;

    // Pressed twice: the same answer, nothing new.
    let entries = seen.timeline.len();
    assert!(call.press("1").await.end);
    assert_eq!(ground.awa.sees(case).await.timeline.len(), entries);
    app.advance(TimeDelta::minutes(2));
    ground.has_looked().await;
    assert!(!ground.called().contains(&REGIONAL.to_owned()), "whoever has it is not climbed over");
});

on_both!(the_officer_in_the_country_is_called_also_when_somebody_far_away_has_it, by_hand, async |app| {
    let (ground, exchange) = ground(app).await;
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    ground.awa.claims(case).await;
    let next = ground.awa.sees(case).await.case.next_call.expect("the telephone is still to ring");
    assert_eq!(next.step, LadderStep::DutyOfficer);
    app.advance(TimeDelta::minutes(1));
    let call = exchange.rings(OFFICER).await;
    assert!(call.text.ends_with("Appuyez sur 1 pour dire que vous avez entendu."));
    let says = call.press("1").await;
    assert!(says.say.is_some_and(|say| say.text.starts_with("Merci.")));
    ground.call_becomes(case, DeliveryState::Answered, None).await;
    let seen = ground.awa.sees(case).await.case;
    assert_eq!((seen.owner.map(|owner| owner.name), seen.next_call), (Some("Awa Diallo".to_owned()), None));
});

on_both!(who_takes_it_ends_the_other_calls, by_hand, async |app| {
    let (ground, exchange) = ground(app).await;
    let (case, call) = officer_is_called(app, &ground, &exchange).await;
    call.becomes("no_answer").await.expect(200);
    ground.call_becomes(case, DeliveryState::Failed, Some(CallTrouble::NoAnswer)).await;
    app.advance(TimeDelta::minutes(1));
    let regional = exchange.rings(REGIONAL).await;
    app.advance(TimeDelta::minutes(3));
    let operator = exchange.rings(OPERATOR).await;
    let officer = exchange.rings(OFFICER).await;
    assert!(operator.press("1").await.end);
    let others = async || [regional.id, officer.id].iter().all(|id| exchange.ended().contains(id)).then_some(());
    until("the other calls to be ended", others).await;
    assert!(!exchange.ended().contains(&operator.id));
    let seen = ground.awa.sees(case).await;
    assert_eq!(seen.case.owner.map(|owner| owner.name), Some("Omar Said".to_owned()));
});

on_both!(voicemail_a_busy_line_and_hanging_up_take_nothing, by_hand, async |app| {
    let (ground, exchange) = ground(app).await;
    for (event, trouble) in [
        ("voicemail", CallTrouble::Voicemail),
        ("busy", CallTrouble::Busy),
        ("hung_up", CallTrouble::HungUp),
        ("failed", CallTrouble::Refused),
    ] {
        let before = exchange.calls().len();
        let case = ground.world.phone(event, &ground.world.kenya).await.tap().await.case.id;
        app.advance(TimeDelta::minutes(1));
        until("the telephone to ring", async || (exchange.calls().len() > before).then_some(())).await;
        let call = exchange.rings(OFFICER).await;
        for harmless in ["ringing", "answered"] {
            call.becomes(harmless).await.expect(200);
        }
        ground.call_becomes(case, DeliveryState::Ringing, None).await;
        call.becomes(event).await.expect(200);
        ground.call_becomes(case, DeliveryState::Failed, Some(trouble)).await;
        let seen = ground.awa.sees(case).await.case;
        assert_eq!((seen.owner, seen.next_call.map(|next| next.step)), (None, Some(LadderStep::RegionalOfficer)));
        ground.awa.claims(case).await;
    }
});

on_both!(a_call_of_which_nothing_is_heard_is_not_shown_as_ringing_for_ever, by_hand, async |app| {
    let (ground, exchange) = ground(app).await;
    let (case, call) = officer_is_called(app, &ground, &exchange).await;
    ground.awa.claims(case).await;
    for _ in 0..2 {
        app.advance(TimeDelta::minutes(2));
        ground.awa.does(case, "still-on-it", json!({})).await;
    }
    ground.call_becomes(case, DeliveryState::Failed, Some(CallTrouble::NoAnswer)).await;
    until("the call to be ended", async || exchange.ended().contains(&call.id).then_some(())).await;
    app.advance(TimeDelta::minutes(2));
    let says = call.press("1").await;
    assert!(says.say.is_some_and(|say| say.text.starts_with("Vous ne pouvez pas")), "a key of long ago takes nothing");
    assert_eq!(ground.awa.sees(case).await.case.owner.map(|owner| owner.name), Some("Awa Diallo".to_owned()));
});

on_both!(a_key_on_a_number_that_was_never_proven_takes_nothing, by_hand, async |app| {
    let exchange = Exchange::start();
    app.calls_by(&exchange);
    let ground = Ground::new(app).await;
    ground.officer(false).await;
    let case = ground.raise().await;
    let call = exchange.rings(OFFICER).await;
    let says = call.press("1").await;
    assert!(says.say.is_some_and(|say| say.text.starts_with("Vous ne pouvez pas")));
    let seen = ground.awa.sees(case).await.case;
    assert_eq!((seen.owner, seen.ringing), (None, true), "a stranger does not end the search for help");
});

on_both!(whose_role_has_ended_meanwhile_takes_nothing, by_hand, async |app| {
    let (ground, exchange) = ground(app).await;
    let (case, call) = officer_is_called(app, &ground, &exchange).await;
    let ken = ground.timeline(case).await.into_iter().find_map(|entry| match entry.change {
        Change::CallResult { person, .. } => Some(person),
        _ => None,
    });
    let path = format!("/v1/people/{}/departure", ken.expect("who was called"));
    ground.world.administrator.step_up(tests::PASSWORD).await;
    ground.world.administrator.post(&path, &json!({})).await.expect(204);
    assert!(call.press("1").await.end);
    assert_eq!(ground.awa.sees(case).await.case.owner, None);
});

on_both!(only_who_was_given_a_call_says_what_becomes_of_it, by_hand, async |app| {
    let (ground, exchange) = ground(app).await;
    let (case, call) = officer_is_called(app, &ground, &exchange).await;
    let user = call.callback.user.to_string();
    let other = Uuid::now_v7().to_string();
    let taking = json!({ "event": "key", "key": "1" });
    for (user, password) in
        [(user.as_str(), ""), (user.as_str(), "guessed"), (other.as_str(), call.callback.password.as_str()), ("x", "y")]
    {
        call.tell_as((user, password), &taking).await.expect(401);
    }
    assert_eq!(ground.awa.sees(case).await.case.owner, None);
    for bad in [json!({ "event": "sung" }), json!({}), json!({ "event": "key", "key": "1", "more": 1 })] {
        let answer = call.tell_as((&user, &call.callback.password), &bad).await;
        assert_eq!(answer.status / 100, 4, "{}", answer.text());
    }
    assert!(!call.press("").await.end, "no key is not the key");
});

on_both!(an_exchange_that_is_away_is_tried_again_and_rings_once, by_hand, async |app| {
    let (ground, exchange) = ground(app).await;
    exchange.refuses([503, 500]);
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    app.advance(TimeDelta::minutes(1));
    let first = async || {
        app.advance(TimeDelta::milliseconds(200));
        exchange.calls().into_iter().find(|call| call.to == OFFICER)
    };
    let call = until("the telephone to ring", first).await;
    ground.call_becomes(case, DeliveryState::Ringing, None).await;
    assert!(call.press("1").await.end);
    assert_eq!(exchange.calls().len(), 1);
});

on_both!(a_case_keeps_its_calls_when_the_server_starts_again, by_hand, async |app| {
    let (ground, exchange) = ground(app).await;
    let (case, call) = officer_is_called(app, &ground, &exchange).await;
    app.stop().await;
    app.start_again();
    let says = call.press("1").await;
    assert!(says.say.is_some_and(|say| say.text.starts_with("Il est à vous.")));
    assert_eq!(ground.awa.sees(case).await.case.owner.map(|owner| owner.name), Some("Ken Mwangi".to_owned()));
    assert_eq!(exchange.calls().len(), 1, "nobody is called twice by one step");
});

on_both!(the_telephone_of_who_comes_into_danger_is_let_go_and_its_key_takes_nothing, by_hand, async |app| {
    let (ground, exchange) = ground(app).await;
    let (case, call) = officer_is_called(app, &ground, &exchange).await;
    let ken = ground.timeline(case).await.into_iter().find_map(|entry| match entry.change {
        Change::CallResult { person, .. } => Some(person),
        _ => None,
    });
    ground.world.phone_of(ken.expect("who was called")).await.tap().await;
    until("the call to be ended", async || exchange.ended().contains(&call.id).then_some(())).await;
    assert!(call.press("1").await.end);
    assert_eq!(ground.awa.sees(case).await.case.owner, None);
});

on_both!(a_text_that_still_waits_is_sent_although_the_telephone_rings, by_hand, async |app| {
    let (ground, exchange) = ground(app).await;
    ground.gateway.will([tests::gateway::Answer::Refuse(503, Some(70))]);
    let case = ground.raise().await;
    until("the first try", async || (ground.results(case).await.len() == 1).then_some(())).await;
    app.advance(TimeDelta::minutes(1));
    exchange.rings(OFFICER).await;
    assert!(ground.called().is_empty());
    let sent = async || {
        app.advance(TimeDelta::milliseconds(500));
        ground.called().contains(&OFFICER.to_owned()).then_some(())
    };
    until("the text to be sent", sent).await;
});
