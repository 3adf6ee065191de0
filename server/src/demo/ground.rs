//! Puts areas, zones, premises and regions into a demo database, and gives zones their wardens.

use anyhow::{Context, anyhow};
use chrono::TimeDelta;
use uuid::Uuid;
use wire::zones::{AreaGrade, GradeDefinition, NewGradingScheme, SecurityAreaKind};

use super::seed::write;
use super::world::ground::{self, AREAS, GRADES, PREMISES, REGIONS, ZONES};
use super::world::{Part, World};
use crate::access::wardens::insert_warden;
use crate::app::App;
use crate::people::standing::set_proven;
use crate::places::boundary::Outline;
use crate::places::countries::Point;
use crate::places::{
    Premises, Region, SecurityArea, Zone, insert_area, insert_grade, insert_premises, insert_region, insert_scheme,
    insert_zone,
};
use crate::store::Tx;

/// Wardens and alternates of a zone.
const WARDENS: usize = 3;

/// People whose numbers one write notes as proven.
const CHUNK: usize = 100;

/// What people are entered with.
pub(super) struct Ground {
    /// Zones, in the order of [`ZONES`].
    pub(super) zones: Vec<Uuid>,
    /// Areas, in the order of [`AREAS`].
    areas: Vec<Uuid>,
}

/// Enters regions, areas, zones and premises.
pub(super) fn fill(app: &App, world: &World, ids: Ids<'_>) -> anyhow::Result<Ground> {
    let organisation = *ids.organisations.first().context("no organisation")?;
    let regions: Vec<Region> = REGIONS
        .iter()
        .map(|(name, m49)| Region {
            id: Uuid::nil(),
            organisation,
            name: (*name).to_owned(),
            countries: ground::countries_of_region(world, name, m49),
        })
        .collect();
    write(app, move |tx| {
        for region in &regions {
            insert_region(tx, region.clone())?;
        }
        Ok(())
    })?;
    let stations = ground::hit_stations(world);
    let at = |station: usize| Some(world.stations.get(*stations.get(station)?)?.at);
    premises(app, world, &ids, at)?;
    areas_and_zones(app, world, at)
}

/// Identifiers of what was entered before.
#[derive(Clone, Copy)]
pub(super) struct Ids<'a> {
    pub(super) organisations: &'a [Uuid],
    pub(super) offices: &'a [Uuid],
    pub(super) stations: &'a [Uuid],
}

fn moved(at: Point, (north, east): (f64, f64)) -> Point {
    Point { lat: at.lat + north, lon: at.lon + east }
}

fn premises(app: &App, world: &World, ids: &Ids<'_>, at: impl Fn(usize) -> Option<Point>) -> anyhow::Result<()> {
    let office = *ids.offices.get(world.hit_office).context("no hit office")?;
    let stations = ground::hit_stations(world);
    let new: Option<Vec<Premises>> = PREMISES
        .iter()
        .map(|(kind, name, station, offset)| {
            let Point { lat, lon } = moved(at(*station)?, *offset);
            let duty_station = ids.stations.get(*stations.get(*station)?).copied();
            Some(Premises { id: Uuid::nil(), office, duty_station, kind: *kind, name: (*name).to_owned(), lat, lon })
        })
        .collect();
    let new = new.context("premises of no station")?;
    write(app, move |tx| {
        for one in &new {
            insert_premises(tx, one.clone())?;
        }
        Ok(())
    })
}

fn outline(at: Point, radius: f64) -> anyhow::Result<Outline> {
    Outline::new(&ground::round(at, radius)).map_err(|invalid| anyhow!("an outline breaks a rule: {}", invalid.why))
}

