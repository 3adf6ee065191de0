//! Bodies: strict JSON, where what is wrong gets a code of its own and names the field; and, for a Not
//! Okay, whatever comes.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
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

/// Time that a body of JSON may take: a few kilobytes, on the slowest line.
const WHOLE_BODY: Duration = Duration::from_secs(30);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Fail;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fail>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = is_json(request);
        // The same words under another method are another request.
        let place = match *request.method() {
            Method::POST => request.path().to_owned(),
            ref method => format!("{method} {}", request.path()),
        };
        let mut payload = payload.take();
        let held = request.extensions().get::<Held>().map(|held| held.0.clone());
        Box::pin(async move {
            if let Some(mut held) = held
                && held.wait_for(|released| *released).await.is_err()
            {
                return Err(Fail::new(Code::Forbidden, "You may not send this."));
            }
            let bytes = read(&mut payload, LIMIT, WHOLE_BODY).await?;
            if !json && !bytes.is_empty() {
                return Err(Fail::new(Code::UnsupportedMedia, "Send the body as Content-Type: application/json."));
            }
            let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
            let value = parse(text)?;
            Ok(Self { value, hash: request_hash(&place, text) })
        })
    }
}

/// Holds a request's body back until a permission that is still being looked up is there: whoever may
/// not send it is told that, and not what is wrong with it. Extractors are made in a handler's order
/// and then run side by side, so the permission stands before the body in it.
pub struct Hold(watch::Sender<bool>);

/// What a held body waits for.
struct Held(watch::Receiver<bool>);

impl Hold {
    /// On a request whose body is not extracted yet.
    pub fn on(request: &HttpRequest) -> Self {
        let (sender, receiver) = watch::channel(false);
        request.extensions_mut().insert(Held(receiver));
        Self(sender)
    }

    /// The permission is there: the body may be read.
    pub fn release(self) {
        self.0.send_replace(true);
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

/// Reads a body of at most `limit` bytes that comes within `time`: who may send it was asked before, and
/// may not keep that answer for later.
pub async fn read(payload: &mut Payload, limit: usize, time: Duration) -> Result<web::BytesMut, Fail> {
    let late = |_| Fail::new(Code::BodyMalformed, "The body took too long; send it again with the same key.");
    tokio::time::timeout(time, whole(payload, limit)).await.map_err(late)?
}

async fn whole(payload: &mut Payload, limit: usize) -> Result<web::BytesMut, Fail> {
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

/// How much of a body is taken, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes that are kept; what follows is read and dropped.
    pub kept: usize,
    /// Bytes that are read at all.
    pub read: usize,
    /// The time that it may take to come whole.
    pub time: Duration,
}

/// A body as far as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    /// What came, as far as it is kept.
    pub bytes: Vec<u8>,
    /// What is missing: `broke_off` or `too_large`.
    pub incomplete: Option<&'static str>,
}

/// Reads a body as far as it comes. It never fails: what breaks off, stalls or is too long is taken as
/// far as it came.
pub async fn whatever_comes(
    mut body: impl Stream<Item = Result<web::Bytes, PayloadError>> + Unpin,
    bounds: Bounds,
) -> Partial {
    let mut came = Partial { bytes: Vec::new(), incomplete: None };
    let mut read = 0;
    let deadline = Instant::now() + bounds.time;
    let stalled = |_| Some(Err(PayloadError::Incomplete(None)));
    while let Some(chunk) = timeout_at(deadline, body.next()).await.unwrap_or_else(stalled) {
        let Ok(chunk) = chunk else {
            came.incomplete = Some("broke_off");
            break;
        };
        read += chunk.len();
        let room = bounds.kept.saturating_sub(came.bytes.len()).min(chunk.len());
        came.bytes.extend_from_slice(chunk.get(..room).unwrap_or_default());
        if room < chunk.len() {
            came.incomplete = Some("too_large");
        }
        if read > bounds.read {
            break;
        }
    }
    came
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
