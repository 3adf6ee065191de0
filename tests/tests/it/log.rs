//! The event log: a changed, missing or added row is found and named. And one server per folder.

use muster::app::App;
use muster::store::log::{self, BrokenLink};
use serde_json::json;
use tests::{Database, Db, Program, TestApp, Time, free_port, on_both};
use uuid::Uuid;

async fn verified(app: &TestApp, scope: Uuid) -> Result<i64, BrokenLink> {
    let store = app.app().store.clone();
    store.read(move |reading| log::verify(reading.conn, scope)).await.expect("the log can be read")
}

on_both!(whatever_is_changed_in_the_log_is_found_and_named, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    for number in 0..7 {
        operator.does(id, "notes", json!({ "text": format!("note {number}") })).await;
    }
    let scope = world.kenya.id;
    // What was done with people and rights before the case, the tap, seven notes.
    let all = verified(app, scope).await.expect("whole");
    assert!(all >= 8, "{all}");
    // Each change, the one that undoes it, and what the verifier says.
    let same = |sql: &str| (sql.to_owned(), sql.to_owned());
    let sqlite_payload = |with: &str| format!("UPDATE events SET payload = {with} WHERE seq = 3");
    let changes: Vec<((String, String), i64, &str)> = vec![
        (
            (
                // A byte in the middle is flipped.
                sqlite_payload("CAST(substr(payload, 1, 20) || x'00ff' || substr(payload, 23) AS BLOB)"),
                sqlite_payload("set_byte(payload, 20, get_byte(payload, 20) # 1)"),
            ),
            3,
            "payload",
        ),
        (same("UPDATE events SET kind = 'case.closed' WHERE seq = 4"), 4, "hash"),
        (same("UPDATE events SET actor = NULL WHERE seq = 5"), 5, "hash"),
        (
            (
                "UPDATE events SET received_at = received_at + 1 WHERE seq = 2".to_owned(),
                "UPDATE events SET received_at = received_at + interval '1 microsecond' WHERE seq = 2".to_owned(),
            ),
            2,
            "hash",
        ),
        (same("DELETE FROM events WHERE seq = 6"), 6, "missing"),
        (same(&format!("DELETE FROM events WHERE seq = {all}")), all, "head"),
        (same("DELETE FROM events"), 1, "head"),
        (same(&format!("UPDATE heads SET seq = {}", all - 1)), all + 1, "head"),
        (
            // Two events change places.
            same(
                "UPDATE events SET seq = -2 WHERE seq = 2; UPDATE events SET seq = 2 WHERE seq = 3; UPDATE events SET seq = 3 WHERE seq = -2",
            ),
            2,
            "previous hash",
        ),
    ];
    let keep = "CREATE TABLE kept AS SELECT * FROM events; CREATE TABLE kept_heads AS SELECT * FROM heads";
    let undo = "DELETE FROM events; INSERT INTO events SELECT * FROM kept; DELETE FROM heads; INSERT INTO heads SELECT * FROM kept_heads";
    app.database().meddle(keep, keep);
    for ((sqlite, postgres), seq, what) in changes {
        app.database().meddle(&sqlite, &postgres);
        assert_eq!(verified(app, scope).await, Err(BrokenLink { scope, seq, what }), "{sqlite}");
        app.database().meddle(undo, undo);
        assert_eq!(verified(app, scope).await, Ok(all));
    }
    // What retention blanks is no break.
    app.database()
        .meddle("UPDATE events SET payload = NULL WHERE seq = 3", "UPDATE events SET payload = NULL WHERE seq = 3");
    assert_eq!(verified(app, scope).await, Ok(all));
});

on_both!(a_blanked_event_keeps_its_place_for_consoles_that_come_back, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let id = phone.tap().await.case.id;
    let mut console = operator.unattended_console().await;
    console.cut();
    for number in 0..3 {
        operator.does(id, "notes", json!({ "text": format!("note {number}") })).await;
    }
    let earlier = app.log_of(world.kenya.id).await.len() - app.case_log_of(world.kenya.id).await.len();
    let blank = format!("UPDATE events SET payload = NULL WHERE seq = {}", earlier + 3);
    app.database().meddle(&blank, &blank);
    console.redial().await;
    console.shows(id, "what came after", |case| case.revision == 4).await;
    console.equals_a_fresh_snapshot().await;
    assert_eq!(operator.sees(id).await.timeline.len(), 3);
});

on_both!(a_second_server_on_one_folder_is_refused_and_writes_nothing, async |app| {
    let world = app.world().await;
    world.phone("Musa Kimani", &world.kenya).await.tap().await;
    let second = App::build(&app.config(), app.setting());
    let error = second.err().expect("refused").to_string();
    assert!(error.contains("another server uses"), "{error}");
    let serve = |port: u16| {
        let mut command = Program::command(&app.config().data, &app.database().url(), "info");
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
        Program::run(command, "")
    };
    let refused = tokio::task::spawn_blocking({
        let output = serve(free_port());
        move || output
    });
    let refused = refused.await.expect("it ran");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("another server uses"));
    // And one on the same port says that the port is taken.
    let taken = serve(app.port());
    assert_eq!(taken.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&taken.stderr).contains("cannot listen on"),
        "{}",
        String::from_utf8_lossy(&taken.stderr)
    );
});

/// A PostgreSQL database may have many servers; a file may not.
#[test]
fn a_second_server_on_one_file_is_refused_whatever_its_folder() {
    tests::run(Db::Sqlite, Time::Real, async |app| {
        let world = app.world().await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        phone.tap().await;
        let elsewhere = Database::fresh(Db::Sqlite);
        let link = elsewhere.folder().join("link.db");
        std::os::unix::fs::symlink(app.database().file(), &link).expect("a link");
        let mut config = app.config();
        config.key_file = app.config().key_path();
        config.data = elsewhere.data();
        for path in [app.database().file(), link] {
            config.database = format!("sqlite:{}", path.display());
            let error = App::build(&config, app.setting()).err().expect("refused").to_string();
            assert!(error.contains("another server uses the database") && error.contains("muster.db"), "{error}");
        }
        phone.tap().await;
        // When the first has ended, the file is free.
        app.stop().await;
        let second = App::build(&config, app.setting()).expect("nobody else has it");
        second.hub.stop();
        second.store.close();
        app.start_again();
        phone.tap().await;
    });
}

on_both!(a_database_of_another_installation_is_not_touched, async |app| {
    app.world().await;
    app.stop().await;
    let elsewhere = Database::fresh(Db::Sqlite);
    let mut config = app.config();
    config.data = elsewhere.data();
    let error = App::build(&config, app.setting()).err().expect("refused").to_string();
    assert!(error.contains("installation key"), "{error}");
    app.start_again();
});

on_both!(a_chain_that_grows_while_it_is_verified_is_whole, async |app| {
    const NOTES: usize = 60;
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let id = world.phone("Musa Kimani", &world.kenya).await.tap().await.case.id;
    let writing = async {
        for number in 0..NOTES {
            operator.does(id, "notes", json!({ "text": format!("note {number}") })).await;
        }
    };
    let mut writing = std::pin::pin!(writing);
    let mut verified = 0;
    loop {
        tokio::select! {
            () = &mut writing => break,
            () = app.verify_log() => verified += 1,
        }
    }
    assert!(verified > 0, "it was verified while it grew");
});
