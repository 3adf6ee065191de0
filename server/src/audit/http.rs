//! The route of what was done.

use actix_web::web;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};
use uuid::Uuid;
use wire::audit::AuditPage;
use wire::{Code, Problem};

use super::service::Audit;
use crate::access::http::may::ReadAudit;
use crate::http::Fail;
use crate::http::body::invalid;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(audit))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/audit", web::get().to(audit));
}

/// Which deeds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// An office or organisation; every one that the caller may read when absent.
    scope: Option<Uuid>,
    /// `next` of the page before.
    after: Option<String>,
}

/// What was done with rights, places and lists.
#[utoipa::path(get, path = "/v1/audit", tag = "rights", security(("session" = [])), params(Wanted),
    responses((status = 200, description = "The newest first", body = AuditPage),
              (status = "4XX", description = "Not for this caller", body = Problem, content_type = "application/problem+json")))]
async fn audit(
    by: ReadAudit,
    wanted: web::Query<Wanted>,
    audit: web::Data<Audit>,
) -> Result<web::Json<AuditPage>, Fail> {
    let Wanted { scope, after } = wanted.into_inner();
    let unknown = || Fail(invalid("/after", "Give what `next` of the page before said."));
    let after = after.map(|after| after.parse().map_err(|_| unknown())).transpose()?;
    let page = audit.page(&by, scope, after).await?;
    page.map(web::Json).ok_or_else(|| Fail::new(Code::NotFound, "There is no such scope for you."))
}
