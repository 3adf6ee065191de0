//! Many people at once.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use uuid::Uuid;

use crate::on;
use crate::people::standing::{Belonging, Standing};
use crate::store::schema::{people, phones};
use crate::store::types::{At, Id, ids};
use crate::store::{AnyConn, Tx};

pub(in crate::people) fn of(conn: &mut AnyConn, wanted: &[Uuid]) -> QueryResult<HashMap<Uuid, Standing>> {
    let mut found = HashMap::new();
    for chunk in wanted.chunks(500) {
        let rows: Vec<(Id, String, Option<At>)> = on!(conn, |c| people::table
            .filter(people::id.eq_any(ids(chunk.iter().copied())))
            .select((people::id, people::name, people::left_at))
            .load(c))?;
        let proven: Vec<Id> = on!(conn, |c| phones::table
            .filter(phones::person.eq_any(ids(chunk.iter().copied())).and(phones::verified_at.is_not_null()))
            .select(phones::person)
            .load(c))?;
        let proven: HashSet<Uuid> = proven.into_iter().map(|person| person.0).collect();
        let standing = |(id, name, left): (Id, String, Option<At>)| {
            (id.0, Standing { name, left: left.is_some(), proven: proven.contains(&id.0) })
        };
        found.extend(rows.into_iter().map(standing));
    }
    Ok(found)
}

pub(in crate::people) fn belonging(conn: &mut AnyConn, to: Belonging) -> QueryResult<i64> {
    on!(conn, |c| {
        let query = people::table.filter(people::left_at.is_null()).count().into_boxed();
        let query = match to {
            Belonging::Office(id) => query.filter(people::office.eq(Id(id))),
            Belonging::Station(id) => query.filter(people::duty_station.eq(Some(Id(id)))),
            Belonging::Zone(id) => query.filter(people::zone.eq(Some(Id(id)))),
        };
        query.get_result(c)
    })
}

pub(in crate::people) fn set_proven(tx: &mut Tx<'_>, of: &[Uuid]) -> QueryResult<()> {
    let now = Some(At(tx.now()));
    let first = phones::table.filter(phones::person.eq_any(ids(of.iter().copied())).and(phones::position.eq(0)));
    on!(tx.writing(), |c| diesel::update(first)
        .set((phones::verified_at.eq(now), phones::verified_basis.eq(Some("code"))))
        .execute(c))
    .map(drop)
}
