//! Who may do what: grants of role x area x time, operators and their reach, sessions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::{AreaKind, Permission, Role};

use crate::kernel::field::Invalid;
use crate::kernel::seal::sha256;
use crate::places::View;
use crate::store::requests::KeyReused;

mod browser;
mod codes;
mod delays;
pub mod http;
pub mod origin;
pub mod passwords;
pub mod permissions;
mod second_factor;
pub mod secret;
pub mod service;
mod sessions;
mod setup;
mod sign_in;
mod step_up;
mod store;
mod ticket;

pub use delays::Wait;
pub use passwords::Cost;
pub use second_factor::Offer;
pub use service::{Access, Demands, has_session, insert_account, insert_grant};
pub use sessions::SESSION_ENDED;
pub use setup::{NewAdministrator, NotMade};
pub use sign_in::{SignedIn, Trying};

/// How much of the world a grant covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// One warden zone.
    Zone(Uuid),
    /// One security area, with those inside it and all their zones.
    SecurityArea(Uuid),
    /// One country office.
    Office(Uuid),
    /// An organisation's offices in the countries of one of its regions, those made later too.
    Region(Uuid),
    /// One organisation and all its offices, those made later too.
    Organisation(Uuid),
    /// Every organisation's office in a country, and its areas and zones, those made later too.
    Country(CountryCode),
    /// Everything on this installation.
    Installation,
}

/// A country as a grant names it: two capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Of two capital letters; none of anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 2] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What stands for the whole country in a [`Reach`]: no identifier that is ever made equals it.
    pub fn key(self) -> Uuid {
        let mut bytes = *b"muster-country--";
        let [.., a, b] = &mut bytes;
        [*a, *b] = self.0;
        Uuid::from_bytes(bytes)
    }
}

impl Area {
    /// Its kind.
    pub fn kind(self) -> AreaKind {
        match self {
            Self::Zone(_) => AreaKind::Zone,
            Self::SecurityArea(_) => AreaKind::SecurityArea,
            Self::Office(_) => AreaKind::Office,
            Self::Region(_) => AreaKind::Region,
            Self::Organisation(_) => AreaKind::Organisation,
            Self::Country(_) => AreaKind::Country,
            Self::Installation => AreaKind::Installation,
        }
    }
}

/// Why somebody holds a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// By appointment.
    Appointment,
    /// Standing in for somebody.
    AdInterim,
    /// Taken in an emergency, for an hour.
    BreakGlass,
    /// Names shown instead of counts, for a time.
    Unsealed,
}

impl Origin {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Appointment => "appointment",
            Self::AdInterim => "ad_interim",
            Self::BreakGlass => "break_glass",
            Self::Unsealed => "unsealed",
        }
    }

    /// Of a word; none when it is unknown.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Appointment, Self::AdInterim, Self::BreakGlass, Self::Unsealed]
            .into_iter()
            .find(|one| one.word() == word)
    }
}

/// A role over an area for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub role: Role,
    /// Why.
    pub origin: Origin,
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

    /// By appointment, from now on.
    pub fn appointment(role: Role, area: Area, from: DateTime<Utc>) -> Self {
        Self { role, origin: Origin::Appointment, area, from, until: None }
    }

    /// What it permits within its area.
    pub fn permits(&self) -> &'static [Permission] {
        match self.origin {
            Origin::Unsealed => permissions::UNSEALED,
            Origin::Appointment | Origin::AdInterim | Origin::BreakGlass => permissions::permissions(self.role),
        }
    }
}

