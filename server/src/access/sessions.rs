//! Sessions: a random cookie, kept by its hash, for twelve hours at most.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::store;
use crate::store::{QueryResult, Tx, timers};

/// A session ends this long after signing in, whatever happens.
pub(super) const LIFE: TimeDelta = TimeDelta::hours(12);

/// Kind of the timer that tells when a session ended: its subject is the person. Whoever hears it
/// asks [`super::has_session`] whether another session is open.
pub const SESSION_ENDED: &str = "session_ended";

/// Opens a session and sets the timer of its end.
pub(super) fn open(tx: &mut Tx<'_>, session: &[u8; 32], person: Uuid) -> QueryResult<DateTime<Utc>> {
    let expires = tx.now() + LIFE;
    store::insert_session(tx, session, person, expires)?;
    timers::schedule(tx, SESSION_ENDED, person, generations(session).0, expires)?;
    Ok(expires)
}

/// Ends a session, if it is open, and sets a timer that is due at once.
pub(super) fn end(tx: &mut Tx<'_>, session: &[u8; 32], person: Uuid) -> QueryResult<()> {
    if store::end_session(tx, session)? {
        let now = tx.now();
        timers::schedule(tx, SESSION_ENDED, person, generations(session).1, now)?;
    }
    Ok(())
}

/// Two numbers of a session's own, for the timer of its latest end and that of an earlier one.
fn generations(session: &[u8; 32]) -> (i64, i64) {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = *session;
    (i64::from_be_bytes([a, b, c, d, e, f, g, h]), i64::from_be_bytes([i, j, k, l, m, n, o, p]))
}
