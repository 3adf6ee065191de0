//! The second factor and the step-up: who is asked for them, and what they are asked for.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Operator, PASSWORD, SignedIn, TestApp, World, on_both};
use wire::Code;
use wire::access::Session;
use wire::sign_in::SecondFactorOffered;

/// A world whose server, started again, asks for second factors.
async fn strict(app: &mut TestApp) -> World {
    let world = app.world().await;
    app.stop().await;
    app.require_second_factor();
    app.start_again();
    world
}

async fn signs_in(operator: &Operator, code: &str) -> Answer {
    SignedIn::try_sign_in_with(operator.http(), &operator.email, &operator.password, code).await
}

async fn session(desk: &SignedIn) -> Session {
    desk.get("/v1/session").await.expect(200).json()
}

on_both!(without_a_second_factor_an_operator_reaches_nothing_but_its_setting_up, by_hand, async |app| {
    let world = strict(app).await;
    let administrator = &world.administrator;
    let seen = session(administrator).await;
    assert!(seen.second_factor_required && !seen.second_factor && seen.roles.is_empty() && seen.permissions.is_empty());
    for path in ["/v1/places", "/v1/snapshot", "/v1/sessions", "/v1/cases", "/v1/audit"] {
        let answer = administrator.get(path).await;
        assert_eq!(answer.refused(Code::SecondFactorRequired).status, 403, "{path}");
    }
    for (path, body) in [
        ("/v1/people", json!({ "office": world.kenya.id, "kind": "visitor", "name": "Nobody" })),
        ("/v1/grants", json!({ "person": administrator.person, "role": "shift_lead", "area": "installation" })),
        ("/v1/organisations", json!({ "name": "Two", "short_name": "2" })),
        ("/v1/session/password", json!({ "present": PASSWORD, "password": "another gravel lantern" })),
        (&format!("/v1/people/{}/second-factor/removal", administrator.person), json!({ "reason": "lost it" })),
    ] {
        administrator.post(path, &body).await.refused(Code::SecondFactorRequired);
    }
    let ticket = administrator.request(Method::POST, "/v1/live/ticket");
    administrator.http().send(ticket).await.refused(Code::SecondFactorRequired);
    // Set up, everything is there, in the same session.
    let (generator, codes) = administrator.sets_up_second_factor(app.now()).await;
    assert_eq!(codes.len(), 10);
    let seen = session(administrator).await;
    assert!(!seen.second_factor_required && seen.second_factor && !seen.roles.is_empty());
    administrator.get("/v1/places").await.expect(200);
    // From now on the password alone opens nothing.
    let (http, email) = (administrator.http(), "ines.okoro@lakes.example");
    SignedIn::try_sign_in(http, email, PASSWORD).await.refused(Code::CodeRequired);
    app.advance(TimeDelta::seconds(30));
    SignedIn::try_sign_in_with(http, email, PASSWORD, &generator.shows(app.now())).await.expect(200);
});

on_both!(whoever_has_no_rights_signs_in_by_password_and_is_asked_when_they_get_some, async |app| {
    let world = app.world().await;
    let plain = world.account("Awa Diallo", &world.kenya).await;
    app.stop().await;
    app.require_second_factor();
    app.start_again();
    assert!(!session(&plain).await.second_factor_required);
    plain.get("/v1/sessions").await.expect(200);
    world.administrator.sets_up_second_factor(app.now()).await;
    world.grant(plain.person, "field_security_officer", "office", Some(world.kenya.id)).await;
    assert!(session(&plain).await.second_factor_required);
    plain.get("/v1/snapshot").await.refused(Code::SecondFactorRequired);
    plain.sets_up_second_factor(app.now()).await;
    plain.get("/v1/snapshot").await.expect(200);
});

on_both!(each_code_is_taken_once_and_only_in_its_time, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let (generator, codes) = operator.sets_up_second_factor(app.now()).await;
    let at = |seconds: i64| generator.shows(app.now() + TimeDelta::seconds(seconds));
    // The one that confirmed it is used.
    signs_in(&operator, &at(0)).await.refused(Code::CodeWrong);
    app.advance(TimeDelta::seconds(60));
    for (seconds, wait) in [(-60, 2), (60, 4)] {
        let problem = signs_in(&operator, &at(seconds)).await.refused(Code::CodeWrong);
        assert_eq!(problem.field.as_deref(), Some("/code"));
        app.advance(TimeDelta::seconds(wait));
    }
    let code = at(0);
    signs_in(&operator, &code).await.expect(200);
    signs_in(&operator, &code).await.refused(Code::CodeWrong);
    app.advance(TimeDelta::seconds(30));
    // A step before the one that was used last does not come back.
    signs_in(&operator, &at(-30)).await.refused(Code::CodeWrong);
    app.advance(TimeDelta::seconds(2));
    signs_in(&operator, &at(0)).await.expect(200);
    // Recovery codes: each once.
    signs_in(&operator, &codes[3]).await.expect(200);
    signs_in(&operator, &codes[3]).await.refused(Code::CodeWrong);
    app.advance(TimeDelta::seconds(1));
    signs_in(&operator, &codes[4].to_lowercase()).await.expect(200);
});

