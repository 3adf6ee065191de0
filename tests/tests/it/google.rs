//! The sender of FCM against Google's part of the protocol.

use chrono::{DateTime, TimeDelta, Utc};
use muster::delivery::channels::fcm::Fcm;
use muster::delivery::channels::{Channel, Letter};
use muster::delivery::{Outcome, Why};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tests::fcm::{self, Answer, Grant};
use uuid::Uuid;
use wire::case::CallTrouble;

fn letter(now: DateTime<Utc>) -> Letter<'static> {
    Letter {
        id: Uuid::now_v7(),
        to: "phone-1",
        text: "NOT OK in Nairobi",
        language: "en",
        expires_at: now + TimeDelta::hours(1),
        now,
    }
}
fn later(status: u16, wait: Option<i64>) -> Outcome {
    Outcome::Later {
        why: Why { trouble: CallTrouble::Refused, status: Some(status) },
        wait: wait.map(TimeDelta::seconds),
    }
}
fn never(trouble: CallTrouble, status: u16) -> Outcome {
    Outcome::Never(Why { trouble, status: Some(status) })
}
fn sender(google: &fcm::Fcm) -> Fcm {
    Fcm::new(&google.account(), google.url()).unwrap()
}

#[tokio::test]
async fn a_phone_is_told_which_message_and_one_access_token_serves_for_all() {
    let (google, now) = (fcm::Fcm::start(), Utc::now());
    let sender = sender(&google);
    for _ in 0..5 {
        let l = letter(now);
        assert_eq!(sender.send(l).await, Outcome::Accepted, "{:?}", google.faults());
        let last = google.taken().pop().unwrap();
        assert_eq!(last.message["data"], serde_json::json!({"m": l.id}));
        assert_eq!(last.token, "phone-1");
        assert!(!last.message.to_string().contains("Nairobi"));
    }
    let sizes: std::collections::BTreeSet<usize> = google.taken().iter().map(|wake| wake.size).collect();
    assert_eq!(sizes.len(), 1, "{sizes:?}");
    assert_eq!((google.asked(), google.asked_for_access()), (5, 1));
    assert!(google.faults().is_empty());
}

#[tokio::test]
async fn each_answer_has_its_outcome() {
    let (google, now) = (fcm::Fcm::start(), Utc::now());
    let sender = sender(&google);
    use CallTrouble::{Gone, Refused};
    for (answer, outcome) in [
        (Answer::Unregistered, never(Gone, 404)),
        (Answer::BadToken, never(Gone, 400)),
        (Answer::BadRequest("message.data[0].value"), never(Refused, 400)),
        (Answer::OtherSender, never(Refused, 403)),
        (Answer::Quota(Some(30)), later(429, Some(30))),
        (Answer::Quota(None), later(429, Some(60))),
        (Answer::Unavailable(Some(12)), later(503, Some(12))),
        (Answer::Unavailable(None), later(503, None)),
        (Answer::Internal, later(500, None)),
        (Answer::AppleRefuses, later(401, None)),
        (Answer::Forbidden, later(403, None)),
        (Answer::BadGateway, later(502, None)),
        (Answer::Take, Outcome::Accepted),
    ] {
        google.will([answer]);
        assert_eq!(sender.send(letter(now)).await, outcome, "{answer:?}");
    }
    assert_eq!((google.asked(), google.asked_for_access(), google.taken().len()), (13, 1, 1));
}

#[tokio::test]
async fn a_token_that_does_not_count_any_more_is_replaced_once() {
    let (google, now) = (fcm::Fcm::start(), Utc::now());
    let sender = sender(&google);
    assert_eq!(sender.send(letter(now)).await, Outcome::Accepted);
    google.forget();
    assert_eq!(sender.send(letter(now)).await, Outcome::Accepted);
    assert_eq!((google.asked(), google.asked_for_access()), (3, 2));
    // None that is given counts: not for ever.
    google.will([Answer::Unauthenticated, Answer::Unauthenticated]);
    assert_eq!(sender.send(letter(now)).await, later(401, None));
    assert_eq!((google.asked(), google.asked_for_access(), google.taken().len()), (5, 3, 2));
    let account = google.account().replace("muster-test\"", "other-project\"");
    let other = Fcm::new(&account, google.url()).unwrap();
    assert_eq!(other.send(letter(now)).await, later(403, None));
}

