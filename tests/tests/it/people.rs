//! The register: one person, lists of them, who is elsewhere for now, whose number is proven.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, SignedIn, TestApp, World, key, on_both};
use uuid::Uuid;
use wire::people::Person;
use wire::register::{PeoplePage, PersonDetail, WaitingNumbers};
use wire::{Code, IDEMPOTENCY_KEY};

/// Sends anything but a GET or POST as a page would, under a fresh key.
pub(crate) async fn send(desk: &SignedIn, method: Method, path: &str, revision: Option<u64>, body: &Value) -> Answer {
    let mut request = desk.request(method, path).header(IDEMPOTENCY_KEY, key().to_string()).json(body);
    if let Some(revision) = revision {
        request = request.header("If-Match", format!("\"{revision}\""));
    }
    desk.http().send(request).await
}

pub(crate) async fn read(desk: &SignedIn, person: Uuid) -> PersonDetail {
    desk.get(&format!("/v1/people/{person}")).await.expect(200).json()
}

pub(crate) async fn change(desk: &SignedIn, person: Uuid, revision: u64, body: Value) -> Answer {
    send(desk, Method::PATCH, &format!("/v1/people/{person}"), Some(revision), &body).await
}

/// Somebody with an account and one role over one office.
pub(crate) async fn somebody(world: &World, name: &str, role: &str, office: Uuid) -> tests::Operator {
    let one = world.account(name, &world.kenya).await;
    world.grant(one.person, role, "office", Some(office)).await;
    one
}

pub(crate) fn id(person: &Person) -> Uuid {
    person.brief.id.expect("somebody of the register")
}

/// What was noted of a deed in the log of a scope.
pub(crate) async fn noted(app: &TestApp, scope: Uuid, deed: &str) -> Vec<Value> {
    let log = app.log_of(scope).await.into_iter();
    let payloads = log.filter_map(|event| serde_json::from_slice::<Value>(&event.payload?).ok());
    payloads.map(|mut payload| payload["notice"].take()).filter(|notice| notice["deed"] == deed).collect()
}

/// Everything that can be said of somebody.
pub(crate) fn everything() -> Value {
    json!({
        "email": "amina.diallo@lakes.example", "languages": ["fr", "en"], "call_sign": "bravo 21",
        "phones": [{ "number": "+254 705 550 101", "kind": "mobile" }, { "number": "+254705550102", "kind": "home" }],
        "external_id": "E-17", "job_title": "Engineer", "time_zone": "Africa/Nairobi",
        "present_until": "2035-01-01T00:00:00Z", "residence": "House 7", "hotel": "Hotel Lux",
        "fallback": { "name": "Omar", "number": "+254705550199" },
        "passport": { "number": "AB12345", "country": "KEN", "expires": "2031-05-01" },
        "medical": { "blood_group": "O-", "allergies": "nuts" }
    })
}

on_both!(a_person_is_entered_read_changed_and_read_again, async |app| {
    let world = app.world().await;
    let steward = somebody(&world, "Lea Mutai", "list_steward", world.kenya.id).await;
    let person = id(&world.person_with("Amina Diallo", &world.kenya, everything()).await);
    let answer = steward.get(&format!("/v1/people/{person}")).await.expect(200);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let first: PersonDetail = answer.json();
    assert_eq!(first.email.as_deref(), Some("amina.diallo@lakes.example"));
    assert_eq!(first.passport.as_ref().map(|one| one.number.as_str()), Some("AB12345"));
    assert_eq!(first.person.brief.time_zone.as_deref(), Some("Africa/Nairobi"));
    assert_eq!(first.person.phones.len(), 2);
    assert!(first.medical.is_none(), "who keeps the list is no medic");

    let changed = json!({ "job_title": "Driver", "hotel": null, "office": world.kenya.id,
                          "phones": [{ "number": "+254705550102", "kind": "mobile" }] });
    let second: PersonDetail = change(&steward, person, 1, changed.clone()).await.expect(200).json();
    assert_eq!((second.revision, second.job_title.as_deref(), second.hotel.as_deref()), (2, Some("Driver"), None));
    assert_eq!(second.residence.as_deref(), Some("House 7"), "what was not said stays");
    assert_eq!(second.person.phones[0].id, first.person.phones[1].id, "a number that stays is the same number");
    change(&steward, person, 1, changed).await.refused(Code::RevisionChanged);
    let path = format!("/v1/people/{person}");
    send(&steward, Method::PATCH, &path, None, &json!({ "hotel": "X" })).await.refused(Code::RevisionMissing);
    assert!(read(&steward, person).await == second);

    // Sent twice under one key it is changed once.
    let again = key();
    let twice = async || {
        let request = steward.request(Method::PATCH, &path).header(IDEMPOTENCY_KEY, again.to_string());
        steward.http().send(request.header("If-Match", "\"2\"").json(&json!({ "hotel": "Hotel Y" }))).await
    };
    assert_eq!(twice().await.expect(200).json::<PersonDetail>().revision, 3);
    assert_eq!(twice().await.expect(200).json::<PersonDetail>().revision, 3);
    let changes = noted(app, world.kenya.id, "person_changed").await.into_iter();
    let changes = changes.filter(|notice| notice["subject"] == json!(person)).count();
    assert_eq!(changes, 3, "entered, changed, changed again");
});

