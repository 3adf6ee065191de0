//! Faults of a node's process.

use std::time::Instant;

use anyhow::Result;
use rustix::process::Signal;

use super::{Outcome, clock, disk, last};
use crate::ground::Ground;
use crate::kind::Kind;
use crate::node::{Between, Node};
use crate::plan::Step;

pub(super) async fn perform(ground: &Ground, step: &Step, node: &mut Node) -> Result<Outcome> {
    match step.kind {
        Kind::KillNode => kill(step, node).await,
        Kind::AwayNode => {
            node.kill()?;
            last(step).await;
            start_again(node).await
        }
        Kind::PauseNode => {
            node.signal(Signal::STOP)?;
            last(step).await;
            node.signal(Signal::CONT)?;
            ready_again(node).await
        }
        Kind::FsyncErrors => disk::flushes_fail(ground, step, node).await,
        Kind::FullDisk => disk::full(ground, step, node).await,
        _ => clock::jump(ground, step, node).await,
    }
}

/// One kill of five leaves no time to become ready before the next fault of this node.
async fn kill(step: &Step, node: &mut Node) -> Result<Outcome> {
    node.kill()?;
    if step.seed.is_multiple_of(5) {
        node.start(&Between::Nothing)?;
        return Ok(Outcome::Over("killed, and started".to_owned()));
    }
    start_again(node).await
}

pub(super) async fn start_again(node: &mut Node) -> Result<Outcome> {
    let began = Instant::now();
    node.start_ready(&Between::Nothing).await?;
    Ok(Outcome::Over(format!("ready again after {} ms", began.elapsed().as_millis())))
}

pub(super) async fn ready_again(node: &mut Node) -> Result<Outcome> {
    let began = Instant::now();
    if node.ready().await? {
        return Ok(Outcome::Over(format!("ready again after {} ms", began.elapsed().as_millis())));
    }
    Ok(Outcome::Broke(format!("node {} ended by itself: {}", node.number(), node.last_words())))
}
