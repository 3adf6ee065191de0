use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn somebody(number: u128) -> Named {
    Named { id: Uuid::from_u128(number), name: format!("Person {number}") }
}

fn case(number: u128, owner: Option<u128>) -> Open {
    let state = if owner.is_some() { CaseState::Claimed } else { CaseState::Open };
    let owner = owner.map(somebody);
    Open { case: Uuid::from_u128(1_000 + number), reference: format!("CASE{number}"), state, owner }
}

const SHIFT: Uuid = Uuid::from_u128(7);
const NEXT: Uuid = Uuid::from_u128(8);

/// One is on shift, and hands over what is open.
fn handing_over(open: &[Open]) -> Post {
    let mut post = Post::default();
    post.begin(&somebody(1), SHIFT, at(0)).unwrap();
    post.open(SHIFT, &somebody(1), "Quiet night.", open, at(10)).unwrap();
    post
}

fn kinds(told: &[Told]) -> Vec<WatchEntryKind> {
    told.iter().map(|told| told.kind).collect()
}

#[test]
fn a_hand_over_is_signed_when_each_item_is_accepted_and_what_the_outgoing_had_changes_hands() {
    let mut open = vec![case(1, Some(1)), case(2, Some(3))];
    let mut post = handing_over(&open);
    assert_eq!(post.sign(SHIFT, &somebody(2), NEXT, &open, at(20)), Err(Refusal::Unaccepted(2)));
    let (_, takes) = post.accept(SHIFT, &somebody(2), open[0].case, &open, at(20)).unwrap();
    assert_eq!(takes, Some(Takes { case: open[0].case, from: somebody(1).id }));
    open[0].owner = Some(somebody(2));
    assert_eq!(post.sign(SHIFT, &somebody(2), NEXT, &open, at(20)), Err(Refusal::Unaccepted(1)));
    let (told, takes) = post.accept(SHIFT, &somebody(2), open[1].case, &open, at(21)).unwrap();
    assert_eq!((kinds(&told), takes), (vec![WatchEntryKind::ItemAccepted], None), "a third person keeps their case");
    let told = post.sign(SHIFT, &somebody(2), NEXT, &open, at(30)).unwrap();
    assert_eq!((kinds(&told), told[0].of.clone()), (vec![WatchEntryKind::HandedOver], Some(somebody(1))));
    assert_eq!(post.shifts, [Shift { id: NEXT, person: somebody(2), since: at(30), handover: None }]);
}

#[test]
fn an_untaken_alarm_forbids_accepting_it_signing_and_leaving() {
    let open = [case(1, None)];
    let mut post = handing_over(&open);
    let untaken = Refusal::Untaken(vec!["CASE1".to_owned()]);
    assert_eq!(post.accept(SHIFT, &somebody(2), open[0].case, &open, at(20)), Err(untaken.clone()));
    assert_eq!(post.sign(SHIFT, &somebody(2), NEXT, &open, at(20)), Err(untaken.clone()));
    assert_eq!(post.leave(SHIFT, &somebody(1), "ill", &open, at(20)), Err(untaken));
}

#[test]
fn a_case_that_came_meanwhile_is_added_and_one_that_was_closed_needs_nothing() {
    let mut post = handing_over(&[case(1, Some(1))]);
    let open = [case(2, Some(3))];
    let shift = post.shifts[0].clone();
    let items = synced(&shift, shift.handover.as_ref().unwrap(), &open);
    let seen: Vec<_> = items.iter().map(|item| (item.reference.as_str(), item.late, item.closed)).collect();
    assert_eq!(seen, [("CASE1", false, true), ("CASE2", true, false)]);
    assert_eq!(post.sign(SHIFT, &somebody(2), NEXT, &open, at(20)), Err(Refusal::Unaccepted(1)));
    post.accept(SHIFT, &somebody(2), open[0].case, &open, at(20)).unwrap();
    post.sign(SHIFT, &somebody(2), NEXT, &open, at(21)).unwrap();
}

