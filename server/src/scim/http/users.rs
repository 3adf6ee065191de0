//! `/scim/v2/Users`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use wire::scim::{PATCH, ScimError, ScimList, ScimPatch, ScimUser};

use super::{Called, ScimFail, answered, has_it, id_of, if_match, json, message, parameters, resource};
use crate::scim::Scim;
use crate::scim::projection::Wanted;
use crate::scim::schema::USERS;
use crate::scim::users::Change;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/scim/v2/Users").route(web::get().to(list)).route(web::post().to(create))).service(
        web::resource("/scim/v2/Users/{id}")
            .route(web::get().to(detail))
            .route(web::put().to(replace))
            .route(web::patch().to(patch))
            .route(web::delete().to(delete)),
    );
}

fn shown(request: &HttpRequest, status: StatusCode, user: &ScimUser) -> Result<HttpResponse, ScimFail> {
    let attributes = Wanted::read(&parameters(request)?)?.attributes;
    let (version, location) = match &user.meta {
        Some(meta) => (meta.version.as_str(), meta.location.as_str()),
        None => Default::default(),
    };
    Ok(resource(status, &attributes.shown(user, &USERS), version, location))
}

/// People of the organisation, a page at a time.
#[utoipa::path(get, path = "/scim/v2/Users", tag = "scim", security(("serviceToken" = [])),
    params(("filter" = Option<String>, Query, description = "By id, externalId, userName, emails.value, active, meta.lastModified", example = "userName eq \"amina.diallo@lakes.example\""),
           ("startIndex" = Option<i64>, Query, description = "Number of the first, from 1"),
           ("count" = Option<i64>, Query, description = "At most 200; 100 when absent"),
           ("attributes" = Option<String>, Query, description = "Only these", example = "userName,active"),
           ("excludedAttributes" = Option<String>, Query, description = "All but these", example = "groups")),
    responses((status = 200, description = "A page", body = ScimList, content_type = "application/scim+json"),
              (status = "4XX", description = "Nothing is shown", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn list(by: Called, request: HttpRequest, scim: web::Data<Scim>) -> Result<HttpResponse, ScimFail> {
    let wanted = Wanted::read(&parameters(&request)?)?;
    let attributes = wanted.attributes.clone();
    let page = scim.users(&by.caller, wanted, &by.base).await?;
    Ok(answered(StatusCode::OK, &page.list(&attributes, &USERS)))
}

/// Enter somebody. Whom the system deleted before is the same person again.
#[utoipa::path(post, path = "/scim/v2/Users", tag = "scim", security(("serviceToken" = [])),
    request_body(content = ScimUser, content_type = "application/scim+json", example = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:muster:scim:2.0:SecurityProfile"],
        "userName": "amina.diallo@lakes.example", "externalId": "E-17", "displayName": "Amina Diallo",
        "phoneNumbers": [{ "value": "+254705550101", "type": "mobile" }], "active": true,
        "urn:muster:scim:2.0:SecurityProfile": { "personKind": "staff_national", "office": "Kenya Office" } })),
    responses((status = 201, description = "Entered", body = ScimUser, content_type = "application/scim+json",
               headers(("ETag" = String, description = "The revision"), ("Location" = String, description = "The address"))),
              (status = 409, description = "Somebody has this userName, externalId or address", body = ScimError, content_type = "application/scim+json"),
              (status = "4XX", description = "Nothing changed", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn create(
    by: Called,
    request: HttpRequest,
    body: web::Payload,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, ScimFail> {
    let sent = json(&request, body).await?;
    let user = scim.create_user(&by.caller, &sent, &by.base).await?;
    shown(&request, StatusCode::CREATED, &user)
}

/// Somebody.
#[utoipa::path(get, path = "/scim/v2/Users/{id}", tag = "scim", security(("serviceToken" = [])),
    params(("id" = String, Path), ("If-None-Match" = Option<String>, Header, description = "An ETag"),
           ("attributes" = Option<String>, Query), ("excludedAttributes" = Option<String>, Query)),
    responses((status = 200, description = "They", body = ScimUser, content_type = "application/scim+json"),
              (status = 304, description = "They are as the caller has them"),
              (status = "4XX", description = "Nobody of this organisation", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn detail(
    by: Called,
    request: HttpRequest,
    id: web::Path<String>,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, ScimFail> {
    let user = scim.user(&by.caller, id_of(&id)?, &by.base).await?;
    if user.meta.as_ref().is_some_and(|meta| has_it(&request, &meta.version)) {
        return Ok(HttpResponse::NotModified().finish());
    }
    shown(&request, StatusCode::OK, &user)
}

/// Write somebody anew. What is not sent stays; null clears.
#[utoipa::path(put, path = "/scim/v2/Users/{id}", tag = "scim", security(("serviceToken" = [])),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body(content = ScimUser, content_type = "application/scim+json", example = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "amina.diallo@lakes.example",
        "displayName": "Amina Diallo-Otieno", "title": null })),
    responses((status = 200, description = "They, now", body = ScimUser, content_type = "application/scim+json"),
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
    let user = scim.change_user(&by.caller, which, change, &by.base).await?;
    shown(&request, StatusCode::OK, &user)
}

/// Change parts of somebody: all operations or none.
#[utoipa::path(patch, path = "/scim/v2/Users/{id}", tag = "scim", security(("serviceToken" = [])),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body(content = ScimPatch, content_type = "application/scim+json", example = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
            { "op": "replace", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+254705550102" },
            { "op": "replace", "path": "active", "value": false }] })),
    responses((status = 200, description = "They, now", body = ScimUser, content_type = "application/scim+json"),
              (status = 403, description = "Too many would have left within a day", body = ScimError, content_type = "application/scim+json"),
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
    let user = scim.change_user(&by.caller, which, change, &by.base).await?;
    shown(&request, StatusCode::OK, &user)
}

/// Note that somebody has left. They are kept, with their cases; the system sees them no more.
#[utoipa::path(delete, path = "/scim/v2/Users/{id}", tag = "scim", security(("serviceToken" = [])),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Noted"),
              (status = "4XX", description = "Nothing changed", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn delete(
    by: Called,
    request: HttpRequest,
    id: web::Path<String>,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, ScimFail> {
    scim.delete_user(&by.caller, (id_of(&id)?, if_match(&request)?)).await?;
    Ok(HttpResponse::NoContent().finish())
}
