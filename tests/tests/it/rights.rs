//! Rights that begin, end, are stood in for, are taken in an emergency; offices that are seized; and
//! the table of routes, each asked by somebody who lacks what it needs.

use std::time::Duration;

use chrono::TimeDelta;
use muster::http::table::{Needs, ROUTES, Route};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Console, Operator, PATIENCE, SignedIn, Socket, TestApp, World, key, on_both, within};
use uuid::Uuid;
use wire::access::{Grant, GrantOrigin, GrantPage, Permission, Session};
use wire::audit::{AuditPage, Deed, Notice};
use wire::live::FromConsole;
use wire::{Code, IDEMPOTENCY_KEY, PROTOCOL};

/// A stream whose rights changed is closed within this time.
const CLOSED_WITHIN: Duration = Duration::from_secs(5);

async fn closed(console: &Console) -> u16 {
    let closed = within(CLOSED_WITHIN, "the stream to be closed", async || console.model().closed.clone());
    closed.await.code
}

async fn session(desk: &SignedIn) -> Session {
    desk.get("/v1/session").await.expect(200).json()
}

async fn grants(desk: &SignedIn, query: &str) -> Vec<Grant> {
    desk.get(&format!("/v1/grants{query}")).await.expect(200).json::<GrantPage>().grants
}

/// What was done with rights, the newest first: entering people and places is noted too.
async fn audit(desk: &SignedIn, query: &str) -> Vec<Notice> {
    let page: AuditPage = desk.get(&format!("/v1/audit{query}")).await.expect(200).json();
    let about_rights = |notice: &Notice| !matches!(notice.deed, Deed::PersonChanged | Deed::PlaceChanged);
    page.notices.into_iter().filter(about_rights).collect()
}

fn officer(person: Uuid, office: Uuid) -> Value {
    json!({ "person": person, "role": "field_security_officer", "area": "office", "area_id": office })
}

/// Another organisation with an office in Kenya.
async fn another_organisation(world: &World) -> (Uuid, wire::places::Office) {
    let body = json!({ "name": "Hills Relief", "short_name": "HR" });
    let made = world.administrator.post("/v1/organisations", &body).await.expect(201);
    let organisation = made.json::<wire::places::Organisation>().id;
    let body = json!({ "organisation": organisation, "country": "KE", "name": "Hills in Kenya" });
    (organisation, world.administrator.post("/v1/offices", &body).await.expect(201).json())
}

/// A socket after its welcome, whose notices are read one by one.
async fn listening(operator: &Operator) -> Socket {
    let mut socket = Socket::dial(operator.http(), "/v1/live").await;
    let ticket = operator.ticket().await;
    socket.send(&FromConsole::Hello { protocol: PROTOCOL, ticket, cursors: [].into() }).await;
    assert_eq!(socket.frame(PATIENCE).await.expect("a frame")["t"], "welcome");
    socket.send(&FromConsole::Resume { cursors: operator.snapshot().await.cursors }).await;
    socket
}

async fn next_notice(socket: &mut Socket) -> Notice {
    loop {
        let frame = socket.frame(PATIENCE).await.expect("a frame");
        if frame["t"] == "notice" {
            return serde_json::from_value(frame["notice"].clone()).expect("a notice");
        }
    }
}

on_both!(a_grant_begins_and_ends_on_the_minute_and_the_stream_follows, by_hand, async |app| {
    let world = app.world().await;
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let abroad = world.phone("Okello Akena", &world.uganda).await.tap().await.case.id;
    let (from, until) = (app.now() + TimeDelta::minutes(2), app.now() + TimeDelta::minutes(4));
    let time = json!({ "from": from, "until": until, "letter": "OPS/2030/7" });
    let made = world.grant_with(officer.person, "field_security_officer", "office", Some(world.uganda.id), time).await;
    assert_eq!((made.from, made.until, made.letter.as_deref()), (from, Some(until), Some("OPS/2030/7")));
    let path = format!("/v1/cases/{abroad}");
    let mut console = officer.console().await;
    app.advance(TimeDelta::seconds(119));
    officer.get(&path).await.refused(Code::NotFound);
    app.advance(TimeDelta::seconds(1));
    officer.get(&path).await.expect(200);
    assert_eq!(closed(&console).await, 4003);
    console.redial().await;
    console.shows(abroad, "the case of the wider area", |case| case.ringing).await;
    app.advance(TimeDelta::seconds(119));
    officer.get(&path).await.expect(200);
    app.advance(TimeDelta::seconds(1));
    officer.get(&path).await.refused(Code::NotFound);
    assert_eq!(closed(&console).await, 4003);
    assert!(session(&officer).await.grants.iter().all(|grant| grant.id != made.id));
});

