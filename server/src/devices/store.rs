//! Rows of devices, enrolment codes and refresh secrets.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as SqlError};
use uuid::Uuid;
use wire::enrolment::RevokeCause;

use super::{Secret, Standing};
use crate::kernel::ids;
use crate::on;
use crate::store::schema::{devices, enrolments, offices, people, refreshes};
use crate::store::types::{At, Id, ids as keys};
use crate::store::{AnyConn, Tx};

pub(super) mod batches;
pub(super) mod list;
pub(super) mod push;

#[derive(Insertable)]
#[diesel(table_name = devices, treat_none_as_default_value = false)]
struct DeviceRow {
    id: Id,
    person: Id,
    name: String,
    public_key: Vec<u8>,
    enrolled_at: At,
    last_seen_at: Option<At>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = enrolments, treat_none_as_default_value = false)]
struct EnrolmentRow {
    code: Vec<u8>,
    person: Id,
    issued_by: Id,
    expires_at: At,
    used_at: Option<At>,
    device: Option<Id>,
    batch: Option<Id>,
    voided_at: Option<At>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = refreshes, treat_none_as_default_value = false)]
struct RefreshRow {
    hash: Vec<u8>,
    device: Id,
    issued_at: At,
    used_at: Option<At>,
    next: Option<Vec<u8>>,
}

/// A device as it stands, with what its requests are checked by: one read for all of it.
pub(super) struct Device {
    pub(super) person: Uuid,
    /// The person's country office.
    pub(super) office: Uuid,
    pub(super) public_key: Vec<u8>,
    pub(super) standing: Standing,
}

/// An enrolment code as it stands.
pub(super) struct Enrolment {
    pub(super) person: Uuid,
    /// Who issued it; nil for who is at the machine.
    pub(super) issued_by: Uuid,
    pub(super) expires: DateTime<Utc>,
    /// Whether another took its place, or its batch was never finished or was made void.
    pub(super) void: bool,
    /// When, and by which device.
    pub(super) used: Option<(DateTime<Utc>, Uuid)>,
}

/// Another node did the same in the same moment: rolls back, and the closure runs again and sees it.
fn raced() -> SqlError {
    let what = "another node was faster".to_owned();
    SqlError::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(what))
}

