//! What operators do with cases.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::case::{
    AddNote, AssignResponder, CaseDetail, CaseState, CaseSummary, Change, Claim, CloseCase, Facts, OpenCase,
    PersonBrief, PhoneNumber, RaisedBy, Severity, TryContact,
};

use super::ladder::Plan;
use super::service::{Deed, ordered, record_new, seen};
use super::subject::unregistered;
use super::{By, Case, Distress, Refusal, check_facts, check_position, store, within};
use crate::access::{Operator, Reach};
use crate::escalation::service::given;
use crate::kernel::ids;
use crate::people::service::{brief, numbers, scopes_now};
use crate::places::View;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, StoreError, Tx, WriteError};

/// The answer to a command.
type Commanded = Result<CaseSummary, WriteError<Refusal>>;

impl Distress {
    /// Takes a case, or takes it over.
    pub async fn claim(&self, who: &Operator, case: Uuid, request: Request, claim: Claim) -> Commanded {
        self.command(who, case, request, "case.claimed", move |case, by, now| {
            case.claim(by, claim.takeover.as_ref(), now)
        })
        .await
    }

    /// Gives a case back.
    pub async fn give_back(&self, who: &Operator, case: Uuid, request: Request) -> Commanded {
        self.command(who, case, request, "case.released", |case, by, now| case.give_back(by, now)).await
    }

    /// Says that its owner is still on it.
    pub async fn still_on_it(&self, who: &Operator, case: Uuid, request: Request) -> Commanded {
        self.command(who, case, request, "case.still_on_it", |case, by, now| case.still_on_it(by, now)).await
    }

    /// Adds a note.
    pub async fn note(&self, who: &Operator, case: Uuid, request: Request, note: AddNote) -> Commanded {
        self.command(who, case, request, "case.noted", move |case, by, now| case.note(by, &note.text, now)).await
    }

    /// Notes that contact was tried.
    pub async fn contact(&self, who: &Operator, case: Uuid, request: Request, tried: TryContact) -> Commanded {
        self.command(who, case, request, "case.contact_tried", move |case, by, now| {
            case.contact(by, (tried.channel, tried.result), tried.note.as_deref(), now)
        })
        .await
    }

    /// Adds facts that an operator learned.
    pub async fn operator_facts(&self, who: &Operator, case: Uuid, request: Request, facts: Facts) -> Commanded {
        self.command(who, case, request, "case.facts_added", move |case, by, now| case.operator_facts(by, &facts, now))
            .await
    }

    /// Notes that somebody is on the way.
    pub async fn responder(
        &self,
        who: &Operator,
        case: Uuid,
        request: Request,
        assigned: AssignResponder,
    ) -> Commanded {
        self.command(who, case, request, "case.responder_assigned", move |case, by, now| {
            case.responder(by, &assigned.responder, now)
        })
        .await
    }

    /// Closes a case.
    pub async fn close(&self, who: &Operator, case: Uuid, request: Request, close: CloseCase) -> Commanded {
        self.command(who, case, request, "case.closed", move |case, by, now| {
            case.close(by, (close.outcome, &close.note), close.revision, now)
        })
        .await
    }

    /// A case whole, if it is within reach.
    pub async fn detail(&self, reach: &Reach, id: Uuid) -> Result<Option<CaseDetail>, StoreError> {
        let reach = reach.clone();
        self.store
            .read(move |reading| {
                if !store::within_reach(reading.conn, reading.vault, id, &reach)? {
                    return Ok(None);
                }
                let Some(case) = store::find(reading.conn, reading.vault, id)? else { return Ok(None) };
                let timeline = store::timeline(reading.conn, reading.vault, id)?;
                let mut phones = match case.summary.subject.id {
                    Some(person) => numbers(reading.conn, reading.vault, person)?,
                    None => Vec::new(),
                };
                phones.extend(case.callback.iter().map(|number| callback(number)));
                Ok(Some(CaseDetail { case: case.summary, timeline, phones }))
            })
            .await
    }

    /// Closed cases within reach, newest first.
    pub async fn closed(
        &self,
        reach: &Reach,
        after: (DateTime<Utc>, Uuid),
        limit: i64,
    ) -> Result<Vec<CaseSummary>, StoreError> {
        let reach = reach.clone();
        let cases =
            self.store.read(move |reading| store::closed(reading.conn, reading.vault, &reach, after, limit)).await?;
        Ok(cases.into_iter().map(|case| case.summary).collect())
    }

