//! The main path: from a tap on a phone to a taken alarm on a console, and back.

use serde_json::json;
use tests::{KAMPALA, NAIROBI, key, on_both};
use wire::case::{CaseAfter, CaseState, CaseSummary, Change, Outcome, RaisedBy};
use wire::live::Command;
use wire::not_okay::{MyCase, Reached, Stored};
use wire::phone::Now;

on_both!(a_tap_rings_on_the_console_and_the_phone_learns_who_has_it, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let mut socket = phone.socket().await;
    assert!(socket.until("somebody to be at a console", |now| now.watched.then_some(true)).await);

    let stored = phone.tap_at(NAIROBI).await;
    assert!(!stored.joined);
    let id = stored.case.id;
    let rings =
        |case: &CaseSummary| case.ringing && case.state == CaseState::Open && case.subject.name == "Musa Kimani";
    console.shows(id, "the tap to ring", rings).await;
    console.shows(id, "the console to have shown it", |case| case.shown_at.is_some()).await;
    socket.until("on the operations screen", |now| reached(now, Reached::OnConsole)).await;

    let taken = operator.claims(id).await;
    assert!(!taken.ringing);
    assert_eq!(taken.state, CaseState::Claimed);
    let mine = socket.until("somebody to have it", |now| reached(now, Reached::Taken)).await;
    assert_eq!(mine.taken_by.as_deref(), Some("Awa Diallo"));

    operator.does(id, "notes", json!({ "text": "calling now" })).await;
    let spoken = operator.does(id, "contacts", json!({ "channel": "call", "result": "reached" })).await;
    assert_eq!(spoken.state, CaseState::ContactMade);
    operator.does(id, "responder", json!({ "responder": "guard team 2" })).await;
    let closed = operator.close(&operator.sees(id).await.case, "resolved", "safe in the compound").await.expect(200);
    assert_eq!(closed.json::<CaseAfter>().case.state, CaseState::Resolved);
    let mine = socket.until("the case to be closed", |now| reached(now, Reached::Closed)).await;
    assert_eq!(mine.outcome, Some(Outcome::Resolved));
    console.shows(id, "the case to be closed", |case| case.state == CaseState::Resolved && !case.ringing).await;

    let detail = operator.sees(id).await;
    let kinds: Vec<&str> = detail.timeline.iter().map(|entry| kind(&entry.change)).collect();
    assert_eq!(kinds, ["raised", "shown", "claimed", "noted", "contact_tried", "responder_assigned", "closed"]);
    assert!(detail.timeline.iter().enumerate().all(|(at, entry)| entry.revision == at as u64 + 1));
    let live: Vec<_> = console.model().entries.iter().map(|entry| entry.id).collect();
    assert_eq!(live, detail.timeline.iter().map(|entry| entry.id).collect::<Vec<_>>());
});

on_both!(a_tap_over_the_phones_socket_is_the_same_tap, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let mut socket = phone.socket().await;

    let tap = key();
    let body = json!({ "position": { "lat": NAIROBI.0, "lon": NAIROBI.1 }, "battery": { "percent": 12 } });
    let (status, said) = socket.cmd(tap, Command::NotOkay, &phone.distress, body.clone()).await;
    assert_eq!(status, 201);
    let stored: Stored = serde_json::from_value(said).expect("the POST's body");
    let id = stored.case.id;
    console.shows(id, "the tap to ring", |case| case.ringing && case.battery.is_some()).await;

    // The same item again, over HTTP: the answer to it was lost.
    let again = phone.raise(tap, body.to_string()).await.expect(200).json::<Stored>();
    assert_eq!((again.case.id, again.stored_at, again.joined), (id, stored.stored_at, false));

    let facts = json!({ "facts": { "can_talk": "no", "people": 3 } });
    let (status, said) = socket.cmd(key(), Command::Facts, &stored.case_token, facts).await;
    assert_eq!(status, 200);
    let mine: MyCase = serde_json::from_value(said).expect("the POST's body");
    assert_eq!(mine.facts.people, Some(3));
    let position = json!({ "position": { "lat": KAMPALA.0, "lon": KAMPALA.1 } });
    assert_eq!(socket.cmd(key(), Command::Position, &stored.case_token, position).await.0, 200);
    console
        .shows(id, "facts and position", |case| {
            case.facts.people == Some(3) && case.position.is_some_and(|at| at.lat == KAMPALA.0)
        })
        .await;

    operator.claims(id).await;
    socket.until("somebody to have it", |now| reached(now, Reached::Taken)).await;
    socket.ping().await;
    let (status, said) = socket.cmd(key(), Command::Facts, "not a token", json!({ "facts": {} })).await;
    assert_eq!((status, said["code"].as_str()), (401, Some("credential_invalid")));
});

