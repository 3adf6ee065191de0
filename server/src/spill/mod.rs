//! What could not be stored yet: a file of sealed records, each on this node's disk before anybody is told that it
//! is held. It takes only what the database could not take, and gives it back in order.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use crate::kernel::seal::{Keyring, SealKey};

/// Records held at most, and bytes of the file. Beyond it the sender keeps what it has.
const MOST: usize = 10_000;
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Longest record that a file may hold; a longer one is damage.
const LONGEST: u32 = 1024 * 1024;

/// Bytes before each record: its length.
const LENGTH: usize = 4;

/// Bytes that a record takes beyond what it holds: length, seal, identifier.
const OVERHEAD: usize = 64;

/// A file below this is not written anew.
const WORTH_IT: u64 = 1024 * 1024;

/// What a record is sealed for.
const PLACE: &[u8] = b"spill/record";

/// A record could not be put on this node's disk, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it could not be put on this node's disk: {0}")]
pub struct NotHeld(String);

impl NotHeld {
    /// For this reason.
    pub fn because(why: &impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }
}

/// A record.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// The same for each repeat of the same thing.
    pub id: Uuid,
    /// What it holds.
    pub plain: Vec<u8>,
}

/// The file and what it holds.
pub struct Spill {
    path: PathBuf,
    key: SealKey,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    file: Option<File>,
    bytes: u64,
    records: Vec<Record>,
}

impl std::fmt::Debug for Spill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spill").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Spill {
    /// Opens the file of a data directory and reads what an earlier process left in it. A record that broke off was
    /// never acknowledged: it is cut off, and set aside in a file of its own where the disk takes it. One that does not
    /// open is damage; those after it count all the same.
    pub fn open(dir: &Path, keyring: &Keyring) -> std::io::Result<Self> {
        let path = dir.join("spill");
        let key = keyring.derive("spill", b"");
        let mut held = Held::default();
        match File::open(&path) {
            Ok(mut file) => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes)?;
                let (records, good) = read_all(&key, &bytes);
                if good < bytes.len() {
                    set_aside(dir, bytes.get(good..).unwrap_or_default());
                    let cut = OpenOptions::new().write(true).open(&path)?;
                    cut.set_len(good as u64)?;
                    cut.sync_all()?;
                }
                held = Held { file: None, bytes: good as u64, records };
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(Self { path, key, held: Mutex::new(held) })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a record on the disk: when this returns well, a crash does not lose it. One that is held already is not
    /// written twice. Waits for the disk.
    pub fn hold(&self, record: Record) -> Result<(), NotHeld> {
        let mut held = self.held();
        if held.records.iter().any(|known| known.id == record.id) {
            return Ok(());
        }
        let bytes = self.encode(&record)?;
        if held.records.len() >= MOST || held.bytes + bytes.len() as u64 > MOST_BYTES {
            return Err(NotHeld("the file is full".into()));
        }
        let end = held.bytes;
        if let Err(error) = self.append(&mut held, end, &bytes) {
            // Whatever came of it, what follows begins where the last good record ended.
            if let Some(file) = held.file.take()
                && let Err(error) = file.set_len(end)
            {
                tracing::debug!(%error, "what broke off stays at the end of the spill file until the next record");
            }
            return Err(NotHeld(error.to_string()));
        }
        held.bytes += bytes.len() as u64;
        held.records.push(record);
        Ok(())
    }

    fn encode(&self, record: &Record) -> Result<Vec<u8>, NotHeld> {
        let sealed = self.key.seal(PLACE, &[record.id.as_bytes().as_slice(), &record.plain].concat());
        let length = u32::try_from(sealed.len()).ok().filter(|length| *length <= LONGEST);
        let length = length.ok_or_else(|| NotHeld("the record is too long".into()))?;
        Ok([length.to_be_bytes().as_slice(), &sealed].concat())
    }

    fn append(&self, held: &mut Held, end: u64, bytes: &[u8]) -> std::io::Result<()> {
        let file = match &mut held.file {
            Some(file) => file,
            none => none.insert(self.create()?),
        };
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        file.write_all(bytes)?;
        file.sync_data()
    }

    fn create(&self) -> std::io::Result<File> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&self.path)?;
        // The name is on the disk too.
        File::open(self.folder())?.sync_all()?;
        Ok(file)
    }

    /// What is held, the oldest first.
    pub fn records(&self) -> Vec<Record> {
        self.held().records.clone()
    }

    /// How many are held.
    pub fn len(&self) -> usize {
        self.held().records.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// This one is stored elsewhere now. The file is emptied when none is left, and written anew when most of it is
    /// done; until then a crash brings what is done back, and whoever stores it finds that it is stored.
    pub fn done(&self, id: Uuid) {
        let mut held = self.held();
        held.records.retain(|record| record.id != id);
        let shrunk = if held.records.is_empty() { self.empty(&mut held) } else { self.write_anew(&mut held) };
        if let Err(error) = shrunk {
            tracing::warn!(%error, "the spill file could not be made smaller; what is done in it is stored all the same");
            held.file = None;
            held.bytes = std::fs::metadata(&self.path).map_or(0, |found| found.len());
        }
    }

    fn empty(&self, held: &mut Held) -> std::io::Result<()> {
        if held.bytes == 0 {
            return Ok(());
        }
        let file = match held.file.take() {
            Some(file) => file,
            None => self.create()?,
        };
        file.set_len(0)?;
        held.bytes = 0;
        file.sync_data()?;
        held.file = Some(file);
        Ok(())
    }

    /// Leaves out what is done, when that is worth a new file.
    fn write_anew(&self, held: &mut Held) -> std::io::Result<()> {
        let left: usize = held.records.iter().map(|record| record.plain.len() + OVERHEAD).sum();
        if held.bytes < WORTH_IT || held.bytes / 2 < left as u64 {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(left);
        for record in &held.records {
            bytes.extend(self.encode(record).map_err(std::io::Error::other)?);
        }
        let anew = self.path.with_extension("new");
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&anew)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        std::fs::rename(&anew, &self.path)?;
        held.file = None;
        held.bytes = bytes.len() as u64;
        File::open(self.folder())?.sync_all()
    }

    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }
}

