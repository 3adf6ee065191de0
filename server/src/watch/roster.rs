//! Duty rosters: reading a week, entering, replacing, ending.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use uuid::Uuid;
use wire::access::{Permission, Role};
use wire::audit::Deed;
use wire::watch::{Duty, NewRosterEntry, Roster, RosterDuty, RosterEntry, RosterGap, RosterOfRole};

use super::pattern::{Pattern, Span, bits, clock, gaps, midnight, minute, monday, weekdays};
use super::service::Watches;
use super::store::rosters::{self, Entry};
use super::{NO_AREA, Refusal, kept};
use crate::access::duty::holding;
use crate::access::{Area, Operator, permissions};
use crate::audit::Act;
use crate::audit::service::record;
use crate::kernel::field::{self, Invalid};
use crate::kernel::ids;
use crate::people;
use crate::places::View;
use crate::store::requests::{Request, once};
use crate::store::{AnyConn, Halt, Lane, QueryResult, StoreError, Tx, WriteError};

/// Entries of one area that count at once.
const ENTRIES: usize = 200;

impl Watches {
    /// The roster of an area in the week of a day, or in this one. None where the area is not for the caller.
    pub async fn roster(
        &self,
        by: &Operator,
        area: Area,
        week: Option<NaiveDate>,
    ) -> Result<Option<Roster>, StoreError> {
        let view = self.view();
        let may_edit = by.may(Permission::EditRosters).covers(area, &view);
        if kept(area, &view).is_err() || !(may_edit || by.may(Permission::ReadPeople).covers(area, &view)) {
            return Ok(None);
        }
        let now = self.now();
        let read = self.store().read(move |reading| {
            let entries = rosters::over(reading.conn, &[area])?;
            let zone = entries.last().map(|entry| entry.pattern.zone);
            let zone = zone.or_else(|| zone_of(area, &view).and_then(Result::ok)).unwrap_or(Tz::UTC);
            let day = week.unwrap_or_else(|| now.with_timezone(&zone).date_naive());
            let week = monday(day);
            let begins =
                |day: NaiveDate| midnight(zone, day).unwrap_or_else(|| day.and_time(Default::default()).and_utc());
            let span = (begins(week), begins(week.checked_add_days(chrono::Days::new(7)).unwrap_or(week)));
            let roles = of_roles(reading.conn, &view, area, &entries, (span, now))?;
            let ended = rosters::ended(reading.conn, area)?;
            let listed = entries.iter().rev().chain(&ended).take(ENTRIES);
            Ok(Roster {
                area: area.kind(),
                area_id: area.id(),
                country: area.country().map(|country| country.as_str().to_owned()),
                time_zone: zone.name().to_owned(),
                week,
                from: span.0,
                until: span.1,
                roles,
                entries: listed.map(shown).collect(),
                may_edit,
                server_time: now,
            })
        });
        read.await.map(Some)
    }

