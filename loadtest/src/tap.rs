//! `loadtest tap`: a stream of Not Okay taps, each followed to every console.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use chrono::Utc;
use clap::Args;
use clap::builder::RangedU64ValueParser;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::sleep;
use uuid::Uuid;

use crate::administrator::Administrator;
use crate::api::Api;
use crate::checker::{Acknowledged, ConsoleLog, judge};
use crate::console::Console;
use crate::environment::Environment;
use crate::limits;
use crate::metrics::Metrics;
use crate::outcome::{self, Circumstances};
use crate::pace::Pace;
use crate::phones::Phones;
use crate::report::{self, Consoles, PhoneSockets, Report};
use crate::taps::{Came, Plan, Sent, send_all};
use crate::target::Target;
use crate::world::{Size, World, explain};

/// Longest wait for what is still on its way after the last answer.
const DRAIN: Duration = Duration::from_secs(10);
/// Longest wait for the consoles to catch up at the start.
const START: Duration = Duration::from_secs(60);
/// Quiet phones share this many people at most: the sockets are what is loaded, not the register.
const QUIET_PEOPLE: u32 = 200;

/// A number between these, both included.
pub(crate) fn within(most: u32, least: u32) -> RangedU64ValueParser<u32> {
    RangedU64ValueParser::new().range(u64::from(least)..=u64::from(most))
}

/// Settings of the scenario.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Tap {
    /// The server's base address, plain http
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// Taps a second, at most 20,000
    #[arg(long, default_value_t = 100, value_parser = within(limits::RATE, 1))]
    pub rate: u32,
    /// How long, at most 600 seconds
    #[arg(long, default_value_t = 10, value_parser = within(limits::SECONDS, 1))]
    pub seconds: u32,
    /// Open phones that stay quiet, at most 18,000
    #[arg(long, default_value_t = 1_000, value_parser = within(limits::SOCKETS, 0))]
    pub sockets: u32,
    /// Open consoles, at most 64
    #[arg(long, default_value_t = 3, value_parser = within(limits::CONSOLES, 1))]
    pub consoles: u32,
    /// People who tap in rotation, at most 5,000; the first tap of each opens a case, the others join it
    #[arg(long, default_value_t = 400, value_parser = within(limits::PEOPLE, 1))]
    pub people: u32,
    /// Country offices that they belong to, at most 8
    #[arg(long, default_value_t = 8, value_parser = within(World::OFFICES, 1))]
    pub offices: u32,
    /// Who sets it up
    #[command(flatten)]
    #[serde(flatten)]
    pub administrator: Administrator,
    /// Load a server that is not on this machine, because it is yours
    #[arg(long)]
    pub i_own_this_server: bool,
}

/// Runs the scenario and prints its result. True when nothing was lost, doubled, missing or out of order.
pub fn run(settings: Tap) -> Result<bool> {
    let target = Target::parse(&settings.server, settings.i_own_this_server)?;
    limits::deliveries(settings.rate, settings.seconds, settings.consoles)?;
    let needed = settings.sockets + settings.consoles * 2 + connections(settings.rate) as u32;
    let environment = Environment::look(limits::open_files(u64::from(needed))?)?;
    Ok(outcome::print(scenario(&settings, target, environment))?.passed)
}

/// Connections that share the taps: enough that a slow answer does not hold the next tap back.
pub(crate) fn connections(rate: u32) -> usize {
    (rate / 2).clamp(8, 1_024) as usize
}

