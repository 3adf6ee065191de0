//! Routes of the board and the map.

use actix_web::{HttpResponse, web};
use utoipa::OpenApi;
use wire::Problem;
use wire::board::{Board, Map};

use super::service::Boards;
use crate::access::Operator;
use crate::http::Fail;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(board, map))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/board", web::get().to(board)).route("/v1/map", web::get().to(map));
}

/// What waits for somebody, within the caller's reach: zones without a reachable warden, lists to be
/// signed, imports to be applied, numbers to be proven.
#[utoipa::path(get, path = "/v1/board", tag = "board", security(("session" = [])),
    responses((status = 200, description = "The board", body = Board),
              (status = "4XX", description = "Not read", body = Problem, content_type = "application/problem+json")))]
async fn board(by: Operator, boards: web::Data<Boards>) -> Result<HttpResponse, Fail> {
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(boards.board(&by).await?))
}

/// Offices, premises, duty stations and zones within the caller's reach, and people in open cases that
/// they may work. Nobody else is on the map.
#[utoipa::path(get, path = "/v1/map", tag = "board", security(("session" = [])),
    responses((status = 200, description = "The map", body = Map),
              (status = "4XX", description = "Not read", body = Problem, content_type = "application/problem+json")))]
async fn map(by: Operator, boards: web::Data<Boards>) -> Result<HttpResponse, Fail> {
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(boards.map(&by).await?))
}
