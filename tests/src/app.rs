//! A whole server in this process, on a thread of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use chrono::{DateTime, TimeDelta, Utc};
use muster::access::Cost;
use muster::app::{App, Setting, Stopper};
use muster::config::Config;
use muster::data_dir::DataDir;
use muster::kernel::clock::{ManualClock, SharedClock, SystemClock};
use muster::store::{Kind, log};
use uuid::Uuid;

use crate::voice::{self, Exchange};
use crate::{Anonymous, Database, Db, Fcm, Http, World, free_port, gateway, until};

/// Which clock a test runs by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// The machine's.
    Real,
    /// One that stands still until the test moves it.
    ByHand,
}

/// A server with a database of its own. It can be stopped and started again.
pub struct TestApp {
    database: Database,
    database_url: String,
    clock: SharedClock,
    by_hand: Option<Arc<ManualClock>>,
    /// The installation's secret, when it is not the data directory's own.
    key_file: PathBuf,
    port: u16,
    require_second_factor: bool,
    test_alarms: bool,
    /// The gateway for text messages; empty when there is none.
    sms_gateway: String,
    /// The gateway for telephone calls; empty when there is none.
    voice_gateway: String,
    /// Whether it sends Web Push.
    pushes: bool,
    /// The file of the service account, and where FCM is.
    fcm: Option<(PathBuf, String)>,
    /// The relay between nodes; on PostgreSQL the Redis that all tests share, unless a test says otherwise.
    redis: String,
    redis_authority: PathBuf,
    running: Option<Running>,
}

struct Running {
    app: App,
    stopper: Stopper,
    thread: JoinHandle<()>,
}

/// What servers log goes to standard error when `MUSTER_TEST_LOG` names a level, such as `debug`.
fn start_logs() {
    if let Ok(log) = std::env::var("MUSTER_TEST_LOG") {
        let flags = muster::config::Flags::default();
        let config = muster::config::Config::load(&flags, |name| (name == "MUSTER_LOG").then(|| log.clone()));
        // A second server of the same test finds them started.
        drop(muster::telemetry::start_logs(&config.expect("the default settings")));
    }
}

/// Runs one test: starts a server, lets the test act, verifies the log, stops the server.
pub fn run(db: Db, time: Time, test: impl AsyncFnOnce(&mut TestApp)) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let mut app = TestApp::start(Database::fresh(db), time);
    runtime.block_on(async {
        test(&mut app).await;
        if app.running.is_some() {
            app.verify_log().await;
            app.stop().await;
        }
    });
    // What the test left running (sockets, loops) ends here, before the database is dropped.
    drop(runtime);
}

impl TestApp {
    /// Starts a server on a database.
    pub fn start(database: Database, time: Time) -> Self {
        let url = database.url();
        Self::start_on(database, url, time)
    }

    /// Starts a server that reaches its database by another URL, such as through a proxy.
    pub fn start_on(database: Database, database_url: String, time: Time) -> Self {
        let by_hand = (time == Time::ByHand).then(|| Arc::new(ManualClock::at(start_of_time())));
        let clock: SharedClock = match &by_hand {
            Some(clock) => Arc::clone(clock) as SharedClock,
            None => Arc::new(SystemClock::default()),
        };
        let mut app = Self {
            redis: database.redis(),
            database,
            database_url,
            clock,
            by_hand,
            key_file: PathBuf::new(),
            port: free_port(),
            require_second_factor: false,
            test_alarms: false,
            sms_gateway: String::new(),
            voice_gateway: String::new(),
            pushes: false,
            fcm: None,
            redis_authority: PathBuf::new(),
            running: None,
        };
        app.start_again();
        app
    }

