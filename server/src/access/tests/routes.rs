use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use serde_json::{Value, json};
use wire::access::Role;

use super::fixture::{PASSWORD, Site};
use crate::access::Area;
use crate::access::http::{COOKIE, WorksCases, routes};
use crate::people::service::People;
use crate::places::service::Places;
use crate::{people, places};

async fn console(who: WorksCases) -> String {
    who.name.clone()
}

macro_rules! app {
    ($site:expr) => {{
        let (store, directory) = ($site.base.store.clone(), $site.base.directory.clone());
        init_service(
            App::new()
                .app_data(web::Data::new($site.access.clone()))
                .app_data(web::Data::new(Places::new(store.clone(), directory.clone())))
                .app_data(web::Data::new(People::new(store, directory)))
                .configure(routes)
                .configure(places::http::routes)
                .configure(people::http::routes)
                .route("/cases", web::get().to(console)),
        )
        .await
    }};
}

/// A request as our own page sends it.
fn ours(request: TestRequest) -> TestRequest {
    request
        .insert_header(("Host", "muster.example"))
        .insert_header(("Origin", "https://muster.example"))
        .insert_header(("Sec-Fetch-Site", "same-origin"))
        .insert_header(("Muster-Console", "1"))
}

fn with(request: TestRequest, cookie: &str) -> TestRequest {
    request.insert_header(("Cookie", format!("{COOKIE}={cookie}")))
}

fn find(text: &str, cookie: &str) -> TestRequest {
    ours(with(TestRequest::post().uri("/v1/people/search").set_json(json!({ "q": text })), cookie))
}

fn keyed(request: TestRequest, key: u128) -> TestRequest {
    request.insert_header(("Idempotency-Key", uuid::Uuid::from_u128(key).to_string()))
}

fn header<'a>(answer: &'a ServiceResponse<impl MessageBody>, name: &str) -> &'a str {
    answer.headers().get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
}

async fn json_of(answer: ServiceResponse<impl MessageBody>) -> Value {
    serde_json::from_slice(&read_body(answer).await).unwrap_or_default()
}

/// Status and body of the answer.
macro_rules! ask {
    ($app:expr, $request:expr) => {{
        let answer = call_service($app, $request.to_request()).await;
        (answer.status().as_u16(), json_of(answer).await)
    }};
}

/// Status and problem code of the answer.
macro_rules! code {
    ($app:expr, $request:expr) => {{
        let (status, body) = ask!($app, $request);
        (status, body["code"].as_str().unwrap_or_default().to_owned())
    }};
}

fn sign_in(password: &str) -> TestRequest {
    TestRequest::post().uri("/v1/session").set_json(json!({ "email": "amina@one.example", "password": password }))
}

#[actix_web::test]
async fn signing_in_sets_a_cookie_that_only_our_host_gets_over_https() {
    let site = Site::new();
    site.operator_account("amina@one.example");
    let app = app!(site);
    let answer = call_service(&app, ours(sign_in(PASSWORD)).to_request()).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let cookie = header(&answer, "set-cookie").to_owned();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=43200");
    let body = json_of(answer).await;
    assert_eq!((&body["works_cases"], &body["exercise"]), (&json!(true), &json!(false)));
    assert_eq!(body["roles"], json!(["operations_operator"]));
    let value = pair.strip_prefix("__Host-muster=").unwrap();
    let (status, again) = ask!(&app, with(TestRequest::get().uri("/v1/session"), value));
    assert_eq!((status, &again["person"]), (200, &body["person"]));
    let gone = call_service(&app, ours(with(TestRequest::delete().uri("/v1/session"), value)).to_request()).await;
    assert_eq!(gone.status(), 204);
    assert!(header(&gone, "set-cookie").contains("Max-Age=0"));
    let after = code!(&app, with(TestRequest::get().uri("/v1/session"), value));
    assert_eq!(after, (401, "credential_expired".into()));
}

#[actix_web::test]
async fn only_our_own_pages_script_may_sign_in() {
    let site = Site::new();
    site.operator_account("amina@one.example");
    let app = app!(site);
    let from = |origin: &'static str| ours(sign_in(PASSWORD)).insert_header(("Origin", origin));
    for origin in ["https://evil.example", "http://muster.example", "null"] {
        assert_eq!(code!(&app, from(origin)), (403, "origin_refused".into()), "{origin}");
    }
    let cross = ours(sign_in(PASSWORD)).insert_header(("Sec-Fetch-Site", "cross-site"));
    assert_eq!(code!(&app, cross), (403, "origin_refused".into()));
    let bare = sign_in(PASSWORD).insert_header(("Host", "muster.example"));
    assert_eq!(code!(&app, bare), (403, "origin_refused".into()));
    let form =
        sign_in(PASSWORD).insert_header(("Host", "muster.example")).insert_header(("Origin", "https://muster.example"));
    assert_eq!(code!(&app, form), (403, "csrf_missing".into()));
    let local = ours(sign_in(PASSWORD))
        .insert_header(("Host", "127.0.0.1:8080"))
        .insert_header(("Origin", "http://127.0.0.1:8080"));
    assert_eq!(ask!(&app, local).0, 200);
}

