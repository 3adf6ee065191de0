//! No route takes a field that it does not know: whoever sends `"role": "administrator"` along is told so.

use muster::http::documents::openapi;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{key, on_both};
use wire::IDEMPOTENCY_KEY;

/// Roles that together open every route of a session.
const ROLES: [(&str, &str); 4] = [
    ("shift_lead", "installation"),
    ("list_steward", "installation"),
    ("administrator", "installation"),
    ("chief_of_mission", "office"),
];

/// Operations with a JSON body that a session opens.
fn operations() -> Vec<(Method, String)> {
    let document = serde_json::to_value(openapi()).expect("JSON");
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let is_json = operation["requestBody"]["content"]["application/json"].is_object();
            let session =
                operation["security"].as_array().is_some_and(|all| all.iter().any(|one| one.get("session").is_some()));
            if is_json && session {
                all.push((method.to_uppercase().parse().expect("a method"), path.clone()));
            }
        }
    }
    all
}

on_both!(no_route_takes_a_field_that_it_does_not_know, by_hand, async |app| {
    let world = app.world().await;
    let somebody = world.account("Nia Barasa", &world.kenya).await;
    for (role, area) in ROLES {
        let over = (area == "office").then_some(world.kenya.id);
        world.grant(somebody.person, role, area, over).await;
    }
    let official = json!({ "country": "KE" });
    world.grant_with(somebody.person, "designated_official", "country", None, official).await;
    somebody.step_up(&somebody.password).await;
    let operations = operations();
    assert!(operations.len() > 50, "{} operations", operations.len());
    let mut wrong = Vec::new();
    for (method, path) in operations {
        let path = path.replace("{id}", &key().to_string()).replace("{number}", &key().to_string());
        let path = path.replace("{shift}", &key().to_string());
        for (field, value) in [
            ("is_administrator", json!(true)),
            ("stored_at", json!("2020-01-01T00:00:00Z")),
            ("state_of_case", json!("closed")),
        ] {
            let request = somebody.request(method.clone(), &path).header(IDEMPOTENCY_KEY, key().to_string());
            let body: Value = json!({ field: value });
            let answer = app.http().send(request.header("If-Match", "\"1\"").json(&body)).await;
            let told = answer.status == 400 && answer.problem().code == wire::Code::UnknownField;
            if !told {
                wrong.push(format!("{method} {path} with {field}: {} {}", answer.status, answer.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
});
