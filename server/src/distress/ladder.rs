//! The ladder: whom the server calls while nobody has a case, one step after the other.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use wire::case::{LadderStep, NextCall};

use super::Case;
use crate::store::{QueryResult, Tx, timers};

/// Timer: a step of a ladder is due; subject is the case.
pub const LADDER: &str = "ladder";

/// The last step is repeated after this time, until somebody takes the case.
pub const AGAIN: TimeDelta = TimeDelta::minutes(5);

/// The step of a ladder that is due next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climb {
    /// Grows with every step of a case: timers of older ones do nothing.
    pub generation: i64,
    /// When its first step was due.
    pub began_at: DateTime<Utc>,
    /// Whom it calls.
    pub step: LadderStep,
    /// When.
    pub due_at: DateTime<Utc>,
}

impl Climb {
    /// As the log told it last, with a number that no step had before.
    pub(super) fn again(next: NextCall, generation: u64) -> Self {
        let generation = i64::try_from(generation).unwrap_or(i64::MAX);
        Self { generation, began_at: next.at - after(next.step), step: next.step, due_at: next.at }
    }
}

/// How long after an alarm, or after a claim that ended, a step is due. Source: the field's practice of telling the
/// officer in the country at once, the region after two minutes, everybody on duty after five.
pub const fn after(step: LadderStep) -> TimeDelta {
    match step {
        LadderStep::DutyOfficer => TimeDelta::zero(),
        LadderStep::RegionalOfficer => TimeDelta::minutes(2),
        LadderStep::Everybody => TimeDelta::minutes(5),
    }
}

const fn above(step: LadderStep) -> Option<LadderStep> {
    match step {
        LadderStep::DutyOfficer => Some(LadderStep::RegionalOfficer),
        LadderStep::RegionalOfficer => Some(LadderStep::Everybody),
        LadderStep::Everybody => None,
    }
}

impl Case {
    /// Of a new case: the server calls people about it, if it can, from now on.
    pub(super) fn climb_if(&mut self, laddered: bool, now: DateTime<Utc>) {
        self.laddered = laddered;
        self.climb(now);
    }

    /// Begins at the bottom, unless it is climbing. Does nothing where the server has no channel to call by.
    pub(super) fn climb(&mut self, now: DateTime<Utc>) {
        if self.laddered && self.climb.is_none() && !self.summary.state.is_closed() {
            self.next_step(LadderStep::DutyOfficer, now, now);
        }
    }

    /// A step was carried out, or passed at once because it reached nobody: the next one.
    pub fn climbed(&mut self, passed: bool, now: DateTime<Utc>) {
        let Some(climb) = self.climb.take() else { return };
        self.summary.next_call = None;
        if self.summary.owner.is_some() || self.summary.state.is_closed() {
            return;
        }
        match above(climb.step) {
            Some(step) if passed => self.next_step(step, climb.began_at, now),
            Some(step) => self.next_step(step, climb.began_at, climb.began_at + after(step)),
            None => self.next_step(climb.step, climb.began_at, now + AGAIN),
        }
    }

    /// Somebody has the case. The officer in the country is called all the same: whoever took it may be far away.
    pub(super) fn stop_climbing(&mut self) {
        if self.climb.is_some_and(|climb| climb.step != LadderStep::DutyOfficer) {
            self.end_climb();
        }
    }

    pub(super) fn end_climb(&mut self) {
        self.climb = None;
        self.summary.next_call = None;
    }

    fn next_step(&mut self, step: LadderStep, began_at: DateTime<Utc>, due_at: DateTime<Utc>) {
        self.ladder_generation += 1;
        self.climb = Some(Climb { generation: self.ladder_generation, began_at, step, due_at });
        self.summary.next_call = Some(NextCall { step, at: due_at });
    }
}

/// Sets the timer of the step that is due next.
pub(super) fn watch(tx: &mut Tx<'_>, case: &Case) -> QueryResult<()> {
    case.climb.map_or(Ok(()), |climb| timers::schedule(tx, LADDER, case.summary.id, climb.generation, climb.due_at))
}
