//! The rights behind sessions at this moment: of one that is asked with, of many that are open.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::access::Permission;

use super::store::{self, Session};
use super::{Access, Grant, Operator, Rights, Standing, secret, seized_since};
use crate::people;
use crate::people::Identity;
use crate::places::View;
use crate::store::{AnyConn, Halt, Lane, QueryResult, StoreError, WriteError};

/// A session's last use is noted to this much.
const SEEN: TimeDelta = TimeDelta::minutes(5);

/// Everything that a session's rights come from.
struct Behind {
    session: Session,
    person: Identity,
    seized: bool,
    grants: Vec<Grant>,
    second_factor: bool,
}

/// By what rights are judged.
struct By {
    now: DateTime<Utc>,
    view: Arc<View>,
    /// Whether whoever may do more than read the list of their zone must show a second factor.
    demanded: bool,
}

/// Whether these rights need a second factor: whatever goes beyond the list of one's own zone.
fn needs_second_factor(rights: &Rights) -> bool {
    rights.permissions().any(|permission| permission != Permission::ReadZone)
}

/// Whether nobody has ended it and it has not run out.
fn is_open(session: &Session, now: DateTime<Utc>) -> bool {
    !session.ended && now < session.expires
}

impl By {
    /// Who is at a session, if anybody is.
    fn operator(&self, behind: Behind) -> Option<Operator> {
        let Behind { session, person, seized, grants, second_factor } = behind;
        if !is_open(&session, self.now) || person.left || seized {
            return None;
        }
        let rights = Rights::of(&grants, &self.view, self.now);
        let standing = Standing {
            expires: session.expires,
            changes_at: grants.iter().filter_map(|grant| grant.next_change(self.now)).fold(session.expires, Ord::min),
            stepped_up_at: session.stepped_up_at,
            second_factor,
            confined: self.demanded && session.second_factor_at.is_none() && needs_second_factor(&rights),
        };
        Some(Operator::new(person.id, person.name, session.id, standing, rights))
    }
}

fn behind(conn: &mut AnyConn, session: &[u8; 32], now: DateTime<Utc>) -> QueryResult<Option<Behind>> {
    let Some(session) = store::session(conn, session)?.filter(|session| is_open(session, now)) else { return Ok(None) };
    let Some(person) = people::service::identity(conn, session.person)? else { return Ok(None) };
    let seized = seized_since(conn, person.office)?.is_some();
    let grants = store::grants::grants_of(conn, person.id)?;
    let second_factor = store::factor(conn, person.id)?.is_some();
    Ok(Some(Behind { session, person, seized, grants, second_factor }))
}

/// [`behind`] of many sessions, by five reads.
fn behind_many(conn: &mut AnyConn, sessions: &[[u8; 32]], now: DateTime<Utc>) -> QueryResult<Vec<Behind>> {
    let mut open = store::sessions(conn, sessions)?;
    open.retain(|session| is_open(session, now));
    let mut whose: Vec<Uuid> = open.iter().map(|session| session.person).collect();
    whose.sort_unstable();
    whose.dedup();
    let known = people::service::identities(conn, &whose)?;
    let mut offices: Vec<Uuid> = known.iter().map(|person| person.office).collect();
    offices.sort_unstable();
    offices.dedup();
    let seized = store::seizure::seized_among(conn, &offices)?;
    let grants = store::grants::grants_of_many(conn, &whose)?;
    let factors = store::having_factor(conn, &whose)?;
    let known: HashMap<Uuid, Identity> = known.into_iter().map(|person| (person.id, person)).collect();
    let whole = |session: Session| {
        let person = known.get(&session.person)?.clone();
        Some(Behind {
            seized: seized.contains(&person.office),
            grants: grants.get(&person.id).cloned().unwrap_or_default(),
            second_factor: factors.contains(&person.id),
            person,
            session,
        })
    };
    Ok(open.into_iter().filter_map(whole).collect())
}

impl Access {
    fn by(&self) -> By {
        By { now: self.now(), view: self.inner.directory.view(), demanded: self.inner.require_second_factor }
    }

    /// Whose session a cookie is, with their rights at this moment.
    pub async fn authenticate(&self, cookie: &str) -> Result<Option<Operator>, StoreError> {
        self.recheck(secret::hash(cookie)).await
    }

    /// The rights of a session's person at this moment; none when the session has ended.
    pub async fn recheck(&self, session: [u8; 32]) -> Result<Option<Operator>, StoreError> {
        let by = self.by();
        let found = self.inner.store.read(move |reading| behind(reading.conn, &session, by.now));
        Ok(self.judge(found.await?).pop())
    }

    /// [`Access::recheck`] of many sessions, by as many reads as of one: those that have not ended. Give some hundreds at
    /// most, so that no reader is held for long.
    pub async fn recheck_many(&self, sessions: Vec<[u8; 32]>) -> Result<Vec<Operator>, StoreError> {
        let now = self.now();
        // Of one moment: whose session ended together with their rights has a session that ended.
        let found =
            self.inner.store.read(move |reading| reading.conn.snapshot(|conn| behind_many(conn, &sessions, now)));
        Ok(self.judge(found.await?))
    }

    /// Who is at these sessions. That they were in use is noted beside: nothing that is asked for waits for it.
    fn judge(&self, found: impl IntoIterator<Item = Behind>) -> Vec<Operator> {
        let (by, mut unseen) = (self.by(), Vec::new());
        let judge = |behind: Behind| {
            let last_seen = behind.session.last_seen;
            let operator = by.operator(behind)?;
            if by.now - last_seen >= SEEN {
                unseen.push(operator.session);
            }
            Some(operator)
        };
        let operators = found.into_iter().filter_map(judge).collect();
        if !unseen.is_empty() {
            tokio::spawn(self.clone().see(unseen));
        }
        operators
    }

    async fn see(self, sessions: Vec<[u8; 32]>) {
        let note = move |tx: &mut crate::store::Tx<'_>| Ok::<_, Halt<Infallible>>(store::see_sessions(tx, &sessions)?);
        if let Err(WriteError::Store(error)) = self.inner.store.write(Lane::Normal, Vec::new(), note).await {
            tracing::debug!(%error, "when sessions were last used could not be noted; the next request tries again");
        }
    }
}
