//! `muster import people FILE`: the whole way from a file to who can be reached, at a terminal.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use muster::admin::import::{Given, Step, given};
use muster::admin::{self, Command};
use muster::app::App;
use muster::imports::Worker;
use muster::imports::file::LARGEST;
use uuid::Uuid;
use wire::imports::{ApplyImport, Import, ImportProblem, ImportState, ProblemLevel};
use wire::register::OfficeReach;

/// How often the server is asked how far it is.
const EVERY: Duration = Duration::from_millis(100);

/// Problems that are printed; the console shows all.
const PRINTED: usize = 200;

/// What to import, and how.
#[derive(Args)]
pub(crate) struct ImportPeople {
    /// The list: CSV or XLSX, at most 20 MB.
    file: PathBuf,
    /// Short name of the organisation whose people they are.
    #[arg(long)]
    organisation: String,
    /// A remembered way of naming columns; without it the one that fits, or the headings.
    #[arg(long)]
    mapping: Option<String>,
    /// Do it. Without this the list is only compared with the register.
    #[arg(long)]
    apply: bool,
    /// How many people leave, where it is more than 5 % of the list.
    #[arg(long)]
    confirm_leaving: Option<u32>,
    /// Leave out the rows with errors; nobody is noted as having left then.
    #[arg(long)]
    only_good_rows: bool,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

/// Whoever does the steps: the running server, or this process on the database itself.
pub(crate) enum Door {
    /// The server that uses this data directory.
    Server(PathBuf),
    /// An app of our own, and who works for it.
    Own(Box<App>, Box<Worker>),
}

impl Door {
    fn step(&mut self, step: Step, bytes: Vec<u8>) -> anyhow::Result<Given> {
        match self {
            Self::Server(data) => {
                let answer = admin::send_with(data, &Command::Import(step), &bytes)?;
                given(answer.context("the server has stopped; start it again, and what was begun goes on")?)
            }
            Self::Own(app, worker) => {
                worker.work()?;
                given(admin::carry_out(app, Command::Import(step), bytes))
            }
        }
    }

