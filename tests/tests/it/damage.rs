//! A case whose row was damaged on the disk: no tap is refused for it, and nobody in danger goes off
//! the screens with it.

use serde_json::json;
use tests::{Database, NAIROBI, key, on_both};
use wire::case::CaseState;
use wire::not_okay::Stored;

/// Changes one byte in the middle of every case's sealed row.
fn damage_the_cases(database: &Database) {
    database.meddle(
        "UPDATE cases SET sealed = CAST(substr(sealed, 1, 20) \
         || CASE substr(sealed, 21, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(sealed, 22) AS BLOB)",
        "UPDATE cases SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)",
    );
}

on_both!(an_unreadable_case_is_set_aside_by_the_next_tap_and_both_are_visible, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.unattended_console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let first = phone.tap_at(NAIROBI).await.case.id;
    damage_the_cases(app.database());

    let second = phone.tap().await;
    assert!(!second.joined && second.case.id != first);
    let second = second.case.id;
    console.shows(second, "the new case", |case| case.ringing).await;
    assert_eq!(operator.sees(second).await.case.labels, ["earlier_case_unreadable"]);
    let snapshot = operator.snapshot().await;
    let shown = |id| snapshot.cases.iter().find(|case| case.id == id).expect("it is on the screens");
    assert!(shown(first).ringing && shown(second).ringing);
    assert_eq!(shown(first).subject.name, "Musa Kimani");
    assert!(shown(first).position.is_some(), "what was known of it is there");
    console.equals_a_fresh_snapshot().await;
    assert_eq!(phone.now().await.cases.len(), 2);

    // Both can be worked, and later taps join the new one.
    for id in [first, second] {
        assert_eq!(operator.claims(id).await.state, CaseState::Claimed);
    }
    assert_eq!(phone.tap().await.case.id, second);
    operator.close(&operator.sees(first).await.case, "resolved", "see the other case").await.expect(200);
    console.shows(first, "the close", |case| case.state == CaseState::Resolved).await;
    console.equals_a_fresh_snapshot().await;
});

on_both!(an_unreadable_case_goes_on_as_the_log_last_told_it, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.unattended_console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let tap = key();
    let first = phone.raise(tap, "{}").await.expect(201).json::<Stored>();
    let id = first.case.id;
    operator.does(id, "notes", json!({ "text": "no answer on the radio" })).await;
    let before = operator.sees(id).await;

    damage_the_cases(app.database());
    let after = operator.sees(id).await;
    assert_eq!(json!(after.case), json!(before.case));
    assert_eq!(json!(after.timeline), json!(before.timeline));
    assert_eq!(phone.my_case(&first.case_token).await.revision, before.case.revision);
    // A repeat, a position, a claim: each finds the row as the one before left it.
    let again = phone.raise(tap, "{}").await.expect(200).json::<Stored>();
    assert_eq!((again.case.id, again.stored_at), (id, first.stored_at));
    let at = json!({ "position": { "lat": NAIROBI.0, "lon": NAIROBI.1 } });
    phone.add(&first.case_token, "position", &at).await.expect(200);
    damage_the_cases(app.database());
    assert_eq!(operator.claims(id).await.owner.expect("an owner").name, "Awa Diallo");
    console.shows(id, "the claim", |case| case.owner.is_some() && case.position.is_some()).await;
    console.equals_a_fresh_snapshot().await;
    assert!(!app.case_log_of(world.kenya.id).await.is_empty());
    for elsewhere in console.model().seqs.into_keys().filter(|scope| *scope != world.kenya.id) {
        let told = app.case_log_of(elsewhere).await.len();
        assert_eq!(told, 0, "the position was of this organisation's office, and told to nobody else");
    }
    // Written again, it is whole: a new tap joins it.
    assert_eq!(phone.tap().await.case.id, id);
});

on_both!(a_case_whose_key_is_lost_stops_no_tap, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let lost = phone.tap().await.case.id;
    app.stop().await;
    app.database().meddle("UPDATE subject_keys SET wrapped = x'00'", "UPDATE subject_keys SET wrapped = '\\x00'");
    app.start_again();

    let stored = phone.tap().await;
    assert!(!stored.joined && stored.case.id != lost);
    let snapshot = operator.snapshot().await;
    let [case] = snapshot.cases.as_slice() else { panic!("one case, not {}", snapshot.cases.len()) };
    assert_eq!((case.id, case.labels.as_slice()), (stored.case.id, ["earlier_case_unreadable".to_owned()].as_slice()));
    assert_eq!(phone.tap().await.case.id, stored.case.id);
});
