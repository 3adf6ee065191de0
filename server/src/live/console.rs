//! A console's socket: the loop that does the I/O of [`super::session`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, MissedTickBehavior};
use uuid::Uuid;
use wire::live::{FromConsole, ScopeMode, ScopeWelcome, ToConsole};
use wire::{Code, Problem};

use super::Hub;
use super::cursor::Cursor;
use super::hub::{ConsolePresence, Joined, Taken};
use super::replay;
use super::session::{Closing, Connecting, Hello, Identified, Live, Next, close};
use super::socket::{Incoming, Socket, Stuck};
use crate::access::Operator;
use crate::access::service::Access;
use crate::distress::Distress;
use crate::http::body::parse;
use crate::places::Directory;
use crate::store::{Store, StoreError};

/// A hello must come within this time.
const HELLO: Duration = Duration::from_secs(5);

/// A snapshot must be taken within this time.
const SNAPSHOT: Duration = Duration::from_secs(30);

/// Heartbeat.
const BEAT: Duration = Duration::from_secs(5);

/// A console that says nothing for this long is dropped.
const SILENCE: Duration = Duration::from_secs(25);

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
    let hello = tokio::time::timeout(HELLO, frame(socket))
        .await
        .map_err(|_| refuse(Code::ProtocolUnsupported, "Say hello within 5 seconds."))??;
    let Hello { ticket, cursors } = Connecting.hello(hello).map_err(End::Close)?;
    let operator = parts
        .access
        .redeem_ticket(&ticket)
        .await
        .map_err(|_| refuse(Code::CredentialInvalid, "The ticket is not valid any more: get a new one."))?;
    if operator.reach.is_empty() {
        return Err(refuse(Code::Forbidden, "Your role sees no cases."));
    }
    let session = welcome(socket, parts, &operator, cursors).await?;
    let live = if session.needs_snapshot() { after_snapshot(socket, parts, session).await? } else { session.live() };
    Serving::new(parts, operator, live)?.run(socket).await
}

fn refuse(code: Code, detail: &str) -> End {
    End::Close(Closing::new(close::REFUSED, code, detail))
}

/// The next frame.
async fn frame(socket: &mut impl Socket) -> Result<FromConsole, End> {
    loop {
        match socket.receive().await {
            Incoming::Text(text) => {
                return parse(text.as_bytes())
                    .map_err(|problem: Problem| End::Close(Closing { code: close::REFUSED, problem }));
            }
            Incoming::Sign => {}
            Incoming::Unacceptable => return Err(refuse(Code::BodyTooLarge, "Send text frames of at most 64 KiB.")),
            Incoming::Gone => return Err(End::Gone),
        }
    }
}

async fn welcome(
    socket: &mut impl Socket,
    parts: &Parts,
    operator: &Operator,
    cursors: BTreeMap<Uuid, String>,
) -> Result<Identified, End> {
    if let Some(foreign) = cursors.keys().find(|scope| !operator.reach.contains(**scope)) {
        tracing::warn!(person = %operator.person, scope = %foreign, "a hello named a scope outside its reach");
        return Err(refuse(Code::NotFound, "A cursor names a scope that is not yours: dial again without cursors."));
    }
    let parsed = cursors.iter().filter_map(|(scope, cursor)| Some((*scope, Cursor::parse(cursor)?))).collect();
    let installation = parts.store.installation().map_err(StoreError::from)?;
    let grounds = replay::grounds(&parts.store, &operator.reach, parsed).await?;
    let (session, modes) = Identified::new(installation.epoch, &grounds);
    let view = parts.places.view();
    let scopes = grounds
        .iter()
        .map(|(scope, ground)| ScopeWelcome {
            scope: *scope,
            name: view.scope_name(*scope).unwrap_or_default(),
            head: u64::try_from(ground.head).unwrap_or_default(),
            mode: modes.get(scope).copied().unwrap_or(ScopeMode::Snapshot),
        })
        .collect();
    let welcome = ToConsole::Welcome {
        server_time: parts.store.clock().now(),
        epoch: crate::store::installation::hex(installation.epoch),
        exercise: installation.kind == crate::store::Kind::Demo,
        scopes,
    };
    socket.send(encode(&welcome)).await?;
    Ok(session)
}

async fn after_snapshot(socket: &mut impl Socket, parts: &Parts, session: Identified) -> Result<Live, End> {
    let deadline = Instant::now() + SNAPSHOT;
    loop {
        let next = tokio::time::timeout_at(deadline, frame(socket)).await;
        match next.map_err(|_| refuse(Code::ProtocolUnsupported, "Take the snapshot within 30 seconds."))?? {
            FromConsole::Resume { cursors } => {
                let epoch = parts.store.installation().map_err(StoreError::from)?.epoch;
                return session.resume(epoch, &cursors).map_err(End::Close);
            }
            FromConsole::Here { .. } | FromConsole::Shown { .. } => {}
            FromConsole::Hello { .. } => return Err(refuse(Code::ProtocolUnsupported, "Say hello once.")),
        }
    }
}

/// A session that gets events.
struct Serving<'a> {
    parts: &'a Parts,
    operator: Operator,
    live: Live,
    presence: ConsolePresence,
    position: u64,
    generation: u64,
}

impl<'a> Serving<'a> {
    fn new(parts: &'a Parts, operator: Operator, live: Live) -> Result<Self, End> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let presence = parts.hub.console(NUMBER.fetch_add(1, Ordering::Relaxed));
        Ok(Self { parts, operator, live, presence, position: 0, generation: 0 })
    }

