//! Many people at a time: lists, searches, exports.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use wire::Problem;
use wire::people::PersonKind;
use wire::register::{ExportPeople, FindPeople, PeopleFound, PeoplePage};

use super::{private, refused, request_of};
use crate::access::http::{SteppedUp, may};
use crate::http::{Body, Fail, IdempotencyKey};
use crate::people::Filter;
use crate::people::service::People;

pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/people", web::get().to(list))
        .route("/v1/people/search", web::post().to(search))
        .route("/v1/people/export", web::post().to(export));
}

/// Which people, and how many.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Of one organisation.
    organisation: Option<Uuid>,
    /// Of one office.
    office: Option<Uuid>,
    /// In one zone.
    zone: Option<Uuid>,
    /// Of one kind.
    kind: Option<PersonKind>,
    /// Those who have left, instead of those who have not.
    #[serde(default)]
    left: bool,
    /// What the page before named as `next`.
    after: Option<String>,
    /// 1 to 200; 50 when absent.
    limit: Option<u32>,
}

/// People in reach, by name. Those whose names the caller may not see come last, under a pseudonym.
#[utoipa::path(get, path = "/v1/people", tag = "people", security(("session" = [])), params(Asked),
    responses((status = 200, description = "A page", body = PeoplePage),
              (status = "4XX", description = "Not listed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    by: may::ReadList,
    asked: web::Query<Asked>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let Asked { organisation, office, zone, kind, left, after, limit } = asked.into_inner();
    let filter = Filter { organisation, office, zone, kind, left };
    let page = people.list(&by, filter, (after, limit.unwrap_or(50))).await.map_err(refused)?;
    Ok(private(&page))
}

/// People in reach by name, call sign or number, the best match first, at most 20.
#[utoipa::path(post, path = "/v1/people/search", tag = "people", security(("session" = [])), request_body = FindPeople,
    params(("Muster-Console" = String, Header)),
    responses((status = 200, description = "Who was found", body = PeopleFound),
              (status = "4XX", description = "Not searched", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn search(
    by: may::ReadPeople,
    body: Body<FindPeople>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let people = people.search(&by, &body.value.q).await.map_err(refused)?;
    Ok(private(&PeopleFound { people }))
}

/// Take people out as CSV: only what the caller may see of them, and noted in the log.
#[utoipa::path(post, path = "/v1/people/export", tag = "people", security(("session" = [])), request_body = ExportPeople,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "The list; its second row is HXL tags", body = String, content_type = "text/csv"),
              (status = "4XX", description = "Nothing was taken out", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn export(
    by: SteppedUp<may::ExportPeople>,
    key: IdempotencyKey,
    body: Body<ExportPeople>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, &body);
    let exported = people.export(&by, request, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"people.csv\""))
        .insert_header(("Muster-People", exported.people.to_string()))
        .content_type("text/csv; charset=utf-8")
        .body(exported.csv))
}
