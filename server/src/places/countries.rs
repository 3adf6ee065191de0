//! The world's countries and territories: codes, names, centres, capitals, time zones, dial codes.
//!
//! Embedded, so that a fresh installation knows every country without a network. Sources and terms
//! are in `data/README.md`.

use std::sync::LazyLock;

use chrono_tz::Tz;
use serde::Deserialize;

/// A place on the globe, in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}

impl Point {
    /// The point, when both numbers are in range.
    pub fn new(lat: f64, lon: f64) -> Option<Self> {
        ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then_some(Self { lat, lon })
    }
}

/// A country's name in the six languages of the United Nations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
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

impl Names {
    /// The name in a language by its BCP 47 tag; only the part before the first `-` counts. English for any other.
    pub fn in_language(&self, tag: &str) -> &str {
        match tag.split('-').next().unwrap_or(tag).to_ascii_lowercase().as_str() {
            "fr" => &self.fr,
            "es" => &self.es,
            "ru" => &self.ru,
            "zh" => &self.zh,
            "ar" => &self.ar,
            _ => &self.en,
        }
    }
}

/// A country or territory with a code of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Country {
    /// ISO 3166-1 alpha-2, upper case.
    pub iso2: String,
    /// ISO 3166-1 alpha-3, upper case.
    pub iso3: String,
    /// UN M49 code, the key of [`crate::places::borders::countries_at`].
    pub m49: u16,
    /// M49 code of the region; none for AQ.
    pub region: Option<u16>,
    /// M49 code of the part of the region.
    pub sub_region: Option<u16>,
    /// English name. Where the source has none (TW), the alpha-2 code.
    pub name: String,
    /// Name in six languages, with the same fallback.
    pub names: Names,
    /// A point in the middle, for a map; absent for UM.
    pub centre: Option<Point>,
    /// Capital's name, where there is one.
    pub capital: Option<String>,
    /// Capital's position, where known.
    pub capital_at: Option<Point>,
    /// Capital's IANA time zone, where known. A big country has others as well.
    pub time_zone: Option<Tz>,
    /// Dial codes as digits without `+`; empty where nobody lives.
    pub dial_codes: Vec<String>,
}

/// Every country, sorted by alpha-2 code.
pub fn all() -> &'static [Country] {
    &COUNTRIES
}

/// The country of an alpha-2 code, in either case.
pub fn by_iso2(iso2: &str) -> Option<&'static Country> {
    let wanted = iso2.to_ascii_uppercase();
    let at = COUNTRIES.binary_search_by(|country| country.iso2.as_str().cmp(&wanted)).ok()?;
    COUNTRIES.get(at)
}

/// The country of an M49 code.
pub fn by_m49(m49: u16) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.m49 == m49)
}

/// Rows that do not read are left out; a test holds that none is.
static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let mut countries: Vec<Country> = rows().filter_map(|row| row.ok().and_then(country)).collect();
    countries.sort_by(|a, b| a.iso2.cmp(&b.iso2));
    countries
});

/// A row as the file has it; absent values are empty text.
#[derive(Deserialize)]
struct Row {
    iso2: String,
    iso3: String,
    m49: String,
    region: String,
    sub: String,
    en: String,
    fr: String,
    es: String,
    ru: String,
    zh: String,
    ar: String,
    lat: String,
    lon: String,
    dial: String,
    capital: String,
    cap_lat: String,
    cap_lon: String,
    tz: String,
}

fn rows() -> impl Iterator<Item = Result<Row, csv::Error>> {
    let text: &'static [u8] = include_bytes!("data/countries.csv");
    csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text).into_deserialize()
}

fn country(row: Row) -> Option<Country> {
    let m49 = row.m49.parse().ok()?;
    let capital_at = point(&row.cap_lat, &row.cap_lon);
    // The two centres beyond 180 degrees (FJ, TV) are hundreds of kilometres off even when wrapped.
    let centre = if row.lat.is_empty() { None } else { point(&row.lat, &row.lon).or(capital_at) };
    let named = |name: String| if name.is_empty() { row.iso2.clone() } else { name };
    let names = Names {
        en: named(row.en),
        fr: named(row.fr),
        es: named(row.es),
        ru: named(row.ru),
        zh: named(row.zh),
        ar: named(row.ar),
    };
    Some(Country {
        iso3: row.iso3,
        m49,
        region: row.region.parse().ok(),
        sub_region: row.sub.parse().ok(),
        name: names.en.clone(),
        names,
        centre,
        capital: (!row.capital.is_empty()).then_some(row.capital),
        capital_at,
        time_zone: row.tz.parse().ok(),
        dial_codes: dial_codes(&row.dial),
        iso2: row.iso2,
    })
}

