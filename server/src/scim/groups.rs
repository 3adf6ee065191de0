//! Groups: read, made, changed, deleted; who is in them.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};
use uuid::Uuid;
use wire::audit::Deed;
use wire::scim::{GROUP, ScimGroup, ScimMeta, ScimReference};

use super::filter::Filter;
use super::person::version;
use super::projection::{Page, Wanted};
use super::service::Scim;
use super::store::groups::{self as rows, Group};
use super::users::{Asked, Change, there};
use super::{Caller, Refusal, canonical, matching, schema};
use crate::audit::Act;
use crate::audit::service::record_of_token;
use crate::kernel::{field, ids};
use crate::store::{AnyConn, Halt, Lane, QueryResult, Tx, WriteError};

/// Most people who come or go by one request.
const MOVED: usize = canonical::MOST;

/// How often a change is decided anew because another came between reading the group and writing it.
const AGAIN: usize = 3;

/// A group and who is in it.
type Whole = (Group, Vec<Uuid>);

/// A change of a group, decided by the group as it was read: the write adds and takes away what differs
/// and looks at nobody else, so that no alarm waits for a group of many.
#[derive(Clone)]
struct Planned {
    before: Group,
    name: String,
    external_id: Option<String>,
    come: Vec<Uuid>,
    gone: Vec<Uuid>,
    members: Vec<Uuid>,
}

impl Planned {
    /// What a change makes of a group.
    fn new((before, members): Whole, change: &Change) -> Result<Self, Refusal> {
        let whole = (before, members);
        let becomes = change.over(as_written(&whole), &schema::GROUPS).and_then(|after| becomes(&after))?;
        let (before, was) = whole;
        let was: BTreeSet<Uuid> = was.into_iter().collect();
        let come: Vec<Uuid> = becomes.members.difference(&was).copied().collect();
        let gone: Vec<Uuid> = was.difference(&becomes.members).copied().collect();
        if come.len() + gone.len() > MOVED {
            return Err(Refusal::too_many("members: let at most 1,000 come and go by one request."));
        }
        let Becomes { name, external_id, members } = becomes;
        Ok(Self { before, name, external_id, come, gone, members: members.into_iter().collect() })
    }

    fn changes_nothing(&self) -> bool {
        let named = self.name == self.before.name && self.external_id == self.before.external_id;
        named && self.come.is_empty() && self.gone.is_empty()
    }

    /// Writes it if the group still is as it was read.
    fn write(&self, tx: &mut Tx<'_>, by: &Caller) -> Result<Group, Halt<Refusal>> {
        let Self { before, name, external_id, come, gone, .. } = self;
        to_change(tx, by, before.id, Some(before.revision))?;
        let group = Group {
            name: name.clone(),
            external_id: external_id.clone(),
            revision: before.revision + 1,
            changed_at: tx.now(),
            ..before.clone()
        };
        is_free(tx, &group)?;
        may_join(tx, by, come)?;
        rows::update(tx, &group)?;
        rows::part(tx, group.id, gone)?;
        rows::join(tx, group.id, come)?;
        let what = format!("a group was changed: {} came, {} went", come.len(), gone.len());
        note(tx, by, &group, &what)?;
        Ok(group)
    }
}

/// What a group is to be.
struct Becomes {
    name: String,
    external_id: Option<String>,
    members: BTreeSet<Uuid>,
}

fn shown((group, members): &Whole, base: &str) -> ScimGroup {
    let member = |id: &Uuid| ScimReference {
        value: id.to_string(),
        reference: Some(format!("{base}/Users/{id}")),
        display: None,
        kind: Some("User".to_owned()),
    };
    ScimGroup {
        schemas: vec![GROUP.to_owned()],
        id: Some(group.id.to_string()),
        external_id: group.external_id.clone(),
        display_name: group.name.clone(),
        members: members.iter().map(member).collect(),
        meta: Some(ScimMeta {
            resource_type: "Group".to_owned(),
            created: group.created_at,
            last_modified: group.changed_at,
            location: format!("{base}/Groups/{}", group.id),
            version: version(group.revision),
        }),
    }
}

fn as_written((group, members): &Whole) -> Map<String, Value> {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id.to_string() })).collect();
    let mut written = Map::new();
    written.insert("displayName".to_owned(), json!(group.name));
    if let Some(external) = &group.external_id {
        written.insert("externalId".to_owned(), json!(external));
    }
    written.insert("members".to_owned(), Value::Array(members));
    written
}

