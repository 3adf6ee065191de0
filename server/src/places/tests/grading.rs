use chrono::TimeDelta;
use wire::zones::{
    ChangeSecurityArea, ChangeZone, GradeDefinition, NewGrade, NewGradingScheme, NewSecurityArea, NewZone,
    SecurityAreaKind,
};

use super::*;

struct Scene {
    base: Base,
    places: Places,
    by: crate::access::Operator,
    office: Uuid,
}

impl Scene {
    fn new() -> Self {
        let base = Base::new();
        let places = Places::new(base.store.clone(), base.directory.clone());
        let by = base.administrator(id(1));
        let organisation = base.organisation("One");
        let office = base.office(organisation, "KE");
        Self { base, places, by, office }
    }

    async fn scheme(&self, name: &str, codes: &[&str]) -> Result<wire::zones::GradingScheme, WriteError<Refusal>> {
        let grade = |code: &&str| GradeDefinition { code: (*code).to_owned(), name: code.to_uppercase() };
        let new = NewGradingScheme { name: name.into(), grades: codes.iter().map(grade).collect() };
        self.places.create_grading_scheme(&self.by, self.base.request(&self.by), new).await
    }

    async fn area(&self, new: NewSecurityArea) -> Result<wire::zones::SecurityArea, WriteError<Refusal>> {
        self.places.create_area(&self.by, self.base.request(&self.by), new).await
    }

    async fn grade(&self, area: Uuid, new: NewGrade) -> Result<wire::zones::AreaGrade, WriteError<Refusal>> {
        self.places.grade_area(&self.by, self.base.request(&self.by), area, new).await
    }

    async fn current(&self, area: Uuid) -> Option<String> {
        self.places.area(&self.by, area).await.unwrap().unwrap().grade.map(|grade| grade.grade)
    }
}

fn area(name: &str) -> NewSecurityArea {
    NewSecurityArea {
        country: "KE".into(),
        parent: None,
        kind: SecurityAreaKind::Area,
        name: name.into(),
        scheme: None,
        boundary: None,
    }
}

fn graded(grade: &str) -> NewGrade {
    NewGrade { grade: grade.into(), reason: "Reviewed".into(), from: None }
}

#[tokio::test]
async fn an_area_has_the_newest_grade_that_has_begun_and_keeps_them_all() {
    let scene = Scene::new();
    let scheme = scene.scheme("Three", &["low", "medium", "high"]).await.unwrap();
    let area = scene.area(NewSecurityArea { scheme: Some(scheme.id), ..area("North") }).await.unwrap().id;
    assert_eq!(scene.current(area).await, None);
    scene.grade(area, graded("low")).await.unwrap();
    let later = Some(scene.base.now() + TimeDelta::hours(2));
    scene.grade(area, NewGrade { from: later, ..graded("high") }).await.unwrap();
    assert_eq!(scene.current(area).await.as_deref(), Some("low"));
    scene.base.advance(TimeDelta::hours(1));
    scene.grade(area, graded("medium")).await.unwrap();
    assert_eq!(scene.current(area).await.as_deref(), Some("medium"));
    scene.base.advance(TimeDelta::hours(1));
    assert_eq!(scene.current(area).await.as_deref(), Some("high"));
    let history = scene.places.grades(&scene.by, area).await.unwrap().unwrap();
    assert_eq!(history.iter().map(|one| one.grade.as_str()).collect::<Vec<_>>(), ["high", "medium", "low"]);
    assert!(history.iter().all(|one| one.set_by == scene.by.person && one.reason == "Reviewed"));
    // A scheme that grades refer to stays.
    let other = scene.scheme("Two", &["a", "b"]).await.unwrap().id;
    let change = ChangeSecurityArea { scheme: Some(Some(other)), ..ChangeSecurityArea::default() };
    let changed = scene.places.change_area(&scene.by, scene.base.request(&scene.by), area, change).await;
    assert!(matches!(refused(changed), Refusal::InUse(_)));
}

#[tokio::test]
async fn grades_that_cannot_be_are_refused_by_their_field() {
    let scene = Scene::new();
    let scheme = scene.scheme("Two", &["low", "high"]).await.unwrap().id;
    let bare = scene.area(area("Bare")).await.unwrap().id;
    let area = scene.area(NewSecurityArea { scheme: Some(scheme), ..area("North") }).await.unwrap().id;
    let now = scene.base.now();
    let cases = [
        (bare, graded("low"), "/grade"),
        (area, graded("medium"), "/grade"),
        (area, graded("LOW"), "/grade"),
        (area, NewGrade { reason: "ok".into(), ..graded("low") }, "/reason"),
        (area, NewGrade { from: Some(now - TimeDelta::hours(1)), ..graded("low") }, "/from"),
        (area, NewGrade { from: Some(now + TimeDelta::days(400)), ..graded("low") }, "/from"),
    ];
    for (area, new, field) in cases {
        assert_eq!(field_of(refused(scene.grade(area, new).await)), field);
    }
    assert_eq!(scene.places.grades(&scene.by, area).await.unwrap().unwrap(), []);
}

