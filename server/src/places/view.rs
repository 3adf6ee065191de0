//! All places in memory, and what follows from them.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::calling_codes::countries_of;
use super::{InventedCountry, Office, Organisation, Premises, Region, SecurityArea, Station, Zone, borders, countries};
use crate::access::{CountryCode, Reach};
use crate::kernel::ids::MUSTER;

/// All places as they stood at one moment.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Organisations by identifier.
    pub organisations: BTreeMap<Uuid, Organisation>,
    /// Country offices by identifier, closed ones too.
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
    /// Premises that have not ended, by identifier.
    pub premises: BTreeMap<Uuid, Premises>,
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
    pub fn with_groupings(
        self,
        regions: Vec<Region>,
        areas: Vec<SecurityArea>,
        zones: Vec<Zone>,
        premises: Vec<Premises>,
    ) -> Self {
        Self {
            premises: premises.into_iter().map(|one| (one.id, one)).collect(),
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

    /// Whether a reach holds any of a country: the whole, or somebody's office there.
    pub fn touches_country(&self, reach: &Reach, country: &str) -> bool {
        let whole = CountryCode::parse(country).is_some_and(|country| reach.contains(country.key()));
        whole || self.offices.values().any(|office| office.country == country && reach.contains(office.id))
    }

    /// The scopes in which something about a country is noted: every organisation's office there, or
    /// every organisation where nobody has an office.
    pub fn scopes_of_country(&self, country: &str) -> Vec<Uuid> {
        let offices: Vec<Uuid> =
            self.offices.values().filter(|office| office.country == country).map(|office| office.id).collect();
        if offices.is_empty() { self.organisations.keys().copied().collect() } else { offices }
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
        if scope == MUSTER {
            return Some("Muster".to_owned());
        }
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

    fn open(&self, office: Uuid) -> Option<Uuid> {
        self.office(office).filter(|office| office.closed_at.is_none()).map(|office| office.id)
    }

    /// The scopes that must hear of a position of this organisation's people:
    /// its open office in each country that the position may be in, and its own scope where it has no
    /// office there or where no country is near.
    pub fn scopes_at(&self, organisation: Uuid, lat: f64, lon: f64) -> Vec<Uuid> {
        let real =
            borders::countries_at(lat, lon).into_iter().filter_map(countries::by_m49).map(|one| one.iso2.as_str());
        let invented = self.invented.iter().filter(|one| one.may_hold(lat, lon)).map(|one| one.code.as_str());
        let offices = self.by_country.get(&organisation);
        let mut scopes: Vec<Uuid> = real
            .chain(invented)
            .map(|country| offices.and_then(|offices| self.open(*offices.get(country)?)).unwrap_or(organisation))
            .collect();
        if scopes.is_empty() {
            scopes.push(organisation);
        }
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// Whether no places are known: there are none, or they were never read.
    pub fn is_empty(&self) -> bool {
        self.organisations.is_empty()
    }

    /// The scopes that must hear of somebody of whom nothing is known but a telephone number: every organisation's, and
    /// their open offices in the countries that the number may be of.
    pub fn scopes_of_number(&self, number: &str) -> Vec<Uuid> {
        let countries: Vec<_> = countries_of(number).collect();
        let offices = self
            .by_country
            .values()
            .flat_map(|offices| countries.iter().filter_map(|country| self.open(*offices.get(*country)?)));
        self.organisations.keys().copied().chain(offices).collect()
    }
}
