//! Rounds of one event and of many, of the server and of the floor in turn.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use tokio::time::{sleep, timeout};

use crate::affinity::Pinned;
use crate::connection::Connection;
use crate::crowd::{Crowd, Want};
use crate::fanout::Fanout;
use crate::fanout_report::{Candidate, EventSize, Measured, Round, kib_each, without_idle};
use crate::floor::Floor;
use crate::messages::from_server;
use crate::monotonic::now_ns;
use crate::nchan::{Installed, Nchan};
use crate::process::Process;
use crate::receipts::{Class, Times};
use crate::series::Series;
use crate::tap::progress;
use crate::taps::{Came, tap};
use crate::target::Target;
use crate::world::Tapper;

/// Longest wait for the last message of a round.
const LONGEST: Duration = Duration::from_secs(30);
/// After the last message, until the round's processor time is read.
const SETTLE: Duration = Duration::from_millis(50);
/// How long the idle server is looked at before each turn: every console gets one beat in it.
const BEAT: Duration = Duration::from_secs(5);
/// Rounds that do not count, of each kind.
const WARM_UP: u32 = 2;

/// Everything open, and who measures it.
pub(crate) struct Bench {
    /// The server.
    pub(crate) target: Target,
    /// Every open socket.
    pub(crate) crowd: Crowd,
    /// Who taps.
    pub(crate) tappers: Vec<Tapper>,
    /// The server's process, when it is on this machine.
    pub(crate) server: Option<Process>,
    /// How many of the sockets are consoles.
    pub(crate) consoles: u32,
}

/// What came of all turns.
pub(crate) struct Found {
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) event: EventSize,
    pub(crate) server: Candidate,
    pub(crate) floor: Candidate,
    pub(crate) nchan: Option<Candidate>,
    pub(crate) nchan_pss_kib_per_socket: Option<f64>,
    pub(crate) floor_pss_kib_per_socket: f64,
    pub(crate) idle_cpu_percent: Series,
    pub(crate) bystanders_got: u64,
}

/// How a round of the server is to be.
#[derive(Debug, Clone, Copy)]
struct Shape {
    events: u32,
    /// Messages of one event at a console.
    messages: u32,
    /// Processor time of the idle server, nanoseconds a second.
    idle_ns_per_s: f64,
    /// Whether the phones of those who tap are told.
    phones: bool,
    /// After the last message, until the round is over.
    settle: Duration,
}

/// What the rounds are made of.
struct Material {
    shape: Shape,
    /// The messages of one event, as a console got them.
    one: Vec<Vec<u8>>,
    /// Those of a burst.
    burst: Vec<Vec<u8>>,
}

/// Rounds of one event, and of a burst.
#[derive(Default)]
struct Rounds([Vec<Round>; 2]);

impl Rounds {
    fn candidate(&self) -> Candidate {
        let [one, burst] = &self.0;
        Candidate { one: Measured::of(one), burst: Measured::of(burst) }
    }
}

/// A round of the server, and examples of what travelled.
struct ServerRound {
    round: Round,
    bystanders: u64,
    examples: Vec<Vec<u8>>,
}

