//! Rows of people and their numbers.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use uuid::Uuid;
use wire::case::PhoneNumber;

use super::{Checked, Identity};
use crate::kernel::ids;
use crate::kernel::seal::Keyring;
use crate::on;
use crate::store::schema::{offices, people, phones};
use crate::store::types::{At, Id, ids as keys};
use crate::store::vault::{Vault, unsealable};
use crate::store::{AnyConn, Tx};

/// Column whose key seals numbers, and whose index finds them.
const NUMBER: &str = "phones.number";

/// Rows to one insert: far below the 32,766 values that SQLite takes.
const ROWS: usize = 500;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = people, treat_none_as_default_value = false)]
pub(super) struct PersonRow {
    pub(super) id: Id,
    pub(super) office: Id,
    pub(super) duty_station: Option<Id>,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) folded: String,
    pub(super) email: Option<String>,
    pub(super) languages: String,
    pub(super) call_sign: Option<String>,
    pub(super) left_at: Option<At>,
    pub(super) created_at: At,
    pub(super) organisation: Option<Id>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = phones, treat_none_as_default_value = false)]
struct PhoneRow {
    id: Id,
    person: Id,
    kind: String,
    number: Vec<u8>,
    number_index: Vec<u8>,
    position: i64,
    verified_at: Option<At>,
}

impl PersonRow {
    /// Tags are stored with commas between them, which no tag holds.
    pub(super) fn languages(&self) -> Vec<String> {
        self.languages.split(',').filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
    }

    fn identity(self) -> Identity {
        Identity {
            id: self.id.0,
            name: self.name,
            email: self.email,
            office: self.office.0,
            left: self.left_at.is_some(),
        }
    }
}

/// Where a number is sealed to: its table, column and row.
fn place(id: Uuid) -> Vec<u8> {
    [NUMBER.as_bytes(), b"/", id.as_bytes()].concat()
}

fn index(keyring: &Keyring, number: &str) -> Vec<u8> {
    keyring.blind_index(NUMBER, number)
}

