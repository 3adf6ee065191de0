//! Who watches: the consoles of this node with somebody at them, and those of the other nodes.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::access::Reach;
use crate::store::nodes::{self, Watched};
use crate::store::{Halt, Lane, Store, StoreError, WriteError};

/// How often the other nodes are told, also when nothing changed.
const TELL: Duration = Duration::from_secs(5);

/// What is watched, and by which node that is known.
pub(super) struct Watching {
    /// This node among those of the installation, as long as the process lives.
    node: Uuid,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// What the consoles of this node see that somebody is at.
    attended: HashMap<u64, Reach>,
    elsewhere: Watched,
    told: Option<(Instant, Watched)>,
}

impl Default for Watching {
    fn default() -> Self {
        Self { node: crate::kernel::ids::random(), known: Mutex::default() }
    }
}

impl Watching {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A person is at this console of ours and sees this much; or nobody is.
    pub(super) fn attended(&self, console: u64, by: Option<&Reach>) {
        let attended = &mut self.known().attended;
        match by {
            Some(reach) => drop(attended.insert(console, reach.clone())),
            None => drop(attended.remove(&console)),
        }
    }

    /// Whether a person is at any console.
    pub(super) fn any(&self) -> bool {
        let known = self.known();
        !known.attended.is_empty() || !known.elsewhere.is_nothing()
    }

    /// Whether a person is at a console that sees this scope.
    pub(super) fn of(&self, scope: Uuid) -> bool {
        let known = self.known();
        known.attended.values().any(|reach| reach.contains(scope)) || known.elsewhere.contains(scope)
    }

    /// Tells the other nodes what is watched at this one, when that changed and every five seconds, and asks what
    /// is watched at them. While they cannot be asked they watch nothing.
    pub(super) fn exchange(&self, store: &Store) -> Result<(), StoreError> {
        let asked = self.tell(store).and_then(|()| {
            let (node, now) = (self.node, store.clock().now());
            store.read_blocking(move |reading| nodes::watched_elsewhere(reading.conn, node, now))
        });
        let (elsewhere, outcome) = match asked {
            Ok(elsewhere) => (elsewhere, Ok(())),
            Err(error) => (Watched::default(), Err(error)),
        };
        self.known().elsewhere = elsewhere;
        outcome
    }

    fn tell(&self, store: &Store) -> Result<(), StoreError> {
        let here = self.here();
        if self.known().told.as_ref().is_some_and(|(at, said)| at.elapsed() < TELL && *said == here) {
            return Ok(());
        }
        let (node, said) = (self.node, here.clone());
        let write = store.write_blocking(Lane::Normal, Vec::new(), move |tx| {
            Ok::<_, Halt<Infallible>>(nodes::note(tx, node, &said)?)
        });
        match write {
            Ok(()) => self.known().told = Some((Instant::now(), here)),
            Err(WriteError::Refused(never)) => match never {},
            Err(WriteError::Store(error)) => return Err(error),
        }
        Ok(())
    }

    fn here(&self) -> Watched {
        let mut watched = Watched::default();
        for reach in self.known().attended.values() {
            match reach {
                Reach::Everything => watched.everything = true,
                Reach::Scopes(scopes) => watched.scopes.extend(scopes),
            }
        }
        watched
    }
}
