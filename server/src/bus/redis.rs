//! The bus of many nodes: hints go to this process first, then to the others through Redis pub/sub.
//!
//! One thread holds the connection. Whoever publishes hands over and goes on: no request ever waits for
//! Redis. The connection is tried by what it is for: every second a beat goes out and must come back.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context;
use rand::RngExt;
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, IntoConnectionInfo, ProtocolVersion, PushInfo, PushKind, TlsCertificates, Value,
};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior};
use uuid::Uuid;

use super::message::{Message, Said};
use super::{Bus, Committed, HeldList, LocalBus, Relay};
use crate::kernel::seal::{Keyring, SealKey};

/// Hints that may wait for the relay, and messages that may wait to be read. Beyond it they are dropped and
/// the sweep heals.
const WAITING: usize = 16_384;

/// Events in one message, and messages read at once.
const BATCH: usize = 128;

/// How often a beat goes out.
const BEAT: Duration = Duration::from_secs(1);

/// Beats that may be out before the relay counts as down.
const MISSING: u64 = 2;

/// What a node held that says nothing any more is forgotten after this, while the database answers: it is stored, or
/// lost with the node.
const SILENT: Duration = Duration::from_secs(5);

/// Microseconds after which what was said of holding is no news: clocks of nodes differ by less.
const OLD_NEWS: u64 = 600_000_000;

/// Nodes whose counts are remembered.
const NODES: usize = 4_096;

/// How long connecting and an answer may take.
const CONNECT: Duration = Duration::from_secs(1);
const ANSWER: Duration = Duration::from_millis(500);

/// Longest wait before the next try to connect; the first is a tenth of a second.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Where the relay is.
#[derive(Debug, Clone)]
pub struct Server {
    client: Client,
}

impl Server {
    /// Of a URL, `redis://user:password@host:port/` or `rediss://...` with TLS, and, for TLS, of a file with the
    /// certificates of its authority in PEM; without it those of the machine count. Nothing is connected.
    pub fn parse(url: &str, authority: Option<&Path>) -> anyhow::Result<Self> {
        // The URL holds a password: it is not part of any message.
        let wrong = "the Redis URL is not understood; it has the form redis://user:password@host:port/";
        let info = url.into_connection_info().map_err(|_| anyhow::anyhow!(wrong))?;
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let info = info.set_redis_settings(settings);
        let authority = authority.map(|file| {
            std::fs::read(file).with_context(|| format!("cannot read the authority's certificates {}", file.display()))
        });
        let client = match authority.transpose()? {
            _ if !url.starts_with("rediss:") => Client::open(info),
            root_cert => {
                // Another part of the process may have chosen one; then that one is in use.
                let _chosen_already = rustls::crypto::aws_lc_rs::default_provider().install_default();
                Client::build_with_tls(info, TlsCertificates { client_tls: None, root_cert })
            }
        };
        // What the library says of certificates names no secret; of the URL only its form was checked above.
        Ok(Self { client: client.map_err(|error| anyhow::anyhow!("Redis cannot be used: {error}"))? })
    }
}

/// Hands hints to the subscribers of this process and, through Redis, to those of the others.
pub struct RedisBus {
    local: Arc<LocalBus>,
    holds: Arc<Holds>,
    outbox: RwLock<Option<mpsc::Sender<Committed>>>,
    up: Arc<AtomicBool>,
}

impl std::fmt::Debug for RedisBus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisBus").field("up", &self.up).finish_non_exhaustive()
    }
}

