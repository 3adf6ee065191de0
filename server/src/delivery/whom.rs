//! Whom a step of the ladder calls, and at which of their numbers.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Role;
use wire::case::{Called, DeliveryChannel, LadderStep, PhoneNumber};

use crate::access::duty::{OnDuty, holders};
use crate::access::{Area, CountryCode, seized_since};
use crate::devices::push::{Place, places};
use crate::distress::Case;
use crate::distress::service::is_in_danger;
use crate::escalation::{LOUD, Step};
use crate::people;
use crate::places::View;
use crate::store::vault::Vault;
use crate::store::{AnyConn, QueryResult, SqlError};
use crate::watch::duty::rostered;

/// People whom one step calls.
const PEOPLE: usize = 50;

/// Addresses of one person that are called by one channel.
const NUMBERS: usize = 3;

/// In the country.
const OFFICERS: [Role; 3] = [Role::FieldSecurityOfficer, Role::SecurityAdviser, Role::LocalSecurity];

/// Everybody on duty, those who are nearest first.
const EVERYBODY: [Role; 6] = [
    Role::FieldSecurityOfficer,
    Role::SecurityAdviser,
    Role::LocalSecurity,
    Role::RegionalSecurityOfficer,
    Role::ShiftLead,
    Role::OperationsOperator,
];

/// The operations centre itself.
const OPERATIONS: [Role; 2] = [Role::ShiftLead, Role::OperationsOperator];

/// Where somebody is called.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) channel: DeliveryChannel,
    /// The row of the number in the register, or the phone that is woken.
    pub(super) id: Uuid,
    /// The number, E.164, or what the channel wakes the phone by.
    pub(super) to: String,
    /// Whether it was proven to reach them.
    pub(super) proven: bool,
}

/// Somebody whom a step calls.
pub(super) struct Callee {
    pub(super) person: Uuid,
    pub(super) name: String,
    pub(super) role: Role,
    /// The best first; empty when none can be called.
    pub(super) addresses: Vec<Address>,
    /// Whether the roster of their role has a gap now.
    pub(super) gap: bool,
}

impl Callee {
    /// Whether one of the addresses was proven to reach them, and is loud: a message to an app wakes nobody whose phone
    /// is silent.
    pub(super) fn is_proven(&self) -> bool {
        self.addresses.iter().any(|address| address.proven && LOUD.contains(&address.channel))
    }

    /// As a timeline names them.
    pub(super) fn called(&self) -> Called {
        Called {
            person: self.person,
            name: self.name.clone(),
            role: self.role,
            proven: self.is_proven(),
            channels: self.channels(),
            gap: self.gap,
        }
    }

    /// By what they are called, each once.
    fn channels(&self) -> Vec<DeliveryChannel> {
        let mut channels: Vec<_> = self.addresses.iter().map(|address| address.channel).collect();
        channels.sort_unstable();
        channels.dedup();
        channels
    }
}

/// The areas of a case, from the country to everything.
fn areas(view: &View, scopes: &[Uuid], step: LadderStep) -> Vec<Area> {
    let offices: Vec<_> = scopes.iter().filter_map(|scope| Some((*scope, view.office(*scope)?))).collect();
    let mut areas = Vec::new();
    if step != LadderStep::RegionalOfficer {
        areas.extend(offices.iter().map(|(id, _)| Area::Office(*id)));
        let countries = offices.iter().filter_map(|(_, office)| CountryCode::parse(&office.country));
        areas.extend(countries.map(Area::Country));
    }
    if step != LadderStep::DutyOfficer {
        for (_, office) in &offices {
            let over = view.regions.values().filter(|region| region.organisation == office.organisation);
            let over = over.filter(|region| region.countries.contains(&office.country));
            areas.extend(over.map(|region| Area::Region(region.id)));
        }
        let own = scopes.iter().copied().filter(|scope| view.organisation(*scope).is_some());
        areas.extend(offices.iter().map(|(_, office)| office.organisation).chain(own).map(Area::Organisation));
    }
    if matches!(step, LadderStep::Everybody | LadderStep::Operations) {
        areas.push(Area::Installation);
    }
    areas
}

/// What people are called about: a case, or where one may be raised.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    /// The case; none while it is only asked who would be called.
    pub(super) case: Option<&'a Case>,
    /// Who sees it.
    pub(super) scopes: &'a [Uuid],
}

/// Whom a step calls, the nearest first: never the person in danger, nor anybody who has an open case of their own, whose
/// phone must stay silent, nor who has the case already.
pub(super) fn callees(
    (conn, vault): (&mut AnyConn, &Vault),
    view: &View,
    about: About<'_>,
    step: &Step,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Callee>> {
    let owner = about.case.and_then(|case| case.summary.owner.as_ref()).map(|owner| owner.id);
    let hushed = about.case.map(|case| hushed((&mut *conn, vault), case)).transpose()?.unwrap_or_default();
    let (areas, roles) = (areas(view, about.scopes, step.step), roles(step.step));
    let mut found = Vec::new();
    for one in meant(conn, view, (&areas, roles), step, now)? {
        if owner == Some(one.person) || must_stay_silent((&mut *conn, vault), about.case, one.person)? {
            continue;
        }
        let mut addresses = addresses_of((&mut *conn, vault), one.person, &step.channels)?;
        addresses.retain(|address| !hushed.contains(&address.to));
        found.push(Callee { person: one.person, name: one.name, role: one.role, addresses, gap: false });
    }
    // When nobody has reacted to the steps before, those off duty are woken too.
    let narrowing = if step.step == LadderStep::Everybody { &[] } else { roles };
    // Whoever is on duty and cannot be proven to be reached keeps no call from those who can.
    let proven = found.iter().any(Callee::is_proven);
    let can = |one: &Callee| if proven { one.is_proven() } else { !one.addresses.is_empty() };
    let reached = |person| found.iter().any(|one| one.person == person && can(one));
    let rostered = rostered(conn, (&areas, narrowing), reached, now)?;
    found.iter_mut().for_each(|one| one.gap = rostered.gaps.contains(&one.role));
    found.retain(|one| !rostered.off.contains(&one.person));
    // Whoever is on duty now is among those who are called.
    if found.len() > PEOPLE {
        tracing::warn!(people = found.len(), most = PEOPLE, "more people are on duty than one step calls");
        found.truncate(PEOPLE);
    }
    Ok(found)
}

/// Those who hold these roles are called by a step; nobody where it names people.
const fn roles(step: LadderStep) -> &'static [Role] {
    match step {
        LadderStep::DutyOfficer => &OFFICERS,
        LadderStep::RegionalOfficer => &[Role::RegionalSecurityOfficer],
        LadderStep::Everybody => &EVERYBODY,
        LadderStep::Operations => &OPERATIONS,
        LadderStep::Named | LadderStep::Ordered => &[],
    }
}

