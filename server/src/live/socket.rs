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

/// A socket of actix.
pub struct ActixSocket {
    session: actix_ws::Session,
    messages: AggregatedMessageStream,
    allowance: Allowance,
}

impl ActixSocket {
    /// Upgrades a request.
    pub fn upgrade(request: &HttpRequest, body: web::Payload) -> Result<(HttpResponse, Self), actix_web::Error> {
        let (response, session, messages) = actix_ws::handle(request, body)?;
        let messages = messages.max_frame_size(LARGEST).aggregate_continuations().max_continuation_size(LARGEST);
        Ok((response, Self { session, messages, allowance: Allowance::new(Instant::now()) }))
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
            Some(Ok(AggregatedMessage::Close(_)) | Err(_)) | None => Incoming::Gone,
        }
    }

    async fn put(&mut self, text: Bytes) -> Result<(), Stuck> {
        let text = bytestring::ByteString::try_from(text).map_err(|_| Stuck)?;
        self.session.text(text).await.map_err(|_| Stuck)
    }

    async fn close(self, code: u16, reason: &str) {
        let reason = CloseReason { code: CloseCode::from(code), description: Some(reason.chars().take(120).collect()) };
        // The peer may be gone already; there is nobody left to tell.
        drop(tokio::time::timeout(Duration::from_secs(1), self.session.close(Some(reason))).await);
    }
}
