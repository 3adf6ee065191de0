//! `loadtest sign-in`: a crowd that guesses one account's password, and what the time of an answer tells.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;

use crate::accounts;
use crate::administrator::Administrator;
use crate::api::Api;
use crate::door::Door;
use crate::environment::Environment;
use crate::limits;
use crate::outcome::{self, Circumstances};
use crate::storm::{self, Storm, storm};
use crate::tap::{progress, within};
use crate::target::Target;
use crate::timing::{self, Timing, timing};
use crate::world::explain;

/// Most tries of one account that may be evaluated (RELIABILITY: credential stuffing).
const EVALUATED: u32 = 100;

/// Longest that 99 of 100 taps of the account's owner may take meanwhile.
const NOT_OKAY_P99_MS: f64 = 1_000.0;

/// Settings of the scenario.
#[derive(Debug, Clone, Args, Serialize)]
pub struct SignIn {
    /// The server's base address, plain http
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// Tries against one account, at most 100,000
    #[arg(long, default_value_t = 10_000, value_parser = within(100_000, 1))]
    pub tries: u32,
    /// Addresses that they come from, at most 1,000; one when the server is not on this machine
    #[arg(long, default_value_t = 64, value_parser = within(1_000, 1))]
    pub addresses: u32,
    /// Times of each kind that are compared, at most 10,000; rounded up to tens
    #[arg(long, default_value_t = 1_000, value_parser = within(10_000, 10))]
    pub samples: u32,
    /// Who sets it up
    #[command(flatten)]
    #[serde(flatten)]
    pub administrator: Administrator,
    /// Load a server that is not on this machine, because it is yours
    #[arg(long)]
    pub i_own_this_server: bool,
}

/// The whole result.
#[derive(Serialize)]
struct Report<'a> {
    /// At most a hundred tries were evaluated, the owner signed in and every tap of theirs was stored, 99
    /// of 100 within a second, and no time told whether there is an account.
    passed: bool,
    started_at: DateTime<Utc>,
    settings: &'a SignIn,
    #[serde(flatten)]
    circumstances: Circumstances,
    storm: Storm,
    timing_ms: Timing,
}

/// Runs the scenario and prints its result. True when it passed.
pub fn run(settings: SignIn) -> Result<bool> {
    let target = Target::parse(&settings.server, settings.i_own_this_server)?;
    let environment = Environment::look(limits::open_files(u64::from(settings.addresses))?)?;
    Ok(outcome::print(scenario(&settings, target, environment))?.passed)
}

async fn scenario(settings: &SignIn, target: Target, environment: Environment) -> Result<Report<'_>> {
    let (email, password) = settings.administrator.credentials()?;
    let (admin, _) = Api::anonymous(target.clone())?.sign_in(&email, &password).await?;
    let of_each = settings.samples as usize / timing::FREE
        + usize::from(!(settings.samples as usize).is_multiple_of(timing::FREE));
    let bar = progress("accounts", of_each as u64 * 2);
    let accounts = accounts::make(&admin, of_each * 2, of_each, &bar).await.map_err(explain)?;
    bar.finish_and_clear();
    let owner = accounts::owner(&admin).await.map_err(explain)?;
    let first = Door::from(&target, None)?.attempt(&owner.0.email, &owner.0.password, None).await?;
    let kept = first.browser.context("the owner's browser was not remembered")?;
    let started_at = Utc::now();

    let (plain, with) = accounts.split_at_checked(of_each).context("too few accounts were made")?;
    let bar = progress("times", u64::from(settings.samples) * 3);
    let timing_ms = timing(&target, plain, with, &bar).await?;
    bar.finish_and_clear();

    let bar = progress("tries", u64::from(settings.tries));
    let size = storm::Size { tries: settings.tries, addresses: settings.addresses };
    let storm = storm(&target, &owner, &kept, size, &bar).await?;
    bar.finish_and_clear();

    let taps = &storm.owner.not_okay;
    let owner_well =
        storm.owner.signed_in && taps.acknowledged == taps.offered && storm.owner.not_okay_ms.p99 <= NOT_OKAY_P99_MS;
    Ok(Report {
        passed: storm.evaluated <= EVALUATED && owner_well && timing_ms.tells_nothing(),
        started_at,
        settings,
        circumstances: Circumstances::of(environment, None, &admin).await?,
        storm,
        timing_ms,
    })
}
