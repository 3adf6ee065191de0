//! A phone with a real key of its own.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use wire::not_okay::{MyCase, Stored};
use wire::phone::{Enrolled, Now, Tokens};
use wire::{AGE_HEADER, DISTRESS_HEADER, IDEMPOTENCY_KEY};

use crate::{Answer, Http, PhoneSocket, key};

/// A P-256 key that never leaves the phone.
pub struct DeviceKey(EcdsaKeyPair);

impl Default for DeviceKey {
    fn default() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key is made"))
    }
}

impl DeviceKey {
    /// The public key as the interface takes it.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key())
    }

    /// The signature over a text.
    pub fn sign(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.0.sign(&SystemRandom::new(), text.as_bytes()).expect("signed"))
    }
}

/// An enrolled phone.
pub struct Phone {
    http: Http,
    /// Its key.
    pub device_key: DeviceKey,
    /// The device.
    pub device: Uuid,
    /// Its owner.
    pub person: Uuid,
    /// Its owner's name.
    pub name: String,
    /// Its tokens.
    pub tokens: Tokens,
    /// Its distress capability.
    pub distress: String,
}

impl Phone {
    /// Enrols by a code.
    pub async fn enrol(http: &Http, code: &str) -> Self {
        let device_key = DeviceKey::default();
        let answer = Self::try_enrol(http, code, &device_key).await.expect(201);
        let enrolled: Enrolled = answer.json();
        assert_eq!(answer.header(DISTRESS_HEADER), Some(enrolled.distress.as_str()));
        Self {
            http: http.clone(),
            device_key,
            device: enrolled.device,
            person: enrolled.person.id,
            name: enrolled.person.name,
            tokens: enrolled.tokens,
            distress: enrolled.distress,
        }
    }

    /// Tries to enrol by a code.
    pub async fn try_enrol(http: &Http, code: &str, device_key: &DeviceKey) -> Answer {
        let proof = device_key.sign(&format!("muster-enrol|{code}"));
        let body = json!({ "code": code, "public_key": device_key.public(), "proof": proof, "device_name": "a phone" });
        http.send(http.request(Method::POST, "/v1/enrol").json(&body)).await
    }

    /// The connection.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Goes to another node from now on.
    pub fn go_to(&mut self, http: &Http) {
        self.http = http.clone();
    }

    /// Raises under a key with a body, whatever it is.
    pub async fn raise(&self, key: Uuid, body: impl Into<Vec<u8>>) -> Answer {
        self.http.send(self.raising(key, 0).body(body.into())).await
    }

    /// The request of a tap of this age, without its body.
    pub fn raising(&self, key: Uuid, age_ms: u64) -> reqwest::RequestBuilder {
        self.http
            .request(Method::POST, "/v1/not-okay")
            .header("Authorization", format!("Distress {}", self.distress))
            .header(IDEMPOTENCY_KEY, key.to_string())
            .header(AGE_HEADER, age_ms.to_string())
            .header("Content-Type", "application/json")
    }

    /// A new tap.
    pub async fn tap(&self) -> Stored {
        self.tap_with(&json!({})).await
    }

    /// A new tap that says something.
    pub async fn tap_with(&self, body: &Value) -> Stored {
        self.raise(key(), body.to_string()).await.expect(201).json()
    }

    /// A new tap at a place.
    pub async fn tap_at(&self, (lat, lon): (f64, f64)) -> Stored {
        self.tap_with(&json!({ "position": { "lat": lat, "lon": lon, "accuracy_m": 12.0, "source": "gps" } })).await
    }

    /// How far the case of a token got.
    pub async fn my_case(&self, token: &str) -> MyCase {
        let request = self.http.request(Method::GET, "/v1/my-case").header("Authorization", format!("Case {token}"));
        self.http.send(request).await.expect(200).json()
    }

    /// Adds to the case of a token: `facts` or `position`.
    pub async fn add(&self, token: &str, what: &str, body: &impl Serialize) -> Answer {
        self.add_by(key(), token, what, body).await
    }

    /// [`Phone::add`] under this key.
    pub async fn add_by(&self, key: Uuid, token: &str, what: &str, body: &impl Serialize) -> Answer {
        let request = self
            .http
            .request(Method::POST, &format!("/v1/my-case/{what}"))
            .header("Authorization", format!("Case {token}"))
            .header(IDEMPOTENCY_KEY, key.to_string())
            .header(AGE_HEADER, "0")
            .json(body);
        self.http.send(request).await
    }

    /// A request with the access token.
    pub fn bearing(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, path).header("Authorization", format!("Bearer {}", self.tokens.access))
    }

    /// Asks with the access token, and what `more` adds to the request.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        more: impl Fn(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Answer {
        self.http.send(more(self.bearing(method, path))).await
    }

    /// Asks what waits.
    pub async fn try_now(&self, etag: Option<&str>) -> Answer {
        let mut request = self
            .http
            .request(Method::GET, "/v1/me/now")
            .header("Authorization", format!("Bearer {}", self.tokens.access));
        if let Some(etag) = etag {
            request = request.header("If-None-Match", etag);
        }
        self.http.send(request).await
    }

    /// What waits.
    pub async fn now(&self) -> Now {
        self.try_now(None).await.expect(200).json()
    }

    /// Exchanges a refresh secret, with proof by this phone's key.
    pub async fn refresh_by(&self, refresh: &str) -> Answer {
        self.refresh_proven(refresh, &self.device_key).await
    }

    /// Exchanges a refresh secret, with proof by some key.
    pub async fn refresh_proven(&self, refresh: &str, proof: &DeviceKey) -> Answer {
        let proof = proof.sign(&format!("muster-refresh|{refresh}"));
        let body = json!({ "device": self.device, "refresh": refresh, "proof": proof });
        self.http.send(self.http.request(Method::POST, "/v1/token").json(&body)).await
    }

    /// Gets the next pair of tokens.
    pub async fn refresh(&mut self) {
        let answer = self.refresh_by(&self.tokens.refresh).await.expect(200);
        self.distress = answer.header(DISTRESS_HEADER).expect("every contact renews it").to_owned();
        self.tokens = answer.json();
    }

    /// Opens its socket.
    pub async fn socket(&self) -> PhoneSocket {
        PhoneSocket::open(&self.http, &self.tokens.access).await
    }
}