impl Bench {
    /// Turns of the server and of the floor, one after the other.
    pub(crate) async fn measure(&self, settings: &Fanout) -> Result<Found> {
        let Material { shape, one, burst } = self.warm_up(settings.burst).await?;
        let program = std::env::current_exe().context("this program does not know where it is")?;
        let (mut floor, floor_pss_kib_per_socket) = self.floor(&program).await?;
        let mut nchan = match Installed::find(&settings.nginx, &settings.nchan_module) {
            Some(installed) => Some(Nchan::start(&installed, &program, self.consoles).await?),
            None => None,
        };
        let _held = if settings.pin { Some(self.pin(&floor, nchan.as_ref())?) } else { None };
        let (mut of_server, mut of_floor, mut of_nchan) = (Rounds::default(), Rounds::default(), Rounds::default());
        let (mut idle, mut bystanders_got, started_at) = (Vec::new(), 0, Utc::now());
        let kinds = [(1, settings.rounds, &one), (settings.burst, settings.bursts, &burst)];
        let each = u64::from(settings.rounds + settings.bursts) * u64::from(settings.repeats);
        let bar = progress("rounds", each * if nchan.is_some() { 3 } else { 2 });
        for turn in 0..settings.repeats {
            let idle_ns_per_s = self.idle().await?;
            idle.push(idle_ns_per_s / 1e7);
            for (rounds, (events, count, _)) in of_server.0.iter_mut().zip(kinds) {
                for number in 0..count {
                    let first = (turn * count + number) as usize;
                    let done = self.round(Shape { events, idle_ns_per_s, ..shape }, first).await?;
                    rounds.push(done.round);
                    bystanders_got += done.bystanders;
                    bar.inc(1);
                }
            }
            for (rounds, (events, count, texts)) in of_floor.0.iter_mut().zip(kinds) {
                for _ in 0..count {
                    rounds.push(floor_round(&mut floor, texts, events).await?);
                    bar.inc(1);
                }
            }
            let Some(nchan) = &mut nchan else { continue };
            for (rounds, (events, count, texts)) in of_nchan.0.iter_mut().zip(kinds) {
                for _ in 0..count {
                    rounds.push(nchan_round(nchan, texts, events).await?);
                    bar.inc(1);
                }
            }
        }
        bar.finish_and_clear();
        Ok(Found {
            started_at,
            event: EventSize { messages: shape.messages, bytes: framed(&one)?.len() },
            server: of_server.candidate(),
            floor: of_floor.candidate(),
            nchan_pss_kib_per_socket: nchan.as_ref().map(|nchan| nchan.pss_kib_per_socket),
            nchan: nchan.is_some().then(|| of_nchan.candidate()),
            floor_pss_kib_per_socket,
            idle_cpu_percent: Series::of(idle),
            bystanders_got,
        })
    }

    /// Whoever sends on the first processor, whoever receives on the second.
    fn pin(&self, floor: &Floor, nchan: Option<&Nchan>) -> Result<Pinned> {
        let mut pinned = Pinned::default();
        let server = self.server.context("--pin needs a server on this machine")?;
        for sender in [Some(server), Some(floor.process()?), nchan.map(Nchan::process).transpose()?] {
            sender.map_or(Ok(()), |sender| pinned.hold(sender, 0))?;
        }
        let this = Process { pid: std::process::id() };
        let receivers = [this, floor.receiving_process()?];
        for receiver in receivers.into_iter().chain(nchan.map(Nchan::receiving_process).transpose()?) {
            pinned.hold(receiver, 1)?;
        }
        Ok(pinned)
    }

    /// Rounds that do not count: they open everybody's case and show what travels.
    async fn warm_up(&self, burst: u32) -> Result<Material> {
        let long = Duration::from_secs(1);
        let mut shape = Shape { events: burst, messages: 1, idle_ns_per_s: 0.0, phones: false, settle: long };
        self.round(shape, 0).await?;
        let first = self.round(Shape { events: 1, ..shape }, 0).await?;
        let got = &first.round.consoles;
        if got.most != got.fewest || got.most == 0 {
            bail!("consoles of one operator got from {} to {} messages of one event", got.fewest, got.most);
        }
        shape = Shape { messages: got.most, phones: first.round.tappers.is_some(), settle: SETTLE, ..shape };
        let (mut one, mut burst) = (first.examples, Vec::new());
        for _ in 0..WARM_UP {
            one = self.round(Shape { events: 1, ..shape }, 0).await?.examples;
            burst = self.round(shape, 0).await?.examples;
        }
        Ok(Material { shape, one, burst })
    }

    async fn floor(&self, program: &Path) -> Result<(Floor, f64)> {
        let none = Floor::start(program, 0).await?;
        let before = none.process()?.memory()?;
        drop(none);
        let floor = Floor::start(program, self.consoles).await?;
        let after = floor.process()?.memory()?;
        Ok((floor, kib_each(before.pss_kib, after.pss_kib, self.consoles)))
    }

