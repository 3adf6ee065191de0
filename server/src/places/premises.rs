//! Buildings and compounds of country offices.

use uuid::Uuid;
use wire::access::Permission;
use wire::places::NewPremises;

use super::service::{NO_SUCH, Places, office, refused};
use super::{Premises, Refusal, store};
use crate::access::Operator;
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::store::requests::Request;
use crate::store::{Halt, QueryResult, Tx, WriteError};

impl Places {
    /// Enters premises of an office that the caller administers.
    pub async fn create_premises(
        &self,
        by: &Operator,
        request: Request,
        new: NewPremises,
    ) -> Result<wire::places::Premises, WriteError<Refusal>> {
        if !by.may(Permission::EditPlaces).contains(new.office) {
            return Err(refused(Invalid::new("/office", NO_SUCH)));
        }
        let new = checked(&new).map_err(refused)?;
        let doer = self.doer_for_office(by, new.office).ok_or_else(|| refused(Invalid::new("/office", NO_SUCH)))?;
        self.change(request, doer, move |tx, doer| {
            if office(tx.reading(), new.office)?.is_none() {
                return Err(Halt::Refuse(Invalid::new("/office", NO_SUCH).into()));
            }
            if let Some(station) = new.duty_station
                && store::station(tx.reading(), station)?.is_none_or(|found| found.office != new.office)
            {
                let why = "There is no such duty station of that office; take one that GET /v1/places names.";
                return Err(Halt::Refuse(Invalid::new("/duty_station", why).into()));
            }
            let made = insert_premises(tx, new.clone())?;
            doer.note(tx, made.id, format!("Premises ({}) were entered", made.kind.word()))?;
            Ok(wire_premises(&made))
        })
        .await
    }

    /// Ends premises of an office that the caller administers.
    pub async fn end_premises(&self, by: &Operator, request: Request, id: Uuid) -> Result<(), WriteError<Refusal>> {
        let office = self.view().premises.get(&id).map(|found| found.office);
        let mine = office.filter(|office| by.may(Permission::EditPlaces).contains(*office));
        let Some(doer) = mine.and_then(|office| self.doer_for_office(by, office)) else {
            return self.not_there(by, request).await;
        };
        self.change(request, doer, move |tx, doer| {
            let found = store::premises::find(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            store::premises::end(tx, id)?;
            Ok(doer.note(tx, id, format!("Premises ({}) were ended", found.kind.word()))?)
        })
        .await
    }
}

/// Inserts premises under a new identifier. The directory must be reloaded after the commit.
pub fn insert_premises(tx: &mut Tx<'_>, new: Premises) -> QueryResult<Premises> {
    let new = Premises { id: ids::new(tx.now()), ..new };
    store::premises::insert(tx, &new)?;
    Ok(new)
}

fn checked(new: &NewPremises) -> Result<Premises, Invalid> {
    let (lat, lon) = field::position(new.lat, new.lon)?;
    Ok(Premises {
        id: Uuid::nil(),
        office: new.office,
        duty_station: new.duty_station,
        kind: new.kind,
        name: field::line("/name", &new.name, 1, 200)?,
        lat,
        lon,
    })
}

/// Premises as the interface shows them.
pub fn wire_premises(one: &Premises) -> wire::places::Premises {
    wire::places::Premises {
        id: one.id,
        office: one.office,
        duty_station: one.duty_station,
        kind: one.kind,
        name: one.name.clone(),
        lat: one.lat,
        lon: one.lon,
    }
}
