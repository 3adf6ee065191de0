//! The nodes of an installation tell one another what is watched at their consoles, through the database that
//! they share: a phone must not be told that nobody watches because it asked another node.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::schema::nodes;
use super::types::{At, Id};
use super::{AnyConn, Tx};
use crate::on;

/// A node that was not heard of for this long watches nothing: it says so every 5 s.
pub const SILENT: TimeDelta = TimeDelta::seconds(12);

/// Nodes not heard of for this long are forgotten.
const FORGOTTEN: TimeDelta = TimeDelta::days(1);

/// The scopes that are watched by somebody at a console.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// All of them.
    pub everything: bool,
    /// These.
    pub scopes: BTreeSet<Uuid>,
}

impl Watched {
    /// Whether this scope is.
    pub fn contains(&self, scope: Uuid) -> bool {
        self.everything || self.scopes.contains(&scope)
    }

    /// Whether none is.
    pub fn is_nothing(&self) -> bool {
        !self.everything && self.scopes.is_empty()
    }
}

/// Notes that a node is there and what is watched at it; forgets nodes that are long gone.
pub fn note(tx: &mut Tx<'_>, node: Uuid, watched: &Watched) -> QueryResult<()> {
    let now = tx.now();
    let text =
        serde_json::to_string(watched).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let row = (nodes::id.eq(Id(node)), nodes::seen_at.eq(At(now)), nodes::watched.eq(&text));
    let conn = tx.writing();
    on!(conn, |c| diesel::delete(nodes::table.filter(nodes::seen_at.lt(At(now - FORGOTTEN)))).execute(c))?;
    on!(conn, |c| diesel::insert_into(nodes::table)
        .values(row)
        .on_conflict(nodes::id)
        .do_update()
        .set((nodes::seen_at.eq(At(now)), nodes::watched.eq(&text)))
        .execute(c))?;
    Ok(())
}

/// What is watched at the other nodes that were heard of lately. One whose note cannot be read watches nothing.
pub fn watched_elsewhere(conn: &mut AnyConn, node: Uuid, now: DateTime<Utc>) -> QueryResult<Watched> {
    let notes: Vec<String> = on!(conn, |c| nodes::table
        .filter(nodes::id.ne(Id(node)).and(nodes::seen_at.gt(At(now - SILENT))))
        .select(nodes::watched)
        .load(c))?;
    let mut all = Watched::default();
    for one in notes.iter().filter_map(|note| serde_json::from_str::<Watched>(note).ok()) {
        all.everything |= one.everything;
        all.scopes.extend(one.scopes);
    }
    Ok(all)
}
