//! What was done with rights, places and lists: notices in the log, under the scopes concerned.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::audit::Deed;

pub mod http;
pub mod service;
mod store;

/// Who does what is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doer<'a> {
    /// Somebody who is signed in, and their name.
    Person(Uuid, &'a str),
    /// Another system, by a token of this identifier and name.
    Token(Uuid, &'a str),
    /// Muster itself.
    Muster,
}

impl Doer<'_> {
    /// The person; none where a machine does it.
    pub const fn person(self) -> Option<Uuid> {
        if let Self::Person(person, _) = self { Some(person) } else { None }
    }
}

/// Something to be noted, by whoever does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What.
    pub deed: Deed,
    /// What it is done to.
    pub subject: Option<Uuid>,
    /// In words: which role, which office, how many. No name of staff, number or position.
    pub what: String,
    /// Why, as its doer wrote it.
    pub reason: Option<String>,
    /// When it ends by itself.
    pub until: Option<DateTime<Utc>>,
}

impl Act {
    /// A deed in words.
    pub fn new(deed: Deed, what: impl Into<String>) -> Self {
        Self { deed, subject: None, what: what.into(), reason: None, until: None }
    }

    /// Done to this.
    pub fn on(self, subject: Uuid) -> Self {
        Self { subject: Some(subject), ..self }
    }

    /// For this reason.
    pub fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// Until then.
    pub fn until(self, until: DateTime<Utc>) -> Self {
        Self { until: Some(until), ..self }
    }
}
