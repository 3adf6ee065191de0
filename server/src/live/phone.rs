//! A phone's socket: `now` whenever it changes, `cmd` answered by `ack`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rand::RngExt;
use tokio::time::Instant;
use uuid::Uuid;
use wire::live::{Command, FromPhone, ToPhone};
use wire::not_okay::{AddFacts, AddPosition};
use wire::{Code, PROTOCOL, Problem};

use super::alarm::{self, Alarm};
use super::now::{self, Waiting, now as what_waits};
use super::session::{Closing, close};
use super::socket::{Incoming, Socket, Stuck};
use crate::devices::http::not_at_phone;
use crate::devices::tokens::Tokens;
use crate::devices::{NotAtPhone, PhoneActor, Shown};
use crate::distress::credential;
use crate::distress::follow::Addition;
use crate::distress::http::{not_stored, problem};
use crate::distress::raise::{Raised, Raiser, Tap};
use crate::http::Fail;
use crate::http::body::{parse, request_hash};
use crate::store::requests::Request;

/// A hello must come within this time.
const HELLO: Duration = Duration::from_secs(5);

/// A phone that says nothing for this long is dropped; it pings every 60 s.
const SILENCE: Duration = Duration::from_secs(150);

/// What a hello is proven for.
const PATH: &str = "/v1/phone/live";

/// Phones are told within this time that somebody watches or nobody does, each after a part of it of its own: with
/// thousands of them, what else the server does is not held up.
const SPREAD: Duration = Duration::from_millis(750);

/// Largest command.
const LARGEST: usize = 4 * 1024 + 2_048;

/// A look at what waits that is under way.
type Looking<'a> = std::pin::Pin<Box<dyn Future<Output = Result<Option<Waiting>, NotAtPhone>> + 'a>>;

enum End {
    Close(Closing),
    Gone,
}

impl From<Stuck> for End {
    fn from(_: Stuck) -> Self {
        Self::Close(Closing::new(close::TOO_SLOW, Code::Busy, "This phone could not keep up: dial again."))
    }
}

fn refuse(code: Code, detail: &str) -> End {
    End::Close(Closing::new(close::REFUSED, code, detail))
}

/// Serves a phone until it goes.
pub async fn serve(mut socket: impl Socket, parts: now::Parts, tokens: Arc<Tokens>) {
    match run(&mut socket, &parts, &tokens).await {
        Ok(()) | Err(End::Gone) => socket.close(1000, "").await,
        Err(End::Close(closing)) => {
            if closing.code != close::TOO_SLOW {
                let _gone = socket.send(encode(&ToPhone::Bye { problem: closing.problem.clone() })).await;
            }
            socket.close(closing.code, closing.problem.code.name()).await;
        }
    }
}

fn encode(frame: &ToPhone) -> Bytes {
    serde_json::to_vec(frame).unwrap_or_default().into()
}

async fn run(socket: &mut impl Socket, parts: &now::Parts, tokens: &Tokens) -> Result<(), End> {
    let late = |_| refuse(Code::ProtocolUnsupported, "Say hello within 5 seconds.");
    let actor = tokio::time::timeout(HELLO, hello(socket, parts, tokens)).await.map_err(late)??;
    let listener = parts.hub.listen(actor.person);
    let mut stopping = parts.hub.stopping();
    let mut draining = parts.hub.draining();
    let mut watched = parts.hub.watched();
    let mut look_who_watches: Option<Instant> = None;
    let mut told: Option<Waiting> = None;
    // Beside everything else: while a database hangs, a Not Okay that comes meanwhile is still answered.
    let waits = async { what_waits(parts, actor.person, actor.device).await.map_err(NotAtPhone::Store) };
    let mut looking: Option<Looking<'_>> = Some(Box::pin(waits));
    let mut heard = Instant::now();
    let left = (actor.expires - parts.store.clock().now()).to_std().unwrap_or_default();
    let expires = Instant::now() + left;
    loop {
        tokio::select! {
            biased;
            _ = stopping.wait_for(|stopping| *stopping) => {
                return Err(End::Close(Closing::new(close::STOPPING, Code::Busy, "The server stops: dial again.")));
            }
            _ = draining.wait_for(|draining| *draining) => {
                let detail = "This server does not reach the database, another does: dial again.";
                return Err(End::Close(Closing::new(close::STOPPING, Code::DatabaseDown, detail)));
            }
            found = async { match looking.as_mut() {
                Some(looking) => looking.await,
                None => std::future::pending().await,
            } } => {
                looking = None;
                send_found(socket, parts, found, &mut told).await?;
            }
            Ok(()) = watched.changed(), if look_who_watches.is_none() => {
                let part = rand::rng().random_range(0.0..1.0);
                look_who_watches = Some(Instant::now() + SPREAD.mul_f64(part));
            }
            () = at(look_who_watches) => {
                look_who_watches = None;
                if let Some(told) = &mut told && told.look_who_watches(&parts.hub) {
                    send(socket, parts, told).await?;
                }
            }
            () = listener.changed(), if looking.is_none() => looking = Some(Box::pin(look(parts, &actor))),
            incoming = socket.receive() => {
                heard = Instant::now();
                match incoming {
                    Incoming::Text(text) => answer(socket, parts, (text.as_bytes(), &actor), tokens).await?,
                    Incoming::Binary(bytes) => answer(socket, parts, (&bytes, &actor), tokens).await?,
                    Incoming::Sign => {}
                    Incoming::Unacceptable => return Err(refuse(Code::BodyTooLarge, "Send commands of at most 4 KiB.")),
                    Incoming::Gone => return Err(End::Gone),
                }
            }
            () = tokio::time::sleep_until(heard + SILENCE) => return Err(End::Gone),
            () = tokio::time::sleep_until(expires) => {
                return Err(End::Close(Closing::new(close::ENDED, Code::CredentialExpired, "Refresh the access token and dial again.")));
            }
        }
    }
}

