//! The guard against a system that takes half an organisation off the list at once.

use chrono::TimeDelta;
use wire::audit::Deed;

use super::service::Scim;
use super::store::{departures, tokens};
use super::{Caller, Refusal};
use crate::audit::Act;
use crate::audit::service::record_of_token;
use crate::store::{Halt, Lane, Tx, WriteError};

/// One in so many may leave within a day, as of a list from a file.
const SHARE: i64 = 20;

/// So many may always, however small the organisation is.
const ALWAYS: i64 = 3;

/// The time over which those who leave are counted.
const WINDOW: TimeDelta = TimeDelta::hours(24);

const STOPPED: &str = "More than 5 % of the organisation's people would be noted as having left within 24 hours by \
                       provisioning. If that is right, an administrator raises the number for this token at Muster, and \
                       the request is sent again.";

/// How many people may leave within a day, of so many who were there before.
fn allowance(before: i64) -> i64 {
    (before / SHARE).max(ALWAYS)
}

/// Whether one more person may be noted as having left by a token.
pub(super) fn may_leave(tx: &mut Tx<'_>, by: &Caller) -> Result<(), Halt<Refusal>> {
    let now = tx.now();
    let (present, gone) = departures::counts(tx.reading(), by.organisation, now - WINDOW)?;
    let token = tokens::one(tx.reading(), by.token)?;
    let raised = token.filter(|token| token.departures_until.is_some_and(|until| now < until));
    let raised = raised.and_then(|token| token.departures).map_or(0, i64::from);
    if gone + 1 > allowance(present + gone).max(raised) {
        return Err(Halt::Refuse(Refusal::new(403, None, STOPPED)));
    }
    Ok(())
}

impl Scim {
    /// The outcome of a change. That a token was kept from noting more people as having left is noted
    /// in the log of the organisation, once a day.
    pub(super) async fn noting_stops<T>(
        &self,
        by: &Caller,
        outcome: Result<T, WriteError<Refusal>>,
    ) -> Result<T, WriteError<Refusal>> {
        if !matches!(&outcome, Err(WriteError::Refused(refusal)) if refusal.status == 403) {
            return outcome;
        }
        let by = by.clone();
        let noted = self.store.write(Lane::Normal, vec![by.organisation], move |tx| {
            let now = tx.now();
            let Some(token) = tokens::one(tx.reading(), by.token)? else { return Ok(()) };
            if token.stopped_at.is_some_and(|at| now - at < WINDOW) {
                return Ok(());
            }
            tokens::stopped(tx, by.token)?;
            let what = format!("a token was kept from noting more than 5 % of the people as having left: {}", by.name);
            let act = Act::new(Deed::TokenChanged, what).on(by.token);
            record_of_token(tx, (by.token, &by.name), &[by.organisation], act)?;
            Ok::<_, Halt<Refusal>>(())
        });
        noted.await?;
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_twenty_may_leave_in_a_day_and_three_always() {
        assert_eq!([0, 10, 60, 79, 80, 1_000].map(allowance), [3, 3, 3, 3, 4, 50]);
    }
}
