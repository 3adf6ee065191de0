//! Reading the log for sessions: where they stand, what they missed.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;
use wire::audit::Notice;
use wire::case::CaseSummary;

use super::cursor::Cursor;
use super::ring::{Frame, encode};
use super::session::Ground;
use crate::access::Reach;
use crate::bus::Committed;
use crate::store::log::{self, Logged};
use crate::store::{QueryResult, Reading, Store, StoreError};

/// Events read at once; about 32 KiB of frames.
const PIECE: i64 = 32;

/// Heads within reach, and what the log says of the client's cursors.
pub async fn grounds(
    store: &Store,
    reach: &Reach,
    cursors: BTreeMap<Uuid, Cursor>,
) -> Result<BTreeMap<Uuid, Ground>, StoreError> {
    let reach = reach.clone();
    store
        .read(move |reading| {
            let heads = log::all_heads(reading.conn)?;
            let mut grounds = BTreeMap::new();
            for (scope, head) in heads.into_iter().filter(|(scope, head)| head.seq > 0 && reach.contains(*scope)) {
                let cursor = cursors.get(&scope).copied();
                let hash_matches = match cursor {
                    Some(cursor) if cursor.seq == head.seq => {
                        Cursor::new(cursor.epoch, cursor.seq, &head.hash) == cursor
                    }
                    Some(cursor) if cursor.seq < head.seq => log::hash_at(reading.conn, scope, cursor.seq)?
                        .is_some_and(|hash| Cursor::new(cursor.epoch, cursor.seq, &hash) == cursor),
                    _ => false,
                };
                grounds.insert(scope, Ground { head: head.seq, cursor, hash_matches });
            }
            Ok(grounds)
        })
        .await
}

/// The next piece of a scope's log after `seq`, encoded.
pub async fn piece(store: &Store, epoch: u32, scope: Uuid, seq: i64) -> Result<Vec<Frame>, StoreError> {
    store
        .read(move |reading| {
            metrics::counter!("muster_log_range_reads_total", "by" => "console").increment(1);
            let events = log::after(reading.conn, reading.vault, scope, seq, PIECE)?;
            Ok(events.iter().map(|event| encode(epoch, scope, event.seq, &event.hash, clear(event))).collect())
        })
        .await
}

/// What the hub missed of a scope.
pub fn committed(reading: &mut Reading<'_>, epoch: u32, scope: Uuid, seq: i64) -> QueryResult<Vec<Committed>> {
    metrics::counter!("muster_log_range_reads_total", "by" => "hub").increment(1);
    let events = log::after(reading.conn, reading.vault, scope, seq, 500)?;
    Ok(events
        .into_iter()
        .map(|event| Committed {
            epoch,
            scope,
            seq: event.seq,
            hash: event.hash,
            id: event.id,
            received_at: event.received_at,
            wakes: wakes(clear(&event)),
            payload: Arc::from(clear(&event)),
        })
        .collect())
}

/// A payload that retention blanked, or that cannot be read, is empty: its number still counts.
fn clear(event: &Logged) -> &[u8] {
    event.payload.as_deref().unwrap_or_default()
}

/// Whose phones an event concerns, as its payload says: of a case the reporter's, or the subject's own;
/// of a notice those of the person it was done to.
fn wakes(payload: &[u8]) -> Arc<[Uuid]> {
    #[derive(serde::Deserialize)]
    struct Payload {
        case: Option<CaseSummary>,
        notice: Option<Notice>,
    }
    let Ok(Payload { case, notice }) = serde_json::from_slice(payload) else { return Arc::from([]) };
    let of_case = case.and_then(|case| case.reporter.unwrap_or(case.subject).id);
    let of_notice = notice.filter(|notice| notice.deed.concerns_phones()).and_then(|notice| notice.subject);
    of_case.or(of_notice).into_iter().collect()
}
