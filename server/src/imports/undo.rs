//! Undoing: everybody whom nobody changed since is as before; the others are listed.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;
use wire::imports::{ImportAction, ImportOutcome, ImportState};

use super::apply::{Around, may_put, placed, settle};
use super::asker::Asker;
use super::job::{CHUNK, Chunk, Coming, Worker};
use super::record::{Record, RowRecord};
use super::store;
use crate::access::with_access;
use crate::people::service as people;
use crate::people::{Checked, Placed, Put};
use crate::places::View;
use crate::store::{QueryResult, StoreError, Tx};

/// People who are looked up at a time of those who name others.
const ASKED: usize = 500;

const UNDOING: &[ImportState] = &[ImportState::Undoing];

/// Who was there before comes first: then nobody names any more those who are taken out.
const ORDER: [&[ImportAction]; 2] =
    [&[ImportAction::Changed, ImportAction::Returning, ImportAction::Leaving], &[ImportAction::New]];

impl Worker {
    /// Does the next chunk of an import that is being undone.
    pub(super) fn undo_some(&self, import: Uuid, coming: Arc<Coming>) -> Result<Chunk, StoreError> {
        let view = self.imports.directory.view();
        let done = self.chunk(import, UNDOING, move |tx, record| undo_some(tx, record, (&coming, &view)))?;
        if done == Some(Chunk::Over) {
            self.imports.drop_file(import)?;
        }
        Ok(done.unwrap_or(Chunk::Over))
    }
}

fn undo_some(tx: &mut Tx<'_>, record: &mut Record, (coming, view): Around<'_>) -> QueryResult<Chunk> {
    let (import, vault) = (record.id, tx.vault());
    // An import that failed in the middle may still have people marked as its own.
    if people::unstage_some(tx, import)? > 0 {
        return Ok(Chunk::More);
    }
    for actions in ORDER {
        let wanted = store::Wanted {
            actions,
            outcomes: &[ImportOutcome::Done],
            limit: CHUNK as i64,
            ..store::Wanted::default()
        };
        let rows = store::rows(tx.reading(), vault, import, wanted)?;
        if rows.is_empty() {
            continue;
        }
        let rows = if actions == ORDER[1] {
            let rows = last_first(tx, import, rows, coming)?;
            take_out(tx, rows)?
        } else {
            restore(tx, record, rows, view)?
        };
        settle(tx, record, &rows)?;
        return Ok(Chunk::More);
    }
    record.figures.done = record.figures.total;
    (record.state, record.lease) = (ImportState::Undone, None);
    record.undone_at = Some(tx.now());
    Ok(Chunk::Over)
}

/// Gives people back what they had, and takes back that they left or returned, and where they are for now.
fn restore(tx: &mut Tx<'_>, record: &Record, mut rows: Vec<RowRecord>, view: &View) -> QueryResult<Vec<RowRecord>> {
    let of: Vec<Uuid> = rows.iter().map(|row| row.person).collect();
    people::lock_many(tx, &of)?;
    let vault = tx.vault();
    let known = people::entered(tx.reading(), vault, &of)?;
    // Who came back by the list and was given access since has come to stay.
    let returned: Vec<Uuid> =
        rows.iter().filter(|row| row.action == ImportAction::Returning).map(|row| row.person).collect();
    let stays = with_access(tx, &returned)?;
    let same = |row: &RowRecord| {
        !stays.contains(&row.person) && known.get(&row.person).is_some_and(|known| row.revision == Some(known.revision))
    };
    let checked: Vec<(usize, Checked)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| same(row))
        .filter_map(|(at, row)| Some((at, Checked::new(row.before.as_ref()?).ok()?)))
        .collect();
    let puts: Vec<(usize, Put<'_>)> =
        checked.iter().filter_map(|(at, person)| Some((*at, Put { id: rows.get(*at)?.person, person }))).collect();
    let good = may_put(tx, &puts, &HashMap::new())?;
    let wanted: Vec<Put<'_>> = puts.iter().filter(|(at, _)| good.contains(at)).map(|(_, put)| *put).collect();
    people::upsert_many(tx, &wanted, None, None)?;
    let (mut back, mut gone) = (Vec::new(), Vec::new());
    for (at, row) in rows.iter_mut().enumerate() {
        let left = row.action == ImportAction::Leaving;
        let undone = if left {
            known.get(&row.person).is_some_and(|one| row.revision == Some(one.revision))
        } else {
            good.contains(&at)
        };
        row.outcome = if undone { ImportOutcome::Undone } else { ImportOutcome::Kept };
        match row.action {
            ImportAction::Leaving if undone => back.push(row.person),
            ImportAction::Returning if undone => gone.push(row.person),
            _ => {}
        }
    }
    let asker = Asker::of(tx.reading(), record)?;
    people::return_many(tx, &back, view, asker.doer())?;
    people::leave_many(tx, &gone, view, asker.doer())?;
    let placed: Vec<(Uuid, Placed)> =
        rows.iter().filter(|row| row.outcome == ImportOutcome::Undone).filter_map(placed).collect();
    people::replace_many(tx, view, record.created_by, &placed)?;
    Ok(rows)
}

/// The longest way from somebody to those who name them, who are named by others, and so on.
const CHAIN: usize = 64;

/// Of the people of these rows, or of those who name them, people whom nobody names who may be taken out
/// too: whether somebody stays is known before whom they name.
fn last_first(tx: &mut Tx<'_>, import: Uuid, mut rows: Vec<RowRecord>, coming: &Coming) -> QueryResult<Vec<RowRecord>> {
    for _ in 0..CHAIN {
        let of: Vec<Uuid> = rows.iter().map(|row| row.person).collect();
        let by = people::named_by(tx.reading(), &of)?;
        let by: Vec<u32> = by.iter().filter_map(|one| coming.rows.get(one).copied()).collect();
        let Some(first) = still_there(tx, import, &by)? else { break };
        rows = first;
    }
    Ok(rows)
}

/// Some of these rows whose people were not looked at yet.
fn still_there(tx: &mut Tx<'_>, import: Uuid, numbers: &[u32]) -> QueryResult<Option<Vec<RowRecord>>> {
    let vault = tx.vault();
    for some in numbers.chunks(ASKED) {
        let wanted = store::Wanted {
            actions: ORDER[1],
            outcomes: &[ImportOutcome::Done],
            numbers: Some(some),
            limit: CHUNK as i64,
            ..store::Wanted::default()
        };
        let found = store::rows(tx.reading(), vault, import, wanted)?;
        if !found.is_empty() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Takes out people whom the import entered and of whom nothing else has come to depend.
fn take_out(tx: &mut Tx<'_>, mut rows: Vec<RowRecord>) -> QueryResult<Vec<RowRecord>> {
    let of: Vec<Uuid> = rows.iter().map(|row| row.person).collect();
    people::lock_many(tx, &of)?;
    let vault = tx.vault();
    let known = people::entered(tx.reading(), vault, &of)?;
    let same = |row: &RowRecord| known.get(&row.person).is_some_and(|known| row.revision == Some(known.revision));
    let unchanged: Vec<Uuid> = rows.iter().filter(|row| same(row)).map(|row| row.person).collect();
    let gone = people::withdraw_many(tx, &unchanged)?;
    for row in &mut rows {
        row.outcome = if gone.contains(&row.person) { ImportOutcome::Undone } else { ImportOutcome::Kept };
    }
    Ok(rows)
}
