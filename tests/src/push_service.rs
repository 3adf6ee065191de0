//! A push service for browsers. It checks who sends (RFC 8292), opens what the browser would be given (RFC 8291) with
//! other cryptography than the server's, and does what a test says.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::{HttpRequest, HttpResponse, web};
use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes128Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use hkdf::Hkdf;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::Generate;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::edge::Edge;

/// The longest that a signature may count, in seconds (RFC 8292, section 2).
const LONGEST_SIGNED: i64 = 24 * 60 * 60;

/// A message that came for a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// For which subscription, counted from 0 in the order in which they were made.
    pub browser: usize,
    /// What the browser is given.
    pub plain: String,
    /// How many bytes were sent.
    pub size: usize,
    /// For how many seconds it is kept.
    pub ttl: u64,
    /// How urgent it is said to be.
    pub urgency: Option<String>,
    /// Which earlier message it takes the place of.
    pub topic: Option<String>,
}

/// What the service does with the next message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Takes it.
    Take,
    /// Takes it, and gives it to the browser twice.
    TakeTwice,
    /// Answers this status, and asks to wait so many seconds.
    Refuse(u16, Option<u32>),
    /// Answers this status once the test lets it.
    RefuseLater(u16),
    /// Does not answer.
    Hang,
}

/// A browser's part of a subscription.
struct Browser {
    key: SecretKey,
    auth: [u8; 16],
    /// The one key whose messages it takes.
    sender: String,
}

#[derive(Default)]
struct Inner {
    browsers: Mutex<Vec<Browser>>,
    script: Mutex<VecDeque<Answer>>,
    taken: Mutex<Vec<Push>>,
    faults: Mutex<Vec<String>>,
    asked: Mutex<usize>,
    origin: Mutex<String>,
    let_go: tokio::sync::Notify,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A push service on a port of its own.
pub struct PushService {
    inner: Arc<Inner>,
    url: String,
    _edge: Edge,
}

impl PushService {
    /// Starts one that takes everything that is in order.
    pub fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let data = web::Data::from(Arc::clone(&inner));
        let edge = Edge::start(move |cfg| {
            cfg.app_data(data.clone()).route("/push/{browser}", web::post().to(push));
        });
        locked(&inner.origin).push_str(edge.url());
        Self { inner, url: edge.url().to_owned(), _edge: edge }
    }

    /// Where it is: the origin of every endpoint.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A browser subscribes to the messages of one sender, named by its public key in base64url: `endpoint`, `p256dh`
    /// and `auth`.
    pub fn subscribe(&self, sender: &str) -> Value {
        let (key, auth) = (SecretKey::generate(), *uuid::Uuid::now_v7().as_bytes());
        let point = URL_SAFE_NO_PAD.encode(key.public_key().to_sec1_point(false));
        let mut browsers = locked(&self.inner.browsers);
        browsers.push(Browser { key, auth, sender: sender.to_owned() });
        let endpoint = format!("{}/push/{}", self.url, browsers.len() - 1);
        json!({ "endpoint": endpoint, "p256dh": point, "auth": URL_SAFE_NO_PAD.encode(auth) })
    }

    /// What it does with the next messages; afterwards it takes them again.
    pub fn will(&self, answers: impl IntoIterator<Item = Answer>) {
        locked(&self.inner.script).extend(answers);
    }

    /// Lets it answer what it is to answer later.
    pub fn let_go(&self) {
        self.inner.let_go.notify_one();
    }

    /// Every message that it gave to a browser, in the order in which they came.
    pub fn taken(&self) -> Vec<Push> {
        locked(&self.inner.taken).clone()
    }

    /// How many requests came.
    pub fn asked(&self) -> usize {
        *locked(&self.inner.asked)
    }

    /// What was not in order with the requests that came.
    pub fn faults(&self) -> Vec<String> {
        locked(&self.inner.faults).clone()
    }
}

async fn push(request: HttpRequest, at: web::Path<usize>, body: web::Bytes, service: web::Data<Inner>) -> HttpResponse {
    *locked(&service.asked) += 1;
    let read = read(&request, *at, &body, &service);
    let push = match read {
        Ok(push) => push,
        Err((status, fault)) => {
            locked(&service.faults).push(fault.to_owned());
            return refuse(status, None);
        }
    };
    let answer = locked(&service.script).pop_front().unwrap_or(Answer::Take);
    match answer {
        Answer::Take => locked(&service.taken).push(push),
        Answer::TakeTwice => locked(&service.taken).extend([push.clone(), push]),
        Answer::Refuse(status, wait) => return refuse(status, wait),
        Answer::RefuseLater(status) => {
            service.let_go.notified().await;
            return refuse(status, None);
        }
        Answer::Hang => std::future::pending::<()>().await,
    }
    HttpResponse::Created().insert_header(("Location", "/message/1")).finish()
}

