//! Who watches: the consoles of this node with somebody at them, and those of the other nodes.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use uuid::Uuid;

use crate::access::Reach;
use crate::store::nodes::{self, Watched};
use crate::store::{Halt, Lane, Store, StoreError, WriteError};

/// How often the other nodes are told, also when nothing changed.
const TELL: Duration = Duration::from_secs(5);

/// Phones are told at most once in this time, however many consoles come and go.
const TOLD: Duration = Duration::from_secs(1);

/// What was watched at the other nodes is believed for so long while they cannot be asked.
const BELIEVED: Duration = Duration::from_secs(5);

/// What is watched, and by which node that is known.
pub(super) struct Watching {
    /// This node among those of the installation, as long as the process lives.
    node: Uuid,
    known: Mutex<Known>,
    /// What phones are told.
    told: watch::Sender<Arc<Watched>>,
}

#[derive(Default)]
struct Known {
    /// What the consoles of this node see that somebody is at.
    attended: HashMap<u64, Reach>,
    elsewhere: Watched,
    /// When the other nodes were last asked with success.
    asked: Option<Instant>,
    /// What the other nodes were told, and when.
    said: Option<(Instant, Watched)>,
    /// Whether anything changed that phones were not told of.
    is_news: bool,
    /// When phones were last told something new.
    told: Option<Instant>,
}

impl Known {
    fn here(&self) -> Watched {
        let mut watched = Watched::default();
        for reach in self.attended.values() {
            match reach {
                Reach::Everything => watched.everything = true,
                Reach::Scopes(scopes) => watched.scopes.extend(scopes),
            }
        }
        watched
    }

    fn found_elsewhere(&mut self, elsewhere: Watched) {
        self.is_news |= self.elsewhere != elsewhere;
        self.elsewhere = elsewhere;
    }
}

impl Default for Watching {
    fn default() -> Self {
        Self { node: crate::kernel::ids::random(), known: Mutex::default(), told: watch::channel(Arc::default()).0 }
    }
}

impl Watching {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A person is at this console of ours and sees this much; or nobody is.
    pub(super) fn attended(&self, console: u64, by: Option<&Reach>) {
        let changed = {
            let mut known = self.known();
            let changed = match by {
                Some(reach) => known.attended.insert(console, reach.clone()).as_ref() != Some(reach),
                None => known.attended.remove(&console).is_some(),
            };
            known.is_news |= changed;
            changed
        };
        if changed {
            self.tell_phones(Instant::now());
        }
    }

    /// What phones are told, and when it changes.
    pub(super) fn told(&self) -> watch::Receiver<Arc<Watched>> {
        self.told.subscribe()
    }

    /// Whether a person is at a console that sees this scope.
    pub(super) fn of(&self, scope: Uuid) -> bool {
        self.told.borrow().contains(scope)
    }

    /// Tells phones what is watched, when that changed and they were not told a moment ago: what changes meanwhile
    /// they are told together.
    pub(super) fn tell_phones(&self, now: Instant) {
        let mut known = self.known();
        let lately = known.told.is_some_and(|at| now.saturating_duration_since(at) < TOLD);
        if !known.is_news || lately {
            return;
        }
        known.is_news = false;
        let mut watched = known.here();
        watched.everything |= known.elsewhere.everything;
        watched.scopes.extend(&known.elsewhere.scopes);
        metrics::gauge!("muster_watched").set(f64::from(u8::from(!watched.is_nothing())));
        let is_new = self.told.send_if_modified(|told| {
            let is_new = **told != watched;
            if is_new {
                *told = Arc::new(watched);
            }
            is_new
        });
        if is_new {
            known.told = Some(now);
        }
    }

    /// Tells the other nodes what is watched at this one, when that changed and every five seconds, and asks what
    /// is watched at them. While they cannot be asked for long they watch nothing.
    pub(super) fn exchange(&self, store: &Store) -> Result<(), StoreError> {
        let asked = self.tell_nodes(store).and_then(|()| {
            let (node, now) = (self.node, store.clock().now());
            store.read_blocking(move |reading| nodes::watched_elsewhere(reading.conn, node, now))
        });
        let mut known = self.known();
        match asked {
            Ok(elsewhere) => {
                known.asked = Some(Instant::now());
                known.found_elsewhere(elsewhere);
                Ok(())
            }
            Err(error) => {
                if known.asked.is_none_or(|at| at.elapsed() >= BELIEVED) {
                    known.found_elsewhere(Watched::default());
                }
                Err(error)
            }
        }
    }

    fn tell_nodes(&self, store: &Store) -> Result<(), StoreError> {
        let here = self.known().here();
        if self.known().said.as_ref().is_some_and(|(at, said)| at.elapsed() < TELL && *said == here) {
            return Ok(());
        }
        let (node, said) = (self.node, here.clone());
        let write = store.write_blocking(Lane::Normal, Vec::new(), move |tx| {
            Ok::<_, Halt<Infallible>>(nodes::note(tx, node, &said)?)
        });
        match write {
            Ok(()) => self.known().said = Some((Instant::now(), here)),
            Err(WriteError::Refused(never)) => match never {},
            Err(WriteError::Store(error)) => return Err(error),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> Reach {
        Reach::Scopes([Uuid::from_u128(1)].into())
    }

    #[test]
    fn the_first_console_that_comes_or_goes_is_told_at_once() {
        let watching = Watching::default();
        watching.attended(1, Some(&office()));
        assert!(watching.of(Uuid::from_u128(1)) && !watching.of(Uuid::from_u128(2)));
        watching.attended(1, None);
        assert!(watching.of(Uuid::from_u128(1)), "phones were told a moment ago");
        watching.tell_phones(Instant::now() + TOLD);
        assert!(watching.told().borrow().is_nothing());
    }

    #[test]
    fn however_many_consoles_come_and_go_phones_are_told_once_in_a_while_and_in_the_end_what_is_true() {
        let watching = Watching::default();
        let mut told = watching.told();
        watching.attended(0, Some(&office()));
        assert!(told.has_changed().unwrap());
        told.mark_unchanged();
        let began = Instant::now();
        let mut heard = 0;
        for turn in 0..10_000_u32 {
            // What `attended` does, by a clock of our own.
            let mut known = watching.known();
            known.attended = HashMap::from_iter((turn % 2 == 1).then(|| (0, office())));
            known.is_news = true;
            drop(known);
            watching.tell_phones(began + Duration::from_millis(u64::from(turn)));
            heard += u32::from(told.has_changed().unwrap());
            told.mark_unchanged();
        }
        assert!((5..=10).contains(&heard), "told {heard} times in ten seconds");
        watching.known().attended.clear();
        watching.known().is_news = true;
        watching.tell_phones(began + Duration::from_secs(12));
        assert!(watching.told().borrow().is_nothing());
    }

    #[test]
    fn a_console_that_says_again_that_somebody_is_at_it_is_no_news() {
        let watching = Watching::default();
        watching.attended(1, Some(&office()));
        let mut told = watching.told();
        told.mark_unchanged();
        watching.attended(1, Some(&office()));
        watching.attended(2, Some(&office()));
        watching.tell_phones(Instant::now() + 2 * TOLD);
        assert!(!told.has_changed().unwrap(), "the office was watched all along");
    }
}
