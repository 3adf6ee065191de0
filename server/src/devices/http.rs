//! Routes of enrolment and tokens, and who is at a phone, as an extractor.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::middleware::Compress;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use utoipa::OpenApi;
use uuid::Uuid;
use wire::enrolment::EnrolmentIssued;
use wire::phone::{Enrol, Enrolled, Refresh, Tokens as Pair};
use wire::{Code, DISTRESS_HEADER, PROOF_HEADER, Problem};

use super::service::Devices;
use super::{NotAtPhone, PhoneActor, Refusal, Shown};
use crate::access::http::may::EnrolPhones;
use crate::access::http::{Nothing, OwnPage};
use crate::http::body::{asked, invalid};
use crate::http::{Body, Fail, IdempotencyKey, qr};
use crate::kernel::field::Invalid;
use crate::store::WriteError;
use crate::store::requests::Request;

mod batches;
mod list;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(
    issue_enrolment,
    enrol,
    refresh,
    batches::invite,
    batches::list,
    batches::withdraw,
    batches::progress,
    list::of_person,
    list::revoke
))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/people/{id}/enrolment", web::post().to(issue_enrolment))
        .route("/v1/enrol", web::post().to(enrol))
        .route("/v1/token", web::post().to(refresh))
        .service(
            // Five hundred QR codes are 2.6 MB of digits, and a tenth of it packed.
            web::resource("/v1/enrolment-batches")
                .wrap(Compress::default())
                .route(web::post().to(batches::invite))
                .route(web::get().to(batches::list)),
        )
        .route("/v1/enrolment-batches/{id}", web::delete().to(batches::withdraw))
        .route("/v1/enrolment-progress", web::get().to(batches::progress))
        .route("/v1/people/{id}/devices", web::get().to(list::of_person))
        .route("/v1/devices/{id}", web::delete().to(list::revoke));
}

/// Who is at a phone: an access token that counts, proof by the device's key, and a device that is
/// enrolled now.
pub struct PhoneBearer(pub PhoneActor);

impl FromRequest for PhoneBearer {
    type Error = Fail;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fail>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let of = request.clone();
        asked(request, move || at_phone(of.clone()))
    }
}

async fn at_phone(request: HttpRequest) -> Result<PhoneBearer, Fail> {
    let Some(devices) = request.app_data::<web::Data<Devices>>() else {
        return Err(Fail::new(Code::Internal, "The server is not set up to know phones."));
    };
    let Some(token) = bearer(&request) else {
        return Err(Fail::new(Code::Unauthenticated, "Send Authorization: Bearer with the phone's access token."));
    };
    let proof = request.headers().get(PROOF_HEADER).and_then(|value| value.to_str().ok());
    let shown = Shown { method: request.method().as_str(), path: request.path(), token, proof };
    devices.at_phone(shown).await.map(PhoneBearer).map_err(not_at_phone)
}

/// What a request is told that is not of a phone that may read.
pub fn not_at_phone(why: NotAtPhone) -> Fail {
    Fail(match why {
        NotAtPhone::Foreign => Problem::new(Code::CredentialInvalid, "This access token was not issued here."),
        NotAtPhone::Expired => {
            Problem::new(Code::CredentialExpired, "The access token has run out. Get the next from POST /v1/token.")
        }
        NotAtPhone::Unproven => Problem::new(
            Code::ProofInvalid,
            "Sign the request with the device's key and send the proof as Muster-Proof.",
        ),
        NotAtPhone::Stale(now) => {
            let mut problem = Problem::new(Code::ProofStale, "Sign again with the server's time, and keep to it.");
            problem.server_time = Some(now);
            problem
        }
        NotAtPhone::Ended => problem(Refusal::SessionEnded),
        NotAtPhone::Revoked => problem(Refusal::DeviceRevoked),
        NotAtPhone::Left => {
            Problem::new(Code::DeviceRevoked, "You are noted as having left. Hide every list and name; Not Okay works.")
        }
        NotAtPhone::Seized => problem(Refusal::OfficeSeized),
        NotAtPhone::Store(error) => return error.into(),
    })
}

