//! The event log: gap-free numbers per scope, a hash chain, sealed payloads.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::AnyConn;
use super::schema::{events, heads};
use super::types::{At, Id, ids};
use super::vault::Vault;
use crate::bus::Committed;
use crate::kernel::seal::{SealKey, sha256};
use crate::on;

mod newest;

pub use newest::{Newest, is_about, newest, newest_about};

/// How much an event matters when not everything can be done at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A person in danger.
    Life,
    /// Day-to-day operations.
    Ops,
    /// Information.
    Info,
}

impl Class {
    const fn word(self) -> &'static str {
        match self {
            Self::Life => "life",
            Self::Ops => "ops",
            Self::Info => "info",
        }
    }
}

/// An event before it has a number.
#[derive(Clone)]
pub struct Draft {
    /// The event; one identifier under every scope.
    pub id: Uuid,
    /// Every scope that must see it; at least one.
    pub scopes: Vec<Uuid>,
    /// How much it matters.
    pub class: Class,
    /// What it is, such as `case.raised`.
    pub kind: &'static str,
    /// What it is about; its data key seals the payload.
    pub subject: Uuid,
    /// Who did it; none for Muster itself.
    pub actor: Option<Uuid>,
    /// The event that caused it.
    pub cause: Option<Uuid>,
    /// The key of the request that made it.
    pub request_key: Option<Uuid>,
    /// When it happened, estimated.
    pub occurred_at: DateTime<Utc>,
    /// People whose phones should ask what is new.
    pub wakes: Vec<Uuid>,
    /// JSON object.
    pub payload: Vec<u8>,
}

/// A draft with its payload sealed.
pub struct Sealed {
    /// The draft.
    pub draft: Draft,
    /// Its payload, sealed for the event by the subject's data key.
    pub payload: Vec<u8>,
}

impl Draft {
    /// Seals the payload.
    pub fn seal(self, key: &SealKey) -> Sealed {
        Sealed { payload: key.seal(self.id.as_bytes(), &self.payload), draft: self }
    }
}

/// Where a scope's log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Newest number; 0 for an empty log.
    pub seq: i64,
    /// The chain's hash there; zeroes for an empty log.
    pub hash: [u8; 32],
}

/// The head of a log without events.
pub const EMPTY: Head = Head { seq: 0, hash: [0; 32] };

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = heads, treat_none_as_default_value = false)]
struct HeadRow {
    scope: Id,
    seq: i64,
    hash: Vec<u8>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
struct EventRow {
    scope: Id,
    seq: i64,
    id: Id,
    class: String,
    kind: String,
    subject: Id,
    actor: Option<Id>,
    cause: Option<Id>,
    request_key: Option<Id>,
    occurred_at: At,
    received_at: At,
    payload: Option<Vec<u8>>,
    payload_hash: Vec<u8>,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
}

impl EventRow {
    /// The chain's next hash: every column but the payload itself, which retention may blank.
    fn chain(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"muster-event/1");
        hash.update(self.scope.0.as_bytes());
        hash.update(self.seq.to_be_bytes());
        hash.update(self.id.0.as_bytes());
        for text in [&self.class, &self.kind] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.update(self.subject.0.as_bytes());
        for id in [self.actor, self.cause, self.request_key] {
            hash.update(id.map_or([0; 16], |id| *id.0.as_bytes()));
        }
        hash.update(self.occurred_at.0.timestamp_micros().to_be_bytes());
        hash.update(self.received_at.0.timestamp_micros().to_be_bytes());
        hash.update(&self.payload_hash);
        hash.update(&self.prev_hash);
        hash.finalize().into()
    }
}

