//! An organisation's own groupings of countries.

use std::collections::BTreeSet;

use uuid::Uuid;
use wire::access::Permission;
use wire::places::{ChangeRegion, NewRegion};

use super::changes::in_use;
use super::service::{Doer, NO_SUCH, Places, knows_country, refused};
use super::{Refusal, Region, store};
use crate::access::{self, Operator};
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::store::requests::Request;
use crate::store::{AnyConn, Halt, QueryResult, Tx, WriteError};

/// Most countries of a region: more than there are.
const COUNTRIES: usize = 300;

impl Places {
    /// Makes a region of an organisation that the caller administers whole.
    pub async fn create_region(
        &self,
        by: &Operator,
        request: Request,
        new: NewRegion,
    ) -> Result<wire::places::Region, WriteError<Refusal>> {
        if !by.may(Permission::EditPlaces).contains(new.organisation) {
            return Err(refused(Invalid::new("/organisation", NO_SUCH)));
        }
        let new = Region {
            id: self.new_id(),
            organisation: new.organisation,
            name: field::line("/name", &new.name, 1, 200).map_err(refused)?,
            countries: checked_countries(new.countries).map_err(refused)?,
        };
        self.change(request, Doer::new(by, vec![new.organisation]), move |tx, doer| {
            if store::organisation(tx.reading(), new.organisation)?.is_none() {
                return Err(Halt::Refuse(Invalid::new("/organisation", NO_SUCH).into()));
            }
            may_be(tx.reading(), &new)?;
            store::regions::insert(tx, &new)?;
            doer.note(tx, new.id, format!("A region of {} countries was entered", new.countries.len()))?;
            Ok(wire_region(&new))
        })
        .await
    }

    /// Changes a region of an organisation that the caller administers whole. Whoever is granted the
    /// region has its new countries at once.
    pub async fn change_region(
        &self,
        by: &Operator,
        request: Request,
        id: Uuid,
        change: ChangeRegion,
    ) -> Result<wire::places::Region, WriteError<Refusal>> {
        if change == ChangeRegion::default() {
            return Err(refused(Invalid::new("", "Name at least one field to change.")));
        }
        let name = change.name.map(|name| field::line("/name", &name, 1, 200)).transpose().map_err(refused)?;
        let countries = change.countries.map(checked_countries).transpose().map_err(refused)?;
        let Some(doer) = self.doer_for_region(by, id) else { return self.not_there(by, request).await };
        self.change(request, doer, move |tx, doer| {
            let found = store::regions::find(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            let changed = Region {
                name: name.clone().unwrap_or(found.name),
                countries: countries.clone().unwrap_or(found.countries),
                ..found
            };
            may_be(tx.reading(), &changed)?;
            store::regions::update(tx, &changed)?;
            doer.note(tx, id, format!("A region was changed; it has {} countries", changed.countries.len()))?;
            Ok(wire_region(&changed))
        })
        .await
    }

    /// Takes a region away once nobody holds a role over it.
    pub async fn delete_region(&self, by: &Operator, request: Request, id: Uuid) -> Result<(), WriteError<Refusal>> {
        let Some(doer) = self.doer_for_region(by, id) else { return self.not_there(by, request).await };
        self.change(request, doer, move |tx, doer| {
            let now = tx.now();
            store::regions::find(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            if access::wardens::granted_over(tx.reading(), id, now)? {
                return Err(in_use("Somebody holds a role over this region; end it first."));
            }
            store::regions::delete(tx, id)?;
            Ok(doer.note(tx, id, "A region was taken away")?)
        })
        .await
    }

    fn doer_for_region(&self, by: &Operator, id: Uuid) -> Option<Doer> {
        let organisation = self.view().region(id)?.organisation;
        by.may(Permission::EditPlaces).contains(organisation).then(|| Doer::new(by, vec![organisation]))
    }
}

/// Inserts a region under a new identifier. The directory must be reloaded after the commit.
pub fn insert_region(tx: &mut Tx<'_>, new: Region) -> QueryResult<Region> {
    let new = Region { id: ids::new(tx.now()), ..new };
    store::regions::insert(tx, &new)?;
    Ok(new)
}

fn checked_countries(countries: Vec<String>) -> Result<Vec<String>, Invalid> {
    if !(1..=COUNTRIES).contains(&countries.len()) {
        return Err(Invalid::new("/countries", "Give 1 to 300 countries."));
    }
    let distinct: BTreeSet<String> = countries.iter().cloned().collect();
    if distinct.len() < countries.len() {
        return Err(Invalid::new("/countries", "Give each country once."));
    }
    Ok(distinct.into_iter().collect())
}

/// Its countries are known, and no other region of the organisation has its name.
fn may_be(conn: &mut AnyConn, region: &Region) -> Result<(), Halt<Refusal>> {
    for country in &region.countries {
        if country == super::NO_COUNTRY || !knows_country(conn, country)? {
            let why = "Give countries by the two capital letters that GET /v1/countries names.";
            return Err(Halt::Refuse(Invalid::new("/countries", why).into()));
        }
    }
    if store::regions::name_taken(conn, region)? {
        let why = "Another region of the organisation has this name; give another.";
        return Err(Halt::Refuse(Refusal::Exists(Invalid::new("/name", why))));
    }
    Ok(())
}

/// A region as the interface shows it.
pub(super) fn wire_region(one: &Region) -> wire::places::Region {
    wire::places::Region {
        id: one.id,
        organisation: one.organisation,
        name: one.name.clone(),
        countries: one.countries.clone(),
    }
}
