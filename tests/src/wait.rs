//! Waiting: a condition and a deadline, never a bare pause.

use std::fmt::Display;
use std::time::{Duration, Instant};

/// How long a test waits for something that should come at once. Long, because a loaded machine is
/// no failure; what must be quick measures itself.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again and again until there is an answer; fails the test when none comes within
/// [`PATIENCE`].
#[track_caller]
pub fn until<T>(what: impl Display, ask: impl AsyncFnMut() -> Option<T>) -> impl Future<Output = T> {
    within(PATIENCE, what, ask)
}

/// [`until`] with a deadline of its own.
pub async fn within<T>(limit: Duration, what: impl Display, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {limit:?} in vain for: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