impl RedisBus {
    /// Starts the thread that holds the connection. A Redis that is away is no error: it is tried again.
    pub fn start(server: Server, keyring: &Keyring) -> std::io::Result<Self> {
        let (outbox, waiting) = mpsc::channel(WAITING);
        let (local, up) = (Arc::new(LocalBus::default()), Arc::new(AtomicBool::new(false)));
        let holds = Arc::new(Holds::default());
        let channel: String =
            keyring.blind_index("relay", "channel").iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let carrier = Carrier {
            client: server.client,
            channel: format!("muster:{channel}"),
            key: keyring.derive("relay", b""),
            node: crate::kernel::ids::random(),
            local: Arc::clone(&local),
            holds: Arc::clone(&holds),
            up: Arc::clone(&up),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("relay".into()).spawn(move || runtime.block_on(carrier.carry(waiting)))?;
        Ok(Self { local, holds, outbox: RwLock::new(Some(outbox)), up })
    }
}

impl Bus for RedisBus {
    fn publish(&self, events: &[Committed]) {
        self.local.publish(events);
        // While Redis is away nobody gathers what the others have long found by themselves.
        if !self.up.load(Ordering::Relaxed) {
            return;
        }
        let outbox = self.outbox.read().unwrap_or_else(PoisonError::into_inner);
        let Some(outbox) = &*outbox else { return };
        for event in events {
            if outbox.try_send(event.clone()).is_err() {
                metrics::counter!("muster_bus_dropped_total").increment(1);
            }
        }
    }

    fn subscribe(&self) -> Receiver<Committed> {
        self.local.subscribe()
    }

    fn hold(&self, all: HeldList) {
        self.holds.own(all, &self.local);
        self.holds.changed.notify_one();
    }

    fn settle(&self) {
        self.holds.forget_silent(&self.local);
    }

    fn held(&self) -> watch::Receiver<Arc<HeldList>> {
        self.local.held()
    }

    fn relay(&self) -> Relay {
        if self.up.load(Ordering::Relaxed) { Relay::Up } else { Relay::Down }
    }

    fn stop(&self) {
        drop(self.outbox.write().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// What holds the connection.
struct Carrier {
    client: Client,
    channel: String,
    key: SealKey,
    node: Uuid,
    local: Arc<LocalBus>,
    holds: Arc<Holds>,
    up: Arc<AtomicBool>,
}

/// Why carrying ended.
enum End {
    /// The bus is stopped.
    Stopped,
    /// The connection is of no use any more.
    Lost(String),
}

impl From<redis::RedisError> for End {
    fn from(error: redis::RedisError) -> Self {
        Self::Lost(error.to_string())
    }
}

impl Carrier {
    async fn carry(self, mut outbox: mpsc::Receiver<Committed>) {
        let mut failures = 0_u32;
        loop {
            let end = self.connected(&mut outbox).await;
            let was_up = self.up.swap(false, Ordering::Relaxed);
            metrics::gauge!("muster_relay_up").set(0.0);
            let Err(End::Lost(why)) = end else { return };
            if was_up || failures == 0 {
                tracing::warn!(why, "Redis does not relay: other nodes are found by sweeping until it does");
            }
            failures = if was_up { 1 } else { failures + 1 };
            let longest = LONGEST_PAUSE.min(Duration::from_millis(100) * 2_u32.saturating_pow(failures.min(10)));
            let pause = tokio::time::sleep(longest.mul_f64(rand::rng().random_range(0.5..1.0)));
            tokio::pin!(pause);
            loop {
                tokio::select! {
                    () = &mut pause => break,
                    // What waits is old news by now.
                    waiting = outbox.recv() => if waiting.is_none() { return },
                }
            }
        }
    }

    /// One connection, from its beginning to its end.
    async fn connected(&self, outbox: &mut mpsc::Receiver<Committed>) -> Result<(), End> {
        let (pushed, mut inbox) = mpsc::channel(WAITING);
        let gone = Arc::new(Notify::new());
        let lost = Arc::clone(&gone);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(ANSWER))
            .set_push_sender(move |push: PushInfo| -> Result<(), ()> {
                match push.kind {
                    PushKind::Disconnection => lost.notify_one(),
                    PushKind::Message if pushed.try_send(push).is_err() => {
                        metrics::counter!("muster_bus_dropped_total").increment(1);
                    }
                    _ => {}
                }
                Ok(())
            });
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        connection.subscribe(&self.channel).await?;
        let mut beats = Beats::default();
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut events = Vec::with_capacity(BATCH);
        let mut pushes = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                biased;
                () = gone.notified() => return Err(End::Lost("the connection was closed".into())),
                count = inbox.recv_many(&mut pushes, BATCH) => {
                    if count == 0 {
                        return Err(End::Lost("the connection ended".into()));
                    }
                    self.take_in(pushes.drain(..), &mut beats);
                }
                count = outbox.recv_many(&mut events, BATCH) => {
                    if count == 0 {
                        return Err(End::Stopped);
                    }
                    self.say(&mut connection, Said::Events(std::mem::take(&mut events))).await?;
                }
                () = self.holds.changed.notified() => self.say_held(&mut connection).await?,
                _ = beat.tick() => {
                    if self.holds.has_own() {
                        self.say_held(&mut connection).await?;
                    }
                    let count = beats.next().ok_or_else(|| End::Lost("what was sent does not come back".into()))?;
                    self.say(&mut connection, Said::Beat(count)).await?;
                }
            }
        }
    }

