//! Routes of the live sockets, the snapshot, and what waits for a phone.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::middleware::Compress;
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::OpenApi;
use wire::live::Snapshot;
use wire::phone::Now;
use wire::{Code, DISTRESS_HEADER, Problem};

use super::cursor::Cursor;
use super::socket::ActixSocket;
use super::{Hub, console, now, phone};
use crate::access::http::{SameOrigin, WorksCases};
use crate::devices::http::PhoneBearer;
use crate::devices::tokens::Tokens;
use crate::http::Fail;
use crate::store::installation::hex;
use crate::store::{Store, StoreError, log};

#[cfg(feature = "conformance")]
mod conformance;

/// The paths of this module for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(console_socket, phone_socket, snapshot, me_now))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    #[cfg(feature = "conformance")]
    cfg.route("/conformance", web::get().to(conformance::echo));
    cfg.route("/v1/live", web::get().to(console_socket))
        .route("/v1/phone/live", web::get().to(phone_socket))
        .service(web::resource("/v1/snapshot").wrap(Compress::default()).route(web::get().to(snapshot)))
        .route("/v1/me/now", web::get().to(me_now));
}

/// While another node reaches the database and this one does not, a proxy that sees 503 goes there.
fn not_drained(hub: &Hub) -> Result<(), Fail> {
    if !*hub.draining().borrow() {
        return Ok(());
    }
    let mut problem = Problem::new(Code::DatabaseDown, "This server does not reach the database: dial another.");
    problem.retry_after = Some(1);
    Err(problem.into())
}

/// The console's live socket (asyncapi.json says what travels).
#[utoipa::path(get, path = "/v1/live", tag = "live",
    responses((status = 101, description = "Upgraded"),
              (status = 403, description = "Foreign origin", body = Problem, content_type = "application/problem+json"),
              (status = 503, description = "Another server is better: dial again", body = Problem, content_type = "application/problem+json")))]
async fn console_socket(
    _origin: SameOrigin,
    request: HttpRequest,
    body: web::Payload,
    parts: web::Data<console::Parts>,
) -> Result<HttpResponse, actix_web::Error> {
    not_drained(&parts.hub)?;
    let (response, socket) = ActixSocket::upgrade(&request, body)?;
    actix_web::rt::spawn(console::serve(socket, parts.get_ref().clone()));
    Ok(response)
}

/// The phone's live socket (asyncapi.json says what travels).
#[utoipa::path(get, path = "/v1/phone/live", tag = "live",
    responses((status = 101, description = "Upgraded"),
              (status = 403, description = "Foreign origin", body = Problem, content_type = "application/problem+json"),
              (status = 503, description = "Another server is better: dial again", body = Problem, content_type = "application/problem+json")))]
async fn phone_socket(
    _origin: SameOrigin,
    request: HttpRequest,
    body: web::Payload,
    parts: web::Data<now::Parts>,
    tokens: web::Data<Tokens>,
) -> Result<HttpResponse, actix_web::Error> {
    not_drained(&parts.hub)?;
    let (response, socket) = ActixSocket::upgrade(&request, body)?;
    actix_web::rt::spawn(phone::serve(socket, parts.get_ref().clone(), tokens.into_inner()));
    Ok(response)
}

/// Everything open, and closed less than 24 hours ago, that the session may see, with the cursors
/// at which it is exact.
#[utoipa::path(get, path = "/v1/snapshot", tag = "live", security(("session" = [])),
    responses((status = 200, description = "The snapshot", body = Snapshot)))]
async fn snapshot(who: WorksCases, store: web::Data<Store>) -> Result<HttpResponse, Fail> {
    let reach = who.0.reach.clone();
    let server_time = store.clock().now();
    let epoch = store.installation().map_err(StoreError::from)?.epoch;
    let (heads, cases) = store
        .read(move |reading| {
            let vault = reading.vault;
            reading.conn.snapshot(|conn| {
                let heads = log::all_heads(conn)?;
                Ok((heads, crate::distress::service::current(conn, vault, &reach, server_time)?))
            })
        })
        .await?;
    let cursors: BTreeMap<_, _> = heads
        .into_iter()
        .filter(|(scope, head)| head.seq > 0 && who.0.reach.contains(*scope))
        .map(|(scope, head)| (scope, Cursor::new(epoch, head.seq, &head.hash).to_string()))
        .collect();
    let snapshot = Snapshot { server_time, epoch: hex(epoch), cursors, cases };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(snapshot))
}

/// Everything that waits for this phone.
#[utoipa::path(get, path = "/v1/me/now", tag = "live", security(("device" = [])),
    responses((status = 200, description = "What waits", body = Now), (status = 304, description = "Nothing new"),
              (status = 401, description = "Refresh the token", body = Problem, content_type = "application/problem+json")))]
async fn me_now(actor: PhoneBearer, request: HttpRequest, parts: web::Data<now::Parts>) -> Result<HttpResponse, Fail> {
    let Some(waiting) = now::now(&parts, actor.0.person, actor.0.device).await? else {
        return Err(Fail::new(Code::NotFound, "You are not in the register any more; Not Okay still works."));
    };
    let etag = waiting.etag();
    let capability = parts.devices.capability(actor.0.person, actor.0.device).await?;
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if known == Some(etag.as_str()) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, etag.clone())).insert_header((header::CACHE_CONTROL, "no-cache"));
    response.insert_header((DISTRESS_HEADER, capability));
    Ok(if known == Some(etag.as_str()) { response.finish() } else { response.json(waiting.now()) })
}
