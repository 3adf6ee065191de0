//! Rows of sessions.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::on;
use crate::store::schema::sessions;
use crate::store::types::{At, Id, ids as keys};
use crate::store::{AnyConn, Tx};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
struct SessionRow {
    id: Vec<u8>,
    person: Id,
    created_at: At,
    expires_at: At,
    ended_at: Option<At>,
    device: Option<String>,
    second_factor_at: Option<At>,
    stepped_up_at: Option<At>,
    last_seen_at: Option<At>,
}

/// A session as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::access) struct Session {
    pub(in crate::access) id: [u8; 32],
    pub(in crate::access) person: Uuid,
    pub(in crate::access) started: DateTime<Utc>,
    pub(in crate::access) expires: DateTime<Utc>,
    pub(in crate::access) ended: bool,
    pub(in crate::access) device: String,
    pub(in crate::access) second_factor_at: Option<DateTime<Utc>>,
    pub(in crate::access) stepped_up_at: DateTime<Utc>,
    pub(in crate::access) last_seen: DateTime<Utc>,
}

/// How a session is opened.
#[derive(Debug, Clone)]
pub(in crate::access) struct Opening {
    /// In whose name.
    pub(in crate::access) person: Uuid,
    /// With which browser, as it says itself.
    pub(in crate::access) device: String,
    /// Whether a second factor was shown.
    pub(in crate::access) second_factor: bool,
}

impl SessionRow {
    fn session(self) -> Option<Session> {
        let started = self.created_at.0;
        Some(Session {
            id: self.id.try_into().ok()?,
            person: self.person.0,
            started,
            expires: self.expires_at.0,
            ended: self.ended_at.is_some(),
            device: self.device.unwrap_or_default(),
            second_factor_at: self.second_factor_at.map(|at| at.0),
            stepped_up_at: self.stepped_up_at.map_or(started, |at| at.0),
            last_seen: self.last_seen_at.map_or(started, |at| at.0),
        })
    }
}

pub(in crate::access) fn session(conn: &mut AnyConn, id: &[u8; 32]) -> QueryResult<Option<Session>> {
    let row: Option<SessionRow> =
        on!(conn, |c| sessions::table.find(id.as_slice()).select(SessionRow::as_select()).first(c).optional())?;
    Ok(row.and_then(SessionRow::session))
}

/// The sessions of these identifiers, as far as they are there.
pub(in crate::access) fn sessions(conn: &mut AnyConn, ids: &[[u8; 32]]) -> QueryResult<Vec<Session>> {
    let ids: Vec<&[u8]> = ids.iter().map(<[u8; 32]>::as_slice).collect();
    let rows: Vec<SessionRow> =
        on!(conn, |c| sessions::table.filter(sessions::id.eq_any(&ids)).select(SessionRow::as_select()).load(c))?;
    Ok(rows.into_iter().filter_map(SessionRow::session).collect())
}

