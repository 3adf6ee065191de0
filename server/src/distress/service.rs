//! The distress slice's door: what it is made of, and what its commands share.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::case::{
    ActorKind, ActorSeen, CaseSummary, Change, DeliveryChannel, Position, PositionSeen, Takeover, TakeoverReason,
    TimelineEntry,
};

use super::damage::workable;
use super::held::Holding;
use super::raise::{NOT_CONFIRMED, Raiser};
pub use super::whereabouts::follow;
use super::{By, Case, IDLE, Refusal, ladder, store, timers};
use crate::access::Operator;
use crate::devices::tokens::Tokens;
use crate::kernel::clock::micros;
use crate::kernel::ids;
use crate::places::{Directory, View};
use crate::store::requests::{Request, once};
use crate::store::timers::Due;
use crate::store::vault::Vault;
use crate::store::{AnyConn, Halt, Lane, QueryResult, Store, Tx, WriteError};

/// Raises, works and closes cases. Clones share one store.
#[derive(Clone)]
pub struct Distress {
    pub(super) store: Store,
    pub(super) places: Arc<Directory>,
    pub(super) tokens: Arc<Tokens>,
    /// Where nodes share a database: what is done while it is away.
    pub(super) holding: Option<Holding>,
    /// By what the server can call people about cases that nobody has.
    pub(super) channels: Arc<[DeliveryChannel]>,
}

/// Who does something to a case, when, and why: what every entry of a timeline needs.
pub(super) struct Deed {
    /// The event's identifier.
    pub(super) id: Uuid,
    /// The event's kind in the log.
    pub(super) kind: &'static str,
    /// Who.
    pub(super) actor: ActorSeen,
    /// What caused it.
    pub(super) cause: Option<Uuid>,
    /// When it happened, estimated.
    pub(super) occurred_at: DateTime<Utc>,
    /// The request's key.
    pub(super) request_key: Option<Uuid>,
}

impl Distress {
    /// Of a store, the directory of places, and the tokens that phones hold.
    pub fn new(store: Store, places: Arc<Directory>, tokens: Arc<Tokens>, holding: Option<Holding>) -> Self {
        Self { store, places, tokens, holding, channels: Arc::from([]) }
    }

    /// Calls people about cases that nobody has, by these channels.
    #[must_use]
    pub fn calling_by(self, channels: &[DeliveryChannel]) -> Self {
        Self { channels: channels.into(), ..self }
    }

    /// The store behind it.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// A new distress capability for whoever raised: every contact renews it.
    pub fn renewed_capability(&self, raiser: &Raiser) -> Option<String> {
        let organisation = raiser.organisation?;
        Some(self.tokens.distress(raiser.person, raiser.device, organisation, &raiser.offices, raiser.hint.as_ref()))
    }

    /// An operator's command on a case: found within reach, once per key, one event.
    pub(super) async fn command(
        &self,
        who: &Operator,
        case: Uuid,
        request: Request,
        kind: &'static str,
        f: impl Fn(&mut Case, &By, DateTime<Utc>) -> Result<Change, Refusal> + Send + 'static,
    ) -> Result<CaseSummary, WriteError<Refusal>> {
        let by = By { id: who.person, name: who.name.clone() };
        let (reach, view) = (who.reach.clone(), self.places.view());
        self.store
            .write(Lane::Normal, self.store.likely_scopes(case), move |tx| {
                once(tx, request, |tx| {
                    let scopes = tx.vault().scopes(tx.reading(), case)?;
                    if !reach.any(&scopes) {
                        return Err(Halt::Refuse(Refusal::NotFound));
                    }
                    let mut found = workable(tx, &view, case)?.ok_or(Halt::Refuse(Refusal::NotFound))?;
                    let now = tx.now();
                    let change = f(&mut found, &by, now).map_err(Halt::Refuse)?;
                    let deed = Deed::by(&by, kind, now, Some(request.key));
                    record(tx, &mut found, &scopes, deed, change)?;
                    Ok(found.summary)
                })
            })
            .await
    }
}

