//! Whether somebody is there: a watch that should be kept and is not is an alarm.

use std::convert::Infallible;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::post::ALONE;
use super::service::{Watches, changed};
use super::store::{self, Kept};
use crate::access::Area;
use crate::distress;
use crate::places::View;
use crate::store::nodes::Watched;
use crate::store::timers::{self, Due};
use crate::store::{Halt, Lane, QueryResult, Reading, StoreError, Tx, WriteError};

/// Timer: nobody may have been there for too long; subject is the watch.
const UNMANNED: &str = "watch_unmanned";

/// How often it is looked whether somebody is there.
const LOOK: Duration = Duration::from_secs(1);

/// Timers fired in one round.
const ROUND: i64 = 50;

/// What a look sees.
struct Seen {
    watches: Vec<Kept>,
    /// The scopes of each open case.
    cases: Vec<Vec<Uuid>>,
}

impl Seen {
    fn read(reading: &mut Reading<'_>) -> QueryResult<Self> {
        let watches = store::all(reading.conn, reading.vault)?;
        Ok(Self { watches, cases: distress::service::open_scopes(reading.conn)? })
    }

    /// Whether nobody is at a console who should be: while somebody is on shift, one that sees the whole area; over the
    /// installation also one that sees each open case, whether or not anybody is on shift.
    fn is_absent(&self, (area, on_shift): (Area, bool), view: &View, watched: &Watched) -> bool {
        let unseen = || whole(area, view).into_iter().any(|scope| !watched.contains(scope));
        let alone = |scopes: &Vec<Uuid>| !scopes.iter().any(|scope| watched.contains(*scope));
        (on_shift && unseen()) || (area == Area::Installation && self.cases.iter().any(alone))
    }
}

/// Every scope that an area covers.
fn whole(area: Area, view: &View) -> Vec<Uuid> {
    match area {
        Area::Installation => view.scopes(),
        Area::Organisation(one) => view.offices_of(one).chain([one]).collect(),
        _ => area.scopes(view).into_iter().collect(),
    }
}

impl Watches {
    /// Looks whether somebody is there, and fires the timers of those who are not; returns how many fired. Called by a
    /// thread of its own; looks once a second however often it is called.
    pub fn fire_due(&self) -> Result<usize, StoreError> {
        if !self.is_time_to_look() {
            return Ok(0);
        }
        let (view, watched, now) = (self.view(), (self.inner.watched)(), self.now());
        if view.is_empty() {
            return Ok(0);
        }
        let (seen, due) = self.inner.store.read_blocking(|reading| {
            let due = timers::due(reading.conn, &[UNMANNED], now, ROUND)?;
            Ok((Seen::read(reading)?, due))
        })?;
        let unmanned = seen.watches.iter().filter(|one| one.post.unmanned.is_some()).count();
        self.inner.unmanned.store(unmanned > 0, Ordering::Relaxed);
        metrics::gauge!("muster_watches_unmanned").set(unmanned as f64);
        let mut areas: Vec<(Area, bool, bool)> = seen
            .watches
            .iter()
            .map(|one| (one.area, !one.post.shifts.is_empty(), one.post.nobody_since.is_some()))
            .collect();
        if areas.iter().all(|(area, ..)| *area != Area::Installation) {
            areas.push((Area::Installation, false, false));
        }
        for (area, on_shift, noted) in areas {
            let absent = seen.is_absent((area, on_shift), &view, &watched);
            if absent != noted {
                self.note_absence(area, absent)?;
            }
        }
        let fired = due.len();
        for timer in due {
            self.fire(&timer, &seen)?;
        }
        Ok(fired)
    }

    fn is_time_to_look(&self) -> bool {
        let mut looked = self.inner.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let is_time = looked.is_none_or(|at| now.saturating_duration_since(at) >= LOOK);
        if is_time {
            *looked = Some(now);
        }
        is_time
    }

