//! `loadtest fanout`: one event, and many at once, to every open console; beside the raw-socket floor.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use futures_util::{StreamExt, stream};
use serde::Serialize;
use tokio::time::sleep;
use uuid::Uuid;
use wire::live::Cursor;

use crate::administrator::Administrator;
use crate::api::Api;
use crate::crowd::{Crowd, Member};
use crate::device::SignedIn;
use crate::environment::{Environment, load_average};
use crate::fanout_report::{FanoutReport, Idle, Opened, Ratios, kib_each};
use crate::interrupted::unless_interrupted;
use crate::limits;
use crate::nchan;
use crate::opening;
use crate::process::{Memory, Process};
use crate::receipts::Class;
use crate::report::Versions;
use crate::rounds::Bench;
use crate::series::rounded;
use crate::tap::{progress, said, within};
use crate::target::Target;
use crate::world::{Size, World, explain};

/// Sockets that are being opened at one time.
const AT_ONCE: usize = 64;
/// Before the server's memory is read.
const IDLE: Duration = Duration::from_secs(2);
/// Phones of others share this many people at most.
const QUIET_PEOPLE: u32 = 200;

/// Settings of the scenario.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Fanout {
    /// The server's base address, plain http
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// The server's process; by itself the one that listens there, on this machine
    #[arg(long)]
    pub server_pid: Option<u32>,
    /// Open consoles, each of which gets every event; at most what open files allow
    #[arg(long, default_value_t = 1_000, value_parser = within(limits::FANOUT, 1))]
    pub sockets: u32,
    /// Open phones beside them that have nothing to do with the events
    #[arg(long, default_value_t = 0, value_parser = within(limits::FANOUT, 0))]
    pub phones: u32,
    /// Sign-ins that the consoles share
    #[arg(long, default_value_t = 50, value_parser = within(1_000, 1))]
    pub sessions: u32,
    /// Events of a burst, sent by as many people at once
    #[arg(long, default_value_t = 40, value_parser = within(64, 1))]
    pub burst: u32,
    /// Turns of the server and of the floor, one after the other
    #[arg(long, default_value_t = 3, value_parser = within(20, 1))]
    pub repeats: u32,
    /// Rounds of one event in a turn
    #[arg(long, default_value_t = 5, value_parser = within(50, 1))]
    pub rounds: u32,
    /// Bursts in a turn
    #[arg(long, default_value_t = 3, value_parser = within(50, 1))]
    pub bursts: u32,
    /// Hold the server (and the floor's sender) on the first processor and this program on the second
    #[arg(long)]
    pub pin: bool,
    /// nginx, which is compared too when it has nchan
    #[arg(long, default_value = "/usr/sbin/nginx")]
    pub nginx: PathBuf,
    /// nchan's module for it
    #[arg(long, default_value = nchan::MODULE)]
    pub nchan_module: PathBuf,
    /// Who sets it up
    #[command(flatten)]
    #[serde(flatten)]
    pub administrator: Administrator,
    /// Load a server that is not on this machine, because it is yours
    #[arg(long)]
    pub i_own_this_server: bool,
}

