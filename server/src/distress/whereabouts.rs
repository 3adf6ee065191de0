//! A person's cases go where the person is said to be.

use uuid::Uuid;
use wire::case::{ActorSeen, Change};
use wire::register::CurrentPlace;

use super::damage::workable;
use super::service::{Deed, ordered, record};
use super::store;
use crate::kernel::ids;
use crate::places::View;
use crate::store::{QueryResult, Tx};

/// Shows a person's open cases to a further scope, because the person is there for now. A scope that
/// sees a case already stays as it is; none is ever taken away.
pub fn follow(
    tx: &mut Tx<'_>,
    view: &View,
    (person, scope): (Uuid, Uuid),
    (place, actor): (&CurrentPlace, ActorSeen),
) -> QueryResult<()> {
    let now = tx.now();
    for id in store::open_of(tx.reading(), person)? {
        let known = tx.vault().scopes(tx.reading(), id)?;
        let all = ordered([known.clone(), vec![scope]].concat());
        let Some(mut case) = workable(tx, view, id)?.filter(|_| all.len() > known.len()) else { continue };
        let vault = tx.vault();
        vault.extend(tx.writing(), id, &all)?;
        let deed = Deed {
            id: ids::new(now),
            kind: "case.place_set",
            actor: actor.clone(),
            cause: Some(case.summary.last_tap),
            occurred_at: now,
            request_key: None,
        };
        record(tx, &mut case, &all, deed, Change::PlaceSet { country: place.country.clone(), until: place.until })?;
    }
    Ok(())
}