/// A set of scopes: country offices and organisations; and of the zones, areas, regions and countries
/// that were granted as such.
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
                Area::Office(one) | Area::Zone(one) => drop(scopes.insert(one)),
                Area::SecurityArea(area) => scopes.extend(view.within_area(area)),
                Area::Region(region) => {
                    scopes.insert(region);
                    scopes.extend(view.offices_of_region(region));
                }
                Area::Country(country) => {
                    scopes.insert(country.key());
                    scopes.extend(view.within_country(country.as_str()));
                }
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
    pub fn covers(&self, area: Area, view: &View) -> bool {
        match area {
            Area::Installation => self.is_everything(),
            // Whoever holds an organisation's scope was granted the organisation, with all its offices.
            Area::Office(one) | Area::Organisation(one) | Area::Zone(one) | Area::SecurityArea(one) => {
                self.contains(one)
            }
            Area::Region(region) => {
                self.contains(region) || view.region(region).is_some_and(|found| self.contains(found.organisation))
            }
            Area::Country(country) => self.contains(country.key()),
        }
    }

    fn none() -> &'static Self {
        static NONE: Reach = Reach::Scopes(BTreeSet::new());
        &NONE
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
    /// What is permitted, and where.
    reaches: BTreeMap<Permission, Reach>,
}

impl Rights {
    /// Of grants, of which only those that hold now count.
    pub fn of(grants: &[Grant], view: &View, now: DateTime<Utc>) -> Self {
        let held: Vec<&Grant> = grants.iter().filter(|grant| grant.holds(now)).collect();
        let roles = Role::ALL.iter().copied().filter(|role| held.iter().any(|grant| grant.role == *role)).collect();
        let mut areas: BTreeMap<Permission, Vec<Area>> = BTreeMap::new();
        for grant in held {
            for permission in grant.permits() {
                areas.entry(*permission).or_default().push(grant.area);
            }
        }
        Self { roles, reaches: areas.into_iter().map(|(one, areas)| (one, Reach::of(areas, view))).collect() }
    }

    /// Where something is permitted.
    pub fn reach(&self, permission: Permission) -> &Reach {
        self.reaches.get(&permission).unwrap_or_else(|| Reach::none())
    }

    /// Everything that is permitted somewhere.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        self.reaches.iter().filter(|(_, reach)| !reach.is_empty()).map(|(permission, _)| *permission)
    }

    /// Equal for equal rights, on every node.
    fn fingerprint(&self) -> u64 {
        let mut bytes = Vec::new();
        for role in &self.roles {
            bytes.extend(role.word().as_bytes());
            bytes.push(b' ');
        }
        for (permission, reach) in &self.reaches {
            bytes.extend(permission.word().as_bytes());
            reach.digest_into(&mut bytes);
        }
        let [a, b, c, d, e, f, g, h, ..] = sha256(&bytes);
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
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
    /// What they may do now, and where.
    pub rights: Rights,
    /// Scopes whose cases they may work.
    pub reach: Reach,
    /// When the session ends.
    pub expires: DateTime<Utc>,
    /// Changes when the roles or what they cover change.
    pub fingerprint: u64,
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
    stepped_up_at: DateTime<Utc>,
    second_factor: bool,
    confined: bool,
}

impl Operator {
    fn new(person: Uuid, name: String, session: [u8; 32], standing: Standing, rights: Rights) -> Self {
        let Standing { expires, stepped_up_at, second_factor, confined } = standing;
        let rights = if confined { Rights::default() } else { rights };
        let fingerprint = rights.fingerprint();
        let reach = rights.reach(Permission::WorkCases).clone();
        Self { person, name, session, rights, reach, expires, fingerprint, second_factor, confined, stepped_up_at }
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
        let standing =
            Standing { expires: now + sessions::LIFE, stepped_up_at: now, second_factor: false, confined: false };
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
            Self::CodeRequired => f.write_str("Send a code of your code generator, or a recovery code, too."),
            Self::CodeWrong => f.write_str(
                "Send the code that your code generator shows now; each is taken once. Check the phone's clock.",
            ),
            Self::StepUpRequired => f.write_str("Give your password, and a code, to POST /v1/session/step-up first."),
            Self::NothingOffered => {
                f.write_str("The secret ran out or was never asked for; begin with POST /v1/second-factor.")
            }
            Self::NoSecondFactor => f.write_str("This person has no code generator."),
            Self::Delayed(Wait(seconds)) => write!(f, "Try again in {seconds} s. Nobody is locked out."),
            Self::LinkInvalid => {
                f.write_str("It was used, ran out, or was never issued. Ask an administrator for a new one.")
            }
            Self::Password(why) | Self::Forbidden(why) => f.write_str(why),
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
