//! What is refused and changes nothing; what is not shown.

use super::*;
use crate::people::everything;
use wire::places::Office;

const SCIM_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

on_both!(each_bad_request_is_refused_with_its_word_and_changes_nothing, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    let (boss, _) = enter(&system, &somebody(1)).await;
    let (person, _) = enter(&system, &somebody(2)).await;
    let path = format!("/Users/{person}");
    let managed = |by: Value| json!([{ "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": by }]);
    // As Entra sends a manager: the identifier alone.
    let after = system.patch(&path, managed(json!(boss))).await.expect(200).value();
    assert_eq!(after[ENTERPRISE]["manager"]["value"], json!(boss));
    let before = system.get(&path).await.expect(200).value();
    let upper = system.get(&format!("/Users/{boss}")).await.expect(200).value();

    let circle = system.patch(&format!("/Users/{boss}"), managed(json!(person))).await;
    assert!(refused(circle, 400, Some("invalidValue")).contains("back to the same person"));
    refused(system.patch(&path, managed(json!(person))).await, 400, Some("invalidValue"));
    assert!(
        refused(system.patch(&path, managed(json!(Uuid::from_u128(7)))).await, 400, Some("invalidValue"))
            .starts_with("manager")
    );
    let of = json!([{ "op": "add", "path": SECURITY, "value": { "personKind": "dependant", "dependantOf": { "value": Uuid::from_u128(7) } } }]);
    assert!(refused(system.patch(&path, of).await, 400, Some("invalidValue")).starts_with("dependantOf"));

    let one = |op: &str, path: &str, value: Value| json!([{ "op": op, "path": path, "value": value }]);
    for (operations, kind) in [
        (one("replace", "phoneNumbers[type eq \"mobile\"].value", json!("0705")), "invalidValue"),
        (one("replace", "emails[type eq \"work\"].value", json!("nowhere")), "invalidValue"),
        (one("replace", "timezone", json!("Mars/Olympus")), "invalidValue"),
        (one("replace", "active", json!("perhaps")), "invalidValue"),
        (one("replace", &format!("{SECURITY}:office"), json!("Atlantis Office")), "invalidValue"),
        (one("add", &format!("{SECURITY}:personKind"), json!("alien")), "invalidValue"),
        (one("add", &format!("{SECURITY}:wardenZone"), json!("No zone")), "invalidValue"),
        (one("add", &format!("{SECURITY}:trainings"), json!([{ "value": "CHESS" }])), "invalidValue"),
        (one("replace", "passport", json!("AB1")), "invalidPath"),
        (one("replace", "medical.allergies", json!("nuts")), "invalidPath"),
        (one("replace", "userName[", json!("x")), "invalidFilter"),
        (one("replace", "id", json!("x")), "mutability"),
        (one("add", "groups", json!([{ "value": "x" }])), "mutability"),
        (json!([{ "op": "remove", "path": "userName" }]), "mutability"),
        (json!([{ "op": "remove" }]), "noTarget"),
        (json!([{ "op": "increase", "path": "title" }]), "invalidSyntax"),
        (json!([]), "invalidSyntax"),
        // The good part of a bad request is not done either.
        (
            json!([{ "op": "add", "path": "title", "value": "Chief" }, { "op": "add", "path": "timezone", "value": "x" }]),
            "invalidValue",
        ),
    ] {
        refused(system.patch(&path, operations.clone()).await, 400, Some(kind));
    }
    refused(
        system.patch(&path, json!(vec![json!({ "op": "add", "path": "title", "value": "x" }); 101])).await,
        413,
        Some("tooMany"),
    );
    refused(system.send(Method::PATCH, &path, &json!({ "Operations": [] })).await, 400, Some("invalidSyntax"));
    refused(system.send(Method::POST, "/Users", &json!([])).await, 400, Some("invalidSyntax"));
    refused(
        system.send(Method::POST, "/Users", &json!({ "userName": "x", "rank": 7 })).await,
        400,
        Some("invalidSyntax"),
    );
    refused(system.send(Method::POST, "/Users", &json!({ "displayName": "X" })).await, 400, Some("invalidValue"));
    let homeless = json!({ "schemas": [SCIM_USER], "userName": "x@lakes.example", "displayName": "X" });
    assert!(
        refused(system.send(Method::POST, "/Users", &homeless).await, 400, Some("invalidValue")).starts_with("office")
    );
    for (change, attribute) in [(json!("E-1"), "externalId"), (json!("person1@lakes.example"), "userName")] {
        let mut double = somebody(3);
        double[attribute] = change;
        refused(system.send(Method::POST, "/Users", &double).await, 409, Some("uniqueness"));
    }
    let broken = system.request(Method::POST, "/Users").body("{");
    refused(app.http().send(broken).await, 400, Some("invalidSyntax"));
    let other = app.http().request(Method::POST, "/scim/v2/Users").header("Content-Type", "text/plain");
    let other = other.header("Authorization", format!("Bearer {}", system.secret())).body("{}");
    refused(app.http().send(other).await, 415, None);
    refused(system.send(Method::PUT, "/Users", &json!({})).await, 405, None);
    refused(system.get("/Users/someone").await, 404, None);
    assert_eq!(system.get(&path).await.expect(200).value(), before);
    assert_eq!(system.get(&format!("/Users/{boss}")).await.expect(200).value(), upper);
    assert_eq!(system.get("/Users").await.expect(200).value()["totalResults"], 3);
});

