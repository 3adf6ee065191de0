//! Routes of the distress slice.

use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use serde::Deserialize;
use utoipa::OpenApi;
use uuid::Uuid;
use wire::case::{
    AddNote, AssignResponder, CaseAfter, CaseDetail, CasePage, CaseSummary, Claim, CloseCase, OpenCase, TryContact,
};
use wire::not_okay::{AddFacts, AddPosition, MyCase, NotOkay, Stored};
use wire::{Code, DISTRESS_HEADER, Problem};

use super::follow::Addition;
use super::raise::{Raiser, Tap};
use super::{Distress, Refusal};
use crate::access::http::{WorksCases, WorksCasesWrite};
use crate::devices::CaseHolder;
use crate::devices::tokens::{TokenRefusal, Tokens};
use crate::http::body::{Body, invalid};
use crate::http::{AgeMs, Fail, IdempotencyKey};
use crate::store::requests::Request;
use crate::store::{StoreError, WriteError};

/// Bytes of a Not Okay that are kept; the rest is read, counted and dropped.
pub const KEPT: usize = 64 * 1024;

/// Bytes of a Not Okay that are read at all.
const READ: usize = 16 * 1024 * 1024;

/// A body that has not come whole by then counts as broken off: the alarm rings with what there is.
const STALLED: Duration = Duration::from_secs(4);

/// Most rows of a page.
const PAGE: i64 = 100;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(
    not_okay,
    my_case,
    my_facts,
    my_position,
    open_case,
    cases,
    case_detail,
    claim,
    release,
    still_on_it,
    notes,
    contacts,
    facts,
    responder,
    close
))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/not-okay", web::post().to(not_okay))
        .route("/v1/my-case", web::get().to(my_case))
        .route("/v1/my-case/facts", web::post().to(my_facts))
        .route("/v1/my-case/position", web::post().to(my_position))
        .route("/v1/cases", web::get().to(cases))
        .route("/v1/cases", web::post().to(open_case))
        .route("/v1/cases/{id}", web::get().to(case_detail))
        .route("/v1/cases/{id}/claim", web::post().to(claim))
        .route("/v1/cases/{id}/release", web::post().to(release))
        .route("/v1/cases/{id}/still-on-it", web::post().to(still_on_it))
        .route("/v1/cases/{id}/notes", web::post().to(notes))
        .route("/v1/cases/{id}/contacts", web::post().to(contacts))
        .route("/v1/cases/{id}/facts", web::post().to(facts))
        .route("/v1/cases/{id}/responder", web::post().to(responder))
        .route("/v1/cases/{id}/close", web::post().to(close));
}

/// A Not Okay that could not be stored, whatever the reason, is one to keep and repeat.
pub fn not_stored(error: StoreError) -> Fail {
    match error {
        StoreError::Fault(_) => StoreError::Down(crate::store::Down("a fault".to_owned())).into(),
        other => other.into(),
    }
}

/// What a refusal is called on the wire.
pub fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NotFound => Problem::new(Code::NotFound, "There is no such case in your scope."),
        Refusal::AlreadyTaken(owner) => {
            let mut problem = Problem::new(
                Code::AlreadyTaken,
                format!("{owner} has it. You can still call and note; take it over with a reason if you must."),
            );
            problem.owner = Some(owner);
            problem
        }
        Refusal::NotOwner => Problem::new(Code::NotOwner, "Only the owner can do this: take the case first."),
        Refusal::Closed => Problem::new(Code::CaseClosed, "The case is closed; a new tap reopens it."),
        Refusal::Changed => {
            Problem::new(Code::CaseChanged, "A new tap came in. Look at the case, act on it, then close it.")
        }
        Refusal::Invalid { field, why } => invalid(field, why),
        Refusal::KeyReused => Problem::new(Code::KeyReused, "Use a new Idempotency-Key for a new request."),
    }
}

fn refused(error: WriteError<Refusal>) -> Fail {
    Fail::from_write(error, problem)
}

