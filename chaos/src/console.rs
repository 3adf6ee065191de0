//! A console: it keeps the protocol as the web page does, goes to whichever node takes it, and writes everything down.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::RngExt;
use reqwest::{Method, RequestBuilder};
use tests::{Answer, Http, SignedIn, Socket};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, sleep, timeout};
use uuid::Uuid;
use wire::PROTOCOL;
use wire::access::Ticket;
use wire::case::{CaseSummary, Change};
use wire::live::{FromConsole, LiveEvent, ScopeMode, Snapshot, ToConsole, Trouble, digest};

use crate::history::{History, Record, Stood, state_of};
use crate::lag::Lag;

/// How often it says that it is there.
const HERE: Duration = Duration::from_secs(10);

/// A socket that is silent this long is given up.
const SILENT: Duration = Duration::from_secs(20);

/// Longest wait for an answer while it connects.
const ANSWER: Duration = Duration::from_secs(8);

/// Longest wait for a snapshot.
const SNAPSHOT: Duration = Duration::from_secs(20);

/// The first wait before it dials again is a part of this; each further one is longer, up to four times as long.
const JITTER: Duration = Duration::from_millis(750);

/// A door to a node: the number of its link, and HTTP by it.
#[derive(Clone)]
pub struct Door {
    /// The link.
    pub link: u32,
    /// HTTP by it.
    pub http: Http,
}

/// What is known of a console without its history.
#[derive(Default)]
pub struct Seen {
    /// Whether it was told that it has everything.
    pub live: bool,
    /// Newest number of each scope.
    pub heads: BTreeMap<Uuid, u64>,
}

/// A console.
pub struct Console {
    /// Its number.
    pub number: u32,
    /// Who sits at it.
    pub desk: SignedIn,
    /// Where it may dial, the first one first.
    pub doors: Vec<Door>,
    /// Where everything is written down.
    pub history: History,
    /// What others may look at.
    pub seen: Arc<Mutex<Seen>>,
}

/// How a connection ended.
enum End {
    /// The run is over.
    Stopped,
    /// It is to dial again at once, because something is missing.
    Missing(String),
    /// It is to dial again.
    Lost(String),
}

impl From<&str> for End {
    fn from(why: &str) -> Self {
        Self::Lost(why.to_owned())
    }
}

/// What is kept from one connection to the next.
#[derive(Default)]
struct Kept {
    cursors: BTreeMap<Uuid, String>,
    heads: BTreeMap<Uuid, u64>,
    mismatches: u32,
    said_live: bool,
    lag: Lag,
}

impl Console {
    /// Looks until told to stop.
    pub async fn look(self, mut stop: watch::Receiver<bool>) {
        let mut kept = Kept::default();
        let (mut door, mut failures) = (0, 0_u32);
        while !*stop.borrow() {
            (kept.said_live, kept.lag) = (false, Lag::default());
            let end = self.connection(door, &mut kept, &mut stop).await;
            self.seen(|seen| seen.live = false);
            let (why, at_once) = match end {
                End::Stopped => ("the run is over".to_owned(), true),
                End::Missing(why) => (why, kept.said_live),
                End::Lost(why) => (why, false),
            };
            self.history.note(Record::Ended { at: self.history.now(), console: self.number, why });
            if at_once {
                continue;
            }
            failures = if kept.said_live { 0 } else { failures + 1 };
            // Whoever cannot reach one node goes to another.
            door = (door + 1) % self.doors.len().max(1);
            let wait = JITTER.mul_f64(rand::rng().random_range(0.0..1.0) + f64::from(failures.min(4)) * 0.75);
            tokio::select! {
                () = sleep(wait) => {}
                _ = stop.changed() => {}
            }
        }
    }

