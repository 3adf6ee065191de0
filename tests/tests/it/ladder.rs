//! While nobody has a case the server calls people, one step after the other, and says what came of it.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use tests::gateway::{Answer, Text};
use tests::{on_both, until, within};
use wire::case::{CallTrouble, Change, DeliveryState, LadderStep};

use crate::duty::{Ground, OFFICER, OPERATOR, REGIONAL, UGANDAN};

on_both!(the_officer_in_the_country_is_called_at_once_and_a_claim_stops_the_climb, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.everybody().await;
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    let reference = ground.awa.sees(case).await.case.reference;
    let [Text { text, from, unicode, .. }] = &ground.gateway.taken()[..] else { panic!("one text") };
    assert_eq!(
        *text,
        format!(
            "MUSTER: PAS OK {reference} KE. Personne ne l'a encore pris. Ouvrez la console ou appelez le centre d'opérations."
        )
    );
    assert_eq!((from.as_deref(), *unicode), (Some("MUSTER"), false));
    assert_eq!(ground.steps(case).await, [(LadderStep::DutyOfficer, vec!["Ken Mwangi".to_owned()], false)]);
    until("the gateway's word", async || (ground.results(case).await.len() == 1).then_some(())).await;
    assert_eq!(ground.results(case).await, [("Ken Mwangi".to_owned(), DeliveryState::Accepted)]);
    let next = ground.awa.sees(case).await.case;
    let call = next.next_call.expect("the climb goes on");
    assert_eq!((call.step, call.at - next.stored_at), (LadderStep::RegionalOfficer, TimeDelta::minutes(2)));

    ground.awa.claims(case).await;
    assert_eq!(ground.awa.sees(case).await.case.next_call, None);
    for _ in 0..20 {
        ground.awa.does(case, "still-on-it", json!({})).await;
        app.advance(TimeDelta::minutes(1));
    }
    let other = ground.world.phone("Amina Wanjiru", &ground.world.uganda).await.tap().await.case.id;
    ground.has_called(&[OFFICER, UGANDAN]).await;
    assert_eq!(ground.steps(other).await.len(), 1);
    assert_eq!(ground.steps(case).await.len(), 1, "whoever has it is not climbed over");
});

on_both!(while_nobody_takes_it_the_region_and_then_everybody_is_called_again_and_again, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.everybody().await;
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    app.advance(TimeDelta::minutes(2));
    ground.has_called(&[OFFICER, REGIONAL]).await;
    app.advance(TimeDelta::minutes(3));
    let all = |times: usize| 2 + 3 * times;
    until("everybody to be called", async || (ground.called().len() == all(1)).then_some(())).await;
    assert!([OFFICER, REGIONAL, OPERATOR].iter().all(|number| ground.called()[2..].contains(&(*number).to_owned())));
    until("the step to be noted", async || (ground.steps(case).await.len() == 3).then_some(())).await;
    app.advance(TimeDelta::minutes(5));
    until("everybody to be called again", async || (ground.called().len() == all(2)).then_some(())).await;
    assert!(!ground.called().contains(&UGANDAN.to_owned()), "another country has its own");
    ground.awa.claims(case).await;
    app.advance(TimeDelta::minutes(2));
    // Nobody acts for three minutes: it is everybody's again, and the ladder begins anew.
    app.advance(TimeDelta::minutes(2));
    let officer = |from: usize| ground.called()[from..].contains(&OFFICER.to_owned());
    until("the officer to be called again", async || officer(all(2)).then_some(())).await;
});

on_both!(a_step_without_anybody_who_can_be_reached_is_passed_at_once_and_shown, by_hand, async |app| {
    let ground = Ground::new(app).await;
    // Of the officer a number is known and was never proven; of the region there is nobody.
    ground.officer(false).await;
    ground.on_duty("Omar Said", ("operations_operator", "installation", None), OPERATOR, true).await;
    let case = ground.raise().await;
    until("three steps", async || (ground.steps(case).await.len() == 3).then_some(())).await;
    let steps = ground.steps(case).await;
    assert_eq!(steps[0], (LadderStep::DutyOfficer, vec!["Ken Mwangi".to_owned()], true));
    assert_eq!(steps[1], (LadderStep::RegionalOfficer, vec![], true));
    assert_eq!((steps[2].0, steps[2].2), (LadderStep::Everybody, false));
    // Tried all the same, and not twice for the same step.
    until("the calls", async || (ground.called().len() == 3).then_some(())).await;
    assert!(ground.called().contains(&OPERATOR.to_owned()) && ground.called().contains(&OFFICER.to_owned()));
});

