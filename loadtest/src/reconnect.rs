//! `loadtest reconnect`: every socket is dropped at once, and dials again.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::Utc;
use clap::Args;
use futures_util::{StreamExt, stream};
use serde::Serialize;
use tokio::time::sleep;
use uuid::Uuid;
use wire::live::Cursor;

use crate::api::Api;
use crate::crowd::Crowd;
use crate::device::SignedIn;
use crate::figures::Figures;
use crate::frames::seq_of;
use crate::opening;
use crate::outcome::{self, Circumstances};
use crate::process::Process;
use crate::receipts::Class;
use crate::reconnect_report::{ReconnectReport, Return, reads_per};
use crate::series::rounded;
use crate::sockets::{Cast, Ground, Sockets};
use crate::tap::{metrics, progress, within};
use crate::taps::{Came, tap};
use crate::target::Target;
use crate::world::Tapper;

/// Ranges of the log that the server reads for consoles, and for itself.
const RANGE_READS: &str = "muster_log_range_reads_total";
/// Wait before dialling again when that failed.
const REDIAL: Duration = Duration::from_millis(300);
/// Tries of one socket.
const TRIES: u32 = 100;
/// Between two drops.
const REST: Duration = Duration::from_secs(3);
/// Different reasons of failures that are told.
const REASONS: usize = 8;

/// Settings of the scenario.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Reconnect {
    /// The server, and how many sockets
    #[command(flatten)]
    #[serde(flatten)]
    pub open: Sockets,
    /// Taps that are stored while nobody is connected, so that every console has something to catch up with
    #[arg(long, default_value_t = 20, value_parser = within(1_000, 0))]
    pub missed: u32,
    /// Sockets that dial at one time
    #[arg(long, default_value_t = 256, value_parser = within(4_096, 1))]
    pub at_once: u32,
    /// How often all are dropped
    #[arg(long, default_value_t = 3, value_parser = within(20, 1))]
    pub repeats: u32,
}

/// Runs the scenario and prints its result. True when all came back, and every console with all it had missed.
pub fn run(settings: Reconnect) -> Result<bool> {
    let ground = settings.open.ground(settings.at_once)?;
    Ok(outcome::print(scenario(&settings, ground))?.passed)
}

async fn scenario(settings: &Reconnect, ground: Ground) -> Result<ReconnectReport<'_>> {
    let Ground { target, environment, server } = ground;
    let Cast { admin, world, sessions } = settings.open.cast(&target, settings.missed.clamp(1, 64)).await?;
    let bench = Bench { settings, target, admin, sessions, phones: world.quiet, tappers: world.tappers, server };

    let started_at = Utc::now();
    let cursors = opening::places(&world.operator).await?;
    let (mut crowd, _) = bench.everybody(&cursors, Instant::now(), 0).await?;
    let mut returns = Vec::new();
    for turn in 1..=settings.repeats {
        sleep(REST).await;
        let (next, one) = bench.drop_all(crowd, &world.operator, turn).await?;
        crowd = next;
        returns.push(one);
    }
    let open_at_end = crowd.count();
    Ok(ReconnectReport {
        passed: open_at_end == u64::from(settings.open.sockets + settings.open.phones)
            && returns.iter().all(|one| one.all_caught_up),
        started_at,
        settings,
        circumstances: Circumstances::of(environment, server, &bench.admin).await?,
        returns,
        open_at_end,
    })
}

/// Everybody who dials.
struct Bench<'a> {
    settings: &'a Reconnect,
    target: Target,
    admin: Api,
    sessions: Vec<Api>,
    phones: Vec<SignedIn>,
    tappers: Vec<Tapper>,
    server: Option<Process>,
}

/// What came of everybody dialling.
struct Dialled {
    consoles: Figures,
    phones: Figures,
    /// The fewest and the most taps that a console was shown before it was live.
    fewest: u32,
    most: u32,
    failures: u64,
    reasons: BTreeMap<String, u64>,
}

