//! What a phone that was revoked still learns of its own alarm, by what became of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::json;
use tests::{key, on_both};
use wire::Code;
use wire::case::{Change, Facts};
use wire::enrolment::{Device, RevokeCause};
use wire::not_okay::{MyCase, Reached, Stored};

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

on_both!(a_phone_that_reads_nothing_is_not_told_what_others_said, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    for cause in [Some(RevokeCause::Lost), Some(RevokeCause::Stolen), None] {
        let office = if cause.is_some() { &world.kenya } else { &world.uganda };
        let phone = world.phone(&format!("Musa Kimani {cause:?}"), office).await;
        let other = world.phone_of(phone.person).await;
        let open = phone.tap().await;
        app.advance(TimeDelta::minutes(1));
        let joined = other.tap_with(&json!({ "facts": { "place": "behind the bakery" } })).await;
        assert_eq!((joined.joined, joined.case.id), (true, open.case.id));
        let facts = json!({ "facts": { "can_talk": "no" } });
        other.add(&joined.case_token, "facts", &facts).await.expect(200);
        operator.does(open.case.id, "facts", json!({ "facts": { "note": "two at the gate" } })).await;
        let known = phone.my_case(&open.case_token).await;
        assert_eq!(known.facts.place.as_deref(), Some("behind the bakery"));
        assert_eq!(known.last_tap_at, joined.stored_at);

        if let Some(cause) = cause {
            operator.revoke(phone.device, cause, "not where it was").await.expect(200);
        } else {
            operator.post("/v1/session/step-up", &json!({ "password": operator.password })).await;
            let seizure = format!("/v1/offices/{}/seizure", office.id);
            operator.post(&seizure, &json!({ "reason": "armed men in the compound" })).await.expect(200);
        }
        app.advance(TimeDelta::minutes(1));
        let mine = phone.ask_my_case(&open.case_token).await.expect(200);
        let facts = json!({ "facts": { "people": 2 } });
        let added = phone.add(&open.case_token, "facts", &facts).await.expect(200);
        let tapped = phone.raise(key(), "{}").await.expect(201);
        let after = phone.ask_my_case(&open.case_token).await.expect(200);
        for answer in [&mine, &added, &tapped, &after] {
            let text = answer.text();
            assert!(!text.contains("bakery") && !text.contains("at the gate"), "{text}");
        }
        let own: Stored = tapped.json();
        let cases: [MyCase; 4] = [mine.json(), added.json(), own.case, after.json()];
        assert!(cases.iter().all(|case| case.facts == Facts::default() && case.id == open.case.id));
        let tapped_at = cases.each_ref().map(|case| case.last_tap_at);
        assert_eq!(tapped_at, [open.stored_at, open.stored_at, own.stored_at, own.stored_at]);
        let said = operator.sees(open.case.id).await.case.facts;
        assert_eq!((said.note.as_deref(), said.people), (Some("two at the gate"), Some(2)), "operators have it all");
    }
});

/// What the claims of a token say to whoever reads them.
fn claims(token: &str) -> String {
    let claims = token.split('.').nth(1).expect("a signed token has three parts");
    String::from_utf8(URL_SAFE_NO_PAD.decode(claims).expect("base64url")).expect("JSON")
}

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
    let own = key();
    let tap: Stored = phone.raise(own, "{}").await.expect(201).json();
    assert!(!tap.joined);
    knows_nothing(&tap.case);
    assert_ne!(tap.case.id, id, "the case's own identifier tells when it was opened");
    assert!(!claims(&tap.case_token).contains(&id.to_string()));
    app.advance(TimeDelta::minutes(1));
    let again: Stored = phone.raise(own, "{}").await.expect(201).json();
    assert_eq!((again.case.id, again.joined), (tap.case.id, false));
    assert!(again.stored_at > tap.stored_at, "it does not learn when the key came first");
    knows_nothing(&again.case);
    let facts = json!({ "facts": { "people": 2 } });
    let added: MyCase = phone.add(&tap.case_token, "facts", &facts).await.expect(200).json();
    knows_nothing(&added);
    assert_eq!(added.id, tap.case.id);
    let case = operator.sees(id).await.case;
    assert_eq!((case.taps, case.facts.people), (2, Some(2)), "operators have all that it sends");
    assert!(case.labels.contains(&"device_seized".to_owned()));
    let further = phone.tap().await.case;
    assert!(further.id != tap.case.id && further.id != id, "each tap seems to open a case of its own");
    phone.ask_my_case(&tap.case_token).await.refused(Code::DeviceRevoked);
});

on_both!(what_a_seized_phone_adds_to_a_closed_case_is_kept_with_its_mark, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let open = phone.tap().await;
    let case = operator.claims(open.case.id).await;
    operator.close(&case, "resolved", "safe at home").await.expect(200);
    let facts = json!({ "facts": { "people": 2 } });
    phone.add(&open.case_token, "facts", &facts).await.refused(Code::CaseClosed);
    operator.revoke(phone.device, RevokeCause::Seized, "at a checkpoint").await.expect(200);
    let before = operator.sees(open.case.id).await;
    assert!(!before.case.labels.contains(&"device_seized".to_owned()));

    let position = json!({ "position": { "lat": -1.28, "lon": 36.82, "source": "gps" } });
    for (what, body) in [("facts", &facts), ("position", &position)] {
        let told: MyCase = phone.add(&open.case_token, what, body).await.expect(200).json();
        assert_eq!((told.reached, told.closed_at, told.outcome), (Reached::Stored, None, None));
    }
    let after = operator.sees(open.case.id).await;
    let [said, placed] = &after.timeline[before.timeline.len()..] else { panic!("two events more") };
    assert!(matches!(&said.change, Change::FactsAdded { facts } if facts.people == Some(2)));
    assert!(matches!(&placed.change, Change::Positioned { position } if position.lat == -1.28));
    assert!(after.case.labels.contains(&"device_seized".to_owned()));
    assert_eq!((after.case.state, after.case.closed_at), (before.case.state, before.case.closed_at), "it stays closed");
    assert!(!after.case.ringing);
});
