//! Imports: sending a file, naming its columns, applying and undoing what it does.

use std::io::{Read, Write};
use std::sync::Arc;

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::imports::{ApplyImport, Import, ImportFigures, ImportMapping, ImportState};

use super::record::Record;
use super::values::Sight;
use super::{Refusal, file, mapping, store};
use crate::access::{Operator, Reach};
use crate::audit::{self, Act};
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::kernel::seal::sha256;
use crate::people::service as people;
use crate::places::{Directory, View};
use crate::store::requests::{Request, once};
use crate::store::{AnyConn, Halt, Lane, QueryResult, Store, StoreError, Tx, WriteError};

/// Bytes of a file that one transaction writes.
const PART: usize = 512 * 1024;

/// Rows that one transaction deletes.
const ROWS: i64 = 200;

/// Who imports.
#[derive(Clone)]
pub struct Steward {
    /// The person; nil for a command on the server's own machine.
    person: Uuid,
    name: Option<String>,
    /// Whose people they may change.
    pub(super) edits: Reach,
    /// What of them they may see.
    pub(super) sight: Sight,
}

impl Steward {
    /// Somebody at a console.
    pub fn operator(operator: &Operator) -> Self {
        Self {
            person: operator.person,
            name: Some(operator.name.clone()),
            edits: operator.may(Permission::EditPeople).clone(),
            sight: Sight::of(operator),
        }
    }

    /// A command on the server's own machine: whoever can give it holds the database.
    pub fn machine() -> Self {
        Self { person: Uuid::nil(), name: None, edits: Reach::Everything, sight: Sight::everything() }
    }

    pub(super) fn may(&self, organisation: Uuid, office: Option<Uuid>) -> bool {
        self.edits.contains(office.unwrap_or(organisation))
    }
}

/// How many imports wait for somebody who may change these people: to name the columns, or to apply
/// what the dry run found. For the board.
pub fn waiting(conn: &mut AnyConn, edits: &Reach) -> QueryResult<u64> {
    let waiting = store::places_of(conn, &[ImportState::Read, ImportState::Checked])?;
    let mine = waiting.iter().filter(|(organisation, office)| edits.contains(office.unwrap_or(*organisation)));
    Ok(mine.count() as u64)
}

/// A file that was sent.
pub struct Upload {
    /// Whose people are in it.
    pub organisation: Uuid,
    /// Of this country office only.
    pub office: Option<Uuid>,
    /// Name of the file.
    pub file_name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// A remembered mapping to read it by.
    pub profile: Option<String>,
}

/// Imports lists of people. Clones share it. Everything here blocks: call it on a thread that may.
#[derive(Clone)]
pub struct Imports {
    pub(super) store: Store,
    pub(super) directory: Arc<Directory>,
}

/// What a change gives.
pub(super) type Written<T> = Result<T, WriteError<Refusal>>;

impl Imports {
    /// Over this store.
    pub fn new(store: Store, directory: Arc<Directory>) -> Self {
        Self { store, directory }
    }

    /// Reads a file and keeps it, with what its columns seem to hold. Nothing else changes.
    pub fn create(&self, by: &Steward, request: Request, upload: Upload) -> Written<Import> {
        let Upload { organisation, office, file_name, bytes, profile } = upload;
        let file_name = field::line("/file_name", &file_name, 1, 200).map_err(refused)?;
        let view = self.directory.view();
        let known = view.organisation(organisation).is_some()
            && office.is_none_or(|office| is_open(&view, organisation, office));
        if !known || !by.may(organisation, office) {
            return Err(refused(Invalid::new("/organisation", NO_SUCH)));
        }
        let read = file::read(&bytes, None).map_err(|why| WriteError::Refused(Refusal::Unreadable(why.0)))?;
        let mut columns = mapping::columns(&read.table);
        let profiles = self.store.read_blocking(|reading| store::profiles(reading.conn, organisation))?;
        let chosen = match &profile {
            Some(name) => Some(profiles.iter().find(|one| one.name == *name).ok_or_else(|| {
                refused(Invalid::new("/mapping", "There is no remembered mapping of that name for this organisation."))
            })?),
            None => mapping::best(&profiles, &columns),
        };
        let suggested = mapping::suggested(&mut columns, chosen);
        let now = self.store.clock().now();
        let record = Record {
            id: ids::new(now),
            organisation,
            office,
            file_name,
            file_hash: sha256(&bytes),
            format: read.table.format,
            state: ImportState::Read,
            headings: columns,
            mapping: Some(suggested),
            profile: chosen.map(|profile| profile.name.clone()),
            figures: ImportFigures { rows: count(read.table.rows.len()), ..ImportFigures::default() },
            failure: None,
            only_good_rows: false,
            lease: None,
            created_by: by.person,
            created_at: now,
            applied_at: None,
            undone_at: None,
            done_by: None,
        };
        self.keep_file(record.id, &bytes)?;
        let (id, viewer) = (record.id, by.viewer());
        let made = self.store.write_blocking(Lane::Normal, Vec::new(), move |tx| {
            once(tx, request, |tx| {
                store::insert(tx, &record)?;
                Ok(record.shown(viewer))
            })
        });
        // A repeat is answered by the first import; a refusal made none: its file is not wanted.
        if made.as_ref().map(|made: &Import| made.id) != Ok(id) {
            self.drop_file(id)?;
        }
        made
    }