/// Waits until then, or for ever.
async fn at(then: Option<Instant>) {
    match then {
        Some(then) => tokio::time::sleep_until(then).await,
        None => std::future::pending().await,
    }
}

/// Waits for the hello. A Not Okay that comes before it is stored all the same.
async fn hello(socket: &mut impl Socket, parts: &now::Parts, tokens: &Tokens) -> Result<PhoneActor, End> {
    loop {
        let text = match socket.receive().await {
            Incoming::Text(text) => text,
            Incoming::Gone => return Err(End::Gone),
            Incoming::Sign | Incoming::Binary(_) | Incoming::Unacceptable => {
                return Err(refuse(Code::ProtocolUnsupported, "Say hello first."));
            }
        };
        match alarm::read(text.as_bytes()) {
            Some(alarm) => raise(socket, parts, tokens, (alarm, None)).await?,
            None => return identified(&text, parts).await,
        }
    }
}

/// Whoever proves that the hello comes from the device of its token.
async fn identified(text: &str, parts: &now::Parts) -> Result<PhoneActor, End> {
    let (token, proof) = match parse::<FromPhone>(text.as_bytes()) {
        Ok(FromPhone::Hello { protocol: PROTOCOL, token, proof }) => (token, proof),
        Ok(_) => return Err(refuse(Code::ProtocolUnsupported, "Say hello in this protocol first.")),
        Err(problem) => return Err(End::Close(Closing { code: close::REFUSED, problem })),
    };
    let shown = Shown { method: "GET", path: PATH, token: &token, proof: proof.as_deref() };
    let known = parts.devices.at_phone(shown).await;
    known.map_err(|why| End::Close(Closing { code: close::REFUSED, problem: not_at_phone(why).0 }))
}

/// What waits for a phone that may still read it; for another, why it may not.
async fn look(parts: &now::Parts, actor: &PhoneActor) -> Result<Option<Waiting>, NotAtPhone> {
    match parts.devices.still_reads(actor).await {
        // A database that is away says nothing about the phone.
        Ok(()) | Err(NotAtPhone::Store(_)) => {}
        Err(why) => return Err(why),
    }
    what_waits(parts, actor.person, actor.device).await.map_err(NotAtPhone::Store)
}

/// Sends what waits, when it is not what the phone was told.
async fn send_found(
    socket: &mut impl Socket,
    parts: &now::Parts,
    found: Result<Option<Waiting>, NotAtPhone>,
    told: &mut Option<Waiting>,
) -> Result<(), End> {
    match found {
        Ok(Some(mut found)) => {
            // Consoles may have come and gone while the rest was looked up.
            found.look_who_watches(&parts.hub);
            let is_news = told.as_ref().is_none_or(|told| told.etag() != found.etag());
            let found = told.insert(found);
            if is_news { send(socket, parts, found).await } else { Ok(()) }
        }
        Ok(None) => Ok(()),
        Err(NotAtPhone::Store(error)) => {
            // The phone polls its case meanwhile; the next change tries again.
            tracing::debug!(%error, "what waits for a phone could not be read");
            Ok(())
        }
        Err(why) => Err(End::Close(Closing { code: close::ENDED, problem: not_at_phone(why).0 })),
    }
}

async fn send(socket: &mut impl Socket, parts: &now::Parts, waiting: &Waiting) -> Result<(), End> {
    let (server_time, now) = (parts.store.clock().now(), waiting.now().clone());
    Ok(socket.send(encode(&ToPhone::Now { server_time, etag: waiting.etag(), now })).await?)
}

