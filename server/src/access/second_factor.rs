//! Setting up a code generator, and taking one away from who lost it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::audit::Deed;
use wire::sign_in::RecoveryCodes;

use super::codes::{self, Typed};
use super::service::may_administer;
use super::{Access, Operator, Refusal, sessions, store};
use crate::audit::Act;
use crate::audit::service::record;
use crate::kernel::field::{self, Invalid};
use crate::people;
use crate::store::requests::{Request, once};
use crate::store::{Halt, Lane, Tx, WriteError};

/// How long an offered secret may be confirmed.
const OFFER: TimeDelta = TimeDelta::minutes(10);

/// A secret for a code generator, which counts once it was confirmed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Offer {
    /// The secret in base 32.
    pub secret: String,
    /// The same as `otpauth:` address.
    pub uri: String,
    /// Until when it may be confirmed.
    pub expires: DateTime<Utc>,
}

/// A reason that stands in the log.
pub(super) fn checked_reason(reason: &str) -> Result<String, Invalid> {
    field::line("/reason", reason, 3, 500)
}

impl Access {
    /// A secret for the caller's code generator. It needs a step-up: whoever finds a console open must
    /// not make it theirs. An earlier offer is void; a code generator that counts goes on counting.
    pub async fn offer_second_factor(&self, by: &Operator, request: Request) -> Result<Offer, WriteError<Refusal>> {
        let Some((found, _)) = self.told_of(by.person).await? else {
            return Err(WriteError::Refused(Refusal::NotFound));
        };
        let (by, secret) = (by.clone(), codes::fresh_secret());
        let account = found.email.unwrap_or(found.name);
        let offered = self.inner.store.write(Lane::Normal, Vec::new(), move |tx| {
            once(tx, request, |tx| {
                by.stepped_up(tx.now()).map_err(|not| Halt::Refuse(Refusal::from(not)))?;
                store::offer(tx, by.person, &secret)?;
                let (secret, uri) = (codes::base32(&secret), codes::uri(&secret, &account));
                Ok(Offer { secret, uri, expires: tx.now() + OFFER })
            })
        });
        offered.await
    }

    /// Makes the offered secret count, by a code of it. The caller's other sessions end, and recovery
    /// codes are given, this once.
    pub async fn confirm_second_factor(
        &self,
        by: &Operator,
        request: Request,
        code: &str,
    ) -> Result<RecoveryCodes, WriteError<Refusal>> {
        let Some((_, scopes)) = self.told_of(by.person).await? else {
            return Err(WriteError::Refused(Refusal::NotFound));
        };
        let (by, typed, recovery) = (by.clone(), Typed::read(code), codes::fresh_recovery());
        let confirmed = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                people::service::hold(tx, by.person)?;
                let (secret, step) = confirmed_by(tx, by.person, &typed)?;
                store::confirm(tx, by.person, &secret, step)?;
                let keyring = tx.vault().keyring();
                let hashes = recovery.iter().map(|code| codes::recovery_hash(keyring, by.person, code)).collect();
                store::put_recovery(tx, by.person, hashes)?;
                store::show_second_factor(tx, &by.session)?;
                sessions::end_all(tx, by.person, Some(&by.session), Some(by.person))?;
                let act = Act::new(Deed::SecondFactorChanged, "A code generator was set up.").on(by.person);
                record(tx, Some((by.person, &by.name)), &scopes, act)?;
                Ok(RecoveryCodes { codes: recovery.iter().map(|code| codes::grouped(code)).collect() })
            })
        });
        confirmed.await
    }

    /// Takes somebody's code generator and recovery codes away and ends their sessions, for a reason
    /// that their scopes are told. Who cannot grant what the person holds cannot do it, and nobody does
    /// it to themselves: who has a code left sets up another.
    pub async fn remove_second_factor(
        &self,
        by: &Operator,
        request: Request,
        person: Uuid,
        reason: &str,
    ) -> Result<(), WriteError<Refusal>> {
        let reason = checked_reason(reason).map_err(|invalid| WriteError::Refused(invalid.into()))?;
        let Some((_, scopes)) = self.told_of(person).await? else {
            return Err(WriteError::Refused(Refusal::NotFound));
        };
        let (by, view) = (by.clone(), self.inner.directory.view());
        let removed = self.inner.store.write(Lane::Normal, scopes.clone(), move |tx| {
            once(tx, request, |tx| {
                may_administer(tx, &by, &view, person)?;
                if by.person == person {
                    let why = "Set up another code generator instead; for a lost one ask another administrator.";
                    return Err(Halt::Refuse(Refusal::Forbidden(why)));
                }
                by.stepped_up(tx.now()).map_err(|not| Halt::Refuse(Refusal::from(not)))?;
                if store::factor(tx.reading(), person)?.is_none() {
                    return Err(Halt::Refuse(Refusal::NoSecondFactor));
                }
                store::remove(tx, person)?;
                sessions::end_all(tx, person, None, Some(by.person))?;
                let act = Act::new(Deed::SecondFactorChanged, "A code generator was taken away.");
                record(tx, Some((by.person, &by.name)), &scopes, act.on(person).because(reason.clone()))?;
                Ok(())
            })
        });
        removed.await
    }
}

/// The offered secret and the step of its code that was typed.
fn confirmed_by(tx: &mut Tx<'_>, person: Uuid, typed: &Typed) -> Result<(codes::Secret, i64), Halt<Refusal>> {
    let now = tx.now();
    let keyring = tx.vault().keyring();
    let offered = store::offered(tx.reading(), keyring, person)?.filter(|offered| now < offered.at + OFFER);
    let Some(offered) = offered else { return Err(Halt::Refuse(Refusal::NothingOffered)) };
    let step = match typed {
        Typed::Generated(digits) => codes::matching_step(&offered.secret, digits, now, 0),
        Typed::Recovery(_) | Typed::Nothing => None,
    };
    let why = "Send the six digits that the code generator shows now; check the phone's clock if they stay wrong.";
    let step = step.ok_or_else(|| Halt::Refuse(Refusal::from(Invalid::new("/code", why))))?;
    Ok((offered.secret, step))
}
