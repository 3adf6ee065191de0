//! The routes of other systems: a token reaches the people and groups of its own organisation, while it
//! lasts, and nothing of another's.

use chrono::TimeDelta;
use muster::http::documents::openapi;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Provisioner, key, on_both};
use uuid::Uuid;

const PREFIX: &str = "/scim/v2";

/// Every operation of the document that is for other systems: method and path after the prefix.
fn all() -> Vec<(Method, String)> {
    let document = serde_json::to_value(openapi()).expect("JSON");
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let Some(path) = path.strip_prefix(PREFIX) else { continue };
        for method in methods.as_object().expect("methods").keys() {
            all.push((method.to_uppercase().parse().expect("a method"), path.to_owned()));
        }
    }
    all
}

pub(super) fn operations() -> impl Iterator<Item = String> {
    all().into_iter().map(|(method, path)| format!("{method} {PREFIX}{path}"))
}

/// A system, with somebody and a group of its own.
struct Kept {
    system: Provisioner,
    user: Uuid,
    group: Uuid,
}

impl Kept {
    async fn by(system: Provisioner, office: &str, number: u8) -> Self {
        let user = user(office, number);
        let group = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
                            "displayName": format!("Group {number}") });
        let id = |answer: Answer| {
            let made = answer.expect(201).value();
            made["id"].as_str().expect("an identifier").parse().expect("a UUID")
        };
        let user = id(system.send(Method::POST, "/Users", &user).await);
        let group = id(system.send(Method::POST, "/Groups", &group).await);
        Self { system, user, group }
    }

    /// What is asked about in a path.
    fn id(&self, path: &str) -> String {
        match path.split('/').nth(1) {
            Some("Users") => self.user.to_string(),
            Some("Groups") => self.group.to_string(),
            Some("Schemas") => "urn:ietf:params:scim:schemas:core:2.0:User".to_owned(),
            _ => "User".to_owned(),
        }
    }
}

fn user(office: &str, number: u8) -> Value {
    const SECURITY: &str = "urn:muster:scim:2.0:SecurityProfile";
    json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", SECURITY], "displayName": "Somebody",
            "userName": format!("somebody{number}@matrix.example"), "active": true,
            SECURITY: { "personKind": "staff", "recruitment": "national", "office": office } })
}

async fn ask(system: &Provisioner, method: &Method, path: &str, number: u8) -> Answer {
    let patch = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                        "Operations": [{ "op": "replace", "path": "displayName", "value": "Another name" }] });
    let body = match (method.as_str(), path.split('/').nth(1)) {
        ("GET", _) => return system.get(path).await,
        ("DELETE", _) => return system.delete(path).await,
        ("PATCH", _) => patch,
        (_, Some("Users")) => user("Kenya Office", number),
        (_, Some("Groups")) => {
            json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": format!("G {number}") })
        }
        _ => json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [] }),
    };
    system.send(method.clone(), path, &body).await
}

on_both!(another_system_reaches_its_own_organisation_while_its_token_lasts, by_hand, async |app| {
    let world = app.world().await;
    let desk = &world.administrator.desk;
    let hills = json!({ "name": "Hills Relief", "short_name": "HILLS" });
    let hills = desk.post("/v1/organisations", &hills).await.expect(201).value();
    let hills: Uuid = hills["id"].as_str().expect("an identifier").parse().expect("a UUID");
    let office = json!({ "organisation": hills, "country": "KE", "name": "Hills in Kenya" });
    desk.post("/v1/offices", &office).await.expect(201);
    let own = Kept::by(Provisioner::issued_by(desk, world.organisation, 1).await, "Kenya Office", 1).await;
    let other = Kept::by(Provisioner::issued_by(desk, hills, 30).await, "Hills in Kenya", 2).await;
    let (mut allowed, mut refused) = (0, 0);
    // What ends something comes last.
    let mut operations = all();
    operations.sort_by_key(|(method, _)| method == Method::DELETE);
    for (method, path) in &operations {
        let about = |id: &str| path.replace("{id}", id);
        let cell = format!("{method} {path}");
        if path.starts_with("/Users/") || path.starts_with("/Groups/") {
            let theirs = ask(&own.system, method, &about(&other.id(path)), 11).await;
            let nothing = ask(&own.system, method, &about(&key().to_string()), 11).await;
            assert_eq!(theirs.status, 404, "{cell} of another's: {}", theirs.text());
            assert_eq!(theirs.text(), nothing.text(), "{cell}: another's is as what is not there");
            refused += 1;
        }
        let answer = ask(&own.system, method, &about(&own.id(path)), 12).await;
        assert!(answer.status < 300 || answer.status == 409, "{cell}: {} {}", answer.status, answer.text());
        if method == Method::GET && ["/Users", "/Groups"].contains(&path.as_str()) {
            let text = answer.text();
            assert!(text.contains(&own.id(path)) && !text.contains(&other.id(path)), "{cell}: {text}");
        }
        allowed += 1;
    }
    app.advance(TimeDelta::days(1));
    for (method, path) in &operations {
        let answer = ask(&own.system, method, &path.replace("{id}", &own.id(path)), 13).await;
        assert_eq!(answer.status, 401, "{method} {path} when the token has run out: {}", answer.text());
        refused += 1;
    }
    println!("matrix, machines, {:?}: {} cells, {allowed} allowed, {refused} refused", app.db(), allowed + refused);
    assert!(allowed > 15 && refused > allowed);
});