on_both!(a_grant_that_is_ended_closes_the_stream_and_is_noted, async |app| {
    let world = app.world().await;
    let officer = world.account("Ken Mwangi", &world.kenya).await;
    let made = world.grant(officer.person, "field_security_officer", "office", Some(world.kenya.id)).await;
    let id = world.phone("Musa Kimani", &world.kenya).await.tap().await.case.id;
    let console = officer.console().await;
    officer.sees(id).await;
    let path = format!("/v1/grants/{}", made.id);
    world.administrator.take_away(&path, &json!({ "reason": "x" })).await.refused(Code::InvalidValue);
    world.administrator.take_away(&path, &json!({ "why": "moved on" })).await.refused(Code::UnknownField);
    officer.sees(id).await;
    let ended: Grant = world.administrator.take_away(&path, &json!({ "reason": "moved on" })).await.expect(200).json();
    assert!(ended.ended_at.is_some() && ended.ended_by == Some(world.administrator.person));
    officer.get(&format!("/v1/cases/{id}")).await.refused(Code::Forbidden);
    assert_eq!(closed(&console).await, 4003);
    world.administrator.take_away(&path, &json!({ "reason": "moved on" })).await.refused(Code::AlreadyEnded);
    let noted = audit(&world.administrator, &format!("?scope={}", world.kenya.id)).await;
    let rights = |deed: &Deed| matches!(deed, Deed::RoleGranted | Deed::RoleEnded);
    let deeds: Vec<Deed> = noted.iter().map(|notice| notice.deed).filter(rights).collect();
    assert_eq!(deeds, [Deed::RoleEnded, Deed::RoleGranted], "the newest first, and what was refused is not there");
    assert_eq!((noted[0].reason.as_deref(), noted[0].subject), (Some("moved on"), Some(officer.person)));
    assert!(noted.iter().all(|notice| notice.actor.id == Some(world.administrator.person)));
    assert!(noted.iter().all(|notice| !notice.what.contains("Mwangi")), "no name of staff");
});

on_both!(a_bad_grant_names_its_field_and_changes_nothing, async |app| {
    let world = app.world().await;
    let person = world.person("Ken Mwangi", &world.kenya).await;
    let (_, foreign) = another_organisation(&world).await;
    let local = world.account("Lea Mutai", &world.kenya).await;
    world.grant(local.person, "administrator", "office", Some(world.kenya.id)).await;
    let good = officer(person, world.kenya.id);
    let with = |changes: Value| {
        let mut body = good.clone();
        for (name, value) in changes.as_object().expect("fields") {
            body[name] = value.clone();
        }
        body
    };
    let (now, hour) = (app.now(), TimeDelta::hours(1));
    let before = (grants(&world.administrator, "?past=true").await, audit(&world.administrator, "").await.len());
    for (changes, code, field) in [
        (json!({ "from": now + hour, "until": now + hour }), Code::InvalidValue, "/until"),
        (json!({ "from": now + hour * 2, "until": now + hour }), Code::InvalidValue, "/until"),
        (json!({ "from": now - hour * 2, "until": now - hour }), Code::InvalidValue, "/until"),
        (json!({ "person": key() }), Code::InvalidValue, "/person"),
        (json!({ "area_id": key() }), Code::InvalidValue, "/area_id"),
        (json!({ "area_id": foreign.id }), Code::InvalidValue, "/area_id"),
        (json!({ "area_id": world.uganda.id }), Code::InvalidValue, "/area_id"),
        (json!({ "area": "zone" }), Code::InvalidValue, "/area"),
        (json!({ "role": "personnel" }), Code::InvalidValue, "/role"),
        (json!({ "country": "KE" }), Code::InvalidValue, "/country"),
        (json!({ "rank": 1 }), Code::InvalidValue, "/rank"),
        (json!({ "letter": "x".repeat(121) }), Code::InvalidValue, "/letter"),
        (json!({ "role": "emperor" }), Code::WrongType, ""),
        (json!({ "granted_by": person }), Code::UnknownField, "/granted_by"),
        (json!({ "origin": "break_glass" }), Code::UnknownField, "/origin"),
    ] {
        let refused = local.post("/v1/grants", &with(changes.clone())).await.refused(code);
        if !field.is_empty() {
            assert_eq!(refused.field.as_deref(), Some(field), "{changes}");
        }
    }
    let whole = json!({ "person": person, "role": "administrator", "area": "installation" });
    local.post("/v1/grants", &whole).await.refused(Code::Forbidden);
    let after = (grants(&world.administrator, "?past=true").await, audit(&world.administrator, "").await.len());
    assert_eq!(after, before);
    local.post("/v1/grants", &good).await.expect(201);
});