    async fn run(mut self, socket: &mut impl Socket) -> Result<(), End> {
        let mut moved = self.parts.hub.moved();
        let mut stopping = self.parts.hub.stopping();
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.join(socket).await?;
        let caught_up = self.live.caught_up();
        socket.send(encode(&caught_up)).await?;
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stopping| *stopping) => return Err(stopping_now()),
                changed = moved.changed() => {
                    if changed.is_err() {
                        return Err(stopping_now());
                    }
                    self.pump(socket).await?;
                }
                incoming = socket.receive() => {
                    heard = Instant::now();
                    self.take(incoming).await?;
                }
                _ = beat.tick() => {
                    self.check_rights().await?;
                    self.presence.attended(self.live.is_attended(self.parts.store.clock().now()));
                    let beat = self.live.beat(self.parts.store.clock().now());
                    socket.send(encode(&beat)).await?;
                }
                () = tokio::time::sleep_until(heard + SILENCE) => {
                    return Err(End::Close(Closing::new(close::TOO_SLOW, Code::Busy, "Nothing was heard for 25 seconds: dial again.")));
                }
            }
        }
    }

    /// Reads the log up to where the ring begins, then joins the ring.
    async fn join(&mut self, socket: &mut impl Socket) -> Result<(), End> {
        let Some(Joined { position, known, generation }) = self.parts.hub.join() else {
            return Err(End::from(StoreError::Down(crate::store::Down("the log was not seen yet".into()))));
        };
        let reach = self.operator.reach.clone();
        for (scope, head) in known.into_iter().filter(|(scope, _)| reach.contains(*scope)) {
            self.catch_up(socket, scope, head).await?;
        }
        (self.position, self.generation) = (position, generation);
        self.pump(socket).await
    }

    async fn catch_up(&mut self, socket: &mut impl Socket, scope: Uuid, head: i64) -> Result<(), End> {
        while self.live.sent(scope) < head {
            let frames = replay::piece(&self.parts.store, self.parts.hub.epoch(), scope, self.live.sent(scope)).await?;
            if frames.is_empty() {
                return Err(End::from(StoreError::Fault("the log ends before its head".into())));
            }
            for frame in frames {
                socket.send(frame.text).await?;
                self.live.did_send(scope, frame.seq);
            }
        }
        Ok(())
    }

    /// Sends what is new in the ring.
    async fn pump(&mut self, socket: &mut impl Socket) -> Result<(), End> {
        loop {
            let (frames, next) = match self.parts.hub.take(self.position, self.generation, PIECE) {
                Taken::Frames(frames, next) => (frames, next),
                Taken::Behind => return Box::pin(self.join(socket)).await,
                Taken::Void => {
                    return Err(End::Close(Closing::new(
                        close::STOPPING,
                        Code::CaseChanged,
                        "The log changed: dial again.",
                    )));
                }
            };
            if frames.is_empty() {
                return Ok(());
            }
            for frame in frames {
                if !self.operator.reach.contains(frame.scope) {
                    continue;
                }
                match self.live.next(frame.scope, frame.seq) {
                    Next::Known => {}
                    Next::Gap => self.catch_up(socket, frame.scope, frame.seq).await?,
                    Next::Send => {
                        socket.send(frame.text).await?;
                        self.live.did_send(frame.scope, frame.seq);
                    }
                }
            }
            self.position = next;
        }
    }

    async fn take(&mut self, incoming: Incoming) -> Result<(), End> {
        let text = match incoming {
            Incoming::Text(text) => text,
            Incoming::Sign => return Ok(()),
            Incoming::Unacceptable => return Err(refuse(Code::BodyTooLarge, "Send text frames of at most 64 KiB.")),
            Incoming::Gone => return Err(End::Gone),
        };
        let now = self.parts.store.clock().now();
        match parse(text.as_bytes()).map_err(|problem| End::Close(Closing { code: close::REFUSED, problem }))? {
            FromConsole::Here { visible, sound, idle_ms } => {
                self.live.here(visible, sound, idle_ms, now);
                self.presence.attended(self.live.is_attended(now));
            }
            FromConsole::Shown { taps } => {
                let taps = self.parts.hub.first_to_show(self.live.shown(taps, now));
                if !taps.is_empty()
                    && let Err(error) = self.parts.distress.shown(&self.operator, taps.clone()).await
                {
                    tracing::warn!(%error, "a console's sight of an alarm could not be stored");
                    self.parts.hub.not_shown(&taps);
                }
            }
            FromConsole::Hello { .. } | FromConsole::Resume { .. } => {
                return Err(refuse(Code::ProtocolUnsupported, "Hello and resume come before the first event."));
            }
        }
        Ok(())
    }

    /// A session that ended or whose rights changed is closed within a beat.
    async fn check_rights(&mut self) -> Result<(), End> {
        match self.parts.access.recheck(self.operator.session).await {
            Ok(Some(now)) if now.fingerprint == self.operator.fingerprint => Ok(()),
            Ok(Some(_)) => {
                Err(End::Close(Closing::new(close::RIGHTS, Code::Forbidden, "Your rights changed: dial again.")))
            }
            Ok(None) => Err(End::Close(Closing::new(
                close::ENDED,
                Code::CredentialExpired,
                "Your session ended: sign in again.",
            ))),
            // The database is away: what is on the screen stays, the beats say that nothing new is known.
            Err(_) => Ok(()),
        }
    }
}

fn stopping_now() -> End {
    End::Close(Closing::new(close::STOPPING, Code::Busy, "The server stops: dial again."))
}