#[test]
fn what_is_opened_again_or_taken_back_is_accepted_again() {
    let open = [case(1, Some(3))];
    let mut post = handing_over(&open);
    post.accept(SHIFT, &somebody(2), open[0].case, &open, at(20)).unwrap();
    let back = [case(1, Some(1))];
    assert_eq!(post.sign(SHIFT, &somebody(2), NEXT, &back, at(20)), Err(Refusal::Unaccepted(1)));
    // Somebody else accepts another while it is closed: the list is written anew.
    let other = [case(2, Some(3))];
    post.accept(SHIFT, &somebody(2), other[0].case, &other, at(21)).unwrap();
    let both = [case(1, Some(3)), case(2, Some(3))];
    assert_eq!(post.sign(SHIFT, &somebody(2), NEXT, &both, at(22)), Err(Refusal::Unaccepted(1)));
}

#[test]
fn whose_shift_it_is_neither_accepts_nor_signs_and_nobody_else_ends_it() {
    let open = [case(1, Some(1))];
    let mut post = handing_over(&open);
    assert!(matches!(post.accept(SHIFT, &somebody(1), open[0].case, &open, at(20)), Err(Refusal::State(_))));
    assert!(matches!(post.sign(SHIFT, &somebody(1), NEXT, &[], at(20)), Err(Refusal::State(_))));
    assert!(matches!(post.leave(SHIFT, &somebody(2), "gone", &[], at(20)), Err(Refusal::State(_))));
    assert_eq!(post.sign(NEXT, &somebody(2), NEXT, &[], at(20)), Err(Refusal::NotFound));
}

#[test]
fn who_is_on_shift_already_takes_over_without_a_second_shift() {
    let mut post = handing_over(&[]);
    post.begin(&somebody(2), NEXT, at(5)).unwrap();
    post.sign(SHIFT, &somebody(2), Uuid::from_u128(9), &[], at(20)).unwrap();
    assert_eq!(post.shifts.iter().map(|shift| shift.id).collect::<Vec<_>>(), [NEXT]);
    assert!(matches!(post.begin(&somebody(2), SHIFT, at(30)), Err(Refusal::State(_))));
}

#[test]
fn a_watch_that_was_left_alone_is_unmanned_until_a_shift_begins() {
    let mut post = handing_over(&[]);
    let told = post.leave(SHIFT, &somebody(1), "storm", &[], at(20)).unwrap();
    assert_eq!(kinds(&told), [WatchEntryKind::ShiftEnded, WatchEntryKind::Unmanned]);
    assert_eq!(post.unmanned.map(|one| one.cause), Some(UnmannedCause::LeftAlone));
    // Somebody at a console is not somebody on shift.
    post.looked_at(true, at(30));
    post.looked_at(false, at(40));
    assert!(post.unmanned.is_some());
    let told = post.begin(&somebody(2), NEXT, at(50)).unwrap();
    assert_eq!(kinds(&told), [WatchEntryKind::ShiftBegun, WatchEntryKind::MannedAgain]);
    assert_eq!(post.unmanned, None);
}

#[test]
fn nobody_at_a_console_for_two_minutes_is_an_alarm_once_and_ends_when_somebody_is() {
    let mut post = handing_over(&[]);
    assert_eq!(post.looked_at(true, at(100)), (true, vec![]));
    assert_eq!(post.looked_at(true, at(101)), (false, vec![]), "noted once");
    assert_eq!(post.overdue(1, at(219)), []);
    assert_eq!(kinds(&post.overdue(1, at(220))), [WatchEntryKind::Unmanned]);
    assert_eq!(post.overdue(1, at(221)), [], "told once");
    let (changed, told) = post.looked_at(false, at(300));
    assert_eq!((changed, kinds(&told)), (true, vec![WatchEntryKind::MannedAgain]));
    post.looked_at(true, at(400));
    assert_eq!(post.overdue(1, at(900)), [], "of an earlier time");
    assert_eq!(post.unmanned, None);
}

