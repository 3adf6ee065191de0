//! Lists of people from a file: read, mapped, compared with the register, applied, undone.
//!
//! A file is read twice: when it is sent, to say what its columns are, and in the dry run. What a row
//! says ([`said`]), whom it means ([`matching`]) and what follows from it ([`plan`]) is decided without
//! the database; [`job`] does it in chunks.

use std::fmt;

use crate::kernel::field::Invalid;
use crate::store::requests::KeyReused;

mod apply;
mod archive;
mod asker;
mod causes;
mod cells;
mod check;
mod dates;
mod dialling;
pub mod encoding;
pub mod file;
mod header;
pub mod headings;
pub mod http;
mod job;
mod mapping;
mod matching;
pub mod mojibake;
mod notes;
mod numbers;
mod offices;
mod plan;
mod record;
mod register;
mod relatives;
mod rows;
mod said;
mod separated;
pub mod service;
mod showing;
mod store;
pub mod table;
mod tidying;
mod undo;
mod values;
mod vocabulary;
mod workbook;

pub use job::Worker;
pub use offices::Offices;
pub use service::{Imports, Steward, Upload};

/// Why something about an import was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A field has an impossible value.
    Invalid(Invalid),
    /// The file cannot be read as a list, and why.
    Unreadable(String),
    /// There is no such import, or not for the caller.
    NotFound,
    /// The import is not at a point where this can be done, and why.
    State(String),
    /// So many of so many people would leave.
    Guard {
        /// People who would leave.
        leaving: u32,
        /// People before it.
        before: u32,
    },
    /// So many rows have errors.
    RowsBad(u32),
    /// The key was used with another body.
    KeyReused,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(invalid) => f.write_str(&invalid.why),
            Self::Unreadable(why) | Self::State(why) => f.write_str(why),
            Self::NotFound => f.write_str("There is no such import for you."),
            Self::Guard { leaving, before } => write!(
                f,
                "{leaving} of {before} people would be noted as having left. If that is right, send confirm_leaving: {leaving}."
            ),
            Self::RowsBad(rows) => write!(
                f,
                "{rows} rows have errors. Correct the list and send it again, or send only_good_rows: true; nobody is \
                 noted as having left then."
            ),
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
