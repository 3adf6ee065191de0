//! The register as a whole: who can be reached, how many there are, who signed, what leaves, who lives
//! where, and what of it the database shows.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{World, key, on_both};
use uuid::Uuid;
use wire::Code;
use wire::register::{Attestation, Attestations, PeopleCounts, Reachability};

use crate::people::{change, everything, id, noted, read, send, somebody};

/// An office with somebody of each standing: proven, with a number, with a phone, with nothing.
async fn four(world: &World) {
    let officer = world.field_officer("Uma Nakato", &world.uganda).await;
    let one = json!({ "phones": [{ "number": "+256705550101", "kind": "mobile" }] });
    let proven = id(&world.person_with("Proven", &world.uganda, one.clone()).await);
    let number = read(&officer, proven).await.person.phones[0].id.expect("a number");
    officer.post(&format!("/v1/people/{proven}/numbers/{number}/verification"), &json!({})).await.expect(200);
    world.person_with("Number", &world.uganda, one).await;
    world.phone("Phone", &world.uganda).await;
    world.person_with("Child", &world.uganda, json!({ "kind": "dependant" })).await;
    let left = world.person("Left", &world.uganda).await;
    world.administrator.post(&format!("/v1/people/{left}/departure"), &json!({})).await.expect(204);
}

on_both!(who_can_be_reached_is_counted_by_office_within_reach, async |app| {
    let world = app.world().await;
    four(&world).await;
    let lead = world.account("Lars Holm", &world.kenya).await;
    world.grant(lead.person, "chief_of_mission", "office", Some(world.uganda.id)).await;
    let reached: Reachability = lead.get("/v1/reachability").await.expect(200).json();
    let [uganda] = &reached.offices[..] else { panic!("one office: {reached:?}") };
    assert_eq!(uganda.office, world.uganda.id);
    let figures = (uganda.people, uganda.proven, uganda.with_number, uganda.enrolled, uganda.nothing);
    assert_eq!(figures, (5, 1, 2, 1, 2), "the officer has nothing, either");
    assert_eq!(uganda.reachable, 2, "by an enrolled phone or a proven number: another number may be wrong");
    lead.get(&format!("/v1/reachability?office={}", world.kenya.id)).await.refused(Code::NotFound);
    let all: Reachability = world.administrator.get("/v1/reachability").await.expect(200).json();
    let countries: Vec<&str> = all.offices.iter().map(|one| one.country.as_str()).collect();
    assert_eq!(countries, ["ZZ", "KE", "UG"], "Ethiopia, without people, is left out");
    let one = format!("/v1/reachability?organisation={}", world.organisation);
    assert_eq!(world.administrator.get(&one).await.expect(200).json::<Reachability>(), all);
});

on_both!(a_designated_official_sees_counts_and_no_names, async |app| {
    let world = app.world().await;
    four(&world).await;
    let official = world.account("Dora Official", &world.kenya).await;
    world.grant_with(official.person, "designated_official", "country", None, json!({ "country": "UG" })).await;
    let counts: PeopleCounts = official.get("/v1/people/counts").await.expect(200).json();
    let [uganda] = &counts.offices[..] else { panic!("one office: {counts:?}") };
    assert_eq!((uganda.id, uganda.people, uganda.country.as_str()), (world.uganda.id, 5, "UG"));
    let kinds: Vec<(&str, u64)> = uganda.kinds.iter().map(|one| (one.kind.word(), one.people)).collect();
    assert_eq!(kinds, [("staff_national", 4), ("dependant", 1)]);
    for path in ["/v1/people", "/v1/people?kind=dependant"] {
        official.get(path).await.refused(Code::Forbidden);
    }
    official.post("/v1/people/search", &json!({ "q": "proven" })).await.refused(Code::Forbidden);
    official.get(&format!("/v1/people/counts?office={}", world.kenya.id)).await.refused(Code::NotFound);
    let none: PeopleCounts = official.get("/v1/people/counts?country=KE").await.expect(200).json();
    assert!(none.offices.is_empty() && none.zones.is_empty());
});

