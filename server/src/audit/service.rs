//! Noting what was done.

use uuid::Uuid;
use wire::audit::Notice;
use wire::case::{ActorKind, ActorSeen};

use super::Act;
use crate::kernel::ids;
use crate::store::log::{Class, Draft};
use crate::store::{QueryResult, Tx};

/// What an event of this slice carries, in the log and on the wire.
#[derive(serde::Serialize)]
struct Payload<'a> {
    notice: &'a Notice,
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
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let vault = tx.vault();
    let key = vault.create(tx.writing(), id, scopes)?;
    let draft = Draft {
        id,
        scopes: scopes.to_vec(),
        class: if deed.is_loud() { Class::Ops } else { Class::Info },
        kind: "notice",
        subject: id,
        actor: notice.actor.id,
        cause: None,
        request_key: None,
        occurred_at: now,
        wakes: Vec::new(),
        payload,
    };
    tx.append(draft, &key);
    Ok(notice)
}
