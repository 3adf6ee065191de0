//! Rows of security areas, their grades, and the schemes of grades.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;
use wire::zones::{AreaGrade, GradeDefinition, GradingScheme, SecurityAreaKind};

use crate::on;
use crate::places::SecurityArea;
use crate::store::schema::{area_grades, grading_schemes, security_areas};
use crate::store::types::{At, Id, ids};
use crate::store::{AnyConn, Tx};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = security_areas, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    country: String,
    parent: Option<Id>,
    kind: String,
    name: String,
    scheme: Option<Id>,
    boundary: Option<String>,
    created_at: At,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = area_grades, treat_none_as_default_value = false)]
struct GradeRow {
    id: Id,
    area: Id,
    grade: String,
    reason: String,
    set_by: Id,
    from_at: At,
    created_at: At,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = grading_schemes, treat_none_as_default_value = false)]
struct SchemeRow {
    id: Id,
    name: String,
    grades: String,
    created_at: At,
}

/// An area and its outline, a GeoJSON geometry.
pub(in crate::places) type Whole = (SecurityArea, Option<String>);

fn whole(row: Row) -> Whole {
    let Row { id, country, parent, kind, name, scheme, boundary, created_at: _ } = row;
    // A kind of a newer version is shown as the plainest.
    let kind = SecurityAreaKind::from_word(&kind).unwrap_or(SecurityAreaKind::Area);
    let (parent, scheme) = (parent.map(|one| one.0), scheme.map(|one| one.0));
    (SecurityArea { id: id.0, country, parent, kind, name, scheme }, boundary)
}

fn grade(row: GradeRow) -> AreaGrade {
    let GradeRow { id: _, area: _, grade, reason, set_by, from_at, created_at } = row;
    AreaGrade { grade, reason, set_by: set_by.0, from: from_at.0, set_at: created_at.0 }
}

fn scheme(row: SchemeRow) -> QueryResult<GradingScheme> {
    let grades: Vec<GradeDefinition> = serde_json::from_str(&row.grades)
        .map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))?;
    Ok(GradingScheme { id: row.id.0, name: row.name, grades })
}

pub(in crate::places) fn load(conn: &mut AnyConn) -> QueryResult<Vec<SecurityArea>> {
    Ok(all(conn)?.into_iter().map(|(area, _)| area).collect())
}

/// Every area that has not ended, by country and name.
pub(in crate::places) fn all(conn: &mut AnyConn) -> QueryResult<Vec<Whole>> {
    let rows: Vec<Row> = on!(conn, |c| security_areas::table
        .filter(security_areas::ended_at.is_null())
        .order((security_areas::country, security_areas::name))
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(whole).collect())
}

/// The areas of a country that have not ended.
pub(in crate::places) fn of_country(conn: &mut AnyConn, country: &str) -> QueryResult<Vec<Whole>> {
    let rows: Vec<Row> = on!(conn, |c| security_areas::table
        .filter(security_areas::ended_at.is_null().and(security_areas::country.eq(country)))
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(whole).collect())
}

pub(in crate::places) fn find(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Whole>> {
    let row: Option<Row> = on!(conn, |c| security_areas::table
        .filter(security_areas::id.eq(Id(id)).and(security_areas::ended_at.is_null()))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(whole))
}

pub(in crate::places) fn insert(tx: &mut Tx<'_>, area: &SecurityArea, boundary: Option<&str>) -> QueryResult<()> {
    let row = Row {
        id: Id(area.id),
        country: area.country.clone(),
        parent: area.parent.map(Id),
        kind: area.kind.word().to_owned(),
        name: area.name.clone(),
        scheme: area.scheme.map(Id),
        boundary: boundary.map(str::to_owned),
        created_at: At(tx.now()),
    };
    on!(tx.writing(), |c| diesel::insert_into(security_areas::table).values(&row).execute(c)).map(drop)
}

pub(in crate::places) fn update(tx: &mut Tx<'_>, area: &SecurityArea, boundary: Option<&str>) -> QueryResult<()> {
    let row = security_areas::table.find(Id(area.id));
    on!(tx.writing(), |c| diesel::update(row)
        .set((
            security_areas::parent.eq(area.parent.map(Id)),
            security_areas::name.eq(&area.name),
            security_areas::scheme.eq(area.scheme.map(Id)),
            security_areas::boundary.eq(boundary),
        ))
        .execute(c))
    .map(drop)
}

pub(in crate::places) fn end(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let (row, now) = (security_areas::table.find(Id(id)), At(tx.now()));
    on!(tx.writing(), |c| diesel::update(row).set(security_areas::ended_at.eq(Some(now))).execute(c)).map(drop)
}

/// Grades that have begun by `now`, of these areas, with their area: the newest last.
pub(in crate::places) fn begun(
    conn: &mut AnyConn,
    areas: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<Vec<(Uuid, AreaGrade)>> {
    let mut found = Vec::new();
    for chunk in areas.chunks(500) {
        let rows: Vec<GradeRow> = on!(conn, |c| area_grades::table
            .filter(area_grades::area.eq_any(ids(chunk.iter().copied())).and(area_grades::from_at.le(At(now))))
            .order((area_grades::from_at, area_grades::created_at, area_grades::id))
            .select(GradeRow::as_select())
            .load(c))?;
        found.extend(rows.into_iter().map(|row| (row.area.0, grade(row))));
    }
    Ok(found)
}

/// The grades that an area was given, the newest first.
pub(in crate::places) fn history(conn: &mut AnyConn, area: Uuid, limit: i64) -> QueryResult<Vec<AreaGrade>> {
    let rows: Vec<GradeRow> = on!(conn, |c| area_grades::table
        .filter(area_grades::area.eq(Id(area)))
        .order((area_grades::from_at.desc(), area_grades::created_at.desc(), area_grades::id.desc()))
        .limit(limit)
        .select(GradeRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(grade).collect())
}

pub(in crate::places) fn insert_grade(tx: &mut Tx<'_>, id: Uuid, area: Uuid, new: &AreaGrade) -> QueryResult<()> {
    let row = GradeRow {
        id: Id(id),
        area: Id(area),
        grade: new.grade.clone(),
        reason: new.reason.clone(),
        set_by: Id(new.set_by),
        from_at: At(new.from),
        created_at: At(new.set_at),
    };
    on!(tx.writing(), |c| diesel::insert_into(area_grades::table).values(&row).execute(c)).map(drop)
}

/// Every scheme, by name.
pub(in crate::places) fn schemes(conn: &mut AnyConn) -> QueryResult<Vec<GradingScheme>> {
    let rows: Vec<SchemeRow> =
        on!(conn, |c| grading_schemes::table.order(grading_schemes::name).select(SchemeRow::as_select()).load(c))?;
    rows.into_iter().map(scheme).collect()
}

pub(in crate::places) fn find_scheme(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<GradingScheme>> {
    let row: Option<SchemeRow> =
        on!(conn, |c| grading_schemes::table.find(Id(id)).select(SchemeRow::as_select()).first(c).optional())?;
    row.map(scheme).transpose()
}

pub(in crate::places) fn insert_scheme(tx: &mut Tx<'_>, new: &GradingScheme) -> QueryResult<()> {
    let grades = serde_json::to_string(&new.grades)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let row = SchemeRow { id: Id(new.id), name: new.name.clone(), grades, created_at: At(tx.now()) };
    on!(tx.writing(), |c| diesel::insert_into(grading_schemes::table).values(&row).execute(c)).map(drop)
}
