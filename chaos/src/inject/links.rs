//! Faults of what is between two.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep, timeout};

use super::{Outcome, last, nodes};
use crate::ground::Ground;
use crate::history::Record;
use crate::kind::Kind;
use crate::link::{Link, Passage, Rule};
use crate::node::Node;
use crate::plan::Step;

/// How often connections are reset while that lasts.
const RESETS: Duration = Duration::from_millis(400);

/// A node that shares in the load commits within this time.
const COMMITS: Duration = Duration::from_secs(10);

/// What a link does under a fault; none for those that are more than a rule.
pub(super) fn rule(step: &Step) -> Option<Rule> {
    let either = |one: Passage| {
        if step.seed.is_multiple_of(2) {
            Rule { up: one, down: Passage::Free }
        } else {
            Rule { up: Passage::Free, down: one }
        }
    };
    let share = |of: [u16; 3]| of.get(usize::try_from(step.seed % 3).unwrap_or(0)).copied().unwrap_or(10);
    Some(match step.kind {
        Kind::DatabaseSlow => Rule::both(Passage::Late(3 + step.seed % 30)),
        Kind::ClientDelay => Rule::both(Passage::Late(100 + step.seed % 400)),
        Kind::DatabaseDribble => Rule::both(Passage::Dribble(20_000)),
        Kind::RedisDribble => Rule::both(Passage::Dribble(2_000)),
        Kind::ClientDribble => Rule { up: Passage::Free, down: Passage::Dribble(4_000) },
        Kind::SlowConsole => Rule { up: Passage::Free, down: Passage::Dribble(1_000) },
        Kind::DatabasePartition | Kind::RedisPartition | Kind::ClientPartition => Rule::both(Passage::Held),
        Kind::DatabaseHalfOpen | Kind::DeadConsole => Rule::both(Passage::Swallowed),
        Kind::DatabaseOneWay | Kind::RedisOneWay | Kind::ClientOneWay => either(Passage::Held),
        Kind::FramesLost => Rule { up: Passage::Free, down: Passage::LosesFrames(share([10, 30, 100])) },
        Kind::AnswersCut => Rule { up: Passage::Free, down: Passage::CutsAnswers(share([200, 400, 600])) },
        _ => return None,
    })
}

/// A fault that is a rule of its link, or resets its connections.
pub(super) async fn perform(step: &Step, link: &Link) -> Result<Outcome> {
    if let Some(rule) = rule(step) {
        link.set(rule);
        last(step).await;
        link.set(Rule::FREE);
        return Ok(Outcome::Over(format!("{rule:?}")));
    }
    let end = Instant::now() + Duration::from_millis(step.lasts_ms);
    let mut resets = 0;
    while Instant::now() < end {
        link.reset();
        resets += 1;
        sleep(RESETS).await;
    }
    Ok(Outcome::Over(format!("reset {resets} times")))
}

/// Faults before a node.
pub(super) async fn client(ground: &Ground, step: &Step, link: &Link) -> Result<Outcome> {
    if step.kind != Kind::FramesLost {
        return perform(step, link).await;
    }
    let before = link.deleted();
    lossy(ground, step, true);
    perform(step, link).await?;
    lossy(ground, step, false);
    Ok(Outcome::Over(format!("{} frames lost", link.deleted() - before)))
}

fn lossy(ground: &Ground, step: &Step, on: bool) {
    let link = u32::try_from(step.node).unwrap_or(u32::MAX);
    ground.history.note(Record::Lossy { at: ground.history.now(), link, on });
}

/// Faults between a node and the database.
pub(super) async fn database(step: &Step, node: &mut Node, link: &Link) -> Result<Outcome> {
    let (rule, kills) = match step.kind {
        Kind::KillBeforeCommit => (Rule { up: Passage::StopsCommit, down: Passage::Free }, true),
        Kind::CommitThenKill => (Rule::both(Passage::StopsCommitAnswer), true),
        Kind::CommitAnswerLost => (Rule::both(Passage::StopsCommitAnswer), false),
        _ => return perform(step, link).await,
    };
    link.set(rule);
    let caught = timeout(COMMITS, link.caught()).await;
    if kills && caught.is_ok() {
        node.kill()?;
    }
    link.set(Rule::FREE);
    if caught.is_err() && step.alone {
        bail!("node {} committed nothing for {COMMITS:?}", node.number());
    }
    if caught.is_err() {
        // Other faults are going on, and some of them keep a node from committing.
        return Ok(Outcome::NotRun(format!("node {} committed nothing for {COMMITS:?}", node.number())));
    }
    if kills {
        return nodes::start_again(node).await;
    }
    Ok(Outcome::Over("one commit's answer lost".to_owned()))
}
