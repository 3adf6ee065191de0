//! Breaking the glass: a wider area for an hour, for a reason that everybody concerned is told.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use uuid::Uuid;
use wire::access::{AreaKind, Because, BreakGlass, GrantOrigin, Permission, Role};
use wire::audit::Deed;

use super::grants::{in_words, reason, shown};
use super::store::grants::{self as rows, More};
use super::{Access, Area, Grant, Operator, Refusal};
use crate::audit::Act;
use crate::audit::service::record;
use crate::kernel::field::Invalid;
use crate::people;
use crate::places::View;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, WriteError};

/// How long it lasts.
const LASTS: TimeDelta = TimeDelta::hours(1);

/// Least characters of a reason that others are told at once.
pub(super) const REASON: usize = 10;

/// Who asks for more, and was noted as having left in the same moment.
pub(super) const HAS_LEFT: Refusal =
    Refusal::Forbidden("You were noted as having left just now; ask who keeps your entry in the register.");

impl Access {
    /// Gives the caller a field security officer's rights over an office or a country of the
    /// organisations that they may do so for, from now on and for an hour.
    pub async fn break_glass(
        &self,
        by: &Operator,
        request: Request,
        new: &BreakGlass,
    ) -> Result<wire::access::Grant, WriteError<Refusal>> {
        let (by, view) = (by.clone(), self.inner.directory.view());
        let area = checked(&by, &view, new).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let because = Because { reason: new.reason.clone() };
        let why = reason(&because, REASON).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let scopes: Vec<Uuid> = area.told(&view).into_iter().collect();
        let broken = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                // Held as everybody who is given more: somebody else may be noting that they have left.
                if people::service::hold(tx, by.person)?.is_none_or(|found| found.left) {
                    return Err(Halt::Refuse(HAS_LEFT));
                }
                let (from, until) = (tx.now(), tx.now() + LASTS);
                let origin = GrantOrigin::BreakGlass;
                let grant = Grant { role: Role::FieldSecurityOfficer, origin, area, from, until: Some(until) };
                let more = More { reason: Some(why.clone()), ..More::default() };
                let held = rows::insert_grant(tx, (by.person, &by.name), grant, more, Some(by.person))?;
                let act = Act::new(Deed::GlassBroken, in_words(&grant, &view)).on(by.person);
                record(tx, Some((by.person, &by.name)), &scopes, act.because(why.clone()).until(until))?;
                Ok(shown(&held, &view))
            })
        });
        let broken = broken.await?;
        tracing::warn!(person = %broken.person, grant = %broken.id, "somebody broke the glass");
        metrics::counter!("muster_glass_broken_total").increment(1);
        Ok(broken)
    }
}

/// The area, when the caller may break the glass for every organisation that it concerns and does not
/// work its cases already.
fn checked(by: &Operator, view: &View, new: &BreakGlass) -> Result<Area, Invalid> {
    if !matches!(new.area, AreaKind::Office | AreaKind::Country) {
        return Err(Invalid::new("/area", "The glass is broken over one of: office, country."));
    }
    let area = Area::named(new.area, new.area_id, new.country.as_deref())?;
    let refused = |why: &str| Err(Invalid::new(area.field(), why));
    let offices: BTreeSet<Uuid> = match area {
        Area::Office(office) => view.office(office).map(|office| office.id).into_iter().collect(),
        _ => area.scopes(view).into_iter().filter(|scope| view.office(*scope).is_some()).collect(),
    };
    let may = by.may(Permission::BreakGlass);
    // Holding any part of an organisation is enough: the point is what lies beyond it.
    let organisation_is_mine = |organisation: Uuid| {
        may.contains(organisation) || view.offices_of(organisation).any(|office| may.contains(office))
    };
    let mine = |office: &Uuid| view.office(*office).is_some_and(|office| organisation_is_mine(office.organisation));
    if offices.is_empty() || !offices.iter().any(mine) {
        return refused("There is no such area for you; take one that GET /v1/places names.");
    }
    if !offices.iter().all(mine) {
        return refused(
            "Offices of other organisations are there; break the glass over your own organisation's office.",
        );
    }
    if by.may(Permission::WorkCases).covers(area, view) {
        return refused("You work the cases of this area already; nothing was changed and nobody was told.");
    }
    Ok(area)
}
