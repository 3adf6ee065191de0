//! The people of a run: an operator at the consoles, people who tap, and phones that stay quiet.

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use rand::RngExt;
use uuid::Uuid;
use wire::Code;
use wire::access::{AccountLink, AreaKind, Grant, NewGrant, Role};
use wire::enrolment::EnrolmentIssued;
use wire::people::{NewPerson, Person, PersonKind};
use wire::phone::Enrolled;
use wire::places::{DutyStation, NewDutyStation, NewOffice, NewOrganisation, Office, Organisation, Places};
use wire::setup::SetPassword;

use crate::api::{Api, is_refusal};
use crate::device::{DeviceKey, SignedIn};

/// Requests of the set-up at one time.
const AT_ONCE: usize = 16;

/// Places that a run's offices are in: country, station, time zone, degrees north and east.
const PLACES: [(&str, &str, &str, f64, f64); 8] = [
    ("KE", "Nairobi", "Africa/Nairobi", -1.2833, 36.8167),
    ("SN", "Dakar", "Africa/Dakar", 14.6937, -17.4441),
    ("JO", "Amman", "Asia/Amman", 31.9552, 35.945),
    ("NP", "Kathmandu", "Asia/Kathmandu", 27.7017, 85.3206),
    ("PE", "Lima", "America/Lima", -12.0432, -77.0282),
    ("TH", "Bangkok", "Asia/Bangkok", 13.754, 100.5014),
    ("ET", "Addis Ababa", "Africa/Addis_Ababa", 9.025, 38.7469),
    ("CO", "Bogota", "America/Bogota", 4.6097, -74.0817),
];

/// Somebody who taps.
#[derive(Debug, Clone)]
pub struct Tapper {
    /// The person.
    pub person: Uuid,
    /// Their phone's distress capability.
    pub distress: String,
    /// Where they are: degrees north and east.
    pub position: Option<(f64, f64)>,
}

/// Everybody of a run.
pub struct World {
    /// Signed in as an operator who sees every scope.
    pub operator: Api,
    /// Who taps.
    pub tappers: Vec<Tapper>,
    /// Their phones, in the same order.
    pub tappers_phones: Vec<SignedIn>,
    /// The quiet phones.
    pub quiet: Vec<SignedIn>,
    credentials: (String, String),
}

/// How many of each.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// People who tap.
    pub people: u32,
    /// Quiet phones.
    pub phones: u32,
    /// Offices that the people belong to, at most [`World::OFFICES`].
    pub offices: u32,
}

impl World {
    /// Most offices.
    pub const OFFICES: u32 = PLACES.len() as u32;

    /// Makes everybody through the interface of a signed-in administrator.
    pub async fn make(admin: &Api, size: Size, bar: &ProgressBar) -> Result<Self> {
        let stations = stations(admin, size.offices).await?;
        let (operator, credentials) = operator(admin, stations.first().context("no office")?.office).await?;
        let phone = |index: u32| {
            let at = stations.get(index as usize % stations.len());
            async move {
                let station = at.context("no office")?;
                let (enrolled, key) = person_with_phone(admin, station, index).await?;
                bar.inc(1);
                anyhow::Ok((enrolled, key, near(station, index)))
            }
        };
        let mut everybody = stream::iter((0..size.people + size.phones).map(phone)).buffered(AT_ONCE);
        let (mut tappers, mut tappers_phones, mut quiet) = (Vec::new(), Vec::new(), Vec::new());
        while let Some((enrolled, key, position)) = everybody.try_next().await? {
            let Enrolled { person, distress, tokens, .. } = enrolled;
            let phone = SignedIn { access: tokens.access, key };
            if tappers.len() < size.people as usize {
                tappers.push(Tapper { person: person.id, distress, position: Some(position) });
                tappers_phones.push(phone);
            } else {
                quiet.push(phone);
            }
        }
        drop(everybody);
        Ok(Self { operator, tappers, tappers_phones, quiet, credentials })
    }

    /// So many sessions of the operator in all, each from a sign-in of its own.
    pub async fn sessions(&self, count: u32) -> Result<Vec<Api>> {
        let (email, password) = &self.credentials;
        let mut sessions = vec![self.operator.clone()];
        while sessions.len() < count as usize {
            sessions.push(self.operator.sign_in(email, password).await?.0);
        }
        Ok(sessions)
    }
}

