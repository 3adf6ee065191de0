//! The bus of one process.

use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::{Bus, Committed, HeldList, Relay};

/// Hints that may wait for one subscriber; beyond it they are dropped and the sweep heals.
const INBOX: usize = 16_384;

/// Hands hints to the subscribers of this process.
#[derive(Debug)]
pub struct LocalBus {
    subscribers: Mutex<Vec<SyncSender<Committed>>>,
    held: watch::Sender<Arc<HeldList>>,
}

impl Default for LocalBus {
    fn default() -> Self {
        Self { subscribers: Mutex::default(), held: watch::channel(Arc::default()).0 }
    }
}

impl Bus for LocalBus {
    fn publish(&self, events: &[Committed]) {
        let mut subscribers = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
        subscribers.retain(|subscriber| {
            for event in events {
                match subscriber.try_send(event.clone()) {
                    Ok(()) => {}
                    Err(TrySendError::Full(_)) => metrics::counter!("muster_bus_dropped_total").increment(1),
                    Err(TrySendError::Disconnected(_)) => return false,
                }
            }
            true
        });
    }

    fn subscribe(&self) -> Receiver<Committed> {
        let (sender, receiver) = sync_channel(INBOX);
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        receiver
    }

    fn hold(&self, all: HeldList) {
        self.held.send_replace(Arc::new(all));
    }

    fn held(&self) -> watch::Receiver<Arc<HeldList>> {
        self.held.subscribe()
    }

    fn relay(&self) -> Relay {
        Relay::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn event(seq: i64) -> Committed {
        Committed {
            epoch: 1,
            scope: Uuid::nil(),
            seq,
            hash: [0; 32],
            id: Uuid::nil(),
            received_at: chrono::DateTime::UNIX_EPOCH,
            wakes: Arc::from([]),
            payload: Arc::from(*b"{}"),
        }
    }

    #[test]
    fn a_full_inbox_drops_hints_and_never_blocks_the_publisher() {
        let bus = LocalBus::default();
        let inbox = bus.subscribe();
        let events: Vec<_> = (1..=INBOX as i64 + 5).map(event).collect();
        bus.publish(&events);
        assert_eq!(inbox.try_iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=INBOX as i64).collect::<Vec<_>>());
    }

    #[test]
    fn a_subscriber_that_went_away_is_forgotten() {
        let bus = LocalBus::default();
        drop(bus.subscribe());
        bus.publish(&[event(1)]);
        assert!(bus.subscribers.lock().unwrap().is_empty());
    }
}
