//! Attempts to raise, as they came: rows and queries.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::kernel::ids;
use crate::kernel::seal::SealKey;
use crate::on;
use crate::store::schema::attempts;
use crate::store::types::{At, Id, ids as id_columns};
use crate::store::{AnyConn, Tx};

/// The cases whose newest taps these are.
pub fn of_taps(conn: &mut AnyConn, taps: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid)>> {
    let rows: Vec<(Id, Id)> = on!(conn, |c| attempts::table
        .filter(attempts::event.eq_any(id_columns(taps.iter().copied())))
        .select((attempts::event, attempts::case_id))
        .load(c))?;
    Ok(rows.into_iter().map(|(tap, case)| (tap.0, case.0)).collect())
}

/// An attempt to raise, as it came.
pub struct Attempt<'a> {
    /// The person whose key it is.
    pub actor: Uuid,
    /// The key.
    pub key: Uuid,
    /// The case it made or joined.
    pub case: Uuid,
    /// The event it caused; for a plain repeat the first one's.
    pub event: Uuid,
    /// SHA-256 of the body.
    pub body_hash: [u8; 32],
    /// The raw body.
    pub body: &'a [u8],
    /// `http` or `socket`.
    pub channel: &'a str,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attempts, treat_none_as_default_value = false)]
struct AttemptRow {
    id: Id,
    actor: Id,
    request_key: Id,
    attempt: i64,
    case_id: Id,
    event: Id,
    body_hash: Vec<u8>,
    body: Vec<u8>,
    channel: String,
    received_at: At,
}

/// What came before under a key.
pub struct Earlier {
    /// The case that the first attempt made or joined.
    pub case: Uuid,
    /// Its event.
    pub event: Uuid,
    /// When it was stored.
    pub stored_at: DateTime<Utc>,
    /// Hashes of all bodies so far.
    pub bodies: Vec<Vec<u8>>,
}

/// The attempts under a key; none when it is new.
pub fn earlier(tx: &mut Tx<'_>, actor: Uuid, key: Uuid) -> QueryResult<Option<Earlier>> {
    let rows: Vec<(Id, Id, At, Vec<u8>)> = on!(tx.reading(), |c| attempts::table
        .filter(attempts::actor.eq(Id(actor)).and(attempts::request_key.eq(Id(key))))
        .order(attempts::attempt)
        .select((attempts::case_id, attempts::event, attempts::received_at, attempts::body_hash))
        .load(c))?;
    let first = rows.first().map(|(case, event, at, _)| (case.0, event.0, at.0));
    Ok(first.map(|(case, event, stored_at)| Earlier {
        case,
        event,
        stored_at,
        bodies: rows.into_iter().map(|(_, _, _, hash)| hash).collect(),
    }))
}

/// Keeps an attempt, the `nth` under its key (0 is the first).
pub fn keep_attempt(tx: &mut Tx<'_>, attempt: &Attempt<'_>, nth: usize, key: &SealKey) -> QueryResult<()> {
    let id = ids::new(tx.now());
    let row = AttemptRow {
        id: Id(id),
        actor: Id(attempt.actor),
        request_key: Id(attempt.key),
        attempt: i64::try_from(nth).unwrap_or(i64::MAX),
        case_id: Id(attempt.case),
        event: Id(attempt.event),
        body_hash: attempt.body_hash.to_vec(),
        body: key.seal(id.as_bytes(), attempt.body),
        channel: attempt.channel.to_owned(),
        received_at: At(tx.now()),
    };
    on!(tx.writing(), |c| diesel::insert_into(attempts::table).values(&row).execute(c))?;
    Ok(())
}