/// The credential of a scheme, from `Authorization`.
fn credential<'a>(request: &'a HttpRequest, scheme: &str) -> Option<&'a str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (given, token) = value.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then_some(token.trim())
}

fn tokens(request: &HttpRequest) -> Result<&web::Data<Tokens>, Fail> {
    request
        .app_data::<web::Data<Tokens>>()
        .ok_or_else(|| Fail::new(Code::Internal, "The server is not set up to check tokens."))
}

/// Whoever a distress capability belongs to.
pub struct DistressCredential(pub Raiser);

impl DistressCredential {
    /// Of a capability; the signature alone decides.
    pub fn of(tokens: &Tokens, token: &str) -> Result<Self, Fail> {
        let held = tokens.verify_distress(token).map_err(|_| {
            Fail::new(
                Code::CredentialInvalid,
                "This distress capability was not issued here. Enrol the phone again; call meanwhile.",
            )
        })?;
        Ok(Self(Raiser {
            person: held.person,
            device: held.device,
            organisation: Some(held.organisation),
            offices: held.offices,
            labels: Vec::new(),
        }))
    }

    /// Of an access token; one that has expired still says who raises.
    pub fn of_access(tokens: &Tokens, token: &str) -> Result<Self, Fail> {
        let (held, labels) = match tokens.verify_access(token) {
            Ok(held) => (held, Vec::new()),
            Err(TokenRefusal::Expired(held)) => (held, vec!["credential_expired".to_owned()]),
            Err(TokenRefusal::Invalid) => {
                return Err(Fail::new(
                    Code::CredentialInvalid,
                    "This token was not issued here. Enrol the phone again; call meanwhile.",
                ));
            }
        };
        Ok(Self(Raiser { person: held.person, device: held.device, organisation: None, offices: Vec::new(), labels }))
    }
}

impl FromRequest for DistressCredential {
    type Error = Fail;
    type Future = Ready<Result<Self, Fail>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match (tokens(request), credential(request, "Distress"), credential(request, "Bearer")) {
            (Err(fail), _, _) => Err(fail),
            (Ok(tokens), Some(token), _) => Self::of(tokens, token),
            (Ok(tokens), None, Some(token)) => Self::of_access(tokens, token),
            (_, None, None) => {
                Err(Fail::new(Code::Unauthenticated, "Send `Authorization: Distress` with the phone's capability."))
            }
        })
    }
}

/// Whoever a case token belongs to.
pub struct CaseCredential(pub CaseHolder);

impl CaseCredential {
    /// Of a case token.
    pub fn of(tokens: &Tokens, token: &str) -> Result<Self, Fail> {
        let held = tokens.verify_case(token);
        held.map(Self).map_err(|_| Fail::new(Code::CredentialInvalid, "This case token was not issued here."))
    }
}

impl FromRequest for CaseCredential {
    type Error = Fail;
    type Future = Ready<Result<Self, Fail>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match (tokens(request), credential(request, "Case")) {
            (Err(fail), _) => Err(fail),
            (_, None) => {
                Err(Fail::new(Code::Unauthenticated, "Send `Authorization: Case` with the token of the case."))
            }
            (Ok(tokens), Some(token)) => Self::of(tokens, token),
        })
    }
}

/// The body of a Not Okay: whatever came, cut at [`KEPT`].
pub struct Raw {
    body: Vec<u8>,
    incomplete: Option<&'static str>,
}

impl FromRequest for Raw {
    type Error = Fail;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Fail>>>>;

    fn from_request(_: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let mut payload = payload.take();
        Box::pin(async move {
            let mut raw = Self { body: Vec::new(), incomplete: None };
            let mut read = 0;
            let deadline = tokio::time::Instant::now() + STALLED;
            while let Some(chunk) = tokio::time::timeout_at(deadline, payload.next())
                .await
                .unwrap_or(Some(Err(PayloadError::Incomplete(None))))
            {
                let Ok(chunk) = chunk else {
                    raw.incomplete = Some("broke_off");
                    break;
                };
                read += chunk.len();
                let room = KEPT.saturating_sub(raw.body.len()).min(chunk.len());
                raw.body.extend_from_slice(chunk.get(..room).unwrap_or_default());
                if room < chunk.len() {
                    raw.incomplete = Some("too_large");
                }
                if read > READ {
                    break;
                }
            }
            Ok(raw)
        })
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
              (status = 400, description = "No usable key", body = Problem, content_type = "application/problem+json"),
              (status = 401, description = "No credential of this installation", body = Problem, content_type = "application/problem+json"),
              (status = 503, description = "Not stored: keep it and repeat it", body = Problem, content_type = "application/problem+json")))]
