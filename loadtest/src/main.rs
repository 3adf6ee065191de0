//! `loadtest`: bounded load scenarios, JSON on standard output, progress on standard error.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use loadtest::import::{self, ImportList};
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
    /// Guesses at one account's password, and what the time of an answer tells.
    SignIn(SignIn),
    /// Imports an invented list of people, and says how long each step takes.
    Import(ImportList),
    /// Writes an invented list: NAME.csv, NAME.xlsx, and NAME.json, which says what of it is wrong.
    List(WriteList),
}

fn main() -> ExitCode {
    let passed = match Cli::parse().scenario {
        Scenario::Tap(settings) => tap::run(settings),
        Scenario::SignIn(settings) => sign_in::run(settings),
        Scenario::Import(settings) => import::run(&settings).map(|()| true),
        Scenario::List(settings) => write_list::run(&settings).map(|()| true),
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
