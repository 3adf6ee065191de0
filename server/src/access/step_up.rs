//! Proving anew who one is, before what cannot be taken back.

use chrono::TimeDelta;
use uuid::Uuid;
use wire::sign_in::{StepUp, SteppedUp};

use super::delays::Place;
use super::passwords::Asker;
use super::sign_in::{Credentials, GoodCode, spend};
use super::{Access, Operator, Refusal, store};
use crate::store::{Halt, Lane, WriteError};

/// How long a step-up counts. Signing in is one.
pub(super) const LIFE: TimeDelta = TimeDelta::minutes(5);

impl Access {
    /// Takes the password, and a code where a code generator is set up, of who is signed in. Wrong
    /// ones delay the next try by as much as at signing in, and never end the session.
    pub async fn step_up(&self, by: &Operator, proof: StepUp) -> Result<SteppedUp, WriteError<Refusal>> {
        let (person, session) = (by.person, by.session);
        let stepped = self.by_proof(person, proof, async |known: Credentials, good: Option<GoodCode>| {
            let write = self.inner.store.write(Lane::Normal, Vec::new(), move |tx| {
                if !known.still(tx)? {
                    return Err(Halt::Refuse(Refusal::SignInFailed));
                }
                spend(tx, person, good.as_ref())?;
                store::step_up(tx, &session, good.is_some())?;
                Ok(SteppedUp { until: tx.now() + LIFE })
            });
            write.await
        });
        stepped.await
    }

    /// Compares what somebody who is signed in is known by, and then does what that permits: `then`
    /// sees to it that the credentials still count and spends the code, in its own transaction. A
    /// wrong proof delays the next one.
    pub(super) async fn by_proof<T>(
        &self,
        person: Uuid,
        proof: StepUp,
        then: impl AsyncFnOnce(Credentials, Option<GoodCode>) -> Result<T, WriteError<Refusal>>,
    ) -> Result<T, WriteError<Refusal>> {
        // Their own count: somebody at this session learns no more by it than at signing in, and
        // strangers who try to sign in do not hold it up.
        let attempt = self.inner.delays.begin(&person.to_string(), Place::Session, self.now()).await;
        let attempt = attempt.map_err(|wait| WriteError::Refused(Refusal::Delayed(wait)))?;
        let known = self.inner.store.read(move |reading| Credentials::read(reading.conn, Some(person))).await?;
        let done = match self.prove(Asker::Known, &known, proof.password, proof.code.as_deref()).await {
            Ok(good) => then(known, good).await,
            Err(error) => Err(error),
        };
        match &done {
            Ok(_) => attempt.succeeded(),
            Err(WriteError::Refused(Refusal::SignInFailed | Refusal::CodeWrong)) => attempt.failed(self.now()),
            Err(_) => {}
        }
        done
    }
}
