//! Who may do what: grants of role x area x time, operators and their reach, sessions.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::Role;

use crate::kernel::seal::sha256;
use crate::places::View;
use crate::places::field::Invalid;
use crate::store::requests::KeyReused;

mod delays;
pub mod http;
pub mod origin;
pub mod passwords;
pub mod secret;
pub mod service;
mod sessions;
mod setup;
mod store;
mod ticket;

pub use delays::Wait;
pub use passwords::Cost;
pub use service::{Access, has_session, insert_account, insert_grant};
pub use sessions::SESSION_ENDED;
pub use setup::{NewAdministrator, NotMade};

/// How much of the world a grant covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// One country office.
    Office(Uuid),
    /// One organisation and all its offices, those made later too.
    Organisation(Uuid),
    /// Everything on this installation.
    Installation,
}

/// A role over an area for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub role: Role,
    /// How wide.
    pub area: Area,
    /// From when, this moment included.
    pub from: DateTime<Utc>,
    /// Until when, this moment excluded; open when none.
    pub until: Option<DateTime<Utc>>,
}

impl Grant {
    /// Whether it counts at a time.
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }
}

/// A set of scopes: country offices and organisations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Every scope, those made later too.
    Everything,
    /// These scopes.
    Scopes(BTreeSet<Uuid>),
}

impl Default for Reach {
    fn default() -> Self {
        Self::Scopes(BTreeSet::new())
    }
}

impl Reach {
    /// The scopes of some areas: an organisation's are its own and those of all its offices.
    pub fn of(areas: impl IntoIterator<Item = Area>, view: &View) -> Self {
        let mut scopes = BTreeSet::new();
        for area in areas {
            match area {
                Area::Installation => return Self::Everything,
                Area::Office(office) => drop(scopes.insert(office)),
                Area::Organisation(organisation) => {
                    scopes.insert(organisation);
                    scopes.extend(view.offices_of(organisation));
                }
            }
        }
        Self::Scopes(scopes)
    }

    /// Whether it holds every scope.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    /// Whether it holds no scope at all.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Scopes(scopes) if scopes.is_empty())
    }

    /// Whether it holds this scope.
    pub fn contains(&self, scope: Uuid) -> bool {
        match self {
            Self::Everything => true,
            Self::Scopes(scopes) => scopes.contains(&scope),
        }
    }

    /// Whether it holds at least one of these scopes.
    pub fn any(&self, scopes: &[Uuid]) -> bool {
        match self {
            Self::Everything => true,
            Self::Scopes(mine) => scopes.iter().any(|scope| mine.contains(scope)),
        }
    }

    /// Whether it holds everything that an area covers.
    pub fn covers(&self, area: Area) -> bool {
        match area {
            Area::Installation => self.is_everything(),
            // Whoever holds an organisation's scope was granted the organisation, with all its offices.
            Area::Office(scope) | Area::Organisation(scope) => self.contains(scope),
        }
    }

    /// Both together.
    pub fn union(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Scopes(mine), Self::Scopes(theirs)) => Self::Scopes(mine.union(theirs).copied().collect()),
            _ => Self::Everything,
        }
    }

    fn digest_into(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Everything => bytes.push(1),
            Self::Scopes(scopes) => {
                bytes.push(0);
                bytes.extend((scopes.len() as u64).to_be_bytes());
                scopes.iter().for_each(|scope| bytes.extend(scope.as_bytes()));
            }
        }
    }
}

/// What a person's grants come to at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    /// Roles held, each once, in the order of the role table.
    pub roles: Vec<Role>,
    /// Scopes whose cases the person may work.
    pub reach: Reach,
    /// Scopes that the person may set up: places, people, accounts, grants. It shows no case.
    pub administered: Reach,
}

impl Rights {
    /// Of grants, of which only those that hold now count.
    pub fn of(grants: &[Grant], view: &View, now: DateTime<Utc>) -> Self {
        let held: Vec<&Grant> = grants.iter().filter(|grant| grant.holds(now)).collect();
        let areas =
            |works: fn(Role) -> bool| held.iter().filter(move |grant| works(grant.role)).map(|grant| grant.area);
        let roles = Role::ALL.iter().copied().filter(|role| held.iter().any(|grant| grant.role == *role)).collect();
        Self {
            roles,
            reach: Reach::of(areas(works_cases), view),
            administered: Reach::of(areas(|role| role == Role::Administrator), view),
        }
    }

    /// Equal for equal rights, on every node.
    fn fingerprint(&self) -> u64 {
        let mut bytes = Vec::new();
        for role in &self.roles {
            bytes.extend(role.word().as_bytes());
            bytes.push(b' ');
        }
        self.reach.digest_into(&mut bytes);
        self.administered.digest_into(&mut bytes);
        let [a, b, c, d, e, f, g, h, ..] = sha256(&bytes);
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

/// Whether a role works cases within its area.
fn works_cases(role: Role) -> bool {
    match role {
        Role::FieldSecurityOfficer | Role::OperationsOperator => true,
        Role::Personnel | Role::Administrator => false,
    }
}

/// Somebody who is signed in at a console, with what they may do at this moment.
#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    /// Who.
    pub person: Uuid,
    /// Their name.
    pub name: String,
    /// The session: SHA-256 of its cookie.
    pub session: [u8; 32],
    /// Roles held now.
    pub roles: Vec<Role>,
    /// Scopes whose cases they may work.
    pub reach: Reach,
    /// Whether they may set up anything at all.
    pub administers: bool,
    /// Scopes that they may set up.
    pub administered: Reach,
    /// When the session ends.
    pub expires: DateTime<Utc>,
    /// Changes when the roles or what they cover change.
    pub fingerprint: u64,
}

impl Operator {
    fn new(person: Uuid, name: String, session: [u8; 32], expires: DateTime<Utc>, rights: Rights) -> Self {
        let fingerprint = rights.fingerprint();
        let Rights { roles, reach, administered } = rights;
        let administers = !administered.is_empty();
        Self { person, name, session, roles, reach, administers, administered, expires, fingerprint }
    }

    #[cfg(test)]
    pub(crate) fn of_test(person: Uuid, rights: Rights, now: DateTime<Utc>) -> Self {
        Self::new(person, "Somebody".to_owned(), [0; 32], now + sessions::LIFE, rights)
    }

    /// Whether they may work cases of some scope.
    pub fn works_cases(&self) -> bool {
        !self.reach.is_empty()
    }

    /// Scopes whose people and places they may see: those they work in and those they set up.
    pub fn sees(&self) -> Reach {
        self.reach.union(&self.administered)
    }
}

/// Why something about access was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Wrong e-mail or password; which of them is never said.
    SignInFailed,
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
    /// The caller's own rights do not cover it, and why.
    Forbidden(&'static str),
    /// The key was used with another body.
    KeyReused,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignInFailed => f.write_str("The e-mail address or the password is wrong. Check both and try again."),
            Self::Delayed(Wait(seconds)) => write!(f, "Try again in {seconds} s. Nobody is locked out."),
            Self::LinkInvalid => {
                f.write_str("It was used, ran out, or was never issued. Ask an administrator for a new one.")
            }
            Self::Password(why) | Self::Forbidden(why) => f.write_str(why),
            Self::Invalid(Invalid { why, .. }) | Self::Exists(Invalid { why, .. }) => f.write_str(why),
            Self::NotFound => f.write_str("There is no such person for you."),
            Self::KeyReused => f.write_str("Use a new Idempotency-Key for a new request."),
        }
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