#[tokio::test]
async fn schemes_have_two_to_twelve_grades_with_codes_of_their_own() {
    let scene = Scene::new();
    let many: Vec<String> = (0..13).map(|at| format!("g{at}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (codes, field) in [
        (&["one"] as &[&str], "/grades"),
        (&many, "/grades"),
        (&["a", "a"], "/grades"),
        (&["a", "B"], "/grades/1/code"),
        (&["", "b"], "/grades/0/code"),
    ] {
        assert_eq!(field_of(refused(scene.scheme("S", codes).await)), field, "{codes:?}");
    }
    scene.scheme("S", &many[..12]).await.unwrap();
    assert!(
        matches!(refused(scene.scheme("S", &["a", "b"]).await), Refusal::Exists(invalid) if invalid.field == "/name")
    );
    let by = scene.base.operator(id(2), &[(Role::Administrator, Area::Office(scene.office))]);
    let new = NewGradingScheme { name: "Mine".into(), grades: Vec::new() };
    let mine = scene.places.create_grading_scheme(&by, scene.base.request(&by), new).await;
    assert_eq!(refused(mine), Refusal::Forbidden);
}

#[tokio::test]
async fn zones_and_areas_belong_together_by_country_and_end_from_the_inside() {
    let scene = Scene::new();
    let (places, by) = (&scene.places, &scene.by);
    let outer = scene.area(area("North")).await.unwrap().id;
    let inner = scene.area(NewSecurityArea { parent: Some(outer), ..area("North town") }).await.unwrap().id;
    let zone = |name: &str, area| NewZone { country: "KE".into(), area, name: name.into(), boundary: None };
    let hill = places.create_zone(by, scene.base.request(by), zone("Hill", Some(inner))).await.unwrap().id;
    assert_eq!(scene.base.view().within_area(outer).len(), 3);

    let twin = places.create_zone(by, scene.base.request(by), zone("Hill", None)).await;
    assert!(matches!(refused(twin), Refusal::Exists(invalid) if invalid.field == "/name"));
    assert!(matches!(refused(scene.area(area("North")).await), Refusal::Exists(invalid) if invalid.field == "/name"));
    let ugandan = NewZone { country: "UG".into(), ..zone("Lake", Some(inner)) };
    assert_eq!(field_of(refused(places.create_zone(by, scene.base.request(by), ugandan).await)), "/area");
    let nowhere = NewZone { country: "ZZ".into(), ..zone("Moon", None) };
    assert_eq!(field_of(refused(places.create_zone(by, scene.base.request(by), nowhere).await)), "/country");
    let around = ChangeSecurityArea { parent: Some(Some(inner)), ..ChangeSecurityArea::default() };
    assert_eq!(field_of(refused(places.change_area(by, scene.base.request(by), outer, around).await)), "/parent");

    let in_zone =
        wire::people::NewPerson { zone: Some(hill), ..crate::places::fixture::new_person(scene.office, "Ann", None) };
    let in_zone = crate::people::Checked::new(&in_zone).unwrap();
    let person = scene.base.write(move |tx| crate::people::service::create_one(tx, &in_zone));
    assert!(matches!(refused(places.end_area(by, scene.base.request(by), outer).await), Refusal::InUse(_)));
    assert!(matches!(refused(places.end_area(by, scene.base.request(by), inner).await), Refusal::InUse(_)));
    assert!(matches!(refused(places.end_zone(by, scene.base.request(by), hill).await), Refusal::InUse(_)));
    scene.base.leave(person);
    places.end_zone(by, scene.base.request(by), hill).await.unwrap();
    places.end_area(by, scene.base.request(by), inner).await.unwrap();
    places.end_area(by, scene.base.request(by), outer).await.unwrap();
    assert!(scene.base.view().areas.is_empty() && scene.base.view().zones.is_empty());
    let change = ChangeZone { name: Some("Hill 2".into()), ..ChangeZone::default() };
    assert_eq!(refused(places.change_zone(by, scene.base.request(by), hill, change).await), Refusal::NotFound);
}

#[tokio::test]
async fn whoever_administers_no_office_of_a_country_changes_nothing_there() {
    let scene = Scene::new();
    let ugandan = scene.base.office(scene.base.view().office(scene.office).unwrap().organisation, "UG");
    let by = scene.base.operator(id(2), &[(Role::Administrator, Area::Office(ugandan))]);
    let zone = NewZone { country: "KE".into(), area: None, name: "Hill".into(), boundary: None };
    assert_eq!(
        field_of(refused(scene.places.create_zone(&by, scene.base.request(&by), zone.clone()).await)),
        "/country"
    );
    let made = scene.places.create_zone(&scene.by, scene.base.request(&scene.by), zone).await.unwrap();
    assert_eq!(refused(scene.places.end_zone(&by, scene.base.request(&by), made.id).await), Refusal::NotFound);
    assert!(scene.places.zone(&by, made.id).await.unwrap().is_none());
    assert!(scene.places.zones(&by, None).await.unwrap().is_empty());
    let kenyan = scene.base.operator(id(3), &[(Role::FieldSecurityOfficer, Area::Office(scene.office))]);
    assert_eq!(scene.places.zones(&kenyan, Some("KE".into())).await.unwrap().len(), 1);
}
