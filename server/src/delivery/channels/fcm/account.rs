//! The service account of a Firebase project, which signs for access tokens. Source: RFC 7523 (JWT bearer grant), and
//! Google's "Using OAuth 2.0 for Server to Server Applications".

use std::fmt;

use anyhow::{Context, anyhow, bail};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use serde_json::{Value, json};

use crate::delivery::channels::webpush::outward::is_loopback;

/// What an access token is asked for.
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";

/// How long an assertion counts: the longest that Google takes.
const LIFE: TimeDelta = TimeDelta::hours(1);

/// A service account. Its Debug shows no secret.
pub(super) struct Account {
    email: String,
    key_id: String,
    key: RsaKeyPair,
    project: String,
    audience: String,
    token_url: Url,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("project", &self.project).field("email", &self.email).finish_non_exhaustive()
    }
}

impl Account {
    /// Of the JSON that Google gives out. What is wrong is told without any of its values.
    pub(super) fn read(json: &str) -> anyhow::Result<Self> {
        let account: Value = serde_json::from_str(json).map_err(|error| {
            anyhow!("the service account is not JSON: line {}, column {}", error.line(), error.column())
        })?;
        let text = |name: &str| {
            let text = account.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            text.map(str::to_owned).with_context(|| format!("the service account has no {name}"))
        };
        let project = text("project_id")?;
        if !project.chars().all(|one| one.is_ascii_alphanumeric() || "-.:".contains(one)) {
            bail!("the service account's project_id is not the name of a project");
        }
        let audience = text("token_uri")?;
        let key = private_key(&text("private_key")?)
            .context("the service account's private_key is not an RSA key in PEM (PKCS #8)")?;
        Ok(Self {
            email: text("client_email")?,
            key_id: text("private_key_id")?,
            key,
            project,
            token_url: guarded(&audience).context("the service account's token_uri")?,
            audience,
        })
    }

    /// The project whose apps it sends to.
    pub(super) fn project(&self) -> &str {
        &self.project
    }

    /// Where access tokens are given.
    pub(super) fn token_url(&self) -> &Url {
        &self.token_url
    }

    /// What an access token is asked for with.
    pub(super) fn assertion(&self, now: DateTime<Utc>) -> Result<String, Unspecified> {
        let head = json!({ "alg": "RS256", "typ": "JWT", "kid": self.key_id });
        let claims = json!({
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.audience,
            "iat": now.timestamp(),
            "exp": (now + LIFE).timestamp(),
        });
        let [head, claims] = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let said = format!("{head}.{claims}");
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), said.as_bytes(), &mut signature)?;
        Ok(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// A URL that secrets may be sent to: by TLS, or to this machine.
pub(super) fn guarded(text: &str) -> anyhow::Result<Url> {
    let url = Url::parse(text).context("is not a URL")?;
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        bail!("must be an https URL");
    }
    if !url.username().is_empty() || url.password().is_some() {
        bail!("must not have a user or password in it");
    }
    Ok(url)
}

/// The one key of a PEM text (RFC 7468).
fn private_key(pem: &str) -> Option<RsaKeyPair> {
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (body, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let body: String = body.split_whitespace().collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(body).ok()?).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::LazyLock;

    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::KeyPair;
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};

    use super::*;

    /// A key made for this run, with its PEM.
    static KEY: LazyLock<(RsaKeyPair, String)> = LazyLock::new(|| {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
        let body = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
        (key, pem)
    });

    /// A service account with one of its texts exchanged, or none.
    pub(in super::super) fn written(name: &str, text: Option<&str>) -> String {
        let mut account = json!({
            "type": "service_account",
            "project_id": "muster-test",
            "private_key_id": "k1",
            "private_key": KEY.1,
            "client_email": "sender@muster-test.iam.gserviceaccount.com",
            "token_uri": "https://oauth2.googleapis.com/token",
        });
        account[name] = json!(text);
        account.to_string()
    }

    /// A good one.
    pub(in super::super) fn good() -> String {
        written("private_key_id", Some("k1"))
    }

    #[test]
    fn an_assertion_says_who_asks_for_what_and_is_signed() {
        let (account, now) = (Account::read(&good()).unwrap(), Utc::now());
        let assertion = account.assertion(now).unwrap();
        let public = DecodingKey::from_rsa_der(KEY.0.public_key().as_ref());
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&["https://oauth2.googleapis.com/token"]);
        let claims = decode::<Value>(&assertion, &public, &rules).unwrap().claims;
        let expected = json!({
            "iss": "sender@muster-test.iam.gserviceaccount.com",
            "scope": "https://www.googleapis.com/auth/firebase.messaging",
            "aud": "https://oauth2.googleapis.com/token",
            "iat": now.timestamp(),
            "exp": now.timestamp() + 3_600,
        });
        assert_eq!(claims, expected);
        assert_eq!(decode_header(&assertion).unwrap().kid.as_deref(), Some("k1"));
        // A changed one does not pass.
        let (said, signature) = assertion.rsplit_once('.').unwrap();
        assert!(decode::<Value>(&format!("{}.{signature}", said.replacen('.', ".A", 1)), &public, &rules).is_err());
    }

    #[test]
    fn an_account_that_cannot_work_is_refused_without_its_secrets() {
        let error = |text: &str| format!("{:#}", Account::read(text).unwrap_err());
        for name in ["project_id", "private_key_id", "private_key", "client_email", "token_uri"] {
            assert_eq!(error(&written(name, None)), format!("the service account has no {name}"));
            assert_eq!(error(&written(name, Some(""))), format!("the service account has no {name}"));
        }
        assert!(error("{\"private_key\": canary").contains("line 1"));
        assert!(error("\"canary\"").contains("project_id"));
        let refused = [
            ("private_key", "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n"),
            ("private_key", "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----\n"),
            ("private_key", "canary"),
            ("project_id", "canary/../other"),
            ("token_uri", "http://canary.example/token"),
            ("token_uri", "https://canary:word@oauth2.example/token"),
            ("token_uri", "no URL"),
        ];
        for (name, text) in refused {
            let error = error(&written(name, Some(text)));
            assert!(error.contains(name) && !error.contains("canary"), "{error}");
        }
        assert!(Account::read(&written("token_uri", Some("http://127.0.0.1:1/token"))).is_ok());
    }
}