/// Keeps what cannot be read, where the disk takes it: a full one must not keep the server from starting.
fn set_aside(dir: &Path, rest: &[u8]) {
    let aside = dir.join(format!("spill.{}.damaged", Uuid::now_v7()));
    match std::fs::write(&aside, rest) {
        Ok(()) => tracing::warn!(bytes = rest.len(), file = %aside.display(), "the end of the spill file is set aside"),
        Err(error) => tracing::error!(bytes = rest.len(), %error, "the end of the spill file is cut off and lost"),
    }
}

/// The records of a file, and where the last whole one ends.
fn read_all(key: &SealKey, bytes: &[u8]) -> (Vec<Record>, usize) {
    let mut records: Vec<Record> = Vec::new();
    let mut good = 0;
    while let Some(sealed) = next(bytes.get(good..).unwrap_or_default()) {
        good += LENGTH + sealed.len();
        match read_one(key, sealed) {
            Some(record) if records.iter().any(|known| known.id == record.id) => {}
            Some(record) => records.push(record),
            None => tracing::error!(bytes = sealed.len(), "a record of the spill file does not open"),
        }
    }
    (records, good)
}

/// The next sealed record, whole.
fn next(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH>()?;
    let length = u32::from_be_bytes(*length);
    (1..=LONGEST).contains(&length).then(|| rest.get(..usize::try_from(length).ok()?)).flatten()
}

