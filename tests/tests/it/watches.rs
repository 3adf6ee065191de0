//! Shifts: begun, handed over item by item, ended; the shift log; a watch that nobody keeps.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Operator, TestApp, World, key, on_both, until};
use uuid::Uuid;
use wire::Code;
use wire::case::{Change, TakeoverReason};
use wire::watch::{Shift, UnmannedCause, Watch, WatchEntry, WatchEntryKind, WatchLog, Watches};

async fn begins(who: &Operator) -> Watch {
    who.post("/v1/shifts", &json!({ "area": "installation" })).await.expect(201).json()
}

async fn watches(who: &Operator) -> Vec<Watch> {
    who.get("/v1/watches").await.expect(200).json::<Watches>().watches
}

/// The only watch there is.
async fn watch(who: &Operator) -> Watch {
    let mut all = watches(who).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn shift_of<'a>(watch: &'a Watch, who: &Operator) -> &'a Shift {
    watch.shifts.iter().find(|shift| shift.person.id == who.person).expect("they are on shift")
}

fn path(watch: &Watch, of: &Operator, what: &str) -> String {
    format!("/v1/watches/{}/shifts/{}/{what}", watch.id, shift_of(watch, of).id)
}

async fn log(who: &Operator, watch: Uuid) -> Vec<WatchEntry> {
    who.get(&format!("/v1/watches/{watch}/log")).await.expect(200).json::<WatchLog>().entries
}

async fn kinds(who: &Operator, watch: Uuid) -> Vec<WatchEntryKind> {
    let mut kinds: Vec<_> = log(who, watch).await.iter().map(|entry| entry.kind).collect();
    kinds.reverse();
    kinds
}

/// Two operators, the first on shift.
async fn two(app: &TestApp) -> (World, Operator, Operator, Watch) {
    let world = app.world().await;
    let (awa, omar) = (world.operator("Awa Diallo").await, world.operator("Omar Said").await);
    let watch = begins(&awa).await;
    (world, awa, omar, watch)
}

async fn raise(world: &World, name: &str) -> Uuid {
    world.phone(name, &world.kenya).await.tap().await.case.id
}

on_both!(a_shift_is_handed_over_item_by_item_and_a_case_changes_hands_with_it, by_hand, async |app| {
    use WatchEntryKind::{HandedOver, HandoverOpened, ItemAccepted, ShiftBegun};
    let (world, awa, omar, watch) = two(app).await;
    let case = raise(&world, "Musa Kimani").await;
    awa.claims(case).await;
    let notes = json!({ "notes": "The Baidoa road is closed." });
    let open: Watch = awa.post(&path(&watch, &awa, "handover"), &notes).await.expect(200).json();
    let handover = shift_of(&open, &awa).handover.clone().expect("it is open");
    assert_eq!((handover.notes.as_str(), handover.items.len()), ("The Baidoa road is closed.", 1));
    assert_eq!(handover.items[0].owner.as_ref().map(|owner| owner.name.as_str()), Some("Awa Diallo"));
    awa.post(&path(&watch, &awa, "handover"), &notes).await.refused(Code::HandoverState);

    omar.post(&path(&watch, &awa, "sign"), &json!({})).await.refused(Code::ItemsUnaccepted);
    awa.post(&path(&watch, &awa, "accept"), &json!({ "case": case })).await.refused(Code::HandoverState);
    let once = key();
    for _ in 0..2 {
        omar.post_by(once, &path(&watch, &awa, "accept"), &json!({ "case": case })).await.expect(200);
    }
    let seen = omar.sees(case).await;
    assert_eq!(seen.case.owner.map(|owner| owner.id), Some(omar.person));
    let taken = seen.timeline.iter().filter_map(|entry| match &entry.change {
        Change::TakenOver { from, reason } => Some((from.as_str(), *reason)),
        _ => None,
    });
    assert_eq!(taken.collect::<Vec<_>>(), [("Awa Diallo", TakeoverReason::ShiftChange)]);

    // One that came meanwhile is added, and forbids while it is untaken.
    let late = raise(&world, "Grace Auma").await;
    let listed = self::watch(&omar).await;
    let items = &shift_of(&listed, &awa).handover.as_ref().expect("open").items;
    assert_eq!(items.iter().map(|item| (item.case, item.late)).collect::<Vec<_>>(), [(case, false), (late, true)]);
    let untaken = omar.post(&path(&watch, &awa, "sign"), &json!({})).await.refused(Code::AlarmUntaken);
    let reference = omar.sees(late).await.case.reference;
    assert!(untaken.detail.contains(&reference), "{}", untaken.detail);
    omar.post(&path(&watch, &awa, "accept"), &json!({ "case": late })).await.refused(Code::AlarmUntaken);
    omar.claims(late).await;
    omar.post(&path(&watch, &awa, "sign"), &json!({})).await.refused(Code::ItemsUnaccepted);
    omar.post(&path(&watch, &awa, "accept"), &json!({ "case": late })).await.expect(200);
    let signed: Watch = omar.post(&path(&watch, &awa, "sign"), &json!({})).await.expect(200).json();
    assert_eq!(signed.shifts.iter().map(|shift| shift.person.id).collect::<Vec<_>>(), [omar.person]);
    assert_eq!(
        kinds(&omar, watch.id).await,
        [ShiftBegun, HandoverOpened, ItemAccepted, ItemAccepted, HandedOver],
        "each once"
    );
    let entries = log(&omar, watch.id).await;
    let about = |entry: &WatchEntry| (entry.by.name.clone(), entry.of.clone().map(|of| of.name));
    assert_eq!(about(&entries[0]), ("Omar Said".to_owned(), Some("Awa Diallo".to_owned())));
    app.verify_log().await;
});

