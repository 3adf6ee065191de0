//! Rights: role x area x time, checked in every query and in the stream. Outside, nothing exists.

use chrono::TimeDelta;
use serde_json::json;
use tests::{ADDIS_ABABA, KAMPALA, OPEN_SEA, Operator, Socket, on_both, within};
use uuid::Uuid;
use wire::live::FromConsole;
use wire::{Code, PROTOCOL};

/// Fails the test unless a case does not exist for somebody.
async fn does_not_exist_for(officer: &Operator, id: Uuid) {
    officer.get(&format!("/v1/cases/{id}")).await.refused(Code::NotFound);
    for (what, body) in [
        ("claim", json!({})),
        ("release", json!({})),
        ("still-on-it", json!({})),
        ("notes", json!({ "text": "mine?" })),
        ("contacts", json!({ "channel": "call", "result": "reached" })),
        ("facts", json!({ "facts": { "people": 2 } })),
        ("responder", json!({ "responder": "team" })),
        ("close", json!({ "outcome": "resolved", "note": "mine?", "revision": 1 })),
    ] {
        officer.act(id, what, &body).await.refused(Code::NotFound);
    }
    let snapshot = officer.snapshot().await;
    assert!(snapshot.cases.iter().all(|case| case.id != id));
    let page: wire::case::CasePage = officer.get("/v1/cases").await.expect(200).json();
    assert!(page.cases.iter().all(|case| case.id != id));
}

on_both!(a_position_in_another_country_adds_that_office_and_no_third_one, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let ethiopian = world.field_officer("Eta Bekele", &world.ethiopia).await;
    let (here, there, elsewhere) = (kenyan.console().await, ugandan.console().await, ethiopian.console().await);
    let phone = world.phone("Musa Kimani", &world.kenya).await;

    // Before there is a position: the person's own office alone.
    let stored = phone.tap().await;
    let id = stored.case.id;
    here.shows(id, "the tap", |case| case.ringing).await;
    does_not_exist_for(&ugandan, id).await;

    let fix = json!({ "position": { "lat": KAMPALA.0, "lon": KAMPALA.1 } });
    phone.add(&stored.case_token, "position", &fix).await.expect(200);
    there.shows(id, "the case that came into the country", |case| case.position.is_some() && case.ringing).await;
    assert_eq!(ugandan.sees(id).await.timeline[0].revision, 1, "the whole story, from before it came");
    ugandan.does(id, "notes", json!({ "text": "we see them" })).await;
    here.until("the other office's note", |model| {
        (model.entries.iter().any(|entry| entry.actor.name == "Uma Nakato")).then_some(())
    })
    .await;

    does_not_exist_for(&ethiopian, id).await;
    // A later event of the Ethiopian's own comes; nothing of the other came before it.
    let sentinel = world.phone("Abebe Tadesse", &world.ethiopia).await.tap().await.case.id;
    elsewhere.shows(sentinel, "a tap in their own country", |case| case.ringing).await;
    assert_eq!(elsewhere.model().cases.keys().copied().collect::<Vec<_>>(), [sentinel]);
    does_not_exist_for(&kenyan, sentinel).await;

    // A position never takes a scope away, and the operations centre sees all.
    let fix = json!({ "position": { "lat": ADDIS_ABABA.0, "lon": ADDIS_ABABA.1 } });
    phone.add(&stored.case_token, "position", &fix).await.expect(200);
    elsewhere.shows(id, "the case that came on", |case| case.ringing).await;
    for officer in [&kenyan, &ugandan, &ethiopian, &operator] {
        officer.sees(id).await;
    }
    for console in [&here, &there, &elsewhere] {
        console.equals_a_fresh_snapshot().await;
    }
});

