//! Puts the invented world into an empty demo database.

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::access::Role;
use wire::people::{NewPerson, NewPhone, PersonKind};

use super::PASSWORD;
use super::ground::{self, Ground, Ids};
use super::world::{Part, World, WorldPerson};
use crate::access::passwords::Hashing;
use crate::access::{Area, Cost, Grant, insert_account, insert_grant};
use crate::app::App;
use crate::people::Checked;
use crate::people::service::{by_email, create_many};
use crate::places::service::{insert_office, insert_organisation, insert_station, invent_country};
use crate::places::{InventedCountry, Office, Organisation, Station};
use crate::store::{Halt, Lane, WriteError};

/// People entered by one write: small enough that an alarm never waits for it.
const CHUNK: usize = 100;

/// Rows of places entered by one write.
const PLACES: usize = 60;

/// Enters the world when the database has no organisation yet; returns whether it did.
pub fn fill(app: &App, world: &World, cost: Cost) -> anyhow::Result<bool> {
    if !app.directory.view().organisations.is_empty() {
        let last = world.people.iter().rev().find_map(|person| person.email.clone()).unwrap_or_default();
        return match app.store.read_blocking(|reading| by_email(reading.conn, &last))? {
            Some(_) => Ok(false),
            None => bail!(
                "the invented world in this folder is not complete, because making it was broken off: delete the folder"
            ),
        };
    }
    let organisations = write(app, {
        let (country, organisations) = (invented(world), world.organisations.clone());
        move |tx| {
            invent_country(tx, &country)?;
            organisations
                .iter()
                .map(|new| {
                    let new = Organisation {
                        id: Uuid::nil(),
                        name: new.name.to_owned(),
                        short_name: new.short_name.to_owned(),
                        operations_number: Some("+999000000112".to_owned()),
                    };
                    Ok(insert_organisation(tx, new)?.id)
                })
                .collect::<Result<Vec<_>, _>>()
        }
    })?;
    let mut offices = Vec::with_capacity(world.offices.len());
    for chunk in world.offices.chunks(PLACES) {
        let new: Option<Vec<Office>> = chunk
            .iter()
            .map(|office| {
                Some(Office {
                    id: Uuid::nil(),
                    organisation: *organisations.get(office.organisation)?,
                    country: office.country.clone(),
                    name: office.name.clone(),
                    duty_number: Some(office.duty_number.clone()),
                    emergency_number: Some(office.emergency_number.clone()),
                    closed_at: None,
                })
            })
            .collect();
        let new = new.context("an office of no organisation")?;
        offices.extend(write(app, move |tx| {
            new.iter().map(|office| Ok(insert_office(tx, office.clone())?.id)).collect::<Result<Vec<_>, Halt<_>>>()
        })?);
    }
    let stations = stations(app, world, &offices)?;
    let ids = Ids { organisations: &organisations, offices: &offices, stations: &stations };
    let ground = ground::fill(app, world, ids)?;
    people(app, world, ids, &ground, cost)?;
    app.directory.reload_blocking()?;
    Ok(true)
}

pub(super) fn write<T: Send + 'static>(
    app: &App,
    f: impl Fn(&mut crate::store::Tx<'_>) -> Result<T, Halt<crate::places::Refusal>> + Send + 'static,
) -> anyhow::Result<T> {
    app.store.write_blocking(Lane::Normal, Vec::new(), f).map_err(|error| match error {
        WriteError::Refused(refusal) => anyhow!("the invented world breaks a rule: {refusal:?}"),
        WriteError::Store(error) => error.into(),
    })
}

fn invented(world: &World) -> InventedCountry {
    let country = &world.invented;
    InventedCountry {
        code: country.iso2.to_owned(),
        name: country.names.en.clone(),
        lat: country.centre.lat,
        lon: country.centre.lon,
        radius_km: country.radius_km,
        time_zone: country.time_zone.name().to_owned(),
    }
}

