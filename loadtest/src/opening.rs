//! Opening live sockets as consoles and phones do: with a ticket or a proof, a hello, and the log's places.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chrono::Utc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use uuid::Uuid;
use wire::PROTOCOL;
use wire::live::{Cursor, FromConsole, FromPhone, ScopeMode};

use crate::api::Api;
use crate::crowd::{Habit, Member};
use crate::device::SignedIn;
use crate::frames::{Frame, SnapshotOf};
use crate::messages::{Message, MessageReader, from_client};
use crate::receipts::Class;
use crate::target::Target;

/// Longest wait for anything on the way to a live socket.
const PATIENCE: Duration = Duration::from_secs(30);
/// Sockets that share one source address: the kernel has about 28,000 ports for each.
pub const PER_ADDRESS: u32 = 25_000;
/// Buffers of the handshake, in bytes; afterwards a socket has none of its own.
const BUFFER: usize = 1_024;

/// Where a socket comes from: another address of this machine for every [`PER_ADDRESS`] sockets to it. None when the
/// first is enough, or the server is on another machine.
pub fn source(target: SocketAddr, number: u32) -> Option<IpAddr> {
    let turn = u8::try_from(number / PER_ADDRESS).unwrap_or(u8::MAX);
    let loopback = target.ip().is_loopback() && target.is_ipv4();
    (loopback && turn > 0).then(|| Ipv4Addr::new(127, 0, 0, 1_u8.saturating_add(turn)).into())
}

/// A console's habit: what its page says every ten seconds.
pub fn console_habit() -> Result<Habit> {
    let here = FromConsole::Here { visible: true, sound: true, idle_ms: 0 };
    Ok(Habit { every: Duration::from_secs(10), says: from_client(&serde_json::to_string(&here)?)? })
}

/// A phone's habit: a ping a minute.
pub fn phone_habit() -> Result<Habit> {
    Ok(Habit { every: Duration::from_secs(60), says: from_client(&serde_json::to_string(&FromPhone::Ping)?)? })
}

/// A connection that is not live yet.
struct Newcomer {
    stream: TcpStream,
    reader: MessageReader,
}

/// Opens a console that has seen everything up to `cursors`; it is live when this returns. The number tells where it
/// comes from.
/// With it come the taps that it was shown on the way.
pub async fn console(api: &Api, cursors: &BTreeMap<Uuid, Cursor>, number: u32) -> Result<(Member, u32)> {
    let mut taps = 0;
    // A ticket is good for 30 s and a hello must come within 5 s of the handshake, so the ticket is first.
    let ticket = api.ticket().await?;
    let mut newcomer = Newcomer::dial(&api.target, "/v1/live", number).await?;
    let hello = FromConsole::Hello { protocol: PROTOCOL, ticket, cursors: cursors.clone() };
    newcomer.say(&serde_json::to_string(&hello)?).await?;
    loop {
        for text in newcomer.hear().await? {
            let frame: Frame = serde_json::from_str(&text).context("not a frame")?;
            match frame.t.as_ref() {
                "live" => return Ok((newcomer.member(Class::Console)?, taps)),
                "event" => taps += u32::from(Class::Console.counts(text.as_bytes())),
                "welcome" if frame.scopes.iter().any(|scope| scope.mode == ScopeMode::Snapshot) => {
                    let (_, cursors) = snapshot(api).await?;
                    let listed = |scope: &Uuid| frame.scopes.iter().any(|one| one.scope == *scope);
                    let cursors = cursors.into_iter().filter(|(scope, _)| listed(scope)).collect();
                    newcomer.say(&serde_json::to_string(&FromConsole::Resume { cursors })?).await?;
                }
                "bye" => bail!("{}", frame.problem.map_or_else(|| "bye".to_owned(), |problem| problem.detail)),
                _ => {}
            }
        }
    }
}

/// Opens a phone; it has had its first `now` when this returns.
pub async fn phone(target: &Target, phone: &SignedIn, class: Class, number: u32) -> Result<Member> {
    let mut newcomer = Newcomer::dial(target, "/v1/phone/live", number).await?;
    let proof = phone.key.proof("GET", "/v1/phone/live", Utc::now().timestamp(), &phone.access)?;
    let hello = FromPhone::Hello { protocol: PROTOCOL, token: phone.access.clone(), proof: Some(proof) };
    newcomer.say(&serde_json::to_string(&hello)?).await?;
    loop {
        for text in newcomer.hear().await? {
            if class.counts(text.as_bytes()) {
                return newcomer.member(class);
            }
            if text.contains(r#""t":"bye""#) {
                bail!("a phone's hello was refused: {text}");
            }
        }
    }
}

