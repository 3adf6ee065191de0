//! Tokens by hash, by organisation and by who answers for them.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;
use wire::tokens::ServiceToken;

use crate::on;
use crate::store::schema::{people, service_tokens};
use crate::store::types::{At, Id, ids as keys};
use crate::store::{AnyConn, Tx};

/// How long a token goes on that nobody answers for: long enough to be seen by somebody who may take it over.
pub(in crate::scim) const KEPT: TimeDelta = TimeDelta::days(7);

/// Most tokens that are listed.
const LISTED: i64 = 100;

/// Ends some tokens that people of an office issued or answer for; how many. Whoever issued one was shown its secret, so
/// that it may be on a machine of the office, whoever answers for it now.
pub(in crate::scim) fn end_of_office(tx: &mut Tx<'_>, office: Uuid, limit: i64) -> QueryResult<usize> {
    let now = At(tx.now());
    let of_office = people::table.filter(people::office.eq(Id(office)));
    // Without a holder, its issuer answers for it.
    let issued = service_tokens::created_by.eq_any(of_office.select(people::id));
    let held = service_tokens::held_by.eq_any(of_office.select(people::id.nullable()));
    let open: Vec<Id> = on!(tx.reading(), |c| service_tokens::table
        .filter(service_tokens::ended_at.is_null().and(service_tokens::expires_at.gt(now)))
        .filter(issued.or(held))
        .select(service_tokens::id)
        .limit(limit)
        .load(c))?;
    if open.is_empty() {
        return Ok(0);
    }
    let ended = service_tokens::table.filter(service_tokens::id.eq_any(open));
    on!(tx.writing(), |c| diesel::update(ended).set(service_tokens::ended_at.eq(now)).execute(c))
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = service_tokens, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    organisation: Id,
    purpose: String,
    name: String,
    created_by: Id,
    created_at: At,
    expires_at: At,
    last_used_at: Option<At>,
    ended_at: Option<At>,
    departures: Option<i64>,
    departures_until: Option<At>,
    stopped_at: Option<At>,
    held_by: Option<Id>,
    unheld_since: Option<At>,
}

impl From<Row> for ServiceToken {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            organisation: row.organisation.0,
            purpose: row.purpose,
            name: row.name,
            created_by: row.created_by.0,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            last_used_at: row.last_used_at.map(|at| at.0),
            ended_at: row.ended_at.map(|at| at.0),
            departures: row.departures.and_then(|many| u32::try_from(many).ok()),
            departures_until: row.departures_until.map(|at| at.0),
            stopped_at: row.stopped_at.map(|at| at.0),
            held_by: row.held_by.unwrap_or(row.created_by).0,
            unheld_since: row.unheld_since.map(|at| at.0),
            ends_unheld_at: row.unheld_since.map(|at| at.0 + KEPT),
        }
    }
}

impl From<&ServiceToken> for Row {
    fn from(token: &ServiceToken) -> Self {
        Self {
            id: Id(token.id),
            organisation: Id(token.organisation),
            purpose: token.purpose.clone(),
            name: token.name.clone(),
            created_by: Id(token.created_by),
            created_at: At(token.created_at),
            expires_at: At(token.expires_at),
            last_used_at: token.last_used_at.map(At),
            ended_at: token.ended_at.map(At),
            departures: token.departures.map(i64::from),
            departures_until: token.departures_until.map(At),
            stopped_at: token.stopped_at.map(At),
            held_by: Some(Id(token.held_by)),
            unheld_since: token.unheld_since.map(At),
        }
    }
}

pub(in crate::scim) fn insert(tx: &mut Tx<'_>, token: &ServiceToken, hash: &[u8; 32]) -> QueryResult<()> {
    let row = (Row::from(token), service_tokens::hash.eq(hash.to_vec()));
    on!(tx.writing(), |c| diesel::insert_into(service_tokens::table).values(row).execute(c)).map(drop)
}

