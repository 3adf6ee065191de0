//! Groups and their members.

use std::collections::BTreeSet;

use muster::people::Checked;
use muster::people::service::create_many;
use muster::store::{Halt, Lane};
use tests::TestApp;
use wire::people::{NewPerson, PersonKind};

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

/// So many people of an office, entered without the interface.
async fn crowd(app: &TestApp, office: Uuid, of: usize) -> Vec<Uuid> {
    let mut all = Vec::with_capacity(of);
    for first in (0..of).step_by(100) {
        let some: Vec<Checked> = (first..first + 100)
            .map(|n| Checked::new(&NewPerson::new(office, PersonKind::StaffNational, format!("Person {n}"))))
            .map(|checked| checked.expect("a person"))
            .collect();
        let write =
            app.app().store.write(Lane::Normal, vec![office], move |tx| Ok::<_, Halt<()>>(create_many(tx, &some)?));
        all.extend(write.await.expect("entered"));
    }
    all
}

fn values(of: &[Uuid]) -> Value {
    of.iter().map(|person| json!({ "value": person.to_string().to_uppercase() })).collect()
}

on_both!(a_group_of_sixteen_thousand_is_changed_by_many_values_while_alarms_are_stored, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    let people = crowd(app, world.kenya.id, 16_400).await;
    let (first, rest) = people[..16_000].split_at(1_000);
    let new = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Everybody",
                      "members": values(first) });
    let group = system.send(Method::POST, "/Groups", &new).await.expect(201).value();
    let path = format!("/Groups/{}", group["id"].as_str().expect("an identifier"));
    let lean = format!("{path}?excludedAttributes=members");
    let patch = async |operations: Value| {
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
        system.send(Method::PATCH, &lean, &body).await
    };
    for some in rest.chunks(1_000) {
        patch(json!([{ "op": "add", "path": "members", "value": values(some) }])).await.expect(200);
    }

    // In one change: five hundred go by their values, ninety by filters, four hundred come, and a thousand
    // are said who are there already. Two systems change it at once, and somebody is in danger.
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let mut operations = vec![
        json!({ "op": "remove", "path": "members", "value": values(&people[..500]) }),
        json!({ "op": "add", "path": "members", "value": values(&people[16_000..]) }),
        json!({ "op": "add", "path": "members", "value": values(&people[2_000..3_000]) }),
    ];
    let by_filter =
        people[600..690].iter().map(|one| json!({ "op": "remove", "path": format!("members[value eq \"{one}\"]") }));
    operations.extend(by_filter);
    let renamed = json!([{ "op": "replace", "path": "displayName", "value": "All of us" }]);
    let (changed, named, ()) = tokio::join!(patch(json!(operations)), patch(renamed), async {
        for _ in 0..20 {
            phone.tap().await;
        }
    });
    changed.expect(200);
    named.expect(200);
    let now = system.get(&path).await.expect(200).value();
    let expected: BTreeSet<String> = people[500..600].iter().chain(&people[690..]).map(Uuid::to_string).collect();
    let there: BTreeSet<String> = members(&now).into_iter().map(str::to_owned).collect();
    assert_eq!((there.len(), there == expected), (15_810, true));
    assert_eq!((&now["displayName"], &now["meta"]["version"]), (&json!("All of us"), &json!("W/\"18\"")));

    // More than a thousand by one request, an old version, and somebody unknown change nothing.
    let twice = json!([{ "op": "remove", "path": "members", "value": values(&people[1_000..2_000]) },
                       { "op": "remove", "path": "members", "value": values(&people[2_000..2_001]) }]);
    refused(patch(twice).await, 413, Some("tooMany"));
    let one = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                      "Operations": [{ "op": "remove", "path": "members", "value": values(&people[1_000..1_001]) }] });
    let old = system.request(Method::PATCH, &path).header("If-Match", "W/\"17\"").body(one.to_string());
    refused(app.http().send(old).await, 412, None);
    let nobody = json!([{ "op": "add", "path": "members", "value": [{ "value": Uuid::from_u128(7) }] }]);
    refused(patch(nobody).await, 400, Some("invalidValue"));
    // What is said already is no change.
    patch(json!([{ "op": "add", "path": "members", "value": values(&people[2_000..3_000]) }])).await.expect(200);
    assert_eq!(system.get(&lean).await.expect(200).value()["meta"]["version"], "W/\"18\"");
});
