//! What travels between Muster's server and its two faces: HTTP bodies, live frames, error codes.
//!
//! This crate has no behaviour beyond (de)serialisation. Requests refuse unknown fields, with one
//! exception: a Not Okay is read leniently by the server, field by field (see [`not_okay`]).
//! All times are UTC, RFC 3339. All identifiers are UUIDs.

pub mod access;
pub mod audit;
pub mod board;
pub mod case;
pub mod enrolment;
pub mod error;
pub mod escalation;
pub mod gateways;
pub mod imports;
pub mod live;
pub mod not_okay;
pub mod people;
pub mod phone;
pub mod places;
pub mod profile;
pub mod push;
pub mod register;
pub mod schemas;
pub mod scim;
pub mod setup;
pub mod sign_in;
pub mod tokens;
pub mod watch;
pub mod zones;

pub use error::{Code, Problem};

/// Version of the live protocol, sent in `hello`. A server refuses a version it does not speak.
pub const PROTOCOL: u32 = 1;

/// Header that carries the key of a write: a UUID made by the client, once per intended action.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Header that carries the age of a tap in milliseconds, by the phone's monotonic clock, at the
/// moment of this attempt. It travels outside the body so that a repeat has the same body.
pub const AGE_HEADER: &str = "Muster-Age-Ms";

/// Header that every state-changing console request carries (any value): a form cannot send it.
pub const CSRF_HEADER: &str = "Muster-Console";

/// Header that proves, with every request that carries an access token, that it comes from the device
/// the token was given to: `SECONDS.SIGNATURE`, by the device's P-256 key (64 bytes r||s, base64url) over
/// `METHOD\nPATH\nSECONDS\nHASH`, where `HASH` is SHA-256 of the access token, base64url, and `SECONDS`
/// are those since 1970, within 60 of the server's. A phone's socket says the same in `hello`, as of
/// `GET /v1/phone/live`. Never asked of a Not Okay or of a case token.
pub const PROOF_HEADER: &str = "Muster-Proof";

/// Response header with a renewed distress capability; the phone replaces the one it holds.
pub const DISTRESS_HEADER: &str = "Muster-Distress";

/// Reads a field that is there, null included: `None` is a field that is not there and stays as it
/// is, `Some(None)` one that is cleared. For fields of a `PATCH`.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
