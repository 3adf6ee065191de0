//! Marks of seized offices, and what ends with them.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::access::store::PASSWORD;
use crate::on;
use crate::store::schema::{offices, one_time, people, sessions};
use crate::store::types::{At, Id, ids as keys};
use crate::store::{AnyConn, Tx};

/// Since when an office is seized, and who said so; none when it is not, or is not there.
pub(in crate::access) fn seizure(conn: &mut AnyConn, office: Uuid) -> QueryResult<Option<(DateTime<Utc>, Uuid)>> {
    let found: Option<(Option<At>, Option<Id>)> = on!(conn, |c| offices::table
        .find(Id(office))
        .select((offices::seized_at, offices::seized_by))
        .first(c)
        .optional())?;
    Ok(found.and_then(|(at, by)| Some((at?.0, by.map_or(Uuid::nil(), |by| by.0)))))
}

/// Those of these offices that are seized.
pub(in crate::access) fn seized_among(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<HashSet<Uuid>> {
    let rows: Vec<Id> = on!(conn, |c| offices::table
        .filter(offices::id.eq_any(keys(of.iter().copied())))
        .filter(offices::seized_at.is_not_null())
        .select(offices::id)
        .load(c))?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Marks an office as seized, or takes the mark away.
pub(in crate::access) fn mark_seized(tx: &mut Tx<'_>, office: Uuid, by: Option<Uuid>) -> QueryResult<()> {
    let since = by.map(|_| At(tx.now()));
    let set = (offices::seized_at.eq(since), offices::seized_by.eq(by.map(Id)));
    on!(tx.writing(), |c| diesel::update(offices::table.find(Id(office))).set(set).execute(c)).map(drop)
}

/// Some of an office's people who have a link that sets their password, unused.
pub(in crate::access) fn with_link(
    conn: &mut AnyConn,
    office: Uuid,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<Id> = on!(conn, |c| one_time::table
        .inner_join(people::table.on(one_time::person.eq(people::id.nullable())))
        .filter(people::office.eq(Id(office)))
        .filter(one_time::purpose.eq(PASSWORD).and(one_time::used_at.is_null()).and(one_time::expires_at.gt(At(now))))
        .select(people::id)
        .distinct()
        .limit(limit)
        .load(c))?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Some links that set a password, unused, which people of an office issued for whomever.
pub(in crate::access) fn links_issued_in(
    conn: &mut AnyConn,
    office: Uuid,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<Vec<u8>>> {
    on!(conn, |c| one_time::table
        .inner_join(people::table.on(one_time::issued_by.eq(people::id.nullable())))
        .filter(people::office.eq(Id(office)))
        .filter(one_time::purpose.eq(PASSWORD).and(one_time::used_at.is_null()).and(one_time::expires_at.gt(At(now))))
        .select(one_time::hash)
        .limit(limit)
        .load(c))
}

/// Makes links void.
pub(in crate::access) fn void(tx: &mut Tx<'_>, links: Vec<Vec<u8>>) -> QueryResult<()> {
    let now = At(tx.now());
    let unused = one_time::table.filter(one_time::hash.eq_any(links).and(one_time::used_at.is_null()));
    on!(tx.writing(), |c| diesel::update(unused).set(one_time::used_at.eq(now)).execute(c)).map(drop)
}

/// Some sessions of an office's people that nobody has ended: the session and its person.
pub(in crate::access) fn sessions_of_office(
    conn: &mut AnyConn,
    office: Uuid,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<([u8; 32], Uuid)>> {
    let rows: Vec<(Vec<u8>, Id)> = on!(conn, |c| sessions::table
        .inner_join(people::table.on(people::id.eq(sessions::person)))
        .filter(people::office.eq(Id(office)))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(At(now))))
        .order(sessions::id)
        .limit(limit)
        .select((sessions::id, sessions::person))
        .load(c))?;
    Ok(rows.into_iter().filter_map(|(id, person)| Some((id.try_into().ok()?, person.0))).collect())
}
