//! Rows of an import: what it does to each person, and what became of it.

use diesel::prelude::*;
use diesel::upsert::excluded;
use uuid::Uuid;
use wire::imports::{ImportAction, ImportOutcome};

use super::{opened, sealed};
use crate::imports::record::RowRecord;
use crate::kernel::seal::Keyring;
use crate::on;
use crate::store::schema::import_rows;
use crate::store::types::Id;
use crate::store::vault::Vault;
use crate::store::{AnyConn, Tx};

/// Column whose key seals values before and after.
const VALUES: &str = "import_rows.values";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = import_rows, treat_none_as_default_value = false)]
struct PersonRow {
    import: Id,
    row: i64,
    action: String,
    person: Id,
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
    revision: Option<i64>,
    outcome: String,
}

/// Where values are sealed to: the import, the row, and which of the two it is.
fn value_place(import: Uuid, row: i64, which: u8) -> Vec<u8> {
    [import.as_bytes().as_slice(), &row.to_be_bytes(), &[which]].concat()
}

fn person_row(keyring: &Keyring, import: Uuid, one: &RowRecord) -> QueryResult<PersonRow> {
    let row = i64::from(one.row);
    let before = one.before.as_ref().map(|value| sealed(keyring, VALUES, &value_place(import, row, 0), value));
    let after = one.after.as_ref().map(|value| sealed(keyring, VALUES, &value_place(import, row, 1), value));
    Ok(PersonRow {
        import: Id(import),
        row,
        action: one.action.word().to_owned(),
        person: Id(one.person),
        before: before.transpose()?,
        after: after.transpose()?,
        revision: one.revision,
        outcome: one.outcome.word().to_owned(),
    })
}

fn row_record(keyring: &Keyring, row: PersonRow) -> QueryResult<RowRecord> {
    let import = row.import.0;
    let before = row.before.map(|bytes| opened(keyring, VALUES, &value_place(import, row.row, 0), &bytes));
    let after = row.after.map(|bytes| opened(keyring, VALUES, &value_place(import, row.row, 1), &bytes));
    Ok(RowRecord {
        row: u32::try_from(row.row).unwrap_or(u32::MAX),
        action: ImportAction::from_word(&row.action).unwrap_or(ImportAction::Changed),
        outcome: ImportOutcome::from_word(&row.outcome).unwrap_or(ImportOutcome::Overtaken),
        person: row.person.0,
        before: before.transpose()?,
        after: after.transpose()?,
        revision: row.revision,
    })
}

pub(in crate::imports) fn insert_rows(tx: &mut Tx<'_>, import: Uuid, rows: &[RowRecord]) -> QueryResult<()> {
    let keyring = tx.vault().keyring();
    let rows: Vec<PersonRow> = rows.iter().map(|one| person_row(keyring, import, one)).collect::<QueryResult<_>>()?;
    on!(tx.writing(), |c| diesel::insert_into(import_rows::table).values(&rows).execute(c)).map(drop)
}

/// Deletes some rows of an import; how many.
pub(in crate::imports) fn delete_some_rows(tx: &mut Tx<'_>, import: Uuid, limit: i64) -> QueryResult<usize> {
    let some: Vec<i64> = on!(tx.reading(), |c| import_rows::table
        .filter(import_rows::import.eq(Id(import)))
        .order(import_rows::row)
        .limit(limit)
        .select(import_rows::row)
        .load(c))?;
    let (Some(first), Some(last)) = (some.first(), some.last()) else { return Ok(0) };
    let rows =
        import_rows::table.filter(import_rows::import.eq(Id(import))).filter(import_rows::row.between(*first, *last));
    on!(tx.writing(), |c| diesel::delete(rows).execute(c))
}

/// Which rows of an import are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::imports) struct Wanted<'a> {
    /// With one of these actions; any when empty.
    pub(in crate::imports) actions: &'a [ImportAction],
    /// With one of these outcomes; any when empty.
    pub(in crate::imports) outcomes: &'a [ImportOutcome],
    /// Of these numbers only.
    pub(in crate::imports) numbers: Option<&'a [u32]>,
    /// Behind this row.
    pub(in crate::imports) after: Option<u32>,
    /// At most so many.
    pub(in crate::imports) limit: i64,
}

pub(in crate::imports) fn rows(
    conn: &mut AnyConn,
    vault: &Vault,
    import: Uuid,
    wanted: Wanted<'_>,
) -> QueryResult<Vec<RowRecord>> {
    let actions: Vec<&str> = wanted.actions.iter().map(|one| one.word()).collect();
    let outcomes: Vec<&str> = wanted.outcomes.iter().map(|one| one.word()).collect();
    let rows: Vec<PersonRow> = on!(conn, |c| {
        let mut query = import_rows::table
            .filter(import_rows::import.eq(Id(import)))
            .order(import_rows::row)
            .limit(wanted.limit)
            .select(PersonRow::as_select())
            .into_boxed();
        if let Some(after) = wanted.after {
            query = query.filter(import_rows::row.gt(i64::from(after)));
        }
        if let Some(numbers) = wanted.numbers {
            query = query.filter(import_rows::row.eq_any(numbers.iter().copied().map(i64::from)));
        }
        if !actions.is_empty() {
            query = query.filter(import_rows::action.eq_any(&actions));
        }
        if !outcomes.is_empty() {
            query = query.filter(import_rows::outcome.eq_any(&outcomes));
        }
        query.load(c)
    })?;
    rows.into_iter().map(|row| row_record(vault.keyring(), row)).collect()
}

/// Writes what became of these rows.
pub(in crate::imports) fn set_outcomes(tx: &mut Tx<'_>, import: Uuid, rows: &[RowRecord]) -> QueryResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let values: Vec<_> = rows
        .iter()
        .map(|one| {
            (
                import_rows::import.eq(Id(import)),
                import_rows::row.eq(i64::from(one.row)),
                import_rows::action.eq(one.action.word()),
                import_rows::person.eq(Id(one.person)),
                import_rows::revision.eq(one.revision),
                import_rows::outcome.eq(one.outcome.word()),
            )
        })
        .collect();
    on!(tx.writing(), |c| diesel::insert_into(import_rows::table)
        .values(&values)
        .on_conflict((import_rows::import, import_rows::row))
        .do_update()
        .set((
            import_rows::revision.eq(excluded(import_rows::revision)),
            import_rows::outcome.eq(excluded(import_rows::outcome)),
        ))
        .execute(c))
    .map(drop)
}
