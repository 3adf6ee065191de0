use chrono::DateTime;
use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

use super::*;
use crate::access::Rights;

fn session(n: u32) -> Session {
    let mut session = [0; 32];
    session[..4].copy_from_slice(&n.to_be_bytes());
    session
}

fn at(session: Session) -> Operator {
    let mut somebody = Operator::of_test(Uuid::nil(), Rights::default(), DateTime::UNIX_EPOCH);
    somebody.session = session;
    somebody
}

fn told(receiver: &watch::Receiver<Told>) -> Option<Found> {
    receiver.borrow().map(|(_, found)| found)
}

/// A minute of consoles that come and go, with looks that take up to `slowest`. How many looks there were, and the
/// longest that a session which was watched all the while went without one that began.
fn a_minute(sessions: u32, each: usize, slowest: Duration) -> (usize, Duration) {
    let mut dice = ChaCha12Rng::seed_from_u64(u64::from(sessions));
    let (start, mut schedule) = (Instant::now(), Schedule::default());
    let mut last: HashMap<Session, Instant> = HashMap::new();
    let mut under_way: Vec<(Instant, Vec<Session>, Instant)> = Vec::new();
    let (mut looks, mut longest) = (0, Duration::ZERO);
    for slot in 0..600_u32 {
        let now = start + SLOT * slot;
        // Everybody dials within the first second, as after a restart; later somebody dials anew now and then.
        let coming: Vec<u32> = if slot < 10 {
            (0..sessions).filter(|n| n % 10 == slot).collect()
        } else {
            (0..sessions / 1_000).map(|_| dice.random_range(0..sessions)).collect()
        };
        for n in coming {
            for _ in 0..each {
                if slot >= 10 {
                    schedule.leave(&session(n));
                }
                drop(schedule.join(session(n), now));
            }
            last.insert(session(n), now);
        }
        let (done, still): (Vec<_>, Vec<_>) = under_way.into_iter().partition(|(end, ..)| *end <= now);
        under_way = still;
        for (_, chunk, asked) in done {
            let found: Vec<Operator> = chunk.iter().map(|session| at(*session)).collect();
            schedule.found(&chunk, &found, asked);
            schedule.looking -= 1;
        }
        for chunk in schedule.due(now) {
            looks += 1;
            assert!(chunk.len() <= CHUNK);
            for session in &chunk {
                longest = longest.max(now - last.insert(*session, now).unwrap());
            }
            let takes = slowest.mul_f64(dice.random());
            under_way.push((now + takes, chunk, now));
        }
        assert!(under_way.len() <= AT_ONCE);
    }
    let end = start + SLOT * 600;
    let unseen = last.values().map(|at| end - *at).max().unwrap();
    (looks, longest.max(unseen))
}

#[test]
fn sockets_of_one_session_cost_one_look_every_two_seconds() {
    let (looks, longest) = a_minute(1, 400, Duration::from_millis(50));
    assert!((28..=32).contains(&looks), "{looks}");
    assert!(longest <= Duration::from_millis(2_200), "{longest:?}");
}

#[test]
fn fifteen_thousand_sessions_cost_a_few_looks_a_second_and_none_waits_for_more_than_three_and_a_half() {
    let (looks, longest) = a_minute(15_000, 1, Duration::from_millis(100));
    // 30 chunks every two seconds are 900; those who dial anew are looked at at once.
    assert!((850..=1_400).contains(&looks), "{looks}");
    assert!(longest <= Duration::from_millis(3_500), "{longest:?}");
    let (looks, longest) = a_minute(400, 2, Duration::from_millis(100));
    assert!(looks <= 65, "{looks}");
    assert!(longest <= Duration::from_millis(2_500), "{longest:?}");
}