on_both!(who_is_in_danger_is_not_called_about_it_nor_about_others, by_hand, async |app| {
    let ground = Ground::new(app).await;
    let officer = ground.officer(true).await;
    let phone = ground.world.phone_of(officer).await;
    let own = phone.tap().await.case.id;
    let other = ground.raise().await;
    for case in [own, other] {
        until("every step", async || (ground.steps(case).await.len() >= 3).then_some(())).await;
        assert!(ground.steps(case).await.iter().all(|(_, people, _)| !people.contains(&"Ken Mwangi".to_owned())));
    }
    ground.ugandan().await;
    ground.has_looked().await;
    assert_eq!(ground.called(), [UGANDAN]);
});

on_both!(a_gateway_that_refuses_is_tried_again_when_it_says_and_once_it_takes_the_text_no_more, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.officer(true).await;
    ground.gateway.will([Answer::Refuse(503, Some(30)), Answer::Refuse(429, None)]);
    let case = ground.raise().await;
    until("the first try", async || (ground.results(case).await.len() == 1).then_some(())).await;
    assert_eq!(ground.results(case).await, [("Ken Mwangi".to_owned(), DeliveryState::Pending)]);
    app.advance(TimeDelta::seconds(29));
    // Another's text goes out meanwhile, and uses the second answer up.
    ground.ugandan().await;
    ground.world.phone("Amina Wanjiru", &ground.world.uganda).await.tap().await;
    until("another's try", async || (ground.gateway.asked() == 2).then_some(())).await;
    assert!(ground.called().is_empty(), "not before it was asked to wait");
    app.advance(TimeDelta::seconds(3));
    // Moves the time until the try after the wait of this one's own.
    within(Duration::from_secs(20), "the third try", async || {
        app.advance(TimeDelta::milliseconds(200));
        (ground.gateway.asked() >= 3).then_some(())
    })
    .await;
    until("the officer's text", async || ground.called().contains(&OFFICER.to_owned()).then_some(())).await;
    until("the gateway's word", async || (ground.results(case).await.len() == 2).then_some(())).await;
    assert_eq!(ground.results(case).await[1], ("Ken Mwangi".to_owned(), DeliveryState::Accepted));
    assert_eq!(ground.called().iter().filter(|to| *to == OFFICER).count(), 1);
});

on_both!(a_text_that_can_never_be_sent_is_shown_as_failed, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.officer(true).await;
    ground.gateway.will([Answer::Refuse(400, None)]);
    let case = ground.raise().await;
    until("the result", async || (ground.results(case).await.len() == 1).then_some(())).await;
    assert_eq!(ground.results(case).await, [("Ken Mwangi".to_owned(), DeliveryState::Failed)]);
    let why = ground.timeline(case).await.into_iter().find_map(|entry| match entry.change {
        Change::CallResult { trouble, status, .. } => trouble.zip(status),
        _ => None,
    });
    assert_eq!(why, Some((CallTrouble::Refused, 400)));
});

on_both!(steps_that_came_due_while_the_server_was_down_are_carried_out_once_after_the_start, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.everybody().await;
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    until("the gateway's word", async || (ground.results(case).await.len() == 1).then_some(())).await;
    app.stop().await;
    app.advance(TimeDelta::minutes(4));
    app.start_again();
    ground.has_called(&[OFFICER, REGIONAL]).await;
    app.stop().await;
    app.start_again();
    until("the steps", async || (ground.steps(case).await.len() == 2).then_some(())).await;
    let late = ground.timeline(case).await.into_iter().find_map(|entry| match entry.change {
        Change::Called { step: LadderStep::RegionalOfficer, .. } => Some(entry.at - entry.occurred_at),
        _ => None,
    });
    assert_eq!(late, Some(TimeDelta::minutes(2)), "when it was due, and when it was done");
});