    async fn say_held(&self, connection: &mut MultiplexedConnection) -> Result<(), End> {
        let (count, list) = self.holds.next();
        self.say(connection, Said::Held { count, at: now_micros(), list }).await
    }

    async fn say(&self, connection: &mut MultiplexedConnection, said: Said) -> Result<(), End> {
        let sealed = Message { node: self.node, said }.seal(&self.key, &self.channel);
        Ok(redis::cmd("PUBLISH").arg(&self.channel).arg(sealed).query_async(connection).await?)
    }

    fn take_in(&self, pushes: impl Iterator<Item = PushInfo>, beats: &mut Beats) {
        let mut found = Vec::new();
        for push in pushes {
            // A push is [channel, what was published].
            let Some(Value::BulkString(sealed)) = push.data.get(1) else { continue };
            match Message::open(&self.key, &self.channel, sealed) {
                Ok(Message { node, said: Said::Beat(count) }) if node == self.node => {
                    if beats.came_back(count) && !self.up.swap(true, Ordering::Relaxed) {
                        tracing::info!("Redis relays");
                        metrics::gauge!("muster_relay_up").set(1.0);
                    }
                }
                Ok(Message { node, said: Said::Events(events) }) if node != self.node => found.extend(events),
                Ok(Message { node, said: Said::Held { count, at, list } }) if node != self.node => {
                    if now_micros().abs_diff(at) < OLD_NEWS {
                        self.holds.others(node, (count, list), &self.local);
                    }
                }
                Ok(_) => {}
                Err(_) => metrics::counter!("muster_relay_unsealable_total").increment(1),
            }
        }
        self.local.publish(&found);
    }
}

/// What this node and the others hold.
#[derive(Default)]
struct Holds {
    known: Mutex<KnownHolds>,
    changed: Notify,
}

#[derive(Default)]
struct KnownHolds {
    own: HeldList,
    /// Messages about it that went out.
    said: u64,
    others: HashMap<Uuid, (Instant, HeldList)>,
    /// The count of the newest message of each other node.
    heard: HashMap<Uuid, u64>,
}

impl Holds {
    fn lock(&self) -> MutexGuard<'_, KnownHolds> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_own(&self) -> bool {
        !self.lock().own.all.is_empty()
    }

    /// What this node holds, to be said, and the count of saying it.
    fn next(&self) -> (u64, HeldList) {
        let mut known = self.lock();
        known.said += 1;
        (known.said, known.own.clone())
    }

    /// Sets what this node holds. What consoles are told changes under the same lock: the last word is the last.
    fn own(&self, list: HeldList, told: &LocalBus) {
        let mut known = self.lock();
        known.own = list;
        told.hold(known.all());
    }

    /// Sets what another node holds, unless it was said before.
    fn others(&self, node: Uuid, (count, list): (u64, HeldList), told: &LocalBus) {
        let mut known = self.lock();
        if known.heard.get(&node).is_some_and(|newest| count <= *newest) {
            return;
        }
        if known.heard.len() >= NODES {
            known.heard.clear();
        }
        known.heard.insert(node, count);
        let before = known.others.remove(&node).map(|(_, list)| list).unwrap_or_default();
        let changed = before != list;
        if !list.all.is_empty() || list.more > 0 {
            known.others.insert(node, (Instant::now(), list));
        }
        if changed {
            told.hold(known.all());
        }
    }