on_both!(a_change_decided_by_an_old_revision_is_refused, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    let (person, user) = enter(&system, &somebody(1)).await;
    let path = format!("/Users/{person}");
    let first = user["meta"]["version"].as_str().expect("a version").to_owned();
    let asked = |tag: &str| system.request(Method::GET, &path).header("If-None-Match", tag.to_owned());
    assert_eq!(app.http().send(asked(&first)).await.status, 304);
    let put = |tag: &str, body: Value| {
        let request = system.request(Method::PUT, &path).header("If-Match", tag.to_owned());
        let http = app.http();
        async move { http.send(request.body(body.to_string())).await }
    };
    let mut new = somebody(1);
    new["title"] = json!("Driver");
    new["phoneNumbers"] = Value::Null;
    let second = put(&first, new.clone()).await.expect(200);
    assert_eq!(second.header("etag"), Some("W/\"2\""));
    assert_eq!((&second.value()["title"], second.value().get("phoneNumbers")), (&json!("Driver"), None));
    refused(put(&first, new.clone()).await, 412, None);
    refused(put("nonsense", new).await, 412, None);
    // What a PUT does not say stays.
    let lean = json!({ "schemas": [SCIM_USER], "userName": "person1@lakes.example" });
    let third = put("*", lean).await.expect(200).value();
    assert_eq!((&third["title"], &third["displayName"]), (&json!("Driver"), &json!("Person 1")));
    assert_eq!(third["emails"][0]["value"], "person1@mail.lakes.example");
    assert_eq!(app.http().send(asked(&first)).await.status, 200);
});

on_both!(a_token_reaches_its_own_organisation_and_no_secrets, async |app| {
    let world = app.world().await;
    let desk = &world.administrator.desk;
    let hills = json!({ "name": "Hills Relief", "short_name": "HILLS" });
    let hills: Uuid = desk.post("/v1/organisations", &hills).await.expect(201).value()["id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("a UUID");
    let office = json!({ "organisation": hills, "country": "UG", "name": "Hills Uganda" });
    let office: Office = desk.post("/v1/offices", &office).await.expect(201).json();
    let theirs = world.person_with("Okello Akena", &office, json!({ "email": "okello@hills.example" })).await;
    let theirs = theirs.brief.id.expect("somebody of the register");
    let whole = world.person_with("Amina Diallo", &world.kenya, everything()).await.brief.id.expect("an id");
    let child = world.person_with("Child", &world.kenya, json!({ "kind": "dependant", "sponsor": whole })).await;
    let child = child.brief.id.expect("an id");
    let (lakes, hills) = (system(&world).await, Provisioner::issued_by(desk, hills, 30).await);
    hills.get(&format!("/Users/{theirs}")).await.expect(200);
    assert_eq!(hills.get("/Users").await.expect(200).value()["totalResults"], 1);
    let nobody = lakes.get(&format!("/Users/{}", Uuid::from_u128(7))).await.expect(404).text();
    for hidden in [theirs, child] {
        let path = format!("/Users/{hidden}");
        assert_eq!(lakes.get(&path).await.expect(404).text(), nobody);
        let off = json!([{ "op": "replace", "path": "active", "value": false }]);
        refused(lakes.patch(&path, off).await, 404, None);
        refused(lakes.send(Method::PUT, &path, &somebody(9)).await, 404, None);
        refused(lakes.delete(&path).await, 404, None);
        assert_eq!(lakes.find("/Users", &format!("id eq \"{hidden}\"")).await.expect(200).value()["totalResults"], 0);
    }
    let mut double = somebody(5);
    double["emails"] = json!([{ "value": "okello@hills.example" }]);
    refused(lakes.send(Method::POST, "/Users", &double).await, 409, Some("uniqueness"));
    let managed = json!([{ "op": "add", "path": format!("{ENTERPRISE}:manager"), "value": { "value": theirs } }]);
    refused(lakes.patch(&format!("/Users/{whole}"), managed).await, 400, Some("invalidValue"));
    assert!(read(desk, theirs).await.person.left_at.is_none());

    // Whom another list entered is found by their address, and shown without what SCIM may not write.
    let found = lakes.find("/Users", "userName eq \"amina.diallo@lakes.example\"").await.expect(200);
    for secret in ["AB12345", "nuts", "O-", "House 7", "Hotel Lux", "Omar", "705550199"] {
        assert!(!tests::holds(&found.body, secret), "{secret}");
    }
    let path = format!("/Users/{whole}");
    assert_eq!(found.value()["Resources"][0]["id"], json!(whole));
    lakes.patch(&path, json!([{ "op": "replace", "path": "title", "value": "Chief" }])).await.expect(200);
    let after = read(desk, whole).await;
    assert_eq!((after.residence.as_deref(), after.job_title.as_deref()), (Some("House 7"), Some("Chief")));
    assert!(after.person.phones.len() == 2 && after.source.is_none(), "what was there stays, and whose it is");
    let schemas = lakes.get("/Schemas").await.expect(200);
    assert_eq!(schemas.value()["totalResults"], 4);
    assert!(!schemas.text().contains("passport") && !schemas.text().contains("medical"));
    lakes.get(&format!("/Schemas/{SECURITY}")).await.expect(200);
    refused(lakes.get("/Schemas/urn:nothing").await, 404, None);
    assert_eq!(lakes.get("/ResourceTypes").await.expect(200).value()["totalResults"], 2);
});
