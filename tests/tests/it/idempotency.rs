//! Law 7: the same key and body give the first answer again; another body is a 409.

use serde_json::{Value, json};
use tests::{SignedIn, key, on_both};
use wire::Code;
use wire::case::CaseAfter;

/// Sends a write twice under one key: the answer is the same and nothing happens twice. Another body
/// under the key is refused.
async fn is_idempotent(desk: &SignedIn, path: &str, body: &Value, other: Option<Value>) {
    let key = key();
    let first = desk.post_by(key, path, body).await;
    assert!([200, 201].contains(&first.status), "{path}: {}", first.text());
    for _ in 0..2 {
        let again = desk.post_by(key, path, body).await.expect(first.status);
        assert_eq!(first.value(), again.value(), "{path}");
    }
    if let Some(other) = other {
        desk.post_by(key, path, &other).await.refused(Code::KeyReused);
        // And the first body is still good.
        assert_eq!(desk.post_by(key, path, body).await.expect(first.status).value(), first.value());
    }
}

on_both!(every_write_of_a_console_is_done_once_per_key, async |app| {
    let world = app.world().await;
    let (awa, ben) = (world.operator("Awa Diallo").await, world.operator("Ben Otieno").await);
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    let path = |what: &str| format!("/v1/cases/{id}/{what}");
    let open = json!({ "name": "Unknown caller", "channel": "call" });
    is_idempotent(&awa, "/v1/cases", &open, Some(json!({ "name": "Unknown caller", "channel": "radio" }))).await;
    let takeover = |from| json!({ "takeover": { "from": from, "reason": "owner_asked" } });
    is_idempotent(&awa, &path("claim"), &json!({}), Some(takeover(ben.person))).await;
    is_idempotent(&awa, &path("notes"), &json!({ "text": "one" }), Some(json!({ "text": "two" }))).await;
    is_idempotent(&awa, &path("still-on-it"), &json!({}), None).await;
    let tried = |result| json!({ "channel": "call", "result": result });
    is_idempotent(&awa, &path("contacts"), &tried("reached"), Some(tried("voicemail"))).await;
    is_idempotent(
        &awa,
        &path("facts"),
        &json!({ "facts": { "people": 2 } }),
        Some(json!({ "facts": { "people": 3 } })),
    )
    .await;
    is_idempotent(&awa, &path("responder"), &json!({ "responder": "one" }), Some(json!({ "responder": "two" }))).await;
    is_idempotent(&awa, &path("release"), &json!({}), None).await;
    is_idempotent(&ben, &path("claim"), &json!({}), Some(takeover(awa.person))).await;
    let revision = ben.sees(id).await.case.revision;
    let close = |note| json!({ "outcome": "resolved", "note": note, "revision": revision });
    is_idempotent(&ben, &path("close"), &close("safe"), Some(close("safe and sound"))).await;
    // raised, claim, note, still, contact, facts, responder, release, claim, close.
    assert_eq!(awa.sees(id).await.timeline.len(), 10);
    assert_eq!(awa.snapshot().await.cases.len(), 2);
});

on_both!(every_write_of_an_administrator_is_done_once_per_key, async |app| {
    let world = app.world().await;
    let administrator = &world.administrator;
    let organisation = |name| json!({ "name": name, "short_name": name });
    is_idempotent(administrator, "/v1/organisations", &organisation("One"), Some(organisation("Two"))).await;
    let office = |name| json!({ "organisation": world.organisation, "country": "TZ", "name": name });
    is_idempotent(administrator, "/v1/offices", &office("Tanzania"), Some(office("Tanganyika"))).await;
    let station =
        |name| json!({ "office": world.kenya.id, "name": name, "time_zone": "Africa/Nairobi", "lat": -4, "lon": 39.6 });
    is_idempotent(administrator, "/v1/duty-stations", &station("Mombasa"), Some(station("Kilifi"))).await;
    let person = |name| json!({ "office": world.kenya.id, "kind": "unv", "name": name, "email": "one@lakes.example" });
    is_idempotent(administrator, "/v1/people", &person("Ada One"), Some(person("Ada Two"))).await;
    let somebody = world.person_with("Nora Lind", &world.kenya, json!({ "email": "nora@lakes.example" })).await;
    let somebody = somebody.brief.id.expect("in the register");
    let grant =
        |role| json!({ "person": somebody, "role": role, "area": "organisation", "area_id": world.organisation });
    is_idempotent(administrator, "/v1/grants", &grant("analyst"), Some(grant("operations_operator"))).await;
    is_idempotent(administrator, &format!("/v1/people/{somebody}/account"), &json!({}), None).await;
    is_idempotent(administrator, &format!("/v1/people/{somebody}/enrolment"), &json!({}), None).await;
    let places: wire::places::Places = administrator.get("/v1/places").await.expect(200).json();
    assert_eq!((places.organisations.len(), places.offices.len(), places.duty_stations.len()), (2, 5, 2));
});

