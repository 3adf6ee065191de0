//! Routes of policies.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::OpenApi;
use uuid::Uuid;
use wire::escalation::{Policies, Policy, PutPolicy};
use wire::{Code, Problem};

use super::Refusal;
use super::service::Escalation;
use crate::access::Operator;
use crate::access::http::SteppedUp;
use crate::access::http::may::{EditLadders, SeesLadders};
use crate::http::body::invalid;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::store::WriteError;
use crate::store::requests::Request;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(policies, put, end))]
pub struct Docs;

/// A body without fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/escalation/policies", web::get().to(policies)).service(
        web::resource("/v1/escalation/policies/{area}").route(web::put().to(put)).route(web::delete().to(end)),
    );
}

fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Invalid(one) => invalid(&one.field, one.why),
        Refusal::NotFound => Problem::new(Code::NotFound, "There is no such office, region or organisation for you."),
        Refusal::Forbidden => {
            Problem::new(Code::Forbidden, "You may not say whom the server calls there; ask who administers it.")
        }
        Refusal::Changed => Problem::new(Code::RevisionChanged, "Somebody changed it since you looked. Look again."),
        Refusal::KeyReused => Problem::new(Code::KeyReused, "Use a new Idempotency-Key for a new request."),
    }
}

fn refused(error: WriteError<Refusal>) -> Fail {
    Fail::from_write(error, problem)
}

fn request_of(who: &Operator, key: IdempotencyKey, body_hash: [u8; 32]) -> Request {
    Request { actor: who.person, key: key.0, body_hash }
}

/// Whom the server calls about alarms: the policies of the areas that the caller sees, and the standard.
#[utoipa::path(get, path = "/v1/escalation/policies", tag = "escalation", security(("session" = [])),
    responses((status = 200, description = "The policies", body = Policies),
              (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json")))]
async fn policies(who: SeesLadders, escalation: web::Data<Escalation>) -> Result<HttpResponse, Fail> {
    let policies = escalation.policies(&who).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(policies))
}

/// Say whom the server calls about the alarms of an area: an office, region or organisation, or with the nil UUID the
/// whole installation. It counts for the cases that come after.
#[utoipa::path(put, path = "/v1/escalation/policies/{area}", tag = "escalation", security(("session" = [])),
    request_body = PutPolicy,
    params(("area" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "It counts from now on", body = Policy),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn put(
    who: SteppedUp<EditLadders>,
    key: IdempotencyKey,
    area: web::Path<Uuid>,
    body: Body<PutPolicy>,
    escalation: web::Data<Escalation>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&who, key, body.hash);
    let policy = escalation.put(&who, request, *area, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(policy))
}

/// Take the policy of an area away: what is above it counts for the cases that come after.
#[utoipa::path(delete, path = "/v1/escalation/policies/{area}", tag = "escalation", security(("session" = [])),
    params(("area" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 204, description = "What is above it counts"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn end(
    who: SteppedUp<EditLadders>,
    key: IdempotencyKey,
    area: web::Path<Uuid>,
    body: Body<Nothing>,
    escalation: web::Data<Escalation>,
) -> Result<HttpResponse, Fail> {
    escalation.end(&who, request_of(&who, key, body.hash), *area).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}
