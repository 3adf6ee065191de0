//! What everybody did and saw, one line of JSON each: all that the checker knows.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::plan::Step;

/// Microseconds since the run began.
pub type Us = u64;

/// A case as somebody saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    /// The case.
    pub case: Uuid,
    /// Its revision.
    pub revision: u64,
    /// How many taps it says it has.
    pub taps: u32,
    /// A hash of all of it.
    pub state: u64,
}

/// How an injection went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It begins.
    Begun,
    /// It is over, and what was broken works again.
    Over,
    /// It did what it should not: the server did not keep what it promises beside the alarms.
    Broke,
    /// It was not run.
    NotRun,
}

/// What a node with little room on its disk is asked to take, in the order in which that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// A list of people.
    List,
    /// A change of something else.
    Change,
    /// A Not Okay.
    NotOkay,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum Record {
    /// The first line.
    Began {
        /// The seed.
        seed: u64,
        /// Whether nodes share a PostgreSQL.
        shared: bool,
        /// Whether it is a short run, in which no figure is held against its bound.
        #[serde(default)]
        short: bool,
    },
    /// A console, and the scopes that it may see.
    Watches {
        /// The console.
        console: u32,
        /// Whose, for people.
        who: String,
        /// Whether its line is its own, and broken by itself.
        lone: bool,
        /// What it may see; everything when it is not said.
        scopes: Option<Vec<Uuid>>,
    },
    /// A tap is sent, for the first time or again.
    Attempt {
        /// When.
        at: Us,
        /// The tap.
        key: Uuid,
        /// The offices that must hear of it.
        scopes: Vec<Uuid>,
        /// Whether its body is understood, and names its key as a note.
        plain: bool,
    },
    /// It is acknowledged: stored.
    Acknowledged {
        /// When.
        at: Us,
        /// The tap.
        key: Uuid,
        /// Its case.
        case: Uuid,
        /// When the server stored it, by its own clock.
        stored_us: i64,
    },
    /// A node says that it holds it.
    Held {
        /// When.
        at: Us,
        /// The tap.
        key: Uuid,
    },
    /// There was no answer: it may be stored or not.
    Unknown {
        /// When.
        at: Us,
        /// The tap.
        key: Uuid,
    },
    /// It was turned away, to come again.
    Refused {
        /// When.
        at: Us,
        /// The tap.
        key: Uuid,
        /// The status.
        status: u16,
    },
    /// A console dialled and was welcomed.
    Welcomed {
        /// When.
        at: Us,
        /// The console.
        console: u32,
        /// The link that it came by.
        link: u32,
    },
    /// A console took a snapshot.
    Snapshot {
        /// When.
        at: Us,
        /// The console.
        console: u32,
        /// The number of each scope that it is exact at.
        cursors: BTreeMap<Uuid, u64>,
        /// The cases.
        cases: Vec<Stood>,
    },
    /// A console got an event.
    Event {
        /// When.
        at: Us,
        /// The console.
        console: u32,
        /// Under which scope.
        scope: Uuid,
        /// Its number there.
        seq: u64,
        /// The event.
        event: Uuid,
        /// What it did.
        what: String,
        /// The note that the case has after it, when that is the key of a tap.
        note: Option<Uuid>,
        /// The case after it.
        #[serde(flatten)]
        stood: Stood,
    },
    /// A console got something that is of no case: only its place counts.
    Passed {
        /// When.
        at: Us,
        /// The console.
        console: u32,
        /// Under which scope.
        scope: Uuid,
        /// Its number there.
        seq: u64,
    },
    /// A console was told that it has everything.
    Live {
        /// When.
        at: Us,
        /// The console.
        console: u32,
    },
    /// A console got a heartbeat.
    Beat {
        /// When.
        at: Us,
        /// The console.
        console: u32,
        /// The digest of the server's heads.
        digest: u32,
        /// How late it came, by the server's stamp against the fastest frame of the connection, as the page reckons.
        lag: Us,
        /// Whether the server says that its database does not answer.
        down: bool,
    },
    /// A console was told what is held.
    Provisional {
        /// When.
        at: Us,
        /// The console.
        console: u32,
        /// The taps.
        keys: Vec<Uuid>,
        /// How many more.
        more: u64,
    },
    /// A console's connection is over.
    Ended {
        /// When.
        at: Us,
        /// The console.
        console: u32,
        /// Why.
        why: String,
    },
    /// Frames are lost on a link, or no longer.
    Lossy {
        /// When.
        at: Us,
        /// The link.
        link: u32,
        /// Whether they are.
        on: bool,
    },
    /// Somebody took a case, and will do nothing: a timer reopens it.
    Claimed {
        /// When it was asked for.
        at: Us,
        /// The case.
        case: Uuid,
        /// Its revision after it.
        revision: u64,
    },
    /// A fault.
    Fault {
        /// When.
        at: Us,
        /// The number of the injection.
        number: u32,
        /// What was planned.
        step: Step,
        /// How far it is.
        phase: Phase,
        /// In words.
        said: String,
    },
    /// A node with little room was asked to take something.
    Asked {
        /// When it answered.
        at: Us,
        /// The node, from 0.
        node: u32,
        /// What.
        what: Asked,
        /// Whether it had room for it.
        taken: bool,
    },
    /// What the first node's process holds of the memory.
    Memory {
        /// When.
        at: Us,
        /// Kibibytes.
        kib: u64,
        /// Slow consoles that it serves.
        slow: u32,
    },
    /// No more taps are sent.
    Quiet {
        /// When.
        at: Us,
    },
    /// At the end: an event in the database's log.
    Logged {
        /// The scope.
        scope: Uuid,
        /// Its number there.
        seq: u64,
        /// The event.
        event: Uuid,
        /// Its kind.
        kind: String,
        /// What it is about.
        subject: Uuid,
        /// The key of its request.
        key: Option<Uuid>,
    },
    /// At the end: an event in a case's timeline.
    Told {
        /// The case.
        case: Uuid,
        /// The event.
        event: Uuid,
        /// The case's revision after it.
        revision: u64,
    },
    /// At the end: a fresh snapshot of one node.
    Fresh {
        /// The node.
        node: u32,
        /// The number of each scope that it is exact at.
        cursors: BTreeMap<Uuid, u64>,
        /// The cases.
        cases: Vec<Stood>,
    },
    /// At the end: what `muster verify` says.
    Verified {
        /// Whether every chain holds.
        good: bool,
        /// Its words.
        said: String,
    },
    /// The last line: without it the history is not whole.
    Done {
        /// When.
        at: Us,
    },
}

