//! What comes after the tap, by `case_token` alone: facts, positions, how far it got.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::case::{ActorKind, ActorSeen, Battery, Change, Facts, Position};
use wire::not_okay::MyCase;

use super::damage::workable;
use super::own_case::{Own, label_of, told};
use super::service::{Deed, occurred, ordered, record, seen};
use super::{Case, Distress, Refusal, check_facts, check_position, label, store};
use crate::devices::service::standing;
use crate::devices::{CaseHolder, Sight};
use crate::kernel::ids;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, StoreError, Tx, WriteError};

/// What a phone adds to its case.
#[derive(Clone)]
pub enum Addition {
    /// What is happening.
    Facts(Facts),
    /// Where the phone is.
    Position(Position, Option<Battery>),
}

/// Why a phone is not told of its case.
#[derive(Debug)]
pub enum NotMine {
    /// It was seized.
    Withheld,
    /// The store could not say.
    Store(StoreError),
}

impl Distress {
    /// Adds to the one case of a token. A closed case takes no more, and its phone is told so; what comes from a phone
    /// that may learn nothing is stored all the same, for it is not told.
    pub async fn add(
        &self,
        holder: &CaseHolder,
        request: Request,
        age_ms: u64,
        addition: Addition,
    ) -> Result<MyCase, WriteError<Refusal>> {
        match &addition {
            Addition::Facts(facts) => check_facts(facts),
            Addition::Position(position, _) => check_position(position),
        }
        .map_err(WriteError::Refused)?;
        let (CaseHolder { case, person, device, known_as }, view) = (*holder, self.places.view());
        let scopes = self.store.likely_scopes(case);
        let added = self.store.write(Lane::Normal, scopes, move |tx| {
            let standing = standing(tx.reading(), device)?;
            let mut tapped_at = None;
            let mine = once(tx, request, |tx| {
                let mut found = workable(tx, &view, case)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
                if found.summary.state.is_closed() && standing.sight() != Sight::Nothing {
                    return Err(Halt::Refuse(Refusal::Closed));
                }
                tapped_at = found.tapped_at(device);
                if let Some(word) = label_of(standing) {
                    label(&mut found.summary.labels, word);
                }
                let mut scopes = tx.vault().scopes(tx.reading(), case)?;
                let deed = deed(tx, &found, person, request.key, occurred(tx.now(), age_ms));
                let change = match &addition {
                    Addition::Facts(facts) => found.add_facts(facts),
                    Addition::Position(position, battery) => {
                        let more = view.scopes_at(found.organisation, position.lat, position.lon);
                        let all = ordered([scopes.clone(), more].concat());
                        if all.len() > scopes.len() {
                            let vault = tx.vault();
                            vault.extend(tx.writing(), case, &all)?;
                            scopes = all;
                        }
                        found.summary.battery = battery.or(found.summary.battery);
                        let of_reporter = found.summary.reporter.is_some();
                        found.add_position(seen(position, deed.occurred_at, of_reporter))
                    }
                };
                record(tx, &mut found, &scopes, Deed { kind: kind_of(&change), ..deed }, change)?;
                Ok(found.mine())
            })?;
            Ok((mine, tapped_at, standing.sight()))
        });
        let (mine, tapped_at, sight) = added.await?;
        Ok(told(mine, sight, &Own { known_as, tapped_at, now: self.store.clock().now() }))
    }

    /// The case of a token; refused to a phone that may learn nothing.
    pub async fn mine(&self, holder: &CaseHolder) -> Result<Option<MyCase>, NotMine> {
        let CaseHolder { case, device, known_as, .. } = *holder;
        let found = self.store.read(move |reading| {
            let sight = standing(reading.conn, device)?.sight();
            Ok((store::find(reading.conn, reading.vault, case)?, sight))
        });
        match found.await.map_err(NotMine::Store)? {
            (_, Sight::Nothing) => Err(NotMine::Withheld),
            (found, sight) => Ok(found.map(|case| {
                let own = Own { known_as, tapped_at: case.tapped_at(device), now: self.store.clock().now() };
                told(case.mine(), sight, &own)
            })),
        }
    }

    /// A reporter's cases, open or closed less than 24 h ago, each with its token.
    pub async fn reported_by(&self, person: Uuid, device: Uuid) -> Result<Vec<(MyCase, String)>, StoreError> {
        let now = self.store.clock().now();
        let cases =
            self.store.read(move |reading| store::reported_by(reading.conn, reading.vault, person, now)).await?;
        Ok(cases.iter().map(|case| (case.mine(), self.tokens.case(person, device, case.summary.id))).collect())
    }
}

fn deed(tx: &Tx<'_>, case: &Case, person: Uuid, key: Uuid, occurred_at: DateTime<Utc>) -> Deed {
    let name = case.summary.reporter.as_ref().unwrap_or(&case.summary.subject).name.clone();
    Deed {
        id: ids::new(tx.now()),
        kind: "case.facts_added",
        actor: ActorSeen { kind: ActorKind::Phone, id: Some(person), name },
        cause: Some(case.summary.last_tap),
        occurred_at,
        request_key: Some(key),
    }
}

fn kind_of(change: &Change) -> &'static str {
    match change {
        Change::Positioned { .. } => "case.positioned",
        _ => "case.facts_added",
    }
}
