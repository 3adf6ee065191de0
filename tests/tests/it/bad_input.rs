//! Bad input: each kind has a problem of its own that says what to do, and nothing changes.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Http, SignedIn, TestApp, World, key, on_both};
use uuid::Uuid;
use wire::Code;
use wire::case::CaseSummary;
use wire::not_okay::Stored;

/// Everything that a request could have changed.
#[derive(PartialEq, Debug)]
struct Everything {
    cases: Vec<Value>,
    heads: Value,
    places: Value,
    people: Value,
    session: Value,
}

async fn everything(world: &World, operator: &SignedIn) -> Everything {
    let value = async |path: &str| operator.get(path).await.expect(200).value();
    let snapshot = value("/v1/snapshot").await;
    let mut cases = Vec::new();
    for case in snapshot["cases"].as_array().expect("cases") {
        cases.push(value(&format!("/v1/cases/{}", case["id"].as_str().expect("an id"))).await);
    }
    let places = world.administrator.get("/v1/places").await.expect(200).value();
    let people = world.administrator.post("/v1/people/search", &json!({ "q": "" })).await.expect(200).value();
    let mut session = value("/v1/session").await;
    session["server_time"] = Value::Null;
    Everything { cases, heads: snapshot["cursors"].clone(), places, people, session }
}

/// A case that somebody has, and one that nobody has.
struct Scene {
    world: World,
    operator: tests::Operator,
    phone: tests::Phone,
    stored: Stored,
    case: CaseSummary,
}

impl Scene {
    async fn set(app: &TestApp) -> Self {
        let world = app.world().await;
        let operator = world.operator("Awa Diallo").await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        let stored = phone.tap().await;
        let case = operator.claims(stored.case.id).await;
        world.phone("Grace Achieng", &world.kenya).await.tap().await;
        Self { world, operator, phone, stored, case }
    }

    async fn everything(&self) -> Everything {
        everything(&self.world, &self.operator).await
    }
}

on_both!(fields_of_a_case_that_cannot_be_are_refused_and_nothing_changes, async |app| {
    use Code::{BodyMalformed, InvalidValue, UnknownField, WrongType};
    let scene = Scene::set(app).await;
    let before = scene.everything().await;
    let long = |length: usize| "x".repeat(length);
    let of_case = |what: &str| format!("/v1/cases/{}/{what}", scene.case.id);
    let revision = scene.case.revision;
    let refused = [
        (of_case("notes"), json!({}), WrongType),
        (of_case("notes"), json!({ "text": 5 }), WrongType),
        (of_case("notes"), json!({ "text": "  " }), InvalidValue),
        (of_case("notes"), json!({ "text": long(4_001) }), InvalidValue),
        (of_case("notes"), json!({ "text": "a", "state": "closed" }), UnknownField),
        (of_case("notes"), json!([]), WrongType),
        (of_case("notes"), json!(null), WrongType),
        (of_case("notes"), json!("text"), WrongType),
        (of_case("claim"), json!({ "takeover": {} }), WrongType),
        (of_case("claim"), json!({ "owner": Uuid::nil() }), UnknownField),
        (of_case("release"), json!({ "reason": "idle" }), UnknownField),
        (of_case("still-on-it"), json!({ "at": "2031-01-01T00:00:00Z" }), UnknownField),
        (of_case("contacts"), json!({ "channel": "pigeon", "result": "reached" }), WrongType),
        (of_case("contacts"), json!({ "channel": "call" }), WrongType),
        (of_case("contacts"), json!({ "channel": "call", "result": "reached", "note": long(1_001) }), InvalidValue),
        (of_case("facts"), json!({ "facts": { "people": 0 } }), InvalidValue),
        (of_case("facts"), json!({ "facts": { "people": 1_000 } }), InvalidValue),
        (of_case("facts"), json!({ "facts": { "people": -1 } }), WrongType),
        (of_case("facts"), json!({ "facts": { "place": long(201) } }), InvalidValue),
        (of_case("facts"), json!({ "facts": { "note": long(1_001) } }), InvalidValue),
        (of_case("facts"), json!({ "facts": { "mood": "bad" } }), UnknownField),
        (of_case("responder"), json!({ "responder": "" }), InvalidValue),
        (of_case("responder"), json!({ "responder": long(201) }), InvalidValue),
        (of_case("close"), json!({ "outcome": "resolved", "note": "", "revision": revision }), InvalidValue),
        (of_case("close"), json!({ "outcome": "resolved", "note": long(4_001), "revision": revision }), InvalidValue),
        (of_case("close"), json!({ "outcome": "resolved", "note": "a", "revision": -1 }), WrongType),
        (of_case("close"), json!({ "outcome": "resolved", "note": "a" }), WrongType),
        ("/v1/cases".to_owned(), json!({ "channel": "call" }), InvalidValue),
        ("/v1/cases".to_owned(), json!({ "channel": "call", "name": long(201) }), InvalidValue),
        ("/v1/cases".to_owned(), json!({ "channel": "call", "name": "A", "number": long(41) }), InvalidValue),
        ("/v1/cases".to_owned(), json!({ "channel": "call", "name": "A", "state": "resolved" }), UnknownField),
        ("/v1/cases".to_owned(), json!({ "channel": "call", "name": "A", "office": Uuid::nil() }), InvalidValue),
        (
            "/v1/cases".to_owned(),
            json!({ "channel": "call", "name": "A", "position": { "lat": 91, "lon": 0 } }),
            InvalidValue,
        ),
        (
            "/v1/cases".to_owned(),
            json!({ "channel": "call", "name": "A", "position": { "lat": 0, "lon": 181 } }),
            InvalidValue,
        ),
        ("/v1/cases".to_owned(), json!({ "channel": "call", "person": "not-a-uuid" }), WrongType),
    ];
    for (path, body, code) in &refused {
        let problem = scene.operator.post(path, body).await.refused(*code);
        assert!(*code != InvalidValue || problem.field.is_some(), "{path} {body}: no field is named");
    }
    for body in ["", "{", "{\"text\":\"a\"", "text=a", "\u{feff}{}"] {
        let answer = scene.operator.post_raw(&of_case("notes"), "application/json", body.as_bytes().to_vec()).await;
        answer.refused(if body.is_empty() { WrongType } else { BodyMalformed });
    }
    assert_eq!(scene.everything().await, before);
});