/// Writes what somebody may change of a token that was not ended; false when it was.
pub(in crate::scim) fn update(tx: &mut Tx<'_>, token: &ServiceToken) -> QueryResult<bool> {
    let row = Row::from(token);
    let open = service_tokens::table.filter(service_tokens::id.eq(row.id).and(service_tokens::ended_at.is_null()));
    let changed = on!(tx.writing(), |c| diesel::update(open)
        .set((
            service_tokens::ended_at.eq(row.ended_at),
            service_tokens::departures.eq(row.departures),
            service_tokens::departures_until.eq(row.departures_until),
            service_tokens::held_by.eq(row.held_by),
            service_tokens::unheld_since.eq(row.unheld_since),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Notes that a token was kept now from noting more people as having left.
pub(in crate::scim) fn stopped(tx: &mut Tx<'_>, token: Uuid) -> QueryResult<()> {
    let now = Some(At(tx.now()));
    on!(tx.writing(), |c| diesel::update(service_tokens::table.find(Id(token)))
        .set(service_tokens::stopped_at.eq(now))
        .execute(c))
    .map(drop)
}

/// Notes that a token was used now.
pub(in crate::scim) fn used(tx: &mut Tx<'_>, token: Uuid) -> QueryResult<()> {
    let now = Some(At(tx.now()));
    on!(tx.writing(), |c| diesel::update(service_tokens::table.find(Id(token)))
        .set(service_tokens::last_used_at.eq(now))
        .execute(c))
    .map(drop)
}

pub(in crate::scim) fn one(conn: &mut AnyConn, token: Uuid) -> QueryResult<Option<ServiceToken>> {
    let row: Option<Row> =
        on!(conn, |c| service_tokens::table.find(Id(token)).select(Row::as_select()).first(c).optional())?;
    Ok(row.map(ServiceToken::from))
}

pub(in crate::scim) fn by_hash(conn: &mut AnyConn, hash: &[u8; 32]) -> QueryResult<Option<ServiceToken>> {
    let row: Option<Row> = on!(conn, |c| service_tokens::table
        .filter(service_tokens::hash.eq(hash.as_slice()))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(ServiceToken::from))
}

/// The newest tokens of these organisations, ended ones too.
pub(in crate::scim) fn newest(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<Vec<ServiceToken>> {
    let rows: Vec<Row> = on!(conn, |c| service_tokens::table
        .filter(service_tokens::organisation.eq_any(keys(of.iter().copied())))
        .order((service_tokens::created_at.desc(), service_tokens::id.desc()))
        .limit(LISTED)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(ServiceToken::from).collect())
}

/// A token that works, and when it was last said that nobody answers for it.
pub(in crate::scim) type Open = (ServiceToken, Option<DateTime<Utc>>);

/// Every token that works.
pub(in crate::scim) fn open(conn: &mut AnyConn, now: DateTime<Utc>) -> QueryResult<Vec<Uuid>> {
    let ids: Vec<Id> = on!(conn, |c| service_tokens::table
        .filter(service_tokens::ended_at.is_null().and(service_tokens::expires_at.gt(At(now))))
        .order(service_tokens::id)
        .select(service_tokens::id)
        .load(c))?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// A token, if it works.
pub(in crate::scim) fn open_one(conn: &mut AnyConn, now: DateTime<Utc>, token: Uuid) -> QueryResult<Option<Open>> {
    let found: Option<(Row, Option<At>)> = on!(conn, |c| service_tokens::table
        .find(Id(token))
        .filter(service_tokens::ended_at.is_null().and(service_tokens::expires_at.gt(At(now))))
        .select((Row::as_select(), service_tokens::warned_at))
        .first(c)
        .optional())?;
    Ok(found.map(|(row, warned)| (row.into(), warned.map(|at| at.0))))
}

/// Tokens that work and that these people answer for.
pub(in crate::scim) fn open_of(conn: &mut AnyConn, now: DateTime<Utc>, people: &[Uuid]) -> QueryResult<Vec<Open>> {
    // COALESCE(held_by, created_by): a node of an earlier version names no holder of a token that it issues.
    let held = service_tokens::held_by.eq_any(keys(people.iter().copied()));
    let issued = service_tokens::created_by.eq_any(keys(people.iter().copied()));
    let rows: Vec<(Row, Option<At>)> = on!(conn, |c| service_tokens::table
        .filter(service_tokens::ended_at.is_null().and(service_tokens::expires_at.gt(At(now))))
        .filter(held.or(service_tokens::held_by.is_null().and(issued)))
        .order(service_tokens::id)
        .select((Row::as_select(), service_tokens::warned_at))
        .load(c))?;
    Ok(rows.into_iter().map(|(row, warned)| (row.into(), warned.map(|at| at.0))).collect())
}

/// Tokens that work and that nobody answers for, of these organisations or of all; the one that ends first is first.
pub(in crate::scim) fn unheld(
    conn: &mut AnyConn,
    now: DateTime<Utc>,
    of: Option<Vec<Uuid>>,
) -> QueryResult<Vec<ServiceToken>> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut found = service_tokens::table
            .filter(service_tokens::ended_at.is_null().and(service_tokens::expires_at.gt(At(now))))
            .filter(service_tokens::unheld_since.is_not_null())
            .order((service_tokens::unheld_since, service_tokens::id))
            .select(Row::as_select())
            .into_boxed();
        if let Some(organisations) = of {
            found = found.filter(service_tokens::organisation.eq_any(keys(organisations)));
        }
        found.load(c)
    })?;
    Ok(rows.into_iter().map(ServiceToken::from).collect())
}

/// Notes since when nobody answers for a token, and when that was said; false when it was ended, or another node said
/// it since `earlier`.
pub(in crate::scim) fn note_unheld(
    tx: &mut Tx<'_>,
    (token, earlier): (Uuid, Option<DateTime<Utc>>),
    (since, warned): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
) -> QueryResult<bool> {
    let open = service_tokens::table.filter(service_tokens::id.eq(Id(token)).and(service_tokens::ended_at.is_null()));
    let set = (service_tokens::unheld_since.eq(since.map(At)), service_tokens::warned_at.eq(warned.map(At)));
    let conn = tx.writing();
    let noted = match earlier {
        Some(at) => {
            let open = open.filter(service_tokens::warned_at.eq(At(at)));
            on!(conn, |c| diesel::update(open).set(set).execute(c))?
        }
        None => {
            let open = open.filter(service_tokens::warned_at.is_null());
            on!(conn, |c| diesel::update(open).set(set).execute(c))?
        }
    };
    Ok(noted == 1)
}

/// Ends a token that was not ended; false when it was.
pub(in crate::scim) fn end(tx: &mut Tx<'_>, token: Uuid) -> QueryResult<bool> {
    let now = At(tx.now());
    let open = service_tokens::table.filter(service_tokens::id.eq(Id(token)).and(service_tokens::ended_at.is_null()));
    Ok(on!(tx.writing(), |c| diesel::update(open).set(service_tokens::ended_at.eq(now)).execute(c))? == 1)
}
