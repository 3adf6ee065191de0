//! Where people are for now.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use uuid::Uuid;
use wire::register::{CurrentPlace, PlaceBasis};

use crate::on;
use crate::store::schema::current_places;
use crate::store::types::{At, Id, ids as keys};
use crate::store::vault::{Vault, unsealable};
use crate::store::{AnyConn, Tx};

/// Column whose key seals the place in words.
const PLACE: &str = "current_places.place";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = current_places, treat_none_as_default_value = false)]
struct PlaceRow {
    person: Id,
    country: String,
    office: Option<Id>,
    place: Option<Vec<u8>>,
    from_at: At,
    until_at: At,
    basis: String,
    set_by: Option<Id>,
    set_at: At,
}

/// Where it is sealed to: its table, column and row.
fn sealed_to(person: Uuid) -> Vec<u8> {
    [PLACE.as_bytes(), b"/", person.as_bytes()].concat()
}

/// The country where somebody is set to be, now or later.
pub(in crate::people) fn current_country(conn: &mut AnyConn, person: Uuid) -> QueryResult<Option<String>> {
    on!(conn, |c| current_places::table.find(Id(person)).select(current_places::country).first(c).optional())
}

/// The scopes that hear of these people for where they are now.
pub(in crate::people) fn scopes_now(conn: &mut AnyConn, of: &[Uuid], now: DateTime<Utc>) -> QueryResult<Vec<Uuid>> {
    let of = keys(of.iter().copied());
    let rows: Vec<Option<Id>> = on!(conn, |c| current_places::table
        .filter(current_places::person.eq_any(&of))
        .filter(current_places::from_at.le(At(now)).and(current_places::until_at.gt(At(now))))
        .select(current_places::office)
        .load(c))?;
    Ok(rows.into_iter().flatten().map(|id| id.0).collect())
}

/// Where these people are for now, or will be.
pub(in crate::people) fn current_places(
    conn: &mut AnyConn,
    vault: &Vault,
    of: &[Uuid],
) -> QueryResult<HashMap<Uuid, CurrentPlace>> {
    if of.is_empty() {
        return Ok(HashMap::new());
    }
    let of = keys(of.iter().copied());
    let rows: Vec<PlaceRow> = on!(conn, |c| current_places::table
        .filter(current_places::person.eq_any(&of))
        .select(PlaceRow::as_select())
        .load(c))?;
    let key = vault.keyring().column(PLACE);
    let open = |row: PlaceRow| {
        let place = row.place.map(|sealed| key.open(&sealed_to(row.person.0), &sealed)).transpose();
        let place = place.map_err(unsealable)?.map(|plain| String::from_utf8_lossy(&plain).into_owned());
        let basis = PlaceBasis::from_word(&row.basis).unwrap_or(PlaceBasis::Operator);
        let (from, until) = (row.from_at.0, row.until_at.0);
        Ok((row.person.0, CurrentPlace { country: row.country, place, from, until, basis }))
    };
    rows.into_iter().map(open).collect()
}

/// Says where somebody is for now; what was said before is over. `scope` hears of it.
pub(in crate::people) fn put_current_place(
    tx: &mut Tx<'_>,
    person: Uuid,
    place: &CurrentPlace,
    (scope, by): (Uuid, Uuid),
) -> QueryResult<()> {
    let key = tx.vault().keyring().column(PLACE);
    let row = PlaceRow {
        person: Id(person),
        country: place.country.clone(),
        office: Some(Id(scope)),
        place: place.place.as_ref().map(|text| key.seal(&sealed_to(person), text.as_bytes())),
        from_at: At(place.from),
        until_at: At(place.until),
        basis: place.basis.word().to_owned(),
        set_by: Some(Id(by)),
        set_at: At(tx.now()),
    };
    on!(tx.writing(), |c| diesel::insert_into(current_places::table)
        .values(&row)
        .on_conflict(current_places::person)
        .do_update()
        .set((
            current_places::country.eq(excluded(current_places::country)),
            current_places::office.eq(excluded(current_places::office)),
            current_places::place.eq(excluded(current_places::place)),
            current_places::from_at.eq(excluded(current_places::from_at)),
            current_places::until_at.eq(excluded(current_places::until_at)),
            current_places::basis.eq(excluded(current_places::basis)),
            current_places::set_by.eq(excluded(current_places::set_by)),
            current_places::set_at.eq(excluded(current_places::set_at)),
        ))
        .execute(c))
    .map(drop)
}

/// Somebody is where they usually are. Returns whether they were elsewhere.
pub(in crate::people) fn clear_current_place(tx: &mut Tx<'_>, person: Uuid) -> QueryResult<bool> {
    let gone = on!(tx.writing(), |c| diesel::delete(current_places::table.find(Id(person))).execute(c))?;
    Ok(gone > 0)
}
