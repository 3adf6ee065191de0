//! Where people are for now.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::on;
use crate::store::AnyConn;
use crate::store::schema::current_places;
use crate::store::types::{At, Id};

/// The country where somebody is set to be, now or later.
pub(in crate::people) fn current_country(conn: &mut AnyConn, person: Uuid) -> QueryResult<Option<String>> {
    on!(conn, |c| current_places::table.find(Id(person)).select(current_places::country).first(c).optional())
}

/// The scopes that hear of these people for where they are now.
pub(in crate::people) fn scopes_now(conn: &mut AnyConn, of: &[Uuid], now: DateTime<Utc>) -> QueryResult<Vec<Uuid>> {
    let of: Vec<Id> = of.iter().copied().map(Id).collect();
    let rows: Vec<Option<Id>> = on!(conn, |c| current_places::table
        .filter(current_places::person.eq_any(&of))
        .filter(current_places::from_at.le(At(now)).and(current_places::until_at.gt(At(now))))
        .select(current_places::office)
        .load(c))?;
    Ok(rows.into_iter().flatten().map(|id| id.0).collect())
}
