//! What phones send: the Not Okay, and what comes after it by the token of its case.

use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use wire::not_okay::{AddFacts, AddPosition, Held, MyCase, NotOkay, Stored};
use wire::{Code, DISTRESS_HEADER, Problem};

use super::{not_stored, refused};
use crate::devices::http::not_at_phone;
use crate::devices::tokens::Tokens;
use crate::devices::{CaseHolder, NotAtPhone};
use crate::distress::Distress;
use crate::distress::credential;
use crate::distress::follow::{Addition, NotMine};
use crate::distress::raise::{Raised, Raiser, Tap};
use crate::http::body::{Body, Bounds, Partial, whatever_comes};
use crate::http::{AgeMs, Fail, IdempotencyKey};
use crate::store::requests::Request;

/// Of a Not Okay, 64 KiB are kept and 16 MiB are read at all. What has not come whole after 4 s counts
/// as broken off: the alarm rings with what there is.
const BOUNDS: Bounds = Bounds { kept: 64 * 1024, read: 16 * 1024 * 1024, time: Duration::from_secs(4) };

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/not-okay", web::post().to(not_okay))
        .route("/v1/my-case", web::get().to(my_case))
        .route("/v1/my-case/facts", web::post().to(my_facts))
        .route("/v1/my-case/position", web::post().to(my_position));
}

/// The credential of a scheme, from `Authorization`.
fn authorization<'a>(request: &'a HttpRequest, scheme: &str) -> Option<&'a str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (given, token) = value.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then_some(token.trim())
}

fn tokens(request: &HttpRequest) -> Result<&web::Data<Tokens>, Fail> {
    request
        .app_data::<web::Data<Tokens>>()
        .ok_or_else(|| Fail::new(Code::Internal, "The server is not set up to check tokens."))
}

/// Whoever a distress capability, or an access token, belongs to.
pub(super) struct DistressCredential(Raiser);

impl FromRequest for DistressCredential {
    type Error = Fail;
    type Future = Ready<Result<Self, Fail>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match (tokens(request), authorization(request, "Distress"), authorization(request, "Bearer")) {
            (Err(fail), _, _) => Err(fail),
            (Ok(tokens), Some(token), _) => credential::by_capability(tokens, token).map(Self).map_err(Fail::from),
            (Ok(tokens), None, Some(token)) => credential::by_access(tokens, token).map(Self).map_err(Fail::from),
            (_, None, None) => {
                Err(Fail::new(Code::Unauthenticated, "Send `Authorization: Distress` with the phone's capability."))
            }
        })
    }
}

/// Whoever a case token belongs to.
pub(super) struct CaseCredential(CaseHolder);

impl FromRequest for CaseCredential {
    type Error = Fail;
    type Future = Ready<Result<Self, Fail>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match (tokens(request), authorization(request, "Case")) {
            (Err(fail), _) => Err(fail),
            (_, None) => {
                Err(Fail::new(Code::Unauthenticated, "Send `Authorization: Case` with the token of the case."))
            }
            (Ok(tokens), Some(token)) => credential::case_holder(tokens, token).map(Self).map_err(Fail::from),
        })
    }
}

/// The body of a Not Okay: whatever came, within [`BOUNDS`].
pub(super) struct Raw(Partial);

impl FromRequest for Raw {
    type Error = Fail;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Fail>>>>;

    fn from_request(_: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let payload = payload.take();
        Box::pin(async move { Ok(Self(whatever_comes(payload, BOUNDS).await)) })
    }
}