on_both!(a_key_is_good_for_one_route_and_one_record, async |app| {
    let world = app.world().await;
    let awa = world.operator("Awa Diallo").await;
    let one = world.phone("Musa Kimani", &world.kenya).await.tap().await.case.id;
    let other = world.phone("Grace Achieng", &world.kenya).await.tap().await.case.id;
    let key = key();
    awa.post_by(key, &format!("/v1/cases/{one}/claim"), &json!({})).await.expect(200);
    awa.post_by(key, &format!("/v1/cases/{other}/claim"), &json!({})).await.refused(Code::KeyReused);
    awa.post_by(key, &format!("/v1/cases/{one}/release"), &json!({})).await.refused(Code::KeyReused);
    assert!(awa.sees(one).await.case.owner.is_some() && awa.sees(other).await.case.owner.is_none());
    // Keys are each person's own.
    let ben = world.operator("Ben Otieno").await;
    ben.post_by(key, &format!("/v1/cases/{other}/claim"), &json!({})).await.expect(200);
});

on_both!(what_a_phone_adds_is_added_once_per_key, async |app| {
    let world = app.world().await;
    let awa = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let stored = phone.tap().await;
    let adds = [
        ("facts", json!({ "facts": { "people": 2 } }), json!({ "facts": { "people": 3 } })),
        ("position", json!({ "position": { "lat": 1, "lon": 36 } }), json!({ "position": { "lat": 2, "lon": 36 } })),
    ];
    for (what, body, other) in adds {
        let key = key();
        let first = phone.add_by(key, &stored.case_token, what, &body).await.expect(200);
        let again = phone.add_by(key, &stored.case_token, what, &body).await.expect(200);
        assert_eq!(first.value(), again.value());
        phone.add_by(key, &stored.case_token, what, &other).await.refused(Code::KeyReused);
    }
    assert_eq!(awa.sees(stored.case.id).await.timeline.len(), 3);
});

on_both!(a_key_whose_request_was_refused_may_be_used_again, async |app| {
    let world = app.world().await;
    let awa = world.operator("Awa Diallo").await;
    let id = world.phone("Musa Kimani", &world.kenya).await.tap().await.case.id;
    let key = key();
    let path = format!("/v1/cases/{id}/release");
    awa.post_by(key, &path, &json!({})).await.refused(Code::NotOwner);
    awa.claims(id).await;
    let after = awa.post_by(key, &path, &json!({})).await.expect(200).json::<CaseAfter>().case;
    assert!(after.owner.is_none());
});

on_both!(a_repeat_at_the_same_moment_happens_once, async |app| {
    let world = app.world().await;
    let awa = world.operator("Awa Diallo").await;
    let id = world.phone("Musa Kimani", &world.kenya).await.tap().await.case.id;
    let (key, path, body) = (key(), format!("/v1/cases/{id}/notes"), json!({ "text": "once" }));
    let all = futures_util::future::join_all((0..20).map(|_| awa.post_by(key, &path, &body))).await;
    let first = all[0].value();
    for answer in all {
        assert_eq!(answer.expect(200).value(), first);
    }
    assert_eq!(awa.sees(id).await.timeline.len(), 2);
});
