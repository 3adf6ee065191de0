//! Rows of accounts and one-time secrets; those of grants, sessions, second factors and seizures are below.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as SqlError};
use uuid::Uuid;

use crate::on;
use crate::store::schema::{accounts, one_time};
use crate::store::types::{At, Id, ids as keys};
use crate::store::{AnyConn, Tx};

pub(super) mod grants;
mod second_factors;
pub(super) mod seizure;
mod sessions;
pub(super) mod wardens;

pub(super) use second_factors::{
    Factor, confirm, factor, good_recovery, having_factor, offer, offered, put_recovery, remove, use_recovery, use_step,
};
pub(super) use sessions::{
    Opening, Session, end_session, forget_sessions, insert_session, open_sessions_of, see_sessions, session, sessions,
    sessions_named, sessions_of, show_second_factor, step_up,
};

/// Purpose of a secret that sets a password.
pub(super) const PASSWORD: &str = "password";

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = accounts, treat_none_as_default_value = false)]
struct AccountRow {
    person: Id,
    password: String,
    changed_at: At,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = one_time, treat_none_as_default_value = false)]
struct OneTimeRow {
    hash: Vec<u8>,
    purpose: String,
    person: Option<Id>,
    expires_at: At,
    used_at: Option<At>,
    issued_by: Option<Id>,
}

/// A one-time secret that is still good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Good {
    /// Whom it is for.
    pub(super) person: Option<Uuid>,
    /// Who issued it.
    pub(super) issued_by: Option<Uuid>,
}

/// A one-time secret to record.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewSecret<'a> {
    pub(super) hash: &'a [u8; 32],
    pub(super) purpose: &'a str,
    /// Whom it is for, where it is for somebody.
    pub(super) person: Option<Uuid>,
    /// Who issued it, where somebody did.
    pub(super) issued_by: Option<Uuid>,
    pub(super) expires: DateTime<Utc>,
    /// Whether it is used from the start.
    pub(super) used: bool,
}

/// Another node did the same in the same moment: rolls back, and the closure runs again and sees it.
pub(super) fn raced() -> SqlError {
    let what = "another node was faster".to_owned();
    SqlError::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(what))
}

/// The hash of a person's password.
pub(super) fn password_of(conn: &mut AnyConn, person: Uuid) -> QueryResult<Option<String>> {
    on!(conn, |c| accounts::table.find(Id(person)).select(accounts::password).first(c).optional())
}

pub(super) fn put_account(tx: &mut Tx<'_>, person: Uuid, password: &str) -> QueryResult<()> {
    let row = AccountRow { person: Id(person), password: password.to_owned(), changed_at: At(tx.now()) };
    on!(tx.writing(), |c| diesel::insert_into(accounts::table)
        .values(&row)
        .on_conflict(accounts::person)
        .do_update()
        .set(&row)
        .execute(c))
    .map(drop)
}

/// A one-time secret that is still good: unused, not run out.
pub(super) fn good_secret(
    conn: &mut AnyConn,
    hash: &[u8; 32],
    purpose: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Good>> {
    let row: Option<OneTimeRow> =
        on!(conn, |c| one_time::table.find(hash.as_slice()).select(OneTimeRow::as_select()).first(c).optional())?;
    let good = row.filter(|row| row.purpose == purpose && row.used_at.is_none() && now < row.expires_at.0);
    Ok(good.map(|row| Good { person: row.person.map(|id| id.0), issued_by: row.issued_by.map(|id| id.0) }))
}

/// Whether a one-time secret is known at all, used or not.
pub(super) fn knows_secret(conn: &mut AnyConn, hash: &[u8; 32]) -> QueryResult<bool> {
    let found = one_time::table.find(hash.as_slice());
    on!(conn, |c| diesel::select(exists(found)).get_result(c))
}

/// Records a one-time secret.
pub(super) fn insert_secret(tx: &mut Tx<'_>, new: NewSecret<'_>) -> QueryResult<()> {
    let row = OneTimeRow {
        hash: new.hash.to_vec(),
        purpose: new.purpose.to_owned(),
        person: new.person.map(Id),
        expires_at: At(new.expires),
        used_at: new.used.then_some(At(tx.now())),
        issued_by: new.issued_by.map(Id),
    };
    on!(tx.writing(), |c| diesel::insert_into(one_time::table).values(&row).execute(c)).map(drop)
}

/// Uses up a secret that was just seen to be good.
pub(super) fn use_secret(tx: &mut Tx<'_>, hash: &[u8; 32]) -> QueryResult<()> {
    let now = At(tx.now());
    let unused = one_time::table.filter(one_time::hash.eq(hash.as_slice()).and(one_time::used_at.is_null()));
    match on!(tx.writing(), |c| diesel::update(unused).set(one_time::used_at.eq(now)).execute(c))? {
        1 => Ok(()),
        _ => Err(raced()),
    }
}

/// Makes the unused links void by which these people may set their passwords.
pub(super) fn void_links(tx: &mut Tx<'_>, people: &[Uuid]) -> QueryResult<()> {
    let now = At(tx.now());
    let theirs = one_time::person.eq_any(keys(people.iter().copied()).into_iter().map(Some).collect::<Vec<_>>());
    let unused = one_time::table.filter(one_time::purpose.eq(PASSWORD).and(theirs).and(one_time::used_at.is_null()));
    on!(tx.writing(), |c| diesel::update(unused).set(one_time::used_at.eq(now)).execute(c)).map(drop)
}

/// Forgets at most `limit` secrets of a purpose that ran out before a time, and says how many.
pub(super) fn forget_secrets(tx: &mut Tx<'_>, purpose: &str, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old = one_time::table.filter(one_time::expires_at.lt(At(before)).and(one_time::purpose.eq(purpose)));
    let old: Vec<Vec<u8>> = on!(tx.reading(), |c| old.select(one_time::hash).limit(limit).load(c))?;
    let found = one_time::table.filter(one_time::hash.eq_any(old));
    on!(tx.writing(), |c| diesel::delete(found).execute(c))
}