/// The token of `Authorization: Bearer`.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::LinkInvalid => {
            Problem::new(Code::LinkInvalid, "It was used, ran out, or was never issued. Ask for a new code.")
        }
        Refusal::ProofInvalid => Problem::new(Code::CredentialInvalid, "The proof is not by this device's key."),
        Refusal::SessionEnded => Problem::new(
            Code::CredentialExpired,
            "Enrol this phone again with a new code. Its Not Okay button works meanwhile.",
        ),
        Refusal::Invalid(Invalid { field, why }) => invalid(&field, why),
        Refusal::DeviceRevoked => Problem::new(
            Code::DeviceRevoked,
            "Hide every list and name; Not Okay works. Enrol again with a new code if it is yours.",
        ),
        Refusal::OfficeSeized => Problem::new(
            Code::OfficeSeized,
            "Hide every list and name; Not Okay works. Enrol again when your office works again.",
        ),
        Refusal::NotFound(what) => Problem::new(Code::NotFound, what),
        Refusal::ShownOnce => Problem::new(
            Code::AlreadyExists,
            "This batch was begun already, and codes are shown once. Make a new batch under a new key: name the same \
             people, or say `again`; it makes the earlier codes void.",
        ),
        Refusal::Left => Problem::new(Code::Forbidden, "This person has left; no phone can be enrolled for them."),
        Refusal::KeyReused => Problem::new(Code::KeyReused, "Use a new Idempotency-Key for a new request."),
    }
}

fn refused(error: WriteError<Refusal>) -> Fail {
    Fail::from_write(error, problem)
}

/// A code as it is read out: four groups of four.
fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Issue a code for one phone of a person, for 24 hours.
#[utoipa::path(post, path = "/v1/people/{id}/enrolment", tag = "devices", security(("session" = [])), request_body = Nothing,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 201, description = "The code", body = EnrolmentIssued),
              (status = "4XX", description = "No code was issued", body = Problem, content_type = "application/problem+json")))]
async fn issue_enrolment(
    by: EnrolPhones,
    OwnPage(origin): OwnPage,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    body: Body<Nothing>,
    devices: web::Data<Devices>,
) -> Result<HttpResponse, Fail> {
    let request = Request { actor: by.person, key: key.0, body_hash: body.hash };
    let issued = devices.issue_enrolment(&by, request, *id).await.map_err(refused)?;
    let code = grouped(&issued.code);
    let link = format!("{origin}/phone#enrol={code}");
    let answer = EnrolmentIssued { qr_svg: qr::svg(&link)?, code, link, expires: issued.expires };
    Ok(HttpResponse::Created().insert_header((header::CACHE_CONTROL, "no-store")).json(answer))
}

/// Make this phone a person's device.
#[utoipa::path(post, path = "/v1/enrol", tag = "devices", request_body = Enrol,
    responses((status = 201, description = "Enrolled", body = Enrolled,
               headers(("Muster-Distress" = String, description = "The distress capability, renewed"))),
              (status = 404, description = "The code is not valid", body = Problem, content_type = "application/problem+json"),
              (status = "4XX", description = "Not enrolled", body = Problem, content_type = "application/problem+json")))]
async fn enrol(body: Body<Enrol>, devices: web::Data<Devices>) -> Result<HttpResponse, Fail> {
    let enrolled = devices.enrol(body.value).await.map_err(refused)?;
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((DISTRESS_HEADER, enrolled.distress.clone()))
        .json(enrolled))
}

/// The next pair of tokens.
#[utoipa::path(post, path = "/v1/token", tag = "devices", request_body = Refresh,
    responses((status = 200, description = "The next pair", body = Pair,
               headers(("Muster-Distress" = String, description = "The distress capability, renewed"))),
              (status = 401, description = "Enrol again", body = Problem, content_type = "application/problem+json")))]
async fn refresh(body: Body<Refresh>, devices: web::Data<Devices>) -> Result<HttpResponse, Fail> {
    let refreshed = devices.refresh(body.value).await.map_err(refused)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((DISTRESS_HEADER, refreshed.distress))
        .json(refreshed.tokens))
}
