//! Inviting many people in one action, and how far everybody is.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::access::Permission;
use wire::audit::Deed;
use wire::enrolment::{NewEnrolmentBatch, Withdrawal};

use super::issuers::Issuers;
use super::letters::Language;
use super::list::reason;
use super::progress::sees;
use super::service::{CODE, Devices, code_key};
use super::store::NewCode;
use super::store::batches::{self as rows, BatchRow, Guest};
use super::{Refusal, store};
use crate::access::{Operator, Reach};
use crate::audit::Act;
use crate::audit::service::record;
use crate::kernel::field::Invalid;
use crate::kernel::ids;
use crate::places::View;
use crate::store::requests::{Request, is_repeat, once};
use crate::store::types::{At, Id};
use crate::store::{Halt, Lane, WriteError};

/// Most people that one batch invites.
const MOST: usize = 500;

/// People to one transaction: with the codes that become void at most some 200 rows.
const CHUNK: usize = 100;

/// Longest that the codes of a batch work, in days.
const LONGEST: u32 = 30;

const NO_BATCH: &str = "There is no such batch for you.";

/// Codes that were issued together.
pub struct Invited {
    /// The batch.
    pub id: Uuid,
    /// Whose people.
    pub organisation: Uuid,
    /// The office, when all are of one.
    pub office: Option<Uuid>,
    /// When they run out.
    pub expires: DateTime<Utc>,
    /// By office and name.
    pub codes: Vec<InvitedOne>,
    /// How many more have neither a phone nor a code that works.
    pub left: usize,
}

/// Somebody's code.
pub struct InvitedOne {
    /// The person.
    pub person: Uuid,
    /// Name.
    pub name: String,
    /// Their country office.
    pub office: Uuid,
    /// E-mail address.
    pub email: Option<String>,
    /// What the mail is written in.
    pub(super) language: Language,
    /// The code, without dashes.
    pub code: String,
}

/// Who is invited: by what, and those who were found.
struct Chosen {
    organisation: Uuid,
    guests: Vec<Guest>,
    left: usize,
}

/// Who is to be invited, as it was asked for.
enum Whom {
    /// Everybody of these offices of an organisation without a phone, and, unless `again`, without a code.
    Offices { organisation: Uuid, offices: Vec<Uuid>, again: bool, field: &'static str },
    /// These.
    People(Vec<Uuid>),
}

fn refuse<T>(field: &str, why: &str) -> Result<T, WriteError<Refusal>> {
    Err(WriteError::Refused(Invalid::new(field, why).into()))
}

impl Whom {
    fn of(new: &NewEnrolmentBatch, reach: &Reach, view: &View) -> Result<Self, WriteError<Refusal>> {
        let again = new.again;
        match (new.organisation, new.office, &new.people) {
            (Some(organisation), None, None) => {
                let offices: Vec<Uuid> = view.offices_of(organisation).filter(|one| reach.contains(*one)).collect();
                if offices.is_empty() {
                    return refuse(
                        "/organisation",
                        "There is no such organisation for you; take one of GET /v1/places.",
                    );
                }
                Ok(Self::Offices { organisation, offices, again, field: "/organisation" })
            }
            (None, Some(office), None) => match view.office(office).filter(|_| reach.contains(office)) {
                None => refuse("/office", "There is no such country office for you; take one of GET /v1/places."),
                Some(found) => Ok(Self::Offices {
                    organisation: found.organisation,
                    offices: vec![office],
                    again,
                    field: "/office",
                }),
            },
            (None, None, Some(people)) => {
                if !(1..=MOST).contains(&people.len()) {
                    return refuse("/people", "Name 1 to 500 people.");
                }
                let mut known = HashSet::new();
                match people.iter().position(|person| !known.insert(*person)) {
                    Some(at) => refuse(&format!("/people/{at}"), "This person is named twice."),
                    None => Ok(Self::People(people.clone())),
                }
            }
            _ => refuse("/organisation", "Give exactly one of organisation, office and people."),
        }
    }
}

impl Devices {
    /// Issues codes for many people in one action, in chunks between which alarms are stored. The
    /// codes begin to work all at once, in the last write: when the server stops before it, none of
    /// them ever works and those issued earlier still do. A repeat under the same key is refused,
    /// for codes are shown once.
    pub async fn invite(
        &self,
        by: &Operator,
        request: Request,
        new: NewEnrolmentBatch,
    ) -> Result<Invited, WriteError<Refusal>> {
        if !(1..=LONGEST).contains(&new.days) {
            return refuse("/days", "Let the codes work for 1 to 30 days.");
        }
        let otherwise = match new.language.as_deref() {
            None => Language::English,
            Some(tag) => match Language::of_tag(tag) {
                Some(language) => language,
                None => return refuse("/language", "Write in en, fr, es, ar, ru or zh."),
            },
        };
        let view = self.directory.view();
        let reach = by.may(Permission::EnrolPhones).clone();
        let whom = Whom::of(&new, &reach, &view)?;
        // A repeat is told so first: its people have codes by now, and would be nobody to invite.
        match self.store.read(move |reading| is_repeat(reading.conn, request)).await? {
            Ok(false) => {}
            Ok(true) => return Err(WriteError::Refused(Refusal::ShownOnce)),
            Err(reused) => return Err(WriteError::Refused(reused.into())),
        }
        let now = self.store.clock().now();
        let id = ids::new(now);
        let chosen = self.chosen(whom, &reach, &view, now).await?;
        let row = self.begin(by, request, id, &chosen, now + TimeDelta::days(i64::from(new.days))).await?;
        let codes = self.write_codes(&row, &chosen.guests, otherwise).await?;
        self.finish(by, &row, &chosen.guests).await?;
        let BatchRow { organisation, office, expires_at, .. } = row;
        tracing::info!(batch = %id, people = codes.len(), "phones were invited");
        Ok(Invited {
            id,
            organisation: organisation.0,
            office: office.map(|office| office.0),
            expires: expires_at.0,
            codes,
            left: chosen.left,
        })
    }

