//! Rows of watches.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;
use wire::access::AreaKind;

use super::{Post, area_key};
use crate::access::Area;
use crate::kernel::ids;
use crate::kernel::seal::SealKey;
use crate::on;
use crate::store::schema::watches;
use crate::store::types::{At, Id};
use crate::store::vault::{Vault, unsealable};
use crate::store::{AnyConn, SqlError, Tx};

pub(super) mod rosters;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = watches, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: Id,
    area_key: String,
    area: String,
    area_id: Option<Id>,
    area_code: Option<String>,
    revision: i64,
    sealed: Vec<u8>,
    created_at: At,
}

/// The watch over an area.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) id: Uuid,
    pub(super) area: Area,
    pub(super) revision: i64,
    pub(super) post: Post,
    created_at: DateTime<Utc>,
}

impl Row {
    fn of(kept: &Kept, key: &SealKey) -> QueryResult<Self> {
        let plain = serde_json::to_vec(&kept.post).map_err(|error| SqlError::SerializationError(Box::new(error)))?;
        Ok(Self {
            id: Id(kept.id),
            area_key: area_key(kept.area),
            area: kept.area.kind().word().to_owned(),
            area_id: kept.area.id().map(Id),
            area_code: kept.area.country().map(|country| country.as_str().to_owned()),
            revision: kept.revision,
            sealed: key.seal(kept.id.as_bytes(), &plain),
            created_at: At(kept.created_at),
        })
    }

    /// One over an area that this version does not know is left to a newer one.
    fn open(self, conn: &mut AnyConn, vault: &Vault) -> QueryResult<Option<Kept>> {
        let kind = AreaKind::from_word(&self.area);
        let area = kind.and_then(|kind| Area::named(kind, self.area_id.map(|id| id.0), self.area_code.as_deref()).ok());
        let Some(area) = area else { return Ok(None) };
        let plain = vault.key(conn, self.id.0)?.open(self.id.0.as_bytes(), &self.sealed).map_err(unsealable)?;
        let post = serde_json::from_slice(&plain).map_err(|error| SqlError::DeserializationError(Box::new(error)))?;
        Ok(Some(Kept { id: self.id.0, area, revision: self.revision, post, created_at: self.created_at.0 }))
    }
}

/// Every watch that was ever kept.
pub(super) fn all(conn: &mut AnyConn, vault: &Vault) -> QueryResult<Vec<Kept>> {
    let rows: Vec<Row> = on!(conn, |c| watches::table.order(watches::created_at).select(Row::as_select()).load(c))?;
    let mut kept = Vec::new();
    for row in rows {
        let id = row.id.0;
        match row.open(conn, vault) {
            Ok(one) => kept.extend(one),
            // One that was damaged hides no other.
            Err(SqlError::DeserializationError(why)) => {
                metrics::counter!("muster_unreadable_total").increment(1);
                tracing::error!(watch = %id, %why, "a watch cannot be read; muster verify names what was changed");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(kept)
}

/// The watch of this identifier, to look at.
pub(super) fn find(conn: &mut AnyConn, vault: &Vault, id: Uuid) -> QueryResult<Option<Kept>> {
    let row: Option<Row> = on!(conn, |c| watches::table.find(Id(id)).select(Row::as_select()).first(c).optional())?;
    row.map_or(Ok(None), |row| row.open(conn, vault))
}

/// The watch over an area, to change; a new one where there was none. Nobody else changes it before the transaction ends.
pub(super) fn lock_over(tx: &mut Tx<'_>, area: Area, scopes: &[Uuid]) -> QueryResult<Kept> {
    if let Some(found) = lock_key(tx, &area_key(area))? {
        return Ok(found);
    }
    let (now, vault) = (tx.now(), tx.vault());
    let kept = Kept { id: ids::new(now), area, revision: 0, post: Post::default(), created_at: now };
    let key = vault.create(tx.writing(), kept.id, scopes)?;
    let row = Row::of(&kept, &key)?;
    on!(tx.writing(), |c| diesel::insert_into(watches::table).values(&row).execute(c))?;
    Ok(kept)
}

/// [`lock_over`] of the watch of this identifier.
pub(super) fn lock(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<Kept>> {
    let conn = tx.reading();
    let row: Option<Row> = match conn {
        AnyConn::Pg(c) => watches::table.find(Id(id)).for_update().select(Row::as_select()).first(c).optional()?,
        AnyConn::Sqlite(c) => watches::table.find(Id(id)).select(Row::as_select()).first(c).optional()?,
    };
    opened(tx, row)
}

fn lock_key(tx: &mut Tx<'_>, key: &str) -> QueryResult<Option<Kept>> {
    let conn = tx.reading();
    let of_area = watches::table.filter(watches::area_key.eq(key));
    let row: Option<Row> = match conn {
        AnyConn::Pg(c) => of_area.for_update().select(Row::as_select()).first(c).optional()?,
        AnyConn::Sqlite(c) => of_area.select(Row::as_select()).first(c).optional()?,
    };
    opened(tx, row)
}

fn opened(tx: &mut Tx<'_>, row: Option<Row>) -> QueryResult<Option<Kept>> {
    let vault = tx.vault();
    row.map_or(Ok(None), |row| row.open(tx.reading(), vault))
}

/// Writes a watch that was changed, as its next revision.
pub(super) fn update(tx: &mut Tx<'_>, kept: &mut Kept) -> QueryResult<()> {
    kept.revision += 1;
    let key = tx.key(kept.id)?;
    let row = Row::of(kept, &key)?;
    on!(tx.writing(), |c| diesel::update(watches::table.find(row.id)).set(&row).execute(c))?;
    Ok(())
}
