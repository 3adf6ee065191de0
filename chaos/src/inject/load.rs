//! Too much, and what makes no sense.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use reqwest::Method;
use tests::{Http, SignedIn, free_port};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{Outcome, last};
use crate::ground::Ground;
use crate::kind::Kind;
use crate::plan::Step;

/// How many times the ordinary rate an overload is.
const TIMES: u32 = 10;

/// Readers that ask without a pause meanwhile.
const READERS: usize = 8;

/// Taps whose bodies are no bodies, in a second.
const POISONS: u32 = 20;

/// A second process on a data directory ends within this time.
const ENDS: Duration = Duration::from_secs(20);

pub(super) async fn perform(ground: &Ground, step: &Step) -> Result<Outcome> {
    match step.kind {
        Kind::Overload => overload(ground, step).await,
        Kind::Poison => {
            let mut sent = 0;
            for second in 0..=step.lasts_ms / 1_000 {
                ground.phones.poison(POISONS, step.seed.wrapping_add(second));
                sent += POISONS;
                sleep(Duration::from_secs(1)).await;
            }
            Ok(Outcome::Over(format!("{sent} taps without sense")))
        }
        _ => second_process(ground, step).await,
    }
}

/// What readers got.
#[derive(Default)]
struct Reads {
    answered: AtomicU64,
    refused: AtomicU64,
}

async fn overload(ground: &Ground, step: &Step) -> Result<Outcome> {
    let reads = Arc::new(Reads::default());
    ground.phones.come(TIMES);
    let mut readers = JoinSet::new();
    for link in ground.client_links.iter().cycle().take(READERS) {
        readers.spawn(read_on(ground.people.operator.desk.at(&Http::to(link.port())), Arc::clone(&reads)));
    }
    last(step).await;
    readers.shutdown().await;
    ground.phones.come(1);
    let (answered, refused) = (reads.answered.load(Ordering::Relaxed), reads.refused.load(Ordering::Relaxed));
    Ok(Outcome::Over(format!("{TIMES} times the rate; {answered} snapshots read, {refused} not")))
}

/// Reads snapshots, one after the other, until it is ended.
async fn read_on(desk: SignedIn, reads: Arc<Reads>) {
    loop {
        let asked = desk.bare(Method::GET, "/v1/snapshot").timeout(Duration::from_secs(10));
        match desk.http().try_send(asked).await {
            Some(answer) if answer.status == 200 => reads.answered.fetch_add(1, Ordering::Relaxed),
            _ => reads.refused.fetch_add(1, Ordering::Relaxed),
        };
        sleep(Duration::from_millis(10)).await;
    }
}

async fn second_process(ground: &Ground, step: &Step) -> Result<Outcome> {
    // Nothing else is done to the node meanwhile.
    let mut node = ground.nodes.get(step.node).context("there is no such node")?.lock().await;
    node.ready().await?;
    let port = free_port();
    let mut second = node
        .command()
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .context("a second process does not start")?;
    let deadline = Instant::now() + ENDS;
    let ended = loop {
        match second.try_wait()? {
            Some(status) => break Some(status),
            None if Instant::now() > deadline => break None,
            None => sleep(Duration::from_millis(20)).await,
        }
    };
    drop(second.kill());
    drop(second.wait());
    Ok(match ended {
        Some(status) if !status.success() => Outcome::Over(format!("it ended with {status}")),
        Some(status) => Outcome::Broke(format!("a second process on the same data directory ended with {status}")),
        None => Outcome::Broke("a second process runs on the same data directory".to_owned()),
    })
}
