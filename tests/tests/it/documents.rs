//! The API documents are generated, committed, served, and complete; pages are served with a strict
//! policy.

use std::path::Path;

use muster::http::documents::{asyncapi, openapi};
use reqwest::Method;
use serde_json::Value;
use tests::on_both;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

fn committed(name: &str) -> Value {
    let text =
        std::fs::read_to_string(repository().join("mobile-api-spec").join(name)).expect("the document is committed");
    serde_json::from_str(&text).expect("the document is JSON")
}

/// Fails with the first place where two documents differ.
fn equal(name: &str, committed: &Value, generated: &Value) {
    fn differs(at: &str, one: &Value, other: &Value) -> Option<String> {
        match (one, other) {
            (Value::Object(one), Value::Object(other)) => {
                let keys = one.keys().chain(other.keys());
                keys.into_iter().find_map(|key| {
                    let nothing = Value::Null;
                    differs(
                        &format!("{at}/{key}"),
                        one.get(key).unwrap_or(&nothing),
                        other.get(key).unwrap_or(&nothing),
                    )
                })
            }
            _ => (one != other).then(|| format!("{at}: {one} is committed, {other} is generated")),
        }
    }
    if let Some(place) = differs("", committed, generated) {
        panic!("{name} is stale at {place}\nRun `cargo run -- documents mobile-api-spec` and commit it.");
    }
}

#[test]
fn the_committed_documents_are_what_the_code_says() {
    equal("openapi.json", &committed("openapi.json"), &openapi());
    equal("asyncapi.json", &committed("asyncapi.json"), &asyncapi());
    assert!(openapi()["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    assert_eq!(asyncapi()["asyncapi"], "3.0.0");
}

#[test]
fn every_reference_in_the_documents_leads_somewhere() {
    for (name, document) in [("openapi.json", openapi()), ("asyncapi.json", asyncapi())] {
        let mut references = Vec::new();
        collect(&document, &mut references);
        assert!(references.len() > 20, "{name} refers to {} places", references.len());
        for reference in references {
            let pointer =
                reference.strip_prefix('#').unwrap_or_else(|| panic!("{name} refers outside itself: {reference}"));
            assert!(document.pointer(pointer).is_some(), "{name} refers to {reference}, which is not there");
        }
    }
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = openapi();
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.values().flat_map(|methods| methods.as_object().expect("methods").values());
    let mut names: Vec<&str> = operations.map(|one| one["operationId"].as_str().expect("a name")).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

/// Method and path of every operation.
fn operations() -> Vec<(Method, String)> {
    let document = openapi();
    let paths = document["paths"].as_object().expect("paths").clone();
    paths
        .into_iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("operations").keys().cloned().collect::<Vec<_>>();
            methods.into_iter().filter_map(move |method| {
                Some((Method::from_bytes(method.to_uppercase().as_bytes()).ok()?, path.clone()))
            })
        })
        .collect()
}

on_both!(every_documented_route_exists_and_answers_nobody_without_a_credential, async |app| {
    let http = app.http();
    let operations = operations();
    assert!(operations.len() > 25, "{} operations", operations.len());
    for (method, path) in operations {
        let asked = path.replace("{id}", "0192f0a0-0000-7000-8000-000000000001");
        let answer = http.send(http.request(method.clone(), &asked)).await;
        // A socket says 400 to what is no upgrade, everything else that it does not know the caller.
        assert!(
            [400, 401, 403, 415, 422].contains(&answer.status),
            "{method} {path}: {} {}",
            answer.status,
            answer.text()
        );
        assert!(
            !answer.text().contains("There is nothing at this address"),
            "{method} {path} is documented and not there"
        );
    }
});

#[test]
fn every_route_of_the_code_is_documented() {
    let documented: std::collections::BTreeSet<String> = operations().into_iter().map(|(_, path)| path).collect();
    let mut found = std::collections::BTreeSet::new();
    for entry in walk(&repository().join("server/src")) {
        let text = std::fs::read_to_string(&entry).expect("a source");
        for piece in text.split("route(\"").skip(1).chain(text.split("resource(\"").skip(1)) {
            let path = piece.split('"').next().unwrap_or_default();
            if path.starts_with("/v1") {
                assert!(documented.contains(path), "{path} of {} is not in openapi.json", entry.display());
                found.insert(path.to_owned());
            }
        }
    }
    let missing: Vec<&String> =
        documented.iter().filter(|path| path.starts_with("/v1")).filter(|path| !found.contains(*path)).collect();
    assert!(missing.is_empty(), "documented and in no route of the code: {missing:?}");
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"))
        .collect()
}

on_both!(the_server_serves_its_documents_health_and_figures, async |app| {
    let anonymous = app.anonymous();
    for name in ["openapi.json", "asyncapi.json"] {
        assert_eq!(anonymous.get(&format!("/{name}")).await.expect(200).value(), committed(name));
    }
    assert_eq!(anonymous.get("/healthz").await.expect(200).text(), "ok\n");
    let ready = tests::until("the server to be ready", async || {
        Some(anonymous.get("/readyz").await).filter(|one| one.status == 200)
    });
    let ready = ready.await.value();
    assert_eq!((ready["ready"].as_bool(), ready["database_answers"].as_bool()), (Some(true), Some(true)));
    let world = app.world().await;
    let console = world.operator("Awa Diallo").await.console().await;
    let tapped = world.phone("Musa Kimani", &world.kenya).await.tap().await;
    console.shows(tapped.case.id, "the tap", |case| case.ringing).await;
    let names = [
        "muster_taps_stored_total",
        "muster_stored_to_frame_seconds",
        "muster_commit_batch_size",
        "muster_write_queue_depth",
        "muster_log_events",
        "muster_sockets",
        "muster_requests_total",
    ];
    // Some are counted by a sweep that comes every second.
    let figures = tests::until("every figure", async || {
        let figures = anonymous.get("/metrics").await.expect(200).text();
        names.iter().all(|name| figures.contains(name)).then_some(figures)
    });
    let figures = figures.await;
    assert!(!figures.contains("0192f0a0"), "figures name routes, not addresses");
});

on_both!(pages_are_served_with_a_strict_policy, async |app| {
    let anonymous = app.anonymous();
    assert_eq!(anonymous.get("/").await.expect(303).header("location"), Some("/console"));
    for page in ["/console", "/phone", "/phone/sw.js", "/phone/manifest.webmanifest"] {
        let answer = anonymous.get(page).await.expect(200);
        let policy = answer.header("content-security-policy").expect("a policy");
        for part in ["default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{page}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{page}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        let etag = answer.header("etag").expect("an ETag").to_owned();
        let http = anonymous.http();
        http.send(http.request(Method::GET, page).header("If-None-Match", etag)).await.expect(304);
    }
    let page = anonymous.get("/phone").await.expect(200).text();
    assert!(!page.contains("<script>") && !page.contains("onclick="), "no script within a page");
});

on_both!(a_snapshot_travels_compressed, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    for number in 0..5 {
        world.phone(&format!("Person {number}"), &world.kenya).await.tap().await;
    }
    let plain = operator.get("/v1/snapshot").await.expect(200);
    assert!(plain.header("content-encoding").is_none());
    let request = operator.bare(Method::GET, "/v1/snapshot").header("Accept-Encoding", "gzip");
    let packed = operator.http().send(request).await.expect(200);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < plain.body.len() / 2);
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed.body.as_slice()), &mut text).expect("gzip");
    let snapshot: wire::live::Snapshot = serde_json::from_str(&text).expect("a snapshot");
    assert_eq!(snapshot.cases.len(), 5);
});
