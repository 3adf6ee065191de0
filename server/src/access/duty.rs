//! Who holds a role over one of some areas: whom to call.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Role;

use super::{Area, Reach, seized_since, store};
use crate::people;
use crate::places::View;
use crate::store::{AnyConn, QueryResult};

/// Somebody with a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDuty {
    /// The person.
    pub person: Uuid,
    /// Their name.
    pub name: String,
    /// The first of their roles that was asked for.
    pub role: Role,
}

/// Everybody who has one of these roles over one of these areas at this time, each once, in the order of the roles: not
/// those who have left, nor those whose office is seized.
pub fn holders(conn: &mut AnyConn, areas: &[Area], roles: &[Role], now: DateTime<Utc>) -> QueryResult<Vec<OnDuty>> {
    let mut found: Vec<(usize, Uuid)> = Vec::new();
    for area in areas {
        for held in store::grants::over(conn, *area)? {
            let rank = roles.iter().position(|role| *role == held.grant.role);
            if let Some(rank) = rank.filter(|_| held.effective().holds(now)) {
                found.push((rank, held.person));
            }
        }
    }
    found.sort_unstable();
    let mut people: Vec<OnDuty> = Vec::new();
    for (rank, person) in found {
        if people.iter().any(|known| known.person == person) {
            continue;
        }
        let Some(role) = roles.get(rank).copied() else { continue };
        let Some(identity) = people::service::identity(conn, person)?.filter(|one| !one.left) else { continue };
        if seized_since(conn, identity.office)?.is_none() {
            people.push(OnDuty { person, name: identity.name, role });
        }
    }
    Ok(people)
}

/// Those of these people who hold a role over all of an area at this time, or, when `soon`, will some day.
pub fn holding(
    conn: &mut AnyConn,
    view: &View,
    people: &[Uuid],
    (role, area): (Role, Area),
    (now, soon): (DateTime<Utc>, bool),
) -> QueryResult<BTreeSet<Uuid>> {
    let mut found = BTreeSet::new();
    for chunk in people.chunks(500) {
        for held in store::grants::open_of(conn, chunk, now)? {
            let grant = held.effective();
            let over = grant.role == role && Reach::of([grant.area], view).covers(area, view);
            if over && (soon || grant.holds(now)) {
                found.insert(held.person);
            }
        }
    }
    Ok(found)
}
