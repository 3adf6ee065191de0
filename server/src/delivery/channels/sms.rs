//! Text messages by an HTTP gateway that speaks as Kannel's `sendsms` does. What is secret or personal travels in
//! headers, never in the URL. Source: Kannel 1.4 user's guide, "Using the HTTP interface to send SMS messages".

use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::future::BoxFuture;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Url};
use uuid::Uuid;
use wire::case::CallTrouble;

use super::callbacks::Callbacks;
use super::{Can, Channel, Letter, answer};
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
    callbacks: Option<Callbacks>,
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

/// Reports that are asked for: delivered (1), not delivered (2), rejected by the network (16).
const REPORTS: u16 = 1 | 2 | 16;

impl Sms {
    /// Of a gateway that reports to these callbacks, or not at all. Nothing is sent yet.
    pub fn new(gateway: Gateway<'_>, callbacks: Option<Callbacks>) -> anyhow::Result<Self> {
        let url = Url::parse(gateway.url).context("sms_gateway is not a URL")?;
        if !["http", "https"].contains(&url.scheme()) || !url.username().is_empty() || url.password().is_some() {
            bail!("sms_gateway must be an http or https URL without a user or password in it");
        }
        let client = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).no_proxy();
        // Without TLS there need be no certificates to trust.
        let client = if url.scheme() == "http" { client.tls_certs_only([]) } else { client };
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
            callbacks,
        })
    }
}

impl Channel for Sms {
    fn can(&self) -> Can {
        Can { tells: self.callbacks.is_some(), rings: false }
    }

    fn send<'a>(&'a self, letter: Letter<'a>) -> BoxFuture<'a, Outcome> {
        Box::pin(self.hand_over(letter))
    }
}

impl Sms {
    async fn hand_over(&self, letter: Letter<'_>) -> Outcome {
        let Ok(to) = HeaderValue::from_str(letter.to) else {
            return Outcome::Never(Why::of(CallTrouble::BadNumber));
        };
        let mut request = self
            .client
            .post(self.url.clone())
            .header("X-Kannel-Username", self.user.clone())
            .header("X-Kannel-Password", self.password.clone())
            .header("X-Kannel-To", to)
            .header(CONTENT_TYPE, "text/plain; charset=UTF-8");
        if !is_gsm7(letter.text) {
            request = request.header("X-Kannel-Coding", "2");
        }
        if let Some(from) = &self.from {
            request = request.header("X-Kannel-From", from.clone());
        }
        if let Some(report) = self.callbacks.as_ref().and_then(|callbacks| report_to(callbacks, letter.id)) {
            request = request.header("X-Kannel-DLR-Mask", REPORTS).header("X-Kannel-DLR-Url", report);
        }
        answer::outcome(request.body(letter.text.to_owned()).send().await, letter.now)
    }
}

/// Where the gateway reports of a message; who may report is not part of what is requested, so that no log has it.
fn report_to(callbacks: &Callbacks, message: Uuid) -> Option<HeaderValue> {
    let mut url = callbacks.url("v1/gateways/texts/reports").ok()?;
    url.set_username(&message.simple().to_string()).ok()?;
    url.set_password(Some(&callbacks.proof(message))).ok()?;
    let mut value = HeaderValue::from_str(&format!("{url}?state=%d")).ok()?;
    value.set_sensitive(true);
    Some(value)
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
        let of = |url, user| Sms::new(Gateway { url, user, password: "p", from: "" }, None);
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
