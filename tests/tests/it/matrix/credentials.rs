//! Each route takes its own kind of credential, and no other: a phone's token opens nothing of the
//! console's, a session nothing of a phone's; and nobody's phone reads another's.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use muster::http::documents::openapi;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Provisioner, TestApp, key, on_both};
use wire::{Code, IDEMPOTENCY_KEY};

/// Routes that no session opens.
const OF_PHONES: [&str; 16] = [
    "GET /v1/me/now",
    "GET /v1/me/profile",
    "PUT /v1/me/current-place",
    "DELETE /v1/me/current-place",
    "POST /v1/me/numbers/{id}/code",
    "POST /v1/me/numbers/{id}/verify",
    "GET /v1/me/push",
    "PUT /v1/me/push",
    "DELETE /v1/me/push",
    "POST /v1/woken",
    "POST /v1/not-okay",
    "GET /v1/my-case",
    "POST /v1/my-case/facts",
    "POST /v1/my-case/position",
    "POST /v1/enrol",
    "POST /v1/token",
];

/// Routes by which everybody whom the matrix tries comes in, steps up, and goes.
const OF_PASSWORDS: [&str; 5] =
    ["POST /v1/session", "POST /v1/setup", "POST /v1/password", "POST /v1/session/step-up", "DELETE /v1/session"];

/// Routes that what a gateway was given opens: how they are used is tested with calls and texts.
const OF_GATEWAYS: [&str; 3] =
    ["GET /v1/gateways/texts/reports", "POST /v1/gateways/texts", "POST /v1/gateways/calls/events"];

pub(super) fn operations() -> impl Iterator<Item = String> {
    OF_PHONES.into_iter().chain(OF_PASSWORDS).chain(OF_GATEWAYS).map(str::to_owned)
}

/// Every operation of the document with the name of its security scheme.
fn schemes() -> Vec<(Method, String, Option<String>)> {
    let document = serde_json::to_value(openapi()).expect("JSON");
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let method = method.to_uppercase().parse().expect("a method");
            let first = operation["security"].as_array().and_then(|all| all.first()).and_then(Value::as_object);
            let scheme = first.and_then(|scheme| scheme.keys().next().cloned());
            all.push((method, path.clone(), scheme));
        }
    }
    all
}

/// One credential of each kind, all good, as header lines by the name of their scheme.
async fn credentials(app: &TestApp) -> Vec<(&'static str, Vec<(String, String)>)> {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let stored = phone.tap().await;
    let system = Provisioner::issued_by(&world.administrator, world.organisation, 30).await;
    let by = |scheme: &str, token: &str| vec![("Authorization".to_owned(), format!("{scheme} {token}"))];
    vec![
        ("session", vec![("Cookie".to_owned(), operator.cookie().to_owned())]),
        ("device", by("Bearer", &phone.tokens.access)),
        ("serviceToken", by("Bearer", system.secret())),
        ("distress", by("Distress", &phone.distress)),
        ("case", by("Case", &stored.case_token)),
        ("gateway", by("Basic", &BASE64_STANDARD.encode(format!("kannel:{}", tests::gateway::INBOUND)))),
        ("distress as another's", by("Bearer", &phone.distress)),
        ("case as another's", by("Bearer", &stored.case_token)),
        ("device as another's", by("Distress", &phone.tokens.access)),
    ]
}

on_both!(every_route_takes_its_own_kind_of_credential_only, by_hand, async |app| {
    let credentials = credentials(app).await;
    let (mut cells, mut wrong) = (0, Vec::new());
    for (method, path, scheme) in schemes() {
        let Some(scheme) = scheme else { continue };
        for (kind, headers) in credentials.iter().filter(|(kind, _)| *kind != scheme) {
            let path = path.replace("{id}", &key().to_string()).replace("{number}", &key().to_string());
            let http = app.http();
            let request = http.request(method.clone(), &path).header(IDEMPOTENCY_KEY, key().to_string());
            let mut request = request.header("Origin", http.origin()).header("Muster-Console", "1");
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let answer = http.send(request.json(&json!({}))).await;
            cells += 1;
            // A phone that has lost its capability calls for help with what it has.
            let rings = (path.as_str(), *kind) == ("/v1/not-okay", "device");
            if answer.status != if rings { 201 } else { 401 } {
                wrong.push(format!("{method} {path} by {kind}: {} {}", answer.status, answer.text()));
            }
        }
    }
    println!("matrix, credentials, {:?}: {cells} cells, one allowed", app.db());
    assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cells > 300, "{cells} cells");
});

on_both!(a_phone_acts_for_its_owner_only, by_hand, async |app| {
    let world = app.world().await;
    let numbers = json!({ "phones": [{ "number": "+254705550201", "kind": "mobile" }] });
    let other = world.person_with("Grace Achieng", &world.kenya, numbers).await;
    let theirs = other.phones.first().and_then(|phone| phone.id).expect("a number of the register");
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    for (path, body) in [
        (format!("/v1/me/numbers/{theirs}/code"), json!({})),
        (format!("/v1/me/numbers/{theirs}/verify"), json!({ "code": "000000" })),
    ] {
        let ask = |path: String, body: Value| {
            let phone = &phone;
            async move {
                let with =
                    |request: reqwest::RequestBuilder| request.header(IDEMPOTENCY_KEY, key().to_string()).json(&body);
                phone.ask(Method::POST, &path, with).await
            }
        };
        let refused = ask(path.clone(), body.clone()).await.refused(Code::NotFound);
        let unknown = ask(path.replace(&theirs.to_string(), &key().to_string()), body).await.refused(Code::NotFound);
        assert_eq!(refused.detail, unknown.detail);
    }
    let profile = phone.ask(Method::GET, "/v1/me/profile", |request| request).await.expect(200).text();
    assert!(!profile.contains("Achieng") && profile.contains("Kimani"));
});
