//! The main path: from a tap on a phone to a taken alarm on a console, and back.

use serde_json::json;
use tests::{NAIROBI, on_both};
use wire::case::{CaseState, Change};
use wire::not_okay::Reached;

on_both!(a_tap_rings_on_the_console_and_the_phone_learns_who_has_it, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let console = operator.console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let mut socket = phone.socket().await;
    assert!(socket.until("somebody to be at a console", |now| now.watched.then_some(true)).await);

    let stored = phone.tap_at(NAIROBI).await;
    assert!(!stored.joined);
    let id = stored.case.id;
    console.shows(id, "the tap to ring", |case| case.ringing && case.state == CaseState::Open && case.subject.name == "Musa Kimani").await;
    console.shows(id, "the console to have shown it", |case| case.shown_at.is_some()).await;
    let reached = |now: &wire::phone::Now| now.cases.first().map(|own| own.case.clone());
    socket.until("on the operations screen", |now| reached(now).filter(|case| case.reached == Reached::OnConsole)).await;

    let taken = operator.claims(id).await;
    assert!(!taken.ringing);
    assert_eq!(taken.state, CaseState::Claimed);
    let mine = socket.until("somebody to have it", |now| reached(now).filter(|case| case.reached == Reached::Taken)).await;
    assert_eq!(mine.taken_by.as_deref(), Some("Awa Diallo"));

    operator.does(id, "notes", json!({ "text": "calling now" })).await;
    let spoken = operator.does(id, "contacts", json!({ "channel": "call", "result": "reached" })).await;
    assert_eq!(spoken.state, CaseState::ContactMade);
    operator.does(id, "responder", json!({ "responder": "guard team 2" })).await;
    let closed = operator.close(&operator.sees(id).await.case, "resolved", "safe in the compound").await.expect(200);
    assert_eq!(closed.json::<wire::case::CaseAfter>().case.state, CaseState::Resolved);
    let mine = socket.until("the case to be closed", |now| reached(now).filter(|case| case.reached == Reached::Closed)).await;
    assert_eq!(mine.outcome, Some(wire::case::Outcome::Resolved));
    console.shows(id, "the case to be closed", |case| case.state == CaseState::Resolved && !case.ringing).await;

    let detail = operator.sees(id).await;
    let kinds: Vec<&str> = detail.timeline.iter().map(|entry| kind(&entry.change)).collect();
    assert_eq!(kinds, ["raised", "shown", "claimed", "noted", "contact_tried", "responder_assigned", "closed"]);
    assert!(detail.timeline.iter().enumerate().all(|(at, entry)| entry.revision == at as u64 + 1));
    let live: Vec<_> = console.model().entries.iter().map(|entry| entry.id).collect();
    assert_eq!(live, detail.timeline.iter().map(|entry| entry.id).collect::<Vec<_>>());
});

fn kind(change: &Change) -> &'static str {
    match change {
        Change::Raised { .. } => "raised",
        Change::Shown { .. } => "shown",
        Change::Claimed => "claimed",
        Change::Noted { .. } => "noted",
        Change::ContactTried { .. } => "contact_tried",
        Change::ResponderAssigned { .. } => "responder_assigned",
        Change::Closed { .. } => "closed",
        _ => "something else",
    }
}
