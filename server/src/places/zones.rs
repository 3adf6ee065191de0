//! Warden zones: entering, changing, ending, showing with their wardens.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Permission;
use wire::zones::{ChangeZone, NewZone, ZoneDetail, ZoneWarden};

use super::boundary::Outline;
use super::changes::may_end;
use super::service::{Doer, Places, knows_country, refused};
use super::shown::Shown;
use super::store::zones::Whole;
use super::{NO_COUNTRY, Refusal, Zone, store};
use crate::access::wardens::{Appointed, wardens};
use crate::access::{Operator, Reach};
use crate::devices;
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::people::standing::{Belonging, Standing, standing};
use crate::store::requests::Request;
use crate::store::{AnyConn, Halt, QueryResult, StoreError, Tx, WriteError};

/// What permits to see the names of a zone's wardens: everybody else sees counts.
const NAMES: [Permission; 4] =
    [Permission::ReadPeople, Permission::ReadZone, Permission::AppointWardens, Permission::GrantRoles];

/// A zone that has no reachable warden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwatched {
    /// The zone.
    pub zone: Zone,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Places {
    /// The zones that the caller sees, of one country or of all, by country and name.
    pub async fn zones(&self, by: &Operator, country: Option<String>) -> Result<Vec<ZoneDetail>, StoreError> {
        let (view, by) = (self.view(), by.clone());
        let shown = Shown::new(view, by.sees());
        let now = self.store.clock().now();
        self.store
            .read(move |reading| {
                let all = store::zones::all(reading.conn)?;
                let wanted = |zone: &Zone| country.as_deref().is_none_or(|country| zone.country == country);
                let seen = all.into_iter().filter(|one| wanted(&one.zone) && shown.sees_zone(&one.zone)).collect();
                details(reading.conn, &shown, &by, seen, now)
            })
            .await
    }

    /// One zone; none where there is none for the caller.
    pub async fn zone(&self, by: &Operator, id: Uuid) -> Result<Option<ZoneDetail>, StoreError> {
        let (view, by) = (self.view(), by.clone());
        let shown = Shown::new(view, by.sees());
        let now = self.store.clock().now();
        self.store
            .read(move |reading| {
                let found = store::zones::find(reading.conn, id)?.filter(|found| shown.sees_zone(&found.zone));
                Ok(details(reading.conn, &shown, &by, found.into_iter().collect(), now)?.pop())
            })
            .await
    }

    /// Enters a zone of a country where the caller administers an office. It has no warden yet.
    pub async fn create_zone(
        &self,
        by: &Operator,
        request: Request,
        new: NewZone,
    ) -> Result<wire::zones::Zone, WriteError<Refusal>> {
        let doer = self.doer_for_country(by, &new.country).map_err(refused)?;
        let outline = new.boundary.as_ref().map(Outline::new).transpose().map_err(refused)?;
        let zone = Zone {
            id: self.new_id(),
            area: new.area,
            name: field::line("/name", &new.name, 1, 200).map_err(refused)?,
            country: new.country,
        };
        self.change(request, doer, move |tx, doer| {
            may_be(tx.reading(), &zone)?;
            store::zones::insert(tx, &zone, outline.as_ref().map(Outline::text).as_deref())?;
            doer.note(tx, zone.id, format!("A warden zone in {} was entered", zone.country))?;
            Ok(wire_zone(&zone))
        })
        .await
    }

    /// Changes a zone of a country where the caller administers an office.
    pub async fn change_zone(
        &self,
        by: &Operator,
        request: Request,
        id: Uuid,
        change: ChangeZone,
    ) -> Result<wire::zones::Zone, WriteError<Refusal>> {
        if change == ChangeZone::default() {
            return Err(refused(Invalid::new("", "Name at least one field to change.")));
        }
        let name =
            change.name.as_deref().map(|name| field::line("/name", name, 1, 200)).transpose().map_err(refused)?;
        let outline = change.boundary.map(|set| set.as_ref().map(Outline::new).transpose()).transpose();
        let outline = outline.map_err(refused)?;
        let Some(doer) = self.doer_for_zone(by, id) else { return self.not_there(by, request).await };
        self.change(request, doer, move |tx, doer| {
            let found = store::zones::find(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            let zone = Zone {
                name: name.clone().unwrap_or(found.zone.name),
                area: change.area.unwrap_or(found.zone.area),
                ..found.zone
            };
            may_be(tx.reading(), &zone)?;
            let boundary = match &outline {
                None => found.boundary,
                Some(set) => set.as_ref().map(Outline::text),
            };
            store::zones::update(tx, &zone, boundary.as_deref())?;
            doer.note(tx, id, format!("A warden zone in {} was changed", zone.country))?;
            Ok(wire_zone(&zone))
        })
        .await
    }

    /// Ends a zone once nobody lives in it.
    pub async fn end_zone(&self, by: &Operator, request: Request, id: Uuid) -> Result<(), WriteError<Refusal>> {
        let Some(doer) = self.doer_for_zone(by, id) else { return self.not_there(by, request).await };
        self.change(request, doer, move |tx, doer| {
            let found = store::zones::find(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
            may_end(tx.reading(), Belonging::Zone(id))?;
            store::zones::end(tx, id)?;
            Ok(doer.note(tx, id, format!("A warden zone in {} was ended", found.zone.country))?)
        })
        .await
    }

    /// Who changes something that belongs to a country: whoever administers an office there.
    pub(super) fn doer_for_country(&self, by: &Operator, country: &str) -> Result<Doer, Invalid> {
        let view = self.view();
        let mine = by.may(Permission::EditPlaces);
        if mine.is_everything() || view.touches_country(mine, country) {
            return Ok(Doer::new(by, view.scopes_of_country(country)));
        }
        Err(Invalid::new("/country", "Give a country where you administer an office, by its two capital letters."))
    }

    fn doer_for_zone(&self, by: &Operator, id: Uuid) -> Option<Doer> {
        self.doer_for_country(by, &self.view().zone(id)?.country).ok()
    }
}

/// Inserts a checked zone under a new identifier. The directory must be reloaded after the commit.
pub fn insert_zone(tx: &mut Tx<'_>, new: Zone, outline: Option<&Outline>) -> QueryResult<Zone> {
    let new = Zone { id: ids::new(tx.now()), ..new };
    store::zones::insert(tx, &new, outline.map(Outline::text).as_deref())?;
    Ok(new)
}

/// The country is known, the area is of it, and no other zone there has the name.
fn may_be(conn: &mut AnyConn, zone: &Zone) -> Result<(), Halt<Refusal>> {
    if zone.country == NO_COUNTRY || !knows_country(conn, &zone.country)? {
        let why = "Give a country by the two capital letters that GET /v1/countries names.";
        return Err(Halt::Refuse(Invalid::new("/country", why).into()));
    }
    if let Some(area) = zone.area
        && store::areas::find(conn, area)?.is_none_or(|(found, _)| found.country != zone.country)
    {
        let why = "There is no such security area in this country; take one that GET /v1/security-areas names.";
        return Err(Halt::Refuse(Invalid::new("/area", why).into()));
    }
    if store::zones::name_taken(conn, zone)? {
        let why = "Another zone of the country has or had this name; give another.";
        return Err(Halt::Refuse(Refusal::Exists(Invalid::new("/name", why))));
    }
    Ok(())
}

/// Wardens in force with what is known of their people.
pub(super) struct Roster {
    appointed: Vec<Appointed>,
    standing: HashMap<Uuid, Standing>,
    phones: HashMap<Uuid, u32>,
}

impl Roster {
    /// Of these zones, or of all.
    pub(super) fn read(conn: &mut AnyConn, zones: Option<&[Uuid]>, now: DateTime<Utc>) -> QueryResult<Self> {
        let appointed = wardens(conn, zones, now)?;
        let mut people: Vec<Uuid> = appointed.iter().map(|one| one.person).collect();
        people.sort_unstable();
        people.dedup();
        let mut phones = HashMap::new();
        for chunk in people.chunks(500) {
            phones.extend(devices::service::enrolled(conn, chunk)?);
        }
        Ok(Self { standing: standing(conn, &people)?, phones, appointed })
    }

    /// The wardens of a zone who have not left, by rank.
    fn of(&self, zone: Uuid) -> impl Iterator<Item = (&Appointed, &Standing)> {
        let here = self.appointed.iter().filter(move |one| one.zone == zone);
        here.filter_map(|one| Some((one, self.standing.get(&one.person).filter(|known| !known.left)?)))
    }

    /// Whether somebody can be reached: by an enrolled phone or a proven number.
    fn reaches(&self, one: &Appointed, known: &Standing) -> bool {
        known.proven || self.phones.get(&one.person).is_some_and(|phones| *phones > 0)
    }

    /// Whether a zone has a warden or alternate who can be reached.
    pub(super) fn watches(&self, zone: Uuid) -> bool {
        self.of(zone).any(|(one, known)| self.reaches(one, known))
    }
}

/// Zones that have no reachable warden now, of a country that `sees` says, the longest first.
pub fn unwatched(conn: &mut AnyConn, sees: impl Fn(&Zone) -> bool, now: DateTime<Utc>) -> QueryResult<Vec<Unwatched>> {
    let roster = Roster::read(conn, None, now)?;
    let all = store::zones::all(conn)?.into_iter().filter(|one| sees(&one.zone) && !roster.watches(one.zone.id));
    let mut found: Vec<Unwatched> =
        all.map(|one| Unwatched { since: one.unreachable_since.unwrap_or(now), zone: one.zone }).collect();
    found.sort_by_key(|one| one.since);
    Ok(found)
}

/// The zones that `sees` says and that have an outline, with it.
pub fn outlines(conn: &mut AnyConn, sees: impl Fn(&Zone) -> bool) -> QueryResult<Vec<(Zone, Outline)>> {
    let all = store::zones::all(conn)?.into_iter().filter(|one| sees(&one.zone));
    Ok(all.filter_map(|one| Some((one.zone, Outline::stored(one.boundary.as_deref()?)?))).collect())
}

fn details(
    conn: &mut AnyConn,
    shown: &Shown,
    by: &Operator,
    zones: Vec<Whole>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<ZoneDetail>> {
    let ids: Vec<Uuid> = zones.iter().map(|one| one.zone.id).collect();
    let roster = Roster::read(conn, Some(&ids), now)?;
    let names = |zone: &Zone| {
        let held = |reach: &Reach| reach.contains(zone.id) || shown.view().touches_country(reach, &zone.country);
        NAMES.iter().any(|permission| held(by.may(*permission)))
    };
    let detail = |one: Whole| {
        let named = names(&one.zone);
        let warden = |(appointed, known): (&Appointed, &Standing)| ZoneWarden {
            person: named.then_some(appointed.person),
            name: named.then(|| known.name.clone()),
            rank: appointed.rank,
            reachable: roster.reaches(appointed, known),
            until: appointed.until,
        };
        let outline = one.boundary.as_deref().and_then(Outline::stored);
        ZoneDetail {
            wardens: roster.of(one.zone.id).map(warden).collect(),
            unreachable_since: (!roster.watches(one.zone.id)).then(|| one.unreachable_since.unwrap_or(now)),
            centre: outline.as_ref().map(Outline::centre),
            boundary: outline.map(|outline| outline.boundary()),
            zone: wire_zone(&one.zone),
        }
    };
    Ok(zones.into_iter().map(detail).collect())
}

/// A zone as the interface shows it.
pub(super) fn wire_zone(one: &Zone) -> wire::zones::Zone {
    wire::zones::Zone { id: one.id, country: one.country.clone(), area: one.area, name: one.name.clone() }
}
