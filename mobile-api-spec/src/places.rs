//! Organisations, their regions, countries, country offices, duty stations, premises.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::words;
use crate::present;
use crate::zones::{GradingScheme, SecurityArea, Zone};

/// An organisation on this installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Organisation {
    /// The organisation; also its scope.
    pub id: Uuid,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// The operations centre's number, E.164: what phones show when nothing else answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operations_number: Option<String>,
}

/// `POST /v1/organisations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganisation {
    /// 1 to 200 characters.
    pub name: String,
    /// 1 to 20 characters.
    pub short_name: String,
    /// The operations centre's number, E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operations_number: Option<String>,
}

/// `PATCH /v1/organisations/{id}`: fields that are present are changed, null clears.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOrganisation {
    /// 1 to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 1 to 20 characters; no other organisation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_name: Option<String>,
    /// The operations centre's number, E.164.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub operations_number: Option<Option<String>>,
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
    /// When it was closed; absent while it is open. What happened in it stays under its scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
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

/// `PATCH /v1/offices/{id}`: fields that are present are changed, null clears.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOffice {
    /// 1 to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Duty officer's number, E.164.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub duty_number: Option<Option<String>>,
    /// Local emergency number, 2 to 20 characters.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub emergency_number: Option<Option<String>>,
    /// True closes it, which is refused while people belong to it; false opens it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<bool>,
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

/// `PATCH /v1/duty-stations/{id}`: fields that are present are changed. A position has both its fields.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeDutyStation {
    /// 1 to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// IANA time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Degrees north, -90 to 90.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Degrees east, -180 to 180.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
}

/// An organisation's own grouping of countries. Whoever is granted a region is granted the
/// organisation's offices in its countries, those made later too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Region {
    /// The region.
    pub id: Uuid,
    /// Whose.
    pub organisation: Uuid,
    /// Name.
    pub name: String,
    /// Country codes, in order.
    pub countries: Vec<String>,
}

/// `POST /v1/regions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRegion {
    /// Whose.
    pub organisation: Uuid,
    /// 1 to 200 characters; no other region's of the organisation.
    pub name: String,
    /// 1 to 300 country codes, each once.
    pub countries: Vec<String>,
}

/// `PATCH /v1/regions/{id}`: fields that are present are changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRegion {
    /// 1 to 200 characters; no other region's of the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 1 to 300 country codes, each once; they replace those before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countries: Option<Vec<String>>,
}

words! {
    /// What premises are.
    PremisesKind {
        /// An office building.
        Office = "office",
        /// A compound of offices and residences.
        Compound = "compound",
        /// A guest house.
        GuestHouse = "guest_house",
        /// A warehouse or workshop.
        Warehouse = "warehouse",
        /// A clinic or hospital.
        Clinic = "clinic",
        /// Something else.
        Other = "other",
    }
}

/// A building or compound of a country office.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Premises {
    /// The premises.
    pub id: Uuid,
    /// Their country office.
    pub office: Uuid,
    /// Their duty station.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty_station: Option<Uuid>,
    /// What they are.
    pub kind: PremisesKind,
    /// Name.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// `POST /v1/premises`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPremises {
    /// Their country office.
    pub office: Uuid,
    /// Their duty station, of that office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty_station: Option<Uuid>,
    /// What they are.
    pub kind: PremisesKind,
    /// 1 to 200 characters.
    pub name: String,
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}

/// A country's name in the six languages of the United Nations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CountryNames {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
    /// Spanish.
    pub es: String,
    /// Russian.
    pub ru: String,
    /// Chinese.
    pub zh: String,
    /// Arabic.
    pub ar: String,
}

/// A country or territory with a code of its own, or an exercise's invented country.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Country {
    /// ISO 3166-1 alpha-2, or the invented country's code.
    pub code: String,
    /// ISO 3166-1 alpha-3; absent for an invented country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iso3: Option<String>,
    /// UN M49 code; absent for an invented country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub m49: Option<u16>,
    /// M49 code of the region (continent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<u16>,
    /// M49 code of the part of the region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_region: Option<u16>,
    /// Names.
    pub names: CountryNames,
    /// Degrees north of a point in the middle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Degrees east of a point in the middle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// The capital's IANA time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Dial codes, digits without `+`.
    pub dial_codes: Vec<String>,
    /// Whether it is an exercise's, on no map.
    pub invented: bool,
}

/// A region of the world by UN M49.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorldRegion {
    /// M49 code.
    pub m49: u16,
    /// English name, as the United Nations Statistics Division gives it.
    pub name: String,
}

/// `GET /v1/countries`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Countries {
    /// By code.
    pub countries: Vec<Country>,
    /// Regions and their parts, by M49 code.
    pub world_regions: Vec<WorldRegion>,
    /// Where the list comes from, to be shown with it.
    pub sources: String,
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
    /// Regions.
    pub regions: Vec<Region>,
    /// Premises.
    pub premises: Vec<Premises>,
    /// Warden zones of the countries covered.
    pub zones: Vec<Zone>,
    /// Security areas of the countries covered.
    pub security_areas: Vec<SecurityArea>,
    /// How areas may be graded.
    pub grading_schemes: Vec<GradingScheme>,
}