    /// Forgets what nodes held that say nothing any more.
    fn forget_silent(&self, told: &LocalBus) {
        let mut known = self.lock();
        let before = known.others.len();
        known.others.retain(|_, (said, _)| said.elapsed() < SILENT);
        if known.others.len() < before {
            told.hold(known.all());
        }
    }
}

impl KnownHolds {
    fn all(&self) -> HeldList {
        let mut all = self.own.clone();
        for (_, list) in self.others.values() {
            all.all.extend(list.all.iter().cloned());
            all.more += list.more;
        }
        all
    }
}

fn now_micros() -> i64 {
    chrono::Utc::now().timestamp_micros()
}

/// The beats of one connection.
#[derive(Debug, Default)]
struct Beats {
    sent: u64,
    back: u64,
    last: Option<Instant>,
}

impl Beats {
    /// The next one's number; none when too many are missing.
    fn next(&mut self) -> Option<u64> {
        if self.sent - self.back >= MISSING {
            return None;
        }
        self.sent += 1;
        self.last = Some(Instant::now());
        Some(self.sent)
    }

    /// One came back: true when it is of this connection.
    fn came_back(&mut self, count: u64) -> bool {
        if count == 0 || count > self.sent || count <= self.back {
            return false;
        }
        self.back = count;
        if let (Some(sent), true) = (self.last, count == self.sent) {
            metrics::histogram!("muster_relay_hop_seconds").record(sent.elapsed().as_secs_f64());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::Held;

    #[test]
    fn a_relay_is_up_while_beats_come_back_and_down_when_two_are_missing() {
        let mut beats = Beats::default();
        assert_eq!(beats.next(), Some(1));
        assert!(beats.came_back(1));
        assert!(!beats.came_back(1), "one that came twice says nothing");
        assert!(!beats.came_back(2), "nor one that was never sent");
        assert_eq!((beats.next(), beats.next()), (Some(2), Some(3)));
        assert_eq!(beats.next(), None);
        assert!(beats.came_back(3));
        assert_eq!(beats.next(), Some(4));
    }

    #[test]
    fn what_a_node_holds_is_believed_once_and_forgotten_when_it_falls_silent() {
        let (holds, local) = (Holds::default(), LocalBus::default());
        let told = local.held();
        let list = |n: u8| HeldList { all: vec![Held { scopes: vec![], payload: Arc::from([n]) }], more: 0 };
        let other = Uuid::from_u128(7);
        holds.own(list(1), &local);
        holds.others(other, (1, list(2)), &local);
        assert_eq!(told.borrow().all.len(), 2);
        holds.others(other, (2, HeldList::default()), &local);
        assert_eq!(**told.borrow(), list(1));
        // Said again by somebody else.
        holds.others(other, (1, list(2)), &local);
        holds.others(other, (2, list(2)), &local);
        assert_eq!(**told.borrow(), list(1));
        holds.others(other, (3, list(3)), &local);
        holds.lock().others.get_mut(&other).unwrap().0 = Instant::now().checked_sub(SILENT).unwrap();
        holds.forget_silent(&local);
        assert_eq!(**told.borrow(), list(1));
        assert_eq!(holds.next().0 + 1, holds.next().0);
    }

    #[test]
    fn a_url_that_is_not_understood_is_refused_without_its_password() {
        for url in ["http://secret@host", "redis:/:secret@", "redis://:secret@host:port"] {
            let error = format!("{:#}", Server::parse(url, None).unwrap_err());
            assert!(!error.contains("secret"), "{error}");
        }
        assert!(Server::parse("redis://:secret@127.0.0.1:1/", None).is_ok());
        assert!(Server::parse("rediss://:secret@127.0.0.1:1/", Some(Path::new("/nowhere/ca.pem"))).is_err());
    }
}
