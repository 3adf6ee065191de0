//! Numbers and their proof.

use actix_web::{HttpResponse, web};
use wire::Problem;
use wire::case::PhoneNumber;
use wire::register::WaitingNumbers;

use super::{Two, private, refused, request_of};
use crate::access::http::{Nothing, may};
use crate::http::{Body, Fail, IdempotencyKey};
use crate::people::service::People;

pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/numbers/waiting", web::get().to(waiting))
        .route("/v1/people/{id}/numbers/{number}/verification", web::post().to(called));
}

/// Note that the person was reached at a number of theirs by calling it.
#[utoipa::path(post, path = "/v1/people/{id}/numbers/{number}/verification", tag = "people", security(("session" = [])),
    request_body = Nothing,
    params(("id" = Uuid, Path), ("number" = Uuid, Path, description = "The number's identifier"),
           ("Idempotency-Key" = Uuid, Header), ("Muster-Console" = String, Header)),
    responses((status = 200, description = "Proven", body = PhoneNumber),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn called(
    by: may::VerifyNumbers,
    ids: Two,
    key: IdempotencyKey,
    body: Body<Nothing>,
    people: web::Data<People>,
) -> Result<HttpResponse, Fail> {
    let request = request_of(&by, key, &body);
    Ok(private(&people.called(&by, request, ids.into_inner()).await.map_err(refused)?))
}

/// Numbers whose owners wait for a code to be spoken: ring the number, say the code.
#[utoipa::path(get, path = "/v1/numbers/waiting", tag = "people", security(("session" = [])),
    responses((status = 200, description = "The longest waiting first, at most 100", body = WaitingNumbers),
              (status = "4XX", description = "Not listed", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn waiting(by: may::VerifyNumbers, people: web::Data<People>) -> Result<HttpResponse, Fail> {
    Ok(private(&people.waiting(&by).await?))
}
