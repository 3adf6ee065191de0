//! Organisations, countries, country offices, duty stations: who is where, and who must hear.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

pub mod borders;
pub mod countries;
mod directory;
#[cfg(test)]
pub(crate) mod fixture;
pub mod http;
pub mod service;
mod store;

pub use directory::Directory;

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
    /// `designated_area`, `area` or `srm_area`.
    pub kind: String,
    /// Name.
    pub name: String,
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

/// Why a change of the places was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A field has an impossible value.
    Invalid(Invalid),
    /// There is one already; the field that says so, and what to do.
    Exists(Invalid),
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

/// All places as they stood at one moment.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Organisations by identifier.
    pub organisations: BTreeMap<Uuid, Organisation>,
    /// Country offices by identifier.
    pub offices: BTreeMap<Uuid, Office>,
    /// Duty stations by identifier.
    pub stations: BTreeMap<Uuid, Station>,
    /// Invented countries.
    pub invented: Vec<InventedCountry>,
    /// Regions by identifier.
    pub regions: BTreeMap<Uuid, Region>,
    /// Security areas that have not ended, by identifier.
    pub areas: BTreeMap<Uuid, SecurityArea>,
    /// Zones that have not ended, by identifier.
    pub zones: BTreeMap<Uuid, Zone>,
    by_country: HashMap<Uuid, HashMap<String, Uuid>>,
}

impl View {
    /// Of these places.
    pub fn new(
        organisations: Vec<Organisation>,
        offices: Vec<Office>,
        stations: Vec<Station>,
        invented: Vec<InventedCountry>,
    ) -> Self {
        let mut by_country: HashMap<Uuid, HashMap<String, Uuid>> = HashMap::new();
        for office in &offices {
            by_country.entry(office.organisation).or_default().insert(office.country.clone(), office.id);
        }
        Self {
            organisations: organisations.into_iter().map(|one| (one.id, one)).collect(),
            offices: offices.into_iter().map(|one| (one.id, one)).collect(),
            stations: stations.into_iter().map(|one| (one.id, one)).collect(),
            invented,
            by_country,
            ..Self::default()
        }
    }

    /// The same with these groupings of places.
    pub fn with_groupings(self, regions: Vec<Region>, areas: Vec<SecurityArea>, zones: Vec<Zone>) -> Self {
        Self {
            regions: regions.into_iter().map(|one| (one.id, one)).collect(),
            areas: areas.into_iter().map(|one| (one.id, one)).collect(),
            zones: zones.into_iter().map(|one| (one.id, one)).collect(),
            ..self
        }
    }

    /// The region of this identifier.
    pub fn region(&self, id: Uuid) -> Option<&Region> {
        self.regions.get(&id)
    }

    /// The security area of this identifier.
    pub fn area(&self, id: Uuid) -> Option<&SecurityArea> {
        self.areas.get(&id)
    }

    /// The zone of this identifier.
    pub fn zone(&self, id: Uuid) -> Option<&Zone> {
        self.zones.get(&id)
    }

    /// The country offices of a region's organisation in its countries.
    pub fn offices_of_region(&self, region: Uuid) -> Vec<Uuid> {
        let Some(region) = self.region(region) else { return Vec::new() };
        let offices = self.by_country.get(&region.organisation);
        region.countries.iter().filter_map(|country| offices?.get(country).copied()).collect()
    }

    /// A security area, those inside it at any depth, and all their zones.
    pub fn within_area(&self, area: Uuid) -> Vec<Uuid> {
        let mut found = vec![area];
        let mut at = 0;
        while let Some(&one) = found.get(at) {
            let inside = self.areas.values().filter(|area| area.parent == Some(one)).map(|area| area.id);
            let inside: Vec<Uuid> = inside.filter(|area| !found.contains(area)).collect();
            found.extend(inside);
            at += 1;
        }
        let zones = self.zones.values().filter(|zone| zone.area.is_some_and(|area| found.contains(&area)));
        let zones: Vec<Uuid> = zones.map(|zone| zone.id).collect();
        found.into_iter().chain(zones).collect()
    }

    /// Every organisation's office in a country, its security areas and its zones.
    pub fn within_country(&self, country: &str) -> Vec<Uuid> {
        let offices = self.offices.values().filter(|one| one.country == country).map(|one| one.id);
        let areas = self.areas.values().filter(|one| one.country == country).map(|one| one.id);
        let zones = self.zones.values().filter(|one| one.country == country).map(|one| one.id);
        offices.chain(areas).chain(zones).collect()
    }

    /// The organisation of this identifier.
    pub fn organisation(&self, id: Uuid) -> Option<&Organisation> {
        self.organisations.get(&id)
    }

    /// The country office of this identifier.
    pub fn office(&self, id: Uuid) -> Option<&Office> {
        self.offices.get(&id)
    }

    /// The duty station of this identifier.
    pub fn station(&self, id: Uuid) -> Option<&Station> {
        self.stations.get(&id)
    }

    /// A scope's name: the country office's or the organisation's.
    pub fn scope_name(&self, scope: Uuid) -> Option<String> {
        let office = self.office(scope).map(|office| office.name.clone());
        office.or_else(|| self.organisation(scope).map(|organisation| organisation.name.clone()))
    }

    /// Every scope: of each organisation and of each country office.
    pub fn scopes(&self) -> Vec<Uuid> {
        self.organisations.keys().chain(self.offices.keys()).copied().collect()
    }

    /// The country offices of an organisation.
    pub fn offices_of(&self, organisation: Uuid) -> impl Iterator<Item = Uuid> {
        self.by_country.get(&organisation).into_iter().flat_map(|offices| offices.values().copied())
    }

    /// The scopes that must hear of a position of this organisation's people (law 3 of DESIGN.md):
    /// its office in each country that the position may be in, and its own scope where it has no
    /// office there or where no country is near.
    pub fn scopes_at(&self, organisation: Uuid, lat: f64, lon: f64) -> Vec<Uuid> {
        let real =
            borders::countries_at(lat, lon).into_iter().filter_map(countries::by_m49).map(|one| one.iso2.as_str());
        let invented = self.invented.iter().filter(|one| one.may_hold(lat, lon)).map(|one| one.code.as_str());
        let offices = self.by_country.get(&organisation);
        let mut scopes: Vec<Uuid> = real
            .chain(invented)
            .map(|country| offices.and_then(|offices| offices.get(country)).copied().unwrap_or(organisation))
            .collect();
        if scopes.is_empty() {
            scopes.push(organisation);
        }
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }
}

#[cfg(test)]
mod tests;