/// The sessions whose identifier begins with these bytes: what a session is called to others.
pub(in crate::access) fn sessions_named(conn: &mut AnyConn, name: Uuid) -> QueryResult<Vec<Session>> {
    let bounds = |filler: u8| [name.as_bytes().as_slice(), &[filler; 16]].concat();
    let rows: Vec<SessionRow> = on!(conn, |c| sessions::table
        .filter(sessions::id.ge(bounds(0)).and(sessions::id.le(bounds(0xff))))
        .select(SessionRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().filter_map(SessionRow::session).collect())
}

pub(in crate::access) fn insert_session(
    tx: &mut Tx<'_>,
    id: &[u8; 32],
    opening: &Opening,
    expires: DateTime<Utc>,
) -> QueryResult<()> {
    let now = At(tx.now());
    let row = SessionRow {
        id: id.to_vec(),
        person: Id(opening.person),
        created_at: now,
        expires_at: At(expires),
        ended_at: None,
        device: Some(opening.device.clone()),
        second_factor_at: opening.second_factor.then_some(now),
        stepped_up_at: Some(now),
        last_seen_at: Some(now),
    };
    on!(tx.writing(), |c| diesel::insert_into(sessions::table).values(&row).execute(c)).map(drop)
}

/// Ends a session; false when it had ended already.
pub(in crate::access) fn end_session(tx: &mut Tx<'_>, id: &[u8; 32], by: Option<Uuid>) -> QueryResult<bool> {
    let now = At(tx.now());
    let open = sessions::table.filter(sessions::id.eq(id.as_slice()).and(sessions::ended_at.is_null()));
    let end = (sessions::ended_at.eq(now), sessions::ended_by.eq(by.map(Id)));
    let ended = on!(tx.writing(), |c| diesel::update(open).set(end).execute(c))?;
    Ok(ended == 1)
}

/// The sessions of a person that are open now, the newest first.
pub(in crate::access) fn sessions_of(
    conn: &mut AnyConn,
    person: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Session>> {
    let rows: Vec<SessionRow> = on!(conn, |c| sessions::table
        .filter(sessions::person.eq(Id(person)).and(sessions::ended_at.is_null()).and(sessions::expires_at.gt(At(now))))
        .order((sessions::created_at.desc(), sessions::id))
        .select(SessionRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().filter_map(SessionRow::session).collect())
}

/// The sessions of these people that are open now: the session and its person.
pub(in crate::access) fn open_sessions_of(
    conn: &mut AnyConn,
    people: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<Vec<([u8; 32], Uuid)>> {
    let rows: Vec<(Vec<u8>, Id)> = on!(conn, |c| sessions::table
        .filter(sessions::person.eq_any(keys(people.iter().copied())))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(At(now))))
        .select((sessions::id, sessions::person))
        .load(c))?;
    Ok(rows.into_iter().filter_map(|(id, person)| Some((id.try_into().ok()?, person.0))).collect())
}

/// Notes that who is at a session proved anew who they are, and by what.
pub(in crate::access) fn step_up(tx: &mut Tx<'_>, id: &[u8; 32], second_factor: bool) -> QueryResult<()> {
    let now = At(tx.now());
    let row = sessions::table.find(id.as_slice());
    if second_factor {
        let both = (sessions::stepped_up_at.eq(now), sessions::second_factor_at.eq(now));
        on!(tx.writing(), |c| diesel::update(row).set(both).execute(c)).map(drop)
    } else {
        on!(tx.writing(), |c| diesel::update(row).set(sessions::stepped_up_at.eq(now)).execute(c)).map(drop)
    }
}

/// Notes that a second factor was shown in a session.
pub(in crate::access) fn show_second_factor(tx: &mut Tx<'_>, id: &[u8; 32]) -> QueryResult<()> {
    let now = At(tx.now());
    let row = sessions::table.find(id.as_slice());
    on!(tx.writing(), |c| diesel::update(row).set(sessions::second_factor_at.eq(now)).execute(c)).map(drop)
}

/// Notes that sessions are in use.
pub(in crate::access) fn see_sessions(tx: &mut Tx<'_>, ids: &[[u8; 32]]) -> QueryResult<()> {
    let now = At(tx.now());
    let ids: Vec<&[u8]> = ids.iter().map(<[u8; 32]>::as_slice).collect();
    let rows = sessions::table.filter(sessions::id.eq_any(&ids));
    on!(tx.writing(), |c| diesel::update(rows).set(sessions::last_seen_at.eq(now)).execute(c)).map(drop)
}

/// Forgets at most `limit` sessions that would have run out before a time, and says how many.
pub(in crate::access) fn forget_sessions(tx: &mut Tx<'_>, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old = sessions::table.filter(sessions::expires_at.lt(At(before))).select(sessions::id).limit(limit);
    let old: Vec<Vec<u8>> = on!(tx.reading(), |c| old.load(c))?;
    let found = sessions::table.filter(sessions::id.eq_any(old));
    on!(tx.writing(), |c| diesel::delete(found).execute(c))
}
