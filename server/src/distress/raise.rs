//! Raising a Not Okay. Only a credential and a key are required; nothing else can refuse it.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::case::{
    ActorKind, ActorSeen, CaseState, CaseSummary, Change, DeliveryChannel, Facts, IntakeChannel, RaisedBy, Severity,
};
use wire::not_okay::{Held, NotOkay, Stored};

use super::damage::{set_aside, workable};
use super::ladder::Plan;
use super::lenient::{self, Understood};
use super::own_case::{Tapped, answer};
use super::service::{Deed, occurred, ordered, record, record_new, seen};
use super::store::{self, Attempt, Earlier};
use super::subject::{Joins, Subject};
use super::{Case, Distress, WORTH_SAYING, label};
use crate::devices::service::standing;
use crate::devices::{Hint, Sight};
use crate::escalation::service::given;
use crate::kernel::ids;
use crate::kernel::seal::sha256;
use crate::kernel::text::canonical;
use crate::places::View;
use crate::store::{Halt, Lane, QueryResult, SqlError, StoreError, Tx, WriteError};

/// Label of a case whose person may be somebody else than it says: they used a number that was never proven theirs.
pub const NOT_CONFIRMED: &str = "identity_not_confirmed";

/// Who raises, as their credential says; nothing here was looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raiser {
    /// The person.
    pub person: Uuid,
    /// Their phone.
    pub device: Uuid,
    /// Their organisation; an access token does not say.
    pub organisation: Option<Uuid>,
    /// Their offices.
    pub offices: Vec<Uuid>,
    /// What is odd about the credential, as labels of the case.
    pub labels: Vec<String>,
    /// Who they are, as their capability says; an access token does not.
    pub hint: Option<Hint>,
    /// The number that a text message came from, E.164, when that is how they raise.
    #[serde(default)]
    pub texted_from: Option<String>,
}

/// A tap as it arrived.
#[derive(Clone)]
pub struct Tap {
    /// The idempotency key.
    pub key: Uuid,
    /// Its age when it was sent.
    pub age_ms: u64,
    /// The raw body, cut at the limit.
    pub body: Vec<u8>,
    /// Whether the body was longer or broke off.
    pub incomplete: Option<Cow<'static, str>>,
    /// `http` or `socket`.
    pub channel: Cow<'static, str>,
}

/// What became of a tap.
pub enum Raised {
    /// It is stored.
    Stored {
        /// The answer.
        stored: Box<Stored>,
        /// Whether the phone may learn that the key was known already.
        repeat: bool,
    },
    /// The database is away; this node has it on its own disk.
    Held(Held),
    /// It was the test alarm, and is stored since then.
    Tested(DateTime<Utc>),
}

/// What the closure needs, prepared once.
pub(super) struct Work {
    pub(super) raiser: Raiser,
    pub(super) tap: Tap,
    hash: [u8; 32],
    pub(super) said: Understood,
    pub(super) view: Arc<View>,
    /// By what the server can call people.
    channels: Arc<[DeliveryChannel]>,
}

/// The stored tap: its case, when it was stored, whether it joined, whether its key was known.
pub(super) type Outcome = (Case, DateTime<Utc>, bool, bool);

/// A Not Okay has no rule that could refuse it.
pub(super) enum Never {}

/// Why a Not Okay was not stored: only the store can say no.
pub(super) fn unrefused(error: WriteError<Never>) -> StoreError {
    match error {
        WriteError::Store(error) => error,
        WriteError::Refused(never) => match never {},
    }
}

impl Distress {
    /// Stores a tap: it makes a case or joins the person's, rings, and is answered after the disk
    /// has it. A repeat of a key is kept and answered as the first. Where nodes share a database that does not
    /// take it, this node holds it.
    pub async fn raise(&self, raiser: Raiser, tap: Tap) -> Result<Raised, StoreError> {
        let work = Arc::new(self.work(raiser, tap));
        if work.raiser.person == ids::MUSTER {
            return self.store_test(work).await;
        }
        match &self.holding {
            Some(holding) => self.store_or_hold(holding.clone(), work).await,
            None => self.store_now(work).await,
        }
    }

