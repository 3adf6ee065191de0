//! What an import shows: where it stands, what it does to whom, what is wrong with its file.

use std::collections::HashMap;

use uuid::Uuid;
use wire::imports::{
    Import, ImportAction, ImportOutcome, ImportProblems, ImportProfiles, ImportRow, ImportRows, ImportState,
    Imports as ImportList,
};
use wire::people::NewPerson;

use super::causes::Causes;
use super::record::{Record, RowRecord};
use super::service::{Imports, Steward, Written, count};
use super::values::{self, Names};
use super::{Refusal, store};
use crate::access::roles_held;
use crate::people::Entered;
use crate::people::service as people;
use crate::store::{QueryResult, Reading, WriteError};

/// Rows and problems on a page.
const ROWS: usize = 200;
const PROBLEMS: usize = 500;

/// Imports of an organisation that are listed.
const LISTED: i64 = 100;

impl Imports {
    /// An import of somebody who may change its people.
    pub fn show(&self, by: &Steward, import: Uuid) -> Written<Import> {
        Ok(self.record(by, import)?.shown(by.viewer()))
    }

    pub(super) fn record(&self, by: &Steward, import: Uuid) -> Written<Record> {
        let found = self.store.read_blocking(|reading| store::find(reading.conn, reading.vault, import))?;
        found.filter(|one| by.may(one.organisation, one.office)).ok_or(WriteError::Refused(Refusal::NotFound))
    }

    /// The imports of an organisation, the newest first.
    pub fn list(&self, by: &Steward, organisation: Uuid) -> Written<ImportList> {
        let found =
            self.store.read_blocking(|reading| store::newest(reading.conn, reading.vault, organisation, LISTED))?;
        let mine = found.into_iter().filter(|one| by.may(one.organisation, one.office));
        let bare = |record: Record| Import { columns: Vec::new(), mapping: None, ..record.shown(by.viewer()) };
        Ok(ImportList { imports: mine.map(bare).collect() })
    }

    /// What an import does to people, a page at a time.
    pub fn rows(
        &self,
        by: &Steward,
        import: Uuid,
        action: Option<ImportAction>,
        after: Option<u32>,
    ) -> Written<ImportRows> {
        let record = self.record(by, import)?;
        if matches!(record.state, ImportState::Read | ImportState::Mapped | ImportState::Checking) {
            return Err(WriteError::Refused(Refusal::State("The dry run is not done yet; ask again.".to_owned())));
        }
        let view = self.directory.view();
        let actions: Vec<ImportAction> = action.into_iter().collect();
        let now = self.store.clock().now();
        let page = self.store.read_blocking(|reading| {
            let wanted = store::Wanted { actions: &actions, after, limit: ROWS as i64 + 1, ..store::Wanted::default() };
            let rows = store::rows(reading.conn, reading.vault, import, wanted)?;
            let known = known(reading, &rows)?;
            let leaves =
                |row: &&RowRecord| row.action == ImportAction::Leaving && row.outcome == ImportOutcome::Waiting;
            let leaving: Vec<Uuid> = rows.iter().filter(leaves).map(|row| row.person).collect();
            let roles = roles_held(reading.conn, &leaving, now)?;
            Ok((rows, known, roles))
        });
        let (mut rows, known, roles) = page?;
        let more = rows.len() > ROWS;
        rows.truncate(ROWS);
        let next = rows.last().filter(|_| more).map(|row| row.row);
        let names: Names = known.iter().map(|(id, one)| (*id, one.person.fields().name.clone())).collect();
        let shown = rows.into_iter().map(|row| {
            let person = known.get(&row.person).map(|one| one.person.fields());
            let shown = values::shown(row, person, &by.sight, (&view, &names));
            ImportRow { roles: roles.get(&shown.person).copied(), ..shown }
        });
        Ok(ImportRows { rows: shown.collect(), next })
    }

    /// What is wrong with a file, a page at a time.
    pub fn problems(&self, by: &Steward, import: Uuid, after: Option<u32>) -> Written<ImportProblems> {
        self.record(by, import)?;
        let all = self.store.read_blocking(|reading| store::problems(reading.conn, reading.vault, import))?;
        let begin = after.map_or(0, |after| after as usize + 1);
        let problems: Vec<_> = all.kept.iter().skip(begin).take(PROBLEMS).cloned().collect();
        let end = begin + problems.len();
        let next = (end < all.kept.len()).then(|| count(end - 1));
        let (causes, causes_not_kept) = match after {
            Some(_) => (Vec::new(), 0),
            None if all.causes.is_empty() => Causes::of(&all.kept).into_list(),
            None => (all.causes, all.causes_not_kept),
        };
        Ok(ImportProblems { problems, next, not_kept: all.not_kept, causes, causes_not_kept })
    }

    /// Remembered mappings of an organisation.
    pub fn profiles(&self, by: &Steward, organisation: Uuid) -> Written<ImportProfiles> {
        let view = self.directory.view();
        let some = by.may(organisation, None) || view.offices_of(organisation).any(|office| by.edits.contains(office));
        if !some {
            return Ok(ImportProfiles { profiles: Vec::new() });
        }
        let found = self.store.read_blocking(|reading| store::profiles(reading.conn, organisation))?;
        Ok(ImportProfiles { profiles: found.iter().map(store::Profile::shown).collect() })
    }
}

/// The people of these rows, and those whom they name, as the register has them.
fn known(reading: &mut Reading<'_>, rows: &[RowRecord]) -> QueryResult<HashMap<Uuid, Entered>> {
    let relatives = |person: &NewPerson| [person.sponsor, person.supervisor];
    let befores = rows.iter().filter_map(|row| row.before.as_ref()).flat_map(relatives).flatten();
    let afters = rows.iter().filter_map(|row| row.after.as_ref()).flat_map(|one| relatives(&one.person)).flatten();
    let mut of: Vec<Uuid> = rows.iter().map(|row| row.person).chain(befores).chain(afters).collect();
    of.sort_unstable();
    of.dedup();
    people::entered(reading.conn, reading.vault, &of)
}
