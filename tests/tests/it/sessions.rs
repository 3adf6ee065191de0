//! Sessions: seen, told apart, ended by their owners and by who may.

use reqwest::Method;
use serde_json::json;
use tests::{SignedIn, on_both};
use wire::Code;
use wire::access::AccountLink;
use wire::sign_in::{OpenSession, OpenSessions, SessionsEnded};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";

async fn listed(desk: &SignedIn, path: &str) -> Vec<OpenSession> {
    desk.get(path).await.expect(200).json::<OpenSessions>().sessions
}

on_both!(a_person_sees_their_sessions_and_ends_any_of_them, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let body = json!({ "email": operator.email, "password": operator.password });
    let signing_in = SignedIn::signing_in(operator.http(), &body).header("User-Agent", FIREFOX);
    let other = SignedIn::by_answer(operator.http(), &operator.http().send(signing_in).await.expect(200));
    let sessions = listed(&operator, "/v1/sessions").await;
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions.iter().filter(|one| one.current).count(), 1);
    let theirs = sessions.iter().find(|one| !one.current).expect("the other one");
    assert_eq!(theirs.device, "Firefox on Linux");
    operator.delete(&format!("/v1/sessions/{}", theirs.id)).await.expect(204);
    other.get("/v1/session").await.refused(Code::CredentialExpired);
    operator.get("/v1/session").await.expect(200);
    operator.delete(&format!("/v1/sessions/{}", theirs.id)).await.refused(Code::NotFound);
    operator.delete("/v1/sessions/not-an-id").await.refused(Code::NotFound);
    let path = format!("/v1/sessions/{}", tests::key());
    operator.delete(&path).await.refused(Code::NotFound);
    let unkeyed = operator.request(Method::DELETE, &path);
    operator.http().send(unkeyed).await.refused(Code::KeyMissing);
});

on_both!(an_ended_sessions_console_closes, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let elsewhere = operator.again().await;
    let console = elsewhere.console().await;
    let sessions = listed(&operator, "/v1/sessions").await;
    let theirs = sessions.iter().find(|one| !one.current).expect("the other one");
    operator.delete(&format!("/v1/sessions/{}", theirs.id)).await.expect(204);
    assert_eq!(console.end().await.code, 4001);
});

on_both!(who_may_ends_somebodys_sessions_within_their_reach_and_it_is_noted, async |app| {
    let world = app.world().await;
    let operator = world.account("Awa Diallo", &world.kenya).await;
    let path = format!("/v1/people/{}/sessions", operator.person);
    let (end, reason) = (format!("{path}/end"), json!({ "reason": "Her laptop was stolen." }));
    let near = world.account("Ben Otieno", &world.kenya).await;
    world.grant(near.person, "administrator", "office", Some(world.kenya.id)).await;
    let far = world.account("Lea Moreau", &world.uganda).await;
    world.grant(far.person, "administrator", "office", Some(world.uganda.id)).await;
    let plain = world.account("Nora Lind", &world.kenya).await;
    for by in [&far, &plain] {
        by.get(&path).await.refused(Code::NotFound);
        by.post(&end, &reason).await.refused(Code::NotFound);
    }
    assert_eq!(
        near.post(&end, &json!({ "reason": "" })).await.refused(Code::InvalidValue).field.as_deref(),
        Some("/reason")
    );
    assert_eq!(near.post(&end, &json!({})).await.refused(Code::WrongType).field.as_deref(), Some("/reason"));
    let sessions = listed(&near, &path).await;
    assert_eq!((sessions.len(), sessions[0].current), (1, false));
    far.delete(&format!("/v1/sessions/{}", sessions[0].id)).await.refused(Code::NotFound);
    operator.get("/v1/session").await.expect(200);
    assert_eq!(near.post(&end, &reason).await.expect(200).json::<SessionsEnded>().ended, 1);
    operator.get("/v1/session").await.refused(Code::CredentialExpired);
    let told = |event: &muster::store::log::Logged| {
        let text = event.payload.as_ref().map(|payload| String::from_utf8_lossy(payload).into_owned());
        text.is_some_and(|text| text.contains("sessions_ended") && text.contains("Her laptop was stolen."))
    };
    for scope in [world.kenya.id, world.organisation] {
        assert_eq!(app.log_of(scope).await.iter().filter(|event| told(event)).count(), 1);
    }
});

on_both!(a_new_password_ends_every_session, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let elsewhere = operator.again().await;
    let made = world.administrator.post(&format!("/v1/people/{}/account", operator.person), &json!({})).await;
    let link: AccountLink = made.expect(201).json();
    let secret = link.link.split("#password=").nth(1).expect("the secret is in the fragment");
    let set = json!({ "secret": secret, "password": "another gravel lantern" });
    app.anonymous().post("/v1/password", &set).await.expect(204);
    for desk in [&operator, &elsewhere] {
        desk.get("/v1/session").await.refused(Code::CredentialExpired);
    }
});