on_both!(a_case_carries_one_event_id_under_every_scope, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap_at(KAMPALA).await.case.id;
    operator.claims(id).await;
    operator.does(id, "notes", json!({ "text": "calling" })).await;
    console.shows(id, "the note", |case| case.revision >= 4).await;
    console.equals_a_fresh_snapshot().await;
    let (kenya, uganda) = (app.case_log_of(world.kenya.id).await, app.case_log_of(world.uganda.id).await);
    let ids = |log: &[muster::store::log::Logged]| log.iter().map(|event| event.id).collect::<Vec<_>>();
    assert_eq!(ids(&kenya), ids(&uganda));
    let whole = app.log_of(world.kenya.id).await;
    assert!(whole.iter().enumerate().all(|(at, event)| event.seq == at as i64 + 1));
    assert_eq!(console.model().entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), ids(&kenya));
});

on_both!(a_position_in_no_country_is_the_organisations, async |app| {
    let world = app.world().await;
    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let headquarters = world.account("Hana Weiss", &world.kenya).await;
    world.grant(headquarters.person, "regional_security_officer", "organisation", Some(world.organisation)).await;
    let phone = world.phone("Musa Kimani", &world.uganda).await;
    let id = phone.tap_at(OPEN_SEA).await.case.id;
    headquarters.sees(id).await;
    does_not_exist_for(&kenyan, id).await;
    assert_eq!(app.case_log_of(world.organisation).await.len(), 1);
});

on_both!(an_office_that_is_founded_later_hears_from_then_on, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.console().await;
    let body = json!({ "organisation": world.organisation, "country": "RW", "name": "Rwanda Office" });
    let rwanda: wire::places::Office = world.administrator.post("/v1/offices", &body).await.expect(201).json();
    let officer = world.field_officer("Rose Uwase", &rwanda).await;
    let phone = world.phone("Jean Habimana", &rwanda).await;
    let id = phone.tap().await.case.id;
    console.shows(id, "a tap of an office that was not there at hello", |case| case.ringing).await;
    officer.sees(id).await;
    console.equals_a_fresh_snapshot().await;
});

on_both!(a_hello_that_names_a_foreign_scope_is_refused, async |app| {
    let world = app.world().await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    world.phone("Musa Kimani", &world.kenya).await.tap().await;
    let cursors = [(world.kenya.id, "00000000.1.00000000".to_owned())].into();
    let mut socket = Socket::dial(ugandan.http(), "/v1/live").await;
    socket.send(&FromConsole::Hello { protocol: PROTOCOL, ticket: ugandan.ticket().await, cursors }).await;
    let bye = socket.frame(tests::PATIENCE).await.expect("a word before the close");
    assert_eq!(bye["problem"]["code"], "not_found");
    assert_eq!(socket.end(tests::PATIENCE).await.code, 4002);
});

on_both!(a_resume_that_names_a_foreign_scope_opens_nothing, async |app| {
    let world = app.world().await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    phone.tap().await;
    world.phone("Okello Akena", &world.uganda).await.tap().await;
    let foreign = kenyan.snapshot().await.cursors;
    let mut socket = Socket::dial(ugandan.http(), "/v1/live").await;
    socket.send(&FromConsole::Hello { protocol: PROTOCOL, ticket: ugandan.ticket().await, cursors: [].into() }).await;
    socket.frame(tests::PATIENCE).await.expect("the welcome");
    socket.send(&FromConsole::Resume { cursors: foreign }).await;
    // Its own event comes; the other country's, which is older and newer, does not.
    phone.tap().await;
    loop {
        match socket.frame(tests::PATIENCE).await {
            Ok(frame) if frame["t"] == "event" => {
                assert_eq!(frame["scope"], json!(world.uganda.id), "an event of a foreign scope");
                break;
            }
            Ok(_) => {}
            Err(closed) => {
                assert_eq!(closed.code, 4002);
                break;
            }
        }
    }
});

on_both!(a_grant_that_ends_closes_the_stream_within_a_beat, by_hand, async |app| {
    let world = app.world().await;
    let officer = world.account("Uma Nakato", &world.kenya).await;
    let until = json!({ "until": app.now() + TimeDelta::hours(1) });
    world.grant_with(officer.person, "field_security_officer", "office", Some(world.uganda.id), until).await;
    world.grant(officer.person, "field_security_officer", "office", Some(world.kenya.id)).await;
    let abroad = world.phone("Okello Akena", &world.uganda).await.tap().await.case.id;
    let console = officer.console().await;
    officer.sees(abroad).await;
    app.advance(TimeDelta::minutes(61));
    does_not_exist_for(&officer, abroad).await;
    let closed = within(std::time::Duration::from_secs(7), "the stream to be closed within a beat", async || {
        console.model().closed.clone()
    });
    assert_eq!(closed.await.code, 4003);
});