fn refuse(status: u16, wait: Option<u32>) -> HttpResponse {
    let mut refusal = HttpResponse::build(actix_web::http::StatusCode::from_u16(status).expect("a status"));
    if let Some(wait) = wait {
        refusal.insert_header(("Retry-After", wait.to_string()));
    }
    refusal.json(json!({ "code": status, "error": "refused" }))
}

/// A status and what is not in order.
type Fault = (u16, &'static str);

fn read(request: &HttpRequest, browser: usize, body: &[u8], service: &Inner) -> Result<Push, Fault> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let ttl = header("TTL").and_then(|ttl| ttl.parse().ok()).ok_or((400, "no TTL"))?;
    let browsers = locked(&service.browsers);
    let to = browsers.get(browser).ok_or((404, "no such subscription"))?;
    let authorization = header("Authorization").ok_or((401, "no signature"))?;
    signed(&authorization, &to.sender, &locked(&service.origin))?;
    if header("Content-Encoding").as_deref() != Some("aes128gcm") {
        return Err((415, "not aes128gcm"));
    }
    let plain = open(body, to).map_err(|fault| (400, fault))?;
    let plain = String::from_utf8(plain).map_err(|_| (400, "not UTF-8"))?;
    Ok(Push { browser, plain, size: body.len(), ttl, urgency: header("Urgency"), topic: header("Topic") })
}

/// Checks that a sender signed for this service, and that the browser takes its messages.
fn signed(authorization: &str, sender: &str, origin: &str) -> Result<(), Fault> {
    let parameters = authorization.strip_prefix("vapid ").ok_or((401, "not VAPID"))?;
    let parameters: BTreeMap<&str, &str> = parameters.split(',').filter_map(|one| one.trim().split_once('=')).collect();
    let (token, key) = parameters.get("t").zip(parameters.get("k")).ok_or((401, "no t or k"))?;
    if *key != sender {
        return Err((403, "another sender than the one that was subscribed to"));
    }
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| (401, "not base64url"));
    let (said, signature) = token.rsplit_once('.').ok_or((401, "not a JWT"))?;
    let (head, claims) = said.split_once('.').ok_or((401, "not a JWT"))?;
    let key = VerifyingKey::from_sec1_bytes(&bytes(key)?).map_err(|_| (401, "not a key"))?;
    let signature = Signature::from_slice(&bytes(signature)?).map_err(|_| (401, "not a signature"))?;
    key.verify(said.as_bytes(), &signature).map_err(|_| (403, "not the sender's signature"))?;
    let value = |part: &str| serde_json::from_slice::<Value>(&bytes(part)?).map_err(|_| (401, "not JSON"));
    let (head, claims) = (value(head)?, value(claims)?);
    let left = claims["exp"].as_i64().map(|until| until - Utc::now().timestamp());
    let contact = claims["sub"].as_str().unwrap_or_default();
    if head["alg"] != "ES256" {
        Err((401, "not ES256"))
    } else if claims["aud"] != origin {
        Err((403, "signed for another service"))
    } else if !left.is_some_and(|left| (0..=LONGEST_SIGNED).contains(&left)) {
        Err((403, "run out, or for more than a day"))
    } else if !contact.starts_with("mailto:") && !contact.starts_with("https:") {
        Err((403, "nobody to reach"))
    } else {
        Ok(())
    }
}

/// Opens a message of one record.
fn open(body: &[u8], browser: &Browser) -> Result<Vec<u8>, &'static str> {
    const SHORT: &str = "too short";
    let (salt, rest) = body.split_at_checked(16).ok_or(SHORT)?;
    let (record, rest) = rest.split_first_chunk().ok_or(SHORT)?;
    let (length, rest) = rest.split_first().ok_or(SHORT)?;
    let (sender, sealed) = rest.split_at_checked(usize::from(*length)).ok_or(SHORT)?;
    if usize::try_from(u32::from_be_bytes(*record)).is_ok_and(|record| sealed.len() >= record) {
        return Err("more than one record");
    }
    let shared = browser.key.diffie_hellman(&PublicKey::from_sec1_bytes(sender).map_err(|_| "not a point")?);
    let receiver = browser.key.public_key().to_sec1_point(false);
    let info = [b"WebPush: info\0", receiver.as_bytes(), sender].concat();
    let material = expanded::<32>(&browser.auth, shared.raw_secret_bytes(), &info);
    let key = expanded::<16>(salt, &material, b"Content-Encoding: aes128gcm\0");
    let nonce = expanded::<12>(salt, &material, b"Content-Encoding: nonce\0");
    let opened = Aes128Gcm::new(&key.into()).decrypt(&Nonce::from(nonce), sealed).map_err(|_| "sealed otherwise")?;
    let end = opened.iter().rposition(|byte| *byte != 0).ok_or("no delimiter")?;
    if opened[end] != 2 {
        return Err("not the delimiter of the last record");
    }
    Ok(opened[..end].to_vec())
}

fn expanded<const N: usize>(salt: &[u8], material: &[u8], info: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    Hkdf::<Sha256>::new(Some(salt), material).expand(info, &mut out).expect("a short key");
    out
}
