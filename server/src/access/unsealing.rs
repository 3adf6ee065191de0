//! Names instead of counts, for the Designated Official and the Security Management Team of a country.

use std::collections::HashSet;

use chrono::TimeDelta;
use uuid::Uuid;
use wire::access::{Because, GrantOrigin, Permission, Role, Unseal};
use wire::audit::Deed;

use super::break_glass::{HAS_LEFT, REASON};
use super::grants::{reason, shown};
use super::store::grants::{self as rows, Held, More};
use super::{Access, Area, CountryCode, Grant, Operator, Refusal};
use crate::audit::Act;
use crate::audit::service::record;
use crate::kernel::field::Invalid;
use crate::people;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, QueryResult, Tx, WriteError};

/// Most hours that names stay unsealed; then it is asked for anew.
const MOST_HOURS: u8 = 24;

/// Members of a Security Management Team that one unsealing reaches; a real team has far fewer.
const MOST_MEMBERS: usize = 50;

impl Access {
    /// Unseals the names of a country for a time, for the caller and its Security Management Team.
    pub async fn unseal(
        &self,
        by: &Operator,
        request: Request,
        new: &Unseal,
    ) -> Result<wire::access::Grant, WriteError<Refusal>> {
        let invalid = |field: &str, why: &str| WriteError::Refused(Invalid::new(field, why).into());
        if !(1..=MOST_HOURS).contains(&new.hours) {
            return Err(invalid("/hours", "Give 1 to 24 hours; it can be done again."));
        }
        let because = Because { reason: new.reason.clone() };
        let why = reason(&because, REASON).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let (by, view) = (by.clone(), self.inner.directory.view());
        let area = CountryCode::parse(&new.country).map(Area::Country);
        let covered = |area: &Area| area.exists(&view) && by.may(Permission::UnsealNames).covers(*area, &view);
        let Some(area) = area.filter(covered) else {
            return Err(invalid("/country", "There is no such country for you; take one that GET /v1/places names."));
        };
        let scopes: Vec<Uuid> = area.told(&view).into_iter().collect();
        let lasts = TimeDelta::hours(i64::from(new.hours));
        let unsealed = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                let (from, until) = (tx.now(), tx.now() + lasts);
                let origin = GrantOrigin::Unsealed;
                let grant = Grant { role: Role::DesignatedOfficial, origin, area, from, until: Some(until) };
                let team = team(tx, area, by.person)?;
                let Some(team) = here(tx, by.person, team)? else { return Err(Halt::Refuse(HAS_LEFT)) };
                let more = More { reason: Some(why.clone()), ..More::default() };
                let own = rows::insert_grant(tx, (by.person, &by.name), grant, more.clone(), Some(by.person))?;
                for member in &team {
                    let grant = Grant { role: Role::SecurityManagementTeam, ..grant };
                    let more = More { cause: Some(own.id), ..more.clone() };
                    rows::insert_grant(tx, (member.person, &member.name), grant, more, Some(by.person))?;
                }
                let what = format!("names of {}, for {} of the team", code_of(area), team.len());
                let act = Act::new(Deed::NamesUnsealed, what).on(by.person);
                record(tx, Some((by.person, &by.name)), &scopes, act.because(why.clone()).until(until))?;
                Ok(shown(&own, &view))
            })
        });
        let unsealed = unsealed.await?;
        tracing::warn!(person = %unsealed.person, grant = %unsealed.id, "names were unsealed");
        Ok(unsealed)
    }
}

fn code_of(area: Area) -> String {
    area.country().map(|country| country.as_str().to_owned()).unwrap_or_default()
}

/// The members of a country's Security Management Team now, each once, but for this person.
fn team(tx: &mut Tx<'_>, area: Area, but: Uuid) -> QueryResult<Vec<Held>> {
    let now = tx.now();
    let mut members = rows::over(tx.reading(), area)?;
    members.retain(|held| {
        let grant = held.effective();
        let counts = grant.origin != GrantOrigin::Unsealed && grant.role == Role::SecurityManagementTeam;
        counts && grant.holds(now) && held.person != but
    });
    members.sort_by_key(|held| held.person);
    members.dedup_by_key(|held| held.person);
    members.truncate(MOST_MEMBERS);
    Ok(members)
}

/// Those of a team, by identifier, who have not left, each held as everybody who is given more; none when the asker
/// has left. All are held in the order of their identifiers: two who ask at once wait for one another in turn.
fn here(tx: &mut Tx<'_>, asker: Uuid, team: Vec<Held>) -> QueryResult<Option<Vec<Held>>> {
    let mut all: Vec<Uuid> = team.iter().map(|held| held.person).chain([asker]).collect();
    all.sort_unstable();
    let mut present = HashSet::new();
    for one in all {
        if people::service::hold(tx, one)?.is_some_and(|found| !found.left) {
            present.insert(one);
        }
    }
    let team = team.into_iter().filter(|held| present.contains(&held.person)).collect();
    Ok(present.contains(&asker).then_some(team))
}
