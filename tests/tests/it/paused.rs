//! Consoles and phones on sockets that misbehave, by a clock that jumps: minutes take no time.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use actix_web::web::Bytes;
use muster::live::socket::{Incoming, Socket, Stuck};
use muster::live::{console, now, phone};
use serde_json::{Value, json};
use tests::{TestApp, on_both};
use tokio::time::{Instant, Interval, interval, timeout};
use wire::PROTOCOL;
use wire::live::FromConsole;

/// How the other end takes what it is sent.
#[derive(Clone, Copy)]
enum Pace {
    AtOnce,
    Each(Duration),
    /// Nothing any more.
    Never,
}

/// The other end of a socket.
struct Peer {
    says: VecDeque<String>,
    /// Then it says `here` every 10 s.
    here: Option<Interval>,
    pace: Pace,
    /// When it has taken a frame of this kind, the clock stops and it goes on at this pace.
    then: (&'static str, Pace),
    seen: Seen,
}

/// What became of a socket.
#[derive(Clone, Default)]
struct Seen(Rc<RefCell<Story>>);

#[derive(Default)]
struct Story {
    frames: Vec<(Instant, Value)>,
    closed: Option<(Instant, u16)>,
}

impl Seen {
    fn of(&self, kind: &str) -> Vec<(Instant, Value)> {
        self.0.borrow().frames.iter().filter(|(_, frame)| frame["t"] == kind).cloned().collect()
    }

    /// The code that the socket was closed with, and how many seconds after `from`.
    fn closed_after(&self, from: Instant) -> (u16, u64) {
        let (at, code) = self.0.borrow().closed.expect("the socket was closed");
        (code, (at - from).as_secs())
    }
}

impl Peer {
    fn silent() -> (Self, Seen) {
        let seen = Seen::default();
        let peer = Self {
            says: VecDeque::new(),
            here: None,
            pace: Pace::AtOnce,
            then: ("", Pace::AtOnce),
            seen: seen.clone(),
        };
        (peer, seen)
    }

    fn saying(frames: &[FromConsole], then: (&'static str, Pace)) -> (Self, Seen) {
        let (mut peer, seen) = Self::silent();
        peer.says = frames.iter().map(|frame| serde_json::to_string(frame).expect("a frame is JSON")).collect();
        peer.here = Some(interval(Duration::from_secs(10)));
        peer.then = then;
        (peer, seen)
    }
}

impl Socket for Peer {
    async fn receive(&mut self) -> Incoming {
        if let Some(text) = self.says.pop_front() {
            return Incoming::Text(text);
        }
        let Some(here) = &mut self.here else { return std::future::pending().await };
        here.tick().await;
        let here = FromConsole::Here { visible: true, sound: true, idle_ms: 0 };
        Incoming::Text(serde_json::to_string(&here).expect("a frame is JSON"))
    }

    async fn put(&mut self, text: Bytes) -> Result<(), Stuck> {
        match self.pace {
            Pace::AtOnce => {}
            Pace::Each(time) => tokio::time::sleep(time).await,
            Pace::Never => std::future::pending().await,
        }
        let frame: Value = serde_json::from_slice(&text).expect("a frame is JSON");
        if frame["t"] == self.then.0 {
            tokio::time::pause();
            self.pace = self.then.1;
            self.then.0 = "";
        }
        self.seen.0.borrow_mut().frames.push((Instant::now(), frame));
        Ok(())
    }

    async fn close(self, code: u16, _: &str) {
        self.seen.0.borrow_mut().closed = Some((Instant::now(), code));
    }
}

/// Runs on a thread of its own, whose clock can be stopped while the server's goes on.
fn on_its_own_clock(test: impl AsyncFnOnce() + Send) {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(test());
    };
    std::thread::scope(|scope| {
        if let Err(panic) = scope.spawn(run).join() {
            std::panic::resume_unwind(panic);
        }
    });
}

fn console_parts(app: &TestApp) -> console::Parts {
    let app = app.app();
    console::Parts {
        store: app.store.clone(),
        hub: app.hub.clone(),
        access: app.access.clone(),
        rechecks: app.rechecks.clone(),
        distress: app.distress.clone(),
        places: app.directory.clone(),
    }
}

fn phone_parts(app: &TestApp) -> now::Parts {
    let app = app.app();
    now::Parts {
        store: app.store.clone(),
        hub: app.hub.clone(),
        devices: app.devices.clone(),
        distress: app.distress.clone(),
        places: app.directory.clone(),
    }
}

/// Longer than any of these sessions may last.
const END: Duration = Duration::from_secs(600);

on_both!(a_socket_that_does_not_say_hello_in_time_is_closed, async |app| {
    let (of_console, of_phone, tokens) = (console_parts(app), phone_parts(app), app.app().tokens.clone());
    on_its_own_clock(async move || {
        tokio::time::pause();
        let began = Instant::now();
        let (peer, seen) = Peer::silent();
        timeout(END, console::serve(peer, of_console)).await.expect("it ends");
        assert_eq!(seen.closed_after(began), (4002, 5));
        assert_eq!(seen.of("bye")[0].1["problem"]["code"], "protocol_unsupported");

        let began = Instant::now();
        let (peer, seen) = Peer::silent();
        timeout(END, phone::serve(peer, of_phone, tokens)).await.expect("it ends");
        assert_eq!(seen.closed_after(began), (4002, 5));
        assert_eq!(seen.of("bye")[0].1["problem"]["code"], "protocol_unsupported");
    });
});

on_both!(a_console_that_does_not_take_its_snapshot_in_time_is_closed, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    world.phone("Musa Kimani", &world.kenya).await.tap().await;
    let (parts, ticket) = (console_parts(app), operator.ticket().await);
    on_its_own_clock(async move || {
        let hello = FromConsole::Hello { protocol: PROTOCOL, ticket, cursors: [].into() };
        let (peer, seen) = Peer::saying(&[hello], ("welcome", Pace::AtOnce));
        timeout(END, console::serve(peer, parts)).await.expect("it ends");
        assert_eq!(seen.closed_after(seen.of("welcome")[0].0), (4002, 30));
    });
});