/// Runs the scenario and prints its result. True when every console got everything and stayed open.
pub fn run(settings: Fanout) -> Result<bool> {
    let target = Target::parse(&settings.server, settings.i_own_this_server)?;
    let needed = settings.sockets + settings.phones + settings.burst * 2;
    let environment = Environment::look(limits::open_files(u64::from(needed))?)?;
    let server = Process::of_server(&target, settings.server_pid)?;
    if let Some(most) = server.map(Process::open_files).transpose()?.filter(|most| u64::from(needed) > *most) {
        bail!("the server may have {most} open files and {needed} sockets were asked for; raise it with ulimit -n");
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime could be started")?;
    let report = runtime.block_on(unless_interrupted(scenario(&settings, target, environment, server)))?;
    println!("{}", serde_json::to_string_pretty(&report)?);
    runtime.shutdown_timeout(Duration::from_secs(2));
    Ok(report.passed)
}

async fn scenario(
    settings: &Fanout,
    target: Target,
    environment: Environment,
    server: Option<Process>,
) -> Result<FanoutReport<'_>> {
    let (email, password) = settings.administrator.credentials()?;
    let (admin, _) = Api::anonymous(target.clone())?.sign_in(&email, &password).await?;
    let quiet = settings.phones.min(QUIET_PEOPLE);
    let bar = progress("people", u64::from(settings.burst + quiet));
    let size = Size { people: settings.burst, phones: quiet, offices: World::OFFICES };
    let world = World::make(&admin, size, &bar).await.map_err(explain)?;
    bar.finish_and_clear();
    let sessions = world.sessions(settings.sessions.min(settings.sockets)).await?;

    let crowd = Crowd::start(BTreeMap::from([
        (Class::Console, opening::console_habit()?),
        (Class::Tapper, opening::phone_habit()?),
        (Class::Bystander, opening::phone_habit()?),
    ]))?;
    let memory = || server.map(Process::memory).transpose();
    let memory_before = memory()?;
    let cursors = opening::places(&world.operator).await?;
    // The first half also takes what the server still has from setting up, so the second half is what is weighed.
    let half = settings.sockets / 2;
    let began = Instant::now();
    open_consoles(&crowd, &sessions, &cursors, 0..half).await?;
    let mut consoles_seconds = began.elapsed().as_secs_f64();
    sleep(IDLE).await;
    let memory_with_half = memory()?;
    let began = Instant::now();
    open_consoles(&crowd, &sessions, &cursors, half..settings.sockets).await?;
    consoles_seconds += began.elapsed().as_secs_f64();
    sleep(IDLE).await;
    let memory_with_consoles = memory()?;
    let from = settings.sockets;
    open_phones(&crowd, &target, &world.tappers_phones, Class::Tapper, (from, settings.burst)).await?;
    open_phones(&crowd, &target, &world.quiet, Class::Bystander, (from + settings.burst, settings.phones)).await?;
    sleep(IDLE).await;
    let memory_with_all = memory()?;

    let bench = Bench { target, crowd, tappers: world.tappers, server, consoles: settings.sockets };
    let measured = bench.measure(settings).await?;
    let per_console = |of: fn(&Memory) -> u64| {
        Some(kib_each(of(&memory_with_half?), of(&memory_with_consoles?), settings.sockets - half))
    };
    let phones = settings.burst + settings.phones;
    let pss_per_phone = || Some(kib_each(memory_with_consoles?.pss_kib, memory_with_all?.pss_kib, phones));
    let open_at_end = bench.crowd.count();
    let to_floor = Ratios::of(&measured.server, &measured.floor);
    let to_nchan = measured.nchan.as_ref().map(|nchan| Ratios::of(&measured.server, nchan));
    let missing = [&measured.server, &measured.floor].map(|one| one.one.missing + one.burst.missing);
    Ok(FanoutReport {
        passed: missing == [0, 0] && open_at_end == u64::from(settings.sockets + phones),
        started_at: measured.started_at,
        settings,
        environment,
        load_average_after: load_average(),
        versions: Versions::of(&admin).await?,
        database: said(&admin, "/readyz", "/database").await?,
        server_pid: server.map(|process| process.pid),
        event: measured.event,
        sockets: Opened {
            consoles: settings.sockets,
            consoles_seconds: rounded(consoles_seconds),
            tappers: settings.burst,
            bystanders: settings.phones,
            open_at_end,
        },
        idle: Idle {
            memory_before,
            memory_with_half,
            memory_with_consoles,
            memory_with_all,
            rss_kib_per_console: per_console(|memory| memory.rss_kib),
            pss_kib_per_console: per_console(|memory| memory.pss_kib),
            pss_kib_per_phone: (settings.phones > 0).then(pss_per_phone).flatten(),
            floor_pss_kib_per_socket: measured.floor_pss_kib_per_socket,
            nchan_pss_kib_per_socket: measured.nchan_pss_kib_per_socket,
            cpu_percent: measured.idle_cpu_percent,
        },
        server: measured.server,
        floor: measured.floor,
        nchan: measured.nchan,
        to_floor,
        to_nchan,
        bystanders_got: measured.bystanders_got,
    })
}

async fn open_consoles(
    crowd: &Crowd,
    sessions: &[Api],
    cursors: &BTreeMap<Uuid, Cursor>,
    numbers: Range<u32>,
) -> Result<()> {
    let count = numbers.end - numbers.start;
    let opening = numbers
        .zip(sessions.iter().cycle())
        .map(|(number, api)| async move { opening::console(api, cursors, number).await.map(|(member, _)| member) });
    open(crowd, opening, ("consoles", count)).await
}

async fn open_phones(
    crowd: &Crowd,
    target: &Target,
    phones: &[SignedIn],
    class: Class,
    (from, count): (u32, u32),
) -> Result<()> {
    let opening = (from..from + count).zip(phones.iter().cycle());
    let opening = opening.map(|(number, phone)| opening::phone(target, phone, class, number));
    open(crowd, opening, ("phones", count)).await
}

async fn open<F: Future<Output = Result<Member>>>(
    crowd: &Crowd,
    opening: impl Iterator<Item = F>,
    (what, count): (&'static str, u32),
) -> Result<()> {
    let bar = progress(what, u64::from(count));
    let mut opening = stream::iter(opening).buffer_unordered(AT_ONCE);
    while let Some(member) = opening.next().await {
        crowd.add(member?)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        settings: Fanout,
    }

    fn parse(line: &str) -> Result<Fanout, clap::Error> {
        Line::try_parse_from(line.split_whitespace()).map(|line| line.settings)
    }

    #[test]
    fn arguments_are_bounded_and_have_their_defaults() {
        let settings = parse("fanout --demo").unwrap();
        assert_eq!((settings.sockets, settings.burst, settings.repeats, settings.pin), (1_000, 40, 3, false));
        assert!(settings.repeats * settings.rounds >= 12);
        for wrong in ["--sockets 0", "--sockets 70000", "--burst 65", "--repeats 0", "--sessions 0"] {
            assert!(parse(&format!("fanout --demo {wrong}")).is_err(), "{wrong}");
        }
        assert!(parse("fanout").is_err(), "nobody sets it up");
    }
}
