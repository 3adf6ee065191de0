//! Signing in at a console: the cookie, the origin, the header, the links.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use tests::{SignedIn, on_both};
use wire::Code;
use wire::access::{AccountLink, Role, Session};

on_both!(the_cookie_is_bound_to_this_host_and_no_script_reads_it, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let answer = SignedIn::try_sign_in(operator.http(), &operator.email, &operator.password).await.expect(200);
    let cookie = answer.header("set-cookie").expect("a cookie");
    let (pair, attributes) = cookie.split_once(';').expect("attributes");
    assert!(pair.starts_with("__Host-muster=") && pair.len() >= "__Host-muster=".len() + 43, "256 random bits");
    let attributes: Vec<&str> = attributes.split(';').map(str::trim).collect();
    for attribute in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
        assert!(attributes.contains(&attribute), "{attribute} is not among {attributes:?}");
    }
    assert!(!attributes.iter().any(|attribute| attribute.starts_with("Domain")));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let session: Session = answer.json();
    assert_eq!((session.name.as_str(), session.works_cases, session.exercise), ("Awa Diallo", true, false));
    assert_eq!(session.roles, [Role::OperationsOperator]);
    assert!(session.expires - session.server_time <= TimeDelta::hours(12));
    assert_eq!(operator.get("/v1/session").await.expect(200).json::<Session>().person, operator.person);
});

on_both!(a_wrong_password_and_an_unknown_account_get_the_same_answer, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let wrong = SignedIn::try_sign_in(operator.http(), &operator.email, "not the password at all").await;
    let unknown = SignedIn::try_sign_in(operator.http(), "nobody@lakes.example", "not the password at all").await;
    let (first, second) = (wrong.refused(Code::SignInFailed), unknown.refused(Code::SignInFailed));
    assert_eq!(first, second);
    assert!(wrong.header("set-cookie").is_none());
    // Somebody of the register without an account.
    let phones = json!({ "email": "nora@lakes.example" });
    world.person_with("Nora Lind", &world.kenya, phones).await;
    let without = SignedIn::try_sign_in(operator.http(), "nora@lakes.example", "not the password at all").await;
    assert_eq!(without.refused(Code::SignInFailed), first);
});

on_both!(tries_are_slowed_and_nobody_is_locked_out, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let sign_in = async |password: &str| SignedIn::try_sign_in(operator.http(), &operator.email, password).await;
    for expected in [1, 2, 4, 8, 16, 30, 30] {
        sign_in("wrong").await.refused(Code::SignInFailed);
        let wait = sign_in(&operator.password).await;
        let problem = wait.refused(Code::SignInDelayed);
        assert_eq!(
            (problem.retry_after, wait.header("retry-after")),
            (Some(expected), Some(expected.to_string().as_str()))
        );
        // Who is signed in is not touched, and neither is anybody else's account.
        operator.get("/v1/session").await.expect(200);
        app.advance(TimeDelta::seconds(i64::from(expected)));
    }
    sign_in(&operator.password).await.expect(200);
    let other = world.operator("Ben Otieno").await;
    other.get("/v1/snapshot").await.expect(200);
});

on_both!(writes_from_other_pages_are_refused_whatever_the_cookie, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    let own = operator.http().origin();
    let paths = [
        (Method::POST, "/v1/session".to_owned()),
        (Method::DELETE, "/v1/session".to_owned()),
        (Method::POST, "/v1/live/ticket".to_owned()),
        (Method::POST, format!("/v1/cases/{id}/claim")),
        (Method::POST, "/v1/cases".to_owned()),
        (Method::POST, "/v1/people".to_owned()),
        (Method::POST, "/v1/setup".to_owned()),
        (Method::POST, "/v1/password".to_owned()),
        (Method::POST, "/v1/session/password".to_owned()),
        (Method::POST, format!("/v1/people/{}/enrolment", phone.person)),
    ];
    for (method, path) in &paths {
        let base =
            || operator.bare(method.clone(), path).header("Idempotency-Key", tests::key().to_string()).json(&json!({}));
        let send = async |request: reqwest::RequestBuilder| operator.http().send(request).await;
        for foreign in ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://localhost:1"] {
            send(base().header("Origin", foreign).header("Muster-Console", "1")).await.refused(Code::OriginRefused);
        }
        send(base().header("Muster-Console", "1")).await.refused(Code::OriginRefused);
        let cross = base().header("Origin", &own).header("Muster-Console", "1").header("Sec-Fetch-Site", "cross-site");
        send(cross).await.refused(Code::OriginRefused);
        send(base().header("Origin", &own)).await.refused(Code::CsrfMissing);
    }
    // A form of another page: its content type needs no preflight, and its cookie is of no use.
    let form = operator
        .bare(Method::POST, &format!("/v1/cases/{id}/claim"))
        .header("Origin", "https://evil.example")
        .header("Content-Type", "text/plain")
        .body("{}");
    operator.http().send(form).await.refused(Code::OriginRefused);
    assert!(operator.sees(id).await.case.owner.is_none());
    let answer = operator.get("/v1/snapshot").await.expect(200);
    assert!(answer.header("access-control-allow-origin").is_none());
});

