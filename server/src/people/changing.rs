//! Entering, changing, leaving, coming back.

use std::collections::HashMap;

use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::people::{ChangePerson, NewPerson};
use wire::register::{Departure, Person, PersonDetail};

use super::lists::{NO_OFFICE, Put, entered, leave_many, may_put, related_within, return_many, upsert_many};
use super::service::People;
use super::store::{self, PersonRow};
use super::viewer::Viewer;
use super::{Checked, Refusal, shown};
use crate::access::{Ending, Operator, Reach, administers_alone, roles_ending};
use crate::audit::{self, Act, Doer};
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::places::View;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, SqlError, StoreError, Tx, WriteError};

fn refused(invalid: Invalid) -> WriteError<Refusal> {
    WriteError::Refused(invalid.into())
}

impl People {
    /// Enters a person of an office that the caller administers.
    pub async fn create(
        &self,
        by: &Operator,
        request: Request,
        new: &NewPerson,
    ) -> Result<Person, WriteError<Refusal>> {
        let new = Checked::new(new).map_err(refused)?;
        let (reach, office) = (by.may(Permission::EditPeople).clone(), new.office());
        if !reach.contains(office) {
            return Err(refused(Invalid::new("/office", NO_OFFICE)));
        }
        let (by, viewer, view) = (by.clone(), Viewer::of(by), self.directory.view());
        let made = self.store.write(Lane::Normal, vec![office], move |tx| {
            once(tx, request, |tx| {
                let put = Put { id: ids::new(tx.now()), person: &new };
                related_within(tx.reading(), &reach, (new.fields().sponsor, new.fields().supervisor))?;
                may_put(tx.reading(), &[put], &HashMap::new())?;
                upsert_many(tx, &[put], None, None)?;
                note(tx, &by, &[office], Act::new(Deed::PersonChanged, "a person was entered").on(put.id))?;
                let vault = tx.vault();
                let rows = store::rows(tx.reading(), &[put.id])?;
                let shown = shown::people(tx.reading(), vault, (&view, &viewer), rows)?;
                Ok(shown.into_iter().next().ok_or(SqlError::NotFound)?)
            })
        });
        made.await
    }

    /// Changes the fields that are given, if the person still is as the caller saw them.
    pub async fn change(
        &self,
        by: &Operator,
        request: Request,
        (person, revision): (Uuid, i64),
        change: ChangePerson,
    ) -> Result<PersonDetail, WriteError<Refusal>> {
        let reach = by.may(Permission::EditPeople).clone();
        if change.office.is_some_and(|office| !reach.contains(office)) {
            return Err(refused(Invalid::new("/office", NO_OFFICE)));
        }
        let scopes = self.scopes_of(person, change.office).await?;
        let (by, viewer, view) = (by.clone(), Viewer::of(by), self.directory.view());
        let changed = self.store.write(Lane::Normal, scopes, move |tx| {
            once(tx, request, |tx| {
                let before = within(tx, &reach, person)?;
                if before.revision() != revision {
                    return Err(Halt::Refuse(Refusal::RevisionChanged));
                }
                let after = changed(tx, &reach, person, &change)?;
                upsert_many(tx, &[Put { id: person, person: &after }], None, None)?;
                let act = Act::new(Deed::PersonChanged, "a person's fields were changed").on(person);
                note(tx, &by, &both(before.office.0, after.office()), act)?;
                let vault = tx.vault();
                let row = store::row(tx.reading(), person)?.ok_or(SqlError::NotFound)?;
                let shown = shown::detail(tx.reading(), vault, (&view, &viewer), row)?;
                Ok(shown.ok_or(SqlError::NotFound)?)
            })
        });
        changed.await
    }

