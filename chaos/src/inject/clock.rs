//! A node whose wall clock jumps.

use std::path::Path;

use anyhow::Result;

use super::{Outcome, last, nodes};
use crate::ground::Ground;
use crate::node::{Between, Node, faketime};
use crate::plan::Step;

/// An hour, in seconds.
const HOUR: i64 = 3_600;

/// By an hour, forth or back, and later back to the right time. The monotonic clock is untouched.
pub(super) async fn jump(ground: &Ground, step: &Step, node: &mut Node) -> Result<Outcome> {
    if faketime().is_none() {
        return Ok(Outcome::NotRun("libfaketime is not installed (Debian: faketime)".to_owned()));
    }
    let said = ground.folder.join(format!("clock{}", node.number()));
    set(&said, 0)?;
    node.kill()?;
    node.start_ready(&Between::Clock(said.clone())).await?;
    let by = if step.seed.is_multiple_of(2) { HOUR } else { -HOUR };
    set(&said, by)?;
    last(step).await;
    set(&said, 0)?;
    let answers = nodes::ready_again(node).await?;
    node.kill()?;
    nodes::start_again(node).await?;
    Ok(match answers {
        Outcome::Over(_) => Outcome::Over(format!("by {by:+} s and back")),
        other => other,
    })
}

/// All of it or nothing is read: a file that is being written is no time.
fn set(said: &Path, seconds: i64) -> Result<()> {
    let new = said.with_extension("new");
    std::fs::write(&new, format!("{seconds:+}\n"))?;
    Ok(std::fs::rename(&new, said)?)
}
