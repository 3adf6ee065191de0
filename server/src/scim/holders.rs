//! Who answers for a token. One whose holder has left, or may issue none any more, goes on for seven days, so that a
//! directory does not stop in silence; administrators are told at once and every day, and one of them takes it over
//! or it ends.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::board::UnheldToken;
use wire::tokens::ServiceToken;

use super::service::Scim;
use super::store::tokens::{self as rows, KEPT, Open};
use crate::access::{Reach, reach_of};
use crate::audit::Act;
use crate::audit::service::record;
use crate::places::View;
use crate::store::{AnyConn, Halt, Lane, QueryResult, StoreError, Tx, WriteError};

/// How often it is looked at who answers for the tokens.
const EVERY: TimeDelta = TimeDelta::minutes(1);

/// How often administrators are told again.
const AGAIN: TimeDelta = TimeDelta::hours(24);

/// A look has no rule that could refuse it.
#[derive(Debug)]
enum Never {}

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    /// Its holder may not issue it any more.
    Lost,
    /// They may again.
    Regained,
    /// Nobody has answered for it since, and administrators are told again.
    Still,
    /// Nobody has taken it over.
    Over,
}

impl Finding {
    fn of((token, warned): &Open, is_held: bool, now: DateTime<Utc>) -> Option<Self> {
        match (is_held, token.unheld_since) {
            (true, None) => None,
            (true, Some(_)) => Some(Self::Regained),
            (false, None) => Some(Self::Lost),
            (false, Some(since)) if now - since >= KEPT => Some(Self::Over),
            (false, Some(_)) => warned.is_none_or(|at| now - at >= AGAIN).then_some(Self::Still),
        }
    }
}

impl Scim {
    /// Looks who answers for the tokens, once a minute; returns how many changed. Each is looked at by itself: one that
    /// cannot be is logged and keeps no other from being told or ended. Called by a thread of its own.
    ///
    /// # Errors
    ///
    /// The database is away, or has too much to do; it is looked at again after a minute.
    pub fn fire_due(&self) -> Result<usize, StoreError> {
        let now = self.store.clock().now();
        if !self.is_time_to_look(now, EVERY) {
            return Ok(0);
        }
        // Noted before it is done: what fails is not tried again at once.
        self.has_looked(now);
        let open = self.store.read_blocking(|reading| rows::open(reading.conn, now))?;
        let mut changed = 0;
        for token in open {
            match self.look(token, now) {
                Ok(has_changed) => changed += usize::from(has_changed),
                Err(StoreError::Fault(why)) => tracing::warn!(%token, %why, "nobody can say who answers for a token"),
                Err(error) => return Err(error),
            }
        }
        Ok(changed)
    }

    /// Looks who answers for one token; whether something is to be noted of it.
    fn look(&self, token: Uuid, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let view = self.directory.view();
        let found = self.store.read_blocking(|reading| {
            let open = rows::open_one(reading.conn, now, token)?;
            findings(reading.conn, &view, open, now)
        })?;
        let Some(((found, _), _)) = found.first() else { return Ok(false) };
        let done = self.store.write_blocking(Lane::Normal, vec![found.organisation], move |tx| {
            // Looked at again: another node may have been faster.
            let now = tx.now();
            let open = rows::open_one(tx.reading(), now, token)?;
            let found = findings(tx.reading(), &view, open, now)?;
            Ok::<_, Halt<Never>>(apply(tx, found)?)
        });
        match done {
            Ok(()) => Ok(true),
            Err(WriteError::Store(error)) => Err(error),
            Err(WriteError::Refused(never)) => match never {},
        }
    }
}

/// Notes at once that nobody answers for the tokens of people who have just left.
pub fn leave_unheld(tx: &mut Tx<'_>, view: &View, people: &[Uuid]) -> QueryResult<()> {
    let now = tx.now();
    let open = rows::open_of(tx.reading(), now, people)?;
    let found = findings(tx.reading(), view, open, now)?;
    apply(tx, found)
}

