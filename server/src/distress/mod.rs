//! Not Okay: the case, and the rules of what may happen to it. Pure: no clock, no database.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::case::{
    ActorSeen, CaseState, CaseSummary, Change, ContactChannel, ContactResult, Facts, Outcome, Owner, PositionSeen,
    ReleaseReason, Takeover,
};
use wire::not_okay::{MyCase, Reached};

mod checks;
pub mod console;
pub mod credential;
mod damage;
mod escalate;
pub mod follow;
pub mod held;
pub mod http;
pub mod ladder;
pub mod lenient;
mod own_case;
pub mod raise;
pub mod service;
pub mod store;
mod subject;
mod test_alarm;
pub mod texted;
pub mod timers;
pub mod whereabouts;

pub use checks::{check_facts, check_position, within};
pub use service::Distress;

/// A claim without an action of its owner for this long reopens.
pub const IDLE: TimeDelta = TimeDelta::minutes(3);

/// A new tap on a taken case rings its owner alone for this long, then everybody (A5).
pub const OWNER_FIRST: TimeDelta = TimeDelta::seconds(30);

/// An action so soon after a tap was begun before it, and says nothing of it.
pub const REACTION: TimeDelta = TimeDelta::seconds(2);

/// A closed case is reopened by a new tap within this time (A5).
pub const REOPENS: TimeDelta = TimeDelta::hours(24);

/// A tap older than this when it arrives is labelled as delayed, a clock further off as skewed.
pub const WORTH_SAYING: TimeDelta = TimeDelta::seconds(60);

/// A case: what everybody sees, and what only Muster needs.
#[derive(Clone, Serialize, Deserialize)]
pub struct Case {
    /// As the console sees it.
    pub summary: CaseSummary,
    /// The phone that raised it.
    pub device: Option<Uuid>,
    /// The person who raised it on a phone; receives what becomes of it.
    pub reporter: Option<Uuid>,
    /// The organisation whose case it is.
    pub organisation: Uuid,
    /// How to call back somebody who is not in the register.
    pub callback: Option<String>,
    /// The case's revision after its newest tap: who closes must have seen it.
    #[serde(default)]
    pub last_tap_revision: u64,
    /// Grows with every claim and every action of an owner; idle timers of older ones do nothing.
    pub idle_generation: i64,
    /// Since when another case takes its person's taps, because its row could not be read. It stays
    /// on the screens and is worked as any other.
    #[serde(default)]
    pub set_aside: Option<DateTime<Utc>>,
    /// Whether the server calls people while nobody has it: what nodes of the first version read of the plan.
    #[serde(default)]
    pub laddered: bool,
    /// Whom the server calls while nobody has it, as it was when the case was opened.
    #[serde(default)]
    pub plan: ladder::Plan,
    /// That the operations centre is called when no console shows a tap.
    #[serde(default)]
    pub unseen: Option<crate::escalation::Unseen>,
    /// The first tap that no console has shown since one last did.
    #[serde(default)]
    pub unseen_from: Option<DateTime<Utc>>,
    /// When that was last done.
    #[serde(default)]
    pub unseen_told_at: Option<DateTime<Utc>>,
    /// Grows whenever that becomes due anew.
    #[serde(default)]
    pub unseen_generation: i64,
    /// Whether its owner said that nobody further is to be called; until the claim ends.
    #[serde(default)]
    pub calls_stopped: bool,
    /// People whom operators had called, until that is done.
    #[serde(default)]
    pub orders: Vec<ladder::Order>,
    /// The officers in the country who were called: when one of them has it, the others need not be.
    #[serde(default)]
    pub officers: Vec<Uuid>,
    /// The step that is due next.
    #[serde(default)]
    pub climb: Option<ladder::Climb>,
    /// Steps of ladders that were ever due.
    #[serde(default)]
    pub ladder_generation: i64,
}

/// Why a command is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It does not exist, or not for this caller.
    NotFound,
    /// Somebody else owns it.
    AlreadyTaken(String),
    /// Only its owner may do this.
    NotOwner,
    /// It is closed.
    Closed,
    /// It moved on since the caller looked.
    Changed,
    /// A field has an impossible value.
    Invalid {
        /// JSON pointer.
        field: &'static str,
        /// What would be possible.
        why: String,
    },
    /// The key was used with another body.
    KeyReused,
}

impl From<crate::store::requests::KeyReused> for Refusal {
    fn from(_: crate::store::requests::KeyReused) -> Self {
        Self::KeyReused
    }
}

/// Who acts on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// The person.
    pub id: Uuid,
    /// Their name.
    pub name: String,
}

impl Case {
    /// Whether this person owns it.
    pub fn is_owned_by(&self, person: Uuid) -> bool {
        self.summary.owner.as_ref().is_some_and(|owner| owner.id == person)
    }

