//! Granting roles and ending them: nobody grants more than they hold the right to grant.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::{Because, GrantOrigin, NewGrant, Permission, Role};
use wire::audit::Deed;

use super::store::grants::{self as rows, Held, More};
use super::{Access, Area, Grant, Operator, Reach, Refusal, permissions};
use crate::audit::Act;
use crate::audit::service::record;
use crate::kernel::field::{self, Invalid};
use crate::people;
use crate::places::View;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, QueryResult, Tx, WriteError};

/// A zone has a warden and this many alternates.
const ALTERNATES: u8 = 2;

/// Longest reference of an appointment letter, in characters.
const LETTER: usize = 120;

impl Access {
    /// Grants a role. The caller's own right to grant must cover the area and know the person.
    pub async fn grant(
        &self,
        by: &Operator,
        request: Request,
        new: NewGrant,
    ) -> Result<wire::access::Grant, WriteError<Refusal>> {
        let (by, view) = (by.clone(), self.inner.directory.view());
        let (grant, more) = checked(&new, self.now()).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        may_grant(&by, &view, &grant).map_err(WriteError::Refused)?;
        let scopes: Vec<Uuid> = grant.area.scopes(&view).into_iter().collect();
        let granted = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                let name = appointable(tx, &by, new.person, grant.role)?;
                let rank = match grant.role {
                    Role::Warden => Some(place(&rows::over(tx.reading(), grant.area)?, new.person, &grant, new.rank)?),
                    _ => None,
                };
                let more = More { rank, ..more.clone() };
                let held = rows::insert_grant(tx, (new.person, &name), grant, more, Some(by.person))?;
                let mut act = Act::new(Deed::RoleGranted, in_words(&grant, &view)).on(new.person);
                act.until = grant.until;
                record(tx, Some((by.person, &by.name)), &scopes, act)?;
                Ok(shown(&held, &view))
            })
        });
        granted.await
    }

    /// Ends a grant early, and with it those that stand for it. Who may grant it may, and its holder.
    pub async fn end_grant(
        &self,
        by: &Operator,
        request: Request,
        id: Uuid,
        because: &Because,
    ) -> Result<wire::access::Grant, WriteError<Refusal>> {
        let reason = reason(because, 3).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let (by, view) = (by.clone(), self.inner.directory.view());
        let found = self.inner.store.read(move |reading| rows::grant(reading.conn, id)).await?;
        // The scopes do not change: a grant keeps its area.
        let scopes: Vec<Uuid> = match &found {
            Some(held) => held.grant.area.scopes(&view).into_iter().collect(),
            None => return Err(WriteError::Refused(NO_GRANT)),
        };
        let ended = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                let held = rows::grant(tx.reading(), id)?.ok_or(Halt::Refuse(NO_GRANT))?;
                may_end(tx, &by, &view, &held)?;
                if held.grant.area == Area::Installation && is_last_administrator(tx, &held)? {
                    return Err(Halt::Refuse(Refusal::Forbidden(LAST)));
                }
                let ended = end(tx, held, Some(by.person))?;
                let act = Act::new(Deed::RoleEnded, in_words(&ended.grant, &view)).on(ended.person);
                record(tx, Some((by.person, &by.name)), &scopes, act.because(reason.clone()))?;
                Ok(shown(&ended, &view))
            })
        });
        ended.await
    }
}

const NO_GRANT: Refusal = Refusal::Missing("There is no such grant for you; take one that GET /v1/grants names.");

const LAST: &str = "This is the last administrator of the whole installation; grant somebody else first.";

/// Gives a person a role, unchecked: for the first administrator and for invented worlds.
pub fn insert_grant(tx: &mut Tx<'_>, person: Uuid, grant: Grant) -> QueryResult<()> {
    rows::insert_grant(tx, (person, ""), grant, More::default(), None).map(drop)
}

/// Ends a grant that is open, and those that it is the cause of.
fn end(tx: &mut Tx<'_>, held: Held, by: Option<Uuid>) -> QueryResult<Held> {
    for dependent in rows::caused_by(tx.reading(), held.id)? {
        rows::end_grant(tx, dependent.id, by)?;
    }
    if !rows::end_grant(tx, held.id, by)? {
        return Err(super::store::raced());
    }
    Ok(Held { ended: Some((tx.now(), by)), ..held })
}

