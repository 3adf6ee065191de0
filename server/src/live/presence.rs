//! Who is there: phones that want to be woken, consoles and who is at them, and which taps those have shown.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::Hub;
use crate::access::Reach;
use crate::store::nodes::Watched;

/// Taps known to be shown; a node remembers that many so that many consoles ask the log once.
const SHOWN: usize = 10_000;

#[derive(Default)]
pub(super) struct Listeners {
    pub(super) phones: HashMap<Uuid, Vec<Arc<Notify>>>,
    shown: (HashSet<Uuid>, VecDeque<Uuid>),
}

impl Hub {
    /// A phone that wants to be woken when something of its person changes.
    pub fn listen(self: &Arc<Self>, person: Uuid) -> PhoneListener {
        let wake = Arc::new(Notify::new());
        self.listeners().phones.entry(person).or_default().push(Arc::clone(&wake));
        let open = self.phone_sockets.fetch_add(1, Ordering::Relaxed) + 1;
        metrics::gauge!("muster_sockets", "kind" => "phone").set(open as f64);
        PhoneListener { hub: Arc::clone(self), person, wake }
    }

    /// A console came; the guard counts it.
    pub fn console(self: &Arc<Self>, id: u64) -> ConsolePresence {
        let open = self.consoles.fetch_add(1, Ordering::Relaxed) + 1;
        metrics::gauge!("muster_sockets", "kind" => "console").set(open as f64);
        ConsolePresence { hub: Arc::clone(self), id }
    }

    /// Whether a person is at a console that sees this scope, of this node or of another.
    pub fn watches(&self, scope: Uuid) -> bool {
        self.watching.of(scope)
    }

    /// The scopes that a person at a console sees, of this node or of another, and when that changes.
    pub fn watched(&self) -> watch::Receiver<Arc<Watched>> {
        self.watching.told()
    }

    /// Those of these taps that nobody has confirmed through this node yet; they count as asked.
    pub fn first_to_show(&self, taps: Vec<Uuid>) -> Vec<Uuid> {
        let mut listeners = self.listeners();
        let (known, order) = &mut listeners.shown;
        let fresh: Vec<Uuid> = taps.into_iter().filter(|tap| known.insert(*tap)).collect();
        order.extend(fresh.iter().copied());
        while order.len() > SHOWN {
            if let Some(oldest) = order.pop_front() {
                known.remove(&oldest);
            }
        }
        fresh
    }

    /// A confirmation that could not be stored may be tried again.
    pub fn not_shown(&self, taps: &[Uuid]) {
        let mut listeners = self.listeners();
        for tap in taps {
            listeners.shown.0.remove(tap);
        }
    }
}

/// A phone's place among the listeners; dropped, it is forgotten.
pub struct PhoneListener {
    hub: Arc<Hub>,
    person: Uuid,
    wake: Arc<Notify>,
}

impl PhoneListener {
    /// Returns when something of the person changed since the last time.
    pub async fn changed(&self) {
        self.wake.notified().await;
    }
}

impl Drop for PhoneListener {
    fn drop(&mut self) {
        let mut listeners = self.hub.listeners();
        if let Some(phones) = listeners.phones.get_mut(&self.person) {
            phones.retain(|phone| !Arc::ptr_eq(phone, &self.wake));
            if phones.is_empty() {
                listeners.phones.remove(&self.person);
            }
        }
        let open = self.hub.phone_sockets.fetch_sub(1, Ordering::Relaxed) - 1;
        metrics::gauge!("muster_sockets", "kind" => "phone").set(open as f64);
    }
}

/// A console's place among those present.
pub struct ConsolePresence {
    hub: Arc<Hub>,
    id: u64,
}

impl ConsolePresence {
    /// A person is at it now and sees this much; or nobody is.
    pub fn attended(&self, by: Option<&Reach>) {
        self.hub.watching.attended(self.id, by);
    }
}

impl Drop for ConsolePresence {
    fn drop(&mut self) {
        self.hub.watching.attended(self.id, None);
        let open = self.hub.consoles.fetch_sub(1, Ordering::Relaxed) - 1;
        metrics::gauge!("muster_sockets", "kind" => "console").set(open as f64);
    }
}
