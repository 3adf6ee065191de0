//! The composition root: every dependency is built here, once.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App as ActixApp, HttpServer, web};
use anyhow::Context;

use crate::access::origin::Origins;
use crate::access::{Access, Cost, Demands};
use crate::audit::service::Audit;
use crate::board::service::Boards;
use crate::bus::{Bus, LocalBus, RedisBus};
use crate::config::Config;
use crate::data_dir::{DataDir, keyring};
use crate::delivery::Delivery;
use crate::devices::service::Devices;
use crate::devices::tokens::Tokens;
use crate::disk::{Disk, Room};
use crate::distress::Distress;
use crate::distress::held::Holding;
use crate::escalation::service::Escalation;
use crate::http::admission::{self, Admission};
use crate::http::{Fail, assets, documents, health, observe, table};
use crate::imports::{Imports, Worker};
use crate::kernel::clock::SharedClock;
use crate::live::rechecks::Rechecks;
use crate::live::test_alarm::TestAlarms;
use crate::live::trouble::Sign;
use crate::live::{Hub, console, now};
use crate::people::service::People;
use crate::places::Directory;
use crate::places::service::Places;
use crate::scim::Scim;
use crate::spill::Spill;
use crate::store::{Kind, Parts, Store};
use crate::watch::Watches;
use crate::{
    access, audit, board, delivery, devices, distress, escalation, imports, live, people, places, scim, telemetry,
    watch,
};
use wire::Code;
use wire::live::Trouble;

mod threads;

/// Bytes that the kernel may hold for one peer; accepted sockets inherit it from the listener. By
/// default it lets a peer that reads nothing swallow megabytes before anybody notices.
const SEND_BUFFER: usize = 64 * 1024;

/// Seconds that requests in flight get when the server stops.
const GRACE: u64 = 3;

/// A Muster, built and ready to serve. Clones share it.
#[derive(Clone)]
pub struct App {
    /// The data directory, locked while the app lives.
    pub dir: Arc<DataDir>,
    /// The store.
    pub store: Store,
    /// Places in memory.
    pub directory: Arc<Directory>,
    /// Entering places.
    pub places: Places,
    /// The register.
    pub people: People,
    /// Lists of people from files.
    pub imports: Imports,
    /// People and groups by other systems.
    pub scim: Scim,
    /// Sessions and rights.
    pub access: Access,
    /// What was done with them.
    pub audit: Audit,
    /// What phones hold.
    pub tokens: Arc<Tokens>,
    /// Phones.
    pub devices: Devices,
    /// Cases.
    pub distress: Distress,
    /// Whom the server calls.
    pub escalation: Escalation,
    /// Reaching people who are at no screen.
    pub delivery: Delivery,
    /// Rosters, shifts and whether somebody is there.
    pub watches: Watches,
    /// Live sockets.
    pub hub: Arc<Hub>,
    /// The rights behind consoles.
    pub rechecks: Arc<Rechecks>,
    /// The disk of the data directory.
    pub disk: Arc<Disk>,
    /// What is let in when there is too much.
    pub admission: Arc<Admission>,
    test_alarms: bool,
    stopped: Arc<AtomicBool>,
}

/// What differs between a server in production and one in a test.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The time.
    pub clock: SharedClock,
    /// What the installation is for.
    pub kind: Kind,
    /// What a password's hash costs.
    pub cost: Cost,
    /// Whether it raises a test alarm every minute.
    pub test_alarms: bool,
}

