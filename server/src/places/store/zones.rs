//! Rows of warden zones.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::on;
use crate::places::Zone;
use crate::store::schema::warden_zones;
use crate::store::types::{At, Id, ids};
use crate::store::{AnyConn, Tx};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = warden_zones, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    country: String,
    area: Option<Id>,
    name: String,
    boundary: Option<String>,
    unreachable_since: Option<At>,
    alerted_at: Option<At>,
    created_at: At,
}

/// A zone with what is not kept in memory.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::places) struct Whole {
    pub(in crate::places) zone: Zone,
    /// A GeoJSON geometry.
    pub(in crate::places) boundary: Option<String>,
    /// Since when it has had no reachable warden.
    pub(in crate::places) unreachable_since: Option<DateTime<Utc>>,
    /// When everybody was told so.
    pub(in crate::places) alerted_at: Option<DateTime<Utc>>,
}

impl From<Row> for Whole {
    fn from(row: Row) -> Self {
        let Row { id, country, area, name, boundary, unreachable_since, alerted_at, created_at: _ } = row;
        Self {
            zone: Zone { id: id.0, country, area: area.map(|area| area.0), name },
            boundary,
            unreachable_since: unreachable_since.map(|at| at.0),
            alerted_at: alerted_at.map(|at| at.0),
        }
    }
}

pub(in crate::places) fn load(conn: &mut AnyConn) -> QueryResult<Vec<Zone>> {
    let rows: Vec<(Id, String, Option<Id>, String)> = on!(conn, |c| warden_zones::table
        .filter(warden_zones::ended_at.is_null())
        .select((warden_zones::id, warden_zones::country, warden_zones::area, warden_zones::name))
        .load(c))?;
    let zone = |(id, country, area, name): (Id, String, Option<Id>, String)| Zone {
        id: id.0,
        country,
        area: area.map(|area| area.0),
        name,
    };
    Ok(rows.into_iter().map(zone).collect())
}

/// Every zone that has not ended, by country and name.
pub(in crate::places) fn all(conn: &mut AnyConn) -> QueryResult<Vec<Whole>> {
    let rows: Vec<Row> = on!(conn, |c| warden_zones::table
        .filter(warden_zones::ended_at.is_null())
        .order((warden_zones::country, warden_zones::name))
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Those of these zones that have not ended, in the order of their identifiers.
pub(in crate::places) fn some(conn: &mut AnyConn, zones: &[Uuid]) -> QueryResult<Vec<Whole>> {
    let rows: Vec<Row> = on!(conn, |c| warden_zones::table
        .filter(warden_zones::ended_at.is_null().and(warden_zones::id.eq_any(ids(zones.iter().copied()))))
        .order(warden_zones::id)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(in crate::places) fn find(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Whole>> {
    Ok(some(conn, &[id])?.pop())
}

/// Whether another zone of the country goes by a name, one that has ended too.
pub(in crate::places) fn name_taken(conn: &mut AnyConn, zone: &Zone) -> QueryResult<bool> {
    let found = warden_zones::table.filter(
        warden_zones::country
            .eq(&zone.country)
            .and(warden_zones::name.eq(&zone.name))
            .and(warden_zones::id.ne(Id(zone.id))),
    );
    on!(conn, |c| diesel::select(diesel::dsl::exists(found)).get_result(c))
}

/// A new zone has no warden yet, from now on.
pub(in crate::places) fn insert(tx: &mut Tx<'_>, zone: &Zone, boundary: Option<&str>) -> QueryResult<()> {
    let now = At(tx.now());
    let row = Row {
        id: Id(zone.id),
        country: zone.country.clone(),
        area: zone.area.map(Id),
        name: zone.name.clone(),
        boundary: boundary.map(str::to_owned),
        unreachable_since: Some(now),
        alerted_at: None,
        created_at: now,
    };
    on!(tx.writing(), |c| diesel::insert_into(warden_zones::table).values(&row).execute(c)).map(drop)
}

pub(in crate::places) fn update(tx: &mut Tx<'_>, zone: &Zone, boundary: Option<&str>) -> QueryResult<()> {
    let row = warden_zones::table.find(Id(zone.id));
    on!(tx.writing(), |c| diesel::update(row)
        .set((
            warden_zones::name.eq(&zone.name),
            warden_zones::area.eq(zone.area.map(Id)),
            warden_zones::boundary.eq(boundary),
        ))
        .execute(c))
    .map(drop)
}

/// Notes since when a zone has had no reachable warden, and when everybody was told.
pub(in crate::places) fn note_watch(
    tx: &mut Tx<'_>,
    zone: Uuid,
    since: Option<DateTime<Utc>>,
    alerted: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    let row = warden_zones::table.find(Id(zone));
    on!(tx.writing(), |c| diesel::update(row)
        .set((warden_zones::unreachable_since.eq(since.map(At)), warden_zones::alerted_at.eq(alerted.map(At))))
        .execute(c))
    .map(drop)
}

pub(in crate::places) fn end(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let (row, now) = (warden_zones::table.find(Id(id)), At(tx.now()));
    on!(tx.writing(), |c| diesel::update(row).set(warden_zones::ended_at.eq(Some(now))).execute(c)).map(drop)
}
