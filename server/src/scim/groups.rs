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

/// A group and who is in it.
type Whole = (Group, Vec<Uuid>);

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

    /// Changes a group, if it still is as the system saw it.
    pub(super) async fn change_group(
        &self,
        by: &Caller,
        (id, revision): (Uuid, Option<i64>),
        change: Change,
        base: &str,
    ) -> Asked<ScimGroup> {
        let (by, base) = (by.clone(), base.to_owned());
        let changed = self.store.write(Lane::Normal, vec![by.organisation], move |tx| {
            let before = whole(tx, &by, id, revision)?;
            let after = change.over(as_written(&before), &schema::GROUPS).and_then(|after| becomes(&after));
            let Becomes { name, external_id, members } = after.map_err(Halt::Refuse)?;
            let was: BTreeSet<Uuid> = before.1.iter().copied().collect();
            let come: Vec<Uuid> = members.difference(&was).copied().collect();
            let gone: Vec<Uuid> = was.difference(&members).copied().collect();
            let named = name != before.0.name || external_id != before.0.external_id;
            if come.len() + gone.len() > MOVED {
                return Err(Halt::Refuse(Refusal::too_many("members: let at most 1,000 come and go by one request.")));
            }
            let group =
                Group { name, external_id, revision: before.0.revision + 1, changed_at: tx.now(), ..before.0.clone() };
            is_free(tx, &group)?;
            may_join(tx, &by, &come)?;
            if !named && come.is_empty() && gone.is_empty() {
                let there = there(tx.reading(), by.organisation, &before.1)?;
                return Ok(shown(&(before.0, there), &base));
            }
            rows::update(tx, &group)?;
            rows::part(tx, id, &gone)?;
            rows::join(tx, id, &come)?;
            let what = format!("a group was changed: {} came, {} went", come.len(), gone.len());
            note(tx, &by, &group, &what)?;
            let members: Vec<Uuid> = members.into_iter().collect();
            let members = there(tx.reading(), by.organisation, &members)?;
            Ok(shown(&(group, members), &base))
        });
        changed.await
    }

    /// Deletes a group; the people stay.
    pub(super) async fn delete_group(&self, by: &Caller, (id, revision): (Uuid, Option<i64>)) -> Asked<()> {
        let by = by.clone();
        let deleted = self.store.write(Lane::Normal, vec![by.organisation], move |tx| {
            let (group, _) = whole(tx, &by, id, revision)?;
            rows::delete(tx, id)?;
            note(tx, &by, &group, "a group was deleted")?;
            Ok(())
        });
        deleted.await
    }
}

fn whole(tx: &mut Tx<'_>, by: &Caller, id: Uuid, revision: Option<i64>) -> Result<Whole, Halt<Refusal>> {
    let group = rows::one(tx.reading(), by.organisation, id)?;
    let group = group.ok_or_else(|| Halt::Refuse(Refusal::not_found()))?;
    if revision.is_some_and(|revision| revision != group.revision) {
        return Err(Halt::Refuse(Refusal::changed()));
    }
    let members = rows::members(tx.reading(), id)?;
    Ok((group, members))
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
