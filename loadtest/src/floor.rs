//! The floor: what it costs this machine's kernel to send the same bytes to as many plain TCP sockets. A loop
//! that does nothing but `send` in one process, and the same reading thread as for the server in another.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mio::{Events, Interest, Poll, Token};
use serde::{Deserialize, Serialize};
use socket2::{Domain, SockRef, Socket, Type};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::crowd::{Crowd, Member, Want};
use crate::limits;
use crate::messages::MessageReader;
use crate::monotonic::now_ns;
use crate::opening::source;
use crate::partner::{Partner, serve};
use crate::process::Process;
use crate::receipts::{Class, Receipts};

/// Argument by which this program becomes the sender, and the receiver.
pub const SENDER: &str = "floor-sender";
/// As above.
pub const RECEIVER: &str = "floor-receiver";
/// Send buffer of each socket, in bytes: that of the server's sockets.
const SEND_BUFFER: usize = 64 * 1024;
/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4_096;
/// A socket that takes nothing for this long is given up.
const STUCK: Duration = Duration::from_secs(10);

#[derive(Debug, Serialize, Deserialize)]
enum ToSender {
    Listen,
    Accept { sockets: u32 },
    Send { bytes: String },
}

#[derive(Debug, Serialize, Deserialize)]
enum FromSender {
    Listening { port: u16 },
    Accepted,
    Sent(Sending),
}

/// One go of the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// When it began, by the shared clock.
    pub began_ns: u64,
    /// Processor time of the sending process.
    pub cpu_ns: u64,
    /// Calls of `send`; more than one a socket when its buffer was full.
    pub calls: u64,
}

#[derive(Debug, Serialize, Deserialize)]
enum ToReceiver {
    Connect { port: u16, sockets: u32 },
    Arm { messages: u32 },
    End { began_ns: u64, wait_ms: u64 },
}

#[derive(Debug, Serialize, Deserialize)]
enum FromReceiver {
    Ready,
    Got(Receipts),
}

/// Both processes, with their sockets open.
pub struct Floor {
    sender: Partner,
    receiver: Partner,
}

impl Floor {
    /// Opens `sockets` plain connections between two processes of `program`.
    pub async fn start(program: &Path, sockets: u32) -> Result<Self> {
        let mut floor = Self { sender: Partner::start(program, SENDER)?, receiver: Partner::start(program, RECEIVER)? };
        let FromSender::Listening { port } = floor.sender.ask(&ToSender::Listen).await? else { bail!("no port") };
        let (accepting, connecting) = (ToSender::Accept { sockets }, ToReceiver::Connect { port, sockets });
        let both: (Result<FromSender>, Result<FromReceiver>) =
            tokio::join!(floor.sender.ask(&accepting), floor.receiver.ask(&connecting));
        both.0.and(both.1.map(drop)).context("the floor's sockets could not be opened")?;
        Ok(floor)
    }

    /// The process that sends.
    pub fn process(&self) -> Result<Process> {
        self.sender.process()
    }

    /// The process that receives.
    pub fn receiving_process(&self) -> Result<Process> {
        self.receiver.process()
    }

    /// Sends these bytes, which hold so many messages, to every socket.
    pub async fn send(&mut self, bytes: &[u8], messages: u32, longest: Duration) -> Result<(Sending, Receipts)> {
        let FromReceiver::Ready = self.receiver.ask(&ToReceiver::Arm { messages }).await? else { bail!("not armed") };
        let sent = self.sender.ask(&ToSender::Send { bytes: STANDARD.encode(bytes) }).await?;
        let FromSender::Sent(sending) = sent else { bail!("nothing was sent") };
        let wait_ms = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        let end = ToReceiver::End { began_ns: sending.began_ns, wait_ms };
        let FromReceiver::Got(receipts) = self.receiver.ask(&end).await? else { bail!("nothing was received") };
        Ok((sending, receipts))
    }
}