on_both!(a_role_change_asks_for_the_password_again_after_five_minutes, by_hand, async |app| {
    let world = app.world().await;
    let person = world.person("Ken Mwangi", &world.kenya).await;
    let made = world.grant(person, "field_security_officer", "office", Some(world.kenya.id)).await;
    app.advance(TimeDelta::minutes(5));
    let before = grants(&world.administrator, "?past=true").await;
    let (desk, reason) = (&world.administrator, json!({ "reason": "because of it" }));
    desk.post("/v1/grants", &officer(person, world.uganda.id)).await.refused(Code::StepUpRequired);
    desk.take_away(&format!("/v1/grants/{}", made.id), &reason).await.refused(Code::StepUpRequired);
    let stand_in = json!({ "person": key(), "until": app.now() + TimeDelta::days(1) });
    desk.post(&format!("/v1/grants/{}/ad-interim", made.id), &stand_in).await.refused(Code::StepUpRequired);
    assert_eq!(grants(&world.administrator, "?past=true").await, before);
    world.grant(person, "field_security_officer", "office", Some(world.uganda.id)).await;
});

on_both!(somebody_stands_in_within_the_appointment_and_it_ends_with_it, by_hand, async |app| {
    let world = app.world().await;
    let holder = world.account("Ken Mwangi", &world.kenya).await;
    let colleague = world.account("Uma Nakato", &world.uganda).await;
    let end = app.now() + TimeDelta::days(30);
    let cause = world
        .grant_with(holder.person, "field_security_officer", "office", Some(world.kenya.id), json!({ "until": end }))
        .await
        .id;
    let (_, foreign) = another_organisation(&world).await;
    let stranger = world.person("Omar Said", &foreign).await;
    let path = format!("/v1/grants/{cause}/ad-interim");
    let to = |person: Uuid| json!({ "person": person, "until": app.now() + TimeDelta::days(2), "letter": "AI/4" });
    colleague.post(&path, &to(colleague.person)).await.refused(Code::NotFound);
    assert_eq!(holder.post(&path, &to(stranger)).await.refused(Code::InvalidValue).field.as_deref(), Some("/person"));
    let long = json!({ "person": colleague.person, "until": end + TimeDelta::seconds(1) });
    assert_eq!(holder.post(&path, &long).await.refused(Code::InvalidValue).field.as_deref(), Some("/until"));
    let made: Grant = holder.post(&path, &to(colleague.person)).await.expect(201).json();
    assert_eq!((made.origin, made.cause), (GrantOrigin::AdInterim, Some(cause)));
    assert!(session(&colleague).await.works_cases);
    let console = colleague.console().await;
    let chained = format!("/v1/grants/{}/ad-interim", made.id);
    colleague.post(&chained, &to(holder.person)).await.refused(Code::Forbidden);
    world.administrator.take_away(&format!("/v1/grants/{cause}"), &json!({ "reason": "moved on" })).await.expect(200);
    assert_eq!(closed(&console).await, 4003);
    let now = session(&colleague).await;
    assert!(!now.works_cases && now.grants.is_empty());
    let deeds: Vec<Deed> = audit(&world.administrator, "").await.into_iter().map(|notice| notice.deed).collect();
    assert_eq!(deeds[..2], [Deed::RoleEnded, Deed::RoleDelegated]);
});

