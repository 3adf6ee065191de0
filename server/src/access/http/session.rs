//! Routes of signing in and out, tickets, proving anew who one is, and lists of sessions.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use uuid::Uuid;
use wire::access::{Session, SignIn, Ticket};
use wire::sign_in::{EndSessions, OpenSessions, SessionsEnded, StepUp, SteppedUp};
use wire::{Code, Problem};

use super::{COOKIE, Confined, ConfinedWrite, OperatorWrite, OwnPage, WorksCasesWrite, refused};
use crate::access::{Access, Operator, SignedIn, Trying, browser};
use crate::http::body::request_hash;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::store::requests::Request;

/// Hours that a browser keeps the cookie: as long as the session lives at most, so that a console
/// that crashed comes back signed in.
const COOKIE_HOURS: i64 = 12;

/// Name of the cookie by which a browser is known again. It lets nobody in.
const BROWSER: &str = "__Host-muster-browser";

/// Days that a browser keeps it.
const BROWSER_DAYS: i64 = 180;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::resource("/v1/session")
            .route(web::post().to(sign_in))
            .route(web::get().to(session))
            .route(web::delete().to(sign_out)),
    )
    .route("/v1/session/step-up", web::post().to(step_up))
    .route("/v1/live/ticket", web::post().to(ticket))
    .route("/v1/sessions", web::get().to(own_sessions))
    .route("/v1/sessions/{id}", web::delete().to(end_session))
    .route("/v1/people/{id}/sessions", web::get().to(sessions_of_person))
    .route("/v1/people/{id}/sessions/end", web::post().to(end_sessions));
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

/// Which browser a request came from, as it says itself.
pub(super) fn device(request: &HttpRequest) -> String {
    let said = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    browser::label(said.unwrap_or_default())
}

async fn session_of(access: &Access, operator: &Operator) -> Result<Session, Fail> {
    let now = access.now();
    Ok(Session {
        person: operator.person,
        name: operator.name.clone(),
        roles: operator.rights.roles.clone(),
        works_cases: operator.works_cases(),
        permissions: operator.rights.permissions().collect(),
        grants: access.grants_held(operator.person).await?,
        second_factor: operator.second_factor,
        second_factor_required: operator.confined,
        stepped_up_until: operator.stepped_up(now).ok().map(|()| operator.stepped_up_until()),
        expires: operator.expires,
        exercise: access.is_exercise()?,
        texts: access.texts(),
        server_time: now,
    })
}

/// What the browser keeps of earlier sign-ins.
pub(super) fn known_browser(request: &HttpRequest) -> Option<String> {
    request.cookie(BROWSER).map(|cookie| cookie.value().to_owned())
}

/// Lets the browser keep that this account signed in there: strangers who try its password do not hold
/// it up.
pub(super) fn remember(
    answer: &mut HttpResponse,
    access: &Access,
    held: Option<&str>,
    email: &str,
) -> Result<(), Fail> {
    let mut kept = cookie(access.remember(held, email));
    kept.set_name(BROWSER);
    kept.set_max_age(Duration::days(BROWSER_DAYS));
    answer.add_cookie(&kept).map_err(|_| Fail::new(Code::Internal, "The browser could not be remembered."))
}

/// The answer to who has just signed in: the cookie and the session.
pub(super) async fn signed_in(status: StatusCode, access: &Access, signed: SignedIn) -> Result<HttpResponse, Fail> {
    let session = session_of(access, &signed.operator).await?;
    Ok(HttpResponse::build(status)
        .cookie(cookie(signed.cookie))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(session))
}

