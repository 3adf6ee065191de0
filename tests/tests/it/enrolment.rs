//! Inviting many people in one action, and how far everybody is.

use std::collections::BTreeSet;
use std::time::Instant;

use chrono::TimeDelta;
use muster::people::Checked;
use muster::people::service::create_many;
use muster::store::{Halt, Lane};
use serde_json::{Value, json};
use tests::{Answer, DeviceKey, Phone, SignedIn, TestApp, World, key, on_both};
use uuid::Uuid;
use wire::Code;
use wire::audit::Deed;
use wire::enrolment::{
    DevicesOfPerson, EnrolmentBatchIssued, EnrolmentBatches, EnrolmentProgress, Invitation, OfficeEnrolment,
};
use wire::people::NewPerson;
use wire::places::Office;

use super::devices::notices;

const BATCHES: &str = "/v1/enrolment-batches";

/// Enters many people of an office at once, as a list does.
async fn many(app: &TestApp, office: &Office, count: usize) -> Vec<Uuid> {
    let new = |index: usize| {
        let new = json!({ "office": office.id, "kind": "staff_national", "name": format!("Person {index:04}"),
                          "languages": ["fr"], "email": format!("person{index:04}@{}.example", office.id) });
        let new: NewPerson = serde_json::from_value(new).expect("a person");
        Checked::new(&new).expect("every field is right")
    };
    let new: Vec<Checked> = (0..count).map(new).collect();
    let mut made = Vec::new();
    for chunk in new.chunks(200) {
        let chunk = chunk.to_vec();
        let written =
            app.app().store.write(Lane::Normal, Vec::new(), move |tx| Ok::<_, Halt<()>>(create_many(tx, &chunk)?));
        made.extend(written.await.expect("they are entered"));
    }
    made
}

async fn invite(by: &SignedIn, body: &Value) -> EnrolmentBatchIssued {
    by.post(BATCHES, body).await.expect(201).json()
}

async fn progress(world: &World) -> Vec<OfficeEnrolment> {
    let path = format!("/v1/enrolment-progress?organisation={}", world.organisation);
    world.administrator.get(&path).await.expect(200).json::<EnrolmentProgress>().offices
}

async fn of_office(world: &World, office: &Office) -> [u32; 5] {
    let offices = progress(world).await;
    let one = offices.iter().find(|one| one.office == office.id).expect("the office has people");
    [one.people, one.enrolled, one.invited, one.number_only, one.nothing]
}

fn try_code(app: &TestApp, code: &str) -> impl Future<Output = Answer> {
    let (http, code) = (app.http(), code.to_owned());
    async move { Phone::try_enrol(&http, &code, &DeviceKey::default()).await }
}

