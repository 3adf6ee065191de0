//! Standing in for the holder of an appointment: for a time within it, and never longer than it.

use uuid::Uuid;
use wire::access::{AdInterim, GrantOrigin, Role};
use wire::audit::Deed;

use super::grants::{appointable, checked_time, in_words, letter, may_appoint, sees, shown};
use super::store::grants::{self as rows, Held, More};
use super::{Access, Grant, Operator, Refusal};
use crate::audit::Act;
use crate::audit::service::record;
use crate::kernel::field::Invalid;
use crate::people;
use crate::places::View;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, Tx, WriteError};

const NO_APPOINTMENT: Refusal =
    Refusal::Missing("There is no such appointment for you; take one that GET /v1/grants names.");

impl Access {
    /// Lets somebody stand in for the holder of an appointment. The holder may, and who may grant it.
    pub async fn delegate(
        &self,
        by: &Operator,
        request: Request,
        cause: Uuid,
        new: AdInterim,
    ) -> Result<wire::access::Grant, WriteError<Refusal>> {
        let letter = letter(new.letter.as_deref()).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let (by, view) = (by.clone(), self.inner.directory.view());
        let found = self.inner.store.read(move |reading| rows::grant(reading.conn, cause)).await?;
        let found = found.filter(|held| sees(&by, &view, held)).ok_or(WriteError::Refused(NO_APPOINTMENT))?;
        let scopes: Vec<Uuid> = found.grant.area.scopes(&view).into_iter().collect();
        let delegated = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                let cause = rows::grant(tx.reading(), cause)?.ok_or(Halt::Refuse(NO_APPOINTMENT))?;
                let grant = standing_in(tx, &cause, &new)?;
                let name = stand_in(tx, &by, &view, &cause, new.person)?;
                let more = More { rank: cause.more.rank, cause: Some(cause.id), letter: letter.clone(), reason: None };
                let held = rows::insert_grant(tx, (new.person, &name), grant, more, Some(by.person))?;
                let act = Act::new(Deed::RoleDelegated, in_words(&grant, &view)).on(new.person).until(new.until);
                record(tx, Some((by.person, &by.name)), &scopes, act)?;
                Ok(shown(&held, &view))
            })
        });
        delegated.await
    }
}

/// The grant of who stands in, within the appointment that it stands for.
fn standing_in(tx: &mut Tx<'_>, cause: &Held, new: &AdInterim) -> Result<Grant, Halt<Refusal>> {
    let now = tx.now();
    let appointment = cause.effective();
    if appointment.origin != GrantOrigin::Appointment {
        let why =
            "Only an appointment can be stood in for; this grant stands for another, or was taken in an emergency.";
        return Err(Halt::Refuse(Refusal::Forbidden(why)));
    }
    if !cause.is_open(now) {
        return Err(Halt::Refuse(Refusal::Ended("This appointment is over; nobody can stand in for it.")));
    }
    let from = new.from.unwrap_or(now.max(appointment.from));
    checked_time(from, Some(new.until), now).map_err(|invalid| Halt::Refuse(invalid.into()))?;
    let refused = |field: &str, why: &str| Err(Halt::Refuse(Invalid::new(field, why).into()));
    if from < appointment.from {
        return refused("/from", "The appointment has not begun then; begin with it, or later.");
    }
    if appointment.until.is_some_and(|end| end < new.until) {
        return refused("/until", "The appointment ends before that; end with it, or earlier.");
    }
    Ok(Grant { origin: GrantOrigin::AdInterim, from, until: Some(new.until), ..appointment })
}

/// The name of who is to stand in: somebody whom the caller may appoint or, when the holder asks, a
/// colleague of the same organisation.
fn stand_in(tx: &mut Tx<'_>, by: &Operator, view: &View, cause: &Held, person: Uuid) -> Result<String, Halt<Refusal>> {
    if person == cause.person {
        return Err(Halt::Refuse(Invalid::new("/person", "Nobody stands in for themselves; name another.").into()));
    }
    if cause.person != by.person || may_appoint(by, cause.grant.role).covers(cause.grant.area, view) {
        return appointable(tx, by, person, cause.grant.role);
    }
    let organisation = |office: Uuid| view.office(office).map(|office| office.organisation);
    let holder = people::service::identity(tx.reading(), by.person)?.and_then(|holder| organisation(holder.office));
    let found = people::service::hold(tx, person)?.filter(|found| !found.left);
    match found.filter(|found| holder.is_some() && organisation(found.office) == holder) {
        Some(found) => Ok(found.name),
        None => {
            let why = if cause.grant.role == Role::Warden {
                "Name a colleague of your own organisation; who appoints wardens can name anybody."
            } else {
                "Name a colleague of your own organisation; an administrator can name others."
            };
            Err(Halt::Refuse(Invalid::new("/person", why).into()))
        }
    }
}
