//! Which faults come when: decided by the seed alone, before anything runs.

use rand::rngs::ChaCha12Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::settings::Settings;

/// One fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Not before this time of the run, milliseconds.
    pub at_ms: u64,
    /// What.
    pub kind: Kind,
    /// Which node or which node's link, from 0; of no meaning for the others.
    pub node: usize,
    /// How long, milliseconds.
    pub lasts_ms: u64,
    /// Decides what is random within it.
    pub seed: u64,
    /// Whether the steps after it wait until it is over.
    pub alone: bool,
}

/// The calm at the beginning and between the faults of a round, milliseconds.
const CALM: u64 = 1_000;
const CALM_SHORT: u64 = 500;

/// The faults of one database, in their order, for a seed.
pub fn steps(settings: &Settings, seed: u64, shared: bool) -> Vec<Step> {
    let mut dice = ChaCha12Rng::seed_from_u64(seed ^ u64::from(shared));
    let nodes = if shared { settings.nodes as usize } else { 1 };
    let chosen = |kind: &Kind| kind.is_of(shared) && (settings.faults.is_empty() || settings.faults.contains(kind));
    let kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(chosen).collect();
    match (settings.kills, settings.minutes) {
        (Some(kills), _) => kill_often(&mut dice, kills, nodes),
        (None, Some(minutes)) => mixture(&mut dice, &kinds, u64::from(minutes) * 60_000, nodes),
        (None, None) => round(&mut dice, kinds, nodes, settings.short),
    }
}

fn step(dice: &mut ChaCha12Rng, at_ms: u64, kind: Kind, nodes: usize, (least, most): (u64, u64)) -> Step {
    let (node, lasts_ms) = (dice.random_range(0..nodes), dice.random_range(least..=most));
    Step { at_ms, kind, node, lasts_ms, seed: dice.random(), alone: !kind.is_beside() }
}

/// Each fault once, one after the other, in random order. What concerns one console alone comes first, beside the rest.
fn round(dice: &mut ChaCha12Rng, mut kinds: Vec<Kind>, nodes: usize, short: bool) -> Vec<Step> {
    kinds.shuffle(dice);
    kinds.sort_by_key(|kind| !kind.is_beside());
    let calm = if short { CALM_SHORT } else { CALM };
    let mut at_ms = calm;
    let mut steps = Vec::new();
    for kind in kinds {
        let next = step(dice, at_ms, kind, nodes, kind.lasts_ms(short));
        at_ms += calm + if next.alone { next.lasts_ms } else { 0 };
        steps.push(next);
    }
    steps
}

/// Kills of random nodes, one every half second to three seconds; now and then two at once.
fn kill_often(dice: &mut ChaCha12Rng, kills: u32, nodes: usize) -> Vec<Step> {
    let mut at_ms = CALM;
    let mut steps = Vec::new();
    for _ in 0..kills {
        steps.push(step(dice, at_ms, Kind::KillNode, nodes, (0, 0)));
        at_ms += if dice.random_bool(0.1) { 0 } else { dice.random_range(500..3_000) };
    }
    steps
}

/// Faults one upon another, up to the end.
fn mixture(dice: &mut ChaCha12Rng, kinds: &[Kind], end_ms: u64, nodes: usize) -> Vec<Step> {
    let mut at_ms = CALM;
    let mut steps = Vec::new();
    while at_ms < end_ms && !kinds.is_empty() {
        let Some(kind) = kinds.get(dice.random_range(0..kinds.len())).copied() else { break };
        let next = step(dice, at_ms, kind, nodes, kind.lasts_ms(false));
        steps.push(Step { alone: false, ..next });
        at_ms += dice.random_range(500..6_000);
    }
    steps
}

/// A plan as lines for people.
pub fn lines(steps: &[Step]) -> String {
    let line = |step: &Step| {
        let seconds = |ms: u64| ms as f64 / 1_000.0;
        let (at, lasts) = (seconds(step.at_ms), seconds(step.lasts_ms));
        let beside = if step.alone { "" } else { ", beside others" };
        format!("{at:8.1} s  {:<20} node {}  for {lasts:.1} s{beside}\n", step.kind.name(), step.node + 1)
    };
    steps.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn settings(arguments: &[&str]) -> Settings {
        Settings::parse_from([&["chaos"], arguments].concat())
    }

    #[test]
    fn a_seed_gives_one_plan_and_another_seed_another() {
        for arguments in [&["--short"][..], &["--minutes", "10"], &["--kills", "200"]] {
            let settings = settings(arguments);
            assert_eq!(steps(&settings, 7, true), steps(&settings, 7, true));
            assert_ne!(steps(&settings, 7, true), steps(&settings, 8, true));
        }
    }

    #[test]
    fn a_round_has_every_fault_of_its_database_once() {
        for shared in [false, true] {
            let mut kinds: Vec<Kind> = steps(&settings(&[]), 7, shared).iter().map(|step| step.kind).collect();
            kinds.sort();
            let expected: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| kind.is_of(shared)).collect();
            assert_eq!(kinds, expected);
        }
    }

    #[test]
    fn a_short_round_leaves_time_for_both_databases_in_three_minutes() {
        for seed in 0..50 {
            let of = |shared| {
                let all = steps(&settings(&["--short"]), seed, shared);
                all.iter().map(|step| step.at_ms + step.lasts_ms).max().unwrap()
            };
            assert!(of(false) < 37_000 && of(true) < 70_000, "{} and {}", of(false), of(true));
        }
    }

    #[test]
    fn only_the_chosen_faults_come_and_kills_are_counted() {
        let chosen = steps(&settings(&["--faults", "redis-kill,kill-node", "--minutes", "2"]), 7, true);
        assert!(chosen.iter().all(|step| [Kind::RedisKill, Kind::KillNode].contains(&step.kind)));
        assert!(chosen.iter().all(|step| step.at_ms < 120_000) && chosen.len() > 15);
        assert_eq!(steps(&settings(&["--kills", "200"]), 7, false).len(), 200);
    }
}
