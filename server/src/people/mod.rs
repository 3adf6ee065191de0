//! People of the register: who they are, where they belong, how they are reached.

use uuid::Uuid;
use wire::case::PersonBrief;

use crate::kernel::field::Invalid;
use crate::store::requests::KeyReused;

mod attesting;
mod changing;
mod checked;
mod counting;
mod exporting;
pub mod http;
mod listing;
mod lists;
mod me;
mod placed;
mod private;
mod proving;
pub mod service;
mod shown;
pub mod standing;
mod store;
mod viewer;
mod whereabouts;
mod withdrawing;

pub use attesting::ListState;
pub use checked::{Checked, checked_email, email_key};
pub use counting::CountsOf;
pub use listing::Filter;
pub use lists::{Entered, Match, Outline, Put, Source};
pub use placed::{Placed, Stay};
pub use viewer::Viewer;

/// Most people that one transaction takes.
pub const CHUNK: usize = 200;

/// What others may know of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Known {
    /// As screens name them.
    pub brief: PersonBrief,
    /// Their country office.
    pub office: Uuid,
    /// Their organisation.
    pub organisation: Uuid,
    /// Whether they have left.
    pub left: bool,
}

/// A person as rights see them.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The person.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// E-mail address, in lower case.
    pub email: Option<String>,
    /// Their country office.
    pub office: Uuid,
    /// Whether they have left.
    pub left: bool,
}

/// Why something about people was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A field has an impossible value.
    Invalid(Invalid),
    /// There is one already.
    Exists(Invalid),
    /// No such person, office or number, or not for the caller.
    NotFound,
    /// The person was changed since the caller looked.
    RevisionChanged,
    /// The list was changed since the caller read it.
    ListChanged,
    /// Nobody else administers the whole installation.
    LastAdministrator,
    /// They hold a role that the caller may not end.
    HoldsRoles,
    /// They hold a role, and the caller must prove anew who they are before it ends.
    StepUpRequired,
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

/// Longest text that is searched for, in characters.
const LONGEST_QUERY: usize = 100;

/// Whether a text may be searched for.
fn checked_query(text: &str) -> Result<(), Invalid> {
    if text.chars().count() > LONGEST_QUERY {
        return Err(Invalid::new("/q", "Search for at most 100 characters."));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
