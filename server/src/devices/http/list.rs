//! Routes of the phones that people have.

use actix_web::{HttpResponse, web};
use uuid::Uuid;
use wire::Problem;
use wire::enrolment::{Device, DevicesOfPerson, Revocation};

use super::refused;
use crate::access::http::may::EnrolPhones;
use crate::devices::service::Devices;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::store::requests::Request;

/// A person's phones, and the codes of theirs that still work.
#[utoipa::path(get, path = "/v1/people/{id}/devices", tag = "devices", security(("session" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 200, description = "The newest first, revoked ones too", body = DevicesOfPerson),
              (status = 404, description = "No such person for you", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn of_person(
    by: EnrolPhones,
    id: web::Path<Uuid>,
    devices: web::Data<Devices>,
) -> Result<HttpResponse, Fail> {
    Ok(HttpResponse::Ok().json(devices.of_person(&by, *id).await.map_err(refused)?))
}

/// Revoke a phone: nothing is read from it any more but how far its own open case got, without names, and it hides
/// what it keeps. One that was seized learns nothing at all. Its Not Okay goes on ringing, labelled by what became of it.
#[utoipa::path(delete, path = "/v1/devices/{id}", tag = "devices", security(("session" = [])), request_body = Revocation,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "As it stands now", body = Device),
              (status = "4XX", description = "Nothing was changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn revoke(
    by: EnrolPhones,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Revocation>,
    devices: web::Data<Devices>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: body.hash };
    Ok(HttpResponse::Ok().json(devices.revoke(&by, request, *id, &body.value).await.map_err(refused)?))
}
