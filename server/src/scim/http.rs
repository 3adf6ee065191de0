//! Routes of tokens and of SCIM.

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, web};
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;
use utoipa::OpenApi;
use uuid::Uuid;

use super::bulk::revision_of;
use super::service::Scim;
use super::tokens::NotTaken;
use super::{Caller, Refusal, matching};
use crate::http::Fail;
use crate::http::body::{self, Whole};
use crate::store::{StoreError, WriteError};

mod bulk;
mod discovery;
mod groups;
mod tokens;
mod users;

/// Most bytes of a body.
pub(super) const BODY: usize = 1024 * 1024;

/// Time that a body may take.
const TIME: Duration = Duration::from_secs(60);

/// How SCIM travels.
const SCIM: &str = "application/scim+json";

/// The paths of this slice for the OpenAPI document.
#[derive(OpenApi)]
#[openapi(paths(
    tokens::issue,
    tokens::list,
    tokens::end,
    tokens::hold,
    tokens::raise,
    users::list,
    users::create,
    users::detail,
    users::replace,
    users::patch,
    users::delete,
    groups::list,
    groups::create,
    groups::detail,
    groups::replace,
    groups::patch,
    groups::delete,
    bulk::bulk,
    discovery::config,
    discovery::schemas,
    discovery::schema,
    discovery::resource_types,
    discovery::resource_type
))]
pub struct Docs;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    tokens::routes(cfg);
    users::routes(cfg);
    groups::routes(cfg);
    bulk::routes(cfg);
    discovery::routes(cfg);
}

/// A request that failed, in the standard's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScimFail(pub(super) Refusal);

impl From<Refusal> for ScimFail {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<StoreError> for ScimFail {
    fn from(error: StoreError) -> Self {
        let Fail(problem) = error.into();
        Self(Refusal::new(problem.status, None, problem.detail))
    }
}

impl From<WriteError<Refusal>> for ScimFail {
    fn from(error: WriteError<Refusal>) -> Self {
        match error {
            WriteError::Refused(refusal) => Self(refusal),
            WriteError::Store(error) => error.into(),
        }
    }
}

impl fmt::Display for ScimFail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.status, self.0.detail)
    }
}

impl ResponseError for ScimFail {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CONTENT_TYPE, SCIM)).insert_header((header::CACHE_CONTROL, "no-store"));
        match self.0.status {
            401 => drop(response.insert_header((header::WWW_AUTHENTICATE, "Bearer"))),
            503 => drop(response.insert_header((header::RETRY_AFTER, "2"))),
            _ => {}
        }
        response.body(serde_json::to_vec(&self.0.error()).unwrap_or_default())
    }
}

/// An address of SCIM was asked by a method that it does not take.
pub fn other_methods() -> ScimFail {
    ScimFail(Refusal::new(405, None, "This address takes other methods; /openapi.json lists them."))
}

/// SCIM's form of a request that was turned away.
pub fn turned_away(problem: &wire::Problem) -> HttpResponse {
    let mut response = ScimFail(Refusal::new(problem.status, None, problem.detail.clone())).error_response();
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// A good answer.
fn answered(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, SCIM)).insert_header((header::CACHE_CONTROL, "no-store"));
    response.body(serde_json::to_vec(body).unwrap_or_default())
}

/// A good answer that is one resource, with its revision and address.
fn resource(status: StatusCode, body: &Value, version: &str, location: &str) -> HttpResponse {
    let mut response = answered(status, body);
    for (name, text) in [(header::ETAG, version), (header::LOCATION, location)] {
        if let Ok(text) = header::HeaderValue::from_str(text) {
            response.headers_mut().insert(name, text);
        }
    }
    response
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, ScimFail>>>>;

/// The system that calls, and the address that it calls.
pub struct Called {
    caller: Caller,
    base: String,
}

impl FromRequest for Called {
    type Error = ScimFail;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = caller(&request).await?;
            let connection = request.connection_info();
            let base = format!("{}://{}/scim/v2", connection.scheme(), connection.host());
            Ok(Self { caller, base })
        })
    }
}

