//! Links by which somebody sets their password, and codes by which a phone becomes somebody's: who may issue
//! one, who is told, and what makes one void.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Answer, DeviceKey, Operator, PASSWORD, Phone, SignedIn, TestApp, World, key, on_both};
use uuid::Uuid;
use wire::Code;
use wire::audit::{AuditPage, Deed, Notice};
use wire::enrolment::EnrolmentBatchIssued;

const NEXT: &str = "another gravel lantern";

async fn set(app: &TestApp, link: &str) -> Answer {
    app.anonymous().post("/v1/password", &json!({ "secret": link, "password": NEXT })).await
}

/// What is noted in a scope of links for somebody, the newest first.
async fn noted(desk: &SignedIn, scope: Uuid, person: Uuid) -> Vec<Notice> {
    let page: AuditPage = desk.get(&format!("/v1/audit?scope={scope}")).await.expect(200).json();
    let about = |one: &Notice| one.deed == Deed::PasswordLinkIssued && one.subject == Some(person);
    page.notices.into_iter().filter(about).collect()
}

on_both!(a_password_link_asks_for_the_password_anew_and_is_noted_where_its_person_is, by_hand, async |app| {
    let world = app.world().await;
    let awa = world.account("Awa Diallo", &world.kenya).await;
    let administrator = &world.administrator;
    let links = async |scope| noted(administrator, scope, awa.person).await;
    let before = links(world.kenya.id).await.len();
    let path = format!("/v1/people/{}/account", awa.person);
    app.advance(TimeDelta::minutes(5));
    administrator.post(&path, &json!({})).await.refused(Code::StepUpRequired);
    assert_eq!(links(world.kenya.id).await.len(), before, "what is refused is not noted, and did not happen");

    administrator.step_up(PASSWORD).await;
    let key = key();
    let first = administrator.post_by(key, &path, &json!({})).await.expect(201).text();
    assert_eq!(administrator.post_by(key, &path, &json!({})).await.expect(201).text(), first);
    for scope in [world.kenya.id, world.organisation] {
        let now = links(scope).await;
        assert_eq!(now.len(), before + 1, "asked twice under one key it is issued and noted once");
        let notice = &now[0];
        assert_eq!((notice.actor.id, notice.actor.name.as_str()), (Some(administrator.person), "Ines Okoro"));
        assert_eq!(notice.until, Some(app.now() + TimeDelta::hours(24)));
        assert!(!notice.what.contains("Diallo"), "no name of staff");
    }
    assert!(links(world.uganda.id).await.is_empty());
});

on_both!(a_password_link_is_void_once_its_person_may_more_or_has_left, async |app| {
    let world = app.world().await;
    let awa = world.account("Awa Diallo", &world.kenya).await;
    let ben = world.account("Ben Otieno", &world.kenya).await;
    let administrator = &world.administrator;

    let link = world.password_link(awa.person).await;
    let held = world.grant(awa.person, "list_steward", "office", Some(world.kenya.id)).await;
    set(app, &link).await.refused(Code::LinkInvalid);
    awa.get("/v1/session").await.expect(200);

    let link = world.password_link(ben.person).await;
    let until = app.now() + TimeDelta::days(1);
    let interim = json!({ "person": ben.person, "until": until });
    administrator.post(&format!("/v1/grants/{}/ad-interim", held.id), &interim).await.expect(201);
    set(app, &link).await.refused(Code::LinkInvalid);

    let link = world.password_link(awa.person).await;
    administrator.withdraw(&format!("/v1/grants/{}", held.id), "moved on").await.expect(200);
    let gone = world.password_link(ben.person).await;
    administrator.post(&format!("/v1/people/{}/departure", ben.person), &json!({})).await.expect(204);
    set(app, &gone).await.refused(Code::LinkInvalid);
    administrator.post(&format!("/v1/people/{}/return", ben.person), &json!({})).await.expect(204);
    set(app, &gone).await.refused(Code::LinkInvalid);
    // Who may less than when it was issued, and who was not touched, sets a password by it.
    set(app, &link).await.expect(204);
    SignedIn::try_sign_in(awa.http(), &awa.email, &awa.password).await.refused(Code::SignInFailed);
});

/// Somebody of an office with what could let a stranger in as them: a link, a code, a sheet of a batch.
struct Waiting {
    person: Operator,
    link: String,
    codes: Vec<String>,
}

impl Waiting {
    async fn of(world: &World, name: &str, office: &wire::places::Office) -> Self {
        let (person, other) = (world.account(name, office).await, world.person("Musa Kimani", office).await);
        let batch = json!({ "people": [other], "days": 2 });
        let batch = world.administrator.post("/v1/enrolment-batches", &batch).await.expect(201);
        let sheet = batch.json::<EnrolmentBatchIssued>().invitations[0].code.clone();
        let codes = vec![world.enrolment(person.person).await.code, sheet];
        Self { link: world.password_link(person.person).await, person, codes }
    }

    async fn is_void(&self, app: &TestApp, code: Code) {
        set(app, &self.link).await.refused(code);
        for one in &self.codes {
            Phone::try_enrol(&app.http(), one, &DeviceKey::default()).await.refused(code);
        }
    }
}

on_both!(what_lets_people_of_a_seized_office_in_is_void_and_stays_so_when_it_works_again, async |app| {
    let world = app.world().await;
    let watch = world.account("Awa Diallo", &world.ethiopia).await;
    world.grant(watch.person, "operations_operator", "installation", None).await;
    let inside = Waiting::of(&world, "Ken Mwangi", &world.kenya).await;
    let outside = Waiting::of(&world, "Uma Nakato", &world.uganda).await;
    let path = format!("/v1/offices/{}/seizure", world.kenya.id);
    watch.post(&path, &json!({ "reason": "Armed men are inside" })).await.expect(200);
    inside.is_void(app, Code::LinkInvalid).await;
    watch.take_away(&path, &json!({ "reason": "Our guards are back" })).await.expect(204);
    inside.is_void(app, Code::LinkInvalid).await;
    inside.person.again().await;
    // What is issued now works, and elsewhere nothing was touched.
    world.phone_of(inside.person.person).await.now().await;
    set(app, &world.password_link(inside.person.person).await).await.expect(204);
    for code in &outside.codes {
        Phone::enrol(&app.http(), code).await;
    }
    set(app, &outside.link).await.expect(204);
});
