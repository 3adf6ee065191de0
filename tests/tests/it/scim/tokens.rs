//! Tokens: issued, shown once, ended, run out; what they open and what not.

use super::*;
use tests::{PASSWORD, key};
use wire::Code;
use wire::tokens::{ServiceTokens, TokenIssued};

on_both!(a_token_opens_scim_until_it_runs_out_or_is_ended_and_nothing_else, by_hand, async |app| {
    let world = app.world().await;
    let desk = &world.administrator.desk;
    let (one, other) = (system(&world).await, system(&world).await);
    one.get("/Users").await.expect(200);
    for (method, path) in [
        (Method::GET, "/v1/people"),
        (Method::GET, "/v1/tokens"),
        (Method::GET, "/v1/me/now"),
        (Method::GET, "/v1/session"),
        (Method::POST, "/v1/people"),
        (Method::GET, "/v1/snapshot"),
    ] {
        for scheme in ["Bearer", "Distress", "Case"] {
            let request =
                desk.http().request(method.clone(), path).header("Authorization", format!("{scheme} {}", one.secret()));
            let request = request.header("Origin", desk.http().origin()).header("Muster-Console", "1");
            assert_eq!(desk.http().send(request).await.status, 401, "{method} {path}");
        }
    }
    // A session, a phone's token and a secret of nobody open nothing here.
    refused(desk.get("/scim/v2/Users").await, 401, None);
    refused(app.http().get("/scim/v2/Users").await, 401, None);
    for secret in ["", "x", "muster-scim_", "muster-scim_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let request =
            app.http().request(Method::GET, "/scim/v2/Users").header("Authorization", format!("Bearer {secret}"));
        refused(app.http().send(request).await, 401, None);
    }
    let listed: ServiceTokens = desk.get("/v1/tokens").await.expect(200).json();
    assert_eq!(listed.tokens.len(), 2);
    assert!(listed.tokens.iter().any(|token| token.id == one.token && token.last_used_at.is_some()));
    assert!(listed.tokens.iter().any(|token| token.id == other.token && token.last_used_at.is_none()));
    assert!(!desk.get("/v1/tokens").await.text().contains(one.secret()));

    desk.withdraw(&format!("/v1/tokens/{}", one.token), "The system was replaced").await.expect(200);
    refused(one.get("/Users").await, 401, None);
    desk.withdraw(&format!("/v1/tokens/{}", one.token), "Once more").await.refused(Code::AlreadyEnded);
    other.get("/Users").await.expect(200);
    app.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    other.get("/Users").await.expect(200);
    app.advance(TimeDelta::seconds(1));
    refused(other.get("/Users").await, 401, None);
    let notices = noted(app, world.organisation, "token_changed").await;
    assert_eq!(notices.len(), 3, "two issued, one ended");
    assert_eq!(notices[2]["reason"], "The system was replaced");
});

on_both!(tokens_are_issued_by_who_may_after_a_step_up_and_shown_once, by_hand, async |app| {
    let world = app.world().await;
    let desk = &world.administrator.desk;
    let new = json!({ "organisation": world.organisation, "name": "Okta", "days": 30 });
    app.advance(TimeDelta::minutes(6));
    desk.post("/v1/tokens", &new).await.refused(Code::StepUpRequired);
    desk.step_up(PASSWORD).await;
    let again = key();
    let issued: TokenIssued = desk.post_by(again, "/v1/tokens", &new).await.expect(201).json();
    assert!(issued.secret.len() > 40);
    let twice = desk.post_by(again, "/v1/tokens", &new).await;
    assert!(!twice.text().contains(&issued.secret));
    twice.refused(Code::AlreadyExists);
    assert!(!tests::holds(&app.database().dump(), &issued.secret), "the secret is nowhere on disk");

    for (body, field) in [
        (json!({ "organisation": Uuid::from_u128(7), "name": "Okta", "days": 30 }), "/organisation"),
        (json!({ "organisation": world.organisation, "name": " ", "days": 30 }), "/name"),
        (json!({ "organisation": world.organisation, "name": "Okta", "days": 0 }), "/days"),
        (json!({ "organisation": world.organisation, "name": "Okta", "days": 366 }), "/days"),
    ] {
        assert_eq!(desk.post("/v1/tokens", &body).await.refused(Code::InvalidValue).field.as_deref(), Some(field));
    }
    let steward = crate::people::somebody(&world, "Lea Mutai", "list_steward", world.kenya.id).await;
    steward.step_up(&steward.password).await;
    steward.post("/v1/tokens", &new).await.refused(Code::Forbidden);
    steward.get("/v1/tokens").await.refused(Code::Forbidden);
    // Who administers one office administers no token of the organisation.
    let local = crate::people::somebody(&world, "Abel Okot", "administrator", world.kenya.id).await;
    local.step_up(&local.password).await;
    let problem = local.post("/v1/tokens", &new).await.refused(Code::InvalidValue);
    assert_eq!(problem.field.as_deref(), Some("/organisation"));
    assert!(local.get("/v1/tokens").await.expect(200).json::<ServiceTokens>().tokens.is_empty());
    let path = format!("/v1/tokens/{}", issued.token.id);
    local.withdraw(&path, "Not mine to end").await.refused(Code::NotFound);
});
