//! Codes that prove numbers, and the proofs.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use uuid::Uuid;
use wire::people::PersonKind;
use wire::register::WaitingNumber;

use super::numbers::numbers;
use super::rows::PersonRow;
use super::shown;
use super::writing::raise_revision;
use crate::on;
use crate::people::viewer::Within;
use crate::store::schema::{people, phone_codes, phones};
use crate::store::types::{At, Id, ids as keys};
use crate::store::vault::{Vault, unsealable};
use crate::store::{AnyConn, Tx};

/// Column whose key seals codes.
const CODE: &str = "phone_codes.code";

/// Most numbers that wait on one screen.
const WAITING: i64 = 100;

/// A code that was made for a number.
pub(in crate::people) struct NumberCode {
    pub(in crate::people) code: String,
    pub(in crate::people) tries: i64,
    pub(in crate::people) requested_at: DateTime<Utc>,
    pub(in crate::people) expires: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = phone_codes, treat_none_as_default_value = false)]
struct CodeRow {
    phone: Id,
    code: Vec<u8>,
    tries: i64,
    requested_at: At,
    expires_at: At,
}

/// Where it is sealed to: its table, column and row.
fn sealed_to(number: Uuid) -> Vec<u8> {
    [CODE.as_bytes(), b"/", number.as_bytes()].concat()
}

impl CodeRow {
    fn open(self, vault: &Vault) -> QueryResult<NumberCode> {
        let key = vault.keyring().column(CODE);
        let plain = key.open(&sealed_to(self.phone.0), &self.code).map_err(unsealable)?;
        Ok(NumberCode {
            code: String::from_utf8_lossy(&plain).into_owned(),
            tries: self.tries,
            requested_at: self.requested_at.0,
            expires: self.expires_at.0,
        })
    }
}

/// The code of a number.
pub(in crate::people) fn code(conn: &mut AnyConn, vault: &Vault, number: Uuid) -> QueryResult<Option<NumberCode>> {
    let row: Option<CodeRow> =
        on!(conn, |c| phone_codes::table.find(Id(number)).select(CodeRow::as_select()).first(c).optional())?;
    row.map(|row| row.open(vault)).transpose()
}

/// The codes of numbers that still work, by number.
pub(in crate::people) fn codes_until(
    conn: &mut AnyConn,
    of: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<Vec<(Uuid, DateTime<Utc>)>> {
    let of = keys(of.iter().copied());
    let rows: Vec<(Id, At)> = on!(conn, |c| phone_codes::table
        .filter(phone_codes::phone.eq_any(&of).and(phone_codes::expires_at.gt(At(now))))
        .select((phone_codes::phone, phone_codes::expires_at))
        .load(c))?;
    Ok(rows.into_iter().map(|(number, expires)| (number.0, expires.0)).collect())
}

/// Gives a number a code; an earlier one works no more.
pub(in crate::people) fn put_code(
    tx: &mut Tx<'_>,
    number: Uuid,
    code: &str,
    expires: DateTime<Utc>,
) -> QueryResult<()> {
    let key = tx.vault().keyring().column(CODE);
    let row = CodeRow {
        phone: Id(number),
        code: key.seal(&sealed_to(number), code.as_bytes()),
        tries: 0,
        requested_at: At(tx.now()),
        expires_at: At(expires),
    };
    on!(tx.writing(), |c| diesel::insert_into(phone_codes::table)
        .values(&row)
        .on_conflict(phone_codes::phone)
        .do_update()
        .set((
            phone_codes::code.eq(excluded(phone_codes::code)),
            phone_codes::tries.eq(excluded(phone_codes::tries)),
            phone_codes::requested_at.eq(excluded(phone_codes::requested_at)),
            phone_codes::expires_at.eq(excluded(phone_codes::expires_at)),
        ))
        .execute(c))
    .map(drop)
}

/// Counts a wrong code.
pub(in crate::people) fn count_try(tx: &mut Tx<'_>, number: Uuid) -> QueryResult<()> {
    on!(tx.writing(), |c| diesel::update(phone_codes::table.find(Id(number)))
        .set(phone_codes::tries.eq(phone_codes::tries + 1))
        .execute(c))
    .map(drop)
}

/// Notes that a number reaches its person; its code works no more. The person has changed by it: whoever
/// decided by an earlier revision of theirs decides anew.
pub(in crate::people) fn prove(
    tx: &mut Tx<'_>,
    (person, number): (Uuid, Uuid),
    basis: &str,
    by: Uuid,
) -> QueryResult<()> {
    let now = At(tx.now());
    on!(tx.writing(), |c| diesel::update(phones::table.find(Id(number)))
        .set((
            phones::verified_at.eq(Some(now)),
            phones::verified_basis.eq(Some(basis)),
            phones::verified_by.eq(Some(Id(by))),
        ))
        .execute(c))?;
    raise_revision(tx, &[person])?;
    on!(tx.writing(), |c| diesel::delete(phone_codes::table.find(Id(number))).execute(c)).map(drop)
}

/// Numbers of people of these offices whose code waits to be spoken, with the office and the kind of
/// the person.
pub(in crate::people) fn waiting(
    conn: &mut AnyConn,
    vault: &Vault,
    within: &Within,
    now: DateTime<Utc>,
) -> QueryResult<Vec<((Uuid, PersonKind), WaitingNumber)>> {
    let rows: Vec<(CodeRow, PersonRow)> = on!(conn, |c| {
        let mut query = phone_codes::table
            .inner_join(phones::table.on(phones::id.eq(phone_codes::phone)))
            .inner_join(people::table.on(people::id.eq(phones::person)))
            .filter(phone_codes::expires_at.gt(At(now)))
            .filter(people::left_at.is_null())
            .filter(shown!())
            .order(phone_codes::requested_at)
            .limit(WAITING)
            .select((CodeRow::as_select(), PersonRow::as_select()))
            .into_boxed();
        if let Within::These(offices) = within {
            query = query.filter(people::office.eq_any(keys(offices.iter().copied())));
        }
        query.load(c)
    })?;
    let who: Vec<Uuid> = rows.iter().map(|(_, person)| person.id.0).collect();
    let known = numbers(conn, vault, &who)?;
    let mut waiting = Vec::with_capacity(rows.len());
    for (code, person) in rows {
        let number = code.phone.0;
        let phones = known.get(&person.id.0).map(Vec::as_slice).unwrap_or_default();
        let Some(phone) = phones.iter().find(|one| one.id == Some(number)).cloned() else { continue };
        let NumberCode { code, requested_at, expires, .. } = code.open(vault)?;
        let languages = person.languages();
        waiting.push((
            (person.office.0, person.kind()),
            WaitingNumber { person: person.id.0, name: person.name, phone, code, requested_at, expires, languages },
        ));
    }
    Ok(waiting)
}
