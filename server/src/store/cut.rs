//! Ends connections that hang. The client library waits for an answer as long as the connection stands, and behind a
//! proxy, or a machine that forgot it, that may be for ever.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
use socket2::SockRef;

use super::Inner;

/// A database that hangs for this long loses its connections: longer than any statement may take.
const CUT: Duration = Duration::from_secs(8);

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Cuts what hangs, until the store is closed.
pub(super) fn keep_cutting(inner: &Inner) {
    let mut last: Option<Instant> = None;
    while !inner.queue.is_closed() {
        std::thread::sleep(LOOK);
        let hangs = inner.pulse.hangs(Instant::now()).is_some_and(|since| since > CUT);
        if !hangs || last.is_some_and(|last| last.elapsed() < CUT) {
            continue;
        }
        last = Some(Instant::now());
        metrics::counter!("muster_database_cut_total").increment(1);
        match connections_to(&inner.location.addresses()) {
            Ok(ended @ 1..) => tracing::error!(ended, "the database hangs: its connections were ended"),
            Ok(_) => tracing::error!("the database hangs, and none of its connections was found: restart this server"),
            Err(error) => {
                tracing::error!(%error, "the database hangs, and its connections may not be ended: restart this server");
            }
        }
    }
}

/// Ends every connection of this process that leads to one of these addresses; whoever waits for an answer by it gets
/// an error. How many there were.
fn connections_to(peers: &[SocketAddr]) -> std::io::Result<usize> {
    let this = pidfd_open(getpid(), PidfdFlags::empty())?;
    let mut ended = 0;
    for file in std::fs::read_dir("/proc/self/fd")? {
        let Some(number) = file?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // Its own copy: the connection may be closed and its number given away while it is looked at.
        let copy = match pidfd_getfd(&this, number, PidfdGetfdFlags::empty()) {
            Ok(copy) => copy,
            Err(error @ (Errno::PERM | Errno::ACCESS | Errno::NOSYS)) => return Err(error.into()),
            Err(_) => continue,
        };
        let socket = SockRef::from(&copy);
        let peer = socket.peer_addr().ok().and_then(|peer| peer.as_socket());
        if peer.is_some_and(|peer| peers.iter().any(|one| same(*one, peer))) {
            // One that ended meanwhile needs no end.
            ended += usize::from(socket.shutdown(std::net::Shutdown::Both).is_ok());
        }
    }
    Ok(ended)
}

/// An IPv4 address may come written as IPv6.
fn same(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() == other.port() && one.ip().to_canonical() == other.ip().to_canonical()
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn those_who_wait_for_the_named_peer_go_on_and_others_are_left() {
        let servers = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [hung, fine] = servers.each_ref().map(|server| TcpStream::connect(server.local_addr().unwrap()).unwrap());
        let reading = hung.try_clone().unwrap();
        let waiting = std::thread::spawn(move || (&reading).read(&mut [0; 8]));
        assert!(connections_to(&[servers[0].local_addr().unwrap()]).unwrap() >= 1);
        assert_eq!(waiting.join().unwrap().unwrap(), 0);
        fine.set_nonblocking(true).unwrap();
        assert_eq!((&fine).read(&mut [0; 8]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }
}
