//! How this server names itself to push services. Source: RFC 8292 (VAPID).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, bail};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use reqwest::header::HeaderValue;
use serde_json::json;

/// How long a signature counts: at most a day (RFC 8292, section 2); half of it forgives a clock that is wrong.
const LIFE: TimeDelta = TimeDelta::hours(12);

/// It is made anew when it counts for less than this.
const SPARE: TimeDelta = TimeDelta::hours(1);

/// Push services whose signatures are kept. There are a handful; more are somebody's invention, and cost a signature
/// each.
const MOST: usize = 256;

/// The server's key and contact, with what it signed.
pub(super) struct Vapid {
    key: EcdsaKeyPair,
    public: String,
    contact: String,
    signed: Mutex<BTreeMap<String, Signed>>,
}

#[derive(Clone)]
struct Signed {
    header: HeaderValue,
    until: DateTime<Utc>,
}

impl Vapid {
    /// Of 32 secret bytes; the same bytes always give the same key. `contact` is a `mailto:` or https URL, by which
    /// somebody at a push service can reach whoever runs this server.
    pub(super) fn new(secret: &[u8; 32], contact: &str) -> anyhow::Result<Self> {
        let url = Url::parse(contact).context("the contact for push services is not a URL")?;
        if !(url.scheme() == "https" || (url.scheme() == "mailto" && url.path().contains('@'))) {
            bail!("the contact for push services must be a mailto: or https URL");
        }
        let (key, public) = pair(secret).context("no key for push services comes of the installation's secret")?;
        let public = URL_SAFE_NO_PAD.encode(public);
        Ok(Self { key, public, contact: contact.to_owned(), signed: Mutex::default() })
    }

    /// The public key: an uncompressed point in base64url, as browsers take it (`applicationServerKey`).
    pub(super) fn public(&self) -> &str {
        &self.public
    }

    /// The `Authorization` for a push service, by its origin.
    pub(super) fn header(&self, origin: &str, now: DateTime<Utc>) -> Result<HeaderValue, Unspecified> {
        let mut kept = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        // Not longer than its life either: a clock that was set back must not make it count for more than a day.
        if let Some(signed) = kept.get(origin).filter(|signed| (SPARE..=LIFE).contains(&(signed.until - now))) {
            return Ok(signed.header.clone());
        }
        let until = now + LIFE;
        let signed = Signed { header: self.sign(origin, until)?, until };
        if kept.len() >= MOST {
            kept.clear();
        }
        let header = signed.header.clone();
        kept.insert(origin.to_owned(), signed);
        Ok(header)
    }

    fn sign(&self, origin: &str, until: DateTime<Utc>) -> Result<HeaderValue, Unspecified> {
        let head = json!({ "typ": "JWT", "alg": "ES256" });
        let claims = json!({ "aud": origin, "exp": until.timestamp(), "sub": self.contact });
        let [head, claims] = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let said = format!("{head}.{claims}");
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(&SystemRandom::new(), said.as_bytes())?);
        let public = &self.public;
        let mut header =
            HeaderValue::try_from(format!("vapid t={said}.{signature}, k={public}")).map_err(|_| Unspecified)?;
        header.set_sensitive(true);
        Ok(header)
    }
}

