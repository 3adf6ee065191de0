//! An import as the database keeps it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::imports::{
    Import, ImportAction, ImportCause, ImportColumn, ImportFigures, ImportMapping, ImportOutcome, ImportProblem,
    ImportState,
};
use wire::people::NewPerson;
use wire::register::CurrentPlace;

use super::said::Current;

/// An import.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) id: Uuid,
    pub(super) organisation: Uuid,
    pub(super) office: Option<Uuid>,
    pub(super) file_name: String,
    pub(super) file_hash: [u8; 32],
    pub(super) format: String,
    pub(super) state: ImportState,
    /// Columns, while the file is kept.
    pub(super) headings: Vec<ImportColumn>,
    pub(super) mapping: Option<ImportMapping>,
    pub(super) profile: Option<String>,
    pub(super) figures: ImportFigures,
    pub(super) failure: Option<String>,
    pub(super) only_good_rows: bool,
    pub(super) lease: Option<Lease>,
    pub(super) created_by: Uuid,
    pub(super) created_at: DateTime<Utc>,
    pub(super) applied_at: Option<DateTime<Utc>>,
    pub(super) undone_at: Option<DateTime<Utc>>,
    /// Who had it done, or undone, last; nil for a command on the server's own machine.
    pub(super) done_by: Option<Uuid>,
}

/// Who does the present step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lease {
    pub(super) by: Uuid,
    pub(super) until: DateTime<Utc>,
}

/// What is wrong with a file, as it is sealed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Problems {
    pub(super) kept: Vec<ImportProblem>,
    pub(super) not_kept: u32,
    #[serde(default)]
    pub(super) causes: Vec<ImportCause>,
    #[serde(default)]
    pub(super) causes_not_kept: u32,
}

/// What an import does to one person, as the database keeps it.
#[derive(Clone)]
pub(super) struct RowRecord {
    pub(super) row: u32,
    pub(super) action: ImportAction,
    pub(super) outcome: ImportOutcome,
    pub(super) person: Uuid,
    pub(super) before: Option<NewPerson>,
    pub(super) after: Option<After>,
    /// The person's revision when it was compared; once it is done, the one that it made.
    pub(super) revision: Option<i64>,
}

/// A person as they are to be.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct After {
    /// Every field.
    pub(super) person: NewPerson,
    /// Where they are for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) current: Option<Current>,
    /// They are where they usually are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) back: bool,
    /// Where they were noted to be when they were compared, where that changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) place_before: Option<CurrentPlace>,
}

/// More than this part of a list leaves only when somebody types how many: one in twenty.
const GUARD: u32 = 20;

impl Record {
    /// The number that must be typed before so many people leave.
    pub(super) fn confirm_leaving(&self) -> Option<u32> {
        let figures = &self.figures;
        let many = figures.leaving.saturating_mul(GUARD) > figures.before;
        (many && self.state == ImportState::Checked).then_some(figures.leaving)
    }

    /// As the interface shows it: with the first cells of the file for who sent it.
    pub(super) fn shown(&self, viewer: Option<Uuid>) -> Import {
        let mine = viewer.is_none_or(|viewer| viewer == self.created_by);
        let mut columns = self.headings.clone();
        if !mine {
            columns.iter_mut().for_each(|column| column.sample.clear());
        }
        Import {
            id: self.id,
            organisation: self.organisation,
            office: self.office,
            file_name: self.file_name.clone(),
            state: self.state,
            format: self.format.clone(),
            columns,
            mapping: self.mapping.clone(),
            profile: self.profile.clone(),
            figures: self.figures.clone(),
            confirm_leaving: self.confirm_leaving(),
            failure: self.failure.clone(),
            created_by: Some(self.created_by).filter(|by| !by.is_nil()),
            created_at: self.created_at,
            applied_at: self.applied_at.filter(|_| self.state != ImportState::Applying),
            undone_at: self.undone_at,
        }
    }
}
