//! How long a wrong password takes, by whether there is such an account: it must not tell.

use anyhow::{Result, bail};
use indicatif::ProgressBar;
use rand::seq::SliceRandom;
use serde::Serialize;
use uuid::Uuid;

use crate::accounts::Account;
use crate::door::{Came, Door, address};
use crate::target::Target;
use crate::welch::{Comparison, Sample};

/// Tries against one account that strangers have free.
pub const FREE: usize = 10;

/// Tries before the first that counts.
const WARM_UP: usize = 50;

/// |t| from which a leak is spoken of: the bound of ISO/IEC 17825 and of the tests it stands on.
const BOUND: f64 = 4.5;

/// Times of wrong passwords.
#[derive(Serialize)]
pub struct Timing {
    /// For accounts that there are not.
    pub unknown: Sample,
    /// For accounts with a password alone.
    pub known: Sample,
    /// For accounts with a code generator too.
    pub known_with_generator: Sample,
    /// Unknown against known.
    pub known_against_unknown: Comparison,
    /// Unknown against known with a code generator.
    pub generator_against_unknown: Comparison,
    /// |t| of both is below this when nothing can be told.
    pub bound: f64,
}

impl Timing {
    /// Whether nothing can be told.
    pub fn tells_nothing(&self) -> bool {
        [self.known_against_unknown, self.generator_against_unknown].iter().all(|found| found.t.abs() < self.bound)
    }
}

/// Tries each account [`FREE`] times, each time from another address, one try at a time and the groups
/// mixed, so that what else the machine does falls on all alike.
pub async fn timing(target: &Target, plain: &[Account], with: &[Account], bar: &ProgressBar) -> Result<Timing> {
    let mut doors = Vec::new();
    for index in 0..FREE as u32 {
        doors.push(Door::from(target, target.address.ip().is_loopback().then(|| address(index)))?);
    }
    let unknown: Vec<String> = plain.iter().map(|_| nobody()).collect();
    let mut tries = Vec::new();
    for (group, emails) in [
        unknown,
        plain.iter().map(|account| account.email.clone()).collect(),
        with.iter().map(|account| account.email.clone()).collect(),
    ]
    .into_iter()
    .enumerate()
    {
        for email in emails {
            tries.extend((0..FREE).map(|door| (group, door, email.clone())));
        }
    }
    tries.shuffle(&mut rand::rng());
    let warming = (0..WARM_UP).map(|number| (usize::MAX, number % FREE, nobody()));
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for (group, door, email) in warming.chain(tries) {
        let Some(door) = doors.get(door) else { continue };
        let tried = door.attempt(&email, "not the password of anybody", None).await?;
        if tried.came != Came::Evaluated {
            bail!("a try that should have been looked at was not: {:?}", tried.came);
        }
        if let Some(times) = times.get_mut(group) {
            times.push(tried.took.as_secs_f64() * 1e3);
            bar.inc(1);
        }
    }
    let [unknown, known, with] = times.map(|times| Sample::of(&times));
    Ok(Timing {
        known_against_unknown: unknown.against(&known),
        generator_against_unknown: unknown.against(&with),
        unknown,
        known,
        known_with_generator: with,
        bound: BOUND,
    })
}

/// An address as long as those of the accounts.
fn nobody() -> String {
    format!("loadtest-{}@example.org", Uuid::now_v7().simple())
}
