//! A system that keeps the people of an organisation by SCIM.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use wire::tokens::TokenIssued;

use crate::{Answer, Http, PASSWORD, SignedIn};

/// Something that holds a token.
#[derive(Clone)]
pub struct Provisioner {
    http: Http,
    secret: String,
    /// Its token.
    pub token: Uuid,
}

impl Provisioner {
    /// With a token that somebody who manages tokens issues for this many days.
    pub async fn issued_by(desk: &SignedIn, organisation: Uuid, days: u16) -> Self {
        Self::issued_with(PASSWORD, desk, organisation, days).await
    }

    /// [`Provisioner::issued_by`] somebody with this password.
    pub async fn issued_with(password: &str, desk: &SignedIn, organisation: Uuid, days: u16) -> Self {
        desk.step_up(password).await;
        let new = json!({ "organisation": organisation, "name": "Entra", "days": days });
        let issued: TokenIssued = desk.post("/v1/tokens", &new).await.expect(201).json();
        Self { http: desk.http().clone(), secret: issued.secret, token: issued.token.id }
    }

    /// The same system, at another node.
    pub fn at(&self, http: &Http) -> Self {
        Self { http: http.clone(), ..self.clone() }
    }

    /// The secret.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// A request with the token.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, &format!("/scim/v2{path}"))
            .header("Authorization", format!("Bearer {}", self.secret))
            .header("Content-Type", "application/scim+json")
    }

    /// Sends a body.
    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.http.send(self.request(method, path).body(body.to_string())).await
    }

    /// Reads a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.http.send(self.request(Method::GET, path)).await
    }

    /// Reads a list by a filter.
    pub async fn find(&self, path: &str, filter: &str) -> Answer {
        self.http.send(self.request(Method::GET, path).query(&[("filter", filter)])).await
    }

    /// Changes a resource by operations.
    pub async fn patch(&self, path: &str, operations: Value) -> Answer {
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
        self.send(Method::PATCH, path, &body).await
    }

    /// Deletes a resource.
    pub async fn delete(&self, path: &str) -> Answer {
        self.http.send(self.request(Method::DELETE, path)).await
    }
}
