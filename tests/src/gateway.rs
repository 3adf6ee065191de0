//! A gateway for text messages that speaks as Kannel's `sendsms` does, and does what a test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::{HttpRequest, HttpResponse, web};
use reqwest::{Method, Url};

use crate::edge::Edge;
use crate::{Answer as Response, Http};

/// A text that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// To whom.
    pub to: String,
    /// From whom, as the request says.
    pub from: Option<String>,
    /// What.
    pub text: String,
    /// Whether it is said to need Unicode.
    pub unicode: bool,
    /// Where it is reported what becomes of it.
    pub report: Option<String>,
}

/// What the gateway does with the next request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Takes it.
    Take,
    /// Answers this status, and asks to wait so many seconds.
    Refuse(u16, Option<u32>),
}

#[derive(Debug, Default)]
struct Inner {
    script: Mutex<VecDeque<Answer>>,
    taken: Mutex<Vec<Text>>,
    asked: Mutex<usize>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A gateway on a port of its own.
pub struct Gateway {
    inner: Arc<Inner>,
    url: String,
    _edge: Edge,
}

/// The account at the gateway.
pub const USER: &str = "muster";

/// Its password.
pub const PASSWORD: &str = "not in any URL";

/// What it shows when a text came in.
pub const INBOUND: &str = "only-the-gateway-knows";

impl Gateway {
    /// Starts one that takes everything.
    pub fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let data = web::Data::from(Arc::clone(&inner));
        let edge = Edge::start(move |cfg| {
            cfg.app_data(data.clone()).route("/cgi-bin/sendsms", web::post().to(sendsms));
        });
        Self { inner, url: format!("{}/cgi-bin/sendsms", edge.url()), _edge: edge }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it does with the next requests; afterwards it takes them again.
    pub fn will(&self, answers: impl IntoIterator<Item = Answer>) {
        locked(&self.inner.script).extend(answers);
    }

    /// Every text that it took, in the order in which they came.
    pub fn taken(&self) -> Vec<Text> {
        locked(&self.inner.taken).clone()
    }

    /// How many requests came.
    pub fn asked(&self) -> usize {
        *locked(&self.inner.asked)
    }
}

impl Text {
    /// The network says what became of it; the server's answer.
    pub async fn reports(&self, state: u32) -> Response {
        let report = self.report.as_deref().expect("a report was asked for").replace("%d", &state.to_string());
        let url = Url::parse(&report).expect("a URL");
        let http = Http::to(url.port().expect("a port"));
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        http.send(http.request(Method::GET, &path).basic_auth(url.username(), url.password())).await
    }
}

/// A text comes in from a number; what the server answers.
pub async fn text_in(http: &Http, (from, text, at): (&str, &str, &str)) -> Response {
    let request = http.request(Method::POST, "/v1/gateways/texts").basic_auth("kannel", Some(INBOUND));
    let request = request.header("X-Kannel-From", from).header("X-Kannel-Time", at);
    http.send(request.header("Content-Type", "text/plain; charset=\"UTF-8\"").body(text.to_owned())).await
}

async fn sendsms(request: HttpRequest, body: String, gateway: web::Data<Inner>) -> HttpResponse {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    *locked(&gateway.asked) += 1;
    if header("X-Kannel-Username").as_deref() != Some(USER) || header("X-Kannel-Password").as_deref() != Some(PASSWORD)
    {
        return HttpResponse::Forbidden().body("Authorization failed for sendsms");
    }
    let answer = locked(&gateway.script).pop_front().unwrap_or(Answer::Take);
    if let Answer::Refuse(status, wait) = answer {
        let status = actix_web::http::StatusCode::from_u16(status).expect("a status");
        let mut refusal = HttpResponse::build(status);
        if let Some(wait) = wait {
            refusal.insert_header(("Retry-After", wait.to_string()));
        }
        return refusal.body("Temporal failure, try again later.");
    }
    let Some(to) = header("X-Kannel-To") else { return HttpResponse::BadRequest().body("Missing receiver") };
    let unicode = header("X-Kannel-Coding").as_deref() == Some("2");
    locked(&gateway.taken).push(Text {
        to,
        from: header("X-Kannel-From"),
        text: body,
        unicode,
        report: header("X-Kannel-DLR-Url"),
    });
    HttpResponse::Accepted().body("0: Accepted for delivery")
}
