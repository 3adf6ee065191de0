//! Entering and changing people, many at a time.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::upsert::excluded;
use uuid::Uuid;

use super::numbers::put_numbers;
use super::rows::{PersonRow, by_id};
use crate::on;
use crate::people::lists::{Put, Source};
use crate::store::schema::{offices, people};
use crate::store::types::{At, Id, ids as keys};
use crate::store::{AnyConn, Tx};

/// Rows to one insert: far below the 32,766 values that SQLite takes.
pub(super) const ROWS: usize = 500;

/// An office as its people need it.
#[derive(Clone)]
pub(in crate::people) struct OfficeOf {
    pub(in crate::people) organisation: Uuid,
    pub(in crate::people) country: String,
    /// It takes nobody any more.
    pub(in crate::people) ended: bool,
}

/// The offices of these identifiers, as they stand in the database.
pub(in crate::people) fn offices_of(conn: &mut AnyConn, of: &HashSet<Uuid>) -> QueryResult<HashMap<Uuid, OfficeOf>> {
    let rows: Vec<(Id, Id, String, Option<At>)> = on!(conn, |c| offices::table
        .filter(offices::id.eq_any(keys(of.iter().copied())))
        .select((offices::id, offices::organisation, offices::country, offices::ended_at))
        .load(c))?;
    let of = |(id, organisation, country, ended): (Id, Id, String, Option<At>)| {
        (id.0, OfficeOf { organisation: organisation.0, country, ended: ended.is_some() })
    };
    Ok(rows.into_iter().map(of).collect())
}