/// Does what a frame says, and answers it.
async fn answer(
    socket: &mut impl Socket,
    parts: &now::Parts,
    (frame, actor): (&[u8], &PhoneActor),
    tokens: &Tokens,
) -> Result<(), End> {
    let parsed = parse::<FromPhone>(frame);
    let of_protocol = parsed.is_ok() && frame.len() <= LARGEST;
    if !of_protocol && let Some(alarm) = alarm::read(frame) {
        return raise(socket, parts, tokens, (alarm, Some(actor))).await;
    }
    if frame.len() > LARGEST {
        return Err(refuse(Code::BodyTooLarge, "Send commands of at most 4 KiB."));
    }
    let reply = match parsed {
        Err(problem) => return Err(End::Close(Closing { code: close::REFUSED, problem })),
        Ok(FromPhone::Ping) => ToPhone::Pong,
        Ok(FromPhone::Hello { .. }) => return Err(refuse(Code::ProtocolUnsupported, "Say hello once.")),
        Ok(FromPhone::Cmd { key, what, age_ms, credential, body }) => {
            ack(key, command(parts, tokens, (key, age_ms), what, &credential, &body).await)
        }
    };
    Ok(socket.send(encode(&reply)).await?)
}

fn ack(key: Uuid, outcome: Result<(u16, serde_json::Value), Fail>) -> ToPhone {
    let failed = |Fail(problem)| (problem.status, serde_json::to_value(&problem).unwrap_or_default());
    let (status, body) = outcome.unwrap_or_else(failed);
    ToPhone::Ack { key, status, body }
}

/// Stores a Not Okay whose frame is not of the protocol, flagged, and answers it. One without a credential
/// is of whoever said hello.
async fn raise(
    socket: &mut impl Socket,
    parts: &now::Parts,
    tokens: &Tokens,
    (alarm, actor): (Alarm, Option<&PhoneActor>),
) -> Result<(), End> {
    let key = alarm.key.map_err(|code| refuse(code, alarm::key_refused(code)))?;
    let raiser = match (&alarm.credential, actor) {
        (Some(credential), _) => raiser(tokens, credential),
        (None, Some(actor)) => Ok(credential::at_phone(actor)),
        (None, None) => Err(Fail::new(Code::Unauthenticated, "Send the phone's distress capability with it.")),
    };
    let incomplete = Some(alarm::MALFORMED.into());
    let tap = Tap { key, age_ms: alarm.age_ms, body: alarm.body, incomplete, channel: "socket".into() };
    let outcome = match raiser {
        Ok(raiser) => stored(parts, raiser, tap).await,
        Err(fail) => Err(fail),
    };
    Ok(socket.send(encode(&ack(key, outcome))).await?)
}

/// Whoever raises by a distress capability or, as at the POST, by an access token, run out or not.
fn raiser(tokens: &Tokens, credential: &str) -> Result<Raiser, Fail> {
    let by_capability = credential::by_capability(tokens, credential);
    Ok(by_capability.or_else(|refused| credential::by_access(tokens, credential).map_err(|_| refused))?)
}

async fn stored(parts: &now::Parts, raiser: Raiser, tap: Tap) -> Result<(u16, serde_json::Value), Fail> {
    Ok(match parts.distress.raise(raiser, tap).await.map_err(not_stored)? {
        Raised::Stored { stored, repeat } => {
            (if repeat { 200 } else { 201 }, serde_json::to_value(&stored).unwrap_or_default())
        }
        Raised::Held(held) => (202, serde_json::to_value(held).unwrap_or_default()),
        Raised::Tested(_) => (201, serde_json::Value::Null),
    })
}

/// The same service and key as the POST.
async fn command(
    parts: &now::Parts,
    tokens: &Tokens,
    (key, age_ms): (Uuid, u64),
    what: Command,
    credential: &str,
    body: &serde_json::Value,
) -> Result<(u16, serde_json::Value), Fail> {
    let raw = serde_json::to_vec(body).unwrap_or_default();
    let (path, addition) = match what {
        Command::NotOkay => {
            let tap = Tap { key, age_ms, body: raw, incomplete: None, channel: "socket".into() };
            return stored(parts, raiser(tokens, credential)?, tap).await;
        }
        Command::Facts => ("/v1/my-case/facts", Addition::Facts(parse::<AddFacts>(&raw).map_err(Fail)?.facts)),
        Command::Position => {
            let position = parse::<AddPosition>(&raw).map_err(Fail)?;
            ("/v1/my-case/position", Addition::Position(position.position, position.battery))
        }
    };
    let holder = credential::case_holder(tokens, credential)?;
    let request = Request { actor: holder.person, key, body_hash: request_hash(path, &raw) };
    let case = parts.distress.add(&holder, request, age_ms, addition).await;
    let case = case.map_err(|error| Fail::from_write(error, |refusal| -> Problem { problem(refusal) }))?;
    Ok((200, serde_json::to_value(case).unwrap_or_default()))
}
