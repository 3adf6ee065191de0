//! Which writes go when.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

struct Job(u32, Lane, Vec<Uuid>);

impl Waiting for Job {
    fn lane(&self) -> Lane {
        self.1
    }
    fn scopes(&self) -> &[Uuid] {
        &self.2
    }
}

fn scope(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn push(queue: &Queue<Job>, n: u32, lane: Lane, scopes: &[u128]) -> Result<(), Turned> {
    queue.push(Job(n, lane, scopes.iter().map(|n| scope(*n)).collect())).map_err(|(_, why)| why)
}

fn numbers(batch: Option<Vec<Job>>) -> Vec<u32> {
    batch.into_iter().flatten().map(|job| job.0).collect()
}

#[test]
fn the_urgent_lane_goes_first_and_shares_no_transaction() {
    let queue = Queue::new(1, LARGEST_BATCH);
    push(&queue, 1, Lane::Normal, &[1]).unwrap();
    push(&queue, 2, Lane::Urgent, &[2]).unwrap();
    push(&queue, 3, Lane::Urgent, &[1]).unwrap();
    assert_eq!(numbers(queue.take(0)), [2, 3]);
    queue.done(0);
    assert_eq!(numbers(queue.take(0)), [1]);
}

#[test]
fn an_urgent_write_waits_for_no_normal_one_of_its_scope_and_finds_a_committer() {
    let queue = Queue::new(3, LARGEST_BATCH);
    for (committer, scope) in [(0, 1), (1, 2)] {
        push(&queue, 1, Lane::Normal, &[scope]).unwrap();
        assert_eq!(numbers(queue.take(committer)), [1]);
    }
    push(&queue, 2, Lane::Normal, &[3]).unwrap();
    push(&queue, 3, Lane::Urgent, &[1, 2]).unwrap();
    assert_eq!(numbers(queue.take(2)), [3], "the third committer is kept from normal writes");
    // The same scope again waits for the urgent one in flight, and not for the normal ones.
    push(&queue, 4, Lane::Urgent, &[2]).unwrap();
    queue.done(2);
    assert_eq!(numbers(queue.take(2)), [4]);
    queue.done(2);
    queue.done(0);
    assert_eq!(numbers(queue.take(0)), [2]);
}

#[test]
fn normal_writes_have_a_bounded_turn_however_many_urgent_ones_come() {
    let queue = Queue::new(1, LARGEST_BATCH);
    for n in 0..3 * SHARE as u32 {
        push(&queue, n, Lane::Normal, &[]).unwrap();
    }
    let mut lanes = Vec::new();
    for round in 0..11 {
        push(&queue, 1_000 + round, Lane::Urgent, &[1]).unwrap();
        let batch = queue.take(0).unwrap();
        lanes.push((batch[0].1, batch.len()));
        queue.done(0);
    }
    let urgent = (Lane::Urgent, 1);
    let turn = (Lane::Normal, SHARE);
    assert_eq!(lanes[..5], [urgent, urgent, urgent, urgent, turn]);
    assert_eq!(lanes[5..10], [(Lane::Urgent, 2), urgent, urgent, urgent, turn]);
    assert_eq!(lanes[10], (Lane::Urgent, 2), "what waited meanwhile goes together");
}

#[test]
fn a_scope_in_flight_waits_and_nothing_of_it_overtakes() {
    let queue = Queue::new(4, LARGEST_BATCH);
    push(&queue, 1, Lane::Normal, &[1]).unwrap();
    assert_eq!(numbers(queue.take(0)), [1]);
    push(&queue, 2, Lane::Normal, &[1, 2]).unwrap();
    push(&queue, 3, Lane::Normal, &[2]).unwrap();
    push(&queue, 4, Lane::Normal, &[3]).unwrap();
    assert_eq!(numbers(queue.take(1)), [4]);
    queue.done(0);
    assert_eq!(numbers(queue.take(0)), [2, 3]);
}

#[test]
fn a_full_lane_gives_the_write_back_and_the_other_lane_still_takes() {
    let queue = Queue::new(4, LARGEST_BATCH);
    for n in 0..LANE {
        push(&queue, n as u32, Lane::Normal, &[]).unwrap();
    }
    assert_eq!(push(&queue, 0, Lane::Normal, &[]), Err(Turned::Full));
    assert_eq!(push(&queue, 7, Lane::Urgent, &[]), Ok(()));
    assert_eq!(queue.depth(), LANE + 1);
    assert_eq!(numbers(queue.take(0)), [7]);
    queue.done(0);
    assert_eq!(numbers(queue.take(0)).len(), LARGEST_BATCH);
}

#[test]
fn a_closed_queue_finishes_what_waits_and_takes_no_more() {
    let queue = Queue::new(4, LARGEST_BATCH);
    push(&queue, 1, Lane::Normal, &[]).unwrap();
    queue.close();
    assert_eq!(push(&queue, 2, Lane::Urgent, &[]), Err(Turned::Closed));
    assert_eq!(numbers(queue.take(0)), [1]);
    queue.done(0);
    assert!(queue.take(0).is_none());
}

/// What happens to a queue, by turns.
#[derive(Debug, Clone)]
enum Step {
    Comes(Lane, Vec<u128>),
    Takes,
    Finishes(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let lane = prop_oneof![Just(Lane::Urgent), Just(Lane::Normal)];
    prop_oneof![
        3 => (lane, prop::collection::vec(1_u128..5, 0..3)).prop_map(|(lane, scopes)| Step::Comes(lane, scopes)),
        2 => Just(Step::Takes),
        2 => (0_usize..4).prop_map(Step::Finishes),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_in_whatever_order(committers in 1_usize..5, steps in prop::collection::vec(step(), 1..120)) {
        let mut state = Queue::<Job>::new(committers, LARGEST_BATCH).state.into_inner().unwrap();
        let (mut next, mut passed_over, mut last) = (0, 0, HashMap::new());
        for step in steps {
            match step {
                Step::Comes(lane, scopes) => {
                    let waiting = if lane == Lane::Urgent { &mut state.urgent } else { &mut state.normal };
                    waiting.push_back(Job(next, lane, scopes.into_iter().map(scope).collect()));
                    next += 1;
                }
                Step::Finishes(which) if which < state.in_flight.len() => drop(state.in_flight.remove(which)),
                Step::Finishes(_) => {}
                Step::Takes if state.in_flight.len() == committers => {}
                Step::Takes => {
                    let normal = |one: &&InFlight| one.lane == Lane::Normal;
                    let at_normal = state.in_flight.iter().filter(normal).count();
                    let urgent_at_work: HashSet<Uuid> = state.in_flight.iter().filter(|one| !normal(one))
                        .flat_map(|one| one.scopes.clone()).collect();
                    let first_urgent = state.urgent.front().map(|job| job.2.clone());
                    let first_may = first_urgent.is_some_and(|of| of.iter().all(|one| !urgent_at_work.contains(one)));
                    let all: HashSet<Uuid> = state.in_flight.iter().flat_map(|one| one.scopes.clone()).collect();
                    let normal_may = at_normal < state.most_normal
                        && state.normal.front().is_some_and(|job| job.2.iter().all(|one| !all.contains(one)));
                    let Some((lane, batch)) = state.pick() else {
                        prop_assert!(!first_may && !normal_may, "somebody could have gone");
                        continue;
                    };
                    prop_assert!(!batch.is_empty() && batch.iter().all(|job| job.1 == lane));
                    if lane == Lane::Normal {
                        prop_assert!(committers == 1 || at_normal + 1 < committers);
                        prop_assert!(!first_may || batch.len() <= SHARE, "a turn is bounded");
                        passed_over = 0;
                    } else if normal_may {
                        passed_over += 1;
                        prop_assert!(passed_over <= URGENT_RUN, "normal writes are passed over for ever");
                    }
                    let scopes: HashSet<Uuid> = batch.iter().flat_map(|job| job.2.clone()).collect();
                    let held = if lane == Lane::Urgent { &urgent_at_work } else { &all };
                    prop_assert!(scopes.is_disjoint(held), "two batches of a lane hold one scope");
                    for Job(number, lane, scopes) in &batch {
                        for scope in scopes {
                            let before = last.insert((*lane == Lane::Urgent, *scope), *number);
                            prop_assert!(before.is_none_or(|before| before <= *number), "one overtook another");
                        }
                    }
                    state.in_flight.push(InFlight { committer: 0, since: Instant::now(), lane, scopes });
                }
            }
        }
    }
}

#[test]
fn a_queue_of_single_writes_gives_each_alone_and_the_next_committer_does_not_wait() {
    let queue = Queue::new(4, 1);
    for n in 1..=3 {
        push(&queue, n, Lane::Normal, &[u128::from(n)]).unwrap();
    }
    assert_eq!([0, 1, 2].map(|committer| numbers(queue.take(committer))), [[1], [2], [3]]);
}
