//! `loadtest ingest`: how many taps a second are stored, beside the same work committed one by one.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use chrono::Utc;
use clap::Args;
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::administrator::Administrator;
use crate::api::Api;
use crate::checker::Acknowledged;
use crate::closed_loop;
use crate::environment::Environment;
use crate::ingest_report::{Count, IngestReport, Measured, One, Server, Tally, ratios};
use crate::limits;
use crate::outcome::{self, Circumstances};
use crate::pace::Pace;
use crate::pgbench::Pgbench;
use crate::process::Process;
use crate::series::Series;
use crate::tap::{connections, metrics, progress, said, within};
use crate::taps::{Came, Plan, Sent, send_all};
use crate::target::Target;
use crate::world::{Size, Tapper, World, explain};

/// Connections of pgbench, from the one that flushes alone to the many that share a flush.
const PGBENCH: [u32; 2] = [1, 64];
/// Timelines that are read at one time.
const AT_ONCE: usize = 8;

/// Settings of the scenario.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Ingest {
    /// The server whose writes share transactions
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// A second server with the same kind of database that was started with MUSTER_WRITE_BATCH=1
    #[arg(long)]
    pub alone: Option<String>,
    /// A database in which pgbench may make a table, such as postgres://user@127.0.0.1/postgres
    #[arg(long)]
    #[serde(skip)]
    pub postgres: Option<String>,
    /// pgbench, by name or path; left out when it is not there
    #[arg(long, default_value = "pgbench")]
    pub pgbench: PathBuf,
    /// Clients of the closed loop, each of whom waits for the answer; at most 1,024
    #[arg(long, value_delimiter = ',', default_values_t = [64, 256], value_parser = within(1_024, 1))]
    pub clients: Vec<u32>,
    /// Taps a second of the open loop, at most 20,000; 0 for none
    #[arg(long, value_delimiter = ',', default_values_t = [500, 2_000], value_parser = within(limits::RATE, 0))]
    pub rates: Vec<u32>,
    /// How long each measurement takes, at most 60 seconds
    #[arg(long, default_value_t = 5, value_parser = within(60, 1))]
    pub seconds: u32,
    /// How often everything is measured, one after the other
    #[arg(long, default_value_t = 3, value_parser = within(20, 1))]
    pub repeats: u32,
    /// People who tap in rotation, at most 5,000
    #[arg(long, default_value_t = 400, value_parser = within(limits::PEOPLE, 1))]
    pub people: u32,
    /// Who sets it up, on both servers
    #[command(flatten)]
    #[serde(flatten)]
    pub administrator: Administrator,
    /// Load servers that are not on this machine, because they are yours
    #[arg(long)]
    pub i_own_this_server: bool,
}

/// Runs the scenario and prints its result. True when exactly what was acknowledged is stored.
pub fn run(settings: Ingest) -> Result<bool> {
    let together = Target::parse(&settings.server, settings.i_own_this_server)?;
    let alone = settings.alone.as_ref().map(|server| Target::parse(server, settings.i_own_this_server)).transpose()?;
    let most = settings.clients.iter().chain(&settings.rates).max().copied().unwrap_or_default();
    let environment = Environment::look(limits::open_files(u64::from(most.min(1_024)))?)?;
    Ok(outcome::print(scenario(&settings, together, alone, environment))?.passed)
}

