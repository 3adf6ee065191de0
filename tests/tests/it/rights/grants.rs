//! Grants that begin and end, are refused, need a fresh password, and are stood in for.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{SignedIn, key, on_both};
use uuid::Uuid;
use wire::Code;
use wire::access::{Grant, GrantOrigin, GrantPage};
use wire::audit::Deed;

use super::{another_organisation, audit, closed, session};

async fn grants(desk: &SignedIn, query: &str) -> Vec<Grant> {
    desk.get(&format!("/v1/grants{query}")).await.expect(200).json::<GrantPage>().grants
}

fn officer(person: Uuid, office: Uuid) -> Value {
    json!({ "person": person, "role": "field_security_officer", "area": "office", "area_id": office })
}

on_both!(a_grant_begins_and_ends_on_the_minute_and_the_stream_follows, by_hand, async |app| {
    let world = app.world().await;
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let abroad = world.phone("Okello Akena", &world.uganda).await.tap().await.case.id;
    let (from, until) = (app.now() + TimeDelta::minutes(2), app.now() + TimeDelta::minutes(4));
    let time = json!({ "from": from, "until": until, "letter": "OPS/2030/7" });
    let made = world.grant_with(officer.person, "field_security_officer", "office", Some(world.uganda.id), time).await;
    assert_eq!((made.from, made.until, made.letter.as_deref()), (from, Some(until), Some("OPS/2030/7")));
    let path = format!("/v1/cases/{abroad}");
    let mut console = officer.console().await;
    app.advance(TimeDelta::seconds(119));
    officer.get(&path).await.refused(Code::NotFound);
    app.advance(TimeDelta::seconds(1));
    officer.get(&path).await.expect(200);
    assert_eq!(closed(&console).await, 4003);
    console.redial().await;
    console.shows(abroad, "the case of the wider area", |case| case.ringing).await;
    app.advance(TimeDelta::seconds(119));
    officer.get(&path).await.expect(200);
    app.advance(TimeDelta::seconds(1));
    officer.get(&path).await.refused(Code::NotFound);
    assert_eq!(closed(&console).await, 4003);
    assert!(session(&officer).await.grants.iter().all(|grant| grant.id != made.id));
});

on_both!(a_grant_that_is_ended_closes_the_stream_and_is_noted, async |app| {
    let world = app.world().await;
    let officer = world.account("Ken Mwangi", &world.kenya).await;
    let made = world.grant(officer.person, "field_security_officer", "office", Some(world.kenya.id)).await;
    let id = world.phone("Musa Kimani", &world.kenya).await.tap().await.case.id;
    let console = officer.console().await;
    officer.sees(id).await;
    let path = format!("/v1/grants/{}", made.id);
    world.administrator.take_away(&path, &json!({ "reason": "x" })).await.refused(Code::InvalidValue);
    world.administrator.take_away(&path, &json!({ "why": "moved on" })).await.refused(Code::UnknownField);
    officer.sees(id).await;
    let ended: Grant = world.administrator.take_away(&path, &json!({ "reason": "moved on" })).await.expect(200).json();
    assert!(ended.ended_at.is_some() && ended.ended_by == Some(world.administrator.person));
    officer.get(&format!("/v1/cases/{id}")).await.refused(Code::Forbidden);
    assert_eq!(closed(&console).await, 4003);
    world.administrator.take_away(&path, &json!({ "reason": "moved on" })).await.refused(Code::AlreadyEnded);
    let noted = audit(&world.administrator, &format!("?scope={}", world.kenya.id)).await;
    let rights = |deed: &Deed| matches!(deed, Deed::RoleGranted | Deed::RoleEnded);
    let deeds: Vec<Deed> = noted.iter().map(|notice| notice.deed).filter(rights).collect();
    assert_eq!(deeds, [Deed::RoleEnded, Deed::RoleGranted], "the newest first, and what was refused is not there");
    assert_eq!((noted[0].reason.as_deref(), noted[0].subject), (Some("moved on"), Some(officer.person)));
    assert!(noted.iter().all(|notice| notice.actor.id == Some(world.administrator.person)));
    assert!(noted.iter().all(|notice| !notice.what.contains("Mwangi")), "no name of staff");
});

on_both!(a_bad_grant_names_its_field_and_changes_nothing, async |app| {
    let world = app.world().await;
    let person = world.person("Ken Mwangi", &world.kenya).await;
    let (_, foreign) = another_organisation(&world).await;
    let local = world.account("Lea Mutai", &world.kenya).await;
    world.grant(local.person, "administrator", "office", Some(world.kenya.id)).await;
    let good = officer(person, world.kenya.id);
    let with = |changes: Value| {
        let mut body = good.clone();
        for (name, value) in changes.as_object().expect("fields") {
            body[name] = value.clone();
        }
        body
    };
    let (now, hour) = (app.now(), TimeDelta::hours(1));
    let before = (grants(&world.administrator, "?past=true").await, audit(&world.administrator, "").await.len());
    for (changes, code, field) in [
        (json!({ "from": now + hour, "until": now + hour }), Code::InvalidValue, "/until"),
        (json!({ "from": now + hour * 2, "until": now + hour }), Code::InvalidValue, "/until"),
        (json!({ "from": now - hour * 2, "until": now - hour }), Code::InvalidValue, "/until"),
        (json!({ "person": key() }), Code::InvalidValue, "/person"),
        (json!({ "area_id": key() }), Code::InvalidValue, "/area_id"),
        (json!({ "area_id": foreign.id }), Code::InvalidValue, "/area_id"),
        (json!({ "area_id": world.uganda.id }), Code::InvalidValue, "/area_id"),
        (json!({ "area": "zone" }), Code::InvalidValue, "/area"),
        (json!({ "role": "personnel" }), Code::InvalidValue, "/role"),
        (json!({ "country": "KE" }), Code::InvalidValue, "/country"),
        (json!({ "rank": 1 }), Code::InvalidValue, "/rank"),
        (json!({ "letter": "x".repeat(121) }), Code::InvalidValue, "/letter"),
        (json!({ "role": "emperor" }), Code::WrongType, ""),
        (json!({ "granted_by": person }), Code::UnknownField, "/granted_by"),
        (json!({ "origin": "break_glass" }), Code::UnknownField, "/origin"),
    ] {
        let refused = local.post("/v1/grants", &with(changes.clone())).await.refused(code);
        if !field.is_empty() {
            assert_eq!(refused.field.as_deref(), Some(field), "{changes}");
        }
    }
    let whole = json!({ "person": person, "role": "administrator", "area": "installation" });
    local.post("/v1/grants", &whole).await.refused(Code::Forbidden);
    let after = (grants(&world.administrator, "?past=true").await, audit(&world.administrator, "").await.len());
    assert_eq!(after, before);
    local.post("/v1/grants", &good).await.expect(201);
});

