//! Alarms, and writes that wait for the lock of a row: on PostgreSQL, where a transaction of another node holds it.

use std::time::Duration;

use serde_json::json;
use tests::{Db, Rival, Time, run};

/// A Not Okay is stored within this time while normal writes wait. A lock is waited for twice as long.
const STORED_WITHIN: Duration = Duration::from_secs(1);

#[test]
fn a_not_okay_is_stored_while_changes_of_the_same_office_wait_for_rows() {
    run(Db::Postgres, Time::Real, async |app| {
        let world = app.world().await;
        let phone = world.phone("Musa Kimani", &world.kenya).await;
        // Enough to take every committer that normal writes may have, in the phone's own office too.
        let mut people = Vec::new();
        for office in [&world.kenya, &world.uganda, &world.ethiopia] {
            people.push(world.person("Awa Diallo", office).await);
        }
        let held = people.iter().map(|one| format!("'{one}'")).collect::<Vec<_>>().join(", ");
        let rival = Rival::begins(
            app.database(),
            &format!("SELECT id FROM people WHERE id IN ({held}) ORDER BY id FOR NO KEY UPDATE"),
        );
        let mut changes = Vec::new();
        for person in people {
            let desk = world.administrator.desk.clone();
            let path = format!("/v1/people/{person}/departure");
            changes.push(tokio::spawn(async move { desk.post(&path, &json!({})).await }));
            // One after the other: what comes together shares a transaction.
            rival.is_waited_for(changes.len() as i64).await;
        }
        for _ in 0..3 {
            let stored = tokio::time::timeout(STORED_WITHIN, phone.tap()).await;
            stored.expect("a Not Okay waits for a lock that a change waits for");
        }
        rival.is_waited_for(1).await;
        rival.commits();
        for change in changes {
            change.await.expect("answered").expect(204);
        }
        app.verify_log().await;
    });
}
