//! The test alarm: once a minute a node raises a Not Okay of nobody through its own door, and waits until it comes
//! out where consoles' sessions take their frames from. Its silence is said on every console, and to whoever asks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use uuid::Uuid;
use wire::live::TestAlarm;
use wire::{AGE_HEADER, IDEMPOTENCY_KEY};

use super::Hub;
use super::hub::Taken;
use crate::devices::tokens::Tokens;
use crate::kernel::clock::{SharedClock, from_micros};
use crate::kernel::ids::{self, MUSTER};

/// How often it is raised; the first time a second after the start.
const EVERY: TimeDelta = TimeDelta::minutes(1);
const FIRST: TimeDelta = TimeDelta::seconds(1);

/// One that takes longer than this failed.
const LIMIT: Duration = Duration::from_secs(10);

/// Silence of this length is an alarm of its own: two failed, and the third is late.
pub(super) const SILENT: TimeDelta = TimeDelta::seconds(150);

/// How often it is looked whether one is due.
const LOOK: Duration = Duration::from_millis(250);

/// When a test alarm of this node last came out, or when it started; microseconds since 1970.
#[derive(Debug)]
pub(super) struct Heard(AtomicI64);

impl Heard {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(now.timestamp_micros()))
    }

    pub(super) fn now(&self, now: DateTime<Utc>) {
        self.0.store(now.timestamp_micros(), Ordering::Relaxed);
    }

    pub(super) fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        now - from_micros(self.0.load(Ordering::Relaxed))
    }
}

/// What raises it.
pub struct TestAlarms {
    hub: Arc<Hub>,
    tokens: Arc<Tokens>,
    clock: SharedClock,
    address: String,
    client: reqwest::Client,
    node: Uuid,
}

/// Why one did not come out.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("the log was not seen yet")]
    NotReady,
    #[error("the door could not be reached")]
    Door(#[from] reqwest::Error),
    #[error("the door answered {0}")]
    Refused(u16),
    #[error("what consoles are sent was exchanged meanwhile")]
    Overtaken,
    #[error("it took longer than 10 s")]
    Late,
}

impl TestAlarms {
    /// Of the node that listens at this address.
    pub fn new(hub: Arc<Hub>, tokens: Arc<Tokens>, clock: SharedClock, listens: SocketAddr) -> anyhow::Result<Self> {
        let ip = match listens.ip() {
            ip if !ip.is_unspecified() => ip,
            std::net::IpAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        };
        let address = format!("http://{}/v1/not-okay", SocketAddr::new(ip, listens.port()));
        // It asks this server alone, without TLS: there need be no certificates to trust.
        let client = reqwest::Client::builder().timeout(LIMIT).no_proxy().tls_certs_only([]).build()?;
        Ok(Self { hub, tokens, clock, address, client, node: ids::random() })
    }

    /// Raises them until the hub stops.
    pub async fn go_on(self) {
        let mut stopping = self.hub.stopping();
        let mut due = self.clock.now() + FIRST;
        loop {
            let now = self.clock.now();
            if due <= now {
                due = now + EVERY;
                self.raise(now).await;
            }
            // Set back, it must not wait for the time that was.
            due = due.min(self.clock.now() + EVERY);
            let age = self.hub.test_alarm_age().as_seconds_f64();
            metrics::gauge!("muster_synthetic_alarm_age_seconds").set(age);
            tokio::select! {
                _ = stopping.wait_for(|stopping| *stopping) => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn raise(&self, now: DateTime<Utc>) {
        let started = Instant::now();
        match tokio::time::timeout(LIMIT, self.through(ids::new(now))).await.unwrap_or(Err(Lost::Late)) {
            Ok(()) => {
                metrics::histogram!("muster_synthetic_alarm_seconds").record(started.elapsed().as_secs_f64());
                self.hub.heard_test_alarm();
            }
            Err(why) => {
                metrics::counter!("muster_synthetic_alarm_lost_total").increment(1);
                tracing::warn!(%why, "the test alarm did not come out");
            }
        }
    }

    /// In by the door, out by the ring.
    async fn through(&self, key: Uuid) -> Result<(), Lost> {
        let joined = self.hub.join().ok_or(Lost::NotReady)?;
        let mut moved = self.hub.moved();
        let capability = self.tokens.distress(MUSTER, self.node, MUSTER, &[], None);
        let request = self.client.post(&self.address).header("authorization", format!("Distress {capability}"));
        let answer = request.header(IDEMPOTENCY_KEY, key.to_string()).header(AGE_HEADER, "0").body("{}").send().await?;
        if answer.status() != 201 {
            return Err(Lost::Refused(answer.status().as_u16()));
        }
        let mut position = joined.position;
        loop {
            moved.mark_unchanged();
            match self.hub.take(position, joined.generation, usize::MAX) {
                Taken::Frames(frames, next) => {
                    if frames.iter().any(|frame| frame.scope == MUSTER && is_of(&frame.text, key)) {
                        return Ok(());
                    }
                    position = next;
                }
                Taken::Behind | Taken::Void => return Err(Lost::Overtaken),
            }
            if moved.changed().await.is_err() {
                return Err(Lost::NotReady);
            }
        }
    }
}

fn is_of(frame: &[u8], key: Uuid) -> bool {
    #[derive(Deserialize)]
    struct Told {
        test_alarm: TestAlarm,
    }
    serde_json::from_slice::<Told>(frame).is_ok_and(|told| told.test_alarm.key == key)
}
