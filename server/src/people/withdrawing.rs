//! People whom an import hides, shows, or takes out again.

use std::collections::HashSet;

use uuid::Uuid;

use super::{CHUNK, store};
use crate::store::{AnyConn, QueryResult, Tx};

/// Takes the mark of an import that was applied off the next people: at most [`CHUNK`], 0 when none
/// is left. They were shown already.
pub fn unstage_some(tx: &mut Tx<'_>, import: Uuid) -> QueryResult<usize> {
    let some = store::staged_by(tx.reading(), import, CHUNK as i64)?;
    if some.is_empty() { Ok(0) } else { store::unstage(tx, &some) }
}

/// Deletes the next hidden people of an import that will not be applied: at most [`CHUNK`], 0 when
/// none is left. Nobody has ever seen them. Never call it for one that has its `applied_at`.
pub fn delete_staged_some(tx: &mut Tx<'_>, import: Uuid) -> QueryResult<usize> {
    let some = store::staged_by(tx.reading(), import, CHUNK as i64)?;
    if some.is_empty() { Ok(0) } else { store::delete_staged(tx, import, &some) }
}

/// Imports that hide people, or showed them a moment ago.
pub fn staged_imports(conn: &mut AnyConn) -> QueryResult<Vec<Uuid>> {
    store::staged_imports(conn)
}

/// Takes people out whom an undone import entered, unless something has come to depend on them: a
/// phone, an account, a role, a case, or somebody who names them and stays. Returns whom it took out.
/// Give at most [`CHUNK`], those whom [`named_by`] says nothing of before those who are named.
pub fn withdraw_many(tx: &mut Tx<'_>, of: &[Uuid]) -> QueryResult<HashSet<Uuid>> {
    let mut needed = store::depended_on(tx.reading(), of)?;
    let named = store::named_by(tx.reading(), of)?;
    let gone = loop {
        let gone: HashSet<Uuid> = of.iter().copied().filter(|one| !needed.contains(one)).collect();
        let staying = named.iter().filter(|(named, by)| gone.contains(named) && !gone.contains(by));
        let before = needed.len();
        needed.extend(staying.map(|(named, _)| *named));
        if needed.len() == before {
            break gone;
        }
    };
    store::delete(tx, &gone.iter().copied().collect::<Vec<_>>())?;
    Ok(gone)
}

/// Who of others names these people as their sponsor or supervisor.
pub fn named_by(conn: &mut AnyConn, of: &[Uuid]) -> QueryResult<HashSet<Uuid>> {
    let named = store::named_by(conn, of)?;
    Ok(named.into_iter().map(|(_, by)| by).filter(|by| !of.contains(by)).collect())
}
