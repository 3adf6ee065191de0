//! Where grants reach, over a small world: two organisations in three countries, regions, areas
//! inside areas, zones.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;
use wire::access::{AreaKind, GrantOrigin, Permission, Role};
use wire::zones::SecurityAreaKind;

use crate::access::grants::may_grant;
use crate::access::{Area, CountryCode, Grant, Operator, Reach, Rights, permissions};
use crate::places::{Office, Organisation, Region, SecurityArea, View, Zone};

const COUNTRIES: [&str; 3] = ["KE", "UG", "ET"];

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Organisations 1 and 2; office N1 to N3 of organisation N in each country; region N01 of the first
/// two countries of organisation N; areas 310 (country 1) with 311 in it with 312 in that, and 320
/// (country 2); zones 410 in 312, 411 of country 1 in no area, 420 in 320.
fn world() -> View {
    let organisation = |n: u128| Organisation {
        id: id(n),
        name: format!("Organisation {n}"),
        short_name: n.to_string(),
        operations_number: None,
    };
    let office = |n: u128, at: usize| Office {
        id: id(n * 10 + at as u128 + 1),
        organisation: id(n),
        country: COUNTRIES[at].to_owned(),
        name: format!("Office {n}{at}"),
        duty_number: None,
        emergency_number: None,
        closed_at: None,
    };
    let offices = [1, 2].into_iter().flat_map(|n| (0..3).map(move |at| office(n, at))).collect();
    let region = |n: u128| Region {
        id: id(n * 100 + 1),
        organisation: id(n),
        name: "Two countries".to_owned(),
        countries: COUNTRIES[..2].iter().map(|country| (*country).to_owned()).collect(),
    };
    let area = |n: u128, country: usize, parent: Option<u128>| SecurityArea {
        id: id(n),
        country: COUNTRIES[country].to_owned(),
        parent: parent.map(id),
        kind: SecurityAreaKind::Area,
        name: n.to_string(),
        scheme: None,
    };
    let zone = |n: u128, country: usize, area: Option<u128>| Zone {
        id: id(n),
        country: COUNTRIES[country].to_owned(),
        area: area.map(id),
        name: n.to_string(),
    };
    View::new(vec![organisation(1), organisation(2)], offices, Vec::new(), Vec::new()).with_groupings(
        vec![region(1), region(2)],
        vec![area(310, 0, None), area(311, 0, Some(310)), area(312, 0, Some(311)), area(320, 1, None)],
        vec![zone(410, 0, Some(312)), zone(411, 0, None), zone(420, 1, Some(320))],
        Vec::new(),
    )
}

/// Everything that somebody could be let into: organisations, offices, areas, zones.
fn everything() -> Vec<Uuid> {
    let world = world();
    let places = world.organisations.keys().chain(world.offices.keys()).chain(world.areas.keys());
    places.chain(world.zones.keys()).copied().collect()
}

/// What an area holds, said another way than the code says it.
fn inside(scope: Uuid, area: Area) -> bool {
    let world = world();
    let country_of = |scope: Uuid| {
        let office = world.office(scope).map(|office| office.country.clone());
        let area = world.area(scope).map(|area| area.country.clone());
        office.or(area).or(world.zone(scope).map(|zone| zone.country.clone()))
    };
    let up = |mut at: Option<Uuid>, top: Uuid| loop {
        match at {
            None => return false,
            Some(one) if one == top => return true,
            Some(one) => at = world.area(one).and_then(|area| area.parent),
        }
    };
    match area {
        Area::Installation => true,
        Area::Zone(one) | Area::Office(one) => scope == one,
        Area::SecurityArea(one) => {
            up(Some(scope).filter(|scope| world.area(*scope).is_some()), one)
                || world.zone(scope).is_some_and(|zone| up(zone.area, one))
        }
        Area::Region(one) => {
            let region = world.region(one).unwrap();
            let office = world.office(scope).filter(|office| office.organisation == region.organisation);
            office.is_some_and(|office| region.countries.contains(&office.country))
        }
        Area::Organisation(one) => scope == one || world.office(scope).is_some_and(|office| office.organisation == one),
        Area::Country(country) => country_of(scope).as_deref() == Some(country.as_str()),
    }
}

fn an_area_of(kind: AreaKind) -> BoxedStrategy<Area> {
    let one = |of: Vec<u128>| prop::sample::select(of).prop_map(id);
    match kind {
        AreaKind::Zone => one(vec![410, 411, 420]).prop_map(Area::Zone).boxed(),
        AreaKind::SecurityArea => one(vec![310, 311, 312, 320]).prop_map(Area::SecurityArea).boxed(),
        AreaKind::Office => one(vec![11, 12, 13, 21, 22, 23]).prop_map(Area::Office).boxed(),
        AreaKind::Region => one(vec![101, 201]).prop_map(Area::Region).boxed(),
        AreaKind::Organisation => one(vec![1, 2]).prop_map(Area::Organisation).boxed(),
        AreaKind::Country => prop::sample::select(COUNTRIES.to_vec())
            .prop_map(|code| Area::Country(CountryCode::parse(code).unwrap()))
            .boxed(),
        AreaKind::Installation => Just(Area::Installation).boxed(),
    }
}

/// A role over an area of a kind that it is granted over.
fn an_appointment() -> impl Strategy<Value = (Role, Area)> {
    let roles: Vec<Role> = Role::ALL.iter().copied().filter(|role| !permissions::areas(*role).is_empty()).collect();
    prop::sample::select(roles).prop_flat_map(|role| {
        let kinds = prop::sample::select(permissions::areas(role).to_vec());
        kinds.prop_flat_map(an_area_of).prop_map(move |area| (role, area))
    })
}

