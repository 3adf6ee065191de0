//! Duty rosters: whom an alarm calls, who may change them, what stays of an entry.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, SignedIn, TestApp, key, on_both, until};
use uuid::Uuid;
use wire::audit::{AuditPage, Deed};
use wire::case::Change;
use wire::watch::{Roster, RosterEntry};
use wire::{Code, IDEMPOTENCY_KEY};

use crate::duty::{Ground, OFFICER, UGANDAN};

const SECOND: &str = "+254700000011";
const THIRD: &str = "+254700000012";

/// Nairobi is three hours ahead, all year.
fn nairobi(at: DateTime<Utc>) -> DateTime<Utc> {
    at + TimeDelta::hours(3)
}

fn clock(at: DateTime<Utc>) -> String {
    at.format("%H:%M").to_string()
}

/// A duty of every day from one hour before until one hour after a time of Nairobi.
fn around(person: Uuid, at: DateTime<Utc>) -> Value {
    let (from, until) = (nairobi(at) - TimeDelta::hours(1), nairobi(at) + TimeDelta::hours(1));
    json!({ "person": person, "weekdays": [1, 2, 3, 4, 5, 6, 7], "from": clock(from), "until": clock(until),
            "first_day": (at - TimeDelta::days(2)).date_naive() })
}

fn of_office(office: Uuid, duty: &Value) -> Value {
    json!({ "area": "office", "area_id": office, "role": "field_security_officer", "duty": duty })
}

async fn entered(ground: &Ground, duty: &Value) -> RosterEntry {
    let body = of_office(ground.world.kenya.id, duty);
    ground.world.administrator.post("/v1/roster", &body).await.expect(201).json()
}

async fn written(desk: &SignedIn, method: Method, id: Uuid, revision: u64, body: &Value) -> Answer {
    let request = desk.request(method, &format!("/v1/roster/{id}")).header(IDEMPOTENCY_KEY, key().to_string());
    desk.http().send(request.header("If-Match", format!("\"{revision}\"")).json(body)).await
}

async fn week(desk: &SignedIn, office: Uuid) -> Roster {
    desk.get(&format!("/v1/roster?area=office&area_id={office}")).await.expect(200).json()
}

/// Three officers of Kenya, and one of another country by whom it is seen that the server has looked.
async fn three(app: &mut TestApp) -> (Ground, [Uuid; 3]) {
    let ground = Ground::new(app).await;
    ground.ugandan().await;
    let area = ("field_security_officer", "office", Some(ground.world.kenya.id));
    let ken = ground.officer(true).await;
    let lea = ground.on_duty("Lea Mutai", area, SECOND, true).await;
    let noor = ground.on_duty("Noor Hassan", area, THIRD, true).await;
    (ground, [ken, lea, noor])
}

on_both!(who_is_on_duty_by_the_roster_is_called_alone_and_in_a_gap_all_are, by_hand, async |app| {
    let (ground, [ken, ..]) = three(app).await;
    let now = app.now();
    entered(&ground, &around(ken, now)).await;
    ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    ground.has_looked().await;
    assert_eq!(ground.called(), [OFFICER, UGANDAN], "nobody else of the area");
    assert!(week(&ground.world.administrator, ground.world.kenya.id).await.roles[0].on_now);

    // Nobody is on duty now: everybody who holds the role is called.
    let elsewhere = json!({ "weekdays": [1, 2, 3, 4, 5, 6, 7], "person": ken, "time_zone": "Africa/Nairobi",
        "from": clock(nairobi(now) + TimeDelta::hours(5)), "until": clock(nairobi(now) + TimeDelta::hours(6)),
        "first_day": now.date_naive() });
    let entry = &week(&ground.world.administrator, ground.world.kenya.id).await.entries[0];
    written(&ground.world.administrator, Method::PUT, entry.id, entry.revision, &elsewhere).await.expect(200);
    let before = ground.called().len();
    let second = ground.world.phone("Second Person", &ground.world.kenya).await.tap().await.case.id;
    let all = |called: &[String]| [OFFICER, SECOND, THIRD].iter().all(|one| called.contains(&(*one).to_owned()));
    until("everybody to be called", async || all(&ground.called()[before..]).then_some(())).await;
    let told = ground.timeline(second).await.into_iter().find_map(|entry| match entry.change {
        Change::Called { people, .. } => Some(people.iter().all(|one| one.gap)),
        _ => None,
    });
    assert_eq!(told, Some(true), "the timeline tells of the gap");
});

on_both!(when_nobody_has_reacted_those_off_duty_are_called_too, by_hand, async |app| {
    let (ground, [ken, ..]) = three(app).await;
    entered(&ground, &around(ken, app.now())).await;
    ground.raise().await;
    ground.has_called(&[OFFICER]).await;
    app.advance(TimeDelta::minutes(2));
    ground.has_looked().await;
    assert!(!ground.called().contains(&SECOND.to_owned()), "for five minutes only who is on duty");
    app.advance(TimeDelta::minutes(3));
    let all = || [SECOND, THIRD].iter().all(|one| ground.called().contains(&(*one).to_owned()));
    until("everybody, on duty or not", async || all().then_some(())).await;
});

