//! Invented lists of people: the same seed, the same list. A messy one says which of its rows are wrong.

use std::fmt::Write;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Countries of a list, the largest office first.
pub const COUNTRIES: &str = "KE ET SS SO AF YE SY JO LB IQ UG CD NG SN ML NE TD CF SD LY TN EG MA MR BF CI GH TG BJ CM \
     GA CG GQ AO ZM ZW MZ MW TZ RW BI MG KM MU SC BW NA LS SZ ZA ER DJ GM GW GN SL LR CV ST DZ SA OM AE QA BH KW IR \
     TR GE AM AZ UZ KZ KG TJ TM PK IN NP BT BD LK MV MM TH LA KH VN MY SG ID PH TL PG SB VU FJ WS TO KI CN MN JP KR \
     UA MD BY RU RO BG RS BA MK AL ME HR SI HU SK CZ PL LT LV EE FI SE NO DK DE NL BE LU FR CH AT IT ES PT GR CY MT \
     IE GB IS US CA MX GT BZ SV HN NI CR PA CU HT DO JM TT CO VE GY SR EC PE BO BR PY UY AR CL";

const GIVEN: [&str; 24] = [
    "Awa", "Ben", "Chipo", "Dina", "Ezra", "Fatou", "Grace", "Hassan", "Inés", "José", "Kofi", "Leïla", "Musa", "Nora",
    "Omar", "Pía", "Quang", "Rosa", "Søren", "Tariq", "Uma", "Vera", "Wanjiru", "Zoë",
];

const FAMILY: [&str; 24] = [
    "Abebe", "Bangura", "Castro", "Diallo", "Eriksen", "Farah", "Gómez", "Haddad", "Ivanov", "Juma", "Kimani", "Lind",
    "Moyo", "Nuñez", "Otieno", "Petrov", "Quispe", "Rahman", "Sow", "Traoré", "Usman", "Vega", "Wako", "Yılmaz",
];

/// A list, and which of its rows are wrong on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Rows of cells: titles, headings, people.
    pub rows: Vec<Vec<String>>,
    /// Numbers of the rows that cannot be imported, as spreadsheets count.
    pub bad: Vec<u32>,
    /// People who can be.
    pub good: u32,
}

/// How many people each country has: Zipf(0.8), at least 3.
fn sizes(people: u32, countries: usize) -> Vec<u32> {
    let weight = |rank: usize| (rank as f64 + 1.0).powf(-0.8);
    let all: f64 = (0..countries).map(weight).sum();
    let mut left = people;
    let mut sizes: Vec<u32> = (0..countries)
        .map(|rank| {
            let share = ((f64::from(people) * weight(rank) / all) as u32).max(3).min(left);
            left -= share;
            share
        })
        .collect();
    if let Some(first) = sizes.first_mut() {
        *first += left;
    }
    sizes
}

fn pick<'a>(random: &mut StdRng, of: &[&'a str]) -> &'a str {
    of.get(random.random_range(0..of.len())).copied().unwrap_or_default()
}

/// A clean list of people of the first `countries` of [`COUNTRIES`].
pub fn clean(people: u32, countries: usize, seed: u64) -> List {
    let mut random = StdRng::seed_from_u64(seed);
    let mut rows = vec![headings()];
    let mut number = 0;
    for (country, size) in COUNTRIES.split_whitespace().zip(sizes(people, countries)) {
        for at in 0..size {
            number += 1;
            rows.push(person(&mut random, number, country, at).cells());
        }
    }
    List { rows, bad: Vec::new(), good: number }
}

