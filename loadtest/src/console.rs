//! One console: dials, says hello, takes a snapshot, follows every event, and dials again when it is cut.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use chrono::Utc;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use wire::PROTOCOL;
use wire::live::FromConsole;

use crate::api::Api;
use crate::checker::ConsoleLog;
use crate::frames::{Frame, SnapshotOf};
use crate::watch::{Next, Watch};

/// How often a console says that somebody is there.
const HERE: Duration = Duration::from_secs(10);
/// A socket that is silent this long is given up.
const SILENT: Duration = Duration::from_secs(20);
/// Wait before dialling again.
const REDIAL: Duration = Duration::from_millis(300);
/// Read buffer of a console's socket, in bytes.
const BUFFER: usize = 16 * 1024;

/// A console that runs in the background.
pub struct Console {
    shared: Arc<Shared>,
}

struct Shared {
    log: Mutex<ConsoleLog>,
    live: AtomicBool,
    dials: AtomicU64,
    bytes: AtomicU64,
    began: Instant,
}

impl Console {
    /// Starts a console; it runs until `stop` says so. `began` is the start of the run's clock.
    pub fn open(api: Api, began: Instant, stop: watch::Receiver<bool>) -> Self {
        let shared = Arc::new(Shared {
            log: Mutex::default(),
            live: AtomicBool::new(false),
            dials: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            began,
        });
        tokio::spawn(keep_open(api, Arc::clone(&shared), stop));
        Self { shared }
    }

    /// Whether every scope has caught up.
    pub fn is_live(&self) -> bool {
        self.shared.live.load(Ordering::Acquire)
    }

    /// How often it dialled again after the first time.
    pub fn redials(&self) -> u64 {
        self.shared.dials.load(Ordering::Relaxed).saturating_sub(1)
    }

    /// Bytes of the frames it got.
    pub fn bytes(&self) -> u64 {
        self.shared.bytes.load(Ordering::Relaxed)
    }

    /// Looks into what it was shown.
    pub fn log<T>(&self, look: impl FnOnce(&ConsoleLog) -> T) -> T {
        look(&self.shared.log.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes what it was shown out.
    pub fn take_log(&self) -> ConsoleLog {
        std::mem::take(&mut *self.shared.log.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn keep_open(api: Api, shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let mut watch = Watch::default();
    let mut said = String::new();
    while !*stop.borrow() {
        shared.dials.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = session(&api, &shared, &mut watch, &mut stop).await {
            let why = format!("{error:#}");
            if why != said {
                eprintln!("loadtest: a console was cut off: {why}");
                said = why;
            }
        }
        shared.live.store(false, Ordering::Release);
        if !*stop.borrow() {
            sleep(REDIAL).await;
        }
    }
}

/// One connection, from ticket to end. Ends well only when `stop` says so.
async fn session(api: &Api, shared: &Shared, watch: &mut Watch, stop: &mut watch::Receiver<bool>) -> Result<()> {
    let mut socket = dial(api).await?;
    let hello =
        FromConsole::Hello { protocol: PROTOCOL, ticket: api.ticket().await?, cursors: watch.cursors().clone() };
    say(&mut socket, &hello).await?;
    let mut here = interval(HERE);
    here.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.changed() => {
                drop(socket.close(None).await);
                return Ok(());
            }
            _ = here.tick() => if watch.is_live() {
                say(&mut socket, &FromConsole::Here { visible: true, sound: true, idle_ms: 0 }).await?;
            },
            message = timeout(SILENT, socket.next()) => {
                let message = message.map_err(|_| anyhow!("silent for {SILENT:?}"))?.context("the server hung up")??;
                match message {
                    Message::Text(text) => {
                        shared.bytes.fetch_add(text.len() as u64, Ordering::Relaxed);
                        frame(api, shared, watch, &mut socket, text.as_str()).await?;
                    }
                    Message::Close(close) => bail!("closed by the server: {}", close.map_or_else(String::new, |close| format!("{} {}", close.code, close.reason))),
                    _ => {}
                }
            }
        }
    }
}

async fn frame(
    api: &Api,
    shared: &Shared,
    watch: &mut Watch,
    socket: &mut WebSocketStream<TcpStream>,
    text: &str,
) -> Result<()> {
    let (at, wall) = (shared.began.elapsed(), Utc::now());
    let frame: Frame = serde_json::from_str(text)
        .with_context(|| format!("not a frame: {}", text.chars().take(200).collect::<String>()))?;
    let next = {
        let mut log = shared.log.lock().unwrap_or_else(PoisonError::into_inner);
        watch.frame(&mut log, &frame, at, wall)?
    };
    match next {
        Next::Follow => {}
        Next::Live => {
            shared.live.store(true, Ordering::Release);
            say(socket, &FromConsole::Here { visible: true, sound: true, idle_ms: 0 }).await?;
        }
        Next::Snapshot => {
            let bytes = api.bytes("/v1/snapshot").await?;
            let snapshot: SnapshotOf = serde_json::from_slice(&bytes).context("not a snapshot")?;
            let cursors = {
                let mut log = shared.log.lock().unwrap_or_else(PoisonError::into_inner);
                watch.snapshot(&mut log, snapshot)?
            };
            say(socket, &FromConsole::Resume { cursors }).await?;
        }
    }
    Ok(())
}

async fn dial(api: &Api) -> Result<WebSocketStream<TcpStream>> {
    let mut request = format!("ws://{}/v1/live", api.target.authority).into_client_request()?;
    request.headers_mut().insert("Origin", HeaderValue::from_str(&api.target.origin)?);
    let stream = TcpStream::connect(api.target.address).await.context("the console's socket")?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(BUFFER);
    Ok(client_async_with_config(request, stream, Some(config)).await.context("the console's socket")?.0)
}

async fn say(socket: &mut WebSocketStream<TcpStream>, frame: &FromConsole) -> Result<()> {
    socket.send(Message::text(serde_json::to_string(frame)?)).await.context("the console could not speak")
}
