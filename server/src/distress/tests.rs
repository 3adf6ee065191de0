//! The rules of a case, stated as behaviour.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;
use wire::case::{
    CanTalk, CaseState, CaseSummary, Change, ContactChannel, ContactResult, Facts, Outcome, RaisedBy, ReleaseReason,
    Severity, Takeover, TakeoverReason,
};
use wire::not_okay::Reached;

use super::subject::unregistered;
use super::{By, Case, OWNER_FIRST, REACTION, REOPENS, Refusal};

pub(super) fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

pub(super) fn case() -> Case {
    let tap = Uuid::from_u128(1);
    Case {
        summary: CaseSummary {
            id: Uuid::from_u128(7),
            reference: "ABC123".into(),
            revision: 1,
            state: CaseState::Open,
            severity: Severity::Extreme,
            subject: unregistered("Amina"),
            reporter: None,
            raised_by: RaisedBy::Own,
            intake: None,
            occurred_at: start(),
            stored_at: start(),
            last_tap_at: start(),
            last_tap: tap,
            taps: 1,
            ringing: true,
            rings_all_at: None,
            shown_at: None,
            owner: None,
            next_call: None,
            facts: Facts::default(),
            position: None,
            battery: None,
            network: None,
            labels: Vec::new(),
            delayed_s: None,
            clock_skew_s: None,
            closed_at: None,
            outcome: None,
        },
        device: None,
        reporter: None,
        organisation: Uuid::nil(),
        callback: None,
        last_tap_revision: 1,
        idle_generation: 0,
        set_aside: None,
        laddered: false,
        plan: super::ladder::Plan::default(),
        unseen: None,
        unseen_from: None,
        unseen_told_at: None,
        unseen_generation: 0,
        calls_stopped: false,
        orders: Vec::new(),
        officers: Vec::new(),
        climb: None,
        ladder_generation: 0,
    }
}

pub(super) fn by(n: u128) -> By {
    By { id: Uuid::from_u128(n), name: format!("Operator {n}") }
}

#[test]
fn the_first_claim_wins_and_stops_the_ringing() {
    let mut case = case();
    assert!(case.claim(&by(1), None, start()).is_ok());
    assert!(!case.summary.ringing);
    assert_eq!(case.claim(&by(2), None, start()).err(), Some(Refusal::AlreadyTaken("Operator 1".into())));
    assert_eq!(case.mine().reached, Reached::Taken);
    assert_eq!(case.mine().taken_by.as_deref(), Some("Operator 1"));
}

#[test]
fn a_takeover_must_name_the_owner_it_saw() {
    let mut case = case();
    case.claim(&by(1), None, start()).unwrap();
    let takeover = |from| Takeover { from: Uuid::from_u128(from), reason: TakeoverReason::OwnerSilent };
    assert_eq!(case.claim(&by(3), Some(&takeover(2)), start()).err(), Some(Refusal::AlreadyTaken("Operator 1".into())));
    let change = case.claim(&by(3), Some(&takeover(1)), start()).unwrap();
    assert!(matches!(change, Change::TakenOver { from, .. } if from == "Operator 1"));
    assert!(case.is_owned_by(Uuid::from_u128(3)));
}

#[test]
fn a_new_tap_on_a_taken_case_rings_its_owner_first_and_everybody_later() {
    let mut case = case();
    case.claim(&by(1), None, start()).unwrap();
    case.shown(case.summary.last_tap, start());
    let tap = Uuid::from_u128(2);
    assert!(!case.tap(tap, start()));
    assert!(case.summary.ringing);
    assert_eq!(case.summary.rings_all_at, Some(start() + OWNER_FIRST));
    assert_eq!((case.summary.taps, case.summary.last_tap, case.summary.shown_at), (2, tap, None));
    case.note(&by(1), "written before the tap", start() + REACTION / 2).unwrap();
    assert!(case.summary.ringing, "an action that was under way silences nothing");
    case.still_on_it(&by(1), start() + REACTION).unwrap();
    assert!(!case.summary.ringing);
}

#[test]
fn a_new_tap_reopens_a_case_closed_less_than_a_day_ago() {
    let mut case = case();
    case.claim(&by(1), None, start()).unwrap();
    case.close(&by(1), (Outcome::FalseAlarm, "pocket"), 1, start()).unwrap();
    assert!(case.takes_taps(start() + REOPENS - TimeDelta::seconds(1)));
    assert!(!case.takes_taps(start() + REOPENS));
    assert!(case.tap(Uuid::from_u128(2), start()));
    assert_eq!(
        (case.summary.state, case.summary.ringing, case.summary.owner.is_some()),
        (CaseState::Open, true, false)
    );
    assert_eq!(case.mine().reached, Reached::Stored);
}

#[test]
fn a_released_claim_rings_for_everybody() {
    let mut case = case();
    case.claim(&by(1), None, start()).unwrap();
    case.contact(&by(1), (ContactChannel::Call, ContactResult::Reached), None, start()).unwrap();
    assert_eq!(case.summary.state, CaseState::ContactMade);
    assert!(case.release(ReleaseReason::Idle, start()).is_some());
    assert_eq!((case.summary.state, case.summary.ringing), (CaseState::Open, true));
    assert!(case.release(ReleaseReason::Idle, start()).is_none());
}