on_both!(each_bad_field_is_named_and_changes_nothing, async |app| {
    let world = app.world().await;
    let steward = somebody(&world, "Lea Mutai", "list_steward", world.kenya.id).await;
    let person = id(&world.person_with("Amina Diallo", &world.kenya, everything()).await);
    let foreign = world.person("Okello Akena", &world.uganda).await;
    let child = id(&world.person_with("Child", &world.kenya, json!({ "kind": "dependant" })).await);
    world.person_with("Taken", &world.kenya, json!({ "email": "taken@lakes.example", "external_id": "E-18" })).await;
    let before = read(&steward, person).await;
    let bad = [
        (json!({ "name": "" }), "/name"),
        (json!({ "email": "amina" }), "/email"),
        (json!({ "languages": ["english!"] }), "/languages/0"),
        (json!({ "phones": [{ "number": "0705", "kind": "mobile" }] }), "/phones/0/number"),
        (json!({ "phones": [{ "number": "+254705550102", "kind": "fax" }] }), "/phones/0/kind"),
        (json!({ "external_id": "x".repeat(101) }), "/external_id"),
        (json!({ "time_zone": "Mars/Olympus" }), "/time_zone"),
        (json!({ "zone": Uuid::from_u128(7) }), "/zone"),
        (json!({ "office": world.uganda.id }), "/office"),
        (json!({ "duty_station": Uuid::from_u128(7) }), "/duty_station"),
        (json!({ "sponsor": foreign }), "/sponsor"),
        (json!({ "kind": "visitor", "sponsor": child }), "/sponsor"),
        (json!({ "kind": "visitor", "sponsor": person }), "/sponsor"),
        (json!({ "supervisor": person }), "/supervisor"),
        (json!({ "supervisor": foreign }), "/supervisor"),
        (json!({ "present_from": "2036-01-01T00:00:00Z" }), "/present_until"),
        (json!({ "residence": "a\nb" }), "/residence"),
        (json!({ "fallback": { "name": "Omar", "number": "12" } }), "/fallback/number"),
        (json!({ "passport": { "number": "?", "country": "KEN" } }), "/passport/number"),
        (json!({ "passport": { "number": "1", "country": "Kenya" } }), "/passport/country"),
        (json!({ "medical": { "blood_group": "Z" } }), "/medical/blood_group"),
    ];
    for (body, field) in bad {
        let problem = change(&steward, person, before.revision, body.clone()).await.refused(Code::InvalidValue);
        assert_eq!(problem.field.as_deref(), Some(field), "{body}");
    }
    for (body, field) in
        [(json!({ "email": "Taken@lakes.example" }), "/email"), (json!({ "external_id": "E-18" }), "/external_id")]
    {
        let problem = change(&steward, person, before.revision, body.clone()).await.refused(Code::AlreadyExists);
        assert_eq!(problem.field.as_deref(), Some(field), "{body}");
    }
    change(&steward, person, 1, json!({ "left_at": null })).await.refused(Code::UnknownField);
    change(&steward, person, 1, json!({ "name": 7 })).await.refused(Code::WrongType);
    change(&steward, foreign, 1, json!({ "name": "Mine" })).await.refused(Code::NotFound);
    change(&steward, Uuid::from_u128(7), 1, json!({ "name": "Nobody" })).await.refused(Code::NotFound);
    assert!(read(&steward, person).await == before);
    for path in ["/v1/people?limit=x", "/v1/people?kind=alien", "/v1/people?after=forged", "/v1/people?q=amina"] {
        steward.get(path).await.refused(Code::InvalidValue);
    }
});

