//! Google's part of waking phones: it gives access tokens to a service account that signs for them, takes messages by
//! the HTTP v1 API of Firebase Cloud Messaging, and does what a test says. Source: RFC 7523, and Firebase's "FCM error
//! codes".

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};

use crate::edge::Edge;

/// The project whose phones are woken.
pub const PROJECT: &str = "muster-test";

/// The account that may wake them.
const EMAIL: &str = "sender@muster-test.iam.gserviceaccount.com";

/// What the account must ask for.
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";

/// The account's key, made for this run: it takes a moment, so that all share it.
static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"));

/// A message that came for a phone.
#[derive(Debug, Clone, PartialEq)]
pub struct Wake {
    /// For which phone.
    pub token: String,
    /// The whole message, as it was sent.
    pub message: Value,
    /// How many bytes were sent.
    pub size: usize,
}

/// What FCM does with the next message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Takes it.
    Take,
    /// The token is not registered any more.
    Unregistered,
    /// The token is none.
    BadToken,
    /// A field of the request is wrong.
    BadRequest(&'static str),
    /// The token is of another project.
    OtherSender,
    /// Too many messages; wait so many seconds.
    Quota(Option<u32>),
    /// Not now; wait so many seconds.
    Unavailable(Option<u32>),
    /// Something broke.
    Internal,
    /// Apple does not take Google's word.
    AppleRefuses,
    /// The access token does not count.
    Unauthenticated,
    /// The account may not send.
    Forbidden,
    /// A proxy on the way answers with a page.
    BadGateway,
    /// Does not answer.
    Hang,
}

/// What Google does when it is next asked for an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Gives one that counts for so many seconds.
    Give(u32),
    /// Gives none, with this status.
    Refuse(u16),
    /// Gives one for an hour, after so long.
    Slowly(Duration),
    /// Does not answer.
    Hang,
}

#[derive(Default)]
struct Inner {
    url: Mutex<String>,
    script: Mutex<VecDeque<Answer>>,
    grants: Mutex<VecDeque<Grant>>,
    given: Mutex<BTreeSet<String>>,
    taken: Mutex<Vec<Wake>>,
    faults: Mutex<Vec<String>>,
    asked: Mutex<usize>,
    granted: Mutex<usize>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Google on a port of its own.
pub struct Fcm {
    inner: Arc<Inner>,
    url: String,
    _edge: Edge,
}

impl Fcm {
    /// Starts one that gives tokens for an hour and takes everything that is in order.
    pub fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let data = web::Data::from(Arc::clone(&inner));
        let edge = Edge::start(move |cfg| {
            cfg.app_data(data.clone())
                .route("/token", web::post().to(grant))
                .route("/v1/projects/{project}/messages:send", web::post().to(send));
        });
        locked(&inner.url).push_str(edge.url());
        Self { inner, url: edge.url().to_owned(), _edge: edge }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The JSON of the service account, as Google gives it out.
    pub fn account(&self) -> String {
        let der: Pkcs8V1Der<'_> = KEY.as_der().expect("the key");
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref()));
        json!({
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "k1",
            "private_key": pem,
            "client_email": EMAIL,
            "token_uri": format!("{}/token", self.url),
        })
        .to_string()
    }

    /// What it does with the next messages; afterwards it takes them again.
    pub fn will(&self, answers: impl IntoIterator<Item = Answer>) {
        locked(&self.inner.script).extend(answers);
    }

    /// What it does when it is next asked for access tokens; afterwards it gives them again.
    pub fn grants(&self, grants: impl IntoIterator<Item = Grant>) {
        locked(&self.inner.grants).extend(grants);
    }

    /// No access token that it gave counts any more.
    pub fn forget(&self) {
        locked(&self.inner.given).clear();
    }

    /// Every message that it took, in the order in which they came.
    pub fn taken(&self) -> Vec<Wake> {
        locked(&self.inner.taken).clone()
    }

    /// How many messages came.
    pub fn asked(&self) -> usize {
        *locked(&self.inner.asked)
    }

    /// How many times it was asked for an access token.
    pub fn asked_for_access(&self) -> usize {
        *locked(&self.inner.granted)
    }

    /// What was not in order with the requests that came, other than access tokens that do not count.
    pub fn faults(&self) -> Vec<String> {
        locked(&self.inner.faults).clone()
    }
}

async fn wait(long: Duration) {
    actix_web::rt::time::sleep(long).await;
}

async fn grant(form: web::Form<BTreeMap<String, String>>, google: web::Data<Inner>) -> HttpResponse {
    *locked(&google.granted) += 1;
    if let Err(fault) = asserted(&form, &google) {
        locked(&google.faults).push(fault.clone());
        return HttpResponse::BadRequest().json(json!({ "error": "invalid_grant", "error_description": fault }));
    }
    let next = locked(&google.grants).pop_front().unwrap_or(Grant::Give(3_599));
    let seconds = match next {
        Grant::Give(seconds) => seconds,
        Grant::Refuse(status) => {
            let status = StatusCode::from_u16(status).expect("a status");
            return HttpResponse::build(status).json(json!({ "error": "invalid_grant" }));
        }
        Grant::Slowly(long) => {
            wait(long).await;
            3_599
        }
        Grant::Hang => {
            wait(Duration::from_secs(3_600)).await;
            0
        }
    };
    let token = format!("ya29.{}", uuid::Uuid::now_v7().simple());
    locked(&google.given).insert(token.clone());
    HttpResponse::Ok().json(json!({ "access_token": token, "expires_in": seconds, "token_type": "Bearer" }))
}