    /// What storing a tap needs.
    pub(super) fn work(&self, raiser: Raiser, tap: Tap) -> Work {
        Work::new(self.places.view(), raiser, tap, Arc::clone(&self.channels))
    }

    pub(super) async fn store_now(&self, work: Arc<Work>) -> Result<Raised, StoreError> {
        let work = match work.view.is_empty() {
            false => work,
            true => {
                self.places.known().await?;
                Arc::new(self.work(work.raiser.clone(), work.tap.clone()))
            }
        };
        let (person, likely) = (work.raiser.person, work.raiser.offices.clone());
        let tapped = Tapped { person, device: work.raiser.device, key: work.tap.key };
        let outcome = self.store.write_about(work.about(), Lane::Urgent, likely, move |tx| {
            let sight = standing(tx.reading(), work.raiser.device)?.sight();
            Ok((store_tap(tx, &work)?, sight))
        });
        let ((case, stored_at, joined, repeat), sight) = outcome.await.map_err(unrefused)?;
        if !repeat {
            metrics::counter!("muster_taps_stored_total").increment(1);
        }
        let times = (stored_at, self.store.clock().now());
        let stored = answer(&self.tokens, tapped, (&case, joined), sight, times);
        Ok(Raised::Stored { stored: Box::new(stored), repeat: repeat && sight != Sight::Nothing })
    }
}

pub(super) fn store_tap(tx: &mut Tx<'_>, work: &Work) -> Result<Outcome, Halt<Never>> {
    if let Some(earlier) = store::earlier(tx, work.raiser.person, work.tap.key)? {
        return Ok(repeat(tx, work, &earlier)?);
    }
    let mut subject = Subject::of(tx, work)?;
    let joins = match subject.joins(tx, work)? {
        Joins::Case(case) => Some(*case),
        Joins::None => None,
        Joins::Unreadable(id) => {
            set_aside(tx, &work.view, id)?;
            label(&mut subject.labels, "earlier_case_unreadable");
            None
        }
    };
    let outcome = match joins {
        Some(case) if case.takes_taps(tx.now()) => join(tx, work, case, &subject)?,
        _ => open(tx, work, subject)?,
    };
    Ok(outcome)
}

impl Work {
    /// Of a tap, read as far as it can be understood.
    fn new(view: Arc<View>, raiser: Raiser, tap: Tap, channels: Arc<[DeliveryChannel]>) -> Self {
        let mut said = lenient::read(&tap.body);
        if let Some(why) = &tap.incomplete {
            said.raw.push(wire::case::RawField { field: String::new(), why: why.clone().into_owned() });
        }
        Self { hash: sha256(&canonical(&tap.body)), said, view, raiser, tap, channels }
    }

    /// The phone; a text message is of none that is enrolled.
    fn device(&self) -> Option<Uuid> {
        self.raiser.texted_from.is_none().then_some(self.raiser.device)
    }

    /// How to call back somebody of whom only a number is known for sure.
    fn callback(&self) -> Option<String> {
        let number = self.raiser.texted_from.clone().filter(|number| !number.is_empty());
        number.filter(|_| self.raiser.labels.iter().any(|label| label == NOT_CONFIRMED))
    }

    /// What a text message said.
    fn text(&self) -> Option<String> {
        self.raiser.texted_from.as_ref()?;
        self.said.said.facts.as_ref()?.note.clone()
    }

    fn by(&self) -> ActorKind {
        if self.raiser.texted_from.is_some() { ActorKind::Text } else { ActorKind::Phone }
    }

    /// Whose rows storing it locks.
    pub(super) fn about(&self) -> Option<Uuid> {
        let colleague = self.said.said.colleague.as_ref().and_then(|colleague| colleague.person);
        Some(colleague.unwrap_or(self.raiser.person))
    }

