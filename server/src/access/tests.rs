use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::prelude::*;
use wire::access::Role;

use super::*;
use crate::places::View;
use crate::places::{Office, Organisation};

mod accounts;
mod ending;
mod fixture;
mod grants;
mod reach;
mod routes;
mod second_factor;
mod seizing;
mod sessions;
mod signing_in;
mod standing_in;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Organisations 1 and 2; offices 11 to 13 of the first, 21 to 23 of the second.
fn view() -> View {
    let organisation =
        |n: u128| Organisation { id: id(n), name: n.to_string(), short_name: n.to_string(), operations_number: None };
    let office = |n: u128| Office {
        id: id(n),
        organisation: id(n / 10),
        country: n.to_string(),
        name: n.to_string(),
        duty_number: None,
        emergency_number: None,
        closed_at: None,
    };
    let offices = [11, 12, 13, 21, 22, 23].map(office).to_vec();
    View::new(vec![organisation(1), organisation(2)], offices, Vec::new(), Vec::new())
}

fn grant(role: Role, area: Area) -> Grant {
    Grant::appointment(role, area, at(0))
}

fn an_area() -> impl Strategy<Value = Area> {
    prop_oneof![
        Just(Area::Installation),
        prop::sample::select(vec![11, 12, 13, 21, 22, 23]).prop_map(|n| Area::Office(id(n))),
        prop::sample::select(vec![1, 2]).prop_map(|n| Area::Organisation(id(n))),
    ]
}

fn a_role() -> impl Strategy<Value = Role> {
    prop::sample::select(Role::ALL.to_vec())
}

proptest! {
    #[test]
    fn a_grant_counts_from_its_beginning_until_just_before_its_end(
        from in -500..500_i64, length in prop::option::of(1..500_i64), now in -1_000..1_500_i64,
    ) {
        let until = length.map(|length| at(from + length));
        let one = Grant { from: at(from), until, ..grant(Role::OperationsOperator, Area::Installation) };
        let inside = now >= from && length.is_none_or(|length| now < from + length);
        prop_assert_eq!(one.holds(at(now)), inside);
        prop_assert_eq!(!Rights::of(&[one], &view(), at(now)).reach(Permission::WorkCases).is_empty(), inside);
    }

    #[test]
    fn rights_are_the_union_of_the_grants_that_hold(
        grants in prop::collection::vec((a_role(), an_area(), any::<bool>()), 0..6), scope in 1..30_u128,
    ) {
        let grants: Vec<Grant> = grants
            .into_iter()
            .map(|(role, area, over)| Grant { until: over.then_some(at(5)), ..grant(role, area) })
            .collect();
        let rights = Rights::of(&grants, &view(), at(10));
        let covers = |area: Area| match area {
            Area::Installation => true,
            Area::Office(office) => office == id(scope),
            Area::Organisation(organisation) => organisation == id(scope)
                || view().office(id(scope)).is_some_and(|office| office.organisation == organisation),
            Area::Zone(_) | Area::SecurityArea(_) | Area::Region(_) | Area::Country(_) => false,
        };
        for permission in Permission::ALL.iter().copied() {
            let expected = grants.iter().any(|grant| {
                grant.until.is_none() && covers(grant.area) && permissions::permissions(grant.role).contains(&permission)
            });
            let reach = rights.reach(permission);
            prop_assert_eq!(reach.contains(id(scope)), expected);
            prop_assert_eq!(reach.any(&[id(999), id(scope)]), expected || reach.is_everything());
        }
    }

    #[test]
    fn a_reach_covers_an_area_when_it_holds_every_scope_of_it(held in prop::collection::vec(an_area(), 0..4), area in an_area()) {
        let reach = Reach::of(held, &view());
        let all = match (&reach, &Reach::of([area], &view())) {
            (Reach::Everything, _) => true,
            (_, Reach::Everything) => false,
            (Reach::Scopes(mine), Reach::Scopes(theirs)) => theirs.is_subset(mine),
        };
        prop_assert_eq!(reach.covers(area, &view()), all);
    }

    #[test]
    fn a_union_holds_what_either_holds(one in prop::collection::vec(an_area(), 0..4), other in prop::collection::vec(an_area(), 0..4), scope in 1..30_u128) {
        let (one, other) = (Reach::of(one, &view()), Reach::of(other, &view()));
        let both = one.union(&other);
        prop_assert_eq!(both.contains(id(scope)), one.contains(id(scope)) || other.contains(id(scope)));
        prop_assert_eq!(both.is_empty(), one.is_empty() && other.is_empty());
        prop_assert_eq!(&both, &other.union(&one));
    }
}

#[test]
fn an_administrator_sees_no_case_and_works_in_no_scope() {
    let rights = Rights::of(&[grant(Role::Administrator, Area::Installation)], &view(), at(0));
    let operator = Operator::of_test(id(7), rights, at(0));
    assert!(!operator.works_cases() && operator.may(Permission::GrantRoles).is_everything());
    assert!(operator.reach.is_empty() && !operator.reach.any(&view().scopes()));
    assert_eq!(operator.sees(), Reach::Everything);
}

#[test]
fn a_grant_over_an_organisation_reaches_offices_made_later() {
    let grants = [grant(Role::FieldSecurityOfficer, Area::Organisation(id(1)))];
    let mut offices: Vec<Office> = view().offices.values().cloned().collect();
    offices.push(Office { id: id(14), country: "14".into(), ..view().office(id(11)).unwrap().clone() });
    let later = View::new(view().organisations.values().cloned().collect(), offices, Vec::new(), Vec::new());
    assert!(!Rights::of(&grants, &view(), at(0)).reach(Permission::WorkCases).contains(id(14)));
    let rights = Rights::of(&grants, &later, at(0));
    let reach = rights.reach(Permission::WorkCases);
    assert!(reach.contains(id(14)) && reach.contains(id(1)) && !reach.contains(id(2)));
}

#[test]
fn the_fingerprint_changes_with_roles_and_with_what_they_cover_and_with_nothing_else() {
    let of = |grants: &[Grant]| Rights::of(grants, &view(), at(10)).fingerprint();
    let one = grant(Role::FieldSecurityOfficer, Area::Office(id(11)));
    let two = grant(Role::FieldSecurityOfficer, Area::Office(id(12)));
    assert_eq!(of(&[one, two]), of(&[two, one, one]));
    let longer = Grant { until: Some(at(99)), ..one };
    assert_eq!(of(&[one]), of(&[longer]));
    let all = [
        of(&[]),
        of(&[one]),
        of(&[two]),
        of(&[one, two]),
        of(&[Grant { role: Role::OperationsOperator, ..one }]),
        of(&[Grant { role: Role::Administrator, ..one }]),
        of(&[Grant { area: Area::Installation, ..one }]),
        of(&[Grant { until: Some(at(10)), ..one }, two, grant(Role::Administrator, Area::Office(id(12)))]),
    ];
    let distinct: BTreeSet<u64> = all.iter().copied().collect();
    assert_eq!(distinct.len(), all.len());
    assert_eq!(of(&[Grant { until: Some(at(10)), ..one }]), of(&[]));
}

#[test]
fn time_alone_ends_rights() {
    let one = Grant { until: Some(at(60)), ..grant(Role::OperationsOperator, Area::Installation) };
    assert!(!Rights::of(&[one], &view(), at(59)).reach(Permission::WorkCases).is_empty());
    let after = Rights::of(&[one], &view(), at(59) + TimeDelta::seconds(1));
    assert_eq!(after, Rights::default());
}
