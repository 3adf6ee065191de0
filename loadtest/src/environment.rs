//! The machine that a figure was measured on: without it the figure says nothing.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::figures::{Figures, Milliseconds};

/// The machine and its state.
#[derive(Debug, Clone, Serialize)]
pub struct Environment {
    /// Processors this process may use.
    pub cores: usize,
    /// Kernel release.
    pub kernel: String,
    /// One, five and fifteen minutes, before the run.
    pub load_average: String,
    /// Open files this process may have.
    pub open_files: u64,
    /// What was typed, secrets left out.
    pub command_line: String,
    /// 8 KiB written and flushed to disk, again and again for a second, in the directory for temporary files.
    pub fsync: Milliseconds,
}

impl Environment {
    /// Looks at the machine; takes a second.
    pub fn look(open_files: u64) -> Result<Self> {
        Ok(Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: first_line("/proc/sys/kernel/osrelease"),
            load_average: load_average(),
            open_files,
            command_line: command_line(std::env::args()),
            fsync: fsync(Duration::from_secs(1)).context("the disk probe failed")?,
        })
    }
}

/// The load averages now.
pub fn load_average() -> String {
    first_line("/proc/loadavg").split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Options whose values are nobody's business.
const SECRET: [&str; 3] = ["--admin-password", "--admin-email", "--postgres"];

fn command_line(words: impl Iterator<Item = String>) -> String {
    let (mut said, mut hidden) = (Vec::new(), false);
    for word in words {
        let option = word.split_once('=').map(|(option, _)| option.to_owned());
        said.push(match option {
            _ if hidden => "...".to_owned(),
            Some(option) if SECRET.contains(&option.as_str()) => format!("{option}=..."),
            _ => word.clone(),
        });
        hidden = !hidden && SECRET.contains(&word.as_str());
    }
    said.join(" ")
}

fn first_line(path: &str) -> String {
    fs::read_to_string(path)
        .map_or_else(|_| "unknown".to_owned(), |text| text.lines().next().unwrap_or_default().to_owned())
}

fn fsync(length: Duration) -> Result<Milliseconds> {
    let mut file: File = tempfile::tempfile()?;
    let (page, mut figures, began) = ([0x5a_u8; 8_192], Figures::new()?, Instant::now());
    while began.elapsed() < length {
        let one = Instant::now();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&page)?;
        file.sync_data()?;
        figures.add(one.elapsed());
    }
    Ok(figures.milliseconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_probe_flushes_and_ends() {
        let figures = fsync(Duration::from_millis(20)).unwrap();
        assert!(figures.count > 0 && figures.max >= figures.p50);
    }

    #[test]
    fn a_command_line_is_told_without_its_secrets() {
        let told = |line: &str| command_line(line.split(' ').map(str::to_owned));
        assert_eq!(told("loadtest tap --demo --rate 5"), "loadtest tap --demo --rate 5");
        assert_eq!(
            told("loadtest ingest --postgres postgres://u:p@h/d --admin-password=x --rate 5 --admin-email a"),
            "loadtest ingest --postgres ... --admin-password=... --rate 5 --admin-email ..."
        );
    }

    #[test]
    fn the_machine_says_what_it_is() {
        let environment = Environment::look(9).unwrap();
        assert!(environment.cores > 0 && environment.load_average.split(' ').count() == 3, "{environment:?}");
    }
}