    fn import(&mut self, step: Step) -> anyhow::Result<Import> {
        match self.step(step, Vec::new())? {
            Given::Import(import) => Ok(*import),
            _ => bail!("the server answered something else than an import"),
        }
    }
}

/// Imports, and prints what it did.
pub(crate) fn import_people(door: &mut Door, asked: &ImportPeople) -> anyhow::Result<()> {
    let bytes = read(&asked.file)?;
    let file_name = asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let send = Step::Send {
        organisation: asked.organisation.clone(),
        file_name,
        profile: asked.mapping.clone(),
        length: bytes.len(),
    };
    let Given::Import(sent) = door.step(send, bytes)? else {
        bail!("the server answered something else than an import")
    };
    show_columns(&sent);
    door.import(Step::Check { import: sent.id })?;
    let checked = wait(door, sent.id, "comparing", &[ImportState::Checked])?;
    show_problems(door, &checked)?;
    show_figures(&checked);
    if !asked.apply {
        println!("Nothing was changed. Add --apply to do it.");
        return Ok(());
    }
    if !asked.yes && !agreed(&checked, asked)? {
        println!("Nothing was changed.");
        return Ok(());
    }
    let how = ApplyImport { confirm_leaving: asked.confirm_leaving, only_good_rows: asked.only_good_rows };
    door.import(Step::Apply { import: sent.id, how })?;
    let applied = wait(door, sent.id, "applying", &[ImportState::Applied])?;
    if applied.figures.overtaken > 0 {
        println!("{} rows were left as they are: somebody changed them after the dry run.", applied.figures.overtaken);
    }
    println!("Done. Undo it on the console while nobody has changed these people.\n");
    match door.step(Step::Reach { organisation: applied.organisation }, Vec::new())? {
        Given::Reach(offices) => show_reach(&offices),
        _ => bail!("the server answered something else than who can be reached"),
    }
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let length = std::fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len();
    if length > LARGEST as u64 {
        bail!("{} is larger than 20 MB: leave out pictures and what is not about people", file.display());
    }
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Waits until an import is in one of these states, with a bar.
fn wait(door: &mut Door, import: Uuid, doing: &'static str, until: &[ImportState]) -> anyhow::Result<Import> {
    let bar = ProgressBar::new(1);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(doing);
    loop {
        let found = door.import(Step::Show { import })?;
        bar.set_length(u64::from(found.figures.total.max(1)));
        bar.set_position(u64::from(found.figures.done));
        if until.contains(&found.state) {
            bar.finish_and_clear();
            return Ok(found);
        }
        if matches!(found.state, ImportState::Failed | ImportState::Cancelled) {
            bar.finish_and_clear();
            bail!("the import stopped: {}", found.failure.unwrap_or_else(|| "somebody cancelled it".to_owned()));
        }
        if matches!(door, Door::Server(_)) {
            std::thread::sleep(EVERY);
        }
    }
}

fn show_columns(import: &Import) {
    println!("{}: {}, {} rows", import.file_name, import.format, import.figures.rows);
    if let Some(profile) = &import.profile {
        println!("Columns are named as remembered under {profile}.");
    }
    for column in &import.columns {
        let meaning = column.suggested.map_or("left out", |field| field.word());
        println!("  {:<3} {:<32} {meaning}", column.letter, column.heading);
    }
}

fn show_problems(door: &mut Door, import: &Import) -> anyhow::Result<()> {
    let Given::Problems(found) = door.step(Step::Problems { import: import.id, after: None }, Vec::new())? else {
        bail!("the server answered something else than problems");
    };
    let total = found.problems.len();
    for problem in found.problems.iter().take(PRINTED) {
        println!("{}", line(problem));
    }
    if total > PRINTED || found.next.is_some() {
        println!("... and more: the console shows all.");
    }
    Ok(())
}

fn line(problem: &ImportProblem) -> String {
    let level = if problem.level == ProblemLevel::Error { "error  " } else { "warning" };
    let place = match (problem.row, &problem.letter) {
        (Some(row), Some(letter)) => format!("row {row}, column {letter}"),
        (Some(row), None) => format!("row {row}"),
        _ => "file".to_owned(),
    };
    let cell = problem.cell.as_ref().map(|cell| format!(" [{cell}]")).unwrap_or_default();
    format!("{level} {place:<22} {}{cell}", problem.why)
}

fn show_figures(import: &Import) {
    let figures = &import.figures;
    println!(
        "\n{} rows: {} new, {} changed, {} back, {} unchanged, {} leaving, {} not on the list and kept; {} rows with \
         errors, {} warnings.",
        figures.rows,
        figures.new,
        figures.changed,
        figures.returning,
        figures.unchanged,
        figures.leaving,
        figures.kept,
        figures.bad_rows,
        figures.warnings
    );
    if figures.leaving_with_roles > 0 {
        println!("{} of those who leave hold roles, which end with it.", figures.leaving_with_roles);
    }
}

fn agreed(import: &Import, asked: &ImportPeople) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("add --yes to apply without being asked");
    }
    let leaving = import.confirm_leaving.filter(|_| asked.confirm_leaving.is_none());
    if let Some(leaving) = leaving {
        bail!("{leaving} people would be noted as having left: add --confirm-leaving {leaving} if that is right");
    }
    print!("Do this? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn show_reach(offices: &[OfficeReach]) {
    println!(
        "{:<32} {:>7} {:>9} {:>7} {:>7} {:>9} {:>8}",
        "Who is reachable", "people", "reachable", "proven", "number", "enrolled", "nothing"
    );
    for office in offices {
        println!(
            "{:<32} {:>7} {:>9} {:>7} {:>7} {:>9} {:>8}",
            office.name,
            office.people,
            office.reachable,
            office.proven,
            office.with_number,
            office.enrolled,
            office.nothing
        );
    }
}