#[actix_web::test]
async fn a_wrong_password_is_one_code_and_the_next_try_waits() {
    let site = Site::new();
    site.operator_account("amina@one.example");
    let app = app!(site);
    assert_eq!(code!(&app, ours(sign_in("wrong"))), (401, "sign_in_failed".into()));
    let delayed = call_service(&app, ours(sign_in(PASSWORD)).to_request()).await;
    assert_eq!((delayed.status().as_u16(), header(&delayed, "retry-after")), (429, "1"));
    let body = json_of(delayed).await;
    assert_eq!((&body["code"], &body["retry_after"]), (&json!("sign_in_delayed"), &json!(1)));
}

#[actix_web::test]
async fn a_permission_is_asked_for_by_every_route_that_needs_it() {
    let site = Site::new();
    site.account("plain@one.example", &[]);
    site.account("admin@one.example", &[(Role::Administrator, Area::Installation)]);
    site.operator_account("amina@one.example");
    let app = app!(site);
    let cookie = async |email: &str| site.signed_in(email).await.cookie;
    let (plain, admin, operator) =
        (cookie("plain@one.example").await, cookie("admin@one.example").await, cookie("amina@one.example").await);
    let get = |path: &str, cookie: &str| with(TestRequest::get().uri(path), cookie);
    assert_eq!(code!(&app, TestRequest::get().uri("/cases")), (401, "unauthenticated".into()));
    assert_eq!(code!(&app, get("/cases", "made-up")), (401, "credential_expired".into()));
    assert_eq!(code!(&app, get("/cases", &plain)), (403, "forbidden".into()));
    assert_eq!(code!(&app, get("/cases", &admin)), (403, "forbidden".into()));
    assert_eq!(ask!(&app, get("/cases", &operator)).0, 200);
    assert_eq!(code!(&app, find("a", &plain)), (403, "forbidden".into()));
    assert_eq!(ask!(&app, find("a", &admin)).0, 200);
    let ticket = |cookie: &str| ours(with(TestRequest::post().uri("/v1/live/ticket"), cookie));
    assert_eq!(ask!(&app, ticket(&operator)).0, 200);
    assert_eq!(code!(&app, ticket(&plain)), (403, "forbidden".into()));
    let unheard = with(TestRequest::post().uri("/v1/live/ticket"), &operator);
    assert_eq!(code!(&app, unheard), (403, "origin_refused".into()));
    let new = json!({ "name": "Two", "short_name": "2" });
    let make = |cookie: &str| ours(with(TestRequest::post().uri("/v1/organisations").set_json(&new), cookie));
    assert_eq!(code!(&app, keyed(make(&operator), 1)), (403, "forbidden".into()));
    assert_eq!(code!(&app, make(&admin)), (400, "key_missing".into()));
    assert_eq!(ask!(&app, keyed(make(&admin), 1)).0, 201);
    assert_eq!(ask!(&app, keyed(make(&admin), 1)).0, 201);
    assert_eq!(code!(&app, keyed(make(&admin), 2)), (409, "already_exists".into()));
}

#[actix_web::test]
async fn a_bad_body_names_its_field_and_changes_nothing() {
    let site = Site::new();
    site.account("admin@one.example", &[(Role::Administrator, Area::Installation)]);
    let app = app!(site);
    let admin = site.signed_in("admin@one.example").await.cookie;
    let enter = async |body: Value| {
        let request = TestRequest::post().uri("/v1/people").set_json(body);
        let (status, problem) = ask!(&app, keyed(ours(with(request, &admin)), 1));
        let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        (status, text("code"), text("field"))
    };
    let good = json!({ "office": site.office, "kind": "staff_intl", "name": "Omar" });
    let with_field = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let wrong = |status: u16, code: &str, field: &str| (status, code.to_owned(), field.to_owned());
    assert_eq!(enter(with_field("admin", json!(true))).await, wrong(400, "unknown_field", "/admin"));
    assert_eq!(enter(with_field("name", json!(""))).await, wrong(422, "invalid_value", "/name"));
    let phones = json!([{ "number": "+1", "kind": "mobile" }]);
    assert_eq!(enter(with_field("phones", phones)).await, wrong(422, "invalid_value", "/phones/0/number"));
    assert_eq!(enter(json!({})).await.1, "wrong_type");
    let (_, people) = ask!(&app, find("omar", &admin));
    assert_eq!(people, json!({ "people": [] }));
    assert_eq!(enter(good).await.0, 201);
}

#[actix_web::test]
async fn places_show_what_the_callers_grants_cover() {
    let site = Site::new();
    let two = site.base.organisation("Two");
    let theirs = site.base.office(two, "KE");
    site.account("officer@one.example", &[(Role::FieldSecurityOfficer, Area::Office(site.office))]);
    site.account("plain@one.example", &[]);
    site.operator_account("amina@one.example");
    let app = app!(site);
    let seen = async |email: &str| {
        let cookie = site.signed_in(email).await.cookie;
        let (_, body) = ask!(&app, with(TestRequest::get().uri("/v1/places"), &cookie));
        let ids = |name: &str| body[name].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
        (ids("organisations"), ids("offices"))
    };
    assert_eq!(seen("officer@one.example").await, (vec![json!(site.organisation)], vec![json!(site.office)]));
    assert_eq!(seen("plain@one.example").await, (vec![], vec![]));
    let (organisations, offices) = seen("amina@one.example").await;
    assert_eq!((organisations.len(), offices.len()), (2, 2));
    assert!(offices.contains(&json!(theirs)));
}