/// What somebody does, or what becomes of a case.
#[derive(Debug, Clone)]
enum Act {
    Begin(u128),
    Open(usize, u128),
    Accept(usize, u128, u128),
    Sign(usize, u128),
    Leave(usize, u128),
    Raise(u128),
    Take(u128, u128),
    Release(u128),
    Close(u128),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let (who, shift, case) = (1_u128..4, 0_usize..3, 0_u128..3);
    let act = prop_oneof![
        1 => who.clone().prop_map(Act::Begin),
        1 => (shift.clone(), who.clone()).prop_map(|(shift, who)| Act::Open(shift, who)),
        6 => (shift.clone(), who.clone(), case.clone()).prop_map(|(shift, who, case)| Act::Accept(shift, who, case)),
        4 => (shift.clone(), who.clone()).prop_map(|(shift, who)| Act::Sign(shift, who)),
        1 => (shift, who.clone()).prop_map(|(shift, who)| Act::Leave(shift, who)),
        2 => case.clone().prop_map(Act::Raise),
        3 => (case.clone(), who).prop_map(|(case, who)| Act::Take(case, who)),
        1 => case.clone().prop_map(Act::Release),
        1 => case.prop_map(Act::Close),
    ];
    prop::collection::vec(act, 1..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// In whatever order people act: a hand-over that is signed leaves no alarm untaken and no item unaccepted.
    #[test]
    fn no_order_of_commands_signs_with_an_untaken_alarm_or_an_unaccepted_item(acts in acts()) {
        let (mut post, mut open, mut next) = (Post::default(), Vec::<Open>::new(), 100_u128);
        // Who accepted which case of which shift, and has not lost it since.
        let mut accepted: HashSet<(Uuid, Uuid, Uuid)> = HashSet::new();
        for (second, act) in (0_i64..).zip(acts) {
            let now = at(second);
            let shift = |nth: usize| post.shifts.get(nth).map_or(Uuid::nil(), |shift| shift.id);
            next += 1;
            match act {
                Act::Begin(who) => drop(post.begin(&somebody(who), Uuid::from_u128(next), now)),
                Act::Open(nth, who) => {
                    let shift = shift(nth);
                    if post.open(shift, &somebody(who), "", &open, now).is_ok() {
                        accepted.retain(|(of, ..)| *of != shift);
                    }
                }
                Act::Accept(nth, who, number) => {
                    let (shift, case) = (shift(nth), case(number, None).case);
                    if let Ok((_, takes)) = post.accept(shift, &somebody(who), case, &open, now) {
                        accepted.retain(|(of, about, _)| (*of, *about) != (shift, case));
                        accepted.insert((shift, case, somebody(who).id));
                        if let Some(takes) = takes {
                            let found = open.iter_mut().find(|one| one.case == takes.case).unwrap();
                            prop_assert_eq!(found.owner.as_ref().map(|owner| owner.id), Some(takes.from));
                            found.owner = Some(somebody(who));
                        }
                    }
                }
                Act::Sign(nth, who) => {
                    let (of, before) = (shift(nth), post.shifts.get(nth).cloned());
                    if post.sign(of, &somebody(who), Uuid::from_u128(next), &open, now).is_ok() {
                        let outgoing = before.unwrap().person.id;
                        prop_assert_ne!(outgoing, somebody(who).id);
                        for one in &open {
                            prop_assert!(one.owner.is_some(), "{} is untaken", one.reference);
                            prop_assert_ne!(one.owner.as_ref().unwrap().id, outgoing, "{} stays behind", one.reference);
                            let entry = (of, one.case, somebody(who).id);
                            prop_assert!(accepted.contains(&entry), "{} was not accepted", one.reference);
                        }
                        prop_assert!(post.has(somebody(who).id) && !post.has(outgoing));
                    }
                }
                Act::Leave(nth, who) => {
                    let left = post.leave(shift(nth), &somebody(who), "alone", &open, now).is_ok();
                    prop_assert!(!left || open.iter().all(|one| one.owner.is_some()));
                    prop_assert!(!left || !post.shifts.is_empty() || post.unmanned.is_some());
                }
                Act::Raise(number) => {
                    if open.iter().all(|one| one.case != case(number, None).case) {
                        open.push(case(number, None));
                    }
                }
                Act::Take(number, who) => {
                    let id = case(number, None).case;
                    for one in open.iter_mut().filter(|one| one.case == id) {
                        one.owner = Some(somebody(who));
                    }
                }
                Act::Release(number) => {
                    let id = case(number, None).case;
                    open.iter_mut().filter(|one| one.case == id).for_each(|one| one.owner = None);
                }
                Act::Close(number) => open.retain(|one| one.case != case(number, None).case),
            }
        }
    }
}
