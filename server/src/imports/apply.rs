//! Applying: new people are entered hidden, shown by one update, then changes and leavings follow.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;
use wire::imports::{ImportAction, ImportOutcome, ImportState};
use wire::people::PersonKind;

use super::asker::Asker;
use super::job::{CHUNK, Chunk, Coming, Worker, waiting};
use super::record::{Record, RowRecord};
use super::said::Current;
use super::store;
use crate::access::{administrators, roles_ending};
use crate::people::service as people;
use crate::people::{Checked, Entered, Placed, Put, Source, Stay};
use crate::places::View;
use crate::store::{Halt, QueryResult, StoreError, Tx};

const APPLYING: &[ImportState] = &[ImportState::Applying];

/// Who is there already and changes.
const CHANGING: &[ImportAction] = &[ImportAction::Changed, ImportAction::Returning, ImportAction::Leaving];

impl Worker {
    /// Does the next chunk of an import that is being applied.
    pub(super) fn apply_some(&self, import: Uuid, coming: Arc<Coming>) -> Result<Chunk, StoreError> {
        let view = self.imports.directory.view();
        let done = self.chunk(import, APPLYING, move |tx, record| apply_some(tx, record, (&coming, &view)))?;
        if done == Some(Chunk::Over) {
            self.imports.drop_file(import)?;
        }
        Ok(done.unwrap_or(Chunk::Over))
    }
}

/// What every chunk needs besides its rows: who comes in the list, and the places.
pub(super) type Around<'a> = (&'a Coming, &'a View);

fn apply_some(tx: &mut Tx<'_>, record: &mut Record, around: Around<'_>) -> QueryResult<Chunk> {
    let (import, vault) = (record.id, tx.vault());
    if record.applied_at.is_none() {
        let new = store::rows(tx.reading(), vault, import, waiting(&[ImportAction::New]))?;
        if new.is_empty() {
            // From here on everybody whom it entered is there.
            record.applied_at = Some(tx.now());
        } else {
            enter(tx, record, new, around)?;
        }
        return Ok(Chunk::More);
    }
    // Where rows have errors nobody leaves: whoever seems to be missing may be on one of them.
    let actions = if record.only_good_rows { CHANGING.get(..2).unwrap_or_default() } else { CHANGING };
    let changing = store::rows(tx.reading(), vault, import, waiting(actions))?;
    if !changing.is_empty() {
        change(tx, record, changing, around)?;
        return Ok(Chunk::More);
    }
    let taken_off = people::unstage_some(tx, import)?;
    if taken_off > 0 {
        record.figures.done += u32::try_from(taken_off).unwrap_or_default();
        return Ok(Chunk::More);
    }
    record.figures.done = record.figures.total;
    (record.state, record.lease) = (ImportState::Applied, None);
    record.headings.clear();
    Ok(Chunk::Over)
}

/// Enters people, hidden.
fn enter(
    tx: &mut Tx<'_>,
    record: &mut Record,
    mut rows: Vec<RowRecord>,
    (coming, view): Around<'_>,
) -> QueryResult<()> {
    put(tx, &mut rows, &coming.kinds, Some(record.id))?;
    place(tx, view, record, &rows)?;
    settle(tx, record, &rows)
}

/// Writes people as their rows say, and notes on each row what became of it.
fn put(
    tx: &mut Tx<'_>,
    rows: &mut [RowRecord],
    coming: &HashMap<Uuid, PersonKind>,
    staged: Option<Uuid>,
) -> QueryResult<()> {
    let checked: Vec<(usize, Checked)> = rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| Some((at, Checked::new(&row.after.as_ref()?.person).ok()?)))
        .collect();
    let puts: Vec<(usize, Put<'_>)> =
        checked.iter().filter_map(|(at, person)| Some((*at, Put { id: rows.get(*at)?.person, person }))).collect();
    let good = may_put(tx, &puts, coming)?;
    let wanted: Vec<Put<'_>> = puts.iter().filter(|(at, _)| good.contains(at)).map(|(_, put)| *put).collect();
    // A list keeps those whom it brought; who was entered by hand, or is kept elsewhere, stays so.
    people::upsert_many(tx, &wanted, staged.map(|_| Source::Import), staged)?;
    for (at, row) in rows.iter_mut().enumerate() {
        if good.contains(&at) {
            row.outcome = ImportOutcome::Done;
            row.revision = Some(row.revision.unwrap_or(0) + 1);
        } else {
            row.outcome = ImportOutcome::Overtaken;
        }
    }
    Ok(())
}

/// Notes where those whose rows are done are for now.
fn place(tx: &mut Tx<'_>, view: &View, record: &Record, rows: &[RowRecord]) -> QueryResult<()> {
    let done = rows.iter().filter(|row| row.outcome == ImportOutcome::Done);
    people::place_many(tx, view, record.created_by, &done.filter_map(placed).collect::<Vec<_>>())
}

/// Where a row says that its person is for now, and where the dry run found them.
pub(super) fn placed(row: &RowRecord) -> Option<(Uuid, Placed)> {
    let after = row.after.as_ref()?;
    let now = match (&after.current, after.back) {
        (Some(Current { country, place, until }), _) => {
            Some(Stay { country: country.clone(), place: place.clone(), until: *until })
        }
        (None, true) => None,
        (None, false) => return None,
    };
    Some((row.person, Placed { now, before: after.place_before.clone() }))
}

