//! `loadtest`: bounded load scenarios, JSON on standard output, progress on standard error.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use loadtest::sign_in::{self, SignIn};
use loadtest::tap::{self, Tap};

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
}

fn main() -> ExitCode {
    let passed = match Cli::parse().scenario {
        Scenario::Tap(settings) => tap::run(settings),
        Scenario::SignIn(settings) => sign_in::run(settings),
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
