//! Plays the exercise through the HTTP API, as phones and an operator would.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, bail};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Client, Response};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use uuid::Uuid;
use wire::access::SignIn;
use wire::enrolment::EnrolmentIssued;
use wire::not_okay::{AddFacts, AddPosition, Colleague, NotOkay, Stored};
use wire::people::{FindPeople, PeopleFound};
use wire::phone::{Enrol, Enrolled};
use wire::{AGE_HEADER, CSRF_HEADER, IDEMPOTENCY_KEY};

use super::PASSWORD;
use super::script::{Action, Step, Tap, Whom};
use super::world::{Part, World, WorldPerson};

/// An operator signed in to a running server.
pub struct Operator {
    http: Client,
    base: String,
    cookie: String,
}

impl Operator {
    /// Signs in as the demo's operator.
    pub async fn sign_in(base: &str, world: &World) -> anyhow::Result<Self> {
        let email = person(world, Part::Operator)?.email.clone().context("the operator has no e-mail address")?;
        // It asks this machine alone, without TLS: there need be no certificates to trust.
        let http = Client::builder().timeout(Duration::from_secs(20)).tls_certs_only([]).build()?;
        let response = http
            .post(format!("{base}/v1/session"))
            .header("Origin", base)
            .header(CSRF_HEADER, "1")
            .json(&SignIn { email, password: PASSWORD.to_owned(), code: None })
            .send()
            .await?;
        let cookie = response
            .headers()
            .get("set-cookie")
            .and_then(|value| value.to_str().ok()?.split(';').next().map(str::to_owned))
            .unwrap_or_default();
        checked(response).await?;
        Ok(Self { http, base: base.to_owned(), cookie })
    }

    /// The register's identifier of a person of the world.
    pub async fn find(&self, person: &WorldPerson) -> anyhow::Result<Uuid> {
        let number = &person.phones.first().context("a person without a number")?.number;
        let request = self.http.post(format!("{}/v1/people/search", self.base)).json(&FindPeople { q: number.clone() });
        let request = request.header("Cookie", &self.cookie).header("Origin", &self.base).header(CSRF_HEADER, "1");
        let found: PeopleFound = json(request.send().await?).await?;
        found
            .people
            .into_iter()
            .find_map(|found| found.brief.id)
            .context("a person of the world is not in the register")
    }

    /// A code that makes a phone this person's.
    pub async fn enrolment(&self, person: Uuid) -> anyhow::Result<String> {
        let response = self
            .http
            .post(format!("{}/v1/people/{person}/enrolment", self.base))
            .header("Cookie", &self.cookie)
            .header("Origin", &self.base)
            .header(CSRF_HEADER, "1")
            .header(IDEMPOTENCY_KEY, Uuid::now_v7().to_string())
            .json(&serde_json::json!({}))
            .send()
            .await?;
        Ok(json::<EnrolmentIssued>(response).await?.code)
    }
}

/// The world's person with a part.
pub fn person(world: &World, part: Part) -> anyhow::Result<&WorldPerson> {
    world.with_part(part).and_then(|index| world.people.get(index)).with_context(|| format!("nobody plays {part:?}"))
}

/// A phone of the exercise.
struct Phone {
    distress: String,
    case_token: Option<String>,
}

/// Plays steps `pace` times as fast as they were written; prints what it does unless `quiet`.
pub struct Player<'a> {
    operator: &'a Operator,
    world: &'a World,
    phones: HashMap<usize, Phone>,
    sent: HashMap<u32, (Uuid, NotOkay)>,
    quiet: bool,
}

impl<'a> Player<'a> {
    /// A player; its phones are enrolled when they are first needed.
    pub fn new(operator: &'a Operator, world: &'a World, quiet: bool) -> Self {
        Self { operator, world, phones: HashMap::new(), sent: HashMap::new(), quiet }
    }

