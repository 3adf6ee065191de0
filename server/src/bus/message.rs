//! What nodes say to one another through the relay, sealed: the relay never sees a name or a position, and
//! whoever can write to it can put nothing on a screen.

use std::sync::Arc;

use bytes::{Buf, BufMut};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::holds::News;
use super::{Committed, Held, HeldList};
use crate::kernel::clock::from_micros;
use crate::kernel::seal::SealKey;

/// Version of the form below. Another version's messages are not understood, and the sweep heals.
const FORM: u8 = 3;

/// What one message says.
pub(super) enum Said {
    /// The node is there, and reaches the relay.
    Beat(Beat),
    /// These events were committed.
    Events(Vec<Committed>),
    /// All that the node holds because the database does not take it: said again by somebody else, it is old.
    Held(News),
}

/// A node's sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beat {
    /// Grows with each of a connection.
    pub(super) count: u64,
    /// When it was said, by the node's clock.
    pub(super) at: DateTime<Utc>,
    /// Whether the database answers the node.
    pub(super) answered: bool,
}

/// A message with who said it.
pub(super) struct Message {
    pub(super) node: Uuid,
    pub(super) said: Said,
}

/// A message that is not of this installation, was changed, or is of another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotUnderstood;

impl Message {
    /// Seals it for a channel.
    pub(super) fn seal(&self, key: &SealKey, channel: &str) -> Vec<u8> {
        let mut plain = Vec::with_capacity(1_024);
        plain.put_u8(FORM);
        plain.put_slice(self.node.as_bytes());
        match &self.said {
            Said::Beat(Beat { count, at, answered }) => {
                plain.put_u8(0);
                plain.put_u64(*count);
                plain.put_i64(at.timestamp_micros());
                plain.put_u8(u8::from(*answered));
            }
            Said::Events(events) => {
                plain.put_u8(1);
                for event in events {
                    write_event(&mut plain, event);
                }
            }
            Said::Held(News { count, at, list }) => {
                plain.put_u8(2);
                plain.put_u64(*count);
                plain.put_i64(at.timestamp_micros());
                plain.put_u64(list.more);
                for held in &list.all {
                    plain.put_slice(held.id.as_bytes());
                    plain.put_i64(held.held_at.timestamp_micros());
                    write_ids(&mut plain, &held.scopes);
                    write_bytes(&mut plain, &held.payload);
                }
            }
        }
        key.seal(channel.as_bytes(), &plain)
    }

    /// Opens what [`Message::seal`] made for the same channel.
    pub(super) fn open(key: &SealKey, channel: &str, sealed: &[u8]) -> Result<Self, NotUnderstood> {
        let plain = key.open(channel.as_bytes(), sealed).map_err(|_| NotUnderstood)?;
        read(&plain).ok_or(NotUnderstood)
    }
}

fn read(mut plain: &[u8]) -> Option<Message> {
    if plain.try_get_u8().ok()? != FORM {
        return None;
    }
    let node = id(&mut plain)?;
    let said = match plain.try_get_u8().ok()? {
        0 => {
            let (count, at) = (plain.try_get_u64().ok()?, from_micros(plain.try_get_i64().ok()?));
            Said::Beat(Beat { count, at, answered: plain.try_get_u8().ok()? == 1 })
        }
        1 => {
            let mut events = Vec::new();
            while plain.has_remaining() {
                events.push(read_event(&mut plain)?);
            }
            Said::Events(events)
        }
        2 => {
            let (count, at) = (plain.try_get_u64().ok()?, from_micros(plain.try_get_i64().ok()?));
            let mut list = HeldList { all: Vec::new(), more: plain.try_get_u64().ok()? };
            while plain.has_remaining() {
                let (id, held_at) = (id(&mut plain)?, from_micros(plain.try_get_i64().ok()?));
                let scopes = read_ids(&mut plain)?;
                list.all.push(Held { id, held_at, scopes, payload: Arc::from(read_bytes(&mut plain)?) });
            }
            Said::Held(News { count, at, list })
        }
        _ => return None,
    };
    Some(Message { node, said })
}

fn write_event(out: &mut Vec<u8>, event: &Committed) {
    out.put_u32(event.epoch);
    out.put_slice(event.scope.as_bytes());
    out.put_i64(event.seq);
    out.put_slice(&event.hash);
    out.put_slice(event.id.as_bytes());
    out.put_i64(event.received_at.timestamp_micros());
    write_ids(out, &event.wakes);
    write_bytes(out, &event.payload);
}

fn write_ids(out: &mut Vec<u8>, ids: &[Uuid]) {
    out.put_u32(u32::try_from(ids.len()).unwrap_or(u32::MAX));
    for one in ids {
        out.put_slice(one.as_bytes());
    }
}

fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    out.put_u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    out.put_slice(bytes);
}

