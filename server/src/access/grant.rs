//! A role over an area for a time.

use chrono::{DateTime, Utc};
use wire::access::{GrantOrigin, Permission, Role};

use super::{Area, permissions};

/// A role over an area for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub role: Role,
    /// Why.
    pub origin: GrantOrigin,
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

    /// When it begins or ends next, after a time.
    pub fn next_change(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        [Some(self.from), self.until].into_iter().flatten().filter(|at| now < *at).min()
    }

    /// By appointment, from now on.
    pub fn appointment(role: Role, area: Area, from: DateTime<Utc>) -> Self {
        Self { role, origin: GrantOrigin::Appointment, area, from, until: None }
    }

    /// What it permits within its area.
    pub fn permits(&self) -> &'static [Permission] {
        match self.origin {
            GrantOrigin::Unsealed => permissions::UNSEALED,
            GrantOrigin::Appointment | GrantOrigin::AdInterim | GrantOrigin::BreakGlass => {
                permissions::permissions(self.role)
            }
        }
    }
}