    /// Starts a further node of the same installation, on the same database and by the same clock.
    pub fn node_beside(&self) -> Self {
        let mut node = Self {
            database: self.database.beside(),
            database_url: self.database_url.clone(),
            clock: Arc::clone(&self.clock),
            by_hand: self.by_hand.clone(),
            key_file: self.database.data().join("installation.key"),
            port: free_port(),
            require_second_factor: self.require_second_factor,
            test_alarms: self.test_alarms,
            sms_gateway: self.sms_gateway.clone(),
            voice_gateway: self.voice_gateway.clone(),
            pushes: self.pushes,
            fcm: self.fcm.clone(),
            redis: self.redis.clone(),
            redis_authority: self.redis_authority.clone(),
            running: None,
        };
        node.start_again();
        node
    }

    /// From its next start on the server reaches its database by this URL, such as through a proxy.
    pub fn database_by(&mut self, url: String) {
        self.database_url = url;
    }

    /// From its next start on the server raises test alarms.
    pub fn raise_test_alarms(&mut self) {
        self.test_alarms = true;
    }

    /// From its next start on the server sends text messages by this gateway.
    pub fn texts_by(&mut self, gateway: &str) {
        gateway.clone_into(&mut self.sms_gateway);
    }

    /// From its next start on the server calls people by this gateway.
    pub fn calls_by(&mut self, exchange: &Exchange) {
        self.voice_gateway = exchange.url().to_owned();
    }

    /// From its next start on the server wakes browsers.
    pub fn pushes(&mut self) {
        self.pushes = true;
    }

    /// From its next start on the server wakes phones by FCM.
    pub fn wakes_by(&mut self, fcm: &Fcm) {
        let account = self.database.data().join("service-account.json");
        std::fs::write(&account, fcm.account()).expect("written");
        self.fcm = Some((account, fcm.url().to_owned()));
    }

