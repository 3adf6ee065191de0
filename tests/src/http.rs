//! HTTP as a person's device speaks it.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, redirect};
use uuid::Uuid;

use crate::Answer;

/// A fresh idempotency key.
pub fn key() -> Uuid {
    Uuid::now_v7()
}

/// A connection to one server. Clones share it.
#[derive(Clone)]
pub struct Http {
    client: Client,
    port: u16,
}

impl Http {
    /// To the server on this port of this machine.
    pub fn to(port: u16) -> Self {
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .tls_certs_only([])
            .build()
            .expect("an HTTP client is built");
        Self { client, port }
    }

    /// The server's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The origin of pages that the server serves.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A request without any header of ours.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.origin()))
    }

    /// Sends it and reads the answer; none when the server is not there or the line broke.
    pub async fn try_send(&self, request: RequestBuilder) -> Option<Answer> {
        let request = request.build().expect("the request can be built");
        let asked = format!("{} {}", request.method(), request.url().path());
        let response = self.client.execute(request).await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.ok()?.to_vec();
        Some(Answer { asked, status, headers, body })
    }

    /// Sends it and reads the answer.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.expect("the server answers")
    }

    /// Reads a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }
}
