//! The ladder: whom the server calls about a case, one step after the other, and what operators order about it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::case::{CallOrder, Change, DeliveryChannel, LadderStep, NextCall, Owner};

use super::{By, Case, Refusal, within};
pub use crate::escalation::{Ladder, Plan, Step};
use crate::store::timers;
use crate::store::{QueryResult, Tx};

/// Timer: a step of a ladder is due; subject is the case.
pub const LADDER: &str = "ladder";

/// Timer: a console has had the time to show a tap; subject is the case, generation the revision of the tap.
pub const UNSEEN: &str = "ladder_unseen";

/// Timer: an operator had people called; subject is the case.
pub const ORDERED: &str = "ladder_ordered";

/// Every timer of ladders.
pub const KINDS: [&str; 3] = [LADDER, UNSEEN, ORDERED];

/// The last step is repeated after this time, until somebody takes the case.
pub const AGAIN: TimeDelta = TimeDelta::minutes(5);

/// Orders of a case that are not carried out yet.
const ORDERS: usize = 10;

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

/// People whom an operator had called, until that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    generation: i64,
    people: Vec<Uuid>,
    at: DateTime<Utc>,
}

/// Something that a timer of a ladder asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    what: What,
    /// Whom to call, and by what.
    pub step: Step,
    /// When that was due.
    pub due_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Climb(i64),
    Unseen,
    Order(i64),
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

