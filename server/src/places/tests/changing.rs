use wire::places::{
    ChangeDutyStation, ChangeOffice, ChangeOrganisation, ChangeRegion, NewPremises, NewRegion, PremisesKind,
};

use super::*;

const KAMPALA: (f64, f64) = (0.3136, 32.5811);

struct Scene {
    base: Base,
    places: Places,
    by: crate::access::Operator,
    organisation: Uuid,
    office: Uuid,
}

impl Scene {
    fn new() -> Self {
        let base = Base::new();
        let places = Places::new(base.store.clone(), base.directory.clone());
        let by = base.administrator(id(1));
        let organisation = base.organisation("One");
        let office = base.office(organisation, "UG");
        Self { base, places, by, organisation, office }
    }

    async fn office(&self, change: ChangeOffice) -> Result<wire::places::Office, WriteError<Refusal>> {
        self.places.change_office(&self.by, self.base.request(&self.by), self.office, change).await
    }
}

#[tokio::test]
async fn only_present_fields_change_and_null_clears() {
    let scene = Scene::new();
    let set = ChangeOffice { duty_number: Some(Some("+256 414 555 010".into())), ..ChangeOffice::default() };
    let changed = scene.office(set).await.unwrap();
    assert_eq!((changed.duty_number.as_deref(), changed.name.as_str()), (Some("+256414555010"), "Office in UG"));
    let renamed = scene.office(ChangeOffice { name: Some("Kampala".into()), ..ChangeOffice::default() }).await.unwrap();
    assert_eq!((renamed.duty_number, renamed.name), (changed.duty_number, "Kampala".to_owned()));
    let cleared = scene.office(ChangeOffice { duty_number: Some(None), ..ChangeOffice::default() }).await.unwrap();
    assert_eq!((cleared.duty_number, cleared.name.as_str()), (None, "Kampala"));
    assert_eq!(scene.base.view().office(scene.office).unwrap().name, "Kampala");
    let nothing = refused(scene.office(ChangeOffice::default()).await);
    assert_eq!(field_of(nothing), "");
}

#[tokio::test]
async fn an_office_closes_when_nobody_belongs_to_it_and_its_country_is_its_organisations_again() {
    let scene = Scene::new();
    let person = scene.base.person(scene.office, "Okello Akena", None);
    let close = || ChangeOffice { closed: Some(true), ..ChangeOffice::default() };
    let hears = || scene.base.view().scopes_at(scene.organisation, KAMPALA.0, KAMPALA.1);
    let refusal = refused(scene.office(close()).await);
    assert!(matches!(&refusal, Refusal::InUse(why) if why.starts_with("One person")), "{refusal:?}");
    assert_eq!(hears(), [scene.office]);
    scene.base.leave(person);
    let closed = scene.office(close()).await.unwrap();
    assert_eq!(closed.closed_at, Some(scene.base.now()));
    assert_eq!(hears(), [scene.organisation]);
    assert!(scene.base.view().office(scene.office).is_some(), "what happened in it stays under its scope");
    // Closing again keeps the time; a second office in the country is refused; opening takes it back.
    scene.base.advance(chrono::TimeDelta::hours(1));
    assert_eq!(scene.office(close()).await.unwrap().closed_at, closed.closed_at);
    let again =
        scene.places.create_office(&scene.by, scene.base.request(&scene.by), new_office(scene.organisation, "UG"));
    assert!(matches!(refused(again.await), Refusal::Exists(_)));
    let open = ChangeOffice { closed: Some(false), ..ChangeOffice::default() };
    assert_eq!(scene.office(open).await.unwrap().closed_at, None);
    assert_eq!(hears(), [scene.office]);
}

#[tokio::test]
async fn a_repeat_of_an_ending_gets_the_first_answer_and_another_finds_nothing() {
    let scene = Scene::new();
    let (places, by) = (&scene.places, &scene.by);
    let new = NewPremises {
        office: scene.office,
        duty_station: None,
        kind: PremisesKind::Warehouse,
        name: "Depot".into(),
        lat: 0.3,
        lon: 32.6,
    };
    let made = places.create_premises(by, scene.base.request(by), new).await.unwrap();
    assert_eq!(scene.base.view().premises.len(), 1);
    let request = scene.base.request(by);
    places.end_premises(by, request, made.id).await.unwrap();
    assert!(scene.base.view().premises.is_empty());
    places.end_premises(by, request, made.id).await.unwrap();
    assert_eq!(refused(places.end_premises(by, scene.base.request(by), made.id).await), Refusal::NotFound);
}

