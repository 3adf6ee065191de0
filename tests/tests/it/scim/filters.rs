//! Lists: filters, pages, attributes.

use super::*;

async fn total(system: &Provisioner, filter: &str) -> Value {
    system.find("/Users", filter).await.expect(200).value()["totalResults"].clone()
}

on_both!(lists_are_filtered_and_bad_filters_are_refused, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    let mut last = (Uuid::nil(), Value::Null);
    for number in 1..=4 {
        last = enter(&system, &somebody(number)).await;
    }
    system
        .patch(&format!("/Users/{}", last.0), json!([{ "op": "replace", "path": "active", "value": false }]))
        .await
        .expect(200);
    let modified = last.1["meta"]["lastModified"].as_str().expect("a time").to_owned();
    let all = 5; // The administrator is one of the organisation, too.
    for (filter, found) in [
        ("active eq true".to_owned(), all - 1),
        ("active eq \"False\"".to_owned(), 1),
        ("not (active eq true)".to_owned(), 1),
        ("userName sw \"person\" and active eq true".to_owned(), 3),
        ("userName co \"LAKES\"".to_owned(), all),
        ("externalId pr".to_owned(), 4),
        ("externalId ne \"E-1\" and externalId pr".to_owned(), 3),
        ("externalId eq \"e-1\"".to_owned(), 0),
        ("emails.value eq \"PERSON2@mail.lakes.example\"".to_owned(), 1),
        ("emails[type eq \"work\" and value co \"person\"]".to_owned(), 4),
        ("emails eq \"person3@mail.lakes.example\" or userName eq \"person1@lakes.example\"".to_owned(), 2),
        (format!("meta.lastModified gt \"{modified}\""), 1),
        (format!("meta.lastModified le \"{modified}\""), all - 1),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"person1@lakes.example\"".to_owned(), 1),
        (format!("id eq \"{}\"", last.0), 1),
        ("userName eq \"' or 1=1 --\"".to_owned(), 0),
        ("userName eq \"x\\\" or userName pr or \\\"\"".to_owned(), 0),
        ("userName sw \"%\"".to_owned(), 0),
        ("userName eq \"person1@lakes.example' UNION SELECT secret FROM sessions --\"".to_owned(), 0),
    ] {
        assert_eq!(total(&system, &filter).await, json!(found), "{filter}");
    }
    let deep = format!("{}active eq true{}", "(".repeat(30), ")".repeat(30));
    let long = format!("userName eq \"{}\"", "x".repeat(5_000));
    let many = vec!["active eq true"; 70].join(" or ");
    let odd = [
        "",
        "userName",
        "userName eq",
        "userName eq person",
        "userName is \"x\"",
        "(active eq true",
        "active eq true)",
        "active gt true",
        "password eq \"x\"",
        "phoneNumbers.value pr",
        "medical pr",
        "userName eq \"x",
        "and",
        "[",
        "emails[",
        "userName eq \"x\"; drop table people",
    ];
    for filter in odd.into_iter().chain([deep.as_str(), long.as_str(), many.as_str()]) {
        refused(system.find("/Users", filter).await, 400, Some("invalidFilter"));
    }
});

on_both!(a_list_of_more_than_three_hundred_comes_in_pages, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    for some in (1..=305).collect::<Vec<usize>>().chunks(100) {
        let operations: Vec<Value> = some
            .iter()
            .map(|number| json!({ "method": "POST", "path": "/Users", "bulkId": format!("u{number}"), "data": somebody(*number) }))
            .collect();
        let body =
            json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
        let done = system.send(Method::POST, "/Bulk", &body).await.expect(200).value();
        let done = done["Operations"].as_array().expect("answers").clone();
        assert!(done.len() == some.len() && done.iter().all(|one| one["status"] == "201"), "{:?}", done.first());
    }
    let mut seen = std::collections::BTreeSet::new();
    let (mut start, mut pages) = (1, 0);
    loop {
        let page = system.get(&format!("/Users?startIndex={start}&attributes=userName")).await.expect(200).value();
        assert_eq!((&page["totalResults"], &page["startIndex"]), (&json!(306), &json!(start)));
        let users = page["Resources"].as_array().expect("users").clone();
        assert_eq!(page["itemsPerPage"], json!(users.len()));
        if users.is_empty() {
            break;
        }
        for user in &users {
            assert!(seen.insert(user["id"].as_str().expect("an identifier").to_owned()), "nobody comes twice");
            let keys: Vec<&String> = user.as_object().expect("a user").keys().collect();
            assert_eq!(keys, ["id", "schemas", "userName"]);
        }
        (start, pages) = (start + users.len(), pages + 1);
    }
    assert_eq!((seen.len(), pages), (306, 4));
    let counts =
        [("count=1000", 200), ("count=0", 0), ("count=-5", 0), ("startIndex=-3&count=2", 2), ("startIndex=9999", 0)];
    for (query, wanted) in counts {
        let page = system.get(&format!("/Users?{query}")).await.expect(200).value();
        assert_eq!(
            (page["Resources"].as_array().map(Vec::len), &page["totalResults"]),
            (Some(wanted), &json!(306)),
            "{query}"
        );
    }
    refused(system.get("/Users?count=many").await, 400, Some("invalidValue"));
});
