//! The ladder's steps: each is carried out once, with its event and its messages in one transaction.

use std::convert::Infallible;

use uuid::Uuid;
use wire::case::{Change, DeliveryState, LadderStep};

use super::whom::{About, Callee, callees};
use super::worker::unrefused;
use super::{Delivery, Message, WORTH, store};
use crate::distress::ladder::KINDS;
use crate::distress::service::{called as note, seen_to_climb, to_run};
use crate::kernel::ids;
use crate::store::timers::{self, Due};
use crate::store::{Halt, Lane, StoreError, Tx};

/// Steps carried out in one round.
const ROUND: i64 = 100;

impl Delivery {
    /// Carries out the steps that are due; how many there were.
    pub(super) async fn climb(&self) -> Result<usize, StoreError> {
        let now = self.store.clock().now();
        let due = self.store.read(move |reading| timers::due(reading.conn, &KINDS, now, ROUND)).await?;
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
        let (id, kind, generation) = (timer.subject, timer.kind.clone(), timer.generation);
        let set_up = self.channels();
        // Whom to call is looked up before, so that no alarm waits for it.
        let found = self.store.read(move |reading| {
            let Some(case) = seen_to_climb(reading.conn, reading.vault, id)? else { return Ok(None) };
            let Some(mut errand) = case.errand(&kind, generation) else { return Ok(None) };
            errand.step.channels.retain(|channel| set_up.contains(channel));
            let scopes = reading.vault.scopes(reading.conn, id)?;
            let about = About { case: Some(&case), scopes: &scopes };
            let found = callees((&mut *reading.conn, reading.vault), &view, about, &errand.step, now)?;
            Ok(Some((errand.step.step, found)))
        });
        let found = found.await?;
        let lane = match &found {
            Some((LadderStep::RegionalOfficer | LadderStep::Everybody, _)) | None => Lane::Normal,
            Some(_) => Lane::Urgent,
        };
        let view = self.places.view();
        let done = self.store.write(lane, self.store.likely_scopes(id), move |tx| -> Result<_, Halt<Infallible>> {
            let case = to_run(tx, &view, &timer)?;
            // Whom to call was looked up too early: the timer stays due.
            if case.is_some() && found.is_none() {
                return Ok(None);
            }
            if !timers::fire(tx, timer.id)? {
                return Ok(None);
            }
            let (Some((mut case, errand)), Some((step, called))) = (case, &found) else { return Ok(None) };
            let scopes = tx.vault().scopes(tx.reading(), id)?;
            // Nobody, or nobody by a number that was proven: the next step need not wait for an answer that will not come.
            let passed = errand.is_step() && !called.iter().any(Callee::is_proven);
            let now = tx.now();
            let round = case.ran(&errand, &called.iter().map(|one| one.person).collect::<Vec<_>>(), passed, now);
            let messages: Vec<Message> = called.iter().flat_map(|one| messages(tx, id, (round, *step), one)).collect();
            store::add(tx, &messages)?;
            if called.iter().any(|one| one.gap) {
                metrics::counter!("muster_roster_gaps_total").increment(1);
                tracing::warn!(case = %id, "nobody is on duty by the roster: everybody with the role is called");
            }
            let people = called.iter().map(Callee::called);
            let change = Change::Called { step: *step, people: people.collect(), passed };
            note(tx, &mut case, &scopes, (errand.due_at.min(now), change))?;
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
