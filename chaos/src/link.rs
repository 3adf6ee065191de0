//! A TCP proxy between any two, which breaks what passes as networks do. It holds at most one piece a direction.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, MutexGuard, Notify, watch};
use tokio::task::JoinHandle;

use crate::pump::{End, Wire, both, pump};

/// What happens to what passes one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// It passes.
    Free,
    /// Each piece is late by so many milliseconds.
    Late(u64),
    /// So many bytes a second.
    Dribble(u32),
    /// Nothing is taken: a partition that ends before TCP gives up delivers what waited.
    Held,
    /// It is taken and lost, and so is whatever ends a connection: who sent it learns nothing. What lost something is
    /// reset when this is over.
    Swallowed,
    /// Of a thousand messages of a WebSocket so many are lost.
    LosesFrames(u16),
    /// Of a thousand pieces of answers so many are lost, each with its connection.
    CutsAnswers(u16),
    /// A COMMIT stays here, and somebody is told; its connection is reset when this is over.
    StopsCommit,
    /// A COMMIT passes; its answer stays here, and somebody is told; its connection is reset when this is over.
    StopsCommitAnswer,
}

/// What a link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// To the server.
    pub up: Passage,
    /// From the server.
    pub down: Passage,
}

impl Rule {
    /// Everything passes.
    pub const FREE: Self = Self::both(Passage::Free);

    /// The same both ways.
    pub const fn both(passage: Passage) -> Self {
        Self { up: passage, down: passage }
    }
}

/// What the tasks of a link share.
pub(crate) struct Shared {
    pub(crate) rules: watch::Sender<Rule>,
    pub(crate) breaks: watch::Sender<u64>,
    pub(crate) caught: Notify,
    pub(crate) dice: AtomicU64,
    pub(crate) deleted: AtomicU64,
}

/// A proxy on a port of its own. Dropped, it ends with its connections.
pub struct Link {
    port: u16,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
    turn: Mutex<()>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.accepting.abort();
        self.reset();
    }
}

impl Link {
    /// Before a port of this machine. `seed` decides which frames are lost.
    pub async fn before(port: u16, seed: u64) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("a proxy's port")?;
        let own = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            rules: watch::channel(Rule::FREE).0,
            breaks: watch::channel(0).0,
            caught: Notify::new(),
            dice: AtomicU64::new(seed),
            deleted: AtomicU64::new(0),
        });
        let carried = Arc::clone(&shared);
        let accepting = tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((client, _)) => drop(tokio::spawn(carry(client, port, Arc::clone(&carried)))),
                    // Too many open files, for a moment.
                    Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
                }
            }
        });
        Ok(Self { port: own, shared, accepting, turn: Mutex::default() })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// One fault at a time.
    pub async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Changes what it does, for open connections too.
    pub fn set(&self, rule: Rule) {
        self.shared.rules.send_replace(rule);
    }

    /// Resets every open connection, both ways.
    pub fn reset(&self) {
        self.shared.breaks.send_modify(|count| *count += 1);
    }

    /// Waits until a COMMIT or its answer is stopped.
    pub async fn caught(&self) {
        self.shared.caught.notified().await;
    }

    /// How many frames were deleted so far.
    pub fn deleted(&self) -> u64 {
        self.shared.deleted.load(Ordering::Relaxed)
    }
}

/// Ends a connection as a reset, not in order.
fn reset(stream: &TcpStream) {
    // One that is gone already needs no reset.
    drop(stream.set_zero_linger());
}

async fn carry(mut client: TcpStream, port: u16, shared: Arc<Shared>) {
    let mut breaks = shared.breaks.subscribe();
    let Ok(mut server) = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await else {
        return reset(&client);
    };
    drop((client.set_nodelay(true), server.set_nodelay(true)));
    let end = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let wire = Wire::new(&shared);
        let up = pump(from_client, to_server, wire.up());
        let down = pump(from_server, to_client, wire.down());
        tokio::select! {
            _ = breaks.changed() => End::Broken,
            end = both(up, down) => end,
        }
    };
    if end == End::Broken {
        reset(&client);
        reset(&server);
    }
}

#[cfg(test)]
mod tests;
