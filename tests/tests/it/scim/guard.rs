//! The guard against taking half an organisation off the list at once.

use super::*;
use tests::PASSWORD;

on_both!(more_than_a_twentieth_leave_in_a_day_only_when_an_administrator_raised_it, by_hand, async |app| {
    let world = app.world().await;
    let (system, desk) = (system(&world).await, &world.administrator.desk);
    let mut people = Vec::new();
    for number in 1..=9 {
        people.push(enter(&system, &somebody(number)).await.0);
    }
    let off = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
    for person in &people[..3] {
        system.patch(&format!("/Users/{person}"), off.clone()).await.expect(200);
    }
    let fourth = format!("/Users/{}", people[3]);
    let why = refused(system.patch(&fourth, off.clone()).await, 403, None);
    assert!(why.contains("5 %") && why.contains("administrator"), "{why}");
    refused(system.delete(&fourth).await, 403, None);
    assert_eq!(system.get(&fourth).await.expect(200).value()["active"], true);
    // Whatever else it does goes on.
    system.patch(&fourth, json!([{ "op": "add", "path": "title", "value": "Driver" }])).await.expect(200);
    let stopped = |notices: Vec<Value>| {
        let what = notices.into_iter().filter_map(|one| one["what"].as_str().map(str::to_owned));
        what.filter(|what| what.contains("kept from")).count()
    };
    assert_eq!(stopped(noted(app, world.organisation, "token_changed").await), 1, "noted once");

    // Another token does not go round it; who comes back counts no more.
    let other = Provisioner::issued_by(desk, world.organisation, 30).await;
    refused(other.patch(&fourth, off.clone()).await, 403, None);
    let on = json!([{ "op": "Replace", "path": "active", "value": true }]);
    system.patch(&format!("/Users/{}", people[0]), on).await.expect(200);
    system.patch(&fourth, off.clone()).await.expect(200);
    let fifth = format!("/Users/{}", people[4]);
    refused(system.patch(&fifth, off.clone()).await, 403, None);

    let raise = json!({ "people": 4, "reason": "The programme in the north has ended" });
    desk.step_up(PASSWORD).await;
    desk.post(&format!("/v1/tokens/{}/departures", system.token), &raise).await.expect(200);
    system.patch(&fifth, off.clone()).await.expect(200);
    let sixth = format!("/Users/{}", people[5]);
    refused(system.patch(&sixth, off.clone()).await, 403, None);
    app.advance(TimeDelta::hours(24));
    system.patch(&sixth, off).await.expect(200);
});