on_both!(five_hundred_are_invited_in_one_action_and_a_repeat_shows_no_code_again, async |app| {
    let world = app.world().await;
    let people = many(app, &world.uganda, 507).await;
    let key = key();
    let body = json!({ "office": world.uganda.id, "days": 14 });
    let began = Instant::now();
    let answer = world.administrator.post_by(key, BATCHES, &body).await.expect(201);
    let (took, bytes) = (began.elapsed(), answer.text().len());
    println!("500 invited in {} ms; the answer has {bytes} bytes", took.as_millis());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let batch: EnrolmentBatchIssued = answer.json();
    assert_eq!((batch.invitations.len(), batch.left), (500, 7));
    assert_eq!((batch.organisation, batch.office), (world.organisation, Some(world.uganda.id)));
    let distinct: BTreeSet<&str> = batch.invitations.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(distinct.len(), 500);
    let names: Vec<&str> = batch.invitations.iter().map(|one| one.name.as_str()).collect();
    assert!(names.is_sorted() && names[0] == "Person 0000", "by name, as sheets are handed out");
    assert!(batch.invitations.iter().all(|one| people.contains(&one.person) && one.office == world.uganda.id));
    assert_eq!(of_office(&world, &world.uganda).await, [507, 0, 500, 0, 7]);

    // The codes are gone: a repeat says what to do, and changes nothing.
    let repeat = world.administrator.post_by(key, BATCHES, &body).await.refused(Code::AlreadyExists);
    assert!(repeat.detail.contains("new key"), "{}", repeat.detail);
    let other = json!({ "office": world.uganda.id, "days": 15 });
    world.administrator.post_by(key, BATCHES, &other).await.refused(Code::KeyReused);
    assert_eq!(of_office(&world, &world.uganda).await, [507, 0, 500, 0, 7]);

    // The next action takes the rest, and the one after it finds nobody.
    let rest = invite(&world.administrator, &body).await;
    assert_eq!((rest.invitations.len(), rest.left), (7, 0));
    let nobody = world.administrator.post(BATCHES, &body).await.refused(Code::InvalidValue);
    assert_eq!(nobody.field.as_deref(), Some("/office"));
    for at in [0, 250, 499] {
        let Invitation { person, code, .. } = &batch.invitations[at];
        let phone = Phone::enrol(&app.http(), code).await;
        assert_eq!(phone.person, *person);
    }
    assert_eq!(of_office(&world, &world.uganda).await, [507, 3, 504, 0, 0]);
    let told = notices(app, world.uganda.id).await;
    let told: Vec<&str> =
        told.iter().filter(|one| one.deed == Deed::PhonesInvited).map(|one| one.what.as_str()).collect();
    assert_eq!(told, ["500 people", "7 people"]);
    let listed: EnrolmentBatches = world.administrator.get(BATCHES).await.expect(200).json();
    let listed: Vec<_> = listed.batches.iter().map(|one| (one.people, one.used, one.open, one.finished)).collect();
    assert_eq!(listed, [(7, 0, 7, true), (500, 3, 497, true)]);
});

on_both!(an_invitation_is_written_in_the_persons_language_with_a_link_and_a_qr_code, async |app| {
    let world = app.world().await;
    let mut people = Vec::new();
    for (name, languages) in
        [("Musa Kimani", json!(["sw", "fr-CD"])), ("Lin Wei", json!(["zh-Hans"])), ("Noor Haddad", json!(["sw"]))]
    {
        let fields = json!({ "languages": languages });
        people.push(world.person_with(name, &world.kenya, fields).await.brief.id.expect("in the register"));
    }
    let body = json!({ "people": people, "days": 3, "language": "ar" });
    let batch = invite(&world.administrator, &body).await;
    let languages: Vec<(&str, &str)> =
        batch.invitations.iter().map(|one| (one.name.as_str(), one.language.as_str())).collect();
    assert_eq!(languages, [("Lin Wei", "zh"), ("Musa Kimani", "fr"), ("Noor Haddad", "ar")]);
    let until = batch.expires.format("%Y-%m-%d %H:%M UTC").to_string();
    for one in &batch.invitations {
        assert_eq!(one.link, format!("{}/phone#enrol={}", app.http().origin(), one.code));
        assert!(one.mail_subject.contains("Lakes Relief"), "{}", one.mail_subject);
        for part in [&one.name, &one.code, &until] {
            assert!(one.mail_text.contains(part.as_str()), "{part}: {}", one.mail_text);
        }
        assert!(one.mail_text.lines().any(|line| line == one.link));
        assert!(one.qr_path.starts_with('M') && (29..=80).contains(&one.qr_side), "{}", one.qr_side);
        assert!(one.qr_path.chars().all(|c| c.is_ascii_digit() || " Mhvz-".contains(c)));
    }
});

on_both!(codes_run_out_when_the_batch_says_and_earlier_unused_codes_are_void, by_hand, async |app| {
    let world = app.world().await;
    let person = world.person("Musa Kimani", &world.kenya).await;
    let single = world.enrolment(person).await.code;
    let body = json!({ "people": [person], "days": 30 });
    let first = invite(&world.administrator, &body).await.invitations.remove(0).code;
    try_code(app, &single).await.refused(Code::LinkInvalid);
    let second = invite(&world.administrator, &body).await;
    try_code(app, &first).await.refused(Code::LinkInvalid);
    let codes: DevicesOfPerson =
        world.administrator.get(&format!("/v1/people/{person}/devices")).await.expect(200).json();
    assert_eq!(codes.codes.iter().map(|code| code.batch).collect::<Vec<_>>(), [Some(second.id)]);
    app.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    let phone = Phone::enrol(&app.http(), &second.invitations[0].code).await;
    assert_eq!(phone.person, person);
});