async fn not_okay(
    DistressCredential(raiser): DistressCredential,
    key: IdempotencyKey,
    age: AgeMs,
    raw: Raw,
    distress: web::Data<Distress>,
) -> Result<HttpResponse, Fail> {
    let renewed = distress.renewed_capability(&raiser);
    let tap = Tap { key: key.0, age_ms: age.0, body: raw.body, incomplete: raw.incomplete, channel: "http" };
    let raised = distress.raise(raiser, tap).await.map_err(not_stored)?;
    let mut response = if raised.repeat { HttpResponse::Ok() } else { HttpResponse::Created() };
    if let Some(renewed) = renewed {
        response.insert_header((DISTRESS_HEADER, renewed));
    }
    Ok(response.insert_header((header::CACHE_CONTROL, "no-store")).json(raised.stored))
}

/// How far the case of this token got.
#[utoipa::path(get, path = "/v1/my-case", tag = "distress", security(("case" = [])),
    responses((status = 200, description = "The case", body = MyCase), (status = 304, description = "Nothing new"),
              (status = 401, description = "No such token", body = Problem, content_type = "application/problem+json")))]
async fn my_case(
    CaseCredential(holder): CaseCredential,
    request: HttpRequest,
    distress: web::Data<Distress>,
) -> Result<HttpResponse, Fail> {
    let Some(case) = distress.mine(&holder).await? else {
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
async fn my_facts(
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
async fn my_position(
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

/// Open a case for somebody, in the register or not.
#[utoipa::path(post, path = "/v1/cases", tag = "distress", security(("session" = [])), request_body = OpenCase,
    params(("Idempotency-Key" = Uuid, Header)),
    responses((status = 201, description = "Opened", body = CaseAfter),
              (status = "4XX", description = "Not opened", body = Problem, content_type = "application/problem+json")))]
async fn open_case(
    who: WorksCasesWrite,
    key: IdempotencyKey,
    body: Body<OpenCase>,
    distress: web::Data<Distress>,
) -> Result<HttpResponse, Fail> {
    let case = distress.open_for(&who.0, request_of(&who, key, body.hash), body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(CaseAfter { case }))
}

#[derive(Deserialize)]
struct PageQuery {
    after: Option<String>,
    limit: Option<i64>,
}

/// Closed cases, newest first.
#[utoipa::path(get, path = "/v1/cases", tag = "distress", security(("session" = [])),
    params(("after" = Option<String>, Query, description = "`next` of the page before"),
           ("limit" = Option<i64>, Query, description = "Rows, 1 to 100")),
    responses((status = 200, description = "A page", body = CasePage)))]
async fn cases(
    who: WorksCases,
    query: web::Query<PageQuery>,
    distress: web::Data<Distress>,
) -> Result<web::Json<CasePage>, Fail> {
    let limit = query.limit.unwrap_or(50).clamp(1, PAGE);
    let after = match query.after.as_deref() {
        None => (distress.store().clock().now() + chrono::TimeDelta::seconds(1), Uuid::max()),
        Some(text) => place(text).ok_or_else(|| invalid("after", "Give `next` of the page before, as it came."))?,
    };
    let cases = distress.closed(&who.0.reach, after, limit).await?;
    let full = i64::try_from(cases.len()).is_ok_and(|rows| rows == limit);
    let next = cases
        .last()
        .filter(|_| full)
        .and_then(|case| Some(format!("{}_{}", case.closed_at?.timestamp_micros(), case.id)));
    Ok(web::Json(CasePage { cases, next }))
}

