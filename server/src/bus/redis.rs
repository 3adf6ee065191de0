//! The bus of many nodes: hints go to this process first, then to the others through Redis pub/sub.
//!
//! One thread holds the connection. Whoever publishes hands over and goes on: no request ever waits for
//! Redis. The connection is tried by what it is for: every second a beat goes out and must come back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rand::RngExt;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, PushInfo, PushKind, Value};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use super::answers::Answers;
use super::beats::Beats;
use super::holds::Holds;
use super::message::{Beat, Message, Said};
use super::{Answered, Bus, Committed, HeldList, LocalBus, RedisServer, Relay};
use crate::kernel::clock::SharedClock;
use crate::kernel::ids;
use crate::kernel::seal::{Keyring, SealKey};

/// Hints that may wait for the relay, and messages that may wait to be read. Beyond it they are dropped and
/// the sweep heals.
const WAITING: usize = 16_384;

/// Events in one message, and messages read at once.
const BATCH: usize = 128;

/// How often a beat goes out.
const BEAT: Duration = Duration::from_secs(1);

/// How long connecting and an answer may take.
const CONNECT: Duration = Duration::from_secs(1);
const ANSWER: Duration = Duration::from_millis(500);

/// Longest wait before the next try to connect; the first is a tenth of a second.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Hands hints to the subscribers of this process and, through Redis, to those of the others.
pub struct RedisBus {
    local: Arc<LocalBus>,
    holds: Arc<Holds>,
    outbox: RwLock<Option<mpsc::Sender<Committed>>>,
    up: Arc<AtomicBool>,
    answers: Arc<Answers>,
}

impl std::fmt::Debug for RedisBus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisBus").field("up", &self.up).finish_non_exhaustive()
    }
}

impl RedisBus {
    /// Starts the thread that holds the connection. A Redis that is away is no error: it is tried again.
    pub fn start(server: RedisServer, keyring: &Keyring, clock: SharedClock) -> std::io::Result<Self> {
        let (outbox, waiting) = mpsc::channel(WAITING);
        let (local, up) = (Arc::new(LocalBus::default()), Arc::new(AtomicBool::new(false)));
        let (holds, answers) = (Arc::new(Holds::default()), Arc::new(Answers::default()));
        let channel: String =
            keyring.blind_index("relay", "channel").iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let carrier = Carrier {
            client: server.client,
            channel: format!("muster:{channel}"),
            key: keyring.derive("relay", b""),
            node: ids::random(),
            clock,
            local: Arc::clone(&local),
            holds: Arc::clone(&holds),
            up: Arc::clone(&up),
            answers: Arc::clone(&answers),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("relay".into()).spawn(move || runtime.block_on(carrier.carry(waiting)))?;
        Ok(Self { local, holds, outbox: RwLock::new(Some(outbox)), up, answers })
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
    }

    fn settle(&self) {
        self.holds.forget_silent(&self.local);
        self.answers.own();
    }

    fn others_answered(&self) -> Option<Answered> {
        self.answers.others()
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
    clock: SharedClock,
    local: Arc<LocalBus>,
    holds: Arc<Holds>,
    up: Arc<AtomicBool>,
    answers: Arc<Answers>,
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
                // Once a second, however much goes to and fro.
                _ = beat.tick() => {
                    if self.holds.has_own() {
                        self.say_held(&mut connection).await?;
                    }
                    let count = beats.next().ok_or_else(|| End::Lost("what was sent does not come back".into()))?;
                    let (at, answered) = (self.clock.now(), self.answers.own_does());
                    self.say(&mut connection, Said::Beat(Beat { count, at, answered })).await?;
                }
                () = self.holds.changed.notified() => self.say_held(&mut connection).await?,
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
            }
        }
    }

    async fn say_held(&self, connection: &mut MultiplexedConnection) -> Result<(), End> {
        self.say(connection, Said::Held(self.holds.next(self.clock.now()))).await
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
                Ok(Message { node, said: Said::Beat(beat) }) if node != self.node => {
                    self.answers.another(&beat, self.clock.now());
                }
                Ok(Message { node: _, said: Said::Beat(beat) }) => {
                    if beats.came_back(beat.count) && !self.up.swap(true, Ordering::Relaxed) {
                        tracing::info!("Redis relays");
                        metrics::gauge!("muster_relay_up").set(1.0);
                    }
                }
                Ok(Message { node, said: Said::Events(events) }) if node != self.node => found.extend(events),
                Ok(Message { node, said: Said::Held(news) }) if node != self.node => {
                    self.holds.others(node, news, self.clock.now(), &self.local);
                }
                Ok(_) => {}
                Err(_) => metrics::counter!("muster_relay_unsealable_total").increment(1),
            }
        }
        self.local.publish(&found);
    }
}
