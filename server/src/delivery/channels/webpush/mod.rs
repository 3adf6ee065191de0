//! Waking browsers by Web Push. The message says which one it is and nothing else; the browser asks for the rest over
//! its own connection. Source: RFC 8030 (how it is sent), RFC 8291 (how it is sealed), RFC 8292 (who sends it).

use std::fmt;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{RequestBuilder, StatusCode};
use wire::case::CallTrouble;

use super::answer::{silence, wait};
use super::{Can, Channel, Letter};
use crate::delivery::{Outcome, Why};

mod content;
pub mod outward;
mod subscription;
mod vapid;

pub use outward::{Allowed, Outward};
pub use subscription::{LONGEST_ENDPOINT, Refusal, Subscription};

use content::{Sender, WIDTH, seal, wake_up};
use vapid::Vapid;

/// How long a push service may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A sender of push messages to browsers.
pub struct WebPush {
    outward: Outward,
    vapid: Vapid,
}

impl fmt::Debug for WebPush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebPush").field("public_key", &self.vapid.public()).finish_non_exhaustive()
    }
}

impl WebPush {
    /// Of 32 secret bytes, which must stay the same for as long as subscriptions are to work: a browser takes messages
    /// of one key alone. `contact` is a `mailto:` or https URL of whoever runs this server. Fails where this machine
    /// has no certificates to trust.
    pub fn new(secret: &[u8; 32], contact: &str, allowed: Allowed) -> anyhow::Result<Self> {
        Ok(Self { outward: Outward::new(allowed, PATIENCE)?, vapid: Vapid::new(secret, contact)? })
    }

    /// The request, if the subscription can be used at all. No topic: a call for help never takes another's place.
    fn request(&self, letter: Letter<'_>) -> Option<RequestBuilder> {
        let to = Subscription::from_json(letter.to, self.outward.allowed()).ok()?;
        let body = seal(wake_up(letter.id).as_bytes(), WIDTH, &to, &Sender::fresh().ok()?).ok()?;
        let request = self
            .outward
            .post(to.endpoint())
            .ok()?
            .header(AUTHORIZATION, self.vapid.header(&to.origin(), letter.now).ok()?)
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_ENCODING, "aes128gcm")
            .header("TTL", letter.kept_s())
            .header("Urgency", "high");
        Some(request.body(body))
    }
}

impl Channel for WebPush {
    /// The browser says by the message's id that it was woken; a push service never does.
    fn can(&self) -> Can {
        Can { tells: true, rings: false }
    }

    /// An uncompressed point of P-256, 65 bytes in base64url without padding (`applicationServerKey`).
    fn key(&self) -> Option<&str> {
        Some(self.vapid.public())
    }

    fn address(&self, given: &str) -> Result<String, String> {
        let found = Subscription::from_json(given, self.outward.allowed());
        found.map(|subscription| subscription.to_json()).map_err(|refusal| refusal.to_string())
    }

    fn send<'a>(&'a self, letter: Letter<'a>) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let Some(request) = self.request(letter) else {
                return Outcome::Never(Why::of(CallTrouble::BadNumber));
            };
            match request.send().await {
                Ok(answer) => {
                    let status = answer.status().as_u16();
                    if is_to_be_mended(status) {
                        let service = answer.url().origin().ascii_serialization();
                        tracing::warn!(status, service, "a push service does not take a message");
                    }
                    outcome(answer.status(), wait(&answer, letter.now))
                }
                Err(error) => Outcome::Later { why: Why::of(silence(&error)), wait: None },
            }
        })
    }
}

/// Whether a status says that this server asked wrongly, or is not believed who it is.
fn is_to_be_mended(status: u16) -> bool {
    matches!(status, 300..=403 | 405..=407 | 411..=428)
}

/// What a push service's answer means.
///
/// | status | what becomes of the message |
/// |---|---|
/// | 2xx | accepted |
/// | 404, 410 | never: the subscription is gone, and these two alone say so (404: RFC 8030, section 7.3; 410: in use) |
/// | 401, 403 | later: the service does not take this server's signature, which can be mended |
/// | 408, 429, 5xx | later |
/// | any other | never |
fn outcome(status: StatusCode, wait: Option<TimeDelta>) -> Outcome {
    let why = |trouble| Why { trouble, status: Some(status.as_u16()) };
    match status.as_u16() {
        200..=299 => Outcome::Accepted,
        404 | 410 => Outcome::Never(why(CallTrouble::Gone)),
        401 | 403 | 408 | 429 | 500.. => Outcome::Later { why: why(CallTrouble::Refused), wait },
        _ => Outcome::Never(why(CallTrouble::Refused)),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use uuid::Uuid;

    use super::*;

    fn sender(allowed: Allowed) -> WebPush {
        WebPush::new(&[7; 32], "mailto:duty@muster.example", allowed).unwrap()
    }

    #[test]
    fn only_404_and_410_say_that_a_subscription_is_gone() {
        for status in 100..=599 {
            let what = outcome(StatusCode::from_u16(status).unwrap(), Some(TimeDelta::seconds(7)));
            let why = |trouble| Why { trouble, status: Some(status) };
            let expected = match status {
                200 | 201 | 202 | 204 => Outcome::Accepted,
                404 | 410 => Outcome::Never(why(CallTrouble::Gone)),
                401 | 403 | 408 | 429 | 500..=599 => {
                    Outcome::Later { why: why(CallTrouble::Refused), wait: Some(TimeDelta::seconds(7)) }
                }
                300..=399 | 400 | 413 => Outcome::Never(why(CallTrouble::Refused)),
                _ => continue,
            };
            assert_eq!(what, expected, "{status}");
            assert_eq!(is_to_be_mended(status), [300..=403, 413..=413].iter().any(|those| those.contains(&status)));
        }
    }

    #[tokio::test]
    async fn what_is_no_subscription_of_the_public_internet_is_not_asked() {
        let now = Utc::now();
        let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let inside =
            Subscription::new("http://127.0.0.1:9/", key, "BTBZMqHH6r4Tts7J_aSIgg", Allowed::Loopback).unwrap();
        for to in ["", "{}", "+254700000001", &inside.to_json()] {
            let expires_at = now + TimeDelta::hours(1);
            let letter = Letter { id: Uuid::now_v7(), to, text: "", language: "en", expires_at, now };
            let never = Outcome::Never(Why::of(CallTrouble::BadNumber));
            assert_eq!(sender(Allowed::Public).send(letter).await, never, "{to}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", sender(Allowed::Public));
        assert!(shown.contains("public_key") && !shown.contains("secret") && !shown.contains("7, 7"));
    }
}
