//! Cases and attempts: rows and queries.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;
use wire::case::{CaseSummary, DeliveryChannel, TimelineEntry};

use super::ladder::{Climb, Plan};
use super::{Case, REOPENS};
use crate::access::Reach;
use crate::kernel::seal::{SealKey, Unsealable};
use crate::on;
use crate::store::log::{self, Class, Draft};
use crate::store::schema::{cases, subject_keys};
use crate::store::types::{At, Id, ids as id_columns};
use crate::store::vault::{Vault, unsealable};
use crate::store::{AnyConn, Tx};

mod attempts;

pub use attempts::{Attempt, Earlier, earlier, keep_attempt, of_taps};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = cases, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: Id,
    person: Option<Id>,
    device: Option<Id>,
    reporter: Option<Id>,
    state: String,
    is_open: bool,
    owner: Option<Id>,
    revision: i64,
    idle_generation: i64,
    opened_at: At,
    closed_at: Option<At>,
    sealed: Vec<u8>,
}

impl Row {
    fn of(case: &Case, key: &SealKey) -> QueryResult<Self> {
        let summary = &case.summary;
        let plain =
            serde_json::to_vec(case).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
        Ok(Self {
            id: Id(summary.id),
            person: summary.subject.id.map(Id),
            device: case.device.map(Id),
            reporter: case.reporter.map(Id),
            state: summary.state.word().to_owned(),
            is_open: !summary.state.is_closed() && case.set_aside.is_none(),
            owner: summary.owner.as_ref().map(|owner| Id(owner.id)),
            revision: i64::try_from(summary.revision).unwrap_or(i64::MAX),
            idle_generation: case.idle_generation,
            opened_at: At(summary.stored_at),
            closed_at: summary.closed_at.or(case.set_aside).map(At),
            sealed: key.seal(summary.id.as_bytes(), &plain),
        })
    }

    fn open(&self, key: &SealKey) -> QueryResult<Case> {
        let plain = key.open(self.id.0.as_bytes(), &self.sealed).map_err(unsealable)?;
        let case: Result<Case, _> = serde_json::from_slice(&plain);
        case.map(Case::with_its_plan).map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))
    }
}

/// Opens what can be opened; a row that was damaged is shown as the log last told it, and hides no
/// other.
fn open_readable(conn: &mut AnyConn, vault: &Vault, rows: Vec<Row>) -> QueryResult<Vec<Case>> {
    let keys = vault.keys(conn, &rows.iter().map(|row| row.id.0).collect::<Vec<_>>())?;
    let mut opened = Vec::with_capacity(rows.len());
    for row in &rows {
        match keys.get(&row.id.0).map(|key| row.open(key)) {
            Some(Ok(case)) => opened.push(case),
            Some(Err(_)) | None => {
                metrics::counter!("muster_unreadable_total").increment(1);
                tracing::error!(case = %row.id.0, "a case cannot be read; muster verify names what was changed");
                opened.extend(last_told(conn, vault, row)?);
            }
        }
    }
    Ok(opened)
}

/// A case as its newest readable event left it. Which organisation's it is, and how to call back,
/// is not in the log.
fn last_told(conn: &mut AnyConn, vault: &Vault, row: &Row) -> QueryResult<Option<Case>> {
    #[derive(serde::Deserialize)]
    struct Told {
        case: CaseSummary,
    }
    let events = log::about(conn, vault, row.id.0)?;
    let told = events.iter().filter_map(|event| serde_json::from_slice::<Told>(event.payload.as_deref()?).ok());
    let newest = told.map(|told| told.case).max_by_key(|case| case.revision);
    // By what people were called is not in the log: a text message is what every installation that calls can send.
    let plan = |summary: &CaseSummary| match summary.next_call {
        Some(_) => Plan::standard(&[DeliveryChannel::Sms]),
        None => Plan::default(),
    };
    Ok(newest.map(|summary| Case {
        device: row.device.map(|id| id.0),
        reporter: row.reporter.map(|id| id.0),
        organisation: Uuid::nil(),
        callback: None,
        last_tap_revision: summary.revision,
        idle_generation: row.idle_generation,
        set_aside: None,
        // No step of the case can have had this number: each made a revision.
        climb: summary.next_call.map(|next| Climb::again(next, &plan(&summary), summary.revision)),
        laddered: summary.next_call.is_some(),
        plan: plan(&summary),
        unseen: None,
        unseen_from: None,
        unseen_told_at: None,
        unseen_generation: 0,
        calls_stopped: false,
        orders: Vec::new(),
        officers: Vec::new(),
        ladder_generation: i64::try_from(summary.revision).unwrap_or(i64::MAX),
        summary,
    }))
}