fn becomes(written: &Map<String, Value>) -> Result<Becomes, Refusal> {
    let text = |name: &str, most: usize| match written.get(name).and_then(Value::as_str) {
        None => Ok(None),
        Some(text) => field::line(name, text, 1, most)
            .map(Some)
            .map_err(|invalid| Refusal::value(format!("{name}: {}", invalid.why))),
    };
    let name = text("displayName", 200)?.ok_or_else(|| Refusal::value("displayName: give one."))?;
    let members = written.get("members").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let member = |one: &Value| one.get("value").and_then(Value::as_str).and_then(matching::id_of).ok_or_else(nobody);
    let members = members.iter().map(member).collect::<Result<BTreeSet<_>, _>>()?;
    Ok(Becomes { name, external_id: text("externalId", 200)?, members })
}

fn nobody() -> Refusal {
    Refusal::value("members: there is nobody of this id in the organisation.")
}

fn refused(refusal: Refusal) -> WriteError<Refusal> {
    WriteError::Refused(refusal)
}

/// Who of these a filter asks for by membership.
fn asked_for(filter: &Filter) -> Option<Uuid> {
    let value = filter.must_equal("members.value").or_else(|| filter.must_equal("members"))?;
    matching::id_of(value)
}

/// Identifiers of the groups that a filter holds of.
fn found(conn: &mut AnyConn, organisation: Uuid, filter: Option<&Filter>) -> QueryResult<Vec<Group>> {
    let all = rows::all(conn, organisation)?;
    let Some(filter) = filter else { return Ok(all) };
    let by_member = filter.asks().iter().any(|(name, _)| name.attribute.eq_ignore_ascii_case("members"));
    let mut of = HashMap::new();
    if let Some(person) = asked_for(filter) {
        let groups = rows::of_people(conn, &[person])?.remove(&person).unwrap_or_default();
        of.extend(groups.into_iter().map(|(group, _)| (group, vec![person])));
    } else if by_member {
        for group in &all {
            of.insert(group.id, rows::members(conn, group.id)?);
        }
    }
    let fits = |group: &Group| {
        let members = of.get(&group.id).map(Vec::as_slice).unwrap_or_default();
        let members: Vec<Value> = members.iter().map(|id| json!({ "value": id.to_string() })).collect();
        let one = json!({ "id": group.id.to_string(), "displayName": group.name, "externalId": group.external_id,
                          "members": members, "meta": { "created": group.created_at.to_rfc3339(),
                          "lastModified": group.changed_at.to_rfc3339() } });
        filter.holds(&one, matching::is_exact)
    };
    Ok(all.into_iter().filter(fits).collect())
}

impl Scim {
    /// One group.
    pub(super) async fn group(&self, by: &Caller, id: Uuid, base: &str) -> Asked<ScimGroup> {
        let organisation = by.organisation;
        let found = self.store.read(move |reading| {
            let Some(group) = rows::one(reading.conn, organisation, id)? else { return Ok(None) };
            let members = rows::members(reading.conn, id)?;
            Ok(Some((group, there(reading.conn, organisation, &members)?)))
        });
        let found = found.await?.ok_or_else(|| refused(Refusal::not_found()))?;
        Ok(shown(&found, base))
    }

    /// A page of groups, by identifier.
    pub(super) async fn groups(&self, by: &Caller, wanted: Wanted, base: &str) -> Asked<Page<ScimGroup>> {
        let filter = wanted.filter.as_deref().map(|text| matching::read(text, &schema::GROUPS, matching::GROUPS));
        let filter = filter.transpose().map_err(refused)?;
        let organisation = by.organisation;
        let with_members = wanted.attributes.want("members");
        let (start, count) = (wanted.start, wanted.count);
        let read = self.store.read(move |reading| {
            reading.conn.snapshot(|conn| {
                let all = found(conn, organisation, filter.as_ref())?;
                let total = all.len();
                let mut page = Vec::new();
                for group in all.into_iter().skip(start - 1).take(count) {
                    let members = if with_members { rows::members(conn, group.id)? } else { Vec::new() };
                    let members = there(conn, organisation, &members)?;
                    page.push((group, members));
                }
                Ok((total, page))
            })
        });
        let (total, page) = read.await?;
        Ok(Page { total, start, resources: page.iter().map(|one| shown(one, base)).collect() })
    }

    /// Makes a group.
    pub(super) async fn create_group(&self, by: &Caller, sent: &Value, base: &str) -> Asked<ScimGroup> {
        let mut written = canonical::resource(sent, &schema::GROUPS).map_err(refused)?;
        written.retain(|_, value| !value.is_null());
        let (by, base) = (by.clone(), base.to_owned());
        let made = self.store.write(Lane::Normal, vec![by.organisation], move |tx| {
            let new = becomes(&written).map_err(Halt::Refuse)?;
            let now = tx.now();
            let group = Group {
                id: ids::new(now),
                organisation: by.organisation,
                name: new.name,
                external_id: new.external_id,
                revision: 1,
                created_at: now,
                changed_at: now,
            };
            is_free(tx, &group)?;
            let members: Vec<Uuid> = new.members.into_iter().collect();
            may_join(tx, &by, &members)?;
            rows::insert(tx, &group)?;
            rows::join(tx, group.id, &members)?;
            note(tx, &by, &group, "a group was made")?;
            Ok(shown(&(group, members), &base))
        });
        made.await
    }

