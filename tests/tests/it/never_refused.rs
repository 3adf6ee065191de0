//! Law 5: a Not Okay is never refused. Only a credential and a key are required.

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Operator, key, on_both};
use wire::Code;
use wire::case::{Change, RawField};
use wire::not_okay::Stored;

/// Values of a strategy, fresh ones in every run.
pub(crate) fn samples<S: Strategy>(strategy: S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::default();
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("a value").current()).collect()
}

/// Any JSON, most of it with names that a Not Okay knows, so that known fields get odd values.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!("yes")),
        Just(json!("2031-02-30T99:00:00Z")),
        ".{0,40}".prop_map(Value::from),
        Just(json!("x".repeat(5_000))),
    ];
    let known = [
        "position",
        "lat",
        "lon",
        "accuracy_m",
        "age_ms",
        "source",
        "facts",
        "danger",
        "injury",
        "can_talk",
        "people",
        "place",
        "note",
        "colleague",
        "person",
        "name",
        "battery",
        "percent",
        "charging",
        "network",
        "tapped_at",
    ];
    let name = prop_oneof![4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,12}"];
    leaf.prop_recursive(4, 48, 8, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            4 => prop::collection::btree_map(name.clone(), inner, 0..8).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

on_both!(any_json_with_a_capability_and_a_key_is_stored, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    for body in samples(any_json(), 120) {
        let answer = phone.raise(key(), body.to_string()).await;
        assert_eq!(answer.status, 201, "{body}: {}", answer.text());
        answer.json::<Stored>();
    }
});

on_both!(any_bytes_with_a_capability_and_a_key_are_stored, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    for body in samples(prop::collection::vec(any::<u8>(), 0..300), 80) {
        let answer = phone.raise(key(), body.clone()).await;
        assert_eq!(answer.status, 201, "{body:?}: {}", answer.text());
    }
    let nested = "[".repeat(50_000);
    let large = format!("{{\"network\":\"{}\"}}", "x".repeat(1_000_000));
    let zeroes = vec![0; 1_000_000];
    for body in [Vec::new(), b"null".to_vec(), b"\xff\xfe".to_vec(), nested.into_bytes(), large.into_bytes(), zeroes] {
        let length = body.len();
        let answer = phone.raise(key(), body).await;
        assert_eq!(answer.status, 201, "{length} bytes: {}", answer.text());
    }
});

on_both!(no_header_but_the_credential_and_the_key_can_refuse_a_tap, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    for (name, value) in [
        ("Content-Type", "text/plain"),
        ("Content-Type", "multipart/form-data"),
        ("Content-Type", "nonsense"),
        ("Muster-Age-Ms", "-5"),
        ("Muster-Age-Ms", "99999999999999999999999"),
        ("Muster-Age-Ms", "18446744073709551615"),
        ("Muster-Age-Ms", "yesterday"),
        ("Origin", "https://elsewhere.example"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Cookie", "__Host-muster=nonsense"),
        ("Accept", "image/png"),
        ("Accept-Encoding", "nonsense"),
    ] {
        let request = phone
            .http()
            .request(Method::POST, "/v1/not-okay")
            .header("Authorization", format!("Distress {}", phone.distress))
            .header("Idempotency-Key", key().to_string())
            .header(name, value)
            .body("{}");
        phone.http().send(request).await.expect(201);
    }
    // Nothing at all but the two.
    let request = phone
        .http()
        .request(Method::POST, "/v1/not-okay")
        .header("Authorization", format!("Distress {}", phone.distress))
        .header("Idempotency-Key", key().to_string());
    phone.http().send(request).await.expect(201);
});

