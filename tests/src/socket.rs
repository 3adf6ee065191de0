//! A WebSocket as a client holds it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Serialize;
use serde_json::Value;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::Http;

/// How a socket ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The code of the Close frame; 1006 when there was none.
    pub code: u16,
    /// Its reason.
    pub reason: String,
}

/// An open WebSocket.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
}

impl Socket {
    /// Dials a path from a page of this origin.
    pub async fn dial(http: &Http, path: &str) -> Self {
        Self::try_dial(http, path, &http.origin(), None).await.expect("the socket is opened")
    }

    /// Tries to dial; the HTTP status of who refuses the upgrade. `receive` bounds what the client's
    /// side buffers, in bytes.
    pub async fn try_dial(http: &Http, path: &str, origin: &str, receive: Option<u32>) -> Result<Self, u16> {
        let socket = TcpSocket::new_v4().expect("a socket");
        if let Some(bytes) = receive {
            socket.set_recv_buffer_size(bytes).expect("a small buffer");
        }
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], http.port()));
        let tcp = socket.connect(address).await.map_err(|_| 0_u16)?;
        tcp.set_nodelay(true).expect("no delay");
        let mut request = format!("ws://127.0.0.1:{}{path}", http.port()).into_client_request().expect("a request");
        request.headers_mut().insert("Origin", origin.parse().expect("an origin"));
        match tokio_tungstenite::client_async(request, tcp).await {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(_) => Err(0),
        }
    }

    /// Sends a frame of the protocol.
    pub async fn send(&mut self, frame: &impl Serialize) {
        let text = serde_json::to_string(frame).expect("a frame is JSON");
        self.send_text(text).await;
    }

    /// Sends a text, whatever it is. A server that has closed meanwhile is found out when reading.
    pub async fn send_text(&mut self, text: String) {
        drop(self.stream.send(Message::Text(text.into())).await);
    }

    /// Sends one text in pieces of this many bytes, as a proxy or a browser may.
    pub async fn send_in_pieces(&mut self, text: &str, size: usize) {
        let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
        for (at, piece) in pieces.iter().enumerate() {
            let opcode = if at == 0 { Data::Text } else { Data::Continue };
            let frame = Frame::message(piece.to_vec(), OpCode::Data(opcode), at + 1 == pieces.len());
            self.stream.send(Message::Frame(frame)).await.expect("the piece is sent");
        }
    }

    /// Sends a text that says it is compressed, which nobody agreed to.
    pub async fn send_as_compressed(&mut self, bytes: Vec<u8>) {
        let mut frame = Frame::message(bytes, OpCode::Data(Data::Text), true);
        frame.header_mut().rsv1 = true;
        drop(self.stream.send(Message::Frame(frame)).await);
    }

    /// Sends a binary message.
    pub async fn send_binary(&mut self, bytes: Vec<u8>) {
        drop(self.stream.send(Message::Binary(bytes.into())).await);
    }

    /// The next text, or how the socket ended.
    pub async fn next(&mut self) -> Result<String, Closed> {
        let gone = || Closed { code: 1006, reason: String::new() };
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Close(Some(close)))) => {
                    return Err(Closed { code: close.code.into(), reason: close.reason.to_string() });
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Err(gone()),
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame within a time.
    pub async fn frame(&mut self, limit: Duration) -> Result<Value, Closed> {
        let text = tokio::time::timeout(limit, self.next()).await.expect("a frame comes in time")?;
        Ok(serde_json::from_str(&text).expect("a frame is JSON"))
    }

    /// Reads until the socket is closed.
    pub async fn end(&mut self, limit: Duration) -> Closed {
        let read = async {
            loop {
                if let Err(closed) = self.next().await {
                    return closed;
                }
            }
        };
        tokio::time::timeout(limit, read).await.expect("the socket is closed in time")
    }
}
