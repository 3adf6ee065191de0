//! Rows of the places.

use diesel::prelude::*;
use uuid::Uuid;

use super::{InventedCountry, Office, Organisation, Station, View};
use crate::on;
use crate::store::schema::{duty_stations, invented_countries, offices, organisations};
use crate::store::types::{At, Id};
use crate::store::{AnyConn, Tx};

pub(super) mod areas;
pub(super) mod premises;
pub(super) mod regions;
pub(super) mod zones;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = organisations, treat_none_as_default_value = false)]
struct OrganisationRow {
    id: Id,
    name: String,
    short_name: String,
    operations_number: Option<String>,
    created_at: At,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = offices, treat_none_as_default_value = false)]
struct OfficeRow {
    id: Id,
    organisation: Id,
    country: String,
    name: String,
    duty_number: Option<String>,
    emergency_number: Option<String>,
    created_at: At,
    ended_at: Option<At>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = duty_stations, treat_none_as_default_value = false)]
struct StationRow {
    id: Id,
    office: Id,
    name: String,
    time_zone: String,
    lat: f64,
    lon: f64,
    created_at: At,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = invented_countries, treat_none_as_default_value = false)]
struct InventedRow {
    code: String,
    name: String,
    lat: f64,
    lon: f64,
    radius_km: f64,
    time_zone: String,
}

impl From<OrganisationRow> for Organisation {
    fn from(row: OrganisationRow) -> Self {
        let OrganisationRow { id, name, short_name, operations_number, created_at: _ } = row;
        Self { id: id.0, name, short_name, operations_number }
    }
}

impl From<OfficeRow> for Office {
    fn from(row: OfficeRow) -> Self {
        let OfficeRow { id, organisation, country, name, duty_number, emergency_number, created_at: _, ended_at } = row;
        let closed_at = ended_at.map(|at| at.0);
        Self { id: id.0, organisation: organisation.0, country, name, duty_number, emergency_number, closed_at }
    }
}

impl From<StationRow> for Station {
    fn from(row: StationRow) -> Self {
        let StationRow { id, office, name, time_zone, lat, lon, created_at: _ } = row;
        Self { id: id.0, office: office.0, name, time_zone, lat, lon }
    }
}

impl From<InventedRow> for InventedCountry {
    fn from(row: InventedRow) -> Self {
        let InventedRow { code, name, lat, lon, radius_km, time_zone } = row;
        Self { code, name, lat, lon, radius_km, time_zone }
    }
}

/// Everything, as of one moment.
pub(super) fn load(conn: &mut AnyConn) -> QueryResult<View> {
    conn.snapshot(|conn| {
        let organisations: Vec<OrganisationRow> =
            on!(conn, |c| organisations::table.select(OrganisationRow::as_select()).load(c))?;
        let offices: Vec<OfficeRow> = on!(conn, |c| offices::table.select(OfficeRow::as_select()).load(c))?;
        let stations: Vec<StationRow> = on!(conn, |c| duty_stations::table
            .filter(duty_stations::ended_at.is_null())
            .select(StationRow::as_select())
            .load(c))?;
        let invented: Vec<InventedRow> = on!(conn, |c| invented_countries::table
            .order(invented_countries::code)
            .select(InventedRow::as_select())
            .load(c))?;
        Ok(View::new(
            organisations.into_iter().map(Into::into).collect(),
            offices.into_iter().map(Into::into).collect(),
            stations.into_iter().map(Into::into).collect(),
            invented.into_iter().map(Into::into).collect(),
        )
        .with_groupings(regions::load(conn)?, areas::load(conn)?, zones::load(conn)?, premises::load(conn)?))
    })
}

