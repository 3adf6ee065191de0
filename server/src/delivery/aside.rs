//! What could not be done for a reason of its own, so that it is not tried four times a second.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

/// What is left alone, and since when.
#[derive(Debug)]
pub(super) struct Aside {
    since: Mutex<HashMap<Uuid, Instant>>,
    lasts: Duration,
}

impl Aside {
    /// Each is left alone for this long.
    pub(super) fn lasting(lasts: Duration) -> Self {
        Self { since: Mutex::default(), lasts }
    }

    /// Leaves something alone.
    pub(super) fn put(&self, id: Uuid) {
        let mut left = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        left.retain(|_, since| since.elapsed() < self.lasts);
        left.insert(id, Instant::now());
    }

    /// Whether something is left alone.
    pub(super) fn holds(&self, id: Uuid) -> bool {
        let left = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        left.get(&id).is_some_and(|since| since.elapsed() < self.lasts)
    }
}