on_both!(a_console_that_says_nothing_is_closed, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    world.phone("Musa Kimani", &world.kenya).await.tap().await;
    let (parts, ticket, cursors) = (console_parts(app), operator.ticket().await, operator.snapshot().await.cursors);
    on_its_own_clock(async move || {
        let hello = FromConsole::Hello { protocol: PROTOCOL, ticket, cursors };
        let (mut peer, seen) = Peer::saying(&[hello], ("welcome", Pace::AtOnce));
        peer.here = None;
        timeout(END, console::serve(peer, parts)).await.expect("it ends");
        assert_eq!(seen.closed_after(seen.of("welcome")[0].0), (1013, 25));
        let beats = seen.of("beat").len();
        assert!((4..=6).contains(&beats), "{beats} beats");
    });
});

on_both!(a_console_that_takes_nothing_more_is_closed_as_too_slow, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    world.phone("Musa Kimani", &world.kenya).await.tap().await;
    let (parts, ticket, cursors) = (console_parts(app), operator.ticket().await, operator.snapshot().await.cursors);
    on_its_own_clock(async move || {
        let hello = FromConsole::Hello { protocol: PROTOCOL, ticket, cursors };
        let (peer, seen) = Peer::saying(&[hello], ("live", Pace::Never));
        timeout(END, console::serve(peer, parts)).await.expect("it ends");
        let (code, after) = seen.closed_after(seen.of("live")[0].0);
        // The next heartbeat, and the 10 s that a write may take. It still spoke: it was not silent.
        assert_eq!(code, 1013);
        assert!((10..16).contains(&after), "after {after} s");
        assert!(seen.of("bye").is_empty(), "who takes nothing is not waited for again");
    });
});

on_both!(heartbeats_keep_coming_while_much_is_replayed, async |app| {
    const NOTES: usize = 300;
    /// A console on a line that takes four frames a second.
    const SLOW: Duration = Duration::from_millis(250);
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let id = world.phone("Musa Kimani", &world.kenya).await.tap().await.case.id;
    let cursors = operator.snapshot().await.cursors;
    let before = app.log_of(world.kenya.id).await.len() as u64;
    for number in 0..NOTES {
        operator.does(id, "notes", json!({ "text": format!("note {number}") })).await;
    }
    let (parts, ticket) = (console_parts(app), operator.ticket().await);
    on_its_own_clock(async move || {
        let hello = FromConsole::Hello { protocol: PROTOCOL, ticket, cursors };
        let (peer, seen) = Peer::saying(&[hello], ("welcome", Pace::Each(SLOW)));
        let session = timeout(Duration::from_secs(100), console::serve(peer, parts)).await;
        assert!(session.is_err(), "it goes on");
        let events = seen.of("event");
        let numbers: Vec<u64> = events.iter().map(|(_, event)| event["seq"].as_u64().expect("a number")).collect();
        assert_eq!(numbers, (before + 1..=before + NOTES as u64).collect::<Vec<_>>(), "everything, once, in order");
        let (first, last) = (events[0].0, events[NOTES - 1].0);
        assert!(last - first >= SLOW * (NOTES as u32 - 1), "the replay took {:?}", last - first);
        let beats: Vec<Instant> =
            seen.of("beat").into_iter().map(|(at, _)| at).filter(|at| (first..last).contains(at)).collect();
        assert!(beats.len() >= 13, "{} beats within {:?}", beats.len(), last - first);
        // A beat waits for the frame that is under way, never for more.
        let longest = beats.windows(2).map(|pair| pair[1] - pair[0]).max().expect("beats");
        assert!(longest <= Duration::from_secs(5) + SLOW * 3, "{longest:?} without a beat");
    });
});
