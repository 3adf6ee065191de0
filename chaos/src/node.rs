//! One node: the real program in a process of its own.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::Method;
use rustix::process::{Pid, Signal, kill_process};
use tests::{Http, Program};

/// A node that is not ready by then does not become ready.
const READY: Duration = Duration::from_secs(60);

/// Where libfiu is.
const FIU: [&str; 2] = ["/usr/lib/fiu/fiu_run_preload.so", "/usr/lib/fiu/fiu_posix_preload.so"];

/// Where libfaketime is, below the folder of libraries.
const FAKETIME: &str = "faketime/libfaketimeMT.so.1";

/// What comes between a node and the system.
#[derive(Debug, Clone, PartialEq)]
pub enum Between {
    /// Nothing.
    Nothing,
    /// Of the calls that flush to the disk this share fails with EIO.
    FlushesFail(f64),
    /// The wall clock is what the file says; the monotonic one is the machine's.
    Clock(PathBuf),
}

/// Settings of a node that do not change.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its number, from 1.
    pub number: usize,
    /// Where its data directory and logs are.
    pub folder: PathBuf,
    /// Its port.
    pub port: u16,
    /// The setting `database`; empty for a file in the data directory.
    pub database: String,
    /// The setting `redis`.
    pub redis: String,
    /// The installation's key.
    pub key_file: PathBuf,
    /// Where the numbers of running processes are noted, for whoever cleans up after a kill of this program.
    pub pids: PathBuf,
}

/// A node. Dropped, its process ends.
pub struct Node {
    place: Place,
    /// The data directory.
    pub data: PathBuf,
    child: Option<Child>,
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.kill());
    }
}

impl Node {
    /// One that is not started.
    pub fn new(place: Place) -> Self {
        Self { data: place.folder.join("data"), place, child: None }
    }

    /// Its number, from 1.
    pub fn number(&self) -> usize {
        self.place.number
    }

    /// A command of the program on its data directory.
    pub fn command(&self) -> Command {
        let mut command = Command::new(Program::path());
        command.env_clear().env("MUSTER_DATA", &self.data).env("MUSTER_DATABASE", &self.place.database);
        command.env("MUSTER_REDIS", &self.place.redis).env("MUSTER_KEY_FILE", &self.place.key_file);
        command.env("MUSTER_REQUIRE_SECOND_FACTOR", "false").env("MUSTER_LOG", "warn").stdin(Stdio::null());
        command
    }

    /// Starts it; what it says goes after what it said before.
    pub fn start(&mut self, between: &Between) -> Result<()> {
        let file = |name: &str| {
            let path = self.place.folder.join(name);
            File::options().create(true).append(true).open(&path).with_context(|| path.display().to_string())
        };
        let mut command = self.command();
        match between {
            Between::Nothing => {}
            Between::FlushesFail(share) => {
                let fails = format!("enable_random name=posix/io/sync/*,failinfo=5,probability={share}");
                command.env("LD_PRELOAD", FIU.join(":")).env("FIU_ENABLE", fails);
            }
            Between::Clock(said) => {
                let library = faketime().context("libfaketime is not installed")?;
                command.env("LD_PRELOAD", library).env("FAKETIME_TIMESTAMP_FILE", said).env("FAKETIME_NO_CACHE", "1");
                command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");
            }
        }
        let command = command.args(["serve", "--listen", &format!("127.0.0.1:{}", self.place.port)]);
        let child = command.stdout(file("stdout")?).stderr(file("stderr")?).spawn().context("muster does not start")?;
        std::fs::write(self.place.pids.join(child.id().to_string()), "muster")?;
        self.child = Some(child);
        Ok(())
    }

    /// Whether its process runs.
    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// Waits until it is ready. False when its process ended.
    pub async fn ready(&mut self) -> Result<bool> {
        let http = self.http();
        let deadline = Instant::now() + READY;
        loop {
            if !self.is_running() {
                return Ok(false);
            }
            let asked = http.request(Method::GET, "/readyz").timeout(Duration::from_secs(2));
            if http.try_send(asked).await.is_some_and(|answer| answer.status == 200) {
                return Ok(true);
            }
            if Instant::now() > deadline {
                bail!("node {} was not ready within {READY:?}; it said:\n{}", self.number(), self.last_words());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Starts it and waits until it is ready; once more, and again, when it ends before.
    pub async fn start_ready(&mut self, between: &Between) -> Result<()> {
        for _ in 0..5 {
            self.start(between)?;
            if self.ready().await? {
                return Ok(());
            }
            self.kill()?;
        }
        bail!("node {} does not stay; it said:\n{}", self.number(), self.last_words())
    }

    /// Ends it as a power cut does; nothing to do when it is not running.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            child.wait().context("a node that was killed")?;
            drop(std::fs::remove_file(self.place.pids.join(child.id().to_string())));
        }
        Ok(())
    }

    /// Asks it to end, and waits for it.
    pub async fn stop(&mut self) -> Result<Option<ExitStatus>> {
        self.signal(Signal::TERM)?;
        let deadline = Instant::now() + Duration::from_secs(15);
        let Some(child) = &mut self.child else { return Ok(None) };
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            if Instant::now() > deadline {
                break None;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        self.kill()?;
        Ok(status)
    }

    /// Sends its process a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let child = self.child.as_ref().context("the node is not running")?;
        kill_process(Pid::from_child(child), signal).context("a signal to a node")
    }

    /// HTTP to it, past every proxy.
    pub fn http(&self) -> Http {
        Http::to(self.place.port)
    }

    /// What its process holds of the memory, kibibytes.
    pub fn memory_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.as_ref()?.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// What it printed.
    pub fn stdout(&self) -> String {
        std::fs::read_to_string(self.place.folder.join("stdout")).unwrap_or_default()
    }

    /// The end of what it logged.
    pub fn last_words(&self) -> String {
        let said = std::fs::read_to_string(self.place.folder.join("stderr")).unwrap_or_default();
        let lines: Vec<&str> = said.lines().collect();
        lines.get(lines.len().saturating_sub(15)..).unwrap_or_default().join("\n")
    }
}

/// Whether libfiu is there.
pub fn has_fiu() -> bool {
    FIU.iter().all(|library| Path::new(library).exists())
}

/// Where libfaketime is.
pub fn faketime() -> Option<PathBuf> {
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
    folders.iter().map(|folder| Path::new(folder).join(FAKETIME)).find(|library| library.exists())
}
