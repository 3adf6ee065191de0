//! Who may do what: grants of role x area x time, operators and their reach, sessions.

use std::fmt;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Permission;

use crate::kernel::field::Invalid;
use crate::store::requests::KeyReused;

mod area;
mod break_glass;
mod browser;
mod codes;
mod delays;
mod delegation;
pub mod duty;
mod grant;
mod grants;
mod grants_list;
pub mod http;
mod known_browsers;
mod leaving;
pub mod origin;
mod own_password;
pub mod passwords;
pub mod permissions;
mod reach;
mod recheck;
mod second_factor;
pub mod secret;
mod seizure;
pub mod service;
mod sessions;
mod setup;
mod sign_in;
mod step_up;
mod store;
mod ticket;
mod unsealing;
pub mod wardens;

pub use area::{Area, CountryCode};
pub use delays::Wait;
pub use grant::Grant;
pub use grants::{administers_alone, insert_grant};
pub use grants_list::Wanted;
pub use leaving::{Ending, administrators, lose_access, roles_ending, roles_held, with_access};
pub use passwords::Cost;
pub use reach::{Reach, Rights};
pub use second_factor::Offer;
pub use seizure::seized_since;
pub use service::{Access, Demands, has_session, insert_account, reach_of};
pub use sessions::SESSION_ENDED;
pub use setup::{NewAdministrator, NotMade};
pub use sign_in::{SignedIn, Trying};

/// Somebody who is signed in at a console, with what they may do at this moment.
#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    /// Who.
    pub person: Uuid,
    /// Their name.
    pub name: String,
    /// The session: SHA-256 of its cookie.
    pub session: [u8; 32],
    /// What they may do now, and where.
    pub rights: Rights,
    /// Scopes whose cases they may work.
    pub reach: Reach,
    /// When the session ends.
    pub expires: DateTime<Utc>,
    /// Changes when the roles or what they cover change.
    pub fingerprint: u64,
    /// When their rights change next by time alone, at the latest with the session's end.
    pub changes_at: DateTime<Utc>,
    /// Whether they have a code generator.
    pub second_factor: bool,
    /// Their rights need a second factor and this session has shown none: they have no rights in it.
    pub confined: bool,
    /// When they last proved in this session who they are.
    stepped_up_at: DateTime<Utc>,
}

/// An operator must prove again who they are before this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotSteppedUp;

/// What an operator's session says besides whose it is.
#[derive(Debug, Clone, Copy)]
struct Standing {
    expires: DateTime<Utc>,
    changes_at: DateTime<Utc>,
    stepped_up_at: DateTime<Utc>,
    second_factor: bool,
    confined: bool,
}

impl Operator {
    fn new(person: Uuid, name: String, session: [u8; 32], standing: Standing, rights: Rights) -> Self {
        let Standing { expires, changes_at, stepped_up_at, second_factor, confined } = standing;
        let rights = if confined { Rights::default() } else { rights };
        let fingerprint = rights.fingerprint();
        let reach = rights.reach(Permission::WorkCases).clone();
        Self {
            person,
            name,
            session,
            rights,
            reach,
            expires,
            fingerprint,
            changes_at,
            second_factor,
            confined,
            stepped_up_at,
        }
    }

    /// Until when a step-up is not asked for.
    pub fn stepped_up_until(&self) -> DateTime<Utc> {
        self.stepped_up_at + step_up::LIFE
    }

    /// Whether they proved within the last five minutes, by signing in or anew, who they are: what
    /// cannot be taken back asks for it.
    pub fn stepped_up(&self, now: DateTime<Utc>) -> Result<(), NotSteppedUp> {
        if now < self.stepped_up_until() { Ok(()) } else { Err(NotSteppedUp) }
    }

    #[cfg(test)]
    pub(crate) fn of_test(person: Uuid, rights: Rights, now: DateTime<Utc>) -> Self {
        let expires = now + sessions::LIFE;
        let standing =
            Standing { expires, changes_at: expires, stepped_up_at: now, second_factor: false, confined: false };
        Self::new(person, "Somebody".to_owned(), [0; 32], standing, rights)
    }

    /// Whether they may work cases of some scope.
    pub fn works_cases(&self) -> bool {
        !self.reach.is_empty()
    }

    /// Where they may do something.
    pub fn may(&self, permission: Permission) -> &Reach {
        self.rights.reach(permission)
    }

    /// Scopes whose places they may see: those where they may do anything.
    pub fn sees(&self) -> Reach {
        let reaches = Permission::ALL.iter().map(|one| self.may(*one));
        reaches.fold(Reach::default(), |all, one| all.union(one))
    }
}

/// Why something about access was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Wrong e-mail or password; which of them is never said.
    SignInFailed,
    /// The password is right; a code is needed too.
    CodeRequired,
    /// A code that is wrong, used, or of another time.
    CodeWrong,
    /// It needs a step-up.
    StepUpRequired,
    /// No secret waits to be confirmed.
    NothingOffered,
    /// The person has no code generator.
    NoSecondFactor,
    /// The password is right, and the person's office was seized.
    OfficeSeized,
    /// Too early after failures.
    Delayed(Wait),
    /// A one-time link that is unknown, used or run out.
    LinkInvalid,
    /// The password is outside the rules, and why.
    Password(&'static str),
    /// A field has an impossible value.
    Invalid(Invalid),
    /// There is one already.
    Exists(Invalid),
    /// No such person, or not for the caller.
    NotFound,
    /// What is named is not there, or not for the caller, and where to look.
    Missing(&'static str),
    /// It is over, and what that means.
    Ended(&'static str),
    /// The caller's own rights do not cover it, and why.
    Forbidden(&'static str),
    /// The key was used with another body.
    KeyReused,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignInFailed => f.write_str("The e-mail address or the password is wrong. Check both and try again."),
            Self::CodeRequired => f.write_str("Send a code of your code generator, or a recovery code, too."),
            Self::CodeWrong => f.write_str(
                "Send the code that your code generator shows now; each is taken once. Check the phone's clock.",
            ),
            Self::StepUpRequired => f.write_str("Give your password, and a code, to POST /v1/session/step-up first."),
            Self::NothingOffered => {
                f.write_str("The secret ran out or was never asked for; begin with POST /v1/second-factor.")
            }
            Self::NoSecondFactor => f.write_str("This person has no code generator."),
            Self::OfficeSeized => f.write_str("Nobody of this office signs in until it is said to work again."),
            Self::Delayed(Wait(seconds)) => write!(f, "Try again in {seconds} s. Nobody is locked out."),
            Self::LinkInvalid => {
                f.write_str("It was used, ran out, or was never issued. Ask an administrator for a new one.")
            }
            Self::Password(why) | Self::Forbidden(why) | Self::Missing(why) | Self::Ended(why) => f.write_str(why),
            Self::Invalid(Invalid { why, .. }) | Self::Exists(Invalid { why, .. }) => f.write_str(why),
            Self::NotFound => f.write_str("There is no such person or session for you."),
            Self::KeyReused => f.write_str("Use a new Idempotency-Key for a new request."),
        }
    }
}

impl From<NotSteppedUp> for Refusal {
    fn from(_: NotSteppedUp) -> Self {
        Self::StepUpRequired
    }
}

impl From<KeyReused> for Refusal {
    fn from(_: KeyReused) -> Self {
        Self::KeyReused
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

#[cfg(test)]
mod tests;