fn read_event(plain: &mut &[u8]) -> Option<Committed> {
    let epoch = plain.try_get_u32().ok()?;
    let scope = id(plain)?;
    let seq = plain.try_get_i64().ok()?;
    let hash = take(plain, 32)?.try_into().ok()?;
    let event = id(plain)?;
    let received_at = from_micros(plain.try_get_i64().ok()?);
    let wakes = Arc::from(read_ids(plain)?);
    let payload = Arc::from(read_bytes(plain)?);
    Some(Committed { epoch, scope, seq, hash, id: event, received_at, wakes, payload })
}

fn read_ids(plain: &mut &[u8]) -> Option<Vec<Uuid>> {
    let count = usize::try_from(plain.try_get_u32().ok()?).ok()?;
    let ids = take(plain, count.checked_mul(16)?)?;
    Some(ids.as_chunks::<16>().0.iter().map(|bytes| Uuid::from_bytes(*bytes)).collect())
}

fn read_bytes<'a>(plain: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(plain.try_get_u32().ok()?).ok()?;
    take(plain, length)
}

fn id(plain: &mut &[u8]) -> Option<Uuid> {
    take(plain, 16).and_then(|bytes| Uuid::from_slice(bytes).ok())
}

fn take<'a>(plain: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = plain.split_at_checked(count)?;
    *plain = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(seq: i64, wakes: usize, payload: &[u8]) -> Committed {
        Committed {
            epoch: 7,
            scope: Uuid::from_u128(1),
            seq,
            hash: [9; 32],
            id: Uuid::from_u128(2),
            received_at: from_micros(1_800_000_000_123_456),
            wakes: (0..wakes).map(|n| Uuid::from_u128(n as u128)).collect(),
            payload: Arc::from(payload),
        }
    }

    fn same(one: &Committed, other: &Committed) -> bool {
        let key = |event: &Committed| (event.epoch, event.scope, event.seq, event.hash, event.id, event.received_at);
        key(one) == key(other) && one.wakes == other.wakes && one.payload == other.payload
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_as_it_was(count in 0_usize..20, wakes in 0_usize..5, payload: Vec<u8>) {
            let key = SealKey::random();
            let events: Vec<_> = (0..count).map(|n| event(n as i64, wakes, &payload)).collect();
            let message = Message { node: Uuid::from_u128(3), said: Said::Events(events.clone()) };
            let opened = Message::open(&key, "muster", &message.seal(&key, "muster")).unwrap();
            prop_assert_eq!(opened.node, message.node);
            let Said::Events(read) = opened.said else { panic!("events") };
            prop_assert_eq!(read.len(), events.len());
            prop_assert!(read.iter().zip(&events).all(|(one, other)| same(one, other)));
        }

        #[test]
        fn what_is_held_opens_as_it_was(count in 0_usize..20, scopes in 0_u128..5, payload: Vec<u8>, more: u64) {
            let key = SealKey::random();
            let scopes: Vec<Uuid> = (0..scopes).map(Uuid::from_u128).collect();
            let held = Held { id: Uuid::from_u128(more.into()), held_at: from_micros(9), scopes, payload: Arc::from(payload) };
            let list = HeldList { all: vec![held; count], more };
            let message = Message { node: Uuid::nil(), said: Said::Held(News { count: more, at: from_micros(7), list: list.clone() }) };
            let opened = Message::open(&key, "muster", &message.seal(&key, "muster")).unwrap();
            let Said::Held(News { count, at, list: read }) = opened.said else { panic!("what is held") };
            prop_assert_eq!((count, at, read), (more, from_micros(7), list));
        }

        #[test]
        fn a_beat_opens_as_it_was(count: u64, us in 0_i64..4_000_000_000_000_000, answered: bool) {
            let key = SealKey::random();
            let beat = Beat { count, at: from_micros(us), answered };
            let message = Message { node: Uuid::nil(), said: Said::Beat(beat) };
            let opened = Message::open(&key, "muster", &message.seal(&key, "muster")).unwrap();
            prop_assert!(matches!(opened.said, Said::Beat(read) if read == beat));
        }

        #[test]
        fn bytes_that_are_no_message_are_refused_and_never_more(bytes: Vec<u8>) {
            let key = SealKey::random();
            prop_assert!(Message::open(&key, "muster", &bytes).is_err());
            // Also what opens, such as from a node of another version, may be anything.
            let _may_be_read = Message::open(&key, "muster", &key.seal(b"muster", &bytes));
        }
    }

    #[test]
    fn another_channel_another_key_or_a_changed_byte_is_refused() {
        let key = SealKey::random();
        let message = Message { node: Uuid::nil(), said: Said::Events(vec![event(1, 1, b"{}")]) };
        let mut sealed = message.seal(&key, "muster");
        assert!(Message::open(&key, "other", &sealed).is_err());
        assert!(Message::open(&SealKey::random(), "muster", &sealed).is_err());
        *sealed.last_mut().unwrap() ^= 1;
        assert!(Message::open(&key, "muster", &sealed).is_err());
    }
}
