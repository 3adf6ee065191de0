//! From a socket that nobody knows to a session that gets events: hello, welcome, snapshot.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;
use wire::live::{FromConsole, ScopeMode, ScopeWelcome, ToConsole};
use wire::{Code, Problem};

use super::{End, Parts, encode, refuse};
use crate::access::service::TicketRefused;
use crate::access::{Operator, Reach};
use crate::http::body::parse;
use crate::live::cursor::Cursor;
use crate::live::replay;
use crate::live::session::{Closing, Connecting, Hello, Identified, Live, close};
use crate::live::socket::{Incoming, Socket};
use crate::store::StoreError;

/// A hello must come within this time.
const HELLO: Duration = Duration::from_secs(5);

/// A snapshot must be taken within this time.
const SNAPSHOT: Duration = Duration::from_secs(30);

/// Who is at the console, and where each scope starts.
pub(super) async fn shake_hands(socket: &mut impl Socket, parts: &Parts) -> Result<(Operator, Live), End> {
    let hello = tokio::time::timeout(HELLO, frame(socket))
        .await
        .map_err(|_| refuse(Code::ProtocolUnsupported, "Say hello within 5 seconds."))??;
    let Hello { ticket, cursors } = Connecting.hello(hello).map_err(End::Close)?;
    let operator = parts.access.redeem_ticket(&ticket).await.map_err(|refused| match refused {
        TicketRefused::Invalid => refuse(Code::CredentialInvalid, "The ticket is not valid any more: get a new one."),
        TicketRefused::Store(error) => End::from(error),
    })?;
    if operator.reach.is_empty() {
        return Err(refuse(Code::Forbidden, "Your role sees no cases."));
    }
    let session = welcome(socket, parts, &operator, cursors).await?;
    let live = if session.needs_snapshot() {
        after_snapshot(socket, parts, &operator.reach, session).await?
    } else {
        session.live()
    };
    Ok((operator, live))
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
            Incoming::Binary(_) | Incoming::Unacceptable => {
                return Err(refuse(Code::BodyTooLarge, "Send text frames of at most 64 KiB."));
            }
            Incoming::Gone => return Err(End::Gone),
        }
    }
}

/// Those of a client's cursors that can be read.
fn parsed(cursors: &BTreeMap<Uuid, String>) -> BTreeMap<Uuid, Cursor> {
    cursors.iter().filter_map(|(scope, cursor)| Some((*scope, Cursor::parse(cursor)?))).collect()
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
    let installation = parts.store.installation().map_err(StoreError::from)?;
    let grounds = replay::grounds(&parts.store, &operator.reach, parsed(&cursors)).await?;
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

async fn after_snapshot(
    socket: &mut impl Socket,
    parts: &Parts,
    reach: &Reach,
    session: Identified,
) -> Result<Live, End> {
    let deadline = Instant::now() + SNAPSHOT;
    loop {
        let next = tokio::time::timeout_at(deadline, frame(socket)).await;
        match next.map_err(|_| refuse(Code::ProtocolUnsupported, "Take the snapshot within 30 seconds."))?? {
            FromConsole::Resume { cursors } => {
                let epoch = parts.store.installation().map_err(StoreError::from)?.epoch;
                let grounds = replay::grounds(&parts.store, reach, parsed(&cursors)).await?;
                return session.resume(epoch, &cursors, &grounds).map_err(End::Close);
            }
            FromConsole::Here { .. } | FromConsole::Shown { .. } => {}
            FromConsole::Hello { .. } => return Err(refuse(Code::ProtocolUnsupported, "Say hello once.")),
        }
    }
}
