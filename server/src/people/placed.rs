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

/// Where somebody is for a time: the country and the end are checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Stay {
    /// Country code.
    pub country: String,
    /// In words.
    pub place: Option<String>,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// Where a list says that somebody is for now, and where they were noted to be when it was compared.
#[derive(Clone, PartialEq, Eq)]
pub struct Placed {
    /// None where they usually are.
    pub now: Option<Stay>,
    /// As it was noted before.
    pub before: Option<CurrentPlace>,
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
/// the list. Of whom somebody said something since it was compared, and what is over already, is left out.
pub fn place_many(tx: &mut Tx<'_>, view: &View, by: Uuid, people: &[(Uuid, Placed)]) -> QueryResult<()> {
    let (now, known, organisations) = around(tx, people)?;
    for (person, placed) in people {
        if known.get(person) != placed.before.as_ref() || !may_place(known.get(person), now) {
            continue;
        }
        match &placed.now {
            Some(stay) if stay.until <= now => {}
            Some(stay) => {
                let Stay { country, place, until } = stay.clone();
                let place = CurrentPlace { country, place, from: now, until, basis: PlaceBasis::Import };
                put(tx, (view, &organisations), (*person, by), &place)?;
            }
            None => drop(store::clear_current_place(tx, *person)?),
        }
    }
    Ok(())
}

/// Notes where people were before a list said where they are, unless somebody said something since.
pub fn replace_many(tx: &mut Tx<'_>, view: &View, by: Uuid, people: &[(Uuid, Placed)]) -> QueryResult<()> {
    let (now, known, organisations) = around(tx, people)?;
    for (person, Placed { now: said, before }) in people {
        let is_as_said = match (known.get(person), said) {
            (None, None) => true,
            (Some(known), Some(said)) => {
                let Stay { country, place, until } = said;
                known.basis == PlaceBasis::Import
                    && (&known.country, &known.place, &known.until) == (country, place, until)
            }
            _ => false,
        };
        match before {
            _ if !is_as_said => {}
            Some(before) if before.until > now => put(tx, (view, &organisations), (*person, by), before)?,
            _ => drop(store::clear_current_place(tx, *person)?),
        }
    }
    Ok(())
}

/// The time, where these people are noted to be, and their organisations.
type Now = (DateTime<Utc>, HashMap<Uuid, CurrentPlace>, HashMap<Uuid, Uuid>);

fn around(tx: &mut Tx<'_>, people: &[(Uuid, Placed)]) -> QueryResult<Now> {
    let of: Vec<Uuid> = people.iter().map(|(person, _)| *person).collect();
    let vault = tx.vault();
    let known = store::current_places(tx.reading(), vault, &of)?;
    // Those whom the import still hides too: nobody sees a person's place before the person.
    let rows = store::rows_of(tx.reading(), of)?;
    let organisations = rows.into_iter().filter_map(|row| Some((row.id.0, row.organisation?.0))).collect();
    Ok((tx.now(), known, organisations))
}

fn put(
    tx: &mut Tx<'_>,
    (view, organisations): (&View, &HashMap<Uuid, Uuid>),
    (person, by): (Uuid, Uuid),
    place: &CurrentPlace,
) -> QueryResult<()> {
    let Some(organisation) = organisations.get(&person).copied() else { return Ok(()) };
    let office = places::service::open_office_in(tx.reading(), organisation, &place.country)?;
    let scope = office.map_or(organisation, |office| office.id);
    store::put_current_place(tx, person, place, (scope, by))?;
    begins(tx, view, person)
}