pub(super) fn device(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Device>> {
    type Row = (Id, Id, Vec<u8>, (Option<At>, Option<String>), Option<At>, Option<At>);
    let row: Option<Row> = on!(conn, |c| devices::table
        .inner_join(people::table.on(people::id.eq(devices::person)))
        .inner_join(offices::table.on(offices::id.eq(people::office)))
        .filter(devices::id.eq(Id(id)))
        .select((
            devices::person,
            people::office,
            devices::public_key,
            (devices::revoked_at, devices::revoke_cause),
            people::left_at,
            offices::seized_at
        ))
        .first(c)
        .optional())?;
    Ok(row.map(|(person, office, public_key, revoked, left, seized)| {
        let standing = match (revoked, left, seized) {
            ((Some(_), cause), _, _) => Standing::Revoked(cause_of(cause.as_deref())),
            ((None, _), Some(_), _) => Standing::Left,
            ((None, _), None, Some(_)) => Standing::Seized,
            ((None, _), None, None) => Standing::Enrolled,
        };
        Device { person: person.0, office: office.0, public_key, standing }
    }))
}

/// What became of a phone that is revoked: of one that was revoked before that was asked, something else.
pub(super) fn cause_of(word: Option<&str>) -> RevokeCause {
    word.and_then(RevokeCause::from_word).unwrap_or(RevokeCause::Other)
}

pub(super) fn standing(conn: &mut AnyConn, id: Uuid) -> QueryResult<Standing> {
    Ok(device(conn, id)?.map_or(Standing::Unknown, |device| device.standing))
}

/// How many devices each of these people has enrolled now.
pub(super) fn enrolled(conn: &mut AnyConn, people: &[Uuid]) -> QueryResult<HashMap<Uuid, u32>> {
    let rows: Vec<Id> = on!(conn, |c| devices::table
        .filter(devices::person.eq_any(keys(people.iter().copied())).and(devices::revoked_at.is_null()))
        .select(devices::person)
        .load(c))?;
    let mut found = HashMap::new();
    for person in rows {
        *found.entry(person.0).or_default() += 1;
    }
    Ok(found)
}

pub(super) fn insert_device(tx: &mut Tx<'_>, person: Uuid, name: &str, public_key: &[u8]) -> QueryResult<Uuid> {
    let row = DeviceRow {
        id: Id(ids::new(tx.now())),
        person: Id(person),
        name: name.to_owned(),
        public_key: public_key.to_vec(),
        enrolled_at: At(tx.now()),
        last_seen_at: Some(At(tx.now())),
    };
    on!(tx.writing(), |c| diesel::insert_into(devices::table).values(&row).execute(c))?;
    Ok(row.id.0)
}

pub(super) fn enrolment(conn: &mut AnyConn, code: &[u8]) -> QueryResult<Option<Enrolment>> {
    let row: Option<EnrolmentRow> =
        on!(conn, |c| enrolments::table.find(code).select(EnrolmentRow::as_select()).first(c).optional())?;
    let Some(row) = row else { return Ok(None) };
    let void = match row.batch {
        None => row.voided_at.is_some(),
        Some(batch) => row.voided_at.is_some() || !batches::works(conn, batch.0)?,
    };
    Ok(Some(Enrolment {
        person: row.person.0,
        issued_by: row.issued_by.0,
        expires: row.expires_at.0,
        void,
        used: row.used_at.zip(row.device).map(|(at, device)| (at.0, device.0)),
    }))
}

/// A code to insert: its index, whose it is.
pub(super) struct NewCode {
    pub(super) code: Vec<u8>,
    pub(super) person: Uuid,
}

pub(super) fn insert_enrolments(
    tx: &mut Tx<'_>,
    codes: &[NewCode],
    by: Uuid,
    expires: DateTime<Utc>,
    batch: Option<Uuid>,
) -> QueryResult<()> {
    let rows: Vec<EnrolmentRow> = codes
        .iter()
        .map(|new| EnrolmentRow {
            code: new.code.clone(),
            person: Id(new.person),
            issued_by: Id(by),
            expires_at: At(expires),
            used_at: None,
            device: None,
            batch: batch.map(Id),
            voided_at: None,
        })
        .collect();
    on!(tx.writing(), |c| diesel::insert_into(enrolments::table).values(&rows).execute(c)).map(drop)
}

/// Makes the unused codes of these people void, but for those of one batch.
pub(super) fn void_codes(tx: &mut Tx<'_>, people: &[Uuid], but: Uuid) -> QueryResult<()> {
    let unused = enrolments::used_at.is_null().and(enrolments::voided_at.is_null());
    let others = enrolments::batch.is_null().or(enrolments::batch.ne(Some(Id(but))));
    let of =
        enrolments::table.filter(enrolments::person.eq_any(keys(people.iter().copied()))).filter(unused.and(others));
    let set = enrolments::voided_at.eq(Some(At(tx.now())));
    on!(tx.writing(), |c| diesel::update(of).set(set).execute(c)).map(drop)
}

/// Makes the unused codes of some of an office's people void, and some that its people issued for whomever; how many
/// people had any, and how many those were.
pub(super) fn void_codes_of_office(tx: &mut Tx<'_>, office: Uuid, limit: i64) -> QueryResult<usize> {
    let now = At(tx.now());
    let open =
        || enrolments::used_at.is_null().and(enrolments::voided_at.is_null()).and(enrolments::expires_at.gt(now));
    let found: Vec<Id> = on!(tx.reading(), |c| enrolments::table
        .inner_join(people::table.on(people::id.eq(enrolments::person)))
        .filter(people::office.eq(Id(office)))
        .filter(open())
        .select(enrolments::person)
        .distinct()
        .limit(limit)
        .load(c))?;
    let found: Vec<Uuid> = found.into_iter().map(|id| id.0).collect();
    if !found.is_empty() {
        void_codes(tx, &found, Uuid::nil())?;
    }
    let issued: Vec<Vec<u8>> = on!(tx.reading(), |c| enrolments::table
        .inner_join(people::table.on(people::id.eq(enrolments::issued_by)))
        .filter(people::office.eq(Id(office)))
        .filter(open())
        .select(enrolments::code)
        .limit(limit)
        .load(c))?;
    let by_them = issued.len();
    if by_them > 0 {
        let of = enrolments::table.filter(enrolments::code.eq_any(issued));
        on!(tx.writing(), |c| diesel::update(of).set(enrolments::voided_at.eq(Some(now))).execute(c))?;
    }
    Ok(found.len() + by_them)
}

/// Uses up a code that was just seen to be unused.
pub(super) fn use_enrolment(tx: &mut Tx<'_>, code: &[u8], device: Uuid) -> QueryResult<()> {
    let set = (enrolments::used_at.eq(At(tx.now())), enrolments::device.eq(Id(device)));
    let unused = enrolments::table.filter(enrolments::code.eq(code).and(enrolments::used_at.is_null()));
    match on!(tx.writing(), |c| diesel::update(unused).set(set).execute(c))? {
        1 => Ok(()),
        _ => Err(raced()),
    }
}

/// A refresh secret of a device.
pub(super) fn secret(conn: &mut AnyConn, device: Uuid, hash: &[u8; 32]) -> QueryResult<Option<Secret>> {
    let used_at: Option<Option<At>> = on!(conn, |c| refreshes::table
        .filter(refreshes::hash.eq(hash.as_slice()).and(refreshes::device.eq(Id(device))))
        .select(refreshes::used_at)
        .first(c)
        .optional())?;
    let Some(used_at) = used_at else { return Ok(None) };
    let followed = match used_at {
        None => false,
        Some(used) => on!(conn, |c| diesel::select(diesel::dsl::exists(
            refreshes::table
                .filter(refreshes::device.eq(Id(device)).and(refreshes::issued_at.ge(used)))
                .filter(refreshes::used_at.is_not_null().and(refreshes::hash.ne(hash.as_slice())))
        ))
        .get_result(c))?,
    };
    Ok(Some(Secret { used_at: used_at.map(|at| at.0), followed }))
}

pub(super) fn insert_secret(tx: &mut Tx<'_>, device: Uuid, hash: &[u8; 32]) -> QueryResult<()> {
    let row =
        RefreshRow { hash: hash.to_vec(), device: Id(device), issued_at: At(tx.now()), used_at: None, next: None };
    on!(tx.writing(), |c| diesel::insert_into(refreshes::table).values(&row).execute(c)).map(drop)
}

/// Uses up a secret that was just seen to be unused, and notes its successor.
pub(super) fn use_secret(tx: &mut Tx<'_>, hash: &[u8; 32], next: &[u8; 32]) -> QueryResult<()> {
    let set = (refreshes::used_at.eq(At(tx.now())), refreshes::next.eq(next.as_slice()));
    let unused = refreshes::table.filter(refreshes::hash.eq(hash.as_slice()).and(refreshes::used_at.is_null()));
    match on!(tx.writing(), |c| diesel::update(unused).set(set).execute(c))? {
        1 => Ok(()),
        _ => Err(raced()),
    }
}

/// Ends every refresh secret of a device.
pub(super) fn end_secrets(tx: &mut Tx<'_>, device: Uuid) -> QueryResult<()> {
    let all = refreshes::table.filter(refreshes::device.eq(Id(device)));
    on!(tx.writing(), |c| diesel::delete(all).execute(c)).map(drop)
}

/// Ends the refresh secrets of some phones of an office's people; how many phones had any.
pub(super) fn end_secrets_of_office(tx: &mut Tx<'_>, office: Uuid, limit: i64) -> QueryResult<usize> {
    let phones: Vec<Id> = on!(tx.reading(), |c| refreshes::table
        .inner_join(devices::table.on(devices::id.eq(refreshes::device)))
        .inner_join(people::table.on(people::id.eq(devices::person)))
        .filter(people::office.eq(Id(office)))
        .select(refreshes::device)
        .distinct()
        .limit(limit)
        .load(c))?;
    if !phones.is_empty() {
        let all = refreshes::table.filter(refreshes::device.eq_any(&phones));
        on!(tx.writing(), |c| diesel::delete(all).execute(c))?;
    }
    Ok(phones.len())
}

/// Notes that a device was there now.
pub(super) fn seen(tx: &mut Tx<'_>, device: Uuid) -> QueryResult<()> {
    let set = devices::last_seen_at.eq(Some(At(tx.now())));
    on!(tx.writing(), |c| diesel::update(devices::table.find(Id(device))).set(set).execute(c)).map(drop)
}

/// Forgets a device's secrets that were used before a time.
pub(super) fn forget_secrets(tx: &mut Tx<'_>, device: Uuid, before: DateTime<Utc>) -> QueryResult<()> {
    let old = refreshes::table.filter(refreshes::device.eq(Id(device)).and(refreshes::used_at.lt(At(before))));
    on!(tx.writing(), |c| diesel::delete(old).execute(c)).map(drop)
}

/// Notes that a device was revoked, by whom and why.
pub(super) fn revoke(tx: &mut Tx<'_>, id: Uuid, by: Uuid, (reason, cause): (&str, RevokeCause)) -> QueryResult<()> {
    let now = At(tx.now());
    let set = (
        devices::revoked_at.eq(Some(now)),
        devices::revoked_by.eq(Some(Id(by))),
        devices::revoke_reason.eq(Some(reason)),
        devices::revoke_cause.eq(Some(cause.word())),
    );
    on!(tx.writing(), |c| diesel::update(devices::table.find(Id(id))).set(set).execute(c)).map(drop)
}
