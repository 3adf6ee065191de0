//! Remembered mappings.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::imports::{ImportMapping, ImportProfile, KnownHeading};

use super::{read, written};
use crate::on;
use crate::store::schema::import_profiles;
use crate::store::types::{At, Id};
use crate::store::{AnyConn, Tx};

#[derive(Queryable, Insertable)]
#[diesel(table_name = import_profiles)]
struct ProfileRow {
    id: Id,
    organisation: Id,
    name: String,
    mapping: String,
    changed_by: Id,
    changed_at: At,
}

/// What is remembered of a mapping.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::imports) struct Remembered {
    pub(in crate::imports) headings: Vec<KnownHeading>,
    /// Headings of columns that were left out.
    #[serde(default)]
    pub(in crate::imports) left_out: Vec<String>,
    /// Own words, kind, office and order of dates; its columns count for nothing.
    pub(in crate::imports) rest: ImportMapping,
}

/// A mapping under its name.
#[derive(Clone)]
pub(in crate::imports) struct Profile {
    pub(in crate::imports) name: String,
    pub(in crate::imports) changed_at: DateTime<Utc>,
    pub(in crate::imports) remembered: Remembered,
}

impl Profile {
    pub(in crate::imports) fn shown(&self) -> ImportProfile {
        ImportProfile {
            name: self.name.clone(),
            headings: self.remembered.headings.clone(),
            changed_at: self.changed_at,
        }
    }
}

pub(in crate::imports) fn put_profile(
    tx: &mut Tx<'_>,
    (id, organisation, by): (Uuid, Uuid, Uuid),
    name: &str,
    remembered: &Remembered,
) -> QueryResult<()> {
    let row = ProfileRow {
        id: Id(id),
        organisation: Id(organisation),
        name: name.to_owned(),
        mapping: written(remembered)?,
        changed_by: Id(by),
        changed_at: At(tx.now()),
    };
    on!(tx.writing(), |c| diesel::insert_into(import_profiles::table)
        .values(&row)
        .on_conflict((import_profiles::organisation, import_profiles::name))
        .do_update()
        .set((
            import_profiles::mapping.eq(excluded(import_profiles::mapping)),
            import_profiles::changed_by.eq(excluded(import_profiles::changed_by)),
            import_profiles::changed_at.eq(excluded(import_profiles::changed_at)),
        ))
        .execute(c))
    .map(drop)
}

/// Remembered mappings of an organisation, by name.
pub(in crate::imports) fn profiles(conn: &mut AnyConn, organisation: Uuid) -> QueryResult<Vec<Profile>> {
    let rows: Vec<ProfileRow> = on!(conn, |c| import_profiles::table
        .filter(import_profiles::organisation.eq(Id(organisation)))
        .order(import_profiles::name)
        .limit(200)
        .load(c))?;
    let profile = |row: ProfileRow| {
        Ok(Profile { name: row.name, changed_at: row.changed_at.0, remembered: read(row.mapping.as_bytes())? })
    };
    rows.into_iter().map(profile).collect()
}
