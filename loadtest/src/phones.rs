//! Phone sockets: open, identified, and quiet, as most phones are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chrono::Utc;
use futures_util::{SinkExt, StreamExt, stream};
use indicatif::ProgressBar;
use rand::RngExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, interval_at, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use wire::PROTOCOL;
use wire::live::FromPhone;

use crate::device::SignedIn;
use crate::target::Target;

/// Sockets that are being opened at one time.
const AT_ONCE: usize = 64;
/// How often an open phone says so.
const PING: Duration = Duration::from_secs(60);
/// Longest wait for the first `now`.
const PATIENCE: Duration = Duration::from_secs(30);
/// Read buffer of a phone's socket, in bytes: the default of 128 KiB each would fill the memory of a load client.
const BUFFER: usize = 1_024;

/// Open phone sockets.
pub struct Phones {
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    open: AtomicU64,
    frames: AtomicU64,
}

impl Phones {
    /// Opens `count` sockets, spread over the phones that are signed in. Each has had its first `now` when this returns.
    pub async fn open(
        target: &Target,
        signed_in: &[SignedIn],
        count: u32,
        bar: &ProgressBar,
        stop: &watch::Receiver<bool>,
    ) -> Result<Self> {
        let counts = Arc::new(Counts::default());
        let sockets = (0..count).zip(signed_in.iter().cycle()).map(|(_, phone)| {
            let (counts, stop) = (Arc::clone(&counts), stop.clone());
            async move {
                let socket = identify(target, phone).await?;
                counts.open.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(stay(socket, counts, stop));
                bar.inc(1);
                anyhow::Ok(())
            }
        });
        let mut opening = stream::iter(sockets).buffer_unordered(AT_ONCE);
        while let Some(opened) = opening.next().await {
            opened?;
        }
        drop(opening);
        Ok(Self { counts })
    }

    /// How many are open now.
    pub fn count(&self) -> u64 {
        self.counts.open.load(Ordering::Relaxed)
    }

    /// Frames that arrived on all of them after the first `now` of each.
    pub fn frames(&self) -> u64 {
        self.counts.frames.load(Ordering::Relaxed)
    }
}

async fn identify(target: &Target, phone: &SignedIn) -> Result<WebSocketStream<TcpStream>> {
    let mut request = format!("ws://{}/v1/phone/live", target.authority).into_client_request()?;
    request.headers_mut().insert("Origin", HeaderValue::from_str(&target.origin)?);
    let stream = TcpStream::connect(target.address).await.context("a phone's socket")?;
    let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(0).max_write_buffer_size(BUFFER);
    let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await.context("a phone's socket")?;
    let proof = phone.key.proof("GET", "/v1/phone/live", Utc::now().timestamp(), &phone.access)?;
    let hello = FromPhone::Hello { protocol: PROTOCOL, token: phone.access.clone(), proof: Some(proof) };
    socket.send(Message::text(serde_json::to_string(&hello)?)).await.context("a phone could not speak")?;
    let first = timeout(PATIENCE, socket.next()).await.context("a phone got no answer to its hello")?;
    match first.context("a phone was hung up on")?? {
        Message::Text(text) if text.contains(r#""t":"now""#) => Ok(socket),
        other => bail!("a phone's hello was answered by {other:?}"),
    }
}

async fn stay(mut socket: WebSocketStream<TcpStream>, counts: Arc<Counts>, mut stop: watch::Receiver<bool>) {
    let first = rand::rng().random_range(Duration::from_secs(1)..PING);
    let mut ping = interval_at(Instant::now() + first, PING);
    let spoken = serde_json::to_string(&FromPhone::Ping).unwrap_or_default();
    loop {
        tokio::select! {
            _ = stop.changed() => {
                drop(socket.close(None).await);
                break;
            }
            _ = ping.tick() => if socket.send(Message::text(spoken.clone())).await.is_err() {
                break;
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(_))) => {
                    counts.frames.fetch_add(1, Ordering::Relaxed);
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => {}
            },
        }
    }
    counts.open.fetch_sub(1, Ordering::Relaxed);
}
