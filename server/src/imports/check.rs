//! The dry run: the file is compared with the register, and what it would do is written down.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wire::imports::{ImportAction, ImportFigures, ImportOutcome, ImportState};

use super::job::Worker;
use super::matching::Whose;
use super::notes::{Notes, Place};
use super::offices::Offices;
use super::plan::{Plan, Planned, Setting, plan};
use super::record::{After, Record, RowRecord};
use super::register::Register;
use super::rows::Reader;
use super::said::Whereabouts;
use super::{file, store};
use crate::access::{administrators, roles_held};
use crate::people::service as people;
use crate::store::StoreError;

const CHECKING: &[ImportState] = &[ImportState::Mapped, ImportState::Checking];

/// Rows of a dry run that one transaction writes or deletes.
const ROWS: usize = 200;

/// People whose roles are looked up at a time.
const LOOKED_UP: usize = 500;

impl Worker {
    /// Does a dry run whole. One that broke off begins again: nothing of it was shown.
    pub(super) fn check(&mut self, record: Record) -> Result<(), StoreError> {
        let import = record.id;
        // Whom imports hide that were given up keeps nobody from coming.
        self.tidy()?;
        let begun = self.chunk(import, CHECKING, |_, record| {
            record.state = ImportState::Checking;
            Ok(())
        })?;
        if begun.is_none() {
            return Ok(());
        }
        // Whom an earlier try had entered before it failed, nobody has seen.
        while self.chunk(import, CHECKING, move |tx, _| people::delete_staged_some(tx, import))? > Some(0) {}
        while self.chunk(import, CHECKING, move |tx, _| store::delete_some_rows(tx, import, ROWS as i64))? > Some(0) {}
        let (plan, notes) = match self.compared(&record)? {
            Ok(compared) => compared,
            Err(why) => return self.fail(import, &why),
        };
        let rows: Vec<RowRecord> = plan.rows.iter().map(row).collect();
        let total = count(rows.len());
        for (done, some) in rows.chunks(ROWS).enumerate() {
            let some = some.to_vec();
            let done = count(done * ROWS + some.len());
            let written = self.chunk(import, CHECKING, move |tx, record| {
                store::insert_rows(tx, import, &some)?;
                (record.figures.done, record.figures.total) = (done, total);
                Ok(())
            })?;
            if written.is_none() {
                return Ok(());
            }
        }
        let figures = ImportFigures { leaving_with_roles: self.losing_roles(&plan)?, ..figures(&plan, &notes) };
        let problems = notes.into_problems();
        self.chunk(import, CHECKING, move |tx, record| {
            store::put_problems(tx, import, &problems)?;
            record.figures = figures.clone();
            (record.state, record.lease) = (ImportState::Checked, None);
            Ok(())
        })?;
        Ok(())
    }

    /// How many of those who leave hold roles, which end with it.
    fn losing_roles(&self, plan: &Plan) -> Result<u32, StoreError> {
        let now = self.imports.store.clock().now();
        let leaving = plan.rows.iter().filter(|one| one.action == ImportAction::Leaving);
        let leaving: Vec<_> = leaving.map(|one| one.person).collect();
        self.imports.store.read_blocking(|reading| {
            let mut losing = 0;
            for some in leaving.chunks(LOOKED_UP) {
                let staying = administrators(reading.conn, some, now)?;
                let holding = roles_held(reading.conn, some, now)?;
                losing += holding.keys().filter(|person| !staying.contains(*person)).count();
            }
            Ok(count(losing))
        })
    }

    /// The plan and what is wrong with the file; a sentence when the file cannot be read.
    fn compared(&self, record: &Record) -> Result<Result<(Plan, Notes), String>, StoreError> {
        let Some(mapping) = &record.mapping else { return Ok(Err("Its columns were not named.".to_owned())) };
        let bytes = self.imports.file(record.id)?;
        // A reader that breaks on a strange file must not take the worker with it.
        let read = catch_unwind(AssertUnwindSafe(|| file::read(&bytes, mapping.encoding.as_deref())));
        let read = match read {
            Ok(Ok(read)) => read,
            Ok(Err(why)) => return Ok(Err(why.0)),
            Err(_) => return Ok(Err("The file cannot be read. Save the list again as CSV.".to_owned())),
        };
        drop(bytes);
        let view = self.imports.directory.view();
        let offices = Offices::new(&view, record.organisation, record.office);
        let mut notes = Notes::default();
        if read.uncomputed > 0 {
            let why = "Cells with formulas have no stored value and count as empty. Open the workbook, save it, and send it again.";
            notes.warning(Place::default(), why);
        }
        let rows = Reader::new(&read.table, mapping, &offices).rows(&mut notes);
        let last_row = read.table.rows.iter().map(|line| line.number).max().unwrap_or_default();
        let whose = Whose { organisation: record.organisation, office: record.office };
        let register = self.imports.store.read_blocking(|reading| {
            let within = (whose.organisation, whose.office);
            let vault = reading.vault;
            reading.conn.snapshot(|conn| Register::read(conn, vault, within, &rows))
        })?;
        let setting = Setting {
            whose,
            whole_list: mapping.whole_list,
            sender: Some(record.created_by).filter(|by| !by.is_nil()),
            now: self.imports.store.clock().now(),
            last_row,
        };
        let plan = plan(rows, &register, setting, &mut notes);
        notes.locate(&read.table, mapping);
        Ok(Ok((plan, notes)))
    }
}

fn row(one: &Planned) -> RowRecord {
    RowRecord {
        row: one.row,
        action: one.action,
        outcome: ImportOutcome::Waiting,
        person: one.person,
        before: one.before.clone(),
        after: one.after.clone().map(|person| After {
            person,
            current: match &one.current {
                Some(Whereabouts::Elsewhere(current)) => Some(current.clone()),
                Some(Whereabouts::Back) | None => None,
            },
            back: one.current == Some(Whereabouts::Back),
            place_before: one.place_before.clone(),
        }),
        revision: one.revision,
    }
}

fn figures(plan: &Plan, notes: &Notes) -> ImportFigures {
    let of = |action| count(plan.rows.iter().filter(|one| one.action == action).count());
    ImportFigures {
        rows: plan.read,
        new: of(ImportAction::New),
        changed: of(ImportAction::Changed),
        returning: of(ImportAction::Returning),
        unchanged: plan.unchanged,
        leaving: of(ImportAction::Leaving),
        kept: plan.kept,
        before: plan.before,
        bad_rows: notes.bad_rows(),
        warnings: notes.warnings(),
        ..ImportFigures::default()
    }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