impl Errand {
    /// Whether it is a step of the ladder: one that reaches nobody is passed.
    pub fn is_step(&self) -> bool {
        matches!(self.what, What::Climb(_))
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
    pub(super) fn climb_by(&mut self, ladder: Ladder, now: DateTime<Utc>) {
        self.plan = ladder.plan;
        self.unseen = ladder.unseen;
        self.laddered = !self.plan.is_empty();
        self.climb(now);
    }

    /// Begins at the bottom, unless it is climbing. Does nothing where the server has no channel to call by.
    pub(super) fn climb(&mut self, now: DateTime<Utc>) {
        if self.climb.is_none() && !self.summary.state.is_closed() {
            self.next_step(0, now, now);
        }
    }

    /// What a timer of this kind and generation asks for, if that is still to be done.
    pub fn errand(&self, kind: &str, generation: i64) -> Option<Errand> {
        match kind {
            LADDER => {
                let climb = self.climb.filter(|climb| climb.generation == generation)?;
                let step = self.plan.get(climb.nth(&self.plan))?.clone();
                Some(Errand { what: What::Climb(generation), step, due_at: climb.due_at })
            }
            UNSEEN => {
                let due_at = self.unseen_at().filter(|_| self.tap_generation() == generation)?;
                Some(Errand { what: What::Unseen, step: self.unseen.as_ref()?.step(), due_at })
            }
            ORDERED => {
                let order = self.orders.iter().find(|order| order.generation == generation)?;
                let step = Step::of_people(LadderStep::Ordered, order.people.clone(), DeliveryChannel::ALL);
                Some(Errand { what: What::Order(generation), step, due_at: order.at })
            }
            _ => None,
        }
    }

    /// An errand was carried out, or passed at once because it reached nobody. Returns the number of its round, which no
    /// other has.
    pub fn ran(&mut self, errand: &Errand, called: &[Uuid], passed: bool, now: DateTime<Utc>) -> i64 {
        match errand.what {
            What::Climb(generation) => {
                self.climbed(called, passed, now);
                generation
            }
            What::Unseen => {
                self.unseen_told = self.last_tap_revision;
                self.ladder_generation += 1;
                self.ladder_generation
            }
            What::Order(generation) => {
                self.orders.retain(|order| order.generation != generation);
                generation
            }
        }
    }

    /// A step was carried out, or passed at once because it reached nobody: the next one.
    fn climbed(&mut self, called: &[Uuid], passed: bool, now: DateTime<Utc>) {
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
    /// has it who is none of them and may be far away, unless that owner said that nobody further is to be called; whom an
    /// operator had called, in any case.
    pub fn needs(&self, step: LadderStep) -> bool {
        let far = |owner: &Owner| {
            step == LadderStep::DutyOfficer && !self.calls_stopped && !self.officers.contains(&owner.id)
        };
        let open = !self.summary.state.is_closed();
        open && (step == LadderStep::Ordered || self.summary.owner.as_ref().is_none_or(far))
    }

    /// An operator has the next step carried out now.
    pub fn hurry(&mut self, by: &By, reason: &str, now: DateTime<Utc>) -> Result<Change, Refusal> {
        self.must_be_open()?;
        let reason = reasoned(reason)?;
        let Some(climb) = self.climb else {
            let why = "Nobody is to be called next about this case: there is nothing to hurry.";
            return Err(Refusal::Invalid { field: "/action", why: why.to_owned() });
        };
        self.next_step(climb.nth(&self.plan), climb.began_at, now);
        self.acted(by, now);
        Ok(Change::CallsOrdered { order: CallOrder::Hurried, reason, people: Vec::new() })
    }

    /// The owner says that nobody further is to be called while the case has its owner. Who has not taken it cannot say
    /// so: what nobody has goes on ringing.
    pub fn stop_calls(&mut self, by: &By, reason: &str, now: DateTime<Utc>) -> Result<Change, Refusal> {
        self.must_be_open()?;
        self.must_own(by)?;
        let reason = reasoned(reason)?;
        self.calls_stopped = true;
        self.end_climb();
        self.acted(by, now);
        Ok(Change::CallsOrdered { order: CallOrder::Stopped, reason, people: Vec::new() })
    }

    /// An operator has more people called now: by identifier and name.
    pub fn call_also(
        &mut self,
        by: &By,
        people: &[(Uuid, String)],
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<Change, Refusal> {
        self.must_be_open()?;
        let reason = reasoned(reason)?;
        if self.plan.is_empty() {
            let why = "This server can call nobody: no channel is set up.";
            return Err(Refusal::Invalid { field: "/action", why: why.to_owned() });
        }
        if self.orders.len() >= ORDERS {
            let why = "Ten orders of this case wait to be carried out: wait for those.";
            return Err(Refusal::Invalid { field: "/people", why: why.to_owned() });
        }
        self.ladder_generation += 1;
        let (ids, names): (Vec<Uuid>, Vec<String>) = people.iter().cloned().unzip();
        self.orders.push(Order { generation: self.ladder_generation, people: ids, at: now });
        self.acted(by, now);
        Ok(Change::CallsOrdered { order: CallOrder::CalledAlso, reason, people: names })
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

    /// When the operations centre is called about the newest tap, unless a console shows it or somebody has it.
    fn unseen_at(&self) -> Option<DateTime<Utc>> {
        let case = &self.summary;
        let waits = case.shown_at.is_none() && case.owner.is_none() && !case.state.is_closed();
        let unseen = self.unseen.as_ref().filter(|_| waits && self.unseen_told != self.last_tap_revision)?;
        Some(case.last_tap_at + unseen.after())
    }

    fn tap_generation(&self) -> i64 {
        i64::try_from(self.last_tap_revision).unwrap_or(i64::MAX)
    }
}

fn reasoned(reason: &str) -> Result<String, Refusal> {
    within("/reason", reason, 1, 500)
}

/// Sets the timers of what is due next.
pub(super) fn watch(tx: &mut Tx<'_>, case: &Case) -> QueryResult<()> {
    let id = case.summary.id;
    if let Some(climb) = case.climb {
        timers::schedule(tx, LADDER, id, climb.generation, climb.due_at)?;
    }
    if let Some(due_at) = case.unseen_at() {
        timers::schedule(tx, UNSEEN, id, case.tap_generation(), due_at)?;
    }
    case.orders.iter().try_for_each(|order| timers::schedule(tx, ORDERED, id, order.generation, order.at))
}
