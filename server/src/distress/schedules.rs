//! Schedules of ladders on a clock of the test's own: whatever restarts, workers at the same time and people do, each step
//! is carried out once, in its turn, and none later than five seconds after it was due (A4).

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use wire::case::{DeliveryChannel, LadderStep, ReleaseReason};

use super::Case;
use super::ladder::{AGAIN, LADDER, Ladder, ORDERED, UNSEEN};
use super::tests::{by, case, start};
use crate::escalation::{Plan, Step, Unseen};

/// How often a worker looks.
const LOOK_MS: i64 = 250;

/// The longest that no worker is there, in milliseconds: one that starts again carries out what is due a step with each
/// look.
const AWAY_MS: i64 = 2_500;

/// How long there is a worker again before none may be there once more.
const BACK: TimeDelta = TimeDelta::seconds(10);

/// How late a step may be.
const LATE: TimeDelta = TimeDelta::seconds(5);

/// What happens to one timer when it is due.
#[derive(Debug, Clone, Copy)]
struct Luck {
    /// No worker is there for this long, in milliseconds.
    away_ms: i64,
    /// A worker dies in the middle: what it had written is undone, and another begins anew.
    dies: bool,
    /// The step reaches nobody by a proven number.
    passed: bool,
}

/// What people do, so many milliseconds after the first tap.
#[derive(Debug, Clone, Copy)]
enum Does {
    Shown,
    Tap,
    Claim(u128),
    Release,
    Hurry,
    CallAlso,
}