/// Which of these may be written: all of them at once, or each for itself where somebody took an
/// address, or a place went, since the dry run.
pub(super) fn may_put(
    tx: &mut Tx<'_>,
    puts: &[(usize, Put<'_>)],
    coming: &HashMap<Uuid, PersonKind>,
) -> QueryResult<Vec<usize>> {
    let all: Vec<Put<'_>> = puts.iter().map(|(_, put)| *put).collect();
    match people::may_put(tx.reading(), &all, coming) {
        Ok(()) => return Ok(puts.iter().map(|(at, _)| *at).collect()),
        Err(Halt::Sql(error)) => return Err(error),
        Err(Halt::Refuse(_)) => {}
    }
    let mut good = Vec::new();
    for (at, put) in puts {
        match people::may_put(tx.reading(), &[*put], coming) {
            Ok(()) => good.push(*at),
            Err(Halt::Sql(error)) => return Err(error),
            Err(Halt::Refuse(_)) => {}
        }
    }
    Ok(good)
}

/// Changes people who are there, brings back who had left, notes who leaves: those whom nobody
/// changed since the dry run.
fn change(tx: &mut Tx<'_>, record: &mut Record, rows: Vec<RowRecord>, (coming, view): Around<'_>) -> QueryResult<()> {
    let of: Vec<Uuid> = rows.iter().map(|row| row.person).collect();
    people::lock_many(tx, &of)?;
    let vault = tx.vault();
    let known = people::entered(tx.reading(), vault, &of)?;
    let held = held_back(tx, record, &rows, view)?;
    let asker = Asker::of(tx.reading(), record)?;
    let (mut settled, mut changing, mut leaving) = (Vec::new(), Vec::new(), Vec::new());
    for mut row in rows {
        let is_same = known.get(&row.person).is_some_and(|known| is_as_planned(&row, known));
        let is_held = held.contains(&row.person);
        if !is_same || is_held {
            row.outcome = ImportOutcome::Overtaken;
            settled.push(row);
        } else if row.action == ImportAction::Leaving {
            row.outcome = ImportOutcome::Done;
            row.revision = known.get(&row.person).map(|known| known.revision + 1);
            leaving.push(row);
        } else {
            changing.push(row);
        }
    }
    put(tx, &mut changing, &coming.kinds, None)?;
    let back = |row: &&mut RowRecord| row.action == ImportAction::Returning && row.outcome == ImportOutcome::Done;
    let mut returning = Vec::new();
    for row in changing.iter_mut().filter(back) {
        row.revision = row.revision.map(|revision| revision + 1);
        returning.push(row.person);
    }
    people::return_many(tx, &returning, view, asker.doer())?;
    let gone: Vec<Uuid> = leaving.iter().map(|row| row.person).collect();
    people::leave_many(tx, &gone, view, asker.doer())?;
    place(tx, view, record, &changing)?;
    settled.extend(changing);
    settled.extend(leaving);
    settle(tx, record, &settled)
}

/// Those who would leave and stay: a list that lacks an administrator of the whole installation is no reason to be
/// without one, they leave by hand; and so does who holds a role that who had the list done may not end.
fn held_back(tx: &mut Tx<'_>, record: &Record, rows: &[RowRecord], view: &View) -> QueryResult<HashSet<Uuid>> {
    let now = tx.now();
    let conn = tx.reading();
    let leaving = rows.iter().filter(|row| row.action == ImportAction::Leaving);
    let leaving: Vec<Uuid> = leaving.map(|row| row.person).collect();
    let mut held = administrators(conn, &leaving, now)?;
    let ending = Asker::of(conn, record)?.ending(conn, view, now)?;
    let roles = roles_ending(conn, view, &leaving, (&ending, now))?;
    held.extend(roles.into_iter().filter(|(_, may)| !may).map(|(person, _)| person));
    Ok(held)
}

fn is_as_planned(row: &RowRecord, known: &Entered) -> bool {
    match row.action {
        ImportAction::Leaving => {
            !known.left
                && known.staged.is_none()
                && known.source == Some(Source::Import)
                && row.revision == Some(known.revision)
        }
        ImportAction::Returning => known.left && row.revision == Some(known.revision),
        ImportAction::Changed | ImportAction::New => !known.left && row.revision == Some(known.revision),
    }
}

/// Writes what became of rows, and counts them.
pub(super) fn settle(tx: &mut Tx<'_>, record: &mut Record, rows: &[RowRecord]) -> QueryResult<()> {
    store::set_outcomes(tx, record.id, rows)?;
    let of = |outcome| u32::try_from(rows.iter().filter(|row| row.outcome == outcome).count()).unwrap_or_default();
    record.figures.done += u32::try_from(rows.len().min(CHUNK)).unwrap_or_default();
    record.figures.overtaken += of(ImportOutcome::Overtaken);
    record.figures.left_as_is += of(ImportOutcome::Kept);
    Ok(())
}
