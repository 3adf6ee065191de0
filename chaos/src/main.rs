//! `chaos`: a seed decides which faults come when; the result is a table and JSON.

use std::process::ExitCode;

use chaos::run;
use chaos::settings::Settings;
use clap::Parser;

fn main() -> ExitCode {
    match run::all(&Settings::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("chaos: {error:#}");
            ExitCode::from(2)
        }
    }
}