/// Sign in. The answer to a wrong password and to an unknown account is the same; only who gave the
/// right password is asked for a code.
#[utoipa::path(post, path = "/v1/session", tag = "access", request_body = SignIn,
    params(("Muster-Console" = String, Header)),
    responses((status = 200, description = "Signed in; the cookie is the credential", body = Session),
              (status = 401, description = "E-mail, password or code is wrong, or a code is needed", body = Problem, content_type = "application/problem+json"),
              (status = 403, description = "From another page", body = Problem, content_type = "application/problem+json"),
              (status = 429, description = "Too early after failures", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn sign_in(
    _page: OwnPage,
    request: HttpRequest,
    body: Body<SignIn>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let SignIn { email, password, code } = body.value;
    let held = request.cookie(COOKIE);
    let browser = known_browser(&request);
    let account = email.clone();
    let trying = Trying {
        email,
        password,
        code,
        from: request.peer_addr().map(|address| address.ip()),
        device: device(&request),
        replaced: held.map(|cookie| cookie.value().to_owned()),
        browser: browser.clone(),
    };
    let signed = access.sign_in(trying).await.map_err(refused)?;
    let mut answer = signed_in(StatusCode::OK, &access, signed).await?;
    remember(&mut answer, &access, browser.as_deref(), &account)?;
    Ok(answer)
}

/// Who is signed in, and what they may do.
#[utoipa::path(get, path = "/v1/session", tag = "access", security(("session" = [])),
    responses((status = 200, description = "Signed in", body = Session),
              (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn session(Confined(operator): Confined, access: web::Data<Access>) -> Result<HttpResponse, Fail> {
    let session = session_of(&access, &operator).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(session))
}

/// Sign out. Cases that the person had are given back when it was their last session.
#[utoipa::path(delete, path = "/v1/session", tag = "access", security(("session" = [])),
    params(("Muster-Console" = String, Header)),
    responses((status = 204, description = "Signed out"),
              (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn sign_out(
    ConfinedWrite(operator): ConfinedWrite,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    access.sign_out(&operator).await?;
    let mut gone = cookie(String::new());
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

/// Prove again who you are: it counts for five minutes, for what cannot be taken back. It takes no
/// Idempotency-Key: nothing of a password is kept, and each code is taken once.
#[utoipa::path(post, path = "/v1/session/step-up", tag = "access", security(("session" = [])), request_body = StepUp,
    params(("Muster-Console" = String, Header)),
    responses((status = 200, description = "Until when it counts", body = SteppedUp),
              (status = 401, description = "Not signed in, or password or code is wrong", body = Problem, content_type = "application/problem+json"),
              (status = 429, description = "Too early after failures", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn step_up(
    ConfinedWrite(operator): ConfinedWrite,
    body: Body<StepUp>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let stepped = access.step_up(&operator, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(stepped))
}

/// A ticket for the live socket: 30 s, once.
#[utoipa::path(post, path = "/v1/live/ticket", tag = "access", security(("session" = [])),
    params(("Muster-Console" = String, Header)),
    responses((status = 200, description = "The ticket", body = Ticket),
              (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
              (status = 403, description = "Works no cases", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn ticket(operator: WorksCasesWrite, access: web::Data<Access>) -> HttpResponse {
    let ticket = Ticket { ticket: access.issue_ticket(&operator) };
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(ticket)
}

/// Your open sessions.
#[utoipa::path(get, path = "/v1/sessions", tag = "access", security(("session" = [])),
    responses((status = 200, description = "The newest first", body = OpenSessions),
              (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn own_sessions(operator: Operator, access: web::Data<Access>) -> Result<HttpResponse, Fail> {
    let sessions = access.sessions_of(&operator, operator.person).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(OpenSessions { sessions }))
}

/// Somebody's open sessions, for who may end them.
#[utoipa::path(get, path = "/v1/people/{id}/sessions", tag = "access", security(("session" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 200, description = "The newest first", body = OpenSessions),
              (status = "4XX", description = "Not for you", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn sessions_of_person(
    by: Operator,
    id: web::Path<Uuid>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let sessions = access.sessions_of(&by, *id).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(OpenSessions { sessions }))
}

/// End one session: your own, or of somebody whose sessions you may end.
#[utoipa::path(delete, path = "/v1/sessions/{id}", tag = "access", security(("session" = [])),
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 204, description = "Ended; its sockets close"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn end_session(
    by: OperatorWrite,
    id: web::Path<Uuid>,
    request: HttpRequest,
    key: IdempotencyKey,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: request_hash(request.path(), b"{}") };
    access.end_session(&by, request, *id).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sign somebody out everywhere. Of your own sessions the one that asks stays.
#[utoipa::path(post, path = "/v1/people/{id}/sessions/end", tag = "access", security(("session" = [])), request_body = EndSessions,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Ended; their sockets close", body = SessionsEnded),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn end_sessions(
    by: OperatorWrite,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<EndSessions>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let ended = access.end_sessions(&by, request, *id, &body.value.reason).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(ended))
}
