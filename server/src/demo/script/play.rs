//! How the steps of the exercise are generated.

use std::f64::consts::TAU;
use std::time::Duration;

use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use wire::case::{Battery, CanTalk, Danger, Facts, Injury, Position, PositionSource};

use super::{Action, NEAR_M, Step, TAPS_AFTER_FIRST, TAPS_UNTIL, Tap, Whom};
use crate::demo::world::World;
use crate::places::countries::Point;

/// Where a tap is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zone {
    /// Within [`NEAR_M`] of the office in the capital.
    Near,
    /// Elsewhere in the capital.
    Capital,
    /// Around the other duty stations.
    Away,
    /// The phone knows no position.
    Unknown,
}

/// What is special about a tap.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Twist {
    Plain,
    /// Says "hiding, do not call" with the tap.
    Hiding,
    /// Says what happens with the tap.
    Says,
    /// The phone had no network for a while.
    Late,
    /// Somebody near the office taps once more.
    Again,
    /// For a colleague in the register.
    Colleague,
    /// For somebody who is not in the register.
    Stranger,
    /// From somebody of the second organisation.
    Second,
}

/// The 38 taps after the first; the ones near the office are [`super::TAPS_NEAR`].
const CUES: [(Zone, Twist, usize); 19] = [
    (Zone::Near, Twist::Plain, 7),
    (Zone::Near, Twist::Hiding, 4),
    (Zone::Near, Twist::Says, 3),
    (Zone::Near, Twist::Late, 2),
    (Zone::Near, Twist::Again, 3),
    (Zone::Near, Twist::Colleague, 2),
    (Zone::Near, Twist::Second, 2),
    (Zone::Capital, Twist::Plain, 2),
    (Zone::Capital, Twist::Hiding, 1),
    (Zone::Capital, Twist::Late, 2),
    (Zone::Capital, Twist::Stranger, 1),
    (Zone::Away, Twist::Plain, 2),
    (Zone::Away, Twist::Hiding, 1),
    (Zone::Away, Twist::Says, 1),
    (Zone::Away, Twist::Late, 1),
    (Zone::Away, Twist::Colleague, 1),
    (Zone::Unknown, Twist::Plain, 1),
    (Zone::Unknown, Twist::Hiding, 1),
    (Zone::Unknown, Twist::Late, 1),
];

/// The cues that need something before them (late, again) come from this one on, every third.
const FIRST_WITH_PAST: usize = 12;

/// The steps in the order of their arrival. The same world and seed give the same steps. People with a
/// part in the demo stay out of it: their phones are in the hands of whoever watches.
pub fn capital_falls_silent(world: &World, seed: u64) -> Vec<Step> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let stations: Vec<(usize, Point)> = world
        .stations
        .iter()
        .enumerate()
        .filter(|(_, station)| station.office == world.hit_office)
        .map(|(index, station)| (index, station.at))
        .collect();
    let Some((capital, office)) = stations.first().copied() else { return Vec::new() };
    let mut free: Vec<usize> = world.roster(world.hit_office).filter(|index| is_free(world, *index)).collect();
    free.shuffle(&mut rng);
    let lives_in_capital = |index: &usize| world.people.get(*index).is_some_and(|person| person.station == capital);
    let (in_capital, away) = free.into_iter().partition(lives_in_capital);
    let second = world.roster(world.second_office).collect();
    let mut play = Play { world, rng, stations, office, in_capital, away, second, steps: Vec::new(), taps: 0 };
    play.first();
    play.others();
    play.sent_again();
    play.what_follows();
    play.steps.sort_by_key(|step| step.at);
    play.steps
}

fn is_free(world: &World, index: usize) -> bool {
    world.people.get(index).is_some_and(|person| person.part.is_none())
}

/// The cues in a random order, with those that need a past spread over the later part.
fn cues(rng: &mut Xoshiro256PlusPlus) -> Vec<(Zone, Twist)> {
    let each = CUES.iter().flat_map(|(zone, twist, taps)| std::iter::repeat_n((*zone, *twist), *taps));
    let (mut past, mut fresh): (Vec<_>, Vec<_>) =
        each.partition(|(_, twist)| matches!(twist, Twist::Late | Twist::Again));
    past.shuffle(rng);
    fresh.shuffle(rng);
    let in_turn = |index: usize| {
        let wants_past = index >= FIRST_WITH_PAST && (index - FIRST_WITH_PAST).is_multiple_of(3);
        if wants_past { past.pop().or_else(|| fresh.pop()) } else { fresh.pop().or_else(|| past.pop()) }
    };
    (0..TAPS_AFTER_FIRST).map_while(in_turn).collect()
}

/// Arrival times: dense at first, thinner towards the sixth minute.
fn arrivals(rng: &mut Xoshiro256PlusPlus) -> Vec<Duration> {
    let span = TAPS_UNTIL.as_millis() as f64 - 9_000.0;
    let mut at: Vec<u64> =
        (0..TAPS_AFTER_FIRST).map(|_| (8_000.0 + span * rng.random::<f64>().powf(1.3)) as u64).collect();
    at.sort_unstable();
    at.into_iter().map(Duration::from_millis).collect()
}

