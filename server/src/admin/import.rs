//! Importing a list by a command on the server's own machine.

use anyhow::{Context, anyhow, bail};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::imports::{ApplyImport, Import, ImportProblems};
use wire::register::OfficeReach;

use crate::app::App;
use crate::imports::{Refusal, Steward, Upload};
use crate::kernel::ids;
use crate::kernel::seal::sha256;
use crate::places::View;
use crate::store::WriteError;
use crate::store::requests::Request;

/// A step of an import.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Read a file, whose bytes follow the command.
    Send {
        /// Short name or name of the organisation.
        organisation: String,
        /// Name of the file.
        file_name: String,
        /// A remembered mapping.
        profile: Option<String>,
        /// Bytes that follow.
        length: usize,
    },
    /// Begin the dry run, the columns named as they seem right.
    Check {
        /// The import.
        import: Uuid,
    },
    /// Say where it stands.
    Show {
        /// The import.
        import: Uuid,
    },
    /// Say what is wrong with the file.
    Problems {
        /// The import.
        import: Uuid,
        /// Behind this one.
        after: Option<u32>,
    },
    /// Do it.
    Apply {
        /// The import.
        import: Uuid,
        /// How.
        how: ApplyImport,
    },
    /// Say who can be reached, by office.
    Reach {
        /// The organisation.
        organisation: Uuid,
    },
}

impl Step {
    /// Bytes that follow the command.
    pub fn length(&self) -> usize {
        if let Self::Send { length, .. } = self { *length } else { 0 }
    }
}

/// What a step gives.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// The import as it stands.
    Import(Box<Import>),
    /// What is wrong with the file.
    Problems(ImportProblems),
    /// Who can be reached.
    Reach(Vec<OfficeReach>),
}

/// Carries a step out; needs a thread that may block.
pub(super) fn carry_out(app: &App, step: Step, bytes: Vec<u8>) -> anyhow::Result<Given> {
    let steward = Steward::machine();
    let request = Request { actor: Uuid::nil(), key: ids::new(app.store.clock().now()), body_hash: sha256(&bytes) };
    let import = |made: Result<Import, WriteError<Refusal>>| made.map(|one| Given::Import(Box::new(one))).map_err(said);
    match step {
        Step::Send { organisation, file_name, profile, .. } => {
            app.directory.reload_blocking()?;
            let organisation = named(&app.directory.view(), &organisation)?;
            let upload = Upload { organisation, office: None, file_name, bytes, profile };
            import(app.imports.create(&steward, request, upload))
        }
        Step::Check { import: id } => {
            let found = app.imports.show(&steward, id).map_err(said)?;
            let mapping = found.mapping.context("its columns are not known any more; send the file again")?;
            import(app.imports.map(&steward, request, id, mapping))
        }
        Step::Show { import: id } => import(app.imports.show(&steward, id)),
        Step::Problems { import: id, after } => {
            app.imports.problems(&steward, id, after).map(Given::Problems).map_err(said)
        }
        Step::Apply { import: id, how } => import(app.imports.apply(&steward, request, id, how)),
        Step::Reach { organisation } => Ok(Given::Reach(app.people.reachable(organisation)?)),
    }
}

/// The organisation of a short name or name.
fn named(view: &View, name: &str) -> anyhow::Result<Uuid> {
    let is = |known: &str| known.trim().to_lowercase() == name.trim().to_lowercase();
    let found = view.organisations.values().find(|one| is(&one.short_name) || is(&one.name));
    let known = || view.organisations.values().map(|one| one.short_name.as_str()).collect::<Vec<_>>().join(", ");
    found.map(|one| one.id).ok_or_else(|| anyhow!("there is no organisation {name}; there are: {}", known()))
}

fn said(error: WriteError<Refusal>) -> anyhow::Error {
    match error {
        WriteError::Refused(Refusal::Invalid(invalid)) => anyhow!("{}: {}", invalid.field, invalid.why),
        WriteError::Refused(refusal) => anyhow!("{refusal}"),
        WriteError::Store(error) => error.into(),
    }
}

/// Takes an answer for what a step gives.
pub fn given(answer: super::Answer) -> anyhow::Result<Given> {
    match answer {
        super::Answer::Given(given) => Ok(*given),
        super::Answer::Failed(why) => bail!(why),
        super::Answer::Done(said) => bail!("the server answered something else: {said}"),
    }
}
