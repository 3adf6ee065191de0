//! What operators order about the calls of a case.

use uuid::Uuid;
use wire::case::CaseSummary;
use wire::escalation::Escalate;

use super::damage::workable;
use super::service::{Deed, is_in_danger, record};
use super::{By, Case, Distress, Refusal};
use crate::access::{Operator, Reach};
use crate::people;
use crate::places::View;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, Tx, WriteError};

/// People whom one order calls.
const PEOPLE: std::ops::RangeInclusive<usize> = 1..=20;

impl Distress {
    /// Hurries or stops the calls of a case, or has more people called.
    ///
    /// # Errors
    /// The case is not there for the operator, is closed, or is not theirs to stop; somebody cannot be called.
    pub async fn escalate(
        &self,
        who: &Operator,
        case: Uuid,
        request: Request,
        order: Escalate,
    ) -> Result<CaseSummary, WriteError<Refusal>> {
        let by = By { id: who.person, name: who.name.clone() };
        let (reach, view) = (who.reach.clone(), self.places.view());
        // Somebody who is called is to come at once: nothing waits behind lists.
        self.store
            .write(Lane::Urgent, self.store.likely_scopes(case), move |tx| {
                once(tx, request, |tx| {
                    let scopes = tx.vault().scopes(tx.reading(), case)?;
                    if !reach.any(&scopes) {
                        return Err(Halt::Refuse(Refusal::NotFound));
                    }
                    let mut found = workable(tx, &view, case)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
                    let now = tx.now();
                    let change = match &order {
                        Escalate::Hurry { reason } => found.hurry(&by, reason, now),
                        Escalate::Stop { reason } => found.stop_calls(&by, reason, now),
                        Escalate::CallAlso { people, reason } => {
                            let people = callable(tx, &view, (&found, &reach), people)?;
                            found.call_also(&by, &people, reason, now)
                        }
                    };
                    let deed = Deed::by(&by, "case.calls_ordered", now, Some(request.key));
                    record(tx, &mut found, &scopes, deed, change.map_err(Halt::Refuse)?)?;
                    Ok(found.summary)
                })
            })
            .await
    }
}

/// Those whom an order names, if each can be called: in the operator's reach, and in no danger.
fn callable(
    tx: &mut Tx<'_>,
    view: &View,
    (case, reach): (&Case, &Reach),
    people: &[Uuid],
) -> Result<Vec<(Uuid, String)>, Halt<Refusal>> {
    let refuse = |why: &str| Err(Halt::Refuse(Refusal::Invalid { field: "/people", why: why.to_owned() }));
    let mut asked = people.to_vec();
    asked.sort_unstable();
    asked.dedup();
    if !PEOPLE.contains(&asked.len()) || asked.len() != people.len() {
        return refuse("Name 1 to 20 people, each once.");
    }
    let mut named = Vec::with_capacity(people.len());
    for person in people {
        let known = people::service::brief(tx.reading(), view, *person)?;
        let known = known.filter(|known| !known.left && reach.any(&[known.office, known.organisation]));
        let Some(known) = known else {
            return refuse("One of these people is not in the register for you, or has left.");
        };
        let vault = tx.vault();
        if case.summary.subject.id == Some(*person) || is_in_danger(tx.reading(), vault, *person)? {
            return refuse("One of these people is in danger: nothing may sound on their phone.");
        }
        named.push((*person, known.brief.name));
    }
    Ok(named)
}
