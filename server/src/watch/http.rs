//! Routes of shifts, hand-overs and the shift log; those of rosters are beside.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};
use uuid::Uuid;
use wire::watch::{
    AcceptItem, BeginShift, EndShift, NewWatchEntry, OpenHandover, Watch, WatchEntry, WatchLog, Watches,
};
use wire::{Code, Problem};

use super::{Refusal, Watches as Service};
use crate::access::Operator;
use crate::access::http::{WorksCases, WorksCasesWrite};
use crate::http::body::invalid;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::kernel::field::Invalid;
use crate::store::WriteError;
use crate::store::requests::Request;

mod rosters;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(
    watches,
    begin,
    open_handover,
    accept,
    sign,
    end,
    log,
    note,
    rosters::roster,
    rosters::enter,
    rosters::replace,
    rosters::end,
))]
pub struct Docs;

/// A body without fields.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.configure(rosters::routes)
        .route("/v1/watches", web::get().to(watches))
        .route("/v1/shifts", web::post().to(begin))
        .route("/v1/watches/{id}/shifts/{shift}/handover", web::post().to(open_handover))
        .route("/v1/watches/{id}/shifts/{shift}/accept", web::post().to(accept))
        .route("/v1/watches/{id}/shifts/{shift}/sign", web::post().to(sign))
        .route("/v1/watches/{id}/shifts/{shift}/end", web::post().to(end))
        .service(web::resource("/v1/watches/{id}/log").route(web::get().to(log)).route(web::post().to(note)));
}

fn problem(refusal: Refusal) -> Problem {
    let said = refusal.to_string();
    let code = match refusal {
        Refusal::Invalid(Invalid { field, .. }) => return invalid(&field, said),
        Refusal::NotFound => Code::NotFound,
        Refusal::Ended(_) => Code::AlreadyEnded,
        Refusal::Changed => Code::RevisionChanged,
        Refusal::State(_) => Code::HandoverState,
        Refusal::Untaken(_) => Code::AlarmUntaken,
        Refusal::Unaccepted(_) => Code::ItemsUnaccepted,
        Refusal::KeyReused => Code::KeyReused,
    };
    Problem::new(code, said)
}

fn refused(error: WriteError<Refusal>) -> Fail {
    Fail::from_write(error, problem)
}

fn not_found() -> Fail {
    Fail(problem(Refusal::NotFound))
}

fn request_of(by: &Operator, key: IdempotencyKey, body_hash: [u8; 32]) -> Request {
    Request { actor: by.person, key: key.0, body_hash }
}

/// The watches over areas in which the caller works cases: who is on shift, what is handed over, which are unmanned.
#[utoipa::path(get, path = "/v1/watches", tag = "watch", security(("session" = [])),
    responses((status = 200, description = "The widest first", body = Watches),
              (status = "4XX", description = "Not for this caller", body = Problem, content_type = "application/problem+json")))]
async fn watches(by: WorksCases, service: web::Data<Service>) -> Result<HttpResponse, Fail> {
    let found = service.watches(&by).await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(found))
}

/// Begin a shift over an area in which the caller works cases.
#[utoipa::path(post, path = "/v1/shifts", tag = "watch", security(("session" = [])), request_body = BeginShift,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "On shift", body = Watch),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn begin(
    by: WorksCasesWrite,
    key: IdempotencyKey,
    body: Body<BeginShift>,
    service: web::Data<Service>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    Ok(HttpResponse::Created().json(service.begin(&by, request, body.value).await.map_err(refused)?))
}

