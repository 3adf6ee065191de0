//! Rows of grants, by what they are over.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;
use wire::access::{AreaKind, Role};

use crate::access::wardens::Appointed;
use crate::on;
use crate::store::AnyConn;
use crate::store::schema::grants;
use crate::store::types::{At, Id, ids};

type Row = (Option<Id>, Id, Option<i64>, Option<At>, Option<At>);

pub(in crate::access) fn in_force(
    conn: &mut AnyConn,
    zones: Option<&[Uuid]>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Appointed>> {
    let mut found = Vec::new();
    match zones {
        None => found.extend(load(conn, None, now)?),
        Some(zones) => {
            for chunk in zones.chunks(500) {
                found.extend(load(conn, Some(chunk), now)?);
            }
        }
    }
    let appointed = |(zone, person, rank, until, ended): Row| {
        let until = [until, ended].into_iter().flatten().map(|until| until.0).min();
        let rank = rank.and_then(|rank| u8::try_from(rank).ok()).unwrap_or_default();
        Some(Appointed { zone: zone?.0, person: person.0, rank, until })
    };
    let mut appointed: Vec<Appointed> = found.into_iter().filter_map(appointed).collect();
    appointed.sort_by_key(|one| one.rank);
    Ok(appointed)
}

fn load(conn: &mut AnyConn, zones: Option<&[Uuid]>, now: DateTime<Utc>) -> QueryResult<Vec<Row>> {
    let now = At(now);
    on!(conn, |c| {
        let mut query = grants::table
            .filter(grants::role.eq(Role::Warden.word()).and(grants::area.eq(AreaKind::Zone.word())))
            .filter(grants::valid_from.le(now))
            .filter(grants::valid_until.is_null().or(grants::valid_until.gt(now)))
            .filter(grants::ended_at.is_null().or(grants::ended_at.gt(now)))
            .order((grants::valid_from, grants::id))
            .select((grants::area_id, grants::person, grants::rank, grants::valid_until, grants::ended_at))
            .into_boxed();
        if let Some(zones) = zones {
            query = query.filter(grants::area_id.eq_any(ids(zones.iter().copied()).into_iter().map(Some)));
        }
        query.load(c)
    })
}

pub(in crate::access) fn granted_over(conn: &mut AnyConn, area: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
    let now = At(now);
    let found = grants::table
        .filter(grants::area_id.eq(Some(Id(area))))
        .filter(grants::valid_until.is_null().or(grants::valid_until.gt(now)))
        .filter(grants::ended_at.is_null().or(grants::ended_at.gt(now)));
    on!(conn, |c| diesel::select(exists(found)).get_result(c))
}
