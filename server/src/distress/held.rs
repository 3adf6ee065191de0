//! Taps that the database could not take: held on this node's disk, shown as provisional, stored under their own
//! keys when it is back. A tap that was held and stored is still one.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::live::Provisional;
use wire::not_okay::Held;

use super::lenient;
use super::raise::{Raised, Raiser, Tap, Work, store_tap, unrefused};
use super::service::{occurred, ordered, seen};
use super::{Distress, label};
use crate::bus::{self, Bus};
use crate::kernel::seal::sha256;
use crate::spill::{NotHeld, Record, Spill};
use crate::store::{Lane, StoreError};

/// How long a tap waits for the database before this node holds it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Provisional alarms told to consoles at once, the newest; of the others they hear how many there are.
const TOLD: usize = 200;

/// Where this node holds what the database does not take, and whom it tells.
#[derive(Clone)]
pub struct Holding {
    /// The file.
    pub spill: Arc<Spill>,
    /// What carries the news to consoles.
    pub bus: Arc<dyn Bus>,
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

    /// The same for each repeat of a key of this person.
    fn id(&self) -> Uuid {
        let hash = sha256(&[self.raiser.person.as_bytes().as_slice(), self.key.as_bytes()].concat());
        Uuid::from_bytes(hash.first_chunk().copied().unwrap_or_default())
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
}

impl Distress {
    /// [`Distress::store_now`]; when the database does not take it within two seconds, this node holds it.
    pub(super) async fn store_or_hold(
        &self,
        holding: &Holding,
        raiser: Raiser,
        tap: Tap,
    ) -> Result<Raised, StoreError> {
        let stored = tokio::time::timeout(PATIENCE, self.store_now(raiser.clone(), tap.clone())).await;
        let error = match stored {
            Ok(Ok(raised)) => return Ok(raised),
            Ok(Err(error)) => error,
            Err(_) => StoreError::Down(crate::store::Down("it did not answer within 2 s".into())),
        };
        let held = HeldTap::new(&raiser, &tap, self.store.clock().now());
        let (id, held_at) = (held.id(), held.held_at);
        match self.put(holding, id, held).await {
            Ok(()) => {
                self.tell_held(holding);
                Ok(Raised::Held(Held { held_at }))
            }
            Err(why) => {
                tracing::error!(%why, "an alarm could neither be stored nor held: its phone keeps it");
                Err(error)
            }
        }
    }

    async fn put(&self, holding: &Holding, id: Uuid, held: HeldTap) -> Result<(), NotHeld> {
        let plain = serde_json::to_vec(&held).map_err(|error| NotHeld::because(&error))?;
        let spill = Arc::clone(&holding.spill);
        let put = tokio::task::spawn_blocking(move || spill.hold(Record { id, plain }));
        put.await.map_err(|error| NotHeld::because(&error))?
    }

    /// Tells the consoles of every node what this one holds now.
    pub(super) fn tell_held(&self, holding: &Holding) {
        let records = holding.spill.records();
        metrics::gauge!("muster_taps_held").set(records.len() as f64);
        let more = records.len().saturating_sub(TOLD);
        let told = records.iter().skip(more).filter_map(|record| self.provisional(record)).collect();
        holding.bus.hold(bus::HeldList { all: told, more: more as u64 });
    }

    fn provisional(&self, record: &Record) -> Option<bus::Held> {
        let held: HeldTap = serde_json::from_slice(&record.plain).ok()?;
        let tap = held.tap(held.held_at)?;
        let said = lenient::read(&tap.body).said;
        let view = self.places.view();
        let occurred_at = occurred(held.held_at, tap.age_ms);
        let raiser = held.raiser;
        let organisation =
            raiser.organisation.or_else(|| view.organisations.keys().next().copied()).unwrap_or_default();
        let at = said.position.as_ref().map(|at| view.scopes_at(organisation, at.lat, at.lon)).unwrap_or_default();
        let mut scopes = ordered([raiser.offices.clone(), at].concat());
        if scopes.is_empty() {
            scopes.push(organisation);
        }
        let colleague = said.colleague.as_ref();
        let provisional = Provisional {
            id: record.id,
            name: raiser.hint.as_ref().map(|hint| hint.name.clone()),
            number: raiser.hint.and_then(|hint| hint.number),
            offices: raiser.offices.iter().filter_map(|office| Some(view.office(*office)?.country.clone())).collect(),
            for_colleague: colleague.is_some(),
            colleague: colleague.and_then(|colleague| colleague.name.clone()),
            occurred_at,
            held_at: held.held_at,
            position: said.position.as_ref().map(|position| seen(position, occurred_at, colleague.is_some())),
            facts: said.facts.unwrap_or_default(),
        };
        Some(bus::Held { scopes, payload: serde_json::to_vec(&provisional).ok()?.into() })
    }

    /// Tells what an earlier process left, before it can be stored.
    pub fn announce_held(&self) {
        if let Some(holding) = self.holding.as_ref().filter(|holding| !holding.spill.is_empty()) {
            self.tell_held(holding);
        }
    }

    /// Stores what this node holds, the oldest first, and says what is left. Returns how many were stored. Called by
    /// a thread of its own, also after a restart.
    pub fn drain_held(&self) -> Result<usize, StoreError> {
        let Some(holding) = &self.holding else { return Ok(0) };
        let mut stored = 0;
        let mut outcome = Ok(());
        for record in holding.spill.records() {
            match self.drain_one(&record) {
                Ok(()) => {
                    holding.spill.done(record.id);
                    stored += 1;
                }
                // One that cannot be stored keeps its place, and the others do not wait for it.
                Err(StoreError::Fault(why)) => tracing::error!(%why, "an alarm that is held cannot be stored yet"),
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        if stored > 0 {
            tracing::warn!(stored, left = holding.spill.len(), "alarms that were held are stored");
            self.tell_held(holding);
        }
        outcome.map(|()| stored)
    }

    fn drain_one(&self, record: &Record) -> Result<(), StoreError> {
        let damaged = || StoreError::Fault("its record cannot be read".into());
        let held: HeldTap = serde_json::from_slice(&record.plain).map_err(|_| damaged())?;
        let tap = held.tap(self.store.clock().now()).ok_or_else(damaged)?;
        let mut raiser = held.raiser;
        label(&mut raiser.labels, "was_held");
        let (likely, work) = (raiser.offices.clone(), Work::new(self.places.view(), raiser, tap));
        let stored = self.store.write_blocking(Lane::Urgent, likely, move |tx| store_tap(tx, &work));
        let (_, _, _, repeat) = stored.map_err(unrefused)?;
        if !repeat {
            metrics::counter!("muster_taps_stored_total").increment(1);
        }
        Ok(())
    }
}
