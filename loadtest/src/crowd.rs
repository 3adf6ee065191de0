//! Many open sockets, read by one thread that does nothing else.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mio::event::Event;
use mio::{Events, Interest, Poll, Token, Waker};
use tokio::sync::oneshot;

use crate::messages::{Message, MessageReader};
use crate::monotonic::now_ns;
use crate::receipts::{Class, Got, Receipts};

/// The waker's place among the sockets.
const WAKE: Token = Token(usize::MAX);
/// Bytes read at once.
const BUFFER: usize = 64 * 1024;
/// How often some of the sockets speak, so that each has spoken when its turn comes again.
const TICK: Duration = Duration::from_millis(100);
/// Messages of one console that a round keeps, as examples of what travels.
const KEPT: usize = 4_096;

/// A socket that has said hello and is live.
pub struct Member {
    /// The connection.
    pub stream: TcpStream,
    /// What of a message came with the last one.
    pub reader: MessageReader,
    /// Which it is.
    pub class: Class,
}

/// How the sockets of a class show that they are there.
#[derive(Debug, Clone)]
pub struct Habit {
    /// How often each speaks.
    pub every: Duration,
    /// What it says, as bytes of the connection.
    pub says: Vec<u8>,
}

/// When a round is over: so many sockets of a class have so many messages each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    /// Of which class.
    pub class: Class,
    /// How many of them.
    pub sockets: u64,
    /// How many messages.
    pub messages: u32,
}

/// What a round brought.
#[derive(Debug, Default)]
pub struct Round {
    /// By class.
    pub by_class: BTreeMap<Class, Receipts>,
    /// The messages that counted at the first console, in order.
    pub examples: Vec<Vec<u8>>,
}

enum Command {
    Add(Member),
    Arm(Vec<Want>, oneshot::Sender<()>, oneshot::Sender<()>),
    End(u64, oneshot::Sender<Round>),
}

/// How many are open.
#[derive(Debug, Default)]
struct Open {
    consoles: AtomicU64,
    tappers: AtomicU64,
    bystanders: AtomicU64,
}

impl Open {
    fn of(&self, class: Class) -> &AtomicU64 {
        match class {
            Class::Console => &self.consoles,
            Class::Tapper => &self.tappers,
            Class::Bystander => &self.bystanders,
        }
    }
}

/// Open sockets.
pub struct Crowd {
    commands: Sender<Command>,
    waker: Arc<Waker>,
    open: Arc<Open>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Crowd {
    /// Nobody yet. Sockets of a class with a habit speak as it says.
    pub fn start(habits: BTreeMap<Class, Habit>) -> Result<Self> {
        let poll = Poll::new().context("no event queue could be made")?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE).context("no event queue could be made")?);
        let (commands, received) = channel();
        let (open, stop) = (Arc::<Open>::default(), Arc::<AtomicBool>::default());
        let turn = habits.into_iter().map(|(class, habit)| (class, (habit, 0))).collect();
        let (counted, stopping) = (Arc::clone(&open), Arc::clone(&stop));
        let reading = Reading { poll, commands: received, sockets: Vec::new(), open: counted, turn, round: None };
        let thread = std::thread::Builder::new().name("crowd".into()).spawn(move || reading.run(&stopping))?;
        Ok(Self { commands, waker, open, stop, thread: Some(thread) })
    }

    /// How many are open.
    pub fn count(&self) -> u64 {
        Class::ALL.into_iter().map(|class| self.count_of(class)).sum()
    }

    /// How many of a class are open.
    pub fn count_of(&self, class: Class) -> u64 {
        self.open.of(class).load(Ordering::Relaxed)
    }

    /// Takes a live socket.
    pub fn add(&self, member: Member) -> Result<()> {
        self.open.of(member.class).fetch_add(1, Ordering::Relaxed);
        self.tell(Command::Add(member))
    }

    /// Begins a round: from now on messages are counted. What is returned says when everything wanted has come.
    pub async fn arm(&self, wants: Vec<Want>) -> Result<oneshot::Receiver<()>> {
        let ((armed, ready), (complete, completed)) = (oneshot::channel(), oneshot::channel());
        self.tell(Command::Arm(wants, armed, complete))?;
        ready.await.context("the reading thread ended")?;
        Ok(completed)
    }

    /// Ends a round that began at `began_ns` by the shared clock.
    pub async fn end(&self, began_ns: u64) -> Result<Round> {
        let (reply, round) = oneshot::channel();
        self.tell(Command::End(began_ns, reply))?;
        round.await.context("the reading thread ended")
    }

    fn tell(&self, command: Command) -> Result<()> {
        if self.commands.send(command).is_err() {
            bail!("the reading thread ended");
        }
        self.waker.wake().context("the reading thread could not be woken")
    }
}

impl Drop for Crowd {
    /// Closes every socket at once.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // The thread looks up every tick anyway.
        let _woken = self.waker.wake();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            eprintln!("loadtest: the reading thread had panicked");
        }
    }
}

struct Socket {
    stream: mio::net::TcpStream,
    reader: MessageReader,
    class: Class,
    got: Got,
    open: bool,
}

struct Counting {
    wants: Vec<(Want, u64)>,
    complete: Option<oneshot::Sender<()>>,
    example: Option<usize>,
    examples: Vec<Vec<u8>>,
}

struct Reading {
    poll: Poll,
    commands: Receiver<Command>,
    sockets: Vec<Socket>,
    open: Arc<Open>,
    /// Habits, and who speaks next.
    turn: BTreeMap<Class, (Habit, usize)>,
    round: Option<Counting>,
}

