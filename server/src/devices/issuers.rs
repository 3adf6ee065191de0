//! Who issued codes, and whether they still may: a code works no longer than that.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Permission;

use super::store::batches::Issued;
use crate::access::{Reach, reach_of};
use crate::places::View;
use crate::store::{AnyConn, QueryResult};

/// Where those who issued codes may enrol phones now; each is looked up once.
pub(super) struct Issuers<'a> {
    view: &'a View,
    now: DateTime<Utc>,
    reaches: HashMap<Uuid, Reach>,
}

impl<'a> Issuers<'a> {
    /// At this time.
    pub(super) fn new(view: &'a View, now: DateTime<Utc>) -> Self {
        Self { view, now, reaches: HashMap::new() }
    }

    /// Whether somebody may still issue a code for a person of an office. Who is at the machine, nil, always may.
    pub(super) fn may(&mut self, conn: &mut AnyConn, issuer: Uuid, office: Uuid) -> QueryResult<bool> {
        if issuer.is_nil() {
            return Ok(true);
        }
        if let Some(reach) = self.reaches.get(&issuer) {
            return Ok(reach.contains(office));
        }
        let reach = reach_of(conn, self.view, (issuer, Permission::EnrolPhones), self.now)?;
        let may = reach.contains(office);
        self.reaches.insert(issuer, reach);
        Ok(may)
    }

    /// Whom those codes are for that work.
    pub(super) fn of_working(&mut self, conn: &mut AnyConn, codes: Vec<Issued>) -> QueryResult<HashSet<Uuid>> {
        let mut people = HashSet::new();
        for (person, office, issuer) in codes {
            if self.may(conn, issuer, office)? {
                people.insert(person);
            }
        }
        Ok(people)
    }
}
