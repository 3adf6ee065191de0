//! Rows of policies.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use uuid::Uuid;

use super::Ladder;
use crate::on;
use crate::store::schema::escalation_policies;
use crate::store::types::{At, Id, ids};
use crate::store::{AnyConn, SqlError, Tx};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = escalation_policies, treat_none_as_default_value = false)]
struct Row {
    area: Id,
    revision: i64,
    plan: String,
    changed_at: At,
    changed_by: String,
}

/// A policy as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) area: Uuid,
    pub(super) revision: i64,
    pub(super) ladder: Ladder,
    pub(super) changed_at: DateTime<Utc>,
    pub(super) changed_by: String,
}

impl Row {
    fn kept(self) -> QueryResult<Kept> {
        let ladder = serde_json::from_str(&self.plan)
            .map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))?;
        Ok(Kept {
            area: self.area.0,
            revision: self.revision,
            ladder,
            changed_at: self.changed_at.0,
            changed_by: self.changed_by,
        })
    }
}

/// The policies of some areas. One that cannot be read is passed over: what is above it counts.
pub(super) fn of_areas(conn: &mut AnyConn, areas: &[Uuid]) -> QueryResult<Vec<Kept>> {
    let areas = ids(areas.iter().copied());
    let rows: Vec<Row> = on!(conn, |c| escalation_policies::table
        .filter(escalation_policies::area.eq_any(&areas))
        .select(Row::as_select())
        .load(c))?;
    Ok(readable(rows))
}

/// Every policy.
pub(super) fn all(conn: &mut AnyConn) -> QueryResult<Vec<Kept>> {
    let rows: Vec<Row> = on!(conn, |c| escalation_policies::table.select(Row::as_select()).load(c))?;
    Ok(readable(rows))
}

fn readable(rows: Vec<Row>) -> Vec<Kept> {
    let kept = |row: Row| {
        let area = row.area.0;
        row.kept().inspect_err(|why| tracing::error!(%area, %why, "a policy of calls cannot be read")).ok()
    };
    rows.into_iter().filter_map(kept).collect()
}

/// The revision of an area's policy; 0 where it has none.
pub(super) fn revision(conn: &mut AnyConn, area: Uuid) -> QueryResult<i64> {
    let found: Option<i64> = on!(conn, |c| escalation_policies::table
        .find(Id(area))
        .select(escalation_policies::revision)
        .first(c)
        .optional())?;
    Ok(found.unwrap_or(0))
}

/// Puts a policy in the place of the one that the area had; where another node has put one meanwhile that is an error, by
/// which the write is done again.
pub(super) fn put(tx: &mut Tx<'_>, kept: &Kept) -> QueryResult<()> {
    let plan = serde_json::to_string(&kept.ladder)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let row = Row {
        area: Id(kept.area),
        revision: kept.revision,
        plan,
        changed_at: At(kept.changed_at),
        changed_by: kept.changed_by.clone(),
    };
    if kept.revision == 1 {
        return on!(tx.writing(), |c| diesel::insert_into(escalation_policies::table).values(&row).execute(c))
            .map(drop);
    }
    let before = escalation_policies::revision.eq(kept.revision - 1);
    let of = escalation_policies::table.filter(escalation_policies::area.eq(Id(kept.area)).and(before));
    if on!(tx.writing(), |c| diesel::update(of).set(&row).execute(c))? == 1 {
        return Ok(());
    }
    let what = "another node was faster".to_owned();
    Err(SqlError::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(what)))
}

/// Ends a policy: what is above it counts.
pub(super) fn end(tx: &mut Tx<'_>, area: Uuid) -> QueryResult<()> {
    on!(tx.writing(), |c| diesel::delete(escalation_policies::table.find(Id(area))).execute(c)).map(drop)
}
