//! A node whose disk does not take what it is given. With the embedded database that is the database's disk; where nodes
//! share one, it is that of the file in which alarms are held, and so the database is away meanwhile.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Method;
use tokio::sync::MutexGuard;
use tokio::time::sleep;
use wire::Code;

use super::{Outcome, last, nodes};
use crate::ground::Ground;
use crate::history::{Asked, Record};
use crate::link::{Link, Passage, Rule};
use crate::node::{Between, Node, has_fiu};
use crate::plan::Step;

/// Shares of flushes that fail.
const SHARES: [f64; 3] = [0.01, 0.05, 0.2];

/// Room on the small file system while it is not full, kibibytes: enough for the file that a node keeps as ballast.
const ROOM: u64 = 192 * 1024;

/// Longest wait for an answer of a node that is asked.
const ANSWERS: Duration = Duration::from_secs(3);

/// What a node gives up when its disk is full. It is made anew where there is room.
const BALLAST: &str = "ballast";

/// Room on it while lists are refused, and while changes are too, kibibytes; and how long that lasts before the node is
/// asked: it looks at its disk once a second.
const TIGHT: [u64; 2] = [40 * 1024, 16 * 1024];
const LOOKED_AT: Duration = Duration::from_millis(1_300);

/// So many Not Okay are sent to it while it has that little, one after the other, and so many when it is full; fewer in a
/// fault of a short run, which lasts less than this.
const ASKED: [u32; 2] = [30, 5];
const SHORT_MS: u64 = 4_000;

/// How often a file system is made as small as what is left on it, after the ballast was given up.
const FILLS: u64 = 4;

/// While the node's disk is broken nothing passes between it and a database that it shares. Returns the link that is to
/// be freed.
async fn without_database<'a>(ground: &'a Ground, node: &Node) -> Option<(&'a Link, MutexGuard<'a, ()>)> {
    let link = ground.database_links.get(node.number() - 1)?;
    let turn = link.turn().await;
    link.set(Rule::both(Passage::Held));
    Some((link, turn))
}

fn with_database((link, _turn): (&Link, MutexGuard<'_, ()>)) {
    link.set(Rule::FREE);
}

/// Now and then a flush fails.
pub(super) async fn flushes_fail(ground: &Ground, step: &Step, node: &mut Node) -> Result<Outcome> {
    if !has_fiu() {
        return Ok(Outcome::NotRun("fiu-run missing (Debian: fiu-utils)".to_owned()));
    }
    let share = SHARES.get(usize::try_from(step.seed % 3).unwrap_or(0)).copied().unwrap_or(0.01);
    node.kill()?;
    node.start_ready(&Between::FlushesFail(share)).await?;
    let away = without_database(ground, node).await;
    last(step).await;
    away.map(with_database);
    node.kill()?;
    nodes::start_again(node).await?;
    Ok(Outcome::Over(format!("one flush of {:.0} failed", 1.0 / share)))
}

/// The node moves to a small file system, which is filled, and back.
pub(super) async fn full(ground: &Ground, step: &Step, node: &mut Node) -> Result<Outcome> {
    if !rustix::process::geteuid().is_root() {
        return Ok(Outcome::NotRun("only root can mount a small file system".to_owned()));
    }
    let home = node.data.clone();
    let small = match Small::mount(&ground.folder.join(format!("small{}", node.number())), used_kib(&home)? + ROOM) {
        Ok(small) => small,
        Err(error) => return Ok(Outcome::NotRun(format!("a small file system could not be mounted: {error:#}"))),
    };
    node.stop().await?;
    let away = small.folder.join("data");
    copy(&home, &away)?;
    node.data = away.clone();
    node.start_ready(&Between::Nothing).await?;
    let cut_off = without_database(ground, node).await;
    let [tight, full] = ASKED;
    for room in TIGHT {
        small.resize(small.used()? + room)?;
        sleep(LOOKED_AT).await;
        ask(ground, step, node, if step.lasts_ms < SHORT_MS { full } else { tight }).await;
    }
    // The first time the node has its ballast to give; then it has nothing.
    let mut used = small.fill()?;
    for _ in 0..FILLS {
        sleep(Duration::from_millis(step.lasts_ms / FILLS)).await;
        used = small.fill()?;
        ask(ground, step, node, full).await;
    }
    cut_off.map(with_database);
    small.resize(used + ROOM)?;
    let answers = nodes::ready_again(node).await?;
    node.stop().await?;
    std::fs::remove_dir_all(&home)?;
    copy(&away, &home)?;
    node.data = home;
    nodes::start_again(node).await?;
    drop(small);
    Ok(match answers {
        Outcome::Over(_) => Outcome::Over(format!("full at {used} KiB")),
        other => other,
    })
}

/// Asks a node, past every proxy, to take lists, changes and Not Okay by turns, and notes for what it had room.
async fn ask(ground: &Ground, step: &Step, node: &Node, times: u32) {
    let (http, number) = (node.http(), u32::try_from(step.node).unwrap_or(u32::MAX));
    let note = |what: Asked, taken: bool| {
        ground.history.note(Record::Asked { at: ground.history.now(), node: number, what, taken });
    };
    for round in 0..times {
        if round.is_multiple_of(5) {
            for (what, path) in [(Asked::List, "/v1/imports"), (Asked::Change, "/v1/organisations")] {
                let request = http.request(Method::POST, path).timeout(ANSWERS).body("{}");
                // Nobody is signed in: where there is room it is refused for that.
                if let Some(answer) = http.try_send(request).await {
                    note(what, !answer.text().contains(Code::DiskFull.name()));
                }
            }
        }
        match ground.phones.tap_once(&http).await {
            Some(200..300) => note(Asked::NotOkay, true),
            Some(_) => note(Asked::NotOkay, false),
            // Whether it was taken is not known.
            None => {}
        }
    }
}

fn run(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    // There may be none.
    drop(std::fs::remove_file(from.join(BALLAST)));
    run(Command::new("cp").arg("--archive").arg(from).arg(to)).map(drop)
}

fn used_kib(folder: &Path) -> Result<u64> {
    let said = run(Command::new("du").args(["--summarize", "--block-size=1024"]).arg(folder))?;
    said.split_whitespace().next().and_then(|number| number.parse().ok()).context("du said no number")
}

/// A file system in memory. Dropped, it is gone.
struct Small {
    folder: PathBuf,
}

impl Drop for Small {
    fn drop(&mut self) {
        drop(run(Command::new("umount").arg("--lazy").arg(&self.folder)));
    }
}

impl Small {
    fn mount(folder: &Path, kib: u64) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let options = format!("size={kib}k,mode=0700");
        run(Command::new("mount").args(["-t", "tmpfs", "-o", &options, "none"]).arg(folder))?;
        Ok(Self { folder: folder.to_owned() })
    }

    fn resize(&self, kib: u64) -> Result<()> {
        run(Command::new("mount").args(["-o", &format!("remount,size={kib}k")]).arg(&self.folder)).map(drop)
    }

    /// What is on it, kibibytes.
    fn used(&self) -> Result<u64> {
        let said = run(Command::new("df").args(["--output=used", "--block-size=1024"]).arg(&self.folder))?;
        said.lines().last().and_then(|line| line.trim().parse().ok()).context("df said no number")
    }

    /// Makes it as small as what is on it, which may grow meanwhile.
    fn fill(&self) -> Result<u64> {
        let mut last = None;
        for _ in 0..20 {
            let used = self.used()?;
            match self.resize(used) {
                Ok(()) => return Ok(used),
                Err(error) => last = Some(error),
            }
        }
        Err(last.context("it was never tried")?)
    }
}
