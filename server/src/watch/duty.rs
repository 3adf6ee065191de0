//! Whom of those who hold a role a call goes to: who is on duty by the roster of their area.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Role;

use super::store::rosters;
use crate::access::Area;
use crate::access::duty::holders;
use crate::store::{AnyConn, QueryResult};

/// What rosters say of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rostered {
    /// Those who hold a role and need not be called: a colleague of the same area is on duty and can be reached.
    pub off: BTreeSet<Uuid>,
    /// The roles whose roster has nobody on duty now who holds the role and can be reached: everybody who holds it is
    /// called.
    pub gaps: Vec<Role>,
}

/// What the rosters of these areas say of a call to these roles: an area's roster of a role counts for those who hold the
/// role over that area. Nobody is off duty where the roster names nobody who holds the role now and of whom `reached`
/// says that they can be called; so no roster keeps a call from everybody.
pub fn rostered(
    conn: &mut AnyConn,
    (areas, roles): (&[Area], &[Role]),
    reached: impl Fn(Uuid) -> bool,
    now: DateTime<Utc>,
) -> QueryResult<Rostered> {
    let entries = rosters::over(conn, areas)?;
    if entries.is_empty() {
        return Ok(Rostered::default());
    }
    let (mut all, mut called, mut gaps) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for role in roles {
        let anywhere: BTreeSet<Uuid> = people(conn, areas, *role, now)?;
        for area in areas {
            let here = people(conn, &[*area], *role, now)?;
            all.extend(here.iter().copied());
            let of: Vec<_> = entries.iter().filter(|entry| entry.area == *area && entry.role == *role).collect();
            let on = of.iter().filter(|entry| entry.pattern.is_on(now)).map(|entry| entry.person);
            let on: BTreeSet<Uuid> = on.filter(|person| anywhere.contains(person) && reached(*person)).collect();
            if !on.is_empty() {
                called.extend(on);
                continue;
            }
            called.extend(here);
            if !of.is_empty() && !gaps.contains(role) {
                gaps.push(*role);
            }
        }
    }
    Ok(Rostered { off: all.difference(&called).copied().collect(), gaps })
}

fn people(conn: &mut AnyConn, areas: &[Area], role: Role, now: DateTime<Utc>) -> QueryResult<BTreeSet<Uuid>> {
    Ok(holders(conn, areas, &[role], now)?.into_iter().map(|one| one.person).collect())
}
