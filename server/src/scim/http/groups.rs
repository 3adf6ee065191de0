//! `/scim/v2/Groups`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use wire::scim::{PATCH, ScimError, ScimGroup, ScimList, ScimPatch};

use super::{Called, ScimFail, answered, has_it, id_of, if_match, json, message, parameters, resource};
use crate::scim::Scim;
use crate::scim::projection::Wanted;
use crate::scim::schema::GROUPS;
use crate::scim::users::Change;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/scim/v2/Groups").route(web::get().to(list)).route(web::post().to(create))).service(
        web::resource("/scim/v2/Groups/{id}")
            .route(web::get().to(detail))
            .route(web::put().to(replace))
            .route(web::patch().to(patch))
            .route(web::delete().to(delete)),
    );
}

fn shown(request: &HttpRequest, status: StatusCode, group: &ScimGroup) -> Result<HttpResponse, ScimFail> {
    let attributes = Wanted::read(&parameters(request)?)?.attributes;
    let (version, location) = match &group.meta {
        Some(meta) => (meta.version.as_str(), meta.location.as_str()),
        None => Default::default(),
    };
    Ok(resource(status, &attributes.shown(group, &GROUPS), version, location))
}

/// Groups of the organisation, a page at a time.
#[utoipa::path(get, path = "/scim/v2/Groups", tag = "scim", security(("serviceToken" = [])),
    params(("filter" = Option<String>, Query, description = "By id, externalId, displayName, members.value, meta.lastModified", example = "displayName eq \"Wardens\""),
           ("startIndex" = Option<i64>, Query, description = "Number of the first, from 1"),
           ("count" = Option<i64>, Query, description = "At most 200; 100 when absent"),
           ("attributes" = Option<String>, Query, description = "Only these", example = "displayName"),
           ("excludedAttributes" = Option<String>, Query, description = "All but these", example = "members")),
    responses((status = 200, description = "A page", body = ScimList, content_type = "application/scim+json"),
              (status = "4XX", description = "Nothing is shown", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn list(by: Called, request: HttpRequest, scim: web::Data<Scim>) -> Result<HttpResponse, ScimFail> {
    let wanted = Wanted::read(&parameters(&request)?)?;
    let attributes = wanted.attributes.clone();
    let page = scim.groups(&by.caller, wanted, &by.base).await?;
    Ok(answered(StatusCode::OK, &page.list(&attributes, &GROUPS)))
}

/// Make a group.
#[utoipa::path(post, path = "/scim/v2/Groups", tag = "scim", security(("serviceToken" = [])),
    request_body(content = ScimGroup, content_type = "application/scim+json", example = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Wardens", "externalId": "G-1",
        "members": [{ "value": "0192f0a0-0000-7000-8000-000000000001" }] })),
    responses((status = 201, description = "Made", body = ScimGroup, content_type = "application/scim+json",
               headers(("ETag" = String, description = "The revision"), ("Location" = String, description = "The address"))),
              (status = 409, description = "A group has this displayName or externalId", body = ScimError, content_type = "application/scim+json"),
              (status = "4XX", description = "Nothing changed", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn create(
    by: Called,
    request: HttpRequest,
    body: web::Payload,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, ScimFail> {
    let sent = json(&request, body).await?;
    let group = scim.create_group(&by.caller, &sent, &by.base).await?;
    shown(&request, StatusCode::CREATED, &group)
}

/// A group.
#[utoipa::path(get, path = "/scim/v2/Groups/{id}", tag = "scim", security(("serviceToken" = [])),
    params(("id" = String, Path), ("If-None-Match" = Option<String>, Header, description = "An ETag"),
           ("attributes" = Option<String>, Query), ("excludedAttributes" = Option<String>, Query)),
    responses((status = 200, description = "The group", body = ScimGroup, content_type = "application/scim+json"),
              (status = 304, description = "It is as the caller has it"),
              (status = "4XX", description = "No group of this organisation", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn detail(
    by: Called,
    request: HttpRequest,
    id: web::Path<String>,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, ScimFail> {
    let group = scim.group(&by.caller, id_of(&id)?, &by.base).await?;
    if group.meta.as_ref().is_some_and(|meta| has_it(&request, &meta.version)) {
        return Ok(HttpResponse::NotModified().finish());
    }
    shown(&request, StatusCode::OK, &group)
}

/// Write a group anew. What is not sent stays; null clears.
#[utoipa::path(put, path = "/scim/v2/Groups/{id}", tag = "scim", security(("serviceToken" = [])),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body(content = ScimGroup, content_type = "application/scim+json", example = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Wardens, north" })),
    responses((status = 200, description = "The group, now", body = ScimGroup, content_type = "application/scim+json"),
              (status = "4XX", description = "Nothing changed", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn replace(
    by: Called,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Payload,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, ScimFail> {
    let change = Change::Replace(json(&request, body).await?);
    let which = (id_of(&id)?, if_match(&request)?);
    let group = scim.change_group(&by.caller, which, change, &by.base).await?;
    shown(&request, StatusCode::OK, &group)
}

/// Change a group: all operations or none.
#[utoipa::path(patch, path = "/scim/v2/Groups/{id}", tag = "scim", security(("serviceToken" = [])),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body(content = ScimPatch, content_type = "application/scim+json", example = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
            { "op": "add", "path": "members", "value": [{ "value": "0192f0a0-0000-7000-8000-000000000001" }] }] })),
    responses((status = 200, description = "The group, now", body = ScimGroup, content_type = "application/scim+json"),
              (status = "4XX", description = "Nothing changed", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn patch(
    by: Called,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Payload,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, ScimFail> {
    let change = Change::Patch(message::<ScimPatch>(&request, body, PATCH).await?);
    let which = (id_of(&id)?, if_match(&request)?);
    let group = scim.change_group(&by.caller, which, change, &by.base).await?;
    shown(&request, StatusCode::OK, &group)
}

/// Delete a group; the people stay.
#[utoipa::path(delete, path = "/scim/v2/Groups/{id}", tag = "scim", security(("serviceToken" = [])),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Deleted"),
              (status = "4XX", description = "Nothing changed", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn delete(
    by: Called,
    request: HttpRequest,
    id: web::Path<String>,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, ScimFail> {
    scim.delete_group(&by.caller, (id_of(&id)?, if_match(&request)?)).await?;
    Ok(HttpResponse::NoContent().finish())
}
