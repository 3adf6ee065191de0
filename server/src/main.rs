//! The `muster` command.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use muster::access::{Cost, NewAdministrator};
use muster::admin::{self, Answer, Command};
use muster::app::{App, Setting, Stopper, bind};
use muster::config::{Config, Flags};
use muster::demo::{PASSWORD, SEED, play, script, seed, world};
use muster::http::documents;
use muster::imports::Worker;
use muster::kernel::clock::SystemClock;
use muster::store::{Kind, OpenError};
use muster::{open_files, telemetry};

mod import_command;
use import_command::{Door, ImportPeople, import_people};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Incident alerting and headcount for people in dangerous places.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Run,
}

#[derive(Subcommand)]
enum Run {
    /// Serves an installation.
    Serve,
    /// Serves an invented world and plays an exercise in it. Nothing else to install.
    Demo {
        /// How many times faster than written the exercise plays.
        #[arg(long, default_value_t = 1.0)]
        pace: f64,
        /// Prints the addresses and nothing of the exercise.
        #[arg(long)]
        quiet: bool,
        /// Serves the world without playing the exercise.
        #[arg(long)]
        still: bool,
    },
    /// Brings the database's schema up to date and ends.
    Migrate,
    /// Makes an administrator; asks for the password on standard input.
    CreateAdmin {
        /// E-mail address to sign in with.
        #[arg(long)]
        email: String,
        /// Name.
        #[arg(long)]
        name: String,
        /// The administrator's organisation; made when it does not exist.
        #[arg(long)]
        organisation: String,
    },
    /// Imports a list. By the running server when there is one, else on the database itself.
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// Recomputes the log's hash chains and names the first event that does not follow.
    Verify,
    /// Writes the generated documents into a checkout: openapi.json, asyncapi.json, docs/errors.md.
    #[command(hide = true)]
    Documents {
        /// The checkout.
        #[arg(default_value = ".")]
        checkout: PathBuf,
    },
}

#[derive(Subcommand)]
enum Import {
    /// Compares a list of people with the register and, with --apply, makes the register like it.
    People(ImportPeople),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("muster: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let mut config = Config::load(&cli.flags, |name| std::env::var(name).ok())?;
    if let Run::Demo { .. } = cli.command
        && cli.flags.data.is_none()
        && std::env::var_os("MUSTER_DATA").is_none()
    {
        config.data = PathBuf::from("muster-demo");
    }
    if let Run::Demo { .. } = cli.command
        && std::env::var_os("MUSTER_LOG").is_none()
    {
        config.log = "warn".to_owned();
    }
    telemetry::start_logs(&config)?;
    open_files::raise();
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    if let Run::Demo { .. } = cli.command
        && std::env::var_os("MUSTER_REQUIRE_SECOND_FACTOR").is_none()
    {
        config.require_second_factor = false;
    }
    match cli.command {
        Run::Serve => serve(&config),
        Run::Demo { pace, quiet, still } => demo(&config, pace, quiet, still),
        Run::Migrate => App::build(&config, setting(Kind::Live))?
            .store
            .installation()
            .map(|_| println!("The schema is up to date."))
            .map_err(Into::into),
        Run::CreateAdmin { email, name, organisation } => {
            eprintln!("Password (at least 15 characters), then Enter:");
            let mut password = String::new();
            std::io::stdin().read_line(&mut password)?;
            let password = password.trim_end_matches(['\r', '\n']).to_owned();
            command(
                &config,
                Command::CreateAdmin(NewAdministrator { organisation, country: None, name, email, password }),
            )
        }
        Run::Import { what: Import::People(asked) } => import_people(&mut door(&config)?, &asked),
        Run::Verify => command(&config, Command::Verify),
        Run::Documents { checkout } => {
            for (path, text) in documents::all()? {
                std::fs::write(checkout.join(path), text).with_context(|| format!("cannot write {path}"))?;
            }
            Ok(())
        }
    }
}

fn setting(kind: Kind) -> Setting {
    Setting { clock: Arc::new(SystemClock::default()), kind, cost: Cost::STANDARD, test_alarms: true }
}

/// Whoever does the steps of an import.
fn door(config: &Config) -> anyhow::Result<Door> {
    if admin::is_served(&config.data) {
        return Ok(Door::Server(config.data.clone()));
    }
    let app = existing(config)?;
    app.store.installation().context("the database")?;
    let worker = Worker::new(app.imports.clone());
    Ok(Door::Own(Box::new(app), Box::new(worker)))
}

/// By the running server when there is one, else on the database itself.
fn command(config: &Config, command: Command) -> anyhow::Result<()> {
    let answer = match admin::send(&config.data, &command)? {
        Some(answer) => answer,
        None => admin::carry_out(&existing(config)?, command, Vec::new()),
    };
    match answer {
        Answer::Done(said) => {
            println!("{said}");
            Ok(())
        }
        Answer::Given(_) => bail!("the server answered something else"),
        Answer::Failed(why) => bail!(why),
    }
}

/// An installation that is there already, live or demo: a mistyped folder must not become a new one.
fn existing(config: &Config) -> anyhow::Result<App> {
    if !config.key_path().exists() {
        bail!("there is no installation in {}; start one with `muster serve`", config.data.display());
    }
    match App::build(config, setting(Kind::Live)) {
        Err(error) if matches!(error.downcast_ref(), Some(OpenError::WrongKind { .. })) => {
            App::build(config, setting(Kind::Demo))
        }
        built => built,
    }
}

fn serve(config: &Config) -> anyhow::Result<()> {
    let listener = bind(config.listen)?;
    let app = App::build(config, setting(Kind::Live))?;
    admin::listen(app.clone())?;
    let address = listener.local_addr()?;
    actix_web::rt::System::new().block_on(async move {
        let (server, stopper) = app.serve(listener)?;
        tokio::spawn(Arc::clone(&app.directory).keep_current());
        let stopping = actix_web::rt::spawn(stop_on_signal(stopper));
        println!("Muster serves on http://{address}");
        match app.access.setup_secret().await {
            Ok(Some(link)) => {
                println!("There is no administrator yet. Open once: http://{address}/console#setup={}", link);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "whether there is an administrator is not known yet; use create-admin")
            }
        }
        server.await.context("the server")?;
        end(stopping.await.unwrap_or(false))
    })
}

