//! SCIM: another system keeps the people and groups of one organisation by a token.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Provisioner, World, on_both};
use uuid::Uuid;

use crate::people::{noted, read};

mod bad;
mod bulk;
mod filters;
mod groups;
mod guard;
mod holders;
mod tokens;

const SECURITY: &str = "urn:muster:scim:2.0:SecurityProfile";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A system with a token of the world's organisation.
async fn system(world: &World) -> Provisioner {
    Provisioner::issued_by(&world.administrator.desk, world.organisation, 30).await
}

/// Somebody of the Kenya office as a directory sends them.
pub(crate) fn somebody(number: usize) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE, SECURITY],
        "externalId": format!("E-{number}"), "userName": format!("Person{number}@lakes.example"),
        "displayName": format!("Person {number}"), "active": true,
        "emails": [{ "primary": true, "type": "work", "value": format!("person{number}@mail.lakes.example") }],
        "phoneNumbers": [{ "type": "mobile", "value": format!("+25470555{number:04}") }],
        SECURITY: { "personKind": "staff", "recruitment": "national", "office": "Kenya Office" },
    })
}

async fn enter(system: &Provisioner, user: &Value) -> (Uuid, Value) {
    let answer = system.send(Method::POST, "/Users", user).await.expect(201);
    let user = answer.value();
    let id = user["id"].as_str().expect("an identifier").parse().expect("a UUID");
    assert_eq!(answer.header("location"), user["meta"]["location"].as_str());
    assert_eq!(answer.header("etag"), user["meta"]["version"].as_str());
    (id, user)
}

