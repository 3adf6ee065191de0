//! What is turned away first when there is more to do than can be done. Alarms and what is done about them are
//! always let in; then come changes, then reading, then lists and exports.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::dev::ServiceRequest;
use actix_web::{HttpRequest, web};
use wire::{Code, Problem};

use super::Fail;
use super::table::{Needs, Route};
use crate::disk::{Disk, Room};
use crate::store::Rank;

mod lag;
pub use lag::{Lag, PROBE};

/// How much a request matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Alarms, cases, and what is needed to see and answer them.
    Life,
    /// Whatever else is changed.
    Change,
    /// Whatever else is read.
    Read,
    /// Lists in and out, and other systems.
    List,
}

/// Seconds after which one who was turned away should come back.
const COME_BACK: u32 = 5;

impl Class {
    /// Of a route.
    pub fn of(route: &Route) -> Self {
        match route.needs {
            // Also what anybody may ask for: strangers must not take the places of those who are somebody.
            Needs::Distress
            | Needs::Case
            | Needs::Socket
            | Needs::Secret
            | Needs::Public
            | Needs::OurPage
            | Needs::Message
            | Needs::Gateway => {
                return Self::Life;
            }
            Needs::Service => return Self::List,
            _ => {}
        }
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| route.path.starts_with(prefix));
        // Signing in, the console's feed and its cases; what a phone shows; rights that an emergency needs.
        let life = ["/v1/session", "/v1/live", "/v1/snapshot", "/v1/cases", "/v1/me/now", "/v1/places"];
        if starts(&life) || starts(&["/v1/second-factor", "/v1/break-glass", "/v1/unsealing"]) {
            return Self::Life;
        }
        if takes_away(route) || starts(&["/v1/people/search"]) {
            return Self::Life;
        }
        if starts(&["/v1/import", "/v1/people/export", "/v1/enrolment-batches"]) {
            return Self::List;
        }
        if route.method == "GET" || route.method == "HEAD" {
            return Self::Read;
        }
        Self::Change
    }

    /// For the figures.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Life => "life",
            Self::Change => "change",
            Self::Read => "read",
            Self::List => "list",
        }
    }

    /// When its turn to read is; of alarms, at once.
    pub const fn rank(self) -> Option<Rank> {
        match self {
            Self::Life => None,
            Self::Change | Self::Read => Some(Rank::AfterAlarms),
            Self::List => Some(Rank::Last),
        }
    }

    /// How many may be under way at once; of alarms there is no limit here.
    const fn at_once(self) -> usize {
        match self {
            Self::Life => usize::MAX,
            Self::Change | Self::Read => 512,
            Self::List => 16,
        }
    }

    /// The level of overload from which it is turned away.
    const fn turned_away_at(self) -> u8 {
        match self {
            Self::Life => u8::MAX,
            Self::Change => 3,
            Self::Read => 2,
            Self::List => 1,
        }
    }
}

/// Whether a route takes access away: from a stolen phone, a leaver, a seized office. That cannot wait either.
fn takes_away(route: &Route) -> bool {
    let ends = ["/seizure", "/sessions/end", "/departure", "/second-factor/removal"];
    let ended = ["/v1/devices/{id}", "/v1/grants/{id}", "/v1/tokens/{id}", "/v1/enrolment-batches/{id}"];
    ends.iter().any(|end| route.path.ends_with(end)) || (route.method == "DELETE" && ended.contains(&route.path))
}

/// What is under way, how late the workers are, and how much room the disk has.
#[derive(Debug)]
pub struct Admission {
    under_way: [AtomicUsize; 4],
    lags: Mutex<HashMap<u64, Lag>>,
    level: AtomicU8,
    disk: Arc<Disk>,
}

/// A worker whose lateness counts; dropped, it has ended, and what it was late by with it.
pub struct Worker {
    admission: Arc<Admission>,
    number: u64,
}

impl Worker {
    /// It did something this much later than it should have.
    pub fn note(&self, late: Duration) {
        self.admission.change(|lags| lags.entry(self.number).or_default().note(late));
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.admission.change(|lags| drop(lags.remove(&self.number)));
    }
}

/// Somebody who was let in; dropped, they are done.
pub struct LetIn {
    admission: Arc<Admission>,
    class: Class,
}

