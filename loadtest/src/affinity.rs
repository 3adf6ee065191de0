//! Which processor a process runs on, so that what is measured and who measures do not take turns on one.

use std::fs;

use anyhow::{Context, Result, bail};
use rustix::io::Errno;
use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::process::Process;

/// Processes that are held on a processor; let go again when this value ends.
#[derive(Debug)]
pub struct Pinned {
    /// With the processors that each could use before.
    held: Vec<(Process, CpuSet)>,
    processors: usize,
}

impl Default for Pinned {
    /// Nobody yet, among the processors that this program may use now.
    fn default() -> Self {
        Self { held: Vec::new(), processors: std::thread::available_parallelism().map_or(1, usize::from) }
    }
}

impl Pinned {
    /// Holds every thread of a process, and those that it starts, on one of this machine's processors.
    pub fn hold(&mut self, process: Process, processor: usize) -> Result<()> {
        let most = self.processors;
        if processor >= most {
            bail!("this program may use {most} processors and --pin needs two: measure without it");
        }
        let main = i32::try_from(process.pid).ok().and_then(Pid::from_raw).context("no such process")?;
        self.held.push((process, sched_getaffinity(Some(main)).context("a process cannot be seen")?));
        let mut only = CpuSet::new();
        only.set(processor);
        set(process, &only).context("a thread could not be held on a processor")
    }
}

impl Drop for Pinned {
    /// Lets go of every thread that there is by now: one that was started meanwhile is held too.
    fn drop(&mut self) {
        for (process, before) in self.held.iter().rev() {
            if let Err(error) = set(*process, before) {
                eprintln!("loadtest: process {} is still held on one processor: {error:#}", process.pid);
            }
        }
    }
}

fn set(process: Process, processors: &CpuSet) -> Result<()> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{}/task", process.pid)) else { return Ok(()) };
    for task in tasks.flatten() {
        let id = task.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        let Some(id) = id else { continue };
        match sched_setaffinity(Some(id), processors) {
            // A thread may end meanwhile.
            Ok(()) | Err(Errno::SRCH) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_process_is_held_and_let_go() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let id = Pid::from_raw(i32::try_from(child.id()).unwrap());
        let processors = || sched_getaffinity(id).unwrap().count();
        let (free, mut pinned) = (processors(), Pinned::default());
        pinned.hold(Process { pid: child.id() }, 0).unwrap();
        assert_eq!(processors(), 1);
        assert!(pinned.hold(Process { pid: child.id() }, 10_000).is_err());
        if free > 1 {
            // Holding the very program that holds changes nothing about which processors there are.
            pinned.hold(Process { pid: std::process::id() }, 0).unwrap();
            pinned.hold(Process { pid: child.id() }, 1).unwrap();
        }
        drop(pinned);
        assert_eq!(processors(), free);
        drop(child.stdin.take());
        child.wait().unwrap();
    }
}