on_both!(fields_of_places_and_people_that_cannot_be_are_refused_and_nothing_changes, async |app| {
    use Code::{AlreadyExists, InvalidValue, UnknownField, WrongType};
    let scene = Scene::set(app).await;
    let world = &scene.world;
    let taken = world.person_with("Nora Lind", &world.kenya, json!({ "email": "nora@lakes.example" })).await;
    let before = scene.everything().await;
    let long = |length: usize| "x".repeat(length);
    let with = |base: Value, more: Value| {
        let mut body = base;
        for (field, value) in more.as_object().expect("fields") {
            body[field] = value.clone();
        }
        body
    };
    let office = |more| with(json!({ "organisation": world.organisation, "country": "TZ", "name": "A" }), more);
    let station =
        |more| with(json!({ "office": world.kenya.id, "name": "A", "time_zone": "UTC", "lat": 0, "lon": 0 }), more);
    let person = |more| with(json!({ "office": world.kenya.id, "kind": "unv", "name": "A" }), more);
    let grant = |more| {
        let base = json!({ "person": taken.brief.id, "role": "field_security_officer", "area": "office", "area_id": world.kenya.id });
        with(base, more)
    };
    let phone = |number: &str, kind: &str| json!({ "phones": [{ "number": number, "kind": kind }] });
    let refused = [
        ("/v1/organisations", json!({ "name": "", "short_name": "A" }), InvalidValue),
        ("/v1/organisations", json!({ "name": "A", "short_name": long(21) }), InvalidValue),
        ("/v1/organisations", json!({ "name": "A\nB", "short_name": "A" }), InvalidValue),
        ("/v1/organisations", json!({ "name": "A" }), WrongType),
        ("/v1/organisations", json!({ "name": "A", "short_name": "A", "id": Uuid::nil() }), UnknownField),
        ("/v1/organisations", json!({ "name": "B", "short_name": "Lakes Relief" }), AlreadyExists),
        ("/v1/offices", office(json!({ "country": "XX" })), InvalidValue),
        ("/v1/offices", office(json!({ "country": "tz" })), InvalidValue),
        ("/v1/offices", office(json!({ "country": "KE" })), AlreadyExists),
        ("/v1/offices", office(json!({ "organisation": Uuid::nil() })), InvalidValue),
        ("/v1/offices", office(json!({ "duty_number": "0705 550 100" })), InvalidValue),
        ("/v1/offices", office(json!({ "emergency_number": "help" })), InvalidValue),
        ("/v1/duty-stations", station(json!({ "lat": 90.5 })), InvalidValue),
        ("/v1/duty-stations", station(json!({ "lon": -180.5 })), InvalidValue),
        ("/v1/duty-stations", station(json!({ "lat": "north" })), WrongType),
        ("/v1/duty-stations", station(json!({ "time_zone": "Mars/Olympus" })), InvalidValue),
        ("/v1/duty-stations", station(json!({ "office": Uuid::nil() })), InvalidValue),
        ("/v1/people", person(json!({ "name": long(201) })), InvalidValue),
        ("/v1/people", person(json!({ "kind": "spy" })), WrongType),
        ("/v1/people", person(json!({ "email": "nobody" })), InvalidValue),
        ("/v1/people", person(json!({ "email": "Nora@Lakes.example" })), AlreadyExists),
        ("/v1/people", person(json!({ "languages": ["not a language"] })), InvalidValue),
        ("/v1/people", person(json!({ "languages": vec!["en"; 9] })), InvalidValue),
        ("/v1/people", person(json!({ "duty_station": Uuid::nil() })), InvalidValue),
        ("/v1/people", person(json!({ "call_sign": long(21) })), InvalidValue),
        ("/v1/people", person(phone("12", "mobile")), InvalidValue),
        ("/v1/people", person(phone("+254705550100", "pager")), InvalidValue),
        ("/v1/people", person(json!({ "role": "administrator" })), UnknownField),
        ("/v1/grants", grant(json!({ "role": "personnel" })), InvalidValue),
        ("/v1/grants", grant(json!({ "role": "emperor" })), WrongType),
        ("/v1/grants", grant(json!({ "area": "installation" })), InvalidValue),
        ("/v1/grants", grant(json!({ "area_id": Uuid::nil() })), InvalidValue),
        ("/v1/grants", grant(json!({ "person": Uuid::nil() })), InvalidValue),
        ("/v1/grants", grant(json!({ "from": "2031-01-02T00:00:00Z", "until": "2031-01-01T00:00:00Z" })), InvalidValue),
        ("/v1/grants", grant(json!({ "until": "2001-01-01T00:00:00Z" })), InvalidValue),
        ("/v1/grants", grant(json!({ "until": "tomorrow" })), WrongType),
    ];
    for (path, body, code) in &refused {
        let problem = world.administrator.post(path, body).await.refused(*code);
        let named = matches!(code, InvalidValue | AlreadyExists);
        assert!(!named || problem.field.is_some(), "{path} {body}: no field is named");
    }
    let account = |person: Option<Uuid>| format!("/v1/people/{}/account", person.unwrap_or_default());
    world.administrator.post(&account(None), &json!({})).await.refused(Code::NotFound);
    world.administrator.post(&account(Some(scene.phone.person)), &json!({})).await.refused(InvalidValue);
    world.administrator.post(&account(taken.brief.id), &json!({ "password": "x" })).await.refused(UnknownField);
    world
        .administrator
        .post(&format!("/v1/people/{}/enrolment", Uuid::nil()), &json!({}))
        .await
        .refused(Code::NotFound);
    assert_eq!(scene.everything().await, before);
});