async fn scenario(settings: &Tap, target: Target, environment: Environment) -> Result<Report<'_>> {
    let (admin_email, admin_password) = settings.administrator.credentials()?;
    let (admin, _) = Api::anonymous(target.clone())?.sign_in(&admin_email, &admin_password).await?;
    let quiet = settings.sockets.min(QUIET_PEOPLE);
    let bar = progress("people", u64::from(settings.people + quiet));
    let size = Size { people: settings.people, phones: quiet, offices: settings.offices };
    let World { operator, tappers, quiet: signed_in, .. } = World::make(&admin, size, &bar).await.map_err(explain)?;
    bar.finish_and_clear();

    let (stopping, stop) = watch::channel(false);
    let began = Instant::now();
    let consoles: Vec<Console> =
        (0..settings.consoles).map(|_| Console::open(operator.clone(), began, stop.clone())).collect();
    wait_until_live(&consoles).await?;
    let bar = progress("phones", u64::from(settings.sockets));
    let phones = Phones::open(&target, &signed_in, settings.sockets, &bar, &stop).await?;
    bar.finish_and_clear();

    let before = metrics(&admin).await?;
    let pace = Pace { rate: settings.rate, total: u64::from(settings.rate) * u64::from(settings.seconds) };
    let people: HashSet<Uuid> = tappers.iter().map(|tapper| tapper.person).collect();
    let bar = progress("taps", pace.total);
    let started_at = Utc::now();
    let plan = Plan { target, tappers, pace, connections: connections(settings.rate), began, bar: bar.clone() };
    let sent = send_all(plan).await;
    bar.finish_and_clear();

    let taps = report::count(pace.total, &sent);
    let acknowledged = acknowledged(&sent);
    let logs = drain(acknowledged.len(), &consoles).await;
    let down = (consoles.len() - logs.len()) as u64;
    let (verdict, spreads) = judge(&acknowledged, taps.unanswered, &people, &logs.iter().collect::<Vec<_>>(), down);
    let after = metrics(&admin).await?;
    let report = Report {
        passed: verdict.is_clean() && taps.acknowledged > 0,
        started_at,
        settings,
        circumstances: Circumstances::of(environment, None, &admin).await?,
        commits: after.batches_since(&before),
        taps,
        verdict,
        consoles: Consoles {
            opened: consoles.len(),
            live_at_end: logs.len(),
            redials: consoles.iter().map(Console::redials).sum(),
            events: logs.iter().map(ConsoleLog::frames).sum(),
            bytes: consoles.iter().map(Console::bytes).sum(),
        },
        phones: PhoneSockets { opened: settings.sockets, open_at_end: phones.count(), frames: phones.frames() },
        latency_ms: report::latencies(&sent, &spreads)?,
        wire_bytes: report::sizes(&sent)?,
    };
    stopping.send(true).unwrap_or_default();
    Ok(report)
}

/// What the server says of itself under a pointer of a JSON page.
pub(crate) async fn said(api: &Api, path: &str, pointer: &str) -> Result<String> {
    let page: serde_json::Value = api.get(path).await?;
    Ok(page.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or("not said").to_owned())
}

pub(crate) async fn metrics(api: &Api) -> Result<Metrics> {
    Ok(Metrics::parse(&String::from_utf8_lossy(&api.bytes("/metrics").await?)))
}

async fn wait_until_live(consoles: &[Console]) -> Result<()> {
    if !wait(START, || consoles.iter().all(Console::is_live)).await {
        bail!("not every console became live within {START:?}");
    }
    Ok(())
}

fn acknowledged(sent: &[Sent]) -> Vec<Acknowledged> {
    let stored = |one: &Sent| match &one.came {
        Came::Stored { tap, .. } => Some(*tap),
        Came::Refused(_) | Came::Unanswered => None,
    };
    sent.iter().filter_map(stored).collect()
}

/// Waits until `taps` taps are on every console, at most [`DRAIN`]; then for one more beat, so that the
/// digest has had its say about the last frames. Gives the logs of the consoles that are live.
async fn drain(taps: usize, consoles: &[Console]) -> Vec<ConsoleLog> {
    wait(DRAIN, || consoles.iter().all(|console| console.log(ConsoleLog::taps) >= taps)).await;
    let beats: Vec<u64> = consoles.iter().map(|console| console.log(ConsoleLog::beats)).collect();
    let beaten = || consoles.iter().zip(&beats).all(|(console, before)| console.log(ConsoleLog::beats) > *before);
    wait(DRAIN, beaten).await;
    consoles.iter().filter(|console| console.is_live()).map(Console::take_log).collect()
}

async fn wait(longest: Duration, done: impl Fn() -> bool) -> bool {
    let began = Instant::now();
    while !done() {
        if began.elapsed() > longest {
            return false;
        }
        sleep(Duration::from_millis(20)).await;
    }
    true
}

/// A bar of so many steps, on standard error.
pub(crate) fn progress(what: &'static str, length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:>8} {bar:40} {pos}/{len} {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style).with_prefix(what)
}
