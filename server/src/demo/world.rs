//! The invented world of the demo and of load runs: who is where, for which organisation.
//!
//! 16,000 people in 170 countries: 169 real ones and one invented island country, which the exercise
//! hits. Staff are spread over the countries by Zipf's law with exponent 0.8 and at least 3 in each.
//! The hit country is fixed at rank 4: 480 staff, 190 dependants and 40 visitors of the main
//! organisation (its roster of 710), and 12 staff of a second organisation, so that the wall between
//! organisations can be seen. The other 15,278 people are the main organisation's staff elsewhere.
//! One in five staff is international.
//!
//! Nobody here exists, no number can ring (every one is +999, a country code that is reserved and not in
//! use, then the country's M49 code and a serial number), and no mail arrives (`.invalid`).

pub mod ground;
mod making;

use chrono_tz::Tz;
use wire::people::PersonKind;

pub use making::build;

use crate::places::countries::{Names, Point};

/// Everybody.
pub const PEOPLE: usize = 16_000;
/// Countries with an office, the invented one among them.
pub const COUNTRIES: usize = 170;
/// Staff of the main organisation in the hit country.
pub const HIT_STAFF: usize = 480;
/// International staff among them.
pub const HIT_INTERNATIONAL: usize = 96;
/// Dependants in the hit country.
pub const HIT_DEPENDANTS: usize = 190;
/// Visitors in the hit country.
pub const HIT_VISITORS: usize = 40;
/// Staff of the second organisation, all in the hit country.
pub const SECOND_STAFF: usize = 12;

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldOrganisation {
    /// Full name.
    pub name: &'static str,
    /// Short name.
    pub short_name: &'static str,
}

/// A country that is on no map: a circle of open sea in the southern Indian Ocean.
#[derive(Debug, Clone, PartialEq)]
pub struct InventedCountry {
    /// User-assigned alpha-2 code, `XM`.
    pub iso2: &'static str,
    /// User-assigned numeric code; no real country has it.
    pub m49: u16,
    /// Name in six languages.
    pub names: Names,
    /// Middle of the circle.
    pub centre: Point,
    /// Radius of the circle in kilometres. A position within is in this country.
    pub radius_km: f64,
    /// IANA time zone.
    pub time_zone: Tz,
}

/// An organisation's office in a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldOffice {
    /// Index into [`World::organisations`].
    pub organisation: usize,
    /// Alpha-2 code.
    pub country: String,
    /// Name.
    pub name: String,
    /// Duty officer's number.
    pub duty_number: String,
    /// Local emergency number; invented as well, so that trying it in a demo rings nobody.
    pub emergency_number: String,
}

/// A duty station.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldStation {
    /// Index into [`World::offices`].
    pub office: usize,
    /// Name: the capital's outside the hit country.
    pub name: String,
    /// IANA time zone.
    pub time_zone: Tz,
    /// Position of the office building.
    pub at: Point,
}

/// A telephone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldPhone {
    /// E.164.
    pub number: String,
    /// `mobile` or `satellite`.
    pub kind: &'static str,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldPerson {
    /// Kind.
    pub kind: PersonKind,
    /// Name.
    pub name: String,
    /// E-mail address: staff have one.
    pub email: Option<String>,
    /// Radio call sign: staff of the main organisation in the hit country have one.
    pub call_sign: Option<String>,
    /// BCP 47 tags, best first.
    pub languages: Vec<&'static str>,
    /// Index into [`World::offices`].
    pub office: usize,
    /// Index into [`World::stations`].
    pub station: usize,
    /// Numbers, at least one.
    pub phones: Vec<WorldPhone>,
    /// In the hit country, where they live: index into [`ground::ZONES`].
    pub zone: Option<usize>,
    /// Of dependants and visitors, whose: index into [`World::people`].
    pub sponsor: Option<usize>,
    /// Set for the few whom the demo names.
    pub part: Option<Part>,
}

