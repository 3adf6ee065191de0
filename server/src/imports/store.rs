//! Rows of imports: the import and its file; what it does to each person; remembered mappings.

use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use wire::imports::ImportState;

use super::record::{Lease, Problems, Record};
use crate::kernel::seal::Keyring;
use crate::on;
use crate::store::schema::{import_parts, imports};
use crate::store::types::{At, Id};
use crate::store::vault::{Vault, unsealable};
use crate::store::{AnyConn, Tx};

mod profiles;
mod rows;

pub(super) use profiles::*;
pub(super) use rows::*;

/// Columns whose keys seal what an import holds.
const HEADINGS: &str = "imports.headings";
const PROBLEMS: &str = "imports.problems";
const PART: &str = "import_parts.bytes";

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = imports, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    organisation: Id,
    office: Option<Id>,
    file_name: String,
    file_hash: Vec<u8>,
    format: String,
    state: String,
    headings: Option<Vec<u8>>,
    mapping: Option<String>,
    profile: Option<String>,
    figures: String,
    failure: Option<String>,
    only_good_rows: bool,
    lease_by: Option<Id>,
    lease_until: Option<At>,
    created_by: Id,
    created_at: At,
    applied_at: Option<At>,
    undone_at: Option<At>,
    done_by: Option<Id>,
}

fn written(value: &impl Serialize) -> QueryResult<String> {
    serde_json::to_string(value).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))
}

fn read<T: DeserializeOwned>(text: &[u8]) -> QueryResult<T> {
    serde_json::from_slice(text).map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))
}

fn sealed(keyring: &Keyring, column: &str, place: &[u8], value: &impl Serialize) -> QueryResult<Vec<u8>> {
    Ok(keyring.column(column).seal(&[column.as_bytes(), b"/", place].concat(), written(value)?.as_bytes()))
}

fn opened<T: DeserializeOwned>(keyring: &Keyring, column: &str, place: &[u8], bytes: &[u8]) -> QueryResult<T> {
    let place = [column.as_bytes(), b"/", place].concat();
    read(&keyring.column(column).open(&place, bytes).map_err(unsealable)?)
}

impl Row {
    fn of(record: &Record, keyring: &Keyring) -> QueryResult<Self> {
        let headings = (!record.headings.is_empty())
            .then(|| sealed(keyring, HEADINGS, record.id.as_bytes(), &record.headings))
            .transpose()?;
        Ok(Self {
            id: Id(record.id),
            organisation: Id(record.organisation),
            office: record.office.map(Id),
            file_name: record.file_name.clone(),
            file_hash: record.file_hash.to_vec(),
            format: record.format.clone(),
            state: record.state.word().to_owned(),
            headings,
            mapping: record.mapping.as_ref().map(written).transpose()?,
            profile: record.profile.clone(),
            figures: written(&record.figures)?,
            failure: record.failure.clone(),
            only_good_rows: record.only_good_rows,
            lease_by: record.lease.map(|lease| Id(lease.by)),
            lease_until: record.lease.map(|lease| At(lease.until)),
            created_by: Id(record.created_by),
            created_at: At(record.created_at),
            applied_at: record.applied_at.map(At),
            undone_at: record.undone_at.map(At),
            done_by: record.done_by.map(Id),
        })
    }

    fn record(self, keyring: &Keyring) -> QueryResult<Record> {
        let headings =
            self.headings.map(|bytes| opened(keyring, HEADINGS, self.id.0.as_bytes(), &bytes)).transpose()?;
        let lease = self.lease_by.zip(self.lease_until).map(|(by, until)| Lease { by: by.0, until: until.0 });
        Ok(Record {
            id: self.id.0,
            organisation: self.organisation.0,
            office: self.office.map(|id| id.0),
            file_name: self.file_name,
            file_hash: self.file_hash.try_into().unwrap_or([0; 32]),
            format: self.format,
            state: ImportState::from_word(&self.state).unwrap_or(ImportState::Failed),
            headings: headings.unwrap_or_default(),
            mapping: self.mapping.map(|text| read(text.as_bytes())).transpose()?,
            profile: self.profile,
            figures: read(self.figures.as_bytes())?,
            failure: self.failure,
            only_good_rows: self.only_good_rows,
            lease,
            created_by: self.created_by.0,
            created_at: self.created_at.0,
            applied_at: self.applied_at.map(|at| at.0),
            undone_at: self.undone_at.map(|at| at.0),
            done_by: self.done_by.map(|id| id.0),
        })
    }
}

pub(super) fn insert(tx: &mut Tx<'_>, record: &Record) -> QueryResult<()> {
    let row = Row::of(record, tx.vault().keyring())?;
    on!(tx.writing(), |c| diesel::insert_into(imports::table).values(&row).execute(c)).map(drop)
}

/// Writes everything of an import but its problems.
pub(super) fn save(tx: &mut Tx<'_>, record: &Record) -> QueryResult<()> {
    let row = Row::of(record, tx.vault().keyring())?;
    on!(tx.writing(), |c| diesel::update(imports::table.find(row.id)).set(&row).execute(c)).map(drop)
}

