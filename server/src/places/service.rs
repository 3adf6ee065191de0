//! Setting up places.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::places::{NewDutyStation, NewOffice, NewOrganisation};

pub use super::premises::wire_premises;
use super::{
    Directory, InventedCountry, NO_COUNTRY, Office, Organisation, Refusal, Station, View, Zone, countries, store,
};
use crate::access::Operator;
use crate::audit::{self, Act};
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::store::requests::{Request, once};
use crate::store::{AnyConn, Halt, Lane, QueryResult, Store, Tx, WriteError};

/// Sets up places and says which there are. Clones share it.
#[derive(Clone)]
pub struct Places {
    pub(super) store: Store,
    directory: Arc<Directory>,
    /// Whether the hourly watch of the zones is known to be set.
    pub(super) watch_set: Arc<AtomicBool>,
}

/// Who changes a place, and the scopes in which that is noted.
#[derive(Clone)]
pub(super) struct Doer {
    person: Uuid,
    name: String,
    scopes: Vec<Uuid>,
}

impl Doer {
    pub(super) fn new(by: &Operator, scopes: Vec<Uuid>) -> Self {
        Self { person: by.person, name: by.name.clone(), scopes }
    }

    /// Notes what was done to a place. `what` names no place: its subject does.
    pub(super) fn note(&self, tx: &mut Tx<'_>, subject: Uuid, what: impl Into<String>) -> QueryResult<()> {
        self.note_act(tx, Act::new(Deed::PlaceChanged, what).on(subject))
    }

    pub(super) fn note_act(&self, tx: &mut Tx<'_>, act: Act) -> QueryResult<()> {
        audit::service::record(tx, Some((self.person, &self.name)), &self.scopes, act).map(drop)
    }
}

impl Places {
    /// Over this store, keeping this directory current.
    pub fn new(store: Store, directory: Arc<Directory>) -> Self {
        Self { store, directory, watch_set: Arc::default() }
    }

    /// The places as last read.
    pub fn view(&self) -> Arc<View> {
        self.directory.view()
    }

    /// Makes an organisation. Only who administers the whole installation may.
    pub async fn create_organisation(
        &self,
        by: &Operator,
        request: Request,
        new: NewOrganisation,
    ) -> Result<wire::places::Organisation, WriteError<Refusal>> {
        if !by.may(Permission::EditPlaces).is_everything() {
            return Err(WriteError::Refused(Refusal::Forbidden));
        }
        let number = new.operations_number.clone();
        let new = checked_organisation(&new, number.as_deref()).map_err(refused)?;
        let new = Organisation { id: self.new_id(), ..new };
        let doer = Doer::new(by, vec![new.id]);
        self.change(request, doer, move |tx, doer| {
            if store::short_name_taken(tx.reading(), &new.short_name)? {
                return Err(short_name_exists());
            }
            store::insert_organisation(tx, &new)?;
            doer.note(tx, new.id, "An organisation was entered")?;
            Ok(wire_organisation(&new))
        })
        .await
    }

    /// Makes a country office of an organisation that the caller administers.
    pub async fn create_office(
        &self,
        by: &Operator,
        request: Request,
        new: NewOffice,
    ) -> Result<wire::places::Office, WriteError<Refusal>> {
        if !by.may(Permission::EditPlaces).contains(new.organisation) {
            return Err(refused(Invalid::new("/organisation", NO_SUCH)));
        }
        let new = checked_office(&new).map_err(refused)?;
        let doer = Doer::new(by, vec![new.organisation]);
        self.change(request, doer, move |tx, doer| {
            may_have_office(tx.reading(), &new)?;
            let made = insert_office(tx, new.clone())?;
            doer.note(tx, made.id, format!("A country office in {} was entered", made.country))?;
            Ok(wire_office(&made))
        })
        .await
    }

    /// Makes a duty station of a country office that the caller administers.
    pub async fn create_duty_station(
        &self,
        by: &Operator,
        request: Request,
        new: NewDutyStation,
    ) -> Result<wire::places::DutyStation, WriteError<Refusal>> {
        if !by.may(Permission::EditPlaces).contains(new.office) {
            return Err(refused(Invalid::new("/office", NO_SUCH)));
        }
        let new = checked_station(&new).map_err(refused)?;
        let doer = self.doer_for_office(by, new.office).ok_or_else(|| refused(Invalid::new("/office", NO_SUCH)))?;
        self.change(request, doer, move |tx, doer| {
            if office(tx.reading(), new.office)?.is_none() {
                return Err(Halt::Refuse(Invalid::new("/office", NO_SUCH).into()));
            }
            let made = insert_station(tx, new.clone())?;
            doer.note(tx, made.id, "A duty station was entered")?;
            Ok(wire_station(&made))
        })
        .await
    }