/// Where lines are written to. Clones share it; when the last is gone the file is whole.
#[derive(Clone)]
pub struct History {
    began: Instant,
    lines: SyncSender<Record>,
}

/// Lines that wait for the disk at most.
const WAITING: usize = 100_000;

impl History {
    /// Starts a file. The thread ends, with whether all was written, when the last clone is gone.
    pub fn start(path: &Path) -> Result<(Self, JoinHandle<Result<()>>)> {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        let (lines, waiting) = sync_channel::<Record>(WAITING);
        let writing = std::thread::Builder::new().name("history".into()).spawn(move || {
            let mut file = BufWriter::new(file);
            for record in waiting {
                serde_json::to_writer(&mut file, &record)?;
                file.write_all(b"\n")?;
            }
            file.flush().context("the history could not be written")
        })?;
        Ok((Self { began: Instant::now(), lines }, writing))
    }

    /// The time of the run.
    pub fn now(&self) -> Us {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(Us::MAX)
    }

    /// Writes a line.
    pub fn note(&self, record: Record) {
        // A writer that failed says so when it is joined.
        drop(self.lines.send(record));
    }
}

/// Reads a history.
pub fn read(path: &Path) -> Result<Vec<Record>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut records = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line?;
        records.push(serde_json::from_str(&line).map_err(|error| anyhow!("line {}: {error}", number + 1))?);
    }
    Ok(records)
}

/// A hash of what a case looks like: FNV-1a, 64 bits.
pub fn state_of(json: &[u8]) -> u64 {
    json.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}
