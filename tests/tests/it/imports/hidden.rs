//! People whom an import had entered, hidden, when it was given up.

use muster::kernel::ids;
use muster::people::service::upsert_many;
use muster::people::{Checked, Put, Source};
use muster::store::{Halt, Lane};
use tests::TestApp;
use wire::people::{NewPerson, PersonKind};

use super::*;

/// Enters somebody as an import does before it is applied.
async fn hide(app: &TestApp, world: &World, import: Uuid) {
    let person = NewPerson {
        email: Some("awa@lakes.example".to_owned()),
        ..NewPerson::new(world.kenya.id, PersonKind::StaffNational, "Awa Diallo")
    };
    let person = Checked::new(&person).expect("a person");
    let hidden = app.app().store.write(Lane::Normal, Vec::new(), move |tx| {
        let put = Put { id: ids::new(tx.now()), person: &person };
        Ok::<_, Halt<()>>(upsert_many(tx, &[put], Some(Source::Import), Some(import))?)
    });
    hidden.await.expect("hidden");
}

/// As it is when an import fails.
const FAIL: &str = "UPDATE imports SET state = 'failed', failure = 'A test.' WHERE state = 'checked'";

const LIST: &str = "1,Awa Diallo,national,KE,awa@lakes.example,,\n";

on_both!(whom_a_cancelled_import_had_hidden_is_no_hindrance_to_the_next_one, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let before = sender.people().await;
    let import = sender.checked("list.csv", format!("{HEAD}{LIST}")).await;
    sender.desk.post(&format!("/v1/imports/{}/cancel", import.id), &json!({})).await.expect(200);
    // As it is when deleting them broke off.
    hide(app, &world, import.id).await;
    let next = sender.checked("next.csv", format!("{HEAD}{LIST}")).await;
    assert_eq!((next.figures.new, next.figures.bad_rows), (1, 0));
    sender.applied(next.id, json!({})).await;
    assert_eq!(sender.people().await, before + 1);
    // Cancelled again, it is cancelled.
    sender.desk.post(&format!("/v1/imports/{}/cancel", import.id), &json!({})).await.expect(200);
    assert_eq!(sender.people().await, before + 1);
});

on_both!(whom_a_failed_import_had_hidden_is_no_hindrance_to_itself_nor_to_another, async |app| {
    let world = app.world().await;
    let sender = sender(&world);
    let before = sender.people().await;
    for again in [true, false] {
        let import = sender.checked("list.csv", format!("{HEAD}{LIST}")).await;
        hide(app, &world, import.id).await;
        app.database().meddle(FAIL, FAIL);
        let next = if again {
            sender.try_map(import.id, &json!(import.mapping)).await.expect(200);
            sender.reaches(import.id, ImportState::Checked).await
        } else {
            sender.checked("next.csv", format!("{HEAD}{LIST}")).await
        };
        assert_eq!((next.figures.new, next.figures.bad_rows), (1, 0), "{again}");
        sender.desk.post(&format!("/v1/imports/{}/cancel", next.id), &json!({})).await.expect(200);
    }
    assert_eq!(sender.people().await, before);
});