    /// Does something once per request, and brings the directory up to date.
    pub(super) async fn change<T, F>(&self, request: Request, doer: Doer, f: F) -> Result<T, WriteError<Refusal>>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Fn(&mut Tx<'_>, &Doer) -> Result<T, Halt<Refusal>> + Send + 'static,
    {
        let scopes = doer.scopes.clone();
        let done = self.store.write(Lane::Normal, scopes, move |tx| once(tx, request, |tx| f(tx, &doer)));
        self.current(done.await).await
    }

    /// What a change of something that is not there, or not for the caller, comes to: the first answer
    /// again when this request has ended it, else not found.
    pub(super) async fn not_there<T>(&self, by: &Operator, request: Request) -> Result<T, WriteError<Refusal>>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        self.change(request, Doer::new(by, Vec::new()), |_, _| Err(Halt::Refuse(Refusal::NotFound))).await
    }

    /// Who changes something of an office: noted by its organisation. None where there is no such office.
    pub(super) fn doer_for_office(&self, by: &Operator, office: Uuid) -> Option<Doer> {
        Some(Doer::new(by, vec![self.view().office(office)?.organisation]))
    }

    /// A new identifier, by the store's clock.
    pub(super) fn new_id(&self) -> Uuid {
        ids::new(self.store.clock().now())
    }

    /// Brings the directory up to date with what was just committed.
    async fn current<T>(&self, made: Result<T, WriteError<Refusal>>) -> Result<T, WriteError<Refusal>> {
        if made.is_ok() {
            self.directory.catch_up().await;
        }
        made
    }
}

/// What is said of a place that is not there, or not for the caller.
pub(super) const NO_SUCH: &str = "There is no such place for you; take an identifier that GET /v1/places names.";

pub(super) fn refused(invalid: Invalid) -> WriteError<Refusal> {
    WriteError::Refused(Refusal::Invalid(invalid))
}

pub(super) fn short_name_exists() -> Halt<Refusal> {
    let why = "Another organisation has this short name; give another.";
    Halt::Refuse(Refusal::Exists(Invalid::new("/short_name", why)))
}

/// A new organisation with its fields checked. Its identifier is given when it is inserted.
pub fn checked_organisation(new: &NewOrganisation, operations_number: Option<&str>) -> Result<Organisation, Invalid> {
    Ok(Organisation {
        id: Uuid::nil(),
        name: field::line("/name", &new.name, 1, 200)?,
        short_name: field::line("/short_name", &new.short_name, 1, 20)?,
        operations_number: operations_number.map(|number| field::number("/operations_number", number)).transpose()?,
    })
}

/// A new office with its fields checked, but for the country, which may be an invented one.
pub fn checked_office(new: &NewOffice) -> Result<Office, Invalid> {
    Ok(Office {
        id: Uuid::nil(),
        organisation: new.organisation,
        country: new.country.clone(),
        name: field::line("/name", &new.name, 1, 200)?,
        duty_number: new.duty_number.as_deref().map(|number| field::number("/duty_number", number)).transpose()?,
        emergency_number: new.emergency_number.as_deref().map(checked_emergency_number).transpose()?,
        closed_at: None,
    })
}

/// A local emergency number, as it is dialled.
pub(super) fn checked_emergency_number(number: &str) -> Result<String, Invalid> {
    let number = field::line("/emergency_number", number, 2, 20)?;
    let dialled = number.chars().all(|c| c.is_ascii_digit() || " +-()*#".contains(c));
    if !dialled || !number.contains(|c: char| c.is_ascii_digit()) {
        return Err(Invalid::new("/emergency_number", "Give the number as it is dialled, such as 112."));
    }
    Ok(number)
}

/// A new duty station with its fields checked.
pub fn checked_station(new: &NewDutyStation) -> Result<Station, Invalid> {
    let (lat, lon) = field::position(new.lat, new.lon)?;
    Ok(Station {
        id: Uuid::nil(),
        office: new.office,
        name: field::line("/name", &new.name, 1, 200)?,
        time_zone: field::time_zone("/time_zone", &new.time_zone)?,
        lat,
        lon,
    })
}

fn may_have_office(conn: &mut AnyConn, new: &Office) -> Result<(), Halt<Refusal>> {
    if !knows_country(conn, &new.country)? {
        let why = "Give the two capital letters of ISO 3166-1, such as KE, or ZZ for a headquarters.";
        return Err(Halt::Refuse(Invalid::new("/country", why).into()));
    }
    if store::organisation(conn, new.organisation)?.is_none() {
        return Err(Halt::Refuse(Invalid::new("/organisation", NO_SUCH).into()));
    }
    if store::office_in(conn, new.organisation, &new.country)?.is_some() {
        let why = "This organisation has an office in this country already; use that one, or open it again.";
        return Err(Halt::Refuse(Refusal::Exists(Invalid::new("/country", why))));
    }
    Ok(())
}

/// Inserts a checked organisation under a new identifier. The directory must be reloaded after the commit.
pub fn insert_organisation(tx: &mut Tx<'_>, new: Organisation) -> QueryResult<Organisation> {
    let new = Organisation { id: ids::new(tx.now()), ..new };
    store::insert_organisation(tx, &new)?;
    Ok(new)
}

