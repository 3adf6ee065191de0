//! The rules of shifts and hand-overs. Pure: no clock, no database.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::case::CaseState;
use wire::watch::{Handover, HandoverItem, Named, Shift, Unmanned, UnmannedCause, WatchEntryKind};

use super::Refusal;

/// For so long nobody may be at a console that sees the area.
pub(super) const ALONE: TimeDelta = TimeDelta::minutes(2);

/// Shifts at once over one area.
const SHIFTS: usize = 50;

/// A watch as it stands: who is on shift, and whether somebody is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Who is on shift, the longest first.
    pub shifts: Vec<Shift>,
    /// Since when nobody is at a console that sees the area, while somebody should be.
    pub nobody_since: Option<DateTime<Utc>>,
    /// There while nobody keeps the watch and somebody should.
    pub unmanned: Option<Unmanned>,
    /// Grows each time nobody is there: timers of earlier times do nothing.
    pub generation: i64,
}

/// An open case of the area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The case.
    pub case: Uuid,
    /// Its spoken reference.
    pub reference: String,
    /// Where it stands.
    pub state: CaseState,
    /// Whose it is.
    pub owner: Option<Named>,
}

/// Something that the shift log is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What.
    pub kind: WatchEntryKind,
    /// In words.
    pub text: Option<String>,
    /// Whose shift it is about.
    pub of: Option<Named>,
    /// The case that it is about, and its reference.
    pub case: Option<(Uuid, String)>,
}

impl Told {
    /// Of this kind.
    pub fn new(kind: WatchEntryKind) -> Self {
        Self { kind, text: None, of: None, case: None }
    }

    fn with_text(self, text: &str) -> Self {
        Self { text: Some(text.to_owned()).filter(|text| !text.is_empty()), ..self }
    }

    fn of(self, person: &Named) -> Self {
        Self { of: Some(person.clone()), ..self }
    }
}

/// A case that changes hands with an item that is accepted: from whose shift it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takes {
    /// The case.
    pub case: Uuid,
    /// Its owner until now.
    pub from: Uuid,
}

/// The open items of a shift's hand-over as they stand now: each case that is open, and those that were listed. A case
/// that came meanwhile is added. What was accepted and then closed and opened again, or taken back by whose shift it is,
/// is to be accepted again.
pub(super) fn synced(shift: &Shift, handover: &Handover, open: &[Open]) -> Vec<HandoverItem> {
    let mut items = handover.items.clone();
    for item in &mut items {
        let Some(found) = open.iter().find(|one| one.case == item.case) else {
            item.closed = true;
            continue;
        };
        let is_back = found.owner.as_ref().is_some_and(|owner| owner.id == shift.person.id);
        if item.closed || is_back {
            (item.accepted_by, item.accepted_at) = (None, None);
        }
        (item.closed, item.state, item.owner) = (false, found.state, found.owner.clone());
    }
    let new = open.iter().filter(|one| handover.items.iter().all(|item| item.case != one.case));
    items.extend(new.map(|one| listed(one, true)));
    items
}

fn listed(one: &Open, late: bool) -> HandoverItem {
    HandoverItem {
        case: one.case,
        reference: one.reference.clone(),
        state: one.state,
        owner: one.owner.clone(),
        late,
        accepted_by: None,
        accepted_at: None,
        closed: false,
    }
}

fn all_taken(open: &[Open]) -> Result<(), Refusal> {
    let untaken: Vec<String> = open.iter().filter(|one| one.owner.is_none()).map(|one| one.reference.clone()).collect();
    if untaken.is_empty() { Ok(()) } else { Err(Refusal::Untaken(untaken)) }
}

const NOT_OPEN: &str = "No hand-over of this shift is open; open one first.";

impl Post {
    fn at(&self, shift: Uuid) -> Result<usize, Refusal> {
        self.shifts.iter().position(|one| one.id == shift).ok_or(Refusal::NotFound)
    }

    fn shift(&mut self, shift: Uuid) -> Result<&mut Shift, Refusal> {
        self.shifts.iter_mut().find(|one| one.id == shift).ok_or(Refusal::NotFound)
    }

    /// Whether somebody is on shift.
    pub fn has(&self, person: Uuid) -> bool {
        self.shifts.iter().any(|one| one.person.id == person)
    }

    /// Somebody begins a shift; the watch is manned again, where it was left alone.
    pub fn begin(&mut self, by: &Named, shift: Uuid, now: DateTime<Utc>) -> Result<Vec<Told>, Refusal> {
        if self.has(by.id) {
            return Err(Refusal::State("You are on shift over this area already."));
        }
        if self.shifts.len() >= SHIFTS {
            return Err(Refusal::State("Fifty people are on shift over this area; end or take over some of those."));
        }
        self.shifts.push(Shift { id: shift, person: by.clone(), since: now, handover: None });
        let mut told = vec![Told::new(WatchEntryKind::ShiftBegun)];
        if self.unmanned.take_if(|unmanned| unmanned.cause == UnmannedCause::LeftAlone).is_some() {
            // Whether somebody is at a console now counts from now.
            self.nobody_since = None;
            told.push(Told::new(WatchEntryKind::MannedAgain));
        }
        Ok(told)
    }