#[tokio::test]
async fn a_duty_station_ends_when_nobody_belongs_to_it() {
    let scene = Scene::new();
    let (places, by) = (&scene.places, &scene.by);
    let new = NewDutyStation {
        office: scene.office,
        name: "Gulu".into(),
        time_zone: "Africa/Kampala".into(),
        lat: 2.8,
        lon: 32.3,
    };
    let station = places.create_duty_station(by, scene.base.request(by), new).await.unwrap().id;
    let new = wire::people::NewPerson {
        duty_station: Some(station),
        ..crate::places::fixture::new_person(scene.office, "Ann", None)
    };
    let new = crate::people::Checked::new(&new).unwrap();
    let person = scene.base.write(move |tx| crate::people::service::create_one(tx, &new));
    assert!(matches!(refused(places.end_duty_station(by, scene.base.request(by), station).await), Refusal::InUse(_)));
    let half = ChangeDutyStation { lat: Some(1.0), ..ChangeDutyStation::default() };
    assert_eq!(field_of(refused(places.change_duty_station(by, scene.base.request(by), station, half).await)), "/lon");
    scene.base.leave(person);
    places.end_duty_station(by, scene.base.request(by), station).await.unwrap();
    assert!(scene.base.view().station(station).is_none());
}

#[tokio::test]
async fn a_region_has_known_countries_once_and_goes_when_nobody_holds_a_role_over_it() {
    let scene = Scene::new();
    let (places, by) = (&scene.places, &scene.by);
    let new = |name: &str, countries: &[&str]| NewRegion {
        organisation: scene.organisation,
        name: name.into(),
        countries: countries.iter().map(|code| (*code).to_owned()).collect(),
    };
    for countries in [&[] as &[&str], &["KE", "KE"], &["ke"], &["XX"], &["ZZ"], &["Kenya"]] {
        let refusal = refused(places.create_region(by, scene.base.request(by), new("East", countries)).await);
        assert_eq!(field_of(refusal), "/countries", "{countries:?}");
    }
    let made = places.create_region(by, scene.base.request(by), new("East", &["UG", "KE"])).await.unwrap();
    assert_eq!(
        (made.countries, scene.base.view().offices_of_region(made.id)),
        (vec!["KE".into(), "UG".into()], vec![scene.office])
    );
    let twin = places.create_region(by, scene.base.request(by), new("East", &["SO"])).await;
    assert!(matches!(refused(twin), Refusal::Exists(invalid) if invalid.field == "/name"));
    let change = ChangeRegion { countries: Some(vec!["KE".into()]), name: None };
    places.change_region(by, scene.base.request(by), made.id, change).await.unwrap();
    assert!(scene.base.view().offices_of_region(made.id).is_empty());
    let (person, region) = (scene.base.person(scene.office, "Rso", None), made.id);
    let from = scene.base.now();
    let until = from + chrono::TimeDelta::hours(1);
    let grant = crate::access::Grant::appointment(Role::RegionalSecurityOfficer, Area::Region(region), from);
    let grant = crate::access::Grant { until: Some(until), ..grant };
    scene.base.write(move |tx| crate::access::insert_grant(tx, person, grant));
    assert!(matches!(refused(places.delete_region(by, scene.base.request(by), region).await), Refusal::InUse(_)));
    scene.base.advance(chrono::TimeDelta::hours(1));
    places.delete_region(by, scene.base.request(by), region).await.unwrap();
    assert!(scene.base.view().region(region).is_none());
}

#[tokio::test]
async fn a_short_name_is_not_taken_from_another_by_a_change() {
    let scene = Scene::new();
    let two = scene.base.organisation("Two");
    let (places, by) = (&scene.places, &scene.by);
    let change = ChangeOrganisation { short_name: Some("One".into()), ..ChangeOrganisation::default() };
    let taken = places.change_organisation(by, scene.base.request(by), two, change.clone()).await;
    assert!(matches!(refused(taken), Refusal::Exists(invalid) if invalid.field == "/short_name"));
    // Its own stays its own.
    let own = places.change_organisation(by, scene.base.request(by), scene.organisation, change).await;
    assert_eq!(own.unwrap().short_name, "One");
}

#[tokio::test]
async fn places_of_others_are_not_found_and_not_changed() {
    let scene = Scene::new();
    let two = scene.base.organisation("Two");
    let by = scene.base.operator(id(2), &[(Role::Administrator, Area::Organisation(two))]);
    let change = ChangeOffice { name: Some("Mine".into()), ..ChangeOffice::default() };
    let office = scene.places.change_office(&by, scene.base.request(&by), scene.office, change).await;
    assert_eq!(refused(office), Refusal::NotFound);
    let change = ChangeOrganisation { name: Some("Mine".into()), ..ChangeOrganisation::default() };
    let organisation = scene.places.change_organisation(&by, scene.base.request(&by), scene.organisation, change).await;
    assert_eq!(refused(organisation), Refusal::NotFound);
    assert_eq!(scene.base.view().office(scene.office).unwrap().name, "Office in UG");
}
