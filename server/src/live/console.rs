//! A console's socket: the loop that does the I/O of [`super::session`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, MissedTickBehavior};
use uuid::Uuid;
use wire::Code;
use wire::live::{FromConsole, ToConsole};

use super::Hub;
use super::hub::{Joined, Taken};
use super::presence::ConsolePresence;
use super::provisional;
use super::rechecks::{Found, Recheck, Rechecks};
use super::replay;
use super::ring::Frame;
use super::session::{Closing, Live, Next, close};
use super::socket::{Incoming, Socket, Stuck};
use crate::access::service::Access;
use crate::access::{Operator, Reach};
use crate::bus::HeldList;
use crate::distress::Distress;
use crate::http::body::parse;
use crate::places::Directory;
use crate::store::{Store, StoreError};

mod handshake;

/// Heartbeat.
const BEAT: Duration = Duration::from_secs(5);

/// A console that says nothing for this long is dropped.
const SILENCE: Duration = Duration::from_secs(25);

/// A piece may take this long; then heartbeats and the console's own frames have their turn.
const TURN: Duration = Duration::from_millis(50);

/// Frames taken from the ring at once.
const PIECE: usize = 64;

/// What a console's session works with.
#[derive(Clone)]
pub struct Parts {
    /// The store.
    pub store: Store,
    /// The hub.
    pub hub: Arc<Hub>,
    /// Sessions and rights.
    pub access: Access,
    /// Whether they are what they were.
    pub rechecks: Arc<Rechecks>,
    /// Cases.
    pub distress: Distress,
    /// Names of scopes.
    pub places: Arc<Directory>,
}

/// How a session ends.
enum End {
    Close(Closing),
    Gone,
}

impl From<Stuck> for End {
    fn from(_: Stuck) -> Self {
        Self::Close(Closing::new(
            close::TOO_SLOW,
            Code::Busy,
            "This console could not keep up: dial again with its cursors.",
        ))
    }
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a console's session ends: the log cannot be read");
        Self::Close(Closing::new(close::STOPPING, Code::DatabaseDown, "The database cannot be reached: dial again."))
    }
}

/// Serves a console until it goes.
pub async fn serve(mut socket: impl Socket, parts: Parts) {
    match run(&mut socket, &parts).await {
        Ok(()) | Err(End::Gone) => socket.close(1000, "").await,
        Err(End::Close(closing)) => {
            let reason = closing.problem.code.name();
            tracing::info!(code = closing.code, reason, "a console's socket is closed");
            let bye = encode(&ToConsole::Bye { problem: closing.problem.clone() });
            // A peer that takes nothing more gets the close alone.
            if closing.code != close::TOO_SLOW {
                let _gone = socket.send(bye).await;
            }
            socket.close(closing.code, reason).await;
        }
    }
}

fn encode(frame: &ToConsole) -> Bytes {
    serde_json::to_vec(frame).unwrap_or_default().into()
}

async fn run(socket: &mut impl Socket, parts: &Parts) -> Result<(), End> {
    let (operator, live) = handshake::shake_hands(socket, parts).await?;
    Serving::new(parts, operator, live)?.run(socket).await
}

fn refuse(code: Code, detail: &str) -> End {
    End::Close(Closing::new(close::REFUSED, code, detail))
}

/// A session that gets events.
struct Serving<'a> {
    parts: &'a Parts,
    operator: Operator,
    live: Live,
    presence: ConsolePresence,
    /// Scopes whose log is read up to these numbers before the ring goes on.
    behind: Vec<(Uuid, i64)>,
    position: u64,
    generation: u64,
    /// Whether `live` was said.
    said_live: bool,
    /// What was last said of what is held.
    told_held: Bytes,
    /// Whether its session and rights are what they were.
    recheck: Recheck,
}

impl<'a> Serving<'a> {
    fn new(parts: &'a Parts, operator: Operator, live: Live) -> Result<Self, End> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let presence = parts.hub.console(NUMBER.fetch_add(1, Ordering::Relaxed));
        let recheck = parts.rechecks.watch(operator.session);
        let mut serving = Self {
            parts,
            operator,
            live,
            presence,
            behind: Vec::new(),
            position: 0,
            generation: 0,
            said_live: false,
            told_held: provisional::frame(&HeldList::default(), &Reach::default()),
            recheck,
        };
        serving.join()?;
        Ok(serving)
    }

