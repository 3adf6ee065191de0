//! The shift log: events of the log about a watch, under its identifier. None is changed or taken away.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::case::{ActorKind, ActorSeen};
use wire::watch::{Named, WatchEntry, WatchLog};

use super::post::Told;
use crate::kernel::ids;
use crate::store::log::{self, Class, Draft};
use crate::store::{QueryResult, Reading, SqlError, Tx};

/// Kind of this slice's events in the log.
const KIND: &str = "watch.logged";

/// Entries on a page.
const PAGE: usize = 50;

/// What an event of this slice carries.
#[derive(Serialize, Deserialize)]
struct Payload {
    watch: WatchEntry,
}

/// Somebody at a console, or Muster itself.
pub(super) fn actor(by: Option<&Named>) -> ActorSeen {
    match by {
        Some(by) => ActorSeen { kind: ActorKind::Console, id: Some(by.id), name: by.name.clone() },
        None => ActorSeen { kind: ActorKind::System, id: None, name: "watch".to_owned() },
    }
}

/// What the log is told, as an entry.
pub(super) fn entry(told: &Told, by: Option<&Named>, now: DateTime<Utc>) -> WatchEntry {
    WatchEntry {
        id: ids::in_order(now),
        at: now,
        by: actor(by),
        kind: told.kind,
        text: told.text.clone(),
        of: told.of.clone(),
        reference: told.case.as_ref().map(|(_, reference)| reference.clone()),
        case: told.case.as_ref().map(|(case, _)| *case),
        corrects: None,
    }
}

/// Appends an entry to the log of a watch, under these scopes, of which the write must have declared each.
pub(super) fn append(
    tx: &mut Tx<'_>,
    (watch, scopes): (Uuid, &[Uuid]),
    entry: &WatchEntry,
    request_key: Option<Uuid>,
) -> QueryResult<()> {
    let vault = tx.vault();
    // An organisation may have come since the watch began.
    vault.extend(tx.writing(), watch, scopes)?;
    let key = tx.key(watch)?;
    let payload = serde_json::to_vec(&Payload { watch: entry.clone() });
    let draft = Draft {
        id: entry.id,
        scopes: scopes.to_vec(),
        class: Class::Ops,
        kind: KIND,
        subject: watch,
        actor: entry.by.id,
        cause: entry.corrects,
        request_key,
        occurred_at: entry.at,
        wakes: Vec::new(),
        payload: payload.map_err(|error| SqlError::SerializationError(Box::new(error)))?,
    };
    tx.append(draft, &key);
    Ok(())
}

/// A page of the log of a watch, the newest first, older than `after`. An entry that retention blanked, or that cannot be
/// read, is left out.
pub(super) fn page(reading: &mut Reading<'_>, watch: Uuid, after: Option<Uuid>) -> QueryResult<WatchLog> {
    let (events, more) = log::newest_about(reading.conn, reading.vault, watch, after, PAGE)?;
    let next = events.last().map(|event| event.id).filter(|_| more);
    let open = |payload: Vec<u8>| serde_json::from_slice::<Payload>(&payload).ok();
    let entries = events.into_iter().filter_map(|event| Some(event.payload.and_then(open)?.watch));
    Ok(WatchLog { entries: entries.collect(), next })
}