on_both!(a_broken_glass_is_told_at_once_and_mends_itself_after_an_hour, by_hand, async |app| {
    let world = app.world().await;
    let lead = world.account("Lea Mutai", &world.kenya).await;
    world.grant(lead.person, "shift_lead", "office", Some(world.kenya.id)).await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let (_, foreign) = another_organisation(&world).await;
    let abroad = world.phone("Okello Akena", &world.uganda).await.tap().await.case.id;
    let path = format!("/v1/cases/{abroad}");
    lead.get(&path).await.refused(Code::NotFound);
    let mut there = listening(&ugandan).await;
    let glass = |office: Uuid, reason: &str| json!({ "area": "office", "area_id": office, "reason": reason });
    let why = "Nobody answers in Kampala";
    ugandan.post("/v1/break-glass", &glass(world.kenya.id, why)).await.refused(Code::Forbidden);
    for (body, field) in [
        (glass(world.uganda.id, "urgent"), "/reason"),
        (glass(foreign.id, why), "/area_id"),
        (glass(world.kenya.id, why), "/area_id"),
        (json!({ "area": "country", "country": "KE", "reason": why }), "/country"),
        (json!({ "area": "installation", "reason": why }), "/area"),
    ] {
        assert_eq!(lead.post("/v1/break-glass", &body).await.refused(Code::InvalidValue).field.as_deref(), Some(field));
    }
    let made: Grant = lead.post("/v1/break-glass", &glass(world.uganda.id, why)).await.expect(201).json();
    assert_eq!((made.origin, made.until), (GrantOrigin::BreakGlass, Some(app.now() + TimeDelta::hours(1))));
    let told = next_notice(&mut there).await;
    assert_eq!((told.deed, told.loud, told.actor.id), (Deed::GlassBroken, true, Some(lead.person)));
    assert_eq!((told.reason.as_deref(), told.until), (Some(why), made.until));
    let of_organisation = audit(&world.administrator, &format!("?scope={}", world.organisation)).await;
    assert_eq!(of_organisation[0], told);
    lead.get(&path).await.expect(200);
    let console = lead.console().await;
    app.advance(TimeDelta::minutes(60));
    lead.get(&path).await.refused(Code::NotFound);
    assert_eq!(closed(&console).await, 4003);
});

on_both!(names_stay_sealed_until_the_official_says_why_and_for_how_long, by_hand, async |app| {
    let world = app.world().await;
    let (official, member) =
        (world.account("Dora Otim", &world.kenya).await, world.account("Sam Wafula", &world.uganda).await);
    let kenya = || json!({ "country": "KE" });
    world.grant_with(official.person, "designated_official", "country", None, kenya()).await;
    world.grant_with(member.person, "security_management_team", "country", None, kenya()).await;
    let names = async |desk: &SignedIn| {
        let may = session(desk).await.permissions.contains(&Permission::ReadPeople);
        let asked = desk.post("/v1/people/search", &json!({ "q": "" })).await;
        assert_eq!(asked.status, if may { 200 } else { 403 });
        may
    };
    assert!(!names(&official).await && !names(&member).await);
    let unseal =
        |country: &str, hours: u64, reason: &str| json!({ "country": country, "hours": hours, "reason": reason });
    let why = "Evacuation of the capital";
    member.post("/v1/unsealing", &unseal("KE", 2, why)).await.refused(Code::Forbidden);
    for (body, field) in
        [(unseal("UG", 2, why), "/country"), (unseal("KE", 25, why), "/hours"), (unseal("KE", 2, "urgent"), "/reason")]
    {
        let refused = official.post("/v1/unsealing", &body).await.refused(Code::InvalidValue);
        assert_eq!(refused.field.as_deref(), Some(field));
    }
    official.post("/v1/unsealing", &unseal("KE", 2, why)).await.expect(201);
    assert!(names(&official).await && names(&member).await);
    let noted = audit(&world.administrator, &format!("?scope={}", world.kenya.id)).await;
    assert_eq!((noted[0].deed, noted[0].loud, noted[0].reason.as_deref()), (Deed::NamesUnsealed, true, Some(why)));
    app.advance(TimeDelta::hours(2));
    assert!(!names(&official).await && !names(&member).await);
});

