//! The result: lines for people, JSON for all else.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;

use crate::checker::Verdict;
use crate::checker::rows::{Injection, Row, summed};
use crate::history::Phase;
use crate::settings::Settings;

/// The whole result.
#[derive(Serialize)]
pub struct Report<'a> {
    /// Decided which faults came when.
    pub seed: u64,
    /// Makes the same run again.
    pub again: String,
    /// What was asked for.
    pub settings: &'a Settings,
    /// Processors of the machine.
    pub processors: usize,
    /// Whether this program was built with optimisation; `MUSTER_BIN` names the server's.
    pub optimised: bool,
    /// Database by database.
    pub results: Vec<Result>,
}

/// The result on one database.
#[derive(Serialize)]
pub struct Result {
    /// Which.
    pub database: &'static str,
    /// How long the run took, seconds.
    pub seconds: f64,
    /// Taps that did not begin because too many were under way.
    pub skipped: u64,
    /// By row of the fault table.
    pub rows: BTreeMap<&'static str, Row>,
    /// By fault.
    pub faults: BTreeMap<&'static str, Row>,
    /// Faults that were not run, and why.
    pub not_run: BTreeMap<&'static str, String>,
    /// Everything else.
    pub verdict: Verdict,
}

impl<'a> Report<'a> {
    /// Before the first database.
    pub fn new(settings: &'a Settings, seed: u64) -> Self {
        Self {
            seed,
            again: settings.again(seed),
            settings,
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            optimised: !cfg!(debug_assertions),
            results: Vec::new(),
        }
    }

    /// Whether all that ran held up.
    pub fn held_up(&self) -> bool {
        self.results.iter().all(|result| result.verdict.is_clean())
    }
}

impl Result {
    /// Of a verdict.
    pub fn new(database: &'static str, verdict: Verdict, skipped: u64, took: Duration) -> Self {
        let of = |names: fn(&Injection) -> Vec<&'static str>| summed(&verdict.injections, names);
        let not_run = verdict.injections.iter().filter(|one| one.phase == Phase::NotRun);
        Self {
            database,
            seconds: took.as_secs_f64(),
            skipped,
            rows: of(|one| one.rows.to_vec()),
            faults: of(|one| vec![one.step.kind.name()]),
            not_run: not_run.map(|one| (one.step.kind.name(), one.said.clone())).collect(),
            verdict,
        }
    }

    /// For people. The lines that begin with `chaos` are counted by tests/run.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _never_fails = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let Verdict { taps, attempts, acknowledged, held, .. } = self.verdict;
        writeln!(
            text,
            "\nOn {}, {:.0} s: {taps} taps, {attempts} requests, {acknowledged} acknowledged, {held} held at some time.",
            self.database, self.seconds
        )?;
        if self.skipped > 0 {
            writeln!(text, "{} taps did not begin: too many were under way.", self.skipped)?;
        }
        for (what, times) in [
            ("first attempt to acknowledgement", self.verdict.to_acknowledged_ms),
            ("acknowledgement to each console", self.verdict.to_displayed_ms),
            ("lacked by a console that took itself for live", self.verdict.gap_ms),
            ("the same, of consoles with a broken line of their own", self.verdict.lone_gap_ms),
            ("held, and lacked by such a console", self.verdict.held_gap_ms),
            ("timers after they were due", self.verdict.timer_late_ms),
        ] {
            writeln!(
                text,
                "  {what}: p50 {:.0} ms, p99 {:.0} ms, worst {:.0} ms ({})",
                times.p50, times.p99, times.worst, times.count
            )?;
        }
        for (scope, of) in &self.verdict.scopes {
            let wrong = if of.wrong.is_empty() { "nothing wrong".to_owned() } else { format!("{:?}", of.wrong) };
            writeln!(
                text,
                "  scope {scope}: {} taps, {} of them acknowledged, {} consoles, {wrong}",
                of.taps, of.acknowledged, of.consoles
            )?;
        }
        for (title, rows) in [("row", &self.rows), ("fault", &self.faults)] {
            writeln!(
                text,
                "\n{title:<20} inject.   taps  attempts  acknowl.   held  lost  doubled  p99 gap ms  worst gap ms"
            )?;
            for (name, row) in sorted(rows) {
                let Row { injections, counts, p99_gap_ms, worst_gap_ms, .. } = row;
                writeln!(
                    text,
                    "{name:<20} {injections:>7} {:>6} {:>9} {:>9} {:>6} {:>5} {:>8} {p99_gap_ms:>11.0} {worst_gap_ms:>13.0}",
                    counts.taps, counts.attempts, counts.acknowledged, counts.held, counts.lost, counts.doubled,
                )?;
            }
        }
        let figures =
            self.verdict.injections.iter().flat_map(|one| one.figures.iter().map(move |figure| (one, figure)));
        for (one, figure) in figures {
            writeln!(text, "  injection {} ({}), {}", one.number, one.step.kind.name(), figure.text())?;
        }
        writeln!(text)?;
        for finding in &self.verdict.findings {
            let of = finding.key.map(|key| format!(" tap {key}")).unwrap_or_default();
            writeln!(text, "wrong: {:?}{of}: {}", finding.wrong, finding.why)?;
        }
        if !self.verdict.is_clean() {
            writeln!(text, "wrong, counted: {:?}", self.verdict.wrong)?;
        }
        for (fault, row) in &self.faults {
            let how = match self.not_run.get(fault) {
                Some(why) if row.injections == 0 => format!("not run: {why}"),
                _ if row.held_up => "passed".to_owned(),
                _ => "failed".to_owned(),
            };
            writeln!(text, "chaos {} {fault}: {how}", self.database)?;
        }
        let whole = if self.verdict.is_clean() { "passed" } else { "failed" };
        writeln!(text, "chaos {} verdict: {whole}", self.database)
    }
}

/// R2 before R10.
fn sorted<'a>(rows: &'a BTreeMap<&'static str, Row>) -> Vec<(&'static str, &'a Row)> {
    let mut all: Vec<(&'static str, &'a Row)> = rows.iter().map(|(name, row)| (*name, row)).collect();
    all.sort_by_key(|(name, _)| {
        (name.strip_prefix('R').and_then(|number| number.parse::<u32>().ok()).unwrap_or(u32::MAX), *name)
    });
    all
}