    async fn chosen(
        &self,
        whom: Whom,
        reach: &Reach,
        view: &View,
        now: DateTime<Utc>,
    ) -> Result<Chosen, WriteError<Refusal>> {
        match whom {
            Whom::People(people) => self.named(people, reach, view).await,
            Whom::Offices { organisation, offices, again, field } => {
                let view = view.clone();
                let found = self.store.read(move |reading| {
                    let conn = &mut *reading.conn;
                    let mut has = rows::with_phone(conn, &offices)?;
                    if !again {
                        let codes = rows::with_code(conn, &offices, now)?;
                        has.extend(Issuers::new(&view, now).of_working(conn, codes)?);
                    }
                    let mut guests = rows::guests_of(conn, &offices)?;
                    guests.retain(|guest| !has.contains(&guest.id.0));
                    Ok(guests)
                });
                let mut guests = found.await?;
                if guests.is_empty() {
                    return refuse(field, "Everybody there has a phone or a code that works already.");
                }
                let left = guests.len().saturating_sub(MOST);
                guests.truncate(MOST);
                Ok(Chosen { organisation, guests, left })
            }
        }
    }

    async fn named(&self, people: Vec<Uuid>, reach: &Reach, view: &View) -> Result<Chosen, WriteError<Refusal>> {
        let wanted = people.clone();
        let found = self.store.read(move |reading| rows::guests(reading.conn, &wanted)).await?;
        let mut found: HashMap<Uuid, Guest> = found.into_iter().map(|guest| (guest.id.0, guest)).collect();
        let mut guests = Vec::with_capacity(people.len());
        let mut organisation = None;
        for (at, person) in people.iter().enumerate() {
            let field = format!("/people/{at}");
            let Some(guest) = found.remove(person).filter(|guest| reach.contains(guest.office.0)) else {
                return refuse(&field, "There is no such person for you.");
            };
            if guest.left_at.is_some() {
                return refuse(&field, "This person has left; no phone can be enrolled for them.");
            }
            let theirs = view.office(guest.office.0).map(|office| office.organisation);
            if *organisation.get_or_insert(theirs) != theirs {
                return refuse(&field, "Name people of one organisation; make another batch for the others.");
            }
            guests.push(guest);
        }
        guests.sort_by(|a, b| (a.office, &a.folded, a.id).cmp(&(b.office, &b.folded, b.id)));
        let organisation = organisation.flatten().unwrap_or_default();
        Ok(Chosen { organisation, guests, left: 0 })
    }

