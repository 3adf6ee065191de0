//! Committed events put in order, and the ring of the newest as encoded frames.

use std::collections::{BTreeMap, HashMap, VecDeque};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::cursor::Cursor;
use crate::bus::Committed;
use crate::store::log::{EMPTY, Head};

/// Frames kept for sessions that are nearly up to date.
const RING: usize = 4_096;

/// Bytes of frames kept.
const RING_BYTES: usize = 8 * 1024 * 1024;

/// Events of one scope that may wait for a predecessor.
const EARLY: usize = 1_024;

/// An encoded event.
#[derive(Clone)]
pub struct Frame {
    /// The scope.
    pub scope: Uuid,
    /// Its number there.
    pub seq: i64,
    /// The text of the WebSocket message.
    pub text: Bytes,
}

/// Encodes an event for every console that may see its scope. One encoding serves all. Of an event
/// without a readable payload, and of a shift log, which is read by asking for it, only its place is sent.
pub fn encode(epoch: u32, scope: Uuid, seq: i64, hash: &[u8; 32], payload: &[u8]) -> Frame {
    let cursor = Cursor::new(epoch, seq, hash);
    if payload.is_empty() || payload.starts_with(b"{\"watch\":") {
        let text = format!("{{\"t\":\"blank\",\"scope\":\"{scope}\",\"seq\":{seq},\"cursor\":\"{cursor}\"}}");
        return Frame { scope, seq, text: text.into() };
    }
    let kind = match payload {
        payload if payload.starts_with(b"{\"notice\":") => "notice",
        payload if payload.starts_with(b"{\"test_alarm\":") => "test_alarm",
        _ => "event",
    };
    let head = format!("{{\"t\":\"{kind}\",\"scope\":\"{scope}\",\"seq\":{seq},\"cursor\":\"{cursor}\",");
    // The payload is a JSON object; its opening brace is replaced by the head.
    let mut text = Vec::with_capacity(head.len() + payload.len());
    text.extend_from_slice(head.as_bytes());
    text.extend_from_slice(payload.get(1..).unwrap_or_default());
    Frame { scope, seq, text: text.into() }
}

/// What this node knows of the log: the newest number of each scope, what waits for a predecessor,
/// and the ring of the newest frames.
#[derive(Default)]
pub(super) struct Order {
    pub(super) last: HashMap<Uuid, Head>,
    early: HashMap<Uuid, BTreeMap<i64, Committed>>,
    pub(super) ring: VecDeque<Frame>,
    ring_bytes: usize,
    /// Index of the ring's first frame since the start.
    pub(super) base: u64,
    pub(super) primed: bool,
    /// Grows when everything known so far is void.
    pub(super) generation: u64,
}

impl Order {
    /// Puts an event where it belongs; true when its predecessor is missing.
    pub(super) fn place(&mut self, event: Committed, now: Option<DateTime<Utc>>, woken: &mut Vec<Uuid>) -> bool {
        let scope = event.scope;
        let last = *self.last.entry(scope).or_insert(EMPTY);
        if !self.primed || event.seq > last.seq + 1 {
            let waiting = self.early.entry(scope).or_default();
            if waiting.len() < EARLY {
                waiting.insert(event.seq, event);
            }
            return true;
        }
        if event.seq <= last.seq {
            // The same number with another hash: the log was exchanged, and the sweep must look.
            return event.seq == last.seq && event.hash != last.hash;
        }
        self.last.insert(scope, Head { seq: event.seq, hash: event.hash });
        self.push(&event, now, woken);
        while let Some(next) = self.early.get_mut(&scope).and_then(|waiting| {
            let seq = self.last.get(&scope).map_or(0, |last| last.seq) + 1;
            waiting.retain(|early, _| *early >= seq);
            waiting.remove(&seq)
        }) {
            self.last.insert(scope, Head { seq: next.seq, hash: next.hash });
            self.push(&next, now, woken);
        }
        if self.early.get(&scope).is_some_and(BTreeMap::is_empty) {
            self.early.remove(&scope);
        }
        false
    }

    fn push(&mut self, event: &Committed, now: Option<DateTime<Utc>>, woken: &mut Vec<Uuid>) {
        let frame = encode(event.epoch, event.scope, event.seq, &event.hash, &event.payload);
        self.ring_bytes += frame.text.len();
        self.ring.push_back(frame);
        while self.ring.len() > RING || self.ring_bytes > RING_BYTES {
            let Some(oldest) = self.ring.pop_front() else { break };
            self.ring_bytes -= oldest.text.len();
            self.base += 1;
        }
        woken.extend(event.wakes.iter().copied());
        if let Some(now) = now {
            metrics::histogram!("muster_stored_to_frame_seconds")
                .record((now - event.received_at).as_seconds_f64().max(0.0));
        }
    }

