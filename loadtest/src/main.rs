//! `loadtest`: bounded load scenarios, JSON on standard output, progress on standard error.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use loadtest::fanout::{self, Fanout};
use loadtest::floor;
use loadtest::import::{self, ImportList};
use loadtest::ingest::{self, Ingest};
use loadtest::reconnect::{self, Reconnect};
use loadtest::sign_in::{self, SignIn};
use loadtest::tap::{self, Tap};
use loadtest::write_list::{self, WriteList};

/// Bounded load scenarios against a running Muster server. Results are JSON on standard output.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    scenario: Scenario,
}

#[derive(Subcommand)]
enum Scenario {
    /// Not Okay taps at a fixed rate, each matched with its frame on every console.
    Tap(Tap),
    /// One event, and many at once, to every open console, beside the raw-socket floor.
    Fanout(Fanout),
    /// Taps a second that are stored, beside the same work committed one by one, and pgbench.
    Ingest(Ingest),
    /// Every socket dropped at once, until each is live again.
    Reconnect(Reconnect),
    /// Guesses at one account's password, and what the time of an answer tells.
    SignIn(SignIn),
    /// Imports an invented list of people, and says how long each step takes.
    Import(ImportList),
    /// Writes an invented list: NAME.csv, NAME.xlsx, and NAME.json, which says what of it is wrong.
    List(WriteList),
    /// The sending half of the raw-socket floor.
    #[command(hide = true)]
    FloorSender,
    /// The receiving half of the raw-socket floor.
    #[command(hide = true)]
    FloorReceiver,
}

fn main() -> ExitCode {
    let passed = match Cli::parse().scenario {
        Scenario::Tap(settings) => tap::run(settings),
        Scenario::Fanout(settings) => fanout::run(settings),
        Scenario::Ingest(settings) => ingest::run(settings),
        Scenario::Reconnect(settings) => reconnect::run(settings),
        Scenario::SignIn(settings) => sign_in::run(settings),
        Scenario::Import(settings) => import::run(&settings).map(|()| true),
        Scenario::List(settings) => write_list::run(&settings).map(|()| true),
        Scenario::FloorSender => floor::send_on_demand().map(|()| true),
        Scenario::FloorReceiver => floor::receive_on_demand().map(|()| true),
    };
    match passed {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("loadtest: {error:#}");
            ExitCode::from(2)
        }
    }
}
