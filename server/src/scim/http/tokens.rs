//! `/v1/tokens`.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use wire::tokens::{EndToken, HoldToken, NewToken, RaiseDepartures, ServiceToken, ServiceTokens, TokenIssued};
use wire::{Code, Problem};

use crate::access::Operator;
use crate::access::http::SteppedUp;
use crate::access::http::may::ManageTokens;
use crate::http::body::invalid;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::kernel::field::Invalid;
use crate::scim::{Scim, TokenRefusal};
use crate::store::WriteError;
use crate::store::requests::Request;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/v1/tokens").route(web::get().to(list)).route(web::post().to(issue)))
        .route("/v1/tokens/{id}", web::delete().to(end))
        .route("/v1/tokens/{id}/departures", web::post().to(raise))
        .route("/v1/tokens/{id}/holder", web::post().to(hold));
}

fn problem(refusal: TokenRefusal) -> Problem {
    match refusal {
        TokenRefusal::Invalid(Invalid { field, why }) => invalid(&field, why),
        TokenRefusal::NotFound => Problem::new(Code::NotFound, "There is no such token for you."),
        TokenRefusal::Ended => Problem::new(Code::AlreadyEnded, "This token was ended already; issue another."),
        TokenRefusal::Issued => {
            let why = "This request issued a token already, and its secret is shown once. End it and issue another.";
            Problem::new(Code::AlreadyExists, why)
        }
        TokenRefusal::KeyReused => Problem::new(Code::KeyReused, "Use a new Idempotency-Key for a new request."),
    }
}

fn refused(error: WriteError<TokenRefusal>) -> Fail {
    Fail::from_write(error, problem)
}

fn request_of<T>(by: &Operator, key: IdempotencyKey, body: &Body<T>) -> Request {
    Request { actor: by.person, key: key.0, body_hash: body.hash }
}

/// Of which organisation.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OfOrganisation {
    /// One organisation; all whose tokens you manage when absent.
    organisation: Option<Uuid>,
}

/// Issue a token by which another system keeps the people of one organisation. Its secret is shown in
/// this answer only.
#[utoipa::path(post, path = "/v1/tokens", tag = "tokens", security(("session" = [])), request_body = NewToken,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "The token", body = TokenIssued),
              (status = 409, description = "This request issued one already", body = Problem, content_type = "application/problem+json"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn issue(
    by: SteppedUp<ManageTokens>,
    key: IdempotencyKey,
    body: Body<NewToken>,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, &body);
    let issued = scim.issue(&by, request, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().insert_header((header::CACHE_CONTROL, "no-store")).json(issued))
}

/// Tokens that you manage, the newest first.
#[utoipa::path(get, path = "/v1/tokens", tag = "tokens", security(("session" = [])), params(OfOrganisation),
    responses((status = 200, description = "At most 100", body = ServiceTokens),
              (status = "4XX", description = "Not for this caller", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    by: ManageTokens,
    of: web::Query<OfOrganisation>,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, Fail> {
    Ok(HttpResponse::Ok().json(scim.tokens(&by, of.organisation).await?))
}

/// End a token: from then on nothing is done by it.
#[utoipa::path(delete, path = "/v1/tokens/{id}", tag = "tokens", security(("session" = [])), request_body = EndToken,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Ended", body = ServiceToken),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn end(
    by: SteppedUp<ManageTokens>,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<EndToken>,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, &body);
    let ended = scim.end_token(&by, request, (*id, body.value)).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(ended))
}

/// Take a token over: from then on you answer for it. One that nobody answers for ends after seven days.
#[utoipa::path(post, path = "/v1/tokens/{id}/holder", tag = "tokens", security(("session" = [])), request_body = HoldToken,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Yours", body = ServiceToken),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn hold(
    by: SteppedUp<ManageTokens>,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<HoldToken>,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, &body);
    let held = scim.hold(&by, request, (*id, body.value)).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(held))
}

/// Let a token note more than 5 % of the people as having left, for 24 hours.
#[utoipa::path(post, path = "/v1/tokens/{id}/departures", tag = "tokens", security(("session" = [])), request_body = RaiseDepartures,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Raised", body = ServiceToken),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn raise(
    by: SteppedUp<ManageTokens>,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<RaiseDepartures>,
    scim: web::Data<Scim>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, &body);
    let raised = scim.raise_departures(&by, request, (*id, body.value)).await.map_err(refused)?;
    Ok(HttpResponse::Ok().json(raised))
}
