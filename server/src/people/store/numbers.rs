//! Numbers: sealed, found by a keyed index, kept with their proof while they stay the same.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::upsert::excluded;
use uuid::Uuid;
use wire::case::PhoneNumber;

use super::writing::ROWS;
use crate::kernel::ids;
use crate::kernel::seal::Keyring;
use crate::on;
use crate::people::lists::Put;
use crate::store::schema::{phone_codes, phones};
use crate::store::types::{At, Id, ids as keys};
use crate::store::vault::{Vault, unsealable};
use crate::store::{AnyConn, Tx};

/// Column whose key seals numbers, and whose index finds them.
const NUMBER: &str = "phones.number";

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = phones, treat_none_as_default_value = false)]
struct PhoneRow {
    id: Id,
    person: Id,
    kind: String,
    number: Vec<u8>,
    number_index: Vec<u8>,
    position: i64,
    verified_at: Option<At>,
    verified_basis: Option<String>,
    verified_by: Option<Id>,
}

/// Where a number is sealed to: its table, column and row.
fn place(id: Uuid) -> Vec<u8> {
    [NUMBER.as_bytes(), b"/", id.as_bytes()].concat()
}

/// What a number is looked up by.
pub(super) fn number_index(keyring: &Keyring, number: &str) -> Vec<u8> {
    keyring.blind_index(NUMBER, number)
}

/// Gives each person exactly these numbers. One that stays keeps its row and its proof.
pub(super) fn put_numbers(tx: &mut Tx<'_>, puts: &[Put<'_>], known: &HashSet<Uuid>) -> QueryResult<()> {
    let now = tx.now();
    let keyring = tx.vault().keyring();
    let seal = keyring.column(NUMBER);
    let mut had = rows_by_person(tx.reading(), known)?;
    let (mut written, mut gone) = (Vec::new(), Vec::new());
    for put in puts {
        let mut mine = had.remove(&put.id).unwrap_or_default();
        for (phone, position) in put.person.fields().phones.iter().zip(0..) {
            let index = number_index(keyring, &phone.number);
            match mine.iter().position(|row| row.number_index == index).map(|at| mine.swap_remove(at)) {
                Some(row) if row.kind == phone.kind && row.position == position => {}
                Some(row) => written.push(PhoneRow { kind: phone.kind.clone(), position, ..row }),
                None => {
                    let id = ids::new(now);
                    written.push(PhoneRow {
                        id: Id(id),
                        person: Id(put.id),
                        kind: phone.kind.clone(),
                        number: seal.seal(&place(id), phone.number.as_bytes()),
                        number_index: index,
                        position,
                        verified_at: None,
                        verified_basis: None,
                        verified_by: None,
                    });
                }
            }
        }
        gone.extend(mine.into_iter().map(|row| row.id));
    }
    delete_rows(tx, &gone)?;
    for chunk in written.chunks(ROWS) {
        on!(tx.writing(), |c| diesel::insert_into(phones::table)
            .values(chunk)
            .on_conflict(phones::id)
            .do_update()
            .set((phones::kind.eq(excluded(phones::kind)), phones::position.eq(excluded(phones::position))))
            .execute(c))?;
    }
    Ok(())
}

/// Deletes every number of these people.
pub(super) fn delete_numbers(tx: &mut Tx<'_>, of: &[Uuid]) -> QueryResult<()> {
    let rows = rows_by_person(tx.reading(), &of.iter().copied().collect())?;
    let gone: Vec<Id> = rows.into_values().flatten().map(|row| row.id).collect();
    delete_rows(tx, &gone)
}

fn delete_rows(tx: &mut Tx<'_>, gone: &[Id]) -> QueryResult<()> {
    if gone.is_empty() {
        return Ok(());
    }
    on!(tx.writing(), |c| diesel::delete(phone_codes::table.filter(phone_codes::phone.eq_any(gone))).execute(c))?;
    on!(tx.writing(), |c| diesel::delete(phones::table.filter(phones::id.eq_any(gone))).execute(c))?;
    Ok(())
}

fn rows_by_person(conn: &mut AnyConn, of: &HashSet<Uuid>) -> QueryResult<HashMap<Uuid, Vec<PhoneRow>>> {
    let mut found: HashMap<Uuid, Vec<PhoneRow>> = HashMap::new();
    if of.is_empty() {
        return Ok(found);
    }
    let of = keys(of.iter().copied());
    let rows: Vec<PhoneRow> = on!(conn, |c| phones::table
        .filter(phones::person.eq_any(&of))
        .order((phones::person, phones::position))
        .select(PhoneRow::as_select())
        .load(c))?;
    for row in rows {
        found.entry(row.person.0).or_default().push(row);
    }
    Ok(found)
}

/// The numbers of people, each person's in their order.
pub(in crate::people) fn numbers(
    conn: &mut AnyConn,
    vault: &Vault,
    of: &[Uuid],
) -> QueryResult<HashMap<Uuid, Vec<PhoneNumber>>> {
    let seal = vault.keyring().column(NUMBER);
    let rows = rows_by_person(conn, &of.iter().copied().collect())?;
    let open = |row: PhoneRow| {
        let plain = seal.open(&place(row.id.0), &row.number).map_err(unsealable)?;
        Ok(PhoneNumber {
            id: Some(row.id.0),
            number: String::from_utf8_lossy(&plain).into_owned(),
            kind: row.kind,
            verified_at: row.verified_at.map(|at| at.0),
            verified_basis: row.verified_basis,
        })
    };
    let opened = rows
        .into_iter()
        .map(|(person, rows)| Ok((person, rows.into_iter().map(open).collect::<QueryResult<Vec<_>>>()?)));
    opened.collect()
}

/// Every number and index as stored.
#[cfg(test)]
pub(in crate::people) fn stored_numbers(conn: &mut AnyConn) -> QueryResult<Vec<Vec<u8>>> {
    let rows: Vec<PhoneRow> = on!(conn, |c| phones::table.select(PhoneRow::as_select()).load(c))?;
    Ok(rows.into_iter().flat_map(|row| [row.number, row.number_index]).collect())
}

/// Notes that a number was proven.
#[cfg(test)]
pub(in crate::people) fn set_verified_of_test(
    tx: &mut Tx<'_>,
    number: Uuid,
    at: chrono::DateTime<chrono::Utc>,
) -> QueryResult<()> {
    on!(tx.writing(), |c| diesel::update(phones::table.find(Id(number)))
        .set(phones::verified_at.eq(Some(At(at))))
        .execute(c))
    .map(drop)
}
