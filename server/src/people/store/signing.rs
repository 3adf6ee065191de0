//! Signatures under lists, and what is signed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use uuid::Uuid;

use super::shown;
use crate::on;
use crate::store::schema::{attestations, offices, people};
use crate::store::types::{At, Id};
use crate::store::{AnyConn, Tx};

/// How an office's list stands.
pub(in crate::people) struct ListRow {
    pub(in crate::people) office: Uuid,
    pub(in crate::people) founded_at: DateTime<Utc>,
    pub(in crate::people) people: u64,
    pub(in crate::people) changed_at: Option<DateTime<Utc>>,
    pub(in crate::people) signed_at: Option<DateTime<Utc>>,
}

/// A signature under an office's list.
pub(in crate::people) struct Signature {
    pub(in crate::people) id: Uuid,
    pub(in crate::people) signed_by: Uuid,
    pub(in crate::people) name: Option<String>,
    pub(in crate::people) signed_at: DateTime<Utc>,
    pub(in crate::people) people: u64,
    pub(in crate::people) list_hash: Vec<u8>,
    pub(in crate::people) remarks: Option<String>,
}

/// An office: itself, since when it is there, its people, when they were last changed and last entered.
type Counted = (Id, At, i64, Option<At>, Option<At>);

/// How the list of every office that has people stands.
pub(in crate::people) fn lists(conn: &mut AnyConn) -> QueryResult<Vec<ListRow>> {
    let counted: Vec<Counted> = on!(conn, |c| people::table
        .inner_join(offices::table.on(offices::id.eq(people::office)))
        .filter(people::left_at.is_null())
        .filter(offices::ended_at.is_null())
        .filter(shown!())
        .group_by((offices::id, offices::created_at))
        .select((offices::id, offices::created_at, count_star(), max(people::changed_at), max(people::created_at)))
        .order(offices::id)
        .load(c))?;
    let signed: Vec<(Id, Option<At>)> = on!(conn, |c| attestations::table
        .group_by(attestations::office)
        .select((attestations::office, max(attestations::signed_at)))
        .load(c))?;
    let signed: HashMap<Uuid, DateTime<Utc>> =
        signed.into_iter().filter_map(|(office, at)| Some((office.0, at?.0))).collect();
    let row = |(office, founded, people, changed, entered): Counted| ListRow {
        office: office.0,
        founded_at: founded.0,
        people: u64::try_from(people).unwrap_or_default(),
        changed_at: changed.max(entered).map(|at| at.0),
        signed_at: signed.get(&office.0).copied(),
    };
    Ok(counted.into_iter().map(row).collect())
}

/// Everybody on an office's list, with how often they were changed: what a signature is about.
pub(in crate::people) fn revisions(conn: &mut AnyConn, office: Uuid) -> QueryResult<Vec<(Uuid, i64)>> {
    let rows: Vec<(Id, Option<i64>)> = on!(conn, |c| people::table
        .filter(people::office.eq(Id(office)))
        .filter(people::left_at.is_null())
        .filter(shown!())
        .order(people::id)
        .select((people::id, people::revision))
        .load(c))?;
    Ok(rows.into_iter().map(|(person, revision)| (person.0, revision.unwrap_or(1))).collect())
}

/// The signatures under an office's list, the newest first.
pub(in crate::people) fn signatures(conn: &mut AnyConn, office: Uuid, limit: i64) -> QueryResult<Vec<Signature>> {
    type Row = (Id, Id, Option<String>, At, i64, Vec<u8>, Option<String>);
    let rows: Vec<Row> = on!(conn, |c| attestations::table
        .left_join(people::table.on(people::id.eq(attestations::signed_by)))
        .filter(attestations::office.eq(Id(office)))
        .order((attestations::signed_at.desc(), attestations::id.desc()))
        .limit(limit)
        .select((
            attestations::id,
            attestations::signed_by,
            people::name.nullable(),
            attestations::signed_at,
            attestations::people,
            attestations::list_hash,
            attestations::remarks,
        ))
        .load(c))?;
    let one = |(id, signed_by, name, signed_at, people, list_hash, remarks): Row| Signature {
        id: id.0,
        signed_by: signed_by.0,
        name,
        signed_at: signed_at.0,
        people: u64::try_from(people).unwrap_or_default(),
        list_hash,
        remarks,
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Keeps a signature.
pub(in crate::people) fn insert_signature(tx: &mut Tx<'_>, office: Uuid, one: &Signature) -> QueryResult<()> {
    let row = (
        attestations::id.eq(Id(one.id)),
        attestations::office.eq(Id(office)),
        attestations::signed_by.eq(Id(one.signed_by)),
        attestations::signed_at.eq(At(one.signed_at)),
        attestations::people.eq(i64::try_from(one.people).unwrap_or(i64::MAX)),
        attestations::list_hash.eq(one.list_hash.clone()),
        attestations::remarks.eq(one.remarks.clone()),
    );
    on!(tx.writing(), |c| diesel::insert_into(attestations::table).values(row).execute(c)).map(drop)
}
