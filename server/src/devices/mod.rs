//! Phones: enrolment, device keys, tokens, the distress capability.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::enrolment::RevokeCause;

use crate::kernel::field::Invalid;
use crate::store::requests::KeyReused;

mod batches;
mod bearer;
pub mod http;
mod issuers;
mod letters;
mod list;
mod progress;
mod proof;
pub mod push;
mod qr_path;
pub mod service;
mod store;
pub mod tokens;

pub use bearer::{NotAtPhone, Shown};
pub use service::Devices;
pub use tokens::Tokens;

/// How long an enrolment code works.
pub const CODE_LIFE: TimeDelta = TimeDelta::hours(24);

/// A repeat within this time, with proof of the device key, is an answer that was lost on the way.
const LOST_ANSWER: TimeDelta = TimeDelta::seconds(60);

/// How a device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Enrolled.
    Enrolled,
    /// Enrolled once, and revoked since.
    Revoked(RevokeCause),
    /// Of somebody who has left: reads nothing.
    Left,
    /// Of somebody whose office was seized: reads nothing.
    Seized,
    /// Not of this installation, or of a database that was restored.
    Unknown,
}

/// What a phone may be told of its own case by the case's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// All of it.
    Whole,
    /// How far it got, without anybody's name and without what was said: others may have said it.
    Nameless,
    /// Nothing: who has the phone may act against staff.
    Nothing,
}

impl Standing {
    /// What it may be told of its own case. Whoever is in danger with a phone that was revoked in error, or by
    /// somebody who does not know that they have it, still learns how far help got.
    pub const fn sight(self) -> Sight {
        match self {
            Self::Enrolled => Sight::Whole,
            Self::Revoked(RevokeCause::Seized) => Sight::Nothing,
            Self::Revoked(_) | Self::Left | Self::Seized | Self::Unknown => Sight::Nameless,
        }
    }
}

/// Who is at a phone, by its access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneActor {
    /// The person.
    pub person: Uuid,
    /// The device.
    pub device: Uuid,
    /// When the token runs out, or ran out.
    pub expires: DateTime<Utc>,
}

/// A distress capability: raises a Not Okay for its owner, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distress {
    /// The owner.
    pub person: Uuid,
    /// The device that holds it.
    pub device: Uuid,
    /// The owner's organisation when it was issued.
    pub organisation: Uuid,
    /// The country offices that must hear, when it was issued.
    pub offices: Vec<Uuid>,
    /// When it was issued, whole seconds.
    pub issued_at: DateTime<Utc>,
    /// Who the owner is, for when the register cannot be asked. Sealed inside the token.
    pub hint: Option<Hint>,
}

/// Who somebody is and how to call them, as it was when their phone was last heard of.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hint {
    /// Their name.
    pub name: String,
    /// The number to try first.
    pub number: Option<String>,
}

impl std::fmt::Debug for Hint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[hint]")
    }
}

/// A case token: reads one case and adds facts and positions to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseHolder {
    /// Who raised it.
    pub person: Uuid,
    /// On which device.
    pub device: Uuid,
    /// The case.
    pub case: Uuid,
    /// By which identifier the device knows the case: the case's own, or one that stands for it.
    pub known_as: Uuid,
}

/// A refresh secret as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Secret {
    /// When it was used first.
    used_at: Option<DateTime<Utc>>,
    /// Whether a secret that was given for it was used: then its answer had arrived.
    followed: bool,
}

/// What to do about a refresh secret that came with valid proof of the device key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// First use: the next pair.
    Next,
    /// Its answer was lost: a fresh pair.
    Again,
    /// Somebody holds a copy: every secret of the device ends.
    Copied,
}

impl Secret {
    fn judge(self, now: DateTime<Utc>) -> Verdict {
        match self.used_at {
            None => Verdict::Next,
            Some(used) if now - used <= LOST_ANSWER || !self.followed => Verdict::Again,
            Some(_) => Verdict::Copied,
        }
    }
}

/// Why something about a device was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// An enrolment code that is unknown, used or run out.
    LinkInvalid,
    /// The proof is not by the device's key.
    ProofInvalid,
    /// The device's session has ended, or was never there: the phone must enrol again.
    SessionEnded,
    /// The device was revoked, or its owner has left.
    DeviceRevoked,
    /// The office of the device's person was seized.
    OfficeSeized,
    /// A field has an impossible value.
    Invalid(Invalid),
    /// No such person, device or batch, or not for the caller.
    NotFound(&'static str),
    /// The batch was made under this key already; its codes are not shown again.
    ShownOnce,
    /// The person has left.
    Left,
    /// The key was used with another body.
    KeyReused,
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
