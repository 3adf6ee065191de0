//! The transaction that a write's closure sees.

use chrono::{DateTime, Utc};
use diesel::result::Error as SqlError;
use uuid::Uuid;

use super::AnyConn;
use super::log::{Draft, Sealed};
use super::vault::Vault;
use crate::kernel::seal::SealKey;

/// Why a closure stopped.
#[derive(Debug)]
pub enum Halt<R> {
    /// A rule says no; decided before the first write.
    Refuse(R),
    /// The database says no; the closure will run again alone.
    Sql(SqlError),
}

impl<R> From<SqlError> for Halt<R> {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}

/// What a write's closure works with. It may run more than once, so it must do nothing but SQL.
pub struct Tx<'a> {
    conn: &'a mut AnyConn,
    vault: &'a Vault,
    now: DateTime<Utc>,
    wrote: bool,
    appended: Vec<Sealed>,
}

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a mut AnyConn, vault: &'a Vault, now: DateTime<Utc>) -> Self {
        Self { conn, vault, now, wrote: false, appended: Vec::new() }
    }

    /// The time of this transaction, by the injected clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The installation's keys.
    pub fn vault(&self) -> &'a Vault {
        self.vault
    }

    /// The connection, to look something up.
    pub fn reading(&mut self) -> &mut AnyConn {
        self.conn
    }

    /// The connection, to change something. From here on the closure may not refuse.
    pub fn writing(&mut self) -> &mut AnyConn {
        self.wrote = true;
        self.conn
    }

    /// Adds an event. It gets its numbers last, when every closure of the batch has run.
    pub fn append(&mut self, draft: Draft, key: &SealKey) {
        self.wrote = true;
        self.appended.push(draft.seal(key));
    }

    /// The data key of a subject that exists.
    pub fn key(&mut self, subject: Uuid) -> Result<SealKey, SqlError> {
        self.vault.key(self.conn, subject)
    }

    pub(super) fn wrote(&self) -> bool {
        self.wrote
    }

    pub(super) fn into_appended(self) -> Vec<Sealed> {
        self.appended
    }
}