on_both!(who_is_on_duty_and_cannot_be_proven_to_be_reached_keeps_no_call_from_others, by_hand, async |app| {
    let ground = Ground::new(app).await;
    ground.ugandan().await;
    let area = ("field_security_officer", "office", Some(ground.world.kenya.id));
    let ken = ground.officer(false).await;
    ground.on_duty("Lea Mutai", area, SECOND, true).await;
    entered(&ground, &around(ken, app.now())).await;
    ground.raise().await;
    let both = || [OFFICER, SECOND].iter().all(|one| ground.called().contains(&(*one).to_owned()));
    until("both officers", async || both().then_some(())).await;
});

on_both!(a_night_over_midnight_is_one_duty, by_hand, async |app| {
    let (ground, [ken, lea, _]) = three(app).await;
    let phone = ground.world.phone("Second Person", &ground.world.kenya).await;
    let today = nairobi(app.now()).date_naive();
    let day = today.weekday().number_from_monday();
    let night = |person: Uuid, from: &str, until: &str, day: u32| {
        json!({ "person": person, "weekdays": [day], "from": from, "until": until, "first_day": today,
                "time_zone": "Africa/Nairobi" })
    };
    entered(&ground, &night(ken, "20:00", "06:00", day)).await;
    entered(&ground, &night(lea, "06:00", "20:00", day % 7 + 1)).await;
    // 03:00 of the next day.
    let three = today.succ_opt().expect("a day").and_hms_opt(0, 0, 0).expect("midnight").and_utc();
    app.advance(three - app.now());
    phone.tap().await;
    ground.has_called(&[OFFICER]).await;
});

/// The last Sunday of October: clocks of the European Union go from 01:00 UTC back by an hour.
fn autumn(year: i32) -> DateTime<Utc> {
    let last = NaiveDate::from_ymd_opt(year, 10, 31).expect("a day");
    let sunday = last - TimeDelta::days(i64::from(last.weekday().num_days_from_sunday()));
    sunday.and_hms_opt(1, 0, 0).expect("an hour").and_utc()
}

on_both!(in_the_hour_that_comes_twice_whoever_the_wall_clock_names_is_called, by_hand, async |app| {
    let (ground, [ken, lea, _]) = three(app).await;
    let phone = ground.world.phone("Second Person", &ground.world.kenya).await;
    let duty = |person: Uuid, from: &str, until: &str| {
        json!({ "person": person, "weekdays": [1, 2, 3, 4, 5, 6, 7], "from": from, "until": until,
                "time_zone": "Europe/Paris", "first_day": app.now().date_naive() })
    };
    entered(&ground, &duty(ken, "22:00", "02:30")).await;
    entered(&ground, &duty(lea, "02:30", "22:00")).await;
    let back = autumn(app.now().year());
    let back = if back > app.now() { back } else { autumn(app.now().year() + 1) };
    // 02:15, for the second time.
    app.advance(back + TimeDelta::minutes(15) - app.now());
    phone.tap().await;
    until("the night officer to be called", async || ground.called().contains(&OFFICER.to_owned()).then_some(())).await;
    assert!(!ground.called().contains(&THIRD.to_owned()), "who is not on the roster");
});

on_both!(whose_role_was_revoked_is_not_called_though_on_the_roster_and_leaves_a_gap, by_hand, async |app| {
    let (ground, [ken, ..]) = three(app).await;
    entered(&ground, &around(ken, app.now())).await;
    let administrator = &ground.world.administrator;
    let grants = administrator.get(&format!("/v1/grants?person={ken}")).await.expect(200).value();
    let path = format!("/v1/grants/{}", grants["grants"][0]["id"].as_str().expect("a grant"));
    administrator.take_away(&path, &json!({ "reason": "moved on" })).await.expect(200);
    ground.raise().await;
    let both = |called: &[String]| [SECOND, THIRD].iter().all(|one| called.contains(&(*one).to_owned()));
    until("the others to be called", async || both(&ground.called()).then_some(())).await;
    ground.has_looked().await;
    assert!(!ground.called().contains(&OFFICER.to_owned()));
    let roster = week(administrator, ground.world.kenya.id).await;
    let [role] = &roster.roles[..] else { panic!("one role: {roster:?}") };
    assert!(!role.on_now && role.duties.iter().all(|duty| !duty.holds));
    assert_eq!((role.gaps.len(), role.gaps[0].from, role.gaps[0].until), (1, roster.from, roster.until));
});

on_both!(an_officer_on_duty_who_cannot_be_reached_does_not_keep_the_others_from_being_called, by_hand, async |app| {
    let (ground, _) = three(app).await;
    let silent = ground.world.person("No Number", &ground.world.kenya).await;
    ground.world.grant(silent, "field_security_officer", "office", Some(ground.world.kenya.id)).await;
    entered(&ground, &around(silent, app.now())).await;
    ground.raise().await;
    until("everybody to be called", async || (ground.called().len() == 3).then_some(())).await;
});

