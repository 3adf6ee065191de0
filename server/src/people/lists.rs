//! People by the list: what imports and provisioning systems do to many people at a time.
//!
//! The order of things. Look people up by [`by_external`], [`by_emails`], [`by_numbers`]; read them as
//! they are with [`entered`]; make what they should be with [`Checked::new`] (all fields known) or
//! [`Checked::changed`] (some are); leave out those whose [`Checked::digest`] is the same; ask
//! [`may_put`] whether the rest may be; write it with [`upsert_many`]. Nothing here asks for rights:
//! whoever calls it has.
//!
//! Give at most [`super::CHUNK`] people to one call and one call to a transaction, so that alarms never wait.
//! Give every person their identifier before the first write (`kernel::ids::new`), so that sponsors
//! may come later in a list than those who name them.
//!
//! People whom an import enters are hidden until it has its `applied_at`: from every reader, search,
//! number, sign-in and phone; all of them appear by that one update. Until then they count only here,
//! so that nobody is entered twice. Changes of people who were there are seen at once, each person
//! whole.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;
use wire::people::PersonKind;

use super::store::{self, OfficeOf, Relation};
use super::{Checked, Refusal};
use crate::access::{Reach, lose_access};
use crate::audit::Doer;
use crate::kernel::field::Invalid;
use crate::kernel::seal::Keyring;
use crate::places::View;
use crate::store::vault::Vault;
use crate::store::{AnyConn, Halt, QueryResult, Tx};

/// Longest chain of sponsors or supervisors that is followed.
const CHAIN: usize = 32;

/// Which list keeps a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Files.
    Import,
    /// A provisioning system.
    Scim,
}

impl Source {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Scim => "scim",
        }
    }

    /// Of a word; none when it is unknown.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Import, Self::Scim].into_iter().find(|one| one.word() == word)
    }
}

/// A person as they should be, new or not.
#[derive(Clone, Copy)]
pub struct Put<'a> {
    /// The person; of a new one, an identifier that nobody has.
    pub id: Uuid,
    /// Every field.
    pub person: &'a Checked,
}

