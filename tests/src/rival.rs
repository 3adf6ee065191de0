//! What another node does, up to its commit: on PostgreSQL, where several write at once.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::{Database, until};

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// A transaction that is open, and holds what it touched.
pub struct Rival {
    url: String,
    conn: PgConnection,
}

impl Rival {
    /// Begins and does this.
    pub fn begins(database: &Database, what: &str) -> Self {
        let url = database.url();
        let mut conn = connected(&url);
        conn.batch_execute(&format!("BEGIN; {what}")).expect("done");
        Self { url, conn }
    }

    /// Waits until so many of the server's transactions wait for a lock.
    pub async fn is_waited_for(&self, by: i64) {
        let mut watching = connected(&self.url);
        until("the server to wait for the other transaction", async || {
            let waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            (count(&mut watching, waiting) >= by).then_some(())
        })
        .await;
    }

    /// Commits.
    pub fn commits(mut self) {
        self.conn.batch_execute("COMMIT").expect("committed");
    }

    /// Commits once the server waits for it.
    pub async fn commits_when_waited_for(self) {
        self.is_waited_for(1).await;
        self.commits();
    }
}

/// How many rows there are of this: a table, and which.
pub fn rows_of(database: &Database, what: &str) -> i64 {
    count(&mut connected(&database.url()), what)
}

fn connected(url: &str) -> PgConnection {
    PgConnection::establish(url).expect("the database answers")
}

fn count(conn: &mut PgConnection, what: &str) -> i64 {
    let query = format!("SELECT count(*) AS rows FROM {what}");
    diesel::sql_query(query).get_result::<Counted>(conn).expect("counted").rows
}
