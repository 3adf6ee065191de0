//! The floor: what it costs this machine's kernel to send the same bytes to as many plain TCP sockets. A loop
//! that does nothing but `send` in one process, and the same reading thread as for the server in another.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
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
use crate::monotonic::{now_ns, own_cpu_ns};
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
    Connect { port: u16, sockets: u32, path: Option<String> },
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
    receiver: Receiver,
}

/// A process that holds sockets to a port of this machine, and says what came through them.
pub struct Receiver(Partner);

impl Receiver {
    /// Starts `program` as one.
    pub fn start(program: &Path) -> Result<Self> {
        Partner::start(program, RECEIVER).map(Self)
    }

    /// Which process it is.
    pub fn process(&self) -> Result<Process> {
        self.0.process()
    }

    /// Opens so many sockets: WebSockets to a path, or plain ones.
    pub async fn connect(&mut self, port: u16, sockets: u32, path: Option<&str>) -> Result<()> {
        self.ready(&ToReceiver::Connect { port, sockets, path: path.map(str::to_owned) }).await
    }

    /// Begins a round of so many messages a socket.
    pub async fn arm(&mut self, messages: u32) -> Result<()> {
        self.ready(&ToReceiver::Arm { messages }).await
    }

    /// Ends the round that began at `began_ns`, when everything is there or after `longest`.
    pub async fn end(&mut self, began_ns: u64, longest: Duration) -> Result<Receipts> {
        let wait_ms = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        match self.0.ask(&ToReceiver::End { began_ns, wait_ms }).await? {
            FromReceiver::Got(receipts) => Ok(receipts),
            FromReceiver::Ready => bail!("nothing was received"),
        }
    }

    async fn ready(&mut self, question: &ToReceiver) -> Result<()> {
        match self.0.ask(question).await? {
            FromReceiver::Ready => Ok(()),
            FromReceiver::Got(_) => bail!("the receiver answered something else"),
        }
    }
}

impl Floor {
    /// Opens `sockets` plain connections between two processes of `program`.
    pub async fn start(program: &Path, sockets: u32) -> Result<Self> {
        let mut floor = Self { sender: Partner::start(program, SENDER)?, receiver: Receiver::start(program)? };
        let FromSender::Listening { port } = floor.sender.ask(&ToSender::Listen).await? else { bail!("no port") };
        let accepting = ToSender::Accept { sockets };
        let both: (Result<FromSender>, Result<()>) =
            tokio::join!(floor.sender.ask(&accepting), floor.receiver.connect(port, sockets, None));
        both.0.and(both.1).context("the floor's sockets could not be opened")?;
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
        self.receiver.arm(messages).await?;
        let sent = self.sender.ask(&ToSender::Send { bytes: STANDARD.encode(bytes) }).await?;
        let FromSender::Sent(sending) = sent else { bail!("nothing was sent") };
        let receipts = self.receiver.end(sending.began_ns, longest).await?;
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
        ToReceiver::Connect { port, sockets, path } => {
            limits::open_files(u64::from(sockets))?;
            for number in 0..sockets {
                let mut stream = connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), number)?;
                if let Some(path) = &path {
                    upgrade(&mut stream, path)?;
                }
                stream.set_nonblocking(true)?;
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
    Ok(socket.into())
}

/// Makes a WebSocket of a connection, to a server that says nothing before it is asked.
fn upgrade(stream: &mut TcpStream, path: &str) -> Result<()> {
    let key = STANDARD.encode(uuid::Uuid::now_v7().as_bytes());
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    );
    stream.set_read_timeout(Some(STUCK))?;
    stream.write_all(request.as_bytes())?;
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).context("no handshake came")?;
        head.extend_from_slice(&byte);
    }
    if !head.starts_with(b"HTTP/1.1 101 ") {
        bail!("no WebSocket: {}", String::from_utf8_lossy(&head));
    }
    Ok(())
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
        let (before, began_ns) = (own_cpu_ns(), now_ns());
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
        Ok(Sending { began_ns, cpu_ns: own_cpu_ns().saturating_sub(before), calls })
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
