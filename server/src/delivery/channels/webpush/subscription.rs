//! Where a browser can be woken: what its push service gave it.

use std::fmt;

use aws_lc_rs::agreement::{ECDH_P256, ParsedPublicKey, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;

use super::outward::{Allowed, Outward, is_loopback};

/// The longest address of a push service, in bytes: those in use stay below 600.
pub const LONGEST_ENDPOINT: usize = 1_000;

/// Bytes of a point of P-256 that is not compressed, and of the secret that a browser shares with the sender.
pub(super) const POINT: usize = 65;
pub(super) const SECRET: usize = 16;

/// The first byte of a point that is not compressed. Source: SEC 1, section 2.3.3.
const NOT_COMPRESSED: u8 = 4;

/// Why a subscription is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not an object with the three texts.
    #[error("a subscription is an object with the texts endpoint, p256dh and auth")]
    NotASubscription,
    /// The endpoint is not a URL.
    #[error("the endpoint is not a URL")]
    NotAUrl,
    /// The endpoint is too long.
    #[error("the endpoint is longer than {LONGEST_ENDPOINT} characters")]
    TooLong,
    /// The endpoint is not reached by TLS.
    #[error("the endpoint is not an https URL")]
    NotHttps,
    /// The endpoint holds a user or a password.
    #[error("the endpoint has a user or a password in it")]
    Credentials,
    /// The endpoint is an address inside of somebody's network.
    #[error("the endpoint is not on the public Internet")]
    NotPublic,
    /// The key is not one.
    #[error("p256dh is not an uncompressed point of P-256 in base64url")]
    BadKey,
    /// The secret is not one.
    #[error("auth is not 16 bytes in base64url")]
    BadSecret,
}

/// Where a browser can be woken. Whoever knows it can do so: its Debug shows the push service alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    endpoint: Url,
    p256dh: [u8; POINT],
    auth: [u8; SECRET],
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("origin", &self.origin()).finish_non_exhaustive()
    }
}

/// A subscription as it is stored and sent.
#[derive(Deserialize)]
struct Written {
    endpoint: String,
    p256dh: String,
    auth: String,
}

impl Subscription {
    /// Of the three texts that a browser gives: the address at the push service, and `p256dh` and `auth` in base64url
    /// (RFC 8291, section 3).
    pub fn new(endpoint: &str, p256dh: &str, auth: &str, allowed: Allowed) -> Result<Self, Refusal> {
        let endpoint = checked(endpoint, allowed)?;
        let p256dh = bytes::<POINT>(p256dh).filter(is_point).ok_or(Refusal::BadKey)?;
        let auth = bytes(auth).ok_or(Refusal::BadSecret)?;
        Ok(Self { endpoint, p256dh, auth })
    }

    /// Of the JSON that [`Subscription::to_json`] writes.
    pub fn from_json(text: &str, allowed: Allowed) -> Result<Self, Refusal> {
        let written: Written = serde_json::from_str(text).map_err(|_| Refusal::NotASubscription)?;
        Self::new(&written.endpoint, &written.p256dh, &written.auth, allowed)
    }

    /// As JSON: the address of a message that goes by this channel.
    pub fn to_json(&self) -> String {
        let (p256dh, auth) = (URL_SAFE_NO_PAD.encode(self.p256dh), URL_SAFE_NO_PAD.encode(self.auth));
        json!({ "endpoint": self.endpoint.as_str(), "p256dh": p256dh, "auth": auth }).to_string()
    }

    /// The push service, such as `https://updates.push.services.mozilla.com`.
    pub fn origin(&self) -> String {
        self.endpoint.origin().ascii_serialization()
    }

    pub(super) fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// The browser's public key.
    pub(super) fn key(&self) -> &[u8; POINT] {
        &self.p256dh
    }

    /// What the browser alone shares with the sender.
    pub(super) fn secret(&self) -> &[u8; SECRET] {
        &self.auth
    }
}

fn checked(endpoint: &str, allowed: Allowed) -> Result<Url, Refusal> {
    if endpoint.len() > LONGEST_ENDPOINT {
        return Err(Refusal::TooLong);
    }
    let url = Url::parse(endpoint).map_err(|_| Refusal::NotAUrl)?;
    // As it is written from now on: other letters than those of ASCII take more room.
    if url.as_str().len() > LONGEST_ENDPOINT {
        return Err(Refusal::TooLong);
    }
    let in_the_open = allowed == Allowed::Loopback && url.scheme() == "http" && is_loopback(&url);
    if url.scheme() != "https" && !in_the_open {
        return Err(Refusal::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::Credentials);
    }
    if allowed == Allowed::Public && is_loopback(&url) {
        return Err(Refusal::NotPublic);
    }
    Outward::check(allowed, &url).map_err(|_| Refusal::NotPublic)?;
    Ok(url)
}

/// So many bytes of base64url, with or without padding.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?.try_into().ok()
}

