//! Telephone calls by an HTTP gateway: it calls the number, says the text until a key is pressed, and tells at once what
//! happens. docs/operations.md says what it must speak.

use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::future::BoxFuture;
use reqwest::{Client, Url};
use serde::Serialize;
use uuid::Uuid;

use super::callbacks::Callbacks;
use super::{Can, Channel, Letter, answer};
use crate::delivery::{Outcome, RING};

/// How long a gateway may take to answer, and to let go of a call.
const PATIENCE: Duration = Duration::from_secs(10);

/// A gateway.
pub struct Voice {
    client: Client,
    calls: Url,
    token: String,
    from: String,
    callbacks: Callbacks,
}

impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voice").field("calls", &self.calls.as_str()).finish_non_exhaustive()
    }
}

/// How a gateway is reached.
#[derive(Debug, Clone, Copy)]
pub struct Gateway<'a> {
    /// The address of its calls, such as `http://127.0.0.1:8090/calls`.
    pub url: &'a str,
    /// The token that it knows this server by.
    pub token: &'a str,
    /// The number that calls come from; empty when the gateway knows it.
    pub from: &'a str,
}

/// A call as the gateway gets it.
#[derive(Serialize)]
struct Call<'a> {
    /// A call with an identifier that the gateway has already is not made again.
    id: Uuid,
    to: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    from: &'a str,
    /// The language of the text.
    language: &'a str,
    /// What is said, again and again.
    text: &'a str,
    /// Seconds until it gives up when nobody answers.
    ring_s: i64,
    callback: Callback<'a>,
}

/// Where and as whom the gateway tells what happens.
#[derive(Serialize)]
struct Callback<'a> {
    url: &'a str,
    user: Uuid,
    password: String,
}

impl Voice {
    /// Of a gateway that tells these callbacks. Nobody is called yet.
    pub fn new(gateway: Gateway<'_>, callbacks: Callbacks) -> anyhow::Result<Self> {
        let calls = Url::parse(gateway.url.trim_end_matches('/')).context("voice_gateway is not a URL")?;
        let bare = calls.username().is_empty() && calls.password().is_none() && calls.query().is_none();
        if !["http", "https"].contains(&calls.scheme()) || !bare || calls.cannot_be_a_base() {
            bail!("voice_gateway must be an http or https URL without a user, password or query in it");
        }
        let client = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).no_proxy();
        // Without TLS there need be no certificates to trust.
        let client = if calls.scheme() == "http" { client.tls_certs_only([]) } else { client };
        Ok(Self {
            client: client.build().context("the client of the voice gateway")?,
            calls,
            token: gateway.token.to_owned(),
            from: gateway.from.to_owned(),
            callbacks,
        })
    }

    async fn ring(&self, letter: Letter<'_>) -> Outcome {
        let Ok(url) = self.callbacks.url("v1/gateways/calls/events") else {
            return Outcome::Never(crate::delivery::Why::of(wire::case::CallTrouble::NotSetUp));
        };
        let call = Call {
            id: letter.id,
            to: letter.to,
            from: &self.from,
            language: letter.language,
            text: letter.text,
            ring_s: RING.num_seconds(),
            callback: Callback { url: url.as_str(), user: letter.id, password: self.callbacks.proof(letter.id) },
        };
        let request = self.client.post(self.calls.clone()).bearer_auth(&self.token).json(&call);
        answer::outcome(request.send().await, letter.now)
    }

    async fn hang_up(&self, message: Uuid) {
        let mut call = self.calls.clone();
        if let Ok(mut path) = call.path_segments_mut() {
            path.push(&message.to_string());
        }
        match self.client.delete(call).bearer_auth(&self.token).send().await {
            Ok(answer) if answer.status().is_success() || answer.status().as_u16() == 404 => {}
            Ok(answer) => tracing::warn!(%message, status = %answer.status(), "a call could not be ended"),
            Err(error) => tracing::warn!(%message, why = answer::silence(&error).word(), "a call could not be ended"),
        }
    }
}

impl Channel for Voice {
    fn can(&self) -> Can {
        Can { tells: true, rings: true }
    }

    fn send<'a>(&'a self, letter: Letter<'a>) -> BoxFuture<'a, Outcome> {
        Box::pin(self.ring(letter))
    }

    fn stop(&self, message: Uuid) -> BoxFuture<'_, ()> {
        Box::pin(self.hang_up(message))
    }
}