    /// Opens a case for somebody, in the register or not.
    pub async fn open_for(&self, who: &Operator, request: Request, asked: OpenCase) -> Commanded {
        check_facts(&asked.facts).map_err(WriteError::Refused)?;
        if let Some(position) = &asked.position {
            check_position(position).map_err(WriteError::Refused)?;
        }
        let (by, reach, view) = (By { id: who.person, name: who.name.clone() }, who.reach.clone(), self.places.view());
        let channels = Arc::clone(&self.channels);
        self.store
            .write(Lane::Normal, asked.office.into_iter().collect(), move |tx| {
                once(tx, request, |tx| {
                    let opening = Opening::of(tx, &asked, &by, &reach, &view)?;
                    let deed = Deed::by(&by, "case.opened", tx.now(), Some(request.key));
                    let mut case = opening.case(&asked, deed.id, tx.now());
                    let given = given(tx.reading(), &view, &opening.scopes, &channels)?;
                    case.climb_by(given.ladder, tx.now());
                    record_new(tx, &case, &opening.scopes, &deed, Change::Opened { channel: asked.channel })?;
                    Ok(case.summary)
                })
            })
            .await
    }
}

/// What is settled before a case is opened for somebody.
struct Opening {
    subject: PersonBrief,
    organisation: Uuid,
    callback: Option<String>,
    scopes: Vec<Uuid>,
}

impl Opening {
    fn of(tx: &mut Tx<'_>, asked: &OpenCase, by: &By, reach: &Reach, view: &View) -> Result<Self, Halt<Refusal>> {
        let refuse = |refusal| Err(Halt::Refuse(refusal));
        let (subject, organisation, office, callback) = match asked.person {
            Some(person) => match brief(tx.reading(), view, person)? {
                Some(known) if reach.contains(known.office) => (known.brief, known.organisation, known.office, None),
                _ => return refuse(Refusal::NotFound),
            },
            None => {
                let name = within("/name", asked.name.as_deref().unwrap_or_default(), 1, 200).map_err(Halt::Refuse)?;
                let number = asked.number.as_deref().unwrap_or_default();
                let number = within("/number", number, 0, 40).map_err(Halt::Refuse)?;
                let office = match asked.office {
                    Some(office) => office,
                    None => match brief(tx.reading(), view, by.id)? {
                        Some(known) => known.office,
                        None => return refuse(Refusal::NotFound),
                    },
                };
                let known = view.office(office).filter(|_| reach.contains(office));
                let Some(organisation) = known.map(|office| office.organisation) else {
                    let why = "There is no such country office in your scope.".to_owned();
                    return refuse(Refusal::Invalid { field: "/office", why });
                };
                (unregistered(&name), organisation, office, (!number.is_empty()).then_some(number))
            }
        };
        let mut scopes = vec![office];
        if let Some(position) = &asked.position {
            scopes.extend(view.scopes_at(organisation, position.lat, position.lon));
        }
        if let Some(person) = asked.person {
            let now = tx.now();
            scopes.extend(scopes_now(tx.reading(), &[person], now)?);
        }
        Ok(Self { subject, organisation, callback, scopes: ordered(scopes) })
    }

    fn case(&self, asked: &OpenCase, event: Uuid, now: DateTime<Utc>) -> Case {
        Case {
            summary: CaseSummary {
                id: ids::new(now),
                reference: ids::spoken(6),
                revision: 1,
                state: CaseState::Open,
                severity: Severity::Extreme,
                subject: self.subject.clone(),
                reporter: None,
                raised_by: RaisedBy::Operator,
                intake: Some(asked.channel),
                occurred_at: now,
                stored_at: now,
                last_tap_at: now,
                last_tap: event,
                taps: 1,
                ringing: true,
                rings_all_at: None,
                shown_at: Some(now),
                owner: None,
                next_call: None,
                facts: asked.facts.clone(),
                position: asked.position.as_ref().map(|position| seen(position, now, false)),
                battery: None,
                network: None,
                labels: if self.subject.id.is_none() { vec!["person_unknown".to_owned()] } else { Vec::new() },
                delayed_s: None,
                clock_skew_s: None,
                closed_at: None,
                outcome: None,
            },
            device: None,
            reporter: None,
            organisation: self.organisation,
            callback: self.callback.clone(),
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
        }
    }
}

fn callback(number: &str) -> PhoneNumber {
    PhoneNumber {
        id: None,
        number: number.to_owned(),
        kind: "callback".to_owned(),
        verified_at: None,
        verified_basis: None,
    }
}
