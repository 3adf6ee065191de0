//! Hints that something was committed. The log is the truth; whoever misses a hint finds the event
//! by sweeping the heads.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use chrono::{DateTime, Utc};
use uuid::Uuid;

mod local;

pub use local::LocalBus;

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

/// Carries hints between committers and hubs.
pub trait Bus: Debug + Send + Sync {
    /// Announces events, after their commit and in the order of their numbers. Never blocks and
    /// never fails: what cannot be carried is dropped and counted.
    fn publish(&self, events: &[Committed]);

    /// A bounded stream of what is announced from now on.
    fn subscribe(&self) -> Receiver<Committed>;
}
