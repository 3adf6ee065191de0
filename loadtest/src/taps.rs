//! Sending taps: each with a key of its own, by people in rotation, at the time it is due.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;
use wire::case::{Battery, Position, PositionSource};
use wire::not_okay::NotOkay;
use wire::{AGE_HEADER, IDEMPOTENCY_KEY};

use crate::checker::Acknowledged;
use crate::connection::{Answer, Connection};
use crate::pace::Pace;
use crate::target::Target;
use crate::world::Tapper;

/// Attempts of one tap when connections break; all with the same key, as a phone does.
const ATTEMPTS: u32 = 3;
/// How long a tap that the server holds waits before it is repeated.
const AGAIN: Duration = Duration::from_millis(250);
/// How long taps that are overdue are still sent after the last was due.
const OVERTIME: Duration = Duration::from_secs(30);

/// What came of a tap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// The server has it.
    Stored {
        /// Which tap.
        tap: Acknowledged,
        /// Whether it joined a case that was there already.
        joined: bool,
    },
    /// The server said no: its code, or the status when it named none.
    Refused(String),
    /// No answer that can be understood: it may or may not be stored.
    Unanswered,
}

/// One tap, done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// When it was due, microseconds since the run began.
    pub due_us: u64,
    /// When it went out.
    pub sent_us: u64,
    /// When its fate was known.
    pub done_us: u64,
    /// Connections that broke under it.
    pub broken: u32,
    /// Bytes of the request, head and body.
    pub request_bytes: usize,
    /// Bytes of the answer, head and body; 0 without one.
    pub answer_bytes: usize,
    /// What came of it.
    pub came: Came,
}

/// Everything the senders share.
pub struct Plan {
    /// Where to.
    pub target: Target,
    /// Who taps, in rotation.
    pub tappers: Vec<Tapper>,
    /// How fast.
    pub pace: Pace,
    /// Connections.
    pub connections: usize,
    /// The run's clock.
    pub began: Instant,
    /// Shows how many were answered.
    pub bar: ProgressBar,
}

/// Sends every tap that comes due; returns those that were sent, in no order.
pub async fn send_all(plan: Plan) -> Vec<Sent> {
    let start = Instant::now();
    let permits = Arc::new(Semaphore::new(0));
    let pacer = plan.pace.start(start, Arc::clone(&permits));
    let (plan, next) = (Arc::new(plan), Arc::new(AtomicU64::new(0)));
    let mut senders = JoinSet::new();
    for _ in 0..plan.connections {
        senders.spawn(sender(Arc::clone(&plan), Arc::clone(&permits), Arc::clone(&next), start));
    }
    let mut sent = Vec::new();
    while let Some(done) = senders.join_next().await {
        sent.extend(done.unwrap_or_default());
    }
    drop(tokio::task::spawn_blocking(move || pacer.join()).await);
    sent
}

async fn sender(plan: Arc<Plan>, permits: Arc<Semaphore>, next: Arc<AtomicU64>, start: Instant) -> Vec<Sent> {
    let (mut sent, mut connection) = (Vec::new(), None);
    let last = plan.pace.due_at(plan.pace.total) + OVERTIME;
    while let Ok(permit) = permits.acquire().await {
        permit.forget();
        let index = next.fetch_add(1, Ordering::Relaxed);
        if start.elapsed() > last {
            permits.close();
            break;
        }
        if let Some(tapper) = usize::try_from(index).ok().and_then(|n| plan.tappers.get(n % plan.tappers.len())) {
            let due = start + plan.pace.due_at(index);
            sent.push(tap(&plan.target, plan.began, tapper, due, &mut connection).await);
            plan.bar.inc(1);
        }
        if index + 1 >= plan.pace.total {
            permits.close();
        }
    }
    sent
}

/// Sends a tap that was due at `due` of a run that `began` then, on the connection that is there or a new one.
pub async fn tap(
    target: &Target,
    began: Instant,
    tapper: &Tapper,
    due: Instant,
    connection: &mut Option<Connection>,
) -> Sent {
    let since =
        |moment: Instant| u64::try_from(moment.saturating_duration_since(began).as_micros()).unwrap_or(u64::MAX);
    let (key, body, sent) = (Uuid::now_v7(), body(tapper, Utc::now()), Instant::now());
    let mut done = Sent {
        due_us: since(due),
        sent_us: since(sent),
        done_us: 0,
        broken: 0,
        request_bytes: 0,
        answer_bytes: 0,
        came: Came::Unanswered,
    };
    while done.broken < ATTEMPTS {
        let request = request(&target.authority, &tapper.distress, key, due.elapsed(), &body);
        done.request_bytes = request.len();
        match exchange(target.address, connection, &request).await {
            // The server holds it on its own disk: a phone keeps it, and repeats it until it is stored.
            Ok(answer) if answer.status == 202 && sent.elapsed() < OVERTIME => tokio::time::sleep(AGAIN).await,
            Ok(answer) => {
                done.answer_bytes = answer.bytes;
                done.came = came(&answer);
                break;
            }
            Err(_) => done.broken += 1,
        }
    }
    done.done_us = since(Instant::now());
    done
}

