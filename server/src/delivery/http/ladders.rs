//! What consoles see of whom the server calls: a rehearsal, what the last check found, and how the channels do.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use uuid::Uuid;
use wire::access::Permission;
use wire::escalation::{ChannelsHealth, Findings, Rehearsal};
use wire::{Code, Problem};

use crate::access::http::may::SeesLadders;
use crate::access::{Operator, Reach};
use crate::delivery::Delivery;
use crate::http::Fail;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/escalation/rehearsal/{office}", web::get().to(rehearsal))
        .route("/v1/escalation/findings", web::get().to(findings))
        .route("/v1/channels", web::get().to(channels));
}

fn reach(who: &Operator) -> Reach {
    who.may(Permission::WorkCases).union(who.may(Permission::EditLadders))
}

/// Who would be called when, were an alarm raised in an office now and nobody took it.
#[utoipa::path(get, path = "/v1/escalation/rehearsal/{office}", tag = "escalation", security(("session" = [])),
    params(("office" = Uuid, Path)),
    responses((status = 200, description = "Who, when", body = Rehearsal),
              (status = 404, description = "Not in your scope", body = Problem, content_type = "application/problem+json"),
              (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json")))]
async fn rehearsal(
    who: SeesLadders,
    office: web::Path<Uuid>,
    delivery: web::Data<Delivery>,
) -> Result<HttpResponse, Fail> {
    let rehearsed = delivery.rehearse(&reach(&who), *office).await?;
    let rehearsed = rehearsed.ok_or_else(|| Fail::new(Code::NotFound, "There is no such office for you."))?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(rehearsed))
}

/// The offices whose ladder has a step that reaches nobody, as of the last check.
#[utoipa::path(get, path = "/v1/escalation/findings", tag = "escalation", security(("session" = [])),
    responses((status = 200, description = "What was found", body = Findings),
              (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json")))]
async fn findings(who: SeesLadders, delivery: web::Data<Delivery>) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(delivery.findings(&reach(&who)))
}

/// How each way to reach people does.
#[utoipa::path(get, path = "/v1/channels", tag = "escalation", security(("session" = [])),
    responses((status = 200, description = "How", body = ChannelsHealth),
              (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json")))]
async fn channels(_who: SeesLadders, delivery: web::Data<Delivery>) -> Result<HttpResponse, Fail> {
    let health = delivery.health().await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(health))
}