/// Tokens that nobody answers for, of these organisations, the first that ends first.
pub fn unheld(conn: &mut AnyConn, within: &Reach, now: DateTime<Utc>) -> QueryResult<Vec<UnheldToken>> {
    let organisations = match within {
        Reach::Everything => None,
        Reach::Scopes(scopes) => Some(scopes.iter().copied().collect()),
    };
    let open = rows::unheld(conn, now, organisations)?.into_iter();
    let shown = open.filter_map(|token| {
        let (since, ends_at) = token.unheld_since.zip(token.ends_unheld_at)?;
        Some(UnheldToken { token: token.id, name: token.name, organisation: token.organisation, since, ends_at })
    });
    Ok(shown.collect())
}

/// Those of these tokens about which something is to be noted.
fn findings(
    conn: &mut AnyConn,
    view: &View,
    open: impl IntoIterator<Item = Open>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<(Open, Finding)>> {
    let mut found = Vec::new();
    for one in open {
        let reach = reach_of(conn, view, (one.0.held_by, Permission::ManageTokens), now)?;
        if let Some(finding) = Finding::of(&one, reach.contains(one.0.organisation), now) {
            found.push((one, finding));
        }
    }
    Ok(found)
}

fn apply(tx: &mut Tx<'_>, found: Vec<(Open, Finding)>) -> QueryResult<()> {
    let now = tx.now();
    for ((token, warned), finding) in found {
        let since = token.unheld_since.unwrap_or(now);
        let is_news = match finding {
            Finding::Regained => rows::note_unheld(tx, (token.id, warned), (None, None))?,
            Finding::Lost | Finding::Still => rows::note_unheld(tx, (token.id, warned), (Some(since), Some(now)))?,
            Finding::Over => rows::end(tx, token.id)?,
        };
        if is_news {
            record(tx, None, &[token.organisation], act(&token, finding, since))?;
        }
    }
    Ok(())
}

fn act(token: &ServiceToken, finding: Finding, since: DateTime<Utc>) -> Act {
    let name = &token.name;
    let act = match finding {
        Finding::Regained => Act::new(Deed::TokenChanged, format!("somebody answers for a token again: {name}")),
        Finding::Over => {
            let what = format!("a token ended that nobody took over within seven days: {name}");
            Act::new(Deed::TokenUnheld, what)
        }
        Finding::Lost | Finding::Still => {
            let what = format!("nobody answers for a token any more, it ends unless it is taken over: {name}");
            Act::new(Deed::TokenUnheld, what).until(since + KEPT)
        }
    };
    act.on(token.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_to_answer_is_told_at_once_then_daily_and_ends_after_seven_days() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let token = |since: Option<i64>| ServiceToken {
            id: Uuid::nil(),
            organisation: Uuid::nil(),
            purpose: "scim".to_owned(),
            name: "Entra ID".to_owned(),
            created_by: Uuid::nil(),
            held_by: Uuid::nil(),
            unheld_since: since.map(|hours| now - TimeDelta::hours(hours)),
            ends_unheld_at: None,
            created_at: now,
            expires_at: now,
            last_used_at: None,
            ended_at: None,
            departures: None,
            departures_until: None,
            stopped_at: None,
        };
        let found = |since, warned: Option<i64>, is_held| {
            Finding::of(&(token(since), warned.map(|hours| now - TimeDelta::hours(hours))), is_held, now)
        };
        assert_eq!(found(None, None, true), None);
        assert_eq!(found(None, None, false), Some(Finding::Lost));
        assert_eq!(found(Some(3), Some(3), false), None);
        assert_eq!(found(Some(30), Some(24), false), Some(Finding::Still));
        assert_eq!(found(Some(167), Some(23), false), None);
        assert_eq!(found(Some(168), Some(1), false), Some(Finding::Over));
        assert_eq!(found(Some(30), Some(6), true), Some(Finding::Regained));
    }
}
