//! One server per SQLite file, whatever data directories name it: their numbers would collide and
//! neither would see what the other wrote.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::OpenError;

/// A SQLite file that this process alone uses. A file beside it is locked, not the file itself:
/// SQLite's own locks on that one would be lost when somebody closes it.
#[derive(Debug)]
pub(super) struct FileLock {
    _lock: File,
}

impl FileLock {
    /// Locks `PATH.lock`. A database without a file needs none.
    pub(super) fn beside(database: &str) -> Result<Option<Self>, OpenError> {
        let Some(file) = file_of(database) else { return Ok(None) };
        let mut name = file.clone().into_os_string();
        name.push(".lock");
        let away = |error: std::io::Error| OpenError::Away(format!("{}: {error}", Path::new(&name).display()));
        let lock = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&name).map_err(away)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { _lock: lock })),
            Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::InUse(file)),
            Err(std::fs::TryLockError::Error(error)) => Err(away(error)),
        }
    }
}

/// The file behind a database's name, by one path however it is reached.
fn file_of(database: &str) -> Option<PathBuf> {
    let uri = database.strip_prefix("file:").map(|uri| uri.split('?').next().unwrap_or_default());
    let path = uri.unwrap_or(database);
    if path.is_empty() || path == ":memory:" {
        return None;
    }
    let path = Path::new(path);
    if let Ok(there) = path.canonicalize() {
        return Some(there);
    }
    // It is yet to be made: its folder tells where.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    Some(path.file_name().map_or_else(|| path.to_owned(), |name| folder.join(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_locked_once_by_whatever_path() {
        let dir = tempfile::tempdir().unwrap();
        let named = |path: &str| dir.path().join(path).display().to_string();
        std::fs::create_dir(dir.path().join("folder")).unwrap();
        let first = FileLock::beside(&named("muster.db")).unwrap();
        std::fs::write(named("muster.db"), "").unwrap();
        std::os::unix::fs::symlink(named("muster.db"), named("folder/link.db")).unwrap();
        let uri = format!("file:{}?cache=private", named("muster.db"));
        for same in [named("muster.db"), named("folder/../muster.db"), named("folder/link.db"), uri] {
            let refused = FileLock::beside(&same).unwrap_err();
            assert!(matches!(&refused, OpenError::InUse(file) if file.ends_with("muster.db")), "{same}: {refused}");
        }
        assert!(FileLock::beside(&named("other.db")).unwrap().is_some());
        assert!(FileLock::beside(":memory:").unwrap().is_none());
        drop(first);
        assert!(FileLock::beside(&named("muster.db")).unwrap().is_some());
    }
}
