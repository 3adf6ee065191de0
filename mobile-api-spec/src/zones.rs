//! Warden zones, security areas and their grades: places of a country, whoever works there.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::words;
use crate::present;

/// The kind of a [`Boundary`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Shape {
    /// One polygon.
    Polygon,
}

/// An outline: a GeoJSON geometry (RFC 7946) of one ring without holes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Boundary {
    /// Always `Polygon`.
    #[serde(rename = "type")]
    pub shape: Shape,
    /// One ring of 4 to 500 points, each longitude then latitude in degrees, the last the same as
    /// the first; its edges do not cross each other or the antimeridian. Kept to 7 decimals.
    pub coordinates: Vec<Vec<Vec<f64>>>,
}

/// Degrees north and east.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Centre {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// Residences that a warden looks after, whoever employs the people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Zone {
    /// The zone.
    pub id: Uuid,
    /// Country code.
    pub country: String,
    /// The security area that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Uuid>,
    /// Name.
    pub name: String,
}

/// A warden or alternate whose appointment is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ZoneWarden {
    /// Who; absent for those who see people by counts or pseudonyms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Uuid>,
    /// Name; absent likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 0 the warden, 1 and 2 the alternates.
    pub rank: u8,
    /// Whether they have an enrolled phone or a proven number.
    pub reachable: bool,
    /// When the appointment ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// A zone whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ZoneDetail {
    /// The zone.
    #[serde(flatten)]
    pub zone: Zone,
    /// Its outline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<Boundary>,
    /// The middle of its outline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Centre>,
    /// Warden and alternates in force, by rank.
    pub wardens: Vec<ZoneWarden>,
    /// Since when it has had no reachable warden; absent while it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreachable_since: Option<DateTime<Utc>>,
}

/// `GET /v1/zones`: by country and name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Zones {
    /// The zones.
    pub zones: Vec<ZoneDetail>,
}

/// `POST /v1/zones`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewZone {
    /// A country code that `GET /v1/countries` knows.
    pub country: String,
    /// The security area that it is in, of the same country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Uuid>,
    /// 1 to 200 characters; no other zone's of the country.
    pub name: String,
    /// Its outline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<Boundary>,
}

/// `PATCH /v1/zones/{id}`: fields that are present are changed, null clears.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeZone {
    /// The security area that it is in, of the same country.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub area: Option<Option<Uuid>>,
    /// 1 to 200 characters; no other zone's of the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its outline.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Boundary>)]
    pub boundary: Option<Option<Boundary>>,
}

words! {
    /// What kind of security area it is.
    SecurityAreaKind {
        /// All that one Designated Official decides for.
        DesignatedArea = "designated_area",
        /// A part of it, with a coordinator of its own.
        Area = "area",
        /// A part with the same threats, graded as one.
        SrmArea = "srm_area",
    }
}

/// An area of a country that is graded as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecurityArea {
    /// The area.
    pub id: Uuid,
    /// Country code.
    pub country: String,
    /// The area that it is inside of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Uuid>,
    /// What kind.
    pub kind: SecurityAreaKind,
    /// Name.
    pub name: String,
    /// How it is graded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Uuid>,
}

/// A grade that an area has, had or will have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AreaGrade {
    /// A grade's code of the area's scheme.
    pub grade: String,
    /// Why, as written.
    pub reason: String,
    /// By whom.
    pub set_by: Uuid,
    /// From when.
    pub from: DateTime<Utc>,
    /// When it was entered.
    pub set_at: DateTime<Utc>,
}

/// A security area whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SecurityAreaDetail {
    /// The area.
    #[serde(flatten)]
    pub area: SecurityArea,
    /// Its outline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<Boundary>,
    /// The middle of its outline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Centre>,
    /// The grade that it has now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<AreaGrade>,
}

/// `GET /v1/security-areas`: by country and name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SecurityAreas {
    /// The areas.
    pub security_areas: Vec<SecurityAreaDetail>,
}

/// `POST /v1/security-areas`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSecurityArea {
    /// A country code that `GET /v1/countries` knows.
    pub country: String,
    /// The area that it is inside of, of the same country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Uuid>,
    /// What kind.
    pub kind: SecurityAreaKind,
    /// 1 to 200 characters; no other area's of the country.
    pub name: String,
    /// How it is graded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Uuid>,
    /// Its outline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<Boundary>,
}

/// `PATCH /v1/security-areas/{id}`: fields that are present are changed, null clears.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSecurityArea {
    /// The area that it is inside of, of the same country; never one that is inside of it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub parent: Option<Option<Uuid>>,
    /// 1 to 200 characters; no other area's of the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How it is graded. It stays as it is once the area has had a grade.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub scheme: Option<Option<Uuid>>,
    /// Its outline.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Boundary>)]
    pub boundary: Option<Option<Boundary>>,
}

/// `POST /v1/security-areas/{id}/grades`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrade {
    /// A grade's code of the area's scheme.
    pub grade: String,
    /// Why: 3 to 1,000 characters.
    pub reason: String,
    /// From when: now when absent, never in the past, at most a year ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
}

/// `GET /v1/security-areas/{id}/grades`: the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GradeHistory {
    /// Every grade that the area was given, at most the newest 500.
    pub grades: Vec<AreaGrade>,
}

/// One grade of a scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GradeDefinition {
    /// What the interface calls it: 1 to 20 small letters, digits and `_`.
    pub code: String,
    /// What people call it: 1 to 60 characters.
    pub name: String,
}

/// How areas may be graded: configuration, so that no organisation's scale is built in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GradingScheme {
    /// The scheme.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Its grades, the mildest first.
    pub grades: Vec<GradeDefinition>,
}

/// `POST /v1/grading-schemes`. A scheme stays as it was made: grades of the past refer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGradingScheme {
    /// 1 to 100 characters; no other scheme's.
    pub name: String,
    /// 2 to 12 grades, the mildest first.
    pub grades: Vec<GradeDefinition>,
}
