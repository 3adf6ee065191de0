//! A run: everything is started, the plan is worked off, everything is closed, the history is judged.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::checker::{self, Verdict};
use crate::closing;
use crate::ground::{Ground, Size};
use crate::history::{self, History, Record};
use crate::inject::{inject, leave_out};
use crate::plan::{self, Step};
use crate::report::{Report, Result as OfDatabase};
use crate::settings::{Databases, Settings};

/// Phones, in a short run and otherwise.
const PHONES: (usize, usize) = (16, 60);

/// No fault begins later in a short run: on the embedded database, and where nodes share one.
const SHORT: (Duration, Duration) = (Duration::from_secs(38), Duration::from_secs(78));

/// Taps go on for so long after the last fault.
const CALM: Duration = Duration::from_secs(2);

/// Where the history of a run that failed is kept.
const KEPT: &str = "target/chaos";

/// Faults at one time, when they come one upon another.
const AT_ONCE: usize = 6;

/// Does what was asked for. Whether all that ran held up.
pub fn all(settings: &Settings) -> Result<bool> {
    if let Some(file) = &settings.check {
        return check(file);
    }
    let seed = settings.seed.unwrap_or_else(|| rand::random::<u32>().into());
    println!("Seed {seed}. The same again: {}", settings.again(seed));
    let databases: &[bool] = match settings.database {
        Databases::Sqlite => &[false],
        Databases::Postgres => &[true],
        Databases::Both => &[false, true],
    };
    if settings.plan {
        for shared in databases {
            println!("\nOn {}:\n{}", name(*shared), plan::lines(&plan::steps(settings, seed, *shared)));
        }
        return Ok(true);
    }
    let mut report = Report::new(settings, seed);
    for shared in databases {
        let began = Instant::now();
        let (verdict, skipped, kept) = on_database(settings, seed, *shared)?;
        let result = OfDatabase::new(name(*shared), verdict, skipped, began.elapsed());
        println!("{}", result.text());
        if let Some(kept) = kept {
            println!(
                "The history is kept: {}. To judge it again: tests/chaos --check {}",
                kept.display(),
                kept.display()
            );
        }
        report.results.push(result);
    }
    if let Some(file) = &settings.json {
        fs::write(file, serde_json::to_vec_pretty(&report)?)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    let held_up = report.held_up();
    println!(
        "{}. Seed {seed}. The same again: {}",
        if held_up { "It held" } else { "It did not hold" },
        settings.again(seed)
    );
    Ok(held_up)
}

fn name(shared: bool) -> &'static str {
    if shared { "postgres" } else { "sqlite" }
}

fn check(file: &Path) -> Result<bool> {
    let verdict = checker::judge(&history::read(file)?);
    let held_up = verdict.is_clean();
    println!("{}", OfDatabase::new("history", verdict, 0, Duration::ZERO).text());
    Ok(held_up)
}

/// Runs on one database. Returns the verdict, how many taps could not begin, and where the history is kept.
fn on_database(settings: &Settings, seed: u64, shared: bool) -> Result<(Verdict, u64, Option<PathBuf>)> {
    let folder = tempfile::Builder::new().prefix("muster-chaos.").tempdir().context("a temporary folder")?;
    // PostgreSQL runs as another user, who has a folder of its own in here.
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711))?;
    let file = folder.path().join("history");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    let (history, writing) = History::start(&file)?;
    let done = runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            skipped = run(settings, seed, shared, folder.path(), history) => skipped,
            _ = interrupt.recv() => Err(anyhow!("interrupted")),
            _ = terminate.recv() => Err(anyhow!("told to end")),
        }
    });
    // Whatever still runs ends here, and with it the last who writes.
    runtime.shutdown_timeout(Duration::from_secs(10));
    let skipped = match done {
        Ok(skipped) => skipped,
        Err(error) => {
            let logs = keep_logs(folder.path(), seed, shared);
            return Err(error.context(format!(
                "the run on {} broke off; logs are in {}",
                name(shared),
                logs.display()
            )));
        }
    };
    writing.join().map_err(|_| anyhow!("the history's writer panicked"))??;
    let verdict = checker::judge(&history::read(&file)?);
    let failed = !verdict.is_clean();
    let kept = settings.keep.clone().or_else(|| failed.then(|| PathBuf::from(KEPT)));
    let kept = kept.map(|kept| keep(&file, &kept, seed, shared)).transpose()?;
    if failed {
        keep_logs(folder.path(), seed, shared);
    }
    Ok((verdict, skipped, kept))
}

