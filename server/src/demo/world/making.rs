//! How the invented world is generated.

use chrono_tz::Tz;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use wire::people::PersonKind;

use super::{
    COUNTRIES, HIT_DEPENDANTS, HIT_INTERNATIONAL, HIT_STAFF, HIT_VISITORS, InventedCountry, PEOPLE, Part, SECOND_STAFF,
    World, WorldOffice, WorldOrganisation, WorldPerson, WorldPhone, WorldStation, ground,
};
use crate::demo::names::{self, Name};
use crate::places::countries::{self, Names, Point};

/// The hit country's place among the countries by staff, from 0.
const HIT_RANK: usize = 3;
/// No country has fewer staff.
const FEWEST_STAFF: usize = 3;
const ZIPF: f64 = 0.8;

/// The real countries by rank: made up, and no statement about any of them.
const ORDER: &str = "KE ET CD SS SD SO YE NG AF ML NE BF TD CF LB JO IQ SY UA HT CO VE BD MM PK UG CM MZ BI LY PS PA PH \
    SN ZW MG MW EG TR CH AE AL AM AO AR AT AU AZ BA BB BE BG BH BJ BO BR BT BW BY BZ CA CG CI CL CN CR \
    CU CV CZ DE DJ DK DO DZ EC EE ER ES FI FJ FR GA GB GE GH GM GN GQ GR GT GW GY HN HR HU ID IE IL IN \
    IR IT JM JP KG KH KM KP KR KW KZ LA LK LR LS LT LV MA MD ME MK MN MR MU MV MX MY NA NI NL NO NP NZ \
    OM PE PG PL PT PY RO RS RU RW SA SB SC SE SI SK SL SR ST SV SZ TG TH TJ TL TM TN TT TZ US UY UZ VN \
    VU WS ZA ZM";

/// Stations of the hit country: name, position, call sign's word, share of its people in twentieths.
const HIT_STATIONS: [(&str, Point, &str, usize); 3] = [
    ("Port Asenne", Point { lat: -17.62, lon: 84.71 }, "PAPA", 12),
    ("Tolavany", Point { lat: -18.31, lon: 85.38 }, "TANGO", 5),
    ("Ruvanti", Point { lat: -18.12, lon: 84.55 }, "ROMEO", 3),
];

/// Makes the world. The same seed gives the same world.
pub fn build(seed: u64) -> World {
    let mut making = Making {
        rng: Xoshiro256PlusPlus::seed_from_u64(seed),
        m49: 0,
        numbers: 0,
        world: World {
            invented: invented(),
            organisations: vec![
                WorldOrganisation { name: "Farlight Relief Organisation", short_name: "Farlight" },
                WorldOrganisation { name: "Saltmarsh Medical Network", short_name: "Saltmarsh" },
            ],
            offices: Vec::new(),
            stations: Vec::new(),
            people: Vec::with_capacity(PEOPLE),
            hit_office: 0,
            second_office: 0,
        },
    };
    let mut real = ORDER.split(' ').filter(|word| !word.is_empty()).filter_map(countries::by_iso2);
    for (rank, staff) in staff_by_rank().into_iter().enumerate() {
        if rank == HIT_RANK {
            making.hit_country();
        } else if let Some(country) = real.next() {
            making.real_country(country, staff);
        }
    }
    making.second_organisation();
    Part::ALL.into_iter().for_each(|part| making.cast(part));
    ground::settle(&mut making.world);
    making.world
}

fn invented() -> InventedCountry {
    let names = [("en", "Maruvela"), ("ru", "Марувела"), ("zh", "马鲁韦拉"), ("ar", "ماروفيلا")];
    let name = |tag: &str| names.iter().find(|(each, _)| *each == tag).map_or("Maruvela", |(_, name)| name).to_owned();
    InventedCountry {
        iso2: "XM",
        m49: 998,
        names: Names { en: name("en"), fr: name("fr"), es: name("es"), ru: name("ru"), zh: name("zh"), ar: name("ar") },
        centre: Point { lat: -18.0, lon: 85.0 },
        radius_km: 120.0,
        time_zone: Tz::Indian__Chagos,
    }
}

