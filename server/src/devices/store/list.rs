//! The phones and the open codes of one person.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::on;
use crate::store::AnyConn;
use crate::store::schema::{devices, enrolment_batches, enrolments, refreshes};
use crate::store::types::{At, Id};

/// A phone of a person.
#[derive(Queryable, Selectable)]
#[diesel(table_name = devices)]
pub(in crate::devices) struct Listed {
    pub(in crate::devices) id: Id,
    pub(in crate::devices) name: String,
    pub(in crate::devices) enrolled_at: At,
    pub(in crate::devices) last_seen_at: Option<At>,
    pub(in crate::devices) revoked_at: Option<At>,
    pub(in crate::devices) revoked_by: Option<Id>,
    pub(in crate::devices) revoke_reason: Option<String>,
    pub(in crate::devices) revoke_cause: Option<String>,
}

/// A person's phones, the newest first.
pub(in crate::devices) fn of(conn: &mut AnyConn, person: Uuid) -> QueryResult<Vec<Listed>> {
    on!(conn, |c| devices::table
        .filter(devices::person.eq(Id(person)))
        .order((devices::enrolled_at.desc(), devices::id.desc()))
        .select(Listed::as_select())
        .load(c))
}

/// A phone that is there.
pub(in crate::devices) fn one(conn: &mut AnyConn, id: Uuid) -> QueryResult<Listed> {
    on!(conn, |c| devices::table.find(Id(id)).select(Listed::as_select()).first(c))
}

/// Which of a person's phones hold a refresh secret.
pub(in crate::devices) fn signed_in(conn: &mut AnyConn, person: Uuid) -> QueryResult<HashSet<Uuid>> {
    let rows: Vec<Id> = on!(conn, |c| refreshes::table
        .inner_join(devices::table.on(devices::id.eq(refreshes::device)))
        .filter(devices::person.eq(Id(person)))
        .select(refreshes::device)
        .distinct()
        .load(c))?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// A code that is neither used nor void: who issued it, when it runs out, its batch.
type OpenCode = (Uuid, DateTime<Utc>, Option<Uuid>);

/// A person's codes that are neither used nor void.
pub(in crate::devices) fn open_codes(
    conn: &mut AnyConn,
    person: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<Vec<OpenCode>> {
    let rows: Vec<(Id, At, Option<Id>)> = on!(conn, |c| enrolments::table
        .left_join(enrolment_batches::table.on(enrolments::batch.eq(enrolment_batches::id.nullable())))
        .filter(enrolments::person.eq(Id(person)).and(enrolments::expires_at.gt(At(now))))
        .filter(enrolments::used_at.is_null().and(enrolments::voided_at.is_null()))
        .filter(
            enrolments::batch
                .is_null()
                .or(enrolment_batches::ready_at.is_not_null().and(enrolment_batches::voided_at.is_null()))
        )
        .order(enrolments::expires_at.desc())
        .select((enrolments::issued_by, enrolments::expires_at, enrolments::batch))
        .load(c))?;
    Ok(rows.into_iter().map(|(by, at, batch)| (by.0, at.0, batch.map(|id| id.0))).collect())
}
