//! A phone with a real key of its own.

use std::sync::atomic::{AtomicI64, Ordering};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use wire::live::FromPhone;
use wire::not_okay::{MyCase, Stored};
use wire::phone::{Enrolled, Now, Tokens};
use wire::{AGE_HEADER, Code, DISTRESS_HEADER, IDEMPOTENCY_KEY, PROOF_HEADER, PROTOCOL, Problem};

use crate::{Answer, Http, PhoneSocket, key, until};

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

impl DeviceKey {
    /// `Muster-Proof` of a request that carries an access token, as of this second since 1970.
    pub fn proof(&self, method: &str, path: &str, seconds: i64, token: &str) -> String {
        let path = path.split('?').next().unwrap_or_default();
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()));
        format!("{seconds}.{}", self.sign(&format!("{method}\n{path}\n{seconds}\n{hash}")))
    }
}

/// An enrolled phone.
pub struct Phone {
    http: Http,
    /// How far the server's clock is ahead of the machine's, in seconds, as last told.
    ahead: AtomicI64,
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
            ahead: AtomicI64::new(0),
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
    pub fn raising(&self, key: Uuid, age_ms: u64) -> RequestBuilder {
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
        let key = key();
        // What a server holds is repeated until it is stored.
        let stored = until("the tap to be stored", async || {
            let answer = self.raise(key, body.to_string()).await;
            (answer.status != 202).then_some(answer)
        });
        let answer = stored.await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
        answer.json()
    }

    /// A new tap at a place.
    pub async fn tap_at(&self, (lat, lon): (f64, f64)) -> Stored {
        self.tap_with(&json!({ "position": { "lat": lat, "lon": lon, "accuracy_m": 12.0, "source": "gps" } })).await
    }

    /// How far the case of a token got.
    pub async fn my_case(&self, token: &str) -> MyCase {
        self.ask_my_case(token).await.expect(200).json()
    }

    /// The answer to asking how far a case got by its token.
    pub async fn ask_my_case(&self, token: &str) -> Answer {
        let request = self.http.request(Method::GET, "/v1/my-case").header("Authorization", format!("Case {token}"));
        self.http.send(request).await
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

    /// The server's time in seconds since 1970, as this phone knows it.
    pub fn seconds(&self) -> i64 {
        Utc::now().timestamp() + self.ahead.load(Ordering::Relaxed)
    }

    /// Sets this phone's clock by an answer that says it is wrong; whether it said so.
    pub fn correct(&self, problem: &Problem) -> bool {
        let stale = problem.code == Code::ProofStale;
        if let Some(told) = problem.server_time.filter(|_| stale) {
            self.ahead.store(told.timestamp() - Utc::now().timestamp(), Ordering::Relaxed);
        }
        stale
    }

    /// A request with this phone's access token and its proof.
    pub fn bearing(&self, method: Method, path: &str) -> RequestBuilder {
        let token = &self.tokens.access;
        let proof = self.device_key.proof(method.as_str(), path, self.seconds(), token);
        self.http.request(method, path).header("Authorization", format!("Bearer {token}")).header(PROOF_HEADER, proof)
    }

    /// Sends a request of [`Phone::bearing`] with what `more` adds; once more when the clock was wrong.
    pub async fn ask(&self, method: Method, path: &str, more: impl Fn(RequestBuilder) -> RequestBuilder) -> Answer {
        let answer = self.http.send(more(self.bearing(method.clone(), path))).await;
        if answer.status != 401 || !self.correct(&answer.problem()) {
            return answer;
        }
        self.http.send(more(self.bearing(method, path))).await
    }

    /// Asks what waits.
    pub async fn try_now(&self, etag: Option<&str>) -> Answer {
        let matching = |request: RequestBuilder| match etag {
            Some(etag) => request.header("If-None-Match", etag),
            None => request,
        };
        self.ask(Method::GET, "/v1/me/now", matching).await
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

    /// What it says first on its socket.
    pub fn hello(&self) -> FromPhone {
        let token = self.tokens.access.clone();
        let proof = self.device_key.proof("GET", "/v1/phone/live", self.seconds(), &token);
        FromPhone::Hello { protocol: PROTOCOL, token, proof: Some(proof) }
    }

    /// Opens its socket.
    pub async fn socket(&self) -> PhoneSocket {
        PhoneSocket::open(self).await
    }
}
