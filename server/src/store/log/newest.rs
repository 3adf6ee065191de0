//! The newest events: of a kind, or about a subject.

use std::collections::HashMap;

use diesel::prelude::*;
use uuid::Uuid;

use super::{EventRow, Logged, open_rows};
use crate::on;
use crate::store::AnyConn;
use crate::store::schema::events;
use crate::store::types::{Id, ids};
use crate::store::vault::Vault;

/// The newest events about a subject that are older than `before`, once each, by their identifiers; and whether there are
/// older ones. At most `limit`.
pub fn newest_about(
    conn: &mut AnyConn,
    vault: &Vault,
    subject: Uuid,
    before: Option<Uuid>,
    limit: usize,
) -> QueryResult<(Vec<Logged>, bool)> {
    let before = Id(before.unwrap_or(Uuid::max()));
    let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let found: Vec<Id> = on!(conn, |c| events::table
        .filter(events::subject.eq(Id(subject)).and(events::id.lt(before)))
        .select(events::id)
        .distinct()
        .order(events::id.desc())
        .limit(most)
        .load(c))?;
    let more = found.len() > limit;
    let wanted: Vec<Id> = found.into_iter().take(limit).collect();
    let mut rows: Vec<EventRow> = on!(conn, |c| events::table
        .filter(events::subject.eq(Id(subject)).and(events::id.eq_any(&wanted)))
        .order((events::id.desc(), events::scope))
        .select(EventRow::as_select())
        .load(c))?;
    rows.dedup_by_key(|row| row.id);
    Ok((open_rows(conn, vault, rows)?, more))
}

/// Whether an event is about a subject.
pub fn is_about(conn: &mut AnyConn, subject: Uuid, event: Uuid) -> QueryResult<bool> {
    let found = events::table.filter(events::subject.eq(Id(subject)).and(events::id.eq(Id(event))));
    on!(conn, |c| diesel::select(diesel::dsl::exists(found)).get_result(c))
}

/// Events that are the newest of a kind.
pub struct Newest {
    /// The events, once each.
    pub events: Vec<Logged>,
    /// Those of the scopes asked for that each is written to.
    pub scopes: HashMap<Uuid, Vec<Uuid>>,
    /// Whether there are older ones.
    pub more: bool,
}

/// The newest events of a kind in some scopes that are older than `before`, once each, by their
/// identifiers. At most `limit`.
pub fn newest(
    conn: &mut AnyConn,
    vault: &Vault,
    kind: &str,
    scopes: &[Uuid],
    before: Option<Uuid>,
    limit: usize,
) -> QueryResult<Newest> {
    let before = Id(before.unwrap_or(Uuid::max()));
    let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let found: Vec<Id> = on!(conn, |c| events::table
        .filter(events::kind.eq(kind).and(events::scope.eq_any(ids(scopes.iter().copied()))).and(events::id.lt(before)))
        .select(events::id)
        .distinct()
        .order(events::id.desc())
        .limit(most)
        .load(c))?;
    let more = found.len() > limit;
    let wanted: Vec<Id> = found.into_iter().take(limit).collect();
    let mut rows: Vec<EventRow> = on!(conn, |c| events::table
        .filter(events::kind.eq(kind).and(events::scope.eq_any(ids(scopes.iter().copied()))))
        .filter(events::id.eq_any(&wanted))
        .order((events::id.desc(), events::scope))
        .select(EventRow::as_select())
        .load(c))?;
    let mut within: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in &rows {
        within.entry(row.id.0).or_default().push(row.scope.0);
    }
    rows.dedup_by_key(|row| row.id);
    Ok(Newest { events: open_rows(conn, vault, rows)?, scopes: within, more })
}