fn read_one(key: &SealKey, sealed: &[u8]) -> Option<Record> {
    let plain = key.open(PLACE, sealed).ok()?;
    let (id, plain) = plain.split_first_chunk::<16>()?;
    Some(Record { id: Uuid::from_bytes(*id), plain: plain.to_vec() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keyring() -> Keyring {
        Keyring::new(SealKey::from_bytes(&[7; 32]).unwrap())
    }

    fn record(n: u128) -> Record {
        Record { id: Uuid::from_u128(n), plain: vec![n as u8; n as usize * 10] }
    }

    fn open(dir: &Path) -> Spill {
        Spill::open(dir, &keyring()).unwrap()
    }

    #[test]
    fn what_is_held_is_there_after_a_restart_once_and_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let spill = open(dir.path());
        for n in [1, 2, 3, 2, 1] {
            spill.hold(record(n)).unwrap();
        }
        let again = open(dir.path());
        assert!(again.records() == [record(1), record(2), record(3)]);
        again.hold(record(4)).unwrap();
        again.done(Uuid::from_u128(2));
        assert!(open(dir.path()).records() == [record(1), record(2), record(3), record(4)]);
        for n in [1, 3, 4] {
            again.done(Uuid::from_u128(n));
        }
        assert!(open(dir.path()).is_empty());
        again.hold(record(5)).unwrap();
        assert!(open(dir.path()).records() == [record(5)]);
    }

    #[test]
    fn nothing_in_the_file_can_be_read_without_the_key() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path()).hold(Record { id: Uuid::nil(), plain: b"Musa Kimani".to_vec() }).unwrap();
        let bytes = std::fs::read(dir.path().join("spill")).unwrap();
        assert!(!bytes.windows(4).any(|window| window == b"Musa"));
        assert!(Spill::open(dir.path(), &Keyring::new(SealKey::random())).unwrap().is_empty());
    }

    #[test]
    fn a_disk_that_does_not_take_it_is_said_and_what_comes_later_is_held() {
        let dir = tempfile::tempdir().unwrap();
        let spill = open(&dir.path().join("gone"));
        assert!(spill.hold(record(1)).is_err());
        assert!(spill.is_empty());
        std::fs::create_dir(dir.path().join("gone")).unwrap();
        spill.hold(record(2)).unwrap();
        assert!(open(&dir.path().join("gone")).records() == [record(2)]);
    }

    #[test]
    fn one_that_does_not_open_hides_none_that_follow() {
        let dir = tempfile::tempdir().unwrap();
        let spill = open(dir.path());
        spill.hold(record(1)).unwrap();
        let end = spill.held().bytes as usize;
        spill.hold(record(2)).unwrap();
        spill.hold(record(3)).unwrap();
        let path = dir.path().join("spill");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[end + LENGTH + 20] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(open(dir.path()).records() == [record(1), record(3)]);
    }

    #[test]
    fn what_is_done_does_not_fill_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let spill = open(dir.path());
        let large = |n: u128| Record { id: Uuid::from_u128(n), plain: vec![0; 60 * 1024] };
        spill.hold(record(1)).unwrap();
        for n in 10..2_000 {
            spill.hold(large(n)).unwrap();
            spill.done(Uuid::from_u128(n));
        }
        assert!(std::fs::metadata(dir.path().join("spill")).unwrap().len() < 2 * WORTH_IT);
        spill.hold(record(2)).unwrap();
        let again = open(dir.path()).records();
        assert!([record(1), record(2)].iter().all(|one| again.contains(one)));
        assert!(again.len() < 60, "few that are done come back");
    }

    #[test]
    fn it_is_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let spill = open(dir.path());
        spill.held().records = (0..MOST).map(|n| Record { id: Uuid::from_u128(n as u128), plain: vec![] }).collect();
        assert!(spill.hold(record(MOST as u128)).is_err());
        let long = Record { id: Uuid::max(), plain: vec![0; LONGEST as usize] };
        assert!(open(dir.path()).hold(long).is_err());
    }

    proptest! {
        #[test]
        fn a_file_that_broke_off_or_was_changed_gives_back_what_came_before(cut in 0_usize..400, flip: bool) {
            let dir = tempfile::tempdir().unwrap();
            let spill = open(dir.path());
            let mut ends = vec![0];
            for n in 1..=4 {
                spill.hold(record(n)).unwrap();
                ends.push(spill.held().bytes as usize);
            }
            let path = dir.path().join("spill");
            let mut bytes = std::fs::read(&path).unwrap();
            let cut = cut.min(bytes.len() - 1);
            if flip { bytes[cut] ^= 1 } else { bytes.truncate(cut) }
            std::fs::write(&path, &bytes).unwrap();
            let whole = ends.iter().filter(|end| **end <= cut).count() - 1;
            let again = open(dir.path());
            let expected: Vec<Record> = (1..=whole as u128).map(record).collect();
            prop_assert!(again.records().starts_with(&expected));
            // And the next one follows them.
            again.hold(record(9)).unwrap();
            prop_assert!(open(dir.path()).records() == again.records());
        }
    }
}