on_both!(a_role_change_asks_for_the_password_again_after_five_minutes, by_hand, async |app| {
    let world = app.world().await;
    let person = world.person("Ken Mwangi", &world.kenya).await;
    let made = world.grant(person, "field_security_officer", "office", Some(world.kenya.id)).await;
    app.advance(TimeDelta::minutes(5));
    let before = grants(&world.administrator, "?past=true").await;
    let (desk, reason) = (&world.administrator, json!({ "reason": "because of it" }));
    desk.post("/v1/grants", &officer(person, world.uganda.id)).await.refused(Code::StepUpRequired);
    desk.take_away(&format!("/v1/grants/{}", made.id), &reason).await.refused(Code::StepUpRequired);
    let stand_in = json!({ "person": key(), "until": app.now() + TimeDelta::days(1) });
    desk.post(&format!("/v1/grants/{}/ad-interim", made.id), &stand_in).await.refused(Code::StepUpRequired);
    assert_eq!(grants(&world.administrator, "?past=true").await, before);
    world.grant(person, "field_security_officer", "office", Some(world.uganda.id)).await;
});

on_both!(somebody_stands_in_within_the_appointment_and_it_ends_with_it, by_hand, async |app| {
    let world = app.world().await;
    let holder = world.account("Ken Mwangi", &world.kenya).await;
    let colleague = world.account("Uma Nakato", &world.uganda).await;
    let end = app.now() + TimeDelta::days(30);
    let cause = world
        .grant_with(holder.person, "field_security_officer", "office", Some(world.kenya.id), json!({ "until": end }))
        .await
        .id;
    let (_, foreign) = another_organisation(&world).await;
    let stranger = world.person("Omar Said", &foreign).await;
    let path = format!("/v1/grants/{cause}/ad-interim");
    let to = |person: Uuid| json!({ "person": person, "until": app.now() + TimeDelta::days(2), "letter": "AI/4" });
    colleague.post(&path, &to(colleague.person)).await.refused(Code::NotFound);
    assert_eq!(holder.post(&path, &to(stranger)).await.refused(Code::InvalidValue).field.as_deref(), Some("/person"));
    let long = json!({ "person": colleague.person, "until": end + TimeDelta::seconds(1) });
    assert_eq!(holder.post(&path, &long).await.refused(Code::InvalidValue).field.as_deref(), Some("/until"));
    let made: Grant = holder.post(&path, &to(colleague.person)).await.expect(201).json();
    assert_eq!((made.origin, made.cause), (GrantOrigin::AdInterim, Some(cause)));
    assert!(session(&colleague).await.works_cases);
    let console = colleague.console().await;
    let chained = format!("/v1/grants/{}/ad-interim", made.id);
    colleague.post(&chained, &to(holder.person)).await.refused(Code::Forbidden);
    world.administrator.take_away(&format!("/v1/grants/{cause}"), &json!({ "reason": "moved on" })).await.expect(200);
    assert_eq!(closed(&console).await, 4003);
    let now = session(&colleague).await;
    assert!(!now.works_cases && now.grants.is_empty());
    let deeds: Vec<Deed> = audit(&world.administrator, "").await.into_iter().map(|notice| notice.deed).collect();
    assert_eq!(deeds[..2], [Deed::RoleEnded, Deed::RoleDelegated]);
});

#[cfg(not(sqlite_only))]
mod on_two_nodes {
    use super::*;
    use tests::{Db, Time, run, until};

    #[test]
    fn a_stream_on_another_node_follows_a_grant_that_is_ended_within_five_seconds() {
        run(Db::Postgres, Time::Real, async |one| {
            let mut other = one.node_beside();
            let world = one.world().await;
            let officer = world.account("Ken Mwangi", &world.kenya).await;
            let made = world.grant(officer.person, "field_security_officer", "office", Some(world.kenya.id)).await;
            let offices = async || (other.app().directory.view().offices.len() >= 3).then_some(());
            until("the places to be known", offices).await;
            let officer = officer.at(&other.http());
            let console = officer.console().await;
            let path = format!("/v1/grants/{}", made.id);
            world.administrator.take_away(&path, &json!({ "reason": "moved on" })).await.expect(200);
            assert_eq!(closed(&console).await, 4003);
            officer.get("/v1/snapshot").await.refused(Code::Forbidden);
            other.stop().await;
        });
    }
}