on_both!(a_code_lives_no_longer_than_its_days, by_hand, async |app| {
    let world = app.world().await;
    let person = world.person("Musa Kimani", &world.kenya).await;
    let code = invite(&world.administrator, &json!({ "people": [person], "days": 1 })).await.invitations.remove(0).code;
    app.advance(TimeDelta::days(1));
    try_code(app, &code).await.refused(Code::LinkInvalid);
});

on_both!(a_lost_pile_of_sheets_is_made_void_in_one_action, async |app| {
    let world = app.world().await;
    let people = [world.person("Musa Kimani", &world.kenya).await, world.person("Amina Diallo", &world.kenya).await];
    let batch = invite(&world.administrator, &json!({ "office": world.kenya.id, "days": 7 })).await;
    assert!(people.iter().all(|person| batch.invitations.iter().any(|one| one.person == *person)));
    let used = Phone::enrol(&app.http(), &batch.invitations[0].code).await;
    let path = format!("{BATCHES}/{}", batch.id);
    let elsewhere = world.field_officer("Tove Lindqvist", &world.uganda).await;
    elsewhere.withdraw(&path, "not mine").await.refused(Code::NotFound);
    let problem = world.administrator.withdraw(&path, "").await.refused(Code::InvalidValue);
    assert_eq!(problem.field.as_deref(), Some("/reason"));
    world.administrator.withdraw(&path, "the box fell off the car").await.expect(204);
    world.administrator.withdraw(&path, "the box fell off the car").await.expect(204);
    try_code(app, &batch.invitations[1].code).await.refused(Code::LinkInvalid);
    used.try_now(None).await.expect(200);
    let listed: EnrolmentBatches = world.administrator.get(BATCHES).await.expect(200).json();
    let listed: Vec<_> = listed.batches.iter().map(|one| (one.used, one.open, one.voided_at.is_some())).collect();
    assert_eq!(listed, [(1, 0, true)]);
    // Their people are to be invited again.
    let again = invite(&world.administrator, &json!({ "office": world.kenya.id, "days": 7 })).await;
    assert!(again.invitations.iter().all(|one| one.person != used.person) && !again.invitations.is_empty());
});

on_both!(an_invitation_that_cannot_be_names_its_field_and_invites_nobody, async |app| {
    let world = app.world().await;
    let person = world.person("Musa Kimani", &world.kenya).await;
    let other = world.person("Amina Diallo", &world.uganda).await;
    let before = progress(&world).await;
    let (kenya, organisation) = (world.kenya.id, world.organisation);
    let five_hundred_and_one: Vec<Uuid> = (0..501).map(Uuid::from_u128).collect();
    for (body, field) in [
        (json!({ "days": 7 }), "/organisation"),
        (json!({ "organisation": organisation, "office": kenya, "days": 7 }), "/organisation"),
        (json!({ "office": kenya, "people": [person], "days": 7 }), "/organisation"),
        (json!({ "organisation": kenya, "days": 7 }), "/organisation"),
        (json!({ "office": organisation, "days": 7 }), "/office"),
        (json!({ "office": Uuid::nil(), "days": 7 }), "/office"),
        (json!({ "people": [], "days": 7 }), "/people"),
        (json!({ "people": five_hundred_and_one, "days": 7 }), "/people"),
        (json!({ "people": [person, other, person], "days": 7 }), "/people/2"),
        (json!({ "people": [person, Uuid::nil()], "days": 7 }), "/people/1"),
        (json!({ "people": [person], "days": 0 }), "/days"),
        (json!({ "people": [person], "days": 31 }), "/days"),
        (json!({ "people": [person], "days": 7, "language": "de" }), "/language"),
    ] {
        let problem = world.administrator.post(BATCHES, &body).await.refused(Code::InvalidValue);
        assert_eq!(problem.field.as_deref(), Some(field), "{body}");
    }
    world.administrator.post(BATCHES, &json!({ "people": [person], "days": -1 })).await.refused(Code::WrongType);
    world
        .administrator
        .post(BATCHES, &json!({ "people": [person], "days": 7, "mail": true }))
        .await
        .refused(Code::UnknownField);
    assert_eq!(progress(&world).await, before);
    let listed: EnrolmentBatches = world.administrator.get(BATCHES).await.expect(200).json();
    assert_eq!(listed.batches, []);
});