impl Bench<'_> {
    /// Drops everybody, lets people tap, and brings everybody back.
    async fn drop_all(&self, crowd: Crowd, operator: &Api, turn: u32) -> Result<(Crowd, Return)> {
        let cursors = opening::places(operator).await?;
        let before = metrics(&self.admin).await?;
        let dropped = Instant::now();
        drop(crowd);
        let dropping_ms = rounded(dropped.elapsed().as_secs_f64() * 1e3);
        self.miss().await?;
        let cpu = self.server.map(Process::cpu).transpose()?;
        let began = Instant::now();
        let (crowd, dialled) = self.everybody(&cursors, began, turn).await?;
        let all_live_seconds = rounded(began.elapsed().as_secs_f64());
        let cpu_ns = match (self.server, cpu) {
            (Some(server), Some(before)) => Some(server.cpu()?.since(&before)),
            _ => None,
        };
        let (after, now) = (metrics(&self.admin).await?, opening::places(operator).await?);
        let reads = |by: &str| after.since(&before, RANGE_READS, ("by", by));
        let scopes = moved(&cursors, &now);
        let Dialled { consoles, phones, fewest, most, failures, reasons } = dialled;
        let one = Return {
            dropping_ms,
            all_live_seconds,
            consoles_live_ms: consoles.milliseconds(),
            phones_live_ms: phones.milliseconds(),
            missed_taps: self.settings.missed,
            fewest_shown: fewest,
            most_shown: most,
            all_caught_up: fewest == most && fewest >= self.settings.missed,
            failed_tries: failures,
            failures: reasons,
            scopes_missed: scopes,
            range_reads: reads("console"),
            range_reads_of_the_hub: reads("hub"),
            range_reads_per_scope: reads_per(reads("console"), scopes),
            range_reads_per_console_and_scope: reads_per(
                reads("console"),
                scopes * u64::from(self.settings.open.sockets),
            ),
            server_cpu_us_per_socket: cpu_ns
                .map(|ns| rounded(ns as f64 / 1e3 / f64::from(self.settings.open.sockets + self.settings.open.phones))),
        };
        Ok((crowd, one))
    }

    /// Taps while nobody looks.
    async fn miss(&self) -> Result<()> {
        let (began, mut connection) = (Instant::now(), None);
        for (_, tapper) in (0..self.settings.missed).zip(self.tappers.iter().cycle()) {
            let sent = tap(&self.target, began, tapper, Instant::now(), &mut connection).await;
            if !matches!(sent.came, Came::Stored { .. }) {
                bail!("a tap was not stored: {:?}", sent.came);
            }
        }
        Ok(())
    }

    /// Everybody dials, so many at once, until all are live; the ports of an earlier turn are still taken.
    async fn everybody(&self, cursors: &BTreeMap<Uuid, Cursor>, began: Instant, turn: u32) -> Result<(Crowd, Dialled)> {
        let crowd = Crowd::start(BTreeMap::from([
            (Class::Console, opening::console_habit()?),
            (Class::Bystander, opening::phone_habit()?),
        ]))?;
        let failed = Mutex::new((0_u64, BTreeMap::new()));
        let mut dialled = Dialled {
            consoles: Figures::new()?,
            phones: Figures::new()?,
            fewest: u32::MAX,
            most: 0,
            failures: 0,
            reasons: BTreeMap::new(),
        };
        let all = self.settings.open.sockets + self.settings.open.phones;
        let bar = progress("dialling", u64::from(all));
        // Phones among the consoles, as they come in reality.
        let dialling =
            mixed(self.settings.open.sockets, self.settings.open.phones).enumerate().map(|(number, (class, index))| {
                let failed = &failed;
                let from = turn.saturating_mul(all);
                async move { self.dial(class, index as usize, from + u32::try_from(number)?, cursors, failed).await }
            });
        let mut dialling = stream::iter(dialling).buffer_unordered(self.settings.at_once as usize);
        while let Some(done) = dialling.next().await {
            let (member, taps) = done?;
            if member.class == Class::Console {
                dialled.consoles.add(began.elapsed());
                dialled.fewest = dialled.fewest.min(taps);
                dialled.most = dialled.most.max(taps);
            } else {
                dialled.phones.add(began.elapsed());
            }
            crowd.add(member)?;
            bar.inc(1);
        }
        drop(dialling);
        bar.finish_and_clear();
        (dialled.failures, dialled.reasons) = failed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok((crowd, dialled))
    }

    /// One socket, again and again until it is live; and the taps that it was shown on the way.
    async fn dial(
        &self,
        class: Class,
        index: usize,
        number: u32,
        cursors: &BTreeMap<Uuid, Cursor>,
        failed: &Mutex<(u64, BTreeMap<String, u64>)>,
    ) -> Result<(crate::crowd::Member, u32)> {
        let mut tries = 0;
        loop {
            let tried = match class {
                Class::Console => {
                    let api = self.sessions.get(index % self.sessions.len().max(1)).context("no session")?;
                    opening::console(api, cursors, number).await
                }
                Class::Tapper | Class::Bystander => {
                    let phone = self.phones.get(index % self.phones.len().max(1)).context("no phone")?;
                    opening::phone(&self.target, phone, class, number).await.map(|member| (member, 0))
                }
            };
            tries += 1;
            match tried {
                Ok(done) => return Ok(done),
                Err(error) if tries >= TRIES => return Err(error.context("a socket did not come back")),
                Err(error) => {
                    let mut failed = failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    failed.0 += 1;
                    let why = format!("{error:#}");
                    if failed.1.len() < REASONS || failed.1.contains_key(&why) {
                        *failed.1.entry(why).or_default() += 1;
                    }
                }
            }
            sleep(REDIAL).await;
        }
    }
}