fn keep(file: &Path, folder: &Path, seed: u64, shared: bool) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let kept = folder.join(format!("{seed}-{}.jsonl", name(shared)));
    fs::copy(file, &kept)?;
    Ok(kept)
}

/// What the nodes and the database logged, beside the histories of runs that failed.
fn keep_logs(folder: &Path, seed: u64, shared: bool) -> PathBuf {
    let kept = PathBuf::from(KEPT);
    let mut logs: Vec<(String, PathBuf)> =
        (1..10).map(|node| (format!("node{node}"), folder.join(format!("node{node}/stderr")))).collect();
    logs.push(("postgres".to_owned(), folder.join("postgres/log")));
    drop(fs::create_dir_all(&kept));
    for (whose, log) in logs.iter().filter(|(_, log)| log.exists()) {
        // A log that cannot be kept is no reason to say less of the run.
        drop(fs::copy(log, kept.join(format!("{seed}-{}-{whose}.log", name(shared)))));
    }
    kept
}

async fn run(settings: &Settings, seed: u64, shared: bool, folder: &Path, history: History) -> Result<u64> {
    let size = Size {
        nodes: if shared { settings.nodes as usize } else { 1 },
        phones: if settings.short { PHONES.0 } else { PHONES.1 },
        rate: settings.taps_a_second(),
        wander: settings.wander,
        seed,
    };
    history.note(Record::Began { seed, shared, short: settings.short });
    let steps = plan::steps(settings, seed, shared);
    let ground = Arc::new(Ground::start(folder, &size, shared, history).await?);
    println!("On {}: everything runs; {} faults", name(shared), steps.len());
    let tapping = tokio::spawn(Arc::clone(&ground.phones).tap_on(seed));
    let claiming = tokio::spawn(Arc::clone(&ground).claim_now_and_then());
    let limit = settings.short.then_some(if shared { SHORT.1 } else { SHORT.0 });
    let injected = work_off(&ground, &steps, limit).await;
    sleep(CALM).await;
    claiming.abort();
    ground.phones.end();
    // Only when no new tap begins any more can it be said what is still under way.
    drop((tapping.await, claiming.await));
    println!("{:7.1} s  everything is made whole again", ground.history.now() as f64 / 1e6);
    let mut ground = Arc::into_inner(ground).context("something still uses what is to be closed")?;
    closing::close(&mut ground).await?;
    injected?;
    Ok(ground.phones.skipped())
}

/// Works the plan off, up to a limit of time: what is alone waits for what was alone before it, the rest comes at its time.
async fn work_off(ground: &Arc<Ground>, steps: &[Step], limit: Option<Duration>) -> Result<()> {
    let began = Instant::now();
    let mut beside = JoinSet::new();
    for (number, step) in (1..).zip(steps.iter().copied()) {
        sleep(Duration::from_millis(step.at_ms).saturating_sub(began.elapsed())).await;
        if limit.is_some_and(|limit| began.elapsed() > limit) {
            leave_out(ground, number, step, "the time of a short run was over");
            continue;
        }
        println!("{:7.1} s  {number:>3} {} (node {})", began.elapsed().as_secs_f64(), step.kind.name(), step.node + 1);
        if step.alone {
            inject(ground, number, step).await;
            continue;
        }
        while beside.len() >= AT_ONCE {
            settle(beside.join_next().await)?;
        }
        let ground = Arc::clone(ground);
        beside.spawn(async move { inject(&ground, number, step).await });
    }
    while let Some(ended) = beside.join_next().await {
        settle(Some(ended))?;
    }
    Ok(())
}

fn settle(ended: Option<std::result::Result<(), tokio::task::JoinError>>) -> Result<()> {
    match ended {
        Some(Err(error)) => bail!("an injection panicked: {error}"),
        _ => Ok(()),
    }
}