/// The steps as they grow.
struct Play<'a> {
    world: &'a World,
    rng: Xoshiro256PlusPlus,
    /// The hit country's stations with their positions, the capital first.
    stations: Vec<(usize, Point)>,
    /// The capital's.
    office: Point,
    /// People of the roster who have not tapped yet, in random order.
    in_capital: Vec<usize>,
    away: Vec<usize>,
    /// People of the second organisation who have not tapped yet.
    second: Vec<usize>,
    steps: Vec<Step>,
    taps: u32,
}

impl Play<'_> {
    /// The first tap, from the office.
    fn first(&mut self) {
        if let Some(person) = self.in_capital.pop() {
            let position = self.fix(self.office, 0.0, 60.0);
            self.tap(Duration::ZERO, person, Some(position), Twist::Plain);
        }
    }

    fn others(&mut self) {
        let arrivals = arrivals(&mut self.rng);
        for ((zone, twist), at) in cues(&mut self.rng).into_iter().zip(arrivals) {
            let person = match (zone, twist) {
                (_, Twist::Again) => self.tapped_before(at),
                (_, Twist::Second) => self.second.pop(),
                (Zone::Away, _) => self.away.pop(),
                _ => self.in_capital.pop(),
            };
            let Some(person) = person else { continue };
            let position = self.position(zone, person);
            self.tap(at, person, position, twist);
        }
    }

    /// Somebody near the office who tapped for themselves 20 s or more before, and only once: the latest.
    fn tapped_before(&self, at: Duration) -> Option<usize> {
        let once = |person: usize| self.steps.iter().filter(|step| step.person == person).count() == 1;
        let near =
            |tap: &Tap| tap.position.is_some_and(|p| metres(self.office, Point { lat: p.lat, lon: p.lon }) <= NEAR_M);
        let fits = |step: &&Step| match &step.action {
            Action::Tap(tap) => tap.colleague.is_none() && near(tap) && once(step.person),
            _ => false,
        };
        let past = self.steps.iter().rev().filter(|step| step.at + Duration::from_secs(20) <= at);
        past.filter(fits).map(|step| step.person).next()
    }

    fn position(&mut self, zone: Zone, person: usize) -> Option<Position> {
        let home = self.world.people.get(person).map(|person| person.station);
        let station = self.stations.iter().find(|(index, _)| Some(*index) == home).map_or(self.office, |(_, at)| *at);
        match zone {
            Zone::Near => Some(self.position_around(self.office, 80.0, NEAR_M - 20.0)),
            Zone::Capital => Some(self.position_around(self.office, NEAR_M + 200.0, 14_000.0)),
            Zone::Away => Some(self.position_around(station, 100.0, 6_000.0)),
            Zone::Unknown => None,
        }
    }

    /// A position of any quality between `from` and `to` metres of the centre.
    fn position_around(&mut self, centre: Point, from: f64, to: f64) -> Position {
        let fix = self.fix(centre, from, to);
        let (source, accuracy, age) = match self.rng.random_range(0..10) {
            0..6 => return fix,
            6..8 => (PositionSource::Network, 150..2_500, 0..30_000),
            8 => (PositionSource::Cached, 20..400, 120_000..2_400_000),
            _ => return Position { accuracy_m: None, age_ms: None, source: PositionSource::Unknown, ..fix },
        };
        let accuracy_m = Some(f64::from(self.rng.random_range(accuracy)));
        Position { accuracy_m, age_ms: Some(self.rng.random_range(age)), source, ..fix }
    }

    /// A fresh satellite fix between `from` and `to` metres of the centre.
    fn fix(&mut self, centre: Point, from: f64, to: f64) -> Position {
        let away = (from * from + (to * to - from * from) * self.rng.random::<f64>()).sqrt();
        let Point { lat, lon } = moved(centre, away, self.rng.random_range(0.0..TAU));
        let accuracy_m = Some(f64::from(self.rng.random_range(4..35)));
        Position { lat, lon, accuracy_m, age_ms: Some(self.rng.random_range(0..9_000)), source: PositionSource::Gps }
    }

    fn tap(&mut self, at: Duration, person: usize, position: Option<Position>, twist: Twist) {
        let tap = Tap {
            number: self.taps,
            age: self.age(at, twist),
            colleague: self.colleague(twist),
            position,
            battery: self.battery(),
            network: self.network(),
            facts: facts_with_tap(twist),
        };
        self.taps += 1;
        self.steps.push(Step { at, person, action: Action::Tap(tap) });
    }

    /// Seconds for a phone that sent at once; up to four minutes for one without a network. No tap was
    /// made before the first.
    fn age(&mut self, at: Duration, twist: Twist) -> Duration {
        let longest = at.min(Duration::from_secs(240)).as_millis() as u64;
        let age = match twist {
            Twist::Late => self.rng.random_range(longest / 2..=longest),
            _ => self.rng.random_range(150..1_800).min(longest),
        };
        Duration::from_millis(age)
    }

    fn colleague(&mut self, twist: Twist) -> Option<Whom> {
        match twist {
            Twist::Colleague => self.in_capital.pop().map(Whom::Person),
            Twist::Stranger => Some(Whom::Named("Sister Odile, clinic in Rue Kaval")),
            _ => None,
        }
    }

    fn battery(&mut self) -> Option<Battery> {
        let charging = [Some(false), Some(true), None].choose(&mut self.rng).copied().flatten();
        let percent = self.rng.random_range(3..=100);
        self.rng.random_bool(0.9).then_some(Battery { percent, charging })
    }

    fn network(&mut self) -> Option<&'static str> {
        let kinds = [Some("4g"), Some("4g"), Some("3g"), Some("2g"), Some("wifi"), None];
        kinds.choose(&mut self.rng).copied().flatten()
    }

    /// Two phones lost the answer and send the same tap again.
    fn sent_again(&mut self) {
        let lost: Vec<Step> = self.steps.iter().skip(9).step_by(12).take(2).cloned().collect();
        for mut step in lost {
            let wait = Duration::from_millis(self.rng.random_range(2_000..6_000));
            if let Action::Tap(tap) = &mut step.action {
                tap.age += wait;
            }
            step.at += wait;
            self.steps.push(step);
        }
    }

    /// Facts from every third who tapped for themselves, two positions from every sixth.
    fn what_follows(&mut self) {
        let own = |step: &Step| match &step.action {
            Action::Tap(tap) if tap.colleague.is_none() => Some((step.at, step.person, tap.position)),
            _ => None,
        };
        let own: Vec<_> = self.steps.iter().filter_map(own).collect();
        for ((at, person, _), facts) in own.iter().step_by(3).zip(said()) {
            let at = *at + Duration::from_millis(self.rng.random_range(15_000..90_000));
            self.steps.push(Step { at, person: *person, action: Action::Facts(facts) });
        }
        for (at, person, position) in own.into_iter().skip(1).step_by(6) {
            let Some(position) = position else { continue };
            for leg in 1..=2 {
                let from = Point { lat: position.lat, lon: position.lon };
                let fix = self.fix(from, 30.0, 90.0 * f64::from(leg));
                let at = at + Duration::from_secs(40) * leg;
                self.steps.push(Step { at, person, action: Action::Position(fix) });
            }
        }
    }
}

