//! What other slices ask of many people at once: who is still here, who can be reached, who belongs
//! to a place.

use std::collections::HashMap;

use uuid::Uuid;

use super::store;
use crate::store::{AnyConn, QueryResult, Tx};

/// Somebody, as a roster needs to know them.
#[derive(Clone, PartialEq, Eq)]
pub struct Standing {
    /// Name.
    pub name: String,
    /// Whether they have left.
    pub left: bool,
    /// Whether one of their numbers was proven.
    pub proven: bool,
}

/// A place that people belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// A country office.
    Office(Uuid),
    /// A duty station.
    Station(Uuid),
    /// The zone of a residence.
    Zone(Uuid),
}

/// How these people stand; nobody is in it who is not in the register.
pub fn standing(conn: &mut AnyConn, people: &[Uuid]) -> QueryResult<HashMap<Uuid, Standing>> {
    store::standing::of(conn, people)
}

/// How many people belong to a place, those of an import in progress too, but nobody who has left.
pub fn belonging(conn: &mut AnyConn, to: Belonging) -> QueryResult<i64> {
    store::standing::belonging(conn, to)
}

/// Notes that the first number of each of these people was proven by a code, without one: for
/// invented worlds. Give at most [`super::CHUNK`].
pub fn set_proven(tx: &mut Tx<'_>, people: &[Uuid]) -> QueryResult<()> {
    store::standing::set_proven(tx, people)
}
