//! People of the register: who they are, where they belong, how they are reached.

use uuid::Uuid;
use wire::case::PersonBrief;

use crate::kernel::field::Invalid;
use crate::store::requests::KeyReused;

mod checked;
pub mod http;
mod lists;
mod private;
pub mod service;
mod store;

pub use checked::{Checked, checked_email, email_key};
pub use lists::{Entered, Match, Put, Source};

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
