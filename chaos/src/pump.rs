//! One direction of one connection of a [`crate::link::Link`].

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::watch;

use crate::cut::Cutter;
use crate::link::{Passage, Rule, Shared};

/// Bytes taken at once.
const PIECE: usize = 16 * 1024;

/// A dribble is so many small sips a second.
const SIPS: u32 = 10;

/// What is left of a connection whose one end is closed has so long.
const GRACE: Duration = Duration::from_secs(2);

/// How one direction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// One side closed it in order.
    Closed,
    /// It is to be reset.
    Broken,
}

/// One connection.
pub(crate) struct Wire<'a> {
    shared: &'a Shared,
    /// A COMMIT went up, and its answer is not to come down.
    stops_answer: AtomicBool,
}

/// One direction of it.
pub(crate) struct Way<'a> {
    wire: &'a Wire<'a>,
    is_up: bool,
}

impl<'a> Wire<'a> {
    pub(crate) fn new(shared: &'a Shared) -> Self {
        Self { shared, stops_answer: AtomicBool::new(false) }
    }

    pub(crate) fn up(&'a self) -> Way<'a> {
        Way { wire: self, is_up: true }
    }

    pub(crate) fn down(&'a self) -> Way<'a> {
        Way { wire: self, is_up: false }
    }
}

impl Way<'_> {
    fn of(&self, rule: Rule) -> Passage {
        if self.is_up { rule.up } else { rule.down }
    }
}

/// Runs both directions until one says how the connection ends.
pub(crate) async fn both(up: impl Future<Output = End>, down: impl Future<Output = End>) -> End {
    tokio::pin!(up, down);
    tokio::select! {
        end = &mut up => rest(end, down).await,
        end = &mut down => rest(end, up).await,
    }
}

/// One direction ended so; what is left of the other has its time.
async fn rest(end: End, other: impl Future<Output = End>) -> End {
    if end == End::Broken {
        return End::Broken;
    }
    tokio::time::timeout(GRACE, other).await.unwrap_or(End::Closed)
}

async fn changed(rules: &mut watch::Receiver<Rule>) {
    if rules.changed().await.is_err() {
        // The link is gone, and its connections are reset by it.
        std::future::pending::<()>().await;
    }
}

/// Carries what one side says to the other, as the rule of the moment says.
pub(crate) async fn pump(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, way: Way<'_>) -> End {
    let shared = way.wire.shared;
    let mut rules = shared.rules.subscribe();
    let mut dice = ChaCha12Rng::seed_from_u64(shared.dice.fetch_add(1, Ordering::Relaxed));
    let mut cutter = Cutter::default();
    let mut buffer = vec![0; PIECE];
    let mut lost = false;
    loop {
        let passage = way.of(*rules.borrow_and_update());
        if passage == Passage::Held {
            changed(&mut rules).await;
            continue;
        }
        if lost && passage != Passage::Swallowed {
            return End::Broken;
        }
        let room = match passage {
            Passage::Dribble(bytes) => usize::try_from(bytes / SIPS).unwrap_or(PIECE).clamp(1, PIECE),
            _ => PIECE,
        };
        let count = tokio::select! {
            () = changed(&mut rules) => continue,
            read = from.read(buffer.get_mut(..room).unwrap_or_default()) => read.unwrap_or(0),
        };
        if passage == Passage::Swallowed {
            lost = true;
            if count == 0 {
                // Who closed is not heard either.
                changed(&mut rules).await;
            }
            continue;
        }
        if count == 0 {
            drop(to.shutdown().await);
            return End::Closed;
        }
        let taken = buffer.get(..count).unwrap_or_default();
        let piece = match cut(taken, passage, &way, &mut cutter, &mut dice) {
            Cut::Passes(piece) => piece,
            Cut::Breaks => return End::Broken,
            Cut::Stops => {
                shared.caught.notify_one();
                changed(&mut rules).await;
                return End::Broken;
            }
        };
        match passage {
            Passage::Late(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
            Passage::Dribble(_) => tokio::time::sleep(Duration::from_secs(1) / SIPS).await,
            _ => {}
        }
        if to.write_all(&piece).await.is_err() {
            return End::Broken;
        }
    }
}

enum Cut {
    Passes(Vec<u8>),
    Breaks,
    Stops,
}

fn cut(bytes: &[u8], passage: Passage, way: &Way<'_>, cutter: &mut Cutter, dice: &mut ChaCha12Rng) -> Cut {
    let wire = way.wire;
    if way.is_up {
        // A commit is sent as a statement of its own.
        let commits = || bytes.windows(7).any(|window| window == b"COMMIT\0");
        match passage {
            Passage::StopsCommit if commits() => return Cut::Stops,
            Passage::StopsCommitAnswer if commits() => wire.stops_answer.store(true, Ordering::Relaxed),
            _ => {}
        }
        return Cut::Passes(bytes.to_vec());
    }
    if passage == Passage::StopsCommitAnswer && wire.stops_answer.load(Ordering::Relaxed) {
        return Cut::Stops;
    }
    let before = cutter.deleted();
    let loses_of_1000 = if let Passage::LosesFrames(share) = passage { share } else { 0 };
    let passed = cutter.pass(bytes, || loses_of_1000 > 0 && dice.random_range(0..1_000) < loses_of_1000);
    wire.shared.deleted.fetch_add(cutter.deleted() - before, Ordering::Relaxed);
    match passage {
        Passage::CutsAnswers(share) if !cutter.is_websocket() && dice.random_range(0..1_000) < share => Cut::Breaks,
        _ => Cut::Passes(passed),
    }
}
