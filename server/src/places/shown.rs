//! Which places somebody sees: those of the offices, organisations, countries and zones where they
//! may do anything.

use std::sync::Arc;

use uuid::Uuid;
use wire::places::{Countries, Country, CountryNames, WorldRegion};
use wire::zones::GradingScheme;

use super::areas::wire_area;
use super::premises::wire_premises;
use super::regions::wire_region;
use super::service::{wire_office, wire_organisation, wire_station};
use super::zones::wire_zone;
use super::{InventedCountry, Office, Region, SecurityArea, View, Zone, countries, world_regions};
use crate::access::Reach;

/// Where the list of countries comes from (`data/README.md`).
const SOURCES: &str = "Names, codes, points and dial codes: OCHA countries and territories taxonomy (hdx-python-country \
                       4.2.5, MIT). Time zones: GeoNames (geonames.org), CC BY 4.0. Regions: UN M49.";

/// The places that somebody sees.
pub struct Shown {
    view: Arc<View>,
    reach: Reach,
}

impl Shown {
    /// Of what somebody may see anything of.
    pub fn new(view: Arc<View>, reach: Reach) -> Self {
        Self { view, reach }
    }

    /// All places.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Whether they see an office, its stations and premises.
    pub fn sees_office(&self, office: Uuid) -> bool {
        self.reach.contains(office)
    }

    /// Whether they see a zone: all of its country do.
    pub fn sees_zone(&self, zone: &Zone) -> bool {
        self.reach.contains(zone.id) || self.view.touches_country(&self.reach, &zone.country)
    }

    /// Whether they see a security area: all of its country do.
    pub fn sees_area(&self, area: &SecurityArea) -> bool {
        self.reach.contains(area.id) || self.view.touches_country(&self.reach, &area.country)
    }

    fn sees_region(&self, region: &Region) -> bool {
        self.reach.contains(region.id) || self.reach.contains(region.organisation)
    }

    /// The offices that they see.
    pub fn offices(&self) -> impl Iterator<Item = &Office> {
        self.view.offices.values().filter(|office| self.sees_office(office.id))
    }

    /// All of it, as the interface shows it.
    pub fn wire(&self, grading_schemes: Vec<GradingScheme>) -> wire::places::Places {
        let view = &self.view;
        let offices: Vec<&Office> = self.offices().collect();
        let named = |id: Uuid| self.reach.contains(id) || offices.iter().any(|office| office.organisation == id);
        let stations = view.stations.values().filter(|one| self.sees_office(one.office));
        let premises = view.premises.values().filter(|one| self.sees_office(one.office));
        wire::places::Places {
            organisations: view.organisations.values().filter(|one| named(one.id)).map(wire_organisation).collect(),
            duty_stations: stations.map(wire_station).collect(),
            regions: view.regions.values().filter(|one| self.sees_region(one)).map(wire_region).collect(),
            premises: premises.map(wire_premises).collect(),
            zones: view.zones.values().filter(|one| self.sees_zone(one)).map(wire_zone).collect(),
            security_areas: view.areas.values().filter(|one| self.sees_area(one)).map(wire_area).collect(),
            offices: offices.into_iter().map(wire_office).collect(),
            grading_schemes,
        }
    }
}

/// Every country: the world's and the invented ones.
pub(super) fn countries(view: &View) -> Countries {
    let real = countries::all().iter().map(real_country);
    let mut all: Vec<Country> = real.chain(view.invented.iter().map(invented_country)).collect();
    all.sort_by(|a, b| a.code.cmp(&b.code));
    let regions = world_regions::ALL.iter().map(|(m49, name)| WorldRegion { m49: *m49, name: (*name).to_owned() });
    Countries { countries: all, world_regions: regions.collect(), sources: SOURCES.to_owned() }
}

fn real_country(one: &countries::Country) -> Country {
    let countries::Names { en, fr, es, ru, zh, ar } = one.names.clone();
    Country {
        code: one.iso2.clone(),
        iso3: Some(one.iso3.clone()),
        m49: Some(one.m49),
        region: one.region,
        sub_region: one.sub_region,
        names: CountryNames { en, fr, es, ru, zh, ar },
        lat: one.centre.map(|centre| centre.lat),
        lon: one.centre.map(|centre| centre.lon),
        time_zone: one.time_zone.map(|zone| zone.name().to_owned()),
        dial_codes: one.dial_codes.clone(),
        invented: false,
    }
}

fn invented_country(one: &InventedCountry) -> Country {
    let name = || one.name.clone();
    Country {
        code: one.code.clone(),
        iso3: None,
        m49: None,
        region: None,
        sub_region: None,
        names: CountryNames { en: name(), fr: name(), es: name(), ru: name(), zh: name(), ar: name() },
        lat: Some(one.lat),
        lon: Some(one.lon),
        time_zone: Some(one.time_zone.clone()),
        dial_codes: Vec::new(),
        invented: true,
    }
}
