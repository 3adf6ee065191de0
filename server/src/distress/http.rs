//! Routes of the distress slice: what operators do, and, in `phone`, what phones send.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::OpenApi;
use uuid::Uuid;
use wire::case::{
    AddNote, AssignResponder, CaseAfter, CaseDetail, CasePage, CaseSummary, Claim, CloseCase, OpenCase, TryContact,
};
use wire::escalation::Escalate;
use wire::not_okay::AddFacts;
use wire::{Code, Problem};

use super::credential::NotIssued;
use super::{Distress, Refusal};
use crate::access::http::{WorksCases, WorksCasesWrite};
use crate::http::body::{Body, invalid};
use crate::http::{Fail, IdempotencyKey};
use crate::store::requests::Request;
use crate::store::{StoreError, WriteError};

mod phone;

/// Most rows of a page.
const PAGE: i64 = 100;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(
    phone::not_okay,
    phone::my_case,
    phone::my_facts,
    phone::my_position,
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
    escalation,
    close
))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.configure(phone::routes)
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
        .route("/v1/cases/{id}/escalation", web::post().to(escalation))
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

impl From<NotIssued> for Fail {
    fn from(refused: NotIssued) -> Self {
        Self::new(Code::CredentialInvalid, refused.to_string())
    }
}

fn refused(error: WriteError<Refusal>) -> Fail {
    Fail::from_write(error, problem)
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
    /// Hurry the calls of a case, stop them, or have more people called.
    escalation, "/v1/cases/{id}/escalation", Escalate, |distress, who, id, request, body| distress.escalate(who, id, request, body);
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
