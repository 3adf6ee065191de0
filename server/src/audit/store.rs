//! Notices in the log.

use uuid::Uuid;
use wire::audit::{AuditPage, Notice, NoticeAbout};

use crate::store::{QueryResult, Reading, SqlError, log};

/// Kind of this slice's events in the log.
pub(super) const KIND: &str = "notice";

/// What an event of this slice carries, in the log and on the wire.
#[derive(serde::Serialize)]
struct Written<'a> {
    notice: &'a Notice,
}

/// [`Written`] as it is read back.
#[derive(serde::Deserialize)]
struct Read {
    notice: Notice,
}

/// The payload of a notice's event.
pub(super) fn payload(notice: &Notice) -> QueryResult<Vec<u8>> {
    serde_json::to_vec(&Written { notice }).map_err(|error| SqlError::SerializationError(Box::new(error)))
}

/// Notices of some scopes that are older than `after`, the newest first, each once. One that retention
/// blanked, or that cannot be read, is left out. What their subjects are called is for the caller to say.
pub(super) fn page(
    reading: &mut Reading<'_>,
    scopes: &[Uuid],
    after: Option<Uuid>,
    limit: usize,
) -> QueryResult<AuditPage> {
    let log::Newest { events, scopes: mut within, more } =
        log::newest(reading.conn, reading.vault, KIND, scopes, after, limit)?;
    let next = events.last().map(|event| event.id.to_string()).filter(|_| more);
    let open = |payload: Vec<u8>| serde_json::from_slice::<Read>(&payload).ok();
    let notices: Vec<Notice> =
        events.into_iter().filter_map(|event| Some(event.payload.and_then(open)?.notice)).collect();
    let about = |notice: &Notice| NoticeAbout {
        notice: notice.id,
        kind: None,
        name: None,
        scopes: within.remove(&notice.id).unwrap_or_default(),
    };
    let about = notices.iter().map(about).collect();
    Ok(AuditPage { notices, about, next })
}