/// Open the hand-over of a shift: the caller's own, or one that the caller relieves. The open items of the area are listed.
#[utoipa::path(post, path = "/v1/watches/{id}/shifts/{shift}/handover", tag = "watch", security(("session" = [])),
    request_body = OpenHandover,
    params(("id" = Uuid, Path), ("shift" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Open", body = Watch),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn open_handover(
    by: WorksCasesWrite,
    at: web::Path<(Uuid, Uuid)>,
    key: IdempotencyKey,
    body: Body<OpenHandover>,
    service: web::Data<Service>,
) -> Result<web::Json<Watch>, Fail> {
    let request = request_of(&by, key, body.hash);
    let done = service.open_handover(&by, request, at.into_inner(), body.value.notes).await;
    Ok(web::Json(done.map_err(refused)?))
}

/// Accept an open item of a hand-over. A case of whose shift it is becomes the caller's.
#[utoipa::path(post, path = "/v1/watches/{id}/shifts/{shift}/accept", tag = "watch", security(("session" = [])),
    request_body = AcceptItem,
    params(("id" = Uuid, Path), ("shift" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Accepted", body = Watch),
              (status = 409, description = "It is untaken, or the hand-over is not open", body = Problem, content_type = "application/problem+json"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn accept(
    by: WorksCasesWrite,
    at: web::Path<(Uuid, Uuid)>,
    key: IdempotencyKey,
    body: Body<AcceptItem>,
    service: web::Data<Service>,
) -> Result<web::Json<Watch>, Fail> {
    let request = request_of(&by, key, body.hash);
    let done = service.accept(&by, request, at.into_inner(), body.value.case).await;
    Ok(web::Json(done.map_err(refused)?))
}

/// Sign for a shift: the caller takes it over. Refused while an alarm of the area is untaken, or an open item is not
/// accepted by the caller.
#[utoipa::path(post, path = "/v1/watches/{id}/shifts/{shift}/sign", tag = "watch", security(("session" = [])),
    request_body = Nothing,
    params(("id" = Uuid, Path), ("shift" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Taken over", body = Watch),
              (status = 409, description = "An alarm is untaken, or an item is not accepted", body = Problem, content_type = "application/problem+json"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn sign(
    by: WorksCasesWrite,
    at: web::Path<(Uuid, Uuid)>,
    key: IdempotencyKey,
    body: Body<Nothing>,
    service: web::Data<Service>,
) -> Result<web::Json<Watch>, Fail> {
    let request = request_of(&by, key, body.hash);
    Ok(web::Json(service.sign(&by, request, at.into_inner()).await.map_err(refused)?))
}

/// End the caller's shift while nobody is there to take over. Where nobody else is on shift, the watch is unmanned.
#[utoipa::path(post, path = "/v1/watches/{id}/shifts/{shift}/end", tag = "watch", security(("session" = [])),
    request_body = EndShift,
    params(("id" = Uuid, Path), ("shift" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Ended", body = Watch),
              (status = 409, description = "An alarm is untaken", body = Problem, content_type = "application/problem+json"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn end(
    by: WorksCasesWrite,
    at: web::Path<(Uuid, Uuid)>,
    key: IdempotencyKey,
    body: Body<EndShift>,
    service: web::Data<Service>,
) -> Result<web::Json<Watch>, Fail> {
    let request = request_of(&by, key, body.hash);
    let done = service.end_shift(&by, request, at.into_inner(), body.value.reason).await;
    Ok(web::Json(done.map_err(refused)?))
}

/// Where a page of the log begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct After {
    /// `next` of the page before.
    after: Option<Uuid>,
}

/// The shift log of a watch.
#[utoipa::path(get, path = "/v1/watches/{id}/log", tag = "watch", security(("session" = [])), params(("id" = Uuid, Path), After),
    responses((status = 200, description = "The newest first", body = WatchLog),
              (status = "4XX", description = "Not for this caller", body = Problem, content_type = "application/problem+json")))]
async fn log(
    by: WorksCases,
    id: web::Path<Uuid>,
    after: web::Query<After>,
    service: web::Data<Service>,
) -> Result<HttpResponse, Fail> {
    let page = service.log(&by, *id, after.after).await?.ok_or_else(not_found)?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(page))
}

/// Write an entry into the shift log. None is ever changed: one that corrects another names it.
#[utoipa::path(post, path = "/v1/watches/{id}/log", tag = "watch", security(("session" = [])), request_body = NewWatchEntry,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Written", body = WatchEntry),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn note(
    by: WorksCasesWrite,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<NewWatchEntry>,
    service: web::Data<Service>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    Ok(HttpResponse::Created().json(service.note(&by, request, *id, body.value).await.map_err(refused)?))
}
