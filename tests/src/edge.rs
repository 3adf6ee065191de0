//! A server at the edge of the network, which a test plays: a gateway, a push service.

use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};

/// A server on a port of its own; it ends with this.
pub(crate) struct Edge {
    url: String,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Edge {
    /// Starts one with these routes.
    pub(crate) fn start(routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static) -> Self {
        let (told, waiting) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || App::new().configure(routes.clone()));
                let server = server.workers(1).bind(("127.0.0.1", 0)).expect("a port");
                let port = server.addrs().first().expect("an address").port();
                let server = server.run();
                told.send((server.handle(), port)).expect("the test waits");
                server.await.expect("it ends in order");
            });
        });
        let (handle, port) = waiting.recv().expect("it starts");
        Self { url: format!("http://127.0.0.1:{port}"), handle, thread: Some(thread) }
    }

    /// Where it is, such as `http://127.0.0.1:40000`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        // Sends the word at once; the answer is not waited for.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