    fn keep_file(&self, import: Uuid, bytes: &[u8]) -> Result<(), StoreError> {
        let packed = packed(bytes).map_err(|error| StoreError::Fault(error.to_string()))?;
        for (part, bytes) in packed.chunks(PART).enumerate() {
            let (part, bytes) = (i64::try_from(part).unwrap_or_default(), bytes.to_vec());
            self.store
                .write_blocking(Lane::Normal, Vec::new(), move |tx| {
                    Ok::<_, Halt<Never>>(store::put_part(tx, import, part, &bytes)?)
                })
                .map_err(never)?;
        }
        Ok(())
    }

    pub(super) fn drop_file(&self, import: Uuid) -> Result<(), StoreError> {
        let dropped = self
            .store
            .write_blocking(Lane::Normal, Vec::new(), move |tx| Ok::<_, Halt<Never>>(store::delete_parts(tx, import)?));
        dropped.map_err(never)
    }

    /// The file of an import.
    pub(super) fn file(&self, import: Uuid) -> Result<Vec<u8>, StoreError> {
        let packed = self.store.read_blocking(|reading| store::parts(reading.conn, reading.vault, import))?;
        let mut bytes = Vec::new();
        if packed.is_empty() {
            return Ok(bytes);
        }
        DeflateDecoder::new(packed.as_slice())
            .take(file::LARGEST as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| StoreError::Fault(error.to_string()))?;
        Ok(bytes)
    }

    /// Names the columns; the dry run begins.
    pub fn map(&self, by: &Steward, request: Request, import: Uuid, new: ImportMapping) -> Written<Import> {
        let (view, by) = (self.directory.view(), by.clone());
        self.change(by, request, import, move |tx, by, record| {
            let may = matches!(record.state, ImportState::Read | ImportState::Checked)
                || (record.state == ImportState::Failed && record.applied_at.is_none());
            if !may {
                return state("Columns are named before anything is done; send the file again.");
            }
            mapping::checked(&record.headings, &new).map_err(|invalid| Halt::Refuse(invalid.into()))?;
            if let Some(office) = new.office
                && (!is_open(&view, record.organisation, office) || !by.edits.contains(office))
            {
                return Err(Halt::Refuse(Invalid::new("/office", NO_OFFICE).into()));
            }
            if let Some(name) = &new.remember_as {
                let remembered = mapping::remembered(&record.headings, &new);
                let id = ids::new(tx.now());
                store::put_profile(tx, (id, record.organisation, by.person), name.trim(), &remembered)?;
            }
            record.mapping = Some(new.clone());
            record.figures = ImportFigures { rows: record.figures.rows, ..ImportFigures::default() };
            (record.state, record.failure, record.lease) = (ImportState::Mapped, None, None);
            Ok(())
        })
    }

    /// Does what the dry run showed.
    pub fn apply(&self, by: &Steward, request: Request, import: Uuid, how: ApplyImport) -> Written<Import> {
        self.change(by.clone(), request, import, move |tx, by, record| {
            let resumed =
                record.state == ImportState::Failed && record.applied_at.is_some() && record.undone_at.is_none();
            if record.state != ImportState::Checked && !resumed {
                return state("Only an import whose dry run is done can be applied.");
            }
            if !resumed && record.figures.bad_rows > 0 && !how.only_good_rows {
                return Err(Halt::Refuse(Refusal::RowsBad(record.figures.bad_rows)));
            }
            let partly = record.figures.bad_rows > 0;
            if let Some(leaving) =
                record.confirm_leaving().filter(|leaving| !partly && how.confirm_leaving != Some(*leaving))
            {
                return Err(Halt::Refuse(Refusal::Guard { leaving, before: record.figures.before }));
            }
            busy(tx, record)?;
            record.only_good_rows = partly;
            let figures = &mut record.figures;
            if partly {
                // Whoever seems to be missing may be on a row with errors.
                figures.kept += figures.leaving;
                figures.leaving = 0;
            }
            figures.done = 0;
            figures.total = figures.new * 2 + figures.changed + figures.returning + figures.leaving;
            let what = format!(
                "a list was imported: {} new, {} changed, {} back, {} left",
                figures.new, figures.changed, figures.returning, figures.leaving
            );
            (record.state, record.failure, record.lease) = (ImportState::Applying, None, None);
            record.done_by = Some(by.person);
            note(tx, by, record, Deed::ListImported, what)
        })
    }