fn areas_and_zones(app: &App, world: &World, at: impl Fn(usize) -> Option<Point>) -> anyhow::Result<Ground> {
    let country = world.invented.iso2.to_owned();
    let mut areas = Vec::new();
    for area in AREAS {
        areas.push((area.name, outline(at(area.station).context("an area of no station")?, area.radius)?));
    }
    let mut zones = Vec::new();
    for zone in ZONES {
        let middle = moved(at(zone.station).context("a zone of no station")?, zone.offset);
        zones.push((zone, outline(middle, ground::ZONE_RADIUS)?));
    }
    write(app, move |tx| {
        let grades = GRADES.map(|(code, name)| GradeDefinition { code: code.to_owned(), name: name.to_owned() });
        let scheme = insert_scheme(tx, &NewGradingScheme { name: "Six grades".to_owned(), grades: grades.to_vec() })?;
        let area = |parent, kind, name: &str, scheme| SecurityArea {
            id: Uuid::nil(),
            country: country.clone(),
            parent,
            kind,
            name: name.to_owned(),
            scheme,
        };
        let whole = insert_area(tx, area(None, SecurityAreaKind::DesignatedArea, "Whole country", None), None)?;
        let mut made = Ground { zones: Vec::new(), areas: Vec::new() };
        for (name, outline) in &areas {
            let new = area(Some(whole.id), SecurityAreaKind::SrmArea, name, Some(scheme.id));
            made.areas.push(insert_area(tx, new, Some(outline))?.id);
        }
        for (zone, outline) in &zones {
            let new = Zone {
                id: Uuid::nil(),
                country: country.clone(),
                area: made.areas.get(zone.station).copied(),
                name: zone.name.to_owned(),
            };
            made.zones.push(insert_zone(tx, new, Some(outline))?.id);
        }
        Ok(made)
    })
}

/// Grades the areas, appoints a warden and two alternates of each zone, whoever employs them, and
/// notes four in five of the hit country's staff as having a proven number.
pub(super) fn staff(app: &App, world: &World, ground: &Ground, people: &[Uuid]) -> anyhow::Result<()> {
    let administrator = world.with_part(Part::Administrator).and_then(|at| people.get(at)).copied();
    let set_by = administrator.context("no administrator")?;
    let areas = ground.areas.clone();
    let wardens = wardens(world, ground, people);
    write(app, move |tx| {
        grade(tx, &areas, set_by)?;
        for (zone, person, rank) in &wardens {
            insert_warden(tx, *person, *zone, *rank)?;
        }
        Ok(())
    })?;
    let proven: Vec<Uuid> =
        lives_here(world).filter(|at| at % 5 != 0).filter_map(|at| people.get(at).copied()).collect();
    for chunk in proven.chunks(CHUNK) {
        let chunk = chunk.to_vec();
        write(app, move |tx| Ok(set_proven(tx, &chunk)?))?;
    }
    Ok(())
}

/// Staff of both organisations who live in a zone.
fn lives_here(world: &World) -> impl Iterator<Item = usize> {
    let staff = world.people.iter().enumerate().filter(|(_, person)| person.zone.is_some() && person.email.is_some());
    staff.map(|(at, _)| at)
}

/// Zone, person and rank: the demo's third phone looks after a zone, and somebody of the second
/// organisation after another.
fn wardens(world: &World, ground: &Ground, people: &[Uuid]) -> Vec<(Uuid, Uuid, u8)> {
    let mut found = Vec::new();
    for (at, zone) in ground.zones.iter().enumerate() {
        let here: Vec<usize> =
            lives_here(world).filter(|one| world.people.get(*one).is_some_and(|one| one.zone == Some(at))).collect();
        let first = |one: &usize| {
            let person = world.people.get(*one);
            // Those whom the demo names first, then the second organisation's, then the others.
            person.map_or((true, true), |one| (one.part != Some(Part::Phone3), one.office != world.second_office))
        };
        let mut ranked = here;
        ranked.sort_by_key(first);
        let three = ranked.into_iter().take(WARDENS).zip(0..);
        found.extend(three.filter_map(|(one, rank)| Some((*zone, *people.get(one)?, rank))));
    }
    found
}

fn grade(tx: &mut Tx<'_>, areas: &[Uuid], set_by: Uuid) -> crate::store::QueryResult<()> {
    let now = tx.now();
    for (id, area) in areas.iter().zip(AREAS) {
        let earlier = ("low", "First review", now - TimeDelta::days(200));
        let today = (area.grade.0, area.grade.1, now - TimeDelta::days(20));
        for (code, reason, from) in [earlier, today] {
            let (grade, reason) = (code.to_owned(), reason.to_owned());
            insert_grade(tx, *id, &AreaGrade { grade, reason, set_by, from, set_at: from })?;
        }
    }
    Ok(())
}
