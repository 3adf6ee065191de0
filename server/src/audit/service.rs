//! Noting what was done, and reading it.

use std::sync::Arc;

use uuid::Uuid;
use wire::access::Permission;
use wire::audit::{AuditPage, Notice};
use wire::case::{ActorKind, ActorSeen};

use super::Act;
use crate::access::Operator;
use crate::kernel::ids;
use crate::places::Directory;
use crate::store::log::{self, Class, Draft};
use crate::store::{QueryResult, SqlError, Store, StoreError, Tx};

/// Kind of this slice's events in the log.
const KIND: &str = "notice";

/// Deeds on a page.
const PAGE: usize = 50;

/// What an event of this slice carries, in the log and on the wire.
#[derive(serde::Serialize)]
struct Payload<'a> {
    notice: &'a Notice,
}

/// [`Payload`] as it is read back.
#[derive(serde::Deserialize)]
struct Read {
    notice: Notice,
}

/// Reads what was done. Clones share it.
#[derive(Clone)]
pub struct Audit {
    store: Store,
    directory: Arc<Directory>,
}

impl Audit {
    /// Over this store.
    pub fn new(store: Store, directory: Arc<Directory>) -> Self {
        Self { store, directory }
    }

    /// What was done in a scope, or in all that the caller may read: the newest first, older than
    /// `after`. None when the scope is not theirs. A notice under several scopes comes once.
    pub async fn page(
        &self,
        by: &Operator,
        scope: Option<Uuid>,
        after: Option<Uuid>,
    ) -> Result<Option<AuditPage>, StoreError> {
        let may = by.may(Permission::ReadAudit);
        let all = self.directory.view().scopes();
        let scopes: Vec<Uuid> =
            all.into_iter().filter(|one| may.contains(*one) && scope.is_none_or(|scope| scope == *one)).collect();
        if scopes.is_empty() {
            return Ok(None);
        }
        let read = self.store.read(move |reading| {
            let (events, more) = log::newest(reading.conn, reading.vault, KIND, &scopes, after, PAGE)?;
            let next = events.last().map(|event| event.id.to_string()).filter(|_| more);
            let open = |payload: Vec<u8>| serde_json::from_slice::<Read>(&payload).ok();
            let notices = events.into_iter().filter_map(|event| Some(event.payload.and_then(open)?.notice));
            Ok(AuditPage { notices: notices.collect(), next })
        });
        read.await.map(Some)
    }
}

/// Notes an act in the log of these scopes, of which the write must have declared each. `by` is the
/// person and their name; none for Muster itself.
pub fn record(tx: &mut Tx<'_>, by: Option<(Uuid, &str)>, scopes: &[Uuid], act: Act) -> QueryResult<Notice> {
    let now = tx.now();
    let id = ids::new(now);
    let actor = match by {
        Some((person, name)) => ActorSeen { id: Some(person), name: name.to_owned(), kind: ActorKind::Console },
        None => ActorSeen { id: None, name: act.deed.word().to_owned(), kind: ActorKind::System },
    };
    let Act { deed, subject, what, reason, until } = act;
    let notice = Notice { id, deed, actor, at: now, loud: deed.is_loud(), subject, what, reason, until };
    let payload = serde_json::to_vec(&Payload { notice: &notice })
        .map_err(|error| SqlError::SerializationError(Box::new(error)))?;
    let vault = tx.vault();
    let key = vault.create(tx.writing(), id, scopes)?;
    let draft = Draft {
        id,
        scopes: scopes.to_vec(),
        class: if deed.is_loud() { Class::Ops } else { Class::Info },
        kind: KIND,
        subject: id,
        actor: notice.actor.id,
        cause: None,
        request_key: None,
        occurred_at: now,
        wakes: notice.subject.filter(|_| deed.concerns_phones()).into_iter().collect(),
        payload,
    };
    tx.append(draft, &key);
    Ok(notice)
}