/// A point within a few hundred metres of a station.
fn near(station: &DutyStation, index: u32) -> (f64, f64) {
    let step = f64::from(index % 50) * 0.000_1;
    (station.lat + step, station.lon + step)
}

/// One duty station in each of `count` offices; what is missing is made.
pub(crate) async fn stations(admin: &Api, count: u32) -> Result<Vec<DutyStation>> {
    let places: Places = admin.get("/v1/places").await?;
    let organisation = match places.organisations.first() {
        Some(organisation) => organisation.id,
        None => {
            let new = NewOrganisation { name: "Load test".into(), short_name: "LOAD".into(), operations_number: None };
            admin.post::<Organisation>("/v1/organisations", &new).await?.id
        }
    };
    let mut stations = Vec::new();
    for (country, name, time_zone, lat, lon) in PLACES.into_iter().take(count as usize) {
        let there =
            places.offices.iter().find(|office| office.organisation == organisation && office.country == country);
        let office = match there {
            Some(office) => office.id,
            None => {
                let new = NewOffice {
                    organisation,
                    country: country.into(),
                    name: format!("{name} office"),
                    duty_number: None,
                    emergency_number: None,
                };
                admin.post::<Office>("/v1/offices", &new).await?.id
            }
        };
        let there = places.duty_stations.iter().find(|station| station.office == office);
        stations.push(match there {
            Some(station) => station.clone(),
            None => {
                let new = NewDutyStation { office, name: name.into(), time_zone: time_zone.into(), lat, lon };
                admin.post("/v1/duty-stations", &new).await?
            }
        });
    }
    Ok(stations)
}

async fn operator(admin: &Api, office: Uuid) -> Result<(Api, (String, String))> {
    let password = format!("load test {:032x}", rand::rng().random::<u128>());
    let email = format!("loadtest-{}@example.org", Uuid::now_v7().simple());
    let person = new_person(admin, office, "Load test operator".into(), Some(email.clone())).await?;
    let link: AccountLink = admin.post(&format!("/v1/people/{person}/account"), &serde_json::json!({})).await?;
    let secret = link.link.split_once("#password=").context("the account's link holds no secret")?.1.to_owned();
    admin.post_only("/v1/password", &SetPassword { secret, password: password.clone() }).await?;
    let grant = NewGrant {
        person,
        country: None,
        role: Role::OperationsOperator,
        area: AreaKind::Installation,
        area_id: None,
        from: None,
        until: None,
        letter: None,
        rank: None,
    };
    admin.post::<Grant>("/v1/grants", &grant).await?;
    let (operator, session) = admin.sign_in(&email, &password).await?;
    if !session.works_cases {
        bail!("the operator made for this run may not work cases");
    }
    Ok((operator, (email, password)))
}

/// Enters somebody of an office.
pub(crate) async fn new_person(admin: &Api, office: Uuid, name: String, email: Option<String>) -> Result<Uuid> {
    let new = NewPerson { email, languages: vec!["en".into()], ..NewPerson::new(office, PersonKind::StaffIntl, name) };
    let person: Person = admin.post("/v1/people", &new).await?;
    person.brief.id.context("a new person has no identifier")
}

async fn person_with_phone(admin: &Api, station: &DutyStation, index: u32) -> Result<(Enrolled, DeviceKey)> {
    let person = new_person(admin, station.office, format!("Load test {index:05}"), None).await?;
    let issued: EnrolmentIssued = admin.post(&format!("/v1/people/{person}/enrolment"), &serde_json::json!({})).await?;
    let key = DeviceKey::make()?;
    let enrolled = admin.post("/v1/enrol", &key.enrol(&issued.code, "loadtest")?).await?;
    Ok((enrolled, key))
}

/// What to tell somebody whose account may not set a run up.
pub fn explain(error: anyhow::Error) -> anyhow::Error {
    if is_refusal(&error, Code::Forbidden) || is_refusal(&error, Code::NotFound) {
        return error.context("the account must be an administrator of the whole installation");
    }
    error
}
