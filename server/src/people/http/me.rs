//! A person's own entry, by their phone's access token.

use actix_web::{HttpResponse, web};
use uuid::Uuid;
use wire::case::PhoneNumber;
use wire::profile::{CodeAsked, Profile, ProveNumber};
use wire::register::{CurrentPlace, SetCurrentPlace};
use wire::{Code, Problem};

use super::{private, refused};
use crate::access::http::Nothing;
use crate::devices::http::PhoneBearer;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::people::service::People;
use crate::store::requests::Request;

pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/me/profile", web::get().to(profile))
        .route("/v1/me/current-place", web::put().to(set_current_place))
        .route("/v1/me/current-place", web::delete().to(clear_current_place))
        .route("/v1/me/numbers/{id}/code", web::post().to(ask_code))
        .route("/v1/me/numbers/{id}/verify", web::post().to(verify));
}

fn request_of<T>(who: &PhoneBearer, key: IdempotencyKey, body: &Body<T>) -> Request {
    Request { actor: who.0.person, key: key.0, body_hash: body.hash }
}

/// One's own entry in the register.
#[utoipa::path(get, path = "/v1/me/profile", tag = "phone", security(("device" = [])),
    responses((status = 200, description = "The entry", body = Profile),
              (status = "4XX", description = "Not shown", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn profile(who: PhoneBearer, people: web::Data<People>) -> Result<HttpResponse, Fail> {
    let gone = || Fail::new(Code::NotFound, "You are not in the register any more. Your Not Okay still rings.");
    Ok(private(&people.profile(who.0.person).await?.ok_or_else(gone)?))
}

/// Say where one is for now: one's cases are seen there, too.
#[utoipa::path(put, path = "/v1/me/current-place", tag = "phone", security(("device" = [])), request_body = SetCurrentPlace,
    params(("Idempotency-Key" = Uuid, Header)),
    responses((status = 200, description = "Set", body = CurrentPlace),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn set_current_place(
    who: PhoneBearer,
    key: IdempotencyKey,
    body: Body<SetCurrentPlace>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&who, key, &body);
    Ok(private(&people.set_own_place(request, who.0.person, body.value).await.map_err(refused)?))
}

/// Say that one is where one usually is.
#[utoipa::path(delete, path = "/v1/me/current-place", tag = "phone", security(("device" = [])), request_body = Nothing,
    params(("Idempotency-Key" = Uuid, Header)),
    responses((status = 204, description = "Cleared"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn clear_current_place(
    who: PhoneBearer,
    key: IdempotencyKey,
    body: Body<Nothing>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    people.clear_own_place(request_of(&who, key, &body), who.0.person).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for a code for one of one's own numbers: it will be spoken to it within 30 minutes.
#[utoipa::path(post, path = "/v1/me/numbers/{id}/code", tag = "phone", security(("device" = [])), request_body = Nothing,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header)),
    responses((status = 200, description = "Asked", body = CodeAsked),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn ask_code(
    who: PhoneBearer,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Nothing>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&who, key, &body);
    Ok(private(&people.ask_code(request, (who.0.person, *id)).await.map_err(refused)?))
}

/// Prove one of one's own numbers by the code that was spoken to it. Five tries.
#[utoipa::path(post, path = "/v1/me/numbers/{id}/verify", tag = "phone", security(("device" = [])), request_body = ProveNumber,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header)),
    responses((status = 200, description = "Proven", body = PhoneNumber),
              (status = "4XX", description = "Not proven", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn verify(
    who: PhoneBearer,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<ProveNumber>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&who, key, &body);
    let proven = people.prove(request, (who.0.person, *id), body.value.code).await.map_err(refused)?;
    Ok(private(&proven))
}
