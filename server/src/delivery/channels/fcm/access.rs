//! Access tokens: one is kept and used by all until shortly before it runs out, and only one is asked for at a time.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Client;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use wire::case::CallTrouble;

use super::account::Account;
use crate::delivery::channels::answer::{silence, wait};
use crate::delivery::{Outcome, Why};

/// A token is not used any more when it counts for less than this.
const SPARE: TimeDelta = TimeDelta::minutes(5);

/// The kind of grant that is asked for (RFC 7523, section 2.1), as a form has it.
const GRANT: &str = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";

/// Gets access tokens.
pub(super) struct Access {
    client: Client,
    account: Account,
    kept: Mutex<Kept>,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.account.fmt(f)
    }
}

#[derive(Default)]
struct Kept {
    token: Option<Token>,
    /// When there was none to be had, and why.
    failed: Option<(Instant, Outcome)>,
}

struct Token {
    bearer: HeaderValue,
    until: DateTime<Utc>,
}

/// What Google gives (RFC 6749, section 5.1). Seconds from now.
#[derive(Deserialize)]
struct Given {
    access_token: String,
    expires_in: i64,
}

/// What Google gives instead (RFC 6749, section 5.2).
#[derive(Deserialize, Default)]
struct NotGiven {
    #[serde(default)]
    error: String,
}

impl Access {
    /// For an account. Nothing is asked for yet.
    pub(super) fn new(client: Client, account: Account) -> Self {
        Self { client, account, kept: Mutex::default() }
    }

    /// The `Authorization` for Google, other than one that was refused. Fails with what becomes of the message.
    pub(super) async fn bearer(
        &self,
        now: DateTime<Utc>,
        refused: Option<&HeaderValue>,
    ) -> Result<HeaderValue, Outcome> {
        let since = Instant::now();
        let mut kept = self.kept.lock().await;
        if let Some(token) = &kept.token
            && token.until - now > SPARE
            && refused != Some(&token.bearer)
        {
            return Ok(token.bearer.clone());
        }
        // Whoever waited while another asked in vain does not ask again: a hundred would, one after the other.
        if let Some((at, outcome)) = &kept.failed
            && *at >= since
        {
            return Err(outcome.clone());
        }
        match self.ask(now).await {
            Ok(token) => {
                let bearer = token.bearer.clone();
                *kept = Kept { token: Some(token), failed: None };
                Ok(bearer)
            }
            Err(outcome) => {
                kept.failed = Some((Instant::now(), outcome.clone()));
                Err(outcome)
            }
        }
    }

    async fn ask(&self, now: DateTime<Utc>) -> Result<Token, Outcome> {
        let later = |trouble| Outcome::Later { why: Why::of(trouble), wait: None };
        let assertion = self.account.assertion(now).map_err(|_| later(CallTrouble::Broken))?;
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        // An assertion has no character that a form would write otherwise.
        let request = self.client.post(self.account.token_url().clone()).header(CONTENT_TYPE, form);
        let answer = request.body(format!("{GRANT}{assertion}")).send().await.map_err(|e| later(silence(&e)))?;
        let (status, wait) = (answer.status(), wait(&answer, now));
        let body = answer.bytes().await.map_err(|e| later(silence(&e)))?;
        if !status.is_success() {
            // A key that was taken back or a clock that is wrong: mended by an administrator, so that it is tried on.
            let NotGiven { error } = serde_json::from_slice(&body).unwrap_or_default();
            tracing::warn!(status = status.as_u16(), error, "Google gives no access token for push messages");
            let why = Why { trouble: CallTrouble::Refused, status: Some(status.as_u16()) };
            return Err(Outcome::Later { why, wait });
        }
        let given: Given = serde_json::from_slice(&body).map_err(|_| later(CallTrouble::Broken))?;
        let mut bearer =
            HeaderValue::try_from(format!("Bearer {}", given.access_token)).map_err(|_| later(CallTrouble::Broken))?;
        bearer.set_sensitive(true);
        let life = TimeDelta::try_seconds(given.expires_in).unwrap_or_default();
        Ok(Token { bearer, until: now.checked_add_signed(life).unwrap_or(now) })
    }
}
