//! Places: changed and closed, zones with wardens, graded areas, the watch, the board and the map.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{NAIROBI, Operator, World, key, on_both, until};
use uuid::Uuid;
use wire::Code;
use wire::audit::{AuditPage, Deed};
use wire::board::{Board, Map};
use wire::places::{Countries, Office, Places};
use wire::zones::{SecurityArea, SecurityAreaDetail, ZoneDetail, Zones};

/// A small square around a position.
fn square((lat, lon): (f64, f64)) -> Value {
    let (s, w, n, e) = (lat - 0.01, lon - 0.01, lat + 0.01, lon + 0.01);
    json!({ "type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]] })
}

async fn zone(world: &World, name: &str) -> wire::zones::Zone {
    let body = json!({ "country": "KE", "name": name, "boundary": square(NAIROBI) });
    world.administrator.post("/v1/zones", &body).await.expect(201).json()
}

async fn detail(world: &World, zone: Uuid) -> ZoneDetail {
    world.administrator.get(&format!("/v1/zones/{zone}")).await.expect(200).json()
}

/// Somebody who reads what was done, everywhere.
async fn lead(world: &World) -> Operator {
    let lead = world.account("Lena Brandt", &world.kenya).await;
    world.grant(lead.person, "shift_lead", "installation", None).await;
    lead
}

async fn deeds(lead: &Operator, scope: Uuid) -> Vec<Deed> {
    let page: AuditPage = lead.get(&format!("/v1/audit?scope={scope}")).await.expect(200).json();
    page.notices.into_iter().map(|notice| notice.deed).collect()
}

on_both!(an_office_is_changed_closed_when_empty_and_opened_again, async |app| {
    let world = app.world().await;
    let path = format!("/v1/offices/{}", world.uganda.id);
    let administrator = &world.administrator;
    let change = json!({ "name": "Kampala Office", "duty_number": null, "emergency_number": "999" });
    let changed: Office = administrator.patch(&path, &change).await.expect(200).json();
    assert_eq!(
        (changed.name.as_str(), changed.duty_number, changed.emergency_number.as_deref()),
        ("Kampala Office", None, Some("999"))
    );
    let person = world.person("Okello Akena", &world.uganda).await;
    administrator.patch(&path, &json!({ "closed": true })).await.refused(Code::InUse);
    administrator.post(&format!("/v1/people/{person}/departure"), &json!({})).await.expect(204);
    let closed: Office = administrator.patch(&path, &json!({ "closed": true })).await.expect(200).json();
    assert!(closed.closed_at.is_some());
    let new = json!({ "office": world.uganda.id, "kind": "staff_national", "name": "Too Late" });
    assert_eq!(
        administrator.post("/v1/people", &new).await.refused(Code::InvalidValue).field.as_deref(),
        Some("/office")
    );
    let open: Office = administrator.patch(&path, &json!({ "closed": false })).await.expect(200).json();
    assert_eq!(open.closed_at, None);
    administrator.post("/v1/people", &new).await.expect(201);
    let lead = lead(&world).await;
    let done = deeds(&lead, world.organisation).await;
    assert!(done.iter().filter(|deed| **deed == Deed::PlaceChanged).count() >= 3);
});

on_both!(a_zone_shows_its_wardens_whoever_employs_them_and_ends_when_nobody_lives_in_it, async |app| {
    let world = app.world().await;
    let zone = zone(&world, "Hilltop").await;
    let organisation = json!({ "name": "Saltmarsh Medical Network", "short_name": "Saltmarsh" });
    let other: wire::places::Organisation =
        world.administrator.post("/v1/organisations", &organisation).await.expect(201).json();
    let office = json!({ "organisation": other.id, "country": "KE", "name": "Saltmarsh Kenya" });
    let office: Office = world.administrator.post("/v1/offices", &office).await.expect(201).json();
    let (warden, alternate) =
        (world.person("Omar Hassan", &office).await, world.person("Ada Njeri", &world.kenya).await);
    world.grant_with(alternate, "warden", "zone", Some(zone.id), json!({ "rank": 1 })).await;
    world.grant_with(warden, "warden", "zone", Some(zone.id), json!({ "rank": 0 })).await;
    let shown = detail(&world, zone.id).await;
    let named: Vec<_> = shown.wardens.iter().map(|one| (one.rank, one.name.as_deref(), one.reachable)).collect();
    assert_eq!(named, [(0, Some("Omar Hassan"), false), (1, Some("Ada Njeri"), false)]);
    assert!(shown.unreachable_since.is_some());
    let centre = shown.centre.expect("it has an outline");
    assert!((centre.lat - NAIROBI.0).abs() < 1e-6 && (centre.lon - NAIROBI.1).abs() < 1e-6);
    world.phone_of(alternate).await;
    let shown = detail(&world, zone.id).await;
    assert_eq!((shown.wardens[1].reachable, shown.unreachable_since), (true, None));

    // Counts only: neither name nor identifier of a warden.
    let member = world.account("Sven Team", &world.kenya).await;
    world.grant_with(member.person, "security_management_team", "country", None, json!({ "country": "KE" })).await;
    let zones: Zones = member.get("/v1/zones?country=KE").await.expect(200).json();
    assert!(zones.zones.iter().all(|one| one.wardens.iter().all(|one| one.person.is_none() && one.name.is_none())));
    assert_eq!(zones.zones[0].wardens.len(), 2);

    // Elsewhere it does not exist.
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    ugandan.get(&format!("/v1/zones/{}", zone.id)).await.refused(Code::NotFound);
    let none: Zones = ugandan.get("/v1/zones").await.expect(200).json();
    assert!(none.zones.is_empty());

    let path = format!("/v1/zones/{}", zone.id);
    let lives = world.person_with("Pia Zone", &world.kenya, json!({ "zone": zone.id })).await.brief.id.expect("an id");
    world.administrator.delete_by(key(), &path).await.refused(Code::InUse);
    world.administrator.post(&format!("/v1/people/{lives}/departure"), &json!({})).await.expect(204);
    let once = key();
    world.administrator.delete_by(once, &path).await.expect(204);
    world.administrator.delete_by(once, &path).await.expect(204);
    world.administrator.delete_by(key(), &path).await.refused(Code::NotFound);
});

on_both!(an_area_keeps_every_grade_and_shows_the_one_of_now, by_hand, async |app| {
    let world = app.world().await;
    let administrator = &world.administrator;
    let scheme =
        json!({ "name": "Three", "grades": [{ "code": "low", "name": "Low" }, { "code": "high", "name": "High" }] });
    let scheme = administrator.post("/v1/grading-schemes", &scheme).await.expect(201).value();
    let area = json!({ "country": "KE", "kind": "srm_area", "name": "Coast", "scheme": scheme["id"], "boundary": square(NAIROBI) });
    let area: SecurityArea = administrator.post("/v1/security-areas", &area).await.expect(201).json();
    let grades = format!("/v1/security-areas/{}/grades", area.id);
    administrator.post(&grades, &json!({ "grade": "low", "reason": "Reviewed" })).await.expect(201);
    app.advance(TimeDelta::minutes(1));
    administrator.post(&grades, &json!({ "grade": "high", "reason": "Two attacks" })).await.expect(201);
    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let shown: SecurityAreaDetail = kenyan.get(&format!("/v1/security-areas/{}", area.id)).await.expect(200).json();
    assert_eq!(shown.grade.expect("a grade").grade, "high");
    let history = kenyan.get(&grades).await.expect(200).value();
    assert_eq!(
        (history["grades"][0]["reason"].as_str(), history["grades"][1]["grade"].as_str()),
        (Some("Two attacks"), Some("low"))
    );
    kenyan.post(&grades, &json!({ "grade": "low", "reason": "I say so" })).await.refused(Code::Forbidden);
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    ugandan.get(&grades).await.refused(Code::NotFound);
    let lead = lead(&world).await;
    assert!(deeds(&lead, world.kenya.id).await.contains(&Deed::AreaGraded));
});

on_both!(a_zone_without_a_reachable_warden_for_a_day_is_told_of_once, by_hand, async |app| {
    let world = app.world().await;
    let lead = lead(&world).await;
    let second = world.account("Adam Second", &world.kenya).await;
    world.grant(second.person, "administrator", "installation", None).await;
    let zone = zone(&world, "Hilltop").await;
    let board: Board = lead.get("/v1/board").await.expect(200).json();
    assert_eq!(board.unwatched_zones.iter().map(|one| (one.zone, one.alert)).collect::<Vec<_>>(), [(zone.id, false)]);
    app.advance(TimeDelta::hours(25));
    let lead = lead.again().await;
    let board: Board = lead.get("/v1/board").await.expect(200).json();
    assert!(board.unwatched_zones[0].alert);
    let told = async || deeds(&lead, world.kenya.id).await.iter().filter(|deed| **deed == Deed::ZoneUnwatched).count();
    until("the alert", async || (told().await == 1).then_some(())).await;
    // The watch has looked many times more when the second zone's alert comes.
    let second = second.again().await;
    let body = json!({ "country": "KE", "name": "Lakeside" });
    second.post("/v1/zones", &body).await.expect(201);
    app.advance(TimeDelta::hours(25));
    let lead = lead.again().await;
    let told = async || -> Vec<Option<Uuid>> {
        let page: AuditPage = lead.get(&format!("/v1/audit?scope={}", world.kenya.id)).await.expect(200).json();
        page.notices.into_iter().filter(|one| one.deed == Deed::ZoneUnwatched).map(|one| one.subject).collect()
    };
    until("the second alert", async || (told().await.len() >= 2).then_some(())).await;
    assert_eq!(told().await.iter().filter(|subject| **subject == Some(zone.id)).count(), 1);
});

on_both!(the_map_shows_people_in_open_cases_within_reach_and_nobody_else, async |app| {
    let world = app.world().await;
    zone(&world, "Hilltop").await;
    let premises = json!({ "office": world.kenya.id, "duty_station": world.nairobi.id, "kind": "office", "name": "Gigiri",
                           "lat": NAIROBI.0, "lon": NAIROBI.1 });
    world.administrator.post("/v1/premises", &premises).await.expect(201);
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    world.phone("Grace Achieng", &world.kenya).await.tap().await;
    let case = phone.tap_at(NAIROBI).await.case.id;
    let map = async |who: &tests::SignedIn| -> Map { who.get("/v1/map").await.expect(200).json() };

    let kenyan = world.field_officer("Ken Mwangi", &world.kenya).await;
    let shown = map(&kenyan).await;
    assert_eq!(shown.cases.iter().map(|one| (one.id, one.name.as_str())).collect::<Vec<_>>(), [(case, "Musa Kimani")]);
    assert_eq!((shown.offices.len(), shown.zones.len(), shown.premises.len(), shown.duty_stations.len()), (1, 1, 1, 1));
    assert_eq!((shown.offices[0].id, shown.offices[0].of_country), (world.kenya.id, false));

    // Another country, and who sets things up, see no case; the map of a closed case is empty again.
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let shown = map(&ugandan).await;
    assert_eq!((shown.cases.len(), shown.zones.len(), shown.offices[0].id), (0, 0, world.uganda.id));
    assert!(shown.offices[0].of_country && shown.offices[0].at.is_some());
    let shown = map(&world.administrator).await;
    assert_eq!((shown.cases.len(), shown.offices.len() >= 3), (0, true));
    let text = world.administrator.get("/v1/map").await.expect(200).text();
    assert!(!text.contains("Musa") && !text.contains("Grace"));
    let claimed = kenyan.claims(case).await;
    kenyan.does(case, "contacts", json!({ "channel": "call", "result": "reached" })).await;
    let now = kenyan.sees(case).await.case;
    assert!(now.revision > claimed.revision);
    kenyan.close(&now, "resolved", "safe at home").await.expect(200);
    assert!(map(&kenyan).await.cases.is_empty());
});

on_both!(the_countries_are_those_of_iso_and_m49_with_their_sources, async |app| {
    let world = app.world().await;
    let all: Countries = world.administrator.get("/v1/countries").await.expect(200).json();
    assert_eq!(all.countries.len(), 249);
    let kenya = all.countries.iter().find(|one| one.code == "KE").expect("Kenya");
    assert_eq!(
        (kenya.iso3.as_deref(), kenya.m49, kenya.region, kenya.sub_region),
        (Some("KEN"), Some(404), Some(2), Some(202))
    );
    assert_eq!((kenya.names.fr.as_str(), kenya.invented), ("Kenya", false));
    assert!(all.world_regions.iter().any(|one| one.m49 == 202 && one.name == "Sub-Saharan Africa"));
    assert!(all.sources.contains("GeoNames") && all.sources.contains("OCHA"));
    app.anonymous().get("/v1/countries").await.refused(Code::Unauthenticated);
});

on_both!(bad_places_are_refused_by_their_field_and_nothing_changes, async |app| {
    use Code::{AlreadyExists, InvalidValue, NotFound, UnknownField, WrongType};
    let world = app.world().await;
    let administrator = &world.administrator;
    let zone = zone(&world, "Hilltop").await;
    let before = administrator.get("/v1/places").await.expect(200).value();
    let (office, nowhere) = (world.kenya.id, Uuid::now_v7());
    let ring = |points: Value| json!({ "country": "KE", "name": "N", "boundary": { "type": "Polygon", "coordinates": points } });
    let posts = [
        ("/v1/zones", json!({ "country": "XX", "name": "N" }), InvalidValue, "/country"),
        ("/v1/zones", json!({ "country": "KE", "name": " " }), InvalidValue, "/name"),
        ("/v1/zones", json!({ "country": "KE", "name": "Hilltop" }), AlreadyExists, "/name"),
        ("/v1/zones", json!({ "country": "KE", "name": "N", "area": nowhere }), InvalidValue, "/area"),
        ("/v1/zones", json!({ "country": "KE", "name": "N", "warden": nowhere }), UnknownField, "/warden"),
        ("/v1/zones", ring(json!([[[0, 0], [1, 0], [1, 1]]])), InvalidValue, "/boundary"),
        ("/v1/zones", ring(json!([[[0, 0], [1, 0], [1, 1], [0, 1]]])), InvalidValue, "/boundary"),
        ("/v1/zones", ring(json!([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]])), InvalidValue, "/boundary"),
        ("/v1/zones", ring(json!([[[0, 0], [1, 0], [1, 95], [0, 0]]])), InvalidValue, "/boundary"),
        (
            "/v1/regions",
            json!({ "organisation": nowhere, "name": "R", "countries": ["KE"] }),
            InvalidValue,
            "/organisation",
        ),
        (
            "/v1/regions",
            json!({ "organisation": world.organisation, "name": "R", "countries": ["QQ"] }),
            InvalidValue,
            "/countries",
        ),
        (
            "/v1/security-areas",
            json!({ "country": "KE", "kind": "area", "name": "A", "scheme": nowhere }),
            InvalidValue,
            "/scheme",
        ),
        (
            "/v1/security-areas",
            json!({ "country": "KE", "kind": "area", "name": "A", "parent": nowhere }),
            InvalidValue,
            "/parent",
        ),
        (
            "/v1/premises",
            json!({ "office": nowhere, "kind": "office", "name": "P", "lat": 0, "lon": 0 }),
            InvalidValue,
            "/office",
        ),
        (
            "/v1/premises",
            json!({ "office": office, "kind": "office", "name": "P", "lat": 91, "lon": 0 }),
            InvalidValue,
            "/lat",
        ),
        (
            "/v1/premises",
            json!({ "office": world.uganda.id, "duty_station": world.nairobi.id, "kind": "office", "name": "P",
                                 "lat": 0, "lon": 0 }),
            InvalidValue,
            "/duty_station",
        ),
        (
            "/v1/grading-schemes",
            json!({ "name": "S", "grades": [{ "code": "a", "name": "A" }] }),
            InvalidValue,
            "/grades",
        ),
    ];
    for (path, body, code, field) in &posts {
        let problem = administrator.post(path, body).await.refused(*code);
        assert_eq!(problem.field.as_deref(), Some(*field), "{path} {body}: {}", problem.detail);
    }
    for kind in ["castle", ""] {
        let body = json!({ "country": "KE", "kind": kind, "name": "A" });
        administrator.post("/v1/security-areas", &body).await.refused(WrongType);
    }
    let patches = [
        (format!("/v1/offices/{office}"), json!({ "duty_number": "0705" }), InvalidValue, Some("/duty_number")),
        (format!("/v1/offices/{office}"), json!({ "country": "UG" }), UnknownField, Some("/country")),
        (format!("/v1/offices/{office}"), json!({}), InvalidValue, None),
        (format!("/v1/offices/{nowhere}"), json!({ "name": "N" }), NotFound, None),
        (format!("/v1/organisations/{nowhere}"), json!({ "name": "N" }), NotFound, None),
        (format!("/v1/duty-stations/{}", world.nairobi.id), json!({ "lat": 2.0 }), InvalidValue, Some("/lon")),
        (
            format!("/v1/duty-stations/{}", world.nairobi.id),
            json!({ "time_zone": "Mars" }),
            InvalidValue,
            Some("/time_zone"),
        ),
        (format!("/v1/zones/{}", zone.id), json!({ "name": null }), InvalidValue, None),
        (format!("/v1/zones/{nowhere}"), json!({ "name": "N" }), NotFound, None),
    ];
    for (path, body, code, field) in &patches {
        let problem = administrator.patch(path, body).await.refused(*code);
        assert_eq!(problem.field.as_deref(), *field, "{path} {body}: {}", problem.detail);
    }
    assert_eq!(administrator.get("/v1/places").await.expect(200).value(), before);
});

on_both!(places_outside_of_ones_reach_do_not_exist, async |app| {
    let world = app.world().await;
    zone(&world, "Hilltop").await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let shown: Places = ugandan.get("/v1/places").await.expect(200).json();
    assert_eq!(shown.offices.iter().map(|office| office.id).collect::<Vec<_>>(), [world.uganda.id]);
    assert!(shown.zones.is_empty() && shown.duty_stations.is_empty() && shown.regions.is_empty());
    ugandan.post("/v1/zones", &json!({ "country": "UG", "name": "Z" })).await.refused(Code::Forbidden);
    ugandan.patch(&format!("/v1/offices/{}", world.uganda.id), &json!({ "name": "N" })).await.refused(Code::Forbidden);
    let steward = world.account("Adam Local", &world.kenya).await;
    world.grant(steward.person, "administrator", "office", Some(world.kenya.id)).await;
    steward.post("/v1/zones", &json!({ "country": "KE", "name": "Lakeside" })).await.expect(201);
    let foreign = steward.post("/v1/zones", &json!({ "country": "UG", "name": "Z" })).await.refused(Code::InvalidValue);
    assert_eq!(foreign.field.as_deref(), Some("/country"));
    steward.patch(&format!("/v1/offices/{}", world.uganda.id), &json!({ "name": "N" })).await.refused(Code::NotFound);
    let board: Board = ugandan.get("/v1/board").await.expect(200).json();
    assert!(board.unwatched_zones.is_empty());
    let board: Board = steward.get("/v1/board").await.expect(200).json();
    assert_eq!(board.unwatched_zones.len(), 2);
});
