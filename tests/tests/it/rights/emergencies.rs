//! A broken glass and unsealed names: told at once, for a time, and resting on an appointment.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Operator, PATIENCE, SignedIn, Socket, on_both};
use uuid::Uuid;
use wire::access::{Grant, GrantOrigin, Permission};
use wire::audit::{Deed, Notice};
use wire::live::FromConsole;
use wire::{Code, PROTOCOL};

use super::{another_organisation, audit, closed, session};

/// A socket after its welcome, whose notices are read one by one.
async fn listening(operator: &Operator) -> Socket {
    let mut socket = Socket::dial(operator.http(), "/v1/live").await;
    let ticket = operator.ticket().await;
    socket.send(&FromConsole::Hello { protocol: PROTOCOL, ticket, cursors: [].into() }).await;
    assert_eq!(socket.frame(PATIENCE).await.expect("a frame")["t"], "welcome");
    socket.send(&FromConsole::Resume { cursors: operator.snapshot().await.cursors }).await;
    socket
}

async fn next_notice(socket: &mut Socket) -> Notice {
    loop {
        let frame = socket.frame(PATIENCE).await.expect("a frame");
        if frame["t"] == "notice" {
            return serde_json::from_value(frame["notice"].clone()).expect("a notice");
        }
    }
}

on_both!(a_broken_glass_is_told_at_once_and_mends_itself_after_an_hour, by_hand, async |app| {
    let world = app.world().await;
    let lead = world.account("Lea Mutai", &world.kenya).await;
    world.grant(lead.person, "shift_lead", "office", Some(world.kenya.id)).await;
    let ugandan = world.field_officer("Uma Nakato", &world.uganda).await;
    let (_, foreign) = another_organisation(&world).await;
    let abroad = world.phone("Okello Akena", &world.uganda).await.tap().await.case.id;
    let path = format!("/v1/cases/{abroad}");
    lead.get(&path).await.refused(Code::NotFound);
    let mut there = listening(&ugandan).await;
    let glass = |office: Uuid, reason: &str| json!({ "area": "office", "area_id": office, "reason": reason });
    let why = "Nobody answers in Kampala";
    ugandan.post("/v1/break-glass", &glass(world.kenya.id, why)).await.refused(Code::Forbidden);
    for (body, field) in [
        (glass(world.uganda.id, "urgent"), "/reason"),
        (glass(foreign.id, why), "/area_id"),
        (glass(world.kenya.id, why), "/area_id"),
        (json!({ "area": "country", "country": "KE", "reason": why }), "/country"),
        (json!({ "area": "installation", "reason": why }), "/area"),
    ] {
        assert_eq!(lead.post("/v1/break-glass", &body).await.refused(Code::InvalidValue).field.as_deref(), Some(field));
    }
    let made: Grant = lead.post("/v1/break-glass", &glass(world.uganda.id, why)).await.expect(201).json();
    assert_eq!((made.origin, made.until), (GrantOrigin::BreakGlass, Some(app.now() + TimeDelta::hours(1))));
    let told = next_notice(&mut there).await;
    assert_eq!((told.deed, told.loud, told.actor.id), (Deed::GlassBroken, true, Some(lead.person)));
    assert_eq!((told.reason.as_deref(), told.until), (Some(why), made.until));
    let of_organisation = audit(&world.administrator, &format!("?scope={}", world.organisation)).await;
    assert_eq!(of_organisation[0], told);
    lead.get(&path).await.expect(200);
    let console = lead.console().await;
    app.advance(TimeDelta::minutes(60));
    lead.get(&path).await.refused(Code::NotFound);
    assert_eq!(closed(&console).await, 4003);
});

on_both!(names_stay_sealed_until_the_official_says_why_and_for_how_long, by_hand, async |app| {
    let world = app.world().await;
    let (official, member) =
        (world.account("Dora Otim", &world.kenya).await, world.account("Sam Wafula", &world.uganda).await);
    let kenya = || json!({ "country": "KE" });
    world.grant_with(official.person, "designated_official", "country", None, kenya()).await;
    world.grant_with(member.person, "security_management_team", "country", None, kenya()).await;
    let names = async |desk: &SignedIn| {
        let may = session(desk).await.permissions.contains(&Permission::ReadPeople);
        let asked = desk.post("/v1/people/search", &json!({ "q": "" })).await;
        assert_eq!(asked.status, if may { 200 } else { 403 });
        may
    };
    assert!(!names(&official).await && !names(&member).await);
    let unseal =
        |country: &str, hours: u64, reason: &str| json!({ "country": country, "hours": hours, "reason": reason });
    let why = "Evacuation of the capital";
    member.post("/v1/unsealing", &unseal("KE", 2, why)).await.refused(Code::Forbidden);
    for (body, field) in
        [(unseal("UG", 2, why), "/country"), (unseal("KE", 25, why), "/hours"), (unseal("KE", 2, "urgent"), "/reason")]
    {
        let refused = official.post("/v1/unsealing", &body).await.refused(Code::InvalidValue);
        assert_eq!(refused.field.as_deref(), Some(field));
    }
    official.post("/v1/unsealing", &unseal("KE", 2, why)).await.expect(201);
    assert!(names(&official).await && names(&member).await);
    let noted = audit(&world.administrator, &format!("?scope={}", world.kenya.id)).await;
    assert_eq!((noted[0].deed, noted[0].loud, noted[0].reason.as_deref()), (Deed::NamesUnsealed, true, Some(why)));
    app.advance(TimeDelta::hours(2));
    assert!(!names(&official).await && !names(&member).await);
});