async fn scenario(
    settings: &Ingest,
    together: Target,
    alone: Option<Target>,
    environment: Environment,
) -> Result<IngestReport<'_>> {
    let mut together = Bench::make(together, settings).await?;
    let database = said(&together.admin, "/readyz", "/database").await?;
    let mut alone = match alone {
        Some(target) => Some(Bench::make(target, settings).await?),
        None => None,
    };
    if let Some(alone) = &alone {
        let other = said(&alone.admin, "/readyz", "/database").await?;
        if other != database {
            bail!("one server works with {database} and the other with {other}: only like can be compared");
        }
    }
    let pgbench = match &settings.postgres {
        Some(url) => Pgbench::prepare(&settings.pgbench, url).await?,
        None => None,
    };
    let (mut rows, started_at) = (BTreeMap::<u32, Vec<f64>>::new(), Utc::now());
    let kinds = settings.clients.len() + settings.rates.iter().filter(|rate| **rate > 0).count();
    let servers = 1 + usize::from(alone.is_some());
    let bar = progress("runs", kinds as u64 * servers as u64 * u64::from(settings.repeats));
    let measured = async {
        for _ in 0..settings.repeats {
            for clients in &settings.clients {
                for bench in std::iter::once(&mut together).chain(alone.as_mut()) {
                    bench.closed(*clients, settings.seconds).await?;
                    bar.inc(1);
                }
            }
            for (pgbench, clients) in pgbench.iter().flat_map(|pgbench| PGBENCH.map(|clients| (pgbench, clients))) {
                rows.entry(clients).or_default().push(pgbench.rows_a_second(clients).await?);
            }
            for rate in settings.rates.iter().filter(|rate| **rate > 0) {
                for bench in std::iter::once(&mut together).chain(alone.as_mut()) {
                    bench.open(*rate, settings.seconds).await?;
                    bar.inc(1);
                }
            }
        }
        anyhow::Ok(())
    };
    let measured = measured.await;
    bar.finish_and_clear();
    if let Some(pgbench) = pgbench {
        pgbench.clean_up().await?;
    }
    measured?;
    let admin = together.admin.clone();
    let together = together.finish().await?;
    let alone = match alone {
        Some(bench) => Some(bench.finish().await?),
        None => None,
    };
    let pgbench_rows_per_second: BTreeMap<u32, Series> =
        rows.into_iter().map(|(clients, rates)| (clients, Series::of(rates))).collect();
    let most = pgbench_rows_per_second.values().next_back().copied();
    let to_alone = |clients| Some(alone.as_ref()?.closed.get(&clients)?.acknowledged_per_second);
    let sound = |server: &Server| {
        let unanswered = server.closed.values().chain(server.open.values()).map(|one| one.unanswered).sum::<u64>();
        server.count.fits() && server.count.acknowledged > 0 && unanswered == 0
    };
    Ok(IngestReport {
        passed: sound(&together) && alone.as_ref().is_none_or(|alone| sound(alone) && commits_alone(alone)),
        started_at,
        settings,
        circumstances: Circumstances::of(environment, None, &admin).await?,
        together_to_alone: ratios(&together.closed, to_alone),
        together_to_pgbench: ratios(&together.closed, |_| most),
        together,
        alone,
        pgbench_rows_per_second,
    })
}

/// Whether a server never put two writes into a transaction.
fn commits_alone(server: &Server) -> bool {
    let each = server.closed.values().chain(server.open.values()).all(|one| one.writes_per_commit.max <= 1.0);
    if !each {
        eprintln!(
            "loadtest: the server at {} puts writes together: start it with MUSTER_WRITE_BATCH=1",
            server.address
        );
    }
    each
}

/// One server, its people, and what was measured of it.
struct Bench {
    target: Target,
    admin: Api,
    operator: Api,
    process: Option<Process>,
    tappers: Arc<Vec<Tapper>>,
    closed: BTreeMap<u32, Vec<One>>,
    open: BTreeMap<u32, Vec<One>>,
    cases: HashSet<Uuid>,
    acknowledged: u64,
    unanswered: u64,
}

impl Bench {
    async fn make(target: Target, settings: &Ingest) -> Result<Self> {
        let (email, password) = settings.administrator.credentials()?;
        let (admin, _) = Api::anonymous(target.clone())?.sign_in(&email, &password).await?;
        let bar = progress("people", u64::from(settings.people));
        let size = Size { people: settings.people, phones: 0, offices: World::OFFICES };
        let world = World::make(&admin, size, &bar).await.map_err(explain)?;
        bar.finish_and_clear();
        let mut bench = Self {
            process: Process::of_server(&target, None)?,
            target,
            admin,
            operator: world.operator,
            tappers: Arc::new(world.tappers),
            closed: BTreeMap::new(),
            open: BTreeMap::new(),
            cases: HashSet::new(),
            acknowledged: 0,
            unanswered: 0,
        };
        bench.warm_up().await?;
        Ok(bench)
    }

    /// Everybody taps once, so that what is measured are taps of open cases.
    async fn warm_up(&mut self) -> Result<()> {
        let pace = Pace { rate: 200, total: self.tappers.len() as u64 };
        let sent = self.paced(pace).await;
        self.remember(&sent);
        if self.cases.is_empty() {
            bail!("no tap was stored at {}", self.target.origin);
        }
        Ok(())
    }

    async fn closed(&mut self, clients: u32, seconds: u32) -> Result<()> {
        let length = Duration::from_secs(u64::from(seconds));
        let (before, cpu) = (metrics(&self.admin).await?, self.process.map(Process::cpu).transpose()?);
        let sent = closed_loop::send(&self.target, &self.tappers, clients, length).await;
        let one = self.sum_up(&sent, before, cpu).await?;
        self.closed.entry(clients).or_default().push(one);
        Ok(())
    }

    async fn open(&mut self, rate: u32, seconds: u32) -> Result<()> {
        let (before, cpu) = (metrics(&self.admin).await?, self.process.map(Process::cpu).transpose()?);
        let sent = self.paced(Pace { rate, total: u64::from(rate) * u64::from(seconds) }).await;
        let one = self.sum_up(&sent, before, cpu).await?;
        self.open.entry(rate).or_default().push(one);
        Ok(())
    }