    /// From where in the ring these next numbers of scopes can all be taken, as far as they are still in it; those
    /// that are not are left in `needed`.
    pub(super) fn reach_back(&self, needed: &mut HashMap<Uuid, i64>) -> u64 {
        let mut first = self.ring.len();
        for (index, frame) in self.ring.iter().enumerate() {
            if needed.is_empty() {
                break;
            }
            if needed.get(&frame.scope) == Some(&frame.seq) {
                needed.remove(&frame.scope);
                first = first.min(index);
            }
        }
        self.base + first as u64
    }

    /// Voids everything: the log is another one.
    pub(super) fn forget(&mut self) {
        self.base += self.ring.len() as u64;
        self.ring.clear();
        self.ring_bytes = 0;
        self.last.clear();
        self.early.clear();
        self.primed = false;
        self.generation += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn event(scope: u128, seq: i64) -> Committed {
        Committed {
            epoch: 0,
            scope: Uuid::from_u128(scope),
            seq,
            hash: [0; 32],
            id: Uuid::nil(),
            received_at: DateTime::UNIX_EPOCH,
            wakes: Arc::from([Uuid::from_u128(scope)]),
            payload: Arc::from(*b"{\"case\":{}}"),
        }
    }

    fn primed() -> Order {
        Order { primed: true, ..Order::default() }
    }

    fn numbers(order: &Order) -> Vec<i64> {
        order.ring.iter().map(|frame| frame.seq).collect()
    }

    #[test]
    fn hints_out_of_order_twice_or_missing_never_make_a_gap() {
        let mut order = primed();
        let mut woken = Vec::new();
        assert!(!order.place(event(1, 1), None, &mut woken));
        assert!(order.place(event(1, 4), None, &mut woken));
        assert!(order.place(event(1, 3), None, &mut woken));
        assert!(!order.place(event(1, 1), None, &mut woken));
        assert_eq!(numbers(&order), [1]);
        assert!(!order.place(event(1, 2), None, &mut woken));
        assert_eq!(numbers(&order), [1, 2, 3, 4]);
        assert!(order.early.is_empty());
        assert_eq!(woken.len(), 4);
    }

    #[test]
    fn what_is_still_in_the_ring_need_not_be_read_from_the_log() {
        let mut order = primed();
        for (scope, seq) in [(1, 1), (2, 1), (1, 2), (1, 3), (2, 2)] {
            order.place(event(scope, seq), None, &mut Vec::new());
        }
        let back = |needed: &[(u128, i64)]| {
            let mut needed = needed.iter().map(|(scope, seq)| (Uuid::from_u128(*scope), *seq)).collect();
            (order.reach_back(&mut needed), needed.len())
        };
        assert_eq!(back(&[(1, 3), (2, 2)]), (3, 0));
        assert_eq!(back(&[(1, 2), (2, 1)]), (1, 0));
        assert_eq!(back(&[(1, 3), (3, 7)]), (3, 1), "another scope's must be read");
        assert_eq!(back(&[]), (5, 0));
        // The oldest frames fall out of the ring.
        for seq in 4..=(RING as i64 + 10) {
            order.place(event(1, seq), None, &mut Vec::new());
        }
        let mut needed = HashMap::from([(Uuid::from_u128(1), 3)]);
        order.reach_back(&mut needed);
        assert_eq!(needed.len(), 1);
    }

    #[test]
    fn before_the_log_was_seen_nothing_is_delivered() {
        let mut order = Order::default();
        assert!(order.place(event(1, 1), None, &mut Vec::new()));
        assert!(order.ring.is_empty());
    }

    #[test]
    fn the_ring_is_bounded_and_events_that_wait_too() {
        let mut order = primed();
        for seq in 1..=(RING as i64 + 10) {
            order.place(event(1, seq), None, &mut Vec::new());
        }
        assert_eq!((order.ring.len(), order.base), (RING, 10));
        for seq in 0..(EARLY as i64 + 10) {
            order.place(event(2, 10 + seq), None, &mut Vec::new());
        }
        assert_eq!(order.early.values().map(BTreeMap::len).sum::<usize>(), EARLY);
    }

    #[test]
    fn a_frame_is_one_json_object_with_the_place_in_front() {
        let frame = encode(7, Uuid::nil(), 3, &[0xab; 32], b"{\"case\":{},\"entry\":{}}");
        let value: serde_json::Value = serde_json::from_slice(&frame.text).unwrap();
        assert_eq!(value["t"], "event");
        assert_eq!(value["cursor"], "00000007.3.abababab");
        assert!(value["entry"].is_object());
    }
}
