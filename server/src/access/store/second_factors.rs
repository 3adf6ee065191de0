//! Rows of code generators and recovery codes.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::raced;
use crate::access::codes::Secret;
use crate::kernel::seal::{Keyring, Unsealable};
use crate::on;
use crate::store::schema::{recovery_codes, second_factors};
use crate::store::types::{At, Id, ids as keys};
use crate::store::vault::unsealable;
use crate::store::{AnyConn, Tx};

/// Column of the secret that counts.
const SECRET: &str = "second_factors.secret";

/// Column of a secret that no code has confirmed yet.
const OFFERED: &str = "second_factors.offered";

#[derive(Queryable, Selectable)]
#[diesel(table_name = second_factors)]
struct FactorRow {
    secret: Option<Vec<u8>>,
    last_step: i64,
    offered: Option<Vec<u8>>,
    offered_at: Option<At>,
}

#[derive(Insertable)]
#[diesel(table_name = recovery_codes, treat_none_as_default_value = false)]
struct RecoveryRow {
    hash: Vec<u8>,
    person: Id,
    created_at: At,
    used_at: Option<At>,
}

/// A code generator that counts. Its secret stays sealed until a password was right.
#[derive(Clone)]
pub(in crate::access) struct Factor {
    sealed: Vec<u8>,
    /// The time step whose code was used last.
    pub(in crate::access) last_step: i64,
}

impl Factor {
    /// The secret that its codes come from.
    pub(in crate::access) fn secret(&self, keyring: &Keyring, person: Uuid) -> QueryResult<Secret> {
        opened(keyring, SECRET, person, &self.sealed)
    }
}

/// A secret that was offered and not confirmed yet.
pub(in crate::access) struct Offered {
    pub(in crate::access) secret: Secret,
    pub(in crate::access) at: DateTime<Utc>,
}

/// Where a secret is sealed to: its table, column and row.
fn place(column: &str, person: Uuid) -> Vec<u8> {
    [column.as_bytes(), b"/", person.as_bytes()].concat()
}

fn sealed(keyring: &Keyring, column: &str, person: Uuid, secret: &Secret) -> Vec<u8> {
    keyring.column(column).seal(&place(column, person), secret)
}

fn opened(keyring: &Keyring, column: &str, person: Uuid, sealed: &[u8]) -> QueryResult<Secret> {
    let plain = keyring.column(column).open(&place(column, person), sealed).map_err(unsealable)?;
    plain.try_into().map_err(|_| unsealable(Unsealable))
}

fn row(conn: &mut AnyConn, person: Uuid) -> QueryResult<Option<FactorRow>> {
    on!(conn, |c| second_factors::table.find(Id(person)).select(FactorRow::as_select()).first(c).optional())
}

/// A person's code generator, when one counts.
pub(in crate::access) fn factor(conn: &mut AnyConn, person: Uuid) -> QueryResult<Option<Factor>> {
    let found = row(conn, person)?;
    Ok(found.and_then(|row| Some(Factor { sealed: row.secret?, last_step: row.last_step })))
}

/// Those of these people who have a code generator that counts.
pub(in crate::access) fn having_factor(conn: &mut AnyConn, people: &[Uuid]) -> QueryResult<HashSet<Uuid>> {
    let rows: Vec<Id> = on!(conn, |c| second_factors::table
        .filter(second_factors::person.eq_any(keys(people.iter().copied())))
        .filter(second_factors::secret.is_not_null())
        .select(second_factors::person)
        .load(c))?;
    Ok(rows.into_iter().map(|person| person.0).collect())
}

/// The secret that was offered to a person.
pub(in crate::access) fn offered(conn: &mut AnyConn, keyring: &Keyring, person: Uuid) -> QueryResult<Option<Offered>> {
    let Some((sealed, at)) = row(conn, person)?.and_then(|row| row.offered.zip(row.offered_at)) else {
        return Ok(None);
    };
    Ok(Some(Offered { secret: opened(keyring, OFFERED, person, &sealed)?, at: at.0 }))
}

