//! What the nodes hold because the database does not take it: this node's own, and what the others said last.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Bus, Held, HeldList, LocalBus};

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
    /// Each alarm once, as its fullest: its phone may have sent it to several nodes, and a node that was started again
    /// holds what the one before it held. How many more there are is not known so exactly, and not told as fewer.
    fn all(&self) -> HeldList {
        let others = self.others.values().map(|(_, list)| list);
        let lists = || std::iter::once(&self.own).chain(others.clone());
        let mut each: HashMap<Uuid, Held> = HashMap::new();
        for held in lists().flat_map(|list| &list.all) {
            match each.entry(held.id) {
                Entry::Vacant(new) => drop(new.insert(held.clone())),
                Entry::Occupied(mut known) => known.get_mut().add(held),
            }
        }
        let mut all: Vec<Held> = each.into_values().collect();
        all.sort_unstable_by_key(|held| (held.held_at, held.id));
        HeldList { all, more: lists().map(|list| list.more).sum() }
    }
}

impl Held {
    /// Takes in what another node holds of the same alarm.
    fn add(&mut self, other: &Self) {
        self.held_at = self.held_at.min(other.held_at);
        if other.payload.len() > self.payload.len() {
            self.payload = Arc::clone(&other.payload);
        }
        for scope in &other.scopes {
            if !self.scopes.contains(scope) {
                self.scopes.push(*scope);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(id: u128, second: i64, scope: u128, payload: &str) -> Held {
        let held_at = DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap();
        Held {
            id: Uuid::from_u128(id),
            held_at,
            scopes: vec![Uuid::from_u128(scope)],
            payload: payload.as_bytes().into(),
        }
    }

    #[test]
    fn what_several_nodes_hold_of_one_alarm_is_one_and_the_fullest() {
        let mut known = KnownHolds { own: HeldList { all: vec![held(1, 9, 5, "tap")], more: 1 }, ..Default::default() };
        let mut other = |node, all| {
            known.others.insert(Uuid::from_u128(node), (Instant::now(), HeldList { all, more: 2 }));
        };
        other(7, vec![held(1, 3, 5, "the whole tap"), held(2, 8, 5, "another")]);
        other(8, vec![held(1, 4, 6, "ta")]);
        let mut one = held(1, 3, 5, "the whole tap");
        one.scopes.push(Uuid::from_u128(6));
        let mut all = known.all();
        all.all[0].scopes.sort_unstable();
        assert_eq!(all, HeldList { all: vec![one, held(2, 8, 5, "another")], more: 5 });
    }

    #[test]
    fn what_a_node_holds_is_believed_once_and_forgotten_when_it_falls_silent() {
        let (holds, local) = (Holds::default(), LocalBus::default());
        let told = local.held();
        let list = |n: u128| HeldList { all: vec![held(n, 0, 1, "tap")], more: 0 };
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
