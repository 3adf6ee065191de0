//! Routes for phones that are woken: where, and what for.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde_json::json;
use wire::case::DeliveryChannel;
use wire::push::{PushPlace, PushSetting, Woken, WokenFor};
use wire::{Code, Problem};

use crate::delivery::Delivery;
use crate::devices::Devices;
use crate::devices::http::PhoneBearer;
use crate::devices::push::NewPlace;
use crate::http::body::invalid;
use crate::http::{Body, Fail, IdempotencyKey};

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::resource("/v1/me/push")
            .route(web::get().to(setting))
            .route(web::put().to(put))
            .route(web::delete().to(forget)),
    )
    .route("/v1/woken", web::post().to(woken));
}

/// How this phone can be woken.
#[utoipa::path(get, path = "/v1/me/push", tag = "devices", security(("device" = [])),
    responses((status = 200, description = "How", body = PushSetting),
              (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json")))]
async fn setting(
    phone: PhoneBearer,
    delivery: web::Data<Delivery>,
    devices: web::Data<Devices>,
) -> Result<HttpResponse, Fail> {
    let place = devices.place_of(&phone.0).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(PushSetting {
        vapid_key: delivery.vapid_key(),
        channel: place.as_ref().map(|place| place.channel),
        shown_at: place.and_then(|place| place.shown_at),
    }))
}

/// Say where this phone can be woken from now on.
#[utoipa::path(put, path = "/v1/me/push", tag = "devices", security(("device" = [])), request_body = PushPlace,
    params(("Idempotency-Key" = uuid::Uuid, Header)),
    responses((status = 204, description = "It is woken there"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn put(
    phone: PhoneBearer,
    _key: IdempotencyKey,
    body: Body<PushPlace>,
    delivery: web::Data<Delivery>,
    devices: web::Data<Devices>,
) -> Result<HttpResponse, Fail> {
    let (channel, field, given) = match body.value {
        PushPlace::Webpush { endpoint, p256dh, auth } => {
            let subscription = json!({ "endpoint": endpoint, "p256dh": p256dh, "auth": auth });
            (DeliveryChannel::Webpush, "/endpoint", subscription.to_string())
        }
        PushPlace::Fcm { token } => (DeliveryChannel::Fcm, "/token", token),
    };
    let to = delivery.checked_place(channel, &given).map_err(|why| invalid(field, why))?;
    devices.put_place(&phone.0, Some(NewPlace { channel, to })).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Wake this phone no more.
#[utoipa::path(delete, path = "/v1/me/push", tag = "devices", security(("device" = [])),
    params(("Idempotency-Key" = uuid::Uuid, Header)),
    responses((status = 204, description = "It is not woken any more"),
              (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json")))]
async fn forget(phone: PhoneBearer, _key: IdempotencyKey, devices: web::Data<Devices>) -> Result<HttpResponse, Fail> {
    devices.put_place(&phone.0, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a phone was woken for. The message that woke it says which one it is, sealed for this phone: nobody else can ask.
#[utoipa::path(post, path = "/v1/woken", tag = "devices", request_body = Woken,
    responses((status = 200, description = "What for", body = WokenFor),
              (status = 404, description = "There is no such message", body = Problem, content_type = "application/problem+json"),
              (status = "4XX", description = "Not understood", body = Problem, content_type = "application/problem+json")))]
async fn woken(body: Body<Woken>, delivery: web::Data<Delivery>) -> Result<HttpResponse, Fail> {
    let woken = delivery.woken(body.value.message, body.value.event).await?;
    let woken = woken.ok_or_else(|| Fail::new(Code::NotFound, "There is no such message here any more."))?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(woken))
}