on_both!(a_head_of_office_signs_the_list_that_was_read, async |app| {
    let world = app.world().await;
    world.person("Amina Diallo", &world.uganda).await;
    let head = world.account("Lars Holm", &world.kenya).await;
    world.grant(head.person, "chief_of_mission", "office", Some(world.uganda.id)).await;
    let path = format!("/v1/offices/{}/attestations", world.uganda.id);
    let before: Attestations = head.get(&path).await.expect(200).json();
    assert_eq!((before.people, before.overdue, before.attestations.len()), (1, false, 0));
    world.person("Omar Said", &world.uganda).await;
    head.post(&path, &json!({ "list_hash": before.list_hash })).await.refused(Code::ListChanged);
    let now: Attestations = head.get(&path).await.expect(200).json();
    let body = json!({ "list_hash": now.list_hash, "remarks": "two people, both spoken to" });
    let signed: Attestation = head.post(&path, &body).await.expect(201).json();
    assert_eq!((signed.people, signed.signed_by), (2, head.person));
    let after: Attestations = head.get(&path).await.expect(200).json();
    assert_eq!(after.attestations, [signed]);
    assert_eq!(after.attestations[0].name, "Lars Holm");
    let long = json!({ "list_hash": now.list_hash, "remarks": "x".repeat(1_001) });
    assert_eq!(head.post(&path, &long).await.refused(Code::InvalidValue).field.as_deref(), Some("/remarks"));
    let officer = world.field_officer("Uma Nakato", &world.uganda).await;
    officer.post(&path, &body).await.refused(Code::Forbidden);
    let foreign = format!("/v1/offices/{}/attestations", world.kenya.id);
    head.post(&foreign, &body).await.refused(Code::NotFound);
    head.get(&foreign).await.refused(Code::NotFound);
});

on_both!(an_export_holds_what_its_reader_may_see_and_is_noted, async |app| {
    let world = app.world().await;
    let mut more = everything();
    more["job_title"] = json!("=HYPERLINK(\"x\")");
    world.person_with("Amina, \"Diallo\"", &world.kenya, more).await;
    world.person_with("Hidden Child", &world.kenya, json!({ "kind": "dependant" })).await;
    world.person("Okello Akena", &world.uganda).await;
    let steward = somebody(&world, "Lea Mutai", "list_steward", world.kenya.id).await;
    let asked = json!({ "reason": "the yearly evacuation exercise" });
    let answer = steward.post("/v1/people/export", &asked).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let csv = answer.text();
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("\"organisation\",\"country\"") && lines[1].contains("\"#org+name\""));
    assert!(csv.contains("\"Amina, \"\"Diallo\"\"\"") && csv.contains("\"'+254705550101\"") && csv.contains("AB12345"));
    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")\""), "no cell is a formula");
    assert!(csv.contains("Hidden Child") && !csv.contains("Okello") && !csv.contains("nuts"));
    let analyst = world.account("Ana List", &world.uganda).await;
    world.grant(analyst.person, "analyst", "organisation", Some(world.organisation)).await;
    let pseudonymous = analyst.post("/v1/people/export", &asked).await.expect(200).text();
    for hidden in ["Amina", "Hidden", "Okello", "254705", "AB12345", "House 7", "E-17", "Hotel"] {
        assert!(!pseudonymous.contains(hidden), "{hidden} is in {pseudonymous}");
    }
    assert_eq!(pseudonymous.lines().count(), 2 + 6, "everybody, by pseudonym, below the two rows of heads");
    assert_eq!(pseudonymous.matches("\"P-").count(), 6);
    let short = json!({ "reason": "why" });
    assert_eq!(
        steward.post("/v1/people/export", &short).await.refused(Code::InvalidValue).field.as_deref(),
        Some("/reason")
    );
    let foreign = json!({ "reason": "the yearly evacuation exercise", "office": world.uganda.id });
    steward.post("/v1/people/export", &foreign).await.refused(Code::NotFound);
    let operator = world.operator("Awa Diallo").await;
    operator.post("/v1/people/export", &asked).await.refused(Code::Forbidden);
    let exports = noted(app, world.kenya.id, "people_exported").await;
    let actors: Vec<&Value> = exports.iter().map(|one| &one["actor"]["id"]).collect();
    assert_eq!(actors, [&json!(steward.person), &json!(analyst.person)]);
    assert!(exports.iter().all(|one| one["reason"] == asked["reason"]));
});