    /// Puts somebody on the roster of an area: they hold the role there, now or from some day on.
    pub async fn enter(
        &self,
        by: &Operator,
        request: Request,
        new: NewRosterEntry,
    ) -> Result<RosterEntry, WriteError<Refusal>> {
        let view = self.view();
        let area = Area::named(new.area, new.area_id, new.country.as_deref()).and_then(|area| kept(area, &view));
        let area = area.map_err(refused)?;
        if !by.may(Permission::EditRosters).covers(area, &view) {
            return Err(refused(Invalid::new(area.field(), NO_AREA)));
        }
        if !has_roster(new.role, area) {
            return Err(refused(Invalid::new("/role", "People of this role are not called over such an area.")));
        }
        let pattern = pattern(&new.duty, area, &view).map_err(refused)?;
        let (by, scopes) = ((by.person, by.name.clone()), self.scopes(area));
        let written = self.store().write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                if rosters::over(tx.reading(), &[area])?.len() >= ENTRIES {
                    return Err(Halt::Refuse(Refusal::State("The roster has 200 entries; end some first.")));
                }
                let entry = entry(tx, &view, (area, new.role), (&new.duty, pattern), (by.0, None))?;
                rosters::insert(tx, &entry)?;
                note(tx, &by, (&scopes, &view), ("entered", &entry))?;
                Ok(shown(&entry))
            })
        });
        written.await
    }

    /// Puts another entry in the place of one, of the same area and role; the old one stays, ended.
    pub async fn replace(
        &self,
        by: &Operator,
        request: Request,
        (id, revision): (Uuid, i64),
        duty: Duty,
    ) -> Result<RosterEntry, WriteError<Refusal>> {
        let (view, area) = self.editable(by, id).await?;
        let pattern = pattern(&duty, area, &view).map_err(refused)?;
        let (by, scopes) = ((by.person, by.name.clone()), self.scopes(area));
        let written = self.store().write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                let old = counting(tx, id, revision)?;
                let entry = entry(tx, &view, (area, old.role), (&duty, pattern), (by.0, Some(id)))?;
                rosters::end(tx, id, by.0)?;
                rosters::insert(tx, &entry)?;
                note(tx, &by, (&scopes, &view), ("replaced", &entry))?;
                Ok(shown(&entry))
            })
        });
        written.await
    }

    /// Ends an entry: from now on it counts for nothing, and stays.
    pub async fn end_entry(
        &self,
        by: &Operator,
        request: Request,
        (id, revision): (Uuid, i64),
    ) -> Result<RosterEntry, WriteError<Refusal>> {
        let (view, area) = self.editable(by, id).await?;
        let (by, scopes) = ((by.person, by.name.clone()), self.scopes(area));
        let written = self.store().write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                let old = counting(tx, id, revision)?;
                rosters::end(tx, id, by.0)?;
                note(tx, &by, (&scopes, &view), ("ended", &old))?;
                Ok(shown(&Entry { ended: Some((tx.now(), by.0)), ..old }))
            })
        });
        written.await
    }

    /// The area of an entry that the caller may change; an entry keeps its area.
    async fn editable(&self, by: &Operator, id: Uuid) -> Result<(std::sync::Arc<View>, Area), WriteError<Refusal>> {
        let view = self.view();
        let found = self.store().read(move |reading| rosters::find(reading.conn, id)).await?;
        let area = found.map(|entry| entry.area).filter(|area| by.may(Permission::EditRosters).covers(*area, &view));
        area.map(|area| (view, area)).ok_or(WriteError::Refused(Refusal::NotFound))
    }
}

fn refused(invalid: Invalid) -> WriteError<Refusal> {
    WriteError::Refused(invalid.into())
}

/// Whether people of a role are called because of a grant over such an area.
fn has_roster(role: Role, area: Area) -> bool {
    let called = [
        Role::FieldSecurityOfficer,
        Role::SecurityAdviser,
        Role::LocalSecurity,
        Role::RegionalSecurityOfficer,
        Role::ShiftLead,
        Role::OperationsOperator,
    ];
    called.contains(&role) && permissions::areas(role).contains(&area.kind())
}

/// The zone of an area's wall clock, where it has one: of an office that of its duty stations. An error where those are in
/// several; none where it has none.
fn zone_of(area: Area, view: &View) -> Option<Result<Tz, ()>> {
    let Area::Office(office) = area else { return None };
    let stations = view.stations.values().filter(|station| station.office == office);
    let zones: BTreeSet<&str> = stations.map(|station| station.time_zone.as_str()).collect();
    let country = view.office(office).map(|office| office.country.as_str());
    let invented = view.invented.iter().find(|one| Some(one.code.as_str()) == country);
    let mut zones =
        if zones.is_empty() { invented.map(|one| one.time_zone.as_str()).into_iter().collect() } else { zones };
    let first = zones.pop_first()?;
    Some(if zones.is_empty() { first.parse().map_err(drop) } else { Err(()) })
}

fn pattern(duty: &Duty, area: Area, view: &View) -> Result<Pattern, Invalid> {
    let zone = match (&duty.time_zone, zone_of(area, view)) {
        (Some(zone), _) => field::time_zone("/duty/time_zone", zone)?.parse().ok(),
        (None, Some(Ok(zone))) => Some(zone),
        (None, _) => None,
    };
    let why = "Give the time zone of the wall clock, such as Africa/Nairobi: the area has none, or several.";
    let zone = zone.ok_or_else(|| Invalid::new("/duty/time_zone", why))?;
    let time =
        |field, text: &str| minute(text).ok_or_else(|| Invalid::new(field, "Give a time as HH:MM, 00:00 to 23:59."));
    let why = "Give each day once: 1 Monday to 7 Sunday.";
    let bits = bits(&duty.weekdays).ok_or_else(|| Invalid::new("/duty/weekdays", why))?;
    if duty.last_day.is_some_and(|last| last < duty.first_day) {
        return Err(Invalid::new("/duty/last_day", "The last day is before the first; give a later one, or none."));
    }
    Ok(Pattern {
        weekdays: bits,
        from: time("/duty/from", &duty.from)?,
        until: time("/duty/until", &duty.until)?,
        zone,
        first: duty.first_day,
        last: duty.last_day,
    })
}

