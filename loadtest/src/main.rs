//! `loadtest`: bounded load scenarios, JSON on standard output, progress on standard error.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
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
}

fn main() -> ExitCode {
    let Scenario::Tap(settings) = Cli::parse().scenario;
    match tap::run(settings) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("loadtest: {error:#}");
            ExitCode::from(2)
        }
    }
}
