//! People as a viewer sees them: what they may not see is left out here, before anything is sent.

use std::collections::HashMap;

use uuid::Uuid;
use wire::case::{PersonBrief, PhoneNumber};
use wire::register::{CurrentPlace, Masked, Person, PersonDetail};

use super::private::Private;
use super::store::{self, PersonRow};
use super::viewer::{Sight, Viewer, pseudonym};
use crate::places::View;
use crate::store::vault::Vault;
use crate::store::{AnyConn, QueryResult};
use crate::{devices, distress};

/// What is hidden of somebody who is not seen by name.
const UNNAMED: [Masked; 4] = [Masked::Name, Masked::Contacts, Masked::Relations, Masked::Residence];

/// How others name a person.
pub(super) fn brief_of(row: PersonRow, view: &View) -> PersonBrief {
    let office = view.office(row.office.0);
    let organisation = office.and_then(|office| view.organisation(office.organisation));
    let station = row.duty_station.and_then(|station| view.station(station.0));
    PersonBrief {
        id: Some(row.id.0),
        organisation: organisation.map(|organisation| organisation.short_name.clone()),
        office: office.map(|office| office.name.clone()),
        duty_station: station.map(|station| station.name.clone()),
        time_zone: row.time_zone.clone().or_else(|| station.map(|station| station.time_zone.clone())),
        languages: row.languages(),
        name: row.name,
        call_sign: row.call_sign,
    }
}

/// What belongs to people besides their rows.
struct Besides {
    numbers: HashMap<Uuid, Vec<PhoneNumber>>,
    devices: HashMap<Uuid, u32>,
    places: HashMap<Uuid, CurrentPlace>,
}

/// People as the viewer sees them, in this order. Whoever does not exist for them is left out.
pub(super) fn people(
    conn: &mut AnyConn,
    vault: &Vault,
    (view, viewer): (&View, &Viewer),
    rows: Vec<PersonRow>,
) -> QueryResult<Vec<Person>> {
    let sighted: Vec<(PersonRow, Sight)> =
        rows.into_iter().filter_map(|row| viewer.sight(row.office.0, row.kind()).map(|sight| (row, sight))).collect();
    let all: Vec<Uuid> = sighted.iter().map(|(row, _)| row.id.0).collect();
    let whole: Vec<Uuid> =
        sighted.iter().filter(|(_, sight)| matches!(sight, Sight::Whole { .. })).map(|(row, _)| row.id.0).collect();
    let mut besides = Besides {
        numbers: store::numbers(conn, vault, &whole)?,
        devices: devices::service::enrolled(conn, &all)?,
        places: store::current_places(conn, vault, &whole)?,
    };
    Ok(sighted.into_iter().map(|(row, sight)| person(row, sight, (view, vault), &mut besides)).collect())
}

fn person(row: PersonRow, sight: Sight, (view, vault): (&View, &Vault), besides: &mut Besides) -> Person {
    let (id, kind) = (row.id.0, row.kind());
    let (office_id, left_at) = (row.office.0, row.left_at.map(|at| at.0));
    let devices = besides.devices.get(&id).copied().unwrap_or_default();
    if let Sight::Whole { .. } = sight {
        return Person {
            kind,
            phones: besides.numbers.remove(&id).unwrap_or_default(),
            devices,
            office_id,
            duty_station_id: row.duty_station.map(|id| id.0),
            left_at,
            current_place: besides.places.remove(&id),
            zone: row.zone.map(|id| id.0),
            masked: Vec::new(),
            brief: brief_of(row, view),
        };
    }
    let veiled = sight == Sight::Veiled;
    let duty_station_id = row.duty_station.map(|id| id.0).filter(|_| veiled);
    let brief = brief_of(row, view);
    Person {
        brief: PersonBrief {
            id: Some(id).filter(|_| veiled),
            name: pseudonym(vault.keyring(), id),
            organisation: brief.organisation,
            office: brief.office,
            duty_station: brief.duty_station.filter(|_| veiled),
            time_zone: None,
            call_sign: None,
            languages: Vec::new(),
        },
        kind,
        phones: Vec::new(),
        devices,
        office_id,
        duty_station_id,
        left_at,
        current_place: None,
        zone: None,
        masked: UNNAMED.to_vec(),
    }
}

