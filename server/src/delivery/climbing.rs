//! The ladder's steps: each is carried out once, with its event and its messages in one transaction.

use std::convert::Infallible;

use uuid::Uuid;
use wire::case::{Called, Change, DeliveryState, LadderStep};

use super::whom::{Callee, callees};
use super::worker::unrefused;
use super::{Delivery, Message, WORTH, store};
use crate::distress::ladder::LADDER;
use crate::distress::service::{called as note, seen_to_climb, to_climb};
use crate::kernel::ids;
use crate::store::timers::{self, Due};
use crate::store::{Halt, Lane, StoreError, Tx};

/// Steps carried out in one round.
const ROUND: i64 = 100;

impl Delivery {
    /// Carries out the steps that are due; how many there were.
    pub(super) async fn climb(&self) -> Result<usize, StoreError> {
        let now = self.store.clock().now();
        let due = self.store.read(move |reading| timers::due(reading.conn, &[LADDER], now, ROUND)).await?;
        let mut climbed = 0;
        for timer in due.into_iter().filter(|timer| !self.aside.holds(timer.id)) {
            let (id, case) = (timer.id, timer.subject);
            match self.step(timer).await {
                Ok(()) => climbed += 1,
                // The others must not wait for it; it stays due, and is tried again later.
                Err(StoreError::Fault(why)) => {
                    self.aside.put(id);
                    tracing::error!(%case, %why, "a step of a ladder could not be carried out");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(climbed)
    }

    async fn step(&self, timer: Due) -> Result<(), StoreError> {
        let (view, due_at, now) = (self.places.view(), timer.due_at, self.store.clock().now());
        let (id, generation) = (timer.subject, timer.generation);
        // Whom to call is looked up before, so that no alarm waits for it.
        let found = self.store.read(move |reading| {
            let Some(case) = seen_to_climb(reading.conn, reading.vault, id)? else { return Ok(None) };
            let Some(climb) = case.climb.filter(|climb| climb.generation == generation) else { return Ok(None) };
            let scopes = reading.vault.scopes(reading.conn, id)?;
            let Some(step) = case.plan.get(climb.nth(&case.plan)).cloned() else { return Ok(None) };
            let found = callees((&mut *reading.conn, reading.vault), &view, (&case, &scopes), &step, now)?;
            Ok(Some((climb.step, found)))
        });
        let found = found.await?;
        let lane = match &found {
            Some((LadderStep::DutyOfficer, _)) => Lane::Urgent,
            _ => Lane::Normal,
        };
        let view = self.places.view();
        let done = self.store.write(lane, self.store.likely_scopes(id), move |tx| -> Result<_, Halt<Infallible>> {
            let case = to_climb(tx, &view, id, generation)?;
            // Whom to call was looked up too early: the timer stays due.
            if case.is_some() && found.is_none() {
                return Ok(None);
            }
            if !timers::fire(tx, timer.id)? {
                return Ok(None);
            }
            let (Some((mut case, climb)), Some((_, called))) = (case, &found) else { return Ok(None) };
            let scopes = tx.vault().scopes(tx.reading(), id)?;
            let messages: Vec<Message> =
                called.iter().flat_map(|one| messages(tx, id, (generation, climb.step), one)).collect();
            store::add(tx, &messages)?;
            // Nobody, or nobody by a number that was proven: the next step need not wait for an answer that will not come.
            let passed = !called.iter().any(Callee::is_proven);
            let now = tx.now();
            case.climbed(&called.iter().map(|one| one.person).collect::<Vec<_>>(), passed, now);
            let people = called.iter().map(|one| Called {
                person: one.person,
                name: one.name.clone(),
                role: one.role,
                proven: one.is_proven(),
                channels: one.channels(),
                gap: one.gap,
            });
            let change = Change::Called { step: climb.step, people: people.collect(), passed };
            note(tx, &mut case, &scopes, (climb.due_at.min(now), change))?;
            Ok(Some(now - due_at))
        });
        let late = done.await.map_err(unrefused)?;
        if let Some(late) = late {
            metrics::histogram!("muster_timer_late_seconds").record(late.as_seconds_f64().max(0.0));
        }
        Ok(())
    }
}

fn messages(tx: &Tx<'_>, case: Uuid, (round, step): (i64, LadderStep), to: &Callee) -> Vec<Message> {
    let now = tx.now();
    let message = |channel, address| Message {
        id: ids::new(now),
        subject: case,
        round,
        step,
        person: to.person,
        channel,
        address,
        state: DeliveryState::Pending,
        tries: 0,
        next_at: now,
        expires_at: now + WORTH,
    };
    to.addresses.iter().map(|address| message(address.channel, address.id)).collect()
}
