//! Routes that invite many people, and say how far everybody is.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use wire::enrolment::{
    EnrolmentBatchIssued, EnrolmentBatches, EnrolmentProgress, Invitation, NewEnrolmentBatch, Withdrawal,
};
use wire::{Code, Problem};

use super::{grouped, refused};
use crate::access::http::OwnPage;
use crate::access::http::may::EnrolPhones;
use crate::devices::batches::{Invited, InvitedOne};
use crate::devices::letters::{Guest, letter};
use crate::devices::qr_path::qr_path;
use crate::devices::service::Devices;
use crate::http::{Body, Fail, IdempotencyKey};
use crate::store::requests::Request;

/// Of which organisation.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OfOrganisation {
    /// One organisation; all that you may invite for when absent.
    organisation: Option<Uuid>,
}

/// Invite many people in one action: a code, a QR code and the text of a mail for each. The codes are
/// shown in this answer only.
#[utoipa::path(post, path = "/v1/enrolment-batches", tag = "devices", security(("session" = [])), request_body = NewEnrolmentBatch,
    params(("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "The invitations", body = EnrolmentBatchIssued),
              (status = 409, description = "This batch was begun already; codes are shown once", body = Problem, content_type = "application/problem+json"),
              (status = "4XX", description = "Nobody was invited", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn invite(
    by: EnrolPhones,
    OwnPage(origin): OwnPage,
    key: IdempotencyKey,
    body: Body<NewEnrolmentBatch>,
    devices: web::Data<Devices>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let invited = devices.invite(&by, request, body.value).await.map_err(refused)?;
    let organisation = devices.organisation_name(invited.organisation);
    // Five hundred QR codes are work for a thread that may take its time.
    let written = web::block(move || written(&origin, &organisation, invited)).await;
    let answer = written.map_err(|_| Fail::new(Code::Internal, "The sheets could not be drawn."))??;
    Ok(HttpResponse::Created().insert_header((header::CACHE_CONTROL, "no-store")).json(answer))
}

fn written(origin: &str, organisation: &str, invited: Invited) -> Result<EnrolmentBatchIssued, Fail> {
    let Invited { id, organisation: of, office, expires, codes, left } = invited;
    let invitations = codes.into_iter().map(|one| invitation(origin, organisation, expires, one));
    Ok(EnrolmentBatchIssued {
        id,
        organisation: of,
        office,
        expires,
        invitations: invitations.collect::<Result<_, _>>()?,
        left: u32::try_from(left).unwrap_or(u32::MAX),
    })
}

fn invitation(
    origin: &str,
    organisation: &str,
    until: chrono::DateTime<chrono::Utc>,
    one: InvitedOne,
) -> Result<Invitation, Fail> {
    let code = grouped(&one.code);
    let address = format!("{origin}/phone");
    let link = format!("{address}#enrol={code}");
    let Some(qr) = qr_path(&link) else {
        return Err(Fail::new(
            Code::Internal,
            "The link is too long for a QR code; serve Muster under a shorter name.",
        ));
    };
    let guest = Guest { name: &one.name, organisation, link: &link, address: &address, code: &code, until };
    let mail = letter(one.language, guest);
    Ok(Invitation {
        person: one.person,
        office: one.office,
        email: one.email,
        qr_path: qr.path,
        qr_side: qr.side,
        language: one.language.tag().to_owned(),
        mail_subject: mail.subject,
        mail_text: mail.text,
        name: one.name,
        code,
        link,
    })
}

/// Batches as they stand, the newest first.
#[utoipa::path(get, path = "/v1/enrolment-batches", tag = "devices", security(("session" = [])), params(OfOrganisation),
    responses((status = 200, description = "At most 100", body = EnrolmentBatches)))]
pub(super) async fn list(
    by: EnrolPhones,
    of: web::Query<OfOrganisation>,
    devices: web::Data<Devices>,
) -> Result<HttpResponse, Fail> {
    Ok(HttpResponse::Ok().json(devices.batches(&by, of.organisation).await?))
}

/// Make the unused codes of a batch void, for a pile of sheets that was lost.
#[utoipa::path(delete, path = "/v1/enrolment-batches/{id}", tag = "devices", security(("session" = [])), request_body = Withdrawal,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 204, description = "None of its unused codes works any more"),
              (status = "4XX", description = "Nothing was changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn withdraw(
    by: EnrolPhones,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Withdrawal>,
    devices: web::Data<Devices>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: body.hash };
    devices.void_batch(&by, request, *id, &body.value).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}

/// How far everybody is, by office.
#[utoipa::path(get, path = "/v1/enrolment-progress", tag = "devices", security(("session" = [])), params(OfOrganisation),
    responses((status = 200, description = "Offices that have people", body = EnrolmentProgress)))]
pub(super) async fn progress(
    by: EnrolPhones,
    of: web::Query<OfOrganisation>,
    devices: web::Data<Devices>,
) -> Result<HttpResponse, Fail> {
    Ok(HttpResponse::Ok().json(devices.progress(&by, of.organisation).await?))
}