/// Of grants that rest on nothing else.
fn an_origin() -> impl Strategy<Value = GrantOrigin> {
    prop::sample::select(vec![GrantOrigin::Appointment, GrantOrigin::AdInterim])
}

fn in_force((role, area): (Role, Area)) -> Grant {
    Grant::appointment(role, area, at(0))
}

/// What a reach holds, of everything.
fn held(reach: &Reach) -> BTreeSet<Uuid> {
    everything().into_iter().filter(|scope| reach.contains(*scope)).collect()
}

proptest! {
    #[test]
    fn no_grant_over_an_area_reaches_a_scope_outside_of_it(
        appointment in an_appointment(), origin in an_origin(), until in prop::option::of(1..1_000_i64),
    ) {
        let grant = Grant { origin, until: until.map(at), ..in_force(appointment) };
        let rights = Rights::of(&[grant], &world(), at(0));
        for permission in Permission::ALL.iter().copied() {
            let permitted = grant.permits().contains(&permission);
            for scope in everything() {
                let reached = rights.reach(permission).contains(scope);
                prop_assert_eq!(reached, permitted && inside(scope, grant.area), "{:?} {}", permission, scope);
            }
        }
    }

    #[test]
    fn what_was_taken_in_an_emergency_rests_on_an_appointment(
        appointment in an_appointment(),
        origin in prop::sample::select(vec![GrantOrigin::Unsealed, GrantOrigin::BreakGlass]),
    ) {
        let grant = Grant { origin, ..in_force(appointment) };
        prop_assert_eq!(&Rights::of(&[grant], &world(), at(0)), &Rights::default());
        let base = match origin {
            GrantOrigin::Unsealed => in_force(appointment),
            _ => in_force((Role::ShiftLead, Area::Installation)),
        };
        let ended = Grant { until: Some(at(0)), ..base };
        prop_assert_eq!(&Rights::of(&[grant, ended], &world(), at(0)), &Rights::default());
        let rights = Rights::of(&[grant, base], &world(), at(0));
        for permission in grant.permits() {
            for scope in everything().into_iter().filter(|scope| inside(*scope, grant.area)) {
                prop_assert!(rights.reach(*permission).contains(scope));
            }
        }
    }

    #[test]
    fn a_grant_that_is_expired_or_to_come_gives_nothing(
        appointment in an_appointment(), origin in an_origin(), from in -1_000..1_000_i64, length in 1..1_000_i64,
        now in -3_000..3_000_i64,
    ) {
        let grant = Grant { origin, from: at(from), until: Some(at(from + length)), ..in_force(appointment) };
        let rights = Rights::of(&[grant], &world(), at(now));
        if now < from || from + length <= now {
            prop_assert_eq!(&rights, &Rights::default());
        } else {
            prop_assert_eq!(rights.roles.as_slice(), &[grant.role]);
        }
        // The stream that it opened is looked at again no later than its rights change.
        let next = grant.next_change(at(now));
        let changes = |at: DateTime<Utc>| Rights::of(&[grant], &world(), at) != rights;
        prop_assert_eq!(next.is_some(), now < from + length);
        prop_assert!(next.is_none_or(|next| at(now) < next && (grant.permits().is_empty() || changes(next) )));
    }

    #[test]
    fn nobody_grants_more_than_they_hold_the_right_to_grant(
        own in prop::collection::vec(an_appointment(), 0..4), wanted in an_appointment(),
    ) {
        let world = world();
        let grants: Vec<Grant> = own.into_iter().map(in_force).collect();
        let by = Operator::of_test(id(7), Rights::of(&grants, &world, at(0)), at(0));
        let wanted = in_force(wanted);
        let given = |permission: Permission| {
            let of = grants.iter().filter(move |grant| grant.permits().contains(&permission));
            of.map(|grant| grant.area).collect::<Vec<_>>()
        };
        let mut areas = given(Permission::GrantRoles);
        if wanted.role == Role::Warden {
            areas.extend(given(Permission::AppointWardens));
        }
        let granted = may_grant(&by, &world, &wanted).is_ok();
        let reached = held(&Reach::of([wanted.area], &world));
        if granted {
            let mine = held(&Reach::of(areas.clone(), &world));
            prop_assert!(reached.is_subset(&mine), "{:?} by {:?}", wanted, grants);
            prop_assert!(wanted.area != Area::Installation || areas.contains(&Area::Installation));
        }
        // Who holds the area itself, or all of it, is not refused.
        if areas.contains(&wanted.area) || areas.contains(&Area::Installation) {
            prop_assert!(granted, "{:?} by {:?}", wanted, grants);
        }
    }

    #[test]
    fn what_somebody_grants_opens_nothing_that_they_may_not_grant_on(
        own in an_appointment(), first in an_appointment(), second in an_appointment(),
    ) {
        // A right to grant that was granted goes no further than the one it came from.
        let world = world();
        let operator = |grant: Grant| Operator::of_test(id(7), Rights::of(&[grant], &world, at(0)), at(0));
        let (own, first, second) = (in_force(own), in_force(first), in_force(second));
        let chain = may_grant(&operator(own), &world, &first).is_ok() && may_grant(&operator(first), &world, &second).is_ok();
        if chain {
            prop_assert!(may_grant(&operator(own), &world, &second).is_ok());
        }
    }
}
