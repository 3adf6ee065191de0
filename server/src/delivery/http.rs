//! Routes for gateways: what became of messages, keys that were pressed, texts that came in; whoever asks shows with
//! Basic authentication what the server gave them. In `phones` those for phones that are woken, in `ladders` what consoles
//! see of whom the server calls.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use encoding_rs::{Encoding, UTF_8};
use serde::Deserialize;
use utoipa::OpenApi;
use uuid::Uuid;
use wire::Code;
use wire::case::CallTrouble;
use wire::gateways::{CallEvent, CallEventKind, CallNext, CallWords};

use super::Delivery;
use super::inbound::Came;
use crate::distress::Distress;
use crate::distress::http::not_stored;
use crate::http::{Body, Fail};

mod ladders;
mod phones;

/// Most bytes of a text message, joined parts and all.
const LONGEST_TEXT: usize = 8 * 1024;

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(
    report,
    text,
    call_event,
    phones::setting,
    phones::put,
    phones::forget,
    phones::woken,
    ladders::rehearsal,
    ladders::findings,
    ladders::channels
))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.configure(phones::routes)
        .configure(ladders::routes)
        .route("/v1/gateways/texts/reports", web::get().to(report))
        .route("/v1/gateways/texts", web::post().to(text))
        .route("/v1/gateways/calls/events", web::post().to(call_event));
}

/// The message that a gateway was given, proven.
struct Given(Uuid);

impl FromRequest for Given {
    type Error = Fail;
    type Future = Ready<Result<Self, Fail>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let delivery = request.app_data::<web::Data<Delivery>>();
        let given = basic(request).and_then(|(user, proof)| {
            let message = Uuid::parse_str(&user).ok()?;
            delivery?.proofs.holds(message, &proof).then_some(Self(message))
        });
        ready(given.ok_or_else(|| refused("Show the user and password that came with the message.")))
    }
}

/// The gateway that texts come from.
struct TextGateway;

impl FromRequest for TextGateway {
    type Error = Fail;
    type Future = Ready<Result<Self, Fail>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let wanted = request.app_data::<web::Data<Delivery>>().and_then(|delivery| delivery.inbound_password());
        let given = basic(request).zip(wanted).is_some_and(|((_, password), wanted)| {
            verify_slices_are_equal(password.as_bytes(), wanted.as_bytes()).is_ok()
        });
        ready(if given { Ok(Self) } else { Err(refused("Show the password of sms_inbound_password.")) })
    }
}

fn refused(why: &str) -> Fail {
    Fail::new(Code::CredentialInvalid, why)
}

/// User and password of Basic authentication (RFC 7617).
fn basic(request: &HttpRequest) -> Option<(String, String)> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    let decoded = BASE64_STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let (user, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[derive(Deserialize)]
struct Report {
    state: u32,
}

/// Whether a text message reached the phone, as Kannel reports it.
#[utoipa::path(get, path = "/v1/gateways/texts/reports", tag = "gateways", security(("gateway" = [])),
    params(("state" = u32, Query, description = "1 delivered, 2 not delivered, 16 rejected; others say nothing new")),
    responses((status = 200, description = "Noted"),
              (status = "4XX", description = "Not noted", body = wire::Problem, content_type = "application/problem+json")))]
async fn report(
    message: Given,
    query: web::Query<Report>,
    delivery: web::Data<Delivery>,
) -> Result<HttpResponse, Fail> {
    match query.state {
        1 => delivery.reported(message.0, true).await?,
        2 | 16 => delivery.reported(message.0, false).await?,
        _ => true,
    };
    // Kannel repeats what is answered by anything but 200 and 202, also of a message that was forgotten meanwhile.
    Ok(HttpResponse::Ok().finish())
}

/// What happens in a telephone call, at once.
#[utoipa::path(post, path = "/v1/gateways/calls/events", tag = "gateways", security(("gateway" = [])),
    request_body = CallEvent,
    responses((status = 200, description = "What the gateway does next", body = CallNext),
              (status = "4XX", description = "Not noted", body = wire::Problem, content_type = "application/problem+json")))]
