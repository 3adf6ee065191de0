//! How many there are, who can be reached, and who lives in a zone.

use std::collections::BTreeMap;

use uuid::Uuid;
use wire::access::Permission;
use wire::people::PersonKind;
use wire::register::{KindCount, Neighbour, OfficeReach, PeopleCounts, PlaceCount, Reachability, ZonePeople};

use super::Refusal;
use super::listing::{Filter, PAGE, offices, reach_of};
use super::service::People;
use super::shown::brief_of;
use super::store;
use crate::access::Operator;
use crate::kernel::field::Invalid;
use crate::places::View;
use crate::store::{StoreError, WriteError};

/// What counts are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountsOf {
    /// One country.
    pub country: Option<String>,
    /// One office.
    pub office: Option<Uuid>,
}

impl People {
    /// How many people there are in reach, by office and by zone, whoever employs them.
    pub async fn counts(&self, by: &Operator, of: CountsOf) -> Result<PeopleCounts, WriteError<Refusal>> {
        let (reach, view) = (by.may(Permission::ReadCounts).clone(), self.directory.view());
        if of.office.is_some_and(|office| !reach.contains(office) || view.office(office).is_none()) {
            return Err(WriteError::Refused(Refusal::NotFound));
        }
        let found = self.store.read(move |reading| {
            let by_office = store::count_by_office(reading.conn)?;
            let by_zone = store::count_by_zone(reading.conn)?;
            let wanted = |id: Uuid, country: &str| {
                reach.contains(id)
                    && of.country.as_deref().is_none_or(|one| one == country)
                    && of.office.is_none_or(|one| one == id)
            };
            let offices = view.offices.values().filter(|office| wanted(office.id, &office.country)).map(|office| {
                let organisation = view.organisation(office.organisation).map(|one| one.short_name.clone());
                counted(office.id, (&office.name, organisation, &office.country), &by_office)
            });
            let zones = view
                .zones
                .values()
                .filter(|zone| wanted(zone.id, &zone.country))
                .map(|zone| counted(zone.id, (&zone.name, None, &zone.country), &by_zone));
            Ok(PeopleCounts { offices: offices.collect(), zones: zones.collect() })
        });
        Ok(found.await?)
    }

    /// Who can be reached, by office, in reach.
    pub async fn reachability(
        &self,
        by: &Operator,
        (organisation, office): (Option<Uuid>, Option<Uuid>),
    ) -> Result<Reachability, WriteError<Refusal>> {
        let view = self.directory.view();
        let asked = offices(&Filter { organisation, office, ..Filter::default() }, &view);
        let within = reach_of(by, Permission::ReadCounts).and(&asked);
        let known = |one: Option<Uuid>| one.is_none_or(|id| by.may(Permission::ReadCounts).contains(id));
        if !known(office) || (organisation.is_some() && within.is_empty()) {
            return Err(WriteError::Refused(Refusal::NotFound));
        }
        let rows = self.store.read(move |reading| store::reach_by_office(reading.conn, &within)).await?;
        let one = |row: store::ReachRow| office_reach(&view, row);
        Ok(Reachability { offices: rows.into_iter().filter_map(one).collect() })
    }

    /// Who can be reached in the offices of an organisation, for a command on the server's own machine;
    /// needs a thread that may block.
    pub fn reachable(&self, organisation: Uuid) -> Result<Vec<OfficeReach>, StoreError> {
        let view = self.directory.view();
        let within = offices(&Filter { organisation: Some(organisation), ..Filter::default() }, &view);
        let rows = self.store.read_blocking(|reading| store::reach_by_office(reading.conn, &within))?;
        Ok(rows.into_iter().filter_map(|row| office_reach(&view, row)).collect())
    }

    /// The people of a zone as their warden sees them: whoever employs them, dependants and visitors
    /// too; no coordinates, documents, addresses, or whose dependants they are.
    pub async fn neighbours(
        &self,
        by: &Operator,
        zone: Uuid,
        after: Option<Uuid>,
    ) -> Result<ZonePeople, WriteError<Refusal>> {
        let view = self.directory.view();
        if !by.may(Permission::ReadZone).contains(zone) || view.zone(zone).is_none() {
            return Err(WriteError::Refused(Refusal::NotFound));
        }
        let found = self.store.read(move |reading| {
            let mut rows = store::of_zone(reading.conn, zone, after, i64::from(PAGE) + 1)?;
            let more = rows.len() > PAGE as usize;
            rows.truncate(PAGE as usize);
            let next = rows.last().map(|row| row.id.0.to_string()).filter(|_| more);
            let of: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
            let mut numbers = store::numbers(reading.conn, reading.vault, &of)?;
            let one = |row: store::PersonRow| {
                let (id, kind) = (row.id.0, row.kind());
                let brief = brief_of(row, &view);
                Neighbour {
                    id,
                    name: brief.name,
                    organisation: brief.organisation,
                    kind,
                    call_sign: brief.call_sign,
                    languages: brief.languages,
                    phones: numbers.remove(&id).unwrap_or_default(),
                }
            };
            Ok(ZonePeople { people: rows.into_iter().map(one).collect(), next })
        });
        Ok(found.await?)
    }
}

fn counted(
    id: Uuid,
    (name, organisation, country): (&str, Option<String>, &str),
    by_place: &BTreeMap<(Uuid, String), u64>,
) -> PlaceCount {
    let count = |kind: &PersonKind| {
        let people = by_place.get(&(id, kind.word().to_owned())).copied()?;
        Some(KindCount { kind: *kind, people })
    };
    let kinds: Vec<KindCount> = PersonKind::ALL.iter().filter_map(count).collect();
    PlaceCount {
        id,
        name: name.to_owned(),
        organisation,
        country: country.to_owned(),
        people: kinds.iter().map(|one| one.people).sum(),
        kinds,
    }
}

fn office_reach(view: &View, row: store::ReachRow) -> Option<OfficeReach> {
    let office = view.office(row.office.0)?;
    let count = |figure: i64| u64::try_from(figure).unwrap_or_default();
    Some(OfficeReach {
        office: office.id,
        name: office.name.clone(),
        organisation: view.organisation(office.organisation).map(|one| one.short_name.clone()).unwrap_or_default(),
        country: office.country.clone(),
        people: count(row.people),
        reachable: count(row.reachable),
        proven: count(row.proven),
        with_number: count(row.with_number),
        enrolled: count(row.enrolled),
        nothing: count(row.beyond_reach),
    })
}

/// A cursor of a zone's list.
pub fn zone_cursor(text: Option<String>) -> Result<Option<Uuid>, Invalid> {
    let parsed = text.map(|text| Uuid::parse_str(&text)).transpose();
    parsed.map_err(|_| Invalid::new("/after", "Give what the page before named as next, or leave it out."))
}