on_both!(unsealed_names_and_broken_glass_end_with_the_appointment_they_rest_on, by_hand, async |app| {
    let world = app.world().await;
    let person = world.person("Musa Kimani", &world.kenya).await;
    let path = format!("/v1/people/{person}");
    let official = world.account("Dora Otim", &world.ethiopia).await;
    let country = json!({ "country": "KE" });
    let seat = world.grant_with(official.person, "designated_official", "country", None, country).await;
    official.step_up(&official.password).await;
    let body = json!({ "country": "KE", "hours": 24, "reason": "Evacuation of the capital" });
    official.post("/v1/unsealing", &body).await.expect(201);
    official.get(&path).await.expect(200);
    let lead = world.account("Lea Mutai", &world.ethiopia).await;
    let shift = world.grant(lead.person, "shift_lead", "office", Some(world.uganda.id)).await;
    let body = json!({ "area": "office", "area_id": world.kenya.id, "reason": "The officer of Kenya is out of reach" });
    lead.post("/v1/break-glass", &body).await.expect(201);
    lead.get(&path).await.expect(200);
    for (grant, desk) in [(&seat, &official), (&shift, &lead)] {
        let ended = format!("/v1/grants/{}", grant.id);
        world.administrator.withdraw(&ended, "dismissed").await.expect(200);
        desk.get(&path).await.refused(Code::Forbidden);
        assert!(session(desk).await.permissions.is_empty());
    }
});

on_both!(one_press_ends_every_session_of_a_seized_office_and_its_phones_read_nothing, async |app| {
    let world = app.world().await;
    let watch = world.account("Awa Diallo", &world.ethiopia).await;
    world.grant(watch.person, "operations_operator", "installation", None).await;
    let inside = world.field_officer("Ken Mwangi", &world.kenya).await;
    let outside = world.field_officer("Uma Nakato", &world.uganda).await;
    let mut phone = world.phone("Musa Kimani", &world.kenya).await;
    let other = world.phone("Okello Akena", &world.uganda).await;
    let mut socket = phone.socket().await;
    socket.until("what waits", |_| Some(())).await;
    let (console, elsewhere) = (inside.console().await, outside.console().await);
    let path = format!("/v1/offices/{}/seizure", world.kenya.id);
    let why = json!({ "reason": "Armed men are inside" });
    inside.post(&path, &why).await.refused(Code::Forbidden);
    watch.post(&format!("/v1/offices/{}/seizure", key()), &why).await.refused(Code::NotFound);
    watch.post(&path, &json!({})).await.refused(Code::WrongType);
    inside.get("/v1/session").await.expect(200);

    watch.post(&path, &why).await.expect(200);
    assert_eq!(closed(&console).await, 4001);
    inside.get("/v1/session").await.refused(Code::CredentialExpired);
    SignedIn::try_sign_in(inside.http(), &inside.email, &inside.password).await.refused(Code::OfficeSeized);
    phone.try_now(None).await.refused(Code::OfficeSeized);
    phone.refresh_by(&phone.tokens.refresh).await.refused(Code::OfficeSeized);
    let ended = tokio::time::timeout(CLOSED_WITHIN, socket.end()).await.expect("the phone's socket to be closed");
    assert_eq!((ended.code, ended.reason.as_str()), (4001, "office_seized"));

    // Others go on, and a Not Okay from the office rings, and says where it came from.
    other.now().await;
    outside.get("/v1/session").await.expect(200);
    let stored = phone.tap().await;
    let case = watch.sees(stored.case.id).await.case;
    assert!(case.ringing && case.labels.contains(&"office_seized".to_owned()), "{:?}", case.labels);
    phone.my_case(&stored.case_token).await;
    assert_eq!(elsewhere.model().closed, None);

    watch.take_away(&path, &json!({ "reason": "Our guards are back" })).await.expect(204);
    watch.take_away(&path, &json!({ "reason": "Our guards are back" })).await.refused(Code::AlreadyEnded);
    inside.get("/v1/session").await.refused(Code::CredentialExpired);
    inside.again().await;
    phone.refresh_by(&phone.tokens.refresh).await.refused(Code::CredentialExpired);
    phone = world.phone_of(phone.person).await;
    phone.now().await;
    let of_offices = |deed: &Deed| matches!(deed, Deed::OfficeSeized | Deed::OfficeRestored);
    let noted = audit(&world.administrator, "").await;
    let deeds: Vec<Deed> = noted.into_iter().map(|notice| notice.deed).filter(of_offices).collect();
    assert_eq!(deeds[..2], [Deed::OfficeRestored, Deed::OfficeSeized]);
});

