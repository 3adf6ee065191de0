//! Whom a line of a list means: by its own identifier, address or number. Hidden people count, so
//! that two lists do not enter one person twice.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use uuid::Uuid;
use wire::people::PersonKind;

use super::numbers::number_index;
use crate::kernel::seal::Keyring;
use crate::on;
use crate::people::lists::{Match, Outline, Source};
use crate::store::AnyConn;
use crate::store::schema::{people, phones};
use crate::store::types::{At, Id, ids as keys};

/// What a match is read from.
type Row =
    (Id, Option<Id>, Id, String, Option<String>, Option<String>, Option<At>, Option<Id>, Option<String>, Option<i64>);

/// The columns of a [`Row`].
macro_rules! columns {
    () => {
        (
            people::id,
            people::organisation,
            people::office,
            people::folded,
            people::external_id,
            people::email,
            people::left_at,
            people::staged,
            people::source,
            people::revision,
        )
    };
}

fn matched(row: Row) -> Match {
    let (id, organisation, office, folded, external_id, email, left_at, staged, source, revision) = row;
    Match {
        person: id.0,
        organisation: organisation.map(|id| id.0).unwrap_or_default(),
        office: office.0,
        folded,
        external_id,
        email,
        left: left_at.is_some(),
        staged: staged.map(|id| id.0),
        source: source.as_deref().and_then(Source::from_word),
        revision: revision.unwrap_or(1),
    }
}

pub(in crate::people) fn by_external(
    conn: &mut AnyConn,
    organisation: Uuid,
    ids: &[&str],
) -> QueryResult<HashMap<String, Match>> {
    let rows: Vec<Row> = on!(conn, |c| people::table
        .filter(people::organisation.eq(Some(Id(organisation))))
        .filter(people::external_id.eq_any(ids))
        .select(columns!())
        .load(c))?;
    Ok(rows.into_iter().map(matched).filter_map(|one| Some((one.external_id.clone()?, one))).collect())
}

pub(in crate::people) fn by_emails(conn: &mut AnyConn, emails: &[&str]) -> QueryResult<HashMap<String, Match>> {
    let rows: Vec<Row> = on!(conn, |c| people::table.filter(people::email.eq_any(emails)).select(columns!()).load(c))?;
    Ok(rows.into_iter().map(matched).filter_map(|one| Some((one.email.clone()?, one))).collect())
}

pub(in crate::people) fn by_numbers(
    conn: &mut AnyConn,
    keyring: &Keyring,
    numbers: &[&str],
) -> QueryResult<HashMap<String, Vec<Match>>> {
    let of: HashMap<Vec<u8>, &str> = numbers.iter().map(|number| (number_index(keyring, number), *number)).collect();
    let indices: Vec<&Vec<u8>> = of.keys().collect();
    let rows: Vec<(Vec<u8>, Row)> = on!(conn, |c| phones::table
        .inner_join(people::table.on(people::id.eq(phones::person)))
        .filter(phones::number_index.eq_any(indices))
        .select((phones::number_index, columns!()))
        .load(c))?;
    let mut found: HashMap<String, Vec<Match>> = HashMap::new();
    for (index, row) in rows {
        if let Some(number) = of.get(&index) {
            found.entry((*number).to_owned()).or_default().push(matched(row));
        }
    }
    Ok(found)
}

/// People of an organisation (of one office of it) who have not left and are not hidden, by
/// identifier, after this one.
pub(in crate::people) fn present(
    conn: &mut AnyConn,
    (organisation, office): (Uuid, Option<Uuid>),
    after: Uuid,
    limit: i64,
) -> QueryResult<Vec<Match>> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = people::table
            .filter(people::organisation.eq(Some(Id(organisation))))
            .filter(people::left_at.is_null())
            .filter(super::shown!())
            .filter(people::id.gt(Id(after)))
            .order(people::id)
            .limit(limit)
            .select(columns!())
            .into_boxed();
        if let Some(office) = office {
            query = query.filter(people::office.eq(Id(office)));
        }
        query.load(c)
    })?;
    Ok(rows.into_iter().map(matched).collect())
}

/// People of an organisation whom readers may see, by identifier; only some of them, where named.
pub(in crate::people) fn outlines(
    conn: &mut AnyConn,
    organisation: Uuid,
    only: Option<&[Uuid]>,
) -> QueryResult<Vec<Outline>> {
    type Row = (Id, String, Option<String>, Option<String>, Option<At>, At, Option<At>);
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = people::table
            .filter(people::organisation.eq(Some(Id(organisation))))
            .filter(super::shown!())
            .order(people::id)
            .select((
                people::id,
                people::kind,
                people::external_id,
                people::email,
                people::left_at,
                people::created_at,
                people::changed_at,
            ))
            .into_boxed();
        if let Some(only) = only {
            query = query.filter(people::id.eq_any(keys(only.iter().copied())));
        }
        query.load(c)
    })?;
    let outline = |(id, kind, external_id, email, left, created, changed): Row| Outline {
        person: id.0,
        dependant: kind == PersonKind::Dependant.word(),
        external_id,
        email,
        left: left.is_some(),
        created_at: created.0,
        changed_at: changed.unwrap_or(created).0,
    };
    Ok(rows.into_iter().map(outline).collect())
}

/// Which of these e-mail addresses somebody has already, and who.
pub(in crate::people) fn emails_taken(conn: &mut AnyConn, emails: &[&str]) -> QueryResult<HashMap<String, Uuid>> {
    Ok(by_emails(conn, emails)?.into_iter().map(|(email, one)| (email, one.person)).collect())
}

/// People of these identifiers who are there, hidden or not: their kind, office, sponsor and supervisor.
pub(in crate::people) fn relations(conn: &mut AnyConn, of: &HashSet<Uuid>) -> QueryResult<HashMap<Uuid, Relation>> {
    type Related = (Id, String, Id, Option<Id>, Option<Id>);
    let of: Vec<Id> = of.iter().copied().map(Id).collect();
    let rows: Vec<Related> = on!(conn, |c| people::table
        .filter(people::id.eq_any(&of))
        .select((people::id, people::kind, people::office, people::sponsor, people::supervisor))
        .load(c))?;
    let relation = |(id, kind, office, sponsor, supervisor): Related| {
        let (sponsor, supervisor) = (sponsor.map(|id| id.0), supervisor.map(|id| id.0));
        (id.0, Relation { dependant: kind == "dependant", office: office.0, sponsor, supervisor })
    };
    Ok(rows.into_iter().map(relation).collect())
}

/// How somebody is related to others.
#[derive(Debug, Clone, Copy)]
pub(in crate::people) struct Relation {
    pub(in crate::people) dependant: bool,
    pub(in crate::people) office: Uuid,
    pub(in crate::people) sponsor: Option<Uuid>,
    pub(in crate::people) supervisor: Option<Uuid>,
}
