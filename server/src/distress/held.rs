//! Taps that the database could not take: held on this node's disk, shown as provisional, stored under their own
//! keys when it is back. A tap that was held and stored is still one.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use uuid::Uuid;
use wire::live::Provisional;
use wire::not_okay::Held;

use super::lenient;
use super::raise::{Raised, Raiser, Tap, Work, store_tap, unrefused};
use super::service::{occurred, ordered, seen};
use super::{Distress, label};
use crate::bus::{self, Bus};
use crate::kernel::ids;
use crate::places::{Directory, View};
use crate::spill::{NotHeld, Record, Spill};
use crate::store::{Lane, StoreError};

/// How long a tap waits for the database before this node holds it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Provisional alarms that one node tells of at once, the newest; of the others consoles hear how many there are.
const TOLD: usize = 500;

/// Held taps that are stored at the same time.
const TOGETHER: usize = 32;

/// Taps that may wait for this node's disk; beyond it their phones keep them.
const WAITING: usize = 1_024;

/// Where this node holds what the database does not take. A thread of its own writes the file and tells the
/// consoles: neither waits for a worker that the missing database keeps busy, and what is told last is what is held.
#[derive(Clone)]
pub struct Holding {
    spill: Arc<Spill>,
    asks: SyncSender<Ask>,
}

enum Ask {
    Hold(Record, oneshot::Sender<Result<(), NotHeld>>),
    Tell,
}

impl Holding {
    /// Starts the thread. It ends with the last clone.
    pub fn start(spill: Spill, bus: Arc<dyn Bus>, places: Arc<Directory>) -> std::io::Result<Self> {
        let spill = Arc::new(spill);
        let (asks, waiting) = sync_channel(WAITING);
        let held = Arc::clone(&spill);
        let thread = std::thread::Builder::new().name("spill".into());
        thread.spawn(move || work_off(&waiting, &held, bus.as_ref(), &places))?;
        Ok(Self { spill, asks })
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.spill.is_empty()
    }

    /// Says to the consoles of every node what is held.
    pub fn tell(&self) {
        // A full queue tells when it is worked off.
        let _tells_anyway = self.asks.try_send(Ask::Tell);
    }

    async fn hold(&self, record: Record) -> Result<(), NotHeld> {
        let (reply, held) = oneshot::channel();
        self.asks.try_send(Ask::Hold(record, reply)).map_err(|_| NotHeld::because(&"too many wait for the disk"))?;
        held.await.map_err(|_| NotHeld::because(&"the disk's thread ended"))?
    }
}

fn work_off(waiting: &Receiver<Ask>, spill: &Spill, bus: &dyn Bus, places: &Directory) {
    while let Ok(first) = waiting.recv() {
        for ask in std::iter::once(first).chain(waiting.try_iter()) {
            if let Ask::Hold(record, reply) = ask {
                // Whoever asked may have gone; it is held all the same.
                drop(reply.send(spill.hold(record)));
            }
        }
        let records = spill.records();
        metrics::gauge!("muster_taps_held").set(records.len() as f64);
        bus.hold(told(&records, &places.view()));
    }
}

/// What consoles are told: one alarm for each key of a person, by the fullest of what came under it.
fn told(records: &[Record], view: &View) -> bus::HeldList {
    let mut fullest: HashMap<(Uuid, Uuid), HeldTap> = HashMap::new();
    let mut order = Vec::new();
    let mut more = 0;
    for record in records {
        let Some(held) = HeldTap::read(record) else {
            more += 1;
            continue;
        };
        let key = (held.raiser.person, held.key);
        match fullest.get_mut(&key) {
            Some(known) if known.body.len() >= held.body.len() => {}
            Some(known) => *known = HeldTap { held_at: known.held_at, ..held },
            None => {
                order.push(key);
                drop(fullest.insert(key, held));
            }
        }
    }
    let left_out = order.len().saturating_sub(TOLD);
    let newest = order.iter().skip(left_out).filter_map(|key| fullest.get(key)?.provisional(view)).collect();
    bus::HeldList { all: newest, more: more + left_out as u64 }
}

/// Records in rounds of at most [`TOGETHER`], the oldest first: of one person there is one in a round, so that theirs are
/// stored in their order. What cannot be read is nobody's.
fn rounds(records: Vec<Record>) -> Vec<Vec<Record>> {
    let mut rounds: Vec<Vec<Record>> = Vec::new();
    let mut next: HashMap<Option<Uuid>, usize> = HashMap::new();
    let mut open = 0;
    for record in records {
        let person = HeldTap::read(&record).map(|held| held.raiser.person);
        let mut at = next.get(&person).copied().unwrap_or(0).max(open);
        while rounds.get(at).is_some_and(|round| round.len() >= TOGETHER) {
            at += 1;
        }
        if at == rounds.len() {
            rounds.push(Vec::with_capacity(TOGETHER));
        }
        if let Some(round) = rounds.get_mut(at) {
            round.push(record);
        }
        next.insert(person, at + 1);
        while rounds.get(open).is_some_and(|round| round.len() >= TOGETHER) {
            open += 1;
        }
    }
    rounds
}

