//! The threads of a server that serves.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::TimeDelta;

use super::App;
use crate::store::StoreError;

/// How often what ended long ago is forgotten.
const FORGETTING: TimeDelta = TimeDelta::hours(1);

/// How long what is held waits after a try that stored none of it.
const STUCK: Duration = Duration::from_secs(2);

/// How often the disk is looked at.
const DISK: Duration = Duration::from_secs(1);

/// How often timers are looked at.
const TIMERS: Duration = Duration::from_millis(250);

impl App {
    /// Stores what this node held while the database was away, also what an earlier process left.
    pub(super) fn start_draining(&self) -> std::io::Result<JoinHandle<()>> {
        let (distress, stopped) = (self.distress.clone(), Arc::clone(&self.stopped));
        std::thread::Builder::new().name("drain".into()).spawn(move || {
            distress.announce_held();
            let mut next = Instant::now();
            while !stopped.load(Ordering::Relaxed) {
                if Instant::now() >= next {
                    match distress.drain_held() {
                        // What cannot be stored for a reason of its own is not tried four times a second.
                        Ok((0, 1..)) => next = Instant::now() + STUCK,
                        Ok(_) => {}
                        Err(error) => tracing::debug!(%error, "what is held cannot be stored yet"),
                    }
                }
                std::thread::sleep(TIMERS);
            }
        })
    }

    /// Looks after the disk.
    pub(super) fn start_looking(&self) -> anyhow::Result<JoinHandle<()>> {
        let (disk, stopped) = (Arc::clone(&self.disk), Arc::clone(&self.stopped));
        let thread = std::thread::Builder::new().name("disk".into());
        let looking = thread.spawn(move || {
            let mut looked = Instant::now();
            while !stopped.load(Ordering::Relaxed) {
                if looked.elapsed() >= DISK {
                    looked = Instant::now();
                    disk.look();
                }
                std::thread::sleep(TIMERS);
            }
        });
        looking.context("the disk's thread")
    }

    /// Calls people who are at no screen; where there is nothing to call them by, the thread ends at once.
    pub(super) fn start_delivering(&self) -> anyhow::Result<JoinHandle<()>> {
        let (delivery, stopped) = (self.delivery.clone(), Arc::clone(&self.stopped));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("delivery".into());
        let delivering = thread.spawn(move || {
            if !delivery.channels().is_empty() {
                runtime.block_on(delivery.go_on(stopped));
            }
        });
        delivering.context("the thread that calls people")
    }

    /// Fires the timers of cases, zones and watches, and forgets what ended long ago.
    pub(super) fn start_timers(&self) -> std::io::Result<JoinHandle<()>> {
        let (distress, places, stopped) = (self.distress.clone(), self.places.clone(), Arc::clone(&self.stopped));
        let (access, watches) = (self.access.clone(), self.watches.clone());
        let mut forgot = None;
        let slices: [Box<dyn Fn() -> Result<usize, StoreError> + Send>; 3] = [
            Box::new(move || distress.fire_due()),
            Box::new(move || places.fire_due()),
            Box::new(move || watches.fire_due()),
        ];
        std::thread::Builder::new().name("timers".into()).spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let mut fired = 0;
                for fire_due in &slices {
                    match fire_due() {
                        Ok(more) => fired += more,
                        Err(error) => tracing::debug!(%error, "the timers could not be looked at"),
                    }
                }
                if fired > 0 {
                    continue;
                }
                let now = access.now();
                if forgot.is_none_or(|at| now - at >= FORGETTING) {
                    forgot = Some(now);
                    if let Err(error) = access.forget_old() {
                        tracing::debug!(%error, "sessions and links that ended long ago could not be forgotten yet");
                    }
                }
                std::thread::sleep(TIMERS);
            }
        })
    }

    /// Looks who answers for the tokens of other systems; apart, so that no alarm waits for it.
    pub(super) fn start_watching(&self) -> std::io::Result<JoinHandle<()>> {
        let (scim, stopped) = (self.scim.clone(), Arc::clone(&self.stopped));
        std::thread::Builder::new().name("holders".into()).spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                if let Err(error) = scim.fire_due() {
                    tracing::warn!(%error, "it cannot be looked at who answers for the tokens");
                }
                std::thread::sleep(TIMERS);
            }
        })
    }
}