fn point(lat: &str, lon: &str) -> Option<Point> {
    Point::new(lat.parse().ok()?, lon.parse().ok()?)
}

/// `+1-809 and 1-829` as `1809`, `1829`.
fn dial_codes(text: &str) -> Vec<String> {
    text.split(" and ")
        .map(|code| code.chars().filter(char::is_ascii_digit).collect::<String>())
        .filter(|code| !code.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(of: impl Fn(&Country) -> bool) -> Vec<&'static str> {
        all().iter().filter(|country| of(country)).map(|country| country.iso2.as_str()).collect()
    }

    #[test]
    fn every_row_is_read_once_and_sorted() {
        assert_eq!(rows().count(), 249);
        assert!(rows().all(|row| row.is_ok()));
        assert_eq!(all().len(), 249);
        assert!(all().windows(2).all(|pair| pair[0].iso2 < pair[1].iso2));
        let mut numbers: Vec<u16> = all().iter().map(|country| country.m49).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 249);
        assert!(all().iter().all(|c| c.iso2.len() == 2 && c.iso3.len() == 3 && !c.names.ar.is_empty()));
    }

    #[test]
    fn a_country_is_found_by_each_of_its_codes() {
        let kenya = by_iso2("ke").unwrap();
        assert_eq!((kenya.iso3.as_str(), kenya.m49, kenya.name.as_str()), ("KEN", 404, "Kenya"));
        assert_eq!(kenya.capital.as_deref(), Some("Nairobi"));
        assert_eq!(kenya.time_zone, Some(chrono_tz::Africa::Nairobi));
        assert_eq!(kenya.dial_codes, ["254"]);
        assert_eq!(by_m49(404), Some(kenya));
        assert!(by_iso2("XM").is_none() && by_iso2("").is_none() && by_iso2("KEN").is_none() && by_m49(0).is_none());
    }

    #[test]
    fn what_the_source_lacks_is_absent_and_nothing_else_is() {
        assert_eq!(codes(|c| c.capital.is_none()), ["AQ", "BQ", "BV", "HM", "TK", "UM"]);
        let without = ["AQ", "BQ", "BV", "CW", "HM", "IO", "PW", "TK", "UM"];
        assert_eq!(codes(|c| c.capital_at.is_none()), without);
        assert_eq!(codes(|c| c.time_zone.is_none()), without);
        assert_eq!(codes(|c| c.centre.is_none()), ["UM"]);
        assert_eq!(codes(|c| c.name == c.iso2), ["TW"]);
        assert_eq!(codes(|c| c.dial_codes.is_empty()), ["AQ", "BV", "GS", "HM", "TF"]);
    }

    #[test]
    fn dial_codes_are_digits() {
        assert_eq!(by_iso2("DO").unwrap().dial_codes, ["1809", "1829"]);
        assert_eq!(by_iso2("GG").unwrap().dial_codes, ["441481"]);
        assert_eq!(by_iso2("AX").unwrap().dial_codes, ["35818"]);
        assert_eq!(dial_codes(" "), Vec::<String>::new());
        for code in all().iter().flat_map(|country| &country.dial_codes) {
            assert!((1..=6).contains(&code.len()) && !code.starts_with('0'), "{code}");
        }
    }

    #[test]
    fn points_are_on_the_globe_and_wrong_centres_are_replaced() {
        assert!(
            all()
                .iter()
                .flat_map(|c| [c.centre, c.capital_at])
                .flatten()
                .all(|p| { (-90.0..=90.0).contains(&p.lat) && (-180.0..=180.0).contains(&p.lon) })
        );
        for iso2 in ["FJ", "TV"] {
            let country = by_iso2(iso2).unwrap();
            assert_eq!(country.centre, country.capital_at);
        }
        assert!(Point::new(f64::NAN, 0.0).is_none() && Point::new(0.0, 180.1).is_none());
    }

    #[test]
    fn a_name_comes_in_the_asked_language_or_in_english() {
        let names = &by_iso2("TD").unwrap().names;
        assert_eq!(names.in_language("fr-TD"), "Tchad");
        assert_eq!(names.in_language("AR"), "تشاد");
        assert_eq!(names.in_language("sw"), "Chad");
    }
}
