//! What a system asks first.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde_json::Value;
use wire::scim::{LIST, ScimError, ScimList};

use super::{Called, ScimFail, answered};
use crate::scim::{Refusal, schemas};

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/scim/v2/ServiceProviderConfig", web::get().to(config))
        .route("/scim/v2/Schemas", web::get().to(self::schemas))
        .route("/scim/v2/Schemas/{id}", web::get().to(schema))
        .route("/scim/v2/ResourceTypes", web::get().to(resource_types))
        .route("/scim/v2/ResourceTypes/{id}", web::get().to(resource_type));
}

fn all(resources: Vec<Value>) -> HttpResponse {
    let many = resources.len();
    let list = ScimList {
        schemas: vec![LIST.to_owned()],
        total_results: many,
        start_index: 1,
        items_per_page: many,
        resources,
    };
    answered(StatusCode::OK, &list)
}

fn one(resources: Vec<Value>, id: &str) -> Result<HttpResponse, ScimFail> {
    let is_it = |one: &Value| one.get("id").and_then(Value::as_str).is_some_and(|one| one.eq_ignore_ascii_case(id));
    let found = resources.into_iter().find(is_it).ok_or_else(|| ScimFail(Refusal::not_found()))?;
    Ok(answered(StatusCode::OK, &found))
}

/// What this interface can, and its bounds.
#[utoipa::path(get, path = "/scim/v2/ServiceProviderConfig", tag = "scim", security(("serviceToken" = [])),
    responses((status = 200, description = "The configuration", body = Object, content_type = "application/scim+json"),
              (status = "4XX", description = "Nothing is shown", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn config(by: Called) -> HttpResponse {
    answered(StatusCode::OK, &schemas::config(&by.base))
}

/// Every schema with its attributes.
#[utoipa::path(get, path = "/scim/v2/Schemas", tag = "scim", security(("serviceToken" = [])),
    responses((status = 200, description = "The schemas", body = ScimList, content_type = "application/scim+json"),
              (status = "4XX", description = "Nothing is shown", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn schemas(by: Called) -> HttpResponse {
    all(schemas::schemas(&by.base))
}

/// One schema.
#[utoipa::path(get, path = "/scim/v2/Schemas/{id}", tag = "scim", security(("serviceToken" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "The schema", body = Object, content_type = "application/scim+json"),
              (status = "4XX", description = "There is none", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn schema(by: Called, id: web::Path<String>) -> Result<HttpResponse, ScimFail> {
    one(schemas::schemas(&by.base), &id)
}

/// Every type of resource.
#[utoipa::path(get, path = "/scim/v2/ResourceTypes", tag = "scim", security(("serviceToken" = [])),
    responses((status = 200, description = "The types", body = ScimList, content_type = "application/scim+json"),
              (status = "4XX", description = "Nothing is shown", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn resource_types(by: Called) -> HttpResponse {
    all(schemas::resource_types(&by.base))
}

/// One type of resource.
#[utoipa::path(get, path = "/scim/v2/ResourceTypes/{id}", tag = "scim", security(("serviceToken" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "The type", body = Object, content_type = "application/scim+json"),
              (status = "4XX", description = "There is none", body = ScimError, content_type = "application/scim+json")))]
pub(super) async fn resource_type(by: Called, id: web::Path<String>) -> Result<HttpResponse, ScimFail> {
    one(schemas::resource_types(&by.base), &id)
}