/// A record of the spill file.
#[derive(Clone, Serialize, Deserialize)]
struct HeldTap {
    raiser: Raiser,
    key: Uuid,
    age_ms: u64,
    /// Base64.
    body: String,
    incomplete: Option<String>,
    channel: String,
    held_at: DateTime<Utc>,
}

impl HeldTap {
    fn new(raiser: &Raiser, tap: &Tap, held_at: DateTime<Utc>) -> Self {
        Self {
            raiser: raiser.clone(),
            key: tap.key,
            age_ms: tap.age_ms,
            body: STANDARD.encode(&tap.body),
            incomplete: tap.incomplete.as_deref().map(str::to_owned),
            channel: tap.channel.clone().into_owned(),
            held_at,
        }
    }

    fn read(record: &Record) -> Option<Self> {
        serde_json::from_slice(&record.plain).ok()
    }

    /// The same for each repeat of a key of this person.
    fn id(&self) -> Uuid {
        ids::named(&[self.raiser.person.as_bytes(), self.key.as_bytes()])
    }

    /// Another for another body under the key: what came first may have broken off.
    fn record(&self) -> Result<Record, NotHeld> {
        let plain = serde_json::to_vec(self).map_err(|error| NotHeld::because(&error))?;
        let id = ids::named(&[self.raiser.person.as_bytes(), self.key.as_bytes(), self.body.as_bytes()]);
        Ok(Record { id, plain })
    }

    /// The tap as it is at `now`: older by the time it was held.
    fn tap(&self, now: DateTime<Utc>) -> Option<Tap> {
        let waited = u64::try_from((now - self.held_at).num_milliseconds()).unwrap_or(0);
        Some(Tap {
            key: self.key,
            age_ms: self.age_ms.saturating_add(waited),
            body: STANDARD.decode(&self.body).ok()?,
            incomplete: self.incomplete.clone().map(Into::into),
            channel: self.channel.clone().into(),
        })
    }

    fn provisional(&self, view: &View) -> Option<bus::Held> {
        let tap = self.tap(self.held_at)?;
        let said = lenient::read(&tap.body).said;
        let occurred_at = occurred(self.held_at, tap.age_ms);
        let raiser = &self.raiser;
        let at = raiser.organisation.zip(said.position.as_ref());
        let at = at.map(|(organisation, at)| view.scopes_at(organisation, at.lat, at.lon)).unwrap_or_default();
        let mut scopes = ordered([raiser.offices.clone(), at].concat());
        if let Some(number) = raiser.texted_from.as_deref().filter(|_| scopes.is_empty()) {
            scopes = ordered(view.scopes_of_number(number));
        }
        if scopes.is_empty() {
            // Of whom nothing is known but the credential: only those see it who see everything.
            scopes.push(raiser.organisation.unwrap_or_default());
        }
        let colleague = said.colleague.as_ref();
        let provisional = Provisional {
            id: self.id(),
            name: raiser.hint.as_ref().map(|hint| hint.name.clone()),
            number: raiser.hint.as_ref().and_then(|hint| hint.number.clone()).or_else(|| raiser.texted_from.clone()),
            offices: raiser.offices.iter().filter_map(|office| Some(view.office(*office)?.country.clone())).collect(),
            for_colleague: colleague.is_some(),
            colleague: colleague.and_then(|colleague| colleague.name.clone()),
            occurred_at,
            held_at: self.held_at,
            position: said.position.as_ref().map(|position| seen(position, occurred_at, colleague.is_some())),
            facts: said.facts.unwrap_or_default(),
        };
        let payload = serde_json::to_vec(&provisional).ok()?.into();
        Some(bus::Held { id: self.id(), held_at: self.held_at, scopes, payload })
    }
}

impl Distress {
    /// [`Distress::store_now`]; when the database does not take it within two seconds, this node holds it. It goes on
    /// when whoever asked has gone.
    pub(super) async fn store_or_hold(&self, holding: Holding, work: Arc<Work>) -> Result<Raised, StoreError> {
        let this = self.clone();
        let held = tokio::spawn(async move {
            let stored = tokio::time::timeout(PATIENCE, this.store_now(Arc::clone(&work))).await;
            let error = match stored {
                Ok(Ok(raised)) => return Ok(raised),
                Ok(Err(error)) => error,
                Err(_) => StoreError::Down(crate::store::Down("it did not answer within 2 s".into())),
            };
            let held = HeldTap::new(&work.raiser, &work.tap, this.store.clock().now());
            let done = match held.record() {
                Ok(record) => holding.hold(record).await,
                Err(why) => Err(why),
            };
            done.map(|()| Raised::Held(Held { held_at: held.held_at })).map_err(|why| {
                tracing::error!(%why, "an alarm could neither be stored nor held: its phone keeps it");
                error
            })
        });
        held.await.map_err(|error| StoreError::Fault(error.to_string()))?
    }