    /// Joins the ring as far back as it is needed and reaches: only what is older is read from the log. Numbers that were sent of another
    /// epoch's log say nothing about this one.
    fn join(&mut self) -> Result<(), End> {
        let reach = &self.operator.reach;
        let sent = |scope| reach.contains(scope).then(|| self.live.sent(scope));
        let Some((Joined { position, generation }, behind)) = self.parts.hub.join_after(sent) else {
            return Err(End::from(StoreError::Down(crate::store::Down("the log was not seen yet".into()))));
        };
        if self.parts.hub.epoch() != self.live.epoch() {
            return Err(log_changed());
        }
        (self.position, self.generation, self.behind) = (position, generation, behind);
        Ok(())
    }

    /// One turn at a time: stop, rights, heartbeat, what the console says, a piece of what it has
    /// not seen. However much there is to send, none of them waits longer than a piece.
    async fn run(mut self, socket: &mut impl Socket) -> Result<(), End> {
        let mut moved = self.parts.hub.moved();
        let mut stopping = self.parts.hub.stopping();
        let mut draining = self.parts.hub.draining();
        let mut held = self.parts.hub.held();
        held.mark_changed();
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        let mut more = true;
        loop {
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stopping| *stopping) => return Err(stopping_now()),
                _ = draining.wait_for(|draining| *draining) => return Err(elsewhere()),
                found = self.recheck.next() => self.judge_rights(found)?,
                _ = beat.tick() => self.beat(socket).await?,
                Ok(()) = held.changed(), if self.said_live => {
                    let list = Arc::clone(&held.borrow_and_update());
                    self.tell_held(socket, &list).await?;
                }
                incoming = socket.receive() => {
                    heard = Instant::now();
                    self.take(incoming)?;
                }
                changed = async { if more { Ok(()) } else { moved.changed().await } } => {
                    if changed.is_err() {
                        return Err(stopping_now());
                    }
                    moved.mark_unchanged();
                    more = self.send_piece(socket).await?;
                    if !more && !self.said_live {
                        self.said_live = true;
                        socket.send(encode(&self.live.caught_up())).await?;
                    }
                }
                () = tokio::time::sleep_until(heard + SILENCE) => {
                    return Err(End::Close(Closing::new(
                        close::TOO_SLOW, Code::Busy, "Nothing was heard for 25 seconds: dial again.",
                    )));
                }
            }
        }
    }

    async fn beat(&mut self, socket: &mut impl Socket) -> Result<(), End> {
        let now = self.parts.store.clock().now();
        // Whether or not the database can be asked, it is known when these rights change by themselves.
        if self.operator.changes_at <= now {
            return Err(End::Close(Closing::new(close::RIGHTS, Code::Forbidden, "Your rights changed: dial again.")));
        }
        self.tell_presence();
        let beat = self.live.beat(now, self.parts.hub.troubles());
        Ok(socket.send(encode(&beat)).await?)
    }

    /// Tells what is held, when it is not what this console was told last.
    async fn tell_held(&mut self, socket: &mut impl Socket, list: &HeldList) -> Result<(), End> {
        let text = provisional::frame(list, &self.operator.reach);
        if text == self.told_held {
            return Ok(());
        }
        self.told_held = text.clone();
        Ok(socket.send(text).await?)
    }

    fn tell_presence(&self) {
        let attended = self.live.is_attended(self.parts.store.clock().now());
        self.presence.attended(attended.then_some(&self.operator.reach));
    }

    /// Sends a piece from the log or from the ring; true while there is more.
    async fn send_piece(&mut self, socket: &mut impl Socket) -> Result<bool, End> {
        if let Some((scope, head)) = self.behind.last().copied() {
            if self.live.sent(scope) >= head {
                self.behind.pop();
                return Ok(true);
            }
            let frames = replay::piece(&self.parts.store, self.parts.hub.epoch(), scope, self.live.sent(scope)).await?;
            if frames.is_empty() {
                return Err(End::from(StoreError::Fault("the log ends before its head".into())));
            }
            self.send_some(socket, frames).await?;
            return Ok(true);
        }
        match self.parts.hub.take(self.position, self.generation, PIECE) {
            Taken::Frames(frames, _) if frames.is_empty() => Ok(false),
            Taken::Frames(frames, _) => {
                self.position += self.send_some(socket, frames).await?;
                Ok(true)
            }
            Taken::Behind => {
                self.join()?;
                Ok(true)
            }
            Taken::Void => Err(log_changed()),
        }
    }

    /// Sends frames until the piece's time is over; returns how many were dealt with.
    async fn send_some(&mut self, socket: &mut impl Socket, frames: Vec<Frame>) -> Result<u64, End> {
        let started = Instant::now();
        let mut done = 0;
        for frame in frames {
            if self.operator.reach.contains(frame.scope) {
                match self.live.next(frame.scope, frame.seq) {
                    Next::Known => {}
                    Next::Gap => {
                        self.behind.push((frame.scope, frame.seq));
                        return Ok(done);
                    }
                    Next::Send => {
                        socket.send(frame.text).await?;
                        self.live.did_send(frame.scope, frame.seq);
                    }
                }
            }
            done += 1;
            if started.elapsed() > TURN {
                break;
            }
        }
        Ok(done)
    }

    fn take(&mut self, incoming: Incoming) -> Result<(), End> {
        let text = match incoming {
            Incoming::Text(text) => text,
            Incoming::Sign => return Ok(()),
            Incoming::Binary(_) | Incoming::Unacceptable => {
                return Err(refuse(Code::BodyTooLarge, "Send text frames of at most 64 KiB."));
            }
            Incoming::Gone => return Err(End::Gone),
        };
        let now = self.parts.store.clock().now();
        match parse(text.as_bytes()).map_err(|problem| End::Close(Closing { code: close::REFUSED, problem }))? {
            FromConsole::Here { visible, sound, idle_ms } => {
                self.live.here(visible, sound, idle_ms, now);
                self.tell_presence();
            }
            FromConsole::Shown { taps } => {
                let taps = self.parts.hub.first_to_show(self.live.shown(taps, now));
                if !taps.is_empty() {
                    tokio::spawn(confirm(self.parts.clone(), self.operator.clone(), taps));
                }
            }
            FromConsole::Hello { .. } | FromConsole::Resume { .. } => {
                return Err(refuse(Code::ProtocolUnsupported, "Hello and resume come before the first event."));
            }
        }
        Ok(())
    }

    /// A session that ended or whose rights began, ended or were taken away is closed.
    fn judge_rights(&self, found: Found) -> Result<(), End> {
        let (code, problem, detail) = match found {
            Found::Rights(fingerprint) if fingerprint == self.operator.fingerprint => return Ok(()),
            Found::Rights(_) => (close::RIGHTS, Code::Forbidden, "Your rights changed: dial again."),
            Found::Ended => (close::ENDED, Code::CredentialExpired, "Your session ended: sign in again."),
            Found::Unchecked => (close::STOPPING, Code::Busy, "Your rights could not be checked: dial again."),
        };
        Err(End::Close(Closing::new(code, problem, detail)))
    }
}

/// Stores that taps were shown, beside the session: no alarm waits for it. What cannot be stored is
/// forgotten here; the page says it again.
async fn confirm(parts: Parts, operator: Operator, taps: Vec<Uuid>) {
    if let Err(error) = parts.distress.shown(&operator, taps.clone()).await {
        tracing::warn!(%error, "a console's sight of an alarm could not be stored");
        parts.hub.not_shown(&taps);
    }
}

fn log_changed() -> End {
    End::Close(Closing::new(close::STOPPING, Code::CaseChanged, "The log changed: dial again."))
}

fn elsewhere() -> End {
    let detail = "This server does not reach the database, another does: dial again.";
    End::Close(Closing::new(close::STOPPING, Code::DatabaseDown, detail))
}

fn stopping_now() -> End {
    End::Close(Closing::new(close::STOPPING, Code::Busy, "The server stops: dial again."))
}