on_both!(without_a_gateway_nobody_is_called_and_nothing_says_so, by_hand, async |app| {
    let world = app.world().await;
    let awa = world.operator("Awa Diallo").await;
    let case = world.phone("Musa Kimani", &world.kenya).await.tap().await.case.id;
    app.advance(TimeDelta::minutes(10));
    let seen = awa.sees(case).await;
    assert_eq!((seen.case.next_call, seen.timeline.len()), (None, 1));
});

on_both!(whose_phone_must_be_silent_by_now_is_called_no_more, by_hand, async |app| {
    let ground = Ground::new(app).await;
    let officer = ground.officer(true).await;
    ground.gateway.will([Answer::Refuse(503, Some(60))]);
    let case = ground.raise().await;
    until("the first try", async || (ground.results(case).await.len() == 1).then_some(())).await;
    let phone = ground.world.phone_of(officer).await;
    phone.tap().await;
    app.advance(TimeDelta::seconds(63));
    until("the text to be given up", async || (ground.results(case).await.len() == 2).then_some(())).await;
    assert_eq!(ground.results(case).await[1], ("Ken Mwangi".to_owned(), DeliveryState::Superseded));
    assert!(ground.called().is_empty());
});

#[cfg(not(sqlite_only))]
#[test]
fn of_two_nodes_one_carries_each_step_out_and_sends_each_text() {
    tests::run(tests::Db::Postgres, tests::Time::ByHand, async |app| {
        let ground = Ground::new(app).await;
        ground.everybody().await;
        let mut other = app.node_beside();
        let mut cases = Vec::new();
        for number in 0..10 {
            cases.push(ground.world.phone(&format!("Person {number}"), &ground.world.kenya).await.tap().await.case.id);
        }
        until("ten texts", async || (ground.called().len() >= 10).then_some(())).await;
        app.advance(TimeDelta::minutes(2));
        until("twenty texts", async || (ground.called().len() >= 20).then_some(())).await;
        for case in cases {
            until("the results", async || (ground.results(case).await.len() == 2).then_some(())).await;
            assert_eq!(ground.steps(case).await.len(), 2);
        }
        let count = |number: &str| ground.called().iter().filter(|to| *to == number).count();
        assert_eq!((count(OFFICER), count(REGIONAL), ground.called().len()), (10, 10, 20));
        other.stop().await;
    });
}

on_both!(a_step_waits_for_its_time_whatever_is_written_to_the_case, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.everybody().await;
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    app.advance(TimeDelta::seconds(119));
    ground.awa.act(case, "notes", &json!({ "text": "a note does not take it" })).await;
    ground.has_looked().await;
    assert_eq!(ground.called(), [OFFICER, UGANDAN]);
});

on_both!(numbers_that_cannot_be_read_stop_no_ladder, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.everybody().await;
    app.database().meddle(
        "UPDATE phones SET number = CAST(substr(number, 1, 20) \
         || CASE substr(number, 21, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(number, 22) AS BLOB)",
        "UPDATE phones SET number = set_byte(number, 20, get_byte(number, 20) # 1)",
    );
    let case = ground.raise().await;
    until("every step", async || (ground.steps(case).await.len() == 3).then_some(())).await;
    let steps = ground.steps(case).await;
    assert!(steps.iter().all(|(_, people, passed)| !people.is_empty() && *passed), "{steps:?}");
    assert!(ground.called().is_empty());
});

on_both!(the_ladder_of_a_case_that_only_the_log_tells_goes_on, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.everybody().await;
    let case = ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    until("the gateway's word", async || (ground.results(case).await.len() == 1).then_some(())).await;
    app.database().meddle(
        "UPDATE cases SET sealed = CAST(substr(sealed, 1, 20) \
         || CASE substr(sealed, 21, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(sealed, 22) AS BLOB)",
        "UPDATE cases SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)",
    );
    app.advance(TimeDelta::minutes(2));
    ground.has_called(&[OFFICER, REGIONAL]).await;
    until("the second step", async || (ground.steps(case).await.len() == 2).then_some(())).await;
});
