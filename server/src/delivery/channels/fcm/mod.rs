//! Waking phones by Firebase Cloud Messaging, which relays to Apple's phones as well. The message says which one it is
//! and nothing else; the phone asks for the rest over its own connection. Source: the reference of FCM's HTTP v1 API,
//! `projects.messages`, and Apple's "Sending notification requests to APNs".

use std::time::Duration;

use anyhow::Context;
use futures_util::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use wire::case::CallTrouble;

use super::answer::{silence, wait};
use super::{Can, Channel, Letter};
use crate::delivery::{Outcome, Why};

mod access;
mod account;
mod refusal;

use access::Access;
use account::{Account, guarded};
use refusal::Refusal;

/// Where FCM is.
pub const GOOGLE: &str = "https://fcm.googleapis.com";

/// How long Google may take to answer one request.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a message may take in all, with the access tokens that it needs: less than a message is taken for.
const LONGEST: Duration = Duration::from_secs(25);

/// Messages on their way at one time.
const AT_ONCE: usize = 100;

/// The longest registration token, in characters: those in use stay below 300.
const LONGEST_TOKEN: usize = 4_096;

/// A sender of push messages to phones.
#[derive(Debug)]
pub struct Fcm {
    client: Client,
    url: Url,
    access: Access,
    places: Semaphore,
}

impl Fcm {
    /// Of the JSON of a service account, and where FCM is: [`GOOGLE`], or this machine in tests. Nothing is sent yet.
    /// Fails without naming what is secret.
    pub fn new(service_account_json: &str, base: &str) -> anyhow::Result<Self> {
        let account = Account::read(service_account_json)?;
        let base = guarded(base).context("the address of FCM")?;
        let url = base.join(&format!("/v1/projects/{}/messages:send", account.project()));
        let client = Client::builder().timeout(PATIENCE).redirect(Policy::none()).no_proxy().build();
        let client = client.context("the client of FCM")?;
        Ok(Self {
            url: url.context("the address of FCM")?,
            access: Access::new(client.clone(), account),
            client,
            places: Semaphore::new(AT_ONCE),
        })
    }

    /// Sends with an access token, and once more with another where that one does not count any more.
    async fn attempt(&self, letter: Letter<'_>) -> Result<(), Outcome> {
        let _place = self.places.acquire().await;
        let bearer = self.access.bearer(letter.now, None).await?;
        let Some(refusal) = self.post(letter, &bearer).await? else { return Ok(()) };
        if !refusal.is_of_access() {
            return Err(told(&refusal));
        }
        let bearer = self.access.bearer(letter.now, Some(&bearer)).await?;
        self.post(letter, &bearer).await?.map_or(Ok(()), |refusal| Err(told(&refusal)))
    }

    /// Sends once. Nothing means that FCM has it.
    async fn post(&self, letter: Letter<'_>, bearer: &HeaderValue) -> Result<Option<Refusal>, Outcome> {
        let unheard = |error: reqwest::Error| Outcome::Later { why: Why::of(silence(&error)), wait: None };
        let request = self.client.post(self.url.clone()).header(AUTHORIZATION, bearer);
        let request = request.header(CONTENT_TYPE, "application/json").body(message(letter).to_string());
        let answer = request.send().await.map_err(unheard)?;
        let (status, wait) = (answer.status(), wait(&answer, letter.now));
        let body = answer.bytes().await;
        if status.is_success() {
            return Ok(None);
        }
        Ok(Some(Refusal::new(status, &body.map_err(unheard)?, wait)))
    }
}

impl Channel for Fcm {
    /// The phone says by the message's id that it was woken; FCM never does.
    fn can(&self) -> Can {
        Can { tells: true, rings: false }
    }

    fn address(&self, given: &str) -> Result<String, String> {
        let fits = (1..=LONGEST_TOKEN).contains(&given.len()) && given.bytes().all(|one| one.is_ascii_graphic());
        fits.then(|| given.to_owned()).ok_or_else(|| format!("A token has 1 to {LONGEST_TOKEN} printable characters."))
    }

    fn send<'a>(&'a self, letter: Letter<'a>) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            match tokio::time::timeout(LONGEST, self.attempt(letter)).await {
                Ok(Ok(())) => Outcome::Accepted,
                Ok(Err(outcome)) => outcome,
                Err(_) => Outcome::Later { why: Why::of(CallTrouble::Silent), wait: None },
            }
        })
    }
}

