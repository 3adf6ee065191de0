//! Signing in: a password, and a code where a code generator is set up.

use std::net::IpAddr;

use uuid::Uuid;

use super::codes::{self, Typed};
use super::delays::Place;
use super::passwords::Asker;
use super::service::crowded;
use super::{Access, Operator, Refusal, secret, seized_since, sessions, store};
use crate::people;
use crate::store::{AnyConn, Halt, Lane, QueryResult, StoreError, Tx, WriteError};

/// Somebody who tries to sign in.
#[derive(Clone, Default)]
pub struct Trying {
    /// E-mail address as it was typed.
    pub email: String,
    /// Password.
    pub password: String,
    /// A code, when one was given.
    pub code: Option<String>,
    /// From where.
    pub from: Option<IpAddr>,
    /// With which browser.
    pub device: String,
    /// The session that the same browser holds: it is replaced.
    pub replaced: Option<String>,
    /// What [`Access::remember`] gave the same browser.
    pub browser: Option<String>,
}

/// A session that was just opened.
pub struct SignedIn {
    /// What the cookie carries.
    pub cookie: String,
    /// Who, and what they may do.
    pub operator: Operator,
}

/// What somebody is known by: looked up whole, before anything is compared.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) person: Uuid,
    password: Option<String>,
    factor: Option<store::Factor>,
}

/// A code that was right, to be used up in the transaction of what it permits.
#[derive(Clone)]
pub(super) enum GoodCode {
    /// Of this time step.
    Step(i64),
    /// A recovery code, by its hash; whether it is unused is seen when it is used.
    Recovery(Vec<u8>),
}

impl Credentials {
    /// Of a person. Read for nobody too, so that an unknown account takes as long as a known one.
    pub(super) fn read(conn: &mut AnyConn, person: Option<Uuid>) -> QueryResult<Self> {
        let person = person.unwrap_or_default();
        Ok(Self { person, password: store::password_of(conn, person)?, factor: store::factor(conn, person)? })
    }

    /// Whether they still count as they were read: the password was not changed, a code generator was
    /// neither set up nor taken away, and the person has not left. None of it happens before this
    /// transaction is over.
    pub(super) fn still(&self, tx: &mut Tx<'_>) -> QueryResult<bool> {
        let here = people::service::hold(tx, self.person)?.is_some_and(|person| !person.left);
        let now = Self::read(tx.reading(), Some(self.person))?;
        Ok(here && now.password == self.password && now.factor.is_some() == self.factor.is_some())
    }
}

impl Access {
    /// Signs in. An unknown account costs the same work and gets the same answer as a wrong
    /// password, and until the password is right nothing tells whether there is a code generator. A
    /// session that the same browser holds already is ended: it was replaced.
    pub async fn sign_in(&self, trying: Trying) -> Result<SignedIn, WriteError<Refusal>> {
        let Trying { email, password, code, from, device, replaced, browser } = trying;
        let email = people::email_key(&email);
        let browser = browser.and_then(|held| self.inner.browsers.knows(&held, &email, self.now()));
        let place = browser.as_deref().map_or(Place::Stranger(from), Place::Known);
        let by = if browser.is_some() { Asker::Known } else { Asker::Stranger };
        let attempt = self.inner.delays.begin(&email, place, self.now()).await;
        let attempt = attempt.map_err(|wait| WriteError::Refused(Refusal::Delayed(wait)))?;
        let known = self.inner.store.read(move |reading| {
            let person = people::service::by_email(reading.conn, &email)?.filter(|person| !person.left);
            Credentials::read(reading.conn, person.map(|person| person.id))
        });
        let known = known.await?;
        let opened = match self.prove(by, &known, password, code.as_deref()).await {
            Ok(good) => self.open_session(known, good, device, replaced.as_deref().map(secret::hash)).await,
            Err(error) => Err(error),
        };
        match &opened {
            Ok(_) => attempt.succeeded(),
            Err(WriteError::Refused(Refusal::SignInFailed | Refusal::CodeWrong)) => {
                attempt.failed(self.now());
                metrics::counter!("muster_sign_in_failures_total").increment(1);
            }
            // A right password without a code is neither: failures before it go on counting.
            Err(_) => {}
        }
        opened
    }

    /// Compares a password, and then a code where one is needed.
    pub(super) async fn prove(
        &self,
        by: Asker,
        known: &Credentials,
        password: String,
        code: Option<&str>,
    ) -> Result<Option<GoodCode>, WriteError<Refusal>> {
        let right = self.inner.hashing.verify(by, password, known.password.clone()).await.map_err(crowded)?;
        if !right {
            return Err(WriteError::Refused(Refusal::SignInFailed));
        }
        let Some(factor) = &known.factor else { return Ok(None) };
        let Some(code) = code.filter(|code| !code.is_empty()) else {
            return Err(WriteError::Refused(Refusal::CodeRequired));
        };
        let keyring = self.inner.store.keyring();
        let good = match Typed::read(code) {
            Typed::Generated(digits) => {
                let secret =
                    factor.secret(keyring, known.person).map_err(|error| StoreError::Fault(error.to_string()))?;
                codes::matching_step(&secret, &digits, self.now(), factor.last_step).map(GoodCode::Step)
            }
            Typed::Recovery(code) => Some(GoodCode::Recovery(codes::recovery_hash(keyring, known.person, &code))),
            Typed::Nothing => None,
        };
        good.map(Some).ok_or(WriteError::Refused(Refusal::CodeWrong))
    }

    async fn open_session(
        &self,
        known: Credentials,
        code: Option<GoodCode>,
        device: String,
        replaced: Option<[u8; 32]>,
    ) -> Result<SignedIn, WriteError<Refusal>> {
        let cookie = secret::fresh();
        let session = secret::hash(&cookie);
        let opening = store::Opening { person: known.person, device, second_factor: code.is_some() };
        let opened = self.inner.store.write(Lane::Normal, Vec::new(), move |tx| {
            if !known.still(tx)? {
                return Err(Halt::Refuse(Refusal::SignInFailed));
            }
            if let Some(person) = people::service::identity(tx.reading(), known.person)?
                && seized_since(tx.reading(), person.office)?.is_some()
            {
                return Err(Halt::Refuse(Refusal::OfficeSeized));
            }
            spend(tx, known.person, code.as_ref())?;
            if let Some(old) = replaced
                && let Some(found) = store::session(tx.reading(), &old)?
            {
                sessions::end(tx, &old, found.person)?;
            }
            Ok(sessions::open(tx, &session, &opening)?)
        });
        opened.await?;
        let operator = self.recheck(session).await?.ok_or(WriteError::Refused(Refusal::SignInFailed))?;
        Ok(SignedIn { cookie, operator })
    }
}

/// Uses up a code, once on all nodes together.
pub(super) fn spend(tx: &mut Tx<'_>, person: Uuid, code: Option<&GoodCode>) -> Result<(), Halt<Refusal>> {
    match code {
        None => Ok(()),
        Some(GoodCode::Step(step)) => {
            if store::factor(tx.reading(), person)?.is_none_or(|factor| factor.last_step >= *step) {
                return Err(Halt::Refuse(Refusal::CodeWrong));
            }
            Ok(store::use_step(tx, person, *step)?)
        }
        Some(GoodCode::Recovery(hash)) => {
            if !store::good_recovery(tx.reading(), person, hash)? {
                return Err(Halt::Refuse(Refusal::CodeWrong));
            }
            Ok(store::use_recovery(tx, hash)?)
        }
    }
}
