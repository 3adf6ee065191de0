//! The exercise "capital falls silent": its Not Okay steps, as data.
//!
//! The first tap comes from the office in the hit country's capital, then 38 more within six minutes,
//! 60 % of them within 2 km of that office. Among them are people in hiding, people who tap for a
//! colleague, who tap again, whose phone had no network for a while, and two of the second
//! organisation. Two phones send a tap once more because the answer was lost. Facts and positions
//! follow for some. Who plays it chooses the pace; nothing here reads a clock.

mod play;

use std::time::Duration;

use wire::case::{Battery, Facts, Position};

pub use play::capital_falls_silent;

/// Taps after the first.
pub const TAPS_AFTER_FIRST: usize = 38;
/// Of those, how many within [`NEAR_M`] of the capital's duty station: 60 %.
pub const TAPS_NEAR: usize = 23;
/// Metres around the capital's duty station.
pub const NEAR_M: f64 = 2_000.0;
/// The last tap arrives before this.
pub const TAPS_UNTIL: Duration = Duration::from_secs(360);

/// Something that one phone sends.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// When it reaches the server, from the exercise's first tap on.
    pub at: Duration,
    /// Whose phone: index into [`people`](super::world::World::people).
    pub person: usize,
    /// What.
    pub action: Action,
}

/// What a phone sends.
#[derive(Clone, PartialEq)]
pub enum Action {
    /// A Not Okay.
    Tap(Tap),
    /// Facts to the person's own case, after a tap.
    Facts(Facts),
    /// A position to the person's own case, after a tap.
    Position(Position),
}

/// Only the kind: what people say and where they are stays out of logs.
impl std::fmt::Debug for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tap(_) => "Tap",
            Self::Facts(_) => "Facts",
            Self::Position(_) => "Position",
        })
    }
}

/// One Not Okay as a phone sends it.
#[derive(Clone, PartialEq)]
pub struct Tap {
    /// Stands for the tap's key: a step with a number that came before is the same tap sent again,
    /// with the same body and a higher age.
    pub number: u32,
    /// Time between the tap and its arrival, for the age header; the tap was made at `at - age`.
    pub age: Duration,
    /// Set when it is for somebody else.
    pub colleague: Option<Whom>,
    /// Position of the phone; absent when it had none.
    pub position: Option<Position>,
    /// Battery; absent when the phone did not say.
    pub battery: Option<Battery>,
    /// Kind of network; absent when the phone did not say.
    pub network: Option<&'static str>,
    /// Facts given with the tap, such as hiding.
    pub facts: Option<Facts>,
}

