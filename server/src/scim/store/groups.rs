//! Groups and who is in them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::on;
use crate::store::schema::{group_members, people_groups};
use crate::store::types::{At, Id, ids as keys};
use crate::store::{AnyConn, Tx};

/// Rows to one insert.
const ROWS: usize = 500;

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = people_groups, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    organisation: Id,
    name: String,
    external_id: Option<String>,
    revision: i64,
    created_at: At,
    changed_at: At,
}

/// A group.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::scim) struct Group {
    pub(in crate::scim) id: Uuid,
    pub(in crate::scim) organisation: Uuid,
    pub(in crate::scim) name: String,
    pub(in crate::scim) external_id: Option<String>,
    pub(in crate::scim) revision: i64,
    pub(in crate::scim) created_at: DateTime<Utc>,
    pub(in crate::scim) changed_at: DateTime<Utc>,
}

impl From<Row> for Group {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            organisation: row.organisation.0,
            name: row.name,
            external_id: row.external_id,
            revision: row.revision,
            created_at: row.created_at.0,
            changed_at: row.changed_at.0,
        }
    }
}

/// Groups of an organisation, by identifier.
pub(in crate::scim) fn all(conn: &mut AnyConn, organisation: Uuid) -> QueryResult<Vec<Group>> {
    let rows: Vec<Row> = on!(conn, |c| people_groups::table
        .filter(people_groups::organisation.eq(Id(organisation)))
        .order(people_groups::id)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// A group of an organisation.
pub(in crate::scim) fn one(conn: &mut AnyConn, organisation: Uuid, id: Uuid) -> QueryResult<Option<Group>> {
    let row: Option<Row> = on!(conn, |c| people_groups::table
        .find(Id(id))
        .filter(people_groups::organisation.eq(Id(organisation)))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Group::from))
}

/// Keeps a group from other nodes until the transaction ends. SQLite has one writer.
pub(in crate::scim) fn lock(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let AnyConn::Pg(conn) = tx.reading() else { return Ok(()) };
    let group = people_groups::table.find(Id(id)).select(people_groups::id).for_no_key_update();
    group.load::<Id>(conn).map(drop)
}

/// Whether another group of the organisation has this name or identifier.
pub(in crate::scim) fn is_taken(conn: &mut AnyConn, group: &Group) -> QueryResult<Option<&'static str>> {
    let others = people_groups::table
        .filter(people_groups::organisation.eq(Id(group.organisation)))
        .filter(people_groups::id.ne(Id(group.id)));
    let by_name: i64 = on!(conn, |c| others.filter(people_groups::name.eq(&group.name)).count().get_result(c))?;
    if by_name > 0 {
        return Ok(Some("displayName"));
    }
    let Some(external) = &group.external_id else { return Ok(None) };
    let others = people_groups::table
        .filter(people_groups::organisation.eq(Id(group.organisation)))
        .filter(people_groups::id.ne(Id(group.id)));
    let by_id: i64 = on!(conn, |c| others.filter(people_groups::external_id.eq(Some(external))).count().get_result(c))?;
    Ok((by_id > 0).then_some("externalId"))
}

pub(in crate::scim) fn insert(tx: &mut Tx<'_>, group: &Group) -> QueryResult<()> {
    let Group { id, organisation, name, external_id, revision, created_at, changed_at } = group.clone();
    let (id, organisation) = (Id(id), Id(organisation));
    let row =
        Row { id, organisation, name, external_id, revision, created_at: At(created_at), changed_at: At(changed_at) };
    on!(tx.writing(), |c| diesel::insert_into(people_groups::table).values(row).execute(c)).map(drop)
}

pub(in crate::scim) fn update(tx: &mut Tx<'_>, group: &Group) -> QueryResult<()> {
    on!(tx.writing(), |c| diesel::update(people_groups::table.find(Id(group.id)))
        .set((
            people_groups::name.eq(&group.name),
            people_groups::external_id.eq(&group.external_id),
            people_groups::revision.eq(group.revision),
            people_groups::changed_at.eq(At(group.changed_at)),
        ))
        .execute(c))
    .map(drop)
}

/// Deletes a group; the people stay.
pub(in crate::scim) fn delete(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let members = group_members::table.filter(group_members::people_group.eq(Id(id)));
    on!(tx.writing(), |c| diesel::delete(members).execute(c))?;
    on!(tx.writing(), |c| diesel::delete(people_groups::table.find(Id(id))).execute(c)).map(drop)
}

/// Who is in a group, by identifier.
pub(in crate::scim) fn members(conn: &mut AnyConn, group: Uuid) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<Id> = on!(conn, |c| group_members::table
        .filter(group_members::people_group.eq(Id(group)))
        .order(group_members::person)
        .select(group_members::person)
        .load(c))?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Puts people into a group who are not in it.
pub(in crate::scim) fn join(tx: &mut Tx<'_>, group: Uuid, people: &[Uuid]) -> QueryResult<()> {
    for some in people.chunks(ROWS) {
        let rows: Vec<_> = some
            .iter()
            .map(|person| (group_members::people_group.eq(Id(group)), group_members::person.eq(Id(*person))))
            .collect();
        on!(tx.writing(), |c| diesel::insert_into(group_members::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Takes people out of a group.
pub(in crate::scim) fn part(tx: &mut Tx<'_>, group: Uuid, people: &[Uuid]) -> QueryResult<()> {
    for some in people.chunks(ROWS) {
        let gone = group_members::table
            .filter(group_members::people_group.eq(Id(group)))
            .filter(group_members::person.eq_any(keys(some.iter().copied())));
        on!(tx.writing(), |c| diesel::delete(gone).execute(c))?;
    }
    Ok(())
}

/// The groups that people are in: identifier and name.
pub(in crate::scim) fn of_people(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<HashMap<Uuid, Vec<(Uuid, String)>>> {
    let rows: Vec<(Id, Id, String)> = on!(conn, |c| group_members::table
        .inner_join(people_groups::table.on(people_groups::id.eq(group_members::people_group)))
        .filter(group_members::person.eq_any(keys(of.iter().copied())))
        .order(people_groups::id)
        .select((group_members::person, people_groups::id, people_groups::name))
        .load(c))?;
    let mut found: HashMap<Uuid, Vec<(Uuid, String)>> = HashMap::new();
    for (person, group, name) in rows {
        found.entry(person.0).or_default().push((group.0, name));
    }
    Ok(found)
}