fn demo(config: &Config, pace: f64, quiet: bool, still: bool) -> anyhow::Result<()> {
    if !(pace.is_finite() && pace > 0.0) {
        bail!("--pace must be more than 0");
    }
    let listener = bind(config.listen)?;
    let address = listener.local_addr()?;
    let setting = setting(Kind::Demo);
    let app = App::build(config, setting.clone())
        .with_context(|| format!("the demo needs a folder of its own; {} is not one", config.data.display()))?;
    app.store.installation().context("the demo's database")?;
    let world = world::build(SEED);
    println!("Preparing the invented world in {} ...", config.data.display());
    let fresh = seed::fill(&app, &world, setting.cost)?;
    admin::listen(app.clone())?;
    actix_web::rt::System::new().block_on(async move {
        let (server, stopper) = app.serve(listener)?;
        tokio::spawn(Arc::clone(&app.directory).keep_current());
        let stopping = actix_web::rt::spawn(stop_on_signal(stopper));
        actix_web::rt::spawn(async move {
            if let Err(error) = exercise(&world, address, fresh, (pace, quiet, still)).await {
                eprintln!("exercise: stopped: {error:#}");
            }
        });
        server.await.context("the server")?;
        end(stopping.await.unwrap_or(false))
    })
}

/// Prints where to go, then plays.
async fn exercise(
    world: &world::World,
    address: std::net::SocketAddr,
    fresh: bool,
    (pace, quiet, still): (f64, bool, bool),
) -> anyhow::Result<()> {
    use world::Part;
    let port = address.port();
    let base =
        if address.ip().is_unspecified() { format!("http://127.0.0.1:{port}") } else { format!("http://{address}") };
    let operator = play::Operator::sign_in(&base, world).await?;
    let name = |part| play::person(world, part).map(|person| person.name.clone());
    let email = |part| play::person(world, part).map(|person| person.email.clone().unwrap_or_default());
    println!(
        "\nEXERCISE: {} invented people{}. Nothing here is real.\n",
        world.people.len(),
        if fresh { "" } else { ", as left last time" }
    );
    println!("Console  http://localhost:{port}/console");
    for part in [Part::Operator, Part::SecondOperator, Part::SecurityOfficer, Part::Administrator] {
        println!("         {:<28} {}", email(part)?, name(part)?);
    }
    println!("         password for all: {PASSWORD}\n");
    for (number, part) in [(1, Part::Phone1), (2, Part::Phone2), (3, Part::Phone3)] {
        let code = operator.enrolment(operator.find(play::person(world, part)?).await?).await?;
        println!("Phone {number}  http://phone{number}.localhost:{port}/phone#enrol={code}   {}", name(part)?);
    }
    println!("\nAn alarm reaches nobody while no console is open. Stop with Ctrl+C.\n");
    if still {
        return Ok(());
    }
    let steps = script::capital_falls_silent(world, SEED);
    play::Player::new(&operator, world, quiet).play(&steps, pace).await?;
    println!("exercise: all {} steps were played; the world stays as it is.", steps.len());
    Ok(())
}

/// Ends the process: threads that hang in a database must not keep it.
fn end(in_order: bool) -> ! {
    std::process::exit(if in_order { 0 } else { 1 })
}

/// Waits for SIGTERM or Ctrl+C and stops the server; false when not everything ended in time.
async fn stop_on_signal(stopper: Stopper) -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("signals cannot be waited for; the server stops only when killed");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    stopper.stop().await
}