    /// Changes a group, if it still is as the system saw it. What changes is decided outside of the write;
    /// where another change came between, and the system did not say what it saw, it is decided anew.
    pub(super) async fn change_group(
        &self,
        by: &Caller,
        (id, revision): (Uuid, Option<i64>),
        change: Change,
        base: &str,
    ) -> Asked<ScimGroup> {
        // Changes at this node wait for one another here, and lose no race but against other nodes.
        let _turn = self.groups.lock().await;
        let again = if revision.is_some() { 0 } else { AGAIN };
        let mut tries = 0;
        let changed = loop {
            let planned = self.planned(by, (id, revision), &change).await?;
            if planned.changes_nothing() {
                break (planned.before, planned.members);
            }
            let (caller, write) = (by.clone(), planned.clone());
            let written =
                self.store.write(Lane::Normal, vec![by.organisation], move |tx| write.write(tx, &caller)).await;
            match written {
                Err(WriteError::Refused(refusal)) if refusal == Refusal::changed() && tries < again => tries += 1,
                written => break (written?, planned.members),
            }
        };
        let ((group, members), organisation) = (changed, by.organisation);
        let members = self.store.read(move |reading| there(reading.conn, organisation, &members)).await?;
        Ok(shown(&(group, members), base))
    }

    /// What a change makes of a group as it is now.
    async fn planned(&self, by: &Caller, (id, revision): (Uuid, Option<i64>), change: &Change) -> Asked<Planned> {
        let (organisation, change) = (by.organisation, change.clone());
        let planned = self.store.read(move |reading| {
            let whole = reading.conn.snapshot(|conn| {
                let Some(group) = rows::one(conn, organisation, id)? else { return Ok(None) };
                let members = rows::members(conn, id)?;
                Ok(Some((group, members)))
            })?;
            Ok(match whole {
                None => Err(Refusal::not_found()),
                Some((group, _)) if is_other(&group, revision) => Err(Refusal::changed()),
                Some(whole) => Planned::new(whole, &change),
            })
        });
        planned.await?.map_err(refused)
    }

    /// Deletes a group; the people stay.
    pub(super) async fn delete_group(&self, by: &Caller, (id, revision): (Uuid, Option<i64>)) -> Asked<()> {
        let by = by.clone();
        let deleted = self.store.write(Lane::Normal, vec![by.organisation], move |tx| {
            let group = to_change(tx, &by, id, revision)?;
            rows::delete(tx, id)?;
            note(tx, &by, &group, "a group was deleted")?;
            Ok(())
        });
        deleted.await
    }
}

fn is_other(group: &Group, revision: Option<i64>) -> bool {
    revision.is_some_and(|revision| revision != group.revision)
}

/// A group of this revision, which no other node changes before the transaction ends.
fn to_change(tx: &mut Tx<'_>, by: &Caller, id: Uuid, revision: Option<i64>) -> Result<Group, Halt<Refusal>> {
    rows::lock(tx, id)?;
    let group = rows::one(tx.reading(), by.organisation, id)?;
    let group = group.ok_or_else(|| Halt::Refuse(Refusal::not_found()))?;
    if is_other(&group, revision) { Err(Halt::Refuse(Refusal::changed())) } else { Ok(group) }
}

fn is_free(tx: &mut Tx<'_>, group: &Group) -> Result<(), Halt<Refusal>> {
    match rows::is_taken(tx.reading(), group)? {
        None => Ok(()),
        Some(attribute) => {
            let why = format!("{attribute}: a group of this organisation has it.");
            Err(Halt::Refuse(Refusal::taken(why)))
        }
    }
}

/// Only people who exist for the system come into its groups.
fn may_join(tx: &mut Tx<'_>, by: &Caller, people: &[Uuid]) -> Result<(), Halt<Refusal>> {
    for some in people.chunks(500) {
        if there(tx.reading(), by.organisation, some)?.len() != some.len() {
            return Err(Halt::Refuse(nobody()));
        }
    }
    Ok(())
}

fn note(tx: &mut Tx<'_>, by: &Caller, group: &Group, what: &str) -> QueryResult<()> {
    let act = Act::new(Deed::PersonChanged, what).on(group.id);
    record_of_token(tx, (by.token, &by.name), &[by.organisation], act).map(drop)
}