    /// Starts the server again, on the same data and the same port.
    pub fn start_again(&mut self) {
        assert!(self.running.is_none(), "the server is running");
        muster::open_files::raise();
        start_logs();
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], self.port))).expect("the port is free");
        let (config, setting) = (self.config(), self.setting());
        let (started, waiting) = mpsc::channel();
        let thread = std::thread::Builder::new().name("server".into()).spawn(move || {
            let app = App::build(&config, setting).expect("the server is built");
            actix_web::rt::System::new().block_on(async move {
                let (server, stopper) = app.serve(listener).expect("the server starts");
                tokio::spawn(Arc::clone(&app.directory).keep_current());
                started.send((app, stopper)).expect("the test waits");
                server.await.expect("the server ends in order");
            });
        });
        let thread = thread.expect("a thread");
        let (app, stopper) = match waiting.recv() {
            Ok(started) => started,
            Err(_) => match thread.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(()) => panic!("the server ended before it served"),
            },
        };
        self.running = Some(Running { app, stopper, thread });
    }

    /// From its next start on the server asks for second factors.
    pub fn require_second_factor(&mut self) {
        self.require_second_factor = true;
    }

    /// From its next start on, and that of nodes beside it, this relays between nodes; nothing does when it is empty.
    pub fn relay_by(&mut self, redis: &str) {
        redis.clone_into(&mut self.redis);
    }

    /// From its next start on the server trusts these certificates for its relay.
    pub fn relay_authority(&mut self, certificates: &std::path::Path) {
        certificates.clone_into(&mut self.redis_authority);
    }

    /// Stops the server in order and waits for its end.
    pub async fn stop(&mut self) {
        let running = self.running.take().expect("the server is running");
        running.stopper.stop().await;
        let Running { app, stopper, thread } = running;
        tokio::task::spawn_blocking(move || thread.join().expect("the server's thread ends")).await.expect("joined");
        drop((app, stopper));
        // In a process of its own the folder is free now; here the server's threads end one by one.
        let data = self.config().data;
        until("the server to let go of its folder", async || DataDir::lock(&data).ok()).await;
    }

    /// Settings of this server.
    pub fn config(&self) -> Config {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: self.database.data(),
            database: self.database_url.clone(),
            key_file: self.key_file.clone(),
            redis: self.redis.clone(),
            redis_authority: self.redis_authority.clone(),
            write_batch: muster::store::LARGEST_BATCH,
            public_origins: Vec::new(),
            plain_database: false,
            require_second_factor: self.require_second_factor,
            sms_gateway: self.sms_gateway.clone(),
            sms_user: gateway::USER.to_owned(),
            sms_password: gateway::PASSWORD.to_owned(),
            sms_from: "MUSTER".to_owned(),
            sms_inbound_password: gateway::INBOUND.to_owned(),
            voice_gateway: self.voice_gateway.clone(),
            voice_token: voice::TOKEN.to_owned(),
            voice_from: String::new(),
            push_contact: if self.pushes { "mailto:duty@muster.example".to_owned() } else { String::new() },
            push_loopback: true,
            fcm_account: self.fcm.as_ref().map(|(account, _)| account.clone()).unwrap_or_default(),
            fcm_url: self.fcm.as_ref().map(|(_, url)| url.clone()).unwrap_or_default(),
            gateway_callbacks: format!("http://127.0.0.1:{}", self.port),
            log: "info".to_owned(),
            log_format: "text".to_owned(),
        }
    }

    /// What a server in a test has: this clock, and passwords that cost little.
    pub fn setting(&self) -> Setting {
        Setting {
            clock: Arc::clone(&self.clock),
            kind: Kind::Live,
            cost: Cost { memory_kib: 8, passes: 1 },
            test_alarms: self.test_alarms,
        }
    }

    /// The running server.
    pub fn app(&self) -> &App {
        &self.running.as_ref().expect("the server is running").app
    }

    /// Its database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Which database it runs on.
    pub fn db(&self) -> Db {
        self.database.kind()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// HTTP to it.
    pub fn http(&self) -> Http {
        Http::to(self.port)
    }

    /// Somebody without any credential.
    pub fn anonymous(&self) -> Anonymous {
        Anonymous::at(self.http())
    }

    /// An organisation with an administrator, three country offices, and everything to add people.
    pub async fn world(&self) -> World {
        let secret =
            self.app().access.setup_secret().await.expect("the store answers").expect("there is no administrator yet");
        World::set_up(self.http(), secret).await
    }

    /// The server's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        self.by_hand.as_ref().expect("this test's clock is moved by hand").advance(by);
    }

    /// Recomputes the hash chain of every scope: numbers without gaps, nothing changed.
    pub async fn verify_log(&self) {
        let store = self.app().store.clone();
        let verified = store.read(|reading| {
            let heads = log::all_heads(reading.conn)?;
            heads.keys().map(|scope| log::verify(reading.conn, *scope)).collect::<Result<Vec<_>, _>>()
        });
        for scope in verified.await.expect("the log can be read") {
            scope.expect("the chain holds");
        }
    }

    /// Kinds of the events of a scope, oldest first, with their numbers.
    pub async fn log_of(&self, scope: Uuid) -> Vec<log::Logged> {
        let store = self.app().store.clone();
        store
            .read(move |reading| log::after(reading.conn, reading.vault, scope, 0, i64::MAX))
            .await
            .expect("the log can be read")
    }

    /// [`TestApp::log_of`] without what was done with places, people and rights.
    pub async fn case_log_of(&self, scope: Uuid) -> Vec<log::Logged> {
        let is_notice = |event: &log::Logged| {
            let payload =
                event.payload.as_deref().and_then(|json| serde_json::from_slice::<serde_json::Value>(json).ok());
            payload.is_some_and(|payload| payload.get("notice").is_some())
        };
        self.log_of(scope).await.into_iter().filter(|event| !is_notice(event)).collect()
    }
}

/// Where clocks that are moved by hand begin: whole seconds, years from any real time.
fn start_of_time() -> DateTime<Utc> {
    DateTime::from_timestamp(1_900_000_000, 0).expect("a time")
}
