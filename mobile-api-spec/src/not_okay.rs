//! Not Okay: the body that is never refused.
//!
//! The types here document what a phone of this version sends. The server reads each field by
//! itself: a field that is unknown, of another type or impossible is kept raw and flagged, and the
//! alarm is raised all the same. A body that is not JSON raises an alarm too.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::{Battery, Facts, Outcome, Position};

/// `POST /v1/not-okay`, with `Idempotency-Key` (the tap's UUIDv7) and `Muster-Age-Ms`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NotOkay {
    /// Set when it is raised for a colleague.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colleague: Option<Colleague>,
    /// Position of the phone, if one was at hand. Never waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Battery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<Battery>,
    /// Kind of network: `wifi`, `4g`, `3g`, `2g`, `none`, ...; at most 16 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The phone's wall clock at the tap. Orders nothing; shown when it is off by more than 60 s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tapped_at: Option<DateTime<Utc>>,
    /// Facts known at once, such as hiding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
}

/// The colleague in danger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Colleague {
    /// The colleague, when picked from a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Uuid>,
    /// The colleague's name as typed, at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// 201 (or 200 for a repeat): the tap is stored, on disk, and cannot be lost by a crash.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Stored {
    /// When the server stored this tap.
    pub stored_at: DateTime<Utc>,
    /// Credential for this one case: adds facts and positions, reads its state. Keep it secret.
    pub case_token: String,
    /// Whether this tap joined a case that was there already.
    pub joined: bool,
    /// The case as the phone may see it.
    pub case: MyCase,
}

/// 202: the database is away. The tap is on the disk of the server that answered, and told to
/// the consoles that are connected, as provisional. It is not stored yet: keep it, and repeat it with its key until it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Held {
    /// Since when that server holds it.
    pub held_at: DateTime<Utc>,
}

/// How far a case got, in four honest states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// On the server's disk. Nobody has seen it yet.
    Stored,
    /// On a console with a person at it. Not yet taken.
    OnConsole,
    /// A named person has it.
    Taken,
    /// Closed by that person.
    Closed,
}

/// A case as the phone that raised it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MyCase {
    /// The case; for a phone that was seized one that stands for it, another for each tap.
    pub id: Uuid,
    /// What to say on the telephone; empty for a phone that was seized.
    pub reference: String,
    /// Grows with every event.
    pub revision: u64,
    /// How far it got.
    pub reached: Reached,
    /// When the first tap was stored.
    pub stored_at: DateTime<Utc>,
    /// When the newest tap was stored. A phone that was revoked is not told of a later tap of another one.
    pub last_tap_at: DateTime<Utc>,
    /// When it was on a console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_at: Option<DateTime<Utc>>,
    /// Who has it, by name. Set by a claim, never by a mere look. A phone that was revoked is told no names: then
    /// `taken_at` alone says that somebody has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<String>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<DateTime<Utc>>,
    /// What was said so far; empty for a phone that was revoked, because others may have said it.
    pub facts: Facts,
    /// The colleague's name when it was raised for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colleague: Option<String>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// `POST /v1/my-case/position`, by `case_token`: one point, or several that waited.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPosition {
    /// The point. `age_ms` counts from the moment the body was made; `Muster-Age-Ms` adds the wait.
    pub position: Position,
    /// Battery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<Battery>,
}

/// `POST /v1/my-case/facts`, by `case_token`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddFacts {
    /// Only what is said now.
    pub facts: Facts,
}
