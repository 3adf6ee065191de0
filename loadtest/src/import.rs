//! Importing an invented list: how long each step takes, and what the server's memory does.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use serde_json::json;
use wire::imports::{ApplyImport, Import, ImportFigures, ImportState};
use wire::places::{NewOffice, NewOrganisation, Office, Organisation, Places};
use wire::register::Reachability;

use crate::api::Api;
use crate::list;
use crate::target::Target;

/// How often the server is asked how far it is.
const EVERY: Duration = Duration::from_millis(100);

/// The longest that a step may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// Imports an invented list into an organisation of its own, and undoes it if asked to.
#[derive(Debug, Clone, Args, Serialize)]
pub struct ImportList {
    /// The server
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// People of the list, at most 40,000
    #[arg(long, default_value_t = 16_000, value_parser = clap::value_parser!(u32).range(10..=40_000))]
    pub people: u32,
    /// Countries that they are in, at most 170
    #[arg(long, default_value_t = 170, value_parser = clap::value_parser!(u32).range(1..=170))]
    pub countries: u32,
    /// The same seed, the same list
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Send a messy list: titles, tags, twelve kinds of mess, one row in twenty wrong
    #[arg(long)]
    pub messy: bool,
    /// Undo it afterwards
    #[arg(long)]
    pub undo: bool,
    /// The server's process, to read its memory
    #[arg(long)]
    pub pid: Option<u32>,
    /// E-mail address of an administrator
    #[arg(long, env = "MUSTER_LOADTEST_EMAIL")]
    #[serde(skip)]
    pub admin_email: String,
    /// That administrator's password
    #[arg(long, env = "MUSTER_LOADTEST_PASSWORD", hide_env_values = true)]
    #[serde(skip)]
    pub admin_password: String,
    /// Load a server that is not on this machine, because it is yours
    #[arg(long)]
    pub i_own_this_server: bool,
}

/// What it came to.
#[derive(Debug, Serialize)]
struct Report<'a> {
    settings: &'a ImportList,
    /// Bytes of the file.
    bytes: usize,
    /// Seconds of each step.
    seconds: Seconds,
    /// Counts after applying.
    figures: ImportFigures,
    /// People who can be reached by a number, in all offices, afterwards.
    with_number: u64,
    offices: usize,
    /// The server's resident memory in MiB: before, and the most until the end.
    memory: Option<(u64, u64)>,
}

#[derive(Debug, Default, Serialize)]
struct Seconds {
    sending: f64,
    dry_run: f64,
    applying: f64,
    shown_after: f64,
    reachability: f64,
    undoing: Option<f64>,
}

/// Runs the scenario and prints its result.
pub fn run(settings: &ImportList) -> Result<()> {
    let target = Target::parse(&settings.server, settings.i_own_this_server)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
    let report = runtime.block_on(scenario(settings, target))?;
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

async fn scenario(settings: &ImportList, target: Target) -> Result<Report<'_>> {
    let (api, _) = Api::anonymous(target)?.sign_in(&settings.admin_email, &settings.admin_password).await?;
    let organisation = offices(&api, settings).await?;
    let countries = settings.countries as usize;
    let made = if settings.messy {
        list::messy(settings.people, countries, settings.seed)
    } else {
        list::clean(settings.people, countries, settings.seed)
    };
    let bytes = made.csv(';').into_bytes();
    let memory_before = settings.pid.and_then(memory);
    let mut seconds = Seconds::default();
    let length = bytes.len();

    let began = Instant::now();
    let path = format!("/v1/imports?organisation={organisation}");
    let sent: Import = api.send_file(&path, "list.csv", bytes).await?;
    seconds.sending = began.elapsed().as_secs_f64();

    let began = Instant::now();
    let mapping = sent.mapping.context("no column was known")?;
    let _: Import = api.put(&format!("/v1/imports/{}/mapping", sent.id), &mapping).await?;
    let checked = wait(&api, &sent.id.to_string(), |one| one.state == ImportState::Checked).await?;
    seconds.dry_run = began.elapsed().as_secs_f64();
    if checked.figures.bad_rows as usize != made.bad.len() {
        bail!("{} rows are wrong on purpose and {} were found", made.bad.len(), checked.figures.bad_rows);
    }

    let began = Instant::now();
    let how = ApplyImport { confirm_leaving: checked.confirm_leaving, only_good_rows: settings.messy };
    let path = format!("/v1/imports/{}", sent.id);
    let _: Import = api.post(&format!("{path}/apply"), &how).await?;
    let half = checked.figures.new;
    wait(&api, &sent.id.to_string(), |one| one.figures.done >= half || one.state == ImportState::Applied).await?;
    seconds.shown_after = began.elapsed().as_secs_f64();
    let applied = wait(&api, &sent.id.to_string(), |one| one.state == ImportState::Applied).await?;
    seconds.applying = began.elapsed().as_secs_f64();

    let began = Instant::now();
    let reachable: Reachability = api.get(&format!("/v1/reachability?organisation={organisation}")).await?;
    seconds.reachability = began.elapsed().as_secs_f64();
    if settings.undo {
        let began = Instant::now();
        let _: Import = api.post(&format!("{path}/undo"), &json!({})).await?;
        wait(&api, &sent.id.to_string(), |one| one.state == ImportState::Undone).await?;
        seconds.undoing = Some(began.elapsed().as_secs_f64());
    }
    Ok(Report {
        settings,
        bytes: length,
        seconds,
        figures: applied.figures,
        with_number: reachable.offices.iter().map(|office| office.with_number).sum(),
        offices: reachable.offices.len(),
        memory: memory_before.zip(settings.pid.and_then(memory)).map(|(before, after)| (before.0, after.1)),
    })
}

/// An organisation of its own with an office in each country.
async fn offices(api: &Api, settings: &ImportList) -> Result<uuid::Uuid> {
    let places: Places = api.get("/v1/places").await?;
    let organisation = match places.organisations.iter().find(|one| one.short_name == "LISTS") {
        Some(known) => known.id,
        None => {
            let new = NewOrganisation { name: "Lists".into(), short_name: "LISTS".into(), operations_number: None };
            api.post::<Organisation>("/v1/organisations", &new).await?.id
        }
    };
    for country in list::COUNTRIES.split_whitespace().take(settings.countries as usize) {
        if places.offices.iter().all(|office| office.organisation != organisation || office.country != country) {
            let new = NewOffice {
                organisation,
                country: country.to_owned(),
                name: format!("Office in {country}"),
                duty_number: None,
                emergency_number: None,
            };
            let _: Office = api.post("/v1/offices", &new).await?;
        }
    }
    Ok(organisation)
}

async fn wait(api: &Api, import: &str, is: impl Fn(&Import) -> bool) -> Result<Import> {
    let began = Instant::now();
    loop {
        let found: Import = api.get(&format!("/v1/imports/{import}")).await?;
        if is(&found) {
            return Ok(found);
        }
        if found.state == ImportState::Failed {
            bail!("the import failed: {}", found.failure.unwrap_or_default());
        }
        if began.elapsed() > PATIENCE {
            bail!("a step took longer than {PATIENCE:?}");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Resident memory of a process in MiB: now, and the most it ever was.
fn memory(pid: u32) -> Option<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
    };
    Some((of("VmRSS:")?, of("VmHWM:")?))
}
