//! Two nodes on one PostgreSQL, without anything between them: the log alone keeps them together.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use tests::{Answer, Db, NAIROBI, Provisioner, Rival, TestApp, Time, key, rows_of, run, until};
use wire::Code;
use wire::access::GrantPage;
use wire::case::{CaseState, Change};
use wire::not_okay::Stored;

use crate::watched::hears;

fn on_two_nodes(time: Time, test: impl AsyncFnOnce(&mut TestApp, &mut TestApp)) {
    run(Db::Postgres, time, async |one| {
        let mut other = one.node_beside();
        test(one, &mut other).await;
        other.stop().await;
    });
}

#[test]
fn a_tap_on_one_node_is_on_the_consoles_of_the_other() {
    on_two_nodes(Time::Real, async |one, other| {
        let world = one.world().await;
        let operator = world.operator("Awa Diallo").await.at(&other.http());
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        let mut socket = phone.socket().await;
        // The other node knows the places that were made on the first one.
        until("the places to be known", async || (other.app().directory.view().offices.len() >= 3).then_some(())).await;
        let console = operator.console().await;
        for _ in 0..5 {
            let stored = phone.tap_at(NAIROBI).await;
            let taps = operator.sees(stored.case.id).await.case.taps;
            console.shows(stored.case.id, "the tap", |case| case.taps >= taps).await;
        }
        let id = console.model().cases.keys().next().copied().expect("a case");
        operator.claims(id).await;
        let taken = socket.until("the claim", |now| now.cases.first().and_then(|own| own.case.taken_by.clone())).await;
        assert_eq!(taken, "Awa Diallo");
        console.equals_a_fresh_snapshot().await;
    });
}

#[test]
fn one_key_at_two_nodes_at_once_is_one_tap_and_a_claim_has_one_winner() {
    on_two_nodes(Time::Real, async |one, other| {
        let world = one.world().await;
        let (awa, ben) = (world.operator("Awa Diallo").await, world.operator("Ben Otieno").await.at(&other.http()));
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        let mut elsewhere = world.phone_of(phone.person).await;
        elsewhere.go_to(&other.http());
        let mut taps = 0;
        for _ in 0..10 {
            let tap = key();
            let (first, second) = tokio::join!(phone.raise(tap, "{}"), elsewhere.raise(tap, "{}"));
            let mut statuses = [first.status, second.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 201], "{} {}", first.text(), second.text());
            let (first, second): (Stored, Stored) = (first.json(), second.json());
            assert_eq!((first.case.id, first.stored_at), (second.case.id, second.stored_at));
            taps += 1;
            let id = first.case.id;
            assert_eq!(awa.sees(id).await.case.taps, taps);

            let nothing = json!({});
            let (mine, theirs) = tokio::join!(awa.act(id, "claim", &nothing), ben.act(id, "claim", &nothing));
            let (winner, loser) = if mine.status == 200 { (&awa, theirs) } else { (&ben, mine) };
            assert_eq!(loser.refused(Code::AlreadyTaken).owner.as_deref(), Some(winner.name.as_str()));
            winner.does(id, "release", json!({})).await;
        }
    });
}

#[test]
fn a_phone_is_told_that_somebody_watches_at_another_node() {
    on_two_nodes(Time::Real, async |one, other| {
        let world = one.world().await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        let watched = async |is: bool| {
            let asked = async || (phone.now().await.watched == is).then_some(());
            until(format!("the phone to be told {is}"), asked).await;
        };
        watched(false).await;
        let operator = world.operator("Awa Diallo").await.at(&other.http());
        until("the places to be known", async || (other.app().directory.view().offices.len() >= 3).then_some(())).await;
        let mut socket = phone.socket().await;
        for _ in 0..2 {
            let console = operator.console().await;
            watched(true).await;
            hears(&mut socket, true).await;
            drop(console);
            hears(&mut socket, false).await;
            watched(false).await;
        }
        let officer = world.field_officer("Ben Otieno", &world.uganda).await.at(&other.http());
        let elsewhere = officer.console().await;
        let in_uganda = world.phone("Grace Auma", &world.uganda).await;
        until("those of the officer's country to be told", async || in_uganda.now().await.watched.then_some(())).await;
        assert!(!phone.now().await.watched, "the officer sees another country alone");
        drop(elsewhere);
    });
}