on_both!(what_was_done_is_read_by_who_may_within_their_reach_and_in_pages, async |app| {
    let world = app.world().await;
    let local = world.account("Lea Mutai", &world.kenya).await;
    world.grant(local.person, "administrator", "office", Some(world.kenya.id)).await;
    let officer = world.field_officer("Uma Nakato", &world.uganda).await;
    for number in 0..60 {
        let person = world.person(&format!("Person {number}"), &world.kenya).await;
        world.grant(person, "local_security", "office", Some(world.kenya.id)).await;
    }
    officer.get("/v1/audit").await.refused(Code::Forbidden);
    app.anonymous().get("/v1/audit").await.refused(Code::Unauthenticated);
    local.get(&format!("/v1/audit?scope={}", world.uganda.id)).await.refused(Code::NotFound);
    local.get(&format!("/v1/audit?scope={}", world.organisation)).await.refused(Code::NotFound);
    local.get("/v1/audit?after=yesterday").await.refused(Code::InvalidValue);
    local.get("/v1/audit?from=yesterday").await.refused(Code::InvalidValue);
    let (mut read, mut query, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page: AuditPage = local.get(&format!("/v1/audit{query}")).await.expect(200).json();
        pages += 1;
        read.extend(page.notices.iter().map(|notice| notice.id));
        let Some(next) = page.next else { break };
        assert_eq!(page.notices.len(), 50);
        query = format!("?after={next}");
    }
    assert!(pages >= 2 && read.len() >= 60, "{} in {pages} pages", read.len());
    let of_kenya = app.log_of(world.kenya.id).await;
    let mut newest_first: Vec<Uuid> = of_kenya.iter().map(|event| event.id).collect();
    newest_first.reverse();
    assert_eq!(read, newest_first, "each once, and nothing of another office");
});

/// A request for a route as the console's page sends it, with an identifier that is nobody's.
async fn ask(http: &tests::Http, route: &Route, cookie: Option<&str>) -> tests::Answer {
    let nobody = "0192f0a0-0000-7000-8000-000000000001";
    let part = |part| if str::starts_with(part, '{') { nobody } else { part };
    let path = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
    let method = Method::from_bytes(route.method.as_bytes()).expect("a method");
    let mut request = http
        .request(method.clone(), &path)
        .header("Origin", http.origin())
        .header("Muster-Console", "1")
        .header(IDEMPOTENCY_KEY, key().to_string())
        .header("If-Match", "\"1\"");
    if ["/v1/imports", "/v1/import-profiles"].contains(&route.path) {
        request = request.query(&[("organisation", key().to_string())]);
    }
    if method != Method::GET && method != Method::HEAD {
        request = request.json(&json!({}));
    }
    if let Some(cookie) = cookie {
        request = request.header("Cookie", cookie);
    }
    http.send(request).await
}