/// As it travels.
pub(super) fn shown(held: &Held, view: &View) -> wire::access::Grant {
    let Held { id, person, name, grant, more, by, at, ended } = held.clone();
    wire::access::Grant {
        id,
        person,
        name,
        role: grant.role,
        area: grant.area.kind(),
        area_id: grant.area.id(),
        country: grant.area.country().map(|country| country.as_str().to_owned()),
        area_name: grant.area.name(view),
        from: grant.from,
        until: grant.until,
        origin: grant.origin,
        rank: more.rank,
        letter: more.letter,
        cause: more.cause,
        reason: more.reason,
        granted_by: by,
        granted_at: at,
        ended_at: ended.map(|(at, _)| at),
        ended_by: ended.and_then(|(_, by)| by),
    }
}

/// Role and area in words for the log.
pub(super) fn in_words(grant: &Grant, view: &View) -> String {
    let (role, kind) = (grant.role.word(), grant.area.kind().word());
    let country = grant.area.country().map(|country| country.as_str().to_owned());
    match grant.area.name(view).or(country) {
        Some(name) => format!("{role} over {kind} {name}"),
        None => format!("{role} over {kind}"),
    }
}

/// A reason of at least so many characters.
pub(super) fn reason(because: &Because, least: usize) -> Result<String, Invalid> {
    field::line("/reason", &because.reason, least, 500)
}

/// Reference of a letter.
pub(super) fn letter(text: Option<&str>) -> Result<Option<String>, Invalid> {
    text.map(|text| field::line("/letter", text, 1, LETTER)).transpose()
}

/// That a time for a grant can be.
pub(super) fn checked_time(
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), Invalid> {
    if until.is_some_and(|until| until <= from) {
        return Err(Invalid::new("/until", "The grant would end before it begins; give a later end, or none."));
    }
    if until.is_some_and(|until| until <= now) {
        return Err(Invalid::new("/until", "The grant would be over already; give a later end, or none."));
    }
    Ok(())
}

fn checked(new: &NewGrant, now: DateTime<Utc>) -> Result<(Grant, More), Invalid> {
    let from = new.from.unwrap_or(now);
    if new.role == Role::Personnel {
        return Err(Invalid::new("/role", "Everybody has this role without a grant; choose another."));
    }
    checked_time(from, new.until, now)?;
    if !permissions::areas(new.role).contains(&new.area) {
        let kinds: Vec<&str> = permissions::areas(new.role).iter().map(|kind| kind.word()).collect();
        let why = format!("This role is granted over one of: {}.", kinds.join(", "));
        return Err(Invalid::new("/area", why));
    }
    match new.rank {
        Some(_) if new.role != Role::Warden => {
            return Err(Invalid::new("/rank", "Leave this out: only a zone's wardens have a rank."));
        }
        Some(rank) if rank > ALTERNATES => {
            return Err(Invalid::new("/rank", "Give 0 for the warden, 1 or 2 for an alternate."));
        }
        _ => {}
    }
    let area = Area::named(new.area, new.area_id, new.country.as_deref())?;
    let grant = Grant { role: new.role, origin: GrantOrigin::Appointment, area, from, until: new.until };
    Ok((grant, More { letter: letter(new.letter.as_deref())?, ..More::default() }))
}

/// Where somebody may grant a role.
pub(super) fn may_appoint(by: &Operator, role: Role) -> Reach {
    let granting = by.may(Permission::GrantRoles);
    if role == Role::Warden { granting.union(by.may(Permission::AppointWardens)) } else { granting.clone() }
}

pub(super) fn may_grant(by: &Operator, view: &View, grant: &Grant) -> Result<(), Refusal> {
    let appoints = may_appoint(by, grant.role);
    if appoints.is_empty() {
        return Err(Refusal::Forbidden("Your role appoints wardens only."));
    }
    let covered = appoints.covers(grant.area, view);
    if grant.area == Area::Installation && !covered {
        return Err(Refusal::Forbidden("Only who administers the whole installation may grant all of it."));
    }
    if !grant.area.exists(view) || !covered {
        let why = "There is no such area for you; take one that GET /v1/places names.";
        return Err(Invalid::new(grant.area.field(), why).into());
    }
    Ok(())
}

/// The name of a person who may be given the role. A warden looks after everybody in a zone, and may
/// be employed by anybody.
pub(super) fn appointable(tx: &mut Tx<'_>, by: &Operator, person: Uuid, role: Role) -> Result<String, Halt<Refusal>> {
    let appoints = may_appoint(by, role);
    let found = people::service::hold(tx, person)?;
    let known = |office: Uuid| role == Role::Warden || appoints.contains(office);
    found.filter(|found| known(found.office) && !found.left).map(|found| found.name).ok_or_else(|| {
        let why = "There is no such person for you; take an identifier that GET /v1/people names.";
        Halt::Refuse(Invalid::new("/person", why).into())
    })
}

