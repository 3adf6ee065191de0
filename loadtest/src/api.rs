//! The HTTP interface as a console uses it: cookie, origin, header, key.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use reqwest::header::{COOKIE, HeaderMap, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use wire::access::{Session, SignIn, Ticket};
use wire::{CSRF_HEADER, Code, IDEMPOTENCY_KEY, Problem};

use crate::target::Target;

/// The server said no.
#[derive(Debug)]
pub struct Refused {
    what: String,
    /// Why.
    pub problem: Box<Problem>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}: {}", self.what, self.problem.status, self.problem.code.name(), self.problem.detail)
    }
}

impl std::error::Error for Refused {}

/// Whether an error is the server's refusal with this code.
pub fn is_refusal(error: &anyhow::Error, code: Code) -> bool {
    error.downcast_ref::<Refused>().is_some_and(|refused| refused.problem.code == code)
}

/// A server, signed in or not.
#[derive(Clone)]
pub struct Api {
    /// The server.
    pub target: Target,
    client: Client,
    cookie: Option<String>,
}

impl Api {
    /// Nobody, yet.
    pub fn anonymous(target: Target) -> Result<Self> {
        let client = Client::builder()
            .timeout(Duration::from_secs(30))
            .pool_idle_timeout(Duration::from_secs(2))
            .no_proxy()
            .tls_certs_only([])
            .build()
            .context("no HTTP client could be made")?;
        Ok(Self { target, client, cookie: None })
    }

    /// Signs in, beside whoever is signed in already: signing in with a session's cookie would end that
    /// session. The cookie is `Secure`, so that over plain http it is carried by hand.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<(Self, Session)> {
        let body = SignIn { email: email.to_owned(), password: password.to_owned(), code: None };
        let stranger = Self { cookie: None, ..self.clone() };
        let answer = stranger.send(Method::POST, "/v1/session", Some(&body)).await?;
        let cookie = cookie_of(answer.headers()).context("signing in gave no cookie")?;
        let session = read("POST /v1/session", answer).await?;
        Ok((Self { cookie: Some(cookie), ..stranger }, session))
    }

    /// Reads.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        read(path, self.send::<()>(Method::GET, path, None).await?).await
    }

    /// Writes, with a new key.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &(impl Serialize + Sync)) -> Result<T> {
        read(path, self.send(Method::POST, path, Some(body)).await?).await
    }

    /// Replaces, with a new key.
    pub async fn put<T: DeserializeOwned>(&self, path: &str, body: &(impl Serialize + Sync)) -> Result<T> {
        read(path, self.send(Method::PUT, path, Some(body)).await?).await
    }

    /// Sends a file, with a new key.
    pub async fn send_file<T: DeserializeOwned>(&self, path: &str, name: &str, bytes: Vec<u8>) -> Result<T> {
        let request = self.request(Method::POST, path).header("Muster-File-Name", name).body(bytes);
        read(path, request.send().await.with_context(|| format!("POST {path}"))?).await
    }

    /// Writes where nothing comes back.
    pub async fn post_only(&self, path: &str, body: &(impl Serialize + Sync)) -> Result<()> {
        checked(path, self.send(Method::POST, path, Some(body)).await?).await.map(drop)
    }

    /// The bytes of a page, such as a snapshot or the metrics.
    pub async fn bytes(&self, path: &str) -> Result<Vec<u8>> {
        let answer = checked(path, self.send::<()>(Method::GET, path, None).await?).await?;
        Ok(answer.bytes().await.with_context(|| format!("{path} was cut off"))?.to_vec())
    }

    /// A ticket for one live socket.
    pub async fn ticket(&self) -> Result<String> {
        Ok(self.post::<Ticket>("/v1/live/ticket", &serde_json::json!({})).await?.ticket)
    }

    async fn send<B: Serialize + Sync + ?Sized>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> Result<Response> {
        let mut request = self.request(method.clone(), path);
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.with_context(|| format!("{method} {path}"))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.client.request(method.clone(), self.target.url(path));
        if method != Method::GET {
            request = request
                .header(ORIGIN, &self.target.origin)
                .header(CSRF_HEADER, "1")
                .header(IDEMPOTENCY_KEY, Uuid::now_v7().to_string());
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        request
    }
}

fn cookie_of(headers: &HeaderMap) -> Option<String> {
    let whole = headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    whole.filter_map(|value| value.split(';').next()).find(|pair| pair.starts_with("__Host-muster=")).map(str::to_owned)
}

async fn checked(what: &str, answer: Response) -> Result<Response> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let text = answer.text().await.unwrap_or_default();
    match serde_json::from_str::<Problem>(&text) {
        Ok(problem) => Err(Refused { what: what.to_owned(), problem: Box::new(problem) }.into()),
        Err(_) => bail!("{what}: {status}: {}", text.chars().take(200).collect::<String>()),
    }
}

async fn read<T: DeserializeOwned>(what: &str, answer: Response) -> Result<T> {
    let text = checked(what, answer).await?.text().await.with_context(|| format!("{what} was cut off"))?;
    serde_json::from_str(&text).map_err(|error| anyhow!("{what} answered something else than documented: {error}"))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn the_cookie_is_carried_without_its_attributes() {
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, HeaderValue::from_static("other=1"));
        headers.append(
            SET_COOKIE,
            HeaderValue::from_static("__Host-muster=abc; Secure; HttpOnly; SameSite=Strict; Path=/"),
        );
        assert_eq!(cookie_of(&headers).as_deref(), Some("__Host-muster=abc"));
        assert_eq!(cookie_of(&HeaderMap::new()), None);
    }

    #[test]
    fn a_refusal_is_told_by_its_code() {
        let refused = Refused {
            what: "/v1/offices".into(),
            problem: Box::new(Problem::new(Code::AlreadyExists, "It is there.")),
        };
        assert_eq!(refused.to_string(), "/v1/offices: 409 already_exists: It is there.");
        let error = anyhow::Error::from(refused);
        assert!(is_refusal(&error, Code::AlreadyExists) && !is_refusal(&error, Code::Busy));
    }
}