/// Numbers the events and writes them: locks the heads of all their scopes in ascending order,
/// takes every number, and inserts all rows by one statement. The last thing before COMMIT.
pub fn append(
    conn: &mut AnyConn,
    epoch: u32,
    received: DateTime<Utc>,
    events: Vec<Sealed>,
) -> QueryResult<Vec<Committed>> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let mut heads = lock_heads(conn, &events)?;
    let mut rows = Vec::with_capacity(events.len());
    let mut committed = Vec::with_capacity(events.len());
    for Sealed { draft, payload } in events {
        let wakes: Arc<[Uuid]> = draft.wakes.into();
        let clear: Arc<[u8]> = draft.payload.into();
        let payload_hash = sha256(&payload);
        for scope in draft.scopes {
            let head = heads.entry(scope).or_insert(EMPTY);
            let mut row = EventRow {
                scope: Id(scope),
                seq: head.seq + 1,
                id: Id(draft.id),
                class: draft.class.word().to_owned(),
                kind: draft.kind.to_owned(),
                subject: Id(draft.subject),
                actor: draft.actor.map(Id),
                cause: draft.cause.map(Id),
                request_key: draft.request_key.map(Id),
                occurred_at: At(draft.occurred_at),
                received_at: At(received),
                payload: Some(payload.clone()),
                payload_hash: payload_hash.to_vec(),
                prev_hash: head.hash.to_vec(),
                hash: Vec::new(),
            };
            let hash = row.chain();
            row.hash = hash.to_vec();
            *head = Head { seq: row.seq, hash };
            committed.push(Committed {
                epoch,
                scope,
                seq: row.seq,
                hash,
                id: draft.id,
                received_at: received,
                wakes: Arc::clone(&wakes),
                payload: Arc::clone(&clear),
            });
            rows.push(row);
        }
    }
    for chunk in rows.chunks(500) {
        on!(conn, |c| diesel::insert_into(events::table).values(chunk).execute(c))?;
    }
    store_heads(conn, &heads)?;
    Ok(committed)
}

fn lock_heads(conn: &mut AnyConn, events: &[Sealed]) -> QueryResult<BTreeMap<Uuid, Head>> {
    let scopes: std::collections::BTreeSet<Uuid> =
        events.iter().flat_map(|event| event.draft.scopes.iter().copied()).collect();
    let keys = ids(scopes.iter().copied());
    let locked: Vec<HeadRow> = match conn {
        AnyConn::Pg(c) => {
            let lock = |c: &mut PgConnection| {
                heads::table
                    .filter(heads::scope.eq_any(&keys))
                    .order(heads::scope)
                    .for_update()
                    .select(HeadRow::as_select())
                    .load(c)
            };
            let rows = lock(c)?;
            if rows.len() == keys.len() {
                rows
            } else {
                let empty: Vec<HeadRow> =
                    keys.iter().map(|scope| HeadRow { scope: *scope, seq: 0, hash: EMPTY.hash.to_vec() }).collect();
                diesel::insert_into(heads::table).values(&empty).on_conflict_do_nothing().execute(c)?;
                lock(c)?
            }
        }
        // The write lock of BEGIN IMMEDIATE covers the heads.
        AnyConn::Sqlite(c) => heads::table.filter(heads::scope.eq_any(&keys)).select(HeadRow::as_select()).load(c)?,
    };
    Ok(locked.into_iter().map(|row| (row.scope.0, head_of(&row))).collect())
}

fn head_of(row: &HeadRow) -> Head {
    Head { seq: row.seq, hash: row.hash.as_slice().try_into().unwrap_or([0; 32]) }
}

fn store_heads(conn: &mut AnyConn, new: &BTreeMap<Uuid, Head>) -> QueryResult<()> {
    let rows: Vec<HeadRow> = new
        .iter()
        .map(|(scope, head)| HeadRow { scope: Id(*scope), seq: head.seq, hash: head.hash.to_vec() })
        .collect();
    on!(conn, |c| diesel::insert_into(heads::table)
        .values(&rows)
        .on_conflict(heads::scope)
        .do_update()
        .set((heads::seq.eq(excluded(heads::seq)), heads::hash.eq(excluded(heads::hash))))
        .execute(c))?;
    Ok(())
}

/// Every scope's head; a scope without events has none.
pub fn all_heads(conn: &mut AnyConn) -> QueryResult<HashMap<Uuid, Head>> {
    let rows: Vec<HeadRow> = on!(conn, |c| heads::table.select(HeadRow::as_select()).load(c))?;
    Ok(rows.iter().map(|row| (row.scope.0, head_of(row))).collect())
}

/// The chain's hash at a number, to tell whether a cursor belongs to this log.
pub fn hash_at(conn: &mut AnyConn, scope: Uuid, seq: i64) -> QueryResult<Option<[u8; 32]>> {
    if seq == 0 {
        return Ok(Some(EMPTY.hash));
    }
    let hash: Option<Vec<u8>> =
        on!(conn, |c| events::table.find((Id(scope), seq)).select(events::hash).first(c).optional())?;
    Ok(hash.and_then(|hash| hash.as_slice().try_into().ok()))
}

/// An event read back, payload opened.
#[derive(Clone)]
pub struct Logged {
    /// Its number.
    pub seq: i64,
    /// The chain's hash after it.
    pub hash: [u8; 32],
    /// The event.
    pub id: Uuid,
    /// What it is about.
    pub subject: Uuid,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// JSON, in clear; none when retention blanked it or when it cannot be read any more. Its number
    /// counts all the same.
    pub payload: Option<Vec<u8>>,
}