async fn call_event(
    message: Given,
    body: Body<CallEvent>,
    delivery: web::Data<Delivery>,
) -> Result<web::Json<CallNext>, Fail> {
    let ended = |why| delivery.hung_up(message.0, why);
    let known = match body.value.event {
        CallEventKind::Key => {
            let says = delivery.pressed(message.0, body.value.key.as_deref().unwrap_or_default()).await?;
            let says = says.ok_or_else(unknown)?;
            let say = CallWords { text: says.text, language: says.language.to_owned() };
            return Ok(web::Json(CallNext { say: Some(say), end: says.ends }));
        }
        CallEventKind::Ringing | CallEventKind::Answered => {
            return Ok(web::Json(CallNext { say: None, end: false }));
        }
        CallEventKind::Busy => ended(CallTrouble::Busy).await?,
        CallEventKind::NoAnswer => ended(CallTrouble::NoAnswer).await?,
        CallEventKind::Voicemail => ended(CallTrouble::Voicemail).await?,
        CallEventKind::HungUp => ended(CallTrouble::HungUp).await?,
        CallEventKind::Failed => ended(CallTrouble::Refused).await?,
    };
    if known { Ok(web::Json(CallNext { say: None, end: true })) } else { Err(unknown()) }
}

fn unknown() -> Fail {
    Fail::new(Code::NotFound, "There is no such message here any more.")
}

/// A text message that came in, as Kannel posts it. What is answered is sent back to whoever sent it.
#[utoipa::path(post, path = "/v1/gateways/texts", tag = "gateways", security(("gateway" = [])),
    params(("X-Kannel-From" = String, Header, description = "The sender's number"),
           ("X-Kannel-Time" = Option<String>, Header, description = "When the network took it")),
    request_body(content = String, content_type = "text/plain"),
    responses((status = 200, description = "What is sent back; nothing when it is empty", body = String, content_type = "text/plain"),
              (status = "4XX", description = "Not taken", body = wire::Problem, content_type = "application/problem+json"),
              (status = 503, description = "Not stored: send it again", body = wire::Problem, content_type = "application/problem+json")))]
async fn text(
    _gateway: TextGateway,
    request: HttpRequest,
    body: web::Bytes,
    delivery: web::Data<Delivery>,
    distress: web::Data<Distress>,
) -> Result<HttpResponse, Fail> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let charset = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(charset);
    let came = Came {
        from: header("X-Kannel-From").to_owned(),
        text: decoded(body.get(..LONGEST_TEXT).unwrap_or(&body), charset),
        sent_at: header("X-Kannel-Time").to_owned(),
    };
    let told = delivery.text_came(&distress, came).await.map_err(not_stored)?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(told.words()))
}

/// The character set that a content type names.
fn charset(content_type: &str) -> Option<&str> {
    let parameter =
        content_type.split(';').map(str::trim).find(|part| part.to_ascii_lowercase().starts_with("charset="));
    parameter.and_then(|part| part.split_once('=')).map(|(_, name)| name.trim_matches('"'))
}

/// Bytes in a character set; in UTF-8 when it is not known. What cannot be read is shown as such, never refused.
fn decoded(bytes: &[u8], charset: Option<&str>) -> String {
    let encoding = charset.and_then(|name| Encoding::for_label(name.as_bytes())).unwrap_or(UTF_8);
    encoding.decode(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_in_the_character_set_that_they_came_in() {
        assert_eq!(charset("text/plain; charset=\"UTF-8\""), Some("UTF-8"));
        assert_eq!((charset("text/plain; Charset=utf-16be"), charset("text/plain")), (Some("utf-16be"), None));
        assert_eq!(decoded("لست بخير".as_bytes(), Some("utf-8")), "لست بخير");
        assert_eq!(decoded(&[0x6c, 0x42, 0x52, 0xa9], Some("UTF-16BE")), "求助");
        assert_eq!(decoded(b"NOT OK", Some("no such set")), "NOT OK");
    }
}
