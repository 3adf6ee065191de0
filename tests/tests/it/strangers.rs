//! Whether an address belongs to somebody is not told to whoever shows nothing: not by an answer, not by its work.

use std::collections::BTreeSet;

use muster::http::table::{Needs, ROUTES, Route};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Anonymous, Answer, SignedIn, TestApp, World, key, on_both, until};
use wire::Code;

/// Nobody's.
const NOBODY: &str = "nobody.at.all@lakes.example";

/// Routes that do something, or say no, for whoever shows nothing that the server gave them.
fn for_strangers() -> impl Iterator<Item = &'static Route> {
    let own = |route: &&Route| !matches!(route.needs, Needs::Public) || !["/metrics", "/readyz"].contains(&route.path);
    ROUTES.iter().filter(own)
}

/// What an answer says, but for what each one of a route has of its own.
fn said(answer: &Answer, address: &str) -> (u16, String) {
    (answer.status, answer.text().replace(address, "the address"))
}

/// An account; somebody of the register without one; somebody who has left.
async fn known(world: &World) -> [String; 3] {
    let account = world.operator("Awa Diallo").await.email;
    world.person_with("Nora Lind", &world.kenya, json!({ "email": "nora@lakes.example" })).await;
    let gone = world.account("Zola Abebe", &world.kenya).await;
    world.administrator.step_up(tests::PASSWORD).await;
    let why = json!({ "reason": "The contract has ended" });
    world.administrator.post(&format!("/v1/people/{}/departure", gone.person), &why).await.expect(204);
    [account, "nora@lakes.example".to_owned(), gone.email]
}

/// Sends an address wherever a route might look for one.
async fn ask(anonymous: &Anonymous, route: &Route, address: &str) -> Answer {
    let http = anonymous.http();
    let method = Method::from_bytes(route.method.as_bytes()).expect("a method");
    // The same identifiers each time: what differs is the address alone.
    let path = route.path.replace("{id}", "0192f0a0-0000-7000-8000-000000000001").replace("{tail}", "x");
    let given = format!("{path}?email={address}&userName={address}&filter=userName%20eq%20%22{address}%22");
    let body = json!({
        "email": address, "password": "not the password at all", "userName": address, "name": address,
        "code": address, "secret": address, "token": address, "person": address,
    });
    let request = http.request(method, &given).header("Origin", http.origin()).header("Muster-Console", "1");
    http.send(request.header("Idempotency-Key", key().to_string()).json(&body)).await
}

on_both!(no_route_tells_a_stranger_whether_an_address_exists, by_hand, async |app| {
    let world = app.world().await;
    let known = known(&world).await;
    let anonymous = app.anonymous();
    let mut asked = 0;
    for route in for_strangers() {
        for address in &known {
            // As long as the other: where a fault is in the body is told.
            let (name, domain) = address.split_once('@').expect("an address");
            let nobody = format!("{}@{domain}", "n".repeat(name.len()));
            let nobody = said(&ask(&anonymous, route, &nobody).await, &nobody);
            let answer = ask(&anonymous, route, address).await;
            assert_eq!(said(&answer, address), nobody, "{} {}", route.method, route.path);
            assert!(answer.header("set-cookie").is_none(), "{} {}", route.method, route.path);
        }
        asked += 1;
    }
    assert!(asked > 100, "{asked} routes");
});

on_both!(setting_up_without_its_link_tells_nothing_of_an_address, async |app| {
    let world = app.world().await;
    let mut all = Vec::new();
    for address in known(&world).await.iter().map(String::as_str).chain([NOBODY]) {
        let first = json!({ "secret": "none of ours", "organisation": "Lakes Relief", "name": "Ines Okoro",
                            "email": address, "password": tests::PASSWORD });
        all.push(said(&app.anonymous().post("/v1/setup", &first).await, address));
    }
    assert!(all.iter().all(|one| *one == all[0] && one.0 >= 400), "{all:?}");
});

on_both!(signing_in_is_the_one_thing_that_a_stranger_does_by_an_address, async |app| {
    let document: Value = app.anonymous().get("/openapi.json").await.json();
    let open = |route: &&Route| matches!(route.needs, Needs::Public | Needs::OurPage | Needs::Secret | Needs::Socket);
    let names_one = |route: &&Route| {
        let operation = &document["paths"][route.path][route.method.to_lowercase()];
        let body = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let schema = body.as_str().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
        let fields = document["components"]["schemas"][schema]["properties"].as_object();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let names = fields.into_iter().flatten().map(|(name, _)| name.clone());
        names
            .chain(parameters.filter_map(|one| one["name"].as_str().map(str::to_owned)))
            .any(|name| ["email", "mail", "address", "user"].iter().any(|part| name.to_lowercase().contains(part)))
    };
    let found: BTreeSet<String> =
        ROUTES.iter().filter(open).filter(names_one).map(|one| format!("{} {}", one.method, one.path)).collect();
    let tried = ["POST /v1/session", "POST /v1/setup"].map(str::to_owned);
    assert_eq!(found, BTreeSet::from(tried), "what else takes one is to be tried here");
});

async fn figure(app: &TestApp, name: &str) -> Option<u64> {
    let figures = app.anonymous().get("/metrics").await.text();
    let line = figures.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map(|count| count.trim().parse().expect("a number"))
}

async fn checks(app: &TestApp) -> u64 {
    figure(app, "muster_password_checks_total").await.unwrap_or_default()
}

on_both!(signing_in_is_the_same_work_and_the_same_wait_whoevers_address_it_is, by_hand, async |app| {
    let world = app.world().await;
    let known = known(&world).await;
    let http = app.anonymous().http().clone();
    let mut all = Vec::new();
    for address in known.iter().map(String::as_str).chain([NOBODY]) {
        let before = checks(app).await;
        let wrong = SignedIn::try_sign_in(&http, address, "not the password at all").await;
        assert_eq!(checks(app).await - before, 1, "one password is compared");
        let first = wrong.refused(Code::SignInFailed);
        let again = SignedIn::try_sign_in(&http, address, "not the password at all").await;
        assert_eq!(checks(app).await - before, 1, "and none while it waits");
        all.push((first, again.refused(Code::SignInDelayed), wrong.header("set-cookie").map(str::to_owned)));
    }
    assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
});

on_both!(whether_anybody_watches_is_told_to_no_stranger, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let ready = async || app.anonymous().get("/readyz").await.expect(200).value();
    let before = ready().await;
    let _console = operator.console().await;
    until("somebody to be at a console", async || phone.now().await.watched.then_some(())).await;
    let mut after = ready().await;
    after["waiting_writes"] = before["waiting_writes"].clone();
    assert_eq!(after, before);
    assert_eq!(figure(app, "muster_watched").await, Some(1), "whoever runs the server learns it");
});
