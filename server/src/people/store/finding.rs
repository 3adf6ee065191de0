//! Finding people whom readers may see.

use std::collections::HashMap;

use diesel::prelude::*;
use uuid::Uuid;
use wire::people::PersonKind;

use super::numbers::number_index;
use super::rows::PersonRow;
use super::shown;
use crate::kernel::seal::Keyring;
use crate::on;
use crate::people::Identity;
use crate::people::listing::{After, Filter};
use crate::people::viewer::Within;
use crate::store::schema::{duty_stations, offices, people, phones, warden_zones};
use crate::store::types::{Id, ids as keys};
use crate::store::{AnyConn, Tx};

pub(in crate::people) fn identity(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<Identity>> {
    Ok(row(conn, id)?.map(PersonRow::identity))
}

/// [`identity`] of several people.
pub(in crate::people) fn identities(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<Vec<Identity>> {
    Ok(rows(conn, of)?.into_iter().map(PersonRow::identity).collect())
}

/// [`identity`]; the row is locked until the transaction is over.
pub(in crate::people) fn hold(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<Identity>> {
    // On SQLite one transaction writes at a time.
    if let AnyConn::Pg(c) = tx.reading() {
        let found = people::table.find(Id(id)).for_no_key_update().select(people::id);
        let _held: Option<Id> = found.first(c).optional()?;
    }
    identity(tx.reading(), id)
}

pub(in crate::people) fn by_email(conn: &mut AnyConn, email: &str) -> QueryResult<Option<Identity>> {
    let row: Option<PersonRow> = on!(conn, |c| people::table
        .filter(people::email.eq(Some(email)))
        .filter(shown!())
        .select(PersonRow::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(PersonRow::identity))
}

/// A person's row.
pub(in crate::people) fn row(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<PersonRow>> {
    on!(conn, |c| people::table
        .filter(people::id.eq(Id(id)))
        .filter(shown!())
        .select(PersonRow::as_select())
        .first(c)
        .optional())
}

/// A person and the organisation that their office is of.
pub(in crate::people) fn person(conn: &mut AnyConn, id: Uuid) -> QueryResult<Option<(PersonRow, Uuid)>> {
    let row: Option<(PersonRow, Id)> = on!(conn, |c| people::table
        .inner_join(offices::table.on(offices::id.eq(people::office)))
        .filter(people::id.eq(Id(id)))
        .filter(shown!())
        .select((PersonRow::as_select(), offices::organisation))
        .first(c)
        .optional())?;
    Ok(row.map(|(row, organisation)| (row, organisation.0)))
}

/// The people of these identifiers.
pub(in crate::people) fn rows(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<Vec<PersonRow>> {
    let of = keys(of.iter().copied());
    on!(conn, |c| people::table
        .filter(people::id.eq_any(&of))
        .filter(shown!())
        .order((people::folded, people::id))
        .select(PersonRow::as_select())
        .load(c))
}

/// The countries of zones that have not ended.
pub(in crate::people) fn zones(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<Vec<(Uuid, String)>> {
    let of = keys(of.iter().copied());
    let rows: Vec<(Id, String)> = on!(conn, |c| warden_zones::table
        .filter(warden_zones::id.eq_any(&of))
        .filter(warden_zones::ended_at.is_null())
        .select((warden_zones::id, warden_zones::country))
        .load(c))?;
    Ok(rows.into_iter().map(|(id, country)| (id.0, country)).collect())
}

/// The office and the zone of people who have a zone.
pub(in crate::people) fn zones_of(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<HashMap<Uuid, (Uuid, Uuid)>> {
    let of = keys(of.iter().copied());
    let rows: Vec<(Id, Id, Option<Id>)> = on!(conn, |c| people::table
        .filter(people::id.eq_any(&of))
        .filter(people::zone.is_not_null())
        .select((people::id, people::office, people::zone))
        .load(c))?;
    Ok(rows.into_iter().filter_map(|(id, office, zone)| Some((id.0, (office.0, zone?.0)))).collect())
}

/// The offices of duty stations.
pub(in crate::people) fn stations(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid)>> {
    let of = keys(of.iter().copied());
    let rows: Vec<(Id, Id)> = on!(conn, |c| duty_stations::table
        .filter(duty_stations::id.eq_any(&of))
        .select((duty_stations::id, duty_stations::office))
        .load(c))?;
    Ok(rows.into_iter().map(|(id, office)| (id.0, office.0)).collect())
}

/// What a search looks for.
pub(in crate::people) enum Wanted {
    /// Exactly this call sign, in capital letters.
    CallSign(String),
    /// Names that begin so, folded.
    Beginning(String),
    /// Names of which words begin so, folded.
    Words(Vec<String>),
    /// A number, E.164.
    Number(String),
}

/// Offices whose people a reader sees by name, and those whose dependants they do.
#[derive(Clone)]
pub(in crate::people) struct Named {
    pub(in crate::people) people: Within,
    pub(in crate::people) dependants: Within,
}

/// People whose names a reader may see, by name.
pub(in crate::people) fn find(
    conn: &mut AnyConn,
    keyring: &Keyring,
    wanted: &Wanted,
    named: &Named,
    limit: i64,
) -> QueryResult<Vec<PersonRow>> {
    on!(conn, |c| {
        let mut query = people::table
            .filter(shown!())
            .order((people::folded, people::id))
            .limit(limit)
            .select(PersonRow::as_select())
            .into_boxed();
        if let Within::These(offices) = &named.people {
            query = query.filter(people::office.eq_any(keys(offices.iter().copied())));
        }
        if let Within::These(offices) = &named.dependants {
            let others = people::kind.ne(DEPENDANT);
            query = query.filter(others.or(people::office.eq_any(keys(offices.iter().copied()))));
        }
        query = match wanted {
            Wanted::CallSign(sign) => query.filter(people::call_sign.eq(Some(sign.clone()))),
            Wanted::Beginning(text) => query.filter(people::folded.like(format!("{}%", escaped(text))).escape('\\')),
            Wanted::Words(words) => words.iter().fold(query, |query, word| {
                let word = escaped(word);
                let first = people::folded.like(format!("{word}%")).escape('\\');
                query.filter(first.or(people::folded.like(format!("% {word}%")).escape('\\')))
            }),
            Wanted::Number(number) => query.filter(people::id.eq_any(
                phones::table.filter(phones::number_index.eq(number_index(keyring, number))).select(phones::person),
            )),
        };
        query.load(c)
    })
}

const DEPENDANT: &str = PersonKind::Dependant.word();

/// Which part of a list is read.
pub(in crate::people) enum Listed {
    /// People of these offices who are seen by name, dependants of those only.
    Named {
        /// Offices of everybody else.
        people: Within,
        /// Offices of dependants.
        dependants: Within,
    },
    /// The others: dependants of these offices, everybody of those.
    Unnamed {
        /// Offices of which only dependants are meant.
        dependants: Within,
        /// Offices of which everybody is.
        people: Within,
    },
}

/// The next people of a part of a list, in its order.
pub(in crate::people) fn list(
    conn: &mut AnyConn,
    listed: &Listed,
    filter: &Filter,
    after: Option<&After>,
    limit: usize,
) -> QueryResult<Vec<PersonRow>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    on!(conn, |c| {
        let mut query = people::table
            .filter(shown!())
            .filter(people::left_at.is_null().ne(filter.left))
            .limit(limit)
            .select(PersonRow::as_select())
            .into_boxed();
        if let Some(zone) = filter.zone {
            query = query.filter(people::zone.eq(Some(Id(zone))));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(people::kind.eq(kind.word()));
        }
        query = match after {
            Some(After::Named(name, id)) => query.filter(
                people::folded.gt(name.clone()).or(people::folded.eq(name.clone()).and(people::id.gt(Id(*id)))),
            ),
            Some(After::Unnamed(id)) => query.filter(people::id.gt(Id(*id))),
            None => query,
        };
        match listed {
            Listed::Named { people: of, dependants } => {
                if of.is_empty() {
                    return Ok(Vec::new());
                }
                if let Within::These(offices) = of {
                    query = query.filter(people::office.eq_any(keys(offices.iter().copied())));
                }
                if let Within::These(offices) = dependants {
                    let others = people::kind.ne(DEPENDANT);
                    query = query.filter(others.or(people::office.eq_any(keys(offices.iter().copied()))));
                }
                query = query.order((people::folded, people::id));
            }
            Listed::Unnamed { dependants, people: of } => {
                if dependants.is_empty() && of.is_empty() {
                    return Ok(Vec::new());
                }
                let (Within::These(veiled), Within::These(all)) = (dependants, of) else { return Ok(Vec::new()) };
                let veiled = people::kind.eq(DEPENDANT).and(people::office.eq_any(keys(veiled.iter().copied())));
                query = query.filter(veiled.or(people::office.eq_any(keys(all.iter().copied())))).order(people::id);
            }
        }
        query.load(c)
    })
}

/// Dependants and visitors of a person.
pub(in crate::people) fn sponsored_by(conn: &mut AnyConn, person: Uuid) -> QueryResult<Vec<PersonRow>> {
    on!(conn, |c| people::table
        .filter(people::sponsor.eq(Some(Id(person))))
        .filter(people::left_at.is_null())
        .filter(shown!())
        .order((people::folded, people::id))
        .limit(50)
        .select(PersonRow::as_select())
        .load(c))
}

/// A text of which LIKE takes every character for itself.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
