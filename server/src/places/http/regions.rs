//! Routes of regions.

use actix_web::{HttpResponse, web};
use uuid::Uuid;
use wire::Problem;
use wire::places::{ChangeRegion, NewRegion, Region};

use super::{Nothing, refused, request_of};
use crate::access::http::may::EditPlaces;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::places::service::Places;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/regions", web::post().to(create))
        .service(web::resource("/v1/regions/{id}").route(web::patch().to(change)).route(web::delete().to(delete)));
}

/// Make a region of an organisation.
#[utoipa::path(post, path = "/v1/regions", tag = "places", security(("session" = [])), request_body = NewRegion,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Made", body = Region),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn create(
    by: EditPlaces,
    key: IdempotencyKey,
    body: Body<NewRegion>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let made = places.create_region(&by, request, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(made))
}

/// Change a region: fields that are present. Its officers have its new countries at once.
#[utoipa::path(patch, path = "/v1/regions/{id}", tag = "places", security(("session" = [])), request_body = ChangeRegion,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Changed", body = Region),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn change(
    by: EditPlaces,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: Body<ChangeRegion>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let changed = places.change_region(&by, request, *id, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(changed))
}

/// Take a region away, once nobody holds a role over it.
#[utoipa::path(delete, path = "/v1/regions/{id}", tag = "places", security(("session" = [])),
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 204, description = "Ended"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn delete(
    by: EditPlaces,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: Body<Nothing>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    places.delete_region(&by, request_of(&by, key, body.hash), *id).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}