/// Whose token a request bears.
async fn caller(request: &HttpRequest) -> Result<Caller, ScimFail> {
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let secret = authorization.and_then(|text| {
        let (scheme, secret) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
    });
    let Some(scim) = request.app_data::<web::Data<Scim>>() else {
        return Err(ScimFail(Refusal::new(500, None, "The server is not set up for this.")));
    };
    let unknown = |why: &'static str| ScimFail(Refusal::new(401, None, why));
    scim.caller(secret).await.map_err(|error| match error {
        NotTaken::Missing => unknown("Send Authorization: Bearer with a token that an administrator issued."),
        NotTaken::Invalid => unknown("This token is not valid here, has run out or was ended."),
        NotTaken::Store(error) => error.into(),
    })
}

/// A JSON body, read after it is known who sends it; of somebody whose token still counts then.
async fn json(request: &HttpRequest, payload: web::Payload) -> Result<Value, ScimFail> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_lowercase();
    if ![SCIM, "application/json"].contains(&kind.as_str()) {
        let why = "Send the body as Content-Type: application/scim+json.";
        return Err(ScimFail(Refusal::new(415, None, why)));
    }
    let mut payload = payload.into_inner();
    let Whole { bytes, waited_for } = body::read(&mut payload, BODY, TIME).await.map_err(|Fail(problem)| {
        ScimFail(Refusal::new(problem.status, (problem.status == 400).then_some("invalidSyntax"), problem.detail))
    })?;
    if waited_for {
        caller(request).await?;
    }
    serde_json::from_slice(&bytes).map_err(|_| ScimFail(Refusal::syntax("The body is not JSON.")))
}

/// A body of a message of the standard.
async fn message<T: serde::de::DeserializeOwned>(
    request: &HttpRequest,
    payload: web::Payload,
    schema: &str,
) -> Result<T, ScimFail> {
    let mut sent = json(request, payload).await?;
    let schemas = sent.get("schemas").and_then(Value::as_array);
    let named = |one: &Value| one.as_str().is_some_and(|one| one.eq_ignore_ascii_case(schema));
    if !schemas.is_some_and(|schemas| schemas.iter().any(named)) {
        return Err(ScimFail(Refusal::syntax(format!("schemas: send [\"{schema}\"]."))));
    }
    // One system writes the name of the list with a small letter.
    if let Some(sent) = sent.as_object_mut()
        && let Some(operations) = sent.remove("operations")
    {
        sent.entry("Operations").or_insert(operations);
    }
    let why = "Operations: send a list, each with the members that the standard names.";
    serde_json::from_value(sent).map_err(|_| ScimFail(Refusal::syntax(why)))
}

/// The identifier in a path; what is none leads to nobody.
fn id_of(path: &web::Path<String>) -> Result<Uuid, ScimFail> {
    matching::id_of(path).ok_or_else(|| ScimFail(Refusal::not_found()))
}

/// The revision that a change was decided by; none where it does not matter.
fn if_match(request: &HttpRequest) -> Result<Option<i64>, ScimFail> {
    let Some(tag) = request.headers().get(header::IF_MATCH) else { return Ok(None) };
    match tag.to_str().unwrap_or_default().trim() {
        "*" => Ok(None),
        tag => revision_of(tag).map(Some).ok_or_else(|| ScimFail(Refusal::changed())),
    }
}

/// Whether the caller has this revision already.
fn has_it(request: &HttpRequest, version: &str) -> bool {
    let tags = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.split(',').any(|tag| tag.trim() == "*" || bare(tag) == bare(version))
}

/// Every parameter behind the question mark.
fn parameters(request: &HttpRequest) -> Result<Vec<(String, String)>, ScimFail> {
    let read = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    read.map(web::Query::into_inner).map_err(|_| ScimFail(Refusal::syntax("A parameter is not understood.")))
}