on_both!(an_untaken_alarm_forbids_leaving_too_and_a_shift_that_is_left_is_an_unmanned_watch, by_hand, async |app| {
    use WatchEntryKind::{MannedAgain, ShiftBegun, ShiftEnded, Unmanned};
    let (world, awa, omar, watch) = two(app).await;
    let case = raise(&world, "Musa Kimani").await;
    let (end, reason) = (path(&watch, &awa, "end"), json!({ "reason": "The relief did not come." }));
    awa.post(&end, &reason).await.refused(Code::AlarmUntaken);
    awa.claims(case).await;
    omar.post(&end, &reason).await.refused(Code::HandoverState);
    awa.post(&end, &json!({ "reason": " " })).await.refused(Code::InvalidValue);
    let left: Watch = awa.post(&end, &reason).await.expect(200).json();
    assert_eq!(left.unmanned.map(|one| one.cause), Some(UnmannedCause::LeftAlone));
    let back = begins(&omar).await;
    assert_eq!((back.id, back.unmanned), (watch.id, None));
    assert_eq!(kinds(&omar, watch.id).await, [ShiftBegun, ShiftEnded, Unmanned, ShiftBegun, MannedAgain]);
    omar.post("/v1/shifts", &json!({ "area": "installation" })).await.refused(Code::HandoverState);
});

on_both!(who_went_without_a_word_is_relieved_by_somebody_else, by_hand, async |app| {
    let (_, awa, omar, watch) = two(app).await;
    awa.sign_out().await.expect(204);
    omar.post(&path(&watch, &awa, "handover"), &json!({ "notes": "" })).await.expect(200);
    let signed: Watch = omar.post(&path(&watch, &awa, "sign"), &json!({})).await.expect(200).json();
    assert_eq!(signed.shifts.len(), 1);
    assert_eq!(shift_of(&signed, &omar).handover, None);
});

