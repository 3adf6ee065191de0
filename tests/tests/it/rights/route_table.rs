//! The table of routes, each asked by somebody who lacks what it needs.

use muster::http::table::{Needs, ROUTES, Route};
use reqwest::Method;
use serde_json::json;
use tests::{TestApp, key, on_both};
use wire::{Code, IDEMPOTENCY_KEY};

/// A request for a route as the console's page sends it, with an identifier that is nobody's.
async fn ask(http: &tests::Http, route: &Route, cookie: Option<&str>) -> tests::Answer {
    let nobody = "0192f0a0-0000-7000-8000-000000000001";
    let part = |part| if str::starts_with(part, '{') { nobody } else { part };
    let path = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
    let method = Method::from_bytes(route.method.as_bytes()).expect("a method");
    let mut request = http
        .request(method.clone(), &path)
        .header("Origin", http.origin())
        .header("Muster-Console", "1")
        .header(IDEMPOTENCY_KEY, key().to_string())
        .header("If-Match", "\"1\"");
    if ["/v1/imports", "/v1/import-profiles"].contains(&route.path) {
        request = request.query(&[("organisation", key().to_string())]);
    }
    if route.path == "/v1/roster" && method == Method::GET {
        request = request.query(&[("area", "installation")]);
    }
    if method != Method::GET && method != Method::HEAD {
        request = request.json(&json!({}));
    }
    if let Some(cookie) = cookie {
        request = request.header("Cookie", cookie);
    }
    http.send(request).await
}

async fn every_route_asks_for_what_it_needs_here(app: &TestApp) {
    let world = app.world().await;
    let nobody = world.account("Nora Lind", &world.kenya).await;
    let gone = world.account("Gina Ouma", &world.kenya).await;
    gone.sign_out().await.expect(204);
    let http = app.http();
    let mut asked = 0;
    for route in ROUTES {
        let name = format!("{} {}", route.method, route.path);
        let anonymous = ask(&http, route, None).await;
        let ended = ask(&http, route, Some(gone.cookie())).await;
        let powerless = match route.path {
            // They would end the session that asks.
            "/v1/session" if route.method == "DELETE" => None,
            _ => Some(ask(&http, route, Some(nobody.cookie())).await),
        };
        let powerless = powerless.as_ref();
        match route.needs {
            Needs::Public | Needs::OurPage | Needs::Secret | Needs::Socket => continue,
            Needs::SignedInPartly | Needs::SignedIn => {
                anonymous.refused(Code::Unauthenticated);
                ended.refused(Code::CredentialExpired);
                assert!(powerless.is_none_or(|answer| answer.status != 401), "{name}");
            }
            Needs::May(_) => {
                anonymous.refused(Code::Unauthenticated);
                ended.refused(Code::CredentialExpired);
                assert_eq!(powerless.map(|answer| answer.problem().code), Some(Code::Forbidden), "{name}");
            }
            // A console's cookie is no credential of a phone, of a case or of a machine.
            _ => {
                for answer in [Some(&anonymous), Some(&ended), powerless].into_iter().flatten() {
                    assert_eq!(answer.status, 401, "{name}: {}", answer.text());
                }
            }
        }
        asked += 1;
    }
    assert!(asked > 40, "{asked} routes were asked");
}

on_both!(every_route_asks_for_what_the_table_says, async |app| {
    every_route_asks_for_what_it_needs_here(app).await;
});