    fn seen(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// One connection, from ticket to end.
    async fn connection(&self, door: usize, kept: &mut Kept, stop: &mut watch::Receiver<bool>) -> End {
        let Some(Door { link, http }) = self.doors.get(door) else { return "there is no door".into() };
        let desk = self.desk.at(http);
        let mut socket = tokio::select! {
            _ = stop.changed() => return End::Stopped,
            dialled = self.dial(&desk, kept) => match dialled {
                Ok(socket) => socket,
                Err(why) => return why,
            },
        };
        let (mut heard, mut first) = (Instant::now(), true);
        let mut here = tokio::time::interval(HERE);
        here.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stop.changed() => return End::Stopped,
                () = tokio::time::sleep_until(heard + SILENT) => return "nothing was heard for 20 s".into(),
                _ = here.tick(), if !first => {
                    say(&mut socket, &FromConsole::Here { visible: true, sound: true, idle_ms: 0 }).await;
                }
                text = socket.next() => {
                    heard = Instant::now();
                    let text = match text {
                        Ok(text) => text,
                        Err(closed) => return End::Lost(format!("closed: {} {}", closed.code, closed.reason)),
                    };
                    let Ok(frame) = serde_json::from_str::<ToConsole>(&text) else {
                        return "a frame is not of the protocol".into();
                    };
                    let taken = if std::mem::take(&mut first) {
                        self.welcome(frame, *link, &desk, &mut socket, kept).await
                    } else {
                        self.frame(frame, kept)
                    };
                    if let Err(end) = taken {
                        return end;
                    }
                }
            }
        }
    }

    async fn dial(&self, desk: &SignedIn, kept: &Kept) -> Result<Socket, End> {
        let asked = desk.request(Method::POST, "/v1/live/ticket").timeout(ANSWER);
        let answer = ok(desk.http(), asked, ANSWER).await.ok_or("there is no ticket")?;
        let ticket: Ticket = serde_json::from_slice(&answer.body).map_err(|_| "a ticket is not one")?;
        let origin = desk.http().origin();
        let dialled = timeout(ANSWER, Socket::try_dial(desk.http(), "/v1/live", &origin, None)).await;
        let mut socket = dialled.ok().and_then(Result::ok).ok_or("there is no socket")?;
        let cursors = kept.cursors.clone();
        say(&mut socket, &FromConsole::Hello { protocol: PROTOCOL, ticket: ticket.ticket, cursors }).await;
        Ok(socket)
    }

    /// The first frame.
    async fn welcome(
        &self,
        frame: ToConsole,
        link: u32,
        desk: &SignedIn,
        socket: &mut Socket,
        kept: &mut Kept,
    ) -> Result<(), End> {
        let scopes = match frame {
            ToConsole::Welcome { server_time, scopes, .. } => {
                kept.lag.take(server_time, self.history.now());
                scopes
            }
            ToConsole::Bye { problem } => return Err(End::Lost(format!("bye: {}", problem.detail))),
            _ => return Err("the first frame is no welcome".into()),
        };
        self.history.note(Record::Welcomed { at: self.history.now(), console: self.number, link });
        if kept.cursors.keys().any(|scope| !scopes.iter().any(|listed| listed.scope == *scope)) {
            *kept = Kept::default();
            return Err(End::Missing("a scope was taken away".to_owned()));
        }
        if scopes.iter().all(|scope| scope.mode == ScopeMode::Resume) {
            return Ok(());
        }
        let asked = desk.bare(Method::GET, "/v1/snapshot").timeout(SNAPSHOT);
        let answer = ok(desk.http(), asked, SNAPSHOT).await.ok_or("there is no snapshot")?;
        let snapshot: Snapshot = serde_json::from_slice(&answer.body).map_err(|_| "a snapshot is not one")?;
        kept.heads.extend(heads(&snapshot));
        self.seen(|seen| seen.heads.extend(heads(&snapshot)));
        let cursors = snapshot.cursors.clone();
        kept.cursors.extend(cursors.clone());
        let cases = snapshot.cases.iter().map(stood).collect();
        let (at, console) = (self.history.now(), self.number);
        self.history.note(Record::Snapshot { at, console, cursors: heads(&snapshot), cases });
        say(socket, &FromConsole::Resume { cursors }).await;
        Ok(())
    }

    fn frame(&self, frame: ToConsole, kept: &mut Kept) -> Result<(), End> {
        let (at, console) = (self.history.now(), self.number);
        match frame {
            ToConsole::Event(event) => self.event(at, event, kept),
            ToConsole::Blank { scope, seq, cursor } => self.passed(at, (scope, seq, cursor), kept),
            ToConsole::Notice(notice) => self.passed(at, (notice.scope, notice.seq, notice.cursor), kept),
            ToConsole::TestAlarm(alarm) => self.passed(at, (alarm.scope, alarm.seq, alarm.cursor), kept),
            ToConsole::Live { .. } => {
                self.history.note(Record::Live { at, console });
                kept.said_live = true;
                self.seen(|seen| seen.live = true);
                Ok(())
            }
            ToConsole::Beat { server_time, digest: theirs, troubles, .. } => {
                let down = troubles.contains(&Trouble::Database);
                let lag = kept.lag.take(server_time, at);
                self.history.note(Record::Beat { at, console, digest: theirs, lag, down });
                if !kept.said_live || theirs == digest(&kept.heads) {
                    kept.mismatches = 0;
                    return Ok(());
                }
                kept.mismatches += 1;
                if kept.mismatches > 1 {
                    // The cursors did not heal it the first time.
                    (kept.cursors, kept.heads) = (BTreeMap::new(), BTreeMap::new());
                }
                Err(End::Missing("the digest differs".to_owned()))
            }
            ToConsole::Provisional { taps, more } => {
                let keys = taps.iter().filter_map(|tap| tap.facts.note.as_deref()?.parse().ok()).collect();
                self.history.note(Record::Provisional { at, console, keys, more });
                Ok(())
            }
            ToConsole::Bye { problem } => Err(End::Lost(format!("bye: {}", problem.detail))),
            ToConsole::Welcome { .. } => Err("a second welcome".into()),
        }
    }

    fn event(&self, at: u64, event: LiveEvent, kept: &mut Kept) -> Result<(), End> {
        let LiveEvent { scope, seq, cursor, case, entry } = event;
        let note = case.facts.note.as_deref().and_then(|note| note.parse().ok());
        let (console, what) = (self.number, word(&entry.change).to_owned());
        let stood = stood(&case);
        self.history.note(Record::Event { at, console, scope, seq, event: entry.id, what, note, stood });
        self.place((scope, seq, cursor), kept)
    }

    fn passed(&self, at: u64, place: (Uuid, u64, String), kept: &mut Kept) -> Result<(), End> {
        let (scope, seq, _) = place;
        self.history.note(Record::Passed { at, console: self.number, scope, seq });
        self.place(place, kept)
    }

    fn place(&self, (scope, seq, cursor): (Uuid, u64, String), kept: &mut Kept) -> Result<(), End> {
        let head = kept.heads.entry(scope).or_default();
        if seq > *head + 1 {
            return Err(End::Missing(format!("number {seq} came after {head}")));
        }
        if seq == *head + 1 {
            *head = seq;
            kept.cursors.insert(scope, cursor);
            self.seen(|seen| {
                seen.heads.insert(scope, seq);
            });
        }
        Ok(())
    }
}