    async fn begin(
        &self,
        by: &Operator,
        request: Request,
        id: Uuid,
        chosen: &Chosen,
        expires: DateTime<Utc>,
    ) -> Result<BatchRow, WriteError<Refusal>> {
        let offices: HashSet<Id> = chosen.guests.iter().map(|guest| guest.office).collect();
        let one = match offices.iter().next() {
            Some(office) if offices.len() == 1 => Some(*office),
            _ => None,
        };
        let row = BatchRow {
            id: Id(id),
            organisation: Id(chosen.organisation),
            office: one,
            created_by: Id(by.person),
            created_at: At(self.store.clock().now()),
            expires_at: At(expires),
            people: i64::try_from(chosen.guests.len()).unwrap_or(i64::MAX),
            ready_at: None,
            voided_at: None,
        };
        let inserted = row.clone();
        let begun = self.store.write(Lane::Normal, Vec::new(), move |tx| {
            once(tx, request, |tx| {
                rows::insert(tx, &inserted)?;
                Ok(inserted.id.0)
            })
        });
        if begun.await? == id { Ok(row) } else { Err(WriteError::Refused(Refusal::ShownOnce)) }
    }

    async fn write_codes(
        &self,
        row: &BatchRow,
        guests: &[Guest],
        otherwise: Language,
    ) -> Result<Vec<InvitedOne>, WriteError<Refusal>> {
        let mut codes = Vec::with_capacity(guests.len());
        for chunk in guests.chunks(CHUNK) {
            let fresh: Vec<InvitedOne> = chunk.iter().map(|guest| invited(guest, otherwise)).collect();
            let plain: Vec<(String, Uuid)> = fresh.iter().map(|one| (one.code.clone(), one.person)).collect();
            let (id, by, expires) = (row.id.0, row.created_by.0, row.expires_at.0);
            let written = self.store.write(Lane::Normal, Vec::new(), move |tx| {
                let new: Vec<NewCode> =
                    plain.iter().map(|(code, person)| NewCode { code: code_key(tx, code), person: *person }).collect();
                Ok::<_, Halt<Refusal>>(store::insert_enrolments(tx, &new, by, expires, Some(id))?)
            });
            written.await?;
            codes.extend(fresh);
        }
        Ok(codes)
    }

    /// Puts the codes in force, then makes those void that these people had before.
    async fn finish(&self, by: &Operator, row: &BatchRow, guests: &[Guest]) -> Result<(), WriteError<Refusal>> {
        let (by, id, expires, count) = (by.clone(), row.id.0, row.expires_at.0, guests.len());
        let scopes = vec![row.office.map_or(row.organisation.0, |office| office.0)];
        let finished = self.store.write(Lane::Normal, scopes.clone(), move |tx| {
            rows::finish(tx, id)?;
            let act = Act::new(Deed::PhonesInvited, format!("{count} people")).on(id).until(expires);
            record(tx, Some((by.person, &by.name)), &scopes, act)?;
            Ok::<_, Halt<Refusal>>(())
        });
        finished.await?;
        for chunk in guests.chunks(CHUNK) {
            let people: Vec<Uuid> = chunk.iter().map(|guest| guest.id.0).collect();
            let voided = self
                .store
                .write(Lane::Normal, Vec::new(), move |tx| Ok::<_, Halt<Refusal>>(store::void_codes(tx, &people, id)?));
            voided.await?;
        }
        Ok(())
    }

    /// Makes the unused codes of a batch void, for a pile of sheets that was lost. One that is void
    /// stays as it is.
    pub async fn void_batch(
        &self,
        by: &Operator,
        request: Request,
        id: Uuid,
        why: &Withdrawal,
    ) -> Result<(), WriteError<Refusal>> {
        let why = reason(&why.reason).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let found = self.store.read(move |reading| rows::batch(reading.conn, id)).await?;
        let reach = by.may(Permission::EnrolPhones);
        let Some(row) = found.filter(|row| sees(by.person, reach, row)) else {
            return Err(WriteError::Refused(Refusal::NotFound(NO_BATCH)));
        };
        let (by, scopes) = (by.clone(), vec![row.office.map_or(row.organisation.0, |office| office.0)]);
        let voided = self.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                if rows::batch(tx.reading(), id)?.is_some_and(|row| row.voided_at.is_some()) {
                    return Ok(());
                }
                rows::void(tx, id)?;
                let act = Act::new(Deed::PhonesInvited, "codes of a batch made void").on(id).because(why.clone());
                record(tx, Some((by.person, &by.name)), &scopes, act)?;
                Ok(())
            })
        });
        voided.await
    }
}

fn invited(guest: &Guest, otherwise: Language) -> InvitedOne {
    InvitedOne {
        person: guest.id.0,
        name: guest.name.clone(),
        office: guest.office.0,
        email: guest.email.clone(),
        language: Language::for_reader(guest.languages.split(','), otherwise),
        code: ids::spoken(CODE),
    }
}