/// The answer is an error of the standard.
#[track_caller]
fn refused(answer: Answer, status: u16, kind: Option<&str>) -> String {
    let answer = answer.expect(status);
    assert_eq!(answer.header("content-type"), Some("application/scim+json"), "{}", answer.asked);
    let error = answer.value();
    assert_eq!(error["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
    assert_eq!(error["status"], json!(status.to_string()));
    assert_eq!(error["scimType"].as_str(), kind, "{}: {}", answer.asked, answer.text());
    let detail = error["detail"].as_str().expect("a detail").to_owned();
    assert!(detail.len() > 10, "{}: {detail}", answer.asked);
    detail
}

on_both!(a_directory_enters_finds_changes_and_disables_somebody, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    // As Entra begins: is there anybody?
    let none = system.find("/Users", "userName eq \"person1@lakes.example\"").await.expect(200).value();
    assert_eq!((&none["totalResults"], &none["Resources"]), (&json!(0), &json!([])));
    let (person, user) = enter(&system, &somebody(1)).await;
    assert_eq!(user["userName"], "Person1@lakes.example");
    assert_eq!(user[SECURITY]["personKind"], "staff_national");
    assert_eq!(user["meta"]["version"], "W/\"1\"");
    let desk = &world.administrator.desk;
    let shown = read(desk, person).await;
    assert_eq!(shown.person.brief.name, "Person 1");
    assert_eq!(shown.email.as_deref(), Some("person1@mail.lakes.example"));
    assert_eq!((shown.external_id.as_deref(), shown.source.as_deref()), (Some("E-1"), Some("scim")));
    assert_eq!(shown.person.office_id, world.kenya.id);
    let found = system.find("/Users", "userName eq \"PERSON1@lakes.example\"").await.expect(200).value();
    assert_eq!((&found["totalResults"], &found["Resources"][0]["id"]), (&json!(1), &json!(person)));

    // A number changes as Entra writes it.
    let path = format!("/Users/{person}");
    let number =
        json!([{ "op": "Replace", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+254705559999" }]);
    let after = system.patch(&path, number).await.expect(200).value();
    assert_eq!(after["phoneNumbers"], json!([{ "type": "mobile", "value": "+254705559999", "primary": true }]));
    assert_eq!(read(desk, person).await.person.phones[0].number, "+254705559999");

    // Further attributes, with paths, without, and as names of a value.
    let more = json!([
        { "op": "Add", "path": format!("{ENTERPRISE}:department"), "value": "Water" },
        { "op": "Add", "value": { "title": "Engineer", "name.familyName": "One", format!("{SECURITY}:callSign"): "bravo 21" } },
        { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "one@mail.lakes.example" },
        { "op": "add", "path": SECURITY, "value": { "dutyStationCode": "Nairobi", "trainings": [{ "value": "bsafe", "validUntil": "2031-01-31" }] } },
        { "op": "add", "path": "nickName", "value": "not kept" },
    ]);
    let after = system.patch(&path, more).await.expect(200).value();
    assert_eq!((&after[ENTERPRISE]["department"], &after["title"]), (&json!("Water"), &json!("Engineer")));
    assert_eq!(after[SECURITY]["callSign"], "BRAVO 21");
    assert_eq!(after[SECURITY]["dutyStationCode"], "Nairobi");
    assert_eq!(after[SECURITY]["trainings"], json!([{ "value": "BSAFE", "validUntil": "2031-01-31" }]));
    assert_eq!((&after["displayName"], &after["name"]["familyName"]), (&json!("One"), &json!("One")));
    assert_eq!(after["emails"][0]["value"], "one@mail.lakes.example");
    assert_eq!(after["meta"]["version"], "W/\"3\"", "one request is one change");
    assert!(after.get("nickName").is_none());

    // Entra disables by a text.
    let off = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
    assert_eq!(system.patch(&path, off.clone()).await.expect(200).value()["active"], false);
    assert!(read(desk, person).await.person.left_at.is_some());
    let version = system.patch(&path, off).await.expect(200).value()["meta"]["version"].clone();
    assert_eq!(version, "W/\"4\"", "said again it stays so");
    let on = json!([{ "op": "replace", "value": { "active": "True" } }]);
    assert_eq!(system.patch(&path, on).await.expect(200).value()["active"], true);
    assert!(read(desk, person).await.person.left_at.is_none());
    let notices = noted(app, world.kenya.id, "person_changed").await.into_iter();
    let mine: Vec<Value> = notices.filter(|one| one["subject"] == json!(person)).collect();
    let what: Vec<&str> = mine.iter().filter_map(|one| one["what"].as_str()).collect();
    let (changed, left) = ("a person's fields were changed", "a person was noted as having left");
    assert_eq!(what, ["a person was entered", changed, changed, left, "a person was noted as back"]);
    assert!(mine.iter().all(|one| one["actor"]["name"] == "Entra" && one["actor"]["id"] == json!(system.token)));
});

on_both!(whom_a_system_deletes_is_kept_with_their_case_and_comes_back_as_the_same, async |app| {
    let world = app.world().await;
    let (system, operator) = (system(&world).await, world.operator("Ada Diallo").await);
    let (person, _) = enter(&system, &somebody(1)).await;
    let phone = world.phone_of(person).await;
    let case = phone.tap().await.case.id;
    let path = format!("/Users/{person}");
    system.delete(&path).await.expect(204);
    refused(system.get(&path).await, 404, None);
    refused(system.delete(&path).await, 404, None);
    refused(system.patch(&path, json!([{ "op": "replace", "path": "active", "value": true }])).await, 404, None);
    let found = system.find("/Users", "externalId eq \"E-1\"").await.expect(200).value();
    assert_eq!(found["totalResults"], 0);
    assert!(read(&world.administrator.desk, person).await.person.left_at.is_some());
    assert!(operator.snapshot().await.cases.iter().any(|one| one.id == case), "the case stays open");
    let (again, user) = enter(&system, &somebody(1)).await;
    assert_eq!((again, &user["active"]), (person, &json!(true)));
    assert!(read(&world.administrator.desk, person).await.person.left_at.is_none());
});

on_both!(whom_a_system_enters_again_keeps_what_it_does_not_say, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    let mut whole = somebody(1);
    whole["title"] = json!("Engineer");
    whole[SECURITY]["callSign"] = json!("BRAVO 21");
    whole[SECURITY]["dutyStationCode"] = json!("Nairobi");
    whole[ENTERPRISE] = json!({ "department": "Water" });
    let (person, before) = enter(&system, &whole).await;
    system.delete(&format!("/Users/{person}")).await.expect(204);
    // The office goes without saying, too.
    let lean = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                       "userName": "person1@lakes.example", "title": "Driver" });
    let (again, after) = enter(&system, &lean).await;
    assert_eq!((again, &after["active"], &after["title"]), (person, &json!(true), &json!("Driver")));
    for kept in ["displayName", "emails", "phoneNumbers", "externalId", SECURITY, ENTERPRISE] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    let seen = read(&world.administrator.desk, person).await;
    assert!(seen.person.left_at.is_none() && seen.person.phones.len() == 1);
    assert_eq!(seen.person.brief.call_sign.as_deref(), Some("BRAVO 21"));
    // Entered again as disabled, they stay left.
    system.delete(&format!("/Users/{person}")).await.expect(204);
    let disabled = json!({ "userName": "person1@lakes.example", "active": false });
    let (again, after) = enter(&system, &disabled).await;
    assert_eq!((again, &after["active"]), (person, &json!(false)));
});

on_both!(an_address_that_is_given_away_again_makes_nobody_an_earlier_person, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    let (first, _) = enter(&system, &somebody(1)).await;
    let newcomer = |number: usize, of: usize| {
        let (mut new, old) = (somebody(number), somebody(of));
        new["emails"] = old["emails"].clone();
        new
    };
    let mut second = newcomer(2, 1);
    second["userName"] = somebody(1)["userName"].clone();
    // While the earlier one is there, nobody else has their address or user name.
    let detail = refused(system.send(Method::POST, "/Users", &second).await, 409, Some("uniqueness"));
    assert!(!detail.contains('@'), "{detail}");
    refused(system.send(Method::POST, "/Users", &newcomer(2, 1)).await, 409, Some("uniqueness"));
    let before = read(&world.administrator, first).await;
    system.delete(&format!("/Users/{first}")).await.expect(204);
    // Once they have left it is somebody else's, of whom the register has nothing of theirs.
    let (new, _) = enter(&system, &second).await;
    assert_ne!(new, first);
    let (gone, here) = (read(&world.administrator, first).await, read(&world.administrator, new).await);
    assert!(gone.person.left_at.is_some() && gone.email.is_none(), "the address is one person's");
    assert_eq!(
        (gone.person.brief.name.as_str(), gone.external_id),
        (before.person.brief.name.as_str(), before.external_id)
    );
    assert_eq!((here.email.as_deref(), here.person.brief.name.as_str()), (before.email.as_deref(), "Person 2"));
    assert_eq!(here.person.phones[0].number, "+254705550002");
    // The earlier one comes back by their own identifier, and needs another address.
    refused(system.send(Method::POST, "/Users", &somebody(1)).await, 409, Some("uniqueness"));
    let mut again = somebody(1);
    again["userName"] = json!("person1b@lakes.example");
    again["emails"][0]["value"] = json!("person1b@mail.lakes.example");
    assert_eq!(enter(&system, &again).await.0, first);
    // Who is deactivated has left too; their user name stays theirs as long as the directory sees them.
    let (third, _) = enter(&system, &somebody(3)).await;
    let inactive = json!([{ "op": "replace", "path": "active", "value": false }]);
    system.patch(&format!("/Users/{third}"), inactive).await.expect(200);
    let mut fourth = newcomer(4, 3);
    fourth["userName"] = somebody(3)["userName"].clone();
    refused(system.send(Method::POST, "/Users", &fourth).await, 409, Some("uniqueness"));
    assert_ne!(enter(&system, &newcomer(4, 3)).await.0, third);
});

on_both!(a_directory_is_told_who_holds_roles_that_end_when_they_leave, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    let (person, made) = enter(&system, &somebody(1)).await;
    let holds = |user: &Value| user[SECURITY]["holdsRoles"].as_bool().expect("it is said");
    assert!(!holds(&made));
    world.grant(person, "field_security_officer", "office", Some(world.kenya.id)).await;
    let path = format!("/Users/{person}");
    assert!(holds(&system.get(&path).await.expect(200).value()));
    // Only Muster says it: what the directory sends of it changes nothing.
    let mut sent = somebody(1);
    sent[SECURITY]["holdsRoles"] = json!(false);
    assert!(holds(&system.send(Method::PUT, &path, &sent).await.expect(200).value()));
    let inactive = json!([{ "op": "replace", "path": "active", "value": false }]);
    assert!(!holds(&system.patch(&path, inactive).await.expect(200).value()));
    let page: wire::access::GrantPage =
        world.administrator.get(&format!("/v1/grants?person={person}")).await.expect(200).json();
    assert!(page.grants.is_empty(), "{:?}", page.grants);
});
