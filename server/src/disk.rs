//! The disk that the data directory is on. What is left of it is kept for alarms: lists and changes are refused
//! first, and a ballast file gives its room back when it runs out.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

use rustix::fs::{FallocateFlags, fallocate, statvfs};

/// Size of the ballast.
pub const BALLAST: u64 = 64 * MIB;

/// Below this much room lists are refused; below this changes too; below this the ballast is given back.
const LISTS: u64 = 48 * MIB;
const CHANGES: u64 = 24 * MIB;
const LAST: u64 = 8 * MIB;

const MIB: u64 = 1024 * 1024;

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// Enough for everything.
    Enough,
    /// No more lists and exports.
    NoLists,
    /// No more changes: alarms and what is done about them.
    AlarmsOnly,
}

/// What is to be done about the ballast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ballast {
    Keep,
    Give,
    Make,
}

/// The disk of a data directory.
#[derive(Debug)]
pub struct Disk {
    ballast: PathBuf,
    room: AtomicU8,
    looking: Mutex<()>,
}

impl Disk {
    /// Of this directory. Looks at it, and makes the ballast where there is room for it.
    pub fn of(dir: &Path) -> Self {
        let disk = Self { ballast: dir.join("ballast"), room: AtomicU8::new(0), looking: Mutex::new(()) };
        disk.look();
        disk
    }

    /// How much room there was when it was last looked at.
    pub fn room(&self) -> Room {
        match self.room.load(Ordering::Relaxed) {
            0 => Room::Enough,
            1 => Room::NoLists,
            _ => Room::AlarmsOnly,
        }
    }

    /// Looks how much room there is, and gives the ballast back or makes it anew.
    pub fn look(&self) {
        let _one_at_a_time = self.looking.lock();
        let dir = self.ballast.parent().unwrap_or(&self.ballast);
        let free = match statvfs(dir) {
            Ok(found) => found.f_bavail.saturating_mul(found.f_frsize),
            Err(error) => {
                tracing::warn!(%error, "how much room the disk has is not known");
                return;
            }
        };
        let kept = std::fs::metadata(&self.ballast).map_or(0, |file| file.len());
        let (room, ballast) = judge(free, kept);
        let was = self.room.swap(room as u8, Ordering::Relaxed);
        if was != room as u8 {
            tracing::warn!(free, ?room, "the disk's room changed");
        }
        let kept = match ballast {
            Ballast::Keep => kept,
            Ballast::Give => match std::fs::remove_file(&self.ballast) {
                Ok(()) => {
                    tracing::error!(free, "the disk is full: the ballast was given back, what is left is for alarms");
                    0
                }
                Err(error) => {
                    tracing::error!(%error, "the ballast could not be given back");
                    kept
                }
            },
            Ballast::Make => match self.make() {
                Ok(()) => BALLAST,
                Err(error) => {
                    tracing::warn!(%error, "the ballast could not be made");
                    drop(std::fs::remove_file(&self.ballast));
                    0
                }
            },
        };
        metrics::gauge!("muster_disk_free_bytes").set(free as f64);
        metrics::gauge!("muster_ballast_bytes").set(kept as f64);
    }

    fn make(&self) -> std::io::Result<()> {
        let file: File = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&self.ballast)?;
        fallocate(&file, FallocateFlags::empty(), 0, BALLAST)?;
        file.sync_all()
    }
}

/// What `free` bytes beside a ballast of `kept` bytes allow.
fn judge(free: u64, kept: u64) -> (Room, Ballast) {
    // Without its ballast a disk has that much less for anything but alarms.
    let spare = if kept >= BALLAST { free } else { free.saturating_sub(BALLAST) };
    let room = match spare {
        ..CHANGES => Room::AlarmsOnly,
        CHANGES..LISTS => Room::NoLists,
        LISTS.. => Room::Enough,
    };
    let ballast = match (kept >= BALLAST, free) {
        (true, ..LAST) => Ballast::Give,
        // Made only where something is left beside it, so that it is not given back at once.
        (false, _) if spare >= LISTS => Ballast::Make,
        _ => Ballast::Keep,
    };
    (room, ballast)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_refused_first_then_changes_and_the_ballast_is_the_last() {
        assert_eq!(judge(100 * MIB, BALLAST), (Room::Enough, Ballast::Keep));
        assert_eq!(judge(47 * MIB, BALLAST), (Room::NoLists, Ballast::Keep));
        assert_eq!(judge(23 * MIB, BALLAST), (Room::AlarmsOnly, Ballast::Keep));
        assert_eq!(judge(7 * MIB, BALLAST), (Room::AlarmsOnly, Ballast::Give));
        // Given back, its room is not there for everybody.
        assert_eq!(judge(71 * MIB, 0), (Room::AlarmsOnly, Ballast::Keep));
        assert_eq!(judge(100 * MIB, 0), (Room::NoLists, Ballast::Keep));
        assert_eq!(judge(112 * MIB, 0), (Room::Enough, Ballast::Make));
    }

    #[test]
    fn the_ballast_takes_its_room_on_the_disk() {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::of(dir.path());
        assert_eq!(disk.room(), Room::Enough, "the disk of the tests has room");
        use std::os::unix::fs::MetadataExt;
        let ballast = std::fs::metadata(dir.path().join("ballast")).unwrap();
        assert_eq!((ballast.len(), ballast.blocks() * 512 >= BALLAST, ballast.mode() & 0o777), (BALLAST, true, 0o600));
    }
}
