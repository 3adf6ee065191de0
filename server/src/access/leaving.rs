//! What somebody loses who leaves the register, and who comes back does not get again.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::{Permission, Role};
use wire::audit::Deed;

use super::grants::{administers_all, in_words};
use super::store::grants::{self as rows, Held};
use super::{Area, Operator, Reach, reach_of, sessions, store};
use crate::audit::service::record_by;
use crate::audit::{Act, Doer};
use crate::devices;
use crate::places::View;
use crate::scim;
use crate::store::{AnyConn, QueryResult, Tx};

/// Why a role ended.
const LEFT: &str = "The person has left the register.";

/// Ends the roles of people who have left, in force or to come, and what stands for those roles; their
/// sessions; and the links and codes that they have not used; and nobody answers for their tokens any more. Each role's end is noted where the role was.
/// Their phones stay theirs: a Not Okay from one still rings.
pub fn lose_access(tx: &mut Tx<'_>, view: &View, people: &[Uuid], by: Doer<'_>) -> QueryResult<()> {
    if people.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    for held in rows::open_of(tx.reading(), people, now)? {
        end(tx, view, held, by)?;
    }
    for (session, person) in store::open_sessions_of(tx.reading(), people, now)? {
        sessions::end_for(tx, &session, person, by.person())?;
    }
    store::void_links(tx, people)?;
    devices::service::void_codes(tx, people)?;
    scim::holders::leave_unheld(tx, view, people)
}

/// Where somebody may end roles by noting that their holders have left: what ending each of them by hand needs.
#[derive(Debug, Clone)]
pub struct Ending {
    by: Option<Uuid>,
    /// Where they may end the roles of wardens.
    wardens: Reach,
    /// Where they may end every other role.
    others: Reach,
}

impl Ending {
    /// Of somebody at a console.
    pub fn of(by: &Operator) -> Self {
        let others = by.may(Permission::GrantRoles).clone();
        Self { by: Some(by.person), wardens: others.union(by.may(Permission::AppointWardens)), others }
    }

    /// Of somebody as their grants stand now, whether or not they are signed in.
    pub fn of_person(conn: &mut AnyConn, view: &View, person: Uuid, now: DateTime<Utc>) -> QueryResult<Self> {
        let others = reach_of(conn, view, (person, Permission::GrantRoles), now)?;
        let wardens = others.union(&reach_of(conn, view, (person, Permission::AppointWardens), now)?);
        Ok(Self { by: Some(person), wardens, others })
    }

    /// Of who is at the machine: whoever can give it a command holds the database.
    pub const fn everywhere() -> Self {
        Self { by: None, wardens: Reach::Everything, others: Reach::Everything }
    }

    /// Whether they may end it: who may grant it may, and its holder.
    fn may(&self, held: &Held, view: &View) -> bool {
        let reach = if held.grant.role == Role::Warden { &self.wardens } else { &self.others };
        self.by == Some(held.person) || reach.covers(held.grant.area, view)
    }
}

/// Those of these people who hold a role, in force or to come, and whether every role of theirs may be ended so.
pub fn roles_ending(
    conn: &mut AnyConn,
    view: &View,
    people: &[Uuid],
    (ending, now): (&Ending, DateTime<Utc>),
) -> QueryResult<HashMap<Uuid, bool>> {
    let mut found: HashMap<Uuid, bool> = HashMap::new();
    for held in rows::open_of(conn, people, now)? {
        *found.entry(held.person).or_insert(true) &= ending.may(&held, view);
    }
    Ok(found)
}

/// How many roles each of these people holds, in force or to come; none are left out.
pub fn roles_held(conn: &mut AnyConn, people: &[Uuid], now: DateTime<Utc>) -> QueryResult<HashMap<Uuid, u32>> {
    let mut found: HashMap<Uuid, u32> = HashMap::new();
    for held in rows::open_of(conn, people, now)? {
        *found.entry(held.person).or_default() += 1;
    }
    Ok(found)
}

/// Those of these people who administer the whole installation without an end.
pub fn administrators(conn: &mut AnyConn, people: &[Uuid], now: DateTime<Utc>) -> QueryResult<HashSet<Uuid>> {
    let open = rows::open_of(conn, people, now)?;
    let all = open.iter().filter(|held| held.grant.area == Area::Installation && administers_all(held, now));
    Ok(all.map(|held| held.person).collect())
}

/// Those of these people who have a role, in force or to come, or an open session.
pub fn with_access(tx: &mut Tx<'_>, people: &[Uuid]) -> QueryResult<HashSet<Uuid>> {
    let now = tx.now();
    let mut found: HashSet<Uuid> = rows::open_of(tx.reading(), people, now)?.iter().map(|held| held.person).collect();
    found.extend(store::open_sessions_of(tx.reading(), people, now)?.into_iter().map(|(_, person)| person));
    Ok(found)
}

/// Ends a role, and before it those that it is the cause of.
fn end(tx: &mut Tx<'_>, view: &View, held: Held, by: Doer<'_>) -> QueryResult<()> {
    let mut ending = rows::caused_by(tx.reading(), held.id)?;
    ending.push(held);
    for one in ending {
        // Two people who leave together may have stood in for one another.
        if rows::end_grant(tx, one.id, by.person())? {
            let scopes: Vec<Uuid> = one.grant.area.scopes(view).into_iter().collect();
            let act = Act::new(Deed::RoleEnded, in_words(&one.grant, view)).on(one.person);
            record_by(tx, by, &scopes, act.because(LEFT))?;
        }
    }
    Ok(())
}
