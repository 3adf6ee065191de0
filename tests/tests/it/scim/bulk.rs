//! Several requests in one.

use super::*;

async fn done(system: &Provisioner, body: Value) -> Vec<Value> {
    let mut body = body;
    body["schemas"] = json!(["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]);
    let answer = system.send(Method::POST, "/Bulk", &body).await.expect(200).value();
    answer["Operations"].as_array().expect("answers").clone()
}

fn statuses(done: &[Value]) -> Vec<&str> {
    done.iter().filter_map(|one| one["status"].as_str()).collect()
}

on_both!(operations_name_what_others_make_in_any_order, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    let mut second = somebody(2);
    second[ENTERPRISE] = json!({ "manager": { "value": "bulkId:one" } });
    let answers = done(&system, json!({ "Operations": [
        { "method": "POST", "path": "/Groups", "bulkId": "team",
          "data": { "displayName": "Team", "members": [{ "value": "bulkId:two" }] } },
        { "method": "POST", "path": "/Users", "bulkId": "two", "data": second },
        { "method": "POST", "path": "/Users", "bulkId": "one", "data": somebody(1) },
        { "method": "PATCH", "path": "/Users/bulkId:one", "data": { "Operations": [{ "op": "add", "path": "title", "value": "Lead" }] } },
        { "method": "PUT", "path": "/Users/bulkId:nobody", "data": somebody(3) },
        { "method": "POST", "path": "/Users", "bulkId": "again", "data": somebody(1) },
        { "method": "POST", "path": "/Sessions", "data": {} },
        { "method": "DELETE", "path": "/Groups/bulkId:team" },
    ] }))
    .await;
    let mut came = statuses(&answers);
    came.sort_unstable();
    assert_eq!(came, ["200", "201", "201", "201", "204", "400", "409", "409"], "{answers:?}");
    let taken = answers.iter().find(|one| one["bulkId"] == "again").expect("its answer");
    assert_eq!(taken["response"]["scimType"], "uniqueness");
    let of = |external: &str| {
        let (system, filter) = (system.clone(), format!("externalId eq \"{external}\""));
        async move { system.find("/Users", &filter).await.expect(200).value()["Resources"][0].clone() }
    };
    let (one, two) = (of("E-1").await, of("E-2").await);
    assert_eq!((&one["title"], &two[ENTERPRISE]["manager"]["value"]), (&json!("Lead"), &one["id"]));
    assert_eq!(system.get("/Groups").await.expect(200).value()["totalResults"], 0);
});

on_both!(a_bulk_request_is_bounded_and_stops_after_errors, async |app| {
    let world = app.world().await;
    let system = system(&world).await;
    let bad = json!({ "method": "DELETE", "path": format!("/Users/{}", Uuid::from_u128(7)) });
    let good = json!({ "method": "POST", "path": "/Users", "data": somebody(1) });
    let answers = done(&system, json!({ "failOnErrors": 2, "Operations": [bad, bad, good] })).await;
    assert_eq!(statuses(&answers), ["404", "404"]);
    assert_eq!(system.get("/Users").await.expect(200).value()["totalResults"], 1, "the administrator alone");
    let schemas = json!(["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]);
    let many = json!({ "schemas": schemas, "Operations": vec![bad; 101] });
    refused(system.send(Method::POST, "/Bulk", &many).await, 413, Some("tooMany"));
    let big = json!({ "schemas": schemas, "Operations": [], "filler": "x".repeat(1_100_000) });
    refused(system.send(Method::POST, "/Bulk", &big).await, 413, None);
    let config = system.get("/ServiceProviderConfig").await.expect(200).value();
    assert_eq!((&config["bulk"]["maxOperations"], &config["bulk"]["maxPayloadSize"]), (&json!(100), &json!(1_048_576)));
    assert_eq!((&config["filter"]["maxResults"], &config["etag"]["supported"]), (&json!(200), &json!(true)));
});