/// Raise a Not Okay.
///
/// Only the credential and the key are required. A field that is unknown, of another type or
/// impossible is kept as it came and flagged; a body that is not JSON still raises the alarm.
#[utoipa::path(post, path = "/v1/not-okay", tag = "distress", security(("distress" = [])), request_body = NotOkay,
    params(("Idempotency-Key" = Uuid, Header, description = "The tap's UUIDv7; the same for every repeat"),
           ("Muster-Age-Ms" = Option<u64>, Header, description = "Age of the tap when this attempt was sent")),
    responses((status = 201, description = "Stored on disk", body = Stored),
              (status = 200, description = "Stored before under this key; kept as a further attempt", body = Stored),
              (status = 202, description = "The database is away: on a server's disk, and told to the consoles that are connected as provisional. Keep it and repeat it until it is stored", body = Held),
              (status = 400, description = "No usable key", body = Problem, content_type = "application/problem+json"),
              (status = 401, description = "No credential of this installation", body = Problem, content_type = "application/problem+json"),
              (status = 503, description = "Not stored: keep it and repeat it", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn not_okay(
    DistressCredential(raiser): DistressCredential,
    key: IdempotencyKey,
    age: AgeMs,
    Raw(raw): Raw,
    distress: web::Data<Distress>,
) -> Result<HttpResponse, Fail> {
    let renewed = distress.renewed_capability(&raiser);
    let incomplete = raw.incomplete.map(Into::into);
    let tap = Tap { key: key.0, age_ms: age.0, body: raw.bytes, incomplete, channel: "http".into() };
    let raised = distress.raise(raiser, tap).await.map_err(not_stored)?;
    let mut response = match &raised {
        Raised::Stored { repeat: true, .. } => HttpResponse::Ok(),
        Raised::Stored { .. } | Raised::Tested(_) => HttpResponse::Created(),
        Raised::Held(_) => HttpResponse::Accepted(),
    };
    if let Some(renewed) = renewed {
        response.insert_header((DISTRESS_HEADER, renewed));
    }
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    Ok(match raised {
        Raised::Stored { stored, .. } => response.json(stored),
        Raised::Held(held) => response.insert_header((header::RETRY_AFTER, "2")).json(held),
        Raised::Tested(_) => response.finish(),
    })
}

/// How far the case of this token got. A phone that was revoked is told no names.
#[utoipa::path(get, path = "/v1/my-case", tag = "distress", security(("case" = [])),
    responses((status = 200, description = "The case", body = MyCase), (status = 304, description = "Nothing new"),
              (status = 401, description = "No such token, or of a phone that was seized", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn my_case(
    CaseCredential(holder): CaseCredential,
    request: HttpRequest,
    distress: web::Data<Distress>,
) -> Result<HttpResponse, Fail> {
    let mine = distress.mine(&holder).await.map_err(|why| match why {
        NotMine::Withheld => not_at_phone(NotAtPhone::Revoked),
        NotMine::Store(error) => error.into(),
    });
    let Some(case) = mine? else {
        return Err(Fail::new(Code::NotFound, "This case is not here any more."));
    };
    let etag = format!("\"{}-{}\"", case.id.simple(), case.revision);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known == Some(etag.as_str()) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, etag)).finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .json(case))
}

/// Add facts to the case of this token.
#[utoipa::path(post, path = "/v1/my-case/facts", tag = "distress", security(("case" = [])), request_body = AddFacts,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Age-Ms" = Option<u64>, Header)),
    responses((status = 200, description = "Added", body = MyCase),
              (status = "4XX", description = "Not added", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn my_facts(
    CaseCredential(holder): CaseCredential,
    key: IdempotencyKey,
    age: AgeMs,
    body: Body<AddFacts>,
    distress: web::Data<Distress>,
) -> Result<web::Json<MyCase>, Fail> {
    let request = Request { actor: holder.person, key: key.0, body_hash: body.hash };
    let case = distress.add(&holder, request, age.0, Addition::Facts(body.value.facts)).await.map_err(refused)?;
    Ok(web::Json(case))
}

/// Add a position to the case of this token.
#[utoipa::path(post, path = "/v1/my-case/position", tag = "distress", security(("case" = [])), request_body = AddPosition,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Age-Ms" = Option<u64>, Header)),
    responses((status = 200, description = "Added", body = MyCase),
              (status = "4XX", description = "Not added", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn my_position(
    CaseCredential(holder): CaseCredential,
    key: IdempotencyKey,
    age: AgeMs,
    body: Body<AddPosition>,
    distress: web::Data<Distress>,
) -> Result<web::Json<MyCase>, Fail> {
    let request = Request { actor: holder.person, key: key.0, body_hash: body.hash };
    let addition = Addition::Position(body.value.position, body.value.battery);
    let case = distress.add(&holder, request, age.0, addition).await.map_err(refused)?;
    Ok(web::Json(case))
}