/// Staff of the main organisation in each country, most first: Zipf with the hit country fixed, by
/// the largest remainders.
fn staff_by_rank() -> Vec<usize> {
    let elsewhere = PEOPLE - HIT_STAFF - HIT_DEPENDANTS - HIT_VISITORS - SECOND_STAFF;
    let weight = |rank: usize| if rank == HIT_RANK { 0.0 } else { ((rank + 1) as f64).powf(-ZIPF) };
    let total: f64 = (0..COUNTRIES).map(weight).sum();
    let exact = |rank: usize| elsewhere as f64 * weight(rank) / total;
    let mut staff: Vec<usize> = (0..COUNTRIES).map(|rank| (exact(rank) as usize).max(FEWEST_STAFF)).collect();
    if let Some(hit) = staff.get_mut(HIT_RANK) {
        *hit = HIT_STAFF;
    }
    let missing = (elsewhere + HIT_STAFF).saturating_sub(staff.iter().sum());
    let mut by_remainder: Vec<usize> = (0..COUNTRIES).filter(|rank| *rank != HIT_RANK).collect();
    by_remainder.sort_by(|a, b| exact(*b).fract().total_cmp(&exact(*a).fract()));
    for rank in by_remainder.into_iter().take(missing) {
        if let Some(country) = staff.get_mut(rank) {
            *country += 1;
        }
    }
    staff
}

/// Name, mailbox, station, kind, languages.
fn sheet(part: Part) -> (&'static str, &'static str, &'static str, PersonKind, &'static str) {
    use PersonKind::{StaffIntl, StaffNational};
    match part {
        Part::Operator => ("Awa Diallo", "operator", "Panama City", StaffIntl, "fr en es"),
        Part::SecondOperator => ("Joaquín Vareda", "operator2", "Manila", StaffIntl, "en es"),
        Part::SecurityOfficer => ("Henrik Sandovar", "officer", "Port Asenne", StaffIntl, "en fr ar"),
        Part::Administrator => ("Noor Haddarin", "admin", "Panama City", StaffNational, "en ar es"),
        Part::Phone1 => ("Amina Yaro", "phone1", "Port Asenne", StaffNational, "fr ar"),
        Part::Phone2 => ("Léa Fontvielle", "phone2", "Port Asenne", StaffIntl, "fr en"),
        Part::Phone3 => ("Idris Belcouri", "phone3", "Tolavany", StaffNational, "ar fr en"),
    }
}

/// The world as it grows.
struct Making {
    rng: Xoshiro256PlusPlus,
    /// Country of the office in hand.
    m49: u16,
    /// Numbers given out so far.
    numbers: u32,
    world: World,
}

impl Making {
    fn real_country(&mut self, country: &countries::Country, staff: usize) {
        let office = self.office(0, &country.iso2, country.m49, format!("{} country office", country.name));
        let (Some(capital), Some(at), Some(zone)) = (&country.capital, country.capital_at, country.time_zone) else {
            return;
        };
        let station = self.station(office, capital.clone(), zone, at);
        let international = (staff + 2) / 5;
        for index in 0..staff {
            let kind = if index < international { PersonKind::StaffIntl } else { PersonKind::StaffNational };
            self.person(office, station, kind);
        }
    }

    fn hit_country(&mut self) {
        let (iso2, zone) = (self.world.invented.iso2, self.world.invented.time_zone);
        let name = format!("{} country office", self.world.invented.names.en);
        let office = self.office(0, iso2, self.world.invented.m49, name);
        self.world.hit_office = office;
        let stations: Vec<usize> =
            HIT_STATIONS.iter().map(|(name, at, ..)| self.station(office, (*name).to_owned(), zone, *at)).collect();
        let groups = [
            (PersonKind::StaffIntl, HIT_INTERNATIONAL),
            (PersonKind::StaffNational, HIT_STAFF - HIT_INTERNATIONAL),
            (PersonKind::Dependant, HIT_DEPENDANTS),
            (PersonKind::Visitor, HIT_VISITORS),
        ];
        // One place in the list for each twentieth of the people.
        let shares: Vec<(usize, &str)> = stations
            .iter()
            .zip(HIT_STATIONS)
            .flat_map(|(station, (_, _, word, share))| std::iter::repeat_n((*station, word), share))
            .collect();
        let mut signs = 100;
        for (kind, count) in groups {
            for (_, (station, word)) in (0..count).zip(shares.iter().cycle()) {
                self.person(office, *station, kind);
                if let (Some(person), true) = (self.world.people.last_mut(), is_staff(kind)) {
                    signs += 1;
                    person.call_sign = Some(format!("{word} {signs}"));
                }
            }
        }
    }