    /// Tells what an earlier process left, before it can be stored.
    pub fn announce_held(&self) {
        if let Some(holding) = self.holding.as_ref().filter(|holding| !holding.is_empty()) {
            holding.tell();
        }
    }

    /// Stores what this node holds, the oldest first, and says what is left. Returns how many were stored, and how
    /// many cannot be stored yet for a reason of their own. Called by a thread of its own, also after a restart.
    pub fn drain_held(&self) -> Result<(usize, usize), StoreError> {
        let Some(holding) = &self.holding else { return Ok((0, 0)) };
        let (mut stored, mut kept) = (0, 0);
        for round in rounds(holding.spill.records()) {
            let mut outcome = Ok(());
            let mut newly = 0;
            for (record, drained) in self.drain_together(round) {
                match drained {
                    Ok(()) => {
                        holding.spill.done(record.id);
                        newly += 1;
                    }
                    // One that cannot be stored keeps its place, and the others do not wait for it.
                    Err(StoreError::Fault(why)) => {
                        tracing::error!(%why, "an alarm that is held cannot be stored yet");
                        kept += 1;
                    }
                    Err(error) => outcome = Err(error),
                }
            }
            stored += newly;
            if newly > 0 {
                tracing::warn!(stored = newly, left = holding.spill.len(), "alarms that were held are stored");
                // As long as there are many, each round is told: what is stored is provisional no more.
                holding.tell();
            }
            outcome?;
        }
        Ok((stored, kept))
    }

    /// Stores these at the same time, so that they share transactions.
    fn drain_together(&self, round: Vec<Record>) -> Vec<(Record, Result<(), StoreError>)> {
        let drained: Vec<_> = std::thread::scope(|scope| {
            let draining: Vec<_> = round.iter().map(|record| scope.spawn(|| self.drain_one(record))).collect();
            let panicked = || Err(StoreError::Fault("storing it panicked".into()));
            draining.into_iter().map(|one| one.join().unwrap_or_else(|_| panicked())).collect()
        });
        round.into_iter().zip(drained).collect()
    }

    fn drain_one(&self, record: &Record) -> Result<(), StoreError> {
        let damaged = || StoreError::Fault("its record cannot be read".into());
        let held = HeldTap::read(record).ok_or_else(damaged)?;
        let tap = held.tap(self.store.clock().now()).ok_or_else(damaged)?;
        self.places.known_blocking()?;
        let mut raiser = self.identified(held.raiser)?;
        label(&mut raiser.labels, "was_held");
        let (likely, work) = (raiser.offices.clone(), self.work(raiser, tap));
        let stored =
            self.store.write_blocking_about(work.about(), Lane::Urgent, likely, move |tx| store_tap(tx, &work));
        let (_, _, _, repeat) = stored.map_err(unrefused)?;
        if !repeat {
            metrics::counter!("muster_taps_stored_total").increment(1);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn record(n: usize, person: u8) -> Record {
        let raiser = Raiser {
            person: Uuid::from_u128(person.into()),
            device: Uuid::nil(),
            organisation: None,
            offices: vec![],
            labels: vec![],
            hint: None,
            texted_from: None,
        };
        let tap =
            Tap { key: Uuid::from_u128(n as u128), age_ms: 0, body: vec![], incomplete: None, channel: "http".into() };
        HeldTap::new(&raiser, &tap, DateTime::UNIX_EPOCH).record().unwrap()
    }

    proptest! {
        #[test]
        fn rounds_hold_everything_once_and_each_person_once_in_their_order(people in prop::collection::vec(0_u8..40, 0..300)) {
            let records: Vec<Record> = people.iter().enumerate().map(|(n, person)| record(n, *person)).collect();
            let rounds = rounds(records.clone());
            let flat: Vec<&Record> = rounds.iter().flatten().collect();
            prop_assert_eq!(flat.iter().map(|one| one.id).collect::<HashSet<_>>().len(), records.len());
            prop_assert_eq!(flat.len(), records.len());
            let read = |one: &Record| HeldTap::read(one).unwrap();
            for round in &rounds {
                prop_assert!((1..=TOGETHER).contains(&round.len()));
                prop_assert_eq!(round.iter().map(|one| read(one).raiser.person).collect::<HashSet<_>>().len(), round.len());
            }
            for person in 0..40_u128 {
                let keys = |all: Vec<&Record>| -> Vec<Uuid> {
                    all.into_iter().map(read).filter(|one| one.raiser.person == Uuid::from_u128(person)).map(|one| one.key).collect()
                };
                prop_assert_eq!(keys(flat.clone()), keys(records.iter().collect()));
            }
        }
    }
}
