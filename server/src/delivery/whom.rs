//! Whom a step of the ladder calls, and at which of their numbers.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Role;
use wire::case::{LadderStep, PhoneNumber};

use crate::access::duty::holders;
use crate::access::{Area, CountryCode};
use crate::distress::Case;
use crate::distress::service::has_open_case;
use crate::people;
use crate::places::View;
use crate::store::vault::Vault;
use crate::store::{AnyConn, QueryResult, SqlError};

/// People whom one step calls.
const PEOPLE: usize = 50;

/// Numbers of one person that are called.
const NUMBERS: usize = 3;

/// Kinds of number that take a text message.
const TEXTED: [&str; 2] = ["mobile", "satellite"];

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

/// Somebody whom a step calls.
pub(super) struct Callee {
    pub(super) person: Uuid,
    pub(super) name: String,
    pub(super) role: Role,
    /// The best first; empty when none can be called.
    pub(super) numbers: Vec<PhoneNumber>,
}

impl Callee {
    /// Whether one of the numbers was proven to reach them.
    pub(super) fn is_proven(&self) -> bool {
        self.numbers.iter().any(|number| number.verified_at.is_some())
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
/// phone must stay silent.
pub(super) fn callees(
    (conn, vault): (&mut AnyConn, &Vault),
    view: &View,
    (case, scopes): (&Case, &[Uuid]),
    step: LadderStep,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Callee>> {
    let roles: &[Role] = match step {
        LadderStep::DutyOfficer => &OFFICERS,
        LadderStep::RegionalOfficer => &[Role::RegionalSecurityOfficer],
        LadderStep::Everybody => &EVERYBODY,
    };
    let mut found = Vec::new();
    for one in holders(conn, &areas(view, scopes, step), roles, now)? {
        if found.len() >= PEOPLE {
            tracing::warn!(case = %case.summary.id, people = PEOPLE, "more people are on duty than one step calls");
            break;
        }
        if must_stay_silent(conn, case, one.person)? {
            continue;
        }
        let mut numbers = numbers_of(conn, vault, one.person)?;
        // Those that were proven; all of them when none was.
        if numbers.iter().any(|number| number.verified_at.is_some()) {
            numbers.retain(|number| number.verified_at.is_some());
        }
        numbers.truncate(NUMBERS);
        found.push(Callee { person: one.person, name: one.name, role: one.role, numbers });
    }
    Ok(found)
}

/// Whether nothing of ours may sound on somebody's phone now: they are in danger themselves.
pub(super) fn must_stay_silent(conn: &mut AnyConn, case: &Case, person: Uuid) -> QueryResult<bool> {
    Ok(case.summary.subject.id == Some(person) || has_open_case(conn, person)?)
}

/// The numbers of somebody that take a text message, the best first. Who has one that cannot be read is called by none,
/// and the others are called all the same.
pub(super) fn numbers_of(conn: &mut AnyConn, vault: &Vault, person: Uuid) -> QueryResult<Vec<PhoneNumber>> {
    let mut numbers = match people::service::numbers(conn, vault, person) {
        Err(SqlError::DeserializationError(why)) => {
            tracing::error!(%person, %why, "the numbers of somebody on duty cannot be read");
            Vec::new()
        }
        found => found?,
    };
    numbers.retain(|number| number.id.is_some() && TEXTED.contains(&number.kind.as_str()));
    Ok(numbers)
}
