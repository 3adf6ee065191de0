//! Who leaves the register, by hand, by a list, by a directory, loses what they could do, and does not get it
//! back by coming back.

use std::time::Duration;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use tests::{Console, DeviceKey, Operator, Phone, Provisioner, SignedIn, World, on_both, within};
use uuid::Uuid;
use wire::Code;
use wire::access::{Grant, GrantPage, Session};
use wire::audit::{AuditPage, Deed, Notice};

use crate::imports::{HEAD, sender};

/// A stream of somebody who has left is closed within this time.
const CLOSED_WITHIN: Duration = Duration::from_secs(5);

/// Somebody who may do much, by roles in force and to come, and has more to come in by.
struct Trusted {
    operator: Operator,
    console: Console,
    phone: Phone,
    stand_in: Operator,
    code: String,
    link: String,
}

async fn grants(world: &World, person: Uuid) -> Vec<Grant> {
    let path = format!("/v1/grants?person={person}&past=true");
    world.administrator.get(&path).await.expect(200).json::<GrantPage>().grants
}

async fn ended_roles(world: &World, person: Uuid) -> Vec<Notice> {
    let path = format!("/v1/audit?scope={}", world.kenya.id);
    let page: AuditPage = world.administrator.get(&path).await.expect(200).json();
    let about = |one: &Notice| one.deed == Deed::RoleEnded && one.subject == Some(person);
    page.notices.into_iter().filter(about).collect()
}

impl Trusted {
    async fn new(world: &World, operator: Operator) -> Self {
        let kenya = Some(world.kenya.id);
        let held = world.grant(operator.person, "field_security_officer", "office", kenya).await;
        let from = json!({ "from": chrono::Utc::now() + TimeDelta::days(3) });
        world.grant_with(operator.person, "list_steward", "office", kenya, from).await;
        let stand_in = world.account("Zola Abebe", &world.kenya).await;
        let interim = json!({ "person": stand_in.person, "until": chrono::Utc::now() + TimeDelta::days(1) });
        let path = format!("/v1/grants/{}/ad-interim", held.id);
        world.administrator.post(&path, &interim).await.expect(201);
        let phone = world.phone_of(operator.person).await;
        let code = world.enrolment(operator.person).await.code;
        let link = world.password_link(operator.person).await;
        let console = operator.console().await;
        Self { operator, console, phone, stand_in, code, link }
    }

    /// They have left just now.
    async fn has_lost_everything(&self, world: &World, by: Option<Uuid>) {
        let closed = within(CLOSED_WITHIN, "the stream to be closed", async || self.console.model().closed.clone());
        assert_eq!(closed.await.code, 4001);
        self.operator.get("/v1/session").await.refused(Code::CredentialExpired);
        self.stand_in.get("/v1/cases").await.refused(Code::Forbidden);
        let held = grants(world, self.operator.person).await;
        assert!(held.len() == 2 && held.iter().all(|one| one.ended_at.is_some() && one.ended_by == by), "{held:?}");
        for (person, roles) in [(self.operator.person, 2), (self.stand_in.person, 1)] {
            let noted = ended_roles(world, person).await;
            assert_eq!(noted.len(), roles);
            assert!(noted.iter().all(|one| one.reason.as_deref() == Some("The person has left the register.")));
        }
        // Law 5: their phone still rings, labelled.
        let stored = self.phone.tap().await;
        let watch = world.operator("Duty Officer").await;
        let case = watch.sees(stored.case.id).await.case;
        assert!(case.ringing && case.labels.contains(&"person_left".to_owned()), "{:?}", case.labels);
        self.is_let_in_by_nothing().await;
    }

    async fn is_let_in_by_nothing(&self) {
        let http = self.operator.http();
        Phone::try_enrol(http, &self.code, &DeviceKey::default()).await.refused(Code::LinkInvalid);
        let set = json!({ "secret": self.link, "password": "another gravel lantern" });
        tests::Anonymous::at(http.clone()).post("/v1/password", &set).await.refused(Code::LinkInvalid);
    }

    /// They are back just now.
    async fn is_back_without_a_role(&self, world: &World) {
        self.operator.get("/v1/session").await.refused(Code::CredentialExpired);
        self.is_let_in_by_nothing().await;
        let session: Session = self.operator.again().await.get("/v1/session").await.expect(200).json();
        assert!(session.grants.is_empty() && !session.works_cases, "{:?}", session.grants);
        assert!(grants(world, self.operator.person).await.iter().all(|one| one.ended_at.is_some()));
        self.stand_in.get("/v1/cases").await.refused(Code::Forbidden);
    }
}

on_both!(who_is_noted_as_having_left_loses_everything_and_comes_back_without_a_role, async |app| {
    let world = app.world().await;
    let trusted = Trusted::new(&world, world.account("Ken Mwangi", &world.kenya).await).await;
    let (administrator, person) = (&world.administrator, trusted.operator.person);
    let say =
        async |what: &str| administrator.post(&format!("/v1/people/{person}/{what}"), &json!({})).await.expect(204);
    say("departure").await;
    trusted.has_lost_everything(&world, Some(administrator.person)).await;
    say("return").await;
    trusted.is_back_without_a_role(&world).await;
    // Who is noted as back and never left keeps what they have.
    world.grant(person, "list_steward", "office", Some(world.kenya.id)).await;
    let again = trusted.operator.again().await;
    say("return").await;
    assert_eq!(again.get("/v1/session").await.expect(200).json::<Session>().grants.len(), 1);
});