    /// Law 3: every office in a country that the position may be in.
    pub(super) fn scopes_at(&self, organisation: Uuid) -> Vec<Uuid> {
        let position = self.said.said.position.as_ref();
        position.map(|at| self.view.scopes_at(organisation, at.lat, at.lon)).unwrap_or_default()
    }
}

/// The same key again: kept as an attempt. Another body than before, such as the whole of one that
/// had broken off, is an event, and what it says counts; it is no further tap and rings nobody.
fn repeat(tx: &mut Tx<'_>, work: &Work, earlier: &Earlier) -> QueryResult<Outcome> {
    let mut case = workable(tx, &work.view, earlier.case)?.ok_or(SqlError::NotFound)?;
    let mut event = earlier.event;
    if !earlier.bodies.iter().any(|body| body.as_slice() == work.hash) {
        let scopes = extended(tx, earlier.case, work.scopes_at(case.organisation))?;
        let of_reporter = case.summary.reporter.is_some();
        let name = case.summary.reporter.as_ref().unwrap_or(&case.summary.subject).name.clone();
        let deed = deed(tx, work, "case.attempt_kept", name);
        event = deed.id;
        take_in(&mut case, work, of_reporter, (deed.occurred_at, tx.now()));
        label(&mut case.summary.labels, "repeated_key");
        record(tx, &mut case, &scopes, deed, Change::AttemptKept { raw: work.said.raw.clone() })?;
    }
    keep(tx, work, earlier.case, event, earlier.bodies.len())?;
    let joined = case.summary.stored_at != earlier.stored_at;
    Ok((case, earlier.stored_at, joined, true))
}

/// The scopes of a case, more of them if a position says so; none is ever taken away.
fn extended(tx: &mut Tx<'_>, case: Uuid, more: Vec<Uuid>) -> QueryResult<Vec<Uuid>> {
    let known = tx.vault().scopes(tx.reading(), case)?;
    let all = ordered([known.clone(), more].concat());
    if all.len() > known.len() {
        let vault = tx.vault();
        vault.extend(tx.writing(), case, &all)?;
    }
    Ok(all)
}

/// A new tap of a person whose case is still open, or was closed less than a day ago.
fn join(tx: &mut Tx<'_>, work: &Work, mut case: Case, subject: &Subject) -> QueryResult<Outcome> {
    let id = case.summary.id;
    let scopes = extended(tx, id, subject.scopes.clone())?;
    let deed = deed(tx, work, "case.tapped_again", subject.raiser_name());
    let event = deed.id;
    case.device = work.device().or(case.device);
    case.reporter = Some(work.raiser.person);
    case.callback = case.callback.or_else(|| work.callback());
    let labels = &case.summary.labels;
    let unsure = [labels, &work.raiser.labels].iter().all(|labels| labels.iter().any(|label| label == NOT_CONFIRMED));
    // What is odd about this phone or person since the case was opened.
    for word in &subject.labels {
        label(&mut case.summary.labels, word);
    }
    let reopened = case.tap(event, tx.now());
    take_in(&mut case, work, subject.reporter.is_some(), (deed.occurred_at, tx.now()));
    // One tap that is surely theirs confirms the case, and a text that anybody may have sent does not undo it.
    if !unsure {
        case.summary.labels.retain(|label| label != NOT_CONFIRMED);
    }
    record(
        tx,
        &mut case,
        &scopes,
        deed,
        Change::TappedAgain { raw: work.said.raw.clone(), reopened, text: work.text() },
    )?;
    keep(tx, work, id, event, 0)?;
    let now = tx.now();
    Ok((case, now, true, false))
}