fn is_point(bytes: &[u8; POINT]) -> bool {
    bytes.first() == Some(&NOT_COMPRESSED)
        && ParsedPublicKey::try_from(UnparsedPublicKey::new(&ECDH_P256, bytes)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn at(endpoint: &str, allowed: Allowed) -> Result<Subscription, Refusal> {
        Subscription::new(endpoint, KEY, AUTH, allowed)
    }

    #[test]
    fn an_endpoint_is_an_https_url_of_the_public_internet() {
        let public = |endpoint: &str| at(endpoint, Allowed::Public).map(drop);
        assert_eq!(public("https://updates.push.services.mozilla.com/wpush/v2/gAAAA"), Ok(()));
        assert_eq!(public("https://push.example:8443/a?b=c"), Ok(()));
        assert_eq!(public("push.example/a"), Err(Refusal::NotAUrl));
        assert_eq!(public("http://push.example/a"), Err(Refusal::NotHttps));
        assert_eq!(public("file:///etc/passwd"), Err(Refusal::NotHttps));
        assert_eq!(public("http://127.0.0.1/a"), Err(Refusal::NotHttps));
        assert_eq!(public("https://user@push.example/a"), Err(Refusal::Credentials));
        assert_eq!(public("https://:word@push.example/a"), Err(Refusal::Credentials));
        assert_eq!(public("https://127.0.0.1/a"), Err(Refusal::NotPublic));
        assert_eq!(public("https://localhost/a"), Err(Refusal::NotPublic));
        assert_eq!(public("https://[fd00::1]/a"), Err(Refusal::NotPublic));
        assert_eq!(public("https://192.168.1.1/a"), Err(Refusal::NotPublic));
    }

    #[test]
    fn tests_may_use_this_machine_without_tls_and_nothing_else() {
        let loopback = |endpoint: &str| at(endpoint, Allowed::Loopback).map(drop);
        assert_eq!(loopback("http://127.0.0.1:8080/push/1"), Ok(()));
        assert_eq!(loopback("http://localhost:8080/push/1"), Ok(()));
        assert_eq!(loopback("https://127.0.0.1/push/1"), Ok(()));
        assert_eq!(loopback("http://push.example/a"), Err(Refusal::NotHttps));
        assert_eq!(loopback("http://192.168.1.1/a"), Err(Refusal::NotHttps));
        assert_eq!(loopback("https://192.168.1.1/a"), Err(Refusal::NotPublic));
    }

    #[test]
    fn an_endpoint_is_at_most_a_thousand_characters_long() {
        let of = |length: usize| at(&format!("{:a<length$}", "https://push.example/"), Allowed::Public);
        assert_eq!(of(1_000).unwrap().endpoint().as_str().len(), 1_000);
        assert_eq!(of(1_001).unwrap_err(), Refusal::TooLong);
        let other_letters = format!("https://push.example/{}", "ü".repeat(400));
        assert_eq!(at(&other_letters, Allowed::Public).unwrap_err(), Refusal::TooLong);
    }

    #[test]
    fn a_key_is_a_point_of_the_curve_and_a_secret_has_sixteen_bytes() {
        let of =
            |key: &str, auth: &str| Subscription::new("https://push.example/", key, auth, Allowed::Public).map(drop);
        let point = bytes::<POINT>(KEY).unwrap();
        let with = |at: usize, byte: u8| {
            let mut point = point;
            point[at] = byte;
            URL_SAFE_NO_PAD.encode(point)
        };
        assert_eq!(of(KEY, AUTH), Ok(()));
        assert_eq!(of(&format!("{KEY}="), &format!("{AUTH}==")), Ok(()));
        assert_eq!(of(&with(64, point[64] ^ 1), AUTH), Err(Refusal::BadKey));
        assert_eq!(of(&with(0, 6), AUTH), Err(Refusal::BadKey));
        assert_eq!(of(&URL_SAFE_NO_PAD.encode([4; POINT]), AUTH), Err(Refusal::BadKey));
        assert_eq!(of(&URL_SAFE_NO_PAD.encode([0; POINT]), AUTH), Err(Refusal::BadKey));
        assert_eq!(of(&URL_SAFE_NO_PAD.encode(&point[..64]), AUTH), Err(Refusal::BadKey));
        assert_eq!(of("", AUTH), Err(Refusal::BadKey));
        assert_eq!(of("no base64url!", AUTH), Err(Refusal::BadKey));
        for secret in [vec![], vec![1; 15], vec![1; 17]] {
            assert_eq!(of(KEY, &URL_SAFE_NO_PAD.encode(secret)), Err(Refusal::BadSecret));
        }
        assert_eq!(of(KEY, "+/+/+/+/+/+/+/+/+/+/+w"), Err(Refusal::BadSecret));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let one = at("https://push.example/a%20b?c#d", Allowed::Public).unwrap();
        assert_eq!(Subscription::from_json(&one.to_json(), Allowed::Public).unwrap(), one);
        for text in ["", "{}", "[]", "null", r#"{"endpoint":"https://push.example/","p256dh":1,"auth":"a"}"#] {
            assert_eq!(Subscription::from_json(text, Allowed::Public).unwrap_err(), Refusal::NotASubscription);
        }
    }

    #[test]
    fn debug_shows_the_push_service_alone() {
        let shown = format!("{:?}", at("https://push.example/a-secret-path", Allowed::Public).unwrap());
        assert!(shown.contains("https://push.example") && !shown.contains("secret-path") && !shown.contains("auth"));
    }
}