/// The colleague in danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Picked from the register: index into [`people`](super::world::World::people).
    Person(usize),
    /// Typed; not in the register.
    Named(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::world::{self, World};
    use crate::places::countries::Point;
    use std::collections::{HashMap, HashSet};
    use std::sync::LazyLock;
    use wire::case::CanTalk;

    static WORLD: LazyLock<World> = LazyLock::new(|| world::build(1));

    /// Every tap once: at, person, tap.
    fn taps(steps: &[Step]) -> Vec<(Duration, usize, &Tap)> {
        let mut seen = HashSet::new();
        let mut first = |tap: &Tap| seen.insert(tap.number);
        steps
            .iter()
            .filter_map(|step| match &step.action {
                Action::Tap(tap) if first(tap) => Some((step.at, step.person, tap)),
                _ => None,
            })
            .collect()
    }

    fn from_office(tap: &Tap) -> Option<f64> {
        tap.position.map(|p| play::metres(WORLD.capital().unwrap().at, Point { lat: p.lat, lon: p.lon }))
    }

    /// Runs a check on the scripts of many seeds.
    fn for_seeds(check: impl Fn(&[Step])) {
        (0..50).for_each(|seed| check(&capital_falls_silent(&WORLD, seed)));
    }

    #[test]
    fn one_tap_from_the_office_then_38_in_six_minutes_23_of_them_near() {
        for_seeds(|steps| {
            let taps = taps(steps);
            assert_eq!(taps.len(), 1 + TAPS_AFTER_FIRST);
            assert_eq!(taps[0].0, Duration::ZERO);
            assert!(from_office(taps[0].2).unwrap() <= 60.0);
            assert!(taps.iter().all(|(at, ..)| *at < TAPS_UNTIL));
            let near = taps[1..].iter().filter(|(.., tap)| from_office(tap).is_some_and(|m| m <= NEAR_M)).count();
            assert_eq!(near, TAPS_NEAR);
            assert_eq!(taps.iter().filter(|(.., tap)| tap.position.is_none()).count(), 3);
        });
    }

    #[test]
    fn the_taps_are_of_every_sort() {
        for_seeds(|steps| {
            let taps = taps(steps);
            let hiding = |tap: &Tap| tap.facts.as_ref().is_some_and(|facts| facts.can_talk == Some(CanTalk::No));
            assert_eq!(taps.iter().filter(|(.., tap)| hiding(tap)).count(), 7);
            assert_eq!(taps.iter().filter(|(.., tap)| matches!(tap.colleague, Some(Whom::Person(_)))).count(), 3);
            assert_eq!(taps.iter().filter(|(.., tap)| matches!(tap.colleague, Some(Whom::Named(_)))).count(), 1);
            assert_eq!(taps.iter().filter(|(.., tap)| tap.age > Duration::from_secs(5)).count(), 6);
            let second = taps.iter().filter(|(_, person, _)| WORLD.people[*person].office == WORLD.second_office);
            assert_eq!(second.map(|(_, person, _)| person).collect::<HashSet<_>>().len(), 2);
            let mut by_person: HashMap<usize, usize> = HashMap::new();
            taps.iter().for_each(|(_, person, _)| *by_person.entry(*person).or_default() += 1);
            assert_eq!(by_person.values().filter(|taps| **taps == 2).count(), 3);
            assert_eq!(by_person.len(), 36);
            let sent = steps.iter().filter(|step| matches!(step.action, Action::Tap(_))).count();
            assert_eq!(sent, taps.len() + 2);
        });
    }

    #[test]
    fn a_tap_sent_again_has_the_same_body_and_is_as_much_older() {
        for_seeds(|steps| {
            let mut first: HashMap<u32, (Duration, usize, Tap)> = HashMap::new();
            for step in steps {
                let Action::Tap(tap) = &step.action else { continue };
                let (at, person, before) = first.entry(tap.number).or_insert((step.at, step.person, tap.clone()));
                assert_eq!((*person, before.age + (step.at - *at)), (step.person, tap.age));
                assert!(tap.clone() == Tap { age: tap.age, ..before.clone() });
            }
        });
    }

    #[test]
    fn steps_come_in_order_and_what_follows_a_tap_follows_it() {
        for_seeds(|steps| {
            assert!(steps.windows(2).all(|pair| pair[0].at <= pair[1].at));
            let mut tapped = HashSet::new();
            for step in steps {
                match &step.action {
                    Action::Tap(tap) => {
                        assert!(tap.age <= step.at, "{:?} before the exercise", step.at);
                        if tap.colleague.is_none() {
                            tapped.insert(step.person);
                        }
                    }
                    Action::Facts(_) | Action::Position(_) => assert!(tapped.contains(&step.person)),
                }
            }
            let facts = steps.iter().filter(|step| matches!(step.action, Action::Facts(_))).count();
            let positions = steps.iter().filter(|step| matches!(step.action, Action::Position(_))).count();
            assert!(facts == 9 && (6..=12).contains(&positions), "{facts}, {positions}");
        });
    }

    #[test]
    fn nobody_with_a_part_taps_and_everybody_is_in_the_hit_country() {
        for_seeds(|steps| {
            for step in steps {
                let person = &WORLD.people[step.person];
                assert!(person.part.is_none());
                assert_eq!(WORLD.offices[person.office].country, WORLD.invented.iso2);
                if let Action::Tap(Tap { colleague: Some(Whom::Person(other)), .. }) = &step.action {
                    assert!(*other != step.person && WORLD.people[*other].part.is_none());
                }
            }
        });
    }

    #[test]
    fn values_are_such_as_a_phone_sends() {
        for_seeds(|steps| {
            let mut sources = HashSet::new();
            for (.., tap) in taps(steps) {
                assert!(tap.battery.is_none_or(|battery| battery.percent <= 100));
                assert!(tap.network.is_none_or(|network| network.len() <= 16));
                let Some(p) = tap.position else { continue };
                sources.insert(p.source);
                assert!(Point::new(p.lat, p.lon).is_some() && p.accuracy_m.is_none_or(|metres| metres > 0.0));
            }
            assert!(sources.len() >= 3);
        });
    }

    #[test]
    fn the_same_seed_gives_the_same_steps() {
        assert!(capital_falls_silent(&WORLD, 5) == capital_falls_silent(&WORLD, 5));
        assert!(capital_falls_silent(&WORLD, 5) != capital_falls_silent(&WORLD, 6));
    }
}