/// A first tap.
fn open(tx: &mut Tx<'_>, work: &Work, subject: Subject) -> QueryResult<Outcome> {
    let now = tx.now();
    let id = ids::new(now);
    let event = ids::new(now);
    let occurred_at = occurred(now, work.tap.age_ms);
    let mut deed = deed(tx, work, "case.raised", subject.raiser_name());
    let of_reporter = subject.reporter.is_some();
    let raised_by = if subject.reporter.is_some() { RaisedBy::Colleague } else { RaisedBy::Own };
    let mut case = Case {
        summary: CaseSummary {
            id,
            reference: ids::spoken(6),
            revision: 1,
            state: CaseState::Open,
            severity: Severity::Extreme,
            subject: subject.brief,
            reporter: subject.reporter,
            raised_by,
            intake: work.raiser.texted_from.as_ref().map(|_| IntakeChannel::Sms),
            occurred_at,
            stored_at: now,
            last_tap_at: now,
            last_tap: event,
            taps: 1,
            ringing: true,
            rings_all_at: None,
            shown_at: None,
            owner: None,
            next_call: None,
            facts: Facts::default(),
            position: None,
            battery: None,
            network: None,
            labels: subject.labels,
            delayed_s: None,
            clock_skew_s: None,
            closed_at: None,
            outcome: None,
        },
        device: work.device(),
        reporter: Some(work.raiser.person),
        organisation: subject.organisation,
        callback: work.callback(),
        last_tap_revision: 1,
        idle_generation: 0,
        set_aside: None,
        laddered: false,
        plan: Plan::default(),
        unseen: None,
        unseen_from: None,
        unseen_told_at: None,
        unseen_generation: 0,
        calls_stopped: false,
        orders: Vec::new(),
        officers: Vec::new(),
        climb: None,
        ladder_generation: 0,
    };
    let given = given(tx.reading(), &work.view, &subject.scopes, &work.channels)?;
    case.climb_by(given.ladder, now);
    take_in(&mut case, work, of_reporter, (occurred_at, now));
    deed.id = event;
    record_new(tx, &case, &subject.scopes, &deed, Change::Raised { raw: work.said.raw.clone(), text: work.text() })?;
    keep(tx, work, id, event, 0)?;
    Ok((case, now, false, false))
}

/// Takes what a tap said into the case.
fn take_in(case: &mut Case, work: &Work, of_reporter: bool, (occurred_at, now): (DateTime<Utc>, DateTime<Utc>)) {
    let NotOkay { position, battery, network, tapped_at, facts, colleague: _ } = &work.said.said;
    if let Some(position) = position {
        case.add_position(seen(position, occurred_at, of_reporter));
    }
    if let Some(facts) = facts {
        case.add_facts(facts);
    }
    let summary = &mut case.summary;
    summary.battery = battery.or(summary.battery);
    summary.network = network.clone().or(summary.network.take());
    let late = now - occurred_at;
    if late > WORTH_SAYING {
        summary.delayed_s = u64::try_from(late.num_seconds()).ok();
        label(&mut summary.labels, "delayed");
    }
    let skew = tapped_at.map(|tapped_at| (tapped_at - occurred_at).num_seconds());
    if let Some(skew) = skew.filter(|skew| skew.abs() > WORTH_SAYING.num_seconds()) {
        summary.clock_skew_s = Some(skew);
        label(&mut summary.labels, "clock_skew");
    }
    if !work.said.raw.is_empty() {
        label(&mut summary.labels, "fields_kept_raw");
    }
    for word in &work.raiser.labels {
        label(&mut summary.labels, word);
    }
}

fn deed(tx: &Tx<'_>, work: &Work, kind: &'static str, name: String) -> Deed {
    let now = tx.now();
    Deed {
        id: ids::new(now),
        kind,
        actor: ActorSeen { kind: work.by(), id: Some(work.raiser.person), name },
        cause: None,
        occurred_at: occurred(now, work.tap.age_ms),
        request_key: Some(work.tap.key),
    }
}

fn keep(tx: &mut Tx<'_>, work: &Work, case: Uuid, event: Uuid, nth: usize) -> QueryResult<()> {
    let key = tx.key(case)?;
    let attempt = Attempt {
        actor: work.raiser.person,
        key: work.tap.key,
        case,
        event,
        body_hash: work.hash,
        body: &work.tap.body,
        channel: &work.tap.channel,
    };
    store::keep_attempt(tx, &attempt, nth, &key)
}