async fn exchange(address: SocketAddr, slot: &mut Option<Connection>, request: &[u8]) -> std::io::Result<Answer> {
    let mut connection = match slot.take().filter(|connection| !connection.is_stale()) {
        Some(connection) => connection,
        None => Connection::open(address).await?,
    };
    let answer = connection.exchange(request).await?;
    *slot = Some(connection);
    Ok(answer)
}

fn body(tapper: &Tapper, now: DateTime<Utc>) -> String {
    let position = tapper.position.map(|(lat, lon)| Position {
        lat,
        lon,
        accuracy_m: Some(12.0),
        age_ms: Some(1_500),
        source: PositionSource::Gps,
    });
    let battery = Some(Battery { percent: 61, charging: Some(false) });
    let not_okay =
        NotOkay { position, battery, network: Some("4g".into()), tapped_at: Some(now), ..NotOkay::default() };
    serde_json::to_string(&not_okay).unwrap_or_else(|_| "{}".to_owned())
}

fn request(authority: &str, distress: &str, key: Uuid, age: Duration, body: &str) -> Vec<u8> {
    format!(
        "POST /v1/not-okay HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/json\r\nAuthorization: Distress {distress}\r\n\
         {IDEMPOTENCY_KEY}: {key}\r\n{AGE_HEADER}: {}\r\nContent-Length: {}\r\n\r\n{body}",
        age.as_millis(),
        body.len(),
    )
    .into_bytes()
}

/// The part of [`wire::not_okay::Stored`] that names the tap.
#[derive(Deserialize)]
struct StoredTap {
    stored_at: DateTime<Utc>,
    joined: bool,
    case: StoredCase,
}

#[derive(Deserialize)]
struct StoredCase {
    id: Uuid,
    revision: u64,
}

impl StoredTap {
    fn came(self, repeat: bool) -> Came {
        let case = self.case.id;
        let tap = if repeat {
            Acknowledged::Moment { case, stored_us: self.stored_at.timestamp_micros() }
        } else {
            Acknowledged::Revision { case, revision: self.case.revision }
        };
        Came::Stored { tap, joined: self.joined }
    }
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

fn came(answer: &Answer) -> Came {
    match answer.status {
        200 | 201 => serde_json::from_slice(&answer.body)
            .map_or(Came::Unanswered, |stored: StoredTap| stored.came(answer.status == 200)),
        status => Came::Refused(
            serde_json::from_slice(&answer.body).map_or_else(|_| status.to_string(), |problem: Code| problem.code),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tapper() -> Tapper {
        Tapper { person: Uuid::from_u128(1), distress: "cap".into(), position: Some((-1.29, 36.82)) }
    }

    #[test]
    fn a_tap_is_what_a_phone_sends() {
        let now = Utc::now();
        let body = body(&tapper(), now);
        let read: NotOkay = serde_json::from_str(&body).unwrap();
        assert_eq!((read.position.unwrap().lat, read.tapped_at), (-1.29, Some(now)));
        let key = Uuid::now_v7();
        let bytes = request("127.0.0.1:8080", "cap", key, Duration::from_millis(7), &body);
        let mut headers = [httparse::EMPTY_HEADER; 16];
        let mut head = httparse::Request::new(&mut headers);
        let start = head.parse(&bytes).unwrap().unwrap();
        assert_eq!(&bytes[start..], body.as_bytes());
        let value = |name: &str| {
            let header = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).unwrap();
            std::str::from_utf8(header.value).unwrap().to_owned()
        };
        assert_eq!(value("content-length"), body.len().to_string());
        assert_eq!((value("authorization"), value(AGE_HEADER)), ("Distress cap".into(), "7".into()));
        assert_eq!(value(IDEMPOTENCY_KEY), key.to_string());
    }

    #[test]
    fn an_answer_is_stored_refused_or_not_understood() {
        let (case, now) = (Uuid::from_u128(5), Utc::now());
        let answer = |status, body: serde_json::Value| Answer { status, body: body.to_string().into_bytes(), bytes: 0 };
        let stored = serde_json::json!({"stored_at": now, "case_token": "t", "joined": true,
            "case": {"id": case, "revision": 4, "reference": "ABC234", "reached": "stored"}});
        let tap = Acknowledged::Revision { case, revision: 4 };
        assert_eq!(came(&answer(201, stored.clone())), Came::Stored { tap, joined: true });
        let tap = Acknowledged::Moment { case, stored_us: now.timestamp_micros() };
        assert_eq!(came(&answer(200, stored)), Came::Stored { tap, joined: true });
        assert_eq!(came(&answer(201, serde_json::json!({"ok": true}))), Came::Unanswered);
        assert_eq!(came(&answer(503, serde_json::json!({"code": "busy"}))), Came::Refused("busy".into()));
        assert_eq!(came(&answer(500, serde_json::json!("<html>"))), Came::Refused("500".into()));
    }
}