async fn every_route_asks_for_what_it_needs_here(app: &TestApp) {
    let world = app.world().await;
    let nobody = world.account("Nora Lind", &world.kenya).await;
    let gone = world.account("Gina Ouma", &world.kenya).await;
    gone.sign_out().await.expect(204);
    let http = app.http();
    let mut asked = 0;
    for route in ROUTES {
        let name = format!("{} {}", route.method, route.path);
        let anonymous = ask(&http, route, None).await;
        let ended = ask(&http, route, Some(gone.cookie())).await;
        let powerless = match route.path {
            // They would end the session that asks.
            "/v1/session" if route.method == "DELETE" => None,
            _ => Some(ask(&http, route, Some(nobody.cookie())).await),
        };
        let powerless = powerless.as_ref();
        match route.needs {
            Needs::Public | Needs::OurPage | Needs::Secret | Needs::Socket => continue,
            Needs::SignedInPartly | Needs::SignedIn => {
                anonymous.refused(Code::Unauthenticated);
                ended.refused(Code::CredentialExpired);
                assert!(powerless.is_none_or(|answer| answer.status != 401), "{name}");
            }
            Needs::May(_) => {
                anonymous.refused(Code::Unauthenticated);
                ended.refused(Code::CredentialExpired);
                assert_eq!(powerless.map(|answer| answer.problem().code), Some(Code::Forbidden), "{name}");
            }
            // A console's cookie is no credential of a phone, of a case or of a machine.
            _ => {
                for answer in [Some(&anonymous), Some(&ended), powerless].into_iter().flatten() {
                    assert_eq!(answer.status, 401, "{name}: {}", answer.text());
                }
            }
        }
        asked += 1;
    }
    assert!(asked > 40, "{asked} routes were asked");
}

on_both!(every_route_asks_for_what_the_table_says, async |app| {
    every_route_asks_for_what_it_needs_here(app).await;
});

#[cfg(not(sqlite_only))]
mod on_two_nodes {
    use super::*;
    use tests::{Db, Time, run, until};

    #[test]
    fn a_stream_on_another_node_follows_a_grant_that_is_ended_within_five_seconds() {
        run(Db::Postgres, Time::Real, async |one| {
            let mut other = one.node_beside();
            let world = one.world().await;
            let officer = world.account("Ken Mwangi", &world.kenya).await;
            let made = world.grant(officer.person, "field_security_officer", "office", Some(world.kenya.id)).await;
            let offices = async || (other.app().directory.view().offices.len() >= 3).then_some(());
            until("the places to be known", offices).await;
            let officer = officer.at(&other.http());
            let console = officer.console().await;
            let path = format!("/v1/grants/{}", made.id);
            world.administrator.take_away(&path, &json!({ "reason": "moved on" })).await.expect(200);
            assert_eq!(closed(&console).await, 4003);
            officer.get("/v1/snapshot").await.refused(Code::Forbidden);
            other.stop().await;
        });
    }

    #[test]
    fn a_seizure_on_one_node_ends_consoles_and_phones_on_the_other() {
        run(Db::Postgres, Time::Real, async |one| {
            let mut other = one.node_beside();
            let world = one.world().await;
            let watch = world.account("Awa Diallo", &world.ethiopia).await;
            world.grant(watch.person, "operations_operator", "installation", None).await;
            let inside = world.field_officer("Ken Mwangi", &world.kenya).await;
            let mut phone = world.phone("Musa Kimani", &world.kenya).await;
            let offices = async || (other.app().directory.view().offices.len() >= 3).then_some(());
            until("the places to be known", offices).await;
            let console = inside.at(&other.http()).console().await;
            phone.go_to(&other.http());
            let mut socket = phone.socket().await;
            socket.until("what waits", |_| Some(())).await;
            let path = format!("/v1/offices/{}/seizure", world.kenya.id);
            watch.post(&path, &json!({ "reason": "Armed men are inside" })).await.expect(200);
            assert_eq!(closed(&console).await, 4001);
            let ended =
                tokio::time::timeout(CLOSED_WITHIN, socket.end()).await.expect("the phone's socket to be closed");
            assert_eq!(ended.reason, "office_seized");
            phone.try_now(None).await.refused(Code::OfficeSeized);
            other.stop().await;
        });
    }
}