/// The key of a secret, with its public point. One in four thousand million secrets is no private key of P-256: it is
/// hashed with a number then, until it is one.
fn pair(secret: &[u8; 32]) -> Option<(EcdsaKeyPair, Vec<u8>)> {
    let hashed =
        (1..=u8::MAX).map(|number| digest(&SHA256, &[secret.as_slice(), &[number]].concat()).as_ref().to_vec());
    std::iter::once(secret.to_vec()).chain(hashed).find_map(|scalar| {
        let public = PrivateKey::from_private_key(&ECDH_P256, &scalar).ok()?.compute_public_key().ok()?;
        let public = public.as_ref().to_vec();
        let key = EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &scalar, &public);
        Some((key.ok()?, public))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
    use serde_json::Value;

    use super::*;

    const ORIGIN: &str = "https://push.example";

    fn vapid() -> Vapid {
        Vapid::new(&[7; 32], "mailto:duty@muster.example").unwrap()
    }

    /// The parts of a header: the token and the key.
    fn parts(header: &HeaderValue) -> (String, String) {
        let (token, key) = header.to_str().unwrap().strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        (token.to_owned(), key.to_owned())
    }

    #[test]
    fn a_push_service_can_check_who_sends() {
        let (vapid, now) = (vapid(), Utc::now());
        let header = vapid.header(ORIGIN, now).unwrap();
        assert!(header.is_sensitive());
        let (token, key) = parts(&header);
        assert_eq!(key, vapid.public());
        let point = URL_SAFE_NO_PAD.decode(key).unwrap();
        let mut rules = Validation::new(Algorithm::ES256);
        rules.set_audience(&[ORIGIN]);
        let claims = decode::<Value>(&token, &DecodingKey::from_ec_der(&point), &rules).unwrap().claims;
        let until = (now + LIFE).timestamp();
        assert_eq!(claims, json!({ "aud": ORIGIN, "exp": until, "sub": "mailto:duty@muster.example" }));
        let other = Vapid::new(&[8; 32], "https://muster.example/contact").unwrap();
        let other = URL_SAFE_NO_PAD.decode(other.public()).unwrap();
        assert!(decode::<Value>(&token, &DecodingKey::from_ec_der(&other), &rules).is_err());
    }

    #[test]
    fn one_secret_has_one_key() {
        // The private key of the example in RFC 8291, appendix A, and its public one.
        let secret = URL_SAFE_NO_PAD.decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").unwrap().try_into().unwrap();
        let public = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
        for _ in 0..2 {
            assert_eq!(Vapid::new(&secret, "mailto:a@b.example").unwrap().public(), public);
        }
    }

    #[test]
    fn secrets_that_are_no_private_key_have_a_key_all_the_same() {
        let mut order = [0xff; 32];
        order[4..8].fill(0);
        order[16..].copy_from_slice(&[
            0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
        ]);
        let mut below = order;
        below[31] -= 1;
        let public = |secret: &[u8; 32]| Vapid::new(secret, "mailto:a@b.example").unwrap().public().to_owned();
        let secrets = [[0; 32], [0xff; 32], order, below];
        let keys: BTreeSet<String> = secrets.iter().map(public).collect();
        assert_eq!(keys.len(), 4);
        assert!(secrets.iter().all(|secret| keys.contains(&public(secret))));
        // The greatest private key is minus one times the generator: its first coordinate is the generator's.
        let greatest = URL_SAFE_NO_PAD.decode(public(&below)).unwrap();
        let one = URL_SAFE_NO_PAD.decode(public(&{
            let mut one = [0; 32];
            one[31] = 1;
            one
        }));
        assert_eq!(greatest[..33], one.unwrap()[..33]);
    }

    #[test]
    fn a_signature_is_kept_until_shortly_before_it_runs_out() {
        let (vapid, now) = (vapid(), Utc::now());
        let first = vapid.header(ORIGIN, now).unwrap();
        assert_eq!(vapid.header(ORIGIN, now + LIFE - SPARE).unwrap(), first);
        assert_ne!(vapid.header("https://other.example", now).unwrap(), first);
        let second = vapid.header(ORIGIN, now + LIFE - SPARE + TimeDelta::seconds(1)).unwrap();
        assert_ne!(second, first);
        // The clock was set back.
        assert_ne!(vapid.header(ORIGIN, now).unwrap(), second);
    }

    #[test]
    fn not_more_signatures_are_kept_than_there_is_room_for() {
        let (vapid, now) = (vapid(), Utc::now());
        for number in 0..=MOST {
            vapid.header(&format!("https://{number}.example"), now).unwrap();
        }
        assert!(vapid.signed.lock().unwrap().len() <= MOST);
    }

    #[test]
    fn a_contact_is_somebody_who_can_be_reached() {
        let of = |contact: &str| Vapid::new(&[1; 32], contact).is_ok();
        assert!(of("mailto:duty@muster.example") && of("https://muster.example/contact"));
        assert!(!of("duty@muster.example") && !of("http://muster.example/") && !of("mailto:") && !of(""));
    }
}
