//! Routes of the register.

mod list;
mod me;
mod numbers;
mod offices;
mod person;

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::OpenApi;
use uuid::Uuid;
use wire::{Code, Problem};

use super::Refusal;
use crate::access::Operator;
use crate::http::body::invalid;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::kernel::field::Invalid;
use crate::store::WriteError;
use crate::store::requests::Request;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(
    list::list,
    list::search,
    list::export,
    person::create,
    person::detail,
    person::change,
    person::departure,
    person::comeback,
    person::set_current_place,
    person::clear_current_place,
    numbers::called,
    numbers::waiting,
    offices::counts,
    offices::reachability,
    offices::zone_people,
    offices::attestations,
    offices::attest,
    me::profile,
    me::set_current_place,
    me::clear_current_place,
    me::ask_code,
    me::verify
))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    // Words before identifiers: /v1/people/counts is nobody's.
    list::routes(cfg);
    offices::routes(cfg);
    numbers::routes(cfg);
    person::routes(cfg);
    me::routes(cfg);
}

fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Invalid(Invalid { field, why }) => invalid(&field, why),
        Refusal::Exists(Invalid { field, why }) => {
            let mut problem = Problem::new(Code::AlreadyExists, why);
            problem.field = Some(field);
            problem
        }
        Refusal::NotFound => Problem::new(Code::NotFound, "There is nothing of this identifier for you."),
        Refusal::RevisionChanged => {
            let why = "Somebody changed this person since you looked. Read them again and decide anew.";
            Problem::new(Code::RevisionChanged, why)
        }
        Refusal::ListChanged => {
            let why = "Somebody came, left or was changed since you read the list. Read it again, then sign.";
            Problem::new(Code::ListChanged, why)
        }
        Refusal::LastAdministrator => {
            let why = "This is the last administrator of the whole installation; grant somebody else first.";
            Problem::new(Code::Forbidden, why)
        }
        Refusal::HoldsRoles => {
            let why = "This person holds roles that you may not end, and would lose them; ask who may grant those.";
            Problem::new(Code::Forbidden, why)
        }
        Refusal::StepUpRequired => {
            let why = "This person holds roles, and loses them. Give your password, and a code where you have a code \
                       generator, to POST /v1/session/step-up first.";
            Problem::new(Code::StepUpRequired, why)
        }
        Refusal::KeyReused => Problem::new(Code::KeyReused, "Use a new Idempotency-Key for a new request."),
    }
}

fn refused(error: WriteError<Refusal>) -> Fail {
    Fail::from_write(error, problem)
}

fn request_of<T>(by: &Operator, key: IdempotencyKey, body: &Body<T>) -> Request {
    Request { actor: by.person, key: key.0, body_hash: body.hash }
}

/// An answer that no cache keeps: it names people.
fn private(answer: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer)
}

/// The identifiers in a path of two.
type Two = web::Path<(Uuid, Uuid)>;
