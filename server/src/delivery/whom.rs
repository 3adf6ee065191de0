//! Whom a step of the ladder calls, and at which of their numbers.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Role;
use wire::case::{DeliveryChannel, LadderStep, PhoneNumber};

use crate::access::duty::holders;
use crate::access::{Area, CountryCode};
use crate::distress::Case;
use crate::distress::ladder::Step;
use crate::distress::service::has_open_case;
use crate::people;
use crate::places::View;
use crate::store::vault::Vault;
use crate::store::{AnyConn, QueryResult, SqlError};

/// People whom one step calls.
const PEOPLE: usize = 50;

/// Numbers of one person that are called.
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

/// Where somebody is called.
pub(super) struct Address {
    pub(super) channel: DeliveryChannel,
    /// The row of the number in the register.
    pub(super) id: Uuid,
    /// The number, E.164.
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
}

impl Callee {
    /// Whether one of the addresses was proven to reach them.
    pub(super) fn is_proven(&self) -> bool {
        self.addresses.iter().any(|address| address.proven)
    }

    /// By what they are called, each once.
    pub(super) fn channels(&self) -> Vec<DeliveryChannel> {
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
    if step == LadderStep::Everybody {
        areas.push(Area::Installation);
    }
    areas
}

/// Whom a step calls, the nearest first: never the person in danger, nor anybody who has an open case of their own, whose
/// phone must stay silent, nor who has the case already.
pub(super) fn callees(
    (conn, vault): (&mut AnyConn, &Vault),
    view: &View,
    (case, scopes): (&Case, &[Uuid]),
    Step { step, channels, .. }: &Step,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Callee>> {
    let roles: &[Role] = match step {
        LadderStep::DutyOfficer => &OFFICERS,
        LadderStep::RegionalOfficer => &[Role::RegionalSecurityOfficer],
        LadderStep::Everybody => &EVERYBODY,
    };
    let owner = case.summary.owner.as_ref().map(|owner| owner.id);
    let mut found = Vec::new();
    for one in holders(conn, &areas(view, scopes, *step), roles, now)? {
        if found.len() >= PEOPLE {
            tracing::warn!(case = %case.summary.id, people = PEOPLE, "more people are on duty than one step calls");
            break;
        }
        if owner == Some(one.person) || must_stay_silent(conn, case, one.person)? {
            continue;
        }
        let addresses = addresses_of((conn, vault), one.person, channels)?;
        found.push(Callee { person: one.person, name: one.name, role: one.role, addresses });
    }
    Ok(found)
}

/// Whether nothing of ours may sound on somebody's phone now: they are in danger themselves.
pub(super) fn must_stay_silent(conn: &mut AnyConn, case: &Case, person: Uuid) -> QueryResult<bool> {
    Ok(case.summary.subject.id == Some(person) || has_open_case(conn, person)?)
}

/// Where somebody is called by each channel: at what was proven to reach them; at everything when nothing was.
fn addresses_of(
    (conn, vault): (&mut AnyConn, &Vault),
    person: Uuid,
    channels: &[DeliveryChannel],
) -> QueryResult<Vec<Address>> {
    let numbers = numbers_of(conn, vault, person)?;
    let mut addresses = Vec::new();
    for channel in channels {
        let mut of_channel: Vec<_> = numbers.iter().filter_map(|number| address(*channel, number)).collect();
        if of_channel.iter().any(|address| address.proven) {
            of_channel.retain(|address| address.proven);
        }
        of_channel.truncate(NUMBERS);
        addresses.extend(of_channel);
    }
    Ok(addresses)
}

/// A number as an address of a channel; none when it is of a kind that the channel does not reach.
pub(super) fn address(channel: DeliveryChannel, number: &PhoneNumber) -> Option<Address> {
    let reaches = match channel {
        DeliveryChannel::Sms => ["mobile", "satellite"].contains(&number.kind.as_str()),
        DeliveryChannel::Voice => number.kind != "radio",
    };
    let (id, proven) = (number.id?, number.verified_at.is_some());
    reaches.then(|| Address { channel, id, to: number.number.clone(), proven })
}

/// The numbers of somebody, the best first. Who has one that cannot be read is called by none, and the others are called
/// all the same.
pub(super) fn numbers_of(conn: &mut AnyConn, vault: &Vault, person: Uuid) -> QueryResult<Vec<PhoneNumber>> {
    match people::service::numbers(conn, vault, person) {
        Err(SqlError::DeserializationError(why)) => {
            tracing::error!(%person, %why, "the numbers of somebody on duty cannot be read");
            Ok(Vec::new())
        }
        found => found,
    }
}
