//! What a policy may say.

use proptest::prelude::*;
use wire::case::DeliveryChannel::{self, Fcm, Sms, Voice, Webpush};
use wire::case::LadderStep::{self, DutyOfficer, Everybody, Named, Operations, Ordered, RegionalOfficer};

use super::*;

fn step(step: LadderStep, after_s: u32, channels: &[DeliveryChannel]) -> PolicyStep {
    PolicyStep { step, people: Vec::new(), after_s, channels: channels.to_vec() }
}

fn put(steps: Vec<PolicyStep>) -> PutPolicy {
    PutPolicy { revision: 0, steps, unseen: None }
}

fn field(put: &PutPolicy) -> Option<String> {
    Ladder::checked(put).err().map(|invalid| invalid.field)
}

#[test]
fn a_policy_begins_loudly_in_the_country_and_ends_with_everybody() {
    let first = step(DutyOfficer, 0, &[Sms]);
    let last = step(Everybody, 300, &[Sms, Voice]);
    assert_eq!(field(&put(vec![first.clone(), last.clone()])), None);
    let broken = [
        (vec![last.clone()], "/steps"),
        (vec![step(RegionalOfficer, 0, &[Sms]), last.clone()], "/steps/0"),
        (vec![step(DutyOfficer, 1, &[Sms]), last.clone()], "/steps/0"),
        (vec![step(DutyOfficer, 0, &[Webpush, Fcm]), last.clone()], "/steps/0"),
        (vec![first.clone(), step(RegionalOfficer, 60, &[Sms])], "/steps/1"),
        (vec![first.clone(), step(Everybody, 901, &[Sms])], "/steps/1"),
        (vec![first.clone(), step(Everybody, 300, &[Webpush])], "/steps/1"),
        (vec![first.clone(), step(RegionalOfficer, 301, &[Sms]), last.clone()], "/steps/2/after_s"),
        (vec![first.clone(), step(RegionalOfficer, 60, &[]), last.clone()], "/steps/1/channels"),
        (vec![first.clone(), step(RegionalOfficer, 60, &[Sms, Sms]), last.clone()], "/steps/1/channels"),
        (vec![first.clone(), step(Named, 60, &[Sms]), last.clone()], "/steps/1/people"),
        (vec![first.clone(), step(Operations, 60, &[Sms]), last.clone()], "/steps/1/step"),
        (vec![first.clone(), step(Ordered, 60, &[Sms]), last.clone()], "/steps/1/step"),
    ];
    for (steps, wrong) in broken {
        assert_eq!(field(&put(steps.clone())).as_deref(), Some(wrong), "{steps:?}");
    }
    let named = |people: Vec<Uuid>| PolicyStep { people, ..step(Named, 60, &[Voice]) };
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert_eq!(field(&put(vec![first.clone(), named(vec![two, one]), last.clone()])), None);
    for people in [vec![], vec![one, one], (0..21).map(Uuid::from_u128).collect()] {
        let wrong = field(&put(vec![first.clone(), named(people), last.clone()]));
        assert_eq!(wrong.as_deref(), Some("/steps/1/people"));
    }
    let unseen = |after_s, channels: &[DeliveryChannel]| PutPolicy {
        unseen: Some(UnseenCall { after_s, channels: channels.to_vec() }),
        ..put(vec![first.clone(), last.clone()])
    };
    assert_eq!(field(&unseen(5, &[Sms])), None);
    assert_eq!(field(&unseen(4, &[Sms])).as_deref(), Some("/unseen/after_s"));
    assert_eq!(field(&unseen(61, &[Sms])).as_deref(), Some("/unseen/after_s"));
    assert_eq!(field(&unseen(60, &[])).as_deref(), Some("/unseen/channels"));
}

#[test]
fn a_policy_for_channels_that_are_gone_leaves_nobody_uncalled() {
    let only_voice = put(vec![step(DutyOfficer, 0, &[Voice]), step(Everybody, 60, &[Voice])]);
    let ladder = Ladder::checked(&only_voice).unwrap();
    assert_eq!(ladder.clone().by(&[Sms, Voice]).plan.steps().len(), 2);
    assert_eq!(ladder.by(&[Sms]).plan, Plan::standard(&[Sms]));
    // Neither the country nor everybody is left out because only their channel is gone.
    let mixed = put(vec![
        step(DutyOfficer, 0, &[Voice, Webpush]),
        step(RegionalOfficer, 60, &[Sms]),
        step(Everybody, 90, &[Voice]),
    ]);
    let mixed = PutPolicy { unseen: Some(UnseenCall { after_s: 5, channels: vec![Voice] }), ..mixed };
    let by = Ladder::checked(&mixed).unwrap().by(&[Sms, Webpush]);
    assert_eq!(by.plan, Plan::standard(&[Sms, Webpush]));
    assert_eq!(by.unseen.map(|unseen| unseen.channels), Some(vec![Sms, Webpush]));
    assert!(Ladder::standard(&[]).plan.is_empty());
    assert_eq!(Ladder::standard(&[]).unseen, None);
}

#[test]
fn a_step_of_a_newer_version_makes_no_plan_unreadable() {
    let kept = serde_json::to_value(Plan::standard(&[Sms])).unwrap();
    let mut newer = kept.clone();
    newer.as_array_mut().unwrap().insert(1, serde_json::json!({ "step": "by_drone", "after_s": 1, "channels": [] }));
    assert_eq!(serde_json::from_value::<Plan>(newer).unwrap(), serde_json::from_value(kept).unwrap());
}

proptest! {
    /// Whatever is put and taken, the officers in the country come first and at once, everybody comes last, and the order
    /// in time is kept.
    #[test]
    fn what_is_taken_is_safe(
        steps in proptest::collection::vec((0..4_usize, 0..4_000_u32, 1..16_u8), 0..12),
    ) {
        let whom = [DutyOfficer, RegionalOfficer, Everybody, Named];
        let by = |bits: u8| [Sms, Voice, Webpush, Fcm].into_iter().enumerate()
            .filter(|(nth, _)| bits & (1 << nth) != 0).map(|(_, channel)| channel).collect::<Vec<_>>();
        let steps = steps.into_iter().map(|(one, after_s, bits)| PolicyStep {
            people: if whom[one] == Named { vec![Uuid::from_u128(7)] } else { Vec::new() },
            ..step(whom[one], after_s, &by(bits))
        });
        if let Ok(ladder) = Ladder::checked(&put(steps.collect())) {
            let steps = ladder.plan.steps();
            let (first, last) = (&steps[0], &steps[steps.len() - 1]);
            prop_assert!(first.step == DutyOfficer && first.after_s == 0);
            prop_assert!(last.step == Everybody && last.after_s <= 900);
            prop_assert!(steps.is_sorted_by_key(|step| step.after_s));
            let kept = serde_json::from_str::<Ladder>(&serde_json::to_string(&ladder).unwrap()).unwrap();
            prop_assert_eq!(kept, ladder);
        }
    }
}
