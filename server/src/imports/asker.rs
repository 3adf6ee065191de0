//! Who had a list done or undone: what it does is done by them, and ends no role that they may not end.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::record::Record;
use crate::access::Ending;
use crate::audit::Doer;
use crate::people::service as people;
use crate::places::View;
use crate::store::{AnyConn, QueryResult};

/// Who had it done; none for a command on the server's own machine.
pub(super) struct Asker(Option<(Uuid, String)>);

impl Asker {
    /// Of an import that is being done or undone. One that an earlier version began is of who sent it.
    pub(super) fn of(conn: &mut AnyConn, record: &Record) -> QueryResult<Self> {
        let person = record.done_by.unwrap_or(record.created_by);
        if person.is_nil() {
            return Ok(Self(None));
        }
        let name = people::identity(conn, person)?.map(|found| found.name).unwrap_or_default();
        Ok(Self(Some((person, name))))
    }

    /// As the log names them.
    pub(super) fn doer(&self) -> Doer<'_> {
        self.0.as_ref().map_or(Doer::Muster, |(person, name)| Doer::Person(*person, name))
    }

    /// Where they may end roles now.
    pub(super) fn ending(&self, conn: &mut AnyConn, view: &View, now: DateTime<Utc>) -> QueryResult<Ending> {
        match &self.0 {
            None => Ok(Ending::everywhere()),
            Some((person, _)) => Ending::of_person(conn, view, *person, now),
        }
    }
}
