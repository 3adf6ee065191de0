//! What a watch must see at a glance: lists and zones that need somebody, and the map.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::{CaseState, Severity};
use crate::places::{DutyStation, Premises};
use crate::zones::{Boundary, Centre};

/// A zone without a reachable warden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnwatchedZone {
    /// The zone.
    pub zone: Uuid,
    /// Its name.
    pub name: String,
    /// Country code.
    pub country: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Whether that is 24 hours or longer: an alert.
    pub alert: bool,
}

/// An office's list that waits for a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitingList {
    /// The office.
    pub office: Uuid,
    /// Its name.
    pub name: String,
    /// How many people are on the list.
    pub people: u64,
    /// When it was last signed; absent when never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<DateTime<Utc>>,
    /// When it is or became overdue: 31 days after the signature, or after the office was entered.
    pub due_at: DateTime<Utc>,
    /// Whether it is overdue.
    pub overdue: bool,
    /// Whether somebody on it was entered or changed after the signature.
    pub stale: bool,
}

/// A token that nobody answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnheldToken {
    /// The token.
    pub token: Uuid,
    /// What uses it.
    pub name: String,
    /// Whose people it keeps.
    pub organisation: Uuid,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it ends by itself unless somebody takes it over.
    pub ends_at: DateTime<Utc>,
}

/// `GET /v1/board`: what waits for somebody, within the caller's reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Board {
    /// Zones without a reachable warden, the longest first.
    pub unwatched_zones: Vec<UnwatchedZone>,
    /// Lists of offices that are overdue or stale, the longest due first.
    pub lists: Vec<WaitingList>,
    /// Imports that wait for their columns to be named, or to be applied.
    pub imports_waiting: u64,
    /// Codes that wait to be spoken to somebody's number.
    pub numbers_waiting: u64,
    /// Tokens that nobody answers for, the first that ends first; of whom may manage tokens.
    pub unheld_tokens: Vec<UnheldToken>,
    /// When this was read.
    pub as_of: DateTime<Utc>,
}

/// A country office on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OfficeOnMap {
    /// The office.
    pub id: Uuid,
    /// Its organisation.
    pub organisation: Uuid,
    /// Country code.
    pub country: String,
    /// Name.
    pub name: String,
    /// Where: its office building's, else its first duty station's, else the country's capital or middle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Centre>,
    /// Whether `at` is only the country's: nobody entered where the office is.
    pub of_country: bool,
}

/// A zone on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ZoneOnMap {
    /// The zone.
    pub id: Uuid,
    /// Country code.
    pub country: String,
    /// Name.
    pub name: String,
    /// The middle of its outline.
    pub at: Centre,
    /// Its outline.
    pub boundary: Boundary,
}

/// Somebody in an open case on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseOnMap {
    /// The case.
    pub id: Uuid,
    /// What people say on the radio.
    pub reference: String,
    /// Where the case stands.
    pub state: CaseState,
    /// How bad.
    pub severity: Severity,
    /// The name of who is in danger.
    pub name: String,
    /// Their newest position.
    pub at: Centre,
    /// Radius in metres within which they probably are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    /// When the position was taken.
    pub fixed_at: DateTime<Utc>,
    /// True when the position is the reporter's, not the person's.
    pub of_reporter: bool,
}

/// `GET /v1/map`: places within reach, and people in open cases that the caller may work. Nobody
/// else is on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Map {
    /// Country offices that are open.
    pub offices: Vec<OfficeOnMap>,
    /// Premises.
    pub premises: Vec<Premises>,
    /// Duty stations.
    pub duty_stations: Vec<DutyStation>,
    /// Zones that have an outline.
    pub zones: Vec<ZoneOnMap>,
    /// Open cases with a position.
    pub cases: Vec<CaseOnMap>,
    /// When this was read.
    pub as_of: DateTime<Utc>,
}
