//! The data directory: one server at a time, one secret.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::config::private_dir;
use crate::kernel::seal::{Keyring, SealKey};

/// A data directory that this process alone uses; the lock ends with it.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Another server uses the directory.
#[derive(Debug, thiserror::Error)]
#[error("another server uses {0}; stop it first, or name another folder with --data")]
pub struct InUse(PathBuf);

impl DataDir {
    /// Makes the directory if need be and locks it.
    pub fn lock(path: &Path) -> anyhow::Result<Self> {
        private_dir(path).with_context(|| format!("cannot make the data directory {}", path.display()))?;
        let file = path.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&file)
            .with_context(|| format!("cannot open {}", file.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(std::fs::TryLockError::WouldBlock) => Err(InUse(path.to_owned()).into()),
            Err(std::fs::TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", file.display()))
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Reads the installation's secret, making it when there is none yet.
pub fn keyring(path: &Path) -> anyhow::Result<Keyring> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let mode = std::fs::metadata(path)?.permissions().mode();
            if mode & 0o077 != 0 {
                tracing::warn!("the installation key can be read by others: make the file's mode 0600");
            }
            let key =
                from_hex(text.trim()).with_context(|| format!("{} does not hold 64 hex digits", path.display()))?;
            Ok(Keyring::new(key))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let key = SealKey::random();
            write_key(path, &key, File::sync_all)
                .with_context(|| format!("cannot write the installation key to {}", path.display()))?;
            Ok(Keyring::new(key))
        }
        Err(error) => bail!("cannot read the installation key {}: {error}", path.display()),
    }
}

/// Writes a new key. It counts only when the disk has both its bytes and its name: a key that is gone
/// after a power cut would leave a database behind that nobody can read.
fn write_key(path: &Path, key: &SealKey, sync: impl Fn(&File) -> std::io::Result<()>) -> std::io::Result<()> {
    let hex: String = key.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = writeln!(file, "{hex}")
        .and_then(|()| sync(&file))
        .and_then(|()| File::open(folder))
        .and_then(|folder| sync(&folder));
    if written.is_err() {
        // The next start makes another one; what is left of this one must not be taken for a key.
        std::fs::remove_file(path)?;
    }
    written
}

fn from_hex(text: &str) -> Option<SealKey> {
    let bytes: Option<Vec<u8>> = (0..text.len())
        .step_by(2)
        .map(|at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect();
    SealKey::from_bytes(&bytes?)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn a_second_server_on_one_directory_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let first = DataDir::lock(dir.path()).unwrap();
        assert!(DataDir::lock(dir.path()).unwrap_err().is::<InUse>());
        drop(first);
        assert!(DataDir::lock(dir.path()).is_ok());
    }

    #[test]
    fn the_secret_is_made_once_and_kept_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("installation.key");
        let made = keyring(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(made.column("x").bytes(), keyring(&path).unwrap().column("x").bytes());
        std::fs::write(&path, "not a key").unwrap();
        assert!(keyring(&path).is_err());
    }

    #[test]
    fn a_new_key_is_on_the_disk_with_its_name_before_it_counts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("installation.key");
        let synced = RefCell::new(Vec::new());
        let sync = |file: &File| {
            let name = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd()))?;
            synced.borrow_mut().push((name, std::fs::read_to_string(&path)?.len()));
            Ok(())
        };
        write_key(&path, &SealKey::random(), sync).unwrap();
        let dir = dir.path().canonicalize().unwrap();
        assert_eq!(synced.take(), [(dir.join("installation.key"), 65), (dir, 65)]);
    }

    #[test]
    fn a_key_that_the_disk_did_not_take_is_not_used() {
        let dir = tempfile::tempdir().unwrap();
        for fails in [1, 2] {
            let calls = RefCell::new(0);
            let sync = |_: &File| {
                *calls.borrow_mut() += 1;
                if *calls.borrow() == fails { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
            };
            let path = dir.path().join(format!("key-{fails}"));
            assert_eq!(write_key(&path, &SealKey::random(), sync).unwrap_err().kind(), ErrorKind::StorageFull);
            assert!(!path.exists());
        }
    }
}
