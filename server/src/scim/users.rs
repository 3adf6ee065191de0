//! Users: read, entered, changed, noted as having left.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;
use wire::people::NewPhone;
use wire::scim::{ScimPatch, ScimUser};

use super::filter::Filter;
use super::person::{Known, becomes, read};
use super::projection::{Page, Wanted};
use super::saving::{Who, leave, may_leave, save};
use super::service::Scim;
use super::store::groups;
use super::store::people::{self as kept, Said, name_key};
use super::{Caller, Refusal, canonical, matching, patch, reissued, schema};
use crate::access::roles_held;
use crate::imports::Offices;
use crate::kernel::ids;
use crate::people::Outline;
use crate::people::service as people;
use crate::places::View;
use crate::store::vault::Vault;
use crate::store::{AnyConn, Halt, Lane, QueryResult, SqlError, StoreError, Tx, WriteError};

/// How a resource is to change.
#[derive(Clone)]
pub(super) enum Change {
    /// `PUT`: what is sent counts, what is not sent stays.
    Replace(Value),
    /// `PATCH`.
    Patch(ScimPatch),
}

impl Change {
    /// The resource after it.
    pub(super) fn over(
        &self,
        mut known: Map<String, Value>,
        of: &schema::Resource,
    ) -> Result<Map<String, Value>, Refusal> {
        match self {
            Self::Replace(sent) => canonical::over(&mut known, canonical::resource(sent, of)?),
            Self::Patch(changes) => patch::apply(&mut known, changes, of)?,
        }
        Ok(known)
    }
}

/// What may be refused before anything is done.
pub(super) type Asked<T> = Result<T, WriteError<Refusal>>;

fn refused(refusal: Refusal) -> WriteError<Refusal> {
    WriteError::Refused(refusal)
}

/// What a user name is where no system has said one.
fn own_name(email: Option<&str>, external_id: Option<&str>, id: Uuid) -> String {
    email.or(external_id).map_or_else(|| id.to_string(), str::to_owned)
}

/// Whether somebody exists for systems. Dependants whom no system brought are the register's alone.
fn exists(outline: &Outline, name: Option<&(String, bool)>) -> bool {
    match name {
        Some((_, deleted)) => !deleted,
        None => !outline.dependant,
    }
}

/// Those of these people who exist for systems, in this order.
pub(super) fn there(conn: &mut AnyConn, organisation: Uuid, of: &[Uuid]) -> QueryResult<Vec<Uuid>> {
    let mut found = Vec::with_capacity(of.len());
    for some in of.chunks(500) {
        let names = kept::names(conn, organisation, Some(some))?;
        let outlines = people::outlines(conn, organisation, Some(some))?.into_iter();
        let outlines = outlines.filter(|one| exists(one, names.get(&one.person)));
        found.extend(outlines.map(|one| one.person));
    }
    Ok(found)
}

/// People of these identifiers who exist for systems, or whom one deleted where `deleted` says so.
fn known(
    conn: &mut AnyConn,
    vault: &Vault,
    (organisation, of, deleted): (Uuid, &[Uuid], bool),
    now: DateTime<Utc>,
) -> QueryResult<HashMap<Uuid, Known>> {
    let names = kept::names(conn, organisation, Some(of))?;
    let there = people::outlines(conn, organisation, Some(of))?.into_iter();
    let there: Vec<Uuid> =
        there.filter(|one| deleted || exists(one, names.get(&one.person))).map(|one| one.person).collect();
    let mut said = kept::kept(conn, vault, &there)?;
    let mut in_groups = groups::of_people(conn, &there)?;
    let roles = roles_held(conn, &there, now)?;
    let mut found = HashMap::new();
    for (id, entered) in people::entered(conn, vault, &there)? {
        let person = entered.person.fields().clone();
        let said = said.remove(&id).map(|kept| kept.said).unwrap_or_else(|| Said {
            user_name: own_name(person.email.as_deref(), person.external_id.as_deref(), id),
            ..Said::default()
        });
        let proven = people::numbers(conn, vault, id)?.into_iter().filter(|one| one.verified_at.is_some());
        let proven = proven.map(|one| NewPhone { number: one.number, kind: one.kind }).collect();
        let one = Known {
            id,
            person,
            proven,
            said,
            left: entered.left,
            holds_roles: roles.contains_key(&id),
            source: entered.source,
            revision: entered.revision,
            created_at: entered.created_at,
            changed_at: entered.changed_at.unwrap_or(entered.created_at),
            groups: in_groups.remove(&id).unwrap_or_default(),
        };
        found.insert(id, one);
    }
    Ok(found)
}

