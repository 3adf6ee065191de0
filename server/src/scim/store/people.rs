//! What provisioning systems say of people and the register has no field for.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::upsert::excluded;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::scim::{ScimName, ScimTraining};

use crate::on;
use crate::store::schema::scim_people;
use crate::store::types::{At, Id, ids as keys};
use crate::store::vault::{Vault, unsealable};
use crate::store::{AnyConn, Tx};

/// Column whose key seals what is said.
const SAID: &str = "scim_people.said";

/// What the register has no field for.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::scim) struct Said {
    /// As the system writes it.
    pub(in crate::scim) user_name: String,
    pub(in crate::scim) name: ScimName,
    pub(in crate::scim) employee_number: Option<String>,
    pub(in crate::scim) organization: Option<String>,
    pub(in crate::scim) division: Option<String>,
    pub(in crate::scim) department: Option<String>,
    pub(in crate::scim) recruitment: Option<String>,
    pub(in crate::scim) trainings: Vec<ScimTraining>,
}

/// Somebody whom a system keeps.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::scim) struct Kept {
    pub(in crate::scim) said: Said,
    /// The system deleted them: for it they do not exist.
    pub(in crate::scim) deleted: bool,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = scim_people, treat_none_as_default_value = false)]
struct Row {
    person: Id,
    organisation: Id,
    user_name: String,
    said: Vec<u8>,
    deleted_at: Option<At>,
}

/// A user name as it is found: nobody has two by the case of letters.
pub(in crate::scim) fn name_key(user_name: &str) -> String {
    user_name.trim().to_lowercase()
}

fn place(person: Uuid) -> Vec<u8> {
    [SAID.as_bytes(), b"/", person.as_bytes()].concat()
}

/// What is kept of these people.
pub(in crate::scim) fn kept(conn: &mut AnyConn, vault: &Vault, of: &[Uuid]) -> QueryResult<HashMap<Uuid, Kept>> {
    let seal = vault.keyring().column(SAID);
    let rows: Vec<Row> = on!(conn, |c| scim_people::table
        .filter(scim_people::person.eq_any(keys(of.iter().copied())))
        .select(Row::as_select())
        .load(c))?;
    let open = |row: Row| {
        let plain = seal.open(&place(row.person.0), &row.said).map_err(unsealable)?;
        let said = serde_json::from_slice(&plain)
            .map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))?;
        Ok((row.person.0, Kept { said, deleted: row.deleted_at.is_some() }))
    };
    rows.into_iter().map(open).collect()
}

/// Writes what is said of somebody; from then on they exist for the system.
pub(in crate::scim) fn put(tx: &mut Tx<'_>, (person, organisation): (Uuid, Uuid), said: &Said) -> QueryResult<()> {
    let plain = serde_json::to_vec(said).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let row = Row {
        person: Id(person),
        organisation: Id(organisation),
        user_name: name_key(&said.user_name),
        said: tx.vault().keyring().column(SAID).seal(&place(person), &plain),
        deleted_at: None,
    };
    on!(tx.writing(), |c| diesel::insert_into(scim_people::table)
        .values(row)
        .on_conflict(scim_people::person)
        .do_update()
        .set((
            scim_people::organisation.eq(excluded(scim_people::organisation)),
            scim_people::user_name.eq(excluded(scim_people::user_name)),
            scim_people::said.eq(excluded(scim_people::said)),
            scim_people::deleted_at.eq(excluded(scim_people::deleted_at)),
        ))
        .execute(c))
    .map(drop)
}

/// From now on somebody does not exist for the system.
pub(in crate::scim) fn delete(tx: &mut Tx<'_>, person: Uuid) -> QueryResult<()> {
    let now = Some(At(tx.now()));
    on!(tx.writing(), |c| diesel::update(scim_people::table.find(Id(person)))
        .set(scim_people::deleted_at.eq(now))
        .execute(c))
    .map(drop)
}

/// Folded user names of an organisation's people, and whether the system deleted them.
pub(in crate::scim) fn names(
    conn: &mut AnyConn,
    organisation: Uuid,
    only: Option<&[Uuid]>,
) -> QueryResult<HashMap<Uuid, (String, bool)>> {
    let rows: Vec<(Id, String, Option<At>)> = on!(conn, |c| {
        let mut query = scim_people::table
            .filter(scim_people::organisation.eq(Id(organisation)))
            .select((scim_people::person, scim_people::user_name, scim_people::deleted_at))
            .into_boxed();
        if let Some(only) = only {
            query = query.filter(scim_people::person.eq_any(keys(only.iter().copied())));
        }
        query.load(c)
    })?;
    Ok(rows.into_iter().map(|(person, name, deleted)| (person.0, (name, deleted.is_some()))).collect())
}

/// Whose user name this is, whether or not the system deleted them.
pub(in crate::scim) fn named(
    conn: &mut AnyConn,
    organisation: Uuid,
    user_name: &str,
) -> QueryResult<Vec<(Uuid, bool)>> {
    let rows: Vec<(Id, Option<At>)> = on!(conn, |c| scim_people::table
        .filter(scim_people::organisation.eq(Id(organisation)))
        .filter(scim_people::user_name.eq(name_key(user_name)))
        .select((scim_people::person, scim_people::deleted_at))
        .load(c))?;
    Ok(rows.into_iter().map(|(person, deleted)| (person.0, deleted.is_some())).collect())
}