/// Up to `limit` events of a scope after `seq`, in order.
pub fn after(conn: &mut AnyConn, vault: &Vault, scope: Uuid, seq: i64, limit: i64) -> QueryResult<Vec<Logged>> {
    let rows: Vec<EventRow> = on!(conn, |c| events::table
        .filter(events::scope.eq(Id(scope)).and(events::seq.gt(seq)))
        .order(events::seq)
        .limit(limit)
        .select(EventRow::as_select())
        .load(c))?;
    open_rows(conn, vault, rows)
}

/// Every event about a subject, once each, whatever scopes it was written to.
pub fn about(conn: &mut AnyConn, vault: &Vault, subject: Uuid) -> QueryResult<Vec<Logged>> {
    let mut rows: Vec<EventRow> = on!(conn, |c| events::table
        .filter(events::subject.eq(Id(subject)))
        .order((events::received_at, events::seq))
        .select(EventRow::as_select())
        .load(c))?;
    let mut seen = std::collections::HashSet::new();
    rows.retain(|row| seen.insert(row.id.0));
    open_rows(conn, vault, rows)
}

fn open_rows(conn: &mut AnyConn, vault: &Vault, rows: Vec<EventRow>) -> QueryResult<Vec<Logged>> {
    let subjects: std::collections::BTreeSet<Uuid> = rows.iter().map(|row| row.subject.0).collect();
    let keys = vault.keys(conn, &subjects.into_iter().collect::<Vec<_>>())?;
    Ok(rows.into_iter().map(|row| opened(row, &keys)).collect())
}

fn opened(row: EventRow, keys: &HashMap<Uuid, SealKey>) -> Logged {
    let payload = row.payload.as_ref().and_then(|sealed| {
        let opened = keys.get(&row.subject.0).and_then(|key| key.open(row.id.0.as_bytes(), sealed).ok());
        if opened.is_none() {
            metrics::counter!("muster_unreadable_total").increment(1);
            tracing::error!(scope = %row.scope.0, seq = row.seq, "an event cannot be read; muster verify names what was changed");
        }
        opened
    });
    Logged {
        seq: row.seq,
        hash: row.hash.as_slice().try_into().unwrap_or([0; 32]),
        id: row.id.0,
        subject: row.subject.0,
        received_at: row.received_at.0,
        payload,
    }
}

/// What is wrong with a scope's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenLink {
    /// The scope.
    pub scope: Uuid,
    /// The first number that does not follow from the one before.
    pub seq: i64,
    /// What does not fit.
    pub what: &'static str,
}

/// Recomputes a scope's chain, its payload hashes included, up to its head. What is written meanwhile is
/// read too.
pub fn verify(conn: &mut AnyConn, scope: Uuid) -> QueryResult<Result<i64, BrokenLink>> {
    let (mut last, mut read_again_at) = (EMPTY, None);
    let broken = |seq, what| Ok(Err(BrokenLink { scope, seq, what }));
    loop {
        let rows: Vec<EventRow> = on!(conn, |c| events::table
            .filter(events::scope.eq(Id(scope)).and(events::seq.gt(last.seq)))
            .order(events::seq)
            .limit(1_000)
            .select(EventRow::as_select())
            .load(c))?;
        if rows.is_empty() {
            let head: Option<HeadRow> =
                on!(conn, |c| heads::table.find(Id(scope)).select(HeadRow::as_select()).first(c).optional())?;
            match head.map(|row| head_of(&row)).unwrap_or(EMPTY) {
                head if head == last => return Ok(Ok(last.seq)),
                // A commit after the rows were read brings its rows and the head at once: now they are there.
                head if head.seq > last.seq && read_again_at != Some(last.seq) => read_again_at = Some(last.seq),
                _ => return broken(last.seq + 1, "head"),
            }
        }
        for row in rows {
            if row.seq != last.seq + 1 {
                return broken(last.seq + 1, "missing");
            }
            if row.prev_hash != last.hash {
                return broken(row.seq, "previous hash");
            }
            if row.payload.as_ref().is_some_and(|payload| sha256(payload).as_slice() != row.payload_hash) {
                return broken(row.seq, "payload");
            }
            let hash = row.chain();
            if row.hash != hash {
                return broken(row.seq, "hash");
            }
            last = Head { seq: row.seq, hash };
        }
    }
}