/// The log's places as of now: how many cases a snapshot holds, and each scope's cursor.
pub async fn snapshot(api: &Api) -> Result<(usize, BTreeMap<Uuid, Cursor>)> {
    let bytes = api.bytes("/v1/snapshot").await?;
    let snapshot: SnapshotOf = serde_json::from_slice(&bytes).context("not a snapshot")?;
    Ok((snapshot.cases.len(), snapshot.cursors))
}

/// Where every scope stands, shared by all consoles of an operator.
pub async fn places(api: &Api) -> Result<Arc<BTreeMap<Uuid, Cursor>>> {
    Ok(Arc::new(snapshot(api).await?.1))
}

impl Newcomer {
    async fn dial(target: &Target, path: &str, number: u32) -> Result<Self> {
        let mut request = format!("ws://{}{path}", target.authority).into_client_request()?;
        request.headers_mut().insert("Origin", HeaderValue::from_str(&target.origin)?);
        let connecting = async {
            match source(target.address, number) {
                None => TcpStream::connect(target.address).await,
                Some(from) => {
                    let socket = TcpSocket::new_v4()?;
                    socket.bind(SocketAddr::new(from, 0))?;
                    socket.connect(target.address).await
                }
            }
        };
        let stream = timeout(PATIENCE, connecting).await.context("nobody answers")?.context("a socket")?;
        stream.set_nodelay(true)?;
        let config =
            WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(0).max_write_buffer_size(BUFFER);
        let shaking = client_async_with_config(request, stream, Some(config));
        let (socket, _) = timeout(PATIENCE, shaking).await.context("no handshake came")?.context("the handshake")?;
        // The server says nothing before the hello, so that nothing was read beyond the handshake.
        Ok(Self { stream: socket.into_inner(), reader: MessageReader::default() })
    }

    async fn say(&mut self, text: &str) -> Result<()> {
        let bytes = from_client(text)?;
        timeout(PATIENCE, self.stream.write_all(&bytes)).await.context("the server takes nothing")?.context("a hello")
    }

    /// The next texts.
    async fn hear(&mut self) -> Result<Vec<String>> {
        let (mut buffer, mut texts, mut closed) = ([0; 8_192], Vec::new(), None);
        let read = timeout(PATIENCE, self.stream.read(&mut buffer)).await.context("the server says nothing")?;
        let length = read.context("a socket")?;
        if length == 0 {
            bail!("the server hung up");
        }
        self.reader.feed(buffer.get(..length).unwrap_or_default(), |message| match message {
            Message::Text(text) => texts.push(String::from_utf8_lossy(text).into_owned()),
            Message::Close(why) => {
                closed = Some(String::from_utf8_lossy(why.get(2..).unwrap_or_default()).into_owned())
            }
            Message::Other => {}
        })?;
        match closed {
            Some(why) if texts.is_empty() => bail!("closed by the server: {why}"),
            _ => Ok(texts),
        }
    }

    fn member(self, class: Class) -> Result<Member> {
        Ok(Member { stream: self.stream.into_std()?, reader: self.reader, class })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_comes_from_as_many_addresses_as_it_needs() {
        let here = SocketAddr::from(([127, 0, 0, 1], 8_080));
        assert_eq!(source(here, 0), None);
        assert_eq!(source(here, PER_ADDRESS - 1), None);
        assert_eq!(source(here, PER_ADDRESS), Some(Ipv4Addr::new(127, 0, 0, 2).into()));
        assert_eq!(source(here, PER_ADDRESS * 3 + 1), Some(Ipv4Addr::new(127, 0, 0, 4).into()));
        assert_eq!(source(SocketAddr::from(([192, 0, 2, 1], 80)), PER_ADDRESS), None);
    }

    #[test]
    fn consoles_and_phones_say_that_they_are_there_often_enough() {
        let (console, phone) = (console_habit().unwrap(), phone_habit().unwrap());
        assert!(console.every < Duration::from_secs(25) && console.says.ends_with(b"}"));
        assert!(phone.every < Duration::from_secs(150));
    }
}
