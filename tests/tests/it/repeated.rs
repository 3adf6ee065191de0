//! Taps that come more than once: a repeat is one tap, a new tap joins and rings.

use chrono::TimeDelta;
use diesel::prelude::*;
use muster::on;
use muster::store::schema::{attempts, cases};
use serde_json::json;
use tests::{TestApp, key, on_both};
use wire::case::{CaseAfter, CaseState, Change};
use wire::live::Command;
use wire::not_okay::{Reached, Stored};

/// Rows of cases and of attempts in the database.
async fn rows(app: &TestApp) -> (i64, i64) {
    let read = app.app().store.read(|reading| {
        let cases = on!(&mut *reading.conn, |c| cases::table.count().get_result(c))?;
        let attempts = on!(&mut *reading.conn, |c| attempts::table.count().get_result(c))?;
        Ok((cases, attempts))
    });
    read.await.expect("the rows are counted")
}

on_both!(one_key_sent_fifty_times_at_once_is_one_case_and_fifty_attempts, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let (tap, body) = (key(), json!({ "battery": { "percent": 50 }, "network": "3g" }));
    let mut sockets = Vec::new();
    for _ in 0..5 {
        sockets.push(phone.socket().await);
    }
    let over_sockets = futures_util::future::join_all(sockets.into_iter().map(|mut socket| {
        let (phone, body) = (&phone, body.clone());
        async move {
            let mut answers = Vec::new();
            for _ in 0..5 {
                let (status, said) = socket.cmd(tap, Command::NotOkay, &phone.distress, body.clone()).await;
                answers.push((status, serde_json::from_value::<Stored>(said).expect("the POST's body")));
            }
            answers
        }
    }));
    let over_http = futures_util::future::join_all((0..25).map(|nth| {
        // The same body, written another way.
        let text = if nth % 2 == 0 { body.to_string() } else { format!("{body:#}") };
        let phone = &phone;
        async move {
            let answer = phone.raise(tap, text).await;
            (answer.status, answer.json::<Stored>())
        }
    }));
    let (over_sockets, over_http) = futures_util::future::join(over_sockets, over_http).await;
    let answers: Vec<(u16, Stored)> = over_sockets.into_iter().flatten().chain(over_http).collect();
    assert_eq!(answers.len(), 50);
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 49);
    let first = &answers[0].1;
    assert!(
        answers.iter().all(|(_, stored)| stored.case.id == first.case.id
            && stored.stored_at == first.stored_at
            && !stored.joined)
    );
    assert_eq!(rows(app).await, (1, 50));
    let detail = operator.sees(first.case.id).await;
    assert_eq!((detail.case.taps, detail.timeline.len()), (1, 1));
});

on_both!(the_same_key_with_another_body_is_kept_as_a_further_attempt, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let tap = key();
    let first = phone.raise(tap, "{\"network\":\"3g\"}").await.expect(201).json::<Stored>();
    for _ in 0..2 {
        let again = phone.raise(tap, "{\"network\":\"4g\",\"odd\":1}").await.expect(200).json::<Stored>();
        assert_eq!((again.case.id, again.stored_at), (first.case.id, first.stored_at));
    }
    let detail = operator.sees(first.case.id).await;
    assert_eq!(detail.case.taps, 1);
    assert!(detail.case.labels.contains(&"repeated_key".to_owned()));
    let [_, kept] = detail.timeline.as_slice() else { panic!("two events, not {}", detail.timeline.len()) };
    assert!(matches!(&kept.change, Change::AttemptKept { raw } if raw.len() == 1));
    assert_eq!(rows(app).await, (1, 3));
});

on_both!(keys_are_each_persons_own, async |app| {
    let world = app.world().await;
    let (one, other) =
        (world.phone("Musa Kimani", &world.kenya).await, world.phone("Grace Achieng", &world.kenya).await);
    let tap = key();
    let first = one.raise(tap, "{}").await.expect(201).json::<Stored>();
    let second = other.raise(tap, "{}").await.expect(201).json::<Stored>();
    assert_ne!(first.case.id, second.case.id);
});

