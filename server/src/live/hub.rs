//! The hub of a node: puts committed events in order, keeps the newest as encoded frames, wakes
//! whoever listens. Hints may come late, twice, out of order or not at all; the log decides.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use uuid::Uuid;
use wire::live::Trouble;

use super::presence::Listeners;
use super::replay;
use super::ring::{Frame, Order};
use super::trouble::{SILENT_OTHERS, Sign, Signs};
use super::watching::Watching;
use crate::bus::{Bus, Committed, HeldList, Relay};
use crate::kernel::clock::SharedClock;
use crate::store::installation::hex;
use crate::store::log::EMPTY;
use crate::store::{Store, StoreError};

/// How long an event waits for its predecessor before the log is read.
const PATIENCE: Duration = Duration::from_millis(20);

/// How often the heads are swept: when hints bring everything, and when others write whose hints do not come.
const SWEEP: Duration = Duration::from_secs(1);
const SWEEP_UNTOLD: Duration = Duration::from_millis(200);

/// How long stopping waits for the hub's threads. A database that hangs holds one of them, and the
/// requests that are under way need their own time.
const LET_GO: Duration = Duration::from_millis(500);

/// How often the clock is set by the database's.
const DISCIPLINE: Duration = Duration::from_secs(10);

/// How often the other nodes are asked what is watched at them.
const ASK: Duration = Duration::from_millis(500);

/// Where a session joins: what comes is in the ring from `position` on, what came before is in the log.
pub struct Joined {
    /// Index in the ring.
    pub position: u64,
    /// Generation of what is known.
    pub generation: u64,
}

/// What a session gets from the ring.
pub enum Taken {
    /// These frames, in order; the position after them.
    Frames(Vec<Frame>, u64),
    /// The ring no longer reaches back that far: join anew and read the log.
    Behind,
    /// Everything known is void: the socket must dial again.
    Void,
}

