//! Everything that runs: nodes, their database and Redis, links between any two of them, people.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::json;
use tests::{Http, Redis, free_port, key};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use wire::case::CaseAfter;
use wire::live::Snapshot;
use wire::{IDEMPOTENCY_KEY, case::CaseState};

use crate::console::{Console, Door, Seen};
use crate::history::{History, Record};
use crate::link::Link;
use crate::node::{Between, Node, Place};
use crate::people::People;
use crate::postgres::Postgres;
use crate::taps::Phones;

/// The links of the two consoles that have one of their own are numbered from here.
pub const LONE: u32 = 100;

/// How often somebody takes a case and does nothing with it.
const CLAIMS: Duration = Duration::from_secs(3);

/// What a run is made of.
pub struct Size {
    /// Nodes.
    pub nodes: usize,
    /// Phones.
    pub phones: usize,
    /// Taps a second.
    pub rate: u32,
    /// Whether each tap goes to any node.
    pub wander: bool,
    /// Decides what is random.
    pub seed: u64,
}

/// A console that was started.
pub struct Watching {
    /// What is known of it.
    pub seen: Arc<Lock<Seen>>,
    /// The scopes that it may see; everything when none is named.
    pub scopes: Option<Vec<uuid::Uuid>>,
    task: JoinHandle<()>,
}

/// Everything. Dropped, it ends.
pub struct Ground {
    /// Where everybody writes down what they did and saw.
    pub history: History,
    /// The nodes.
    pub nodes: Vec<Mutex<Node>>,
    /// Their ports, past every proxy.
    pub ports: Vec<u16>,
    /// Before each node, for phones and consoles.
    pub client_links: Vec<Link>,
    /// Between each node and PostgreSQL.
    pub database_links: Vec<Link>,
    /// Between each node and Redis.
    pub redis_links: Vec<Link>,
    /// Before the nodes of two consoles that have a link of their own.
    pub lone_links: Vec<Link>,
    /// The database, where nodes share one.
    pub postgres: Option<Mutex<Postgres>>,
    /// The relay, where nodes share one.
    pub redis: Option<Mutex<Redis>>,
    /// The phones.
    pub phones: Arc<Phones>,
    /// Everybody else.
    pub people: People,
    /// The consoles.
    pub consoles: Vec<Watching>,
    /// Where its files are.
    pub folder: PathBuf,
    stop: watch::Sender<bool>,
}

impl Ground {
    /// Starts everything, and waits until every console is live.
    pub async fn start(folder: &Path, size: &Size, shared: bool, history: History) -> Result<Self> {
        let pids = folder.join("pids");
        std::fs::create_dir_all(&pids)?;
        let (mut postgres, mut redis) = (None, None);
        let (mut database_links, mut redis_links) = (Vec::new(), Vec::new());
        if shared {
            let programs = std::env::var_os("MUSTER_POSTGRES_PROGRAMS").map(PathBuf::from);
            let programs = programs.context("MUSTER_POSTGRES_PROGRAMS does not say where PostgreSQL's programs are")?;
            postgres = Some(Postgres::start(&programs, &folder.join("postgres"), free_port())?);
            redis = Some(Redis::start().await);
        }
        let (mut nodes, mut client_links, mut ports) = (Vec::new(), Vec::new(), Vec::new());
        for number in 1..=size.nodes {
            let own = folder.join(format!("node{number}"));
            std::fs::create_dir(&own)?;
            let seed = size.seed.wrapping_add(number as u64 * 1_000_000);
            let mut place = Place {
                number,
                folder: own,
                port: free_port(),
                database: String::new(),
                redis: String::new(),
                key_file: folder.join("key"),
                pids: pids.clone(),
            };
            if let (Some(postgres), Some(redis)) = (&postgres, &redis) {
                let link = Link::before(postgres.port(), seed).await?;
                place.database = postgres.url(link.port());
                database_links.push(link);
                let link = Link::before(redis.port(), seed).await?;
                let (before, by_link) = (format!(":{}/", redis.port()), format!(":{}/", link.port()));
                place.redis = redis.url().replacen(&before, &by_link, 1);
                redis_links.push(link);
            }
            client_links.push(Link::before(place.port, seed).await?);
            ports.push(place.port);
            let mut node = Node::new(place);
            node.start_ready(&Between::Nothing).await?;
            nodes.push(node);
        }
        let lone = [0, ports.len().saturating_sub(1)];
        let mut lone_links = Vec::new();
        for port in lone.iter().filter_map(|index| ports.get(*index)) {
            lone_links.push(Link::before(*port, size.seed).await?);
        }
        let first = nodes.first().context("there is no node")?;
        let people = People::enter(first.http(), setup_secret(first).await?, size.phones).await?;
        for node in &nodes {
            people.are_known_at(&node.http()).await?;
        }
        let doors = client_links.iter().map(|link| Http::to(link.port())).collect();
        let phones = Phones::new(people.phones.clone(), doors, history.clone(), size.rate, size.wander);
        let mut ground = Self {
            history,
            nodes: nodes.into_iter().map(Mutex::new).collect(),
            ports,
            client_links,
            database_links,
            redis_links,
            lone_links,
            postgres: postgres.map(Mutex::new),
            redis: redis.map(Mutex::new),
            phones: Arc::new(phones),
            people,
            consoles: Vec::new(),
            folder: folder.to_owned(),
            stop: watch::channel(false).0,
        };
        ground.note_redis().await?;
        ground.open_consoles();
        ground.all_live().await?;
        Ok(ground)
    }

