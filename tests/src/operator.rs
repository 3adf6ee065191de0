//! Somebody who is signed in at a console.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use wire::IDEMPOTENCY_KEY;
use wire::access::{Session, Ticket};
use wire::case::{CaseAfter, CaseDetail, CaseSummary, Takeover};
use wire::enrolment::{Revocation, RevokeCause};
use wire::live::Snapshot;
use wire::sign_in::{RecoveryCodes, SecondFactorOffered};

use crate::{Answer, Attention, CodeGenerator, Console, Http, key};

/// A browser with a session's cookie.
#[derive(Clone)]
pub struct SignedIn {
    http: Http,
    cookie: String,
    /// Who.
    pub person: Uuid,
    /// Name.
    pub name: String,
}

impl SignedIn {
    /// Signs in.
    pub async fn sign_in(http: &Http, email: &str, password: &str) -> Self {
        let answer = Self::try_sign_in(http, email, password).await.expect(200);
        Self::by_answer(http, &answer)
    }

    /// Tries to sign in.
    pub async fn try_sign_in(http: &Http, email: &str, password: &str) -> Answer {
        http.send(Self::signing_in(http, &json!({ "email": email, "password": password }))).await
    }

    /// Tries to sign in with a code too.
    pub async fn try_sign_in_with(http: &Http, email: &str, password: &str, code: &str) -> Answer {
        http.send(Self::signing_in(http, &json!({ "email": email, "password": password, "code": code }))).await
    }

    /// A request to sign in, as the console's page sends it.
    pub fn signing_in(http: &Http, body: &Value) -> RequestBuilder {
        let request = http.request(Method::POST, "/v1/session").header("Origin", http.origin());
        request.header("Muster-Console", "1").json(body)
    }

    /// Takes the cookie and the session of an answer that carries both.
    pub fn by_answer(http: &Http, answer: &Answer) -> Self {
        let cookie = answer.header("set-cookie").expect("the answer sets a cookie");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let session: Session = answer.json();
        Self { http: http.clone(), cookie, person: session.person, name: session.name }
    }

    /// The same browser at another node.
    pub fn at(&self, http: &Http) -> Self {
        Self { http: http.clone(), ..self.clone() }
    }

    /// The connection.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// `name=value` of the cookie.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// A request with the cookie alone.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, path).header("Cookie", &self.cookie)
    }

    /// A request as the console's page sends it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).header("Origin", self.http.origin()).header("Muster-Console", "1")
    }

    /// Reads a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.http.send(self.bare(Method::GET, path)).await
    }

    /// Writes under a fresh key.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.post_by(key(), path, body).await
    }

    /// Writes under this key.
    pub async fn post_by(&self, key: Uuid, path: &str, body: &impl Serialize) -> Answer {
        let request = self.request(Method::POST, path).header(IDEMPOTENCY_KEY, key.to_string()).json(body);
        self.http.send(request).await
    }

    /// Takes something away under a fresh key, for a reason.
    pub async fn withdraw(&self, path: &str, reason: &str) -> Answer {
        let request = self.request(Method::DELETE, path).header(IDEMPOTENCY_KEY, key().to_string());
        self.http.send(request.json(&json!({ "reason": reason }))).await
    }

    /// Revokes a phone, saying what became of it.
    pub async fn revoke(&self, device: Uuid, cause: RevokeCause, reason: &str) -> Answer {
        let request = self.request(Method::DELETE, &format!("/v1/devices/{device}"));
        let body = Revocation { reason: reason.to_owned(), cause: Some(cause) };
        self.http.send(request.header(IDEMPOTENCY_KEY, key().to_string()).json(&body)).await
    }

    /// Changes what is at a path, under a fresh key.
    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        let request = self.request(Method::PATCH, path).header(IDEMPOTENCY_KEY, key().to_string()).json(body);
        self.http.send(request).await
    }

    /// Puts something at a path, under a fresh key.
    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        let request = self.request(Method::PUT, path).header(IDEMPOTENCY_KEY, key().to_string()).json(body);
        self.http.send(request).await
    }

    /// Ends what is at a path, under this key.
    pub async fn delete_by(&self, key: Uuid, path: &str) -> Answer {
        let request = self.request(Method::DELETE, path).header(IDEMPOTENCY_KEY, key.to_string()).json(&json!({}));
        self.http.send(request).await
    }

    /// Writes bytes under a fresh key, whatever they are.
    pub async fn post_raw(&self, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = self.request(Method::POST, path).header(IDEMPOTENCY_KEY, key().to_string());
        self.http.send(request.header("Content-Type", kind).body(body)).await
    }

    /// Deletes under a fresh key.
    pub async fn delete(&self, path: &str) -> Answer {
        self.http.send(self.request(Method::DELETE, path).header(IDEMPOTENCY_KEY, key().to_string())).await
    }

    /// Takes something away under a fresh key, with a body that says why.
    pub async fn take_away(&self, path: &str, body: &impl Serialize) -> Answer {
        let request = self.request(Method::DELETE, path).header(IDEMPOTENCY_KEY, key().to_string()).json(body);
        self.http.send(request).await
    }

    /// Proves again who they are, by password and, where they have a code generator, a code.
    pub async fn try_step_up(&self, password: &str, code: Option<&str>) -> Answer {
        let mut body = json!({ "password": password });
        if let Some(code) = code {
            body["code"] = json!(code);
        }
        self.http.send(self.request(Method::POST, "/v1/session/step-up").json(&body)).await
    }

    /// [`SignedIn::try_step_up`] by password, which must succeed.
    pub async fn step_up(&self, password: &str) {
        self.try_step_up(password, None).await.expect(200);
    }

    /// Sets a code generator up, at this time of the server; it and the recovery codes.
    pub async fn sets_up_second_factor(&self, now: DateTime<Utc>) -> (CodeGenerator, Vec<String>) {
        let offered: SecondFactorOffered = self.post("/v1/second-factor", &json!({})).await.expect(201).json();
        let generator = CodeGenerator::of(&offered.secret);
        let code = json!({ "code": generator.shows(now) });
        let codes: RecoveryCodes = self.post("/v1/second-factor/confirm", &code).await.expect(201).json();
        (generator, codes.codes)
    }

    /// Signs out.
    pub async fn sign_out(&self) -> Answer {
        self.http.send(self.request(Method::DELETE, "/v1/session")).await
    }

    /// A ticket for the live socket.
    pub async fn ticket(&self) -> String {
        let answer = self.http.send(self.request(Method::POST, "/v1/live/ticket")).await.expect(200);
        answer.json::<Ticket>().ticket
    }
}

