//! Bodies: strict JSON, where what is wrong gets a code of its own and names the field; and, for a Not
//! Okay, whatever comes.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::{FutureExt, Stream, StreamExt};
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;
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
        let held = request.extensions_mut().remove::<Held>();
        Box::pin(async move {
            let came = match held {
                Some(held) => Some(held.released().await?),
                None => None,
            };
            let Whole { bytes, waited_for } = read(&mut payload, LIMIT, WHOLE_BODY).await?;
            if came.is_some_and(|came| came.send(waited_for).is_err()) {
                return Err(Fail::new(Code::Forbidden, "You may not send this."));
            }
            if !json && !bytes.is_empty() {
                return Err(Fail::new(Code::UnsupportedMedia, "Send the body as Content-Type: application/json."));
            }
            let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
            let value = parse(text)?;
            Ok(Self { value, hash: request_hash(&place, text) })
        })
    }
}

/// A permission that is looked up before the body is read, so that whoever may not send it is told that,
/// and not what is wrong with it. Where some of the body was still to come, the permission is looked up
/// again once it is whole: whose session or role ended meanwhile changes nothing. Extractors are made in
/// a handler's order and then run side by side, so the permission stands before the body in it.
pub fn asked<T, E, F>(
    request: &HttpRequest,
    ask: impl Fn() -> F + 'static,
) -> Pin<Box<dyn Future<Output = Result<T, E>>>>
where
    F: Future<Output = Result<T, E>> + 'static,
    T: 'static,
    E: 'static,
{
    let (request, hold) = (request.clone(), Hold::on(request));
    Box::pin(async move {
        let granted = ask().await?;
        if hold.release(&request).await { ask().await } else { Ok(granted) }
    })
}

/// Holds a request's body back.
struct Hold {
    release: oneshot::Sender<()>,
    came: oneshot::Receiver<bool>,
}

/// What a held body waits for, and how it says whether it had to be waited for.
struct Held {
    released: oneshot::Receiver<()>,
    came: oneshot::Sender<bool>,
}

impl Hold {
    /// On a request whose body is not extracted yet.
    fn on(request: &HttpRequest) -> Self {
        let ((release, released), (sender, came)) = (oneshot::channel(), oneshot::channel());
        request.extensions_mut().insert(Held { released, came: sender });
        Self { release, came }
    }

    /// The body may be read. Returns once it was, and says whether it had to be waited for; at once where
    /// the handler takes none, or reads it itself.
    async fn release(self, request: &HttpRequest) -> bool {
        if request.extensions_mut().remove::<Held>().is_some() || self.release.send(()).is_err() {
            return false;
        }
        self.came.await.unwrap_or(false)
    }
}

impl Held {
    async fn released(self) -> Result<oneshot::Sender<bool>, Fail> {
        let refused = |_| Fail::new(Code::Forbidden, "You may not send this.");
        self.released.await.map(|()| self.came).map_err(refused)
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

/// A body that came whole.
#[derive(Debug)]
pub struct Whole {
    /// The body.
    pub bytes: web::BytesMut,
    /// Whether some of it was still to come when it was asked for: whoever sends it was permitted to before
    /// that, and must be asked for again.
    pub waited_for: bool,
}

/// Reads a body of at most `limit` bytes that comes within `time`.
pub async fn read(payload: &mut Payload, limit: usize, time: Duration) -> Result<Whole, Fail> {
    read_while(payload, limit, time, || Ok(())).await
}

/// [`read`], as long as nothing speaks against it: `goes_on` is asked after every piece, also after the last.
pub async fn read_while(
    payload: &mut (impl Stream<Item = Result<web::Bytes, PayloadError>> + Unpin),
    limit: usize,
    time: Duration,
    goes_on: impl Fn() -> Result<(), Fail>,
) -> Result<Whole, Fail> {
    let late = |_| Fail::new(Code::BodyMalformed, "The body took too long; send it again with the same key.");
    tokio::time::timeout(time, whole(payload, limit, goes_on)).await.map_err(late)?
}

async fn whole(
    payload: &mut (impl Stream<Item = Result<web::Bytes, PayloadError>> + Unpin),
    limit: usize,
    goes_on: impl Fn() -> Result<(), Fail>,
) -> Result<Whole, Fail> {
    let (mut bytes, mut waited_for) = (web::BytesMut::new(), false);
    loop {
        let next = match payload.next().now_or_never() {
            Some(next) => next,
            None => {
                waited_for = true;
                payload.next().await
            }
        };
        let Some(chunk) = next else { return Ok(Whole { bytes, waited_for }) };
        let chunk = chunk
            .map_err(|_| Fail::new(Code::BodyMalformed, "The body broke off; send it again with the same key."))?;
        if bytes.len() + chunk.len() > limit {
            return Err(Fail::new(Code::BodyTooLarge, format!("Send at most {limit} bytes.")));
        }
        bytes.extend_from_slice(&chunk);
        goes_on()?;
    }
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
    use std::cell::Cell;

    use super::*;
    use wire::case::{AddNote, Claim};

    #[tokio::test]
    async fn an_upload_stops_with_the_piece_after_which_it_may_not_go_on() {
        let (came, room) = (Cell::new(0), Cell::new(3));
        let mut pieces = futures_util::stream::iter((0..10).map(|_| {
            came.set(came.get() + 1);
            Ok(web::Bytes::from_static(b"piece"))
        }));
        let goes_on = || match came.get() < room.get() {
            true => Ok(()),
            false => Err(Fail::new(Code::DiskFull, "no room")),
        };
        let stopped = read_while(&mut pieces, 1_000, WHOLE_BODY, goes_on).await.unwrap_err();
        assert_eq!((stopped.0.code, came.get()), (Code::DiskFull, 3));
        room.set(100);
        let rest = read_while(&mut pieces, 1_000, WHOLE_BODY, goes_on).await.unwrap();
        assert_eq!(rest.bytes.len(), 7 * 5);
    }

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
