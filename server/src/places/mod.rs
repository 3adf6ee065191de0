//! Organisations, countries, country offices, duty stations, zones, areas: who is where, and who must
//! hear.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::places::PremisesKind;
use wire::zones::SecurityAreaKind;

mod areas;
pub mod borders;
pub mod boundary;
mod calling_codes;
mod changes;
pub mod countries;
mod directory;
#[cfg(test)]
pub(crate) mod fixture;
mod grading;
pub mod http;
mod premises;
mod regions;
pub mod service;
mod shown;
mod store;
mod view;
mod watch;
pub mod world_regions;
mod zones;

pub use areas::insert_area;
pub use directory::Directory;
pub use grading::{insert_grade, insert_scheme};
pub use premises::insert_premises;
pub use regions::insert_region;
pub use shown::Shown;
pub use view::View;
pub use watch::UNWATCHED;
pub use zones::{Unwatched, insert_zone, outlines, unwatched};

use crate::kernel::field::Invalid;
use crate::store::requests::KeyReused;

/// Country of a headquarters: a code that ISO 3166-1 leaves to its users, here "in no country". An
/// office there hears of no position; its people belong to an organisation and to no country.
pub const NO_COUNTRY: &str = "ZZ";

/// Mean radius of the Earth in kilometres.
const EARTH_KM: f64 = 6_371.009;

/// An organisation on this installation. Its identifier is also its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// The organisation.
    pub id: Uuid,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// The operations centre's number, E.164.
    pub operations_number: Option<String>,
}

/// One organisation's office in one country. Its identifier is also its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// The office.
    pub id: Uuid,
    /// Its organisation.
    pub organisation: Uuid,
    /// ISO 3166-1 alpha-2, an invented country's code, or [`NO_COUNTRY`].
    pub country: String,
    /// Name.
    pub name: String,
    /// Duty officer's number, E.164.
    pub duty_number: Option<String>,
    /// Local emergency number.
    pub emergency_number: Option<String>,
    /// When it was closed: nobody may be entered in it, and positions in its country are its
    /// organisation's again. What is in its scope stays there.
    pub closed_at: Option<DateTime<Utc>>,
}

/// A place of assignment.
#[derive(Debug, Clone, PartialEq)]
pub struct Station {
    /// The duty station.
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

/// A country that is on no map: an exercise's, as a circle.
#[derive(Debug, Clone, PartialEq)]
pub struct InventedCountry {
    /// Two capital letters that ISO 3166-1 leaves to its users.
    pub code: String,
    /// Name.
    pub name: String,
    /// Centre, degrees north.
    pub lat: f64,
    /// Centre, degrees east.
    pub lon: f64,
    /// Radius in kilometres.
    pub radius_km: f64,
    /// IANA time zone.
    pub time_zone: String,
}

impl InventedCountry {
    /// Whether a position may be in it: within the circle, or nearer to it than
    /// [`borders::NEAR_KM`], as with real borders.
    pub fn may_hold(&self, lat: f64, lon: f64) -> bool {
        km_between((self.lat, self.lon), (lat, lon)) <= self.radius_km + borders::NEAR_KM
    }
}

/// Great-circle distance in kilometres between two positions in degrees north and east.
fn km_between(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let (d_lat, d_lon) = (lat_b - lat_a, (b.1 - a.1).to_radians());
    let h = (d_lat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (d_lon / 2.0).sin().powi(2);
    2.0 * EARTH_KM * h.sqrt().min(1.0).asin()
}

/// An organisation's own grouping of countries.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// An area of a country that is graded as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityArea {
    /// The area.
    pub id: Uuid,
    /// Country code.
    pub country: String,
    /// The area that it is inside of.
    pub parent: Option<Uuid>,
    /// What kind.
    pub kind: SecurityAreaKind,
    /// Name.
    pub name: String,
    /// How it is graded.
    pub scheme: Option<Uuid>,
}

/// Residences that a warden looks after, whoever employs the people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// The zone.
    pub id: Uuid,
    /// Country code.
    pub country: String,
    /// The security area that it is in.
    pub area: Option<Uuid>,
    /// Name.
    pub name: String,
}

/// A building or compound of a country office.
#[derive(Debug, Clone, PartialEq)]
pub struct Premises {
    /// The premises.
    pub id: Uuid,
    /// Their country office.
    pub office: Uuid,
    /// Their duty station.
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

/// Why a change of the places was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A field has an impossible value.
    Invalid(Invalid),
    /// There is one already; the field that says so, and what to do.
    Exists(Invalid),
    /// Others belong to it; who, and what to do first.
    InUse(String),
    /// No such place, or not for the caller.
    NotFound,
    /// The caller may administer places, but not this one.
    Forbidden,
    /// The key was used with another body.
    KeyReused,
}

impl From<KeyReused> for Refusal {
    fn from(_: KeyReused) -> Self {
        Self::KeyReused
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

#[cfg(test)]
mod tests;