/// Consoles and phones in turn, as long as there are any of both: which, and its number among its kind.
fn mixed(consoles: u32, phones: u32) -> impl Iterator<Item = (Class, u32)> {
    (0..consoles.max(phones)).flat_map(move |index| {
        let console = (index < consoles).then_some((Class::Console, index));
        let phone = (index < phones).then_some((Class::Bystander, index));
        [console, phone].into_iter().flatten()
    })
}

/// How many scopes stand elsewhere now.
fn moved(before: &BTreeMap<Uuid, Cursor>, after: &BTreeMap<Uuid, Cursor>) -> u64 {
    let seq = |cursor: Option<&Cursor>| cursor.and_then(|cursor| seq_of(cursor)).unwrap_or_default();
    after.iter().filter(|(scope, cursor)| seq(Some(*cursor)) > seq(before.get(*scope))).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::parse;

    #[test]
    fn arguments_are_bounded() {
        let settings: Reconnect = parse("reconnect --demo --sockets 10000 --missed 0").unwrap();
        assert_eq!((settings.open.sockets, settings.missed, settings.at_once), (10_000, 0, 256));
        for wrong in ["--sockets 0", "--missed 1001", "--at-once 0", "--at-once 5000", "--repeats 21"] {
            assert!(parse::<Reconnect>(&format!("reconnect --demo {wrong}")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn consoles_and_phones_dial_in_turn() {
        let order: Vec<_> = mixed(1, 3).collect();
        let phone = |index| (Class::Bystander, index);
        assert_eq!(order, [(Class::Console, 0), phone(0), phone(1), phone(2)]);
        assert_eq!(mixed(5, 0).count(), 5);
    }

    #[test]
    fn a_scope_moved_when_its_number_grew() {
        let at = |entries: &[(u128, &str)]| -> BTreeMap<Uuid, Cursor> {
            entries.iter().map(|(scope, cursor)| (Uuid::from_u128(*scope), (*cursor).to_owned())).collect()
        };
        let before = at(&[(1, "00c0ffee.7.aaaaaaaa"), (2, "00c0ffee.3.aaaaaaaa")]);
        let after = at(&[(1, "00c0ffee.9.bbbbbbbb"), (2, "00c0ffee.3.aaaaaaaa"), (3, "00c0ffee.1.cccccccc")]);
        assert_eq!(moved(&before, &after), 2);
        assert_eq!(moved(&after, &after), 0);
    }
}
