//! The route by which somebody who is signed in changes their password.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use wire::Problem;
use wire::sign_in::{ChangePassword, SessionsEnded};

use super::{OperatorWrite, refused, session};
use crate::access::Access;
use crate::http::{Body, Fail};

/// Registers the route.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/session/password", web::post().to(change));
}

/// Change your own password, by the one that counts now and, where you have a code generator, a code. Your
/// other sessions end, this one and this browser stay known, and the log says so. It takes no
/// Idempotency-Key: nothing of a password is kept. When the answer is lost, try the new one.
#[utoipa::path(post, operation_id = "change_password", path = "/v1/session/password", tag = "access", security(("session" = [])), request_body = ChangePassword,
    params(("Muster-Console" = String, Header)),
    responses((status = 200, description = "Changed; how many other sessions were ended", body = SessionsEnded),
              (status = 401, description = "Not signed in, or the present password or the code is wrong", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "Choose another password", body = Problem, content_type = "application/problem+json"),
              (status = 429, description = "Too early after failures", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn change(
    OperatorWrite(by): OperatorWrite,
    request: HttpRequest,
    body: Body<ChangePassword>,
    access: web::Data<Access>,
) -> Result<HttpResponse, Fail> {
    let (ended, email) = access.change_password(&by, body.value).await.map_err(refused)?;
    let mut answer = HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(ended);
    session::remember(&mut answer, &access, session::known_browser(&request).as_deref(), &email)?;
    Ok(answer)
}