impl App {
    /// Builds everything and starts its threads. Locks the data directory.
    pub fn build(config: &Config, setting: Setting) -> anyhow::Result<Self> {
        telemetry::start_metrics()?;
        let dir = Arc::new(DataDir::lock(&config.data)?);
        let keyring = keyring(&config.key_path())?;
        let bus: Arc<dyn Bus> = match config.relay()? {
            Some(server) => {
                Arc::new(RedisBus::start(server, &keyring, Arc::clone(&setting.clock)).context("the relay's thread")?)
            }
            None => Arc::new(LocalBus::default()),
        };
        let store = Store::open(Parts {
            location: config.location()?,
            clock: Arc::clone(&setting.clock),
            bus: Arc::clone(&bus),
            keyring,
            data_dir: dir.path().to_owned(),
            kind: setting.kind,
            batch: config.write_batch()?,
        })?;
        let directory = Directory::new(store.clone());
        let holding = match store.is_shared() {
            // With the embedded database there is one disk, and it is the same.
            false => None,
            true => {
                let spill = Spill::open(dir.path(), store.keyring()).context("the spill file")?;
                let holding = Holding::start(spill, Arc::clone(&bus), Arc::clone(&directory));
                Some(holding.context("the spill file's thread")?)
            }
        };
        let disk = Arc::new(Disk::of(dir.path()));
        let admission = Arc::new(Admission::new(Arc::clone(&disk)));
        let unmanned = Arc::new(AtomicBool::new(false));
        let signs = signs(&disk, &admission, &unmanned);
        let hub = Hub::start(store.clone(), Arc::clone(&bus), setting.test_alarms, signs);
        let hub = hub.context("the hub's threads")?;
        let watched = hub.watched();
        let watched = Box::new(move || Arc::clone(&watched.borrow()));
        let watches = Watches::new(store.clone(), Arc::clone(&directory), watched, unmanned);
        let tokens = Arc::new(Tokens::new(store.keyring(), setting.clock));
        let origins = Origins::new(config.public_origins.clone());
        let channels = config.channels(store.keyring())?;
        let (second_factor, texts) = (config.require_second_factor, !channels.names().is_empty());
        let demands = Demands { cost: setting.cost, origins, second_factor, texts };
        let access = Access::new(store.clone(), Arc::clone(&directory), demands).context("password hashing")?;
        let distress = Distress::new(store.clone(), Arc::clone(&directory), Arc::clone(&tokens), holding);
        let delivery = Delivery::new(store.clone(), Arc::clone(&directory), channels);
        let delivery = delivery.taking_texts(&config.sms_inbound_password);
        Ok(Self {
            dir,
            places: Places::new(store.clone(), Arc::clone(&directory)),
            people: People::new(store.clone(), Arc::clone(&directory)),
            imports: Imports::new(store.clone(), Arc::clone(&directory)),
            scim: Scim::new(store.clone(), Arc::clone(&directory)),
            devices: Devices::new(store.clone(), Arc::clone(&directory), Arc::clone(&tokens)),
            distress: distress.calling_by(&delivery.channels()),
            escalation: Escalation::new(store.clone(), Arc::clone(&directory), &delivery.channels()),
            delivery,
            watches,
            rechecks: Rechecks::new(access.clone(), Arc::clone(&hub)),
            access,
            audit: Audit::new(store.clone(), Arc::clone(&directory)),
            tokens,
            directory,
            hub,
            disk,
            admission,
            test_alarms: setting.test_alarms,
            store,
            stopped: Arc::default(),
        })
    }

    /// Starts to serve on a listener. The server must be awaited within an actix system.
    pub fn serve(&self, listener: TcpListener) -> anyhow::Result<(Server, Stopper)> {
        socket2::SockRef::from(&listener).set_send_buffer_size(SEND_BUFFER).context("the listener's send buffer")?;
        let (app, address) = (self.clone(), listener.local_addr()?);
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        let server = HttpServer::new(move || {
            let app = app.clone();
            // On each worker, beside what it serves.
            actix_web::rt::spawn(admission::probe(Arc::clone(&app.admission)));
            ActixApp::new()
                .wrap(from_fn(table::guard))
                .wrap(from_fn(observe::observe))
                .configure(|cfg| app.data(cfg))
                .configure(routes)
                .configure(assets::routes)
        })
        .workers(workers)
        .tcp_nodelay(true)
        .backlog(4_096)
        .max_connections(25_000)
        .worker_max_blocking_threads(16)
        .client_request_timeout(Duration::from_secs(30))
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(GRACE)
        .disable_signals()
        .listen(listener)
        .context("listening")?
        .run();
        // The last holder of the system's handle wakes a task of this thread when it lets go. Worker threads let go
        // while they end, when nothing can be woken any more, and that would abort the process in the middle of an
        // orderly stop. This one never lets go.
        std::mem::forget(actix_web::rt::System::current());
        actix_web::rt::spawn(Arc::clone(&self.rechecks).go_on());
        let timers = self.start_timers().context("the timers' thread")?;
        let watching = self.start_watching().context("the thread that looks who answers for tokens")?;
        let draining = self.start_draining().context("the thread that stores what was held")?;
        let importing = Worker::new(self.imports.clone());
        let importing = importing.start(Arc::clone(&self.stopped), Arc::clone(&self.disk));
        let importing = importing.context("the imports' thread")?;
        let stopper = Stopper {
            app: self.clone(),
            server: server.handle(),
            threads: Arc::new(std::sync::Mutex::new(vec![
                timers,
                watching,
                importing,
                draining,
                self.start_looking()?,
                self.start_delivering()?,
            ])),
        };
        if self.test_alarms {
            let (hub, tokens) = (Arc::clone(&self.hub), Arc::clone(&self.tokens));
            let alarms = TestAlarms::new(hub, tokens, self.store.clock().clone(), address)?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let thread = std::thread::Builder::new().name("test-alarm".into());
            thread.spawn(move || runtime.block_on(alarms.go_on())).context("the test alarm's thread")?;
        }
        Ok((server, stopper))
    }