/// A person as the register has them.
#[derive(Clone)]
pub struct Entered {
    /// Every field; compare it, or its digest, with what a list says.
    pub person: Checked,
    /// Those of their numbers that were proven to reach them.
    pub proven: HashSet<String>,
    /// Their organisation.
    pub organisation: Uuid,
    /// Whether they have left.
    pub left: bool,
    /// The import that hides them.
    pub staged: Option<Uuid>,
    /// Which list keeps them.
    pub source: Option<Source>,
    /// Grows with every change, from 1.
    pub revision: i64,
    /// When they were entered.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When they were last changed.
    pub changed_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// Whom an identifier, address or number belongs to.
#[derive(Clone, PartialEq, Eq)]
pub struct Match {
    /// The person.
    pub person: Uuid,
    /// Their organisation.
    pub organisation: Uuid,
    /// Their country office.
    pub office: Uuid,
    /// Name and call sign, as `kernel::text::folded` makes them.
    pub folded: String,
    /// What their organisation's list calls them.
    pub external_id: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether they have left.
    pub left: bool,
    /// The import that hides them.
    pub staged: Option<Uuid>,
    /// Which list keeps them.
    pub source: Option<Source>,
    /// Goes up with every change of what is entered.
    pub revision: i64,
}

/// Keeps these people from other writers until the transaction ends. Call it before anything is read of them
/// that a write is computed from: on PostgreSQL several nodes write at once.
pub fn lock_many(tx: &mut Tx<'_>, of: &[Uuid]) -> QueryResult<()> {
    store::lock(tx, of)
}

/// People as the register has them, hidden ones too. Whoever is not there is left out.
pub fn entered(conn: &mut AnyConn, vault: &Vault, of: &[Uuid]) -> QueryResult<HashMap<Uuid, Entered>> {
    let rows = store::rows_of(conn, of.iter().copied())?;
    let numbers = store::numbers(conn, vault, of)?;
    let one = |row: store::PersonRow| {
        let phones = numbers.get(&row.id.0).map(Vec::as_slice).unwrap_or_default();
        let proven = phones.iter().filter(|one| one.verified_at.is_some());
        let entered = Entered {
            person: row.checked(vault.keyring(), phones)?,
            proven: proven.map(|one| one.number.clone()).collect(),
            organisation: row.organisation.map(|id| id.0).unwrap_or_default(),
            left: row.left_at.is_some(),
            staged: row.staged.map(|id| id.0),
            source: row.source.as_deref().and_then(Source::from_word),
            revision: row.revision(),
            created_at: row.created_at.0,
            changed_at: row.changed_at.map(|at| at.0),
        };
        Ok((row.id.0, entered))
    };
    rows.into_iter().map(one).collect()
}

/// Somebody as a provisioning system finds them.
#[derive(Clone, PartialEq, Eq)]
pub struct Outline {
    /// The person.
    pub person: Uuid,
    /// Whether they are somebody's dependant.
    pub dependant: bool,
    /// What their organisation's list calls them.
    pub external_id: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether they have left.
    pub left: bool,
    /// When they were entered.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When they were last changed; when they were entered, if never.
    pub changed_at: chrono::DateTime<chrono::Utc>,
}

/// People of an organisation by identifier, those who have left too; only some of them, where named.
pub fn outlines(conn: &mut AnyConn, organisation: Uuid, only: Option<&[Uuid]>) -> QueryResult<Vec<Outline>> {
    store::outlines(conn, organisation, only)
}

/// Whom an organisation's own identifiers mean.
pub fn by_external(conn: &mut AnyConn, organisation: Uuid, ids: &[&str]) -> QueryResult<HashMap<String, Match>> {
    store::by_external(conn, organisation, ids)
}

/// Whose e-mail addresses these are, in the form of [`super::email_key`], in every organisation.
pub fn by_emails(conn: &mut AnyConn, emails: &[&str]) -> QueryResult<HashMap<String, Match>> {
    store::by_emails(conn, emails)
}

/// Whose numbers these are, E.164, in every organisation: a number may be several people's.
pub fn by_numbers(conn: &mut AnyConn, keyring: &Keyring, numbers: &[&str]) -> QueryResult<HashMap<String, Vec<Match>>> {
    store::by_numbers(conn, keyring, numbers)
}

/// People of an organisation (of one office of it) who have not left and are not hidden, by
/// identifier, after this one: of whom a list that does not name them says that they left.
pub fn present(conn: &mut AnyConn, within: (Uuid, Option<Uuid>), after: Uuid, limit: i64) -> QueryResult<Vec<Match>> {
    store::present(conn, within, after, limit)
}

/// Whether these people may be entered or changed so: their offices, stations, zones, sponsors and
/// supervisors are there, and nobody else, in the register or among them, has their address or
/// identifier. `coming`: kinds of people who are not there yet and come in the same list; they may be
/// named as sponsors and supervisors. Fields of the first that may not are named.
pub fn may_put(conn: &mut AnyConn, puts: &[Put<'_>], coming: &HashMap<Uuid, PersonKind>) -> Result<(), Halt<Refusal>> {
    let offices = store::offices_of(conn, &puts.iter().map(|put| put.person.office()).collect())?;
    places_there(conn, puts, &offices)?;
    nobody_else_has(conn, puts, &offices)?;
    related(conn, puts, coming)
}

/// Enters or changes people. New ones are hidden until the import `staged` is applied; those who are
/// there are changed at once. A number that stays keeps its proof. Whoever had left stays so.
/// `source` is noted as keeping them; none leaves that as it was.
pub fn upsert_many(tx: &mut Tx<'_>, puts: &[Put<'_>], source: Option<Source>, staged: Option<Uuid>) -> QueryResult<()> {
    store::put(tx, puts, (source, staged)).map(drop)
}

/// Notes that people have left: they are kept, and lose every role, session, link and code; no phone of
/// theirs is served any more, but their Not Okay still rings. Returns how many had not left before.
pub fn leave_many(tx: &mut Tx<'_>, people: &[Uuid], view: &View, by: Doer<'_>) -> QueryResult<usize> {
    let left = store::set_left(tx, people, true)?;
    lose_access(tx, view, people, by)?;
    Ok(left.len())
}

/// Notes that people who had left are back, without any role that they had. Returns how many had left.
pub fn return_many(tx: &mut Tx<'_>, people: &[Uuid], view: &View, by: Doer<'_>) -> QueryResult<usize> {
    let back = store::set_left(tx, people, false)?;
    // What they got in the moment when they left, or kept because an earlier version took nothing.
    lose_access(tx, view, &back, by)?;
    Ok(back.len())
}

fn refuse<T>(field: &str, why: &str) -> Result<T, Halt<Refusal>> {
    Err(Halt::Refuse(Invalid::new(field, why).into()))
}

/// What is said of an office that is not there, or not for the caller.
pub(super) const NO_OFFICE: &str =
    "There is no such country office for you; take an identifier that GET /v1/places names.";

fn places_there(conn: &mut AnyConn, puts: &[Put<'_>], offices: &HashMap<Uuid, OfficeOf>) -> Result<(), Halt<Refusal>> {
    let of = |pick: fn(&wire::people::NewPerson) -> Option<Uuid>| {
        let all: HashSet<Uuid> = puts.iter().filter_map(|put| pick(put.person.fields())).collect();
        all.into_iter().collect::<Vec<_>>()
    };
    let stations: HashMap<Uuid, Uuid> = store::stations(conn, &of(|one| one.duty_station))?.into_iter().collect();
    let zones: HashMap<Uuid, String> = store::zones(conn, &of(|one| one.zone))?.into_iter().collect();
    // A zone that was closed since, or that the current place was in, is no reason to refuse all else.
    let had = store::zones_of(conn, &puts.iter().map(|put| put.id).collect::<Vec<_>>())?;
    for put in puts {
        let person = put.person.fields();
        let Some(office) = offices.get(&person.office).filter(|office| !office.ended) else {
            return refuse("/office", NO_OFFICE);
        };
        if person.duty_station.is_some_and(|station| stations.get(&station) != Some(&person.office)) {
            let why = "There is no such duty station of that office; take one that GET /v1/places names.";
            return refuse("/duty_station", why);
        }
        let Some(zone) = person.zone.filter(|zone| had.get(&put.id) != Some(&(person.office, *zone))) else { continue };
        let Some(country) = zones.get(&zone) else {
            return refuse("/zone", "There is no such zone; take one that GET /v1/places names.");
        };
        if *country != office.country && store::current_country(conn, put.id)?.as_ref() != Some(country) {
            return refuse("/zone", "Take a zone in the country of the office, or of the current place.");
        }
    }
    Ok(())
}

fn nobody_else_has(
    conn: &mut AnyConn,
    puts: &[Put<'_>],
    offices: &HashMap<Uuid, OfficeOf>,
) -> Result<(), Halt<Refusal>> {
    let exists = |field: &str, why: &str| Err(Halt::Refuse(Refusal::Exists(Invalid::new(field, why))));
    let emails: Vec<&str> = puts.iter().filter_map(|put| put.person.fields().email.as_deref()).collect();
    let taken = store::emails_taken(conn, &emails)?;
    let mut seen: HashSet<&str> = HashSet::new();
    let mut externals: HashMap<Uuid, HashMap<&str, Uuid>> = HashMap::new();
    for put in puts {
        let person = put.person.fields();
        if let Some(email) = person.email.as_deref()
            && (!seen.insert(email) || taken.get(email).is_some_and(|who| *who != put.id))
        {
            let why = "Somebody in the register has this e-mail address; find them, or give another address.";
            return exists("/email", why);
        }
        let organisation = offices.get(&person.office).map(|office| office.organisation).unwrap_or_default();
        if let Some(external) = person.external_id.as_deref()
            && externals.entry(organisation).or_default().insert(external, put.id).is_some()
        {
            return exists("/external_id", EXTERNAL);
        }
    }
    for (organisation, ids) in externals {
        let known = store::by_external(conn, organisation, &ids.keys().copied().collect::<Vec<_>>())?;
        if known.iter().any(|(external, one)| ids.get(external.as_str()) != Some(&one.person)) {
            return exists("/external_id", EXTERNAL);
        }
    }
    Ok(())
}

const EXTERNAL: &str = "Somebody of this organisation has this identifier; find them, or give another.";

fn related(conn: &mut AnyConn, puts: &[Put<'_>], coming: &HashMap<Uuid, PersonKind>) -> Result<(), Halt<Refusal>> {
    let changed: HashMap<Uuid, &wire::people::NewPerson> =
        puts.iter().map(|put| (put.id, put.person.fields())).collect();
    for put in puts {
        let person = put.person.fields();
        if let Some(sponsor) = person.sponsor {
            let dependant = match (changed.get(&sponsor), coming.get(&sponsor)) {
                (Some(one), _) => Some(one.kind == PersonKind::Dependant),
                (None, Some(kind)) => Some(*kind == PersonKind::Dependant),
                (None, None) => relation(conn, sponsor)?.map(|one| one.dependant),
            };
            match dependant {
                None => return refuse("/sponsor", NOBODY),
                Some(true) => return refuse("/sponsor", "A dependant sponsors nobody; name who brought them."),
                Some(false) => {}
            }
        }
        if let Some(supervisor) = person.supervisor
            && !changed.contains_key(&supervisor)
            && !coming.contains_key(&supervisor)
            && relation(conn, supervisor)?.is_none()
        {
            return refuse("/supervisor", NOBODY);
        }
        chain_ends(conn, put.id, "/sponsor", &changed, |one| one.sponsor, |one| one.sponsor)?;
        chain_ends(conn, put.id, "/supervisor", &changed, |one| one.supervisor, |one| one.supervisor)?;
    }
    Ok(())
}

const NOBODY: &str = "There is no such person for you; take an identifier that GET /v1/people names.";

/// Nobody is their own sponsor or supervisor, over however many others.
fn chain_ends(
    conn: &mut AnyConn,
    of: Uuid,
    field: &str,
    changed: &HashMap<Uuid, &wire::people::NewPerson>,
    next: fn(&wire::people::NewPerson) -> Option<Uuid>,
    next_known: fn(&Relation) -> Option<Uuid>,
) -> Result<(), Halt<Refusal>> {
    let mut at = changed.get(&of).and_then(|one| next(one));
    for _ in 0..CHAIN {
        let Some(one) = at else { return Ok(()) };
        if one == of {
            return refuse(field, "That would lead back to the same person; name somebody else.");
        }
        at = match changed.get(&one) {
            Some(one) => next(one),
            None => relation(conn, one)?.as_ref().and_then(next_known),
        };
    }
    refuse(field, "The chain is too long; name somebody else.")
}

/// Whether the sponsor and the supervisor that somebody enters are people whom they may enter.
pub fn related_within(
    conn: &mut AnyConn,
    reach: &Reach,
    (sponsor, supervisor): (Option<Uuid>, Option<Uuid>),
) -> Result<(), Halt<Refusal>> {
    for (field, who) in [("/sponsor", sponsor), ("/supervisor", supervisor)] {
        let Some(who) = who else { continue };
        if !relation(conn, who)?.is_some_and(|one| reach.contains(one.office)) {
            return refuse(field, NOBODY);
        }
    }
    Ok(())
}

fn relation(conn: &mut AnyConn, of: Uuid) -> QueryResult<Option<Relation>> {
    Ok(store::relations(conn, &HashSet::from([of]))?.remove(&of))
}
