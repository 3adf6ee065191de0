//! What somebody loses who leaves the register, and who comes back does not get again.

use std::collections::HashSet;

use uuid::Uuid;
use wire::audit::Deed;

use super::Area;
use super::grants::{administers_all, in_words};
use super::store::grants::{self as rows, Held};
use super::{sessions, store};
use crate::audit::service::record_by;
use crate::audit::{Act, Doer};
use crate::devices;
use crate::places::View;
use crate::store::{QueryResult, Tx};

/// Why a role ended.
const LEFT: &str = "The person has left the register.";

/// Ends the roles of people who have left, in force or to come, and what stands for those roles; their
/// sessions; and the links and codes that they have not used. Each role's end is noted where the role was.
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
    devices::service::void_codes(tx, people)
}

/// Those of these people who administer the whole installation without an end.
pub fn administrators(tx: &mut Tx<'_>, people: &[Uuid]) -> QueryResult<HashSet<Uuid>> {
    let now = tx.now();
    let open = rows::open_of(tx.reading(), people, now)?;
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
