//! What a phone that was revoked still learns of its own alarm, by what became of it.

use chrono::TimeDelta;
use serde_json::json;
use tests::on_both;
use wire::Code;
use wire::enrolment::{Device, RevokeCause};
use wire::not_okay::{MyCase, Reached};

on_both!(a_revoked_phone_learns_how_far_its_own_alarm_got_and_no_names, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    for (cause, mark) in [(RevokeCause::Lost, "device_lost"), (RevokeCause::Stolen, "device_stolen")] {
        let phone = world.phone(&format!("Musa Kimani {mark}"), &world.kenya).await;
        let open = phone.tap().await;
        operator.claims(open.case.id).await;
        assert_eq!(phone.my_case(&open.case_token).await.taken_by.as_deref(), Some("Awa Diallo"));
        let revoked: Device = operator.revoke(phone.device, cause, "not where it was").await.expect(200).json();
        assert_eq!(revoked.revoke_cause, Some(cause));
        let mine = phone.my_case(&open.case_token).await;
        assert_eq!((mine.reached, mine.taken_by, mine.taken_at.is_some()), (Reached::Taken, None, true));
        assert!(!operator.sees(open.case.id).await.case.labels.contains(&mark.to_owned()));
        // What it adds is marked as well, not its taps alone.
        let added = phone.add(&open.case_token, "facts", &json!({ "facts": { "people": 2 } })).await.expect(200);
        assert_eq!(added.json::<MyCase>().taken_by, None);
        assert!(operator.sees(open.case.id).await.case.labels.contains(&mark.to_owned()));
        let again = phone.tap().await;
        assert_eq!((again.joined, again.case.reached, again.case.taken_by), (true, Reached::Taken, None));
        // No close is of somebody who did not know of the tap.
        app.advance(TimeDelta::seconds(5));
        let case = operator.does(open.case.id, "notes", json!({ "text": "spoke to her at home" })).await;
        operator.close(&case, "resolved", "safe at home").await.expect(200);
        assert_eq!(phone.my_case(&open.case_token).await.reached, Reached::Closed);
    }
});

on_both!(a_seized_phone_rings_and_learns_nothing, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let before = phone.tap().await;
    let id = before.case.id;
    operator.claims(id).await;
    operator.revoke(phone.device, RevokeCause::Lost, "not where it was").await.expect(200);
    let revoked: Device =
        operator.revoke(phone.device, RevokeCause::Seized, "at a checkpoint").await.expect(200).json();
    assert_eq!(
        (revoked.revoke_cause, revoked.revoke_reason.as_deref()),
        (Some(RevokeCause::Seized), Some("at a checkpoint"))
    );
    let unchanged: Device = operator.revoke(phone.device, RevokeCause::Other, "given back").await.expect(200).json();
    assert_eq!(unchanged, revoked, "what is known of it is not taken back");

    phone.ask_my_case(&before.case_token).await.refused(Code::DeviceRevoked);
    let knows_nothing = |mine: &MyCase| {
        let told = (mine.reached, mine.revision, mine.reference.as_str(), mine.taken_at, mine.shown_at, mine.closed_at);
        assert_eq!(told, (Reached::Stored, 1, "", None, None, None));
        assert_eq!((&mine.taken_by, &mine.facts, mine.outcome), (&None, &wire::case::Facts::default(), None));
        assert_eq!(mine.stored_at, mine.last_tap_at);
    };
    let tap = phone.tap().await;
    assert!(!tap.joined);
    knows_nothing(&tap.case);
    let facts = json!({ "facts": { "people": 2 } });
    knows_nothing(&phone.add(&tap.case_token, "facts", &facts).await.expect(200).json());
    let case = operator.sees(id).await.case;
    assert_eq!((case.taps, case.facts.people), (2, Some(2)), "operators have all that it sends");
    assert!(case.labels.contains(&"device_seized".to_owned()));
    app.advance(TimeDelta::seconds(5));
    let case = operator.does(id, "notes", json!({ "text": "spoke to her at home" })).await;
    operator.close(&case, "resolved", "safe at home").await.expect(200);
    let revision = operator.sees(id).await.case.revision;
    knows_nothing(&phone.add(&tap.case_token, "facts", &facts).await.expect(200).json());
    assert_eq!(operator.sees(id).await.case.revision, revision);
    phone.ask_my_case(&tap.case_token).await.refused(Code::DeviceRevoked);
});