    /// Notes that a person has left, and loses every role, or is back, without one. Said again it stays so. Where that
    /// ends a role it needs what ending the role needs.
    pub async fn set_left(
        &self,
        by: &Operator,
        request: Request,
        (person, left): (Uuid, bool),
        said: Departure,
    ) -> Result<(), WriteError<Refusal>> {
        let reason = said.reason.as_deref().map(|reason| field::line("/reason", reason, 1, 500)).transpose();
        let reason = reason.map_err(refused)?;
        let (reach, scopes) = (by.may(Permission::EditPeople).clone(), self.scopes_of(person, None).await?);
        let (by, view) = (by.clone(), self.directory.view());
        let done = self.store.write(Lane::Normal, scopes, move |tx| {
            once(tx, request, |tx| {
                let row = within(tx, &reach, person)?;
                if left || row.left_at.is_some() {
                    may_end_roles(tx, &by, &view, person)?;
                }
                if left && administers_alone(tx, person)? {
                    return Err(Halt::Refuse(Refusal::LastAdministrator));
                }
                let doer = Doer::Person(by.person, &by.name);
                let changed = if left {
                    leave_many(tx, &[person], &view, doer)?
                } else {
                    return_many(tx, &[person], &view, doer)?
                };
                if changed > 0 {
                    let what = if left { "a person was noted as having left" } else { "a person was noted as back" };
                    let act = Act { reason: reason.clone(), ..Act::new(Deed::PersonChanged, what).on(person) };
                    note(tx, &by, &[row.office.0], act)?;
                }
                Ok(())
            })
        });
        done.await
    }

    /// The scopes that a change of a person will most likely touch.
    pub(super) async fn scopes_of(&self, person: Uuid, more: Option<Uuid>) -> Result<Vec<Uuid>, StoreError> {
        let known = self.store.read(move |reading| store::identity(reading.conn, person)).await?;
        Ok(known.map(|known| known.office).into_iter().chain(more).collect())
    }
}

/// A person within reach, to be changed; anybody else does not exist.
pub(super) fn within(tx: &mut Tx<'_>, reach: &Reach, person: Uuid) -> Result<PersonRow, Halt<Refusal>> {
    store::lock(tx, &[person])?;
    let row = store::row(tx.reading(), person)?.filter(|row| reach.contains(row.office.0));
    row.ok_or(Halt::Refuse(Refusal::NotFound))
}

/// That the caller may end every role that somebody holds, and has just proved who they are, where they hold one.
fn may_end_roles(tx: &mut Tx<'_>, by: &Operator, view: &View, person: Uuid) -> Result<(), Halt<Refusal>> {
    let now = tx.now();
    match roles_ending(tx.reading(), view, &[person], (&Ending::of(by), now))?.get(&person) {
        None => Ok(()),
        Some(false) => Err(Halt::Refuse(Refusal::HoldsRoles)),
        Some(true) => by.stepped_up(now).map_err(|_| Halt::Refuse(Refusal::StepUpRequired)),
    }
}

/// Notes an act of somebody who is signed in.
pub(super) fn note(tx: &mut Tx<'_>, by: &Operator, scopes: &[Uuid], act: Act) -> Result<(), SqlError> {
    audit::service::record(tx, Some((by.person, &by.name)), scopes, act).map(drop)
}

fn both(one: Uuid, other: Uuid) -> Vec<Uuid> {
    if one == other { vec![one] } else { vec![one, other] }
}

/// The person after the change, if it may be.
fn changed(tx: &mut Tx<'_>, reach: &Reach, person: Uuid, change: &ChangePerson) -> Result<Checked, Halt<Refusal>> {
    let vault = tx.vault();
    let known = entered(tx.reading(), vault, &[person])?.remove(&person).ok_or(SqlError::NotFound)?;
    let after = known.person.changed(change).map_err(|invalid| Halt::Refuse(invalid.into()))?;
    related_within(tx.reading(), reach, (change.sponsor.flatten(), change.supervisor.flatten()))?;
    may_put(tx.reading(), &[Put { id: person, person: &after }], &HashMap::new())?;
    Ok(after)
}