on_both!(the_shift_log_is_only_added_to_and_read_page_by_page, by_hand, async |app| {
    let (world, awa, omar, watch) = two(app).await;
    let path = format!("/v1/watches/{}/log", watch.id);
    let first: WatchEntry = awa.post(&path, &json!({ "text": "Radio check at six." })).await.expect(201).json();
    let right = json!({ "text": "It was at seven.", "corrects": first.id });
    let second: WatchEntry = omar.post(&path, &right).await.expect(201).json();
    assert_eq!(second.corrects, Some(first.id));
    let wrong = json!({ "text": "x", "corrects": key() });
    assert_eq!(omar.post(&path, &wrong).await.refused(Code::InvalidValue).field.as_deref(), Some("/corrects"));
    for text in [String::new(), "x".repeat(4_001)] {
        awa.post(&path, &json!({ "text": text })).await.refused(Code::InvalidValue);
    }
    for number in 0..60 {
        awa.post(&path, &json!({ "text": format!("Entry {number}") })).await.expect(201);
    }
    let (mut all, mut after): (Vec<WatchEntry>, Option<Uuid>) = (Vec::new(), None);
    loop {
        let query = after.map(|after| format!("?after={after}")).unwrap_or_default();
        let page: WatchLog = awa.get(&format!("{path}{query}")).await.expect(200).json();
        assert!(page.entries.len() <= 50);
        all.extend(page.entries);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(all.len(), 63);
    let texts: Vec<_> =
        all.iter().rev().skip(1).take(3).map(|entry| entry.text.as_deref().unwrap_or_default()).collect();
    assert_eq!(texts, ["Radio check at six.", "It was at seven.", "Entry 0"]);
    for method in [reqwest::Method::PUT, reqwest::Method::PATCH, reqwest::Method::DELETE] {
        let request = awa.request(method, &path).json(&json!({}));
        awa.http().send(request).await.refused(Code::MethodNotAllowed);
    }
    // Elsewhere there is no such watch.
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    officer.get(&path).await.refused(Code::NotFound);
    officer.post(&path, &json!({ "text": "mine" })).await.refused(Code::NotFound);
    assert!(watches(&officer).await.is_empty());
    let over = async |body: Value| officer.post("/v1/shifts", &body).await;
    over(json!({ "area": "installation" })).await.refused(Code::InvalidValue);
    over(json!({ "area": "zone", "area_id": key() })).await.refused(Code::InvalidValue);
    over(json!({ "area": "office", "area_id": world.uganda.id })).await.refused(Code::InvalidValue);
    over(json!({ "area": "office", "area_id": world.kenya.id })).await.expect(201);
    app.verify_log().await;
});

/// Waits until the watch is manned or unmanned as said.
async fn stands(who: &Operator, unmanned: Option<UnmannedCause>) {
    until(format!("the watch to be so: {unmanned:?}"), async || {
        let all = watches(who).await;
        all.iter().any(|one| one.unmanned.map(|one| one.cause) == unmanned).then_some(())
    })
    .await;
}

/// Lets the time of two minutes pass, a second at a time as the server looks.
async fn nobody_comes(app: &TestApp, who: &Operator) {
    until("the watch to be unmanned", async || {
        app.advance(TimeDelta::seconds(20));
        watches(who).await.iter().any(|one| one.unmanned.is_some()).then_some(())
    })
    .await;
}

on_both!(nobody_at_a_console_while_somebody_is_on_shift_is_an_alarm_once, by_hand, async |app| {
    use WatchEntryKind::{MannedAgain, ShiftBegun, Unmanned};
    let (_, awa, omar, watch) = two(app).await;
    nobody_comes(app, &awa).await;
    stands(&awa, Some(UnmannedCause::NobodyAtConsole)).await;
    app.advance(TimeDelta::minutes(5));
    let console = omar.console().await;
    stands(&awa, None).await;
    assert_eq!(kinds(&awa, watch.id).await, [ShiftBegun, Unmanned, MannedAgain]);
    // A country's officer sees not all of it.
    drop(console);
    nobody_comes(app, &awa).await;
    assert_eq!(kinds(&awa, watch.id).await.len(), 4);
});

on_both!(open_cases_that_nobody_sees_are_an_alarm_also_without_a_shift, by_hand, async |app| {
    let world = app.world().await;
    let awa = world.operator("Awa Diallo").await;
    raise(&world, "Musa Kimani").await;
    nobody_comes(app, &awa).await;
    stands(&awa, Some(UnmannedCause::NobodyAtConsole)).await;
    let officer = world.field_officer("Ken Mwangi", &world.kenya).await;
    let mut console = officer.console().await;
    stands(&awa, None).await;
    console.cut();
});
