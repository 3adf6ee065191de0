//! Whom tokens noted as having left within a day, and how many people there are.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::on;
use crate::store::schema::{people, scim_departures};
use crate::store::types::{At, Id};
use crate::store::{AnyConn, Tx};

/// How many people of an organisation have not left, and how many tokens noted as having left since.
pub(in crate::scim) fn counts(conn: &mut AnyConn, organisation: Uuid, since: DateTime<Utc>) -> QueryResult<(i64, i64)> {
    let present: i64 = on!(conn, |c| people::table
        .filter(people::organisation.eq(Some(Id(organisation))))
        .filter(people::left_at.is_null())
        .count()
        .get_result(c))?;
    let gone: i64 = on!(conn, |c| scim_departures::table
        .filter(scim_departures::organisation.eq(Id(organisation)))
        .filter(scim_departures::noted_at.gt(At(since)))
        .count()
        .get_result(c))?;
    Ok((present, gone))
}

/// Notes that a token said so of somebody, and forgets what was noted before `old`.
pub(in crate::scim) fn note(
    tx: &mut Tx<'_>,
    (person, organisation, token): (Uuid, Uuid, Uuid),
    old: DateTime<Utc>,
) -> QueryResult<()> {
    let now = At(tx.now());
    let forgotten = scim_departures::table
        .filter(scim_departures::organisation.eq(Id(organisation)))
        .filter(scim_departures::noted_at.le(At(old)));
    on!(tx.writing(), |c| diesel::delete(forgotten).execute(c))?;
    forget(tx, person)?;
    let row = (
        scim_departures::person.eq(Id(person)),
        scim_departures::organisation.eq(Id(organisation)),
        scim_departures::token.eq(Id(token)),
        scim_departures::noted_at.eq(now),
    );
    on!(tx.writing(), |c| diesel::insert_into(scim_departures::table).values(row).execute(c)).map(drop)
}

/// They are back.
pub(in crate::scim) fn forget(tx: &mut Tx<'_>, person: Uuid) -> QueryResult<()> {
    on!(tx.writing(), |c| diesel::delete(scim_departures::table.find(Id(person))).execute(c)).map(drop)
}