async fn say(socket: &mut Socket, frame: &FromConsole) {
    // A line that takes nothing is found out by its silence.
    drop(timeout(ANSWER, socket.send(frame)).await);
}

/// The answer, if it is a 200.
async fn ok(http: &Http, request: RequestBuilder, limit: Duration) -> Option<Answer> {
    timeout(limit, http.try_send(request)).await.ok().flatten().filter(|answer| answer.status == 200)
}

/// The number of each scope that a snapshot is exact at.
pub fn heads(snapshot: &Snapshot) -> BTreeMap<Uuid, u64> {
    let seq = |cursor: &String| cursor.split('.').nth(1).and_then(|seq| seq.parse().ok());
    snapshot.cursors.iter().filter_map(|(scope, cursor)| Some((*scope, seq(cursor)?))).collect()
}

/// A case as it was seen.
pub fn stood(case: &CaseSummary) -> Stood {
    // What was read as JSON can be written as JSON.
    let state = state_of(&serde_json::to_vec(case).unwrap_or_default());
    Stood { case: case.id, revision: case.revision, taps: case.taps, state }
}

fn word(change: &Change) -> &'static str {
    match change {
        Change::Raised { .. } => "raised",
        Change::TappedAgain { .. } => "tapped_again",
        Change::Claimed => "claimed",
        Change::Released { .. } => "released",
        _ => "other",
    }
}