on_both!(bodies_that_are_too_large_or_of_another_kind_are_refused_and_nothing_changes, async |app| {
    let scene = Scene::set(app).await;
    let before = scene.everything().await;
    let path = format!("/v1/cases/{}/notes", scene.case.id);
    for size in [70_000, 10 * 1024 * 1024] {
        let body = json!({ "text": "x".repeat(size) }).to_string().into_bytes();
        scene.operator.post_raw(&path, "application/json", body).await.refused(Code::BodyTooLarge);
        let body = json!({ "facts": { "note": "x".repeat(size) } });
        scene.phone.add(&scene.stored.case_token, "facts", &body).await.refused(Code::BodyTooLarge);
        let sign_in = json!({ "email": "x".repeat(size), "password": "x" });
        app.anonymous().post("/v1/session", &sign_in).await.refused(Code::BodyTooLarge);
        app.anonymous().post("/v1/enrol", &json!({ "code": "x".repeat(size) })).await.refused(Code::BodyTooLarge);
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        let answer = scene.operator.post_raw(&path, kind, b"{\"text\":\"a\"}".to_vec()).await;
        answer.refused(Code::UnsupportedMedia);
    }
    assert_eq!(scene.everything().await, before);
});

on_both!(writes_without_a_usable_key_are_refused_and_nothing_changes, async |app| {
    let scene = Scene::set(app).await;
    let before = scene.everything().await;
    let path = format!("/v1/cases/{}/notes", scene.case.id);
    let body = json!({ "text": "a" });
    let send = async |desk: &SignedIn, path: &str, key: Option<&str>, body: &Value| {
        let mut request = desk.request(Method::POST, path).json(body);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        desk.http().send(request).await
    };
    for bad in ["", "1", "not-a-uuid", "0192f0a0-0000-7000-8000-00000000000"] {
        send(&scene.operator, &path, Some(bad), &body).await.refused(Code::KeyInvalid);
    }
    send(&scene.operator, &path, None, &body).await.refused(Code::KeyMissing);
    let person = scene.phone.person;
    for (path, body) in [
        ("/v1/organisations".to_owned(), json!({ "name": "A", "short_name": "A" })),
        ("/v1/people".to_owned(), json!({ "office": scene.world.kenya.id, "kind": "unv", "name": "A" })),
        (format!("/v1/people/{person}/enrolment"), json!({})),
        (format!("/v1/people/{person}/account"), json!({})),
    ] {
        send(&scene.world.administrator, &path, None, &body).await.refused(Code::KeyMissing);
    }
    let facts = scene.phone.http().request(Method::POST, "/v1/my-case/facts");
    let facts =
        facts.header("Authorization", format!("Case {}", scene.stored.case_token)).json(&json!({ "facts": {} }));
    scene.phone.http().send(facts).await.refused(Code::KeyMissing);
    assert_eq!(scene.everything().await, before);
});