/// Identifiers of the people whom a filter may hold of, where it says so by what is looked up at once.
fn narrowed(conn: &mut AnyConn, organisation: Uuid, filter: &Filter) -> QueryResult<Option<Vec<Uuid>>> {
    if let Some(id) = filter.must_equal("id") {
        return Ok(Some(matching::id_of(id).into_iter().collect()));
    }
    if let Some(external) = filter.must_equal("externalId") {
        let found = people::by_external(conn, organisation, &[external])?;
        return Ok(Some(found.into_values().map(|one| one.person).collect()));
    }
    let by_email = |conn: &mut AnyConn, email: &str| {
        let found = people::by_emails(conn, &[&name_key(email)])?.into_values();
        QueryResult::Ok(found.map(|one| one.person).collect::<Vec<_>>())
    };
    if let Some(email) = filter.must_equal("emails.value").or_else(|| filter.must_equal("emails")) {
        return by_email(conn, email).map(Some);
    }
    let Some(name) = filter.must_equal("userName") else { return Ok(None) };
    let mut found = by_email(conn, name)?;
    found.extend(kept::named(conn, organisation, name)?.into_iter().map(|(person, _)| person));
    // Of people whom no system has named, and who have no address.
    found.extend(people::by_external(conn, organisation, &[name])?.into_values().map(|one| one.person));
    found.extend(matching::id_of(name));
    Ok(Some(found))
}

/// Identifiers of the people whom a filter holds of.
fn found(conn: &mut AnyConn, organisation: Uuid, filter: Option<&Filter>) -> QueryResult<Vec<Uuid>> {
    let only = filter.map(|filter| narrowed(conn, organisation, filter)).transpose()?.flatten();
    let names = kept::names(conn, organisation, only.as_deref())?;
    let there = people::outlines(conn, organisation, only.as_deref())?.into_iter();
    let there = there.filter(|one| exists(one, names.get(&one.person)));
    let fits = |one: &Outline| {
        filter.is_none_or(|filter| {
            let email = one.email.as_deref();
            let name = match names.get(&one.person) {
                Some((name, _)) => name.clone(),
                None => own_name(email, one.external_id.as_deref(), one.person),
            };
            let external = one.external_id.as_deref();
            let times = (one.created_at, one.changed_at);
            filter.holds(&matching::user(one.person, (external, &name, email), !one.left, times), matching::is_exact)
        })
    };
    Ok(there.filter(fits).map(|one| one.person).collect())
}

impl Scim {
    /// One person.
    pub(super) async fn user(&self, by: &Caller, id: Uuid, base: &str) -> Asked<ScimUser> {
        let (organisation, view, now) = (by.organisation, self.directory.view(), self.store.clock().now());
        let found = self.store.read(move |reading| {
            let mut found = known(reading.conn, reading.vault, (organisation, &[id], false), now)?;
            Ok(found.remove(&id))
        });
        let found = found.await?.ok_or_else(|| refused(Refusal::not_found()))?;
        Ok(found.user(&view, base))
    }

    /// A page of people, by identifier.
    pub(super) async fn users(&self, by: &Caller, wanted: Wanted, base: &str) -> Asked<Page<ScimUser>> {
        let filter = wanted.filter.as_deref().map(|text| matching::read(text, &schema::USERS, matching::USERS));
        let filter = filter.transpose().map_err(refused)?;
        let (organisation, view, now) = (by.organisation, self.directory.view(), self.store.clock().now());
        let (start, count) = (wanted.start, wanted.count);
        let read = self.store.read(move |reading| {
            reading.conn.snapshot(|conn| {
                let all = found(conn, organisation, filter.as_ref())?;
                let page: Vec<Uuid> = all.iter().skip(start - 1).take(count).copied().collect();
                let mut people = known(conn, reading.vault, (organisation, &page, false), now)?;
                let people: Vec<Known> = page.iter().filter_map(|id| people.remove(id)).collect();
                Ok((all.len(), people))
            })
        });
        let (total, people) = read.await?;
        Ok(Page { total, start, resources: people.iter().map(|one| one.user(&view, base)).collect() })
    }

    /// Enters somebody. Whom the system deleted before is the same person again, and keeps what the system
    /// does not say.
    pub(super) async fn create_user(&self, by: &Caller, sent: &Value, base: &str) -> Asked<ScimUser> {
        let written = canonical::resource(sent, &schema::USERS).map_err(refused)?;
        let sent = read(written.clone()).map_err(refused)?;
        let (by, view, base) = (by.clone(), self.directory.view(), base.to_owned());
        let (organisation, asked) = (by.organisation, sent.clone());
        let before = self.store.read(move |reading| {
            let conn = &mut *reading.conn;
            Ok((reissued::again(conn, organisation, &asked)?, reissued::earlier(conn, organisation, &asked)?))
        });
        let (before, earlier) = before.await?;
        let mut scopes = match before {
            Some(gone) => self.scopes_of(&by, gone).await?,
            None => {
                let offices = Offices::new(&view, organisation, None);
                vec![becomes(&sent, None, (&offices, &view, organisation)).map_err(refused)?.person.office]
            }
        };
        if let Some(earlier) = earlier {
            scopes.extend(self.scopes_of(&by, earlier).await?);
        }
        let created = self.store.write(Lane::Normal, scopes, move |tx| {
            let offices = Offices::new(&view, by.organisation, None);
            let earlier = reissued::earlier_to_change(tx, by.organisation, &sent)?;
            let gone = reissued::again(tx.reading(), by.organisation, &sent)?;
            let again = match gone {
                Some(gone) => known_to_change(tx, (by.organisation, gone, true))?,
                None => None,
            };
            let shown = again.as_ref().map(|known| known.user(&view, ""));
            let before = again.as_ref().zip(shown.as_ref());
            let user = match &shown {
                Some(shown) => entered_again(shown, &written).map_err(Halt::Refuse)?,
                None => sent.clone(),
            };
            let new = becomes(&user, before, (&offices, &view, by.organisation)).map_err(Halt::Refuse)?;
            let id = again.as_ref().map_or_else(|| ids::new(tx.now()), |known| known.id);
            let who = Who { id, before: again.as_ref(), earlier };
            save(tx, &by, who, &new, &view)?;
            shown_now(tx, &by, id, (&view, &base))
        });
        created.await
    }

