//! The sender of Web Push against a push service that decrypts what it gets by another implementation.

use chrono::{DateTime, TimeDelta, Utc};
use muster::delivery::channels::webpush::{Allowed, WebPush};
use muster::delivery::channels::{Channel, Letter};
use muster::delivery::{Outcome, Why};
use std::time::Instant;
use tests::push_service::{Answer, PushService};
use uuid::Uuid;
use wire::case::CallTrouble;

fn letter<'a>(to: &'a str, now: DateTime<Utc>) -> Letter<'a> {
    Letter {
        id: Uuid::now_v7(),
        to,
        text: "NOT OK in Nairobi",
        language: "en",
        expires_at: now + TimeDelta::hours(1),
        now,
    }
}
fn sender(byte: u8) -> WebPush {
    WebPush::new(&[byte; 32], "mailto:duty@muster.example", Allowed::Loopback).unwrap()
}
fn later(status: u16, wait: Option<i64>) -> Outcome {
    Outcome::Later {
        why: Why { trouble: CallTrouble::Refused, status: Some(status) },
        wait: wait.map(TimeDelta::seconds),
    }
}

#[tokio::test]
async fn a_browser_is_told_which_message_and_nothing_else() {
    let (service, push, now) = (PushService::start(), sender(7), Utc::now());
    let tos: Vec<String> = (0..3).map(|_| service.subscribe(push.key().expect("a key")).to_string()).collect();
    let mut ids = vec![];
    for round in 0..2 {
        for (n, to) in tos.iter().enumerate() {
            let one = Letter {
                text: ["", "a very long text indeed, with a place and a name in it"][(n + round) % 2],
                ..letter(to, now)
            };
            ids.push(one.id);
            assert_eq!(push.send(one).await, Outcome::Accepted, "{:?}", service.faults());
        }
    }
    let taken = service.taken();
    assert_eq!(taken.len(), 6);
    for (one, id) in taken.iter().zip(ids) {
        assert_eq!(serde_json::from_str::<serde_json::Value>(&one.plain).unwrap(), serde_json::json!({"m": id}));
        assert_eq!((one.size, one.ttl), (166, 3600));
        assert!(one.plain.len() <= 64);
        assert_eq!((one.urgency.as_deref(), one.topic.as_deref()), (Some("high"), None));
    }
    assert_eq!(taken.iter().map(|p| p.browser).collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2]);
    assert!(service.faults().is_empty());
}

#[tokio::test]
async fn each_answer_has_its_outcome() {
    let (service, push, now) = (PushService::start(), sender(7), Utc::now());
    let to = service.subscribe(push.key().expect("a key")).to_string();
    let gone = |status| Outcome::Never(Why { trouble: CallTrouble::Gone, status: Some(status) });
    for (answer, outcome) in [
        (Answer::Refuse(429, Some(17)), later(429, Some(17))),
        (Answer::Refuse(429, None), later(429, None)),
        (Answer::Refuse(500, None), later(500, None)),
        (Answer::Refuse(503, Some(5)), later(503, Some(5))),
        (Answer::Refuse(401, None), later(401, None)),
        (Answer::Refuse(404, None), gone(404)),
        (Answer::Refuse(410, None), gone(410)),
        (Answer::Refuse(413, None), Outcome::Never(Why { trouble: CallTrouble::Refused, status: Some(413) })),
        (Answer::TakeTwice, Outcome::Accepted),
        (Answer::Take, Outcome::Accepted),
    ] {
        service.will([answer.clone()]);
        assert_eq!(push.send(letter(&to, now)).await, outcome, "{answer:?}");
    }
    assert_eq!((service.taken().len(), service.asked()), (3, 10));
    assert!(service.faults().is_empty());
}

#[tokio::test]
async fn silence_and_refused_connections_are_for_later() {
    let (service, push, now) = (PushService::start(), sender(7), Utc::now());
    let to = service.subscribe(push.key().expect("a key")).to_string();
    service.will([Answer::Hang]);
    let start = Instant::now();
    assert_eq!(push.send(letter(&to, now)).await, Outcome::Later { why: Why::of(CallTrouble::Silent), wait: None });
    assert!((9..15).contains(&start.elapsed().as_secs()));
    drop(service);
    assert_eq!(
        push.send(letter(&to, now)).await,
        Outcome::Later { why: Why::of(CallTrouble::Unreachable), wait: None }
    );
}

#[tokio::test]
async fn another_senders_message_and_an_old_clock_are_seen() {
    let (service, push, now) = (PushService::start(), sender(7), Utc::now());
    let to = service.subscribe(sender(8).key().expect("a key")).to_string();
    assert_eq!(push.send(letter(&to, now)).await, later(403, None));
    let mine = service.subscribe(push.key().expect("a key")).to_string();
    let old = now - TimeDelta::hours(13);
    assert_eq!(push.send(letter(&mine, old)).await, later(403, None));
    let ahead = now + TimeDelta::hours(13);
    assert_eq!(sender(7).send(letter(&mine, ahead)).await, later(403, None));
    assert_eq!(push.send(letter(&mine, now)).await, Outcome::Accepted);
    let gone = mine.replace("/push/1", "/push/9");
    assert!(matches!(push.send(letter(&gone, now)).await, Outcome::Never(Why { trouble: CallTrouble::Gone, .. })));
    assert_eq!(service.faults().len(), 4, "{:?}", service.faults());
    // Sealed for another browser.
    let other: serde_json::Value = service.subscribe(push.key().expect("a key"));
    let mut mixed: serde_json::Value = serde_json::from_str(&mine).unwrap();
    mixed["p256dh"] = other["p256dh"].clone();
    assert!(matches!(
        push.send(letter(&mixed.to_string(), now)).await,
        Outcome::Never(Why { trouble: CallTrouble::Refused, status: Some(400) })
    ));
    assert_eq!(service.faults().last().unwrap(), "sealed otherwise");
}

#[tokio::test]
async fn this_machine_is_never_dialled_in_earnest() {
    let service = PushService::start();
    let push = WebPush::new(&[7; 32], "mailto:a@b.example", Allowed::Public).unwrap();
    let to = service.subscribe(push.key().expect("a key")).to_string();
    let now = Utc::now();
    for to in [to.clone(), to.replace("http:", "https:"), to.replace("http://127.0.0.1", "https://localhost")] {
        assert!(matches!(push.send(letter(&to, now)).await, Outcome::Never(_)));
    }
    // A name that resolves to this machine.
    let host = std::fs::read_to_string("/etc/hostname").unwrap().trim().to_owned();
    let named = to.replace("http://127.0.0.1", &format!("https://{host}"));
    assert_eq!(
        push.send(letter(&named, now)).await,
        Outcome::Later { why: Why::of(CallTrouble::Unreachable), wait: None }
    );
    assert_eq!(service.asked(), 0);
}