    /// Notes the number of Redis' process, for whoever cleans up after a kill of this program.
    pub async fn note_redis(&self) -> Result<()> {
        let Some(redis) = &self.redis else { return Ok(()) };
        if let Some(number) = redis.lock().await.process() {
            std::fs::write(self.folder.join("pids").join(number.to_string()), "redis-server")?;
        }
        Ok(())
    }

    /// Whether nodes share a database.
    pub fn is_shared(&self) -> bool {
        self.postgres.is_some()
    }

    /// The doors of the nodes, beginning with one.
    fn doors(&self, first: usize) -> Vec<Door> {
        let mut doors: Vec<Door> =
            (0..).zip(&self.client_links).map(|(link, at)| Door { link, http: Http::to(at.port()) }).collect();
        doors.rotate_left(first % self.client_links.len().max(1));
        doors
    }

    fn open_consoles(&mut self) {
        let operator = self.people.operator.desk.clone();
        let mut wanted = Vec::new();
        for first in 0..self.nodes.len() {
            wanted.push((format!("operator at node {}", first + 1), operator.clone(), None, self.doors(first)));
        }
        for (first, (officer, office)) in self.people.officers.iter().enumerate() {
            let who = format!("officer {}", officer.name);
            wanted.push((who, officer.desk.clone(), Some(vec![*office]), self.doors(first)));
        }
        for (link, at) in (LONE..).zip(&self.lone_links) {
            let door = Door { link, http: Http::to(at.port()) };
            wanted.push((format!("operator by link {link}"), operator.clone(), None, vec![door]));
        }
        for (number, (who, desk, scopes, doors)) in (1..).zip(wanted) {
            self.history.note(Record::Watches {
                console: number,
                who,
                lone: doors.len() == 1 && doors.iter().all(|door| door.link >= LONE),
                scopes: scopes.clone(),
            });
            let seen: Arc<Lock<Seen>> = Arc::default();
            let console = Console { number, desk, doors, history: self.history.clone(), seen: Arc::clone(&seen) };
            let task = tokio::spawn(console.look(self.stop.subscribe()));
            self.consoles.push(Watching { seen, scopes, task });
        }
    }

    /// Waits until every console has everything.
    async fn all_live(&self) -> Result<()> {
        for _ in 0..1_200 {
            let live = |console: &Watching| console.seen.lock().unwrap_or_else(PoisonError::into_inner).live;
            if self.consoles.iter().all(live) {
                return Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
        bail!("a console is not live after a minute")
    }

    /// Ends the consoles, and waits for them.
    pub async fn close_consoles(&mut self) {
        self.stop.send_replace(true);
        for console in self.consoles.drain(..) {
            // A console that panicked is missing from the history's end, and the checker says so.
            drop(timeout(Duration::from_secs(30), console.task).await);
        }
    }

    /// Now and then takes a case by somebody who does nothing with it, so that its timer must fire; each case once.
    pub async fn claim_now_and_then(self: Arc<Self>) {
        let mut taken = std::collections::HashSet::new();
        let mut door = 0;
        loop {
            sleep(CLAIMS).await;
            door = (door + 1) % self.client_links.len().max(1);
            let Some(link) = self.client_links.get(door) else { return };
            let desk = self.people.idle.desk.at(&Http::to(link.port()));
            let asked = desk.bare(Method::GET, "/v1/snapshot").timeout(Duration::from_secs(5));
            let Some(answer) = desk.http().try_send(asked).await.filter(|answer| answer.status == 200) else {
                continue;
            };
            let Ok(snapshot) = serde_json::from_slice::<Snapshot>(&answer.body) else { continue };
            let open = |case: &&wire::case::CaseSummary| case.state == CaseState::Open && !taken.contains(&case.id);
            let Some(case) = snapshot.cases.iter().find(open).map(|case| case.id) else { continue };
            // Also when there is no answer: whether it was taken is not known then.
            taken.insert(case);
            let path = format!("/v1/cases/{case}/claim");
            let request = desk.request(Method::POST, &path).header(IDEMPOTENCY_KEY, key().to_string()).json(&json!({}));
            let at = self.history.now();
            let answer = desk.http().try_send(request.timeout(Duration::from_secs(8))).await;
            let Some(answer) = answer.filter(|answer| answer.status == 200) else { continue };
            if let Ok(after) = serde_json::from_slice::<CaseAfter>(&answer.body) {
                self.history.note(Record::Claimed { at, case, revision: after.case.revision });
            }
        }
    }
}

/// The secret of the first administrator's link, which a new installation prints.
async fn setup_secret(node: &Node) -> Result<String> {
    for _ in 0..200 {
        let said = node.stdout();
        let secret = said.split_once("#setup=").and_then(|(_, rest)| rest.split_once('\n'));
        if let Some((secret, _)) = secret {
            return Ok(secret.trim().to_owned());
        }
        sleep(Duration::from_millis(50)).await;
    }
    bail!("node {} does not print the link of the first administrator", node.number())
}
