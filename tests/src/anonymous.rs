//! Somebody without any credential.

use reqwest::Method;
use serde::Serialize;
use wire::{AGE_HEADER, IDEMPOTENCY_KEY};

use crate::{Answer, Http, key};

/// Nobody the server knows.
#[derive(Clone)]
pub struct Anonymous {
    http: Http,
}

impl Anonymous {
    /// Over this connection.
    pub fn at(http: Http) -> Self {
        Self { http }
    }

    /// The connection.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Reads a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.http.get(path).await
    }

    /// Writes as one of our pages does, with a fresh key, but without a credential.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.post_as(path, None, body).await
    }

    /// [`Anonymous::post`] with an `Authorization` header.
    pub async fn post_as(&self, path: &str, authorization: Option<&str>, body: &impl Serialize) -> Answer {
        let mut request = self
            .http
            .request(Method::POST, path)
            .header("Origin", self.http.origin())
            .header("Muster-Console", "1")
            .header(IDEMPOTENCY_KEY, key().to_string())
            .header(AGE_HEADER, "0")
            .json(body);
        if let Some(authorization) = authorization {
            request = request.header("Authorization", authorization);
        }
        self.http.send(request).await
    }
}
