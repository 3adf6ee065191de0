//! Several requests in one, each done or refused for itself (RFC 7644, section 3.7).

use std::collections::{HashMap, VecDeque};

use serde_json::Value;
use wire::scim::{BULKED, ScimBulk, ScimBulkAnswer, ScimBulkOperation, ScimBulked, ScimMeta};

use super::service::Scim;
use super::store::people::name_key;
use super::users::{Asked, Change};
use super::{Caller, Refusal, matching};
use crate::store::{StoreError, WriteError};

/// Most operations of one request.
pub(super) const MOST: usize = 100;

/// Which kind of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    Users,
    Groups,
}

/// What an operation came to.
enum Came {
    To(u16, Option<ScimMeta>),
    Refused(Refusal),
    /// It names something that no operation has made yet.
    Waits,
}

impl Scim {
    /// Does each operation. One that names what another makes waits for it.
    pub(super) async fn bulk(&self, by: &Caller, bulk: ScimBulk, base: &str) -> Asked<ScimBulkAnswer> {
        if bulk.operations.len() > MOST {
            let why = "Operations: send at most 100, as ServiceProviderConfig says.";
            return Err(WriteError::Refused(Refusal::new(413, Some("tooMany"), why)));
        }
        let most_errors = bulk.fail_on_errors.unwrap_or(usize::MAX).max(1);
        let mut waiting: VecDeque<ScimBulkOperation> = bulk.operations.into();
        let mut made: HashMap<String, String> = HashMap::new();
        let (mut done, mut errors, mut passed) = (Vec::new(), 0, 0);
        while let Some(operation) = waiting.pop_front() {
            if errors >= most_errors {
                break;
            }
            let nobody_left = passed > waiting.len();
            let came = match self.operate(by, &operation, &made, base).await {
                Ok(Came::Waits) if nobody_left => {
                    Came::Refused(Refusal::new(409, None, "bulkId: no operation that was done makes what this names."))
                }
                Ok(Came::Waits) => {
                    passed += 1;
                    waiting.push_back(operation);
                    continue;
                }
                Ok(came) => came,
                Err(WriteError::Refused(refusal)) => Came::Refused(refusal),
                Err(WriteError::Store(error)) => Came::Refused(unavailable(&error)),
            };
            passed = 0;
            errors += usize::from(matches!(came, Came::Refused(_)));
            done.push(answer(&operation, came, &mut made));
        }
        Ok(ScimBulkAnswer { schemas: vec![BULKED.to_owned()], operations: done })
    }

    async fn operate(
        &self,
        by: &Caller,
        operation: &ScimBulkOperation,
        made: &HashMap<String, String>,
        base: &str,
    ) -> Asked<Came> {
        let mut data = operation.data.clone().unwrap_or_default();
        let mut path = operation.path.clone();
        if !resolve(&mut data, made) || !resolve_path(&mut path, made) {
            return Ok(Came::Waits);
        }
        let refused = |why: &'static str| WriteError::Refused(Refusal::syntax(why));
        let (on, id) = place(&path).ok_or_else(|| refused("path: send /Users or /Groups, with an id but for POST."))?;
        let revision = operation.version.as_deref().and_then(revision_of);
        let method = operation.method.to_ascii_uppercase();
        let id = match (method.as_str(), id) {
            ("POST", None) => {
                let meta = match on {
                    On::Users => self.create_user(by, &data, base).await?.meta,
                    On::Groups => self.create_group(by, &data, base).await?.meta,
                };
                return Ok(Came::To(201, meta));
            }
            ("POST", Some(_)) | (_, None) => {
                return Err(refused("path: POST goes without an id, all others with one."));
            }
            (_, Some(id)) => matching::id_of(id).ok_or(WriteError::Refused(Refusal::not_found()))?,
        };
        let change = match method.as_str() {
            "PUT" => Change::Replace(data),
            "PATCH" => {
                let patch = serde_json::from_value(data);
                Change::Patch(patch.map_err(|_| refused("data: send Operations, each with op, path and value."))?)
            }
            "DELETE" => {
                match on {
                    On::Users => self.delete_user(by, (id, revision)).await?,
                    On::Groups => self.delete_group(by, (id, revision)).await?,
                }
                return Ok(Came::To(204, None));
            }
            _ => return Err(refused("method: send POST, PUT, PATCH or DELETE.")),
        };
        let meta = match on {
            On::Users => self.change_user(by, (id, revision), change, base).await?.meta,
            On::Groups => self.change_group(by, (id, revision), change, base).await?.meta,
        };
        Ok(Came::To(200, meta))
    }
}

/// The revision of an entity tag.
pub(super) fn revision_of(tag: &str) -> Option<i64> {
    tag.trim().trim_start_matches("W/").trim_matches('"').parse().ok()
}

fn unavailable(error: &StoreError) -> Refusal {
    match error {
        StoreError::Down(_) | StoreError::Busy => {
            Refusal::new(503, None, "The database cannot take this now. Send it again.")
        }
        StoreError::Fault(_) => Refusal::new(500, None, "Nothing was stored. Tell the administrator if it stays."),
    }
}

fn place(path: &str) -> Option<(On, Option<&str>)> {
    let mut parts = path.trim_start_matches('/').splitn(2, '/');
    let on = match name_key(parts.next()?).as_str() {
        "users" => On::Users,
        "groups" => On::Groups,
        _ => return None,
    };
    Some((on, parts.next().filter(|id| !id.is_empty())))
}

/// Puts identifiers for what other operations made; false when one is not made yet.
fn resolve(data: &mut Value, made: &HashMap<String, String>) -> bool {
    match data {
        Value::String(text) => match text.strip_prefix("bulkId:") {
            None => true,
            Some(name) => match made.get(name) {
                Some(id) => {
                    *text = id.clone();
                    true
                }
                None => false,
            },
        },
        Value::Array(all) => all.iter_mut().all(|one| resolve(one, made)),
        Value::Object(all) => all.values_mut().all(|one| resolve(one, made)),
        _ => true,
    }
}

fn resolve_path(path: &mut String, made: &HashMap<String, String>) -> bool {
    let Some((on, name)) = path.split_once("bulkId:") else { return true };
    let Some(id) = made.get(name) else { return false };
    *path = format!("{on}{id}");
    true
}

fn answer(operation: &ScimBulkOperation, came: Came, made: &mut HashMap<String, String>) -> ScimBulked {
    let mut answer = ScimBulked {
        method: operation.method.to_ascii_uppercase(),
        bulk_id: operation.bulk_id.clone(),
        location: None,
        version: None,
        status: String::new(),
        response: None,
    };
    match came {
        Came::To(status, meta) => {
            answer.status = status.to_string();
            if let Some(meta) = meta {
                let id = meta.location.rsplit('/').next().unwrap_or_default().to_owned();
                if let Some(name) = operation.bulk_id.clone().filter(|_| status == 201) {
                    made.insert(name, id);
                }
                (answer.location, answer.version) = (Some(meta.location), Some(meta.version));
            }
        }
        Came::Refused(refusal) => {
            answer.status = refusal.status.to_string();
            answer.response = Some(refusal.error());
        }
        Came::Waits => {}
    }
    answer
}
