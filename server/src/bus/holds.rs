//! What the nodes hold because the database does not take it: this node's own, and what the others said last.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Bus, HeldList, LocalBus};

/// What a node held that says nothing any more is forgotten after this, while the database answers: it is stored, or
/// lost with the node.
const SILENT: Duration = Duration::from_secs(5);

/// What was said of holding longer ago is no news: clocks of nodes differ by less.
const OLD_NEWS: TimeDelta = TimeDelta::minutes(10);

/// Nodes whose counts are remembered.
const NODES: usize = 4_096;

/// What a node said last of what it holds.
pub(super) struct News {
    /// Grows with each time the node says it.
    pub(super) count: u64,
    /// When it said so, by its clock.
    pub(super) at: DateTime<Utc>,
    /// All that it holds.
    pub(super) list: HeldList,
}

/// What this node and the others hold.
#[derive(Default)]
pub(super) struct Holds {
    known: Mutex<KnownHolds>,
    /// What this node holds has changed.
    pub(super) changed: Notify,
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

    /// Whether this node holds anything.
    pub(super) fn has_own(&self) -> bool {
        !self.lock().own.is_empty()
    }

    /// What this node holds, to be said.
    pub(super) fn next(&self, now: DateTime<Utc>) -> News {
        let mut known = self.lock();
        known.said += 1;
        News { count: known.said, at: now, list: known.own.clone() }
    }

    /// Sets what this node holds. What consoles are told changes under the same lock: the last word is the last.
    pub(super) fn own(&self, list: HeldList, told: &LocalBus) {
        let mut known = self.lock();
        known.own = list;
        told.hold(known.all());
        drop(known);
        self.changed.notify_one();
    }

    /// Sets what another node holds, unless that was said before or long ago.
    pub(super) fn others(&self, node: Uuid, News { count, at, list }: News, now: DateTime<Utc>, told: &LocalBus) {
        let mut known = self.lock();
        let was_heard = known.heard.get(&node).is_some_and(|newest| count <= *newest);
        if was_heard || (now - at).abs() > OLD_NEWS {
            return;
        }
        if known.heard.len() >= NODES {
            known.heard.clear();
        }
        known.heard.insert(node, count);
        let before = known.others.remove(&node).map(|(_, list)| list).unwrap_or_default();
        let changed = before != list;
        if !list.is_empty() {
            known.others.insert(node, (Instant::now(), list));
        }
        if changed {
            told.hold(known.all());
        }
    }

    /// Forgets what nodes held that say nothing any more.
    pub(super) fn forget_silent(&self, told: &LocalBus) {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::bus::Held;

    #[test]
    fn what_a_node_holds_is_believed_once_and_forgotten_when_it_falls_silent() {
        let (holds, local) = (Holds::default(), LocalBus::default());
        let told = local.held();
        let list = |n: u8| HeldList { all: vec![Held { scopes: vec![], payload: Arc::from([n]) }], more: 0 };
        let (other, now) = (Uuid::from_u128(7), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let say = |count, list, at| holds.others(other, News { count, at, list }, now, &local);
        holds.own(list(1), &local);
        say(1, list(2), now);
        assert_eq!(told.borrow().all.len(), 2);
        say(2, HeldList::default(), now);
        assert_eq!(**told.borrow(), list(1));
        // Said again by somebody else.
        say(1, list(2), now);
        say(2, list(2), now);
        assert_eq!(**told.borrow(), list(1));
        say(3, list(3), now - OLD_NEWS - TimeDelta::seconds(1));
        assert_eq!(**told.borrow(), list(1), "said long ago");
        say(3, list(3), now);
        holds.lock().others.get_mut(&other).unwrap().0 = Instant::now().checked_sub(SILENT).unwrap();
        holds.forget_silent(&local);
        assert_eq!(**told.borrow(), list(1));
        assert_eq!(holds.next(now).count + 1, holds.next(now).count);
    }
}