impl Deed {
    pub(super) fn by(by: &By, kind: &'static str, now: DateTime<Utc>, request_key: Option<Uuid>) -> Self {
        let actor = ActorSeen { kind: ActorKind::Console, id: Some(by.id), name: by.name.clone() };
        Self { id: ids::new(now), kind, actor, cause: None, occurred_at: now, request_key }
    }

    pub(super) fn system(rule: &str, kind: &'static str, now: DateTime<Utc>, occurred_at: DateTime<Utc>) -> Self {
        Self { id: ids::new(now), kind, actor: super::system(rule), cause: None, occurred_at, request_key: None }
    }

    fn entry(&self, case: &Case, at: DateTime<Utc>, change: Change) -> TimelineEntry {
        TimelineEntry {
            id: self.id,
            revision: case.summary.revision,
            at,
            occurred_at: self.occurred_at,
            actor: self.actor.clone(),
            cause: self.cause,
            change,
        }
    }
}

/// Writes a changed case and its event to all its scopes, and sets the idle timer of its owner.
pub(super) fn record(tx: &mut Tx<'_>, case: &mut Case, scopes: &[Uuid], deed: Deed, change: Change) -> QueryResult<()> {
    case.summary.revision += 1;
    let key = tx.key(case.summary.id)?;
    store::update(tx, case, &key)?;
    let entry = deed.entry(case, tx.now(), change);
    store::append(tx, case, (&key, scopes), &entry, (deed.kind, deed.request_key))?;
    if let Some(owner) = &case.summary.owner {
        timers::watch_claim(tx, case.summary.id, case.idle_generation, owner.acted_at + IDLE)?;
    }
    ladder::watch(tx, case)
}

/// Writes a new case and its first event.
pub(super) fn record_new(
    tx: &mut Tx<'_>,
    case: &Case,
    scopes: &[Uuid],
    deed: &Deed,
    change: Change,
) -> QueryResult<()> {
    let key = store::insert(tx, case, scopes)?;
    let entry = deed.entry(case, tx.now(), change);
    store::append(tx, case, (&key, scopes), &entry, (deed.kind, deed.request_key))?;
    ladder::watch(tx, case)
}