/// Checks what an access token is asked for with.
fn asserted(form: &BTreeMap<String, String>, google: &Inner) -> Result<(), String> {
    let text = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    if text("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
        return Err("another grant".to_owned());
    }
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&[format!("{}/token", locked(&google.url))]);
    rules.set_issuer(&[EMAIL]);
    rules.set_required_spec_claims(&["exp", "aud", "iss"]);
    let public = DecodingKey::from_rsa_der(KEY.public_key().as_ref());
    let assertion = decode::<Value>(text("assertion"), &public, &rules).map_err(|error| error.to_string())?;
    let time = |name: &str| assertion.claims[name].as_i64();
    let life = time("exp").zip(time("iat")).map(|(until, from)| until - from);
    if assertion.header.kid.as_deref() != Some("k1") {
        Err("another key".to_owned())
    } else if assertion.claims["scope"] != SCOPE {
        Err("another scope".to_owned())
    } else if !life.is_some_and(|life| (1..=3_600).contains(&life)) {
        Err("for more than an hour".to_owned())
    } else {
        Ok(())
    }
}

async fn send(
    request: HttpRequest,
    project: web::Path<String>,
    body: web::Bytes,
    google: web::Data<Inner>,
) -> HttpResponse {
    *locked(&google.asked) += 1;
    let header = request.headers().get("Authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = header.strip_prefix("Bearer ").unwrap_or_default();
    if !locked(&google.given).contains(token) {
        return refuse(401, "UNAUTHENTICATED", None, None, None);
    }
    if *project != PROJECT {
        return refuse(403, "PERMISSION_DENIED", None, None, None);
    }
    let wake = match read(&body) {
        Ok(wake) => wake,
        Err(field) => {
            locked(&google.faults).push(format!("wrong: {field}"));
            return refuse(400, "INVALID_ARGUMENT", None, Some(field), None);
        }
    };
    let answer = locked(&google.script).pop_front().unwrap_or(Answer::Take);
    match answer {
        Answer::Take => {}
        Answer::Unregistered => return refuse(404, "NOT_FOUND", Some("UNREGISTERED"), None, None),
        Answer::BadToken => return refuse(400, "INVALID_ARGUMENT", Some("INVALID_ARGUMENT"), None, None),
        Answer::BadRequest(field) => return refuse(400, "INVALID_ARGUMENT", None, Some(field), None),
        Answer::OtherSender => return refuse(403, "PERMISSION_DENIED", Some("SENDER_ID_MISMATCH"), None, None),
        Answer::Quota(wait) => return refuse(429, "RESOURCE_EXHAUSTED", Some("QUOTA_EXCEEDED"), None, wait),
        Answer::Unavailable(wait) => return refuse(503, "UNAVAILABLE", Some("UNAVAILABLE"), None, wait),
        Answer::Internal => return refuse(500, "INTERNAL", Some("INTERNAL"), None, None),
        Answer::AppleRefuses => return refuse(401, "UNAUTHENTICATED", Some("THIRD_PARTY_AUTH_ERROR"), None, None),
        Answer::Unauthenticated => return refuse(401, "UNAUTHENTICATED", None, None, None),
        Answer::Forbidden => return refuse(403, "PERMISSION_DENIED", None, None, None),
        Answer::BadGateway => return HttpResponse::BadGateway().body("<!DOCTYPE html><title>Error 502</title>"),
        Answer::Hang => std::future::pending::<()>().await,
    }
    let mut taken = locked(&google.taken);
    taken.push(wake);
    HttpResponse::Ok().json(json!({ "name": format!("projects/{PROJECT}/messages/0:{}", taken.len()) }))
}

/// A message, or the field of it that is wrong.
fn read(body: &[u8]) -> Result<Wake, &'static str> {
    let whole: Value = serde_json::from_slice(body).map_err(|_| "")?;
    let message = whole.get("message").and_then(Value::as_object).ok_or("message")?;
    let token = message.get("token").and_then(Value::as_str).filter(|token| !token.is_empty());
    let token = token.ok_or("message.token")?.to_owned();
    let known = ["token", "data", "notification", "android", "apns", "webpush", "fcm_options"];
    if message.keys().any(|field| !known.contains(&field.as_str())) {
        return Err("message");
    }
    if !message["data"].as_object().is_some_and(|data| data.values().all(Value::is_string)) {
        return Err("message.data[0].value");
    }
    let ttl = message["android"]["ttl"].as_str().and_then(|ttl| ttl.strip_suffix('s')).unwrap_or_default();
    if !ttl.parse().is_ok_and(|seconds: u32| seconds <= 2_419_200) {
        return Err("message.android.ttl");
    }
    Ok(Wake { token, message: Value::Object(message.clone()), size: body.len() })
}

/// An error in Google's shape: with FCM's own code, the field that is wrong, and a time to wait, where it has them.
fn refuse(status: u16, word: &str, code: Option<&str>, field: Option<&str>, wait: Option<u32>) -> HttpResponse {
    let mut refusal = HttpResponse::build(StatusCode::from_u16(status).expect("a status"));
    if let Some(wait) = wait {
        refusal.insert_header(("Retry-After", wait.to_string()));
    }
    let own =
        code.map(|code| json!({ "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code }));
    let wrong = field.map(|field| {
        let violations = [json!({ "field": field, "description": "Invalid value" })];
        json!({ "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations })
    });
    let details: Vec<Value> = own.into_iter().chain(wrong).collect();
    let error = json!({ "code": status, "message": "Refused.", "status": word, "details": details });
    refusal.json(json!({ "error": error }))
}
