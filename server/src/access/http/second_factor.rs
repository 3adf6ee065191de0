//! Routes of code generators.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use uuid::Uuid;
use wire::Problem;
use wire::sign_in::{ConfirmSecondFactor, RecoveryCodes, RemoveSecondFactor, SecondFactorOffered};

use super::{ConfinedWrite, Nothing, may, refused};
use crate::access::Access;
use crate::http::{Body, Fail, IdempotencyKey, qr};
use crate::store::requests::Request;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/second-factor", web::post().to(offer))
        .route("/v1/second-factor/confirm", web::post().to(confirm))
        .route("/v1/people/{id}/second-factor/removal", web::post().to(remove));
}

/// A secret for your code generator, to be confirmed within ten minutes. Needs a step-up; signing in is
/// one.
#[utoipa::path(post, path = "/v1/second-factor", tag = "access", security(("session" = [])), request_body = Nothing,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "The secret; it does not count yet", body = SecondFactorOffered),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn offer(
    ConfinedWrite(by): ConfinedWrite,
    key: IdempotencyKey,
    body: Body<Nothing>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let offer = access.offer_second_factor(&by, request).await.map_err(refused)?;
    let qr_svg = qr::svg(&offer.uri)?;
    let offered = SecondFactorOffered { secret: offer.secret, uri: offer.uri, qr_svg, expires: offer.expires };
    Ok(HttpResponse::Created().insert_header((header::CACHE_CONTROL, "no-store")).json(offered))
}

/// Make the secret count, by a code of it. Your other sessions end.
#[utoipa::path(post, path = "/v1/second-factor/confirm", tag = "access", security(("session" = [])), request_body = ConfirmSecondFactor,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Recovery codes, shown this once", body = RecoveryCodes),
              (status = 404, description = "No secret waits", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "The code is wrong", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn confirm(
    ConfinedWrite(by): ConfinedWrite,
    key: IdempotencyKey,
    body: Body<ConfirmSecondFactor>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let codes = access.confirm_second_factor(&by, request, &body.value.code).await.map_err(refused)?;
    Ok(HttpResponse::Created().insert_header((header::CACHE_CONTROL, "no-store")).json(codes))
}

/// Take away the code generator of somebody who lost it. Their sessions end, and their scopes are told.
/// Needs a step-up.
#[utoipa::path(post, path = "/v1/people/{id}/second-factor/removal", tag = "access", security(("session" = [])), request_body = RemoveSecondFactor,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 204, description = "Taken away"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn remove(
    by: may::GrantRoles,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<RemoveSecondFactor>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: body.hash };
    access.remove_second_factor(&by, request, *id, &body.value.reason).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}