    /// Takes back what an import did, where nobody changed it since.
    pub fn undo(&self, by: &Steward, request: Request, import: Uuid) -> Written<Import> {
        self.change(by.clone(), request, import, move |tx, by, record| {
            let may = record.applied_at.is_some() && matches!(record.state, ImportState::Applied | ImportState::Failed);
            if !may {
                return state("Only an import that was applied can be undone.");
            }
            busy(tx, record)?;
            let figures = &mut record.figures;
            (figures.done, figures.left_as_is) = (0, 0);
            figures.total = figures.new + figures.changed + figures.returning + figures.leaving - figures.overtaken;
            (record.state, record.failure, record.lease) = (ImportState::Undoing, None, None);
            record.done_by = Some(by.person);
            note(tx, by, record, Deed::ImportUndone, "an imported list was undone".to_owned())
        })
    }

    /// Drops an import of which nothing is done.
    pub fn cancel(&self, by: &Steward, request: Request, import: Uuid) -> Written<Import> {
        let cancelled = self.change(by.clone(), request, import, move |_, _, record| {
            use ImportState::{Cancelled, Checked, Checking, Failed, Mapped, Read};
            // Cancelled again where deleting broke off.
            let may = matches!(record.state, Read | Mapped | Checking | Checked | Failed | Cancelled)
                && record.applied_at.is_none();
            if !may {
                return state("It is being done or is done already; undo it instead.");
            }
            (record.state, record.lease) = (ImportState::Cancelled, None);
            record.headings.clear();
            Ok(())
        })?;
        self.forget(import)?;
        Ok(cancelled)
    }

    /// Deletes what a cancelled import holds, in chunks.
    fn forget(&self, import: Uuid) -> Result<(), StoreError> {
        self.drop_file(import)?;
        loop {
            let gone = self.store.write_blocking(Lane::Normal, Vec::new(), move |tx| {
                let hidden = people::delete_staged_some(tx, import)?;
                Ok::<_, Halt<Never>>(hidden + store::delete_some_rows(tx, import, ROWS)?)
            });
            if gone.map_err(never)? == 0 {
                return Ok(());
            }
        }
    }

    fn change(
        &self,
        by: Steward,
        request: Request,
        import: Uuid,
        rule: impl Fn(&mut Tx<'_>, &Steward, &mut Record) -> Result<(), Halt<Refusal>> + Send + 'static,
    ) -> Written<Import> {
        let known = self.record(&by, import)?;
        let scope = known.office.unwrap_or(known.organisation);
        self.store.write_blocking(Lane::Normal, vec![scope], move |tx| {
            once(tx, request, |tx| {
                let vault = tx.vault();
                let found = store::find(tx.reading(), vault, import)?;
                let Some(mut record) = found.filter(|one| by.may(one.organisation, one.office)) else {
                    return Err(Halt::Refuse(Refusal::NotFound));
                };
                rule(tx, &by, &mut record)?;
                store::save(tx, &record)?;
                Ok(record.shown(by.viewer()))
            })
        })
    }
}

impl Steward {
    pub(super) fn viewer(&self) -> Option<Uuid> {
        Some(self.person).filter(|person| !person.is_nil())
    }

    /// Who did it, for the log.
    fn actor(&self) -> Option<(Uuid, &str)> {
        Some((self.viewer()?, self.name.as_deref()?))
    }
}

/// Notes in the log what was done, under the organisation or the office that the list is of.
fn note(tx: &mut Tx<'_>, by: &Steward, record: &Record, deed: Deed, what: String) -> Result<(), Halt<Refusal>> {
    let scope = record.office.unwrap_or(record.organisation);
    audit::service::record(tx, by.actor(), &[scope], Act::new(deed, what).on(record.id))?;
    Ok(())
}

/// One import of an organisation is done or undone at a time.
fn busy(tx: &mut Tx<'_>, record: &Record) -> Result<(), Halt<Refusal>> {
    let vault = tx.vault();
    let others = store::in_states(tx.reading(), vault, &[ImportState::Applying, ImportState::Undoing])?;
    if others.iter().any(|other| other.organisation == record.organisation && other.id != record.id) {
        return state("Another import of this organisation is being done; wait until it is.");
    }
    Ok(())
}

fn state(why: &str) -> Result<(), Halt<Refusal>> {
    Err(Halt::Refuse(Refusal::State(why.to_owned())))
}

/// Whether it is an office of the organisation that takes people.
fn is_open(view: &View, organisation: Uuid, office: Uuid) -> bool {
    view.office(office).is_some_and(|one| one.organisation == organisation && one.closed_at.is_none())
}

fn packed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packing = DeflateEncoder::new(Vec::new(), Compression::fast());
    packing.write_all(bytes)?;
    packing.finish()
}

fn refused(invalid: Invalid) -> WriteError<Refusal> {
    WriteError::Refused(invalid.into())
}

pub(super) fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

const NO_SUCH: &str =
    "There is no such organisation or country office for you; take an identifier that GET /v1/places names.";
const NO_OFFICE: &str = "There is no such country office for you; take an identifier that GET /v1/places names.";

/// A write that no rule refuses.
#[derive(Debug)]
pub(super) enum Never {}

/// The only way in which such a write fails.
pub(super) fn never(error: WriteError<Never>) -> StoreError {
    match error {
        WriteError::Store(error) => error,
        WriteError::Refused(never) => match never {},
    }
}
