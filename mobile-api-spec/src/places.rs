//! Organisations, countries, country offices, duty stations.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// An organisation on this installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Organisation {
    /// The organisation; also its scope.
    pub id: Uuid,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short_name: String,
}

/// `POST /v1/organisations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganisation {
    /// 1 to 200 characters.
    pub name: String,
    /// 1 to 20 characters.
    pub short_name: String,
}

/// One organisation's office in one country: the usual scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Office {
    /// The office; also its scope.
    pub id: Uuid,
    /// Its organisation.
    pub organisation: Uuid,
    /// ISO 3166-1 alpha-2, or a user-assigned code for an invented country.
    pub country: String,
    /// Name.
    pub name: String,
    /// Duty officer's number, E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty_number: Option<String>,
    /// Local emergency number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency_number: Option<String>,
}

/// `POST /v1/offices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOffice {
    /// Its organisation.
    pub organisation: Uuid,
    /// A country code that `GET /v1/places` knows.
    pub country: String,
    /// 1 to 200 characters.
    pub name: String,
    /// Duty officer's number, E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty_number: Option<String>,
    /// Local emergency number, 2 to 20 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency_number: Option<String>,
}

/// A place of assignment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DutyStation {
    /// The station.
    pub id: Uuid,
    /// Its country office.
    pub office: Uuid,
    /// Name.
    pub name: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// `POST /v1/duty-stations`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDutyStation {
    /// Its country office.
    pub office: Uuid,
    /// 1 to 200 characters.
    pub name: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}

/// `GET /v1/places`: what the caller's grants cover.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Places {
    /// Organisations.
    pub organisations: Vec<Organisation>,
    /// Offices.
    pub offices: Vec<Office>,
    /// Duty stations.
    pub duty_stations: Vec<DutyStation>,
}
