//! Tokens by which another system keeps the people of one organisation.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// `POST /v1/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "organisation": "0192f0a0-0000-7000-8000-000000000001", "name": "Entra ID", "days": 180 }))]
pub struct NewToken {
    /// Whose people it keeps.
    pub organisation: Uuid,
    /// What uses it, 1 to 80 characters: it stands in the log beside what it does.
    pub name: String,
    /// Days until it runs out, 1 to 365.
    pub days: u16,
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceToken {
    /// The token.
    pub id: Uuid,
    /// Whose people it keeps.
    pub organisation: Uuid,
    /// What it may be used for: `scim`.
    pub purpose: String,
    /// What uses it.
    pub name: String,
    /// Who issued it.
    pub created_by: Uuid,
    /// Who answers for it: who issued it, until somebody takes it over.
    pub held_by: Uuid,
    /// Since when nobody answers for it: who did has left, or may issue none any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unheld_since: Option<DateTime<Utc>>,
    /// When it ends by itself unless somebody takes it over: seven days after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_unheld_at: Option<DateTime<Utc>>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it runs out.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to five minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// So many people it may note as having left within 24 hours, where somebody raised it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departures: Option<u32>,
    /// Until when that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departures_until: Option<DateTime<Utc>>,
    /// When it was last kept from noting more people as having left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<DateTime<Utc>>,
}

/// A token that was just issued.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenIssued {
    /// The token.
    pub token: ServiceToken,
    /// Its secret, for `Authorization: Bearer`. It is shown this once.
    pub secret: String,
}

/// `GET /v1/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceTokens {
    /// At most 100, the newest first; ended ones too.
    pub tokens: Vec<ServiceToken>,
}

/// `DELETE /v1/tokens/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndToken {
    /// Why, 3 to 300 characters.
    pub reason: String,
}

/// `POST /v1/tokens/{id}/holder`: from then on who sends it answers for the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldToken {
    /// Why, 3 to 300 characters.
    pub reason: String,
}

/// `POST /v1/tokens/{id}/departures`: lets a token note more people as having left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "people": 120, "reason": "The programme in the north has ended" }))]
pub struct RaiseDepartures {
    /// How many within 24 hours, those of the last 24 hours included, for the next 24 hours.
    pub people: u32,
    /// Why, 3 to 300 characters.
    pub reason: String,
}
