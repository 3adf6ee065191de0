//! What time does to cases: a claim without action reopens, and so does one whose owner signed out.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::case::ReleaseReason;

use super::damage::workable;
use super::service::{Deed, record};
use super::{Case, Distress, store};
use crate::access::{Reach, has_session};
use crate::people::service::{PLACE_BEGINS, begins};
use crate::places::View;
use crate::store::timers::{self, Due};
use crate::store::{Halt, Lane, StoreError, Tx, WriteError};

/// Timer: a claim may have gone idle; subject is the case.
pub const CLAIM_IDLE: &str = "claim_idle";

/// Timer: a session ended or ran out; subject is the person.
pub const SESSION_ENDED: &str = "session_ended";

/// What is fired here.
const KINDS: [&str; 3] = [CLAIM_IDLE, SESSION_ENDED, PLACE_BEGINS];

/// Timers fired in one round.
const ROUND: i64 = 100;

/// Taps that one write notes as shown.
const SHOWN_AT_ONCE: usize = 20;

/// A timer has no rule that could refuse it.
#[derive(Debug)]
enum Never {}

/// Sets the timer that reopens a claim.
pub(super) fn watch_claim(
    tx: &mut Tx<'_>,
    case: Uuid,
    generation: i64,
    due: DateTime<Utc>,
) -> crate::store::QueryResult<()> {
    timers::schedule(tx, CLAIM_IDLE, case, generation, due)
}

impl Distress {
    /// Fires the timers that are due; returns how many. Each fires once, with its event, in one
    /// transaction. Called by a thread of its own, again at once while it returns a full round.
    pub fn fire_due(&self) -> Result<usize, StoreError> {
        let now = self.store.clock().now();
        let due = self.store.read_blocking(|reading| timers::due(reading.conn, &KINDS, now, ROUND))?;
        let mut fired = 0;
        for timer in due {
            let (kind, subject) = (timer.kind.clone(), timer.subject);
            match self.fire(timer) {
                Ok(()) => fired += 1,
                // The others must not wait for it; it stays due.
                Err(StoreError::Fault(why)) => tracing::error!(%kind, %subject, %why, "a timer could not be fired"),
                Err(error) => return Err(error),
            }
        }
        Ok(fired)
    }

    fn fire(&self, timer: Due) -> Result<(), StoreError> {
        let (view, due_at) = (self.places.view(), timer.due_at);
        let result = self.store.write_blocking(Lane::Normal, self.store.likely_scopes(timer.subject), move |tx| {
            let released = match timer.kind.as_str() {
                CLAIM_IDLE => idle(tx, &view, &timer)?,
                SESSION_ENDED => left(tx, &view, &timer)?,
                PLACE_BEGINS => Vec::new(),
                _ => return Ok(None),
            };
            if !timers::fire(tx, timer.id)? {
                return Ok(None);
            }
            if timer.kind == PLACE_BEGINS {
                begins(tx, &view, timer.subject)?;
            }
            for (mut case, reason) in released {
                let scopes = tx.vault().scopes(tx.reading(), case.summary.id)?;
                let deed = Deed::system(&timer.kind, "case.released", tx.now(), timer.due_at.min(tx.now()));
                if let Some(change) = case.release(reason, tx.now()) {
                    record(tx, &mut case, &scopes, deed, change)?;
                }
            }
            Ok(Some(tx.now() - due_at))
        });
        let late = result.map_err(|error: WriteError<Never>| match error {
            WriteError::Store(error) => error,
            WriteError::Refused(never) => match never {},
        })?;
        // None when another node was first.
        if let Some(late) = late {
            metrics::histogram!("muster_timer_late_seconds").record(late.as_seconds_f64().max(0.0));
        }
        Ok(())
    }

    /// Notes that a console with a person at it shows these taps; `viewer` is the operator.
    pub async fn shown(&self, viewer: &crate::access::Operator, taps: Vec<Uuid>) -> Result<(), StoreError> {
        let cases = self.store.read(move |reading| store::of_taps(reading.conn, &taps)).await?;
        for chunk in cases.chunks(SHOWN_AT_ONCE) {
            let by = super::By { id: viewer.person, name: viewer.name.clone() };
            let (reach, view, chunk) = (viewer.reach.clone(), self.places.view(), chunk.to_vec());
            let scopes = chunk.iter().flat_map(|(_, case)| self.store.likely_scopes(*case)).collect();
            let result = self.store.write(Lane::Normal, scopes, move |tx| -> Result<(), Halt<Never>> {
                for (tap, case) in &chunk {
                    show(tx, &view, (&by, &reach), (*tap, *case))?;
                }
                Ok(())
            });
            result.await.map_err(|error| match error {
                WriteError::Store(error) => error,
                WriteError::Refused(never) => match never {},
            })?;
        }
        Ok(())
    }
}

fn show(
    tx: &mut Tx<'_>,
    view: &View,
    (by, reach): (&super::By, &Reach),
    (tap, case): (Uuid, Uuid),
) -> Result<(), Halt<Never>> {
    let scopes = tx.vault().scopes(tx.reading(), case)?;
    let Some(mut found) = workable(tx, view, case)?.filter(|_| reach.any(&scopes)) else { return Ok(()) };
    let now = tx.now();
    if let Some(change) = found.shown(tap, now) {
        let deed = Deed { cause: Some(tap), ..Deed::by(by, "case.shown", now, None) };
        record(tx, &mut found, &scopes, deed, change)?;
        metrics::histogram!("muster_stored_to_shown_seconds")
            .record((now - found.summary.last_tap_at).as_seconds_f64());
    }
    Ok(())
}

/// The case whose claim went idle, unless its owner has acted since.
fn idle(tx: &mut Tx<'_>, view: &View, timer: &Due) -> Result<Vec<(Case, ReleaseReason)>, Halt<Never>> {
    let case = workable(tx, view, timer.subject)?;
    Ok(case
        .filter(|case| case.idle_generation == timer.generation && case.summary.owner.is_some())
        .map(|case| (case, ReleaseReason::Idle))
        .into_iter()
        .collect())
}

/// The cases of a person who has no session left.
fn left(tx: &mut Tx<'_>, view: &View, timer: &Due) -> Result<Vec<(Case, ReleaseReason)>, Halt<Never>> {
    let now = tx.now();
    if has_session(tx.reading(), timer.subject, now)? {
        return Ok(Vec::new());
    }
    let mut cases = Vec::new();
    for id in store::owned_by(tx.reading(), timer.subject)? {
        if let Some(case) = workable(tx, view, id)?.filter(|case| case.is_owned_by(timer.subject)) {
            cases.push((case, ReleaseReason::SessionEnded));
        }
    }
    Ok(cases)
}
