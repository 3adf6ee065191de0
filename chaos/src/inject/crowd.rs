//! Consoles that read next to nothing, so many that what a node keeps for each can be told from all else it keeps.

use std::time::Duration;

use anyhow::Result;
use reqwest::Method;
use tests::{Http, Socket};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use wire::PROTOCOL;
use wire::access::Ticket;
use wire::live::{FromConsole, Snapshot};

use super::{Outcome, links};
use crate::ground::Ground;
use crate::history::Record;
use crate::link::{Link, Rule};
use crate::plan::Step;

/// How many there are.
const CONSOLES: u32 = 64;

/// How often the node's memory is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Longest that dialling all of them takes.
const DIALS: Duration = Duration::from_secs(8);

/// Consoles that end when this is dropped.
struct Crowd(Vec<JoinHandle<()>>);

impl Drop for Crowd {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// A fault that lasts so long is none of a short run, milliseconds.
const LONG: u64 = 13_000;

/// The line of one console, and in a long fault of many more, takes a kilobyte a second.
pub(super) async fn slow(ground: &Ground, step: &Step, link: &Link) -> Result<Outcome> {
    let Some(rule) = links::rule(step) else { return Ok(Outcome::NotRun("it is no rule of a link".to_owned())) };
    let end = Instant::now() + Duration::from_millis(step.lasts_ms);
    note(ground, 0);
    let wanted = if step.lasts_ms >= LONG { CONSOLES } else { 0 };
    let dialled = timeout(DIALS, dial(ground, link, wanted)).await.ok().flatten();
    let crowd = Crowd(dialled.unwrap_or_default().into_iter().map(|socket| tokio::spawn(read_on(socket))).collect());
    link.set(rule);
    while Instant::now() < end {
        note(ground, u32::try_from(crowd.0.len()).unwrap_or(u32::MAX));
        sleep(LOOK).await;
    }
    link.set(Rule::FREE);
    Ok(Outcome::Over(format!("{rule:?}, {} consoles besides", crowd.0.len())))
}

fn note(ground: &Ground, slow: u32) {
    // Whoever holds the node does something to it, and then nothing is said of its memory.
    let Some(Ok(node)) = ground.nodes.first().map(|node| node.try_lock()) else { return };
    if let Some(kib) = node.memory_kib() {
        ground.history.note(Record::Memory { at: ground.history.now(), kib, slow });
    }
}

/// So many consoles by this link that go on from where everything is now, as far as they can be had.
async fn dial(ground: &Ground, link: &Link, count: u32) -> Option<Vec<Socket>> {
    let ahead = Http::to(*ground.ports.first()?);
    let desk = ground.people.operator.desk.at(&ahead);
    let answer = ahead.try_send(desk.bare(Method::GET, "/v1/snapshot")).await.filter(|answer| answer.status == 200)?;
    let cursors = serde_json::from_slice::<Snapshot>(&answer.body).ok()?.cursors;
    let by_link = Http::to(link.port());
    let mut sockets = Vec::new();
    for _ in 0..count {
        let asked = desk.request(Method::POST, "/v1/live/ticket");
        let answer = ahead.try_send(asked).await.filter(|answer| answer.status == 200)?;
        let ticket = serde_json::from_slice::<Ticket>(&answer.body).ok()?.ticket;
        let mut socket = Socket::try_dial(&by_link, "/v1/live", &by_link.origin(), Some(4_096)).await.ok()?;
        socket.send(&FromConsole::Hello { protocol: PROTOCOL, ticket, cursors: cursors.clone() }).await;
        sockets.push(socket);
    }
    Some(sockets)
}

async fn read_on(mut socket: Socket) {
    while socket.next().await.is_ok() {}
}