/// Scopes in ascending order, once each.
pub(super) fn ordered(mut scopes: Vec<Uuid>) -> Vec<Uuid> {
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// Ages beyond this are cut: both databases can hold the time.
const OLDEST_MS: u64 = 10 * 366 * 24 * 3_600 * 1_000;

/// When a thing of this age happened, never later than now, at most ten years ago.
pub(super) fn occurred(now: DateTime<Utc>, age_ms: u64) -> DateTime<Utc> {
    let age =
        i64::try_from(age_ms.min(OLDEST_MS)).ok().and_then(TimeDelta::try_milliseconds).unwrap_or(TimeDelta::zero());
    now.checked_sub_signed(age).map_or(now, micros)
}

/// A position as the console shows it.
pub(super) fn seen(position: &Position, occurred_at: DateTime<Utc>, of_reporter: bool) -> PositionSeen {
    PositionSeen {
        lat: position.lat,
        lon: position.lon,
        accuracy_m: position.accuracy_m,
        source: position.source,
        fixed_at: occurred(occurred_at, position.age_ms.unwrap_or(0)),
        of_reporter,
    }
}

/// What a snapshot shows: cases within reach that are open or were closed less than 24 h ago.
pub fn current(
    conn: &mut AnyConn,
    vault: &crate::store::vault::Vault,
    reach: &crate::access::Reach,
    now: DateTime<Utc>,
) -> QueryResult<Vec<CaseSummary>> {
    Ok(store::current(conn, vault, reach, now)?.into_iter().map(|case| case.summary).collect())
}

/// Whether a person has an open case.
pub fn has_open_case(conn: &mut AnyConn, person: Uuid) -> QueryResult<bool> {
    Ok(!store::open_of(conn, person)?.is_empty())
}

/// Whether a person is in danger for all that is known: they have an open case that is surely theirs.
pub fn is_in_danger(conn: &mut AnyConn, vault: &Vault, person: Uuid) -> QueryResult<bool> {
    for case in store::open_of(conn, person)? {
        let found = store::find(conn, vault, case)?;
        let confirmed = |case: Case| !case.summary.labels.iter().any(|label| label == NOT_CONFIRMED);
        if found.is_none_or(confirmed) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody who is not in the register, known by what they raise with, has an open case.
pub fn has_unregistered_case(conn: &mut AnyConn, reporter: Uuid) -> QueryResult<bool> {
    store::has_unregistered(conn, reporter)
}

/// The open cases of a person, whoever raised or opened them.
pub fn open_of(conn: &mut AnyConn, person: Uuid) -> QueryResult<Vec<Uuid>> {
    store::open_of(conn, person)
}

/// A case and what a timer of its ladder asks for, to carry it out.
pub fn to_run(tx: &mut Tx<'_>, view: &View, timer: &Due) -> QueryResult<Option<(Case, ladder::Errand)>> {
    let Some(case) = workable(tx, view, timer.subject)? else { return Ok(None) };
    match case.errand(&timer.kind, timer.generation) {
        Some(errand) => Ok(Some((case, errand))),
        None => {
            // A case that was restored from the log counts anew: what is due next must have a timer.
            ladder::watch(tx, &case)?;
            Ok(None)
        }
    }
}

/// A case as it is, to see whom to call about it.
pub fn seen_to_climb(conn: &mut AnyConn, vault: &Vault, case: Uuid) -> QueryResult<Option<Case>> {
    store::find(conn, vault, case)
}

/// A case, to call somebody about it or to say how that went.
pub fn to_call(tx: &mut Tx<'_>, view: &View, case: Uuid) -> QueryResult<Option<Case>> {
    workable(tx, view, case)
}

/// Adds what the ladder or a message of it did, and when that was due.
pub fn called(
    tx: &mut Tx<'_>,
    case: &mut Case,
    scopes: &[Uuid],
    (due_at, change): (DateTime<Utc>, Change),
) -> QueryResult<()> {
    let kind = if matches!(change, Change::Called { .. }) { "case.called" } else { "case.call_result" };
    let deed = Deed::system(ladder::LADDER, kind, tx.now(), due_at);
    record(tx, case, scopes, deed, change)
}

/// Takes a case for somebody who pressed the key on the telephone; false when somebody has it, or it is closed.
pub fn taken_by_call(tx: &mut Tx<'_>, case: &mut Case, scopes: &[Uuid], by: &By) -> QueryResult<bool> {
    let now = tx.now();
    let Ok(change) = case.claim(by, None, now) else { return Ok(false) };
    let actor = ActorSeen { kind: ActorKind::Call, id: Some(by.id), name: by.name.clone() };
    let deed = Deed { actor, ..Deed::by(by, "case.claimed", now, None) };
    record(tx, case, scopes, deed, change)?;
    Ok(true)
}

/// Gives a case to whoever takes a shift over, from whose shift it was; false when it is not theirs any more, or closed.
pub fn handed_over(tx: &mut Tx<'_>, view: &View, case: Uuid, from: Uuid, by: &By) -> QueryResult<bool> {
    let scopes = tx.vault().scopes(tx.reading(), case)?;
    let Some(mut found) = workable(tx, view, case)? else { return Ok(false) };
    let (now, takeover) = (tx.now(), Takeover { from, reason: TakeoverReason::ShiftChange });
    let Ok(change) = found.claim(by, Some(&takeover), now) else { return Ok(false) };
    record(tx, &mut found, &scopes, Deed::by(by, "case.claimed", now, None), change)?;
    Ok(true)
}

/// The scopes of every open case.
pub fn open_scopes(conn: &mut AnyConn) -> QueryResult<Vec<Vec<Uuid>>> {
    Ok(store::open_scopes(conn)?.into_values().collect())
}

/// The countries that a case is written to, such as `KE` or `KE/UG`; empty when none is known.
pub fn countries(view: &View, scopes: &[Uuid]) -> String {
    let countries: std::collections::BTreeSet<_> =
        scopes.iter().filter_map(|scope| Some(view.office(*scope)?.country.as_str())).collect();
    countries.into_iter().collect::<Vec<_>>().join("/")
}
