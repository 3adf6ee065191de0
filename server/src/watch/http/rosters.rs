//! Routes of duty rosters.

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use wire::Problem;
use wire::access::AreaKind;
use wire::watch::{Duty, NewRosterEntry, Roster, RosterEntry};

use super::{Nothing, not_found, refused, request_of};
use crate::access::Area;
use crate::access::http::may::{EditRosters, ReadRoster};
use crate::http::body::invalid;
use crate::http::{Body, Fail, IdempotencyKey, IfMatch};
use crate::watch::Watches;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/v1/roster").route(web::get().to(roster)).route(web::post().to(enter)))
        .service(web::resource("/v1/roster/{id}").route(web::put().to(replace)).route(web::delete().to(end)));
}

/// Which roster, and which week of it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `office`, `country`, `region`, `organisation` or `installation`.
    area: AreaKind,
    /// The office, region or organisation.
    area_id: Option<Uuid>,
    /// The country: two capital letters.
    country: Option<String>,
    /// A day of the week, such as `2026-11-23`; today when absent.
    week: Option<NaiveDate>,
}

/// The duty roster of an area in one week: who is on when, by role, and when nobody is.
#[utoipa::path(get, path = "/v1/roster", tag = "watch", security(("session" = [])), params(Wanted),
    responses((status = 200, description = "The week", body = Roster),
              (status = "4XX", description = "Not for this caller", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn roster(
    by: ReadRoster,
    wanted: web::Query<Wanted>,
    watches: web::Data<Watches>,
) -> Result<HttpResponse, Fail> {
    let Wanted { area, area_id, country, week } = wanted.into_inner();
    let area = Area::named(area, area_id, country.as_deref()).map_err(|one| invalid(&one.field, one.why))?;
    let found = watches.roster(&by, area, week).await?.ok_or_else(not_found)?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(found))
}

/// Put somebody on the roster of an area. They hold the role there: a roster grants nothing.
#[utoipa::path(post, path = "/v1/roster", tag = "watch", security(("session" = [])), request_body = NewRosterEntry,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Entered", body = RosterEntry),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn enter(
    by: EditRosters,
    key: IdempotencyKey,
    body: Body<NewRosterEntry>,
    watches: web::Data<Watches>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, body.hash);
    Ok(HttpResponse::Created().json(watches.enter(&by, request, body.value).await.map_err(refused)?))
}

/// Put another entry in the place of one; the old one stays, ended.
#[utoipa::path(put, path = "/v1/roster/{id}", tag = "watch", security(("session" = [])), request_body = Duty,
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The revision that was read"),
           ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "The new entry", body = RosterEntry),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn replace(
    by: EditRosters,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    revision: IfMatch,
    body: Body<Duty>,
    watches: web::Data<Watches>,
) -> Result<web::Json<RosterEntry>, Fail> {
    let request = request_of(&by, key, body.hash);
    Ok(web::Json(watches.replace(&by, request, (*id, revision.0), body.value).await.map_err(refused)?))
}

/// End an entry of a roster. It counts for nothing from now on, and stays.
#[utoipa::path(delete, path = "/v1/roster/{id}", tag = "watch", security(("session" = [])), request_body = Nothing,
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The revision that was read"),
           ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Ended", body = RosterEntry),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn end(
    by: EditRosters,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    revision: IfMatch,
    body: Body<Nothing>,
    watches: web::Data<Watches>,
) -> Result<web::Json<RosterEntry>, Fail> {
    let request = request_of(&by, key, body.hash);
    Ok(web::Json(watches.end_entry(&by, request, (*id, revision.0)).await.map_err(refused)?))
}