fn headings() -> Vec<String> {
    [
        "Staff ID",
        "Full name",
        "Type",
        "Country",
        "E-mail",
        "Mobile",
        "Job title",
        "Languages",
        "Supervisor",
        "Contract end",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// A row before it is written.
#[derive(Debug, Clone)]
struct Person {
    id: String,
    name: String,
    kind: String,
    country: String,
    email: String,
    mobile: String,
    title: String,
    languages: String,
    supervisor: String,
    until: String,
}

impl Person {
    fn cells(self) -> Vec<String> {
        vec![
            self.id,
            self.name,
            self.kind,
            self.country,
            self.email,
            self.mobile,
            self.title,
            self.languages,
            self.supervisor,
            self.until,
        ]
    }
}

fn person(random: &mut StdRng, number: u32, country: &str, at: u32) -> Person {
    let kind = if at.is_multiple_of(5) { "international" } else { "national" };
    // The first of each office leads it.
    let supervisor = if at == 0 { String::new() } else { format!("S{:05}", number - at) };
    Person {
        id: format!("S{number:05}"),
        name: format!("{} {} {number}", pick(random, &GIVEN), pick(random, &FAMILY)),
        kind: kind.to_owned(),
        country: country.to_owned(),
        email: format!("p{number}@lakes.example"),
        mobile: format!("+2547{number:08}"),
        title: pick(random, &["Driver", "Programme officer", "Logistician", "Nurse", "Analyst"]).to_owned(),
        languages: pick(random, &["en", "fr, en", "ar", "es, en", "sw, en"]).to_owned(),
        supervisor,
        until: format!("2027-{:02}-{:02}", 1 + number % 12, 1 + number % 28),
    }
}

/// What is done to a row of a messy list.
type Mess = fn(&mut Person, &mut StdRng);

/// Things that lists have and that can be read all the same.
const TOLERATED: [Mess; 12] = [
    |one, _| one.mobile = format!("00{}", one.mobile.trim_start_matches('+')),
    |one, _| one.mobile = format!("0{}", one.mobile.trim_start_matches("+254")),
    |one, _| one.mobile = format!("'{}", one.mobile.replace("+254", "+254 (0) ")),
    |one, _| one.kind = if one.kind == "national" { "Personnel local" } else { "Expatrié" }.to_owned(),
    |one, _| one.country = "Kenia".replace("Kenia", "Kenya"),
    |one, _| one.until = "31.12.2027".to_owned(),
    |one, _| one.until = "31 déc 2027".to_owned(),
    |one, _| one.until = "46752,0".to_owned(),
    |one, _| one.email = format!(" {} ", one.email.to_uppercase()),
    |one, _| one.languages = "English / Français".to_owned(),
    |one, _| one.title = "n/a".to_owned(),
    |one, _| one.name = format!("  {}\u{a0}", one.name.replace(' ', "  ")),
];

/// Things that nobody can read right.
const WRONG: [Mess; 8] = [
    |one, _| one.name = "JosÃ© NuÃ±ez".to_owned(),
    |one, _| one.mobile = "2.54712E+11".to_owned(),
    |one, _| one.kind = "Wizard".to_owned(),
    |one, _| one.country = "Atlantis".to_owned(),
    |one, _| one.email = one.email.replace('@', " at "),
    |one, _| one.until = "31/02/2027".to_owned(),
    |one, _| one.supervisor = "X99999".to_owned(),
    |one, _| one.title = "#REF!".to_owned(),
];

/// A messy list of `people` rows: titles above, tags below the headings, every tolerated mess, and one
/// row in twenty that is wrong. `countries` as for [`clean`].
pub fn messy(people: u32, countries: usize, seed: u64) -> List {
    let mut random = StdRng::seed_from_u64(seed);
    let mut rows = vec![
        vec!["Personnel list".to_owned(), "CONFIDENTIAL".to_owned()],
        Vec::new(),
        headings(),
        ["#id", "#name", "#type", "#country", "#email", "#contact+phone", "#title", "#lang", "#boss", "#date"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let (mut bad, mut good, mut number) = (Vec::new(), 0, 0);
    for (country, size) in COUNTRIES.split_whitespace().zip(sizes(people, countries)) {
        for at in 0..size {
            number += 1;
            let mut one = person(&mut random, number, country, at);
            if number.is_multiple_of(97) {
                rows.push(Vec::new());
            }
            let row = rows.len() as u32 + 1;
            // Heads of offices stay right: the others name them.
            if at > 0 && number.is_multiple_of(20) {
                let wrong = WRONG.get(number as usize / 20 % WRONG.len());
                wrong.into_iter().for_each(|wrong| wrong(&mut one, &mut random));
                bad.push(row);
            } else {
                let mess = TOLERATED.get(random.random_range(0..TOLERATED.len() * 2));
                // A number without its country code and another country are two things at once.
                mess.filter(|_| country == "KE").into_iter().for_each(|mess| mess(&mut one, &mut random));
                good += 1;
            }
            rows.push(one.cells());
        }
    }
    // Two pairs share an address: nobody can say whose it is.
    for (first, second) in [(10, 11), (30, 31)] {
        let at = |number: u32| rows.iter().position(|row| row.first() == Some(&format!("S{number:05}")));
        let (Some(first), Some(second)) = (at(first), at(second)) else { continue };
        let email = rows.get(first).and_then(|row| row.get(4)).cloned().unwrap_or_default();
        if let Some(cell) = rows.get_mut(second).and_then(|row| row.get_mut(4)) {
            *cell = email;
        }
        for at in [first, second] {
            let row = at as u32 + 1;
            if !bad.contains(&row) {
                bad.push(row);
                good -= 1;
            }
        }
    }
    bad.sort_unstable();
    List { rows, bad, good }
}

impl List {
    /// As CSV with this separator, cells quoted where they need it.
    pub fn csv(&self, separator: char) -> String {
        let mut text = String::new();
        for row in &self.rows {
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    text.push(separator);
                }
                if cell.contains([separator, '"', '\n']) {
                    let _ = write!(text, "\"{}\"", cell.replace('"', "\"\""));
                } else {
                    text.push_str(cell);
                }
            }
            text.push_str("\r\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_gives_the_same_list() {
        assert_eq!(messy(500, 8, 1), messy(500, 8, 1));
        assert_ne!(messy(500, 8, 1), messy(500, 8, 2));
    }

    #[test]
    fn a_list_has_as_many_people_as_asked_for_and_every_office_some() {
        let list = clean(16_000, 170, 1);
        assert_eq!((list.good, list.rows.len()), (16_000, 16_001));
        let sizes = sizes(16_000, 170);
        assert_eq!(sizes.iter().sum::<u32>(), 16_000);
        assert!(sizes.iter().all(|size| *size >= 3));
        assert!(COUNTRIES.split_whitespace().count() >= 170, "{}", COUNTRIES.split_whitespace().count());
        let messy = messy(500, 8, 1);
        assert_eq!(messy.good as usize + messy.bad.len(), 500);
        assert!(messy.bad.len() > 20);
    }
}