#[test]
fn a_timer_fires_on_one_of_two_nodes() {
    on_two_nodes(Time::ByHand, async |one, _other| {
        let world = one.world().await;
        let awa = world.operator("Awa Diallo").await;
        let mut ids = Vec::new();
        for number in 0..10 {
            let id = world.phone(&format!("Person {number}"), &world.kenya).await.tap().await.case.id;
            awa.claims(id).await;
            ids.push(id);
        }
        one.advance(TimeDelta::minutes(3));
        for id in ids {
            let open = async || Some(awa.sees(id).await).filter(|detail| detail.case.state == CaseState::Open);
            until("the case to be released", open).await;
        }
        one.advance(TimeDelta::minutes(3));
        let log = one.case_log_of(world.kenya.id).await;
        assert_eq!(log.len(), 30, "ten taps, ten claims, ten releases");
        for case in awa.snapshot().await.cases {
            let timeline = awa.sees(case.id).await.timeline;
            let releases = timeline.iter().filter(|entry| matches!(entry.change, Change::Released { .. })).count();
            assert_eq!(releases, 1);
        }
    });
}

#[test]
fn whoever_changes_one_person_at_two_nodes_at_once_overwrites_nobody() {
    on_two_nodes(Time::Real, async |one, other| {
        let world = one.world().await;
        let desk = &world.administrator.desk;
        let here = Provisioner::issued_by(desk, world.organisation, 30).await;
        let there = here.at(&other.http());
        until("the places to be known", async || (other.app().directory.view().offices.len() >= 3).then_some(())).await;
        let phones = json!([{ "number": "+254705550101", "kind": "mobile" }]);
        let person = world.person_with("Amina Diallo", &world.kenya, json!({ "phones": phones })).await;
        let person = person.brief.id.expect("an identifier");
        let officer = world.field_officer("Ken Mwangi", &world.kenya).await.at(&other.http());
        let path = format!("/Users/{person}");
        let add = |attribute: &str, value: String| json!([{ "op": "add", "path": attribute, "value": value }]);
        let (mut revision, nothing) = (crate::people::read(desk, person).await.revision, json!({}));
        for round in 0..25 {
            let number = crate::people::read(desk, person).await.person.phones[0].id.expect("a number");
            let verification = format!("/v1/people/{person}/numbers/{number}/verification");
            let (title, zone, proven) = tokio::join!(
                here.patch(&path, add("title", format!("Title {round}"))),
                there.patch(&path, add("timezone", ["Africa/Nairobi", "Europe/Rome"][round % 2].to_owned())),
                officer.post(&verification, &nothing),
            );
            title.expect(200);
            zone.expect(200);
            proven.expect(200);
            let now = crate::people::read(desk, person).await;
            revision += 3;
            assert_eq!(now.revision, revision, "each of the three is a change of its own");
            assert_eq!(now.job_title, Some(format!("Title {round}")));
            assert_eq!(now.person.brief.time_zone.as_deref(), Some(["Africa/Nairobi", "Europe/Rome"][round % 2]));
            assert!(now.person.phones[0].verified_at.is_some());
        }
    });
}

#[test]
fn a_group_that_two_nodes_change_at_once_has_both_changes() {
    on_two_nodes(Time::Real, async |one, other| {
        let world = one.world().await;
        let here = Provisioner::issued_by(&world.administrator.desk, world.organisation, 30).await;
        let there = here.at(&other.http());
        let (amina, ben) = (world.person("Amina Diallo", &world.kenya).await, world.person("Ben", &world.kenya).await);
        let group = here.send(Method::POST, "/Groups", &json!({ "displayName": "Wardens" })).await.expect(201).value();
        let path = format!("/Groups/{}", group["id"].as_str().expect("an identifier"));
        for round in 0..10 {
            let op = if round % 2 == 0 { "add" } else { "remove" };
            let change = |who| json!([{ "op": op, "path": "members", "value": [{ "value": who }] }]);
            let (first, second) = tokio::join!(here.patch(&path, change(amina)), there.patch(&path, change(ben)));
            first.expect(200);
            second.expect(200);
            let now = here.get(&path).await.expect(200).value();
            assert_eq!(now["members"].as_array().map_or(0, Vec::len), if round % 2 == 0 { 2 } else { 0 });
            assert_eq!(now["meta"]["version"], format!("W/\"{}\"", 3 + 2 * round));
        }
    });
}

