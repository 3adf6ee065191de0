//! Timers live in the database: each fires once, in the transaction of what it causes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::schema::timers;
use super::types::{At, Id};
use super::{AnyConn, Tx};
use crate::kernel::ids;
use crate::on;

/// A timer that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The timer.
    pub id: Uuid,
    /// What it is for, such as `claim_idle`.
    pub kind: String,
    /// What it is about.
    pub subject: Uuid,
    /// It counts only while the subject is still in this generation.
    pub generation: i64,
    /// When it was due.
    pub due_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = timers, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    kind: String,
    subject: Id,
    generation: i64,
    due_at: At,
    fired_at: Option<At>,
}

/// Sets a timer. One of the same kind, subject and generation is set once.
pub fn schedule(
    tx: &mut Tx<'_>,
    kind: &'static str,
    subject: Uuid,
    generation: i64,
    due_at: DateTime<Utc>,
) -> QueryResult<()> {
    let row = Row {
        id: Id(ids::new(tx.now())),
        kind: kind.to_owned(),
        subject: Id(subject),
        generation,
        due_at: At(due_at),
        fired_at: None,
    };
    on!(tx.writing(), |c| diesel::insert_into(timers::table).values(&row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Timers of these kinds that are due, the longest overdue first. Kinds of a newer version are left
/// to it.
pub fn due(conn: &mut AnyConn, kinds: &[&str], now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<Due>> {
    let rows: Vec<Row> = on!(conn, |c| timers::table
        .filter(timers::fired_at.is_null().and(timers::due_at.le(At(now))).and(timers::kind.eq_any(kinds)))
        .order(timers::due_at)
        .limit(limit)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|row| Due {
            id: row.id.0,
            kind: row.kind,
            subject: row.subject.0,
            generation: row.generation,
            due_at: row.due_at.0,
        })
        .collect())
}

/// Marks a timer as fired; false when somebody else has fired it.
pub fn fire(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<bool> {
    let now = At(tx.now());
    let changed = on!(tx.writing(), |c| diesel::update(
        timers::table.filter(timers::id.eq(Id(id)).and(timers::fired_at.is_null()))
    )
    .set(timers::fired_at.eq(now))
    .execute(c))?;
    Ok(changed == 1)
}
