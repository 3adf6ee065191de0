//! Who is appointed to look after a zone, and whether anybody holds a role over an area.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Role;

use super::store::grants::More;
use super::{Area, Grant, store};
use crate::store::{AnyConn, QueryResult, Tx};

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

/// Appoints a warden (rank 0) or an alternate (1, 2) of a zone, unchecked: for invented worlds.
pub fn insert_warden(tx: &mut Tx<'_>, person: Uuid, zone: Uuid, rank: u8) -> QueryResult<()> {
    let grant = Grant::appointment(Role::Warden, Area::Zone(zone), tx.now());
    let more = More { rank: Some(rank), ..More::default() };
    store::grants::insert_grant(tx, (person, ""), grant, more, None).map(drop)
}