    /// Plays them all.
    pub async fn play(&mut self, steps: &[Step], pace: f64) -> anyhow::Result<()> {
        let started = Instant::now();
        for step in steps {
            tokio::time::sleep_until(started + step.at.div_f64(pace)).await;
            if let Err(error) = self.step(step).await {
                // The exercise goes on; what failed is said.
                eprintln!("exercise: T+{} failed: {error:#}", clock(step.at));
            }
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step) -> anyhow::Result<()> {
        if !self.phones.contains_key(&step.person) {
            let phone = self.enrol(step.person).await?;
            self.phones.insert(step.person, phone);
        }
        match &step.action {
            Action::Tap(tap) => self.tap(step, tap).await,
            Action::Facts(facts) => self.add(step, "facts", &AddFacts { facts: facts.clone() }).await,
            Action::Position(position) => {
                self.add(step, "position", &AddPosition { position: *position, battery: None }).await
            }
        }
    }

    async fn tap(&mut self, step: &Step, tap: &Tap) -> anyhow::Result<()> {
        if !self.sent.contains_key(&tap.number) {
            let body = self.body(tap).await?;
            self.sent.insert(tap.number, (Uuid::now_v7(), body));
        }
        let (key, body) = self.sent.get(&tap.number).context("the tap was just made")?;
        let phone = self.phones.get(&step.person).context("the phone was just enrolled")?;
        let request = self
            .operator
            .http
            .post(format!("{}/v1/not-okay", self.operator.base))
            .header("Authorization", format!("Distress {}", phone.distress))
            .header(IDEMPOTENCY_KEY, key.to_string())
            .header(AGE_HEADER, tap.age.as_millis().to_string())
            .json(body);
        let stored: Stored = json(request.send().await?).await?;
        if !self.quiet {
            let joined = if stored.joined { ", joins an open case" } else { "" };
            println!("exercise: T+{} Not Okay {}{joined}", clock(step.at), stored.case.reference);
        }
        if let Some(phone) = self.phones.get_mut(&step.person) {
            phone.case_token = Some(stored.case_token);
        }
        Ok(())
    }

    async fn body(&self, tap: &Tap) -> anyhow::Result<NotOkay> {
        let colleague = match tap.colleague {
            None => None,
            Some(Whom::Named(name)) => Some(Colleague { person: None, name: Some(name.to_owned()) }),
            Some(Whom::Person(index)) => {
                let person = self.world.people.get(index).context("a colleague who is nobody")?;
                Some(Colleague { person: Some(self.operator.find(person).await?), name: Some(person.name.clone()) })
            }
        };
        let age = chrono::TimeDelta::from_std(tap.age).unwrap_or_default();
        Ok(NotOkay {
            colleague,
            position: tap.position,
            battery: tap.battery,
            network: tap.network.map(str::to_owned),
            tapped_at: Some(chrono::Utc::now() - age),
            facts: tap.facts.clone(),
        })
    }

    async fn add<T: serde::Serialize>(&self, step: &Step, what: &str, body: &T) -> anyhow::Result<()> {
        let token = self
            .phones
            .get(&step.person)
            .and_then(|phone| phone.case_token.as_ref())
            .context("there is no case yet")?;
        let request = self
            .operator
            .http
            .post(format!("{}/v1/my-case/{what}", self.operator.base))
            .header("Authorization", format!("Case {token}"))
            .header(IDEMPOTENCY_KEY, Uuid::now_v7().to_string())
            .json(body);
        checked(request.send().await?).await.map(drop)
    }

    async fn enrol(&self, person: usize) -> anyhow::Result<Phone> {
        let person = self.world.people.get(person).context("a step of nobody")?;
        let code = self.operator.enrolment(self.operator.find(person).await?).await?;
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        let proof = key.sign(&SystemRandom::new(), format!("muster-enrol|{code}").as_bytes())?;
        let enrol = Enrol {
            code,
            public_key: URL_SAFE_NO_PAD.encode(key.public_key().as_ref()),
            proof: URL_SAFE_NO_PAD.encode(proof.as_ref()),
            device_name: "exercise".to_owned(),
        };
        let request =
            self.operator.http.post(format!("{}/v1/enrol", self.operator.base)).header("Origin", &self.operator.base);
        let enrolled: Enrolled = json(request.json(&enrol).send().await?).await?;
        Ok(Phone { distress: enrolled.distress, case_token: None })
    }
}

fn clock(at: Duration) -> String {
    format!("{}:{:02}", at.as_secs() / 60, at.as_secs() % 60)
}

async fn checked(response: Response) -> anyhow::Result<Response> {
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    bail!("{status}: {}", response.text().await.unwrap_or_default())
}

async fn json<T: DeserializeOwned>(response: Response) -> anyhow::Result<T> {
    Ok(checked(response).await?.json().await?)
}
