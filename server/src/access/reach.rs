//! What grants come to: scopes within reach, and what is permitted where.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::access::{GrantOrigin, Permission, Role};

use super::{Area, Grant};
use crate::kernel::seal::sha256;
use crate::places::View;

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

/// Whether what a grant rests on holds too: names stay unsealed, and glass broken, for those only who
/// still have the appointment by which that was done.
fn rests(grant: &Grant, all: &[Grant], now: DateTime<Utc>) -> bool {
    let ordinary = |one: &&Grant| matches!(one.origin, GrantOrigin::Appointment | GrantOrigin::AdInterim);
    let mut held = all.iter().filter(ordinary).filter(|one| one.holds(now));
    match grant.origin {
        GrantOrigin::Appointment | GrantOrigin::AdInterim => true,
        GrantOrigin::Unsealed => held.any(|one| one.role == grant.role && one.area == grant.area),
        GrantOrigin::BreakGlass => held.any(|one| one.permits().contains(&Permission::BreakGlass)),
    }
}

impl Rights {
    /// Of grants, of which only those that hold now count.
    pub fn of(grants: &[Grant], view: &View, now: DateTime<Utc>) -> Self {
        let held: Vec<&Grant> = grants.iter().filter(|grant| grant.holds(now) && rests(grant, grants, now)).collect();
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
    pub(super) fn fingerprint(&self) -> u64 {
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
