//! Faults, as they are done.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::sleep;

use crate::ground::Ground;
use crate::history::{Phase, Record};
use crate::kind::{Kind, Peer};
use crate::plan::Step;

mod clock;
mod crowd;
mod disk;
mod links;
mod load;
mod nodes;
mod servers;

/// How a fault went.
pub(crate) enum Outcome {
    /// It was done, and what was broken works again.
    Over(String),
    /// Something that is promised beside the alarms was not kept.
    Broke(String),
    /// It could not be done here.
    NotRun(String),
}

/// Where it is noted how one fault goes.
struct Notes<'a> {
    ground: &'a Ground,
    number: u32,
    step: Step,
}

impl Notes<'_> {
    fn note(&self, phase: Phase, said: String) {
        let history = &self.ground.history;
        history.note(Record::Fault { at: history.now(), number: self.number, step: self.step, phase, said });
    }

    fn begin(&self) {
        self.note(Phase::Begun, String::new());
    }
}

/// Waits for its turn, does one fault and notes how it went.
pub async fn inject(ground: &Ground, number: u32, step: Step) {
    let notes = Notes { ground, number, step };
    let (phase, said) = match perform(ground, &step, &notes).await {
        Ok(Outcome::Over(said)) => (Phase::Over, said),
        Ok(Outcome::Broke(said)) => (Phase::Broke, said),
        Ok(Outcome::NotRun(said)) => (Phase::NotRun, said),
        Err(error) => (Phase::Broke, format!("{error:#}")),
    };
    notes.note(phase, said);
}

/// Notes that a fault is not done, and why.
pub fn leave_out(ground: &Ground, number: u32, step: Step, why: &str) {
    Notes { ground, number, step }.note(Phase::NotRun, why.to_owned());
}

async fn perform(ground: &Ground, step: &Step, notes: &Notes<'_>) -> Result<Outcome> {
    let nothing = "there is no such thing here";
    match step.kind.peer() {
        Peer::Node => {
            let mut node = ground.nodes.get(step.node).context(nothing)?.lock().await;
            notes.begin();
            nodes::perform(ground, step, &mut node).await
        }
        Peer::DatabaseLink => {
            // Who needs a node and its link takes the node first.
            let mut node = ground.nodes.get(step.node).context(nothing)?.lock().await;
            let link = ground.database_links.get(step.node).context(nothing)?;
            let _turn = link.turn().await;
            notes.begin();
            links::database(step, &mut node, link).await
        }
        Peer::RedisLink => {
            let link = ground.redis_links.get(step.node).context(nothing)?;
            let _turn = link.turn().await;
            notes.begin();
            links::perform(step, link).await
        }
        Peer::ClientLink => {
            let link = ground.client_links.get(step.node).context(nothing)?;
            let _turn = link.turn().await;
            notes.begin();
            links::client(ground, step, link).await
        }
        Peer::Console => {
            let dead = step.kind == Kind::DeadConsole;
            let link = ground.lone_links.get(usize::from(dead)).context(nothing)?;
            let _turn = link.turn().await;
            notes.begin();
            if dead { links::perform(step, link).await } else { crowd::slow(ground, step, link).await }
        }
        Peer::Postgres => {
            let postgres = ground.postgres.as_ref().context(nothing)?.lock().await;
            notes.begin();
            servers::postgres(step, &postgres).await
        }
        Peer::Redis => {
            let mut redis = ground.redis.as_ref().context(nothing)?.lock().await;
            notes.begin();
            let outcome = servers::redis(step, &mut redis).await;
            drop(redis);
            ground.note_redis().await?;
            outcome
        }
        Peer::Load => {
            notes.begin();
            load::perform(ground, step).await
        }
    }
}

/// As long as the step lasts.
async fn last(step: &Step) {
    sleep(Duration::from_millis(step.lasts_ms)).await;
}
