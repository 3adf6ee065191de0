//! A gateway for telephone calls, and the people who are called by it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;
use wire::gateways::CallNext;

use crate::edge::Edge;
use crate::{Answer, Http, until};

/// The token that the server shows.
pub const TOKEN: &str = "a token of the exchange";

/// A call as the server asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Call {
    /// The call.
    pub id: Uuid,
    /// To whom.
    pub to: String,
    /// The language of the text.
    pub language: String,
    /// What is said.
    pub text: String,
    /// Seconds until nobody answers.
    pub ring_s: u32,
    /// Where what happens is told.
    pub callback: Callback,
}

/// Where and as whom what happens is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Callback {
    /// Where.
    pub url: String,
    /// As whom.
    pub user: Uuid,
    /// The password.
    pub password: String,
}

#[derive(Debug, Default)]
struct Inner {
    script: Mutex<VecDeque<u16>>,
    calls: Mutex<Vec<Call>>,
    ended: Mutex<Vec<Uuid>>,
    hangs: AtomicBool,
    hanging: AtomicUsize,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A gateway on a port of its own.
pub struct Exchange {
    inner: Arc<Inner>,
    url: String,
    _edge: Edge,
}

impl Exchange {
    /// Starts one that makes every call, and whose people do not answer.
    pub fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let data = web::Data::from(Arc::clone(&inner));
        let edge = Edge::start(move |cfg| {
            cfg.app_data(data.clone())
                .route("/calls", web::post().to(call))
                .route("/calls/{id}", web::delete().to(hang_up));
        });
        Self { inner, url: format!("{}/calls", edge.url()), _edge: edge }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// It answers the next requests with these statuses; afterwards it makes calls again.
    pub fn refuses(&self, statuses: impl IntoIterator<Item = u16>) {
        locked(&self.inner.script).extend(statuses);
    }

    /// It takes requests from now on and never answers.
    pub fn hangs(&self) {
        self.inner.hangs.store(true, Ordering::Relaxed);
    }

    /// Requests that it has not answered.
    pub fn hanging(&self) -> usize {
        self.inner.hanging.load(Ordering::Relaxed)
    }

    /// Every call that it made, each once.
    pub fn calls(&self) -> Vec<Call> {
        locked(&self.inner.calls).clone()
    }

    /// Calls that the server ended.
    pub fn ended(&self) -> Vec<Uuid> {
        locked(&self.inner.ended).clone()
    }

    /// Waits until a number is called, and gives the newest call.
    pub async fn rings(&self, to: &str) -> Call {
        let newest = async || self.calls().into_iter().rev().find(|call| call.to == to);
        until(format!("{to} to be called"), newest).await
    }
}

impl Call {
    /// Whoever is called presses a key; what the server says then.
    pub async fn press(&self, key: &str) -> CallNext {
        self.tell(&json!({ "event": "key", "key": key })).await.expect(200).json()
    }

    /// Something happens to the call.
    pub async fn becomes(&self, event: &str) -> Answer {
        self.tell(&json!({ "event": event })).await
    }

    async fn tell(&self, event: &serde_json::Value) -> Answer {
        self.tell_as((&self.callback.user.to_string(), &self.callback.password), event).await
    }

    /// Somebody tells what happens, with this user and password.
    pub async fn tell_as(&self, (user, password): (&str, &str), event: &serde_json::Value) -> Answer {
        let url = reqwest::Url::parse(&self.callback.url).expect("a URL");
        let http = Http::to(url.port().expect("a port"));
        http.send(http.request(Method::POST, url.path()).basic_auth(user, Some(password)).json(event)).await
    }
}

async fn call(request: HttpRequest, call: web::Json<Call>, exchange: web::Data<Inner>) -> HttpResponse {
    if !shows_token(&request) {
        return HttpResponse::Unauthorized().finish();
    }
    if exchange.hangs.load(Ordering::Relaxed) {
        exchange.hanging.fetch_add(1, Ordering::Relaxed);
        std::future::pending::<()>().await;
    }
    if let Some(status) = locked(&exchange.script).pop_front() {
        return HttpResponse::build(StatusCode::from_u16(status).expect("a status")).finish();
    }
    let mut calls = locked(&exchange.calls);
    if calls.iter().all(|known| known.id != call.id) {
        calls.push(call.into_inner());
    }
    HttpResponse::Accepted().finish()
}

async fn hang_up(request: HttpRequest, id: web::Path<Uuid>, exchange: web::Data<Inner>) -> HttpResponse {
    if !shows_token(&request) {
        return HttpResponse::Unauthorized().finish();
    }
    locked(&exchange.ended).push(*id);
    HttpResponse::NoContent().finish()
}

fn shows_token(request: &HttpRequest) -> bool {
    let shown = request.headers().get("Authorization").and_then(|value| value.to_str().ok());
    shown == Some(&format!("Bearer {TOKEN}"))
}