/// Whom the demo names: who signs in, and whose phones are at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Operator of the operations centre.
    Operator,
    /// A second operator, at the other site.
    SecondOperator,
    /// Field security officer of the hit country.
    SecurityOfficer,
    /// Administrator of the installation.
    Administrator,
    /// Owner of the first phone: a driver, national staff.
    Phone1,
    /// Owner of the second phone: international staff.
    Phone2,
    /// Owner of the third phone: national staff, looks after a zone of residences.
    Phone3,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 7] = [
        Self::Operator,
        Self::SecondOperator,
        Self::SecurityOfficer,
        Self::Administrator,
        Self::Phone1,
        Self::Phone2,
        Self::Phone3,
    ];
}

/// The whole world; indexes point into its lists.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// The country that is hit.
    pub invented: InventedCountry,
    /// The main organisation, then the second.
    pub organisations: Vec<WorldOrganisation>,
    /// The main organisation's by rank of country, then the second organisation's one.
    pub offices: Vec<WorldOffice>,
    /// In the order of their offices.
    pub stations: Vec<WorldStation>,
    /// In the order of their offices.
    pub people: Vec<WorldPerson>,
    /// The main organisation's office in the hit country.
    pub hit_office: usize,
    /// The second organisation's office, in the hit country as well.
    pub second_office: usize,
}

impl World {
    /// Index of the person who has a part.
    pub fn with_part(&self, part: Part) -> Option<usize> {
        self.people.iter().position(|person| person.part == Some(part))
    }

    /// Indexes of everybody of an office.
    pub fn roster(&self, office: usize) -> impl Iterator<Item = usize> {
        self.people.iter().enumerate().filter(move |(_, person)| person.office == office).map(|(index, _)| index)
    }

