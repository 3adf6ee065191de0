//! Writing an invented list to files.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::list;
use crate::sheet::workbook;

/// Which list, and where to.
#[derive(Debug, Clone, Args)]
pub struct WriteList {
    /// Path of the files, without an ending
    name: PathBuf,
    /// People of the list
    #[arg(long, default_value_t = 500)]
    people: u32,
    /// Countries that they are in, at most 170
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=170))]
    countries: u32,
    /// The same seed, the same list
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// No mess
    #[arg(long)]
    clean: bool,
}

/// Writes the files.
pub fn run(settings: &WriteList) -> Result<()> {
    let (people, countries, seed) = (settings.people, settings.countries as usize, settings.seed);
    let made = if settings.clean { list::clean(people, countries, seed) } else { list::messy(people, countries, seed) };
    let expected = serde_json::json!({ "bad": made.bad, "good": made.good });
    for (ending, bytes) in [
        // With a byte-order mark, as spreadsheets write it.
        ("csv", ["\u{feff}", &made.csv(';')].concat().into_bytes()),
        ("xlsx", workbook(&made.rows)?),
        ("json", serde_json::to_vec_pretty(&expected)?),
    ] {
        let path = settings.name.with_extension(ending);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