    /// A shift is to be handed over, by whose it is or by who relieves them: the list of open items is kept.
    pub fn open(
        &mut self,
        shift: Uuid,
        by: &Named,
        notes: &str,
        open: &[Open],
        now: DateTime<Utc>,
    ) -> Result<Vec<Told>, Refusal> {
        let shift = self.shift(shift)?;
        if shift.handover.is_some() {
            return Err(Refusal::State("The hand-over of this shift is open already."));
        }
        let items = open.iter().map(|one| listed(one, false)).collect();
        let told = Told::new(WatchEntryKind::HandoverOpened).with_text(notes).of(&shift.person);
        shift.handover = Some(Handover { opened_by: by.clone(), opened_at: now, notes: notes.to_owned(), items });
        Ok(vec![told])
    }

    /// Whoever takes over accepts an open item. A case of whose shift it is becomes theirs.
    pub fn accept(
        &mut self,
        shift: Uuid,
        by: &Named,
        case: Uuid,
        open: &[Open],
        now: DateTime<Utc>,
    ) -> Result<(Vec<Told>, Option<Takes>), Refusal> {
        let shift = self.shift(shift)?;
        let outgoing = shift.person.clone();
        if outgoing.id == by.id {
            return Err(Refusal::State("Whoever takes over accepts the items; this shift is yours."));
        }
        let items = shift.handover.as_ref().map(|handover| synced(shift, handover, open));
        let mut items = items.ok_or(Refusal::State(NOT_OPEN))?;
        let item = items.iter_mut().find(|item| item.case == case).ok_or(Refusal::NotFound)?;
        if item.closed {
            return Err(Refusal::State("The case is closed; nothing is left to accept."));
        }
        let Some(owner) = &item.owner else { return Err(Refusal::Untaken(vec![item.reference.clone()])) };
        if item.accepted_by.as_ref().is_some_and(|accepted| accepted.id == by.id) {
            return Err(Refusal::State("You have accepted this item already."));
        }
        let takes = (owner.id == outgoing.id).then_some(Takes { case, from: outgoing.id });
        if takes.is_some() {
            item.owner = Some(by.clone());
            item.state = if item.state == CaseState::Open { CaseState::Claimed } else { item.state };
        }
        (item.accepted_by, item.accepted_at) = (Some(by.clone()), Some(now));
        let told = Told {
            case: Some((case, item.reference.clone())),
            ..Told::new(WatchEntryKind::ItemAccepted).of(&outgoing)
        };
        if let Some(handover) = shift.handover.as_mut() {
            handover.items = items;
        }
        Ok((vec![told], takes))
    }

    /// Whoever takes over signs: no alarm is untaken, each open item is accepted by them.
    pub fn sign(
        &mut self,
        shift: Uuid,
        by: &Named,
        next: Uuid,
        open: &[Open],
        now: DateTime<Utc>,
    ) -> Result<Vec<Told>, Refusal> {
        let at = self.at(shift)?;
        let shift = self.shift(shift)?;
        if shift.person.id == by.id {
            return Err(Refusal::State("Whoever takes over signs; this shift is yours."));
        }
        let items = shift.handover.as_ref().map(|handover| synced(shift, handover, open));
        let items = items.ok_or(Refusal::State(NOT_OPEN))?;
        all_taken(open)?;
        let accepted = |item: &&HandoverItem| item.accepted_by.as_ref().is_some_and(|one| one.id == by.id);
        let unaccepted = items.iter().filter(|item| !item.closed && !accepted(item)).count();
        if unaccepted > 0 {
            return Err(Refusal::Unaccepted(unaccepted));
        }
        let outgoing = self.shifts.remove(at).person;
        if !self.has(by.id) {
            self.shifts.push(Shift { id: next, person: by.clone(), since: now, handover: None });
        }
        Ok(vec![Told::new(WatchEntryKind::HandedOver).of(&outgoing)])
    }

    /// A shift ends and nobody takes over. Where nobody else is on shift, the watch is unmanned at once.
    pub fn leave(
        &mut self,
        shift: Uuid,
        by: &Named,
        reason: &str,
        open: &[Open],
        now: DateTime<Utc>,
    ) -> Result<Vec<Told>, Refusal> {
        let at = self.at(shift)?;
        if self.shift(shift)?.person.id != by.id {
            return Err(Refusal::State("Somebody else's shift is taken over, not ended: open its hand-over."));
        }
        all_taken(open)?;
        self.shifts.remove(at);
        let mut told = vec![Told::new(WatchEntryKind::ShiftEnded).with_text(reason)];
        if self.shifts.is_empty() {
            let already = self.unmanned.replace(Unmanned { since: now, cause: UnmannedCause::LeftAlone });
            if already.is_none() {
                told.push(Told::new(WatchEntryKind::Unmanned));
            }
        }
        Ok(told)
    }

    /// Whether nobody is at a console, while somebody should be; true of the first when anything changed.
    pub fn looked_at(&mut self, absent: bool, now: DateTime<Utc>) -> (bool, Vec<Told>) {
        if absent == self.nobody_since.is_some() {
            return (false, Vec::new());
        }
        if absent {
            self.nobody_since = Some(now);
            self.generation += 1;
            return (true, Vec::new());
        }
        self.nobody_since = None;
        let ended = self.unmanned.take_if(|unmanned| unmanned.cause == UnmannedCause::NobodyAtConsole);
        (true, ended.map(|_| Told::new(WatchEntryKind::MannedAgain)).into_iter().collect())
    }

    /// Nobody has been there for too long, in this generation: the watch is unmanned.
    pub fn overdue(&mut self, generation: i64, now: DateTime<Utc>) -> Vec<Told> {
        match self.nobody_since {
            Some(since) if self.generation == generation && now - since >= ALONE && self.unmanned.is_none() => {
                self.unmanned = Some(Unmanned { since, cause: UnmannedCause::NobodyAtConsole });
                vec![Told::new(WatchEntryKind::Unmanned)]
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