on_both!(wrong_codes_slow_the_next_try_and_say_nothing_before_the_password_is_right, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let wrong_before = SignedIn::try_sign_in_with(operator.http(), &operator.email, "not it", "123456").await;
    let before = wrong_before.refused(Code::SignInFailed);
    app.advance(TimeDelta::seconds(1));
    operator.sets_up_second_factor(app.now()).await;
    let after = SignedIn::try_sign_in_with(operator.http(), &operator.email, "not it", "123456").await;
    assert_eq!(after.refused(Code::SignInFailed), before);
    app.advance(TimeDelta::seconds(2));
    for wait in [4, 8, 16, 30] {
        signs_in(&operator, "000000").await.refused(Code::CodeWrong);
        let delayed = signs_in(&operator, "000000").await.refused(Code::SignInDelayed);
        assert_eq!(delayed.retry_after, Some(wait));
        app.advance(TimeDelta::seconds(wait.into()));
    }
});

on_both!(a_bad_request_of_the_second_factor_names_its_field_and_changes_nothing, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let confirm = async |body: Value| operator.post("/v1/second-factor/confirm", &body).await;
    confirm(json!({ "code": "123456" })).await.refused(Code::NotFound);
    let offered: SecondFactorOffered = operator.post("/v1/second-factor", &json!({})).await.expect(201).json();
    assert!(offered.uri.starts_with("otpauth://totp/Muster:") && offered.uri.contains(&offered.secret));
    assert!(offered.qr_svg.starts_with("<svg") && !offered.qr_svg.contains("<script"));
    assert_eq!(confirm(json!({ "code": "1" })).await.refused(Code::InvalidValue).field.as_deref(), Some("/code"));
    assert_eq!(confirm(json!({ "code": 1 })).await.refused(Code::WrongType).status, 400);
    let more = confirm(json!({ "code": "123456", "person": world.administrator.person })).await;
    assert_eq!(more.refused(Code::UnknownField).field.as_deref(), Some("/person"));
    operator.post("/v1/second-factor", &json!({ "secret": "AAAA" })).await.refused(Code::UnknownField);
    assert!(!session(&operator).await.second_factor);
    operator.again().await;
});

on_both!(what_cannot_be_taken_back_needs_a_proof_of_the_last_five_minutes, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let offer = async || operator.post("/v1/second-factor", &json!({})).await;
    offer().await.expect(201);
    app.advance(TimeDelta::minutes(5));
    let problem = offer().await.refused(Code::StepUpRequired);
    assert!(problem.detail.contains("/v1/session/step-up"), "{}", problem.detail);
    assert_eq!(session(&operator).await.stepped_up_until, None);
    operator.try_step_up("not the password", None).await.refused(Code::SignInFailed);
    assert_eq!(operator.try_step_up(&operator.password, None).await.refused(Code::SignInDelayed).retry_after, Some(1));
    // The session goes on, and so does signing in elsewhere.
    operator.get("/v1/snapshot").await.expect(200);
    operator.again().await;
    app.advance(TimeDelta::seconds(1));
    operator.step_up(&operator.password).await;
    assert_eq!(session(&operator).await.stepped_up_until, Some(app.now() + TimeDelta::minutes(5)));
    let (generator, _) = operator.sets_up_second_factor(app.now()).await;
    app.advance(TimeDelta::minutes(6));
    operator.try_step_up(&operator.password, None).await.refused(Code::CodeRequired);
    offer().await.refused(Code::StepUpRequired);
    operator.try_step_up(&operator.password, Some(&generator.shows(app.now()))).await.expect(200);
    offer().await.expect(201);
});

on_both!(a_lost_code_generator_is_taken_away_by_an_administrator_and_everybody_is_told, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    operator.sets_up_second_factor(app.now()).await;
    let removal = format!("/v1/people/{}/second-factor/removal", operator.person);
    operator.post(&removal, &json!({ "reason": "I lost my phone." })).await.refused(Code::Forbidden);
    let remove = async |reason: &str| world.administrator.post(&removal, &json!({ "reason": reason })).await;
    assert_eq!(remove("").await.refused(Code::InvalidValue).field.as_deref(), Some("/reason"));
    operator.get("/v1/session").await.expect(200);
    remove("The phone fell into the lake.").await.expect(204);
    operator.get("/v1/session").await.refused(Code::CredentialExpired);
    operator.again().await;
    remove("The phone fell into the lake.").await.refused(Code::NotFound);
    let log = app.log_of(world.kenya.id).await;
    let notices: Vec<String> = log
        .iter()
        .filter_map(|event| event.payload.as_ref())
        .map(|payload| String::from_utf8_lossy(payload).into_owned())
        .filter(|payload| payload.contains("second_factor_changed"))
        .collect();
    assert_eq!(notices.len(), 2, "set up, and taken away");
    assert!(notices[1].contains("The phone fell into the lake.") && !notices[1].contains("Awa"));
});

on_both!(neither_a_secret_nor_a_code_stands_in_the_database, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let offered: SecondFactorOffered = operator.post("/v1/second-factor", &json!({})).await.expect(201).json();
    let (generator, codes) = operator.sets_up_second_factor(app.now()).await;
    operator.try_step_up(&operator.password, Some(&codes[0])).await.expect(200);
    let dump = app.database().dump();
    let secrets = [offered.secret, offered.uri, operator.password.clone()].into_iter().chain(codes);
    for secret in secrets.flat_map(|secret| [secret.replace('-', ""), secret]) {
        assert!(!tests::holds(&dump, &secret), "{secret}");
    }
    let raw = generator.secret();
    assert!(!dump.windows(raw.len()).any(|window| window == raw));
    let hex: String = raw.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!tests::holds(&dump, &hex));
});