fn facts_with_tap(twist: Twist) -> Option<Facts> {
    match twist {
        Twist::Hiding => Some(Facts { can_talk: Some(CanTalk::No), ..Facts::default() }),
        Twist::Says => Some(Facts { danger: Some(Danger::Attack), can_talk: Some(CanTalk::Yes), ..Facts::default() }),
        _ => None,
    }
}

/// What people add after their tap.
fn said() -> [Facts; 9] {
    let say = |danger, injury, can_talk, people, place: &str, note: &str| Facts {
        danger: Some(danger),
        injury: Some(injury),
        can_talk: Some(can_talk),
        people: Some(people),
        place: (!place.is_empty()).then(|| place.to_owned()),
        note: (!note.is_empty()).then(|| note.to_owned()),
    };
    let silent = Facts { can_talk: Some(CanTalk::No), note: Some("ne pas appeler".to_owned()), ..Facts::default() };
    [
        say(
            Danger::Attack,
            Injury::None,
            CanTalk::No,
            6,
            "office, stairwell, 2nd floor",
            "two blasts, shots at the gate",
        ),
        say(
            Danger::Attack,
            Injury::Light,
            CanTalk::Yes,
            2,
            "marché central, côté nord",
            "éclats de verre, nous marchons",
        ),
        silent,
        say(Danger::Attack, Injury::Unknown, CanTalk::No, 11, "مدرسة الميناء", "نحن في القبو"),
        say(Danger::Trapped, Injury::None, CanTalk::Yes, 4, "lift, Belaro building", "power is out"),
        say(Danger::Threat, Injury::None, CanTalk::Unknown, 1, "", "armed men stop cars at the bridge"),
        say(
            Danger::Medical,
            Injury::Serious,
            CanTalk::Yes,
            3,
            "vehicle on the harbour road",
            "leg wound, bleeding slowed",
        ),
        say(Danger::Crime, Injury::None, CanTalk::Yes, 1, "guest house", ""),
        say(Danger::Accident, Injury::Light, CanTalk::Yes, 5, "roundabout east of the port", "car hit while fleeing"),
    ]
}

/// The point so many metres away in a direction (radians from north); on a plane, good for some kilometres.
fn moved(from: Point, metres: f64, towards: f64) -> Point {
    let north = metres * towards.cos() / METRES_PER_DEGREE;
    let east = metres * towards.sin() / (METRES_PER_DEGREE * from.lat.to_radians().cos());
    Point { lat: from.lat + north, lon: from.lon + east }
}

/// Metres between two points, on the same plane.
pub(super) fn metres(a: Point, b: Point) -> f64 {
    let east = (b.lon - a.lon) * a.lat.to_radians().cos();
    (b.lat - a.lat).hypot(east) * METRES_PER_DEGREE
}

const METRES_PER_DEGREE: f64 = 111_195.0;