    /// Whether the case still belongs to what a new tap joins: open, or closed less than 24 h ago.
    pub fn takes_taps(&self, now: DateTime<Utc>) -> bool {
        self.set_aside.is_none() && self.summary.closed_at.is_none_or(|closed| now - closed < REOPENS)
    }

    /// A new tap: it joins, rings again, and reopens a closed case. Returns whether it reopened.
    pub fn tap(&mut self, event: Uuid, now: DateTime<Utc>) -> bool {
        let case = &mut self.summary;
        let reopened = case.state.is_closed();
        if reopened {
            case.state = CaseState::Open;
            case.owner = None;
            case.closed_at = None;
            case.outcome = None;
            self.calls_stopped = false;
            label(&mut case.labels, "reopened");
        }
        case.taps += 1;
        self.last_tap_revision = case.revision + 1;
        case.last_tap = event;
        case.last_tap_at = now;
        let shown = case.shown_at.take().is_some();
        case.ringing = true;
        case.rings_all_at = case.owner.is_some().then(|| now + OWNER_FIRST);
        self.watch_consoles(shown || reopened, now);
        if self.summary.owner.is_none() {
            self.climb(now);
        }
        reopened
    }

    /// Takes the case: the first wins; another owner is replaced only by a takeover that names them.
    pub fn claim(&mut self, by: &By, takeover: Option<&Takeover>, now: DateTime<Utc>) -> Result<Change, Refusal> {
        self.must_be_open()?;
        let change = match (&self.summary.owner, takeover) {
            (Some(owner), _) if owner.id == by.id => return Err(Refusal::AlreadyTaken(owner.name.clone())),
            (Some(owner), Some(takeover)) if takeover.from == owner.id => {
                Change::TakenOver { from: owner.name.clone(), reason: takeover.reason }
            }
            (Some(owner), _) => return Err(Refusal::AlreadyTaken(owner.name.clone())),
            (None, _) => Change::Claimed,
        };
        self.summary.owner = Some(Owner { id: by.id, name: by.name.clone(), since: now, acted_at: now });
        if self.summary.state == CaseState::Open {
            self.summary.state = CaseState::Claimed;
        }
        self.quiet();
        self.stop_climbing();
        self.calls_go_on(now);
        self.idle_generation += 1;
        Ok(change)
    }

    /// The claim ends without a close: it is everybody's again and rings.
    pub fn release(&mut self, reason: ReleaseReason, now: DateTime<Utc>) -> Option<Change> {
        if self.summary.state.is_closed() {
            return None;
        }
        self.summary.owner.take()?;
        self.calls_stopped = false;
        self.summary.state = CaseState::Open;
        self.summary.ringing = true;
        self.summary.rings_all_at = None;
        self.idle_generation += 1;
        self.watch_consoles(true, now);
        self.climb(now);
        Some(Change::Released { reason })
    }

    /// The owner gives it back.
    pub fn give_back(&mut self, by: &By, now: DateTime<Utc>) -> Result<Change, Refusal> {
        self.must_be_open()?;
        self.must_own(by)?;
        self.release(ReleaseReason::GivenBack, now).ok_or(Refusal::NotOwner)
    }

    /// The owner says they are still on it.
    pub fn still_on_it(&mut self, by: &By, now: DateTime<Utc>) -> Result<Change, Refusal> {
        self.must_be_open()?;
        self.must_own(by)?;
        self.acted(by, now);
        Ok(Change::StillOnIt)
    }

    /// A note, by anybody who sees the case, also after it was closed.
    pub fn note(&mut self, by: &By, text: &str, now: DateTime<Utc>) -> Result<Change, Refusal> {
        let text = within("/text", text, 1, 4_000)?;
        self.acted(by, now);
        Ok(Change::Noted { text })
    }