    async fn paced(&self, pace: Pace) -> Vec<Sent> {
        send_all(Plan {
            target: self.target.clone(),
            tappers: self.tappers.to_vec(),
            pace,
            connections: connections(pace.rate),
            began: Instant::now(),
            bar: ProgressBar::hidden(),
        })
        .await
    }

    async fn sum_up(
        &mut self,
        sent: &[Sent],
        before: crate::metrics::Metrics,
        cpu: Option<crate::process::Cpu>,
    ) -> Result<One> {
        let after = self.process.map(Process::cpu).transpose()?;
        let cpu_ns = after.zip(cpu).map(|(after, before)| after.since(&before));
        let batches = metrics(&self.admin).await?.batches_since(&before);
        self.remember(sent);
        Ok(One::new(Tally::of(sent)?, cpu_ns, batches))
    }

    fn remember(&mut self, sent: &[Sent]) {
        for one in sent {
            match &one.came {
                Came::Stored {
                    tap: Acknowledged::Revision { case, .. } | Acknowledged::Moment { case, .. }, ..
                } => {
                    self.cases.insert(*case);
                    self.acknowledged += 1;
                }
                Came::Unanswered => self.unanswered += 1,
                Came::Refused(_) => {}
            }
        }
    }

    /// Counts what is stored, and puts everything together.
    async fn finish(self) -> Result<Server> {
        let stored = stored(&self.operator, &self.cases).await?;
        let measured = |ones: BTreeMap<u32, Vec<One>>| {
            ones.into_iter().map(|(key, ones)| (key, Measured::of(&ones))).collect::<BTreeMap<_, _>>()
        };
        Ok(Server {
            address: self.target.origin,
            pid: self.process.map(|process| process.pid),
            closed: measured(self.closed),
            open: measured(self.open),
            count: Count { acknowledged: self.acknowledged, unanswered: self.unanswered, stored },
        })
    }
}

/// The part of a case's page that says which taps are stored.
#[derive(Deserialize)]
struct Timeline {
    timeline: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    id: Uuid,
    change: Change,
}

#[derive(Deserialize)]
struct Change {
    what: String,
}

impl Timeline {
    /// Different taps.
    fn taps(&self) -> u64 {
        let taps = self.timeline.iter().filter(|line| matches!(line.change.what.as_str(), "raised" | "tapped_again"));
        taps.map(|line| line.id).collect::<HashSet<_>>().len() as u64
    }
}

/// Different taps in the timelines of these cases, as the server reads them from its database.
async fn stored(operator: &Api, cases: &HashSet<Uuid>) -> Result<u64> {
    let bar = progress("cases", cases.len() as u64);
    let reading = cases.iter().map(|case| {
        let bar = &bar;
        async move {
            let page: Timeline = operator.get(&format!("/v1/cases/{case}")).await?;
            bar.inc(1);
            anyhow::Ok(page.taps())
        }
    });
    let counts: Vec<u64> = stream::iter(reading).buffer_unordered(AT_ONCE).try_collect().await?;
    bar.finish_and_clear();
    Ok(counts.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::parse;

    #[test]
    fn arguments_are_lists_within_bounds_and_no_password_is_told() {
        let settings: Ingest = parse("ingest --demo").unwrap();
        assert_eq!((settings.clients, settings.rates), (vec![64, 256], vec![500, 2_000]));
        let settings: Ingest =
            parse("ingest --demo --clients 1,8 --rates 0 --postgres postgres://u:geheim@h/d").unwrap();
        assert_eq!((&settings.clients, &settings.rates), (&vec![1, 8], &vec![0]));
        assert!(!serde_json::to_string(&settings).unwrap().contains("geheim"));
        for wrong in ["--clients 0", "--clients 2000", "--rates 30000", "--seconds 61", "--clients 1,x"] {
            assert!(parse::<Ingest>(&format!("ingest --demo {wrong}")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn taps_of_a_timeline_are_counted_once_each() {
        let id = Uuid::from_u128(1);
        let line = |id: Uuid, what: &str| serde_json::json!({"id": id, "change": {"what": what}, "at": "x"});
        let lines = [line(id, "raised"), line(Uuid::from_u128(2), "tapped_again"), line(Uuid::from_u128(3), "claimed")];
        let page = |lines: &[serde_json::Value]| -> Timeline {
            serde_json::from_value(serde_json::json!({"timeline": lines, "case": {}})).unwrap()
        };
        assert_eq!(page(&lines).taps(), 2);
        assert_eq!(page(&[line(id, "raised"), line(id, "raised")]).taps(), 1);
    }
}
