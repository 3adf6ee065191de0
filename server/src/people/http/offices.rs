//! Offices and zones: how many, who can be reached, who lives there, who signed for it.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use wire::Problem;
use wire::register::{AttestList, Attestation, Attestations, PeopleCounts, Reachability, ZonePeople};

use super::{private, refused, request_of};
use crate::access::http::may;
use crate::http::body::invalid;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::people::CountsOf;
use crate::people::service::{People, zone_cursor};

pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/people/counts", web::get().to(counts))
        .route("/v1/reachability", web::get().to(reachability))
        .route("/v1/zones/{id}/people", web::get().to(zone_people))
        .route("/v1/offices/{id}/attestations", web::get().to(attestations))
        .route("/v1/offices/{id}/attestations", web::post().to(attest));
}

/// What counts are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Counted {
    /// One country.
    country: Option<String>,
    /// One office.
    office: Option<Uuid>,
}

/// How many people there are, by office and by zone, whoever employs them.
#[utoipa::path(get, path = "/v1/people/counts", tag = "people", security(("session" = [])), params(Counted),
    responses((status = 200, description = "The counts", body = PeopleCounts),
              (status = "4XX", description = "Not counted", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn counts(
    by: may::ReadCounts,
    asked: web::Query<Counted>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let Counted { country, office } = asked.into_inner();
    Ok(private(&people.counts(&by, CountsOf { country, office }).await.map_err(refused)?))
}

/// Of whom it is asked who can be reached.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Reached {
    /// One organisation.
    organisation: Option<Uuid>,
    /// One office.
    office: Option<Uuid>,
}

/// Who can be reached, by office.
#[utoipa::path(get, path = "/v1/reachability", tag = "people", security(("session" = [])), params(Reached),
    responses((status = 200, description = "By office", body = Reachability),
              (status = "4XX", description = "Not counted", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn reachability(
    by: may::ReadCounts,
    asked: web::Query<Reached>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let Reached { organisation, office } = asked.into_inner();
    Ok(private(&people.reachability(&by, (organisation, office)).await.map_err(refused)?))
}

/// Where a zone's page begins.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// What the page before named as `next`.
    after: Option<String>,
}

/// The people of a zone as their warden sees them, whoever employs them.
#[utoipa::path(get, path = "/v1/zones/{id}/people", tag = "people", security(("session" = [])),
    params(("id" = Uuid, Path), After),
    responses((status = 200, description = "A page", body = ZonePeople),
              (status = "4XX", description = "Not listed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn zone_people(
    by: may::ReadZone,
    id: web::Path<Uuid>,
    asked: web::Query<After>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let after = zone_cursor(asked.into_inner().after).map_err(|wrong| Fail(invalid(&wrong.field, wrong.why)))?;
    Ok(private(&people.neighbours(&by, *id, after).await.map_err(refused)?))
}

/// The signatures under an office's list, and the hash to sign with.
#[utoipa::path(get, path = "/v1/offices/{id}/attestations", tag = "people", security(("session" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 200, description = "The newest first", body = Attestations),
              (status = "4XX", description = "No such office for you", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn attestations(
    by: may::ReadCounts,
    id: web::Path<Uuid>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    Ok(private(&people.attestations(&by, *id).await.map_err(refused)?))
}

/// Sign that an office's list is right, as it was read.
#[utoipa::path(post, path = "/v1/offices/{id}/attestations", tag = "people", security(("session" = [])), request_body = AttestList,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "Signed", body = Attestation),
              (status = "4XX", description = "Not signed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn attest(
    by: may::AttestList,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<AttestList>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, &body);
    let signed = people.attest(&by, request, *id, body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(signed))
}
