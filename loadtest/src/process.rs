//! What a process of this machine costs: processor time and memory, as the kernel counts them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::target::Target;

/// A process that is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: u32,
}

/// Memory of a process, in KiB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// Resident: shared pages count whole.
    pub rss_kib: u64,
    /// Its share of them: a page of two processes counts half.
    pub pss_kib: u64,
}

/// Processor time of every thread of a process at one moment, in nanoseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cpu {
    threads: BTreeMap<u32, u64>,
}

impl Cpu {
    /// Nanoseconds since an `earlier` moment. A thread that ended in between is not counted: what it did
    /// after the earlier moment is not known any more.
    pub fn since(&self, earlier: &Self) -> u64 {
        let spent =
            self.threads.iter().map(|(id, now)| now.saturating_sub(earlier.threads.get(id).copied().unwrap_or(0)));
        spent.sum()
    }
}

impl Process {
    /// The process that listens at this TCP port of this machine. Only those of the same user can be seen.
    pub fn listening(port: u16) -> Result<Self> {
        let mut inodes = Vec::new();
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            let text = fs::read_to_string(table).unwrap_or_default();
            inodes.extend(text.lines().filter_map(|line| listening_inode(line, port)));
        }
        if inodes.is_empty() {
            bail!("nothing listens at port {port} of this machine");
        }
        for entry in fs::read_dir("/proc").context("/proc cannot be read")?.flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            if holds(&entry.path().join("fd"), &inodes) {
                return Ok(Self { pid });
            }
        }
        bail!("the process that listens at port {port} cannot be seen; name it by --server-pid")
    }

    /// The server's process: the one named, else the one that listens where the server is, when that is on this
    /// machine.
    pub fn of_server(target: &Target, named: Option<u32>) -> Result<Option<Self>> {
        match named {
            Some(pid) => Ok(Some(Self { pid })),
            None if target.address.ip().is_loopback() => Self::listening(target.address.port()).map(Some),
            None => Ok(None),
        }
    }

    /// How many files it may have open.
    pub fn open_files(self) -> Result<u64> {
        let path = format!("/proc/{}/limits", self.pid);
        let text = fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
        open_files_of(&text).with_context(|| format!("{path} is not understood"))
    }

    /// Processor time up to now.
    pub fn cpu(self) -> Result<Cpu> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.pid))
            .with_context(|| format!("process {} cannot be seen", self.pid))?;
        let mut threads = BTreeMap::new();
        for task in tasks.flatten() {
            let Some(id) = task.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            // A thread may end while the others are read.
            let Ok(text) = fs::read_to_string(task.path().join("schedstat")) else { continue };
            threads.insert(id, on_cpu_ns(&text).context("schedstat is not understood: no CPU figures on this kernel")?);
        }
        Ok(Cpu { threads })
    }

    /// Memory now.
    pub fn memory(self) -> Result<Memory> {
        let path = format!("/proc/{}/smaps_rollup", self.pid);
        let text = fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
        memory_of(&text).with_context(|| format!("{path} is not understood"))
    }
}

/// The inode of a line of `/proc/net/tcp` when it listens at this port.
fn listening_inode(line: &str, port: u16) -> Option<u64> {
    let mut fields = line.split_whitespace();
    let local = fields.nth(1)?;
    let (_, state) = (fields.next()?, fields.next()?);
    let found = u16::from_str_radix(local.rsplit_once(':')?.1, 16).ok()?;
    let inode = fields.nth(5)?.parse().ok()?;
    (found == port && state == "0A").then_some(inode)
}

fn holds(files: &Path, inodes: &[u64]) -> bool {
    let Ok(files) = fs::read_dir(files) else { return false };
    files.flatten().filter_map(|file| fs::read_link(file.path()).ok()).any(|link| {
        let inode = link.to_str().and_then(|link| link.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok());
        inode.is_some_and(|inode| inodes.contains(&inode))
    })
}

/// The first field of a thread's `schedstat`: nanoseconds on a processor.
fn on_cpu_ns(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

fn open_files_of(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    let soft = line.split_whitespace().next()?;
    if soft == "unlimited" { Some(u64::MAX) } else { soft.parse().ok() }
}

fn memory_of(text: &str) -> Option<Memory> {
    let of = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    Some(Memory { rss_kib: of("Rss:")?, pss_kib: of("Pss:")? })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::{Duration, Instant};

    use super::*;

    fn cpu(threads: &[(u32, u64)]) -> Cpu {
        Cpu { threads: threads.iter().copied().collect() }
    }

    #[test]
    fn time_is_counted_thread_by_thread() {
        let before = cpu(&[(1, 1_000), (2, 500)]);
        assert_eq!(cpu(&[(1, 1_300), (2, 500), (3, 40)]).since(&before), 340);
        assert_eq!(cpu(&[(1, 1_300)]).since(&before), 300, "one that ended takes nothing away");
    }

    #[test]
    fn the_kernels_texts_are_read() {
        assert_eq!(on_cpu_ns("123456789 4242 17\n"), Some(123_456_789));
        assert_eq!(on_cpu_ns(""), None);
        let rollup = "55f4-7ffc ---p 00000000 00:00 0 [rollup]\nRss:                1768 kB\nPss:                 216 kB\nPss_Dirty:           116 kB\n";
        assert_eq!(memory_of(rollup), Some(Memory { rss_kib: 1_768, pss_kib: 216 }));
        assert_eq!(memory_of("Rss: 5 kB\n"), None);
        let limits = "Limit                     Soft Limit           Hard Limit           Units\n\
            Max open files            1024                 20000                files\n";
        assert_eq!(open_files_of(limits), Some(1_024));
        assert_eq!(open_files_of(&limits.replace("1024 ", "unlimited ")), Some(u64::MAX));
        let line =
            "   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 1 00 100";
        assert_eq!(listening_inode(line, 8_080), Some(31_337));
        assert_eq!(listening_inode(line, 8_081), None);
        assert_eq!(listening_inode(&line.replace(" 0A ", " 01 "), 8_080), None, "a connection of that port");
        assert_eq!(listening_inode("  sl  local_address rem_address   st", 8_080), None);
    }

    #[test]
    fn the_servers_process_is_only_looked_for_on_this_machine() {
        let away = Target::parse("http://192.0.2.1:8080", true).unwrap();
        assert_eq!(Process::of_server(&away, None).unwrap(), None);
        assert_eq!(Process::of_server(&away, Some(7)).unwrap(), Some(Process { pid: 7 }));
    }

    #[test]
    fn this_process_is_found_by_its_port_and_its_work_is_seen() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let this = Process::listening(listener.local_addr().unwrap().port()).unwrap();
        assert_eq!(this.pid, std::process::id());
        assert!(this.memory().unwrap().rss_kib > 0 && this.open_files().unwrap() > 0);
        let (before, began) = (this.cpu().unwrap(), Instant::now());
        while this.cpu().unwrap().since(&before) < 1_000_000 {
            assert!(began.elapsed() < Duration::from_secs(30), "no work is seen");
        }
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        assert!(Process::listening(port).is_err());
    }
}