impl Drop for LetIn {
    fn drop(&mut self) {
        self.admission.count(self.class).fetch_sub(1, Ordering::Relaxed);
    }
}

impl Admission {
    /// Nothing is under way.
    pub fn new(disk: Arc<Disk>) -> Self {
        Self { under_way: Default::default(), lags: Mutex::default(), level: AtomicU8::new(0), disk }
    }

    fn count(&self, class: Class) -> &AtomicUsize {
        let [life, change, read, list] = &self.under_way;
        match class {
            Class::Life => life,
            Class::Change => change,
            Class::Read => read,
            Class::List => list,
        }
    }

    /// A worker more, whose lateness counts from now on and until it is dropped.
    pub fn join(self: &Arc<Self>) -> Worker {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        self.change(|lags| drop(lags.insert(number, Lag::default())));
        Worker { admission: Arc::clone(self), number }
    }

    /// Changes what is known of the workers, and with it how overloaded the server is: as its latest worker is.
    fn change(&self, change: impl FnOnce(&mut HashMap<u64, Lag>)) {
        let mut lags = self.lags.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut lags);
        let level = lags.values().map(Lag::level).max().unwrap_or(0);
        drop(lags);
        if self.level.swap(level, Ordering::Relaxed) != level {
            metrics::gauge!("muster_overload_level").set(f64::from(level));
            tracing::warn!(level, "how overloaded this server is has changed");
        }
    }

    /// Whether anything is turned away for lack of time.
    pub fn is_overloaded(&self) -> bool {
        self.level.load(Ordering::Relaxed) > 0
    }

    /// Lets a request in, or says why not.
    pub fn admit(self: &Arc<Self>, class: Class, changes: bool) -> Result<LetIn, Problem> {
        if let Some(code) = self.no_room(class, changes) {
            return Err(turned_away(class, code));
        }
        let before = self.count(class).fetch_add(1, Ordering::Relaxed);
        let let_in = LetIn { admission: Arc::clone(self), class };
        let late = self.level.load(Ordering::Relaxed) >= class.turned_away_at();
        if late || before >= class.at_once() { Err(turned_away(class, Code::Overloaded)) } else { Ok(let_in) }
    }

    /// On a full disk nothing is written but what concerns alarms.
    fn no_room(&self, class: Class, changes: bool) -> Option<Code> {
        let refused = match self.disk.room() {
            Room::Enough => false,
            Room::NoLists => changes && class == Class::List,
            Room::AlarmsOnly => changes && class != Class::Life,
        };
        refused.then_some(Code::DiskFull)
    }
}

/// What somebody is told who is not let in; it is counted.
fn turned_away(class: Class, code: Code) -> Problem {
    metrics::counter!("muster_requests_shed_total", "class" => class.word(), "why" => code.name()).increment(1);
    let mut problem = Problem::new(code, detail(code));
    problem.retry_after = Some(COME_BACK);
    problem
}

fn detail(code: Code) -> &'static str {
    match code {
        Code::DiskFull => {
            "What is left of the disk is kept for alarms. Tell whoever runs this server; nothing was changed."
        }
        _ => "Alarms come first. Nothing was changed: send it again in a few seconds.",
    }
}

/// Whether what a list brings still has room on the disk: asked again and again while it comes.
pub fn has_room(request: &HttpRequest) -> Result<(), Fail> {
    let Some(admission) = request.app_data::<web::Data<Admission>>() else { return Ok(()) };
    admission.no_room(Class::List, true).map_or(Ok(()), |code| Err(Fail(turned_away(Class::List, code))))
}

/// Lets a request of a route in, or says why not.
pub fn admit(request: &ServiceRequest, route: &Route) -> Result<Option<LetIn>, Fail> {
    let Some(admission) = request.app_data::<web::Data<Admission>>() else { return Ok(None) };
    let changes = !matches!(route.method, "GET" | "HEAD");
    admission.clone().into_inner().admit(Class::of(route), changes).map(Some).map_err(Fail)
}

/// Tells how late a worker is, as long as it works.
pub async fn probe(admission: Arc<Admission>) {
    let worker = admission.join();
    loop {
        let asked = tokio::time::Instant::now();
        tokio::time::sleep(PROBE).await;
        worker.note(asked.elapsed().saturating_sub(PROBE));
    }
}

#[cfg(test)]
mod tests;