pub(super) fn organisation(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Organisation>> {
    let row: Option<OrganisationRow> =
        on!(conn, |c| organisations::table.find(Id(id)).select(OrganisationRow::as_select()).first(c).optional())?;
    Ok(row.map(Into::into))
}

pub(super) fn organisation_named(conn: &mut AnyConn, name: &str) -> QueryResult<Option<Organisation>> {
    let row: Option<OrganisationRow> = on!(conn, |c| organisations::table
        .filter(organisations::name.eq(name))
        .order(organisations::id)
        .select(OrganisationRow::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Into::into))
}

pub(super) fn short_name_taken(conn: &mut AnyConn, short_name: &str) -> QueryResult<bool> {
    let found = organisations::table.filter(organisations::short_name.eq(short_name));
    on!(conn, |c| diesel::select(diesel::dsl::exists(found)).get_result(c))
}

pub(super) fn office(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Office>> {
    let row: Option<OfficeRow> =
        on!(conn, |c| offices::table.find(Id(id)).select(OfficeRow::as_select()).first(c).optional())?;
    Ok(row.map(Into::into))
}

pub(super) fn office_in(conn: &mut AnyConn, organisation: Uuid, country: &str) -> QueryResult<Option<Office>> {
    let row: Option<OfficeRow> = on!(conn, |c| offices::table
        .filter(offices::organisation.eq(Id(organisation)).and(offices::country.eq(country)))
        .select(OfficeRow::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Into::into))
}

pub(super) fn station(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Station>> {
    let row: Option<StationRow> = on!(conn, |c| duty_stations::table
        .filter(duty_stations::id.eq(Id(id)).and(duty_stations::ended_at.is_null()))
        .select(StationRow::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Into::into))
}

pub(super) fn is_invented(conn: &mut AnyConn, code: &str) -> QueryResult<bool> {
    let found = invented_countries::table.filter(invented_countries::code.eq(code));
    on!(conn, |c| diesel::select(diesel::dsl::exists(found)).get_result(c))
}

/// Whether another organisation than this one goes by a short name.
pub(super) fn another_has_short_name(conn: &mut AnyConn, id: Uuid, short_name: &str) -> QueryResult<bool> {
    let found = organisations::table.filter(organisations::short_name.eq(short_name).and(organisations::id.ne(Id(id))));
    on!(conn, |c| diesel::select(diesel::dsl::exists(found)).get_result(c))
}

/// Writes what may change of an organisation.
pub(super) fn update_organisation(tx: &mut Tx<'_>, one: &Organisation) -> QueryResult<()> {
    let row = organisations::table.find(Id(one.id));
    on!(tx.writing(), |c| diesel::update(row)
        .set((
            organisations::name.eq(&one.name),
            organisations::short_name.eq(&one.short_name),
            organisations::operations_number.eq(&one.operations_number),
        ))
        .execute(c))
    .map(drop)
}

/// Writes what may change of an office.
pub(super) fn update_office(tx: &mut Tx<'_>, one: &Office) -> QueryResult<()> {
    let row = offices::table.find(Id(one.id));
    on!(tx.writing(), |c| diesel::update(row)
        .set((
            offices::name.eq(&one.name),
            offices::duty_number.eq(&one.duty_number),
            offices::emergency_number.eq(&one.emergency_number),
            offices::ended_at.eq(one.closed_at.map(At)),
        ))
        .execute(c))
    .map(drop)
}

/// Writes what may change of a duty station.
pub(super) fn update_station(tx: &mut Tx<'_>, one: &Station) -> QueryResult<()> {
    let row = duty_stations::table.find(Id(one.id));
    on!(tx.writing(), |c| diesel::update(row)
        .set((
            duty_stations::name.eq(&one.name),
            duty_stations::time_zone.eq(&one.time_zone),
            duty_stations::lat.eq(one.lat),
            duty_stations::lon.eq(one.lon),
        ))
        .execute(c))
    .map(drop)
}

/// Ends a duty station.
pub(super) fn end_station(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let (row, now) = (duty_stations::table.find(Id(id)), At(tx.now()));
    on!(tx.writing(), |c| diesel::update(row).set(duty_stations::ended_at.eq(Some(now))).execute(c)).map(drop)
}

pub(super) fn insert_organisation(tx: &mut Tx<'_>, new: &Organisation) -> QueryResult<()> {
    let row = OrganisationRow {
        id: Id(new.id),
        name: new.name.clone(),
        short_name: new.short_name.clone(),
        operations_number: new.operations_number.clone(),
        created_at: At(tx.now()),
    };
    on!(tx.writing(), |c| diesel::insert_into(organisations::table).values(&row).execute(c)).map(drop)
}

pub(super) fn insert_office(tx: &mut Tx<'_>, new: &Office) -> QueryResult<()> {
    let row = OfficeRow {
        id: Id(new.id),
        organisation: Id(new.organisation),
        country: new.country.clone(),
        name: new.name.clone(),
        duty_number: new.duty_number.clone(),
        emergency_number: new.emergency_number.clone(),
        created_at: At(tx.now()),
        ended_at: new.closed_at.map(At),
    };
    on!(tx.writing(), |c| diesel::insert_into(offices::table).values(&row).execute(c)).map(drop)
}

pub(super) fn insert_station(tx: &mut Tx<'_>, new: &Station) -> QueryResult<()> {
    let row = StationRow {
        id: Id(new.id),
        office: Id(new.office),
        name: new.name.clone(),
        time_zone: new.time_zone.clone(),
        lat: new.lat,
        lon: new.lon,
        created_at: At(tx.now()),
    };
    on!(tx.writing(), |c| diesel::insert_into(duty_stations::table).values(&row).execute(c)).map(drop)
}

pub(super) fn insert_invented(tx: &mut Tx<'_>, new: &InventedCountry) -> QueryResult<()> {
    let InventedCountry { code, name, lat, lon, radius_km, time_zone } = new.clone();
    let row = InventedRow { code, name, lat, lon, radius_km, time_zone };
    on!(tx.writing(), |c| diesel::insert_into(invented_countries::table).values(&row).execute(c)).map(drop)
}
