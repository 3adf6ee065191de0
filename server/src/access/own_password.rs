//! Changing one's own password while signed in.

use wire::audit::Deed;
use wire::sign_in::{ChangePassword, SessionsEnded, StepUp};

use super::service::crowded;
use super::sign_in::{Credentials, GoodCode, spend};
use super::{Access, Operator, Refusal, passwords, sessions, store};
use crate::audit::Act;
use crate::audit::service::record;
use crate::people::Identity;
use crate::store::{Halt, Lane, WriteError};

impl Access {
    /// Sets another password for who is signed in, by the present one and, where a code generator is
    /// set up, a code. The session that asks stays; their others end, and links that would set a
    /// password are void. Gives their e-mail address too, by which the browser is known.
    ///
    /// Wrong proofs delay the next one as at [`Access::step_up`], and a right one counts as a step-up.
    /// The request is not recorded: what is kept of requests would be a fast hash of passwords.
    pub async fn change_password(
        &self,
        by: &Operator,
        change: ChangePassword,
    ) -> Result<(SessionsEnded, String), WriteError<Refusal>> {
        let ChangePassword { present, code, password } = change;
        let Some((found, scopes)) = self.told_of(by.person).await? else {
            return Err(WriteError::Refused(Refusal::NotFound));
        };
        may_be(&password, &present, &found).map_err(WriteError::Refused)?;
        let proof = StepUp { password: present, code };
        let ended = self.by_proof(by.person, proof, async |known: Credentials, good: Option<GoodCode>| {
            let hash = self.inner.hashing.hash(password).await.map_err(crowded)?;
            let (by, told) = (by.clone(), scopes.clone());
            let write = self.inner.store.write(Lane::Normal, scopes, move |tx| {
                if !known.still(tx)? {
                    return Err(Halt::Refuse(Refusal::SignInFailed));
                }
                spend(tx, by.person, good.as_ref())?;
                store::put_account(tx, by.person, &hash)?;
                store::void_links(tx, &[by.person])?;
                store::step_up(tx, &by.session, good.is_some())?;
                let ended = sessions::end_all(tx, by.person, Some(&by.session), Some(by.person))?;
                let what = format!("They changed their own password; {ended} other sessions were ended.");
                let act = Act::new(Deed::PasswordChanged, what).on(by.person);
                record(tx, Some((by.person, &by.name)), &told, act)?;
                Ok(SessionsEnded { ended })
            });
            write.await
        });
        Ok((ended.await?, found.email.unwrap_or_default()))
    }
}

/// Whether somebody may choose a password in place of the present one.
fn may_be(password: &str, present: &str, person: &Identity) -> Result<(), Refusal> {
    if password == present {
        return Err(Refusal::Password("This is the password that you have; choose another."));
    }
    passwords::check(password, person.email.as_deref().unwrap_or_default(), &person.name).map_err(Refusal::Password)
}
