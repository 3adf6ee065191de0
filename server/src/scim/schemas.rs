//! What a system asks first: what this interface can, which resources and attributes there are.

use serde_json::{Value, json};

use super::bulk;
use super::http::BODY;
use super::projection::MOST;
use super::schema::{
    Attribute, ENTERPRISE_SCHEMA, GROUP_SCHEMA, GROUPS, Kind, Resource, SECURITY_SCHEMA, Schema, USER_SCHEMA, USERS,
    Writes,
};

const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

/// `GET /scim/v2/ServiceProviderConfig`.
pub(super) fn config(base: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": { "supported": true, "maxOperations": bulk::MOST, "maxPayloadSize": BODY },
        "filter": { "supported": true, "maxResults": MOST },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken", "name": "Service token", "primary": true,
            "description": "Authorization: Bearer with a token that an administrator issued at POST /v1/tokens."
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig") }
    })
}

/// Every schema.
pub(super) fn schemas(base: &str) -> Vec<Value> {
    [USER_SCHEMA, ENTERPRISE_SCHEMA, SECURITY_SCHEMA, GROUP_SCHEMA].iter().map(|one| schema(one, base)).collect()
}

fn schema(of: &Schema, base: &str) -> Value {
    json!({ "schemas": [SCHEMA], "id": of.id, "name": of.name, "description": of.about,
            "attributes": of.attributes.iter().map(attribute).collect::<Vec<_>>(),
            "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{}", of.id) } })
}

fn attribute(of: &Attribute) -> Value {
    let kind = match of.kind {
        Kind::Text => "string",
        Kind::Truth => "boolean",
        Kind::Time => "dateTime",
        Kind::Reference => "reference",
        Kind::Complex(_) => "complex",
    };
    let mut shown = json!({
        "name": of.name, "type": kind, "multiValued": of.many, "description": of.about, "required": of.required,
        "caseExact": of.exact, "returned": if of.name == "id" { "always" } else { "default" },
        "mutability": if of.writes == Writes::Server { "readOnly" } else { "readWrite" },
        "uniqueness": if of.unique { "server" } else { "none" }
    });
    let more = [
        ("canonicalValues", (!of.words.is_empty()).then(|| json!(of.words))),
        ("referenceTypes", (of.kind == Kind::Reference).then(|| json!(["User", "Group"]))),
        ("subAttributes", (!of.parts().is_empty()).then(|| of.parts().iter().map(attribute).collect())),
    ];
    if let Some(shown) = shown.as_object_mut() {
        shown.extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    shown
}

/// Every type of resource.
pub(super) fn resource_types(base: &str) -> Vec<Value> {
    vec![resource_type("User", "/Users", &USERS, base), resource_type("Group", "/Groups", &GROUPS, base)]
}

fn resource_type(name: &str, endpoint: &str, of: &Resource, base: &str) -> Value {
    let extensions: Vec<Value> =
        of.extensions.iter().map(|one| json!({ "schema": one.id, "required": false })).collect();
    json!({ "schemas": [RESOURCE_TYPE], "id": name, "name": name, "endpoint": endpoint,
            "description": of.schema.about, "schema": of.schema.id, "schemaExtensions": extensions,
            "meta": { "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{name}") } })
}