/// A new entry of somebody who holds the role over all of the area.
fn entry(
    tx: &mut Tx<'_>,
    view: &View,
    (area, role): (Area, Role),
    (duty, pattern): (&Duty, Pattern),
    (by, replaces): (Uuid, Option<Uuid>),
) -> Result<Entry, Halt<Refusal>> {
    let now = tx.now();
    let known = people::service::identity(tx.reading(), duty.person)?.filter(|one| !one.left);
    let holds = holding(tx.reading(), view, &[duty.person], (role, area), (now, true))?.contains(&duty.person);
    let Some(known) = known.filter(|_| holds) else {
        let why = "This person does not hold that role over this area. A roster grants nothing; grant it first.";
        return Err(Halt::Refuse(Invalid::new("/duty/person", why).into()));
    };
    let (id, name, person) = (ids::in_order(now), known.name, duty.person);
    Ok(Entry { id, area, role, person, name, pattern, replaces, by, at: now, ended: None })
}

/// An entry that was not ended, at the revision that the caller saw.
fn counting(tx: &mut Tx<'_>, id: Uuid, revision: i64) -> Result<Entry, Halt<Refusal>> {
    let found = rosters::find(tx.reading(), id)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
    if found.ended.is_some() {
        return Err(Halt::Refuse(Refusal::Ended("This entry was ended or replaced; look at the roster again.")));
    }
    if revision != 1 {
        return Err(Halt::Refuse(Refusal::Changed));
    }
    Ok(found)
}

/// Notes what was done to an entry.
fn note(
    tx: &mut Tx<'_>,
    (by, by_name): &(Uuid, String),
    (scopes, view): (&[Uuid], &View),
    (done, entry): (&str, &Entry),
) -> QueryResult<()> {
    let country = entry.area.country().map(|country| country.as_str().to_owned());
    let (role, kind, place) = (entry.role.word(), entry.area.kind().word(), entry.area.name(view).or(country));
    let name = place.unwrap_or_default();
    let act = Act::new(
        Deed::RosterChanged,
        format!("An entry of a duty roster was {done}: {role} over {kind} {name}").trim_end(),
    );
    record(tx, Some((*by, by_name)), scopes, act.on(entry.person)).map(drop)
}

fn of_roles(
    conn: &mut AnyConn,
    view: &View,
    area: Area,
    entries: &[Entry],
    (span, now): (Span, DateTime<Utc>),
) -> QueryResult<Vec<RosterOfRole>> {
    let mut all = Vec::new();
    for role in Role::ALL.iter().copied() {
        let of: Vec<&Entry> = entries.iter().filter(|entry| entry.role == role).collect();
        if of.is_empty() {
            continue;
        }
        let people: Vec<Uuid> = of.iter().map(|entry| entry.person).collect();
        let hold = holding(conn, view, &people, (role, area), (now, false))?;
        let duty = |entry: &Entry, (from, until): Span| RosterDuty {
            entry: entry.id,
            person: entry.person,
            name: entry.name.clone(),
            holds: hold.contains(&entry.person),
            from,
            until,
        };
        let duties = of.iter().flat_map(|entry| entry.pattern.duties(span).into_iter().map(|span| duty(entry, span)));
        let mut duties: Vec<RosterDuty> = duties.collect();
        duties.sort_by_key(|duty| (duty.from, duty.until));
        let covered = duties.iter().filter(|duty| duty.holds).map(|duty| (duty.from, duty.until));
        let gaps = gaps(covered, span).into_iter().map(|(from, until)| RosterGap { from, until }).collect();
        let on_now = of.iter().any(|entry| hold.contains(&entry.person) && entry.pattern.is_on(now));
        all.push(RosterOfRole { role, duties, gaps, on_now });
    }
    Ok(all)
}

/// As it travels.
fn shown(entry: &Entry) -> RosterEntry {
    let Pattern { weekdays: days, from, until, zone, first, last } = entry.pattern;
    RosterEntry {
        id: entry.id,
        revision: if entry.ended.is_some() { 2 } else { 1 },
        area: entry.area.kind(),
        area_id: entry.area.id(),
        country: entry.area.country().map(|country| country.as_str().to_owned()),
        role: entry.role,
        duty: Duty {
            person: entry.person,
            weekdays: weekdays(days),
            from: clock(from),
            until: clock(until),
            time_zone: Some(zone.name().to_owned()),
            first_day: first,
            last_day: last,
        },
        name: entry.name.clone(),
        replaces: entry.replaces,
        entered_by: entry.by,
        entered_at: entry.at,
        ended_by: entry.ended.map(|(_, by)| by),
        ended_at: entry.ended.map(|(at, _)| at),
    }
}