pub(super) fn find(conn: &mut AnyConn, vault: &Vault, id: Uuid) -> QueryResult<Option<Record>> {
    let row: Option<Row> = on!(conn, |c| imports::table.find(Id(id)).select(Row::as_select()).first(c).optional())?;
    row.map(|row| row.record(vault.keyring())).transpose()
}

/// The newest of an organisation.
pub(super) fn newest(conn: &mut AnyConn, vault: &Vault, organisation: Uuid, limit: i64) -> QueryResult<Vec<Record>> {
    let rows: Vec<Row> = on!(conn, |c| imports::table
        .filter(imports::organisation.eq(Id(organisation)))
        .order(imports::created_at.desc())
        .limit(limit)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(|row| row.record(vault.keyring())).collect()
}

/// Organisation and office of the imports in these states.
pub(super) fn places_of(conn: &mut AnyConn, states: &[ImportState]) -> QueryResult<Vec<(Uuid, Option<Uuid>)>> {
    let words: Vec<&str> = states.iter().map(|state| state.word()).collect();
    let rows: Vec<(Id, Option<Id>)> = on!(conn, |c| imports::table
        .filter(imports::state.eq_any(&words))
        .select((imports::organisation, imports::office))
        .load(c))?;
    Ok(rows.into_iter().map(|(organisation, office)| (organisation.0, office.map(|office| office.0))).collect())
}

/// Imports in these states, the oldest first.
pub(super) fn in_states(conn: &mut AnyConn, vault: &Vault, states: &[ImportState]) -> QueryResult<Vec<Record>> {
    let words: Vec<&str> = states.iter().map(|state| state.word()).collect();
    let rows: Vec<Row> = on!(conn, |c| imports::table
        .filter(imports::state.eq_any(&words))
        .order((imports::created_at, imports::id))
        .limit(20)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(|row| row.record(vault.keyring())).collect()
}

pub(super) fn put_problems(tx: &mut Tx<'_>, import: Uuid, problems: &Problems) -> QueryResult<()> {
    let bytes = sealed(tx.vault().keyring(), PROBLEMS, import.as_bytes(), problems)?;
    on!(tx.writing(), |c| diesel::update(imports::table.find(Id(import)))
        .set(imports::problems.eq(Some(bytes)))
        .execute(c))
    .map(drop)
}

pub(super) fn problems(conn: &mut AnyConn, vault: &Vault, import: Uuid) -> QueryResult<Problems> {
    let bytes: Option<Option<Vec<u8>>> =
        on!(conn, |c| imports::table.find(Id(import)).select(imports::problems).first(c).optional())?;
    let opened = bytes.flatten().map(|bytes| opened(vault.keyring(), PROBLEMS, import.as_bytes(), &bytes));
    Ok(opened.transpose()?.unwrap_or_default())
}

// The file ----------------------------------------------------------------------------------------

fn part_place(import: Uuid, part: i64) -> Vec<u8> {
    [PART.as_bytes(), b"/", import.as_bytes(), &part.to_be_bytes()].concat()
}

pub(super) fn put_part(tx: &mut Tx<'_>, import: Uuid, part: i64, bytes: &[u8]) -> QueryResult<()> {
    let bytes = tx.vault().keyring().column(PART).seal(&part_place(import, part), bytes);
    on!(tx.writing(), |c| diesel::insert_into(import_parts::table)
        .values((import_parts::import.eq(Id(import)), import_parts::part.eq(part), import_parts::bytes.eq(&bytes)))
        .execute(c))
    .map(drop)
}

/// The packed file, as it was put in parts.
pub(super) fn parts(conn: &mut AnyConn, vault: &Vault, import: Uuid) -> QueryResult<Vec<u8>> {
    let rows: Vec<(i64, Vec<u8>)> = on!(conn, |c| import_parts::table
        .filter(import_parts::import.eq(Id(import)))
        .order(import_parts::part)
        .select((import_parts::part, import_parts::bytes))
        .load(c))?;
    let seal = vault.keyring().column(PART);
    let mut packed = Vec::new();
    for (part, bytes) in rows {
        packed.extend(seal.open(&part_place(import, part), &bytes).map_err(unsealable)?);
    }
    Ok(packed)
}

pub(super) fn delete_parts(tx: &mut Tx<'_>, import: Uuid) -> QueryResult<()> {
    let parts = import_parts::table.filter(import_parts::import.eq(Id(import)));
    on!(tx.writing(), |c| diesel::delete(parts).execute(c)).map(drop)
}

/// Imports of which parts are kept although no import is: what a broken-off upload left.
pub(super) fn orphans(conn: &mut AnyConn) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<Id> = on!(conn, |c| import_parts::table
        .filter(import_parts::import.ne_all(imports::table.select(imports::id)))
        .select(import_parts::import)
        .distinct()
        .limit(100)
        .load(c))?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}