on_both!(who_is_on_a_list_no_more_loses_everything_and_comes_back_without_a_role, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let list = |names: &[&str]| {
        let rows = names.iter().enumerate();
        let rows = rows.map(|(at, name)| format!("{at},{name},national,KE,p{at}@lakes.example,,\n"));
        format!("{HEAD}{}", rows.collect::<String>())
    };
    let all = list(&["Ken Mwangi", "Musa Kimani"]);
    let import = sender.checked("list.csv", all.clone()).await;
    sender.applied(import.id, json!({})).await;
    let person = sender.found("Ken Mwangi").await;
    let trusted = Trusted::new(&world, world.account_of(person, "p0@lakes.example").await).await;
    let fewer = all.replace("0,Ken Mwangi,national,KE,p0@lakes.example,,\n", "");
    let import = sender.checked("list.csv", fewer).await;
    sender.applied(import.id, json!({ "confirm_leaving": 1 })).await;
    trusted.has_lost_everything(&world, Some(world.administrator.person)).await;
    sender.undone(import.id).await;
    trusted.is_back_without_a_role(&world).await;
});

on_both!(whom_a_directory_deactivates_loses_everything_and_comes_back_without_a_role, async |app| {
    let world = app.world().await;
    let directory = Provisioner::issued_by(&world.administrator.desk, world.organisation, 30).await;
    let user = crate::scim::somebody(7);
    let made = directory.send(Method::POST, "/Users", &user).await.expect(201).value();
    let person: Uuid = made["id"].as_str().expect("an identifier").parse().expect("a UUID");
    let email = user["emails"][0]["value"].as_str().expect("an address");
    let trusted = Trusted::new(&world, world.account_of(person, email).await).await;
    let path = format!("/Users/{person}");
    let active = |active: bool| json!([{ "op": "replace", "path": "active", "value": active }]);
    directory.patch(&path, active(false)).await.expect(200);
    trusted.has_lost_everything(&world, None).await;
    directory.patch(&path, active(true)).await.expect(200);
    trusted.is_back_without_a_role(&world).await;
});

on_both!(the_last_administrator_cannot_be_noted_as_having_left, async |app| {
    let world = app.world().await;
    let (administrator, person) = (&world.administrator, world.administrator.person);
    let path = format!("/v1/people/{person}/departure");
    administrator.post(&path, &json!({})).await.refused(Code::Forbidden);
    let directory = Provisioner::issued_by(&administrator.desk, world.organisation, 30).await;
    directory.delete(&format!("/Users/{person}")).await.expect(409);
    administrator.get("/v1/session").await.expect(200);
    let next = world.account("Lea Mutai", &world.kenya).await;
    world.grant(next.person, "administrator", "installation", None).await;
    administrator.post(&path, &json!({})).await.expect(204);
    administrator.get("/v1/session").await.refused(Code::CredentialExpired);
    let all: SignedIn = next.again().await.desk;
    assert!(!all.get("/v1/grants").await.expect(200).json::<GrantPage>().grants.is_empty());
});

on_both!(who_holds_a_role_is_noted_as_having_left_by_who_may_end_it_and_proves_who_they_are, by_hand, async |app| {
    let world = app.world().await;
    let kenya = Some(world.kenya.id);
    let steward = world.account("Sami Otieno", &world.kenya).await;
    world.grant(steward.person, "list_steward", "office", kenya).await;
    let local = world.account("Lea Mutai", &world.kenya).await;
    world.grant(local.person, "administrator", "office", kenya).await;
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let watch = world.operator("Awa Diallo").await;
    let path = |person: Uuid| format!("/v1/people/{person}/departure");
    let nothing = json!({});
    let stays = async |who: &Operator| {
        let session: Session = who.get("/v1/session").await.expect(200).json();
        assert!(!session.grants.is_empty());
        assert!(crate::people::read(&world.administrator, who.person).await.person.left_at.is_none());
    };
    // Who may not end the role may not end it so.
    for (by, who) in [(&steward, &officer), (&steward, &local), (&local, &watch)] {
        let refused = by.post(&path(who.person), &nothing).await.refused(Code::Forbidden);
        assert!(refused.detail.contains("holds roles that you may not end"), "{}", refused.detail);
        stays(who).await;
    }
    // Who may proves first who they are.
    app.advance(TimeDelta::minutes(5));
    local.post(&path(officer.person), &nothing).await.refused(Code::StepUpRequired);
    stays(&officer).await;
    local.step_up(&local.password).await;
    local.post(&path(officer.person), &nothing).await.expect(204);
    officer.get("/v1/session").await.refused(Code::CredentialExpired);
    let ended = ended_roles(&world, officer.person).await;
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].actor.id, Some(local.person));
    // Who holds nothing leaves as before; and one's own roles one may lay down.
    let nobody = world.account("Musa Kimani", &world.kenya).await;
    app.advance(TimeDelta::minutes(5));
    steward.post(&path(nobody.person), &nothing).await.expect(204);
    steward.post(&path(steward.person), &nothing).await.refused(Code::StepUpRequired);
    steward.step_up(&steward.password).await;
    steward.post(&path(steward.person), &nothing).await.expect(204);
});