on_both!(facts_and_positions_after_the_tap_reach_the_console_with_their_age, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let stored = phone.tap().await;
    let token = &stored.case_token;
    let first = json!({ "facts": { "danger": "attack", "can_talk": "no", "place": "behind the school" } });
    phone.add(token, "facts", &first).await.expect(200);
    phone.add(token, "facts", &json!({ "facts": { "people": 4, "danger": "held" } })).await.expect(200);
    let facts = operator.sees(stored.case.id).await.case.facts;
    assert_eq!(
        serde_json::to_value(facts).expect("facts"),
        json!({ "danger": "held", "can_talk": "no", "place": "behind the school", "people": 4 })
    );

    let fix = json!({ "position": { "lat": NAIROBI.0, "lon": NAIROBI.1, "age_ms": 60_000, "source": "network" }, "battery": { "percent": 9 } });
    phone.add(token, "position", &fix).await.expect(200);
    // An older fix that comes later is kept and does not replace the newer one.
    let older = json!({ "position": { "lat": KAMPALA.0, "lon": KAMPALA.1, "age_ms": 900_000 } });
    phone.add(token, "position", &older).await.expect(200);
    let detail = operator.sees(stored.case.id).await;
    let seen = detail.case.position.expect("a position");
    assert_eq!((seen.lat, (app.now() - seen.fixed_at).num_seconds()), (NAIROBI.0, 60));
    assert_eq!(detail.case.battery.map(|battery| battery.percent), Some(9));
    let fixes = detail.timeline.iter().filter(|entry| matches!(entry.change, Change::Positioned { .. })).count();
    assert_eq!(fixes, 2);
});

on_both!(a_tap_that_waited_eight_hours_still_rings_and_says_so, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let age_ms = 8 * 3_600 * 1_000;
    // The phone's own clock is a day ahead; it orders nothing.
    let tapped_at = app.now() - chrono::TimeDelta::hours(8) + chrono::TimeDelta::days(1);
    let body = json!({ "tapped_at": tapped_at }).to_string();
    let answer = phone.http().send(phone.raising(key(), age_ms).body(body)).await.expect(201);
    let case = operator.sees(answer.json::<Stored>().case.id).await.case;
    assert!(case.ringing);
    assert_eq!((case.delayed_s, case.clock_skew_s), (Some(8 * 3_600), Some(24 * 3_600)));
    assert_eq!((app.now() - case.occurred_at).num_hours(), 8);
    assert!(case.labels.contains(&"delayed".to_owned()) && case.labels.contains(&"clock_skew".to_owned()));
});