fn stations(app: &App, world: &World, offices: &[Uuid]) -> anyhow::Result<Vec<Uuid>> {
    let mut stations = Vec::with_capacity(world.stations.len());
    for chunk in world.stations.chunks(PLACES) {
        let new: Option<Vec<Station>> = chunk
            .iter()
            .map(|station| {
                Some(Station {
                    id: Uuid::nil(),
                    office: *offices.get(station.office)?,
                    name: station.name.clone(),
                    time_zone: station.time_zone.name().to_owned(),
                    lat: station.at.lat,
                    lon: station.at.lon,
                })
            })
            .collect();
        let new = new.context("a duty station of no office")?;
        stations.extend(write(app, move |tx| {
            new.iter().map(|station| Ok(insert_station(tx, station.clone())?.id)).collect::<Result<Vec<_>, Halt<_>>>()
        })?);
    }
    Ok(stations)
}

fn people(app: &App, world: &World, ids: Ids<'_>, ground: &Ground, cost: Cost) -> anyhow::Result<()> {
    let hash = Hashing::new(cost)?.hash_blocking(PASSWORD)?;
    let hit = *ids.offices.get(world.hit_office).context("no hit office")?;
    let now = app.store.clock().now();
    let mut entered: Vec<Uuid> = Vec::with_capacity(world.people.len());
    for chunk in world.people.chunks(CHUNK) {
        let new: Vec<(Checked, Option<Part>)> = chunk
            .iter()
            .map(|person| Ok((checked(person, ids, ground, &entered, now)?, person.part)))
            .collect::<anyhow::Result<_>>()?;
        let hash = hash.clone();
        entered.extend(write(app, move |tx| {
            let checked: Vec<Checked> = new.iter().map(|(person, _)| person.clone()).collect();
            let made = create_many(tx, &checked)?;
            for (person, part) in made.iter().copied().zip(new.iter().map(|(_, part)| *part)) {
                if let Some((role, area)) = part.and_then(|part| rights(part, hit)) {
                    let from = tx.now();
                    insert_grant(tx, person, Grant::appointment(role, area, from))?;
                    insert_account(tx, person, &hash)?;
                }
            }
            Ok(made)
        })?);
    }
    ground::staff(app, world, ground, &entered)
}

fn checked(
    person: &WorldPerson,
    ids: Ids<'_>,
    ground: &Ground,
    entered: &[Uuid],
    now: DateTime<Utc>,
) -> anyhow::Result<Checked> {
    let office = *ids.offices.get(person.office).context("a person of no office")?;
    let sponsor =
        person.sponsor.map(|at| entered.get(at).copied().context("a guest before the sponsor")).transpose()?;
    // Visitors came in the last week and leave within three.
    let day = TimeDelta::days((entered.len() % 7) as i64 + 1);
    let visits = person.kind == PersonKind::Visitor;
    let new = NewPerson {
        duty_station: ids.stations.get(person.station).copied(),
        zone: person.zone.and_then(|zone| ground.zones.get(zone).copied()),
        sponsor,
        present_from: visits.then(|| now - day),
        present_until: visits.then(|| now + day * 3),
        hotel: visits.then(|| "Hotel Asenne".to_owned()),
        email: person.email.clone(),
        languages: person.languages.iter().map(|tag| (*tag).to_owned()).collect(),
        call_sign: person.call_sign.clone(),
        phones: person
            .phones
            .iter()
            .map(|phone| NewPhone { number: phone.number.clone(), kind: phone.kind.to_owned() })
            .collect(),
        ..NewPerson::new(office, person.kind, person.name.clone())
    };
    Checked::new(&new).map_err(|invalid| anyhow!("a person of the invented world breaks a rule: {}", invalid.why))
}

/// Who signs in, as what.
fn rights(part: Part, hit: Uuid) -> Option<(Role, Area)> {
    match part {
        Part::Operator | Part::SecondOperator => Some((Role::OperationsOperator, Area::Installation)),
        Part::SecurityOfficer => Some((Role::FieldSecurityOfficer, Area::Office(hit))),
        Part::Administrator => Some((Role::Administrator, Area::Installation)),
        Part::Phone1 | Part::Phone2 | Part::Phone3 => None,
    }
}
