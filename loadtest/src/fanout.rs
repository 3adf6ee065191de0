//! `loadtest fanout`: one event, and many at once, to every open console; beside the raw-socket floor.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;
use futures_util::{StreamExt, stream};
use serde::Serialize;
use tokio::time::sleep;
use uuid::Uuid;
use wire::live::Cursor;

use crate::api::Api;
use crate::crowd::{Crowd, Member};
use crate::device::SignedIn;
use crate::fanout_report::{FanoutReport, Idle, Opened, Ratios, kib_each};
use crate::interrupted::unless_interrupted;
use crate::nchan;
use crate::opening;
use crate::outcome::{self, Circumstances};
use crate::process::{Memory, Process};
use crate::receipts::Class;
use crate::rounds::Bench;
use crate::series::rounded;
use crate::sockets::{Cast, Ground, Sockets};
use crate::tap::{progress, within};
use crate::target::Target;

/// Sockets that are being opened at one time.
const AT_ONCE: usize = 64;
/// Before the server's memory is read.
const IDLE: Duration = Duration::from_secs(2);

/// Settings of the scenario.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Fanout {
    /// The server, and how many sockets
    #[command(flatten)]
    #[serde(flatten)]
    pub open: Sockets,
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
}

/// Runs the scenario and prints its result. True when every console got everything and stayed open.
pub fn run(settings: Fanout) -> Result<bool> {
    let ground = settings.open.ground(settings.burst * 2)?;
    Ok(outcome::print(unless_interrupted(scenario(&settings, ground)))?.passed)
}

async fn scenario(settings: &Fanout, ground: Ground) -> Result<FanoutReport<'_>> {
    let Ground { target, environment, server } = ground;
    let Cast { admin, world, sessions } = settings.open.cast(&target, settings.burst).await?;

    let crowd = Crowd::start(BTreeMap::from([
        (Class::Console, opening::console_habit()?),
        (Class::Tapper, opening::phone_habit()?),
        (Class::Bystander, opening::phone_habit()?),
    ]))?;
    let memory = || server.map(Process::memory).transpose();
    let memory_before = memory()?;
    let cursors = opening::places(&world.operator).await?;
    // The first half also takes what the server still has from setting up, so the second half is what is weighed.
    let half = settings.open.sockets / 2;
    let began = Instant::now();
    open_consoles(&crowd, &sessions, &cursors, 0..half).await?;
    let mut consoles_seconds = began.elapsed().as_secs_f64();
    sleep(IDLE).await;
    let memory_with_half = memory()?;
    let began = Instant::now();
    open_consoles(&crowd, &sessions, &cursors, half..settings.open.sockets).await?;
    consoles_seconds += began.elapsed().as_secs_f64();
    sleep(IDLE).await;
    let memory_with_consoles = memory()?;
    let from = settings.open.sockets;
    open_phones(&crowd, &target, &world.tappers_phones, Class::Tapper, (from, settings.burst)).await?;
    open_phones(&crowd, &target, &world.quiet, Class::Bystander, (from + settings.burst, settings.open.phones)).await?;
    sleep(IDLE).await;
    let memory_with_all = memory()?;

    let bench = Bench { target, crowd, tappers: world.tappers, server, consoles: settings.open.sockets };
    let measured = bench.measure(settings).await?;
    let per_console = |of: fn(&Memory) -> u64| {
        Some(kib_each(of(&memory_with_half?), of(&memory_with_consoles?), settings.open.sockets - half))
    };
    let phones = settings.burst + settings.open.phones;
    let pss_per_phone = || Some(kib_each(memory_with_consoles?.pss_kib, memory_with_all?.pss_kib, phones));
    let open_at_end = bench.crowd.count();
    let to_floor = Ratios::of(&measured.server, &measured.floor);
    let to_nchan = measured.nchan.as_ref().map(|nchan| Ratios::of(&measured.server, nchan));
    let missing = [&measured.server, &measured.floor].map(|one| one.one.missing + one.burst.missing);
    Ok(FanoutReport {
        passed: missing == [0, 0] && open_at_end == u64::from(settings.open.sockets + phones),
        started_at: measured.started_at,
        settings,
        circumstances: Circumstances::of(environment, server, &admin).await?,
        event: measured.event,
        sockets: Opened {
            consoles: settings.open.sockets,
            consoles_seconds: rounded(consoles_seconds),
            tappers: settings.burst,
            bystanders: settings.open.phones,
            open_at_end,
        },
        idle: Idle {
            memory_before,
            memory_with_half,
            memory_with_consoles,
            memory_with_all,
            rss_kib_per_console: per_console(|memory| memory.rss_kib),
            pss_kib_per_console: per_console(|memory| memory.pss_kib),
            pss_kib_per_phone: (settings.open.phones > 0).then(pss_per_phone).flatten(),
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
    use super::*;
    use crate::line::parse;

    #[test]
    fn arguments_are_bounded_and_have_their_defaults() {
        let settings: Fanout = parse("fanout --demo").unwrap();
        assert_eq!((settings.open.sockets, settings.burst, settings.repeats, settings.pin), (1_000, 40, 3, false));
        assert!(settings.repeats * settings.rounds >= 12);
        for wrong in ["--sockets 0", "--sockets 70000", "--burst 65", "--repeats 0", "--sessions 0"] {
            assert!(parse::<Fanout>(&format!("fanout --demo {wrong}")).is_err(), "{wrong}");
        }
        assert!(parse::<Fanout>("fanout").is_err(), "nobody sets it up");
    }
}
