//! Changing one's own password while signed in.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Operator, SignedIn, TestApp, on_both};
use uuid::Uuid;
use wire::Code;
use wire::access::{AccountLink, Session};
use wire::sign_in::SessionsEnded;

const NEXT: &str = "another gravel lantern";

async fn send(desk: &SignedIn, body: &Value) -> Answer {
    desk.http().send(desk.request(Method::POST, "/v1/session/password").json(body)).await
}

async fn change(desk: &Operator, present: &str, password: &str) -> Answer {
    send(desk, &json!({ "present": present, "password": password })).await
}

async fn signs_in(operator: &Operator, password: &str) -> Answer {
    SignedIn::try_sign_in(operator.http(), &operator.email, password).await
}

/// What the log of a scope says of changed passwords.
async fn noted(app: &TestApp, scope: Uuid) -> Vec<String> {
    let payloads = app.log_of(scope).await.into_iter().filter_map(|event| event.payload);
    let texts = payloads.map(|payload| String::from_utf8_lossy(&payload).into_owned());
    texts.filter(|text| text.contains("password_changed")).collect()
}

on_both!(a_password_is_changed_by_the_present_one_and_everything_else_of_the_account_ends, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.account("Awa Diallo", &world.kenya).await;
    world.grant(operator.person, "operations_operator", "installation", None).await;
    let elsewhere = operator.again().await;
    let console = elsewhere.console().await;
    let made = world.administrator.post(&format!("/v1/people/{}/account", operator.person), &json!({})).await;
    let link: AccountLink = made.expect(201).json();
    let waits = link.link.split("#password=").nth(1).expect("the secret is in the fragment");
    app.advance(TimeDelta::minutes(6));

    let changed = change(&operator, &operator.password, NEXT).await.expect(200);
    assert_eq!(changed.json::<SessionsEnded>().ended, 1);
    assert_eq!(changed.header("cache-control"), Some("no-store"));
    // The session that asked goes on, and whoever knew the old password knows nothing.
    let session: Session = operator.get("/v1/session").await.expect(200).json();
    assert_eq!(session.stepped_up_until, Some(app.now() + TimeDelta::minutes(5)), "it was a step-up");
    elsewhere.get("/v1/session").await.refused(Code::CredentialExpired);
    assert_eq!(console.end().await.code, 4001);
    signs_in(&operator, &operator.password).await.refused(Code::SignInFailed);
    app.advance(TimeDelta::seconds(1));
    signs_in(&operator, NEXT).await.expect(200);
    let set = json!({ "secret": waits, "password": "yet another lantern" });
    app.anonymous().post("/v1/password", &set).await.refused(Code::LinkInvalid);

    for scope in [world.kenya.id, world.organisation] {
        let noted = noted(app, scope).await;
        assert_eq!(noted.len(), 1, "{noted:?}");
        assert!(noted[0].contains("1 other sessions were ended") && noted[0].contains(&operator.person.to_string()));
    }
    let dump = app.database().dump();
    for secret in [operator.password.as_str(), NEXT] {
        assert!(!tests::holds(&dump, secret));
    }
});

on_both!(a_wrong_present_password_changes_nothing_and_slows_the_next_try, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let elsewhere = operator.again().await;
    for wait in [1, 2, 4] {
        change(&operator, "not my password", NEXT).await.refused(Code::SignInFailed);
        let problem = change(&operator, &operator.password, NEXT).await.refused(Code::SignInDelayed);
        assert_eq!(problem.retry_after, Some(wait));
        // One count with the step-up: nobody tries twice as fast by taking turns.
        operator.try_step_up(&operator.password, None).await.refused(Code::SignInDelayed);
        app.advance(TimeDelta::seconds(i64::from(wait)));
    }
    for desk in [&operator, &elsewhere] {
        desk.get("/v1/session").await.expect(200);
    }
    signs_in(&operator, &operator.password).await.expect(200);
    assert!(noted(app, world.organisation).await.is_empty());
    change(&operator, &operator.password, NEXT).await.expect(200);
});

