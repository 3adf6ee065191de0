//! Too much, and what makes no sense.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::future::join_all;
use reqwest::Method;
use tests::{Http, free_port};
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

async fn overload(ground: &Ground, step: &Step) -> Result<Outcome> {
    let (answered, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    ground.phones.come(TIMES);
    let reader = |link: &crate::link::Link| {
        let desk = ground.people.operator.desk.at(&Http::to(link.port()));
        let (answered, refused) = (&answered, &refused);
        async move {
            loop {
                let asked = desk.bare(Method::GET, "/v1/snapshot").timeout(Duration::from_secs(10));
                match desk.http().try_send(asked).await {
                    Some(answer) if answer.status == 200 => answered.fetch_add(1, Ordering::Relaxed),
                    _ => refused.fetch_add(1, Ordering::Relaxed),
                };
                sleep(Duration::from_millis(10)).await;
            }
        }
    };
    let readers = join_all(ground.client_links.iter().cycle().take(READERS).map(reader));
    tokio::select! {
        () = last(step) => {}
        _ = readers => {}
    }
    ground.phones.come(1);
    let (answered, refused) = (answered.into_inner(), refused.into_inner());
    Ok(Outcome::Over(format!("{TIMES} times the rate; {answered} snapshots read, {refused} not")))
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
