//! The epoch: a new one begins when the database is not the one last seen, and every cursor is void.

use diesel::prelude::*;
use muster::on;
use muster::store::installation::hex;
use muster::store::{Halt, Lane, StoreError, WriteError};
use tests::{TestApp, on_both, until};

fn epoch(app: &TestApp) -> u32 {
    app.app().store.installation().expect("the database answers").epoch
}

/// A write that the database refuses, so that its committer begins with a new connection; then one
/// that succeeds.
async fn reconnect(app: &TestApp) {
    let store = &app.app().store;
    let refused = store.write(Lane::Normal, Vec::new(), |tx| {
        let query = diesel::sql_query("INSERT INTO no_such_table VALUES (1)");
        on!(tx.writing(), |c| query.execute(c))?;
        Ok::<_, Halt<()>>(())
    });
    assert!(matches!(refused.await, Err(WriteError::Store(StoreError::Fault(_)))));
    store.write(Lane::Normal, Vec::new(), |_| Ok::<_, Halt<()>>(())).await.expect("written");
}

on_both!(a_reconnect_to_another_database_begins_a_new_epoch, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let mut console = operator.unattended_console().await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    console.shows(id, "the tap", |case| case.taps == 1).await;
    let (first, snapshots) = (epoch(app), console.model().snapshots);
    reconnect(app).await;
    assert_eq!(epoch(app), first, "a reconnect to the same database is no reason");

    // As after a restore on another server, or a fail-over to one.
    let moved = "UPDATE installation SET server_identity = 'another server'";
    app.database().meddle(moved, moved);
    // PostgreSQL has several committers; each proves its own next connection.
    until("a new epoch", async || {
        reconnect(app).await;
        (epoch(app) != first).then_some(())
    })
    .await;
    let second = epoch(app);
    let copy = std::fs::read_to_string(app.config().data.join("epoch")).expect("the copy in the data directory");
    assert!(copy.starts_with(&hex(second)), "{copy}");

    assert_eq!(console.end().await.code, 1012);
    console.redial().await;
    assert_eq!(console.model().snapshots, snapshots + 1, "cursors of the old epoch are void");
    assert!(console.model().cursors.values().all(|cursor| cursor.starts_with(&hex(second))));
    assert_eq!(phone.tap().await.case.id, id);
    console.shows(id, "the next tap", |case| case.taps == 2).await;
    console.equals_a_fresh_snapshot().await;

    for _ in 0..8 {
        reconnect(app).await;
    }
    assert_eq!(epoch(app), second, "once is enough");
});
