//! Batches of enrolment codes, and who is to be invited.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use uuid::Uuid;

use crate::on;
use crate::store::schema::{devices, enrolment_batches, enrolments, people, phones};
use crate::store::types::{At, Id, ids as keys};
use crate::store::{AnyConn, Tx};

/// Most batches that are listed.
const LISTED: i64 = 100;

// Codes are counted by their batch and the office of whom they are for.
diesel::allow_columns_to_appear_in_same_group_by_clause!(enrolments::batch, people::office);

/// A batch.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = enrolment_batches, treat_none_as_default_value = false)]
pub(in crate::devices) struct BatchRow {
    pub(in crate::devices) id: Id,
    pub(in crate::devices) organisation: Id,
    pub(in crate::devices) office: Option<Id>,
    pub(in crate::devices) created_by: Id,
    pub(in crate::devices) created_at: At,
    pub(in crate::devices) expires_at: At,
    pub(in crate::devices) people: i64,
    pub(in crate::devices) ready_at: Option<At>,
    pub(in crate::devices) voided_at: Option<At>,
}

/// Somebody of the register as an invitation needs them.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = people)]
pub(in crate::devices) struct Guest {
    pub(in crate::devices) id: Id,
    pub(in crate::devices) office: Id,
    pub(in crate::devices) name: String,
    pub(in crate::devices) folded: String,
    pub(in crate::devices) email: Option<String>,
    pub(in crate::devices) languages: String,
    pub(in crate::devices) left_at: Option<At>,
}

/// Whether the codes of a batch count: it was finished, and nobody made it void.
pub(in crate::devices) fn works(conn: &mut AnyConn, id: Uuid) -> QueryResult<bool> {
    Ok(batch(conn, id)?.is_some_and(|row| row.ready_at.is_some() && row.voided_at.is_none()))
}

