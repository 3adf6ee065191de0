//! What could not be done for a reason of its own, so that it is not tried four times a second.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

/// How long it is left alone.
const LEFT: Duration = Duration::from_secs(30);

/// What is left alone, and since when.
#[derive(Debug, Default)]
pub(super) struct Aside(Mutex<HashMap<Uuid, Instant>>);

impl Aside {
    /// Leaves something alone.
    pub(super) fn put(&self, id: Uuid) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        left.retain(|_, since| since.elapsed() < LEFT);
        left.insert(id, Instant::now());
    }

    /// Whether something is left alone.
    pub(super) fn holds(&self, id: Uuid) -> bool {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        left.get(&id).is_some_and(|since| since.elapsed() < LEFT)
    }
}