on_both!(an_export_asks_anew_who_is_there, by_hand, async |app| {
    let world = app.world().await;
    let steward = somebody(&world, "Lea Mutai", "list_steward", world.kenya.id).await;
    app.advance(TimeDelta::minutes(6));
    let asked = json!({ "reason": "the yearly evacuation exercise" });
    steward.post("/v1/people/export", &asked).await.refused(Code::StepUpRequired);
    steward.post("/v1/session/step-up", &json!({ "password": steward.password })).await.expect(200);
    steward.post("/v1/people/export", &asked).await.expect(200);
});

on_both!(a_warden_sees_everyone_of_the_zone_whoever_employs_them, async |app| {
    let world = app.world().await;
    let admin = &world.administrator;
    let zone: Value =
        admin.post("/v1/zones", &json!({ "country": "KE", "name": "Westlands" })).await.expect(201).value();
    let zone = zone["id"].clone();
    let other: Value =
        admin.post("/v1/organisations", &json!({ "name": "Hills Aid", "short_name": "HA" })).await.expect(201).value();
    let office = json!({ "organisation": other["id"], "country": "KE", "name": "Hills in Kenya" });
    let office: wire::places::Office = admin.post("/v1/offices", &office).await.expect(201).json();
    let mut here = everything();
    here["zone"] = zone.clone();
    let own = id(&world.person_with("Amina Diallo", &world.kenya, here).await);
    let child = json!({ "kind": "dependant", "sponsor": own, "zone": zone, "residence": "School Road 9" });
    world.person_with("Small Diallo", &world.kenya, child).await;
    let guest = json!({ "kind": "visitor", "zone": zone, "phones": [{ "number": "+254705550888", "kind": "mobile" }] });
    world.person_with("Hotel Guest", &office, guest).await;
    world.person("Elsewhere", &world.kenya).await;
    let abroad = json!({ "office": world.uganda.id, "kind": "staff_intl", "name": "Far", "zone": zone });
    let refused = admin.post("/v1/people", &abroad).await.refused(Code::InvalidValue);
    assert_eq!(refused.field.as_deref(), Some("/zone"), "a residence is in the country of the office");

    let warden = world.account("Wanda Zone", &world.uganda).await;
    let path = format!("/v1/zones/{}/people", zone.as_str().expect("an identifier"));
    warden.get(&path).await.refused(Code::Forbidden);
    let number = json!({ "phones": [{ "number": "+256705550999", "kind": "mobile" }] });
    let read_warden = read(admin, warden.person).await;
    change(admin, warden.person, read_warden.revision, number).await.expect(200);
    let zone_id: Uuid = serde_json::from_value(zone.clone()).expect("an identifier");
    world.grant(warden.person, "warden", "zone", Some(zone_id)).await;
    let seen = warden.get(&path).await.expect(200);
    let names: Vec<String> = seen.json::<wire::register::ZonePeople>().people.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["Amina Diallo", "Small Diallo", "Hotel Guest"]);
    for hidden in ["AB12345", "nuts", "House 7", "School Road", "E-17", "sponsor", "amina.diallo"] {
        assert!(!seen.text().contains(hidden), "{hidden} is in {}", seen.text());
    }
    assert!(seen.text().contains("+254705550888"));
    let foreign: Value =
        admin.post("/v1/zones", &json!({ "country": "KE", "name": "Karen" })).await.expect(201).value();
    let foreign = foreign["id"].as_str().expect("an identifier").to_owned();
    warden.get(&format!("/v1/zones/{foreign}/people")).await.refused(Code::NotFound);
    for path in ["/v1/people".to_owned(), format!("/v1/people/{own}"), "/v1/people/counts".to_owned()] {
        warden.get(&path).await.refused(Code::Forbidden);
    }

    // And those who live there see whom to call.
    let phone = world.phone_of(own).await;
    let mine: wire::profile::Profile =
        phone.ask(Method::GET, "/v1/me/profile", |request| request).await.expect(200).json();
    assert_eq!(mine.zone.as_deref(), Some("Westlands"));
    let wardens: Vec<(String, u8, String)> =
        mine.wardens.into_iter().map(|one| (one.name, one.rank, one.phones[0].number.clone())).collect();
    assert_eq!(wardens, [("Wanda Zone".to_owned(), 0, "+256705550999".to_owned())]);
});

