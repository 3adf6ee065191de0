//! What a run is told to do.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use serde::Serialize;

use crate::kind::Kind;

/// Which databases a run is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Databases {
    /// One node with its own file.
    Sqlite,
    /// Several nodes on a PostgreSQL cluster and a Redis of the run's own.
    Postgres,
    /// One after the other.
    Both,
}

/// Breaks a Muster of its own on purpose, and judges what phones and consoles saw of it
#[derive(Debug, Clone, Parser, Serialize)]
#[command(version)]
pub struct Settings {
    /// Decides which faults come when; a random one unless given
    #[arg(long)]
    pub seed: Option<u64>,
    /// On which database
    #[arg(long, value_enum, default_value = "both")]
    pub database: Databases,
    /// A random mixture of the faults for so many minutes (on each database), instead of one round of each
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=120))]
    pub minutes: Option<u32>,
    /// So many kills of a node, and no other fault
    #[arg(long, conflicts_with = "minutes", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub kills: Option<u32>,
    /// Taps a second
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3_000))]
    pub rate: Option<u32>,
    /// Nodes on PostgreSQL
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=9))]
    pub nodes: u32,
    /// Each tap goes to any node, as if phones had no line that they keep
    #[arg(long)]
    pub wander: bool,
    /// Only these faults
    #[arg(long, value_enum, value_delimiter = ',')]
    pub faults: Vec<Kind>,
    /// Short faults and few taps: at most a minute and a half on each database
    #[arg(long)]
    pub short: bool,
    /// Write the whole result here
    #[arg(long)]
    pub json: Option<PathBuf>,
    /// Say which faults would come when, and do nothing
    #[arg(long)]
    pub plan: bool,
    /// Judge a history that an earlier run kept, and do nothing else
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
    /// Where histories are kept: always with this, otherwise only those of a run that failed, in target/chaos
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
}

impl Settings {
    /// Taps a second, in all.
    pub fn taps_a_second(&self) -> u32 {
        self.rate.unwrap_or(if self.short { 40 } else { 100 })
    }

    /// The arguments that make the same run again with this seed.
    pub fn again(&self, seed: u64) -> String {
        let mut line = format!("tests/chaos --seed {seed}");
        let database = self.database.to_possible_value().map(|value| value.get_name().to_owned());
        line.push_str(&format!(" --database {}", database.unwrap_or_default()));
        for (name, number) in [("minutes", self.minutes), ("kills", self.kills), ("rate", self.rate)] {
            if let Some(number) = number {
                line.push_str(&format!(" --{name} {number}"));
            }
        }
        line.push_str(&format!(" --nodes {}", self.nodes));
        if !self.faults.is_empty() {
            let names: Vec<&str> = self.faults.iter().map(|kind| kind.name()).collect();
            line.push_str(&format!(" --faults {}", names.join(",")));
        }
        for (name, on) in [("wander", self.wander), ("short", self.short)] {
            if on {
                line.push_str(&format!(" --{name}"));
            }
        }
        line
    }
}
