//! A console on the live socket: it speaks the whole protocol and keeps a model of the cases.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use uuid::Uuid;
use wire::PROTOCOL;
use wire::access::Ticket;
use wire::live::{FromConsole, ScopeMode, ScopeWelcome, Snapshot, ToConsole};

use crate::operator::SignedIn;
use crate::{Answer, Http, Model, PATIENCE, Socket, until};

/// Whether somebody is at a console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attention {
    /// The page is visible, its sound runs, a hand was on it just now: it says which taps it shows.
    Attended,
    /// Nobody looks.
    Away,
}

/// A console. It follows the stream by itself until it is cut, closed or dropped.
pub struct Console {
    desk: SignedIn,
    attention: Attention,
    model: Arc<Mutex<Model>>,
    link: Option<(JoinHandle<()>, UnboundedSender<FromConsole>)>,
    /// The last welcome.
    pub scopes: Vec<ScopeWelcome>,
}

impl Drop for Console {
    fn drop(&mut self) {
        self.cut();
    }
}

impl Console {
    /// Opens one and waits until it is live.
    pub async fn open(desk: SignedIn, attention: Attention) -> Self {
        let mut console = Self::unconnected(desk, attention);
        console.redial().await;
        console
    }

    /// One that has not dialled yet.
    pub fn unconnected(desk: SignedIn, attention: Attention) -> Self {
        Self { desk, attention, model: Arc::default(), link: None, scopes: Vec::new() }
    }

    /// What it knows now.
    pub fn model(&self) -> Model {
        self.locked().clone()
    }

    fn locked(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Breaks the link without a word, as a network does.
    pub fn cut(&mut self) {
        // Whatever the old loop still holds in its hands comes too late.
        self.locked().link += 1;
        if let Some((task, _)) = self.link.take() {
            task.abort();
        }
    }

    /// Dials, with its cursors where it has some, and waits until it is live.
    pub async fn redial(&mut self) {
        self.dial().await;
        until("the console to be live", async || self.locked().live.then_some(())).await;
    }

    /// Dials and takes a snapshot if told to; what follows comes by itself.
    pub async fn dial(&mut self) {
        self.try_dial().await.expect("the console is connected");
    }

    /// [`Console::dial`] to a server that may not be there, or go away meanwhile.
    pub async fn try_dial(&mut self) -> Option<()> {
        self.cut();
        let http = self.desk.http().clone();
        let ticket: Ticket = ok(&http, self.desk.request(Method::POST, "/v1/live/ticket")).await?.json();
        let mut socket = Socket::try_dial(&http, "/v1/live", &http.origin(), None).await.ok()?;
        let cursors = self.model().cursors;
        socket.send(&FromConsole::Hello { protocol: PROTOCOL, ticket: ticket.ticket, cursors }).await;
        let ToConsole::Welcome { scopes, .. } = read(&mut socket).await? else { return None };
        if scopes.iter().any(|scope| scope.mode == ScopeMode::Snapshot) {
            let snapshot: Snapshot = ok(&http, self.desk.bare(Method::GET, "/v1/snapshot")).await?.json();
            socket.send(&FromConsole::Resume { cursors: snapshot.cursors.clone() }).await;
            self.locked().restart(snapshot);
        }
        self.scopes = scopes;
        let link = {
            let mut model = self.locked();
            (model.live, model.closed) = (false, None);
            model.link
        };
        let (sender, receiver) = unbounded_channel();
        let (model, attention) = (Arc::clone(&self.model), self.attention);
        let follow = Follow { model, link, attention, confirmed: HashSet::new() };
        self.link = Some((tokio::spawn(follow.run(socket, receiver)), sender));
        Some(())
    }

    /// Sends a frame.
    pub fn say(&self, frame: FromConsole) {
        let (_, sender) = self.link.as_ref().expect("the console is connected");
        drop(sender.send(frame));
    }

    /// Waits until what it knows fulfils a condition. No rule of the protocol may be broken on the way.
    pub async fn until<T>(&self, what: &str, mut condition: impl FnMut(&Model) -> Option<T>) -> T {
        let found = until(what, async || {
            let model = self.locked();
            condition(&model).or_else(|| {
                assert!(model.closed.is_none(), "closed ({:?}) while waiting for: {what}", model.closed);
                None
            })
        });
        let found = found.await;
        self.keeps_the_rules();
        found
    }

    /// Waits until a case is on it in this state of affairs.
    pub async fn shows(&self, case: Uuid, what: &str, mut condition: impl FnMut(&wire::case::CaseSummary) -> bool) {
        self.until(what, |model| model.case(case).filter(|case| condition(case)).map(|_| ())).await;
    }

    /// Waits until the server closes the socket.
    pub async fn end(&self) -> crate::Closed {
        until("the server to close the socket", async || self.locked().closed.clone()).await
    }

    /// Waits until it has everything that a fresh snapshot has, and compares: case for case, equal.
    pub async fn equals_a_fresh_snapshot(&self) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let snapshot: Snapshot = self.desk.get("/v1/snapshot").await.expect(200).json();
            self.until("the console to come as far as the snapshot", |model| model.reached(&snapshot).then_some(()))
                .await;
            let model = self.model();
            if model.cursors == snapshot.cursors {
                assert_eq!(model.differs(&snapshot), None);
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "events never cease");
        }
    }

    /// Fails the test when a number was missing, came twice, or a digest did not fit.
    #[track_caller]
    pub fn keeps_the_rules(&self) {
        assert_eq!(self.model().faults, Vec::<String>::new());
    }
}