/// Those whom a step means: by what they hold over the areas, or by name.
fn meant(
    conn: &mut AnyConn,
    view: &View,
    (areas, roles): (&[Area], &[Role]),
    Step { step, people, .. }: &Step,
    now: DateTime<Utc>,
) -> QueryResult<Vec<OnDuty>> {
    match step {
        LadderStep::Named | LadderStep::Ordered => named(conn, view, people),
        _ => holders(conn, areas, roles, now),
    }
}

/// People by name: not those who have left, nor those whose office is seized.
fn named(conn: &mut AnyConn, view: &View, people: &[Uuid]) -> QueryResult<Vec<OnDuty>> {
    let mut found = Vec::new();
    for person in people {
        let Some(known) = people::service::brief(conn, view, *person)?.filter(|known| !known.left) else { continue };
        if seized_since(conn, known.office)?.is_none() {
            found.push(OnDuty { person: *person, name: known.brief.name, role: Role::Personnel });
        }
    }
    Ok(found)
}

/// Whether nothing of ours may sound on somebody's phone now: they are in danger themselves. A case of which it is not
/// confirmed whose it is silences nobody: a stranger could take everybody on duty off the ladder.
pub(super) fn must_stay_silent(
    (conn, vault): (&mut AnyConn, &Vault),
    case: Option<&Case>,
    person: Uuid,
) -> QueryResult<bool> {
    let subject = case.and_then(|case| case.summary.subject.id);
    Ok(subject == Some(person) || is_in_danger(conn, vault, person)?)
}

/// Numbers that must not be called about a case: those of whoever is in danger, whosever else they are.
pub(super) fn hushed((conn, vault): (&mut AnyConn, &Vault), case: &Case) -> QueryResult<Vec<String>> {
    let mut hushed: Vec<String> = case.callback.iter().cloned().collect();
    if let Some(person) = case.summary.subject.id {
        hushed.extend(numbers_of(conn, vault, person)?.into_iter().map(|number| number.number));
    }
    Ok(hushed)
}

/// Where somebody is called by each channel: at what was proven to reach them; at everything when nothing was.
fn addresses_of(
    (conn, vault): (&mut AnyConn, &Vault),
    person: Uuid,
    channels: &[DeliveryChannel],
) -> QueryResult<Vec<Address>> {
    let all = all_addresses((conn, vault), person)?;
    let mut addresses: Vec<Address> = Vec::new();
    for channel in channels {
        let mut of_channel: Vec<_> = all.iter().filter(|address| address.channel == *channel).cloned().collect();
        if of_channel.iter().any(|address| address.proven) {
            of_channel.retain(|address| address.proven);
        }
        of_channel.truncate(NUMBERS);
        addresses.extend(of_channel);
    }
    Ok(addresses)
}

/// Where somebody can be reached by any channel, the best of each first.
pub(super) fn all_addresses((conn, vault): (&mut AnyConn, &Vault), person: Uuid) -> QueryResult<Vec<Address>> {
    let numbers = numbers_of(conn, vault, person)?;
    let places = readable(places(conn, vault, person), person)?;
    let by_number = numbers.iter().flat_map(|number| {
        let (id, proven) = (number.id, number.verified_at.is_some());
        let of = move |channel| id.map(|id| Address { channel, id, to: number.number.clone(), proven });
        let text = ["mobile", "satellite"].contains(&number.kind.as_str());
        let call = number.kind != "radio";
        [text.then_some(DeliveryChannel::Sms), call.then_some(DeliveryChannel::Voice)]
            .into_iter()
            .flatten()
            .filter_map(of)
    });
    let of_phone = |place: Place| {
        let proven = place.shown_at.is_some();
        Address { channel: place.channel, id: place.device, to: place.to, proven }
    };
    Ok(by_number.chain(places.into_iter().map(of_phone)).collect())
}

/// What cannot be read stops nobody from being called otherwise.
fn readable<T>(found: QueryResult<Vec<T>>, person: Uuid) -> QueryResult<Vec<T>> {
    match found {
        Err(SqlError::DeserializationError(why)) => {
            tracing::error!(%person, %why, "where somebody on duty is reached cannot be read");
            Ok(Vec::new())
        }
        found => found,
    }
}

/// The numbers of somebody, the best first. Who has one that cannot be read is called by none, and the others are called
/// all the same.
pub(super) fn numbers_of(conn: &mut AnyConn, vault: &Vault, person: Uuid) -> QueryResult<Vec<PhoneNumber>> {
    readable(people::service::numbers(conn, vault, person), person)
}