/// Offers a secret; an earlier offer is void, and what counts goes on counting.
pub(in crate::access) fn offer(tx: &mut Tx<'_>, person: Uuid, secret: &Secret) -> QueryResult<()> {
    let now = At(tx.now());
    let sealed = sealed(tx.vault().keyring(), OFFERED, person, secret);
    let offer = (second_factors::offered.eq(Some(sealed)), second_factors::offered_at.eq(Some(now)));
    let new = (
        second_factors::person.eq(Id(person)),
        second_factors::last_step.eq(0_i64),
        second_factors::created_at.eq(now),
        offer.clone(),
    );
    on!(tx.writing(), |c| diesel::insert_into(second_factors::table)
        .values(new)
        .on_conflict(second_factors::person)
        .do_update()
        .set(offer)
        .execute(c))
    .map(drop)
}

/// Makes the offered secret count, in place of an earlier one. `step` is that of the code that
/// confirmed it.
pub(in crate::access) fn confirm(tx: &mut Tx<'_>, person: Uuid, secret: &Secret, step: i64) -> QueryResult<()> {
    let now = At(tx.now());
    let counts = (
        second_factors::secret.eq(Some(sealed(tx.vault().keyring(), SECRET, person, secret))),
        second_factors::last_step.eq(step),
        second_factors::confirmed_at.eq(Some(now)),
        second_factors::offered.eq(None::<Vec<u8>>),
        second_factors::offered_at.eq(None::<At>),
    );
    let waiting =
        second_factors::table.filter(second_factors::person.eq(Id(person)).and(second_factors::offered.is_not_null()));
    match on!(tx.writing(), |c| diesel::update(waiting).set(counts).execute(c))? {
        1 => Ok(()),
        _ => Err(raced()),
    }
}

/// Notes that a step's code was used, which was just seen to be unused.
pub(in crate::access) fn use_step(tx: &mut Tx<'_>, person: Uuid, step: i64) -> QueryResult<()> {
    let unused =
        second_factors::table.filter(second_factors::person.eq(Id(person)).and(second_factors::last_step.lt(step)));
    match on!(tx.writing(), |c| diesel::update(unused).set(second_factors::last_step.eq(step)).execute(c))? {
        1 => Ok(()),
        _ => Err(raced()),
    }
}

/// Whether a recovery code is a person's and unused.
pub(in crate::access) fn good_recovery(conn: &mut AnyConn, person: Uuid, hash: &[u8]) -> QueryResult<bool> {
    let good = recovery_codes::table.filter(
        recovery_codes::hash.eq(hash).and(recovery_codes::person.eq(Id(person))).and(recovery_codes::used_at.is_null()),
    );
    on!(conn, |c| diesel::select(diesel::dsl::exists(good)).get_result(c))
}

/// Uses up a recovery code that was just seen to be good.
pub(in crate::access) fn use_recovery(tx: &mut Tx<'_>, hash: &[u8]) -> QueryResult<()> {
    let now = At(tx.now());
    let unused = recovery_codes::table.filter(recovery_codes::hash.eq(hash).and(recovery_codes::used_at.is_null()));
    match on!(tx.writing(), |c| diesel::update(unused).set(recovery_codes::used_at.eq(Some(now))).execute(c))? {
        1 => Ok(()),
        _ => Err(raced()),
    }
}

/// Gives a person new recovery codes, by their hashes; the earlier ones are void.
pub(in crate::access) fn put_recovery(tx: &mut Tx<'_>, person: Uuid, hashes: Vec<Vec<u8>>) -> QueryResult<()> {
    let now = At(tx.now());
    let rows: Vec<RecoveryRow> = hashes
        .into_iter()
        .map(|hash| RecoveryRow { hash, person: Id(person), created_at: now, used_at: None })
        .collect();
    forget_recovery(tx, person)?;
    on!(tx.writing(), |c| diesel::insert_into(recovery_codes::table).values(&rows).execute(c)).map(drop)
}

fn forget_recovery(tx: &mut Tx<'_>, person: Uuid) -> QueryResult<()> {
    let theirs = recovery_codes::table.filter(recovery_codes::person.eq(Id(person)));
    on!(tx.writing(), |c| diesel::delete(theirs).execute(c)).map(drop)
}

/// Takes a person's code generator and recovery codes away.
pub(in crate::access) fn remove(tx: &mut Tx<'_>, person: Uuid) -> QueryResult<()> {
    forget_recovery(tx, person)?;
    on!(tx.writing(), |c| diesel::delete(second_factors::table.find(Id(person))).execute(c)).map(drop)
}
