//! Rows of grants.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;
use wire::access::{AreaKind, GrantOrigin, Role};

use crate::access::store::void_links;
use crate::access::{Area, CountryCode, Grant};
use crate::kernel::ids;
use crate::on;
use crate::store::schema::{grants, people};
use crate::store::types::{At, Id, ids as keys};
use crate::store::{AnyConn, Tx};

/// Most grants that a question answers at once.
const AT_ONCE: i64 = 500;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = grants, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    person: Id,
    role: String,
    area: String,
    area_id: Option<Id>,
    valid_from: At,
    valid_until: Option<At>,
    granted_by: Option<Id>,
    created_at: At,
    area_code: Option<String>,
    rank: Option<i64>,
    origin: Option<String>,
    cause: Option<Id>,
    letter: Option<String>,
    reason: Option<String>,
    ended_by: Option<Id>,
    ended_at: Option<At>,
}

/// A grant with all that is kept of it.
#[derive(Debug, Clone)]
pub(in crate::access) struct Held {
    pub(in crate::access) id: Uuid,
    pub(in crate::access) person: Uuid,
    pub(in crate::access) name: String,
    /// As it was granted: an early end is not in it.
    pub(in crate::access) grant: Grant,
    pub(in crate::access) more: More,
    pub(in crate::access) by: Option<Uuid>,
    pub(in crate::access) at: DateTime<Utc>,
    pub(in crate::access) ended: Option<(DateTime<Utc>, Option<Uuid>)>,
}

/// What a grant may say besides role, area and time.
#[derive(Debug, Clone, Default)]
pub(in crate::access) struct More {
    pub(in crate::access) rank: Option<u8>,
    pub(in crate::access) cause: Option<Uuid>,
    pub(in crate::access) letter: Option<String>,
    pub(in crate::access) reason: Option<String>,
}

impl Held {
    /// The grant with its real end.
    pub(in crate::access) fn effective(&self) -> Grant {
        let until = [self.grant.until, self.ended.map(|(at, _)| at)].into_iter().flatten().min();
        Grant { until, ..self.grant }
    }

    /// Whether it is in force or to come.
    pub(in crate::access) fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.effective().until.is_none_or(|until| now < until)
    }
}

impl Row {
    /// A role, area or origin that this version does not know grants nothing.
    fn held(self, name: String) -> Option<Held> {
        let area = AreaKind::from_word(&self.area);
        let country = self.area_code.as_deref();
        let area = area.and_then(|kind| Area::named(kind, self.area_id.map(|id| id.0), country).ok());
        let origin = self.origin.as_deref().map_or(Some(GrantOrigin::Appointment), GrantOrigin::from_word);
        let (Some(role), Some(area), Some(origin)) = (Role::from_word(&self.role), area, origin) else {
            tracing::warn!(grant = %self.id.0, "a grant of a role or area that this version does not know counts for nothing");
            return None;
        };
        Some(Held {
            id: self.id.0,
            person: self.person.0,
            name,
            grant: Grant { role, origin, area, from: self.valid_from.0, until: self.valid_until.map(|at| at.0) },
            more: More {
                rank: self.rank.and_then(|rank| u8::try_from(rank).ok()),
                cause: self.cause.map(|cause| cause.0),
                letter: self.letter,
                reason: self.reason,
            },
            by: self.granted_by.map(|by| by.0),
            at: self.created_at.0,
            ended: self.ended_at.map(|at| (at.0, self.ended_by.map(|by| by.0))),
        })
    }
}

fn held(rows: Vec<(Row, String)>) -> Vec<Held> {
    rows.into_iter().filter_map(|(row, name)| row.held(name)).collect()
}

macro_rules! named {
    () => {
        grants::table
            .inner_join(people::table.on(people::id.eq(grants::person)))
            .select((Row::as_select(), people::name))
    };
}

/// What a person was granted, as far as it counts or counted: with early ends.
pub(in crate::access) fn grants_of(conn: &mut AnyConn, person: Uuid) -> QueryResult<Vec<Grant>> {
    let rows: Vec<Row> =
        on!(conn, |c| grants::table.filter(grants::person.eq(Id(person))).select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().filter_map(|row| row.held(String::new())).map(|held| held.effective()).collect())
}

/// [`grants_of`] several people.
pub(in crate::access) fn grants_of_many(conn: &mut AnyConn, people: &[Uuid]) -> QueryResult<HashMap<Uuid, Vec<Grant>>> {
    let rows: Vec<Row> = on!(conn, |c| grants::table
        .filter(grants::person.eq_any(keys(people.iter().copied())))
        .select(Row::as_select())
        .load(c))?;
    let mut all: HashMap<Uuid, Vec<Grant>> = HashMap::new();
    for held in rows.into_iter().filter_map(|row| row.held(String::new())) {
        all.entry(held.person).or_default().push(held.effective());
    }
    Ok(all)
}

/// Everything that a person was ever granted, the newest first.
pub(in crate::access) fn held_by(conn: &mut AnyConn, person: Uuid) -> QueryResult<Vec<Held>> {
    let rows = on!(conn, |c| named!().filter(grants::person.eq(Id(person))).order(grants::id.desc()).load(c))?;
    Ok(held(rows))
}