/// Enters these people, or changes those who are there, with their numbers. Returns each row as it is
/// now.
pub(in crate::people) fn put(
    tx: &mut Tx<'_>,
    puts: &[Put<'_>],
    (source, staged): (Option<Source>, Option<Uuid>),
) -> QueryResult<Vec<PersonRow>> {
    let now = At(tx.now());
    let keyring = tx.vault().keyring();
    let offices = offices_of(tx.reading(), &puts.iter().map(|put| put.person.office()).collect())?;
    let before = by_id(rows_of(tx.reading(), puts.iter().map(|put| put.id))?);
    let mut rows = Vec::with_capacity(puts.len());
    for put in puts {
        let organisation = offices.get(&put.person.office()).map(|office| Id(office.organisation));
        let was = before.get(&put.id);
        let mut row = PersonRow::of(put.id, put.person, (organisation, keyring), was, now)?;
        row.source = source.map(|source| source.word().to_owned()).or(row.source);
        if was.is_none() {
            row.staged = staged.map(Id);
        }
        rows.push(row);
    }
    for chunk in rows.chunks(ROWS) {
        on!(tx.writing(), |c| diesel::insert_into(people::table)
            .values(chunk)
            .on_conflict(people::id)
            .do_update()
            .set((
                people::office.eq(excluded(people::office)),
                people::duty_station.eq(excluded(people::duty_station)),
                people::kind.eq(excluded(people::kind)),
                people::name.eq(excluded(people::name)),
                people::folded.eq(excluded(people::folded)),
                people::email.eq(excluded(people::email)),
                people::languages.eq(excluded(people::languages)),
                people::call_sign.eq(excluded(people::call_sign)),
                people::organisation.eq(excluded(people::organisation)),
                people::external_id.eq(excluded(people::external_id)),
                people::job_title.eq(excluded(people::job_title)),
                people::time_zone.eq(excluded(people::time_zone)),
                people::zone.eq(excluded(people::zone)),
                people::sponsor.eq(excluded(people::sponsor)),
                people::supervisor.eq(excluded(people::supervisor)),
                people::present_from.eq(excluded(people::present_from)),
                people::present_until.eq(excluded(people::present_until)),
                people::private.eq(excluded(people::private)),
                people::source.eq(excluded(people::source)),
                people::email_verified_at.eq(excluded(people::email_verified_at)),
                people::revision.eq(excluded(people::revision)),
                people::changed_at.eq(excluded(people::changed_at)),
            ))
            .execute(c))?;
    }
    put_numbers(tx, puts, &before.into_keys().collect())?;
    Ok(rows)
}

/// Keeps these people from other writers until the transaction ends; whoever reads them behind it reads what
/// the last one wrote. In one order everywhere, and without keeping a case that names them waiting. SQLite
/// has one writer.
pub(in crate::people) fn lock(tx: &mut Tx<'_>, of: &[Uuid]) -> QueryResult<()> {
    let AnyConn::Pg(conn) = tx.reading() else { return Ok(()) };
    let rows = people::table
        .filter(people::id.eq_any(keys(of.iter().copied())))
        .order(people::id)
        .select(people::id)
        .for_no_key_update();
    rows.load::<Id>(conn).map(drop)
}

/// The rows of these people, hidden ones too, to change them.
pub(in crate::people) fn rows_of(
    conn: &mut AnyConn,
    of: impl IntoIterator<Item = Uuid>,
) -> QueryResult<Vec<PersonRow>> {
    let of = keys(of);
    on!(conn, |c| people::table.filter(people::id.eq_any(&of)).select(PersonRow::as_select()).load(c))
}

/// Notes that people have left, or are back. Returns those of them whom that changes.
pub(in crate::people) fn set_left(tx: &mut Tx<'_>, of: &[Uuid], left: bool) -> QueryResult<Vec<Uuid>> {
    let now = At(tx.now());
    let of = keys(of.iter().copied());
    let left_at = left.then_some(now);
    let changed: Vec<Id> = on!(tx.writing(), |c| {
        let who = people::table.filter(people::id.eq_any(&of)).filter(people::left_at.is_null().eq(left));
        diesel::update(who)
            .set((
                people::left_at.eq(left_at),
                people::revision.eq(people::revision + 1),
                people::changed_at.eq(Some(now)),
            ))
            .returning(people::id)
            .get_results(c)
    })?;
    Ok(changed.into_iter().map(|id| id.0).collect())
}

/// These people have changed by what is kept beside their rows.
pub(super) fn raise_revision(tx: &mut Tx<'_>, of: &[Uuid]) -> QueryResult<()> {
    let now = At(tx.now());
    let of = keys(of.iter().copied());
    on!(tx.writing(), |c| diesel::update(people::table.filter(people::id.eq_any(&of)))
        .set((people::revision.eq(people::revision + 1), people::changed_at.eq(Some(now))))
        .execute(c))
    .map(drop)
}

/// The next hidden people of an import.
pub(in crate::people) fn staged_by(conn: &mut AnyConn, import: Uuid, limit: i64) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<Id> = on!(conn, |c| people::table
        .filter(people::staged.eq(Some(Id(import))))
        .order(people::id)
        .limit(limit)
        .select(people::id)
        .load(c))?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Imports by which people are marked.
pub(in crate::people) fn staged_imports(conn: &mut AnyConn) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<Option<Id>> =
        on!(conn, |c| people::table.filter(people::staged.is_not_null()).select(people::staged).distinct().load(c))?;
    Ok(rows.into_iter().flatten().map(|id| id.0).collect())
}

/// These people are no import's any more.
pub(in crate::people) fn unstage(tx: &mut Tx<'_>, of: &[Uuid]) -> QueryResult<usize> {
    let of = keys(of.iter().copied());
    on!(tx.writing(), |c| diesel::update(people::table.filter(people::id.eq_any(&of)))
        .set(people::staged.eq(None::<Id>))
        .execute(c))
}

/// Deletes people whom nobody has seen.
pub(in crate::people) fn delete_staged(tx: &mut Tx<'_>, import: Uuid, of: &[Uuid]) -> QueryResult<usize> {
    super::numbers::delete_numbers(tx, of)?;
    super::withdrawing::delete_places(tx, of)?;
    let of = keys(of.iter().copied());
    on!(tx.writing(), |c| diesel::delete(
        people::table.filter(people::id.eq_any(&of)).filter(people::staged.eq(Some(Id(import))))
    )
    .execute(c))
}