#[tokio::test]
async fn a_token_is_renewed_five_minutes_before_it_runs_out() {
    let (google, now) = (fcm::Fcm::start(), Utc::now());
    let sender = sender(&google);
    google.grants([Grant::Give(3_600)]);
    assert_eq!(sender.send(letter(now)).await, Outcome::Accepted);
    assert_eq!(sender.send(letter(now + TimeDelta::minutes(54))).await, Outcome::Accepted);
    assert_eq!(google.asked_for_access(), 1);
    assert_eq!(sender.send(letter(now + TimeDelta::minutes(55))).await, Outcome::Accepted);
    assert_eq!(google.asked_for_access(), 2);
}

#[tokio::test]
async fn many_at_once_ask_for_one_token() {
    let (google, now) = (fcm::Fcm::start(), Utc::now());
    let sender = Arc::new(sender(&google));
    google.grants([Grant::Slowly(Duration::from_millis(300))]);
    let many = (0..50).map(|_| {
        let s = Arc::clone(&sender);
        tokio::spawn(async move { s.send(letter(now)).await })
    });
    for one in many.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap(), Outcome::Accepted);
    }
    assert_eq!((google.taken().len(), google.asked_for_access()), (50, 1));
    // All find it refused together: one asks again.
    google.forget();
    google.grants([Grant::Slowly(Duration::from_millis(300))]);
    let many = (0..50).map(|_| {
        let s = Arc::clone(&sender);
        tokio::spawn(async move { s.send(letter(now)).await })
    });
    for one in many.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap(), Outcome::Accepted);
    }
    assert_eq!((google.taken().len(), google.asked_for_access()), (100, 2));
}

#[tokio::test]
async fn no_token_is_for_later_and_is_told_to_all_who_waited() {
    let (google, now) = (fcm::Fcm::start(), Utc::now());
    let sender = Arc::new(sender(&google));
    google.grants([Grant::Refuse(400)]);
    assert_eq!(sender.send(letter(now)).await, later(400, None));
    google.grants([Grant::Hang]);
    let start = Instant::now();
    let many = (0..20).map(|_| {
        let s = Arc::clone(&sender);
        tokio::spawn(async move { s.send(letter(now)).await })
    });
    let silent = Outcome::Later { why: Why::of(CallTrouble::Silent), wait: None };
    for one in many.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap(), silent);
    }
    assert!((9..16).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    assert_eq!(google.asked_for_access(), 2);
    assert_eq!(sender.send(letter(now)).await, Outcome::Accepted);
}

#[tokio::test]
async fn silence_of_all_kinds_ends_before_another_would_take_the_message() {
    let (google, now) = (fcm::Fcm::start(), Utc::now());
    let sender = sender(&google);
    google.will([Answer::Hang]);
    let start = Instant::now();
    let silent = Outcome::Later { why: Why::of(CallTrouble::Silent), wait: None };
    assert_eq!(sender.send(letter(now)).await, silent);
    assert!(start.elapsed().as_secs() < 15);
    google.forget();
    google.grants([Grant::Slowly(Duration::from_secs(9))]);
    google.will([Answer::Hang]);
    let start = Instant::now();
    assert_eq!(sender.send(letter(now)).await, silent);
    assert!(start.elapsed().as_secs() < 27);
    drop(google);
    assert_eq!(sender.send(letter(now)).await, Outcome::Later { why: Why::of(CallTrouble::Unreachable), wait: None });
}