    /// Processor time of the server while nothing happens, nanoseconds a second.
    async fn idle(&self) -> Result<f64> {
        let Some(server) = self.server else { return Ok(0.0) };
        let (before, began) = (server.cpu()?, Instant::now());
        sleep(BEAT).await;
        Ok(server.cpu()?.since(&before) as f64 / began.elapsed().as_secs_f64())
    }

    /// One round of the server: as many people tap at once as there are events, the first of them `from`.
    async fn round(&self, shape: Shape, from: usize) -> Result<ServerRound> {
        let messages = shape.messages * shape.events;
        let mut wants = vec![Want { class: Class::Console, sockets: self.crowd.count_of(Class::Console), messages }];
        if shape.phones {
            wants.push(Want { class: Class::Tapper, sockets: u64::from(shape.events), messages: 1 });
        }
        let tappers: Vec<&Tapper> =
            self.tappers.iter().cycle().skip(from % self.tappers.len()).take(shape.events as usize).collect();
        let mut connections = Vec::new();
        for _ in &tappers {
            connections.push(Some(Connection::open(self.target.address).await?));
        }
        let complete = self.crowd.arm(wants).await?;
        let cpu = self.server.map(Process::cpu).transpose()?;
        let (began, began_ns) = (Instant::now(), now_ns());
        let taps = tappers.iter().zip(&mut connections);
        let sent = join_all(taps.map(|(tapper, connection)| tap(&self.target, began, tapper, began, connection))).await;
        if let Some(refused) = sent.iter().find(|one| !matches!(one.came, Came::Stored { .. })) {
            bail!("a tap was not stored: {:?}", refused.came);
        }
        let late = timeout(LONGEST, complete).await.is_err();
        sleep(if late { Duration::ZERO } else { shape.settle }).await;
        let window_s = began.elapsed().as_secs_f64();
        let cpu_ns = match (self.server, cpu) {
            (Some(server), Some(before)) => {
                Some(without_idle(server.cpu()?.since(&before), window_s, shape.idle_ns_per_s))
            }
            _ => None,
        };
        let mut all = self.crowd.end(began_ns).await?;
        let tappers: Option<Times> =
            all.by_class.get(&Class::Tapper).filter(|got| got.reached > 0).map(|got| got.first);
        let bystanders = all.by_class.get(&Class::Bystander).map_or(0, |got| got.messages);
        let consoles = all.by_class.remove(&Class::Console).unwrap_or_default();
        let answered_ms = sent.iter().map(|one| one.done_us as f64 / 1e3).reduce(f64::max);
        let round = Round { events: shape.events, messages, consoles, tappers, answered_ms, cpu_ns };
        Ok(ServerRound { round, bystanders, examples: all.examples })
    }
}

/// Messages one after the other, framed.
fn framed(texts: &[Vec<u8>]) -> Result<Vec<u8>> {
    let frames = texts.iter().map(|text| from_server(text)).collect::<Result<Vec<_>, _>>()?;
    Ok(frames.concat())
}

async fn floor_round(floor: &mut Floor, texts: &[Vec<u8>], events: u32) -> Result<Round> {
    let messages = u32::try_from(texts.len())?;
    let (sending, consoles) = floor.send(&framed(texts)?, messages, LONGEST).await?;
    sleep(SETTLE).await;
    let cpu_ns = Some(sending.cpu_ns as f64);
    Ok(Round { events, messages, consoles, tappers: None, answered_ms: None, cpu_ns })
}

async fn nchan_round(nchan: &mut Nchan, texts: &[Vec<u8>], events: u32) -> Result<Round> {
    let (cpu_ns, consoles) = nchan.publish(texts, LONGEST).await?;
    let messages = u32::try_from(texts.len())?;
    Ok(Round { events, messages, consoles, tappers: None, answered_ms: None, cpu_ns: Some(cpu_ns as f64) })
}
