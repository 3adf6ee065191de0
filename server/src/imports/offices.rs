//! Places of one organisation as a list names them.

use std::collections::HashMap;

use uuid::Uuid;

use super::headings::heading_key;
use super::vocabulary;
use crate::places::{Office, View};

/// Country offices, duty stations and zones by their names.
pub struct Offices<'a> {
    view: &'a View,
    /// The only office that the import may touch.
    limit: Option<Uuid>,
    by_name: HashMap<String, Uuid>,
    by_country: HashMap<String, Uuid>,
    stations: HashMap<String, Vec<(Uuid, Uuid)>>,
    zones: HashMap<(String, String), Uuid>,
}

impl<'a> Offices<'a> {
    /// Of an organisation, those that are open; of one country office only, where there is a limit.
    pub fn new(view: &'a View, organisation: Uuid, limit: Option<Uuid>) -> Self {
        let mut offices = Self {
            view,
            limit,
            by_name: HashMap::new(),
            by_country: HashMap::new(),
            stations: HashMap::new(),
            zones: HashMap::new(),
        };
        // Nobody is entered in a closed one.
        let open = |office: &&Office| office.organisation == organisation && office.closed_at.is_none();
        for office in view.offices.values().filter(open) {
            offices.by_name.insert(heading_key(&office.name), office.id);
            offices.by_country.insert(office.country.clone(), office.id);
        }
        for station in view.stations.values() {
            if view.office(station.office).is_some_and(|office| office.organisation == organisation) {
                offices.stations.entry(heading_key(&station.name)).or_default().push((station.office, station.id));
            }
        }
        for zone in view.zones.values() {
            offices.zones.insert((zone.country.clone(), heading_key(&zone.name)), zone.id);
        }
        offices
    }

    /// The office of a name, a country's code, or a country's name.
    pub fn named(&self, text: &str) -> Option<Uuid> {
        let by_id = Uuid::parse_str(text).ok().filter(|id| self.by_country.values().any(|office| office == id));
        let by_name = || self.by_name.get(&heading_key(text)).copied();
        by_id.or_else(by_name).or_else(|| self.by_country.get(&self.country_code(text)?).copied())
    }

    /// The office of a duty station, where only one has a station of this name.
    pub fn of_station(&self, text: &str) -> Option<Uuid> {
        match self.stations.get(&heading_key(text)).map(Vec::as_slice) {
            Some([(office, _)]) => Some(*office),
            _ => None,
        }
    }

    /// A duty station of an office.
    pub fn station(&self, office: Uuid, text: &str) -> Option<Uuid> {
        let stations = self.stations.get(&heading_key(text))?;
        stations.iter().find(|(of, _)| *of == office).map(|(_, station)| *station)
    }

    /// A zone in the country of an office.
    pub fn zone(&self, office: Uuid, text: &str) -> Option<Uuid> {
        self.zones.get(&(self.country(office)?.to_owned(), heading_key(text))).copied()
    }

    /// The country of an office.
    pub fn country(&self, office: Uuid) -> Option<&'a str> {
        self.view.office(office).map(|office| office.country.as_str())
    }

    /// The code of a country by its code or name; invented ones too.
    pub fn country_code(&self, text: &str) -> Option<String> {
        let invented = self.view.invented.iter().find(|country| {
            country.code.eq_ignore_ascii_case(text.trim()) || heading_key(&country.name) == heading_key(text)
        });
        match invented {
            Some(country) => Some(country.code.clone()),
            None => vocabulary::country(text).map(|country| country.iso2.clone()),
        }
    }

    /// Whether people of an office may be imported here.
    pub fn may_be(&self, office: Uuid) -> bool {
        self.limit.is_none_or(|limit| limit == office) && self.by_country.values().any(|one| *one == office)
    }

    /// The only office that people can be of.
    pub fn only(&self) -> Option<Uuid> {
        self.limit
    }
}
