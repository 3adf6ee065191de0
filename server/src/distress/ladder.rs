//! The ladder: whom the server calls while nobody has a case, one step after the other.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;
use wire::case::{DeliveryChannel, LadderStep, NextCall, Owner};

use super::Case;
use crate::store::{QueryResult, Tx, timers};

/// Timer: a step of a ladder is due; subject is the case.
pub const LADDER: &str = "ladder";

/// The last step is repeated after this time, until somebody takes the case.
pub const AGAIN: TimeDelta = TimeDelta::minutes(5);

/// Whom to call, when, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Whom.
    pub step: LadderStep,
    /// How long after an alarm, or after a claim that ended; seconds.
    pub after_s: i64,
    /// By what, all at once.
    #[serde(deserialize_with = "known_channels")]
    pub channels: Vec<DeliveryChannel>,
}

/// The steps of a ladder in the order in which they are due. Without steps nobody is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan(Vec<Step>);

/// Channels by their words: one of a newer version is left to it.
fn known_channels<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<DeliveryChannel>, D::Error> {
    let words = Vec::<String>::deserialize(deserializer)?;
    Ok(words.iter().filter_map(|word| DeliveryChannel::from_word(word)).collect())
}

impl Plan {
    /// By these channels. Source of the times: the field's practice of telling the officer in the country at once and by
    /// voice after a minute, the region after two minutes, everybody on duty after five.
    pub fn standard(channels: &[DeliveryChannel]) -> Self {
        let (voice, others): (Vec<_>, Vec<_>) =
            channels.iter().copied().partition(|channel| *channel == DeliveryChannel::Voice);
        let step = |step, after_s, channels: &[DeliveryChannel]| Step { step, after_s, channels: channels.to_vec() };
        let mut steps = vec![
            step(LadderStep::DutyOfficer, 0, &others),
            step(LadderStep::DutyOfficer, 60, &voice),
            step(LadderStep::RegionalOfficer, 120, channels),
            step(LadderStep::Everybody, 300, channels),
        ];
        steps.retain(|step| !step.channels.is_empty());
        Self(steps)
    }

    /// Whether nobody is called.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The step of a number, from 0.
    pub fn get(&self, nth: usize) -> Option<&Step> {
        self.0.get(nth)
    }

    fn last(&self) -> Option<usize> {
        self.0.len().checked_sub(1)
    }

    /// The first step that calls these people.
    fn of(&self, step: LadderStep) -> usize {
        self.0.iter().position(|one| one.step == step).or_else(|| self.last()).unwrap_or(0)
    }
}

/// The step of a ladder that is due next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climb {
    /// Grows with every step of a case: timers of older ones do nothing.
    pub generation: i64,
    /// When its first step was due.
    pub began_at: DateTime<Utc>,
    /// Which step of the plan, from 0; rows of the first version do not say it.
    #[serde(default)]
    nth: Option<usize>,
    /// Whom it calls.
    pub step: LadderStep,
    /// When.
    pub due_at: DateTime<Utc>,
}

impl Climb {
    /// As the log told it last, with a number that no step had before.
    pub(super) fn again(next: NextCall, plan: &Plan, generation: u64) -> Self {
        let generation = i64::try_from(generation).unwrap_or(i64::MAX);
        let nth = plan.of(next.step);
        let after = plan.get(nth).map_or(0, |step| step.after_s);
        let began_at = next.at - TimeDelta::seconds(after);
        Self { generation, began_at, nth: Some(nth), step: next.step, due_at: next.at }
    }

    /// Which step of the plan it is.
    pub fn nth(&self, plan: &Plan) -> usize {
        let nth = self.nth.unwrap_or_else(|| plan.of(self.step));
        nth.min(plan.last().unwrap_or(0))
    }
}

impl Case {
    /// Of a row as it was kept. One of the first version, or that a node of it wrote, says only whether people are called.
    pub(super) fn with_its_plan(mut self) -> Self {
        if self.plan.is_empty() && (self.laddered || self.climb.is_some() || self.ladder_generation > 0) {
            self.plan = Plan::standard(&[DeliveryChannel::Sms]);
        }
        self
    }

    /// Of a new case: the server calls people about it, if it can, from now on.
    pub(super) fn climb_by(&mut self, plan: &Plan, now: DateTime<Utc>) {
        self.plan = plan.clone();
        self.laddered = !plan.is_empty();
        self.climb(now);
    }

    /// Begins at the bottom, unless it is climbing. Does nothing where the server has no channel to call by.
    pub(super) fn climb(&mut self, now: DateTime<Utc>) {
        if self.climb.is_none() && !self.summary.state.is_closed() {
            self.next_step(0, now, now);
        }
    }

    /// A step was carried out, or passed at once because it reached nobody: the next one.
    pub fn climbed(&mut self, called: &[Uuid], passed: bool, now: DateTime<Utc>) {
        let Some(climb) = self.climb.take() else { return };
        if climb.step == LadderStep::DutyOfficer {
            self.officers = called.to_vec();
        }
        self.summary.next_call = None;
        let nth = climb.nth(&self.plan);
        let above = nth + 1;
        match self.plan.get(above) {
            Some(next) if self.needs(next.step) => {
                let due_at = climb.began_at + TimeDelta::seconds(next.after_s);
                self.next_step(above, climb.began_at, if passed { now } else { due_at });
            }
            None if self.needs(climb.step) => self.next_step(nth, climb.began_at, now + AGAIN),
            _ => {}
        }
    }

    /// Whether people are still called: everybody while nobody has it, the officers in the country also once somebody
    /// has it who is none of them and may be far away.
    pub fn needs(&self, step: LadderStep) -> bool {
        let far = |owner: &Owner| step == LadderStep::DutyOfficer && !self.officers.contains(&owner.id);
        !self.summary.state.is_closed() && self.summary.owner.as_ref().is_none_or(far)
    }

    /// Somebody has the case: who need not be called any more is not.
    pub(super) fn stop_climbing(&mut self) {
        if self.climb.is_some_and(|climb| !self.needs(climb.step)) {
            self.end_climb();
        }
    }

    pub(super) fn end_climb(&mut self) {
        self.climb = None;
        self.summary.next_call = None;
    }

    fn next_step(&mut self, nth: usize, began_at: DateTime<Utc>, due_at: DateTime<Utc>) {
        let Some(step) = self.plan.get(nth).map(|step| step.step) else { return };
        self.ladder_generation += 1;
        self.climb = Some(Climb { generation: self.ladder_generation, began_at, nth: Some(nth), step, due_at });
        self.summary.next_call = Some(NextCall { step, at: due_at });
    }
}

/// Sets the timer of the step that is due next.
pub(super) fn watch(tx: &mut Tx<'_>, case: &Case) -> QueryResult<()> {
    case.climb.map_or(Ok(()), |climb| timers::schedule(tx, LADDER, case.summary.id, climb.generation, climb.due_at))
}
