//! One person.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use uuid::Uuid;
use wire::Problem;
use wire::people::{ChangePerson, NewPerson};
use wire::register::{CurrentPlace, Departure, Person, PersonDetail, SetCurrentPlace};

use super::{private, refused, request_of};
use crate::access::http::{Nothing, may};
use crate::http::{Body, Fail, IdempotencyKey, IfMatch};
use crate::people::service::People;

pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/people", web::post().to(create))
        .route("/v1/people/{id}", web::get().to(detail))
        .route("/v1/people/{id}", web::patch().to(change))
        .route("/v1/people/{id}/departure", web::post().to(departure))
        .route("/v1/people/{id}/return", web::post().to(comeback))
        .route("/v1/people/{id}/current-place", web::put().to(set_current_place))
        .route("/v1/people/{id}/current-place", web::delete().to(clear_current_place));
}

fn with_revision(person: &PersonDetail) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ETAG, format!("\"{}\"", person.revision)))
        .json(person)
}

/// Enter a person.
#[utoipa::path(post, path = "/v1/people", tag = "people", security(("session" = [])), request_body = NewPerson,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Entered", body = Person),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn create(
    by: may::EditPeople,
    key: IdempotencyKey,
    body: Body<NewPerson>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let made = people.create(&by, request_of(&by, key, &body), &body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().insert_header((header::CACHE_CONTROL, "no-store")).json(made))
}

/// A person, as far as the caller may see them. The ETag is the revision.
#[utoipa::path(get, path = "/v1/people/{id}", tag = "people", security(("session" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 200, description = "The person", body = PersonDetail,
               headers(("ETag" = String, description = "The revision, for If-Match"))),
              (status = "4XX", description = "Nobody for you", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn detail(
    by: may::ReadPeople,
    id: web::Path<Uuid>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    Ok(with_revision(&people.detail(&by, *id).await.map_err(refused)?))
}

/// Change the fields that are given; `null` clears one.
#[utoipa::path(patch, path = "/v1/people/{id}", tag = "people", security(("session" = [])), request_body = ChangePerson,
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The revision that was read"),
           ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "As they are now", body = PersonDetail,
               headers(("ETag" = String, description = "The revision, for If-Match"))),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn change(
    by: may::EditPeople,
    id: web::Path<Uuid>,
    IfMatch(revision): IfMatch,
    key: IdempotencyKey,
    body: Body<ChangePerson>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, &body);
    let changed = people.change(&by, request, (*id, revision), body.value).await.map_err(refused)?;
    Ok(with_revision(&changed))
}

/// Note that somebody has left. They are kept; a Not Okay of theirs still rings.
///
/// Their roles end: where they hold any, this needs the right to end each of them, and a step-up.
#[utoipa::path(post, path = "/v1/people/{id}/departure", tag = "people", security(("session" = [])), request_body = Departure,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 204, description = "Noted"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn departure(
    by: may::EditPeople,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Departure>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, &body);
    people.set_left(&by, request, (*id, true), body.value).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Note that somebody who had left is back.
#[utoipa::path(post, path = "/v1/people/{id}/return", tag = "people", security(("session" = [])), request_body = Departure,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 204, description = "Noted"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn comeback(
    by: may::EditPeople,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Departure>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, &body);
    people.set_left(&by, request, (*id, false), body.value).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Say where somebody is for now: their cases are seen there, too.
#[utoipa::path(put, path = "/v1/people/{id}/current-place", tag = "people", security(("session" = [])), request_body = SetCurrentPlace,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Set", body = CurrentPlace),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn set_current_place(
    by: may::SetCurrentPlace,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<SetCurrentPlace>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, &body);
    let place = people.set_current_place(&by, request, *id, body.value).await.map_err(refused)?;
    Ok(private(&place))
}

/// Say that somebody is where they usually are.
#[utoipa::path(delete, path = "/v1/people/{id}/current-place", tag = "people", security(("session" = [])), request_body = Nothing,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 204, description = "Cleared"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn clear_current_place(
    by: may::SetCurrentPlace,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Nothing>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    people.clear_current_place(&by, request_of(&by, key, &body), *id).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}
