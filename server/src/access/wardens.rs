//! Who is appointed to look after a zone, and whether anybody holds a role over an area.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::store;
use crate::store::{AnyConn, QueryResult};

/// A warden or alternate whose appointment is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointed {
    /// The zone.
    pub zone: Uuid,
    /// Who.
    pub person: Uuid,
    /// 0 the warden, 1 and 2 the alternates.
    pub rank: u8,
    /// Until when; open when none.
    pub until: Option<DateTime<Utc>>,
}

/// The wardens and alternates in force now, of these zones or of all, by rank.
pub fn wardens(conn: &mut AnyConn, zones: Option<&[Uuid]>, now: DateTime<Utc>) -> QueryResult<Vec<Appointed>> {
    store::wardens::in_force(conn, zones, now)
}

/// Whether somebody holds or is to hold a role over exactly this area.
pub fn granted_over(conn: &mut AnyConn, area: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
    store::wardens::granted_over(conn, area, now)
}
