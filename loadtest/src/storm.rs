//! Thousands of tries against one account, from many addresses at once, while its owner taps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

use anyhow::Result;
use indicatif::ProgressBar;
use serde::Serialize;
use tokio::task::JoinSet;

use crate::accounts::Account;
use crate::door::{Came, Door, address};
use crate::figures::{Figures, Milliseconds};
use crate::pace::Pace;
use crate::report::{Taps, count};
use crate::taps::{self, Plan, Sent, send_all};
use crate::target::Target;
use crate::world::Tapper;

/// Taps of the owner a second, while it lasts.
const RATE: u32 = 20;

/// Taps of one round.
const ROUND: u64 = 40;

/// What came of it.
#[derive(Serialize)]
pub struct Storm {
    /// Tries to sign in with wrong passwords.
    pub tries: u32,
    /// Addresses that they came from, in turn.
    pub addresses: u32,
    /// Passwords that were looked at.
    pub evaluated: u32,
    /// Told to wait, without a look.
    pub delayed: u32,
    /// How long it took.
    pub seconds: f64,
    /// The owner, at the end of it.
    pub owner: Owner,
}

/// The owner of the account.
#[derive(Serialize)]
pub struct Owner {
    /// Whether they signed in at a browser that is known, right after the last try.
    pub signed_in: bool,
    /// How long that took.
    pub sign_in_ms: f64,
    /// What came of their taps meanwhile.
    pub not_okay: Taps,
    /// From when a tap was due to the answer that it is stored.
    pub not_okay_ms: Milliseconds,
}

/// How much.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Tries.
    pub tries: u32,
    /// Addresses.
    pub addresses: u32,
}

/// Lets it come. `kept` is what the owner's browser keeps of an earlier sign-in.
pub async fn storm(
    target: &Target,
    owner: &(Account, Tapper),
    kept: &str,
    size: Size,
    bar: &ProgressBar,
) -> Result<Storm> {
    let (account, tapper) = owner;
    let (next, over, began) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)), Instant::now());
    let tapping = tokio::spawn(tap_until(target.clone(), tapper.clone(), Arc::clone(&over)));
    let mut guessing = JoinSet::new();
    for index in 0..size.addresses {
        let door = Door::from(target, target.address.ip().is_loopback().then(|| address(index)))?;
        let (account, next, bar) = (account.clone(), Arc::clone(&next), bar.clone());
        guessing.spawn(async move {
            let (mut evaluated, mut delayed) = (0, 0);
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= size.tries {
                    return anyhow::Ok((evaluated, delayed));
                }
                match door.attempt(&account.email, &format!("guess number {number}"), None).await?.came {
                    Came::Delayed => delayed += 1,
                    Came::Evaluated | Came::In => evaluated += 1,
                }
                bar.inc(1);
            }
        });
    }
    let (mut evaluated, mut delayed) = (0, 0);
    while let Some(done) = guessing.join_next().await {
        let (one, other) = done??;
        evaluated += one;
        delayed += other;
    }
    let seconds = began.elapsed().as_secs_f64();
    let signing_in = Door::from(target, None)?.attempt(&account.email, &account.password, Some(kept)).await?;
    over.store(true, Ordering::Relaxed);
    let sent = tapping.await?;
    let mut latency = Figures::new()?;
    for one in sent.iter().filter(|one| matches!(one.came, taps::Came::Stored { .. })) {
        latency.add_number(one.done_us.saturating_sub(one.due_us));
    }
    let owner = Owner {
        signed_in: signing_in.came == Came::In,
        sign_in_ms: signing_in.took.as_secs_f64() * 1e3,
        not_okay: count(sent.len() as u64, &sent),
        not_okay_ms: latency.milliseconds(),
    };
    Ok(Storm { tries: size.tries, addresses: size.addresses, evaluated, delayed, seconds, owner })
}

/// Taps at an even pace, round after round, until it is over; at least one round.
async fn tap_until(target: Target, tapper: Tapper, over: Arc<AtomicBool>) -> Vec<Sent> {
    let (began, mut all) = (Instant::now(), Vec::new());
    loop {
        let plan = Plan {
            target: target.clone(),
            tappers: vec![tapper.clone()],
            pace: Pace { rate: RATE, total: ROUND },
            connections: 8,
            began,
            bar: ProgressBar::hidden(),
        };
        all.extend(send_all(plan).await);
        if over.load(Ordering::Relaxed) {
            return all;
        }
    }
}
