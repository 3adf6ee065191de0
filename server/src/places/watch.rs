//! The hourly watch of the zones: one without a reachable warden for 24 hours is an alert, once.

use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::audit::Deed;

use super::service::Places;
use super::store;
use super::store::zones::Whole;
use super::zones::Roster;
use crate::audit::{self, Act};
use crate::store::timers::{self, Due};
use crate::store::{AnyConn, Halt, Lane, QueryResult, StoreError, Tx, WriteError};

/// Timer: the zones are to be looked at; one for the installation, its generation is the hour.
const ZONE_WATCH: &str = "zone_watch";

/// What the timer is about: the installation.
const EVERY_ZONE: Uuid = Uuid::from_bytes(*b"muster-zonewatch");

/// How long a zone may be without a reachable warden before it is an alert.
pub const UNWATCHED: TimeDelta = TimeDelta::hours(24);

/// Seconds between two looks.
const EVERY: i64 = 3_600;

/// Zones that one write changes.
const ZONES: usize = 50;

/// A timer has no rule that could refuse it.
#[derive(Debug)]
enum Never {}

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    /// It has just been found without a reachable warden.
    Lost,
    /// It has been without one for too long, and nobody was told.
    Alert,
    /// It has one again.
    Regained,
}

impl Finding {
    fn of(zone: &Whole, watched: bool, now: DateTime<Utc>) -> Option<Self> {
        match (watched, zone.unreachable_since) {
            (true, Some(_)) => Some(Self::Regained),
            (false, None) => Some(Self::Lost),
            (false, Some(since)) if zone.alerted_at.is_none() && now - since >= UNWATCHED => Some(Self::Alert),
            (true, None) | (false, Some(_)) => None,
        }
    }
}

impl Places {
    /// Fires the watch of the zones when it is due; returns how many timers fired. Called by a
    /// thread of its own.
    pub fn fire_due(&self) -> Result<usize, StoreError> {
        self.set_watch()?;
        let now = self.store.clock().now();
        let due = self.store.read_blocking(|reading| timers::due(reading.conn, &[ZONE_WATCH], now, 1))?;
        let mut fired = 0;
        for timer in due {
            match self.look(&timer) {
                Ok(()) => fired += 1,
                // It stays due.
                Err(StoreError::Fault(why)) => tracing::error!(%why, "the zones could not be looked at"),
                Err(error) => return Err(error),
            }
        }
        Ok(fired)
    }

    /// Sets the first timer, once for each start: those after it are set as each one fires.
    fn set_watch(&self) -> Result<(), StoreError> {
        if self.watch_set.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.write_watch(Vec::new(), |tx| {
            let now = tx.now();
            timers::schedule(tx, ZONE_WATCH, EVERY_ZONE, hour(now), now)
        })?;
        self.watch_set.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Looks at every zone, in chunks; the last one fires the timer and sets the next.
    fn look(&self, timer: &Due) -> Result<(), StoreError> {
        loop {
            let now = self.store.clock().now();
            let mut found = self.store.read_blocking(|reading| findings(reading.conn, now))?;
            let last = found.len() <= ZONES;
            found.truncate(ZONES);
            let view = self.view();
            let zones: Vec<(Uuid, Vec<Uuid>)> =
                found.into_iter().map(|(zone, country)| (zone, view.scopes_of_country(&country))).collect();
            let scopes = zones.iter().flat_map(|(_, scopes)| scopes.iter().copied()).collect();
            let timer = timer.id;
            self.write_watch(scopes, move |tx| {
                let now = tx.now();
                apply(tx, &zones, now)?;
                if last && timers::fire(tx, timer)? {
                    let next = hour(now) + 1;
                    let due = DateTime::from_timestamp(next * EVERY, 0).unwrap_or(now + TimeDelta::seconds(EVERY));
                    timers::schedule(tx, ZONE_WATCH, EVERY_ZONE, next, due)?;
                }
                Ok(())
            })?;
            if last {
                return Ok(());
            }
        }
    }

    fn write_watch(
        &self,
        scopes: Vec<Uuid>,
        f: impl Fn(&mut Tx<'_>) -> QueryResult<()> + Send + 'static,
    ) -> Result<(), StoreError> {
        let done = self.store.write_blocking(Lane::Normal, scopes, move |tx| Ok::<(), Halt<Never>>(f(tx)?));
        done.map_err(|error| match error {
            WriteError::Store(error) => error,
            WriteError::Refused(never) => match never {},
        })
    }
}

/// Hours since 1970.
fn hour(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(EVERY)
}

/// Zones about which something is to be noted, with their country.
fn findings(conn: &mut AnyConn, now: DateTime<Utc>) -> QueryResult<Vec<(Uuid, String)>> {
    let roster = Roster::read(conn, None, now)?;
    let all = store::zones::all(conn)?;
    let noted = all.into_iter().filter(|one| Finding::of(one, roster.watches(one.zone.id), now).is_some());
    Ok(noted.map(|one| (one.zone.id, one.zone.country)).collect())
}

/// Looks at these zones again, within the write, and notes what is so.
fn apply(tx: &mut Tx<'_>, zones: &[(Uuid, Vec<Uuid>)], now: DateTime<Utc>) -> QueryResult<()> {
    let ids: Vec<Uuid> = zones.iter().map(|(zone, _)| *zone).collect();
    let roster = Roster::read(tx.reading(), Some(&ids), now)?;
    for one in store::zones::some(tx.reading(), &ids)? {
        let id = one.zone.id;
        match Finding::of(&one, roster.watches(id), now) {
            None => {}
            Some(Finding::Regained) => store::zones::note_watch(tx, id, None, None)?,
            Some(Finding::Lost) => store::zones::note_watch(tx, id, Some(now), None)?,
            Some(Finding::Alert) => {
                store::zones::note_watch(tx, id, one.unreachable_since, Some(now))?;
                let scopes = zones.iter().find(|(zone, _)| *zone == id).map(|(_, scopes)| scopes.as_slice());
                let what = format!("A warden zone in {} has had no reachable warden for 24 hours", one.zone.country);
                let act = Act::new(Deed::ZoneUnwatched, what).on(id);
                audit::service::record(tx, None, scopes.unwrap_or_default(), act)?;
            }
        }
    }
    Ok(())
}