    /// The duty station in the hit country's capital, where the exercise begins.
    pub fn capital(&self) -> Option<&WorldStation> {
        self.stations.iter().find(|station| station.office == self.hit_office)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::{borders, countries};
    use std::collections::HashSet;
    use std::sync::LazyLock;

    static WORLD: LazyLock<World> = LazyLock::new(|| build(1));

    fn count(people: impl Iterator<Item = usize>, kind: PersonKind) -> usize {
        people.filter(|index| WORLD.people[*index].kind == kind).count()
    }

    #[test]
    fn there_are_16_000_people_in_170_countries() {
        assert_eq!(WORLD.people.len(), PEOPLE);
        let by_country: HashSet<&str> = WORLD.offices.iter().map(|office| office.country.as_str()).collect();
        assert_eq!((by_country.len(), WORLD.offices.len(), WORLD.stations.len()), (COUNTRIES, 171, 173));
        let real = by_country.iter().filter(|iso2| countries::by_iso2(iso2).is_some()).count();
        assert_eq!(real, COUNTRIES - 1);
        assert!(WORLD.people.iter().all(|p| WORLD.stations[p.station].office == p.office));
    }

    #[test]
    fn the_hit_country_has_its_710_and_a_second_organisation() {
        let roster = || WORLD.roster(WORLD.hit_office);
        assert_eq!(roster().count(), 710);
        assert_eq!(count(roster(), PersonKind::StaffIntl), HIT_INTERNATIONAL);
        assert_eq!(count(roster(), PersonKind::StaffNational), HIT_STAFF - HIT_INTERNATIONAL);
        assert_eq!(count(roster(), PersonKind::Dependant), HIT_DEPENDANTS);
        assert_eq!(count(roster(), PersonKind::Visitor), HIT_VISITORS);
        assert_eq!(WORLD.roster(WORLD.second_office).count(), SECOND_STAFF);
        assert_eq!(WORLD.offices[WORLD.hit_office].country, WORLD.offices[WORLD.second_office].country);
        assert_eq!(WORLD.offices[WORLD.second_office].organisation, 1);
        assert_eq!(WORLD.stations.iter().filter(|s| s.office == WORLD.hit_office).count(), 3);
        assert_eq!(WORLD.capital().unwrap().name, "Port Asenne");
        assert!(roster().all(|i| WORLD.people[i].call_sign.is_some() == WORLD.people[i].email.is_some()));
    }

    #[test]
    fn staff_follow_zipf_with_the_hit_country_fourth() {
        let staff: Vec<usize> =
            (0..COUNTRIES).map(|o| WORLD.roster(o).filter(|i| WORLD.people[*i].email.is_some()).count()).collect();
        assert!(staff.windows(2).all(|pair| pair[0] >= pair[1]), "{staff:?}");
        assert_eq!((WORLD.hit_office, staff[3]), (3, HIT_STAFF));
        assert!(staff.iter().all(|n| *n >= 3));
        let steepness = (staff[0] as f64 / staff[99] as f64).ln() / 100f64.ln();
        assert!((steepness - 0.8).abs() < 0.01, "{steepness}");
        let all: usize = staff.iter().sum();
        let international = count(0..PEOPLE, PersonKind::StaffIntl);
        assert!((international as f64 / all as f64 - 0.2).abs() < 0.005, "{international} of {all}");
    }

    #[test]
    fn the_same_seed_gives_the_same_world_and_another_seed_other_people() {
        let started = std::time::Instant::now();
        let again = build(1);
        println!("built in {:?}", started.elapsed());
        assert!(again == *WORLD);
        let other = build(2);
        assert_eq!(other.people.len(), PEOPLE);
        assert_eq!(other.offices.len(), WORLD.offices.len());
        let same = other.people.iter().zip(&WORLD.people).filter(|(a, b)| a.name == b.name).count();
        assert!(same < PEOPLE / 10, "{same}");
    }

    #[test]
    fn numbers_addresses_and_call_signs_are_nobody_elses() {
        let phones = WORLD.people.iter().flat_map(|p| p.phones.iter().map(|phone| &phone.number));
        let offices = WORLD.offices.iter().flat_map(|o| [&o.duty_number, &o.emergency_number]);
        let numbers: Vec<&String> = phones.chain(offices).collect();
        assert!(numbers.iter().all(|n| n.len() == 13 && n.starts_with("+999")));
        assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), numbers.len());
        let addresses: Vec<&String> = WORLD.people.iter().filter_map(|p| p.email.as_ref()).collect();
        assert!(addresses.iter().all(|a| a.ends_with("@demo.invalid") && a.is_ascii()));
        assert_eq!(addresses.iter().collect::<HashSet<_>>().len(), addresses.len());
        let signs: Vec<&String> = WORLD.people.iter().filter_map(|p| p.call_sign.as_ref()).collect();
        assert!(signs.iter().all(|sign| sign.len() <= 20));
        assert_eq!(signs.iter().collect::<HashSet<_>>().len(), HIT_STAFF);
    }

    #[test]
    fn every_field_fits_what_the_interface_takes() {
        for person in &WORLD.people {
            assert!((1..=200).contains(&person.name.chars().count()));
            assert!((1..=8).contains(&person.languages.len()) && !person.phones.is_empty());
            assert_eq!(person.languages.iter().collect::<HashSet<_>>().len(), person.languages.len());
        }
        for station in &WORLD.stations {
            assert!(
                station.time_zone.name().parse::<Tz>().is_ok() && Point::new(station.at.lat, station.at.lon).is_some()
            );
        }
        assert!(WORLD.organisations.iter().all(|o| o.short_name.len() <= 20));
    }

    #[test]
    fn every_part_is_played_once_and_in_the_right_place() {
        for part in Part::ALL {
            assert_eq!(WORLD.people.iter().filter(|p| p.part == Some(part)).count(), 1, "{part:?}");
        }
        let of = |part| &WORLD.people[WORLD.with_part(part).unwrap()];
        let operator = of(Part::Operator);
        assert_eq!((operator.name.as_str(), operator.email.as_deref()), ("Awa Diallo", Some("operator@demo.invalid")));
        assert_eq!(WORLD.offices[of(Part::SecondOperator).office].country, "PH");
        for part in [Part::SecurityOfficer, Part::Phone1, Part::Phone2, Part::Phone3] {
            assert_eq!(of(part).office, WORLD.hit_office);
        }
        assert_eq!(of(Part::Phone1).kind, PersonKind::StaffNational);
        assert_eq!(of(Part::Phone2).kind, PersonKind::StaffIntl);
        assert_eq!(WORLD.stations[of(Part::Phone3).station].name, "Tolavany");
    }

    #[test]
    fn the_invented_country_is_open_sea_and_holds_its_stations() {
        let land = &WORLD.invented;
        assert!(countries::by_iso2(land.iso2).is_none() && countries::by_m49(land.m49).is_none());
        let reach = (land.radius_km + 500.0) / 111.0;
        for north in -10..=10 {
            for east in -10..=10 {
                let (lat, lon) = (
                    land.centre.lat + reach * f64::from(north) / 10.0,
                    land.centre.lon + reach * f64::from(east) / 10.0,
                );
                assert_eq!(borders::countries_at(lat, lon), Vec::<u16>::new(), "{lat}, {lon}");
            }
        }
        for station in WORLD.stations.iter().filter(|s| WORLD.offices[s.office].country == land.iso2) {
            let east = (station.at.lon - land.centre.lon) * land.centre.lat.to_radians().cos();
            assert!((station.at.lat - land.centre.lat).hypot(east) * 111.2 + 25.0 < land.radius_km);
            assert_eq!(station.time_zone, land.time_zone);
        }
    }

    #[test]
    fn everybody_in_the_hit_country_lives_in_a_zone_of_their_town_and_every_guest_has_a_sponsor_there() {
        let stations = ground::hit_stations(&WORLD);
        let mut living = [0; ground::ZONES.len()];
        for person in WORLD.people.iter() {
            let here = [WORLD.hit_office, WORLD.second_office].contains(&person.office);
            assert_eq!(person.zone.is_some(), here, "{}", person.name);
            if let Some(zone) = person.zone {
                living[zone] += 1;
                let station = stations[ground::ZONES[zone].station];
                assert!(person.station == station || (person.office == WORLD.second_office && station == stations[0]));
            }
            let guest = matches!(person.kind, PersonKind::Dependant | PersonKind::Visitor);
            assert_eq!(person.sponsor.is_some(), guest, "{}", person.name);
            if let Some(sponsor) = person.sponsor.map(|at| &WORLD.people[at]) {
                assert!(sponsor.station == person.station && sponsor.sponsor.is_none() && sponsor.email.is_some());
            }
        }
        assert!(living.iter().all(|people| *people >= 30), "{living:?}");
    }

    #[test]
    fn every_country_of_the_main_organisation_is_in_one_region() {
        let regions = ground::REGIONS.iter().flat_map(|(name, m49)| ground::countries_of_region(&WORLD, name, m49));
        let mut regions: Vec<String> = regions.collect();
        regions.sort_unstable();
        let mut countries: Vec<String> = WORLD
            .offices
            .iter()
            .filter(|office| office.organisation == 0)
            .map(|office| office.country.clone())
            .collect();
        countries.sort_unstable();
        assert_eq!(regions, countries);
    }

    #[test]
    fn every_outline_is_one_that_may_be_kept() {
        use crate::places::boundary::Outline;
        let stations = ground::hit_stations(&WORLD);
        for area in ground::AREAS {
            let at = WORLD.stations[stations[area.station]].at;
            assert!(Outline::new(&ground::round(at, area.radius)).is_ok());
            assert!(ground::GRADES.iter().any(|(code, _)| *code == area.grade.0));
        }
        let (lat, lon) = (WORLD.invented.centre.lat, WORLD.invented.centre.lon);
        assert!(Outline::new(&ground::round(Point { lat, lon }, ground::ZONE_RADIUS)).is_ok());
    }
}
