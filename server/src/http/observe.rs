//! What every request gets: headers that protect, figures by route. Never a path with content, a
//! query, or a body.

use std::time::Instant;

use actix_web::ResponseError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use wire::Code;

use super::assets::POLICY;
use super::{Fail, table};

/// Headers of every response.
const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "geolocation=(self), microphone=(), camera=(), payment=()"),
];

/// Adds the headers and counts the request under its route's pattern.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let method = table::known_method(request.method());
    let mut response = next.call(request).await?.map_into_boxed_body();
    if response.status() == StatusCode::METHOD_NOT_ALLOWED && !response.headers().contains_key(CONTENT_TYPE) {
        let problem = Fail::new(Code::MethodNotAllowed, "This address takes other methods; /openapi.json lists them.");
        response = response.into_response(problem.error_response());
    }
    for (name, value) in HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let route = response.request().match_pattern().unwrap_or_else(|| "(asset)".to_owned());
    let status = response.status().as_u16();
    metrics::counter!("muster_requests_total", "method" => method, "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!("muster_request_seconds", "route" => route).record(started.elapsed().as_secs_f64());
    Ok(response)
}
