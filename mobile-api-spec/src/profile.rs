//! A person's own entry in the register, on their phone.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::PhoneNumber;
use crate::people::{Fallback, PersonKind};
use crate::phone::Me;
use crate::register::CurrentPlace;

/// `GET /v1/me/profile`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    /// Who.
    #[serde(flatten)]
    pub me: Me,
    /// Kind.
    pub kind: PersonKind,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Radio call sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_sign: Option<String>,
    /// Job title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// Residence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residence: Option<String>,
    /// Hotel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hotel: Option<String>,
    /// Who in the country is asked when the person does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
    /// Numbers, in the order that others try them.
    pub phones: Vec<OwnNumber>,
    /// Where the person is for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_place: Option<CurrentPlace>,
    /// Warden zone's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Who looks after the zone, the warden first.
    pub wardens: Vec<Warden>,
}

/// A number of one's own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnNumber {
    /// The number.
    #[serde(flatten)]
    pub phone: PhoneNumber,
    /// A code that was asked for works until then: an operator rings the number and speaks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_expires: Option<DateTime<Utc>>,
}

/// Who looks after a zone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Warden {
    /// The person.
    pub person: Uuid,
    /// Name.
    pub name: String,
    /// 0 the warden, 1 and 2 the alternates.
    pub rank: u8,
    /// Numbers, in the order to try them.
    pub phones: Vec<PhoneNumber>,
}

/// `POST /v1/me/numbers/{id}/code`: a code was made; it will be spoken to the number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeAsked {
    /// When it runs out.
    pub expires: DateTime<Utc>,
    /// Tries that are left.
    pub tries_left: u8,
}

/// `POST /v1/me/numbers/{id}/verify`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProveNumber {
    /// Six digits, as they were spoken.
    pub code: String,
}