/// Closes a case that neither its row nor the log tells, so that no tap joins it.
pub fn set_aside(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let now = At(tx.now());
    on!(tx.writing(), |c| diesel::update(cases::table.find(Id(id)))
        .set((cases::is_open.eq(false), cases::closed_at.eq(now)))
        .execute(c))?;
    Ok(())
}

fn open_all(conn: &mut AnyConn, vault: &Vault, rows: Vec<Row>) -> QueryResult<Vec<Case>> {
    let keys: HashMap<Uuid, SealKey> = vault.keys(conn, &rows.iter().map(|row| row.id.0).collect::<Vec<_>>())?;
    rows.iter()
        .map(|row| keys.get(&row.id.0).ok_or_else(|| unsealable(Unsealable)).and_then(|key| row.open(key)))
        .collect()
}

/// A case, to look at; one whose row cannot be read, as the log last told it.
pub fn find(conn: &mut AnyConn, vault: &Vault, id: Uuid) -> QueryResult<Option<Case>> {
    let row: Option<Row> = on!(conn, |c| cases::table.find(Id(id)).select(Row::as_select()).first(c).optional())?;
    Ok(open_readable(conn, vault, row.into_iter().collect())?.pop())
}

/// A case, to change: nobody else changes it before this transaction ends. One whose row cannot be
/// read is a `DeserializationError`.
pub fn lock(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<Case>> {
    let vault = tx.vault();
    let conn = tx.reading();
    let row: Option<Row> = match conn {
        AnyConn::Pg(c) => cases::table.find(Id(id)).for_update().select(Row::as_select()).first(c).optional()?,
        AnyConn::Sqlite(c) => cases::table.find(Id(id)).select(Row::as_select()).first(c).optional()?,
    };
    Ok(open_all(conn, vault, row.into_iter().collect())?.pop())
}

/// The case that a tap by `reporter` for `person` may join: theirs, or, when they tap for themselves,
/// one that an operator opened for them; open ones first, then those closed less than 24 h ago,
/// newest first.
pub fn joinable(tx: &mut Tx<'_>, person: Uuid, reporter: Uuid) -> QueryResult<Option<Uuid>> {
    let since = At(tx.now() - REOPENS);
    let own = person == reporter;
    let row: Option<Id> = on!(tx.reading(), |c| cases::table
        .filter(cases::person.eq(Id(person)))
        .filter(
            cases::reporter
                .eq(Id(reporter))
                .or(cases::reporter.is_null().and(own.into_sql::<diesel::sql_types::Bool>()))
        )
        .filter(cases::is_open.eq(true).or(cases::closed_at.gt(since)))
        .order((cases::is_open.desc(), cases::reporter.is_null(), cases::opened_at.desc()))
        .select(cases::id)
        .first(c)
        .optional())?;
    Ok(row.map(|id| id.0))
}

/// The open cases that a reporter raised for people who are not in the register.
pub fn unregistered_of(tx: &mut Tx<'_>, reporter: Uuid) -> QueryResult<Vec<Case>> {
    let since = At(tx.now() - REOPENS);
    let vault = tx.vault();
    let conn = tx.reading();
    let rows: Vec<Row> = on!(conn, |c| cases::table
        .filter(cases::reporter.eq(Id(reporter)).and(cases::person.is_null()))
        .filter(cases::is_open.eq(true).or(cases::closed_at.gt(since)))
        .order((cases::is_open.desc(), cases::opened_at.desc()))
        .limit(50)
        .select(Row::as_select())
        .load(c))?;
    open_readable(conn, vault, rows)
}

/// Writes a new case for its scopes.
pub fn insert(tx: &mut Tx<'_>, case: &Case, scopes: &[Uuid]) -> QueryResult<SealKey> {
    let vault = tx.vault();
    let key = vault.create(tx.writing(), case.summary.id, scopes)?;
    let row = Row::of(case, &key)?;
    on!(tx.writing(), |c| diesel::insert_into(cases::table).values(&row).execute(c))?;
    Ok(key)
}

/// Writes a case that was changed.
pub fn update(tx: &mut Tx<'_>, case: &Case, key: &SealKey) -> QueryResult<()> {
    let row = Row::of(case, key)?;
    on!(tx.writing(), |c| diesel::update(cases::table.find(row.id)).set(&row).execute(c))?;
    Ok(())
}

/// What an event of a case carries, in the log and on the wire.
#[derive(serde::Serialize)]
struct Payload<'a> {
    case: &'a CaseSummary,
    entry: &'a TimelineEntry,
}

