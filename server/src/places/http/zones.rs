//! Routes of warden zones.

use actix_web::{HttpResponse, web};
use uuid::Uuid;
use wire::Problem;
use wire::zones::{ChangeZone, NewZone, Zone, ZoneDetail, Zones};

use super::{Nothing, OfCountry, not_found, refused, request_of};
use crate::access::Operator;
use crate::access::http::may::EditPlaces;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::places::service::Places;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/v1/zones").route(web::get().to(list)).route(web::post().to(create))).service(
        web::resource("/v1/zones/{id}")
            .route(web::get().to(one))
            .route(web::patch().to(change))
            .route(web::delete().to(end)),
    );
}

/// The warden zones that the caller sees, with their wardens in force.
#[utoipa::path(get, path = "/v1/zones", tag = "places", security(("session" = [])), params(OfCountry),
    responses((status = 200, description = "By country and name", body = Zones),
              (status = "4XX", description = "Not read", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    by: Operator,
    query: web::Query<OfCountry>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let zones = places.zones(&by, query.into_inner().country).await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(Zones { zones }))
}

/// One warden zone.
#[utoipa::path(get, path = "/v1/zones/{id}", tag = "places", security(("session" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, description = "It", body = ZoneDetail),
              (status = "4XX", description = "Not read", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn one(by: Operator, id: web::Path<Uuid>, places: web::Data<Places>) -> Result<HttpResponse, Fail> {
    let found = places.zone(&by, *id).await?.ok_or_else(not_found)?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(found))
}

/// Enter a warden zone of a country where the caller administers an office.
#[utoipa::path(post, path = "/v1/zones", tag = "places", security(("session" = [])), request_body = NewZone,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Made", body = Zone),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn create(
    by: EditPlaces,
    key: IdempotencyKey,
    body: Body<NewZone>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let made = places.create_zone(&by, request, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(made))
}

/// Change a warden zone: fields that are present, null clears.
#[utoipa::path(patch, path = "/v1/zones/{id}", tag = "places", security(("session" = [])), request_body = ChangeZone,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Changed", body = Zone),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn change(
    by: EditPlaces,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: Body<ChangeZone>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let changed = places.change_zone(&by, request, *id, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(changed))
}

/// End a warden zone, once nobody lives in it.
#[utoipa::path(delete, path = "/v1/zones/{id}", tag = "places", security(("session" = [])),
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 204, description = "Ended"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn end(
    by: EditPlaces,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: Body<Nothing>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    places.end_zone(&by, request_of(&by, key, body.hash), *id).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}