on_both!(one_invites_and_sees_only_where_one_may_enrol, async |app| {
    let world = app.world().await;
    let here = world.person("Musa Kimani", &world.kenya).await;
    let there = world.person("Amina Diallo", &world.uganda).await;
    let officer = world.field_officer("Tove Lindqvist", &world.kenya).await;
    let nobody = world.account("Ben Carter", &world.kenya).await;
    let problem =
        officer.post(BATCHES, &json!({ "people": [here, there], "days": 7 })).await.refused(Code::InvalidValue);
    assert_eq!(problem.field.as_deref(), Some("/people/1"));
    let problem =
        officer.post(BATCHES, &json!({ "office": world.uganda.id, "days": 7 })).await.refused(Code::InvalidValue);
    assert_eq!(problem.field.as_deref(), Some("/office"));
    // Of the organisation, those of the own office.
    let batch = invite(&officer, &json!({ "organisation": world.organisation, "days": 7 })).await;
    assert!(batch.invitations.iter().all(|one| one.office == world.kenya.id));
    assert!(batch.invitations.iter().any(|one| one.person == here));
    let seen: EnrolmentProgress = officer.get("/v1/enrolment-progress").await.expect(200).json();
    assert_eq!(seen.offices.iter().map(|one| one.office).collect::<Vec<_>>(), [world.kenya.id]);
    let theirs = invite(&world.administrator, &json!({ "office": world.uganda.id, "days": 7 })).await;
    let listed: EnrolmentBatches = officer.get(BATCHES).await.expect(200).json();
    assert_eq!(listed.batches.iter().map(|one| one.id).collect::<Vec<_>>(), [batch.id]);
    officer.withdraw(&format!("{BATCHES}/{}", theirs.id), "not mine").await.refused(Code::NotFound);
    for path in [BATCHES, "/v1/enrolment-progress"] {
        nobody.get(path).await.refused(Code::Forbidden);
    }
    nobody.post(BATCHES, &json!({ "people": [here], "days": 7 })).await.refused(Code::Forbidden);
});

on_both!(progress_says_for_each_office_who_has_a_phone_a_code_a_number_or_nothing, async |app| {
    let world = app.world().await;
    let number = json!({ "phones": [{ "number": "+256705550101", "kind": "mobile" }] });
    let enrolled = world.phone("Musa Kimani", &world.uganda).await;
    let invited = world.person_with("Amina Diallo", &world.uganda, number.clone()).await.brief.id.expect("somebody");
    world.enrolment(invited).await;
    world.person_with("Noor Haddad", &world.uganda, number).await;
    world.person("Lin Wei", &world.uganda).await;
    assert_eq!(of_office(&world, &world.uganda).await, [4, 1, 1, 1, 1]);
    world.administrator.withdraw(&format!("/v1/devices/{}", enrolled.device), "lost").await.expect(200);
    assert_eq!(of_office(&world, &world.uganda).await, [4, 0, 1, 1, 2]);
    // Those who have neither a phone nor a code are invited; who has a code, only when asked for.
    let rest = invite(&world.administrator, &json!({ "office": world.uganda.id, "days": 2 })).await;
    assert_eq!(rest.invitations.len(), 3);
    assert!(rest.invitations.iter().all(|one| one.person != invited));
    let again = invite(&world.administrator, &json!({ "office": world.uganda.id, "days": 2, "again": true })).await;
    assert_eq!(again.invitations.len(), 4);
    try_code(app, &rest.invitations[0].code).await.refused(Code::LinkInvalid);
    assert_eq!(of_office(&world, &world.uganda).await, [4, 0, 4, 0, 0]);
});