#[test]
fn each_console_is_told_what_a_look_came_to_that_began_after_it_came() {
    let (start, mut schedule) = (Instant::now(), Schedule::default());
    let first = schedule.join(session(1), start);
    assert_eq!(schedule.due(start), [vec![session(1)]]);
    assert_eq!(schedule.due(start + SLOT), Vec::<Vec<Session>>::new(), "it is being looked at");
    let second = schedule.join(session(1), start + SLOT);
    schedule.found(&[session(1)], &[at(session(1))], start);
    schedule.looking -= 1;
    let rights = Found::Rights(at(session(1)).fingerprint);
    assert_eq!((told(&first), told(&second)), (Some(rights), Some(rights)));
    assert_eq!(first.borrow().unwrap().0, start, "the second knows by this that it is not for it");
    // For the second it is looked at again at once.
    let next = start + SLOT * 2;
    assert_eq!(schedule.due(next), [vec![session(1)]]);
    schedule.found(&[session(1)], &[], next);
    schedule.looking -= 1;
    assert_eq!((told(&first), told(&second)), (Some(Found::Ended), Some(Found::Ended)));
    schedule.leave(&session(1));
    assert_eq!(schedule.sessions.len(), 1);
    schedule.leave(&session(1));
    assert!(schedule.sessions.is_empty());
}

/// Every look fails after its whole patience, for `seconds`; when each session was told so, at first and at last.
fn failing(schedule: &mut Schedule, start: Instant, seconds: u32, away: bool) -> Option<(Duration, Duration)> {
    let mut under_way: Vec<(Instant, Vec<Session>)> = Vec::new();
    let mut first = None;
    for slot in 0..seconds * 10 {
        let now = start + SLOT * slot;
        let (done, still): (Vec<_>, Vec<_>) = under_way.into_iter().partition(|(end, _)| *end <= now);
        under_way = still;
        for (_, chunk) in done {
            schedule.failed(&chunk, away, now);
            schedule.over(&chunk, now);
        }
        schedule.doubt(now, away);
        under_way.extend(schedule.due(now).into_iter().map(|chunk| (now + PATIENCE, chunk)));
        let let_go = |entry: &Entry| entry.told.borrow().is_some_and(|(_, found)| found == Found::Unchecked);
        if schedule.sessions.values().any(let_go) {
            first.get_or_insert(now - start);
        }
        if schedule.sessions.values().all(let_go) {
            return first.map(|first| (first, now - start));
        }
    }
    None
}

#[test]
fn a_console_that_is_not_looked_at_goes_on_for_five_seconds_but_while_the_database_is_away_for_good() {
    for sessions in [1, 15_000] {
        let (start, mut schedule) = (Instant::now(), Schedule::default());
        let consoles: Vec<_> = (0..sessions).map(|n| schedule.join(session(n), start)).collect();
        assert_eq!(failing(&mut schedule, start, 60, true), None);
        // The database is back, and does not answer this one question.
        let back = start + Duration::from_secs(60);
        let (first, last) = failing(&mut schedule, back, 60, false).unwrap();
        assert!(first >= Duration::from_secs(4) && last <= Duration::from_secs(5), "{first:?} to {last:?}");
        assert_eq!(told(&consoles[0]), Some(Found::Unchecked));
    }
}

#[test]
fn a_look_that_comes_to_nothing_leaves_its_place_and_its_sessions_to_the_next() {
    let (start, mut schedule) = (Instant::now(), Schedule::default());
    let _console = schedule.join(session(1), start);
    let chunk = schedule.due(start).concat();
    schedule.over(&chunk, start + SLOT);
    assert_eq!(schedule.looking, 0);
    assert_eq!(schedule.due(start + SLOT + AGAIN), [vec![session(1)]]);
}

#[test]
fn a_look_that_hangs_holds_up_no_other() {
    let (start, mut schedule) = (Instant::now(), Schedule::default());
    drop(schedule.join(session(1), start));
    assert_eq!(schedule.due(start).len(), 1);
    drop(schedule.join(session(2), start));
    assert_eq!(schedule.due(start), [vec![session(2)]]);
    // More than may be under way at once waits, and is taken as soon as there is room.
    for n in 3..=4 {
        drop(schedule.join(session(n), start));
        assert_eq!(schedule.due(start).len(), 1);
    }
    drop(schedule.join(session(5), start));
    assert!(schedule.due(start).is_empty());
    schedule.failed(&[session(1)], false, start + PATIENCE);
    schedule.over(&[session(1)], start + PATIENCE);
    assert!(schedule.due(start + PATIENCE).concat().contains(&session(5)));
}