on_both!(unsealed_names_and_broken_glass_end_with_the_appointment_they_rest_on, by_hand, async |app| {
    let world = app.world().await;
    let person = world.person("Musa Kimani", &world.kenya).await;
    let path = format!("/v1/people/{person}");
    let official = world.account("Dora Otim", &world.ethiopia).await;
    let country = json!({ "country": "KE" });
    let seat = world.grant_with(official.person, "designated_official", "country", None, country).await;
    official.step_up(&official.password).await;
    let body = json!({ "country": "KE", "hours": 24, "reason": "Evacuation of the capital" });
    official.post("/v1/unsealing", &body).await.expect(201);
    official.get(&path).await.expect(200);
    let lead = world.account("Lea Mutai", &world.ethiopia).await;
    let shift = world.grant(lead.person, "shift_lead", "office", Some(world.uganda.id)).await;
    let body = json!({ "area": "office", "area_id": world.kenya.id, "reason": "The officer of Kenya is out of reach" });
    lead.post("/v1/break-glass", &body).await.expect(201);
    lead.get(&path).await.expect(200);
    for (grant, desk) in [(&seat, &official), (&shift, &lead)] {
        let ended = format!("/v1/grants/{}", grant.id);
        world.administrator.withdraw(&ended, "dismissed").await.expect(200);
        desk.get(&path).await.refused(Code::Forbidden);
        assert!(session(desk).await.permissions.is_empty());
    }
});

/// On SQLite one transaction writes at a time; here the other one is held open.
#[cfg(not(sqlite_only))]
mod on_postgresql {
    use tests::{Db, Rival, TestApp, Time, rows_of, run};

    use super::*;

    fn leaving(app: &TestApp, person: Uuid) -> Rival {
        Rival::begins(app.database(), &format!("UPDATE people SET left_at = now() WHERE id = '{person}'"))
    }

    #[test]
    fn who_is_noted_as_having_left_in_the_same_moment_breaks_no_glass() {
        run(Db::Postgres, Time::Real, async |app| {
            let world = app.world().await;
            let lead = world.account("Lea Mutai", &world.kenya).await;
            world.grant(lead.person, "shift_lead", "office", Some(world.kenya.id)).await;
            let body = json!({ "area": "office", "area_id": world.uganda.id, "reason": "Nobody answers in Kampala" });
            let other = leaving(app, lead.person);
            let (broken, ()) = tokio::join!(lead.post("/v1/break-glass", &body), other.commits_when_waited_for());
            broken.refused(Code::Forbidden);
            assert_eq!(rows_of(app.database(), "grants WHERE origin = 'break_glass'"), 0);
        });
    }

    #[test]
    fn who_is_noted_as_having_left_in_the_same_moment_sees_no_unsealed_names() {
        run(Db::Postgres, Time::Real, async |app| {
            let world = app.world().await;
            let official = world.account("Dora Otim", &world.kenya).await;
            let member = world.account("Sam Wafula", &world.uganda).await;
            let kenya = || json!({ "country": "KE" });
            world.grant_with(official.person, "designated_official", "country", None, kenya()).await;
            world.grant_with(member.person, "security_management_team", "country", None, kenya()).await;
            let body = json!({ "country": "KE", "hours": 2, "reason": "Evacuation of the capital" });
            let unsealed = "grants WHERE origin = 'unsealed'";
            // A member of the team leaves: the others see names, and that one does not.
            let other = leaving(app, member.person);
            let (done, ()) = tokio::join!(official.post("/v1/unsealing", &body), other.commits_when_waited_for());
            done.expect(201);
            assert_eq!(rows_of(app.database(), unsealed), 1);
            // The official leaves: nobody sees names by it.
            let other = leaving(app, official.person);
            let (done, ()) = tokio::join!(official.post("/v1/unsealing", &body), other.commits_when_waited_for());
            done.refused(Code::Forbidden);
            assert_eq!(rows_of(app.database(), unsealed), 1);
        });
    }
}
