//! Text messages by an HTTP gateway that speaks as Kannel's `sendsms` does. What is secret or personal travels in
//! headers, never in the URL. Source: Kannel 1.4 user's guide, "Using the HTTP interface to send SMS messages".

use std::time::Duration;

use anyhow::{Context, bail};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url};
use wire::case::CallTrouble;

use crate::delivery::{Outcome, Why};

/// How long a gateway may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A gateway.
pub struct Sms {
    client: Client,
    url: Url,
    user: HeaderValue,
    password: HeaderValue,
    from: Option<HeaderValue>,
}

impl std::fmt::Debug for Sms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sms").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

/// How a gateway is reached.
#[derive(Debug, Clone, Copy)]
pub struct Gateway<'a> {
    /// Its address, such as `http://127.0.0.1:13013/cgi-bin/sendsms`.
    pub url: &'a str,
    /// The account at it.
    pub user: &'a str,
    /// The account's password.
    pub password: &'a str,
    /// The sender's number or name; empty when the gateway knows it.
    pub from: &'a str,
}

impl Sms {
    /// Of a gateway. Nothing is sent yet.
    pub fn new(gateway: Gateway<'_>) -> anyhow::Result<Self> {
        let url = Url::parse(gateway.url).context("sms_gateway is not a URL")?;
        if !["http", "https"].contains(&url.scheme()) || !url.username().is_empty() || url.password().is_some() {
            bail!("sms_gateway must be an http or https URL without a user or password in it");
        }
        let client = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).no_proxy();
        let secret = |text: &str, name: &str| {
            let mut value =
                HeaderValue::from_str(text).with_context(|| format!("{name} has characters that cannot be sent"))?;
            value.set_sensitive(true);
            anyhow::Ok(value)
        };
        Ok(Self {
            client: client.build().context("the client of the text message gateway")?,
            url,
            user: secret(gateway.user, "sms_user")?,
            password: secret(gateway.password, "sms_password")?,
            from: (!gateway.from.is_empty()).then(|| secret(gateway.from, "sms_from")).transpose()?,
        })
    }

    /// Hands one text to the gateway. `now` is the time by which it may say how long to wait.
    pub(super) async fn send(&self, to: &str, text: &str, now: DateTime<Utc>) -> Outcome {
        let Ok(to) = HeaderValue::from_str(to) else { return Outcome::Never(Why::of(CallTrouble::BadNumber)) };
        let mut request = self
            .client
            .post(self.url.clone())
            .header("X-Kannel-Username", self.user.clone())
            .header("X-Kannel-Password", self.password.clone())
            .header("X-Kannel-To", to)
            .header(CONTENT_TYPE, "text/plain; charset=UTF-8");
        if !is_gsm7(text) {
            request = request.header("X-Kannel-Coding", "2");
        }
        if let Some(from) = &self.from {
            request = request.header("X-Kannel-From", from.clone());
        }
        match request.body(text.to_owned()).send().await {
            Ok(answer) => outcome(&answer, now),
            Err(error) => Outcome::Later { why: Why::of(silence(&error)), wait: None },
        }
    }
}

/// Why there was no answer.
fn silence(error: &reqwest::Error) -> CallTrouble {
    if error.is_timeout() {
        CallTrouble::Silent
    } else if error.is_connect() {
        CallTrouble::Unreachable
    } else {
        CallTrouble::Broken
    }
}

fn outcome(answer: &Response, now: DateTime<Utc>) -> Outcome {
    let status = answer.status();
    let why = Why { trouble: CallTrouble::Refused, status: Some(status.as_u16()) };
    // A wrong password is mended by an administrator, not by giving the message up.
    let may_change =
        [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
    if status.is_success() {
        Outcome::Accepted
    } else if status.is_server_error() || may_change.contains(&status) {
        Outcome::Later { why, wait: wait(answer, now) }
    } else {
        Outcome::Never(why)
    }
}

/// What the gateway asked to wait, in seconds or until a time.
fn wait(answer: &Response, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    let seconds = text.trim().parse().ok().and_then(TimeDelta::try_seconds);
    seconds.or_else(|| Some(DateTime::parse_from_rfc2822(text).ok()?.with_timezone(&Utc) - now))
}

/// Whether a text is of the basic alphabet of GSM 03.38, in which 160 characters fit into one message.
fn is_gsm7(text: &str) -> bool {
    const OTHERS: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ ¤¡ÄÖÑÜ§¿äöñüà^{}\\[~]|€";
    text.chars().all(|one| one.is_ascii_alphanumeric() || "!\"#%&'()*+,-./:;<=>?".contains(one) || OTHERS.contains(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_has_no_secret_in_its_address() {
        let of = |url, user| Sms::new(Gateway { url, user, password: "p", from: "" });
        assert!(of("http://127.0.0.1:13013/cgi-bin/sendsms", "u").is_ok());
        assert!(
            of("http://u:p@127.0.0.1/", "u").is_err() && of("ftp://h/", "u").is_err() && of("no url", "u").is_err()
        );
        assert!(of("http://127.0.0.1/", "line\nbreak").is_err());
        assert!(!format!("{:?}", of("http://127.0.0.1/", "u").unwrap()).contains("password"));
    }

    #[test]
    fn western_texts_are_short_ones_and_others_are_not() {
        assert!(is_gsm7("MUSTER: NOT OK K7Q2M9 KE. Personne ne l'a encore pris; opérations à 5 €."));
        assert!(!is_gsm7("求助") && !is_gsm7("НУЖНА") && !is_gsm7("ê"));
    }
}
