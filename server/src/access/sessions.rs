//! Sessions: a random cookie, kept by its hash, for twelve hours at most.

use std::convert::Infallible;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::sign_in::{OpenSession, SessionsEnded};

use super::second_factor::checked_reason;
use super::{Access, Operator, Refusal, store};
use crate::audit::Act;
use crate::audit::service::record;
use crate::people;
use crate::people::Identity;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, QueryResult, StoreError, Tx, WriteError, timers};

/// A session ends this long after signing in, whatever happens.
pub(super) const LIFE: TimeDelta = TimeDelta::hours(12);

/// Kind of the timer that tells when a session ended: its subject is the person. Whoever hears it
/// asks [`super::has_session`] whether another session is open.
pub const SESSION_ENDED: &str = "session_ended";

/// Opens a session and sets the timer of its end.
pub(super) fn open(tx: &mut Tx<'_>, session: &[u8; 32], opening: &store::Opening) -> QueryResult<DateTime<Utc>> {
    let expires = tx.now() + LIFE;
    store::insert_session(tx, session, opening, expires)?;
    timers::schedule(tx, SESSION_ENDED, opening.person, generations(session).0, expires)?;
    Ok(expires)
}

/// Ends a session, if it is open, and sets a timer that is due at once.
pub(super) fn end(tx: &mut Tx<'_>, session: &[u8; 32], person: Uuid) -> QueryResult<()> {
    end_for(tx, session, person, None)
}

/// [`end`], by somebody else.
pub(super) fn end_for(tx: &mut Tx<'_>, session: &[u8; 32], person: Uuid, by: Option<Uuid>) -> QueryResult<()> {
    if store::end_session(tx, session, by)? {
        let now = tx.now();
        timers::schedule(tx, SESSION_ENDED, person, generations(session).1, now)?;
    }
    Ok(())
}

/// Ends every open session of a person but `kept`, and says how many.
pub(super) fn end_all(tx: &mut Tx<'_>, person: Uuid, kept: Option<&[u8; 32]>, by: Option<Uuid>) -> QueryResult<u32> {
    let now = tx.now();
    let mut ended = 0;
    for session in store::sessions_of(tx.reading(), person, now)? {
        if kept != Some(&session.id) {
            end_for(tx, &session.id, person, by)?;
            ended += 1;
        }
    }
    Ok(ended)
}

/// Two numbers of a session's own, for the timer of its latest end and that of an earlier one.
fn generations(session: &[u8; 32]) -> (i64, i64) {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = *session;
    (i64::from_be_bytes([a, b, c, d, e, f, g, h]), i64::from_be_bytes([i, j, k, l, m, n, o, p]))
}

/// What a session is called where it is listed: the first half of its hash, of which no cookie
/// can be made.
fn name(session: &[u8; 32]) -> Uuid {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = *session;
    Uuid::from_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])
}

impl Access {
    /// Ends a session. Its end is a timer due now, in the same transaction.
    pub async fn sign_out(&self, operator: &Operator) -> Result<(), StoreError> {
        let (session, person) = (operator.session, operator.person);
        let ended = self
            .inner
            .store
            .write(Lane::Normal, Vec::new(), move |tx| Ok::<_, Halt<Infallible>>(end(tx, &session, person)?));
        match ended.await {
            Ok(()) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
            Err(WriteError::Refused(never)) => match never {},
        }
    }

    /// The open sessions of a person: of the caller, or of somebody whose sessions they may end.
    pub async fn sessions_of(&self, by: &Operator, person: Uuid) -> Result<Vec<OpenSession>, WriteError<Refusal>> {
        self.may_end(by, person).await?;
        let now = self.now();
        let found = self.inner.store.read(move |reading| store::sessions_of(reading.conn, person, now)).await?;
        Ok(found.into_iter().map(|session| shown(session, &by.session)).collect())
    }

