//! Faults of PostgreSQL and of Redis.

use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::process::Signal;
use tests::Redis;
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use tokio::time::sleep;

use super::{Outcome, last};
use crate::kind::Kind;
use crate::plan::Step;
use crate::postgres::Postgres;

/// How often Redis is told to forget or to hang up.
const TOLD: Duration = Duration::from_millis(250);

pub(super) async fn postgres(step: &Step, postgres: &Postgres) -> Result<Outcome> {
    if step.kind == Kind::DatabasePause {
        postgres.signal_all(Signal::STOP)?;
        last(step).await;
        postgres.signal_all(Signal::CONT)?;
        return Ok(Outcome::Over(format!("hung for {} ms", step.lasts_ms)));
    }
    let began = Instant::now();
    block_in_place(|| postgres.stop())?;
    last(step).await;
    block_in_place(|| postgres.start_again())?;
    Ok(Outcome::Over(format!("away for {} ms", began.elapsed().as_millis())))
}

pub(super) async fn redis(step: &Step, redis: &mut Redis) -> Result<Outcome> {
    let commands: [&[&str]; 2] = match step.kind {
        Kind::RedisKill => {
            redis.kill();
            block_in_place(|| Handle::current().block_on(redis.start_again()));
            return Ok(Outcome::Over("killed and started".to_owned()));
        }
        Kind::RedisPause => {
            redis.pause();
            last(step).await;
            redis.resume();
            return Ok(Outcome::Over(format!("hung for {} ms", step.lasts_ms)));
        }
        Kind::RedisFlush => [&["FLUSHALL"], &["FLUSHALL"]],
        _ => [&["CLIENT", "KILL", "TYPE", "pubsub"], &["CLIENT", "KILL", "TYPE", "normal"]],
    };
    let end = Instant::now() + Duration::from_millis(step.lasts_ms);
    let mut told = 0;
    for command in commands.into_iter().cycle() {
        if Instant::now() >= end {
            break;
        }
        told += usize::from(block_in_place(|| redis.says(command)).is_some());
        sleep(TOLD).await;
    }
    Ok(Outcome::Over(format!("told {told} times")))
}