/// The timers of one case as the database keeps them: each is set once and fires once.
#[derive(Default)]
struct Timers(BTreeMap<(&'static str, i64), (DateTime<Utc>, bool)>);

impl Timers {
    fn set(&mut self, case: &Case) {
        for (kind, generation, due_at) in case.timers() {
            self.0.entry((kind, generation)).or_insert((due_at, false));
        }
    }

    fn next(&self) -> Option<(&'static str, i64, DateTime<Utc>)> {
        let waiting = self.0.iter().filter(|(_, (_, fired))| !fired);
        waiting.map(|((kind, generation), (due, _))| (*kind, *generation, *due)).min_by_key(|(.., due)| *due)
    }

    fn fire(&mut self, kind: &'static str, generation: i64) {
        if let Some((_, fired)) = self.0.get_mut(&(kind, generation)) {
            *fired = true;
        }
    }
}

/// A step that was carried out.
#[derive(Debug, Clone, Copy)]
struct Ran {
    kind: &'static str,
    step: LadderStep,
    generation: i64,
    due_at: DateTime<Utc>,
    at: DateTime<Utc>,
    passed: bool,
}

/// Plays a case until `until`; what was carried out.
fn play(case: &mut Case, does: &[(i64, Does)], luck: &[Luck], until: DateTime<Utc>) -> Vec<Ran> {
    let (mut timers, mut ran, mut fate) = (Timers::default(), Vec::new(), luck.iter().cycle());
    let mut does = does.iter().map(|(ms, what)| (start() + TimeDelta::milliseconds(*ms), *what)).peekable();
    timers.set(case);
    let (mut now, mut away_until) = (start(), start() - BACK);
    loop {
        let due = timers.next().map(|(.., due)| due.max(now));
        let said = does.peek().map(|(at, _)| (*at).max(now));
        if let Some(at) = said.filter(|at| due.is_none_or(|due| *at <= due)) {
            now = at;
            let (_, what) = does.next().expect("it was peeked");
            act(case, what, now);
            case.summary.revision += 1;
            timers.set(case);
            continue;
        }
        let Some((kind, generation, due_at)) = timers.next().filter(|(.., due)| *due <= until) else { return ran };
        let Luck { away_ms, dies, passed } = *fate.next().expect("it goes round");
        let begins = due_at.max(now);
        if begins - away_until >= BACK {
            away_until = begins + TimeDelta::milliseconds(away_ms);
        }
        // The next look of a worker after the time that none is there.
        let look = (begins.max(away_until) - start()).num_milliseconds().div_euclid(LOOK_MS) + 1;
        let at = start() + TimeDelta::milliseconds(look * LOOK_MS);
        // What people do meanwhile comes first.
        if does.peek().is_some_and(|(said, _)| *said < at) {
            let (said, what) = does.next().expect("it was peeked");
            now = said.max(now);
            act(case, what, now);
            case.summary.revision += 1;
            timers.set(case);
            continue;
        }
        now = at;
        // Two workers take it at the same time; one may die before it has written anything.
        for dies in [dies, false, false] {
            let over = timers.0.get(&(kind, generation)).is_none_or(|(_, fired)| *fired);
            if dies || over {
                continue;
            }
            if let Some(errand) = case.errand(kind, generation) {
                let passed = passed && errand.is_step();
                ran.push(Ran { kind, step: errand.step.step, generation, due_at, at: now, passed });
                case.ran(&errand, &[by(1).id], passed, now);
                case.summary.revision += 1;
            }
            timers.fire(kind, generation);
            timers.set(case);
        }
    }
}

fn act(case: &mut Case, what: Does, now: DateTime<Utc>) {
    match what {
        Does::Shown => drop(case.shown(case.summary.last_tap, now)),
        Does::Tap => drop(case.tap(uuid::Uuid::from_u128(u128::from(case.summary.revision)), now)),
        Does::Claim(who) => drop(case.claim(&by(who), None, now)),
        Does::Release => drop(case.release(ReleaseReason::GivenBack, now)),
        Does::Hurry => drop(case.hurry(&by(9), "shots are heard", now)),
        Does::CallAlso => drop(case.call_also(&by(9), &[(by(5).id, "Noor".to_owned())], "lives next door", now)),
    }
}

fn ladders() -> impl Strategy<Value = Ladder> {
    let steps = proptest::collection::vec((0..3_usize, 0..120_i64), 1..6);
    (steps, proptest::option::of(5..=60_i64)).prop_map(|(steps, unseen)| {
        let by = [DeliveryChannel::Sms];
        let mut after_s = 0;
        let mut all = vec![Step::of_people(LadderStep::DutyOfficer, Vec::new(), &by)];
        for (whom, wait) in steps {
            after_s += wait;
            let whom = [LadderStep::DutyOfficer, LadderStep::RegionalOfficer, LadderStep::Everybody][whom];
            all.push(Step { after_s, ..Step::of_people(whom, Vec::new(), &by) });
        }
        all.push(Step { after_s, ..Step::of_people(LadderStep::Everybody, Vec::new(), &by) });
        let unseen = unseen.map(|after_s| Unseen { after_s, channels: by.to_vec() });
        Ladder { plan: Plan::of_steps(all), unseen }
    })
}

fn luck() -> impl Strategy<Value = Vec<Luck>> {
    let one = (0..=AWAY_MS, any::<bool>(), proptest::bool::weighted(0.2));
    let one = one.prop_map(|(away_ms, dies, passed)| Luck { away_ms, dies, passed });
    proptest::collection::vec(one, 1..20)
}

fn doings() -> impl Strategy<Value = Vec<(i64, Does)>> {
    let what = prop_oneof![
        Just(Does::Shown),
        Just(Does::Tap),
        (1..4_u128).prop_map(Does::Claim),
        Just(Does::Release),
        Just(Does::Hurry),
        Just(Does::CallAlso),
    ];
    proptest::collection::vec((0..900_000_i64, what), 0..12).prop_map(|mut all| {
        all.sort_by_key(|(ms, _)| *ms);
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Nobody does anything: the steps come one after the other, none skipped, none twice, each at its time, the last one
    /// again every five minutes.
    #[test]
    fn an_alarm_that_nobody_takes_climbs_its_whole_ladder_in_time(ladder in ladders(), luck in luck()) {
        let mut case = case();
        case.climb_by(ladder.clone(), start());
        let until = start() + TimeDelta::minutes(25);
        let ran = play(&mut case, &[], &luck, until);
        let unseen: Vec<_> = ran.iter().filter(|one| one.kind == UNSEEN).collect();
        prop_assert_eq!(unseen.len(), usize::from(ladder.unseen.is_some()));
        for one in &ran {
            prop_assert!(one.at >= one.due_at && one.at - one.due_at <= LATE, "{:?}", one);
        }
        let steps: Vec<_> = ran.iter().filter(|one| one.kind == LADDER).collect();
        let plan = ladder.plan.steps();
        prop_assert!(steps.len() > plan.len(), "the last one is repeated");
        for (nth, one) in steps.iter().enumerate() {
            let meant = &plan[nth.min(plan.len() - 1)];
            let due = match nth.checked_sub(1).map(|before| steps[before]) {
                None => start(),
                Some(before) if nth >= plan.len() => before.at + AGAIN,
                Some(before) if before.passed => before.at,
                Some(_) => start() + TimeDelta::seconds(meant.after_s),
            };
            prop_assert_eq!((one.step, one.due_at), (meant.step, due), "step {} of {:?}", nth, steps);
        }
    }

    /// Whatever people do: no step is carried out twice, none late, none for nobody's sake.
    #[test]
    fn whatever_people_do_no_step_is_repeated_or_late(ladder in ladders(), luck in luck(), does in doings()) {
        let mut case = case();
        case.climb_by(ladder, start());
        let ran = play(&mut case, &does, &luck, start() + TimeDelta::minutes(25));
        let mut known = std::collections::BTreeSet::new();
        for one in &ran {
            prop_assert!(known.insert((one.kind, one.generation)), "twice: {:?}", one);
            prop_assert!(one.at - one.due_at <= LATE, "late: {:?}", one);
        }
        let ordered = does.iter().filter(|(_, what)| matches!(what, Does::CallAlso)).count();
        prop_assert_eq!(ran.iter().filter(|one| one.kind == ORDERED).count(), ordered, "what was ordered is done once");
        // At the end nobody has it and somebody is still to be called, or somebody has it.
        prop_assert!(case.summary.owner.is_some() || case.climb.is_some());
    }
}

fn plan(steps: &[(LadderStep, i64)]) -> Ladder {
    let by = [DeliveryChannel::Sms];
    let step =
        |(step, after_s): &(LadderStep, i64)| Step { after_s: *after_s, ..Step::of_people(*step, Vec::new(), &by) };
    let unseen = Some(Unseen { after_s: 5, channels: by.to_vec() });
    Ladder { plan: Plan::of_steps(steps.iter().map(step).collect()), unseen }
}

fn seconds(after: i64) -> DateTime<Utc> {
    start() + TimeDelta::seconds(after)
}

#[test]
fn whoever_takes_it_far_away_leaves_the_officers_in_the_country_all_their_steps() {
    use LadderStep::{DutyOfficer, Everybody, RegionalOfficer};
    let mut case = case();
    case.climb_by(plan(&[(DutyOfficer, 0), (RegionalOfficer, 30), (DutyOfficer, 60), (Everybody, 300)]), start());
    let luck = [Luck { away_ms: 0, dies: false, passed: false }];
    play(&mut case, &[], &luck, seconds(2));
    assert!(case.claim(&by(2), None, seconds(10)).is_ok());
    assert_eq!(case.climb.map(|climb| (climb.step, climb.due_at)), Some((DutyOfficer, seconds(60))));
    // Whoever has it may stop that, for themselves and for nobody else.
    assert!(case.stop_calls(&by(2), "I have the officer on the line", seconds(11)).is_ok());
    assert!(case.climb.is_none() && !case.needs(DutyOfficer));
    let takeover = wire::case::Takeover { from: by(2).id, reason: wire::case::TakeoverReason::ShiftChange };
    assert!(case.claim(&by(3), Some(&takeover), seconds(20)).is_ok());
    assert!(case.needs(DutyOfficer));
    assert_eq!(case.climb.map(|climb| (climb.step, climb.due_at)), Some((DutyOfficer, seconds(20))));
}

#[test]
fn tapping_on_neither_puts_the_operations_centre_off_nor_calls_it_without_end() {
    let mut case = case();
    case.climb_by(plan(&[(LadderStep::DutyOfficer, 0), (LadderStep::Everybody, 300)]), start());
    let taps: Vec<_> = (1..150).map(|nth| (nth * 4_000, Does::Tap)).collect();
    let luck = [Luck { away_ms: 0, dies: false, passed: false }];
    let ran = play(&mut case, &taps, &luck, seconds(600));
    let unseen: Vec<_> = ran.iter().filter(|one| one.kind == UNSEEN).map(|one| one.at - start()).collect();
    assert!(unseen[0] <= TimeDelta::seconds(6), "{unseen:?}");
    assert_eq!(unseen.len(), 2, "once in five minutes: {unseen:?}");
}

#[test]
fn a_case_that_is_nobodys_again_calls_the_operations_centre_although_its_first_time_is_over() {
    let mut case = case();
    case.climb_by(plan(&[(LadderStep::DutyOfficer, 0), (LadderStep::Everybody, 300)]), start());
    let does = [(3_000, Does::Claim(2)), (180_000, Does::Release)];
    let luck = [Luck { away_ms: 0, dies: false, passed: false }];
    let ran = play(&mut case, &does, &luck, seconds(240));
    let unseen: Vec<_> =
        ran.iter().filter(|one| one.kind == UNSEEN).map(|one| (one.at - start()).num_seconds()).collect();
    assert_eq!(unseen, [185]);
}
