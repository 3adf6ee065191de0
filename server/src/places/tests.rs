use proptest::prelude::*;
use uuid::Uuid;
use wire::access::Role;
use wire::places::{NewDutyStation, NewOffice, NewOrganisation};

use super::fixture::Base;
use super::service::{Places, invent_country};
use super::*;
use crate::access::Area;
use crate::store::{Halt, Lane, WriteError};

const SOUTH_ATLANTIC: (f64, f64) = (-45.0, -25.0);
const NAIROBI: (f64, f64) = (-1.29, 36.82);

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn office(n: u128, organisation: u128, country: &str) -> Office {
    Office {
        id: id(n),
        organisation: id(organisation),
        country: country.to_owned(),
        name: format!("Office {n}"),
        duty_number: None,
        emergency_number: None,
        closed_at: None,
    }
}

fn island() -> InventedCountry {
    InventedCountry {
        code: "XX".to_owned(),
        name: "Marovia".to_owned(),
        lat: SOUTH_ATLANTIC.0,
        lon: SOUTH_ATLANTIC.1,
        radius_km: 100.0,
        time_zone: "UTC".to_owned(),
    }
}

fn world() -> View {
    let organisation = |n, name: &str| Organisation {
        id: id(n),
        name: format!("{name} in full"),
        short_name: name.to_owned(),
        operations_number: None,
    };
    View::new(
        vec![organisation(1, "One"), organisation(2, "Two")],
        vec![office(11, 1, "KE"), office(12, 1, "XX"), office(13, 1, NO_COUNTRY), office(21, 2, "SO")],
        Vec::new(),
        vec![island()],
    )
}

#[test]
fn the_office_in_the_country_of_the_position_hears() {
    let view = world();
    assert_eq!(view.scopes_at(id(1), NAIROBI.0, NAIROBI.1), [id(11)]);
    assert_eq!(view.scopes_at(id(1), SOUTH_ATLANTIC.0, SOUTH_ATLANTIC.1), [id(12)]);
}

#[test]
fn the_organisation_hears_where_it_has_no_office_or_no_country_is_near() {
    let view = world();
    assert_eq!(view.scopes_at(id(2), NAIROBI.0, NAIROBI.1), [id(2)]);
    assert_eq!(view.scopes_at(id(1), -50.0, -120.0), [id(1)]);
    assert_eq!(view.scopes_at(id(1), f64::NAN, 500.0), [id(1)]);
    assert_eq!(view.scopes_at(id(9), NAIROBI.0, NAIROBI.1), [id(9)]);
}

#[test]
fn an_invented_country_reaches_as_far_as_real_borders_do() {
    let island = island();
    let north = |km: f64| SOUTH_ATLANTIC.0 + km / 111.195;
    assert!(island.may_hold(north(124.0), SOUTH_ATLANTIC.1));
    assert!(!island.may_hold(north(126.0), SOUTH_ATLANTIC.1));
}

#[test]
fn distances_are_right_across_the_antimeridian_and_at_the_poles() {
    assert!((km_between((0.0, 179.5), (0.0, -179.5)) - 111.195).abs() < 0.1);
    assert!(km_between((90.0, 0.0), (90.0, 120.0)) < 1e-6);
    assert!((km_between((0.0, 0.0), (0.0, 180.0)) - EARTH_KM * std::f64::consts::PI).abs() < 1e-6);
}

#[test]
fn a_scope_goes_by_its_offices_or_organisations_name() {
    let view = world();
    assert_eq!(view.scope_name(id(11)).as_deref(), Some("Office 11"));
    assert_eq!(view.scope_name(id(1)).as_deref(), Some("One in full"));
    assert_eq!(view.scope_name(id(99)), None);
    assert_eq!(view.scopes().len(), 6);
}

