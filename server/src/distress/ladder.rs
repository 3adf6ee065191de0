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

/// Timer: a console has had the time to show a tap; subject is the case.
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
        self.watch_consoles(true, now);
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
                let due_at = self.unseen_at().filter(|_| self.unseen_generation == generation)?;
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
                self.unseen_told_at = Some(now);
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
        match self.needed_from(nth + 1) {
            Some((above, after)) => {
                let due_at = climb.began_at + after;
                self.next_step(above, climb.began_at, if passed && above == nth + 1 { now } else { due_at });
            }
            None if self.plan.last() == Some(nth) && self.needs(climb.step) => {
                self.next_step(nth, climb.began_at, now + AGAIN);
            }
            None => {}
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

    /// The first step from this one on that is still needed, and how long after the first it is due.
    fn needed_from(&self, from: usize) -> Option<(usize, TimeDelta)> {
        let (nth, step) = self.plan.next(from, |step| self.needs(step))?;
        Some((nth, TimeDelta::seconds(step.after_s)))
    }

    /// Somebody has the case: who need not be called any more is not. The officers in the country may come later.
    pub(super) fn stop_climbing(&mut self) {
        let Some(climb) = self.climb.filter(|climb| !self.needs(climb.step)) else { return };
        self.end_climb();
        if let Some((nth, after)) = self.needed_from(climb.nth(&self.plan)) {
            self.next_step(nth, climb.began_at, climb.began_at + after);
        }
    }

    /// Somebody else has the case: that nobody further is called was not their word.
    pub(super) fn calls_go_on(&mut self, now: DateTime<Utc>) {
        if !std::mem::take(&mut self.calls_stopped) {
            return;
        }
        if let Some((nth, _)) = self.needed_from(0).filter(|_| self.climb.is_none()) {
            self.next_step(nth, now, now);
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

    /// The timers that it needs: kind, generation, when each is due.
    pub(super) fn timers(&self) -> impl Iterator<Item = (&'static str, i64, DateTime<Utc>)> {
        let climb = self.climb.map(|climb| (LADDER, climb.generation, climb.due_at));
        let unseen = self.unseen_at().map(|due_at| (UNSEEN, self.unseen_generation, due_at));
        let orders = self.orders.iter().map(|order| (ORDERED, order.generation, order.at));
        climb.into_iter().chain(unseen).chain(orders)
    }

    /// A tap that no console shows yet, or a case that is nobody's again: the operations centre is called about it in
    /// time. The first of several taps counts, so that tapping on puts nothing off.
    pub(super) fn watch_consoles(&mut self, anew: bool, now: DateTime<Utc>) {
        let told = |from| self.unseen_told_at.is_some_and(|told| from <= told);
        if anew || self.unseen_from.is_none_or(told) {
            self.unseen_from = Some(now);
        }
        self.unseen_generation += 1;
    }

    /// When the operations centre is called, unless a console shows the newest tap or somebody has the case: some seconds
    /// after the first tap that none shows, and not more often than the last step is repeated.
    fn unseen_at(&self) -> Option<DateTime<Utc>> {
        let case = &self.summary;
        let waits = case.shown_at.is_none() && case.owner.is_none() && !case.state.is_closed();
        let due_at = self.unseen_from? + self.unseen.as_ref().filter(|_| waits)?.after();
        match self.unseen_told_at {
            Some(told) if self.unseen_from <= Some(told) => None,
            Some(told) => Some(due_at.max(told + AGAIN)),
            None => Some(due_at),
        }
    }
}

fn reasoned(reason: &str) -> Result<String, Refusal> {
    within("/reason", reason, 1, 500)
}

/// Sets the timers of what is due next.
pub(super) fn watch(tx: &mut Tx<'_>, case: &Case) -> QueryResult<()> {
    let id = case.summary.id;
    case.timers().try_for_each(|(kind, generation, due_at)| timers::schedule(tx, kind, id, generation, due_at))
}