/// Runs as the sender until standard input ends.
pub fn send_on_demand() -> Result<()> {
    let (mut listener, mut sockets) = (None, Sockets::new()?);
    limits::open_files(1)?;
    serve(|question| match question {
        ToSender::Listen => {
            let bound = listen()?;
            let port = bound.local_addr()?.port();
            listener = Some(bound);
            Ok(FromSender::Listening { port })
        }
        ToSender::Accept { sockets: count } => {
            let listener = listener.as_ref().context("nobody listens")?;
            for _ in 0..count {
                sockets.add(listener.accept()?.0)?;
            }
            Ok(FromSender::Accepted)
        }
        ToSender::Send { bytes } => Ok(FromSender::Sent(sockets.send(&STANDARD.decode(bytes)?)?)),
    })
}

/// Runs as the receiver until standard input ends.
pub fn receive_on_demand() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let crowd = Crowd::start(BTreeMap::new())?;
    let mut complete: Option<oneshot::Receiver<()>> = None;
    serve(|question| match question {
        ToReceiver::Connect { port, sockets } => {
            limits::open_files(u64::from(sockets))?;
            for number in 0..sockets {
                let stream = connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), number)?;
                crowd.add(Member { stream, reader: MessageReader::default(), class: Class::Console })?;
            }
            Ok(FromReceiver::Ready)
        }
        ToReceiver::Arm { messages } => {
            let want = Want { class: Class::Console, sockets: crowd.count(), messages };
            complete = Some(runtime.block_on(crowd.arm(vec![want]))?);
            Ok(FromReceiver::Ready)
        }
        ToReceiver::End { began_ns, wait_ms } => runtime.block_on(async {
            if let Some(complete) = complete.take() {
                // What did not come by then is missing in what is summed up.
                let _late = timeout(Duration::from_millis(wait_ms), complete).await;
            }
            let round = crowd.end(began_ns).await?;
            Ok(FromReceiver::Got(round.by_class.get(&Class::Console).cloned().unwrap_or_default()))
        }),
    })
}

fn listen() -> Result<TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    // Accepted sockets inherit it, as those of the server do.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn connect(to: SocketAddr, number: u32) -> Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if let Some(from) = source(to, number) {
        socket.bind(&SocketAddr::new(from, 0).into())?;
    }
    socket.connect(&to.into()).context("a plain socket")?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// Sockets that are written to and never read.
struct Sockets {
    poll: Poll,
    streams: Vec<mio::net::TcpStream>,
}

impl Sockets {
    fn new() -> Result<Self> {
        Ok(Self { poll: Poll::new()?, streams: Vec::new() })
    }

    fn add(&mut self, stream: TcpStream) -> Result<()> {
        SockRef::from(&stream).set_tcp_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = mio::net::TcpStream::from_std(stream);
        self.poll.registry().register(&mut stream, Token(self.streams.len()), Interest::WRITABLE)?;
        self.streams.push(stream);
        Ok(())
    }

    /// Sends all of it to everybody, one call a socket as far as its buffer goes; the rest as there is room.
    fn send(&mut self, bytes: &[u8]) -> Result<Sending> {
        let this = Process { pid: std::process::id() };
        let (before, began_ns) = (this.cpu()?, now_ns());
        let (mut calls, mut left) = (0, BTreeMap::new());
        for (index, stream) in self.streams.iter_mut().enumerate() {
            let done = write(stream, bytes, &mut calls)?;
            if done < bytes.len() {
                left.insert(index, done);
            }
        }
        let mut events = Events::with_capacity(1_024);
        while !left.is_empty() {
            self.poll.poll(&mut events, Some(STUCK))?;
            if events.is_empty() {
                bail!("{} sockets take nothing", left.len());
            }
            for event in &events {
                let index = event.token().0;
                let (Some(done), Some(stream)) = (left.get_mut(&index), self.streams.get_mut(index)) else { continue };
                *done += write(stream, bytes.get(*done..).unwrap_or_default(), &mut calls)?;
                if *done >= bytes.len() {
                    left.remove(&index);
                }
            }
        }
        Ok(Sending { began_ns, cpu_ns: this.cpu()?.since(&before), calls })
    }
}

/// Writes until the socket takes no more; returns how many bytes it took.
fn write(stream: &mut mio::net::TcpStream, bytes: &[u8], calls: &mut u64) -> Result<usize> {
    let mut done = 0;
    while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
        *calls += 1;
        match stream.write(rest) {
            Ok(0) => bail!("a plain socket takes nothing"),
            Ok(length) => done += length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error).context("a plain socket"),
        }
    }
    Ok(done)
}
