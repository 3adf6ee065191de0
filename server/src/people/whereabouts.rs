//! Where somebody is for now: it adds a scope to their cases, those that are open and those to come.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::case::{ActorKind, ActorSeen};
use wire::register::{CurrentPlace, PlaceBasis, SetCurrentPlace};

use super::Refusal;
use super::changing::within;
use super::service::People;
use super::store::{self, PersonRow};
use crate::access::Operator;
use crate::audit::{self, Act};
use crate::distress;
use crate::kernel::clock::micros;
use crate::kernel::field::{self, Invalid};
use crate::places::{self, NO_COUNTRY, View};
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, SqlError, StoreError, Tx, WriteError, timers};

/// The furthest ahead that a place is set for now.
const FURTHEST: TimeDelta = TimeDelta::days(366);

/// Who says where somebody is.
#[derive(Clone)]
enum Teller {
    /// Somebody at a console.
    Operator(Box<Operator>),
    /// The person.
    Own,
}

impl People {
    /// Says where a person is for now; what was said before is over.
    pub async fn set_current_place(
        &self,
        by: &Operator,
        request: Request,
        person: Uuid,
        place: SetCurrentPlace,
    ) -> Result<CurrentPlace, WriteError<Refusal>> {
        self.tell(Teller::Operator(Box::new(by.clone())), request, person, place).await
    }

    /// Says where one is oneself.
    pub async fn set_own_place(
        &self,
        request: Request,
        person: Uuid,
        place: SetCurrentPlace,
    ) -> Result<CurrentPlace, WriteError<Refusal>> {
        self.tell(Teller::Own, request, person, place).await
    }

    /// Says that a person is where they usually are.
    pub async fn clear_current_place(
        &self,
        by: &Operator,
        request: Request,
        person: Uuid,
    ) -> Result<(), WriteError<Refusal>> {
        self.untell(Teller::Operator(Box::new(by.clone())), request, person).await
    }

    /// Says that one is where one usually is.
    pub async fn clear_own_place(&self, request: Request, person: Uuid) -> Result<(), WriteError<Refusal>> {
        self.untell(Teller::Own, request, person).await
    }

    async fn tell(
        &self,
        teller: Teller,
        request: Request,
        person: Uuid,
        said: SetCurrentPlace,
    ) -> Result<CurrentPlace, WriteError<Refusal>> {
        let text = said.place.as_deref().map(|text| field::line("/place", text, 1, 200)).transpose();
        let text = text.map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let (likely, view) = (self.likely_scopes(person, &said.country).await?, self.directory.view());
        let done = self.store.write(Lane::Normal, likely, move |tx| {
            once(tx, request, |tx| {
                let row = subject(tx, &teller, person)?;
                let place = checked(tx, &said, text.clone(), teller.basis())?;
                let organisation = row.organisation.map(|id| id.0).unwrap_or_default();
                let office = places::service::open_office_in(tx.reading(), organisation, &place.country)?;
                let scope = office.map_or(organisation, |office| office.id);
                store::put_current_place(tx, person, &place, (scope, teller.person(person)))?;
                note(tx, &teller, &row, "where a person is for now was set")?;
                if place.from <= tx.now() {
                    distress::service::follow(tx, &view, (person, scope), (&place, teller.actor(&row)))?;
                } else {
                    timers::schedule(tx, PLACE_BEGINS, person, place.from.timestamp_micros(), place.from)?;
                }
                Ok(place)
            })
        });
        done.await
    }

    async fn untell(&self, teller: Teller, request: Request, person: Uuid) -> Result<(), WriteError<Refusal>> {
        let likely = self.scopes_of(person, None).await?;
        let done = self.store.write(Lane::Normal, likely, move |tx| {
            once(tx, request, |tx| {
                let row = subject(tx, &teller, person)?;
                if store::clear_current_place(tx, person)? {
                    note(tx, &teller, &row, "where a person is for now was cleared")?;
                }
                Ok(())
            })
        });
        done.await
    }