on_both!(who_left_is_kept_apart_signs_in_no_more_and_may_come_back, async |app| {
    let world = app.world().await;
    let steward = somebody(&world, "Lea Mutai", "list_steward", world.kenya.id).await;
    let leaver = world.account("Omar Said", &world.kenya).await;
    let names = async |path: &str| {
        let page: PeoplePage = steward.get(path).await.expect(200).json();
        page.people.into_iter().map(|one| one.brief.name).collect::<Vec<_>>()
    };
    let departure = format!("/v1/people/{}/departure", leaver.person);
    steward.post(&departure, &json!({ "reason": "end of contract" })).await.expect(204);
    steward.post(&departure, &json!({})).await.expect(204);
    assert_eq!(names("/v1/people?left=true").await, ["Omar Said"]);
    assert!(!names("/v1/people").await.contains(&"Omar Said".to_owned()));
    leaver.get("/v1/session").await.refused(Code::CredentialExpired);
    assert!(read(&steward, leaver.person).await.person.left_at.is_some());
    steward.post(&format!("/v1/people/{}/return", leaver.person), &json!({})).await.expect(204);
    assert_eq!(names("/v1/people?left=true").await, Vec::<String>::new());
    assert!(names("/v1/people").await.contains(&"Omar Said".to_owned()));
    leaver.again().await.get("/v1/session").await.expect(200);
    let stranger = world.field_officer("Ken Mwangi", &world.kenya).await;
    stranger.post(&departure, &json!({})).await.refused(Code::Forbidden);
    let abroad = world.person("Okello Akena", &world.uganda).await;
    steward.post(&format!("/v1/people/{abroad}/departure"), &json!({})).await.refused(Code::NotFound);
});

on_both!(a_list_comes_by_name_in_pages_and_ends_at_the_reach, async |app| {
    let world = app.world().await;
    for name in ["Bakari", "Amina", "Chidi"] {
        world.person(name, &world.uganda).await;
    }
    world.person("Foreign", &world.kenya).await;
    let officer = world.account("Zora Officer", &world.uganda).await;
    world.grant(officer.person, "field_security_officer", "office", Some(world.uganda.id)).await;
    let mut names = Vec::new();
    let mut path = "/v1/people?limit=1".to_owned();
    loop {
        let page: PeoplePage = officer.get(&path).await.expect(200).json();
        assert_eq!(page.people.len(), 1);
        names.extend(page.people.into_iter().map(|one| one.brief.name));
        let Some(next) = page.next else { break };
        assert!(!next.to_lowercase().contains("amina"));
        path = format!("/v1/people?limit=1&after={next}");
    }
    assert_eq!(names, ["Amina", "Bakari", "Chidi", "Zora Officer"]);
    let none: PeoplePage = officer.get(&format!("/v1/people?office={}", world.kenya.id)).await.expect(200).json();
    assert!(none.people.is_empty());
    let kind: PeoplePage = officer.get("/v1/people?kind=visitor").await.expect(200).json();
    assert!(kind.people.is_empty());
});

