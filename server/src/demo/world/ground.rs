//! Where people live in the hit country: areas with grades, zones, premises; and the main
//! organisation's regions.

use std::f64::consts::TAU;

use wire::people::PersonKind;
use wire::places::PremisesKind;
use wire::zones::{Boundary, Shape};

use super::{World, WorldPerson};
use crate::places::countries::{self, Point};

/// The invented grading scheme: code and name, the mildest first.
pub const GRADES: [(&str, &str); 6] = [
    ("minimal", "Minimal"),
    ("low", "Low"),
    ("moderate", "Moderate"),
    ("substantial", "Substantial"),
    ("high", "High"),
    ("extreme", "Extreme"),
];

/// A security area of the hit country, around one of its stations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorldArea {
    /// Name.
    pub name: &'static str,
    /// Place of its station among the hit country's.
    pub station: usize,
    /// Radius of its outline in degrees.
    pub radius: f64,
    /// Its grade: a code of [`GRADES`], and why.
    pub grade: (&'static str, &'static str),
}

/// The areas, one for each station.
pub const AREAS: [WorldArea; 3] = [
    WorldArea {
        name: "Port Asenne and the coast",
        station: 0,
        radius: 0.3,
        grade: ("moderate", "Robberies at night on the harbour road"),
    },
    WorldArea {
        name: "Tolavany and the hills",
        station: 1,
        radius: 0.3,
        grade: ("substantial", "Armed men seen twice this month near the mill"),
    },
    WorldArea { name: "Ruvanti", station: 2, radius: 0.2, grade: ("low", "Calm since the last review") },
];

/// A warden zone of the hit country.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorldZone {
    /// Name.
    pub name: &'static str,
    /// Place of its station among the hit country's, and so of its area.
    pub station: usize,
    /// Degrees north and east of the station.
    pub offset: (f64, f64),
}

/// The zones: four in the capital, two in the second town, one in the third.
pub const ZONES: [WorldZone; 7] = [
    WorldZone { name: "Harbour", station: 0, offset: (-0.015, 0.012) },
    WorldZone { name: "Old Town", station: 0, offset: (0.0, 0.0) },
    WorldZone { name: "Lighthouse Hill", station: 0, offset: (0.02, -0.018) },
    WorldZone { name: "University Quarter", station: 0, offset: (0.018, 0.02) },
    WorldZone { name: "Mill Road", station: 1, offset: (0.0, 0.0) },
    WorldZone { name: "Upper Tolavany", station: 1, offset: (0.02, 0.01) },
    WorldZone { name: "Ruvanti Town", station: 2, offset: (0.0, 0.0) },
];

/// Radius of a zone's outline in degrees.
pub const ZONE_RADIUS: f64 = 0.008;

/// Premises of the main organisation in the hit country: kind, name, station, degrees north and east of it.
pub const PREMISES: [(PremisesKind, &str, usize, (f64, f64)); 5] = [
    (PremisesKind::Office, "Country office", 0, (0.0, 0.0)),
    (PremisesKind::GuestHouse, "Guest house by the lighthouse", 0, (0.02, -0.018)),
    (PremisesKind::Warehouse, "Harbour warehouse", 0, (-0.016, 0.013)),
    (PremisesKind::Office, "Tolavany sub-office", 1, (0.0, 0.0)),
    (PremisesKind::Clinic, "Ruvanti clinic", 2, (0.001, 0.001)),
];

/// The main organisation's regions: name, and the M49 codes of the world's regions in them.
pub const REGIONS: [(&str, &[u16]); 4] =
    [("Africa", &[2]), ("Americas", &[19]), ("Asia and the Pacific", &[142, 9]), ("Europe", &[150])];

/// The region that the invented country is in.
const HIT_REGION: &str = "Asia and the Pacific";

/// Country codes of one of the [`REGIONS`], of those where the main organisation has an office.
pub fn countries_of_region(world: &World, name: &str, m49: &[u16]) -> Vec<String> {
    let here = |code: &str| match countries::by_iso2(code) {
        Some(country) => country.region.is_some_and(|region| m49.contains(&region)),
        None => name == HIT_REGION,
    };
    let offices = world.offices.iter().filter(|office| office.organisation == 0);
    let mut codes: Vec<String> = offices.map(|office| office.country.clone()).filter(|code| here(code)).collect();
    codes.sort_unstable();
    codes
}

/// A round outline of twelve corners.
pub fn round(middle: Point, radius: f64) -> Boundary {
    let corner = |at: u32| {
        let angle = TAU * f64::from(at % 12) / 12.0;
        vec![middle.lon + radius * angle.cos(), middle.lat + radius * angle.sin()]
    };
    Boundary { shape: Shape::Polygon, coordinates: vec![(0..=12).map(corner).collect()] }
}

/// Gives everybody in the hit country a zone of their station, and every dependant and visitor a
/// sponsor: somebody of the staff at the same station, of the first half of it, so that whoever
/// enters people in chunks has entered the sponsor.
pub(super) fn settle(world: &mut World) {
    let stations: Vec<usize> = hit_stations(world);
    // The second organisation's one station is in the capital.
    let place = |person: &WorldPerson| stations.iter().position(|at| *at == person.station).unwrap_or_default();
    let of_country: Vec<usize> = world.roster(world.hit_office).chain(world.roster(world.second_office)).collect();
    let mut staff: Vec<Vec<usize>> = vec![Vec::new(); stations.len()];
    let mut count = 0;
    for at in of_country {
        let Some(person) = world.people.get_mut(at) else { continue };
        let here = place(person);
        let zones: Vec<usize> =
            (0..ZONES.len()).filter(|zone| ZONES.get(*zone).is_some_and(|z| z.station == here)).collect();
        count += 1;
        person.zone = zones.get(count % zones.len().max(1)).copied();
        let Some(of_station) = staff.get_mut(here) else { continue };
        match person.kind {
            PersonKind::Dependant | PersonKind::Visitor => {
                person.sponsor = of_station.get(count * 7 % (of_station.len() / 2).max(1)).copied();
            }
            _ => of_station.push(at),
        }
    }
}

/// The stations of the main organisation in the hit country, in their order.
pub fn hit_stations(world: &World) -> Vec<usize> {
    let stations = world.stations.iter().enumerate().filter(|(_, station)| station.office == world.hit_office);
    stations.map(|(at, _)| at).collect()
}
