//! Rows of premises.

use diesel::prelude::*;
use uuid::Uuid;
use wire::places::PremisesKind;

use crate::on;
use crate::places::Premises;
use crate::store::schema::premises;
use crate::store::types::{At, Id};
use crate::store::{AnyConn, Tx};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = premises, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    office: Id,
    duty_station: Option<Id>,
    kind: String,
    name: String,
    lat: f64,
    lon: f64,
    created_at: At,
}

impl From<Row> for Premises {
    fn from(row: Row) -> Self {
        let Row { id, office, duty_station, kind, name, lat, lon, created_at: _ } = row;
        // A kind of a newer version is shown as what it is here.
        let kind = PremisesKind::from_word(&kind).unwrap_or(PremisesKind::Other);
        Self { id: id.0, office: office.0, duty_station: duty_station.map(|one| one.0), kind, name, lat, lon }
    }
}

pub(in crate::places) fn load(conn: &mut AnyConn) -> QueryResult<Vec<Premises>> {
    let rows: Vec<Row> =
        on!(conn, |c| premises::table.filter(premises::ended_at.is_null()).select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(in crate::places) fn find(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Premises>> {
    let row: Option<Row> = on!(conn, |c| premises::table
        .filter(premises::id.eq(Id(id)).and(premises::ended_at.is_null()))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Into::into))
}

pub(in crate::places) fn insert(tx: &mut Tx<'_>, new: &Premises) -> QueryResult<()> {
    let row = Row {
        id: Id(new.id),
        office: Id(new.office),
        duty_station: new.duty_station.map(Id),
        kind: new.kind.word().to_owned(),
        name: new.name.clone(),
        lat: new.lat,
        lon: new.lon,
        created_at: At(tx.now()),
    };
    on!(tx.writing(), |c| diesel::insert_into(premises::table).values(&row).execute(c)).map(drop)
}

pub(in crate::places) fn end(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let (row, now) = (premises::table.find(Id(id)), At(tx.now()));
    on!(tx.writing(), |c| diesel::update(row).set(premises::ended_at.eq(Some(now))).execute(c)).map(drop)
}