    fn second_organisation(&mut self) {
        let (iso2, m49, zone) = (self.world.invented.iso2, self.world.invented.m49, self.world.invented.time_zone);
        let name = format!("Saltmarsh {} office", self.world.invented.names.en);
        let office = self.office(1, iso2, m49, name);
        self.world.second_office = office;
        let [(capital, at, ..), ..] = HIT_STATIONS;
        let station =
            self.station(office, capital.to_owned(), zone, Point { lat: at.lat + 0.006, lon: at.lon + 0.004 });
        for index in 0..SECOND_STAFF {
            let kind = if index < 3 { PersonKind::StaffIntl } else { PersonKind::StaffNational };
            self.person(office, station, kind);
        }
    }

    /// An office of an organisation, with its numbers.
    fn office(&mut self, organisation: usize, country: &str, m49: u16, name: String) -> usize {
        self.m49 = m49;
        let duty_number = self.number();
        let emergency_number = self.number();
        let country = country.to_owned();
        self.world.offices.push(WorldOffice { organisation, country, name, duty_number, emergency_number });
        self.world.offices.len() - 1
    }

    fn station(&mut self, office: usize, name: String, time_zone: Tz, at: Point) -> usize {
        self.world.stations.push(WorldStation { office, name, time_zone, at });
        self.world.stations.len() - 1
    }

    /// Someone of this kind, with a name and languages that fit the country and the kind.
    fn person(&mut self, office: usize, station: usize, kind: PersonKind) {
        let country = self.world.offices.get(office).map(|office| office.country.clone()).unwrap_or_default();
        let recruited_here = kind == PersonKind::StaffNational;
        let name =
            if recruited_here { names::of_country(&country, &mut self.rng) } else { names::of_anywhere(&mut self.rng) };
        let languages = if recruited_here { self.local_languages(&country) } else { self.work_languages() };
        let phones = self.phones(kind);
        let email = is_staff(kind).then(|| self.address(&name));
        let person = WorldPerson {
            kind,
            name: name.full(),
            email,
            call_sign: None,
            languages,
            office,
            station,
            phones,
            zone: None,
            sponsor: None,
            part: None,
        };
        self.world.people.push(person);
    }

    /// Made unique by the person's place in the list.
    fn address(&self, name: &Name) -> String {
        format!("{}.{}@demo.invalid", name.mailbox(), self.world.people.len())
    }

    /// The country's own, and English for half of those whose it is not.
    fn local_languages(&mut self, country: &str) -> Vec<&'static str> {
        let mut spoken =
            if country == self.world.invented.iso2 { vec!["fr", "ar"] } else { names::languages_of(country) };
        if !spoken.contains(&"en") && self.rng.random_bool(0.5) {
            spoken.push("en");
        }
        spoken
    }

    /// English or French first, and one other of the six.
    fn work_languages(&mut self) -> Vec<&'static str> {
        let mut spoken = if self.rng.random_bool(0.75) { vec!["en"] } else { vec!["fr", "en"] };
        spoken.extend(["fr", "es", "ar", "ru", "zh"].choose(&mut self.rng).filter(|more| !spoken.contains(more)));
        spoken
    }

    /// A mobile, and a satellite telephone for one in ten of the staff.
    fn phones(&mut self, kind: PersonKind) -> Vec<WorldPhone> {
        let mut phones = vec![WorldPhone { number: self.number(), kind: "mobile" }];
        if is_staff(kind) && self.rng.random_bool(0.1) {
            phones.push(WorldPhone { number: self.number(), kind: "satellite" });
        }
        phones
    }

    /// The next number: +999, the country's M49 code, a serial number.
    fn number(&mut self) -> String {
        self.numbers += 1;
        format!("+999{:03}{:06}", self.m49, self.numbers)
    }

    /// Gives a part to the first person of the right kind at the right station, so that no count changes.
    fn cast(&mut self, part: Part) {
        let (name, mailbox, station, kind, languages) = sheet(part);
        let stations = &self.world.stations;
        let fits = |person: &WorldPerson| {
            person.part.is_none()
                && person.kind == kind
                && stations.get(person.station).is_some_and(|at| at.name == station)
        };
        if let Some(person) = self.world.people.iter_mut().find(|person| fits(person)) {
            name.clone_into(&mut person.name);
            person.email = Some(format!("{mailbox}@demo.invalid"));
            person.languages = languages.split(' ').collect();
            person.part = Some(part);
        }
    }
}

fn is_staff(kind: PersonKind) -> bool {
    matches!(kind, PersonKind::StaffIntl | PersonKind::StaffNational)
}