on_both!(an_entry_is_for_who_holds_the_role_and_is_replaced_and_ended_but_stays, async |app| {
    let world = app.world().await;
    let administrator = &world.administrator;
    let (officer, other) =
        (world.person("Ken Mwangi", &world.kenya).await, world.person("No Role", &world.kenya).await);
    let country = json!({ "country": "KE" });
    world.grant_with(officer, "field_security_officer", "country", None, country).await;
    let duty = |person: Uuid| json!({ "person": person, "weekdays": [1, 2], "from": "08:00", "until": "20:00", "first_day": "2026-11-23" });
    let refused = async |body: Value| administrator.post("/v1/roster", &body).await.refused(Code::InvalidValue).field;
    assert_eq!(refused(of_office(world.kenya.id, &duty(other))).await.as_deref(), Some("/duty/person"));
    assert_eq!(refused(of_office(world.uganda.id, &duty(officer))).await.as_deref(), Some("/duty/time_zone"));
    let mut wrong = of_office(world.kenya.id, &duty(officer));
    wrong["role"] = json!("warden");
    assert_eq!(refused(wrong).await.as_deref(), Some("/role"));
    for (field, value, pointer) in [
        ("weekdays", json!([]), "/duty/weekdays"),
        ("weekdays", json!([1, 1]), "/duty/weekdays"),
        ("from", json!("8:00"), "/duty/from"),
        ("until", json!("24:00"), "/duty/until"),
        ("time_zone", json!("Mars/Base"), "/duty/time_zone"),
        ("last_day", json!("2026-11-22"), "/duty/last_day"),
    ] {
        let mut one = duty(officer);
        one[field] = value;
        assert_eq!(refused(of_office(world.kenya.id, &one)).await.as_deref(), Some(pointer));
    }

    let request = key();
    let body = of_office(world.kenya.id, &duty(officer));
    let made: RosterEntry = administrator.post_by(request, "/v1/roster", &body).await.expect(201).json();
    assert_eq!(made.duty.time_zone.as_deref(), Some("Africa/Nairobi"), "that of the office's duty station");
    let again: RosterEntry = administrator.post_by(request, "/v1/roster", &body).await.expect(201).json();
    assert_eq!(again, made);
    written(administrator, Method::PUT, made.id, 3, &duty(officer)).await.refused(Code::RevisionChanged);
    let mut longer = duty(officer);
    longer["weekdays"] = json!([1, 2, 3, 4, 5, 6, 7]);
    let new: RosterEntry = written(administrator, Method::PUT, made.id, 1, &longer).await.expect(200).json();
    assert_eq!(new.replaces, Some(made.id));
    written(administrator, Method::PUT, made.id, 1, &longer).await.refused(Code::AlreadyEnded);
    let ended: RosterEntry = written(administrator, Method::DELETE, new.id, 1, &json!({})).await.expect(200).json();
    assert!(ended.ended_at.is_some() && ended.revision == 2);
    let roster = week(administrator, world.kenya.id).await;
    assert!(roster.roles.is_empty(), "nobody is on duty by what was ended");
    assert_eq!(roster.entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), [new.id, made.id], "all of it stays");
    let audit: AuditPage = administrator.get("/v1/audit").await.expect(200).json();
    let noted = audit.notices.iter().filter(|one| one.deed == Deed::RosterChanged);
    assert!(noted.clone().all(|one| one.subject == Some(officer) && !one.what.contains("Mwangi")));
    assert_eq!(noted.count(), 3);
});

on_both!(a_week_names_its_gaps, async |app| {
    let world = app.world().await;
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let duty = json!({ "person": officer.person, "weekdays": [1, 2, 3, 4, 5], "from": "06:00", "until": "06:00",
                       "first_day": "2026-01-01" });
    world.administrator.post("/v1/roster", &of_office(world.kenya.id, &duty)).await.expect(201);
    let path = format!("/v1/roster?area=office&area_id={}&week=2026-11-25", world.kenya.id);
    let roster: Roster = officer.get(&path).await.expect(200).json();
    assert!(!roster.may_edit);
    officer.post("/v1/roster", &of_office(world.kenya.id, &duty)).await.refused(Code::Forbidden);
    assert_eq!((roster.week.to_string().as_str(), roster.time_zone.as_str()), ("2026-11-23", "Africa/Nairobi"));
    let [role] = &roster.roles[..] else { panic!("one role: {roster:?}") };
    let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
    let gaps: Vec<_> = role.gaps.iter().map(|gap| (gap.from, gap.until)).collect();
    // Monday until six o'clock, and from Saturday six o'clock: Nairobi is three hours ahead.
    assert_eq!(
        gaps,
        [
            (at("2026-11-22T21:00:00Z"), at("2026-11-23T03:00:00Z")),
            (at("2026-11-28T03:00:00Z"), at("2026-11-29T21:00:00Z"))
        ]
    );
    assert_eq!(role.duties.len(), 5);
});