/// One grant.
pub(in crate::access) fn grant(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Held>> {
    let rows = on!(conn, |c| named!().filter(grants::id.eq(Id(id))).load(c))?;
    Ok(held(rows).pop())
}

/// Grants over an area that were not ended early, whoever holds them.
pub(in crate::access) fn over(conn: &mut AnyConn, area: Area) -> QueryResult<Vec<Held>> {
    let kind = area.kind().word();
    let rows = match (area.id(), area.country()) {
        (Some(id), _) => on!(conn, |c| named!()
            .filter(grants::area_id.eq(Id(id)).and(grants::area.eq(kind)).and(grants::ended_at.is_null()))
            .load(c))?,
        (None, Some(country)) => on!(conn, |c| named!()
            .filter(grants::area_code.eq(country.as_str()).and(grants::area.eq(kind)).and(grants::ended_at.is_null()))
            .load(c))?,
        (None, None) => on!(conn, |c| named!().filter(grants::area.eq(kind).and(grants::ended_at.is_null())).load(c))?,
    };
    Ok(held(rows))
}

/// Keeps the grants over the whole installation from other nodes until the transaction ends, so that of two who would
/// leave it without anybody the second sees what the first did. SQLite has one writer.
pub(in crate::access) fn lock_installation(tx: &mut Tx<'_>) -> QueryResult<()> {
    let AnyConn::Pg(conn) = tx.reading() else { return Ok(()) };
    let all = grants::table
        .filter(grants::area.eq(AreaKind::Installation.word()).and(grants::ended_at.is_null()))
        .order(grants::id)
        .select(grants::id)
        .for_update();
    all.load::<Id>(conn).map(drop)
}

/// Grants that end with another, and were not ended before.
pub(in crate::access) fn caused_by(conn: &mut AnyConn, cause: Uuid) -> QueryResult<Vec<Held>> {
    let rows = on!(conn, |c| named!().filter(grants::cause.eq(Id(cause)).and(grants::ended_at.is_null())).load(c))?;
    Ok(held(rows))
}

/// Grants of these people that are in force or to come.
pub(in crate::access) fn open_of(conn: &mut AnyConn, people: &[Uuid], now: DateTime<Utc>) -> QueryResult<Vec<Held>> {
    let rows = on!(conn, |c| named!()
        .filter(grants::person.eq_any(keys(people.iter().copied())))
        .filter(grants::ended_at.is_null())
        .filter(grants::valid_until.is_null().or(grants::valid_until.gt(At(now))))
        .order(grants::id)
        .load(c))?;
    Ok(held(rows))
}

/// A piece of all grants, the newest first, older than `before`; and where the next piece begins.
pub(in crate::access) fn piece(conn: &mut AnyConn, before: Option<Uuid>) -> QueryResult<(Vec<Held>, Option<Uuid>)> {
    let before = before.unwrap_or(Uuid::max());
    let rows: Vec<(Row, String)> =
        on!(conn, |c| named!().filter(grants::id.lt(Id(before))).order(grants::id.desc()).limit(AT_ONCE).load(c))?;
    let last = rows.last().map(|(row, _)| row.id.0).filter(|_| rows.len() as i64 == AT_ONCE);
    Ok((held(rows), last))
}

/// Whether anybody was ever made an administrator, whatever the area and time.
pub(in crate::access) fn any_administrator(conn: &mut AnyConn) -> QueryResult<bool> {
    let found = grants::table.filter(grants::role.eq(Role::Administrator.word()));
    on!(conn, |c| diesel::select(exists(found)).get_result(c))
}

/// Inserts a grant to a person, whose name is given for the answer. A link by which they may set their
/// password is void from now on: whoever has it was trusted with less.
pub(in crate::access) fn insert_grant(
    tx: &mut Tx<'_>,
    (person, name): (Uuid, &str),
    grant: Grant,
    more: More,
    by: Option<Uuid>,
) -> QueryResult<Held> {
    let now = tx.now();
    let id = ids::new(now);
    let row = Row {
        id: Id(id),
        person: Id(person),
        role: grant.role.word().to_owned(),
        area: grant.area.kind().word().to_owned(),
        area_id: grant.area.id().map(Id),
        valid_from: At(grant.from),
        valid_until: grant.until.map(At),
        granted_by: by.map(Id),
        created_at: At(now),
        area_code: grant.area.country().map(|country: CountryCode| country.as_str().to_owned()),
        rank: more.rank.map(i64::from),
        origin: Some(grant.origin.word().to_owned()),
        cause: more.cause.map(Id),
        letter: more.letter.clone(),
        reason: more.reason.clone(),
        ended_by: None,
        ended_at: None,
    };
    on!(tx.writing(), |c| diesel::insert_into(grants::table).values(&row).execute(c))?;
    void_links(tx, &[person])?;
    Ok(Held { id, person, name: name.to_owned(), grant, more, by, at: now, ended: None })
}

/// Ends a grant early; false when it was ended before.
pub(in crate::access) fn end_grant(tx: &mut Tx<'_>, id: Uuid, by: Option<Uuid>) -> QueryResult<bool> {
    let set = (grants::ended_at.eq(Some(At(tx.now()))), grants::ended_by.eq(by.map(Id)));
    let open = grants::table.filter(grants::id.eq(Id(id)).and(grants::ended_at.is_null()));
    Ok(on!(tx.writing(), |c| diesel::update(open).set(set).execute(c))? == 1)
}
