//! Hints that something was committed. The log is the truth; whoever misses a hint finds the event
//! by sweeping the heads.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use uuid::Uuid;

mod answers;
mod beats;
mod holds;
mod local;
mod message;
mod redis;
mod redis_server;

pub use local::LocalBus;
pub use redis::RedisBus;
pub use redis_server::RedisServer;

/// An event that is on disk.
#[derive(Clone)]
pub struct Committed {
    /// The installation's epoch when it was written.
    pub epoch: u32,
    /// The scope.
    pub scope: Uuid,
    /// Its number in the scope.
    pub seq: i64,
    /// The chain's hash after it.
    pub hash: [u8; 32],
    /// The event.
    pub id: Uuid,
    /// When it was received, by the injected clock.
    pub received_at: DateTime<Utc>,
    /// People whose phones should ask what is new.
    pub wakes: Arc<[Uuid]>,
    /// The payload in clear, JSON.
    pub payload: Arc<[u8]>,
}

impl Debug for Committed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Committed").field("scope", &self.scope).field("seq", &self.seq).finish_non_exhaustive()
    }
}

/// Something that a node holds on its own disk because the database does not take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The same for everything that came of the same alarm, at whatever node.
    pub id: Uuid,
    /// When it was first held, by the clock of its node.
    pub held_at: DateTime<Utc>,
    /// The scopes that must see it.
    pub scopes: Vec<Uuid>,
    /// What consoles are shown, JSON.
    pub payload: Arc<[u8]>,
}

/// What is held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldList {
    /// The newest, the oldest of them first.
    pub all: Vec<Held>,
    /// How many more there are.
    pub more: u64,
}

impl HeldList {
    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.more == 0
    }
}

/// How hints reach the other nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relay {
    /// There is nothing that carries them: other nodes, if any, find everything by sweeping.
    None,
    /// What is announced here arrives there.
    Up,
    /// What should carry them does not.
    Down,
}

/// An answer of the database that another node told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// How long ago it was told.
    pub ago: Duration,
    /// Whether it says something about this moment.
    pub is_fresh: bool,
}

/// Carries hints between committers and hubs.
pub trait Bus: Debug + Send + Sync {
    /// Announces events, after their commit and in the order of their numbers. Never blocks and
    /// never fails: what cannot be carried is dropped and counted.
    fn publish(&self, events: &[Committed]);

    /// A bounded stream of what is announced from now on.
    fn subscribe(&self) -> Receiver<Committed>;

    /// How hints reach the other nodes at this moment.
    fn relay(&self) -> Relay;

    /// Says what this node holds now, all of it; until it says otherwise the other nodes are told again and again.
    fn hold(&self, all: HeldList);

    /// What is held by all nodes that are heard of.
    fn held(&self) -> watch::Receiver<Arc<HeldList>>;

    /// The database answers this node: what others held and say no more of is stored, or lost with them.
    fn settle(&self) {}

    /// When another node last said that the database answers it.
    fn others_answered(&self) -> Option<Answered> {
        None
    }

    /// Lets go of the relay; what is announced afterwards stays in this process.
    fn stop(&self) {}
}
