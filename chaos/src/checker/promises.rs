//! What is promised of one fault alone and is a figure, each with the bound of its row in the fault table.

use std::collections::BTreeMap;

use serde::Serialize;

use super::rows::Window;
use super::taps::{Tap, Taps};
use super::{Findings, Times, Wrong};
use crate::ground::LONE;
use crate::history::{Asked, Record, Us};
use crate::kind::{Kind, Peer};

/// Taps that a share of them is told of at least.
const ENOUGH: usize = 100;

/// A figure and its bound.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// The row of the fault table.
    pub row: &'static str,
    /// What it is, with its unit.
    pub what: &'static str,
    /// How much.
    pub value: f64,
    /// What is promised.
    pub bound: Bound,
    /// Whether the promise is held against it: not in a short run, and not where another fault was on at the same time.
    pub asserted: bool,
}

/// What is promised of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Not more.
    AtMost(f64),
    /// Not less.
    AtLeast(f64),
    /// Nothing: it depends on the machine.
    Told,
}

impl Figure {
    fn new(row: &'static str, what: &'static str, value: f64, bound: Bound) -> Self {
        Self { row, what, value, bound, asserted: true }
    }

    /// Whether what is promised was kept.
    pub fn is_kept(&self) -> bool {
        match self.bound {
            Bound::AtMost(most) => self.value <= most,
            Bound::AtLeast(least) => self.value >= least,
            Bound::Told => true,
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        let Self { row, what, value, bound, asserted } = self;
        let promised = match bound {
            Bound::AtMost(most) => format!(", at most {most:.0} promised"),
            Bound::AtLeast(least) => format!(", at least {least:.0} promised"),
            Bound::Told => String::new(),
        };
        let held = if *asserted || matches!(bound, Bound::Told) { "" } else { " (not judged)" };
        format!("{row}: {value:.0} {what}{promised}{held}")
    }
}

/// What figures are made of.
pub(super) struct Seen<'a> {
    pub(super) records: &'a [Record],
    pub(super) taps: &'a Taps,
    pub(super) windows: &'a [&'a Window],
}