    /// The scopes that hear of a person's place: their office, the one there, and their open cases'.
    async fn likely_scopes(&self, person: Uuid, country: &str) -> Result<Vec<Uuid>, StoreError> {
        let (view, country) = (self.directory.view(), country.to_owned());
        let found = self.store.read(move |reading| {
            let Some(known) = store::identity(reading.conn, person)? else { return Ok(Vec::new()) };
            let organisation = view.office(known.office).map(|office| office.organisation).unwrap_or_default();
            let there = places::service::open_office_in(reading.conn, organisation, &country)?;
            let mut scopes = vec![known.office, there.map_or(organisation, |office| office.id)];
            for case in distress::service::open_of(reading.conn, person)? {
                scopes.extend(reading.vault.scopes(reading.conn, case)?);
            }
            Ok(scopes)
        });
        let mut scopes = found.await?;
        scopes.sort_unstable();
        scopes.dedup();
        Ok(scopes)
    }
}

/// Timer: a place that was set for later begins; subject is the person.
pub const PLACE_BEGINS: &str = "place_begins";

/// A place that was set for later has begun: the person's open cases go there, too.
pub fn begins(tx: &mut Tx<'_>, view: &View, person: Uuid) -> Result<(), SqlError> {
    let now = tx.now();
    let Some(row) = store::row(tx.reading(), person)? else { return Ok(()) };
    let vault = tx.vault();
    let place = store::current_places(tx.reading(), vault, &[person])?.remove(&person);
    let scope = store::scopes_now(tx.reading(), &[person], now)?.first().copied();
    let (Some(place), Some(scope)) = (place, scope) else { return Ok(()) };
    let actor = Teller::Own.actor(&row);
    distress::service::follow(tx, view, (person, scope), (&place, actor))
}

impl Teller {
    fn basis(&self) -> PlaceBasis {
        match self {
            Self::Operator(_) => PlaceBasis::Operator,
            Self::Own => PlaceBasis::Own,
        }
    }

    fn person(&self, subject: Uuid) -> Uuid {
        match self {
            Self::Operator(operator) => operator.person,
            Self::Own => subject,
        }
    }

    fn actor(&self, subject: &PersonRow) -> ActorSeen {
        match self {
            Self::Operator(operator) => {
                ActorSeen { kind: ActorKind::Console, id: Some(operator.person), name: operator.name.clone() }
            }
            Self::Own => ActorSeen { kind: ActorKind::Phone, id: Some(subject.id.0), name: subject.name.clone() },
        }
    }
}

/// The person, if whoever tells may tell of them.
fn subject(tx: &mut Tx<'_>, teller: &Teller, person: Uuid) -> Result<PersonRow, Halt<Refusal>> {
    match teller {
        Teller::Operator(operator) => within(tx, operator.may(Permission::SetCurrentPlace), person),
        Teller::Own => {
            store::lock(tx, &[person])?;
            store::row(tx.reading(), person)?.filter(|row| row.left_at.is_none()).ok_or(Halt::Refuse(Refusal::NotFound))
        }
    }
}

fn note(tx: &mut Tx<'_>, teller: &Teller, row: &PersonRow, what: &str) -> Result<(), SqlError> {
    let who = teller.actor(row);
    let by = who.id.map(|id| (id, who.name.as_str()));
    let act = Act::new(Deed::PersonChanged, what).on(row.id.0);
    audit::service::record(tx, by, &[row.office.0], act).map(drop)
}

fn checked(
    tx: &mut Tx<'_>,
    said: &SetCurrentPlace,
    place: Option<String>,
    basis: PlaceBasis,
) -> Result<CurrentPlace, Halt<Refusal>> {
    let refuse = |field: &str, why: &str| Err(Halt::Refuse(Invalid::new(field, why).into()));
    let now = tx.now();
    let country = said.country.trim().to_owned();
    if country == NO_COUNTRY || !places::service::knows_country(tx.reading(), &country)? {
        return refuse("/country", "Give the two capital letters of ISO 3166-1, such as KE.");
    }
    let (from, until): (DateTime<Utc>, DateTime<Utc>) = (said.from.map_or(now, micros), micros(said.until));
    if until <= now {
        return refuse("/until", "That is over already; give a later end.");
    }
    if until <= from {
        return refuse("/until", "It would end before it begins; give a later end.");
    }
    if until > now + FURTHEST {
        return refuse("/until", "Give an end within a year; after that the office is wrong, not the place for now.");
    }
    Ok(CurrentPlace { country, place, from, until, basis })
}
