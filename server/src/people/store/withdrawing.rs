//! Taking out people whom an import entered and of whom nothing else has come to depend. It looks into
//! tables of other slices: nobody may be deleted to whom anything there leads.

use std::collections::HashSet;

use diesel::prelude::*;
use uuid::Uuid;
use wire::register::PlaceBasis;

use crate::on;
use crate::store::schema::{
    accounts, attestations, cases, current_places, devices, enrolments, grants, group_members, one_time, people,
    phones, scim_people, second_factors, sessions,
};
use crate::store::types::{Id, ids as keys};
use crate::store::{AnyConn, Tx};

/// Those of these people to whom a record leads: a phone, code, account, role, session, case, place,
/// group, signature, or a number that was proven.
pub(in crate::people) fn depended_on(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<HashSet<Uuid>> {
    let of = keys(of.iter().copied());
    let mut found: HashSet<Uuid> = HashSet::new();
    macro_rules! leading {
        ($table:ident, $column:ident) => {
            let rows: Vec<Id> =
                on!(conn, |c| $table::table.filter($table::$column.eq_any(&of)).select($table::$column).load(c))?;
            found.extend(rows.into_iter().map(|id| id.0));
        };
        ($table:ident, maybe $column:ident) => {
            let rows: Vec<Option<Id>> = on!(conn, |c| $table::table
                .filter($table::$column.eq_any(of.iter().copied().map(Some)))
                .select($table::$column)
                .load(c))?;
            found.extend(rows.into_iter().flatten().map(|id| id.0));
        };
    }
    leading!(devices, person);
    leading!(enrolments, person);
    leading!(accounts, person);
    leading!(grants, person);
    leading!(sessions, person);
    leading!(group_members, person);
    leading!(scim_people, person);
    leading!(second_factors, person);
    leading!(attestations, signed_by);
    // A place that a list set goes with the person; one that somebody set stays, and they with it.
    let placed: Vec<Id> = on!(conn, |c| current_places::table
        .filter(current_places::person.eq_any(&of))
        .filter(current_places::basis.ne(PlaceBasis::Import.word()))
        .select(current_places::person)
        .load(c))?;
    found.extend(placed.into_iter().map(|id| id.0));
    let proven: Vec<Id> = on!(conn, |c| phones::table
        .filter(phones::person.eq_any(&of))
        .filter(phones::verified_at.is_not_null())
        .select(phones::person)
        .load(c))?;
    found.extend(proven.into_iter().map(|id| id.0));
    leading!(one_time, maybe person);
    leading!(cases, maybe person);
    Ok(found)
}

/// Whom others name as their sponsor or supervisor, and who names them.
pub(in crate::people) fn named_by(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid)>> {
    type Named = (Id, Option<Id>, Option<Id>);
    let wanted: HashSet<Uuid> = of.iter().copied().collect();
    let of: Vec<Option<Id>> = keys(of.iter().copied()).into_iter().map(Some).collect();
    let rows: Vec<Named> = on!(conn, |c| people::table
        .filter(people::sponsor.eq_any(&of).or(people::supervisor.eq_any(&of)))
        .select((people::id, people::sponsor, people::supervisor))
        .load(c))?;
    let named = rows.into_iter().flat_map(|(by, sponsor, supervisor)| {
        [sponsor, supervisor].into_iter().flatten().map(move |named| (named.0, by.0))
    });
    Ok(named.filter(|(named, _)| wanted.contains(named)).collect())
}

/// Deletes where these people are for now.
pub(super) fn delete_places(tx: &mut Tx<'_>, of: &[Uuid]) -> QueryResult<()> {
    let places = current_places::table.filter(current_places::person.eq_any(keys(of.iter().copied())));
    on!(tx.writing(), |c| diesel::delete(places).execute(c)).map(drop)
}

/// Deletes people with their numbers.
pub(in crate::people) fn delete(tx: &mut Tx<'_>, of: &[Uuid]) -> QueryResult<()> {
    super::numbers::delete_numbers(tx, of)?;
    delete_places(tx, of)?;
    let of = keys(of.iter().copied());
    on!(tx.writing(), |c| diesel::delete(people::table.filter(people::id.eq_any(&of))).execute(c)).map(drop)
}
