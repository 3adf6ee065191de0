//! Routes of premises.

use actix_web::{HttpResponse, web};
use uuid::Uuid;
use wire::Problem;
use wire::places::{NewPremises, Premises};

use super::{Nothing, refused, request_of};
use crate::access::http::may::EditPlaces;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::places::service::Places;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/premises", web::post().to(create)).route("/v1/premises/{id}", web::delete().to(end));
}

/// Enter premises of a country office.
#[utoipa::path(post, path = "/v1/premises", tag = "places", security(("session" = [])), request_body = NewPremises,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Made", body = Premises),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn create(
    by: EditPlaces,
    key: IdempotencyKey,
    body: Body<NewPremises>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let made = places.create_premises(&by, request, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(made))
}

/// End premises.
#[utoipa::path(delete, path = "/v1/premises/{id}", tag = "places", security(("session" = [])),
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
    places.end_premises(&by, request_of(&by, key, body.hash), *id).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}
