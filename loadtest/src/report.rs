//! The result, as JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::api::Api;
use crate::checker::{Spread, Verdict};
use crate::figures::{Bytes, Figures, Milliseconds};
use crate::metrics::Batches;
use crate::outcome::Circumstances;
use crate::tap::{Tap, said};
use crate::taps::{Came, Sent};

/// The whole result of `loadtest tap`.
#[derive(Serialize)]
pub struct Report<'a> {
    /// Whether nothing was lost, doubled, missing or out of order.
    pub passed: bool,
    /// When the first tap was due.
    pub started_at: DateTime<Utc>,
    /// What was asked for.
    pub settings: &'a Tap,
    /// On what, and with what.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// How the server put writes together during the run.
    pub commits: Batches,
    /// What came of the taps.
    pub taps: Taps,
    /// What the checker found.
    pub verdict: Verdict,
    /// The consoles.
    pub consoles: Consoles,
    /// The quiet phones.
    pub phones: PhoneSockets,
    /// Milliseconds.
    pub latency_ms: Latencies,
    /// Bytes on the wire, HTTP head and body together.
    pub wire_bytes: Sizes,
}

/// Which programs.
#[derive(Serialize)]
pub struct Versions {
    /// This one.
    pub loadtest: &'static str,
    /// The live protocol's.
    pub protocol: u32,
    /// The server, as it says.
    pub server: String,
    /// Whether this binary was built with optimisations: figures of one that was not say little.
    pub optimised: bool,
}

impl Versions {
    /// This program, and the server as it says.
    pub async fn of(api: &Api) -> anyhow::Result<Self> {
        Ok(Self {
            loadtest: env!("CARGO_PKG_VERSION"),
            protocol: wire::PROTOCOL,
            server: said(api, "/openapi.json", "/info/version").await?,
            optimised: !cfg!(debug_assertions),
        })
    }
}

/// What came of the taps.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Taps {
    /// Came due.
    pub offered: u64,
    /// Went out.
    pub sent: u64,
    /// The server has them.
    pub acknowledged: u64,
    /// Of those, joined an open case.
    pub joined: u64,
    /// Refused, by code.
    pub refused: BTreeMap<String, u64>,
    /// Sent without an answer that can be understood.
    pub unanswered: u64,
    /// Attempts repeated, with the same key, because a connection broke.
    pub repeated: u64,
    /// Acknowledged a second, from the first tap due to the last answer.
    pub acknowledged_per_second: f64,
}

/// The consoles.
#[derive(Serialize)]
pub struct Consoles {
    /// Opened.
    pub opened: usize,
    /// Live at the end.
    pub live_at_end: usize,
    /// Dialled again.
    pub redials: u64,
    /// Events that arrived on all of them, under all scopes.
    pub events: u64,
    /// Bytes of all their frames.
    pub bytes: u64,
}

/// The quiet phones.
#[derive(Serialize)]
pub struct PhoneSockets {
    /// Opened.
    pub opened: u32,
    /// Still open at the end.
    pub open_at_end: u64,
    /// Frames that arrived on all of them after the first of each.
    pub frames: u64,
}

/// How long things took.
#[derive(Serialize)]
pub struct Latencies {
    /// How late this program itself was: from due to sent.
    pub due_to_sent: Milliseconds,
    /// From due to the server's answer.
    pub due_to_answer: Milliseconds,
    /// From the server's own stamp (before its commit) to the frame on the first console.
    pub stored_to_first_console: Milliseconds,
    /// The same, to the frame on the last console.
    pub stored_to_last_console: Milliseconds,
    /// From the answer to the frame on the first console; 0 when the frame came first.
    pub answer_to_first_console: Milliseconds,
    /// The same, to the frame on the last console.
    pub answer_to_last_console: Milliseconds,
    /// From due to the frame on the first console.
    pub due_to_first_console: Milliseconds,
    /// From due to the frame on the last console.
    pub due_to_last_console: Milliseconds,
}

/// How many bytes things took.
#[derive(Serialize)]
pub struct Sizes {
    /// A tap.
    pub request: Bytes,
    /// The answer that it is stored.
    pub answer: Bytes,
}

/// Counts what came of the taps.
pub fn count(offered: u64, sent: &[Sent]) -> Taps {
    let mut taps = Taps { offered, sent: sent.len() as u64, ..Taps::default() };
    for one in sent {
        taps.repeated += u64::from(one.broken);
        match &one.came {
            Came::Stored { joined, .. } => {
                taps.acknowledged += 1;
                taps.joined += u64::from(*joined);
            }
            Came::Refused(code) => *taps.refused.entry(code.clone()).or_default() += 1,
            Came::Unanswered => taps.unanswered += 1,
        }
    }
    let from = sent.iter().map(|one| one.due_us).min().unwrap_or_default();
    let to = sent.iter().map(|one| one.done_us).max().unwrap_or_default();
    if to > from {
        let rate = taps.acknowledged as f64 / ((to - from) as f64 / 1e6);
        taps.acknowledged_per_second = (rate * 10.0).round() / 10.0;
    }
    taps
}

/// Takes the times of the acknowledged taps and their displays; `spreads` is in their order.
pub fn latencies(sent: &[Sent], spreads: &[Option<Spread>]) -> anyhow::Result<Latencies> {
    let mut all = [(); 8].map(|()| Figures::new());
    let [late, answer, stored_first, stored_last, answer_first, answer_last, due_first, due_last] = &mut all;
    let add = |figures: &mut anyhow::Result<Figures>, us: u64| {
        if let Ok(figures) = figures {
            figures.add_number(us);
        }
    };
    for one in sent {
        add(late, one.sent_us.saturating_sub(one.due_us));
    }
    let stored = sent.iter().filter(|one| matches!(one.came, Came::Stored { .. }));
    for (one, spread) in stored.zip(spreads) {
        add(answer, one.done_us.saturating_sub(one.due_us));
        let Some(Spread { first, last }) = spread else { continue };
        let after_stamp = |us: i64| u64::try_from(us).unwrap_or_default();
        add(stored_first, after_stamp(first.after_stamp_us));
        add(stored_last, after_stamp(last.after_stamp_us));
        add(answer_first, first.at_us.saturating_sub(one.done_us));
        add(answer_last, last.at_us.saturating_sub(one.done_us));
        add(due_first, first.at_us.saturating_sub(one.due_us));
        add(due_last, last.at_us.saturating_sub(one.due_us));
    }
    let [late, answer, stored_first, stored_last, answer_first, answer_last, due_first, due_last] = all;
    Ok(Latencies {
        due_to_sent: late?.milliseconds(),
        due_to_answer: answer?.milliseconds(),
        stored_to_first_console: stored_first?.milliseconds(),
        stored_to_last_console: stored_last?.milliseconds(),
        answer_to_first_console: answer_first?.milliseconds(),
        answer_to_last_console: answer_last?.milliseconds(),
        due_to_first_console: due_first?.milliseconds(),
        due_to_last_console: due_last?.milliseconds(),
    })
}

/// Takes the sizes of the acknowledged taps.
pub fn sizes(sent: &[Sent]) -> anyhow::Result<Sizes> {
    let (mut request, mut answer) = (Figures::new()?, Figures::new()?);
    for one in sent.iter().filter(|one| matches!(one.came, Came::Stored { .. })) {
        request.add_number(one.request_bytes as u64);
        answer.add_number(one.answer_bytes as u64);
    }
    Ok(Sizes { request: request.bytes(), answer: answer.bytes() })
}
