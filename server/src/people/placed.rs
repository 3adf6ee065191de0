//! Where lists say that people are for now.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::register::{CurrentPlace, PlaceBasis};

use super::store;
use super::whereabouts::begins;
use crate::places::{self, View};
use crate::store::vault::Vault;
use crate::store::{AnyConn, QueryResult, Tx};

/// Where a list says that somebody is for now: the country and the end are checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Placed {
    /// Country code.
    pub country: String,
    /// In words.
    pub place: Option<String>,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// Where these people are for now, whoever said so.
pub fn places_now(conn: &mut AnyConn, vault: &Vault, of: &[Uuid]) -> QueryResult<HashMap<Uuid, CurrentPlace>> {
    store::current_places(conn, vault, of)
}

/// Whether a list may say where somebody is: what the person or an operator said of now is newer than
/// any list.
pub fn may_place(known: Option<&CurrentPlace>, now: DateTime<Utc>) -> bool {
    known.is_none_or(|known| known.basis == PlaceBasis::Import || known.until <= now)
}

/// Notes where people are for now, as a list says it, and lets their open cases hear of it. `by` sent
/// the list. Who said something newer, and what is over already, is left out.
pub fn place_many(tx: &mut Tx<'_>, view: &View, by: Uuid, people: &[(Uuid, Placed)]) -> QueryResult<()> {
    let now = tx.now();
    let of: Vec<Uuid> = people.iter().map(|(person, _)| *person).collect();
    let vault = tx.vault();
    let known = store::current_places(tx.reading(), vault, &of)?;
    // Those whom the import still hides too: nobody sees a person's place before the person.
    let rows = store::rows_of(tx.reading(), of.iter().copied())?;
    let organisations: HashMap<Uuid, Uuid> =
        rows.into_iter().filter_map(|row| Some((row.id.0, row.organisation?.0))).collect();
    for (person, placed) in people {
        if placed.until <= now || !may_place(known.get(person), now) {
            continue;
        }
        let Some(organisation) = organisations.get(person).copied() else { continue };
        let office = places::service::office_in(tx.reading(), organisation, &placed.country)?;
        let scope = office.map_or(organisation, |office| office.id);
        let Placed { country, place, until } = placed.clone();
        let place = CurrentPlace { country, place, from: now, until, basis: PlaceBasis::Import };
        store::put_current_place(tx, *person, &place, (scope, by))?;
        begins(tx, view, *person)?;
    }
    Ok(())
}