    /// Notes that nobody is there, or that somebody is again.
    fn note_absence(&self, area: Area, absent: bool) -> Result<(), StoreError> {
        let scopes = self.scopes(area);
        self.write(scopes.clone(), move |tx| {
            let now = tx.now();
            let mut kept = store::lock_over(tx, area, &scopes)?;
            let (is_new, told) = kept.post.looked_at(absent, now);
            if !is_new {
                return Ok(());
            }
            if absent {
                timers::schedule(tx, UNMANNED, kept.id, kept.post.generation, now + ALONE)?;
            }
            changed(tx, (&mut kept, &scopes), &told, (None, None))
        })
    }

    /// Fires a timer, once: the watch is unmanned, unless somebody came.
    fn fire(&self, timer: &Due, seen: &Seen) -> Result<(), StoreError> {
        let area = seen.watches.iter().find(|one| one.id == timer.subject).map(|one| one.area);
        let scopes = area.map(|area| self.scopes(area)).unwrap_or_default();
        let (id, watch, generation) = (timer.id, timer.subject, timer.generation);
        self.write(scopes.clone(), move |tx| {
            if !timers::fire(tx, id)? {
                return Ok(());
            }
            let Some(mut kept) = store::lock(tx, watch)?.filter(|_| !scopes.is_empty()) else { return Ok(()) };
            let told = kept.post.overdue(generation, tx.now());
            if told.is_empty() { Ok(()) } else { changed(tx, (&mut kept, &scopes), &told, (None, None)) }
        })
    }

    fn write(
        &self,
        scopes: Vec<Uuid>,
        f: impl Fn(&mut Tx<'_>) -> QueryResult<()> + Send + 'static,
    ) -> Result<(), StoreError> {
        let done = self.inner.store.write_blocking(Lane::Normal, scopes, move |tx| Ok::<(), Halt<Infallible>>(f(tx)?));
        done.map_err(|error| match error {
            WriteError::Store(error) => error,
            WriteError::Refused(never) => match never {},
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::{Office, Organisation};

    const ORGANISATION: Uuid = Uuid::from_u128(1);
    const OFFICE: Uuid = Uuid::from_u128(2);

    fn view() -> View {
        let (name, short_name) = ("Lakes Relief".to_owned(), "Lakes".to_owned());
        let organisation = Organisation { id: ORGANISATION, name, short_name, operations_number: None };
        let office = Office {
            id: OFFICE,
            organisation: ORGANISATION,
            country: "KE".to_owned(),
            name: "Kenya Office".to_owned(),
            duty_number: None,
            emergency_number: None,
            closed_at: None,
        };
        View::new(vec![organisation], vec![office], Vec::new(), Vec::new())
    }

    fn absent(area: Area, on_shift: bool, cases: &[Uuid], watched: &[Uuid]) -> bool {
        let seen = Seen { watches: Vec::new(), cases: cases.iter().map(|scope| vec![*scope]).collect() };
        let watched = Watched { everything: false, scopes: watched.iter().copied().collect() };
        seen.is_absent((area, on_shift), &view(), &watched)
    }

    #[test]
    fn who_is_on_shift_must_see_the_whole_area() {
        assert!(absent(Area::Office(OFFICE), true, &[], &[]));
        assert!(!absent(Area::Office(OFFICE), true, &[], &[OFFICE]));
        assert!(absent(Area::Organisation(ORGANISATION), true, &[], &[OFFICE]), "a country office sees its own");
        assert!(!absent(Area::Organisation(ORGANISATION), true, &[], &[OFFICE, ORGANISATION]));
        assert!(absent(Area::Installation, true, &[], &[OFFICE]));
        let everything = Watched { everything: true, ..Watched::default() };
        let seen = Seen { watches: Vec::new(), cases: vec![vec![OFFICE]] };
        assert!(!seen.is_absent((Area::Installation, true), &view(), &everything));
    }

    #[test]
    fn an_open_case_that_nobody_sees_is_one_for_the_installation_also_without_a_shift() {
        assert!(absent(Area::Installation, false, &[OFFICE], &[]));
        assert!(!absent(Area::Installation, false, &[OFFICE], &[OFFICE]));
        assert!(!absent(Area::Installation, false, &[], &[]));
        assert!(!absent(Area::Office(OFFICE), false, &[OFFICE], &[]));
    }
}