/// The place among a zone's wardens: the one wanted, or the first that is free while the grant lasts.
fn place(held: &[Held], person: Uuid, grant: &Grant, wanted: Option<u8>) -> Result<u8, Halt<Refusal>> {
    let meanwhile = |held: &&Held| {
        let other = held.effective();
        held.grant.role == Role::Warden
            && held.grant.origin == GrantOrigin::Appointment
            && other.until.is_none_or(|until| grant.from < until)
            && grant.until.is_none_or(|until| other.from < until)
    };
    let others: Vec<&Held> = held.iter().filter(meanwhile).collect();
    let refused = |field: &str, why: &str| Err(Halt::Refuse(Refusal::Exists(Invalid::new(field, why))));
    if others.iter().any(|other| other.person == person) {
        return refused("/person", "This person is a warden of the zone at that time; end that first.");
    }
    let is_free = |rank: u8| others.iter().all(|other| other.more.rank.unwrap_or_default() != rank);
    match wanted {
        Some(rank) if is_free(rank) => Ok(rank),
        Some(_) => {
            refused("/rank", "Somebody has this place at that time; end their appointment first, or give another.")
        }
        None => match (0..=ALTERNATES).find(|rank| is_free(*rank)) {
            Some(rank) => Ok(rank),
            None => refused("/rank", "The zone has a warden and two alternates at that time; end one of them first."),
        },
    }
}

/// Whether the caller knows of a grant at all: their own, or one that they may give.
pub(super) fn sees(by: &Operator, view: &View, held: &Held) -> bool {
    held.person == by.person || may_appoint(by, held.grant.role).covers(held.grant.area, view)
}

fn may_end(tx: &mut Tx<'_>, by: &Operator, view: &View, held: &Held) -> Result<(), Halt<Refusal>> {
    let stood_for = match held.more.cause {
        Some(cause) => rows::grant(tx.reading(), cause)?.is_some_and(|cause| cause.person == by.person),
        None => false,
    };
    if !stood_for && !sees(by, view, held) {
        return Err(Halt::Refuse(NO_GRANT));
    }
    if !held.is_open(tx.now()) {
        return Err(Halt::Refuse(Refusal::Ended("This grant is over already; nothing is left to end.")));
    }
    Ok(())
}

/// Whether somebody administers the whole installation without an end, and nobody else does: somebody
/// else must, before they may leave. Where they do, nobody else leaves them so before the transaction ends.
pub fn administers_alone(tx: &mut Tx<'_>, person: Uuid) -> QueryResult<bool> {
    let now = tx.now();
    if !rows::over(tx.reading(), Area::Installation)?
        .iter()
        .any(|held| held.person == person && administers_all(held, now))
    {
        return Ok(false);
    }
    rows::lock_installation(tx)?;
    let all = rows::over(tx.reading(), Area::Installation)?;
    let (theirs, others): (Vec<Held>, Vec<Held>) = all.into_iter().partition(|held| held.person == person);
    Ok(theirs.iter().any(|held| administers_all(held, now)) && !any_is_here(tx, &others)?)
}

/// Whether nobody else administers the whole installation without an end.
fn is_last_administrator(tx: &mut Tx<'_>, held: &Held) -> Result<bool, Halt<Refusal>> {
    if held.grant.role != Role::Administrator {
        return Ok(false);
    }
    rows::lock_installation(tx)?;
    let mut others = rows::over(tx.reading(), Area::Installation)?;
    others.retain(|other| other.id != held.id);
    Ok(!any_is_here(tx, &others)?)
}

/// Whether a grant makes its holder administer the whole installation, now and without an end.
pub(super) fn administers_all(held: &Held, now: DateTime<Utc>) -> bool {
    let grant = held.effective();
    grant.role == Role::Administrator && grant.until.is_none() && grant.holds(now)
}

/// Whether a holder of one of these who [`administers_all`] has not left.
fn any_is_here(tx: &mut Tx<'_>, others: &[Held]) -> QueryResult<bool> {
    let now = tx.now();
    for other in others.iter().filter(|other| administers_all(other, now)) {
        if people::service::identity(tx.reading(), other.person)?.is_some_and(|person| !person.left) {
            return Ok(true);
        }
    }
    Ok(false)
}
