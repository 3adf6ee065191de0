//! A TCP proxy before the database: it can refuse, break and lose what passes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What a proxy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Everything passes.
    Up,
    /// Open connections are broken and new ones are turned away.
    Down,
    /// Connections stay open and new ones are taken, but nothing passes either way: what a hung server,
    /// or a firewall that forgot, looks like. What is lost now is not made up for later.
    Hung,
    /// The next COMMIT reaches the database; its answer is lost and the connection breaks. Then up.
    LoseNextCommitAnswer,
    /// The next COMMIT is lost with its connection before it reaches the database. Then up.
    LoseNextCommit,
}

/// A proxy. Dropped, it ends.
pub struct Proxy {
    port: u16,
    link: Arc<Mutex<Link>>,
    breaks: watch::Sender<u64>,
    accepting: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.breaks.send_modify(|count| *count += 1);
    }
}

impl Proxy {
    /// Before a server's address.
    pub async fn before(address: String, first: Link) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let link = Arc::new(Mutex::new(first));
        let breaks = watch::channel(0).0;
        let (state, broken) = (Arc::clone(&link), breaks.clone());
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (state, broken, address) = (Arc::clone(&state), broken.subscribe(), address.clone());
                tokio::spawn(async move {
                    if *state.lock().unwrap_or_else(PoisonError::into_inner) != Link::Down {
                        carry(client, &address, state, broken).await;
                    }
                });
            }
        });
        Self { port, link, breaks, accepting }
    }

    /// Its port on this machine.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Changes what it does.
    pub fn set(&self, link: Link) {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = link;
        if link == Link::Down {
            self.breaks.send_modify(|count| *count += 1);
        }
    }

    /// What it does now.
    pub fn link(&self) -> Link {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries bytes both ways until one side ends or the link breaks.
async fn carry(mut client: TcpStream, address: &str, link: Arc<Mutex<Link>>, mut broken: watch::Receiver<u64>) {
    let Ok(mut server) = TcpStream::connect(address).await else { return };
    let (mut up, mut down) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            _ = broken.changed() => return,
            read = client.read(&mut up) => {
                let Ok(count @ 1..) = read else { return };
                if is_hung(&link) {
                    continue;
                }
                match commits(&up[..count], &link) {
                    None => {
                        if server.write_all(&up[..count]).await.is_err() {
                            return;
                        }
                    }
                    Some(Link::LoseNextCommitAnswer) => {
                        // The database has answered when its answer arrives here, and here it stays.
                        if server.write_all(&up[..count]).await.is_ok() {
                            drop(server.read(&mut down).await);
                        }
                        return;
                    }
                    Some(_) => return,
                }
            }
            read = server.read(&mut down) => {
                let Ok(count @ 1..) = read else { return };
                if !is_hung(&link) && client.write_all(&down[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn is_hung(link: &Mutex<Link>) -> bool {
    *link.lock().unwrap_or_else(PoisonError::into_inner) == Link::Hung
}

/// Whether these bytes are a COMMIT that should be interfered with, and how; once.
fn commits(bytes: &[u8], link: &Mutex<Link>) -> Option<Link> {
    let mut link = link.lock().unwrap_or_else(PoisonError::into_inner);
    let told = matches!(*link, Link::LoseNextCommit | Link::LoseNextCommitAnswer);
    if !told || !bytes.windows(7).any(|window| window == b"COMMIT\0") {
        return None;
    }
    Some(std::mem::replace(&mut *link, Link::Up))
}