on_both!(a_session_that_ends_closes_the_stream_within_a_beat, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.console().await;
    operator.sign_out().await.expect(204);
    let closed = within(std::time::Duration::from_secs(7), "the stream to be closed within a beat", async || {
        console.model().closed.clone()
    });
    assert_eq!(closed.await.code, 4001);
});

on_both!(who_has_no_role_for_cases_sees_none, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    let nobody = world.account("Nora Lind", &world.kenya).await;
    for desk in [&nobody.desk, &world.administrator.desk] {
        for path in ["/v1/snapshot".to_owned(), "/v1/cases".to_owned(), format!("/v1/cases/{id}")] {
            desk.get(&path).await.refused(Code::Forbidden);
        }
        desk.post(&format!("/v1/cases/{id}/claim"), &json!({})).await.refused(Code::Forbidden);
        desk.post("/v1/live/ticket", &json!({})).await.refused(Code::Forbidden);
    }
    for (path, body) in [
        ("/v1/organisations".to_owned(), json!({ "name": "X", "short_name": "X" })),
        ("/v1/offices".to_owned(), json!({ "organisation": world.organisation, "country": "TZ", "name": "X" })),
        (
            "/v1/duty-stations".to_owned(),
            json!({ "office": world.kenya.id, "name": "X", "time_zone": "UTC", "lat": 0, "lon": 0 }),
        ),
        ("/v1/people".to_owned(), json!({ "office": world.kenya.id, "kind": "staff_intl", "name": "X" })),
        ("/v1/grants".to_owned(), json!({ "person": nobody.person, "role": "administrator", "area": "installation" })),
        (format!("/v1/people/{}/account", nobody.person), json!({})),
    ] {
        let operator = world.operator("Awa Diallo").await;
        for desk in [&nobody.desk, &operator.desk] {
            desk.post(&path, &body).await.refused(Code::Forbidden);
        }
    }
});

on_both!(an_administrator_of_one_office_sets_up_nothing_elsewhere, async |app| {
    let world = app.world().await;
    let local = world.account("Lea Mutai", &world.kenya).await;
    world.grant(local.person, "administrator", "office", Some(world.kenya.id)).await;
    let places: wire::places::Places = local.get("/v1/places").await.expect(200).json();
    assert_eq!(places.offices.iter().map(|office| office.id).collect::<Vec<_>>(), [world.kenya.id]);
    let person = |office: Uuid| json!({ "office": office, "kind": "staff_intl", "name": "Somebody" });
    local.post("/v1/people", &person(world.kenya.id)).await.expect(201);
    local.post("/v1/people", &person(world.uganda.id)).await.refused(Code::InvalidValue);
    local.post("/v1/organisations", &json!({ "name": "X", "short_name": "X" })).await.refused(Code::Forbidden);
    let foreign = world.person("Okello Akena", &world.uganda).await;
    local.post(&format!("/v1/people/{foreign}/enrolment"), &json!({})).await.refused(Code::NotFound);
    local.post(&format!("/v1/people/{foreign}/account"), &json!({})).await.refused(Code::NotFound);
    let whole = json!({ "person": local.person, "role": "administrator", "area": "installation" });
    local.post("/v1/grants", &whole).await.refused(Code::Forbidden);
    let next = json!({ "person": local.person, "role": "field_security_officer", "area": "office", "area_id": world.uganda.id });
    local.post("/v1/grants", &next).await.refused(Code::InvalidValue);
    let found: wire::people::PeopleFound =
        local.post("/v1/people/search", &json!({ "q": "okello" })).await.expect(200).json();
    assert!(found.people.is_empty());
});