    fn data(&self, cfg: &mut web::ServiceConfig) {
        let console = console::Parts {
            store: self.store.clone(),
            hub: Arc::clone(&self.hub),
            access: self.access.clone(),
            rechecks: Arc::clone(&self.rechecks),
            distress: self.distress.clone(),
            places: Arc::clone(&self.directory),
        };
        let now = now::Parts {
            store: self.store.clone(),
            hub: Arc::clone(&self.hub),
            devices: self.devices.clone(),
            distress: self.distress.clone(),
            places: Arc::clone(&self.directory),
        };
        let unknown =
            || Fail::new(Code::NotFound, "There is nothing at this address: an identifier in it is not a UUID.");
        let query = || Fail::new(Code::InvalidValue, "A parameter behind the question mark is not understood.");
        cfg.app_data(web::PathConfig::default().error_handler(move |_, _| unknown().into()))
            .app_data(web::QueryConfig::default().error_handler(move |_, _| query().into()));
        cfg.app_data(web::Data::new(self.store.clone()))
            .app_data(web::Data::new(Arc::clone(&self.hub)))
            .app_data(web::Data::from(Arc::clone(&self.admission)))
            .app_data(web::Data::new(self.access.clone()))
            .app_data(web::Data::new(self.audit.clone()))
            .app_data(web::Data::new(self.places.clone()))
            .app_data(web::Data::new(Boards::new(self.store.clone(), Arc::clone(&self.directory), self.people.clone())))
            .app_data(web::Data::new(self.people.clone()))
            .app_data(web::Data::new(self.imports.clone()))
            .app_data(web::Data::new(self.scim.clone()))
            .app_data(web::Data::new(self.devices.clone()))
            .app_data(web::Data::new(self.distress.clone()))
            .app_data(web::Data::new(self.escalation.clone()))
            .app_data(web::Data::new(self.delivery.clone()))
            .app_data(web::Data::new(self.watches.clone()))
            .app_data(web::Data::from(Arc::clone(&self.tokens)))
            .app_data(web::Data::new(console))
            .app_data(web::Data::new(now));
    }
}

/// What the disk, the door and the watch know of trouble.
fn signs(disk: &Arc<Disk>, admission: &Arc<Admission>, unmanned: &Arc<AtomicBool>) -> Vec<Sign> {
    let (disk, admission, unmanned) = (Arc::clone(disk), Arc::clone(admission), Arc::clone(unmanned));
    vec![
        Box::new(move || (disk.room() > Room::Enough).then_some(Trouble::Disk)),
        Box::new(move || admission.is_overloaded().then_some(Trouble::Overload)),
        Box::new(move || unmanned.load(Ordering::Relaxed).then_some(Trouble::Unmanned)),
    ]
}

fn routes(cfg: &mut web::ServiceConfig) {
    cfg.configure(health::routes)
        .configure(documents::routes)
        .configure(places::http::routes)
        .configure(board::http::routes)
        .configure(people::http::routes)
        .configure(imports::http::routes)
        .configure(scim::http::routes)
        .configure(access::http::routes)
        .configure(audit::http::routes)
        .configure(devices::http::routes)
        .configure(escalation::http::routes)
        .configure(delivery::http::routes)
        .configure(distress::http::routes)
        .configure(watch::http::routes)
        .configure(live::http::routes);
}

/// The longest that stopping takes: a database that hangs must not hold it up.
const STOP: Duration = Duration::from_millis(4_500);

/// Stops a server: sockets get a Close frame, requests in flight are finished, what waits is
/// committed. At most 4.5 s.
#[derive(Clone)]
pub struct Stopper {
    app: App,
    server: ServerHandle,
    threads: Arc<std::sync::Mutex<Vec<JoinHandle<()>>>>,
}

impl Stopper {
    /// Stops it; false when something did not end in time and was left.
    pub async fn stop(&self) -> bool {
        let stopped = tokio::time::timeout(STOP, self.stop_in_order()).await.is_ok();
        if !stopped {
            tracing::error!("not everything ended in time; what was acknowledged is on disk");
        }
        stopped
    }

    async fn stop_in_order(&self) {
        self.app.stopped.store(true, Ordering::Relaxed);
        let hub = Arc::clone(&self.app.hub);
        if tokio::task::spawn_blocking(move || hub.stop()).await.is_err() {
            tracing::error!("the hub could not be stopped in order");
        }
        self.server.stop(true).await;
        let (store, threads) = (self.app.store.clone(), Arc::clone(&self.threads));
        let closed = tokio::task::spawn_blocking(move || {
            for thread in threads.lock().unwrap_or_else(std::sync::PoisonError::into_inner).drain(..) {
                if thread.join().is_err() {
                    tracing::error!("a thread of timers, imports or what is held had panicked");
                }
            }
            store.close();
        });
        if closed.await.is_err() {
            tracing::error!("the store could not be closed in order");
        }
    }
}

/// Binds the listener; an address in use is a clear error before anything else is started.
pub fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {address}; is another server running? Choose another with --listen"))
}
