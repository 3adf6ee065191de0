//! Routes of grants, standing in, breaking the glass, unsealing, seizure.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};
use uuid::Uuid;
use wire::Problem;
use wire::access::{AdInterim, Because, BreakGlass, Grant, GrantPage, NewGrant, Seizure, Unseal};

use super::{OperatorWrite, SteppedUp, may, refused};
use crate::access::{Access, CountryCode, Operator, Wanted};
use crate::http::body::invalid;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::store::requests::Request;

/// The paths of this module for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(grants, grant, end_grant, ad_interim, break_glass, unseal, seize, restore))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/v1/grants").route(web::get().to(grants)).route(web::post().to(grant)))
        .route("/v1/grants/{id}", web::delete().to(end_grant))
        .route("/v1/grants/{id}/ad-interim", web::post().to(ad_interim))
        .route("/v1/break-glass", web::post().to(break_glass))
        .route("/v1/unsealing", web::post().to(unseal))
        .service(
            web::resource("/v1/offices/{id}/seizure").route(web::post().to(seize)).route(web::delete().to(restore)),
        );
}

/// Which grants; each that is given must fit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedGrants {
    /// Of this person.
    person: Option<Uuid>,
    /// Over this zone, area, office, region or organisation.
    area_id: Option<Uuid>,
    /// Over this country or anything in it: two capital letters.
    country: Option<String>,
    /// Those that are over, too.
    #[serde(default)]
    past: bool,
    /// `next` of the page before.
    after: Option<Uuid>,
}

fn request_of(by: &Operator, key: IdempotencyKey, body_hash: [u8; 32]) -> Request {
    Request { actor: by.person, key: key.0, body_hash }
}

/// Grants that the caller may see: their own, and those that they may give.
#[utoipa::path(get, path = "/v1/grants", tag = "rights", security(("session" = [])), params(WantedGrants),
    responses((status = 200, description = "The newest first", body = GrantPage),
              (status = "4XX", description = "Not for this caller", body = Problem, content_type = "application/problem+json")))]
async fn grants(
    by: Operator,
    wanted: web::Query<WantedGrants>,
    access: web::Data<Access>,
) -> Result<web::Json<GrantPage>, Fail> {
    let WantedGrants { person, area_id: area, country, past, after } = wanted.into_inner();
    let no_country = || Fail(invalid("/country", "Name the country by its two letters."));
    let country = country.map(|code| CountryCode::parse(&code).ok_or_else(no_country)).transpose()?;
    Ok(web::Json(access.grants(&by, Wanted { person, area, country, past }, after).await?))
}

/// Grant a role over an area for a time.
#[utoipa::path(post, path = "/v1/grants", tag = "rights", security(("session" = [])), request_body = NewGrant,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Granted", body = Grant),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn grant(
    by: SteppedUp<may::Appoints>,
    key: IdempotencyKey,
    body: Body<NewGrant>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let granted = access.grant(&by, request_of(&by, key, body.hash), body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(granted))
}

/// End a grant early, and those that stand for it.
#[utoipa::path(delete, path = "/v1/grants/{id}", tag = "rights", security(("session" = [])), request_body = Because,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Ended", body = Grant),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn end_grant(
    by: SteppedUp<OperatorWrite>,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Because>,
    access: web::Data<Access>,
) -> Result<web::Json<Grant>, Fail> {
    let request = request_of(&by, key, body.hash);
    Ok(web::Json(access.end_grant(&by, request, *id, &body.value).await.map_err(refused)?))
}

/// Let somebody stand in for the holder of an appointment.
#[utoipa::path(post, path = "/v1/grants/{id}/ad-interim", tag = "rights", security(("session" = [])), request_body = AdInterim,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Granted, until then and never longer than the appointment", body = Grant),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn ad_interim(
    by: SteppedUp<OperatorWrite>,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<AdInterim>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let granted = access.delegate(&by, request, *id, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(granted))
}

/// Work the cases of an office or country for an hour; everybody concerned is told.
#[utoipa::path(post, path = "/v1/break-glass", tag = "rights", security(("session" = [])), request_body = BreakGlass,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Granted for an hour", body = Grant),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn break_glass(
    by: may::BreakGlass,
    key: IdempotencyKey,
    body: Body<BreakGlass>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let granted = access.break_glass(&by, request, &body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(granted))
}

/// Show names instead of counts to the Designated Official and the Security Management Team.
#[utoipa::path(post, path = "/v1/unsealing", tag = "rights", security(("session" = [])), request_body = Unseal,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Unsealed until then", body = Grant),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn unseal(
    by: SteppedUp<may::UnsealNames>,
    key: IdempotencyKey,
    body: Body<Unseal>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let granted = access.unseal(&by, request, &body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(granted))
}

/// An office was seized: end every session of its people; its phones read nothing and hide their lists.
#[utoipa::path(post, path = "/v1/offices/{id}/seizure", tag = "rights", security(("session" = [])), request_body = Because,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Marked; nobody of it is signed in", body = Seizure),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn seize(
    by: SteppedUp<may::SeizeOffice>,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Because>,
    access: web::Data<Access>,
) -> Result<web::Json<Seizure>, Fail> {
    let request = request_of(&by, key, body.hash);
    Ok(web::Json(access.seize(&by, request, *id, &body.value).await.map_err(refused)?))
}

/// A seized office works again: its people sign in anew, its phones are enrolled anew.
#[utoipa::path(delete, path = "/v1/offices/{id}/seizure", tag = "rights", security(("session" = [])), request_body = Because,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 204, description = "It works again"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn restore(
    by: SteppedUp<may::SeizeOffice>,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Because>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    access.restore(&by, request, *id, &body.value).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}
