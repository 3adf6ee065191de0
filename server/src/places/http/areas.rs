//! Routes of security areas, their grades, and grading schemes.

use actix_web::{HttpResponse, web};
use uuid::Uuid;
use wire::Problem;
use wire::zones::{
    AreaGrade, ChangeSecurityArea, GradeHistory, GradingScheme, NewGrade, NewGradingScheme, NewSecurityArea,
    SecurityArea, SecurityAreaDetail, SecurityAreas,
};

use super::{Nothing, OfCountry, not_found, refused, request_of};
use crate::access::Operator;
use crate::access::http::may::EditPlaces;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::places::service::Places;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/v1/security-areas").route(web::get().to(list)).route(web::post().to(create)))
        .service(
            web::resource("/v1/security-areas/{id}")
                .route(web::get().to(one))
                .route(web::patch().to(change))
                .route(web::delete().to(end)),
        )
        .service(
            web::resource("/v1/security-areas/{id}/grades").route(web::get().to(grades)).route(web::post().to(grade)),
        )
        .service(
            web::resource("/v1/grading-schemes").route(web::get().to(schemes)).route(web::post().to(create_scheme)),
        );
}

/// The security areas that the caller sees, with the grade that each has now.
#[utoipa::path(get, path = "/v1/security-areas", tag = "places", security(("session" = [])), params(OfCountry),
    responses((status = 200, description = "By country and name", body = SecurityAreas),
              (status = "4XX", description = "Not read", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    by: Operator,
    query: web::Query<OfCountry>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let security_areas = places.areas(&by, query.into_inner().country).await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(SecurityAreas { security_areas }))
}

/// One security area.
#[utoipa::path(get, path = "/v1/security-areas/{id}", tag = "places", security(("session" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, description = "It", body = SecurityAreaDetail),
              (status = "4XX", description = "Not read", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn one(by: Operator, id: web::Path<Uuid>, places: web::Data<Places>) -> Result<HttpResponse, Fail> {
    let found = places.area(&by, *id).await?.ok_or_else(not_found)?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(found))
}

/// Enter a security area of a country where the caller administers an office.
#[utoipa::path(post, path = "/v1/security-areas", tag = "places", security(("session" = [])), request_body = NewSecurityArea,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Made", body = SecurityArea),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn create(
    by: EditPlaces,
    key: IdempotencyKey,
    body: Body<NewSecurityArea>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let made = places.create_area(&by, request, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(made))
}

/// Change a security area: fields that are present, null clears.
#[utoipa::path(patch, path = "/v1/security-areas/{id}", tag = "places", security(("session" = [])), request_body = ChangeSecurityArea,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Changed", body = SecurityArea),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn change(
    by: EditPlaces,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: Body<ChangeSecurityArea>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let changed = places.change_area(&by, request, *id, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(changed))
}

/// End a security area, once no area and no zone is in it.
#[utoipa::path(delete, path = "/v1/security-areas/{id}", tag = "places", security(("session" = [])),
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
    places.end_area(&by, request_of(&by, key, body.hash), *id).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Every grade that a security area was given, the newest first.
#[utoipa::path(get, path = "/v1/security-areas/{id}/grades", tag = "places", security(("session" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, description = "It", body = GradeHistory),
              (status = "4XX", description = "Not read", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn grades(by: Operator, id: web::Path<Uuid>, places: web::Data<Places>) -> Result<HttpResponse, Fail> {
    let found = places.grades(&by, *id).await?.ok_or_else(not_found)?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(GradeHistory { grades: found }))
}

/// Give a security area a grade of its scheme, from now or later.
#[utoipa::path(post, path = "/v1/security-areas/{id}/grades", tag = "places", security(("session" = [])), request_body = NewGrade,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Made", body = AreaGrade),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn grade(
    by: EditPlaces,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: Body<NewGrade>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let made = places.grade_area(&by, request, *id, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(made))
}

/// How areas may be graded.
#[utoipa::path(get, path = "/v1/grading-schemes", tag = "places", security(("session" = [])),
    responses((status = 200, description = "By name", body = [GradingScheme]),
              (status = "4XX", description = "Not read", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn schemes(_by: Operator, places: web::Data<Places>) -> Result<HttpResponse, Fail> {
    Ok(HttpResponse::Ok().json(places.grading_schemes().await?))
}

/// Make a grading scheme. It stays as it was made.
#[utoipa::path(post, path = "/v1/grading-schemes", tag = "places", security(("session" = [])), request_body = NewGradingScheme,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Made", body = GradingScheme),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn create_scheme(
    by: EditPlaces,
    key: IdempotencyKey,
    body: Body<NewGradingScheme>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let made = places.create_grading_scheme(&by, request, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(made))
}
