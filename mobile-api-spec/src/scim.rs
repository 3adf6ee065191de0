//! SCIM 2.0 (RFC 7643, RFC 7644): people and groups as a provisioning system reads and writes them.
//!
//! These types name what is kept. A request may hold other attributes of the standard, in any case of
//! letters; the server leaves out those that it does not keep.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Schema of a user.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// Schema of a group.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The standard's extension for employers.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// What security needs to know of a person.
pub const SECURITY: &str = "urn:muster:scim:2.0:SecurityProfile";
/// A page of a list.
pub const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// A change.
pub const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Several requests.
pub const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// Their answers.
pub const BULKED: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
/// An error.
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// What a resource is and when it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScimMeta {
    /// `User` or `Group`.
    pub resource_type: String,
    /// When it was entered.
    pub created: DateTime<Utc>,
    /// When it was last changed.
    pub last_modified: DateTime<Utc>,
    /// Its address.
    pub location: String,
    /// Its revision, as the `ETag`.
    pub version: String,
}

/// Parts of a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScimName {
    /// The whole name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
}

/// An e-mail address or a telephone number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScimContact {
    /// The address, or the number as E.164.
    pub value: String,
    /// E-mail: `work`. Number: `mobile`, `work`, `home`, `satellite`, `radio`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether it is the first to try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
}

/// Somebody, or a group, by identifier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScimReference {
    /// Identifier.
    pub value: String,
    /// Address.
    #[serde(default, rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// `User`, of a group's member.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// The enterprise extension.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScimEnterprise {
    /// Number in the employer's books.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employee_number: Option<String>,
    /// Organisation, as the system names it; it moves nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Division.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Supervisor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<ScimReference>,
}

/// A training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScimTraining {
    /// `BSAFE`, `SSAFE`, `IFAK` or `WSAT`.
    pub value: String,
    /// Until when it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_until: Option<NaiveDate>,
}

/// `urn:muster:scim:2.0:SecurityProfile`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScimSecurity {
    /// As [`crate::people::PersonKind`]; `staff` together with `recruitment`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_kind: Option<String>,
    /// `international` or `national`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recruitment: Option<String>,
    /// Duty station of the office, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty_station_code: Option<String>,
    /// Country office, by name, country code, country or identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// Warden zone in the office's country, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warden_zone: Option<String>,
    /// Call sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_sign: Option<String>,
    /// Who calls when nobody else does; goes before the enterprise extension's `manager`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervisor: Option<ScimReference>,
    /// Whose dependant or visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dependant_of: Option<ScimReference>,
    /// When the contract or stay ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_end: Option<DateTime<Utc>>,
    /// Trainings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trainings: Vec<ScimTraining>,
    /// Whether they hold roles at Muster, in force or to come: all of them end when they are noted as having left.
    /// Only Muster says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds_roles: Option<bool>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScimUser {
    /// Which schemas it has attributes of.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// Identifier, Muster's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Identifier, the system's; once in an organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Name to sign in with at the system; once in an organisation, whatever the case of letters.
    pub user_name: String,
    /// Parts of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ScimName>,
    /// Name as screens show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Job title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// E-mail addresses: the primary one is kept, else the one for work, else the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<ScimContact>,
    /// Numbers. One that its owner has proven stays whatever a system says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phone_numbers: Vec<ScimContact>,
    /// Language tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_language: Option<String>,
    /// IANA time zone, where it is not the duty station's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// False when they have left.
    #[serde(default = "yes")]
    pub active: bool,
    /// Groups that they are in; changed at the groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<ScimReference>,
    /// The enterprise extension.
    #[serde(
        default,
        rename = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        skip_serializing_if = "Option::is_none"
    )]
    pub enterprise: Option<ScimEnterprise>,
    /// What security needs to know.
    #[serde(default, rename = "urn:muster:scim:2.0:SecurityProfile", skip_serializing_if = "Option::is_none")]
    pub security: Option<ScimSecurity>,
    /// What and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<ScimMeta>,
}

fn yes() -> bool {
    true
}

/// A group of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScimGroup {
    /// Which schemas it has attributes of.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// Identifier, Muster's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Identifier, the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Name; once in an organisation.
    pub display_name: String,
    /// Who is in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<ScimReference>,
    /// What and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<ScimMeta>,
}

/// A page of users or groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScimList {
    /// [`LIST`].
    pub schemas: Vec<String>,
    /// How many there are on all pages.
    #[serde(rename = "totalResults")]
    pub total_results: usize,
    /// Number of the first on this page, from 1.
    #[serde(rename = "startIndex")]
    pub start_index: usize,
    /// How many are on this page.
    #[serde(rename = "itemsPerPage")]
    pub items_per_page: usize,
    /// They.
    #[serde(rename = "Resources")]
    #[schema(value_type = Vec<Object>)]
    pub resources: Vec<Value>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScimOperation {
    /// `add`, `replace` or `remove`.
    pub op: String,
    /// An attribute, such as `phoneNumbers[type eq "mobile"].value`; none for the whole resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub value: Option<Value>,
}

/// `PATCH`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScimPatch {
    /// [`PATCH`].
    #[serde(default)]
    pub schemas: Vec<String>,
    /// At most 100, done in their order, all or none.
    #[serde(rename = "Operations")]
    pub operations: Vec<ScimOperation>,
}

/// One request of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScimBulkOperation {
    /// `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
    /// `/Users`, `/Groups`, or one of them with an identifier or `bulkId:NAME`.
    pub path: String,
    /// Names what a `POST` makes, for `bulkId:NAME` in other operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulk_id: Option<String>,
    /// As `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub data: Option<Value>,
}

/// `POST /scim/v2/Bulk`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScimBulk {
    /// [`BULK`].
    #[serde(default)]
    pub schemas: Vec<String>,
    /// After so many errors the rest is not done.
    #[serde(default, rename = "failOnErrors", skip_serializing_if = "Option::is_none")]
    pub fail_on_errors: Option<usize>,
    /// At most 100; each is done or refused for itself.
    #[serde(rename = "Operations")]
    pub operations: Vec<ScimBulkOperation>,
}

/// What became of one request of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScimBulked {
    /// As asked.
    pub method: String,
    /// As asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulk_id: Option<String>,
    /// Address of the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Its revision after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// HTTP status, as text.
    pub status: String,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<ScimError>,
}

/// Answer of `POST /scim/v2/Bulk`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScimBulkAnswer {
    /// [`BULKED`].
    pub schemas: Vec<String>,
    /// In the order of the operations that were done or refused.
    #[serde(rename = "Operations")]
    pub operations: Vec<ScimBulked>,
}

/// An error in the form of RFC 7644, `application/scim+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409",
    "scimType": "uniqueness", "detail": "Somebody of this organisation has this userName." }))]
pub struct ScimError {
    /// [`ERROR`].
    pub schemas: Vec<String>,
    /// HTTP status, as text.
    pub status: String,
    /// What a client decides by, where the standard has a word for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scim_type: Option<String>,
    /// What happened and what to do.
    pub detail: String,
}