/// The next frame; none when the socket was closed.
async fn read(socket: &mut Socket) -> Option<ToConsole> {
    let text = tokio::time::timeout(PATIENCE, socket.next()).await.expect("a frame comes").ok()?;
    Some(serde_json::from_str(&text).expect("a frame of the protocol"))
}

/// The answer, if it is a 200.
async fn ok(http: &Http, request: RequestBuilder) -> Option<Answer> {
    http.try_send(request).await.filter(|answer| answer.status == 200)
}

/// The loop of an open socket.
struct Follow {
    model: Arc<Mutex<Model>>,
    /// The link that it follows: when the console has another, this loop is over.
    link: u64,
    attention: Attention,
    confirmed: HashSet<Uuid>,
}

impl Follow {
    async fn run(mut self, mut socket: Socket, mut say: UnboundedReceiver<FromConsole>) {
        let mut here = tokio::time::interval(Duration::from_secs(10));
        loop {
            tokio::select! {
                _ = here.tick() => {
                    let attended = self.attention == Attention::Attended;
                    socket.send(&FromConsole::Here { visible: attended, sound: attended, idle_ms: 0 }).await;
                }
                Some(frame) = say.recv() => socket.send(&frame).await,
                text = socket.next() => match text {
                    Ok(text) => self.take(&text),
                    Err(closed) => {
                        let mut model = self.model();
                        if model.link == self.link {
                            model.closed = Some(closed);
                        }
                        return;
                    }
                },
            }
            if self.attention == Attention::Attended {
                let taps = self.confirmations();
                if !taps.is_empty() {
                    socket.send(&FromConsole::Shown { taps }).await;
                }
            }
        }
    }

    fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, text: &str) {
        let frame = match serde_json::from_str(text) {
            Ok(frame) => frame,
            Err(error) => return self.model().faults.push(format!("{error}: {text}")),
        };
        let mut model = self.model();
        if model.link != self.link {
            return;
        }
        match frame {
            ToConsole::Event(event) => model.take(event),
            ToConsole::Blank { scope, seq, cursor } => model.place(scope, seq, cursor),
            ToConsole::Notice(notice) => model.place(notice.scope, notice.seq, notice.cursor),
            ToConsole::TestAlarm(told) => {
                model.place(told.scope, told.seq, told.cursor);
                model.test_alarms.push(told.test_alarm);
            }
            ToConsole::Live { .. } => model.live = true,
            ToConsole::Beat { heads, digest, troubles, .. } => {
                model.troubles = troubles;
                model.beat(&heads, digest);
            }
            ToConsole::Provisional { taps, .. } => model.provisional = taps,
            ToConsole::Welcome { .. } => model.faults.push("a second welcome".to_owned()),
            ToConsole::Bye { .. } => {}
        }
    }

    /// Newest taps of open cases that nobody has confirmed, once each.
    fn confirmations(&mut self) -> Vec<Uuid> {
        let taps: BTreeMap<Uuid, ()> = {
            let model = self.model();
            let open = model.cases.values().filter(|case| case.shown_at.is_none() && !case.state.is_closed());
            open.map(|case| (case.last_tap, ())).collect()
        };
        taps.into_keys().filter(|tap| self.confirmed.insert(*tap)).collect()
    }
}
