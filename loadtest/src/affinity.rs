//! Which processor a process runs on, so that what is measured and who measures do not take turns on one.

use std::fs;

use anyhow::{Context, Result, bail};
use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::process::Process;

/// Processes that are held on a processor; let go again when this value ends.
#[derive(Debug, Default)]
pub struct Pinned {
    before: Vec<(Pid, CpuSet)>,
}

impl Pinned {
    /// Holds every thread of a process, and those that it starts, on one of this machine's processors.
    pub fn hold(&mut self, process: Process, processor: usize) -> Result<()> {
        let most = std::thread::available_parallelism().map_or(1, usize::from);
        if processor >= most {
            bail!(
                "this machine lets this program use {most} processors: without --pin it can be measured all the same"
            );
        }
        let mut only = CpuSet::new();
        only.set(processor);
        let tasks = fs::read_dir(format!("/proc/{}/task", process.pid)).context("the threads cannot be seen")?;
        for task in tasks.flatten() {
            let id = task.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
            let Some(id) = id else { continue };
            // A thread may end meanwhile.
            let Ok(before) = sched_getaffinity(Some(id)) else { continue };
            sched_setaffinity(Some(id), &only).context("a thread could not be held on a processor")?;
            self.before.push((id, before));
        }
        Ok(())
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        for (id, before) in &self.before {
            // A thread that ended needs nothing.
            let _ended = sched_setaffinity(Some(*id), before);
        }
    }
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
        drop(pinned);
        assert_eq!(processors(), free);
        drop(child.stdin.take());
        child.wait().unwrap();
    }
}
