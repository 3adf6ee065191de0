//! The socket behind a small trait, so that sessions are tested with one that misbehaves.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::time::Instant;

use super::allowance::Allowance;

/// Largest message that is read; fragments are put together up to it.
pub const LARGEST: usize = 64 * 1024;

/// A write that the peer does not take within this time means that the peer is gone.
pub const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// Close codes for frames that are not as they must be, and for text that is not UTF-8.
const NOT_WEBSOCKET: u16 = 1002;
const NOT_TEXT: u16 = 1007;

/// What comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A text message, whole.
    Text(String),
    /// Anything else that shows the peer is alive.
    Sign,
    /// A binary message, whole.
    Binary(Bytes),
    /// Larger than [`LARGEST`].
    Unacceptable,
    /// The peer closed or vanished.
    Gone,
}

/// The peer is gone or takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stuck;

/// What a session needs of a socket.
pub trait Socket {
    /// The next message.
    fn receive(&mut self) -> impl Future<Output = Incoming>;
    /// Takes a text message; waits until there is room for it, however long that is.
    fn put(&mut self, text: Bytes) -> impl Future<Output = Result<(), Stuck>>;
    /// Sends a text message. A peer that has no room for it within [`WRITE_LIMIT`] is stuck.
    fn send(&mut self, text: Bytes) -> impl Future<Output = Result<(), Stuck>> {
        async { tokio::time::timeout(WRITE_LIMIT, self.put(text)).await.unwrap_or(Err(Stuck)) }
    }
    /// Sends a Close frame.
    fn close(self, code: u16, reason: &str) -> impl Future<Output = ()>;
}

/// With which code a peer is told that it broke a rule of WebSocket (RFC 6455, 7.4.1); none when the line broke instead.
fn fault(error: &ProtocolError) -> Option<u16> {
    match error {
        ProtocolError::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => Some(NOT_TEXT),
        ProtocolError::Io(_) => None,
        _ => Some(NOT_WEBSOCKET),
    }
}

/// A socket of actix.
pub struct ActixSocket {
    session: actix_ws::Session,
    messages: AggregatedMessageStream,
    allowance: Allowance,
    /// The code that says which rule the peer broke, once it has.
    fault: Option<u16>,
}

impl ActixSocket {
    /// Upgrades a request.
    pub fn upgrade(request: &HttpRequest, body: web::Payload) -> Result<(HttpResponse, Self), actix_web::Error> {
        let (response, session, messages) = actix_ws::handle(request, body)?;
        let messages = messages.max_frame_size(LARGEST).aggregate_continuations().max_continuation_size(LARGEST);
        Ok((response, Self { session, messages, allowance: Allowance::new(Instant::now()), fault: None }))
    }

    /// Sends a binary message, as nothing but an echo does.
    #[cfg(feature = "conformance")]
    pub async fn send_binary(&mut self, bytes: Bytes) -> Result<(), Stuck> {
        self.session.binary(bytes).await.map_err(|_| Stuck)
    }
}

impl Socket for ActixSocket {
    async fn receive(&mut self) -> Incoming {
        tokio::time::sleep_until(self.allowance.next()).await;
        let message = self.messages.next().await;
        self.allowance.spend(Instant::now());
        match message {
            Some(Ok(AggregatedMessage::Text(text))) => Incoming::Text(text.to_string()),
            Some(Ok(AggregatedMessage::Ping(payload))) => match self.session.pong(&payload).await {
                Ok(()) => Incoming::Sign,
                Err(_) => Incoming::Gone,
            },
            Some(Ok(AggregatedMessage::Pong(_))) => Incoming::Sign,
            Some(Ok(AggregatedMessage::Binary(bytes))) => Incoming::Binary(bytes),
            Some(Err(ProtocolError::Overflow | ProtocolError::ContinuationStarted)) => Incoming::Unacceptable,
            // How actix-ws says that pieces together are too large.
            Some(Err(ProtocolError::Io(error))) if error.kind() == std::io::ErrorKind::Other => Incoming::Unacceptable,
            Some(Err(error)) => {
                self.fault = fault(&error);
                Incoming::Gone
            }
            Some(Ok(AggregatedMessage::Close(_))) | None => Incoming::Gone,
        }
    }

    async fn put(&mut self, text: Bytes) -> Result<(), Stuck> {
        let text = bytestring::ByteString::try_from(text).map_err(|_| Stuck)?;
        self.session.text(text).await.map_err(|_| Stuck)
    }

    async fn close(self, code: u16, reason: &str) {
        let code = self.fault.unwrap_or(code);
        let reason = CloseReason { code: CloseCode::from(code), description: Some(reason.chars().take(120).collect()) };
        // The peer may be gone already; there is nobody left to tell.
        drop(tokio::time::timeout(Duration::from_secs(1), self.session.close(Some(reason))).await);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::*;

    #[test]
    fn who_breaks_a_rule_is_told_which_and_a_line_that_broke_is_nobodys_fault() {
        let of_line = |kind| fault(&ProtocolError::Io(Error::from(kind)));
        assert_eq!(fault(&ProtocolError::BadOpCode), Some(1002));
        assert_eq!(fault(&ProtocolError::InvalidLength(126)), Some(1002));
        assert_eq!(of_line(ErrorKind::InvalidData), Some(1007));
        assert_eq!(of_line(ErrorKind::ConnectionReset), None);
    }
}