/// A person whole, as far as the viewer may see them. Somebody who is seen by pseudonym only cannot
/// be asked for one by one: that would say whose pseudonym it is.
pub(super) fn detail(
    conn: &mut AnyConn,
    vault: &Vault,
    (view, viewer): (&View, &Viewer),
    row: PersonRow,
) -> QueryResult<Option<PersonDetail>> {
    let (id, office) = (row.id.0, row.office.0);
    let Some(sight) = viewer.sight(office, row.kind()).filter(|sight| *sight != Sight::Pseudonym) else {
        return Ok(None);
    };
    let Some(mut found) = exported(conn, vault, (view, viewer), vec![row.clone()])?.pop() else { return Ok(None) };
    if let Sight::Whole { medical: true, .. } = sight
        && distress::service::has_open_case(conn, id)?
    {
        found.medical = row.private(vault.keyring())?.medical;
        found.person.masked.retain(|field| *field != Masked::Medical);
    }
    if viewer.sees_dependants(office) {
        let seen = |row: &PersonRow| matches!(viewer.sight(row.office.0, row.kind()), Some(Sight::Whole { .. }));
        found.sponsored = store::sponsored_by(conn, id)?.into_iter().filter(seen).map(|row| row.id.0).collect();
    }
    Ok(Some(found))
}

/// People whole, as far as the viewer may see them in a list: never what helps a medic, for that is
/// shown one by one, while somebody is in danger.
pub(super) fn exported(
    conn: &mut AnyConn,
    vault: &Vault,
    (view, viewer): (&View, &Viewer),
    rows: Vec<PersonRow>,
) -> QueryResult<Vec<PersonDetail>> {
    let rows: Vec<PersonRow> =
        rows.into_iter().filter(|row| viewer.sight(row.office.0, row.kind()).is_some()).collect();
    let people = people(conn, vault, (view, viewer), rows.clone())?;
    let details = rows.into_iter().zip(people).map(|(row, person)| {
        let country = view.office(row.office.0).map(|office| office.country.clone());
        match viewer.sight(row.office.0, row.kind()) {
            Some(Sight::Whole { passport, .. }) => whole(row, person, country, (passport, vault)),
            _ => Ok(unnamed(row, person, country)),
        }
    });
    details.collect()
}

fn whole(
    row: PersonRow,
    mut person: Person,
    country: Option<String>,
    (sees_passport, vault): (bool, &Vault),
) -> QueryResult<PersonDetail> {
    let Private { residence, hotel, fallback, passport, medical: _ } = row.private(vault.keyring())?;
    if !sees_passport {
        person.masked.push(Masked::Passport);
    }
    person.masked.push(Masked::Medical);
    Ok(PersonDetail {
        revision: u64::try_from(row.revision()).unwrap_or_default(),
        person,
        country,
        email: row.email,
        external_id: row.external_id,
        job_title: row.job_title,
        own_time_zone: row.time_zone,
        sponsor: row.sponsor.map(|id| id.0),
        supervisor: row.supervisor.map(|id| id.0),
        present_from: row.present_from.map(|at| at.0),
        present_until: row.present_until.map(|at| at.0),
        residence,
        hotel,
        fallback,
        passport: passport.filter(|_| sees_passport),
        medical: None,
        source: row.source,
        sponsored: Vec::new(),
    })
}

/// Somebody of whom nothing more is shown than in lists.
fn unnamed(row: PersonRow, mut person: Person, country: Option<String>) -> PersonDetail {
    person.masked.extend([Masked::Passport, Masked::Medical]);
    PersonDetail {
        person,
        revision: u64::try_from(row.revision()).unwrap_or_default(),
        country,
        email: None,
        external_id: None,
        job_title: None,
        own_time_zone: None,
        sponsor: None,
        supervisor: None,
        present_from: None,
        present_until: None,
        residence: None,
        hotel: None,
        fallback: None,
        passport: None,
        medical: None,
        source: None,
        sponsored: Vec::new(),
    }
}