/// Somebody who works cases.
#[derive(Clone)]
pub struct Operator {
    /// The browser.
    pub desk: SignedIn,
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

impl Deref for Operator {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.desk
    }
}

impl Operator {
    /// The same person signs in again, in another browser.
    pub async fn again(&self) -> Self {
        let desk = SignedIn::sign_in(&self.desk.http, &self.email, &self.password).await;
        Self { desk, ..self.clone() }
    }

    /// The same person at another node, in the same session.
    pub fn at(&self, http: &Http) -> Self {
        Self { desk: self.desk.at(http), ..self.clone() }
    }

    /// Does something to a case.
    pub async fn act(&self, case: Uuid, what: &str, body: &Value) -> Answer {
        self.post(&format!("/v1/cases/{case}/{what}"), body).await
    }

    /// [`Operator::act`], which must succeed; the case after it.
    pub async fn does(&self, case: Uuid, what: &str, body: Value) -> CaseSummary {
        self.act(case, what, &body).await.expect(200).json::<CaseAfter>().case
    }

    /// Takes a case.
    pub async fn claims(&self, case: Uuid) -> CaseSummary {
        self.does(case, "claim", json!({})).await
    }

    /// Tries to take a case over.
    pub async fn take_over(&self, case: Uuid, takeover: &Takeover) -> Answer {
        self.act(case, "claim", &json!({ "takeover": takeover })).await
    }

    /// Closes a case.
    pub async fn close(&self, case: &CaseSummary, outcome: &str, note: &str) -> Answer {
        self.act(case.id, "close", &json!({ "outcome": outcome, "note": note, "revision": case.revision })).await
    }

    /// A case whole.
    pub async fn sees(&self, case: Uuid) -> CaseDetail {
        self.get(&format!("/v1/cases/{case}")).await.expect(200).json()
    }

    /// Everything that is open.
    pub async fn snapshot(&self) -> Snapshot {
        self.get("/v1/snapshot").await.expect(200).json()
    }

    /// A console with this person at it: visible, sound on, a hand on it.
    pub async fn console(&self) -> Console {
        Console::open(self.desk.clone(), Attention::Attended).await
    }

    /// A console that nobody looks at.
    pub async fn unattended_console(&self) -> Console {
        Console::open(self.desk.clone(), Attention::Away).await
    }
}
