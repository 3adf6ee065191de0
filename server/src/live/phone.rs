//! A phone's socket: `now` whenever it changes, `cmd` answered by `ack`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use uuid::Uuid;
use wire::live::{Command, FromPhone, ToPhone};
use wire::not_okay::{AddFacts, AddPosition};
use wire::{Code, PROTOCOL, Problem};

use super::now::{self, now as what_waits};
use super::session::{Closing, close};
use super::socket::{Incoming, Socket, Stuck};
use crate::devices::http::not_at_phone;
use crate::devices::tokens::Tokens;
use crate::devices::{NotAtPhone, PhoneActor, Shown};
use crate::distress::credential::{by_capability, case_holder};
use crate::distress::follow::Addition;
use crate::distress::http::{not_stored, problem};
use crate::distress::raise::{Raised, Tap};
use crate::http::Fail;
use crate::http::body::{parse, request_hash};
use crate::store::requests::Request;

/// A hello must come within this time.
const HELLO: Duration = Duration::from_secs(5);

/// A phone that says nothing for this long is dropped; it pings every 60 s.
const SILENCE: Duration = Duration::from_secs(150);

/// What a hello is proven for.
const PATH: &str = "/v1/phone/live";

/// Largest command.
const LARGEST: usize = 4 * 1024 + 2_048;

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
    let hello = tokio::time::timeout(HELLO, socket.receive()).await;
    let actor = match hello.map_err(|_| refuse(Code::ProtocolUnsupported, "Say hello within 5 seconds."))? {
        Incoming::Text(text) => identified(&text, parts).await?,
        Incoming::Gone => return Err(End::Gone),
        Incoming::Sign | Incoming::Unacceptable => return Err(refuse(Code::ProtocolUnsupported, "Say hello first.")),
    };
    let listener = parts.hub.listen(actor.person);
    let mut stopping = parts.hub.stopping();
    let mut known = String::new();
    send_what_waits(socket, parts, &actor, &mut known).await?;
    let mut heard = Instant::now();
    let left = (actor.expires - parts.store.clock().now()).to_std().unwrap_or_default();
    let expires = Instant::now() + left;
    loop {
        tokio::select! {
            biased;
            _ = stopping.wait_for(|stopping| *stopping) => {
                return Err(End::Close(Closing::new(close::STOPPING, Code::Busy, "The server stops: dial again.")));
            }
            () = listener.changed() => send_now(socket, parts, &actor, &mut known).await?,
            incoming = socket.receive() => {
                heard = Instant::now();
                match incoming {
                    Incoming::Text(text) => answer(socket, parts, &text, tokens).await?,
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

/// Sends what waits to a phone that may read it, when it is not what the phone has; another is told
/// why it may not.
async fn send_now(
    socket: &mut impl Socket,
    parts: &now::Parts,
    actor: &PhoneActor,
    known: &mut String,
) -> Result<(), End> {
    match parts.devices.still_reads(actor).await {
        // A database that is away says nothing about the phone.
        Ok(()) | Err(NotAtPhone::Store(_)) => send_what_waits(socket, parts, actor, known).await,
        Err(why) => Err(End::Close(Closing { code: close::ENDED, problem: not_at_phone(why).0 })),
    }
}

/// Sends what waits, when it is not what the phone has.
async fn send_what_waits(
    socket: &mut impl Socket,
    parts: &now::Parts,
    actor: &PhoneActor,
    known: &mut String,
) -> Result<(), End> {
    match what_waits(parts, actor.person, actor.device).await {
        Ok(Some((etag, now))) if etag != *known => {
            known.clone_from(&etag);
            let frame = ToPhone::Now { server_time: parts.store.clock().now(), etag, now };
            Ok(socket.send(encode(&frame)).await?)
        }
        Ok(_) => Ok(()),
        Err(error) => {
            // The phone polls its case meanwhile; the next change tries again.
            tracing::debug!(%error, "what waits for a phone could not be read");
            Ok(())
        }
    }
}

async fn answer(socket: &mut impl Socket, parts: &now::Parts, text: &str, tokens: &Tokens) -> Result<(), End> {
    if text.len() > LARGEST {
        return Err(refuse(Code::BodyTooLarge, "Send commands of at most 4 KiB."));
    }
    let frame = match parse::<FromPhone>(text.as_bytes()) {
        Ok(frame) => frame,
        Err(problem) => return Err(End::Close(Closing { code: close::REFUSED, problem })),
    };
    let reply = match frame {
        FromPhone::Ping => ToPhone::Pong,
        FromPhone::Hello { .. } => return Err(refuse(Code::ProtocolUnsupported, "Say hello once.")),
        FromPhone::Cmd { key, what, age_ms, credential, body } => {
            let (status, body) = match command(parts, tokens, (key, age_ms), what, &credential, &body).await {
                Ok(done) => done,
                Err(Fail(problem)) => (problem.status, serde_json::to_value(&problem).unwrap_or_default()),
            };
            ToPhone::Ack { key, status, body }
        }
    };
    Ok(socket.send(encode(&reply)).await?)
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
    let json = |value: serde_json::Result<serde_json::Value>| value.unwrap_or_default();
    let (path, addition) = match what {
        Command::NotOkay => {
            let raiser = by_capability(tokens, credential)?;
            let tap = Tap { key, age_ms, body: raw, incomplete: None, channel: "socket".into() };
            return Ok(match parts.distress.raise(raiser, tap).await.map_err(not_stored)? {
                Raised::Stored { stored, repeat } => {
                    (if repeat { 200 } else { 201 }, json(serde_json::to_value(&stored)))
                }
                Raised::Held(held) => (202, json(serde_json::to_value(held))),
            });
        }
        Command::Facts => ("/v1/my-case/facts", Addition::Facts(parse::<AddFacts>(&raw).map_err(Fail)?.facts)),
        Command::Position => {
            let position = parse::<AddPosition>(&raw).map_err(Fail)?;
            ("/v1/my-case/position", Addition::Position(position.position, position.battery))
        }
    };
    let holder = case_holder(tokens, credential)?;
    let request = Request { actor: holder.person, key, body_hash: request_hash(path, &raw) };
    let case = parts.distress.add(&holder, request, age_ms, addition).await;
    let case = case.map_err(|error| Fail::from_write(error, |refusal| -> Problem { problem(refusal) }))?;
    Ok((200, json(serde_json::to_value(case))))
}
