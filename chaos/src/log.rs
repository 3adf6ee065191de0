//! The log as the database has it, read past the server.

use std::path::Path;

use anyhow::{Context, Result};
use diesel::prelude::*;
use diesel::{PgConnection, SqliteConnection};
use muster::on;
use muster::store::AnyConn;
use muster::store::schema::events;
use muster::store::types::Id;
use uuid::Uuid;

use crate::history::{History, Record};

/// Rows read at once.
const PAGE: i64 = 20_000;

/// Which database.
pub enum Place<'a> {
    /// By this URL.
    Postgres(String),
    /// This file.
    Sqlite(&'a Path),
}

type Row = (Id, i64, Id, String, Id, Option<Id>);

/// Writes down every event of the log. Returns how many there are.
pub fn write_down(place: &Place<'_>, history: &History) -> Result<u64> {
    let mut conn = match place {
        Place::Postgres(url) => AnyConn::Pg(PgConnection::establish(url).context("the database")?),
        Place::Sqlite(file) => {
            AnyConn::Sqlite(SqliteConnection::establish(&file.display().to_string()).context("the database's file")?)
        }
    };
    let mut count = 0;
    // By the last row and not by their number: the server may still write, and a row that comes before shifts the rest.
    let mut after = (Id(Uuid::nil()), 0);
    loop {
        let (scope, seq) = after;
        let rows: Vec<Row> = on!(&mut conn, |c| events::table
            .filter(events::scope.gt(scope).or(events::scope.eq(scope).and(events::seq.gt(seq))))
            .order((events::scope, events::seq))
            .select((events::scope, events::seq, events::id, events::kind, events::subject, events::request_key))
            .limit(PAGE)
            .load(c))?;
        let Some(last) = rows.last() else { return Ok(count) };
        after = (last.0, last.1);
        count += rows.len() as u64;
        for (scope, seq, event, kind, subject, key) in rows {
            let (scope, event, subject, key) = (scope.0, event.0, subject.0, key.map(|key| key.0));
            history.note(Record::Logged { scope, seq: u64::try_from(seq)?, event, kind, subject, key });
        }
    }
}