/// The hub. One per node.
pub struct Hub {
    order: Mutex<Order>,
    listeners: Mutex<Listeners>,
    moved: watch::Sender<u64>,
    epoch: AtomicU32,
    stopping: watch::Sender<bool>,
    stopped: AtomicBool,
    /// True while sessions are better served by another node.
    draining: watch::Sender<bool>,
    signs: Signs,
    clock: SharedClock,
    pub(super) watching: Watching,
    pub(super) consoles: AtomicUsize,
    pub(super) phone_sockets: AtomicUsize,
    look: SyncSender<()>,
    bus: Arc<dyn Bus>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Hub {
    /// Starts the hub's threads. `tested` says whether test alarms are raised; `signs` are what other parts of the
    /// server know of trouble.
    pub fn start(store: Store, bus: Arc<dyn Bus>, tested: bool, signs: Vec<Sign>) -> std::io::Result<Arc<Self>> {
        let clock = store.clock().clone();
        let (look, asked) = sync_channel(1);
        let inbox = bus.subscribe();
        let hub = Arc::new(Self {
            order: Mutex::default(),
            listeners: Mutex::default(),
            moved: watch::channel(0).0,
            epoch: AtomicU32::new(0),
            stopping: watch::channel(false).0,
            stopped: AtomicBool::new(false),
            draining: watch::channel(false).0,
            signs: Signs::new(tested.then(|| clock.now()), signs),
            clock: clock.clone(),
            watching: Watching::default(),
            consoles: AtomicUsize::new(0),
            phone_sockets: AtomicUsize::new(0),
            look,
            bus,
            threads: Mutex::default(),
        });
        let delivering = Arc::clone(&hub);
        let deliver = std::thread::Builder::new().name("hub".into()).spawn(move || {
            while !delivering.stopped.load(Ordering::Relaxed) {
                delivering.look_for_drain();
                delivering.watching.tell_phones(Instant::now());
                match inbox.recv_timeout(Duration::from_millis(250)) {
                    Ok(first) => {
                        let now = clock.now();
                        delivering.take_in(std::iter::once(first).chain(inbox.try_iter()), Some(now));
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })?;
        let mut threads = vec![deliver];
        if store.is_shared() {
            let (exchanging, store) = (Arc::clone(&hub), store.clone());
            threads.push(std::thread::Builder::new().name("nodes".into()).spawn(move || {
                while !exchanging.stopped.load(Ordering::Relaxed) {
                    if let Err(error) = exchanging.watching.exchange(&store) {
                        tracing::debug!(%error, "what is watched at other nodes is not known");
                    }
                    std::thread::park_timeout(ASK);
                }
            })?);
        }
        let sweeping = Arc::clone(&hub);
        let sweep = std::thread::Builder::new().name("sweep".into());
        threads.push(sweep.spawn(move || sweeping.sweep_on(&store, &asked))?);
        hub.threads.lock().unwrap_or_else(PoisonError::into_inner).extend(threads);
        Ok(hub)
    }

    fn order(&self) -> MutexGuard<'_, Order> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn listeners(&self) -> MutexGuard<'_, Listeners> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes events in; `now` is set for hints, whose delay is measured.
    fn take_in(&self, events: impl Iterator<Item = Committed>, now: Option<DateTime<Utc>>) {
        let mut woken = Vec::new();
        let mut early = false;
        let mut every_phone = false;
        let position = {
            let mut order = self.order();
            for event in events {
                if event.epoch != self.epoch.load(Ordering::Relaxed) {
                    continue;
                }
                every_phone |= concerns_every_phone(&event.payload);
                early |= order.place(event, now, &mut woken);
            }
            order.base + order.ring.len() as u64
        };
        self.moved.send_replace(position);
        if every_phone {
            woken = self.listeners().phones.keys().copied().collect();
        }
        self.wake(&woken);
        if early {
            // One request is enough: the sweep looks at every scope.
            let _asked_already = self.look.try_send(());
        }
    }

    fn wake(&self, people: &[Uuid]) {
        let listeners = self.listeners();
        for person in people {
            for phone in listeners.phones.get(person).into_iter().flatten() {
                phone.notify_one();
            }
        }
    }

    fn sweep_on(&self, store: &Store, asked: &Receiver<()>) {
        let mut disciplined: Option<Instant> = None;
        while !self.stopped.load(Ordering::Relaxed) {
            match self.sweep(store) {
                Ok(()) => {
                    self.bus.settle();
                    self.signs.swept();
                }
                // Every reader is at work: the database answers others.
                Err(StoreError::Busy) => self.signs.swept(),
                Err(error) => tracing::debug!(%error, "the heads could not be swept"),
            }
            if disciplined.is_none_or(|at| at.elapsed() > DISCIPLINE) {
                match store.discipline_clock() {
                    Ok(ahead) => {
                        disciplined = Some(Instant::now());
                        self.signs.clock(ahead);
                    }
                    Err(error) => tracing::debug!(%error, "the clock could not be set by the database's"),
                }
            }
            let told = !store.is_shared() || self.bus.relay() == Relay::Up;
            let wait = if told && self.order().primed { SWEEP } else { SWEEP_UNTOLD };
            if asked.recv_timeout(wait).is_ok() {
                std::thread::sleep(PATIENCE);
            }
        }
    }

    /// Compares every head with what was delivered and reads what is missing from the log.
    fn sweep(&self, store: &Store) -> Result<(), crate::store::StoreError> {
        let before = self.order().last.clone();
        let primed = self.order().primed;
        let heads = store.read_blocking(|reading| crate::store::log::all_heads(reading.conn))?;
        // A lower head, or the same number with another hash, is another log than the one shown.
        let went_back = before.iter().any(|(scope, last)| {
            let head = heads.get(scope).copied().unwrap_or(EMPTY);
            head.seq < last.seq || (head.seq == last.seq && head.hash != last.hash)
        });
        let epoch = store.check_epoch(went_back)?;
        if self.epoch.swap(epoch, Ordering::Relaxed) != epoch && primed || went_back {
            tracing::warn!(epoch = %hex(epoch), "the log is not the one that was live: consoles start afresh");
            self.order().forget();
            // Sessions look up at once, not when the next event comes.
            self.moved.send_modify(|_| {});
        }
        let sum: i64 = heads.values().map(|head| head.seq).sum();
        metrics::gauge!("muster_log_events").set(sum as f64);
        metrics::gauge!("muster_log_scopes").set(heads.len() as f64);
        let mut order = self.order();
        if !order.primed {
            // What came before the start is read from the log by whoever joins.
            for (scope, head) in &heads {
                let last = order.last.entry(*scope).or_insert(EMPTY);
                if last.seq < head.seq {
                    *last = *head;
                }
            }
            order.primed = true;
            return Ok(());
        }
        let behind: Vec<(Uuid, i64)> = heads
            .iter()
            .map(|(scope, head)| (*scope, head.seq, order.last.get(scope).map_or(0, |last| last.seq)))
            .filter(|(_, head, last)| head > last)
            .map(|(scope, _, last)| (scope, last))
            .collect();
        drop(order);
        for (scope, last) in behind {
            match store.read_blocking(|reading| replay::committed(reading, epoch, scope, last)) {
                Ok(missing) => {
                    metrics::counter!("muster_hub_healed_total").increment(missing.len() as u64);
                    self.take_in(missing.into_iter(), None);
                }
                // One scope that cannot be read must not keep the others behind.
                Err(error) => tracing::error!(%scope, %error, "what a scope is missing could not be read"),
            }
        }
        Ok(())
    }

    /// Joins a session: what it gets from the ring follows without a gap on what is in the log.
    /// None until the log has been seen for the first time.
    pub fn join(&self) -> Option<Joined> {
        let order = self.order();
        order.primed.then(|| Joined { position: order.base + order.ring.len() as u64, generation: order.generation })
    }

    /// [`Hub::join`], further back in the ring: from where all that comes after the numbers of `sent` can be taken,
    /// as far as it is still there. What is not is in `behind`, with the numbers up to which the log must be read.
    pub fn join_after(&self, sent: impl Fn(Uuid) -> Option<i64>) -> Option<(Joined, Vec<(Uuid, i64)>)> {
        let order = self.order();
        let mut needed: HashMap<Uuid, i64> = HashMap::new();
        for (scope, head) in &order.last {
            if let Some(sent) = sent(*scope).filter(|sent| *sent < head.seq) {
                needed.insert(*scope, sent + 1);
            }
        }
        let position = order.reach_back(&mut needed);
        let head = |scope: &Uuid| order.last.get(scope).map_or(0, |head| head.seq);
        let behind = needed.keys().map(|scope| (*scope, head(scope))).collect();
        order.primed.then(|| (Joined { position, generation: order.generation }, behind))
    }

    /// Takes up to `limit` frames from `position` on.
    pub fn take(&self, position: u64, generation: u64, limit: usize) -> Taken {
        let order = self.order();
        if order.generation != generation {
            return Taken::Void;
        }
        let Some(skip) = position.checked_sub(order.base) else { return Taken::Behind };
        let frames: Vec<Frame> =
            order.ring.iter().skip(usize::try_from(skip).unwrap_or(usize::MAX)).take(limit).cloned().collect();
        let next = position + frames.len() as u64;
        Taken::Frames(frames, next)
    }

    /// Changes whenever there is something new in the ring.
    pub fn moved(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }

    /// Turns true when the server stops.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// What does not work as it should.
    pub fn troubles(&self) -> Vec<Trouble> {
        self.signs.all(self.bus.as_ref(), self.clock.now())
    }

    /// A test alarm of this node came out.
    pub fn heard_test_alarm(&self) {
        if let Some(heard) = &self.signs.heard {
            heard.now(self.clock.now());
        }
    }

    /// How long ago the last test alarm came out, or the node started.
    pub fn test_alarm_age(&self) -> TimeDelta {
        self.signs.heard.as_ref().map(|heard| heard.age(self.clock.now())).unwrap_or_default()
    }

    /// True while this node does not reach the database and another does: sessions are better served there.
    pub fn draining(&self) -> watch::Receiver<bool> {
        self.draining.subscribe()
    }

    fn look_for_drain(&self) {
        let others = self.bus.others_answered();
        let begins = self.signs.database_is_surely_away() && others.is_some_and(|others| others.is_fresh);
        let goes_on = self.signs.database_is_away() && others.is_some_and(|others| others.ago < SILENT_OTHERS);
        let drains = begins || (*self.draining.borrow() && goes_on);
        let changed = self.draining.send_if_modified(|was| std::mem::replace(was, drains) != drains);
        if changed {
            tracing::warn!(drains, "sessions are sent to another node while this one does not reach the database");
        }
    }

    /// How hints reach the other nodes.
    pub fn relay(&self) -> Relay {
        self.bus.relay()
    }

    /// What nodes hold because the database does not take it.
    pub fn held(&self) -> watch::Receiver<Arc<HeldList>> {
        self.bus.held()
    }

    /// The epoch of what is live.
    pub fn epoch(&self) -> u32 {
        self.epoch.load(Ordering::Relaxed)
    }

    /// Closes every socket with a Close frame and stops the threads, within half a second.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
        self.stopped.store(true, Ordering::Relaxed);
        let _asked_already = self.look.try_send(());
        let deadline = Instant::now() + LET_GO;
        for thread in self.threads.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            thread.thread().unpark();
            while !thread.is_finished() && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(5));
            }
            if !thread.is_finished() {
                tracing::warn!("a thread of the hub hangs in the database and is left");
            } else if thread.join().is_err() {
                tracing::error!("a thread of the hub had panicked");
            }
        }
    }
}

/// Whether any phone may have to stop reading: an office was seized. It is rare, and who belongs to the
/// office is not in the event.
fn concerns_every_phone(payload: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Payload {
        notice: wire::audit::Notice,
    }
    payload.starts_with(b"{\"notice\":")
        && serde_json::from_slice::<Payload>(payload)
            .is_ok_and(|payload| payload.notice.deed == wire::audit::Deed::OfficeSeized)
}