on_both!(an_administrator_sees_no_dependant_and_no_passport, async |app| {
    let world = app.world().await;
    let admin = &world.administrator;
    let sponsor = id(&world.person_with("Amina Diallo", &world.kenya, everything()).await);
    let child = json!({ "kind": "dependant", "sponsor": sponsor, "residence": "School Road 9",
                        "phones": [{ "number": "+254705550777", "kind": "mobile" }] });
    let made = world.person_with("Hidden Child", &world.kenya, child).await;
    assert!(made.brief.name.starts_with("P-"), "not even in the answer to entering them");
    let everywhere = [
        admin.get("/v1/people?limit=200").await.expect(200).text(),
        admin.get(&format!("/v1/people/{}", id(&made))).await.expect(200).text(),
        admin.get(&format!("/v1/people/{sponsor}")).await.expect(200).text(),
        admin.post("/v1/people/search", &json!({ "q": "hidden" })).await.expect(200).text(),
        admin.post("/v1/people/search", &json!({ "q": "+254705550777" })).await.expect(200).text(),
    ];
    for text in &everywhere {
        for hidden in ["Hidden", "705550777", "School Road", "AB12345", "nuts"] {
            assert!(!text.contains(hidden), "{hidden} is in {text}");
        }
    }
    assert!(
        everywhere[1]
            .contains("\"masked\":[\"name\",\"contacts\",\"relations\",\"residence\",\"passport\",\"medical\"]")
    );
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let seen = read(&officer, id(&made)).await;
    assert_eq!((seen.person.brief.name.as_str(), seen.sponsor), ("Hidden Child", Some(sponsor)));
    assert_eq!(read(&officer, sponsor).await.sponsored, [id(&made)]);
    let operator = world.operator("Awa Diallo").await;
    assert!(read(&operator, sponsor).await.passport.is_none(), "operators see no passports");
});

on_both!(what_helps_a_medic_is_shown_while_there_is_an_open_case, async |app| {
    let world = app.world().await;
    let person = id(&world.person_with("Amina Diallo", &world.kenya, everything()).await);
    let operator = world.operator("Awa Diallo").await;
    let steward = somebody(&world, "Lea Mutai", "list_steward", world.kenya.id).await;
    assert!(read(&operator, person).await.medical.is_none());
    let case = world.phone_of(person).await.tap().await.case.id;
    let shown = read(&operator, person).await;
    assert_eq!(shown.medical.and_then(|one| one.blood_group).as_deref(), Some("O-"));
    assert!(read(&steward, person).await.medical.is_none(), "only for who may");
    let taken = operator.claims(case).await;
    operator.close(&taken, "resolved", "spoken to").await.expect(200);
    assert!(read(&operator, person).await.medical.is_none());
});

on_both!(a_place_for_now_shows_open_and_new_cases_there, by_hand, async |app| {
    let world = app.world().await;
    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let open = phone.tap().await.case.id;
    ugandan.get(&format!("/v1/cases/{open}")).await.refused(Code::NotFound);
    let path = format!("/v1/people/{}/current-place", phone.person);
    let place = json!({ "country": "UG", "place": "Kampala, field visit", "until": app.now() + TimeDelta::hours(3) });
    send(&kenyan, Method::PUT, &path, None, &place).await.expect(200);
    let seen = ugandan.sees(open).await;
    assert!(seen.timeline.iter().any(|entry| {
        serde_json::to_value(&entry.change)
            .is_ok_and(|change| change["what"] == "place_set" && change["country"] == "UG")
    }));
    let shown = read(&kenyan, phone.person).await.person.current_place.expect("it is set");
    assert_eq!((shown.country.as_str(), shown.place.as_deref()), ("UG", Some("Kampala, field visit")));

    let colleague = world.phone("Nia Wanjiru", &world.kenya).await;
    let other = world.phone("Jomo Kariuki", &world.kenya).await;
    let theirs = format!("/v1/people/{}/current-place", colleague.person);
    send(&kenyan, Method::PUT, &theirs, None, &place).await.expect(200);
    let tapped = colleague.tap().await.case.id;
    ugandan.sees(tapped).await;
    let raised = other.tap_with(&json!({ "colleague": { "person": colleague.person } })).await.case.id;
    ugandan.sees(raised).await;
    let body = json!({ "person": phone.person, "channel": "call", "facts": {} });
    kenyan.post("/v1/cases", &body).await.expect(201);

    // It ends by itself: an open case stays where it was seen, a new one is not seen there any more.
    app.advance(TimeDelta::hours(4));
    assert!(colleague.tap().await.joined);
    ugandan.sees(tapped).await;
    let taken = kenyan.claims(tapped).await;
    kenyan.close(&taken, "resolved", "back in Kenya").await.expect(200);
    let fresh = other.tap().await.case.id;
    kenyan.sees(fresh).await;
    ugandan.get(&format!("/v1/cases/{fresh}")).await.refused(Code::NotFound);
});