on_both!(foreign_expired_and_forged_credentials_change_nothing, async |app| {
    let scene = Scene::set(app).await;
    let before = scene.everything().await;
    let anonymous = app.anonymous();
    let (case, stored, phone) = (&scene.case, &scene.stored, &scene.phone);
    let note = json!({ "text": "a" });
    anonymous.post(&format!("/v1/cases/{}/notes", case.id), &note).await.refused(Code::Unauthenticated);
    anonymous.post("/v1/people", &json!({})).await.refused(Code::Unauthenticated);
    let http: &Http = anonymous.http();
    let forged = http
        .request(Method::POST, &format!("/v1/cases/{}/notes", case.id))
        .header("Cookie", "__Host-muster=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .header("Origin", http.origin())
        .header("Muster-Console", "1")
        .header("Idempotency-Key", key().to_string());
    http.send(forged.json(&note)).await.refused(Code::CredentialExpired);

    let facts = json!({ "facts": { "people": 2 } });
    for (authorization, code) in [
        (None, Code::Unauthenticated),
        (Some(stored.case_token.clone()), Code::Unauthenticated),
        (Some(format!("Bearer {}", phone.tokens.access)), Code::Unauthenticated),
        (Some(format!("Case {}", phone.tokens.access)), Code::CredentialInvalid),
        (Some(format!("Case {}", phone.distress)), Code::CredentialInvalid),
        (Some(format!("Case {}x", stored.case_token)), Code::CredentialInvalid),
    ] {
        anonymous.post_as("/v1/my-case/facts", authorization.as_deref(), &facts).await.refused(code);
    }
    for (token, code) in [(&stored.case_token, Code::CredentialInvalid), (&phone.distress, Code::CredentialInvalid)] {
        let request = http.request(Method::GET, "/v1/me/now").header("Authorization", format!("Bearer {token}"));
        http.send(request).await.refused(code);
    }
    assert_eq!(scene.everything().await, before);
});

on_both!(whoever_may_not_send_a_body_is_told_so_and_not_what_is_wrong_with_it, async |app| {
    let scene = Scene::set(app).await;
    let ended = scene.operator.again().await;
    ended.sign_out().await.expect(204);
    let nobody = scene.world.account("Nora Lind", &scene.world.kenya).await;
    let before = scene.everything().await;
    let of_case = |what: &str| format!("/v1/cases/{}/{what}", scene.case.id);
    let work = [of_case("claim"), of_case("release"), of_case("notes"), of_case("close"), "/v1/cases".to_owned()];
    let setup = ["/v1/people", "/v1/organisations", "/v1/offices", "/v1/duty-stations", "/v1/grants"];
    let setup: Vec<String> = setup.into_iter().map(str::to_owned).collect();
    let large = json!({ "text": "x".repeat(70_000) }).to_string();
    let bodies = [
        ("application/json", "{", Code::BodyMalformed),
        ("application/json", "[]", Code::WrongType),
        ("application/json", "{\"no such field\":1}", Code::UnknownField),
        ("application/json", large.as_str(), Code::BodyTooLarge),
        ("text/plain", "hello", Code::UnsupportedMedia),
    ];
    for (kind, body, wrong) in bodies {
        let body = || body.as_bytes().to_vec();
        for path in work.iter().chain(&setup) {
            ended.post_raw(path, kind, body()).await.refused(Code::CredentialExpired);
            nobody.post_raw(path, kind, body()).await.refused(Code::Forbidden);
        }
        ended.post_raw("/v1/people/search", kind, body()).await.refused(Code::CredentialExpired);
        // Who may send it is told what is wrong.
        scene.operator.post_raw(&of_case("notes"), kind, body()).await.refused(wrong);
    }
    let after = scene.everything().await;
    assert_eq!((after.cases, after.heads, after.places), (before.cases, before.heads, before.places));
});

on_both!(a_closed_case_takes_nothing_from_its_token, async |app| {
    let scene = Scene::set(app).await;
    scene.operator.close(&scene.case, "resolved", "safe").await.expect(200);
    let before = scene.everything().await;
    let token = &scene.stored.case_token;
    scene.phone.add(token, "facts", &json!({ "facts": { "people": 2 } })).await.refused(Code::CaseClosed);
    scene.phone.add(token, "position", &json!({ "position": { "lat": 1, "lon": 36 } })).await.refused(Code::CaseClosed);
    for (body, code) in [
        (json!({ "position": { "lat": 91, "lon": 36 } }), Code::InvalidValue),
        (json!({ "position": { "lat": 1 } }), Code::WrongType),
        (json!({ "position": { "lat": 1, "lon": 36, "accuracy_m": -1 } }), Code::InvalidValue),
        (json!({ "position": { "lat": 1, "lon": 36, "source": "dream" } }), Code::WrongType),
        (json!({ "position": { "lat": 1, "lon": 36 }, "case": Uuid::nil() }), Code::UnknownField),
    ] {
        scene.phone.add(token, "position", &body).await.refused(code);
    }
    assert_eq!(scene.everything().await, before);
});

on_both!(addresses_that_cannot_be_are_answered_as_problems, async |app| {
    let scene = Scene::set(app).await;
    let before = scene.everything().await;
    let operator = &scene.operator;
    operator.get(&format!("/v1/cases/{}", Uuid::nil())).await.refused(Code::NotFound);
    for path in [
        "/v1/cases/not-a-uuid",
        "/v1/nothing",
        "/nothing",
        "/v1",
        "/console/../v1/cases/x",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
    ] {
        operator.get(path).await.refused(Code::NotFound);
    }
    operator.post("/v1/cases/not-a-uuid/claim", &json!({})).await.refused(Code::NotFound);
    operator.post("/v1/people/not-a-uuid/enrolment", &json!({})).await.refused(Code::NotFound);
    for query in ["after=yesterday", "limit=many", "limit=-1&after=2031-99-01T00:00:00Z"] {
        let answer = operator.get(&format!("/v1/cases?{query}")).await;
        assert!([400, 422].contains(&answer.problem().status), "{query}");
    }
    operator.post("/v1/people/search", &json!({ "q": "x".repeat(101) })).await.refused(Code::InvalidValue);
    operator.post("/v1/people/search", &json!({ "query": "x" })).await.refused(Code::UnknownField);
    for (method, path) in [
        (Method::DELETE, "/v1/cases".to_owned()),
        (Method::PUT, "/v1/session".to_owned()),
        (Method::GET, "/v1/not-okay".to_owned()),
        (Method::PATCH, format!("/v1/cases/{}", scene.case.id)),
        (Method::GET, format!("/v1/cases/{}/claim", scene.case.id)),
        (Method::DELETE, "/healthz".to_owned()),
    ] {
        let answer = operator.http().send(operator.request(method.clone(), &path)).await;
        answer.refused(Code::MethodNotAllowed);
    }
    assert_eq!(scene.everything().await, before);
});