on_both!(a_password_that_may_not_be_chosen_is_refused_and_nothing_changes, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let elsewhere = operator.again().await;
    let long = "lamp river ".repeat(12);
    for bad in ["too short", "Password Password 1!", &operator.email, &operator.password, &long] {
        let refused = change(&operator, &operator.password, bad).await.refused(Code::PasswordRefused);
        assert_eq!((refused.status, refused.field.as_deref()), (422, Some("/password")), "{bad}");
        assert!(!refused.detail.contains(bad), "{}", refused.detail);
    }
    send(&operator, &json!({ "password": NEXT })).await.refused(Code::WrongType);
    send(&operator, &json!({ "present": operator.password, "password": 15 })).await.refused(Code::WrongType);
    let person = json!({ "present": operator.password, "password": NEXT, "person": world.administrator.person });
    assert_eq!(send(&operator, &person).await.refused(Code::UnknownField).field.as_deref(), Some("/person"));
    app.anonymous().post("/v1/session/password", &person).await.refused(Code::Unauthenticated);
    elsewhere.get("/v1/session").await.expect(200);
    signs_in(&operator, &operator.password).await.expect(200);
    assert!(noted(app, world.organisation).await.is_empty());
});

on_both!(who_has_a_code_generator_gives_a_code_too_and_each_once, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let (generator, codes) = operator.sets_up_second_factor(app.now()).await;
    app.advance(TimeDelta::minutes(1));
    let with = async |code: &str, present: &str, password: &str| {
        send(&operator, &json!({ "present": present, "password": password, "code": code })).await
    };
    change(&operator, &operator.password, NEXT).await.refused(Code::CodeRequired);
    let wrong = with("000000", &operator.password, NEXT).await.refused(Code::CodeWrong);
    assert_eq!(wrong.field.as_deref(), Some("/code"));
    app.advance(TimeDelta::seconds(1));
    let code = generator.shows(app.now());
    with(&code, &operator.password, NEXT).await.expect(200);
    with(&code, NEXT, "yet another lantern").await.refused(Code::CodeWrong);
    app.advance(TimeDelta::seconds(1));
    with(&codes[0], NEXT, "yet another lantern").await.expect(200);
    app.advance(TimeDelta::seconds(1));
    with(&codes[0], "yet another lantern", NEXT).await.refused(Code::CodeWrong);
    assert_eq!(noted(app, world.organisation).await.len(), 2);
});

on_both!(of_two_changes_at_once_one_counts, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let elsewhere = operator.again().await;
    let to = |password: &str| json!({ "present": operator.password, "password": password });
    let (first, second) = (to(NEXT), to("yet another lantern"));
    let (first, second) = tokio::join!(send(&operator, &first), send(&elsewhere, &second));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401], "{} {}", first.text(), second.text());
    let counts = if first.status == 200 { NEXT } else { "yet another lantern" };
    signs_in(&operator, counts).await.expect(200);
    assert_eq!(noted(app, world.organisation).await.len(), 1);
});

/// `name=value` of the cookie by which a browser is known again.
fn browser(answer: &Answer) -> String {
    let all = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let kept =
        all.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.starts_with("__Host-muster-browser="));
    kept.expect("the browser is remembered").to_owned()
}

on_both!(a_browser_that_was_known_stays_known, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let before = browser(&signs_in(&operator, &operator.password).await.expect(200));
    let changed = change(&operator, &operator.password, NEXT).await.expect(200);
    let after = browser(&changed);
    for _ in 0..6 {
        signs_in(&operator, "a stranger's guess").await.problem();
    }
    signs_in(&operator, NEXT).await.refused(Code::SignInDelayed);
    for kept in [before, after] {
        let body = json!({ "email": operator.email, "password": NEXT });
        let request = SignedIn::signing_in(operator.http(), &body).header("Cookie", kept);
        operator.http().send(request).await.expect(200);
    }
});