on_both!(a_place_without_an_office_is_the_organisations_and_foreigners_set_none, async |app| {
    let world = app.world().await;
    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let headquarters = world.account("Hana Weiss", &world.uganda).await;
    world.grant(headquarters.person, "regional_security_officer", "organisation", Some(world.organisation)).await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let path = format!("/v1/people/{}/current-place", phone.person);
    let place = |country: &str, hours: i64| json!({ "country": country, "until": app.now() + TimeDelta::hours(hours) });
    for (body, field) in [
        (place("Kenya", 5), "/country"),
        (place("ZZ", 5), "/country"),
        (place("UG", -1), "/until"),
        (place("UG", 24 * 400), "/until"),
        (
            json!({ "country": "UG", "until": app.now() + TimeDelta::hours(5), "from": app.now() + TimeDelta::hours(6) }),
            "/until",
        ),
        (json!({ "country": "UG", "place": "x".repeat(201), "until": app.now() + TimeDelta::hours(5) }), "/place"),
    ] {
        let problem = send(&kenyan, Method::PUT, &path, None, &body).await.refused(Code::InvalidValue);
        assert_eq!(problem.field.as_deref(), Some(field), "{body}");
    }
    send(&ugandan, Method::PUT, &path, None, &place("UG", 5)).await.refused(Code::NotFound);
    assert!(read(&kenyan, phone.person).await.person.current_place.is_none());
    send(&kenyan, Method::PUT, &path, None, &place("PE", 5)).await.expect(200);
    let case = phone.tap().await.case.id;
    assert_eq!(app.log_of(world.organisation).await.iter().filter(|event| event.subject == case).count(), 1);
    send(&kenyan, Method::DELETE, &path, None, &json!({})).await.expect(204);
    assert!(read(&kenyan, phone.person).await.person.current_place.is_none());
});

on_both!(a_place_set_for_later_shows_cases_there_when_it_begins, by_hand, async |app| {
    let world = app.world().await;
    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let case = phone.tap().await.case.id;
    let path = format!("/v1/people/{}/current-place", phone.person);
    let (from, until) = (app.now() + TimeDelta::hours(1), app.now() + TimeDelta::hours(9));
    send(&kenyan, Method::PUT, &path, None, &json!({ "country": "UG", "from": from, "until": until }))
        .await
        .expect(200);
    ugandan.get(&format!("/v1/cases/{case}")).await.refused(Code::NotFound);
    app.advance(TimeDelta::minutes(61));
    tests::until("the case to be seen where its person is now", async || {
        (ugandan.get(&format!("/v1/cases/{case}")).await.status == 200).then_some(())
    })
    .await;
});

on_both!(numbers_are_proven_by_calling_them, async |app| {
    let world = app.world().await;
    let person = id(&world.person_with("Amina Diallo", &world.kenya, everything()).await);
    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let number = read(&kenyan, person).await.person.phones[0].id.expect("a number of the register");
    let path = format!("/v1/people/{person}/numbers/{number}/verification");
    ugandan.post(&path, &json!({})).await.refused(Code::NotFound);
    kenyan
        .post(&format!("/v1/people/{person}/numbers/{}/verification", Uuid::from_u128(7)), &json!({}))
        .await
        .refused(Code::NotFound);
    assert!(read(&kenyan, person).await.person.phones[0].verified_at.is_none());
    kenyan.post(&path, &json!({})).await.expect(200);
    let proven = read(&kenyan, person).await.person.phones;
    assert!(proven[0].verified_at.is_some() && proven[1].verified_at.is_none());
    assert_eq!(proven[0].verified_basis.as_deref(), Some("called"));
    let waiting: WaitingNumbers = kenyan.get("/v1/numbers/waiting").await.expect(200).json();
    assert!(waiting.numbers.is_empty());
});
