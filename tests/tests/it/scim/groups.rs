//! Groups and their members.

use super::*;

fn members(group: &Value) -> Vec<&str> {
    group["members"].as_array().into_iter().flatten().filter_map(|one| one["value"].as_str()).collect()
}

on_both!(people_come_into_groups_and_go, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    let mut people = Vec::new();
    for number in 1..=3 {
        people.push(enter(&system, &somebody(number)).await.0.to_string());
    }
    let new = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Wardens",
                      "externalId": "G-1", "members": [{ "value": people[0] }] });
    let group = system.send(Method::POST, "/Groups", &new).await.expect(201).value();
    let path = format!("/Groups/{}", group["id"].as_str().expect("an identifier"));
    assert_eq!(members(&group), [people[0].as_str()]);
    refused(system.send(Method::POST, "/Groups", &new).await, 409, Some("uniqueness"));

    let add = json!([{ "op": "Add", "path": "members", "value": [{ "value": people[1] }, { "value": people[2] }] }]);
    assert_eq!(members(&system.patch(&path, add).await.expect(200).value()).len(), 3);
    // As Entra removes, and as Okta does.
    let remove = json!([{ "op": "Remove", "path": "members", "value": [{ "value": people[0] }] }]);
    assert_eq!(members(&system.patch(&path, remove).await.expect(200).value()).len(), 2);
    let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", people[1]) }]);
    assert_eq!(members(&system.patch(&path, remove).await.expect(200).value()), [people[2].as_str()]);
    let user = system.get(&format!("/Users/{}", people[2])).await.expect(200).value();
    assert_eq!(user["groups"][0]["display"], "Wardens");

    let foreign =
        json!([{ "op": "add", "path": "members", "value": [{ "value": people[0] }, { "value": Uuid::from_u128(7) }] }]);
    refused(system.patch(&path, foreign).await, 400, Some("invalidValue"));
    let now = system.get(&path).await.expect(200).value();
    assert_eq!((members(&now), &now["meta"]["version"]), (vec![people[2].as_str()], &json!("W/\"4\"")));
    let by_member = system.find("/Groups", &format!("members eq \"{}\"", people[2])).await.expect(200).value();
    assert_eq!(by_member["totalResults"], 1);
    let lean = system.get("/Groups?excludedAttributes=members&filter=displayName%20eq%20%22wardens%22").await;
    let lean = lean.expect(200).value();
    assert!(lean["totalResults"] == 1 && lean["Resources"][0].get("members").is_none());

    system.delete(&path).await.expect(204);
    refused(system.get(&path).await, 404, None);
    system.get(&format!("/Users/{}", people[2])).await.expect(200);
});
