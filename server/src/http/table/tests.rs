use std::collections::BTreeSet;

use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpResponse, web};
use serde_json::Value;

use super::*;
use crate::http::documents::openapi;

/// Method, address, security schemes, `x-needs` and `x-step-up` of every documented operation.
fn documented() -> Vec<(String, String, Vec<String>, Value, Value)> {
    let document = openapi();
    let paths = document["paths"].as_object().unwrap();
    let mut all = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let schemes = operation["security"].as_array().into_iter().flatten();
            let schemes = schemes.flat_map(|one| one.as_object().unwrap().keys().cloned()).collect();
            let (needs, step_up) = (operation["x-needs"].clone(), operation["x-step-up"].clone());
            all.push((method.to_uppercase(), path.clone(), schemes, needs, step_up));
        }
    }
    all
}

#[test]
fn every_documented_route_is_in_the_table_and_says_what_it_needs() {
    for (method, path, schemes, needs, step_up) in documented() {
        let Some(row) = row(&method, &path) else {
            panic!("{method} {path} is documented and not in http/table.rs: add it with what it needs")
        };
        let wanted: Vec<String> = row.needs.scheme().map(str::to_owned).into_iter().collect();
        assert_eq!(schemes, wanted, "{method} {path}: security");
        assert_eq!(needs, serde_json::json!(row.needs.words()), "{method} {path}: x-needs");
        assert_eq!(step_up == true, row.step_up, "{method} {path}: x-step-up");
    }
}

#[test]
fn every_row_of_the_table_is_there_once_and_documented() {
    let documented: BTreeSet<(String, String)> =
        documented().into_iter().map(|(method, path, ..)| (method, path)).collect();
    let mut seen = BTreeSet::new();
    for Route { method, path, .. } in ROUTES {
        assert!(seen.insert((method, path)), "{method} {path} is there twice");
        let known = documented.contains(&((*method).to_owned(), (*path).to_owned()));
        assert!(
            known || !(path.starts_with("/v1") || path.starts_with("/scim")),
            "{method} {path} is in the table and not in openapi.json"
        );
    }
}

#[test]
fn whatever_changes_something_needs_more_than_being_asked() {
    for route in ROUTES.iter().filter(|route| route.method != "GET" && route.method != "HEAD") {
        assert_ne!(route.needs, Needs::Public, "{} {}", route.method, route.path);
    }
}

#[actix_web::test]
async fn a_route_that_is_not_in_the_table_is_not_served() {
    let answer = || async { HttpResponse::Ok().finish() };
    let app = init_service(
        App::new()
            .wrap(from_fn(guard))
            .route("/v1/audit", web::get().to(answer))
            .route("/v1/audit", web::put().to(answer))
            .route("/rogue", web::get().to(answer))
            .default_service(web::to(answer)),
    )
    .await;
    for (request, wanted) in [
        (TestRequest::get().uri("/v1/audit"), 200),
        (TestRequest::put().uri("/v1/audit"), 405),
        (TestRequest::get().uri("/rogue"), 404),
        (TestRequest::get().uri("/nothing/registered"), 200),
    ] {
        assert_eq!(call_service(&app, request.to_request()).await.status(), wanted);
    }
}
