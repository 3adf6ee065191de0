//! Noting what was done, and reading it.

use std::sync::Arc;

use uuid::Uuid;
use wire::access::Permission;
use wire::audit::{AuditPage, Notice, SubjectKind};
use wire::case::{ActorKind, ActorSeen};

use super::{Act, Doer, store};
use crate::access::Operator;
use crate::kernel::ids;
use crate::people::{Viewer, service as people};
use crate::places::{Directory, View};
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
        let (view, viewer) = (self.directory.view(), Viewer::of(by));
        let all = view.scopes();
        let scopes: Vec<Uuid> =
            all.into_iter().filter(|one| may.contains(*one) && scope.is_none_or(|scope| scope == *one)).collect();
        if scopes.is_empty() {
            return Ok(None);
        }
        let read = self.store.read(move |reading| {
            let mut page = store::page(reading, &scopes, after, PAGE)?;
            let subjects: Vec<Uuid> = page.notices.iter().filter_map(|notice| notice.subject).collect();
            let people = people::names_for(reading.conn, &viewer, &subjects)?;
            for (notice, about) in page.notices.iter().zip(&mut page.about) {
                let Some(subject) = notice.subject else { continue };
                let person = || people.get(&subject).map(|name| (SubjectKind::Person, name.clone()));
                let Some((kind, name)) = place(&view, subject).or_else(person) else { continue };
                (about.kind, about.name) = (Some(kind), Some(name));
            }
            Ok(page)
        });
        read.await.map(Some)
    }
}

/// What a place is and is called, if it is one that is there.
fn place(view: &View, id: Uuid) -> Option<(SubjectKind, String)> {
    use SubjectKind::{DutyStation, Office, Organisation, Region, SecurityArea, Zone};
    let organisation = || view.organisation(id).map(|one| (Organisation, one.name.clone()));
    let office = || view.office(id).map(|one| (Office, one.name.clone()));
    let station = || view.stations.get(&id).map(|one| (DutyStation, one.name.clone()));
    let region = || view.region(id).map(|one| (Region, one.name.clone()));
    let zone = || view.zone(id).map(|one| (Zone, one.name.clone()));
    let area = || view.area(id).map(|one| (SecurityArea, one.name.clone()));
    organisation().or_else(office).or_else(station).or_else(region).or_else(zone).or_else(area)
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