/// What becomes of a message. What only an administrator or a programmer can mend is logged with FCM's own word for it.
fn told(refusal: &Refusal) -> Outcome {
    let outcome = refusal.outcome();
    if refusal.is_to_be_mended() {
        let (status, code) = (refusal.status(), refusal.code());
        let fields: Vec<&str> = refusal.fields().collect();
        tracing::warn!(status, code, ?fields, "FCM does not take a push message");
    }
    outcome
}

/// What FCM is given. The phone gets the message's id as data, which always has the same size. Apple's phones show a
/// fixed text of the app's own until the app has asked for the message: nothing silent is brought there at once.
fn message(letter: Letter<'_>) -> Value {
    let kept = letter.kept_s();
    // Nothing would be kept: Apple's word for that is 0.
    let expiration = if kept == 0 { 0 } else { letter.expires_at.timestamp() };
    json!({
        "message": {
            "token": letter.to,
            "data": { "m": letter.id },
            "android": { "priority": "HIGH", "ttl": format!("{kept}s"), "direct_boot_ok": true },
            "apns": {
                "headers": {
                    "apns-priority": "10",
                    "apns-push-type": "alert",
                    "apns-expiration": expiration.to_string(),
                },
                "payload": {
                    "aps": {
                        "alert": { "title-loc-key": "muster.wake" },
                        "sound": "default",
                        "interruption-level": "time-sensitive",
                        "mutable-content": 1,
                    },
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::account::tests::{good, written};
    use super::*;

    fn letter(id: Uuid, worth: TimeDelta) -> Letter<'static> {
        let now = chrono::DateTime::from_timestamp(1_900_000_000, 0).unwrap();
        Letter { id, to: "a-token", text: "NOT OK in Nairobi", language: "en", expires_at: now + worth, now }
    }

    #[test]
    fn every_request_has_one_size_and_says_nothing_but_an_id() {
        let hour = TimeDelta::hours(1);
        let ids = [Uuid::nil(), Uuid::max(), Uuid::now_v7()];
        let sizes = ids.map(|id| message(letter(id, hour)).to_string().len());
        assert!(sizes.iter().all(|size| *size == sizes[0]));
        let id = Uuid::now_v7();
        let whole = message(letter(id, hour));
        assert_eq!(whole["message"]["data"], json!({ "m": id }));
        assert!(whole["message"]["data"].to_string().len() <= 64);
        assert!(!whole.to_string().contains("Nairobi") && whole["message"].get("notification").is_none());
    }

    #[test]
    fn phones_of_both_kinds_are_woken_at_once_and_not_after_the_message_is_worth_nothing() {
        let of = |worth| message(letter(Uuid::nil(), worth))["message"].take();
        let hour = of(TimeDelta::hours(1));
        assert_eq!(hour["android"], json!({ "priority": "HIGH", "ttl": "3600s", "direct_boot_ok": true }));
        let headers = json!({ "apns-priority": "10", "apns-push-type": "alert", "apns-expiration": "1900003600" });
        assert_eq!(hour["apns"]["headers"], headers);
        let past = of(TimeDelta::hours(-1));
        assert_eq!((&past["android"]["ttl"], &past["apns"]["headers"]["apns-expiration"]), (&json!("0s"), &json!("0")));
        assert_eq!(of(TimeDelta::days(90))["android"]["ttl"], "2419200s");
    }

    #[test]
    fn secrets_go_by_tls_or_to_this_machine_and_are_never_shown() {
        let of = |base: &str| Fcm::new(&good(), base);
        assert_eq!(
            of(GOOGLE).unwrap().url.as_str(),
            "https://fcm.googleapis.com/v1/projects/muster-test/messages:send"
        );
        assert!(of("http://127.0.0.1:9").is_ok() && of("http://localhost:9/").is_ok() && of("http://[::1]:9").is_ok());
        assert!(of("http://fcm.googleapis.com").is_err() && of("http://10.0.0.1").is_err() && of("ftp://h").is_err());
        assert!(of("https://user:word@fcm.googleapis.com").is_err() && of("").is_err());
        let shown = format!("{:?}", of(GOOGLE).unwrap());
        assert!(shown.contains("muster-test") && !shown.contains("PRIVATE") && !shown.contains("private_key"));
        let account = good();
        let account: Value = serde_json::from_str(&account).unwrap();
        let pem = account["private_key"].as_str().unwrap();
        assert!(pem.lines().all(|line| !shown.contains(line)));
        assert!(Fcm::new(&written("private_key", None), GOOGLE).is_err());
    }
}