/// Two administrators, each of whom does something at a node of their own that would leave the other alone, both at
/// once: both have decided before either commits, if nothing keeps them apart.
async fn at_once(one: &TestApp, other: &TestApp, by_both: impl AsyncFnOnce() -> (Answer, Answer)) -> (Answer, Answer) {
    let rival = Rival::begins(one.database(), "SELECT scope FROM heads ORDER BY scope FOR UPDATE");
    let both = async {
        rival.is_waited_for(2).await;
        rival.commits();
    };
    let (answers, ()) = tokio::join!(by_both(), both);
    let left = "grants WHERE area = 'installation' AND role = 'administrator' AND ended_at IS NULL";
    assert_eq!(rows_of(other.database(), left), 1, "{} {}", answers.0.text(), answers.1.text());
    answers
}

/// One was done, and the other was refused as the last.
fn one_of(answers: (Answer, Answer), done: u16) {
    let (done, refused) = if answers.0.status == done { answers } else { (answers.1, answers.0) };
    assert!(done.status < 300, "{}", done.text());
    assert!(refused.refused(Code::Forbidden).detail.contains("last administrator"), "{}", refused.text());
}

#[test]
fn of_the_last_two_administrators_one_stays_whatever_two_nodes_do_at_once() {
    on_two_nodes(Time::Real, async |one, other| {
        let world = one.world().await;
        let ines = &world.administrator.desk;
        let lea = world.account("Lea Mutai", &world.kenya).await;
        let held = world.grant(lea.person, "administrator", "installation", None).await.id;
        let own: GrantPage = ines.get(&format!("/v1/grants?person={}", ines.person)).await.expect(200).json();
        let own = own.grants.first().expect("a grant").id;
        let there = lea.at(&other.http());
        until("the places to be known", async || (other.app().directory.view().offices.len() >= 3).then_some(())).await;
        // Each ends their own role.
        let (mine, theirs) = (format!("/v1/grants/{own}"), format!("/v1/grants/{held}"));
        let ended = at_once(one, other, async || {
            tokio::join!(ines.withdraw(&mine, "moved on"), there.withdraw(&theirs, "moved on"))
        });
        let ended = ended.await;
        // Who stays makes the other one an administrator again.
        let (stays, back) = if ended.0.status == 200 { (&there.desk, ines) } else { (ines, &there.desk) };
        one_of(ended, 200);
        let again = json!({ "person": back.person, "role": "administrator", "area": "installation" });
        stays.post("/v1/grants", &again).await.expect(201);
        // Each notes that they have left.
        let (mine, theirs) =
            (format!("/v1/people/{}/departure", ines.person), format!("/v1/people/{}/departure", lea.person));
        let nothing = json!({});
        let left =
            at_once(one, other, async || tokio::join!(ines.post(&mine, &nothing), there.post(&theirs, &nothing)));
        let left = left.await;
        let stays = if left.0.status == 204 { &there.desk } else { ines };
        one_of(left, 204);
        assert!(!stays.get("/v1/grants").await.expect(200).json::<GrantPage>().grants.is_empty());
    });
}

#[test]
fn people_whose_taps_reach_both_nodes_at_once_never_make_them_wait_for_each_other() {
    on_two_nodes(Time::Real, async |one, other| {
        let world = one.world().await;
        let operator = world.operator("Awa Diallo").await;
        let mut phones = Vec::new();
        for number in 0..24 {
            let phone = world.phone(&format!("Person {number}"), &world.kenya).await;
            let mut elsewhere = world.phone_of(phone.person).await;
            elsewhere.go_to(&other.http());
            phones.push((phone, elsewhere));
        }
        until("the places to be known", async || (other.app().directory.view().offices.len() >= 3).then_some(())).await;
        for _ in 0..8 {
            // The nodes hear of the same people in opposite orders.
            let here = futures_util::future::join_all(phones.iter().map(|(phone, _)| phone.tap()));
            let there = futures_util::future::join_all(phones.iter().rev().map(|(_, phone)| phone.tap()));
            tokio::join!(here, there);
        }
        let cases = operator.snapshot().await.cases;
        assert_eq!(cases.iter().map(|case| case.taps).collect::<Vec<_>>(), [16; 24]);
        assert_eq!(one.database().deadlocks(), 0);
    });
}