/// Where a page ended: time of closing in microseconds, and case.
fn place(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = text.split_once('_')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, Uuid::parse_str(id).ok()?))
}

/// A case whole, with its timeline.
#[utoipa::path(get, path = "/v1/cases/{id}", tag = "distress", security(("session" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, description = "The case", body = CaseDetail),
              (status = 404, description = "Not in your scope", body = Problem, content_type = "application/problem+json")))]
async fn case_detail(
    who: WorksCases,
    id: web::Path<Uuid>,
    distress: web::Data<Distress>,
) -> Result<web::Json<CaseDetail>, Fail> {
    let detail = distress.detail(&who.0.reach, *id).await?;
    detail.map(web::Json).ok_or_else(|| problem(Refusal::NotFound).into())
}

fn request_of(who: &WorksCasesWrite, key: IdempotencyKey, body_hash: [u8; 32]) -> Request {
    Request { actor: who.0.person, key: key.0, body_hash }
}

fn answered(result: Result<CaseSummary, WriteError<Refusal>>) -> Result<web::Json<CaseAfter>, Fail> {
    result.map(|case| web::Json(CaseAfter { case })).map_err(refused)
}

/// A body without fields.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $name:ident, $path:literal, $body:ty, |$distress:ident, $who:ident, $id:ident, $request:ident, $value:ident| $call:expr;)+) => {
        $($(#[doc = $doc])+
        #[utoipa::path(post, path = $path, tag = "distress", security(("session" = [])), request_body = $body,
            params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header)),
            responses((status = 200, description = "The case after it", body = CaseAfter),
                      (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
        async fn $name(
            who: WorksCasesWrite,
            id: web::Path<Uuid>,
            key: IdempotencyKey,
            body: Body<$body>,
            distress: web::Data<Distress>,
        ) -> Result<web::Json<CaseAfter>, Fail> {
            let $request = request_of(&who, key, body.hash);
            let ($distress, $who, $id, $value) = (distress, &who.0, *id, body.value);
            answered($call.await)
        })+
    };
}

commands! {
    /// Take a case, or take it over from its owner with a reason.
    claim, "/v1/cases/{id}/claim", Claim, |distress, who, id, request, body| distress.claim(who, id, request, body);
    /// Add a note.
    notes, "/v1/cases/{id}/notes", AddNote, |distress, who, id, request, body| distress.note(who, id, request, body);
    /// Note that contact was tried.
    contacts, "/v1/cases/{id}/contacts", TryContact, |distress, who, id, request, body| distress.contact(who, id, request, body);
    /// Add facts.
    facts, "/v1/cases/{id}/facts", AddFacts, |distress, who, id, request, body| distress.operator_facts(who, id, request, body.facts);
    /// Note that somebody is on the way.
    responder, "/v1/cases/{id}/responder", AssignResponder, |distress, who, id, request, body| distress.responder(who, id, request, body);
    /// Close a case with an outcome and a note.
    close, "/v1/cases/{id}/close", CloseCase, |distress, who, id, request, body| distress.close(who, id, request, body);
}

macro_rules! bare_commands {
    ($($(#[doc = $doc:literal])+ $name:ident, $path:literal, $method:ident;)+) => {
        $($(#[doc = $doc])+
        #[utoipa::path(post, path = $path, tag = "distress", security(("session" = [])),
            params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header)),
            responses((status = 200, description = "The case after it", body = CaseAfter),
                      (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
        async fn $name(
            who: WorksCasesWrite,
            id: web::Path<Uuid>,
            key: IdempotencyKey,
            body: Body<Empty>,
            distress: web::Data<Distress>,
        ) -> Result<web::Json<CaseAfter>, Fail> {
            answered(distress.$method(&who.0, *id, request_of(&who, key, body.hash)).await)
        })+
    };
}

bare_commands! {
    /// Give a case back: it rings for everybody again.
    release, "/v1/cases/{id}/release", give_back;
    /// Say that its owner is still on it.
    still_on_it, "/v1/cases/{id}/still-on-it", still_on_it;
}