on_both!(without_a_credential_or_a_key_nothing_is_stored, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let send = |authorization: Option<String>, key: Option<&'static str>| {
        let mut request = phone.http().request(Method::POST, "/v1/not-okay").body("{}");
        if let Some(authorization) = authorization {
            request = request.header("Authorization", authorization);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        phone.http().send(request)
    };
    const KEY: Option<&str> = Some("0192f0a0-0000-7000-8000-000000000001");
    let good = format!("Distress {}", phone.distress);
    send(None, KEY).await.refused(Code::Unauthenticated);
    send(Some(phone.distress.clone()), KEY).await.refused(Code::Unauthenticated);
    send(Some("Distress nonsense".into()), KEY).await.refused(Code::CredentialInvalid);
    send(Some(format!("Distress {}", phone.tokens.access)), KEY).await.refused(Code::CredentialInvalid);
    send(Some(format!("Distress {}x", phone.distress)), KEY).await.refused(Code::CredentialInvalid);
    send(Some(good.clone()), None).await.refused(Code::KeyMissing);
    send(Some(good.clone()), Some("not-a-uuid")).await.refused(Code::KeyInvalid);
    assert!(operator.snapshot().await.cases.is_empty());
    send(Some(good), KEY).await.expect(201);
    assert_eq!(operator.snapshot().await.cases.len(), 1);
});

on_both!(what_is_not_understood_is_kept_raw_and_flagged_on_the_timeline, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let body = json!({ "position": { "lat": 91, "lon": 2 }, "colour": "red", "network": 7,
                       "facts": { "can_talk": "no", "people": 0, "mood": "bad" } });
    let stored = phone.tap_with(&body).await;
    let detail = operator.sees(stored.case.id).await;
    assert!(detail.case.labels.contains(&"fields_kept_raw".to_owned()));
    assert_eq!(detail.case.facts.can_talk, Some(wire::case::CanTalk::No));
    let Change::Raised { raw, .. } = &detail.timeline[0].change else { panic!("the first event is no raise") };
    let mut flags: Vec<(&str, &str)> =
        raw.iter().map(|RawField { field, why }| (field.as_str(), why.as_str())).collect();
    flags.sort_unstable();
    let expected = [
        ("/colour", "unknown"),
        ("/facts/mood", "unknown"),
        ("/facts/people", "invalid_value"),
        ("/network", "wrong_type"),
        ("/position", "invalid_value"),
    ];
    assert_eq!(flags, expected);

    let again = phone.raise(key(), "{broken").await.expect(201).json::<Stored>();
    let detail = operator.sees(again.case.id).await;
    let Change::TappedAgain { raw, .. } = &detail.timeline[1].change else { panic!("the second event is no tap") };
    assert_eq!(raw.iter().map(|raw| raw.why.as_str()).collect::<Vec<_>>(), ["not_json"]);
});

on_both!(an_expired_access_token_still_raises_and_is_labelled, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let bearing = |token: String| {
        let request =
            phone.http().request(Method::POST, "/v1/not-okay").header("Authorization", format!("Bearer {token}"));
        phone.http().send(request.header("Idempotency-Key", key().to_string()).body("{}"))
    };
    let fresh = bearing(phone.tokens.access.clone()).await.expect(201).json::<Stored>();
    assert!(!labels(&operator, &fresh).await.contains(&"credential_expired".to_owned()));
    app.advance(TimeDelta::days(30));
    let operator = operator.again().await;
    let late = bearing(phone.tokens.access.clone()).await.expect(201).json::<Stored>();
    assert!(labels(&operator, &late).await.contains(&"credential_expired".to_owned()));
    bearing("nonsense".to_owned()).await.refused(Code::CredentialInvalid);
    // The capability itself never runs out.
    phone.tap().await;
});

on_both!(a_revoked_phone_still_raises_and_is_labelled, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    world.administrator.withdraw(&format!("/v1/devices/{}", phone.device), "lost in a taxi").await.expect(200);
    phone.try_now(None).await.refused(Code::DeviceRevoked);
    let stored = phone.tap().await;
    assert!(labels(&operator, &stored).await.contains(&"device_revoked".to_owned()));
    assert!(operator.sees(stored.case.id).await.case.ringing);
});

async fn labels(operator: &Operator, stored: &Stored) -> Vec<String> {
    operator.sees(stored.case.id).await.case.labels
}