pub(in crate::devices) fn batch(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<BatchRow>> {
    on!(conn, |c| enrolment_batches::table.find(Id(id)).select(BatchRow::as_select()).first(c).optional())
}

pub(in crate::devices) fn insert(tx: &mut Tx<'_>, row: &BatchRow) -> QueryResult<()> {
    on!(tx.writing(), |c| diesel::insert_into(enrolment_batches::table).values(row).execute(c)).map(drop)
}

/// From now on the codes of a batch work.
pub(in crate::devices) fn finish(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let set = enrolment_batches::ready_at.eq(Some(At(tx.now())));
    on!(tx.writing(), |c| diesel::update(enrolment_batches::table.find(Id(id))).set(set).execute(c)).map(drop)
}

/// From now on the codes of a batch work no more.
pub(in crate::devices) fn void(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let set = enrolment_batches::voided_at.eq(Some(At(tx.now())));
    on!(tx.writing(), |c| diesel::update(enrolment_batches::table.find(Id(id))).set(set).execute(c)).map(drop)
}

/// The newest batches of some organisations, or of all.
pub(in crate::devices) fn newest(conn: &mut AnyConn, of: Option<&[Uuid]>) -> QueryResult<Vec<BatchRow>> {
    let order = (enrolment_batches::created_at.desc(), enrolment_batches::id.desc());
    match of {
        None => {
            on!(conn, |c| enrolment_batches::table.order(order).limit(LISTED).select(BatchRow::as_select()).load(c))
        }
        Some(of) => on!(conn, |c| enrolment_batches::table
            .filter(enrolment_batches::organisation.eq_any(keys(of.iter().copied())))
            .order(order)
            .limit(LISTED)
            .select(BatchRow::as_select())
            .load(c)),
    }
}

/// How many codes of each of these batches were used.
pub(in crate::devices) fn used(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<HashMap<Uuid, i64>> {
    let of = keys(of.iter().copied()).into_iter().map(Some).collect::<Vec<_>>();
    let used: Vec<(Option<Id>, i64)> = on!(conn, |c| enrolments::table
        .filter(enrolments::batch.eq_any(&of).and(enrolments::used_at.is_not_null()))
        .group_by(enrolments::batch)
        .select((enrolments::batch, count_star()))
        .load(c))?;
    Ok(used.into_iter().filter_map(|(batch, count)| Some((batch?.0, count))).collect())
}

/// How many codes of each of these batches were neither used nor made void, by the office of whom they are for.
pub(in crate::devices) fn open(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid, i64)>> {
    let of = keys(of.iter().copied()).into_iter().map(Some).collect::<Vec<_>>();
    let open: Vec<(Option<Id>, Id, i64)> = on!(conn, |c| enrolments::table
        .inner_join(people::table.on(people::id.eq(enrolments::person)))
        .filter(enrolments::batch.eq_any(&of))
        .filter(enrolments::used_at.is_null().and(enrolments::voided_at.is_null()))
        .group_by((enrolments::batch, people::office))
        .select((enrolments::batch, people::office, count_star()))
        .load(c))?;
    Ok(open.into_iter().filter_map(|(batch, office, count)| Some((batch?.0, office.0, count))).collect())
}

/// Everybody of some offices who has not left and is shown, by office and name.
pub(in crate::devices) fn guests_of(conn: &mut AnyConn, offices: &[Uuid]) -> QueryResult<Vec<Guest>> {
    on!(conn, |c| people::table
        .filter(people::office.eq_any(keys(offices.iter().copied())))
        .filter(people::left_at.is_null().and(people::staged.is_null()))
        .order((people::office, people::folded, people::id))
        .select(Guest::as_select())
        .load(c))
}

/// These people, as far as they are in the register and shown.
pub(in crate::devices) fn guests(conn: &mut AnyConn, people: &[Uuid]) -> QueryResult<Vec<Guest>> {
    on!(conn, |c| people::table
        .filter(people::id.eq_any(keys(people.iter().copied())).and(people::staged.is_null()))
        .select(Guest::as_select())
        .load(c))
}

/// Who of some offices has a phone enrolled.
pub(in crate::devices) fn with_phone(conn: &mut AnyConn, offices: &[Uuid]) -> QueryResult<HashSet<Uuid>> {
    let rows: Vec<Id> = on!(conn, |c| devices::table
        .inner_join(people::table.on(people::id.eq(devices::person)))
        .filter(people::office.eq_any(keys(offices.iter().copied())).and(devices::revoked_at.is_null()))
        .select(devices::person)
        .distinct()
        .load(c))?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// A code that works while who issued it may: whom it is for, their office, who issued it.
pub(in crate::devices) type Issued = (Uuid, Uuid, Uuid);

/// Who of some offices has a code, unused and not void, and who issued it.
pub(in crate::devices) fn with_code(
    conn: &mut AnyConn,
    offices: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<Vec<Issued>> {
    let rows: Vec<(Id, Id, Id)> = on!(conn, |c| enrolments::table
        .inner_join(people::table.on(people::id.eq(enrolments::person)))
        .left_join(enrolment_batches::table.on(enrolments::batch.eq(enrolment_batches::id.nullable())))
        .filter(people::office.eq_any(keys(offices.iter().copied())))
        .filter(enrolments::used_at.is_null().and(enrolments::voided_at.is_null()))
        .filter(enrolments::expires_at.gt(At(now)))
        .filter(
            enrolments::batch
                .is_null()
                .or(enrolment_batches::ready_at.is_not_null().and(enrolment_batches::voided_at.is_null()))
        )
        .select((enrolments::person, people::office, enrolments::issued_by))
        .distinct()
        .load(c))?;
    Ok(rows.into_iter().map(|(person, office, by)| (person.0, office.0, by.0)).collect())
}

/// Everybody of some offices who has not left: the person and their office.
pub(in crate::devices) fn everybody(conn: &mut AnyConn, offices: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid)>> {
    let rows: Vec<(Id, Id)> = on!(conn, |c| people::table
        .filter(people::office.eq_any(keys(offices.iter().copied())))
        .filter(people::left_at.is_null().and(people::staged.is_null()))
        .select((people::id, people::office))
        .load(c))?;
    Ok(rows.into_iter().map(|(person, office)| (person.0, office.0)).collect())
}

/// Who of some offices has a number.
pub(in crate::devices) fn with_number(conn: &mut AnyConn, offices: &[Uuid]) -> QueryResult<HashSet<Uuid>> {
    let rows: Vec<Id> = on!(conn, |c| phones::table
        .inner_join(people::table.on(people::id.eq(phones::person)))
        .filter(people::office.eq_any(keys(offices.iter().copied())))
        .select(phones::person)
        .distinct()
        .load(c))?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}
