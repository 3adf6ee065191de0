//! Routes of the places.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::OpenApi;
use uuid::Uuid;
use wire::places::{
    ChangeDutyStation, ChangeOffice, ChangeOrganisation, Countries, DutyStation, NewDutyStation, NewOffice,
    NewOrganisation, Office, Organisation, Places as PlacesShown,
};
use wire::{Code, Problem};

use super::service::Places;
use super::{Refusal, Shown, shown};
use crate::access::Operator;
use crate::access::http::may::EditPlaces;
use crate::http::body::invalid;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::kernel::field::Invalid;
use crate::store::WriteError;
use crate::store::requests::Request;

mod areas;
mod premises;
mod regions;
mod zones;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(
    places,
    countries,
    create_organisation,
    change_organisation,
    create_office,
    change_office,
    create_duty_station,
    change_duty_station,
    end_duty_station,
    regions::create,
    regions::change,
    regions::delete,
    premises::create,
    premises::end,
    zones::list,
    zones::one,
    zones::create,
    zones::change,
    zones::end,
    areas::list,
    areas::one,
    areas::create,
    areas::change,
    areas::end,
    areas::grades,
    areas::grade,
    areas::schemes,
    areas::create_scheme,
))]
pub struct Docs;

/// A body without fields.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Of one country, or of all.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OfCountry {
    /// Two capital letters.
    country: Option<String>,
}

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/places", web::get().to(places))
        .route("/v1/countries", web::get().to(countries))
        .route("/v1/organisations", web::post().to(create_organisation))
        .route("/v1/organisations/{id}", web::patch().to(change_organisation))
        .route("/v1/offices", web::post().to(create_office))
        .route("/v1/offices/{id}", web::patch().to(change_office))
        .route("/v1/duty-stations", web::post().to(create_duty_station))
        .service(
            web::resource("/v1/duty-stations/{id}")
                .route(web::patch().to(change_duty_station))
                .route(web::delete().to(end_duty_station)),
        )
        .configure(regions::routes)
        .configure(premises::routes)
        .configure(zones::routes)
        .configure(areas::routes);
}

fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Invalid(Invalid { field, why }) if field.is_empty() => Problem::new(Code::InvalidValue, why),
        Refusal::Invalid(Invalid { field, why }) => invalid(&field, why),
        Refusal::Exists(Invalid { field, why }) => {
            let mut problem = Problem::new(Code::AlreadyExists, why);
            problem.field = Some(field);
            problem
        }
        Refusal::InUse(why) => Problem::new(Code::InUse, why),
        Refusal::NotFound => {
            Problem::new(Code::NotFound, "There is no such place for you; GET /v1/places names yours.")
        }
        Refusal::Forbidden => {
            Problem::new(Code::Forbidden, "Only who administers the whole installation may do this; ask them.")
        }
        Refusal::KeyReused => Problem::new(Code::KeyReused, "Use a new Idempotency-Key for a new request."),
    }
}

fn refused(error: WriteError<Refusal>) -> Fail {
    Fail::from_write(error, problem)
}

fn not_found() -> Problem {
    problem(Refusal::NotFound)
}

fn request_of(by: &Operator, key: IdempotencyKey, body_hash: [u8; 32]) -> Request {
    Request { actor: by.person, key: key.0, body_hash }
}

/// The places that the caller's grants cover.
#[utoipa::path(get, path = "/v1/places", tag = "places", security(("session" = [])),
    responses((status = 200, description = "The places", body = PlacesShown),
              (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json")))]
async fn places(operator: Operator, places: web::Data<Places>) -> Result<web::Json<PlacesShown>, Fail> {
    let schemes = places.grading_schemes().await?;
    Ok(web::Json(Shown::new(places.view(), operator.sees()).wire(schemes)))
}

/// Every country and territory with a code of its own (ISO 3166-1, UN M49), and invented ones.
#[utoipa::path(get, path = "/v1/countries", tag = "places", security(("session" = [])),
    responses((status = 200, description = "The countries", body = Countries),
              (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json")))]
async fn countries(_operator: Operator, places: web::Data<Places>) -> web::Json<Countries> {
    web::Json(shown::countries(&places.view()))
}

/// Make an organisation.
#[utoipa::path(post, path = "/v1/organisations", tag = "places", security(("session" = [])), request_body = NewOrganisation,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Made", body = Organisation),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn create_organisation(
    by: EditPlaces,
    key: IdempotencyKey,
    body: Body<NewOrganisation>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let made = places.create_organisation(&by, request_of(&by, key, body.hash), body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(made))
}

/// Make a country office of an organisation.
#[utoipa::path(post, path = "/v1/offices", tag = "places", security(("session" = [])), request_body = NewOffice,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Made", body = Office),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn create_office(
    by: EditPlaces,
    key: IdempotencyKey,
    body: Body<NewOffice>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let made = places.create_office(&by, request_of(&by, key, body.hash), body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(made))
}

/// Make a duty station of a country office.
#[utoipa::path(post, path = "/v1/duty-stations", tag = "places", security(("session" = [])), request_body = NewDutyStation,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Made", body = DutyStation),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn create_duty_station(
    by: EditPlaces,
    key: IdempotencyKey,
    body: Body<NewDutyStation>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let made = places.create_duty_station(&by, request_of(&by, key, body.hash), body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(made))
}

/// Change an organisation: fields that are present, null clears.
#[utoipa::path(patch, path = "/v1/organisations/{id}", tag = "places", security(("session" = [])), request_body = ChangeOrganisation,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Changed", body = Organisation),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn change_organisation(
    by: EditPlaces,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: Body<ChangeOrganisation>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let changed = places.change_organisation(&by, request, *id, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(changed))
}

/// Change a country office: fields that are present, null clears. Closed once nobody belongs to it.
#[utoipa::path(patch, path = "/v1/offices/{id}", tag = "places", security(("session" = [])), request_body = ChangeOffice,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Changed", body = Office),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn change_office(
    by: EditPlaces,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: Body<ChangeOffice>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let changed = places.change_office(&by, request, *id, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(changed))
}

/// Change a duty station: fields that are present.
#[utoipa::path(patch, path = "/v1/duty-stations/{id}", tag = "places", security(("session" = [])), request_body = ChangeDutyStation,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Changed", body = DutyStation),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn change_duty_station(
    by: EditPlaces,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: Body<ChangeDutyStation>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    let changed = places.change_duty_station(&by, request, *id, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(changed))
}

/// End a duty station, once nobody belongs to it.
#[utoipa::path(delete, path = "/v1/duty-stations/{id}", tag = "places", security(("session" = [])),
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 204, description = "Ended"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn end_duty_station(
    by: EditPlaces,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: Body<Nothing>,
    places: web::Data<Places>,
) -> Result<HttpResponse, Fail> {
    places.end_duty_station(&by, request_of(&by, key, body.hash), *id).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}