    /// Changes somebody, if they still are as the system saw them.
    pub(super) async fn change_user(
        &self,
        by: &Caller,
        (id, revision): (Uuid, Option<i64>),
        change: Change,
        base: &str,
    ) -> Asked<ScimUser> {
        let scopes = self.scopes_of(by, id).await?;
        let (caller, view, base) = (by.clone(), self.directory.view(), base.to_owned());
        let changed = self.store.write(Lane::Normal, scopes, move |tx| {
            let before = known_to_change(tx, (caller.organisation, id, false))?;
            let before = before.ok_or_else(|| Halt::Refuse(Refusal::not_found()))?;
            if revision.is_some_and(|revision| revision != before.revision) {
                return Err(Halt::Refuse(Refusal::changed()));
            }
            let shown = before.user(&view, "");
            let user = change.over(as_written(&shown), &schema::USERS).and_then(read).map_err(Halt::Refuse)?;
            let offices = Offices::new(&view, caller.organisation, None);
            let after = becomes(&user, Some((&before, &shown)), (&offices, &view, caller.organisation));
            let who = Who { id, before: Some(&before), earlier: None };
            save(tx, &caller, who, &after.map_err(Halt::Refuse)?, &view)?;
            shown_now(tx, &caller, id, (&view, &base))
        });
        self.noting_stops(by, changed.await).await
    }

    /// Notes that somebody has left; for systems they do not exist any more. They are kept, and so are
    /// their cases.
    pub(super) async fn delete_user(&self, by: &Caller, (id, revision): (Uuid, Option<i64>)) -> Asked<()> {
        let scopes = self.scopes_of(by, id).await?;
        let (caller, view) = (by.clone(), self.directory.view());
        let deleted = self.store.write(Lane::Normal, scopes, move |tx| {
            let before = known_to_change(tx, (caller.organisation, id, false))?;
            let before = before.ok_or_else(|| Halt::Refuse(Refusal::not_found()))?;
            if revision.is_some_and(|revision| revision != before.revision) {
                return Err(Halt::Refuse(Refusal::changed()));
            }
            if !before.left {
                may_leave(tx, &caller, id)?;
            }
            kept::put(tx, (id, caller.organisation), &before.said)?;
            kept::delete(tx, id)?;
            leave(tx, &caller, &before, &view)?;
            Ok(())
        });
        self.noting_stops(by, deleted.await).await
    }

    /// The office of somebody, and the organisation: its departures are counted one after the other.
    async fn scopes_of(&self, by: &Caller, person: Uuid) -> Result<Vec<Uuid>, StoreError> {
        let found = self.store.read(move |reading| people::identity(reading.conn, person)).await?;
        Ok(found.map(|found| found.office).into_iter().chain([by.organisation]).collect())
    }
}

/// A user as a system writes it: without what only Muster sets.
fn as_written(user: &ScimUser) -> Map<String, Value> {
    let whole = serde_json::to_value(user).unwrap_or_default();
    canonical::resource(&whole, &schema::USERS).unwrap_or_default()
}

fn shown_now(tx: &mut Tx<'_>, by: &Caller, id: Uuid, (view, base): (&View, &str)) -> Result<ScimUser, Halt<Refusal>> {
    let (vault, now) = (tx.vault(), tx.now());
    let found = known(tx.reading(), vault, (by.organisation, &[id], false), now)?.remove(&id);
    Ok(found.ok_or(SqlError::NotFound)?.user(view, base))
}

/// Somebody whom nobody else changes before the transaction ends.
fn known_to_change(tx: &mut Tx<'_>, (of, id, deleted): (Uuid, Uuid, bool)) -> QueryResult<Option<Known>> {
    people::lock_many(tx, &[id])?;
    let (vault, now) = (tx.vault(), tx.now());
    Ok(known(tx.reading(), vault, (of, &[id], deleted), now)?.remove(&id))
}

/// Somebody as they were, with what the system says now over it. They are back unless it says otherwise.
fn entered_again(shown: &ScimUser, written: &Map<String, Value>) -> Result<ScimUser, Refusal> {
    let mut user = as_written(shown);
    user.insert("active".to_owned(), Value::Bool(true));
    canonical::over(&mut user, written.clone());
    read(user)
}
