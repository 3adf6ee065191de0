//! Routes of the register.

use actix_web::{HttpResponse, web};
use utoipa::OpenApi;
use wire::people::{FindPeople, NewPerson, PeopleFound, Person};
use wire::{Code, Problem};

use super::Refusal;
use super::service::People;

use crate::access::http::may::{EditPeople, ReadPeople};
use crate::http::body::invalid;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::kernel::field::Invalid;
use crate::store::WriteError;
use crate::store::requests::Request;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(search, create))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/people", web::post().to(create)).route("/v1/people/search", web::post().to(search));
}

fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Invalid(Invalid { field, why }) => invalid(&field, why),
        Refusal::Exists(Invalid { field, why }) => {
            let mut problem = Problem::new(Code::AlreadyExists, why);
            problem.field = Some(field);
            problem
        }
        Refusal::KeyReused => Problem::new(Code::KeyReused, "Use a new Idempotency-Key for a new request."),
    }
}

fn refused(error: WriteError<Refusal>) -> Fail {
    Fail::from_write(error, problem)
}

/// People in reach by name, call sign or number, the best match first, at most 20.
#[utoipa::path(post, path = "/v1/people/search", tag = "people", security(("session" = [])), request_body = FindPeople,
    params(("Muster-Console" = String, Header)),
    responses((status = 200, description = "Who was found", body = PeopleFound),
              (status = "4XX", description = "Not searched", body = Problem, content_type = "application/problem+json")))]
async fn search(operator: ReadPeople, body: Body<FindPeople>, people: web::Data<People>) -> Result<HttpResponse, Fail> {
    let reach = operator.may(wire::access::Permission::ReadPeople).clone();
    let people = people.search(&body.value.q, reach).await.map_err(refused)?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(PeopleFound { people }))
}

/// Enter a person.
#[utoipa::path(post, path = "/v1/people", tag = "people", security(("session" = [])), request_body = NewPerson,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Entered", body = Person),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn create(
    by: EditPeople,
    key: IdempotencyKey,
    body: Body<NewPerson>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let made = people.create(&by, request, &body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(made))
}
