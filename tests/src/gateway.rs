//! A gateway for text messages that speaks as Kannel's `sendsms` does, and does what a test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

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
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// The account at the gateway.
pub const USER: &str = "muster";

/// Its password.
pub const PASSWORD: &str = "not in any URL";

impl Gateway {
    /// Starts one that takes everything.
    pub fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let (told, waiting) = std::sync::mpsc::channel();
        let shared = Arc::clone(&inner);
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let data = web::Data::from(shared);
                let server = HttpServer::new(move || {
                    App::new().app_data(data.clone()).route("/cgi-bin/sendsms", web::post().to(sendsms))
                });
                let server = server.workers(1).bind(("127.0.0.1", 0)).expect("a port");
                let port = server.addrs().first().expect("an address").port();
                let server = server.run();
                told.send((server.handle(), port)).expect("the test waits");
                server.await.expect("the gateway ends in order");
            });
        });
        let (handle, port) = waiting.recv().expect("the gateway starts");
        Self { inner, url: format!("http://127.0.0.1:{port}/cgi-bin/sendsms"), handle, thread: Some(thread) }
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

impl Drop for Gateway {
    fn drop(&mut self) {
        // Sends the word at once; the answer is not waited for.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
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
    locked(&gateway.taken).push(Text { to, from: header("X-Kannel-From"), text: body, unicode });
    HttpResponse::Accepted().body("0: Accepted for delivery")
}
