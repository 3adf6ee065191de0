//! Routes of the places.

use actix_web::{HttpResponse, web};
use utoipa::OpenApi;
use uuid::Uuid;
use wire::places::{DutyStation, NewDutyStation, NewOffice, NewOrganisation, Office, Organisation, Places as Shown};
use wire::{Code, Problem};

use super::Refusal;
use super::service::{Places, wire_office, wire_organisation, wire_station};
use crate::access::Operator;
use crate::access::http::may::EditPlaces;
use crate::http::body::invalid;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::kernel::field::Invalid;
use crate::store::WriteError;
use crate::store::requests::Request;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(places, create_organisation, create_office, create_duty_station))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/places", web::get().to(places))
        .route("/v1/organisations", web::post().to(create_organisation))
        .route("/v1/offices", web::post().to(create_office))
        .route("/v1/duty-stations", web::post().to(create_duty_station));
}

fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Invalid(Invalid { field, why }) => invalid(&field, why),
        Refusal::Exists(Invalid { field, why }) => {
            let mut problem = Problem::new(Code::AlreadyExists, why);
            problem.field = Some(field);
            problem
        }
        Refusal::Forbidden => {
            Problem::new(Code::Forbidden, "Only who administers the whole installation may make an organisation.")
        }
        Refusal::KeyReused => Problem::new(Code::KeyReused, "Use a new Idempotency-Key for a new request."),
    }
}

fn refused(error: WriteError<Refusal>) -> Fail {
    Fail::from_write(error, problem)
}

fn request_of(by: &Operator, key: IdempotencyKey, body_hash: [u8; 32]) -> Request {
    Request { actor: by.person, key: key.0, body_hash }
}

/// The places that the caller's grants cover.
#[utoipa::path(get, path = "/v1/places", tag = "places", security(("session" = [])),
    responses((status = 200, description = "The places", body = Shown),
              (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json")))]
async fn places(operator: Operator, places: web::Data<Places>) -> web::Json<Shown> {
    let (view, sees) = (places.view(), operator.sees());
    let offices: Vec<_> = view.offices.values().filter(|office| sees.contains(office.id)).collect();
    let named = |id: Uuid| sees.contains(id) || offices.iter().any(|office| office.organisation == id);
    web::Json(Shown {
        organisations: view.organisations.values().filter(|one| named(one.id)).map(wire_organisation).collect(),
        duty_stations: view.stations.values().filter(|one| sees.contains(one.office)).map(wire_station).collect(),
        offices: offices.iter().copied().map(wire_office).collect(),
    })
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
