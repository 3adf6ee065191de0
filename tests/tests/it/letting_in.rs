//! Links by which somebody sets their password, and codes by which a phone becomes somebody's: who may issue
//! one, who is told, and what makes one void.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Answer, DeviceKey, Operator, PASSWORD, Phone, SignedIn, TestApp, World, key, on_both};
use uuid::Uuid;
use wire::Code;
use wire::access::AccountLink;
use wire::audit::{AuditPage, Deed, Notice};
use wire::enrolment::{DevicesOfPerson, EnrolmentBatchIssued, EnrolmentBatches, EnrolmentIssued, EnrolmentProgress};

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

/// A link by which somebody sets a password, issued by this operator.
async fn link_by(by: &Operator, person: Uuid) -> String {
    let made: AccountLink = by.post(&format!("/v1/people/{person}/account"), &json!({})).await.expect(201).json();
    made.link.split("#password=").nth(1).expect("the secret is in the fragment").to_owned()
}

/// The link is answered as one that nobody ever issued, also with a password that would not do.
async fn is_void(app: &TestApp, link: &str) {
    for password in [NEXT, "short"] {
        let asked = async |secret: &str| {
            app.anonymous().post("/v1/password", &json!({ "secret": secret, "password": password })).await
        };
        let (void, unknown) = (asked(link).await, asked("never issued").await);
        assert_eq!(void.refused(Code::LinkInvalid).detail, unknown.refused(Code::LinkInvalid).detail);
        assert_eq!(void.status, unknown.status);
    }
}

on_both!(a_password_link_is_void_once_who_issued_it_may_not_issue_it, async |app| {
    let world = app.world().await;
    let administrator = &world.administrator;
    let awa = world.account("Awa Diallo", &world.kenya).await;
    let lea = world.account("Lea Mutai", &world.kenya).await;
    let appoint = async || world.grant(lea.person, "administrator", "office", Some(world.kenya.id)).await.id;
    // Their role ends.
    let held = appoint().await;
    let link = link_by(&lea, awa.person).await;
    administrator.withdraw(&format!("/v1/grants/{held}"), "moved on").await.expect(200);
    is_void(app, &link).await;
    // The person moves to where they administer nobody.
    appoint().await;
    let link = link_by(&lea, awa.person).await;
    let moves = async |office: Uuid| {
        let revision = crate::people::read(administrator, awa.person).await.revision;
        crate::people::change(administrator, awa.person, revision, json!({ "office": office })).await.expect(200);
    };
    moves(world.uganda.id).await;
    is_void(app, &link).await;
    // They leave; and coming back does not bring it back.
    moves(world.kenya.id).await;
    let link = link_by(&lea, awa.person).await;
    administrator.post(&format!("/v1/people/{}/departure", lea.person), &json!({})).await.expect(204);
    is_void(app, &link).await;
    administrator.post(&format!("/v1/people/{}/return", lea.person), &json!({})).await.expect(204);
    is_void(app, &link).await;
    awa.get("/v1/session").await.expect(200);
    // Who still may.
    let lea = lea.again().await;
    world.grant(lea.person, "administrator", "office", Some(world.kenya.id)).await;
    set(app, &link_by(&lea, awa.person).await).await.expect(204);
});

on_both!(an_enrolment_code_is_void_once_who_issued_it_may_not_issue_it, async |app| {
    let world = app.world().await;
    let administrator = &world.administrator;
    let ken = world.account("Ken Mwangi", &world.kenya).await;
    let held = world.grant(ken.person, "field_security_officer", "office", Some(world.kenya.id)).await.id;
    let (musa, nia) = (world.person("Musa Kimani", &world.kenya).await, world.person("Nia Wafula", &world.kenya).await);
    let one: EnrolmentIssued = ken.post(&format!("/v1/people/{musa}/enrolment"), &json!({})).await.expect(201).json();
    let sheets: EnrolmentBatchIssued =
        ken.post("/v1/enrolment-batches", &json!({ "people": [nia], "days": 20 })).await.expect(201).json();
    let invited = async || {
        let path = format!("/v1/enrolment-progress?organisation={}", world.organisation);
        let found: EnrolmentProgress = administrator.get(&path).await.expect(200).json();
        found.offices.iter().find(|one| one.office == world.kenya.id).expect("the office").invited
    };
    let batch = async || {
        let found: EnrolmentBatches = administrator.get("/v1/enrolment-batches").await.expect(200).json();
        let found = found.batches.into_iter().find(|one| one.id == sheets.id).expect("the batch");
        (found.open, found.unbacked)
    };
    let code_of = async |person: Uuid| {
        let found: DevicesOfPerson =
            administrator.get(&format!("/v1/people/{person}/devices")).await.expect(200).json();
        found.codes.iter().map(|one| (one.issued_by, one.unbacked)).collect::<Vec<_>>()
    };
    assert_eq!((invited().await, batch().await), (2, (1, 0)));
    assert_eq!(code_of(musa).await, [(ken.person, false)]);

    administrator.withdraw(&format!("/v1/grants/{held}"), "moved on").await.expect(200);
    let try_code = async |code: &str| Phone::try_enrol(&app.http(), code, &DeviceKey::default()).await;
    let unknown = try_code("ABCD-EFGH-JKMN-PQRS").await.refused(Code::LinkInvalid);
    for code in [&one.code, &sheets.invitations[0].code] {
        assert_eq!(try_code(code).await.refused(Code::LinkInvalid).detail, unknown.detail);
    }
    // Who looks after enrolment sees why, and invites them anew without being told that they have a code.
    assert_eq!((invited().await, batch().await), (0, (0, 1)));
    assert_eq!((code_of(musa).await, code_of(nia).await), (vec![(ken.person, true)], vec![(ken.person, true)]));
    let anew = json!({ "office": world.kenya.id, "days": 2 });
    let anew: EnrolmentBatchIssued = administrator.post("/v1/enrolment-batches", &anew).await.expect(201).json();
    for person in [musa, nia] {
        let found = anew.invitations.iter().find(|one| one.person == person).expect("invited");
        Phone::enrol(&app.http(), &found.code).await;
    }
});

on_both!(what_people_of_a_seized_office_issued_for_others_is_void_and_stays_so, async |app| {
    let world = app.world().await;
    let watch = world.account("Zola Abebe", &world.ethiopia).await;
    world.grant(watch.person, "operations_operator", "installation", None).await;
    let lea = world.account("Lea Mutai", &world.kenya).await;
    world.grant(lea.person, "administrator", "organisation", Some(world.organisation)).await;
    let uma = world.account("Uma Nakato", &world.uganda).await;
    let path = format!("/v1/people/{}/enrolment", uma.person);
    let code = lea.post(&path, &json!({})).await.expect(201).json::<EnrolmentIssued>().code;
    let link = link_by(&lea, uma.person).await;
    let seizure = format!("/v1/offices/{}/seizure", world.kenya.id);
    let void = async || {
        is_void(app, &link).await;
        Phone::try_enrol(&app.http(), &code, &DeviceKey::default()).await.refused(Code::LinkInvalid);
    };
    watch.post(&seizure, &json!({ "reason": "Armed men are inside" })).await.expect(200);
    void().await;
    watch.take_away(&seizure, &json!({ "reason": "Our guards are back" })).await.expect(204);
    void().await;
    let lea = lea.again().await;
    set(app, &link_by(&lea, uma.person).await).await.expect(204);
});