    /// Ends one session by what it is called: one of the caller's, or of somebody whose sessions they
    /// may end, which is noted.
    pub async fn end_session(&self, by: &Operator, request: Request, called: Uuid) -> Result<(), WriteError<Refusal>> {
        let now = self.now();
        let found = self.inner.store.read(move |reading| store::sessions_named(reading.conn, called));
        let open = found.await?.into_iter().find(|session| !session.ended && now < session.expires);
        // Ended meanwhile, or before: what was asked for is so, for whoever may know of it.
        let Some(session) = open else { return self.repeated(request).await };
        let (found, scopes) = self.may_end(by, session.person).await?;
        let by = by.clone();
        let ended = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                end_for(tx, &session.id, session.person, Some(by.person))?;
                if by.person != session.person {
                    let act = Act::new(Deed::SessionsEnded, "One session was ended.").on(found.id);
                    record(tx, Some((by.person, &by.name)), &scopes, act)?;
                }
                Ok::<_, Halt<Refusal>>(())
            })
        });
        ended.await
    }

    /// Signs somebody out everywhere; of one's own sessions the one that asks stays.
    pub async fn end_sessions(
        &self,
        by: &Operator,
        request: Request,
        person: Uuid,
        reason: &str,
    ) -> Result<SessionsEnded, WriteError<Refusal>> {
        let reason = checked_reason(reason).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let (found, scopes) = self.may_end(by, person).await?;
        let by = by.clone();
        let ended = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                let kept = (by.person == person).then_some(&by.session);
                let ended = end_all(tx, person, kept, Some(by.person))?;
                if by.person != person {
                    let act = Act::new(Deed::SessionsEnded, format!("{ended} sessions were ended."));
                    let act = act.on(found.id).because(reason.clone());
                    record(tx, Some((by.person, &by.name)), &scopes, act)?;
                }
                Ok::<_, Halt<Refusal>>(SessionsEnded { ended })
            })
        });
        ended.await
    }

    /// A person whose sessions the caller may see and end, and the scopes that are told.
    async fn may_end(&self, by: &Operator, person: Uuid) -> Result<(Identity, Vec<Uuid>), WriteError<Refusal>> {
        let found = self.told_of(person).await?;
        let reach = by.may(Permission::EndSessions);
        let may = |found: &Identity| by.person == person || reach.contains(found.office);
        found.filter(|(found, _)| may(found)).ok_or(WriteError::Refused(Refusal::NotFound))
    }

    /// A person, and the scopes that are told what is done to them: their office's and their
    /// organisation's.
    pub(super) async fn told_of(&self, person: Uuid) -> Result<Option<(Identity, Vec<Uuid>)>, StoreError> {
        let view = self.inner.directory.view();
        let found = self.inner.store.read(move |reading| people::service::identity(reading.conn, person)).await?;
        Ok(found.map(|found| {
            let organisation = view.office(found.office).map(|office| office.organisation);
            let scopes = std::iter::once(found.office).chain(organisation).collect();
            (found, scopes)
        }))
    }

    /// The answer that a request got before; not found when it is new.
    async fn repeated(&self, request: Request) -> Result<(), WriteError<Refusal>> {
        let answer = self.inner.store.write(Lane::Normal, Vec::new(), move |tx| {
            once(tx, request, |_| Err::<(), _>(Halt::Refuse(Refusal::NotFound)))
        });
        answer.await
    }

    /// Forgets sessions and one-time secrets that ended long ago, a few at a time; says how many. Blocks.
    pub fn forget_old(&self) -> Result<usize, StoreError> {
        let mut all = 0;
        loop {
            let forgotten = self.inner.store.write_blocking(Lane::Normal, Vec::new(), |tx| {
                Ok::<_, Halt<Infallible>>(super::service::forget_old(tx)?)
            });
            match forgotten {
                Ok(0) => return Ok(all),
                Ok(some) => all += some,
                Err(WriteError::Store(error)) => return Err(error),
                Err(WriteError::Refused(never)) => match never {},
            }
        }
    }
}

fn shown(session: store::Session, asking: &[u8; 32]) -> OpenSession {
    OpenSession {
        id: name(&session.id),
        current: session.id == *asking,
        device: session.device,
        started: session.started,
        last_seen: session.last_seen,
        expires: session.expires,
        second_factor: session.second_factor_at.is_some(),
    }
}