impl Reading {
    fn run(mut self, stop: &AtomicBool) {
        let (mut events, mut buffer, mut ticked) = (Events::with_capacity(1_024), vec![0; BUFFER], Instant::now());
        while !stop.load(Ordering::Relaxed) {
            if let Err(error) = self.poll.poll(&mut events, Some(TICK))
                && error.kind() != ErrorKind::Interrupted
            {
                eprintln!("loadtest: the sockets cannot be waited for: {error}");
                return;
            }
            for event in &events {
                if event.token() != WAKE {
                    self.read(event, &mut buffer);
                }
            }
            if !self.obey() {
                return;
            }
            if ticked.elapsed() >= TICK {
                self.speak(ticked.elapsed());
                ticked = Instant::now();
            }
        }
    }

    fn read(&mut self, event: &Event, buffer: &mut [u8]) {
        let index = event.token().0;
        let Some(socket) = self.sockets.get_mut(index).filter(|socket| socket.open) else { return };
        let before = socket.got.messages;
        let mut round = self.round.as_mut();
        loop {
            let length = match socket.stream.read(buffer) {
                Ok(0) => return self.close(index, "the server hung up"),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return self.close(index, &error.to_string()),
            };
            let (now, mut closed) = (now_ns(), None);
            let (class, got, mut brought) = (socket.class, &mut socket.got, false);
            let fed = socket.reader.feed(buffer.get(..length).unwrap_or_default(), |message| match message {
                Message::Text(text) => {
                    let Some(round) = round.as_deref_mut().filter(|_| class.counts(text)) else { return };
                    got.messages += 1;
                    brought = true;
                    got.last_ns = now;
                    if got.first_ns == 0 {
                        got.first_ns = now;
                    }
                    if round.example == Some(index) && round.examples.len() < KEPT {
                        round.examples.push(text.to_vec());
                    }
                }
                Message::Close(why) => {
                    closed = Some(String::from_utf8_lossy(why.get(2..).unwrap_or_default()).into_owned())
                }
                Message::Other => {}
            });
            got.reads += u32::from(brought);
            if let Some(why) = closed.or_else(|| fed.err().map(|error| error.to_string())) {
                return self.close(index, &why);
            }
            // Less than asked for: there is nothing left, and whatever comes now is another event.
            if length < buffer.len() && !event.is_read_closed() {
                break;
            }
        }
        let (class, after) = (socket.class, socket.got.messages);
        if let Some(round) = round {
            round.moved(class, before, after);
        }
    }

    fn close(&mut self, index: usize, why: &str) {
        let Some(socket) = self.sockets.get_mut(index) else { return };
        socket.open = false;
        // It is gone one way or the other.
        let _forgotten = self.poll.registry().deregister(&mut socket.stream);
        let left = self.open.of(socket.class).fetch_sub(1, Ordering::Relaxed) - 1;
        eprintln!("loadtest: a {:?} socket was closed, {left} are left: {why}", socket.class);
    }

    /// Does what it is told; false when nobody will tell it anything any more.
    fn obey(&mut self) -> bool {
        loop {
            match self.commands.try_recv() {
                Ok(Command::Add(member)) => self.add(member),
                Ok(Command::Arm(wants, armed, complete)) => {
                    for socket in &mut self.sockets {
                        socket.got = Got::default();
                    }
                    let example = self.sockets.iter().position(|socket| socket.open && socket.class == Class::Console);
                    let wants = wants.into_iter().map(|want| (want, 0)).collect();
                    self.round = Some(Counting { wants, complete: Some(complete), example, examples: Vec::new() });
                    let _gone = armed.send(());
                }
                Ok(Command::End(began_ns, reply)) => {
                    let _gone = reply.send(self.sum_up(began_ns));
                }
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn add(&mut self, Member { stream, reader, class }: Member) {
        let token = Token(self.sockets.len());
        let mut stream = mio::net::TcpStream::from_std(stream);
        let open = self.poll.registry().register(&mut stream, token, Interest::READABLE).is_ok();
        if !open {
            self.open.of(class).fetch_sub(1, Ordering::Relaxed);
            eprintln!("loadtest: a socket could not be waited for");
        }
        self.sockets.push(Socket { stream, reader, class, got: Got::default(), open });
    }

    fn sum_up(&mut self, began_ns: u64) -> Round {
        let examples = self.round.take().map(|round| round.examples).unwrap_or_default();
        let of = |class| {
            let open = self.sockets.iter().filter(|socket| socket.open && socket.class == class);
            Receipts::of(&open.map(|socket| socket.got).collect::<Vec<_>>(), began_ns)
        };
        let by_class = Class::ALL.into_iter().map(|class| (class, of(class)));
        Round { by_class: by_class.filter(|(_, receipts)| receipts.sockets > 0).collect(), examples }
    }

    /// Lets those speak whose turn it is after `passed`.
    fn speak(&mut self, passed: Duration) {
        let most = self.sockets.len();
        for (class, (habit, next)) in &mut self.turn {
            let share = passed.as_secs_f64() / habit.every.as_secs_f64();
            let count = ((most as f64 * share).ceil() as usize).min(most);
            for _ in 0..count {
                let index = *next % most.max(1);
                *next = index + 1;
                if let Some(socket) = self.sockets.get_mut(index).filter(|one| one.open && one.class == *class) {
                    // A socket that takes nothing is found out by the server.
                    let _written = socket.stream.write(&habit.says);
                }
            }
        }
    }
}

impl Counting {
    /// A socket of a class has `after` messages now, and had `before`.
    fn moved(&mut self, class: Class, before: u32, after: u32) {
        for (want, done) in &mut self.wants {
            *done += u64::from(want.class == class && before < want.messages && after >= want.messages);
        }
        if self.wants.iter().all(|(want, done)| *done >= want.sockets)
            && let Some(complete) = self.complete.take()
        {
            let _gone = complete.send(());
        }
    }
}

#[cfg(test)]
mod tests;
