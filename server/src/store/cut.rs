//! Ends connections that hang. The client library waits for an answer as long as the connection stands, and behind a
//! proxy, or a machine that forgot it, that may be for ever. With one that hangs go those that are idle: most likely
//! what lost one connection lost them all, and each would cost somebody the same wait.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::sockopt;
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
use socket2::SockRef;

use super::Inner;
use super::lines::{self, Waiting};

/// Who waits for an answer for this long loses the connection: longer than any statement may take.
const CUT: Duration = Duration::from_secs(8);

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Cuts what hangs, until the store is closed.
pub(super) fn keep_cutting(inner: &Inner) {
    let mut complained: Option<Instant> = None;
    while !inner.queue.is_closed() {
        std::thread::sleep(LOOK);
        let waiting = lines::waiting(CUT, Instant::now());
        if waiting.too_long.is_empty() {
            continue;
        }
        let why = match end(&inner.location.addresses(), &waiting) {
            Ok(ended) if !ended.is_empty() => {
                lines::forget(&ended);
                metrics::counter!("muster_database_cut_total").increment(ended.len() as u64);
                tracing::error!(
                    ended = ended.len(),
                    "the database hangs: connections that wait, or are idle, were ended"
                );
                continue;
            }
            Ok(_) => "they were not found".to_owned(),
            Err(error) => error.to_string(),
        };
        if complained.is_none_or(|at| at.elapsed() >= CUT) {
            complained = Some(Instant::now());
            tracing::error!(%why, "connections to the database hang, and may not be ended: restart this server");
        }
    }
}

/// Ends those connections of this process that lead to one of these addresses and have waited too long, and then those
/// that are idle too; whoever waits for an answer by them gets an error. Where none that has waited too long is found,
/// none is ended. The numbers ([`lines`]) of those that were.
fn end(peers: &[SocketAddr], waiting: &Waiting) -> std::io::Result<BTreeSet<u32>> {
    let this = pidfd_open(getpid(), PidfdFlags::empty())?;
    let mut found = Vec::new();
    for file in std::fs::read_dir("/proc/self/fd")? {
        let Some(file) = file?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // Its own copy: the connection may be closed and its number given away while it is looked at.
        let copy = match pidfd_getfd(&this, file, PidfdGetfdFlags::empty()) {
            Ok(copy) => copy,
            Err(error @ (Errno::PERM | Errno::ACCESS | Errno::NOSYS)) => return Err(error.into()),
            Err(_) => continue,
        };
        let peer = SockRef::from(&copy).peer_addr().ok().and_then(|peer| peer.as_socket());
        if !peer.is_some_and(|peer| peers.iter().any(|one| same(*one, peer))) {
            continue;
        }
        let number = sockopt::tcp_user_timeout(&copy).ok().filter(|number| lines::NUMBERS.contains(number));
        if let Some(number) = number.filter(|number| !waiting.not_long.contains(number)) {
            found.push((number, copy));
        }
    }
    if !found.iter().any(|(number, _)| waiting.too_long.contains(number)) {
        return Ok(BTreeSet::new());
    }
    for (_, copy) in &found {
        // One that ended meanwhile needs no end.
        drop(SockRef::from(copy).shutdown(std::net::Shutdown::Both));
    }
    Ok(found.into_iter().map(|(number, _)| number).collect())
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
    fn who_waits_by_the_numbered_connection_goes_on_and_others_are_left() {
        let servers = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let peer = servers[0].local_addr().unwrap();
        let connect = |peer, number| {
            let line = TcpStream::connect(peer).unwrap();
            sockopt::set_tcp_user_timeout(&line, number).unwrap();
            line
        };
        let hung = connect(peer, 5_007);
        let others = [connect(peer, 5_008), connect(peer, 99), connect(servers[1].local_addr().unwrap(), 5_007)];
        let reading = hung.try_clone().unwrap();
        let waiting = std::thread::spawn(move || (&reading).read(&mut [0; 8]));
        let wait =
            |too_long, not_long| Waiting { too_long: BTreeSet::from([too_long]), not_long: BTreeSet::from([not_long]) };
        // One that hangs elsewhere is no reason to end any here.
        assert_eq!(end(&[peer], &wait(5_009, 5_008)).unwrap(), BTreeSet::new());
        assert_eq!(end(&[peer], &wait(5_007, 5_008)).unwrap(), BTreeSet::from([5_007]));
        assert_eq!(waiting.join().unwrap().unwrap(), 0);
        for fine in others {
            fine.set_nonblocking(true).unwrap();
            assert_eq!((&fine).read(&mut [0; 8]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
        }
    }
}
