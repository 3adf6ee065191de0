//! The end of a run: everything is whole again, and what nodes, consoles and the database have is written down.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Method;
use tests::Answer;
use tokio::task::block_in_place;
use tokio::time::{Instant, sleep};
use uuid::Uuid;
use wire::case::CaseDetail;
use wire::live::Snapshot;

use crate::console::{heads, stood};
use crate::ground::Ground;
use crate::history::{History, Record};
use crate::link::Rule;
use crate::log;
use crate::node::Between;

/// Taps that are not acknowledged so long after everything is whole again are given up.
const TAPS: Duration = Duration::from_secs(60);

/// What is held becomes less within this time, again and again until nothing is held.
const HELD: Duration = Duration::from_secs(40);

/// Every console has everything within this time.
const CONSOLES: Duration = Duration::from_secs(60);

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(200);

/// Longest wait for one answer.
const ANSWER: Duration = Duration::from_secs(30);

/// Heals everything, waits until all that can come has come, and writes down what there is. No new tap begins any more.
pub async fn close(ground: &mut Ground) -> Result<()> {
    heal(ground).await?;
    ground.history.note(Record::Quiet { at: ground.history.now() });
    let deadline = Instant::now() + TAPS;
    while ground.phones.under_way() > 0 && Instant::now() < deadline {
        sleep(LOOK).await;
    }
    ground.phones.give_up();
    let (mut fewest, mut deadline) = (u64::MAX, Instant::now() + HELD);
    while fewest > 0 && Instant::now() < deadline {
        let held = taps_held(ground).await;
        if held < fewest {
            (fewest, deadline) = (held, Instant::now() + HELD);
        }
        sleep(LOOK).await;
    }
    let snapshots = everybody_has_everything(ground).await?;
    for (node, snapshot) in (1..).zip(&snapshots) {
        let cases = snapshot.cases.iter().map(stood).collect();
        ground.history.note(Record::Fresh { node, cursors: heads(snapshot), cases });
    }
    ground.close_consoles().await;
    for case in snapshots.first().context("no snapshot was taken")?.cases.iter() {
        timeline(ground, case.id).await?;
    }
    write_down_the_log(ground).await?;
    verify(ground).await?;
    ground.history.note(Record::Done { at: ground.history.now() });
    Ok(())
}

/// Whatever a fault left broken works again; a node that is down is started.
async fn heal(ground: &Ground) -> Result<()> {
    for link in
        [&ground.client_links, &ground.database_links, &ground.redis_links, &ground.lone_links].into_iter().flatten()
    {
        link.set(Rule::FREE);
    }
    for node in &ground.nodes {
        let mut node = node.lock().await;
        if !node.ready().await? {
            node.kill()?;
            node.start_ready(&Between::Nothing).await?;
        }
    }
    Ok(())
}

async fn get(ground: &Ground, node: usize, path: &str) -> Result<Answer> {
    let http = tests::Http::to(*ground.ports.get(node).context("there is no such node")?);
    let asked = ground.people.operator.desk.at(&http).bare(Method::GET, path).timeout(ANSWER);
    let answer = http.try_send(asked).await.with_context(|| format!("{path} is not answered"))?;
    if answer.status != 200 {
        bail!("{path} is answered {}: {}", answer.status, answer.text());
    }
    Ok(answer)
}

async fn snapshot(ground: &Ground, node: usize) -> Result<Snapshot> {
    serde_json::from_slice(&get(ground, node, "/v1/snapshot").await?.body).context("a snapshot is not one")
}

/// How many taps the nodes hold, by their own count.
async fn taps_held(ground: &Ground) -> u64 {
    let mut held = 0;
    for node in 0..ground.ports.len() {
        let Ok(answer) = get(ground, node, "/metrics").await else { return u64::MAX };
        let text = answer.text();
        let gauge = text.lines().find_map(|line| line.strip_prefix("muster_taps_held "));
        held += gauge.and_then(|number| number.trim().parse::<f64>().ok()).unwrap_or(0.0) as u64;
    }
    held
}

/// Waits until the consoles have what fresh snapshots of all nodes have, and returns these. After a minute it goes on:
/// what is missing by then the checker finds.
async fn everybody_has_everything(ground: &Ground) -> Result<Vec<Snapshot>> {
    let deadline = Instant::now() + CONSOLES;
    loop {
        let mut snapshots = Vec::new();
        for node in 0..ground.ports.len() {
            snapshots.push(snapshot(ground, node).await?);
        }
        let newest = heads(snapshots.first().context("there is no node")?);
        let whole = snapshots.iter().all(|one| heads(one) == newest) && consoles_have(ground, &newest);
        if whole || Instant::now() > deadline {
            return Ok(snapshots);
        }
        sleep(LOOK).await;
    }
}

fn consoles_have(ground: &Ground, newest: &BTreeMap<Uuid, u64>) -> bool {
    ground.consoles.iter().all(|console| {
        let seen = console.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let sees = |scope: &Uuid| console.scopes.as_ref().is_none_or(|scopes| scopes.contains(scope));
        seen.live
            && newest.iter().filter(|(scope, _)| sees(scope)).all(|(scope, head)| seen.heads.get(scope) == Some(head))
    })
}

async fn timeline(ground: &Ground, case: Uuid) -> Result<()> {
    let answer = get(ground, 0, &format!("/v1/cases/{case}")).await?;
    let detail: CaseDetail = serde_json::from_slice(&answer.body).context("a case is not one")?;
    for entry in detail.timeline {
        ground.history.note(Record::Told { case, event: entry.id, revision: entry.revision });
    }
    Ok(())
}

async fn write_down_the_log(ground: &Ground) -> Result<()> {
    let history: &History = &ground.history;
    match &ground.postgres {
        Some(postgres) => {
            let postgres = postgres.lock().await;
            let url = postgres.url(postgres.port());
            block_in_place(|| log::write_down(&log::Place::Postgres(url), history))?;
        }
        None => {
            let file = ground.nodes.first().context("there is no node")?.lock().await.data.join("muster.db");
            block_in_place(|| log::write_down(&log::Place::Sqlite(&file), history))?;
        }
    }
    Ok(())
}

/// `muster verify`, as an administrator runs it.
async fn verify(ground: &Ground) -> Result<()> {
    let mut command = ground.nodes.first().context("there is no node")?.lock().await.command();
    let output = block_in_place(|| command.arg("verify").output()).context("muster verify does not start")?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    ground.history.note(Record::Verified { good: output.status.success(), said });
    Ok(())
}
