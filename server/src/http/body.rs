//! Strict JSON bodies: what is wrong gets a code of its own and names the field.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use wire::{Code, Problem};

use super::Fail;
use crate::kernel::seal::sha256;
use crate::kernel::text::canonical;

/// Most bytes that a JSON body may have, but for routes that say otherwise.
pub const LIMIT: usize = 64 * 1024;

/// A body of type `T`, and the hash that tells a repeat from another request under the same key.
#[derive(Debug, Clone)]
pub struct Body<T> {
    /// The body.
    pub value: T,
    /// As [`request_hash`] makes it.
    pub hash: [u8; 32],
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Fail;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fail>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = is_json(request);
        let place = request.path().to_owned();
        let mut payload = payload.take();
        Box::pin(async move {
            let bytes = read(&mut payload, LIMIT).await?;
            if !json && !bytes.is_empty() {
                return Err(Fail::new(Code::UnsupportedMedia, "Send the body as Content-Type: application/json."));
            }
            let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
            let value = parse(text)?;
            Ok(Self { value, hash: request_hash(&place, text) })
        })
    }
}

/// What tells a repeat from another request under one key: SHA-256 of path and canonical body.
pub fn request_hash(path: &str, body: &[u8]) -> [u8; 32] {
    sha256(&[path.as_bytes(), b"\n", &canonical(body)].concat())
}

fn is_json(request: &HttpRequest) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Reads a body of at most `limit` bytes.
pub async fn read(payload: &mut Payload, limit: usize) -> Result<web::BytesMut, Fail> {
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk
            .map_err(|_| Fail::new(Code::BodyMalformed, "The body broke off; send it again with the same key."))?;
        if bytes.len() + chunk.len() > limit {
            return Err(Fail::new(Code::BodyTooLarge, format!("Send at most {limit} bytes.")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Parses strictly, telling broken JSON, unknown fields and wrong types apart.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let said = error.to_string();
        let field = said.split('`').nth(1).map(|name| format!("/{name}"));
        let mut problem = if error.is_data() {
            if said.starts_with("unknown field") {
                Problem::new(Code::UnknownField, format!("Leave out what this request does not know: {said}."))
            } else {
                Problem::new(Code::WrongType, format!("Correct the field and send again with a new key: {said}."))
            }
        } else {
            Problem::new(Code::BodyMalformed, format!("This is not JSON: {said}."))
        };
        if error.is_data() {
            problem.field = field;
        }
        problem
    })
}

/// The problem of a field with an impossible value.
pub fn invalid(field: &str, detail: impl Into<String>) -> Problem {
    let mut problem = Problem::new(Code::InvalidValue, detail);
    problem.field = Some(field.to_owned());
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::case::{AddNote, Claim};

    #[test]
    fn each_kind_of_wrong_body_has_its_code() {
        let code = |bytes: &[u8]| parse::<AddNote>(bytes).unwrap_err().code;
        assert_eq!(code(b"{"), Code::BodyMalformed);
        assert_eq!(code(b"{\"text\":1}"), Code::WrongType);
        assert_eq!(code(b"{}"), Code::WrongType);
        assert_eq!(code(b"{\"text\":\"a\",\"state\":\"closed\"}"), Code::UnknownField);
        let problem = parse::<AddNote>(b"{\"text\":\"a\",\"state\":\"closed\"}").unwrap_err();
        assert_eq!(problem.field.as_deref(), Some("/state"));
        assert!(parse::<Claim>(b"{}").is_ok());
    }
}