/// Inserts a checked office under a new identifier. The directory must be reloaded after the commit.
pub fn insert_office(tx: &mut Tx<'_>, new: Office) -> QueryResult<Office> {
    let new = Office { id: ids::new(tx.now()), ..new };
    store::insert_office(tx, &new)?;
    Ok(new)
}

/// Inserts a checked duty station under a new identifier. The directory must be reloaded after the commit.
pub fn insert_station(tx: &mut Tx<'_>, new: Station) -> QueryResult<Station> {
    let new = Station { id: ids::new(tx.now()), ..new };
    store::insert_station(tx, &new)?;
    Ok(new)
}

/// Adds an exercise's invented country. Its code must be one that ISO 3166-1 leaves to its users and
/// that no real territory goes by; a radius is more than 0 and at most 1,000 km. The directory must
/// be reloaded after the commit.
pub fn invent_country(tx: &mut Tx<'_>, new: &InventedCountry) -> Result<(), Halt<Refusal>> {
    check_invented(new).map_err(|invalid| Halt::Refuse(invalid.into()))?;
    if store::is_invented(tx.reading(), &new.code)? {
        let why = "A country with this code is invented already; take another code.";
        return Err(Halt::Refuse(Refusal::Exists(Invalid::new("/code", why))));
    }
    Ok(store::insert_invented(tx, new)?)
}

fn check_invented(new: &InventedCountry) -> Result<(), Invalid> {
    let free = matches!(new.code.as_bytes(), b"AA" | b"ZZ" | [b'Q', b'M'..=b'Z'] | [b'X', b'A'..=b'Z']);
    // XK stands for Kosovo wherever a code is needed before ISO has given one.
    if !free || ["XK", NO_COUNTRY].contains(&new.code.as_str()) || countries::by_iso2(&new.code).is_some() {
        return Err(Invalid::new(
            "/code",
            "Take a code that ISO 3166-1 leaves to its users: AA, QM to QZ or XA to XZ.",
        ));
    }
    field::line("/name", &new.name, 1, 200)?;
    field::position(new.lat, new.lon)?;
    field::time_zone("/time_zone", &new.time_zone)?;
    if !(new.radius_km > 0.0 && new.radius_km <= 1_000.0) {
        return Err(Invalid::new("/radius_km", "Give more than 0 and at most 1,000 kilometres."));
    }
    Ok(())
}

/// Whether an office may be in this country: one of the world's, an invented one, or [`NO_COUNTRY`].
pub fn knows_country(conn: &mut AnyConn, code: &str) -> QueryResult<bool> {
    let real = countries::by_iso2(code).is_some_and(|country| country.iso2 == code);
    Ok(real || code == NO_COUNTRY || store::is_invented(conn, code)?)
}

/// An office that is open, as it stands in the database, where the directory may be some seconds
/// behind. Nobody is entered in a closed one.
pub fn office(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Office>> {
    Ok(store::office(conn, id)?.filter(|office| office.closed_at.is_none()))
}

/// A zone that has not ended, as it stands in the database.
pub fn zone(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Zone>> {
    Ok(store::zones::find(conn, id)?.map(|found| found.zone))
}

/// A duty station as it stands in the database.
pub fn station(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Station>> {
    store::station(conn, id)
}

/// The organisation of exactly this name.
pub fn organisation_named(conn: &mut AnyConn, name: &str) -> QueryResult<Option<Organisation>> {
    store::organisation_named(conn, name)
}

/// Whether an organisation goes by this short name.
pub fn short_name_taken(conn: &mut AnyConn, short_name: &str) -> QueryResult<bool> {
    store::short_name_taken(conn, short_name)
}

/// An organisation's office in a country.
pub fn office_in(conn: &mut AnyConn, organisation: Uuid, country: &str) -> QueryResult<Option<Office>> {
    store::office_in(conn, organisation, country)
}

/// [`office_in`], where it is open: in a closed one nobody hears.
pub fn open_office_in(conn: &mut AnyConn, organisation: Uuid, country: &str) -> QueryResult<Option<Office>> {
    Ok(office_in(conn, organisation, country)?.filter(|office| office.closed_at.is_none()))
}

/// An organisation as the interface shows it.
pub fn wire_organisation(one: &Organisation) -> wire::places::Organisation {
    wire::places::Organisation {
        id: one.id,
        name: one.name.clone(),
        short_name: one.short_name.clone(),
        operations_number: one.operations_number.clone(),
    }
}

/// An office as the interface shows it.
pub fn wire_office(one: &Office) -> wire::places::Office {
    wire::places::Office {
        id: one.id,
        organisation: one.organisation,
        country: one.country.clone(),
        name: one.name.clone(),
        duty_number: one.duty_number.clone(),
        emergency_number: one.emergency_number.clone(),
        closed_at: one.closed_at,
    }
}

/// A duty station as the interface shows it.
pub fn wire_station(one: &Station) -> wire::places::DutyStation {
    wire::places::DutyStation {
        id: one.id,
        office: one.office,
        name: one.name.clone(),
        time_zone: one.time_zone.clone(),
        lat: one.lat,
        lon: one.lon,
    }
}
