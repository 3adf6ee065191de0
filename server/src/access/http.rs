//! Routes of signing in and out, tickets, one-time links, accounts, grants.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::OpenApi;
use uuid::Uuid;
use wire::access::{AccountLink, Grant, NewGrant, Session, SignIn, Ticket};
use wire::setup::{FirstAdministrator, SetPassword};
use wire::{Code, Problem};

use super::service::SignedIn;
use super::{Access, Operator, Refusal, Wait};
use crate::http::{Body, Fail, IdempotencyKey};
use crate::store::WriteError;
use crate::store::requests::Request;

mod operator;

pub use operator::{COOKIE, OperatorWrite, OwnPage, SameOrigin, WorksCases, WorksCasesWrite, may};

/// Hours that a browser keeps the cookie: as long as the session lives at most, so that a console
/// that crashed comes back signed in.
const COOKIE_HOURS: i64 = 12;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(sign_in, session, sign_out, ticket, set_up, set_password, create_account, grant))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::resource("/v1/session")
            .route(web::post().to(sign_in))
            .route(web::get().to(session))
            .route(web::delete().to(sign_out)),
    )
    .route("/v1/live/ticket", web::post().to(ticket))
    .route("/v1/setup", web::post().to(set_up))
    .route("/v1/password", web::post().to(set_password))
    .route("/v1/people/{id}/account", web::post().to(create_account))
    .route("/v1/grants", web::post().to(grant));
}

/// A request without fields.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

fn problem(refusal: Refusal) -> Problem {
    let (code, field, retry_after) = match &refusal {
        Refusal::SignInFailed => (Code::SignInFailed, None, None),
        Refusal::Delayed(Wait(seconds)) => (Code::SignInDelayed, None, Some(*seconds)),
        Refusal::LinkInvalid => (Code::LinkInvalid, None, None),
        Refusal::Password(_) => (Code::PasswordRefused, Some("/password"), None),
        Refusal::Invalid(invalid) => (Code::InvalidValue, Some(invalid.field.as_str()), None),
        Refusal::Exists(invalid) => (Code::AlreadyExists, Some(invalid.field.as_str()), None),
        Refusal::NotFound => (Code::NotFound, None, None),
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

fn cookie(value: String) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .max_age(Duration::hours(COOKIE_HOURS))
        .finish()
}

fn session_of(access: &Access, operator: &Operator) -> Result<Session, Fail> {
    Ok(Session {
        person: operator.person,
        name: operator.name.clone(),
        roles: operator.rights.roles.clone(),
        works_cases: operator.works_cases(),
        permissions: operator.rights.permissions().collect(),
        expires: operator.expires,
        exercise: access.is_exercise()?,
        server_time: access.now(),
    })
}

fn signed_in(response: actix_web::http::StatusCode, access: &Access, signed: SignedIn) -> Result<HttpResponse, Fail> {
    let session = session_of(access, &signed.operator)?;
    Ok(HttpResponse::build(response)
        .cookie(cookie(signed.cookie))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(session))
}

/// Sign in. The answer to a wrong password and to an unknown account is the same.
#[utoipa::path(post, path = "/v1/session", tag = "access", request_body = SignIn,
    params(("Muster-Console" = String, Header)),
    responses((status = 200, description = "Signed in; the cookie is the credential", body = Session),
              (status = 401, description = "E-mail or password is wrong", body = Problem, content_type = "application/problem+json"),
              (status = 403, description = "From another page", body = Problem, content_type = "application/problem+json"),
              (status = 429, description = "Too early after failures", body = Problem, content_type = "application/problem+json")))]
async fn sign_in(
    _page: OwnPage,
    request: HttpRequest,
    body: Body<SignIn>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let SignIn { email, password } = body.value;
    let from = request.peer_addr().map(|address| address.ip());
    let held = request.cookie(COOKIE);
    let signed = access.sign_in(&email, password, from, held.as_ref().map(Cookie::value)).await.map_err(refused)?;
    signed_in(actix_web::http::StatusCode::OK, &access, signed)
}

/// Who is signed in, and what they may do.
#[utoipa::path(get, path = "/v1/session", tag = "access", security(("session" = [])),
    responses((status = 200, description = "Signed in", body = Session),
              (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json")))]
async fn session(operator: Operator, access: web::Data<Access>) -> Result<HttpResponse, Fail> {
    let session = session_of(&access, &operator)?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(session))
}

/// Sign out. Cases that the person had are given back when it was their last session.
#[utoipa::path(delete, path = "/v1/session", tag = "access", security(("session" = [])),
    params(("Muster-Console" = String, Header)),
    responses((status = 204, description = "Signed out"),
              (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json")))]
async fn sign_out(operator: OperatorWrite, access: web::Data<Access>) -> Result<HttpResponse, Fail> {
    access.sign_out(&operator).await?;
    let mut gone = cookie(String::new());
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

/// A ticket for the live socket: 30 s, once.
#[utoipa::path(post, path = "/v1/live/ticket", tag = "access", security(("session" = [])),
    params(("Muster-Console" = String, Header)),
    responses((status = 200, description = "The ticket", body = Ticket),
              (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
              (status = 403, description = "Works no cases", body = Problem, content_type = "application/problem+json")))]
async fn ticket(operator: WorksCasesWrite, access: web::Data<Access>) -> HttpResponse {
    let ticket = Ticket { ticket: access.issue_ticket(&operator) };
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(ticket)
}

/// Make the first administrator by the one-time link that the server printed.
#[utoipa::path(post, path = "/v1/setup", tag = "access", request_body = FirstAdministrator,
    params(("Muster-Console" = String, Header)),
    responses((status = 201, description = "Made, and signed in", body = Session),
              (status = 404, description = "The link is not valid", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "A field cannot be so", body = Problem, content_type = "application/problem+json")))]
async fn set_up(
    _page: OwnPage,
    body: Body<FirstAdministrator>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let signed = access.set_up(body.value).await.map_err(refused)?;
    signed_in(actix_web::http::StatusCode::CREATED, &access, signed)
}

/// Set a password by a one-time link. Every session of the person ends.
#[utoipa::path(post, path = "/v1/password", tag = "access", request_body = SetPassword,
    params(("Muster-Console" = String, Header)),
    responses((status = 204, description = "Set; sign in now"),
              (status = 404, description = "The link is not valid", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "Choose another password", body = Problem, content_type = "application/problem+json")))]
async fn set_password(
    _page: OwnPage,
    body: Body<SetPassword>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let SetPassword { secret, password } = body.value;
    access.set_password(&secret, password).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Let a person sign in: a link that sets their password, once, within 24 hours.
#[utoipa::path(post, path = "/v1/people/{id}/account", tag = "access", security(("session" = [])), request_body = Nothing,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "The link", body = AccountLink),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn create_account(
    by: may::GrantRoles,
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

/// Grant a role over an area for a time.
#[utoipa::path(post, path = "/v1/grants", tag = "access", security(("session" = [])), request_body = NewGrant,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Granted", body = Grant),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn grant(
    by: may::GrantRoles,
    key: IdempotencyKey,
    body: Body<NewGrant>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let granted = access.grant(&by, request, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(granted))
}
