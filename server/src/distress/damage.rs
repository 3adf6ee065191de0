//! Cases whose row cannot be read: the log tells them too, so that nobody in danger is lost with one.

use uuid::Uuid;

use super::{Case, ladder, store};
use crate::people::service::brief;
use crate::places::View;
use crate::store::{QueryResult, SqlError, Tx};

/// A case, to change. One whose row cannot be read is taken as the log last told it, and is whole
/// again once it is written.
pub(super) fn workable(tx: &mut Tx<'_>, view: &View, id: Uuid) -> QueryResult<Option<Case>> {
    match store::lock(tx, id) {
        Err(SqlError::DeserializationError(_)) => restored(tx, view, id),
        found => found,
    }
}

/// Puts a case whose row cannot be read aside, so that a tap makes another: what the log tells of it
/// is written anew for operators to go on with; if the log tells nothing, it is closed.
pub(super) fn set_aside(tx: &mut Tx<'_>, view: &View, id: Uuid) -> QueryResult<()> {
    match restored(tx, view, id)? {
        Some(mut case) => {
            case.set_aside = Some(tx.now());
            let key = tx.key(id)?;
            store::update(tx, &case, &key)?;
            ladder::watch(tx, &case)
        }
        None => store::set_aside(tx, id),
    }
}

fn restored(tx: &mut Tx<'_>, view: &View, id: Uuid) -> QueryResult<Option<Case>> {
    let vault = tx.vault();
    let Some(mut case) = store::find(tx.reading(), vault, id)? else { return Ok(None) };
    for person in [case.reporter, case.summary.subject.id].into_iter().flatten() {
        if let Some(known) = brief(tx.reading(), view, person)? {
            case.organisation = known.organisation;
            return Ok(Some(case));
        }
    }
    let scopes = vault.scopes(tx.reading(), id)?;
    let of_office = scopes.iter().find_map(|scope| view.office(*scope)).map(|office| office.organisation);
    let own = scopes.iter().copied().find(|scope| view.organisation(*scope).is_some());
    case.organisation = of_office.or(own).unwrap_or_default();
    Ok(Some(case))
}
