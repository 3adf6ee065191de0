//! SCIM 2.0 (RFC 7643, RFC 7644): another system keeps the people and groups of one organisation.
//!
//! It writes through the same checks and writers of the register as lists from files do
//! (`people::service`): a resource is read as JSON ([`canonical`]), changed as JSON ([`patch`]), and
//! then becomes a person ([`person`]). What the register has no field for is kept beside it, sealed.

use std::borrow::Cow;

use uuid::Uuid;
use wire::scim::{ERROR, ScimError};

use crate::kernel::field::Invalid;
use crate::store::requests::KeyReused;

mod bulk;
mod canonical;
mod contacts;
mod filter;
mod groups;
mod guard;
pub mod holders;
pub mod http;
mod known;
mod matching;
mod patch;
mod path;
mod person;
mod projection;
mod reader;
mod reissued;
mod saving;
mod schema;
mod schemas;
pub mod service;
mod store;
mod tokens;
mod users;

pub use service::Scim;

/// The system that calls, by its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The token.
    pub token: Uuid,
    /// What uses it.
    pub name: String,
    /// Whose people it keeps.
    pub organisation: Uuid,
}

/// A request that was refused, with the standard's word for it where it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// `scimType`.
    pub kind: Option<&'static str>,
    /// What happened and what to do. Never repeats a value.
    pub detail: Cow<'static, str>,
}

impl Refusal {
    fn new(status: u16, kind: Option<&'static str>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, kind, detail: detail.into() }
    }

    /// The body is not what the standard says it must be.
    fn syntax(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, Some("invalidSyntax"), detail)
    }

    /// An attribute has an impossible value.
    fn value(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, Some("invalidValue"), detail)
    }

    /// There is no such attribute, or it cannot be asked for so.
    fn path(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, Some("invalidPath"), detail)
    }

    /// The filter is not understood.
    fn filter(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, Some("invalidFilter"), detail)
    }

    /// Somebody else has this already.
    fn taken(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(409, Some("uniqueness"), detail)
    }

    fn not_found() -> Self {
        Self::new(404, None, "There is nothing of this identifier in the organisation of this token.")
    }

    fn changed() -> Self {
        Self::new(412, None, "It was changed since you read it. Read it again and decide anew.")
    }

    /// As it travels.
    fn error(&self) -> ScimError {
        ScimError {
            schemas: vec![ERROR.to_owned()],
            status: self.status.to_string(),
            scim_type: self.kind.map(str::to_owned),
            detail: self.detail.clone().into_owned(),
        }
    }

    fn too_many(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(413, Some("tooMany"), detail)
    }
}

impl From<crate::people::Refusal> for Refusal {
    fn from(refusal: crate::people::Refusal) -> Self {
        use crate::people::Refusal as R;
        match refusal {
            R::Invalid(invalid) => invalid.into(),
            R::Exists(Invalid { field, why }) => Self::taken(format!("{}: {why}", schema::of_field(&field))),
            R::NotFound => Self::not_found(),
            R::RevisionChanged | R::ListChanged | R::KeyReused => Self::changed(),
            // What a token may is decided by the token; a person at a console is refused so.
            R::HoldsRoles | R::StepUpRequired => Self::new(403, None, "They hold roles that this may not end."),
            R::LastAdministrator => {
                let why =
                    "This is the last administrator of the whole installation; one must be granted at Muster first.";
                Self::new(409, None, why)
            }
        }
    }
}

impl From<Invalid> for Refusal {
    fn from(Invalid { field, why }: Invalid) -> Self {
        Self::value(format!("{}: {why}", schema::of_field(&field)))
    }
}

/// Why something about tokens was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRefusal {
    /// A field has an impossible value.
    Invalid(Invalid),
    /// No such token, or not for the caller.
    NotFound,
    /// It has ended already.
    Ended,
    /// It was issued before by this very request; its secret is shown once.
    Issued,
    /// The key was used with another body.
    KeyReused,
}

impl From<KeyReused> for TokenRefusal {
    fn from(_: KeyReused) -> Self {
        Self::KeyReused
    }
}

#[cfg(test)]
mod tests;
