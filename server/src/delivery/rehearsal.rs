//! Who would be called when, were an alarm raised now; and the check of every hour which ladders reach nobody.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::case::LadderStep;
use wire::escalation::{Findings, Rehearsal, RehearsedCall, WeakLadder};

use super::Delivery;
use super::whom::{About, Callee, callees};
use crate::access::Reach;
use crate::escalation::Step;
use crate::escalation::service::{given, kind_of};
use crate::places::View;
use crate::store::vault::Vault;
use crate::store::{AnyConn, QueryResult, StoreError};

/// How often every ladder is checked.
const EVERY: TimeDelta = TimeDelta::hours(1);

/// Offices that are checked in one reading: alarms do not wait for a long one.
const AT_ONCE: usize = 10;

/// A check that failed is tried again after this time.
const RETRY: TimeDelta = TimeDelta::minutes(1);

/// The check of every hour.
#[derive(Clone, Default)]
pub(super) struct Checked(Arc<RwLock<Known>>);

/// When a check was last begun, and what the last one found.
#[derive(Default)]
struct Known {
    running: bool,
    begun: Option<DateTime<Utc>>,
    found: Option<Found>,
}

struct Found {
    at: DateTime<Utc>,
    offices: Vec<Uuid>,
    weak: Vec<WeakLadder>,
}

impl Checked {
    /// Whether it is time to check; then it counts as begun.
    pub(super) fn begins(&self, now: DateTime<Utc>) -> bool {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let old = known.found.as_ref().is_none_or(|found| now - found.at >= EVERY);
        let due = old && !known.running && known.begun.is_none_or(|begun| now - begun >= RETRY);
        if due {
            (known.running, known.begun) = (true, Some(now));
        }
        due
    }

    /// It ended, whatever came of it.
    pub(super) fn ends(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).running = false;
    }
}

impl Delivery {
    /// Who would be called when, were an alarm raised in an office now and nobody took it. None where there is no such
    /// office for the caller.
    ///
    /// # Errors
    /// The database is away.
    pub async fn rehearse(&self, reach: &Reach, office: Uuid) -> Result<Option<Rehearsal>, StoreError> {
        let view = self.places.view();
        if !reach.contains(office) || view.office(office).is_none() {
            return Ok(None);
        }
        let (at, channels) = (self.store.clock().now(), self.channels());
        self.store
            .read(move |reading| {
                let given = given(reading.conn, &view, &[office], &channels)?;
                let unseen = given.ladder.unseen.as_ref();
                let mut calls = rehearsed((&mut *reading.conn, reading.vault), &view, office, &given.ladder.plan, at)?;
                if let Some(unseen) = unseen {
                    let call = call((&mut *reading.conn, reading.vault), &view, office, &unseen.step(), at)?;
                    let at_s = u32::try_from(unseen.after_s).unwrap_or(u32::MAX);
                    calls.push(RehearsedCall { at_s, unseen: true, ..call });
                }
                let kind = given.area.and_then(|area| kind_of(&view, area));
                Ok(Some(Rehearsal { office, at, policy: given.area, kind, calls }))
            })
            .await
    }

    /// The offices in somebody's reach whose ladder has a step that reaches nobody, as of the last check.
    pub fn findings(&self, reach: &Reach) -> Findings {
        let known = self.checked.0.read().unwrap_or_else(PoisonError::into_inner);
        let Some(found) = known.found.as_ref() else {
            return Findings { checked_at: None, offices: 0, weak: Vec::new() };
        };
        let offices = found.offices.iter().filter(|office| reach.contains(**office)).count();
        let weak = found.weak.iter().filter(|weak| reach.contains(weak.office)).cloned().collect();
        Findings { checked_at: Some(found.at), offices: offices as u64, weak }
    }

    /// Looks which ladders have a step that reaches nobody.
    pub(super) async fn check_ladders(&self) -> Result<(), StoreError> {
        let (view, at, channels) = (self.places.view(), self.store.clock().now(), self.channels());
        let offices: Vec<Uuid> =
            view.offices.values().filter(|office| office.closed_at.is_none()).map(|office| office.id).collect();
        let mut weak = Vec::new();
        // Where nobody can be called at all there is no ladder to be weak.
        for chunk in offices.chunks(AT_ONCE).filter(|_| !channels.is_empty()) {
            let (view, chunk, channels) = (Arc::clone(&view), chunk.to_vec(), channels.clone());
            let found = self.store.read(move |reading| {
                let mut weak = Vec::new();
                for office in chunk {
                    let given = given(reading.conn, &view, &[office], &channels)?;
                    let ground = (&mut *reading.conn, reading.vault);
                    let mut calls = rehearsed(ground, &view, office, &given.ladder.plan, at)?;
                    if let Some(unseen) = &given.ladder.unseen {
                        calls.push(call((&mut *reading.conn, reading.vault), &view, office, &unseen.step(), at)?);
                    }
                    weak.extend(weakness(&view, office, &calls));
                }
                Ok(weak)
            });
            weak.extend(found.await?);
        }
        let first = |weak: &WeakLadder| !weak.steps.contains(&LadderStep::DutyOfficer);
        weak.sort_by(|a, b| (!a.unreachable, first(a), &a.name).cmp(&(!b.unreachable, first(b), &b.name)));
        metrics::gauge!("muster_ladders_weak").set(weak.len() as f64);
        if !weak.is_empty() {
            tracing::warn!(offices = weak.len(), "steps of the ladders of some offices reach nobody");
        }
        self.checked.0.write().unwrap_or_else(PoisonError::into_inner).found = Some(Found { at, offices, weak });
        Ok(())
    }
}

/// Each step in turn: one after a step that reaches nobody follows at once.
fn rehearsed(
    (conn, vault): (&mut AnyConn, &Vault),
    view: &View,
    office: Uuid,
    plan: &crate::escalation::Plan,
    now: DateTime<Utc>,
) -> QueryResult<Vec<RehearsedCall>> {
    let mut calls: Vec<RehearsedCall> = Vec::new();
    for step in plan.steps() {
        let after_s = u32::try_from(step.after_s).unwrap_or(u32::MAX);
        let at_s = match calls.last() {
            Some(before) if before.passed => before.at_s,
            Some(before) => before.at_s.max(after_s),
            None => after_s,
        };
        let call = call((&mut *conn, vault), view, office, step, now)?;
        calls.push(RehearsedCall { at_s, ..call });
    }
    Ok(calls)
}

fn call(
    (conn, vault): (&mut AnyConn, &Vault),
    view: &View,
    office: Uuid,
    step: &Step,
    now: DateTime<Utc>,
) -> QueryResult<RehearsedCall> {
    let found = callees((conn, vault), view, About { case: None, scopes: &[office] }, step, now)?;
    Ok(RehearsedCall {
        step: step.step,
        at_s: 0,
        unseen: false,
        people: found.iter().map(Callee::called).collect(),
        passed: !found.iter().any(Callee::is_proven),
    })
}

fn weakness(view: &View, office: Uuid, calls: &[RehearsedCall]) -> Option<WeakLadder> {
    let mut steps: Vec<LadderStep> = calls.iter().filter(|call| call.passed).map(|call| call.step).collect();
    steps.dedup();
    (!steps.is_empty()).then(|| WeakLadder {
        office,
        name: view.scope_name(office).unwrap_or_default(),
        steps,
        unreachable: calls.iter().all(|call| call.passed),
    })
}
