//! Changing organisations, offices and duty stations; closing offices, ending duty stations.

use uuid::Uuid;
use wire::access::Permission;
use wire::places::{ChangeDutyStation, ChangeOffice, ChangeOrganisation};

use super::service::{
    Doer, Places, checked_emergency_number, refused, short_name_exists, wire_office, wire_organisation, wire_station,
};
use super::{Office, Organisation, Refusal, Station, store};
use crate::access::Operator;
use crate::kernel::field::{self, Invalid};
use crate::people::standing::{Belonging, belonging};
use crate::store::requests::Request;
use crate::store::{AnyConn, Halt, WriteError};

/// What is said of a change that changes nothing.
const NOTHING: &str = "Name at least one field to change.";

impl Places {
    /// Changes an organisation that the caller administers.
    pub async fn change_organisation(
        &self,
        by: &Operator,
        request: Request,
        id: Uuid,
        change: ChangeOrganisation,
    ) -> Result<wire::places::Organisation, WriteError<Refusal>> {
        if !by.may(Permission::EditPlaces).contains(id) || self.view().organisation(id).is_none() {
            return self.not_there(by, request).await;
        }
        let change = checked_organisation(change).map_err(refused)?;
        self.change(request, Doer::new(by, vec![id]), move |tx, doer| {
            let found = store::organisation(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            let changed = Organisation {
                id,
                name: change.name.clone().unwrap_or(found.name),
                short_name: change.short_name.clone().unwrap_or(found.short_name),
                operations_number: change.operations_number.clone().unwrap_or(found.operations_number),
            };
            if store::another_has_short_name(tx.reading(), id, &changed.short_name)? {
                return Err(short_name_exists());
            }
            store::update_organisation(tx, &changed)?;
            doer.note(tx, id, "An organisation was changed")?;
            Ok(wire_organisation(&changed))
        })
        .await
    }

    /// Changes, closes or opens an office that the caller administers. It is closed once nobody
    /// belongs to it.
    pub async fn change_office(
        &self,
        by: &Operator,
        request: Request,
        id: Uuid,
        change: ChangeOffice,
    ) -> Result<wire::places::Office, WriteError<Refusal>> {
        let change = checked_office(change).map_err(refused)?;
        let mine = by.may(Permission::EditPlaces).contains(id);
        let Some(doer) = self.doer_for_office(by, id).filter(|_| mine) else {
            return self.not_there(by, request).await;
        };
        self.change(request, doer, move |tx, doer| {
            let found = store::office(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            let closes = change.closed == Some(true) && found.closed_at.is_none();
            if closes {
                may_end(tx.reading(), Belonging::Office(id))?;
            }
            let closed_at = match change.closed {
                None => found.closed_at,
                Some(false) => None,
                Some(true) => found.closed_at.or(Some(tx.now())),
            };
            let opens = found.closed_at.is_some() && closed_at.is_none();
            let changed = Office {
                name: change.name.clone().unwrap_or(found.name),
                duty_number: change.duty_number.clone().unwrap_or(found.duty_number),
                emergency_number: change.emergency_number.clone().unwrap_or(found.emergency_number),
                closed_at,
                ..found
            };
            store::update_office(tx, &changed)?;
            let done = if closes {
                "closed"
            } else if opens {
                "opened again"
            } else {
                "changed"
            };
            doer.note(tx, id, format!("The country office in {} was {done}", changed.country))?;
            Ok(wire_office(&changed))
        })
        .await
    }

    /// Changes a duty station of an office that the caller administers.
    pub async fn change_duty_station(
        &self,
        by: &Operator,
        request: Request,
        id: Uuid,
        change: ChangeDutyStation,
    ) -> Result<wire::places::DutyStation, WriteError<Refusal>> {
        let change = checked_station(change).map_err(refused)?;
        let Some(doer) = self.doer_for_station(by, id) else { return self.not_there(by, request).await };
        self.change(request, doer, move |tx, doer| {
            let found = store::station(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            let changed = Station {
                name: change.name.clone().unwrap_or(found.name),
                time_zone: change.time_zone.clone().unwrap_or(found.time_zone),
                lat: change.lat.unwrap_or(found.lat),
                lon: change.lon.unwrap_or(found.lon),
                ..found
            };
            store::update_station(tx, &changed)?;
            doer.note(tx, id, "A duty station was changed")?;
            Ok(wire_station(&changed))
        })
        .await
    }

    /// Ends a duty station once nobody belongs to it.
    pub async fn end_duty_station(&self, by: &Operator, request: Request, id: Uuid) -> Result<(), WriteError<Refusal>> {
        let Some(doer) = self.doer_for_station(by, id) else { return self.not_there(by, request).await };
        self.change(request, doer, move |tx, doer| {
            store::station(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            may_end(tx.reading(), Belonging::Station(id))?;
            store::end_station(tx, id)?;
            Ok(doer.note(tx, id, "A duty station was ended")?)
        })
        .await
    }

    /// Who changes a duty station; none where there is none for them.
    fn doer_for_station(&self, by: &Operator, id: Uuid) -> Option<Doer> {
        let office = self.view().station(id)?.office;
        by.may(Permission::EditPlaces).contains(office).then(|| self.doer_for_office(by, office))?
    }
}

/// Refuses to end a place while people belong to it.
pub(super) fn may_end(conn: &mut AnyConn, to: Belonging) -> Result<(), Halt<Refusal>> {
    match belonging(conn, to)? {
        0 => Ok(()),
        1 => Err(in_use("One person belongs to it; give them another place first.")),
        people => Err(in_use(format!("{people} people belong to it; give them another place first."))),
    }
}

pub(super) fn in_use(why: impl Into<String>) -> Halt<Refusal> {
    Halt::Refuse(Refusal::InUse(why.into()))
}

fn checked_organisation(change: ChangeOrganisation) -> Result<ChangeOrganisation, Invalid> {
    if change == ChangeOrganisation::default() {
        return Err(Invalid::new("", NOTHING));
    }
    let number = |number: String| field::number("/operations_number", &number);
    Ok(ChangeOrganisation {
        name: change.name.map(|name| field::line("/name", &name, 1, 200)).transpose()?,
        short_name: change.short_name.map(|name| field::line("/short_name", &name, 1, 20)).transpose()?,
        operations_number: change.operations_number.map(|set| set.map(number).transpose()).transpose()?,
    })
}

fn checked_office(change: ChangeOffice) -> Result<ChangeOffice, Invalid> {
    if change == ChangeOffice::default() {
        return Err(Invalid::new("", NOTHING));
    }
    let duty = |number: String| field::number("/duty_number", &number);
    let emergency = |number: String| checked_emergency_number(&number);
    Ok(ChangeOffice {
        name: change.name.map(|name| field::line("/name", &name, 1, 200)).transpose()?,
        duty_number: change.duty_number.map(|set| set.map(duty).transpose()).transpose()?,
        emergency_number: change.emergency_number.map(|set| set.map(emergency).transpose()).transpose()?,
        closed: change.closed,
    })
}

fn checked_station(change: ChangeDutyStation) -> Result<ChangeDutyStation, Invalid> {
    if change == ChangeDutyStation::default() {
        return Err(Invalid::new("", NOTHING));
    }
    match (change.lat, change.lon) {
        (None, None) => {}
        (Some(lat), Some(lon)) => drop(field::position(lat, lon)?),
        (None, Some(_)) => return Err(Invalid::new("/lat", "Give both lat and lon, or neither.")),
        (Some(_), None) => return Err(Invalid::new("/lon", "Give both lat and lon, or neither.")),
    }
    Ok(ChangeDutyStation {
        name: change.name.map(|name| field::line("/name", &name, 1, 200)).transpose()?,
        time_zone: change.time_zone.map(|zone| field::time_zone("/time_zone", &zone)).transpose()?,
        ..change
    })
}
