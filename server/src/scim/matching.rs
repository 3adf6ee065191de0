//! Which attributes lists are filtered by, and asking a list of them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Refusal;
use super::filter::Filter;
use super::path::{Name, Place};
use super::schema::{Kind, Resource};

/// Attributes of users that lists are filtered by.
pub(super) const USERS: &[&str] = &[
    "id",
    "externalId",
    "userName",
    "emails",
    "emails.value",
    "emails.type",
    "emails.primary",
    "active",
    "meta.lastModified",
    "meta.created",
];

/// Attributes of groups that lists are filtered by.
pub(super) const GROUPS: &[&str] =
    &["id", "externalId", "displayName", "members", "members.value", "meta.lastModified", "meta.created"];

/// Whether the attribute of this name tells capital letters apart.
pub(super) fn is_exact(name: &Name) -> bool {
    name.attribute.eq_ignore_ascii_case("externalId") && name.part.is_none()
}

/// A filter of a list, of attributes that it may ask for.
pub(super) fn read(text: &str, resource: &Resource, by: &[&str]) -> Result<Filter, Refusal> {
    let filter = Filter::read(text)?;
    for (name, op) in filter.asks() {
        let own = name.schema.as_ref().is_none_or(|schema| schema.eq_ignore_ascii_case(resource.schema.id));
        let plain = Name { schema: None, ..name.clone() }.to_string();
        if !own || !by.iter().any(|known| known.eq_ignore_ascii_case(&plain)) {
            return Err(Refusal::filter(format!("Filter by one of: {}.", by.join(", "))));
        }
        let truth =
            Place::of(&name, resource).is_some_and(|place| place.part.unwrap_or(place.attribute).kind == Kind::Truth);
        if truth && op.is_some_and(super::filter::Op::orders) {
            return Err(Refusal::filter("True and false have no order: ask with eq."));
        }
    }
    Ok(filter)
}

/// Identifiers that one of these values names.
pub(super) fn id_of(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text.trim()).ok()
}

/// The attributes of a user that are filtered by.
pub(super) fn user(
    id: Uuid,
    (external_id, user_name, email): (Option<&str>, &str, Option<&str>),
    active: bool,
    (created, changed): (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>),
) -> Value {
    let emails: Vec<Value> =
        email.iter().map(|email| json!({ "value": email, "type": "work", "primary": true })).collect();
    json!({ "id": id.to_string(), "externalId": external_id, "userName": user_name, "emails": emails, "active": active,
            "meta": { "created": created.to_rfc3339(), "lastModified": changed.to_rfc3339() } })
}