on_both!(a_tap_for_a_colleague_is_the_colleagues_case_and_the_reporters_news, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let colleague = world.person("Grace Achieng", &world.uganda).await;
    let at = json!({ "lat": NAIROBI.0, "lon": NAIROBI.1 });
    let stored = phone.tap_with(&json!({ "colleague": { "person": colleague }, "position": at })).await;
    assert_eq!(stored.case.colleague.as_deref(), Some("Grace Achieng"));
    let case = operator.sees(stored.case.id).await.case;
    assert_eq!((case.subject.id, case.raised_by), (Some(colleague), RaisedBy::Colleague));
    assert_eq!(case.reporter.and_then(|reporter| reporter.id), Some(phone.person));
    assert!(case.position.is_some_and(|position| position.of_reporter));

    let stranger = phone.tap_with(&json!({ "colleague": { "name": "The driver" } })).await;
    let own = phone.tap().await;
    let ids = [stored.case.id, stranger.case.id, own.case.id];
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
    assert!(operator.sees(ids[1]).await.case.labels.contains(&"person_unknown".to_owned()));
    assert_eq!(phone.now().await.cases.len(), 3);
});

on_both!(an_operator_opens_a_case_for_someone_in_the_register_or_not, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.console().await;
    let phones = json!({ "phones": [{ "number": "+254705550123", "kind": "mobile" }] });
    let known = world.person_with("Grace Achieng", &world.kenya, phones).await.brief.id.expect("in the register");

    let body = json!({ "person": known, "channel": "radio", "facts": { "danger": "medical" } });
    let case = operator.post("/v1/cases", &body).await.expect(201).json::<CaseAfter>().case;
    assert_eq!((case.raised_by, case.subject.id, case.ringing), (RaisedBy::Operator, Some(known), true));
    console.shows(case.id, "the case", |case| case.ringing).await;
    let detail = operator.sees(case.id).await;
    assert_eq!(detail.phones.iter().map(|phone| phone.number.as_str()).collect::<Vec<_>>(), ["+254705550123"]);

    let body = json!({ "name": "Unknown caller", "number": "0705 550 199", "channel": "call", "office": world.uganda.id, "facts": {} });
    let case = operator.post("/v1/cases", &body).await.expect(201).json::<CaseAfter>().case;
    assert_eq!((case.subject.id, case.subject.name.as_str()), (None, "Unknown caller"));
    let detail = operator.sees(case.id).await;
    assert_eq!(detail.phones.iter().map(|phone| phone.kind.as_str()).collect::<Vec<_>>(), ["callback"]);
});

on_both!(a_phone_asks_what_waits_and_is_told_when_nothing_is_new, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let first = phone.try_now(None).await.expect(200);
    let now: Now = first.json();
    assert_eq!((now.me.name.as_str(), now.me.office.as_str(), now.watched), ("Musa Kimani", "Kenya Office", false));
    assert!(now.contacts.iter().any(|contact| contact.number == "+254705550100"));
    let etag = first.header("etag").expect("an ETag").to_owned();
    let second = phone.try_now(Some(&etag)).await.expect(304);
    assert!(second.body.is_empty() && second.header("muster-distress").is_some());

    let stored = phone.tap().await;
    let third = phone.try_now(Some(&etag)).await.expect(200).json::<Now>();
    assert_eq!(third.cases[0].case.id, stored.case.id);
    // The token that comes with what waits works as the one of the tap.
    let mine = phone.my_case(&third.cases[0].case_token).await;
    assert_eq!((mine.id, mine.reached), (stored.case.id, Reached::Stored));
    operator.claims(stored.case.id).await;
    assert_eq!(phone.my_case(&stored.case_token).await.reached, Reached::Taken);
});

fn reached(now: &Now, far: Reached) -> Option<MyCase> {
    now.cases.first().map(|own| own.case.clone()).filter(|case| case.reached == far)
}

fn kind(change: &Change) -> &'static str {
    match change {
        Change::Raised { .. } => "raised",
        Change::Shown { .. } => "shown",
        Change::Claimed => "claimed",
        Change::Noted { .. } => "noted",
        Change::ContactTried { .. } => "contact_tried",
        Change::ResponderAssigned { .. } => "responder_assigned",
        Change::Closed { .. } => "closed",
        _ => "something else",
    }
}
