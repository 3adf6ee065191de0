//! Noting what was done, and reading it.

use std::sync::Arc;

use uuid::Uuid;
use wire::access::Permission;
use wire::audit::{AuditPage, Notice};
use wire::case::{ActorKind, ActorSeen};

use super::{Act, Doer, store};
use crate::access::Operator;
use crate::kernel::ids;
use crate::places::Directory;
use crate::store::log::{Class, Draft};
use crate::store::{QueryResult, Store, StoreError, Tx};

/// Deeds on a page.
const PAGE: usize = 50;

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
        let read = self.store.read(move |reading| store::page(reading, &scopes, after, PAGE));
        read.await.map(Some)
    }
}

/// Notes an act in the log of these scopes, of which the write must have declared each. `by` is the
/// person and their name; none for Muster itself.
pub fn record(tx: &mut Tx<'_>, by: Option<(Uuid, &str)>, scopes: &[Uuid], act: Act) -> QueryResult<Notice> {
    let actor = match by {
        Some((person, name)) => ActorSeen { id: Some(person), name: name.to_owned(), kind: ActorKind::Console },
        None => ActorSeen { id: None, name: act.deed.word().to_owned(), kind: ActorKind::System },
    };
    noted(tx, actor, scopes, act)
}

/// [`record`] of what a person, a token or Muster did.
pub fn record_by(tx: &mut Tx<'_>, by: Doer<'_>, scopes: &[Uuid], act: Act) -> QueryResult<Notice> {
    match by {
        Doer::Person(person, name) => record(tx, Some((person, name)), scopes, act),
        Doer::Token(token, name) => record_of_token(tx, (token, name), scopes, act),
        Doer::Muster => record(tx, None, scopes, act),
    }
}

/// [`record`] of what another system did by a token of this identifier and name.
pub fn record_of_token(tx: &mut Tx<'_>, (token, name): (Uuid, &str), scopes: &[Uuid], act: Act) -> QueryResult<Notice> {
    noted(tx, ActorSeen { id: Some(token), name: name.to_owned(), kind: ActorKind::System }, scopes, act)
}

fn noted(tx: &mut Tx<'_>, actor: ActorSeen, scopes: &[Uuid], act: Act) -> QueryResult<Notice> {
    let now = tx.now();
    let id = ids::in_order(now);
    let Act { deed, subject, what, reason, until } = act;
    let notice = Notice { id, deed, actor, at: now, loud: deed.is_loud(), subject, what, reason, until };
    let payload = store::payload(&notice)?;
    let vault = tx.vault();
    let key = vault.create(tx.writing(), id, scopes)?;
    let draft = Draft {
        id,
        scopes: scopes.to_vec(),
        class: if deed.is_loud() { Class::Ops } else { Class::Info },
        kind: store::KIND,
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