on_both!(what_is_sealed_of_people_is_not_in_the_database, async |app| {
    let world = app.world().await;
    let person = id(&world.person_with("Amina Diallo", &world.kenya, everything()).await);
    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let place = json!({ "country": "UG", "place": "Hideaway Lodge", "until": app.now() + TimeDelta::days(3) });
    send(&kenyan, Method::PUT, &format!("/v1/people/{person}/current-place"), None, &place).await.expect(200);
    let dump = app.database().dump();
    assert!(tests::holds(&dump, "Amina Diallo"), "the dump is read");
    for secret in ["House 7", "Hotel Lux", "AB12345", "nuts", "705550199", "705550101", "Hideaway"] {
        assert!(!tests::holds(&dump, secret), "{secret} is in the database");
    }
});

on_both!(a_repeated_export_is_noted_each_time_that_people_are_taken_out, async |app| {
    let world = app.world().await;
    let steward = somebody(&world, "Lea Mutai", "list_steward", world.kenya.id).await;
    let (asked, again) = (json!({ "reason": "the yearly evacuation exercise" }), key());
    for _ in 0..2 {
        let csv = steward.post_by(again, "/v1/people/export", &asked).await.expect(200).text();
        assert!(csv.contains("Lea Mutai"));
    }
    let other = json!({ "reason": "quite another exercise" });
    steward.post_by(again, "/v1/people/export", &other).await.refused(Code::KeyReused);
    assert_eq!(noted(app, world.kenya.id, "people_exported").await.len(), 2);
});

on_both!(whose_zone_is_gone_or_lies_where_they_were_is_changed_in_all_else, async |app| {
    let world = app.world().await;
    let admin = &world.administrator;
    let zone = async |country: &str, name: &str| {
        let zone = admin.post("/v1/zones", &json!({ "country": country, "name": name })).await.expect(201).value();
        zone["id"].as_str().expect("an identifier").to_owned()
    };
    let (hilltop, kololo) = (zone("KE", "Hilltop").await, zone("UG", "Kololo").await);
    let title = json!({ "job_title": "Driver" });

    // Ended while somebody who is back now had left.
    let back = id(&world.person_with("Back Again", &world.kenya, json!({ "zone": hilltop })).await);
    admin.post(&format!("/v1/people/{back}/departure"), &json!({})).await.expect(204);
    send(admin, Method::DELETE, &format!("/v1/zones/{hilltop}"), None, &json!({})).await.expect(204);
    admin.post(&format!("/v1/people/{back}/return"), &json!({})).await.expect(204);
    let seen = read(admin, back).await;
    change(admin, back, seen.revision, title.clone()).await.expect(200);
    let mover = id(&world.person_with("Mover", &world.kenya, json!({})).await);
    let refused = change(admin, mover, 1, json!({ "zone": hilltop })).await.refused(Code::InvalidValue);
    assert_eq!(refused.field.as_deref(), Some("/zone"));

    // In a country where they were for a time.
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let path = format!("/v1/people/{mover}/current-place");
    let place = json!({ "country": "UG", "until": app.now() + TimeDelta::days(2) });
    send(&officer, Method::PUT, &path, None, &place).await.expect(200);
    change(admin, mover, 1, json!({ "zone": kololo })).await.expect(200);
    send(&officer, Method::DELETE, &path, None, &json!({})).await.expect(204);
    change(admin, mover, 2, title).await.expect(200);
    let moved = change(admin, mover, 3, json!({ "office": world.ethiopia.id })).await.refused(Code::InvalidValue);
    assert_eq!(moved.field.as_deref(), Some("/zone"), "a new office asks for a zone of its country");
});