on_both!(a_session_ends_for_good_at_sign_out_and_after_twelve_hours, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let gone = operator.sign_out().await.expect(204);
    let cookie = gone.header("set-cookie").expect("the cookie is taken away");
    assert!(cookie.starts_with("__Host-muster=;") && cookie.contains("Max-Age=0"), "{cookie}");
    operator.get("/v1/session").await.refused(Code::CredentialExpired);
    operator.post("/v1/cases", &json!({ "name": "A", "channel": "call" })).await.refused(Code::CredentialExpired);
    let operator = operator.again().await;
    app.advance(TimeDelta::hours(12) - TimeDelta::seconds(1));
    operator.get("/v1/session").await.expect(200);
    app.advance(TimeDelta::seconds(1));
    operator.get("/v1/session").await.refused(Code::CredentialExpired);
    app.anonymous().get("/v1/session").await.refused(Code::Unauthenticated);
});

on_both!(the_first_administrators_link_works_once, async |app| {
    let secret = app.app().access.setup_secret().await.expect("the store answers").expect("nobody yet");
    let anonymous = app.anonymous();
    let first = |secret: &str, password: &str| json!({ "secret": secret, "organisation": "Lakes Relief", "name": "Ines Okoro", "email": "ines@lakes.example", "password": password });
    anonymous.post("/v1/setup", &first("guessed", "heron gravel lantern tide")).await.refused(Code::LinkInvalid);
    anonymous.post("/v1/setup", &first(&secret, "too short")).await.refused(Code::PasswordRefused);
    anonymous.post("/v1/setup", &first(&secret, "passwordpassword")).await.refused(Code::PasswordRefused);
    anonymous.post("/v1/setup", &first(&secret, "heron gravel lantern tide")).await.expect(201);
    anonymous.post("/v1/setup", &first(&secret, "heron gravel lantern tide")).await.refused(Code::LinkInvalid);
    assert!(app.app().access.setup_secret().await.expect("the store answers").is_none());
});

on_both!(a_password_link_works_once_within_a_day_and_ends_every_session, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let link = async || {
        let path = format!("/v1/people/{}/account", operator.person);
        let made: AccountLink = world.administrator.post(&path, &json!({})).await.expect(201).json();
        let (page, secret) = made.link.split_once("#password=").expect("the secret is in the fragment");
        assert_eq!(page, format!("{}/console", operator.http().origin()));
        secret.to_owned()
    };
    let set = async |secret: &str, password: &str| {
        app.anonymous().post("/v1/password", &json!({ "secret": secret, "password": password })).await
    };
    let next = "another gravel lantern";
    let old = link().await;
    let secret = link().await;
    set(&old, next).await.refused(Code::LinkInvalid);
    set(&secret, "short").await.refused(Code::PasswordRefused);
    set(&secret, &operator.email).await.refused(Code::PasswordRefused);
    set(&secret, next).await.expect(204);
    set(&secret, next).await.refused(Code::LinkInvalid);
    operator.get("/v1/session").await.refused(Code::CredentialExpired);
    SignedIn::try_sign_in(operator.http(), &operator.email, &operator.password).await.refused(Code::SignInFailed);
    app.advance(TimeDelta::seconds(1));
    SignedIn::try_sign_in(operator.http(), &operator.email, next).await.expect(200);
    let late = link().await;
    app.advance(TimeDelta::hours(24));
    set(&late, next).await.refused(Code::LinkInvalid);
});
