//! Routes of one-time links and accounts; those of sessions, second factors and rights are beside.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::OpenApi;
use uuid::Uuid;
use wire::access::{AccountLink, Session};
use wire::setup::{FirstAdministrator, SetPassword};
use wire::{Code, Problem};

use super::{Access, Refusal, Wait};
use crate::http::{Body, Fail, IdempotencyKey};
use crate::store::WriteError;
use crate::store::requests::Request;

mod operator;
mod own_password;
pub mod rights;
mod second_factor;
mod session;

pub use operator::{
    COOKIE, Confined, ConfinedWrite, OperatorWrite, OwnPage, SameOrigin, SteppedUp, WorksCases, WorksCasesWrite, may,
};

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(
    session::sign_in,
    session::session,
    session::sign_out,
    session::step_up,
    session::ticket,
    session::own_sessions,
    session::sessions_of_person,
    session::end_session,
    session::end_sessions,
    own_password::change,
    second_factor::offer,
    second_factor::confirm,
    second_factor::remove,
    set_up,
    set_password,
    create_account
))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.configure(session::routes).configure(own_password::routes).configure(second_factor::routes);
    cfg.route("/v1/setup", web::post().to(set_up))
        .route("/v1/password", web::post().to(set_password))
        .route("/v1/people/{id}/account", web::post().to(create_account))
        .configure(rights::routes);
}

/// A request without fields.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

fn problem(refusal: Refusal) -> Problem {
    let (code, field, retry_after) = match &refusal {
        Refusal::SignInFailed => (Code::SignInFailed, None, None),
        Refusal::CodeRequired => (Code::CodeRequired, Some("/code"), None),
        Refusal::CodeWrong => (Code::CodeWrong, Some("/code"), None),
        Refusal::StepUpRequired => (Code::StepUpRequired, None, None),
        Refusal::NothingOffered | Refusal::NoSecondFactor => (Code::NotFound, None, None),
        Refusal::Delayed(Wait(seconds)) => (Code::SignInDelayed, None, Some(*seconds)),
        Refusal::LinkInvalid => (Code::LinkInvalid, None, None),
        Refusal::Password(_) => (Code::PasswordRefused, Some("/password"), None),
        Refusal::Invalid(invalid) => (Code::InvalidValue, Some(invalid.field.as_str()), None),
        Refusal::Exists(invalid) => (Code::AlreadyExists, Some(invalid.field.as_str()), None),
        Refusal::NotFound | Refusal::Missing(_) => (Code::NotFound, None, None),
        Refusal::OfficeSeized => (Code::OfficeSeized, None, None),
        Refusal::Ended(_) => (Code::AlreadyEnded, None, None),
        Refusal::Forbidden(_) => (Code::Forbidden, None, None),
        Refusal::KeyReused => (Code::KeyReused, None, None),
    };
    let mut problem = Problem::new(code, refusal.to_string());
    problem.field = field.map(str::to_owned);
    problem.retry_after = retry_after;
    problem
}

fn refused(error: WriteError<Refusal>) -> Fail {
    Fail::from_write(error, problem)
}

/// Make the first administrator by the one-time link that the server printed.
#[utoipa::path(post, path = "/v1/setup", tag = "access", request_body = FirstAdministrator,
    params(("Muster-Console" = String, Header)),
    responses((status = 201, description = "Made, and signed in", body = Session),
              (status = 404, description = "The link is not valid", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "A field cannot be so", body = Problem, content_type = "application/problem+json")))]
async fn set_up(
    _page: OwnPage,
    request: HttpRequest,
    body: Body<FirstAdministrator>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let email = body.value.email.clone();
    let signed = access.set_up(body.value, session::device(&request)).await.map_err(refused)?;
    let mut answer = session::signed_in(StatusCode::CREATED, &access, signed).await?;
    session::remember(&mut answer, &access, session::known_browser(&request).as_deref(), &email)?;
    Ok(answer)
}

/// Set a password by a one-time link. Every session of the person ends.
#[utoipa::path(post, path = "/v1/password", tag = "access", request_body = SetPassword,
    params(("Muster-Console" = String, Header)),
    responses((status = 204, description = "Set; sign in now"),
              (status = 404, description = "The link is not valid", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "Choose another password", body = Problem, content_type = "application/problem+json")))]
async fn set_password(
    _page: OwnPage,
    request: HttpRequest,
    body: Body<SetPassword>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let SetPassword { secret, password } = body.value;
    let email = access.set_password(&secret, password).await.map_err(refused)?;
    let mut answer = HttpResponse::NoContent().finish();
    session::remember(&mut answer, &access, session::known_browser(&request).as_deref(), &email)?;
    Ok(answer)
}

/// Let a person sign in: a link that sets their password, once, within 24 hours. It is void as soon as they
/// are granted a role, leave, or their office is seized. Their scopes are told. Needs a step-up.
#[utoipa::path(post, path = "/v1/people/{id}/account", tag = "access", security(("session" = [])), request_body = Nothing,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "The link", body = AccountLink),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn create_account(
    by: SteppedUp<may::GrantRoles>,
    OwnPage(origin): OwnPage,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Nothing>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let made = access.create_account(&by, request, *id).await.map_err(refused)?;
    let link = AccountLink { link: format!("{origin}/console#password={}", made.secret), expires: made.expires };
    Ok(HttpResponse::Created().insert_header((header::CACHE_CONTROL, "no-store")).json(link))
}
