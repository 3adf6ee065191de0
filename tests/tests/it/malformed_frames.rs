//! Law 5 on the phone's socket: a Not Okay needs a credential and a key; whatever else is wrong with its frame,
//! it is stored, rings, is flagged, and kept as it came.

use proptest::prelude::*;
use serde_json::{Value, json};
use tests::{PATIENCE, Phone, Socket, key, on_both};
use uuid::Uuid;
use wire::Code;
use wire::case::{CanTalk, Change, RawField};
use wire::live::{Command, FromPhone};
use wire::not_okay::Stored;

use crate::never_refused::{any_json, samples};
use crate::stalled::bodies;

/// Frames are read up to this size, in bytes.
const LARGEST: usize = 64 * 1024;

/// A Not Okay around a body that need not be JSON.
fn frame(key: Uuid, credential: &str, body: &[u8]) -> Vec<u8> {
    let head = json!({ "t": "cmd", "key": key, "what": "not_okay", "age_ms": 0, "credential": credential }).to_string();
    let mut frame = head.strip_suffix('}').expect("an object").as_bytes().to_vec();
    frame.extend_from_slice(b",\"body\":");
    frame.extend_from_slice(body);
    frame.push(b'}');
    frame
}

on_both!(any_json_in_a_frame_with_a_capability_and_a_key_is_stored, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let mut socket = phone.socket().await;
    for body in samples(any_json(), 80) {
        let (tap, body) = (key(), body.to_string());
        let frame = frame(tap, &phone.distress, body.as_bytes());
        if frame.len() > LARGEST {
            continue;
        }
        socket.send_raw(frame).await;
        let (status, answer) = socket.ack(tap).await;
        assert_eq!(status, 201, "{body}: {answer}");
        serde_json::from_value::<Stored>(answer).expect("what the POST answers");
    }
});

on_both!(any_bytes_in_a_frame_with_a_capability_and_a_key_are_stored, async |app| {
    let world = app.world().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let mut socket = phone.socket().await;
    let mut all = samples(prop::collection::vec(any::<u8>(), 0..300), 60);
    let texts = samples(".{0,200}", 30).into_iter().map(String::into_bytes);
    all.extend(texts);
    all.extend([Vec::new(), b"null".to_vec(), b"\xff\xfe".to_vec(), vec![b'['; 50_000], vec![0; 50_000]]);
    all.push(format!("{{\"network\":\"{}\"}}", "x".repeat(50_000)).into_bytes());
    for body in all {
        let tap = key();
        socket.send_raw(frame(tap, &phone.distress, &body)).await;
        let (status, answer) = socket.ack(tap).await;
        assert_eq!(status, 201, "{} bytes {:?}: {answer}", body.len(), &body[..body.len().min(300)]);
    }
});

on_both!(a_malformed_frame_rings_is_flagged_and_its_body_is_kept_as_it_came, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let mut socket = phone.socket().await;
    let (tap, broken) = (key(), r#"{"facts":{"can_talk":"no"},"position":{"lat":-1.28,}"#);
    socket.send_raw(frame(tap, &phone.distress, broken.as_bytes())).await;
    let (status, answer) = socket.ack(tap).await;
    assert_eq!(status, 201);
    let stored: Stored = serde_json::from_value(answer).expect("what the POST answers");
    let detail = operator.sees(stored.case.id).await;
    assert!(detail.case.ringing && detail.case.labels.contains(&"fields_kept_raw".to_owned()));
    let Change::Raised { raw, .. } = &detail.timeline[0].change else { panic!("the first event is no raise") };
    let flags: Vec<(&str, &str)> = raw.iter().map(|RawField { field, why }| (field.as_str(), why.as_str())).collect();
    assert_eq!(flags, [("", "not_json"), ("", "frame_malformed")]);
    let kept = bodies(app, stored.case.id).await;
    assert_eq!(kept, [format!("{broken}}}").as_bytes()]);

    // The same tap, whole, by POST: it is the same tap, and what it says counts.
    phone.raise(tap, r#"{"facts":{"can_talk":"no"}}"#).await.expect(200);
    let again = operator.sees(stored.case.id).await.case;
    assert_eq!((again.taps, again.facts.can_talk), (1, Some(CanTalk::No)));

    // A field too many: what the body says is understood at once.
    let tap = key();
    let odd = json!({ "t": "cmd", "what": "not_okay", "key": tap, "credential": phone.distress, "colour": "red",
                      "body": { "network": "2g", "facts": { "people": 3 } } });
    socket.send_raw(odd.to_string().into_bytes()).await;
    assert_eq!(socket.ack(tap).await.0, 201);
    let case = operator.sees(stored.case.id).await.case;
    assert_eq!((case.taps, case.facts.people), (2, Some(3)));
    // The socket goes on.
    let (status, _) = socket.cmd(key(), Command::NotOkay, &phone.tokens.access, json!({})).await;
    assert_eq!(status, 201, "an access token raises as it does by POST");
});

/// Sends one frame on a fresh socket, and gives the first frame that comes.
async fn first(phone: &Phone, frame: &Value) -> Value {
    let mut socket = Socket::dial(phone.http(), "/v1/phone/live").await;
    socket.send(frame).await;
    socket.frame(PATIENCE).await.expect("a frame")
}

on_both!(a_not_okay_needs_a_credential_and_a_key_and_no_hello, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let with =
        |key: Value, credential: Value| json!({ "t": "cmd", "what": "not_okay", "key": key, "credential": credential });
    let bye = async |frame: Value| first(&phone, &frame).await["problem"]["code"].as_str().map(str::to_owned);
    assert_eq!(bye(with(Value::Null, json!(phone.distress))).await.as_deref(), Some(Code::KeyMissing.name()));
    assert_eq!(bye(with(json!("one"), json!(phone.distress))).await.as_deref(), Some(Code::KeyInvalid.name()));
    for (credential, status) in [(Value::Null, 401), (json!("nonsense"), 401)] {
        let answer = first(&phone, &with(json!(key()), credential)).await;
        assert_eq!((answer["t"].as_str(), answer["status"].as_u64()), (Some("ack"), Some(status)));
    }
    assert!(operator.snapshot().await.cases.is_empty(), "nothing of it was stored");

    let answer = first(&phone, &with(json!(key()), json!(phone.distress))).await;
    assert_eq!(answer["status"], 201, "{answer}");
    assert_eq!(operator.snapshot().await.cases.len(), 1);
    // Whoever said hello has proven who they are: the frame needs no credential of its own.
    let mut socket = phone.socket().await;
    let tap = key();
    socket.send_raw(with(json!(tap), Value::Null).to_string().into_bytes()).await;
    assert_eq!(socket.ack(tap).await.0, 201);
    // What is no Not Okay is refused as before.
    let mut refused = Socket::dial(phone.http(), "/v1/phone/live").await;
    refused.send(&FromPhone::Ping).await;
    assert_eq!(refused.end(PATIENCE).await.code, 4002);
});
