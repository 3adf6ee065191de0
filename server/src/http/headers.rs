//! Request headers with a meaning.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use uuid::Uuid;
use wire::{AGE_HEADER, Code, IDEMPOTENCY_KEY};

use super::Fail;

/// The key of a write, from `Idempotency-Key`.
#[derive(Debug, Clone, Copy)]
pub struct IdempotencyKey(pub Uuid);

impl FromRequest for IdempotencyKey {
    type Error = Fail;
    type Future = Ready<Result<Self, Fail>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match request.headers().get(IDEMPOTENCY_KEY) {
            None => Err(Fail::new(
                Code::KeyMissing,
                "Send an Idempotency-Key header with a new UUID; repeat the same one when you repeat the request.",
            )),
            Some(value) => value
                .to_str()
                .ok()
                .and_then(|text| Uuid::parse_str(text.trim()).ok())
                .map(Self)
                .ok_or_else(|| Fail::new(Code::KeyInvalid, "The Idempotency-Key header must be a UUID.")),
        })
    }
}

/// The revision that a change was decided by, from `If-Match`: the number of an ETag.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i64);

impl FromRequest for IfMatch {
    type Error = Fail;
    type Future = Ready<Result<Self, Fail>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let why = "Read it first, then send If-Match with its ETag, such as \"3\".";
        let revision = request.headers().get("If-Match").and_then(|value| value.to_str().ok());
        let revision = revision.and_then(|text| text.trim().trim_matches('"').parse().ok());
        ready(revision.map(Self).ok_or_else(|| Fail::new(Code::RevisionMissing, why)))
    }
}

/// How old the thing in the body is, from `Muster-Age-Ms`; 0 when absent or not understood, because
/// an alarm is never refused for its age.
#[derive(Debug, Clone, Copy)]
pub struct AgeMs(pub u64);

/// Ages beyond this are cut: ten years.
const OLDEST_MS: u64 = 10 * 366 * 24 * 3_600 * 1_000;

impl FromRequest for AgeMs {
    type Error = Fail;
    type Future = Ready<Result<Self, Fail>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let age = request.headers().get(AGE_HEADER).and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
        ready(Ok(Self(age.unwrap_or(0).min(OLDEST_MS))))
    }
}