#[test]
fn only_the_owner_closes_and_never_over_a_tap_they_have_not_acted_on() {
    let mut case = case();
    assert_eq!(case.close(&by(1), (Outcome::Resolved, "safe"), 1, start()).err(), Some(Refusal::NotOwner));
    case.claim(&by(1), None, start()).unwrap();
    assert!(matches!(
        case.close(&by(1), (Outcome::Resolved, " "), 1, start()),
        Err(Refusal::Invalid { field: "/note", .. })
    ));
    case.tap(Uuid::from_u128(2), start());
    assert_eq!(case.close(&by(1), (Outcome::Resolved, "safe"), 1, start()).err(), Some(Refusal::Changed));
    case.summary.revision = 3;
    case.still_on_it(&by(1), start() + REACTION).unwrap();
    let old = case.close(&by(1), (Outcome::Resolved, "safe"), 1, start());
    assert_eq!(old.err(), Some(Refusal::Changed), "the caller had not seen the tap");
    assert!(case.close(&by(1), (Outcome::Resolved, "safe"), 3, start()).is_ok());
    assert_eq!(case.claim(&by(2), None, start()).err(), Some(Refusal::Closed));
    assert!(case.note(&by(2), "for the record", start()).is_ok());
    assert_eq!(case.mine().reached, Reached::Closed);
}

#[test]
fn a_look_is_not_a_claim_and_only_the_newest_tap_counts_as_shown() {
    let mut case = case();
    assert!(case.shown(Uuid::from_u128(99), start()).is_none());
    assert!(case.shown(case.summary.last_tap, start()).is_some());
    assert!(case.shown(case.summary.last_tap, start()).is_none());
    let mine = case.mine();
    assert_eq!((mine.reached, mine.taken_by), (Reached::OnConsole, None));
}

#[test]
fn facts_are_added_field_by_field_and_hiding_stays_until_said_otherwise() {
    let mut case = case();
    case.add_facts(&Facts { can_talk: Some(CanTalk::No), place: Some("school".into()), ..Facts::default() });
    case.add_facts(&Facts { people: Some(3), ..Facts::default() });
    let facts = &case.summary.facts;
    assert_eq!((facts.can_talk, facts.place.as_deref(), facts.people), (Some(CanTalk::No), Some("school"), Some(3)));
}

#[test]
fn silence_and_voicemail_are_no_contact() {
    let mut case = case();
    case.claim(&by(1), None, start()).unwrap();
    for result in
        [ContactResult::NoAnswer, ContactResult::Voicemail, ContactResult::WrongNumber, ContactResult::MessageSent]
    {
        case.contact(&by(1), (ContactChannel::Call, result), None, start()).unwrap();
        assert_eq!(case.summary.state, CaseState::NoContact);
    }
}

/// Something that may happen to a case.
#[derive(Debug, Clone, Copy)]
enum Step {
    Tap,
    Claim(u8),
    TakeOver(u8),
    Note(u8),
    Still(u8),
    Contact(u8, bool),
    Idle,
    GiveBack(u8),
    Close(u8),
    Show,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 1_u8..4;
    prop_oneof![
        3 => Just(Step::Tap),
        3 => who.clone().prop_map(Step::Claim),
        1 => who.clone().prop_map(Step::TakeOver),
        1 => who.clone().prop_map(Step::Note),
        1 => who.clone().prop_map(Step::Still),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, reached)| Step::Contact(who, reached)),
        1 => Just(Step::Idle),
        1 => who.clone().prop_map(Step::GiveBack),
        2 => who.prop_map(Step::Close),
        1 => Just(Step::Show),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_an_alarm_is_owned_closed_or_ringing(steps in prop::collection::vec(step(), 1..60)) {
        let mut case = case();
        let mut now = start();
        let mut taps = 1;
        for (number, step) in steps.into_iter().enumerate() {
            now += TimeDelta::seconds(20);
            let who = |n: u8| by(u128::from(n));
            let before = case.summary.clone();
            match step {
                Step::Tap => {
                    taps += 1;
                    case.tap(Uuid::from_u128(100 + number as u128), now);
                    prop_assert!(case.summary.ringing);
                }
                Step::Claim(n) => drop(case.claim(&who(n), None, now)),
                Step::TakeOver(n) => {
                    let from = before.owner.as_ref().map_or(Uuid::nil(), |owner| owner.id);
                    drop(case.claim(&who(n), Some(&Takeover { from, reason: TakeoverReason::ShiftChange }), now));
                }
                Step::Note(n) => drop(case.note(&who(n), "note", now)),
                Step::Still(n) => drop(case.still_on_it(&who(n), now)),
                Step::Contact(n, reached) => {
                    let result = if reached { ContactResult::Reached } else { ContactResult::NoAnswer };
                    drop(case.contact(&who(n), (ContactChannel::Call, result), None, now));
                }
                Step::Idle => drop(case.release(ReleaseReason::Idle, start())),
                Step::GiveBack(n) => drop(case.give_back(&who(n), now)),
                Step::Close(n) => drop(case.close(&who(n), (Outcome::Resolved, "done"), before.revision, now)),
                Step::Show => drop(case.shown(before.last_tap, now)),
            }
            let after = &case.summary;
            prop_assert_eq!(after.taps, taps);
            prop_assert_eq!(after.state.is_closed(), after.closed_at.is_some());
            prop_assert!(after.state.is_closed() || after.owner.is_some() || after.ringing, "an alarm that nobody has is silent");
            prop_assert!(!after.state.is_closed() || !after.ringing);
            prop_assert_eq!(after.state == CaseState::Open, after.owner.is_none() && !after.state.is_closed());
            prop_assert!(after.rings_all_at.is_none() || (after.ringing && after.owner.is_some()));
            if let Some(owner) = &after.owner {
                prop_assert!(owner.since <= owner.acted_at && owner.acted_at <= now);
                prop_assert!(case.mine().reached == Reached::Taken || after.state.is_closed());
            }
        }
    }
}
