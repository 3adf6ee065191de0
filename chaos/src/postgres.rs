//! A PostgreSQL cluster of a run's own, which may be stopped as a crash does it. It flushes to the disk.

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use muster::kernel::ids;
use rustix::process::{Pid, Signal, kill_process};

/// A cluster. Dropped, it ends.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    password: String,
    /// The user that the cluster belongs to, when it is not who runs this: PostgreSQL does not run as root.
    user: Option<String>,
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.signal_all(Signal::CONT));
        drop(self.stop());
    }
}

impl Postgres {
    /// Makes a cluster in a folder and starts it. `programs` is where `initdb` and `pg_ctl` are.
    pub fn start(programs: &Path, folder: &Path, port: u16) -> Result<Self> {
        std::fs::create_dir(folder)?;
        let password = ids::random().simple().to_string();
        let word = folder.join("word");
        std::fs::write(&word, &password)?;
        let mut cluster = Self { programs: programs.to_owned(), folder: folder.to_owned(), port, password, user: None };
        if rustix::process::geteuid().is_root() {
            let (name, user, group) = database_user()?;
            chown(folder, Some(user), Some(group))?;
            chown(&word, Some(user), Some(group))?;
            cluster.user = Some(name);
        }
        let data = cluster.data();
        let mut initdb = cluster.command("initdb");
        initdb.arg("--pgdata").arg(&data).arg("--pwfile").arg(&word);
        initdb.args(["--username=muster", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]);
        let made = initdb.output().context("initdb does not start")?;
        if !made.status.success() {
            bail!("initdb: {}", String::from_utf8_lossy(&made.stderr));
        }
        cluster.start_again()?;
        Ok(cluster)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = match &self.user {
            None => Command::new(program),
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command
            }
        };
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    /// The database through a port of this machine, which may be a proxy's.
    pub fn url(&self, port: u16) -> String {
        format!("postgres://muster:{}@127.0.0.1:{port}/postgres", self.password)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts it, and waits until it takes connections: after a crash it first works off its log.
    pub fn start_again(&self) -> Result<()> {
        let options = format!(
            "-p {} -h 127.0.0.1 -k '{}' -c fsync=on -c synchronous_commit=on -c full_page_writes=on -c max_connections=200",
            self.port,
            self.folder.display()
        );
        let mut start = self.command("pg_ctl");
        start.args(["start", "--silent", "--wait", "--timeout=60", "--options", &options, "--pgdata"]).arg(self.data());
        // Its children keep what they are given.
        let status =
            start.arg("--log").arg(self.folder.join("log")).stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !status.context("pg_ctl does not start")?.success() {
            let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            let last: Vec<&str> = log.lines().rev().take(10).collect();
            bail!("PostgreSQL does not start: {}", last.join(" | "));
        }
        Ok(())
    }

    /// Stops it as a crash does.
    pub fn stop(&self) -> Result<()> {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--silent", "--mode=immediate", "--wait", "--timeout=30", "--pgdata"]).arg(self.data());
        let stopped = stop.output().context("pg_ctl does not start")?;
        if !stopped.status.success() {
            bail!("PostgreSQL does not stop: {}", String::from_utf8_lossy(&stopped.stderr));
        }
        Ok(())
    }

    /// Sends its first process and all of that one's children a signal.
    pub fn signal_all(&self, signal: Signal) -> Result<()> {
        let first = std::fs::read_to_string(self.data().join("postmaster.pid")).context("PostgreSQL is not running")?;
        let first: i32 = first.lines().next().unwrap_or_default().trim().parse().context("postmaster.pid")?;
        // First the one that would start more of them.
        for number in std::iter::once(first).chain(children(first)) {
            let Some(pid) = Pid::from_raw(number) else { continue };
            // A child may have ended meanwhile.
            let _gone = kill_process(pid, signal);
        }
        Ok(())
    }
}

fn children(of: i32) -> Vec<i32> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let parent = |number: &i32| -> Option<i32> {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
        // The name, in parentheses, may hold anything.
        stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()
    };
    numbers.filter(|number| parent(number) == Some(of)).collect()
}

/// The user whom databases belong to on this machine: name, number, group.
fn database_user() -> Result<(String, u32, u32)> {
    let passwd = std::fs::read_to_string("/etc/passwd").context("/etc/passwd")?;
    let find = |name: &str| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((name.to_owned(), fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody")).context("there is no user whom PostgreSQL could run as")
}