impl Seen<'_> {
    /// The figures of an injection. What is not kept of them is noted, unless the run was a short one or another fault was
    /// on as well: a figure is promised of one fault.
    pub(super) fn figures(&self, window: &Window, findings: &mut Findings) -> Vec<Figure> {
        let mut figures = match window.step.kind {
            Kind::RedisPause | Kind::RedisPartition | Kind::RedisOneWay => self.added(window),
            Kind::FullDisk => self.refused(window, findings),
            Kind::DatabasePartition | Kind::DatabaseHalfOpen | Kind::DatabaseOneWay => self.moved(window),
            Kind::DeadConsole => self.noticed(window),
            Kind::SlowConsole => self.memory(window),
            Kind::Overload => self.overloaded(window),
            _ => Vec::new(),
        };
        let short = matches!(self.records.first(), Some(Record::Began { short: true, .. }));
        for figure in &mut figures {
            figure.asserted = !short && self.is_alone(window);
            if figure.asserted && !figure.is_kept() {
                let why = format!("injection {} ({}): {}", window.number, window.step.kind.name(), figure.text());
                findings.add(Wrong::Broken, None, None, why);
            }
        }
        figures
    }

    /// Whether no other fault was on that is not of one console's line alone.
    fn is_alone(&self, window: &Window) -> bool {
        !self.others(window).any(|other| other.overlaps(window))
    }

    fn others(&self, window: &Window) -> impl Iterator<Item = &&Window> {
        self.windows.iter().filter(move |other| other.number != window.number && !other.concerns_a_console())
    }

    /// How long taps that were acknowledged at the first try took, of those for which something holds.
    fn answers(&self, counts: impl Fn(&Tap) -> bool) -> Times {
        let once = self.taps.all().values().filter(|tap| tap.attempts == 1 && counts(tap));
        Times::of(once.filter_map(|tap| Some(tap.acknowledged?.0.saturating_sub(tap.attempted))).collect())
    }

    /// R7: no request waits for Redis. Half of the answers are not later than in the calm; how late the last of a hundred
    /// is depends on what else the machine does.
    fn added(&self, window: &Window) -> Vec<Figure> {
        let beside = |tap: &Tap| self.others(window).any(|other| other.meets(tap));
        let under = self.answers(|tap| window.meets(tap) && !beside(tap));
        let calm = self.answers(|tap| !window.meets(tap) && !beside(tap));
        if under.count.min(calm.count) < ENOUGH as u64 {
            return Vec::new();
        }
        vec![
            Figure::new("R7", "ms later is half of the answers", under.p50 - calm.p50, Bound::AtMost(20.0)),
            Figure::new("R7", "ms later are 99 of 100 answers", under.p99 - calm.p99, Bound::Told),
        ]
    }

    /// R15: lists are refused first, then changes, Not Okay last; and after lists were refused fifty are taken.
    fn refused(&self, window: &Window, findings: &mut Findings) -> Vec<Figure> {
        let mut refused: BTreeMap<Asked, Us> = BTreeMap::new();
        let mut taken_last = 0_u32;
        for record in self.records {
            let Record::Asked { at, node, what, taken } = record else { continue };
            if *node as usize != window.step.node || !(window.from..=window.until).contains(at) {
                continue;
            }
            match (what, taken) {
                (_, false) => drop(refused.entry(*what).or_insert(*at)),
                (Asked::NotOkay, true) if refused.contains_key(&Asked::List) => taken_last += 1,
                (_, true) => {}
            }
        }
        for (first, then) in [(Asked::List, Asked::Change), (Asked::Change, Asked::NotOkay)] {
            let before = |then: &Us| refused.get(&first).is_some_and(|first| first <= then);
            // A database that is away refuses by itself, whatever room there is.
            if self.is_alone(window) && refused.get(&then).is_some_and(|then| !before(then)) {
                let name = window.step.kind.name();
                let why = format!("injection {} ({name}): {then:?} was refused before {first:?}", window.number);
                findings.add(Wrong::Broken, None, None, why);
            }
        }
        match refused.contains_key(&Asked::List) {
            true => vec![Figure::new(
                "R15",
                "Not Okay taken after lists were refused",
                taken_last.into(),
                Bound::AtLeast(50.0),
            )],
            false => Vec::new(),
        }
    }

    /// R16, R17: consoles of a node that does not reach the database are at another one ten seconds later.
    fn moved(&self, window: &Window) -> Vec<Figure> {
        if !self.is_alone(window) {
            return Vec::new();
        }
        let link = u32::try_from(window.step.node).unwrap_or(u32::MAX);
        let mut at_node: BTreeMap<u32, Option<Us>> = BTreeMap::new();
        for record in self.records {
            match record {
                Record::Welcomed { at, console, link: by } if *at < window.from => {
                    if *by == link {
                        at_node.insert(*console, None);
                    } else {
                        at_node.remove(console);
                    }
                }
                Record::Ended { at, console, .. } if *at < window.from => drop(at_node.remove(console)),
                Record::Welcomed { at, console, link: by } if *by != link => {
                    if let Some(moved) = at_node.get_mut(console) {
                        moved.get_or_insert(*at);
                    }
                }
                _ => {}
            }
        }
        let limit = 10_000_000;
        let since = |at: Us| at.saturating_sub(window.from);
        let whole = since(window.until) > limit;
        // A fault that is over sooner sends nobody away for certain.
        let took = at_node.values().filter_map(|moved| match moved {
            Some(at) if whole || *at <= window.until => Some(since(*at)),
            None if whole => Some(since(window.until)),
            _ => None,
        });
        let took = Times::of(took.collect());
        match took.count {
            0 => Vec::new(),
            _ => vec![Figure::new(
                "R16",
                "ms until the last console was at another node",
                took.worst,
                Bound::AtMost(10_000.0),
            )],
        }
    }

    /// R18: a console whose line is dead without a sign finds out.
    fn noticed(&self, window: &Window) -> Vec<Figure> {
        let mut at_it: Option<u32> = None;
        let mut noticed: Option<Us> = None;
        for record in self.records {
            match record {
                Record::Welcomed { at, console, link } if *link == LONE + 1 && *at < window.from => {
                    at_it = Some(*console)
                }
                Record::Ended { at, console, .. } if at_it == Some(*console) => {
                    if *at < window.from {
                        at_it = None;
                    } else {
                        noticed.get_or_insert(*at);
                    }
                }
                _ => {}
            }
        }
        if at_it.is_none() {
            return Vec::new();
        }
        let limit = Bound::AtMost(25_000.0);
        let ms = noticed.unwrap_or(window.until).min(window.until).saturating_sub(window.from) as f64 / 1_000.0;
        // Not noticed by the end of a fault that was over sooner says nothing.
        let told = noticed.is_some_and(|at| at <= window.until) || ms > 25_000.0;
        if told { vec![Figure::new("R18", "ms until the line was known to be dead", ms, limit)] } else { Vec::new() }
    }

    /// R19: what a node keeps for consoles that do not keep up.
    fn memory(&self, window: &Window) -> Vec<Figure> {
        // What else makes the same node's memory grow, or starts it anew.
        let disturbs = |other: &&&Window| {
            let same_node = other.step.node == 0 && matches!(other.step.kind.peer(), Peer::Node | Peer::DatabaseLink);
            (same_node || other.step.kind.peer() == Peer::Load) && other.overlaps(window)
        };
        if self.others(window).any(|other| disturbs(&other)) {
            return Vec::new();
        }
        let (mut first, mut most, mut sockets) = (None, 0, 0);
        for record in self.records {
            let Record::Memory { at, kib, slow } = record else { continue };
            if (window.from..=window.until).contains(at) {
                first.get_or_insert(*kib);
                (most, sockets) = (most.max(*kib), sockets.max(*slow));
            }
        }
        let Some(first) = first.filter(|_| sockets > 1) else { return Vec::new() };
        let each = most.saturating_sub(first) as f64 / f64::from(sockets);
        vec![Figure::new("R19", "KiB more for each slow console", each, Bound::AtMost(128.0))]
    }

    /// R32: taps under ten times the rate.
    fn overloaded(&self, window: &Window) -> Vec<Figure> {
        let beside = |tap: &Tap| self.others(window).any(|other| other.meets(tap));
        let answers = self.taps.all().values().filter(|tap| window.begins(tap) && !beside(tap));
        let took: Vec<Us> = answers.filter_map(|tap| Some(tap.acknowledged?.0.saturating_sub(tap.attempted))).collect();
        if took.len() < ENOUGH {
            return Vec::new();
        }
        vec![Figure::new(
            "R32",
            "ms until 99 of 100 taps were acknowledged",
            Times::of(took).p99,
            Bound::AtMost(1_000.0),
        )]
    }
}
