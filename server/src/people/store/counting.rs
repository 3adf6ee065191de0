//! Counting people by place.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use super::rows::PersonRow;
use super::shown;
use crate::on;
use crate::people::viewer::Within;
use crate::store::AnyConn;
use crate::store::schema::people;
use crate::store::types::{Id, Key};

/// Who can be reached in an office.
#[derive(Debug, Clone, QueryableByName)]
pub(in crate::people) struct ReachRow {
    #[diesel(sql_type = Key)]
    pub(in crate::people) office: Id,
    #[diesel(sql_type = BigInt)]
    pub(in crate::people) people: i64,
    #[diesel(sql_type = BigInt)]
    pub(in crate::people) proven: i64,
    #[diesel(sql_type = BigInt)]
    pub(in crate::people) reachable: i64,
    #[diesel(sql_type = BigInt)]
    pub(in crate::people) with_number: i64,
    #[diesel(sql_type = BigInt)]
    pub(in crate::people) enrolled: i64,
    #[diesel(sql_type = BigInt)]
    pub(in crate::people) beyond_reach: i64,
}

/// One pass over everybody who has not left, each looked up once among numbers and devices.
const REACH: &str = "\
    SELECT office, COUNT(*) AS people, SUM(proven) AS proven, SUM(with_number) AS with_number, \
           SUM(CASE WHEN proven + enrolled = 0 THEN 0 ELSE 1 END) AS reachable, \
           SUM(enrolled) AS enrolled, SUM(CASE WHEN with_number + enrolled = 0 THEN 1 ELSE 0 END) AS beyond_reach \
    FROM (SELECT people.office AS office, \
                 COALESCE(numbers.proven, 0) AS proven, \
                 CASE WHEN numbers.person IS NULL THEN 0 ELSE 1 END AS with_number, \
                 CASE WHEN holders.person IS NULL THEN 0 ELSE 1 END AS enrolled \
          FROM people \
          LEFT JOIN (SELECT person, MAX(CASE WHEN verified_at IS NULL THEN 0 ELSE 1 END) AS proven \
                     FROM phones GROUP BY person) numbers ON numbers.person = people.id \
          LEFT JOIN (SELECT DISTINCT person FROM devices WHERE revoked_at IS NULL) holders \
                 ON holders.person = people.id \
          WHERE people.left_at IS NULL \
            AND (people.staged IS NULL \
                 OR people.staged IN (SELECT id FROM imports WHERE applied_at IS NOT NULL))) persons \
    GROUP BY office ORDER BY office";

/// Who can be reached in each of these offices.
pub(in crate::people) fn reach_by_office(conn: &mut AnyConn, within: &Within) -> QueryResult<Vec<ReachRow>> {
    let rows: Vec<ReachRow> = on!(conn, |c| diesel::sql_query(REACH).load(c))?;
    Ok(match within {
        Within::All => rows,
        Within::These(offices) => rows.into_iter().filter(|row| offices.contains(&row.office.0)).collect(),
    })
}

/// How many people who have not left, by office and kind.
pub(in crate::people) fn count_by_office(conn: &mut AnyConn) -> QueryResult<BTreeMap<(Uuid, String), u64>> {
    let rows: Vec<(Id, String, i64)> = on!(conn, |c| people::table
        .filter(people::left_at.is_null())
        .filter(shown!())
        .group_by((people::office, people::kind))
        .select((people::office, people::kind, count_star()))
        .load(c))?;
    let count =
        |(office, kind, people): (Id, String, i64)| ((office.0, kind), u64::try_from(people).unwrap_or_default());
    Ok(rows.into_iter().map(count).collect())
}

/// How many people who have not left, by zone and kind.
pub(in crate::people) fn count_by_zone(conn: &mut AnyConn) -> QueryResult<BTreeMap<(Uuid, String), u64>> {
    let rows: Vec<(Option<Id>, String, i64)> = on!(conn, |c| people::table
        .filter(people::zone.is_not_null())
        .filter(people::left_at.is_null())
        .filter(shown!())
        .group_by((people::zone, people::kind))
        .select((people::zone, people::kind, count_star()))
        .load(c))?;
    let count = |(zone, kind, people): (Option<Id>, String, i64)| {
        Some(((zone?.0, kind), u64::try_from(people).unwrap_or_default()))
    };
    Ok(rows.into_iter().filter_map(count).collect())
}

/// People of a zone, after the one of this identifier, in the order in which they were entered.
pub(in crate::people) fn of_zone(
    conn: &mut AnyConn,
    zone: Uuid,
    after: Option<Uuid>,
    limit: i64,
) -> QueryResult<Vec<PersonRow>> {
    on!(conn, |c| people::table
        .filter(people::zone.eq(Some(Id(zone))))
        .filter(people::left_at.is_null())
        .filter(shown!())
        .filter(people::id.gt(Id(after.unwrap_or_default())))
        .order(people::id)
        .limit(limit)
        .select(PersonRow::as_select())
        .load(c))
}
