//! Rows of regions.

use diesel::prelude::*;
use uuid::Uuid;

use crate::on;
use crate::places::Region;
use crate::store::schema::{region_countries, regions};
use crate::store::types::{At, Id};
use crate::store::{AnyConn, Tx};

#[derive(Insertable)]
#[diesel(table_name = region_countries, treat_none_as_default_value = false)]
struct CountryRow {
    region: Id,
    country: String,
}

pub(in crate::places) fn load(conn: &mut AnyConn) -> QueryResult<Vec<Region>> {
    let rows: Vec<(Id, Id, String)> =
        on!(conn, |c| regions::table.select((regions::id, regions::organisation, regions::name)).load(c))?;
    let countries: Vec<(Id, String)> = on!(conn, |c| region_countries::table
        .select((region_countries::region, region_countries::country))
        .order((region_countries::region, region_countries::country))
        .load(c))?;
    let of = |region: Uuid| {
        countries.iter().filter(|(one, _)| one.0 == region).map(|(_, country)| country.clone()).collect()
    };
    let region = |(id, organisation, name): (Id, Id, String)| Region {
        id: id.0,
        organisation: organisation.0,
        name,
        countries: of(id.0),
    };
    Ok(rows.into_iter().map(region).collect())
}

pub(in crate::places) fn find(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Region>> {
    let row: Option<(Id, String)> =
        on!(conn, |c| regions::table.find(Id(id)).select((regions::organisation, regions::name)).first(c).optional())?;
    let Some((organisation, name)) = row else { return Ok(None) };
    let countries: Vec<String> = on!(conn, |c| region_countries::table
        .filter(region_countries::region.eq(Id(id)))
        .select(region_countries::country)
        .order(region_countries::country)
        .load(c))?;
    Ok(Some(Region { id, organisation: organisation.0, name, countries }))
}

/// Whether another region of the organisation goes by a name.
pub(in crate::places) fn name_taken(conn: &mut AnyConn, region: &Region) -> QueryResult<bool> {
    let found = regions::table.filter(
        regions::organisation
            .eq(Id(region.organisation))
            .and(regions::name.eq(&region.name))
            .and(regions::id.ne(Id(region.id))),
    );
    on!(conn, |c| diesel::select(diesel::dsl::exists(found)).get_result(c))
}

pub(in crate::places) fn insert(tx: &mut Tx<'_>, region: &Region) -> QueryResult<()> {
    let row = (
        regions::id.eq(Id(region.id)),
        regions::organisation.eq(Id(region.organisation)),
        regions::name.eq(&region.name),
        regions::created_at.eq(At(tx.now())),
    );
    on!(tx.writing(), |c| diesel::insert_into(regions::table).values(row).execute(c))?;
    insert_countries(tx, region)
}

/// Writes the name and the countries anew.
pub(in crate::places) fn update(tx: &mut Tx<'_>, region: &Region) -> QueryResult<()> {
    let row = regions::table.find(Id(region.id));
    on!(tx.writing(), |c| diesel::update(row).set(regions::name.eq(&region.name)).execute(c))?;
    delete_countries(tx, region.id)?;
    insert_countries(tx, region)
}

pub(in crate::places) fn delete(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    delete_countries(tx, id)?;
    on!(tx.writing(), |c| diesel::delete(regions::table.find(Id(id))).execute(c)).map(drop)
}

fn insert_countries(tx: &mut Tx<'_>, region: &Region) -> QueryResult<()> {
    let rows: Vec<CountryRow> =
        region.countries.iter().map(|country| CountryRow { region: Id(region.id), country: country.clone() }).collect();
    on!(tx.writing(), |c| diesel::insert_into(region_countries::table).values(&rows).execute(c)).map(drop)
}

fn delete_countries(tx: &mut Tx<'_>, region: Uuid) -> QueryResult<()> {
    let rows = region_countries::table.filter(region_countries::region.eq(Id(region)));
    on!(tx.writing(), |c| diesel::delete(rows).execute(c)).map(drop)
}