/// Appends an event of a case to every scope of the case.
pub fn append(
    tx: &mut Tx<'_>,
    case: &Case,
    (key, scopes): (&SealKey, &[Uuid]),
    entry: &TimelineEntry,
    (kind, request_key): (&'static str, Option<Uuid>),
) -> QueryResult<()> {
    let payload = serde_json::to_vec(&Payload { case: &case.summary, entry })
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let draft = Draft {
        id: entry.id,
        scopes: scopes.to_vec(),
        class: Class::Life,
        kind,
        subject: case.summary.id,
        actor: entry.actor.id,
        cause: entry.cause,
        request_key,
        occurred_at: entry.occurred_at,
        wakes: case.reporter.into_iter().collect(),
        payload,
    };
    tx.append(draft, key);
    Ok(())
}

/// Every event of a case, oldest first.
pub fn timeline(conn: &mut AnyConn, vault: &Vault, case: Uuid) -> QueryResult<Vec<TimelineEntry>> {
    #[derive(serde::Deserialize)]
    struct Entry {
        entry: TimelineEntry,
    }
    let mut entries: Vec<TimelineEntry> = log::about(conn, vault, case)?
        .iter()
        .filter_map(|logged| logged.payload.as_deref())
        .filter_map(|payload| match serde_json::from_slice::<Entry>(payload) {
            Ok(entry) => Some(entry.entry),
            Err(error) => {
                tracing::error!(%case, %error, "an event of a case cannot be read");
                None
            }
        })
        .collect();
    entries.sort_by_key(|entry| entry.revision);
    Ok(entries)
}

/// Whether any of a case's scopes is within reach.
pub fn within_reach(conn: &mut AnyConn, vault: &Vault, case: Uuid, reach: &Reach) -> QueryResult<bool> {
    Ok(matches!(reach, Reach::Everything) || reach.any(&vault.scopes(conn, case)?))
}

/// Cases within reach that are open or were closed less than 24 h ago.
pub fn current(conn: &mut AnyConn, vault: &Vault, reach: &Reach, now: DateTime<Utc>) -> QueryResult<Vec<Case>> {
    let since = At(now - REOPENS);
    let rows: Vec<Row> = match reach {
        Reach::Everything => on!(conn, |c| cases::table
            .filter(cases::is_open.eq(true).or(cases::closed_at.gt(since)))
            .order(cases::opened_at.desc())
            .select(Row::as_select())
            .load(c))?,
        Reach::Scopes(scopes) => {
            let scopes = id_columns(scopes.iter().copied());
            on!(conn, |c| cases::table
                .filter(cases::is_open.eq(true).or(cases::closed_at.gt(since)))
                .filter(cases::id.eq_any(
                    subject_keys::table.filter(subject_keys::scope.eq_any(&scopes)).select(subject_keys::subject)
                ))
                .order(cases::opened_at.desc())
                .select(Row::as_select())
                .load(c))?
        }
    };
    open_readable(conn, vault, rows)
}

/// Closed cases within reach, newest first, after the one closed at this time with this identifier.
pub fn closed(
    conn: &mut AnyConn,
    vault: &Vault,
    reach: &Reach,
    (until, id): (DateTime<Utc>, Uuid),
    limit: i64,
) -> QueryResult<Vec<Case>> {
    let rows: Vec<Row> = match reach {
        Reach::Everything => on!(conn, |c| cases::table
            .filter(cases::closed_at.lt(At(until)).or(cases::closed_at.eq(At(until)).and(cases::id.lt(Id(id)))))
            .order((cases::closed_at.desc(), cases::id.desc()))
            .limit(limit)
            .select(Row::as_select())
            .load(c))?,
        Reach::Scopes(scopes) => {
            let scopes = id_columns(scopes.iter().copied());
            on!(conn, |c| cases::table
                .filter(cases::closed_at.lt(At(until)).or(cases::closed_at.eq(At(until)).and(cases::id.lt(Id(id)))))
                .filter(cases::id.eq_any(
                    subject_keys::table.filter(subject_keys::scope.eq_any(&scopes)).select(subject_keys::subject)
                ))
                .order((cases::closed_at.desc(), cases::id.desc()))
                .limit(limit)
                .select(Row::as_select())
                .load(c))?
        }
    };
    open_readable(conn, vault, rows)
}

/// A reporter's cases that are open or were closed less than 24 h ago, newest first.
pub fn reported_by(conn: &mut AnyConn, vault: &Vault, reporter: Uuid, now: DateTime<Utc>) -> QueryResult<Vec<Case>> {
    let since = At(now - REOPENS);
    let rows: Vec<Row> = on!(conn, |c| cases::table
        .filter(cases::reporter.eq(Id(reporter)))
        .filter(cases::is_open.eq(true).or(cases::closed_at.gt(since)))
        .order(cases::opened_at.desc())
        .limit(20)
        .select(Row::as_select())
        .load(c))?;
    open_readable(conn, vault, rows)
}

/// The open cases of a person: theirs, whoever raised or opened them.
pub fn open_of(conn: &mut AnyConn, person: Uuid) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<Id> = on!(conn, |c| cases::table
        .filter(cases::person.eq(Id(person)).and(cases::is_open.eq(true)))
        .select(cases::id)
        .load(c))?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Whether a reporter has an open case for somebody who is not in the register.
pub fn has_unregistered(conn: &mut AnyConn, reporter: Uuid) -> QueryResult<bool> {
    on!(conn, |c| diesel::select(diesel::dsl::exists(
        cases::table
            .filter(cases::reporter.eq(Id(reporter)).and(cases::person.is_null()))
            .filter(cases::is_open.eq(true))
    ))
    .get_result(c))
}

/// The open cases that a person owns.
pub fn owned_by(conn: &mut AnyConn, person: Uuid) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<Id> = on!(conn, |c| cases::table
        .filter(cases::owner.eq(Id(person)).and(cases::is_open.eq(true)))
        .select(cases::id)
        .load(c))?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// The scopes of every open case.
pub fn open_scopes(conn: &mut AnyConn) -> QueryResult<HashMap<Uuid, Vec<Uuid>>> {
    let rows: Vec<(Id, Id)> = on!(conn, |c| cases::table
        .inner_join(subject_keys::table.on(subject_keys::subject.eq(cases::id)))
        .filter(cases::is_open.eq(true))
        .select((cases::id, subject_keys::scope))
        .load(c))?;
    let mut scopes: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (case, scope) in rows {
        scopes.entry(case.0).or_default().push(scope.0);
    }
    Ok(scopes)
}