    /// Contact was tried. Reached counts as contact; voicemail and silence do not.
    pub fn contact(
        &mut self,
        by: &By,
        (channel, result): (ContactChannel, ContactResult),
        note: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Change, Refusal> {
        self.must_be_open()?;
        let note = note.map(|note| within("/note", note, 0, 1_000)).transpose()?.filter(|note| !note.is_empty());
        if self.summary.owner.is_some() {
            self.summary.state = match (result, self.summary.state) {
                (_, CaseState::ResponderAssigned) => CaseState::ResponderAssigned,
                (ContactResult::Reached, _) | (_, CaseState::ContactMade) => CaseState::ContactMade,
                _ => CaseState::NoContact,
            };
        }
        self.acted(by, now);
        Ok(Change::ContactTried { channel, result, note })
    }

    /// Somebody is on the way.
    pub fn responder(&mut self, by: &By, responder: &str, now: DateTime<Utc>) -> Result<Change, Refusal> {
        self.must_be_open()?;
        let responder = within("/responder", responder, 1, 200)?;
        if self.summary.owner.is_some() {
            self.summary.state = CaseState::ResponderAssigned;
        }
        self.acted(by, now);
        Ok(Change::ResponderAssigned { responder })
    }

    /// Facts from an operator.
    pub fn operator_facts(&mut self, by: &By, facts: &Facts, now: DateTime<Utc>) -> Result<Change, Refusal> {
        self.must_be_open()?;
        check_facts(facts)?;
        let change = self.add_facts(facts);
        self.acted(by, now);
        Ok(change)
    }

    /// Facts from whoever knows them: the latest word wins, field by field.
    pub fn add_facts(&mut self, said: &Facts) -> Change {
        let known = &mut self.summary.facts;
        let Facts { danger, injury, can_talk, people, place, note } = said.clone();
        known.danger = danger.or(known.danger);
        known.injury = injury.or(known.injury);
        known.can_talk = can_talk.or(known.can_talk);
        known.people = people.or(known.people);
        known.place = place.or(known.place.take());
        known.note = note.or(known.note.take());
        Change::FactsAdded { facts: said.clone() }
    }

    /// A position: the newest fix is the one shown.
    pub fn add_position(&mut self, position: PositionSeen) -> Change {
        if self.summary.position.is_none_or(|known| known.fixed_at <= position.fixed_at) {
            self.summary.position = Some(position);
        }
        Change::Positioned { position }
    }

    /// A console with a person at it shows the newest tap. Only the first time counts.
    pub fn shown(&mut self, tap: Uuid, now: DateTime<Utc>) -> Option<Change> {
        let case = &mut self.summary;
        if case.last_tap != tap || case.shown_at.is_some() || case.state.is_closed() {
            return None;
        }
        case.shown_at = Some(now);
        Some(Change::Shown { tap })
    }

    /// Closes the case. Its owner must have seen the newest tap.
    pub fn close(
        &mut self,
        by: &By,
        (outcome, note): (Outcome, &str),
        seen: u64,
        now: DateTime<Utc>,
    ) -> Result<Change, Refusal> {
        self.must_be_open()?;
        self.must_own(by)?;
        let note = within("/note", note, 1, 4_000)?;
        if self.summary.ringing || seen < self.last_tap_revision || seen > self.summary.revision {
            return Err(Refusal::Changed);
        }
        self.summary.state = match outcome {
            Outcome::Resolved => CaseState::Resolved,
            Outcome::FalseAlarm => CaseState::FalseAlarm,
        };
        self.summary.closed_at = Some(now);
        self.summary.outcome = Some(outcome);
        self.end_climb();
        self.quiet();
        self.idle_generation += 1;
        Ok(Change::Closed { outcome, note })
    }

    /// As the phone that raised it sees it.
    pub fn mine(&self) -> MyCase {
        let case = &self.summary;
        let reached = match (&case.owner, case.shown_at) {
            _ if case.state.is_closed() => Reached::Closed,
            (Some(_), _) => Reached::Taken,
            (None, Some(_)) => Reached::OnConsole,
            (None, None) => Reached::Stored,
        };
        MyCase {
            id: case.id,
            reference: case.reference.clone(),
            revision: case.revision,
            reached,
            stored_at: case.stored_at,
            last_tap_at: case.last_tap_at,
            shown_at: case.shown_at,
            taken_by: case.owner.as_ref().map(|owner| owner.name.clone()),
            taken_at: case.owner.as_ref().map(|owner| owner.since),
            facts: case.facts.clone(),
            colleague: case.reporter.is_some().then(|| case.subject.name.clone()),
            closed_at: case.closed_at,
            outcome: case.outcome,
        }
    }

    /// An action of the owner starts the idle time anew and ends the ringing of a tap that they had
    /// time to notice.
    fn acted(&mut self, by: &By, now: DateTime<Utc>) {
        if self.summary.state.is_closed() {
            return;
        }
        if let Some(owner) = self.summary.owner.as_mut().filter(|owner| owner.id == by.id) {
            owner.acted_at = now;
            self.idle_generation += 1;
            if now - self.summary.last_tap_at >= REACTION {
                self.quiet();
            }
        }
    }

    fn quiet(&mut self) {
        self.summary.ringing = false;
        self.summary.rings_all_at = None;
    }

    fn must_be_open(&self) -> Result<(), Refusal> {
        if self.summary.state.is_closed() { Err(Refusal::Closed) } else { Ok(()) }
    }

    fn must_own(&self, by: &By) -> Result<(), Refusal> {
        if self.is_owned_by(by.id) { Ok(()) } else { Err(Refusal::NotOwner) }
    }
}

/// Adds a label once.
pub fn label(labels: &mut Vec<String>, word: &str) {
    if !labels.iter().any(|known| known == word) {
        labels.push(word.to_owned());
    }
}

/// Muster itself as an actor.
pub fn system(rule: &str) -> ActorSeen {
    ActorSeen { kind: wire::case::ActorKind::System, id: None, name: rule.to_owned() }
}

#[cfg(test)]
mod schedules;
#[cfg(test)]
mod tests;