proptest! {
    #[test]
    fn somebody_hears_of_every_position_and_nobody_of_another_organisation(
        lat in -95.0..95.0_f64, lon in -190.0..190.0_f64, organisation in 1..=2_u128,
    ) {
        let view = world();
        let scopes = view.scopes_at(id(organisation), lat, lon);
        prop_assert!(!scopes.is_empty());
        for scope in scopes {
            let own = scope == id(organisation);
            prop_assert!(own || view.office(scope).is_some_and(|office| office.organisation == id(organisation)));
        }
    }
}

fn new_office(organisation: Uuid, country: &str) -> NewOffice {
    NewOffice {
        organisation,
        country: country.to_owned(),
        name: "Office".to_owned(),
        duty_number: Some("+254 20 555 01 00".to_owned()),
        emergency_number: Some("112".to_owned()),
    }
}

fn refused<T>(result: Result<T, WriteError<Refusal>>) -> Refusal {
    match result {
        Err(WriteError::Refused(refusal)) => refusal,
        Err(WriteError::Store(error)) => panic!("{error}"),
        Ok(_) => panic!("it was not refused"),
    }
}

fn field_of(refusal: Refusal) -> String {
    match refusal {
        Refusal::Invalid(invalid) => invalid.field,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_office_is_made_once_per_key_and_once_per_country() {
    let base = Base::new();
    let places = Places::new(base.store.clone(), base.directory.clone());
    let by = base.administrator(id(1));
    let organisation = base.organisation("One");
    let request = base.request(&by);
    let made = places.create_office(&by, request, new_office(organisation, "KE")).await.unwrap();
    assert_eq!(made.duty_number.as_deref(), Some("+254205550100"));
    assert_eq!(base.view().office(made.id).unwrap().country, "KE");
    assert_eq!(places.create_office(&by, request, new_office(organisation, "KE")).await.unwrap(), made);
    let other_body = crate::store::requests::Request { body_hash: [2; 32], ..request };
    let again = places.create_office(&by, other_body, new_office(organisation, "UG")).await;
    assert_eq!(refused(again), Refusal::KeyReused);
    let second = places.create_office(&by, base.request(&by), new_office(organisation, "KE")).await;
    assert!(matches!(refused(second), Refusal::Exists(invalid) if invalid.field == "/country"));
}

#[tokio::test]
async fn an_office_is_in_a_country_that_is_known_real_or_invented_or_in_none() {
    let base = Base::new();
    let places = Places::new(base.store.clone(), base.directory.clone());
    let by = base.administrator(id(1));
    let organisation = base.organisation("One");
    for code in ["ke", "XX", "Q", "", "KEN", "--"] {
        let refusal = refused(places.create_office(&by, base.request(&by), new_office(organisation, code)).await);
        assert_eq!(field_of(refusal), "/country", "{code}");
    }
    base.write(|tx| match invent_country(tx, &island()) {
        Ok(()) => Ok(()),
        Err(Halt::Sql(error)) => Err(error),
        Err(Halt::Refuse(refusal)) => panic!("{refusal:?}"),
    });
    for code in ["XX", NO_COUNTRY] {
        places.create_office(&by, base.request(&by), new_office(organisation, code)).await.unwrap();
    }
}

#[tokio::test]
async fn a_country_is_invented_under_a_free_code_only() {
    let base = Base::new();
    let try_it = async |country: InventedCountry| {
        refused(base.store.write(Lane::Normal, Vec::new(), move |tx| invent_country(tx, &country)).await)
    };
    for code in ["KE", "XK", "ZZ", "xx", "QL", "X", "XXX"] {
        assert_eq!(field_of(try_it(InventedCountry { code: code.to_owned(), ..island() }).await), "/code", "{code}");
    }
    assert_eq!(field_of(try_it(InventedCountry { radius_km: 0.0, ..island() }).await), "/radius_km");
    assert_eq!(field_of(try_it(InventedCountry { radius_km: f64::NAN, ..island() }).await), "/radius_km");
    assert_eq!(field_of(try_it(InventedCountry { lat: 91.0, ..island() }).await), "/lat");
    assert_eq!(field_of(try_it(InventedCountry { time_zone: "Moon".to_owned(), ..island() }).await), "/time_zone");
}

#[tokio::test]
async fn places_outside_of_what_one_administers_do_not_exist() {
    let base = Base::new();
    let places = Places::new(base.store.clone(), base.directory.clone());
    let (one, two) = (base.organisation("One"), base.organisation("Two"));
    let theirs = base.office(two, "KE");
    let by = base.operator(id(1), &[(Role::Administrator, Area::Organisation(one))]);
    let office = places.create_office(&by, base.request(&by), new_office(two, "SO")).await;
    assert_eq!(field_of(refused(office)), "/organisation");
    let station = NewDutyStation { office: theirs, name: "S".into(), time_zone: "UTC".into(), lat: 0.0, lon: 0.0 };
    assert_eq!(field_of(refused(places.create_duty_station(&by, base.request(&by), station).await)), "/office");
    let organisation = NewOrganisation { name: "Three".into(), short_name: "3".into(), operations_number: None };
    assert_eq!(refused(places.create_organisation(&by, base.request(&by), organisation).await), Refusal::Forbidden);
    places.create_office(&by, base.request(&by), new_office(one, "KE")).await.unwrap();
}

#[tokio::test]
async fn impossible_values_are_named_by_their_field_and_nothing_is_made() {
    let base = Base::new();
    let places = Places::new(base.store.clone(), base.directory.clone());
    let by = base.administrator(id(1));
    let organisation = base.organisation("One");
    let office = base.office(organisation, "KE");
    let offices: [(NewOffice, &str); 4] = [
        (NewOffice { name: " ".into(), ..new_office(organisation, "UG") }, "/name"),
        (NewOffice { duty_number: Some("0205550100".into()), ..new_office(organisation, "UG") }, "/duty_number"),
        (NewOffice { emergency_number: Some("call us".into()), ..new_office(organisation, "UG") }, "/emergency_number"),
        (NewOffice { organisation: id(77), ..new_office(organisation, "UG") }, "/organisation"),
    ];
    for (new, field) in offices {
        assert_eq!(field_of(refused(places.create_office(&by, base.request(&by), new).await)), field);
    }
    let good = NewDutyStation { office, name: "Town".into(), time_zone: "Africa/Nairobi".into(), lat: -1.0, lon: 36.0 };
    let stations: [(NewDutyStation, &str); 5] = [
        (NewDutyStation { name: "x".repeat(201), ..good.clone() }, "/name"),
        (NewDutyStation { time_zone: "Nairobi".into(), ..good.clone() }, "/time_zone"),
        (NewDutyStation { lat: 91.0, ..good.clone() }, "/lat"),
        (NewDutyStation { lon: -180.1, ..good.clone() }, "/lon"),
        (NewDutyStation { office: id(77), ..good.clone() }, "/office"),
    ];
    for (new, field) in stations {
        assert_eq!(field_of(refused(places.create_duty_station(&by, base.request(&by), new).await)), field);
    }
    assert_eq!((base.view().offices.len(), base.view().stations.len()), (1, 0));
    let made = places.create_duty_station(&by, base.request(&by), good).await.unwrap();
    assert_eq!(base.view().station(made.id).unwrap().time_zone, "Africa/Nairobi");
}

#[tokio::test]
async fn a_short_name_belongs_to_one_organisation() {
    let base = Base::new();
    let places = Places::new(base.store.clone(), base.directory.clone());
    let by = base.administrator(id(1));
    let new = |name: &str| NewOrganisation { name: name.into(), short_name: "ONE".into(), operations_number: None };
    places.create_organisation(&by, base.request(&by), new("First")).await.unwrap();
    let second = places.create_organisation(&by, base.request(&by), new("Second")).await;
    assert!(matches!(refused(second), Refusal::Exists(invalid) if invalid.field == "/short_name"));
}

mod changing;
mod grading;
mod watching;