/// Inserts people under these identifiers, with their numbers.
pub(super) fn insert(tx: &mut Tx<'_>, new: &[(Uuid, &Checked)]) -> QueryResult<()> {
    let now = tx.now();
    let keyring = tx.vault().keyring();
    let seal = keyring.column(NUMBER);
    let of: HashSet<Uuid> = new.iter().map(|(_, person)| person.office).collect();
    let organisations: Vec<(Id, Id)> = on!(tx.reading(), |c| offices::table
        .filter(offices::id.eq_any(keys(of.iter().copied())))
        .select((offices::id, offices::organisation))
        .load(c))?;
    let organisations: HashMap<Uuid, Id> = organisations.into_iter().map(|(office, of)| (office.0, of)).collect();
    let mut rows = Vec::with_capacity(new.len());
    let mut numbers = Vec::new();
    for &(id, person) in new {
        numbers.extend(person.phones.iter().zip(0..).map(|(phone, position)| {
            let phone_id = ids::new(now);
            PhoneRow {
                id: Id(phone_id),
                person: Id(id),
                kind: phone.kind.clone(),
                number: seal.seal(&place(phone_id), phone.number.as_bytes()),
                number_index: index(keyring, &phone.number),
                position,
                verified_at: None,
            }
        }));
        rows.push(PersonRow {
            id: Id(id),
            office: Id(person.office),
            duty_station: person.duty_station.map(Id),
            kind: person.kind.word().to_owned(),
            name: person.name.clone(),
            folded: person.folded.clone(),
            email: person.email.clone(),
            languages: person.languages.join(","),
            call_sign: person.call_sign.clone(),
            left_at: None,
            created_at: At(now),
            organisation: organisations.get(&person.office).copied(),
        });
    }
    for chunk in rows.chunks(ROWS) {
        on!(tx.writing(), |c| diesel::insert_into(people::table).values(chunk).execute(c))?;
    }
    for chunk in numbers.chunks(ROWS) {
        on!(tx.writing(), |c| diesel::insert_into(phones::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// Which of these e-mail addresses somebody has already.
pub(super) fn emails_taken(conn: &mut AnyConn, emails: &[&str]) -> QueryResult<HashSet<String>> {
    let found: Vec<Option<String>> =
        on!(conn, |c| people::table.filter(people::email.eq_any(emails)).select(people::email).load(c))?;
    Ok(found.into_iter().flatten().collect())
}

pub(super) fn identity(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Identity>> {
    let row: Option<PersonRow> =
        on!(conn, |c| people::table.find(Id(id)).select(PersonRow::as_select()).first(c).optional())?;
    Ok(row.map(PersonRow::identity))
}

pub(super) fn by_email(conn: &mut AnyConn, email: &str) -> QueryResult<Option<Identity>> {
    let row: Option<PersonRow> = on!(conn, |c| people::table
        .filter(people::email.eq(Some(email)))
        .select(PersonRow::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(PersonRow::identity))
}

/// A person and the organisation that their office is of.
pub(super) fn person(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<(PersonRow, Uuid)>> {
    let row: Option<(PersonRow, Id)> = on!(conn, |c| people::table
        .inner_join(offices::table.on(offices::id.eq(people::office)))
        .filter(people::id.eq(Id(id)))
        .select((PersonRow::as_select(), offices::organisation))
        .first(c)
        .optional())?;
    Ok(row.map(|(row, organisation)| (row, organisation.0)))
}

/// The people of these identifiers.
pub(super) fn rows(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<Vec<PersonRow>> {
    on!(conn, |c| people::table
        .filter(people::id.eq_any(keys(of.iter().copied())))
        .select(PersonRow::as_select())
        .load(c))
}

/// The numbers of people, each person's in their order.
pub(super) fn numbers(conn: &mut AnyConn, vault: &Vault, of: &[Uuid]) -> QueryResult<HashMap<Uuid, Vec<PhoneNumber>>> {
    let seal = vault.keyring().column(NUMBER);
    let rows: Vec<PhoneRow> = on!(conn, |c| phones::table
        .filter(phones::person.eq_any(keys(of.iter().copied())))
        .order((phones::person, phones::position))
        .select(PhoneRow::as_select())
        .load(c))?;
    let mut found: HashMap<Uuid, Vec<PhoneNumber>> = HashMap::new();
    for row in rows {
        let plain = seal.open(&place(row.id.0), &row.number).map_err(unsealable)?;
        let number = String::from_utf8_lossy(&plain).into_owned();
        let verified_at = row.verified_at.map(|at| at.0);
        found.entry(row.person.0).or_default().push(PhoneNumber { number, kind: row.kind, verified_at });
    }
    Ok(found)
}

/// What a search looks for.
pub(super) enum Wanted {
    /// Exactly this call sign, in capital letters.
    CallSign(String),
    /// A name that begins so.
    Beginning(String),
    /// A word that begins so for each of these.
    Words(Vec<String>),
    /// A number, E.164.
    Number(String),
}

/// People of the given offices (of any, when none are given), by name.
pub(super) fn find(
    conn: &mut AnyConn,
    keyring: &Keyring,
    wanted: &Wanted,
    within: Option<&[Uuid]>,
    limit: i64,
) -> QueryResult<Vec<PersonRow>> {
    on!(conn, |c| {
        let mut query =
            people::table.order((people::folded, people::id)).limit(limit).select(PersonRow::as_select()).into_boxed();
        if let Some(within) = within {
            query = query.filter(people::office.eq_any(keys(within.iter().copied())));
        }
        query = match wanted {
            Wanted::CallSign(sign) => query.filter(people::call_sign.eq(Some(sign.clone()))),
            Wanted::Beginning(text) => query.filter(people::folded.like(format!("{}%", escaped(text))).escape('\\')),
            Wanted::Words(words) => words.iter().fold(query, |query, word| {
                let word = escaped(word);
                let first = people::folded.like(format!("{word}%")).escape('\\');
                query.filter(first.or(people::folded.like(format!("% {word}%")).escape('\\')))
            }),
            Wanted::Number(number) => {
                query.filter(people::id.eq_any(
                    phones::table.filter(phones::number_index.eq(index(keyring, number))).select(phones::person),
                ))
            }
        };
        query.load(c)
    })
}

/// A text of which LIKE takes every character for itself.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Every number and index as stored.
#[cfg(test)]
pub(super) fn stored_numbers(conn: &mut AnyConn) -> QueryResult<Vec<Vec<u8>>> {
    let rows: Vec<PhoneRow> = on!(conn, |c| phones::table.select(PhoneRow::as_select()).load(c))?;
    Ok(rows.into_iter().flat_map(|row| [row.number, row.number_index]).collect())
}

/// Notes that a person has left.
#[cfg(test)]
pub(crate) fn leave(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let now = At(tx.now());
    let one = people::table.find(Id(id));
    on!(tx.writing(), |c| diesel::update(one).set(people::left_at.eq(Some(now))).execute(c)).map(drop)
}
