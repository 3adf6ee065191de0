//! Tokens by hash and by organisation.

use diesel::prelude::*;
use uuid::Uuid;
use wire::tokens::ServiceToken;

use crate::on;
use crate::store::schema::{people, service_tokens};
use crate::store::types::{At, Id, ids as keys};
use crate::store::{AnyConn, Tx};

/// Most tokens that are listed.
const LISTED: i64 = 100;

/// Ends some tokens that people of an office issued; how many.
pub(in crate::scim) fn end_of_office(tx: &mut Tx<'_>, office: Uuid, limit: i64) -> QueryResult<usize> {
    let now = At(tx.now());
    let open: Vec<Id> = on!(tx.reading(), |c| service_tokens::table
        .inner_join(people::table.on(service_tokens::created_by.eq(people::id)))
        .filter(people::office.eq(Id(office)).and(service_tokens::ended_at.is_null()))
        .filter(service_tokens::expires_at.gt(now))
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
        }
    }
}

pub(in crate::scim) fn insert(tx: &mut Tx<'_>, token: &ServiceToken, hash: &[u8; 32]) -> QueryResult<()> {
    let row = (Row::from(token), service_tokens::hash.eq(hash.to_vec()));
    on!(tx.writing(), |c| diesel::insert_into(service_tokens::table).values(row).execute(c)).map(drop)
}

/// Writes what may change of a token.
pub(in crate::scim) fn update(tx: &mut Tx<'_>, token: &ServiceToken) -> QueryResult<()> {
    let row = Row::from(token);
    on!(tx.writing(), |c| diesel::update(service_tokens::table.find(row.id))
        .set((
            service_tokens::ended_at.eq(row.ended_at),
            service_tokens::departures.eq(row.departures),
            service_tokens::departures_until.eq(row.departures_until),
            service_tokens::stopped_at.eq(row.stopped_at),
        ))
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