on_both!(a_new_tap_joins_the_open_case_and_rings_again, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let first = phone.tap().await;
    let id = first.case.id;
    let before = operator.claims(id).await;
    assert!(!before.ringing);
    app.advance(TimeDelta::seconds(10));
    let second = phone.tap().await;
    assert!(second.joined);
    assert_eq!(second.case.id, id);
    let case = operator.sees(id).await.case;
    assert_eq!((case.taps, case.ringing), (2, true));
    assert_ne!(case.last_tap, before.last_tap);
    // For thirty seconds it rings for its owner alone.
    assert_eq!(case.rings_all_at.map(|at| (at - app.now()).num_seconds()), Some(30));
    assert_eq!(case.owner.as_ref().map(|owner| owner.id), Some(operator.person));
    // What its owner did in the same moment was no answer to it; what they do with time to notice is.
    let busy = operator.does(id, "notes", json!({ "text": "typed before it rang" })).await;
    assert!(busy.ringing && busy.rings_all_at == case.rings_all_at);
    app.advance(TimeDelta::seconds(10));
    let heard = operator.does(id, "still-on-it", json!({})).await;
    assert!(!heard.ringing && heard.rings_all_at.is_none());
    // A further phone of the same person joins the same case.
    let other = world.phone_of(phone.person).await;
    assert_eq!(other.tap().await.case.id, id);
});

on_both!(a_new_tap_within_a_day_reopens_a_closed_case_and_later_makes_another, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    operator.close(&operator.claims(id).await, "false_alarm", "the pocket").await.expect(200);
    app.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    let operator = operator.again().await;
    let again = phone.tap().await;
    assert_eq!((again.joined, again.case.id, again.case.reached), (true, id, Reached::Stored));
    let case = operator.sees(id).await.case;
    assert_eq!((case.state, case.ringing, case.owner.is_none(), case.closed_at), (CaseState::Open, true, true, None));
    assert!(case.labels.contains(&"reopened".to_owned()));

    operator.close(&operator.claims(id).await, "resolved", "home").await.expect(200);
    app.advance(TimeDelta::hours(24));
    let operator = operator.again().await;
    let later = phone.tap().await;
    assert!(!later.joined);
    assert_ne!(later.case.id, id);
    assert_eq!(operator.snapshot().await.cases.iter().map(|case| case.id).collect::<Vec<_>>(), [later.case.id]);
});

on_both!(a_tap_joins_the_case_that_an_operator_opened_for_the_person, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let body = json!({ "person": phone.person, "channel": "radio" });
    let opened = operator.post("/v1/cases", &body).await.expect(201).json::<CaseAfter>().case;
    let stored = phone.tap().await;
    assert_eq!((stored.joined, stored.case.id), (true, opened.id));
    assert_eq!(operator.sees(opened.id).await.case.taps, 2);
    assert_eq!(phone.now().await.cases.len(), 1);
});

on_both!(a_colleagues_tap_stays_apart_from_the_case_that_an_operator_opened, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let grace = world.person("Grace Achieng", &world.kenya).await;
    let body = json!({ "person": grace, "channel": "radio" });
    let opened = operator.post("/v1/cases", &body).await.expect(201).json::<CaseAfter>().case;
    let at = json!({ "lat": -1.29, "lon": 36.82 });
    let stored = phone.tap_with(&json!({ "colleague": { "person": grace }, "position": at })).await;
    assert_ne!(stored.case.id, opened.id);
    let case = operator.sees(stored.case.id).await.case;
    assert!(case.position.is_some_and(|position| position.of_reporter), "the reporter's position, never the subject's");
    assert_eq!(case.reporter.and_then(|reporter| reporter.id), Some(phone.person));
    assert!(operator.sees(opened.id).await.case.position.is_none());
});

on_both!(the_whole_of_a_body_that_had_broken_off_counts_and_is_no_further_tap, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let tap = key();
    let whole = r#"{"position":{"lat":0.31,"lon":32.58},"battery":{"percent":12},"facts":{"can_talk":"no"}}"#;
    let first = phone.raise(tap, &whole[..30]).await.expect(201).json::<Stored>();
    assert!(operator.sees(first.case.id).await.case.position.is_none());
    let again = phone.raise(tap, whole).await.expect(200).json::<Stored>();
    assert_eq!((again.case.id, again.stored_at), (first.case.id, first.stored_at));
    let case = operator.sees(first.case.id).await.case;
    assert_eq!((case.taps, case.battery.map(|battery| battery.percent)), (1, Some(12)));
    assert!(case.position.is_some() && case.facts.can_talk == Some(wire::case::CanTalk::No));
});
