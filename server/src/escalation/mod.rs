//! Whom the server calls about an alarm that nobody has, as data: the standard, and policies of areas. What a case is
//! given stays with it; a policy that is changed counts for the cases that come after.

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;
use wire::case::{DeliveryChannel, LadderStep};
use wire::escalation::{PolicyStep, PutPolicy, UnseenCall};

use crate::kernel::field::Invalid;
use crate::store::requests::KeyReused;

pub mod http;
pub mod service;
mod store;

/// The area of a policy for the whole installation.
pub const INSTALLATION: Uuid = Uuid::nil();

/// What makes a telephone sound as for a call or a text message.
pub const LOUD: [DeliveryChannel; 2] = [DeliveryChannel::Sms, DeliveryChannel::Voice];

/// Steps of one policy, the latest of them, and the latest at which everybody is called. Sources: the field's practice of
/// 0, 60, 120 and 300 s; EN 50518 thinks in 30 to 180 s.
const STEPS: std::ops::RangeInclusive<usize> = 2..=10;
const LATEST_S: u32 = 3_600;
const EVERYBODY_S: u32 = 900;

/// People whom one step names.
const NAMED: std::ops::RangeInclusive<usize> = 1..=20;

/// How long a console has to show an alarm: a live one takes less than 2 s.
const UNSEEN_S: std::ops::RangeInclusive<u32> = 5..=60;

/// Whom to call, when, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Whom.
    pub step: LadderStep,
    /// Who, where they are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Uuid>,
    /// How long after an alarm, or after a claim that ended; seconds.
    pub after_s: i64,
    /// By what, all at once.
    #[serde(deserialize_with = "known_channels")]
    pub channels: Vec<DeliveryChannel>,
}

/// The steps of a ladder in the order in which they are due. Without steps nobody is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan(#[serde(deserialize_with = "known_steps")] Vec<Step>);

/// That the operations centre itself is called when no console shows a tap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// How long after the tap; seconds.
    pub after_s: i64,
    /// By what, all at once.
    #[serde(deserialize_with = "known_channels")]
    pub channels: Vec<DeliveryChannel>,
}

/// All of whom a case calls while nobody has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// Its steps.
    pub plan: Plan,
    /// The operations centre, when no console shows it.
    #[serde(default)]
    pub unseen: Option<Unseen>,
}

/// Channels by their words: one of a newer version is left to it.
fn known_channels<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<DeliveryChannel>, D::Error> {
    let words = Vec::<String>::deserialize(deserializer)?;
    Ok(words.iter().filter_map(|word| DeliveryChannel::from_word(word)).collect())
}

/// Steps as far as they are known: one of a newer version is left to it.
fn known_steps<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Step>, D::Error> {
    let steps = Vec::<serde_json::Value>::deserialize(deserializer)?;
    Ok(steps.into_iter().filter_map(|step| serde_json::from_value(step).ok()).collect())
}

impl Step {
    /// These people, at once, by these channels.
    pub fn of_people(step: LadderStep, people: Vec<Uuid>, channels: &[DeliveryChannel]) -> Self {
        Self { step, people, after_s: 0, channels: channels.to_vec() }
    }

    fn is_loud(&self) -> bool {
        self.channels.iter().any(|channel| LOUD.contains(channel))
    }

    fn wire(&self) -> PolicyStep {
        let after_s = u32::try_from(self.after_s).unwrap_or(LATEST_S);
        PolicyStep { step: self.step, people: self.people.clone(), after_s, channels: self.channels.clone() }
    }
}

impl Plan {
    /// By these channels. Source of the times: the field's practice of telling the officer in the country at once and by
    /// voice after a minute, the region after two minutes, everybody on duty after five.
    pub fn standard(channels: &[DeliveryChannel]) -> Self {
        let (voice, others): (Vec<_>, Vec<_>) =
            channels.iter().copied().partition(|channel| *channel == DeliveryChannel::Voice);
        let step = |step, after_s, channels: &[DeliveryChannel]| Step {
            after_s,
            ..Step::of_people(step, Vec::new(), channels)
        };
        let steps = vec![
            step(LadderStep::DutyOfficer, 0, &others),
            step(LadderStep::DutyOfficer, 60, &voice),
            step(LadderStep::RegionalOfficer, 120, channels),
            step(LadderStep::Everybody, 300, channels),
        ];
        Self(steps).by(channels)
    }

    /// Of steps that need not be safe.
    #[cfg(test)]
    pub fn of_steps(steps: Vec<Step>) -> Self {
        Self(steps)
    }

    /// As far as these channels can carry it.
    fn by(mut self, channels: &[DeliveryChannel]) -> Self {
        for step in &mut self.0 {
            step.channels.retain(|channel| channels.contains(channel));
        }
        self.0.retain(|step| !step.channels.is_empty());
        self
    }

    /// Whether it calls the officers in the country loudly at once, and everybody in the end.
    fn is_safe(&self) -> bool {
        self.begins_in_the_country() && self.ends_with_everybody()
    }

    fn begins_in_the_country(&self) -> bool {
        self.0
            .first()
            .is_some_and(|first| first.step == LadderStep::DutyOfficer && first.after_s == 0 && first.is_loud())
    }

    fn ends_with_everybody(&self) -> bool {
        let latest = i64::from(EVERYBODY_S);
        self.0.last().is_some_and(|last| last.step == LadderStep::Everybody && last.after_s <= latest && last.is_loud())
    }

    /// The first step from this one on that is wanted.
    pub fn next(&self, from: usize, wanted: impl Fn(LadderStep) -> bool) -> Option<(usize, &Step)> {
        self.0.iter().enumerate().skip(from).find(|(_, step)| wanted(step.step))
    }

    /// Whether nobody is called.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its steps.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The step of a number, from 0.
    pub fn get(&self, nth: usize) -> Option<&Step> {
        self.0.get(nth)
    }

    /// The number of the last step.
    pub fn last(&self) -> Option<usize> {
        self.0.len().checked_sub(1)
    }

    /// The first step that calls these people.
    pub fn of(&self, step: LadderStep) -> usize {
        self.0.iter().position(|one| one.step == step).or_else(|| self.last()).unwrap_or(0)
    }
}

impl Unseen {
    /// How long after the tap.
    pub fn after(&self) -> TimeDelta {
        TimeDelta::seconds(self.after_s)
    }

    /// Whom that calls.
    pub fn step(&self) -> Step {
        Step { after_s: self.after_s, ..Step::of_people(LadderStep::Operations, Vec::new(), &self.channels) }
    }

    fn wire(&self) -> UnseenCall {
        let after_s = u32::try_from(self.after_s).unwrap_or(*UNSEEN_S.end());
        UnseenCall { after_s, channels: self.channels.clone() }
    }
}

impl Ladder {
    /// What counts where no area has a policy of its own.
    pub fn standard(channels: &[DeliveryChannel]) -> Self {
        let unseen = Unseen { after_s: i64::from(*UNSEEN_S.start()), channels: channels.to_vec() };
        Self { plan: Plan::standard(channels), unseen: Some(unseen) }.by(channels)
    }

    /// As far as these channels can carry it. One that is not safe by them is the standard one: a policy for channels that
    /// were taken away must not leave the country or everybody uncalled.
    fn by(self, channels: &[DeliveryChannel]) -> Self {
        let plan = self.plan.by(channels);
        let mut unseen = self.unseen;
        if let Some(unseen) = &mut unseen {
            unseen.channels.retain(|channel| channels.contains(channel));
            if unseen.channels.is_empty() {
                unseen.channels = channels.to_vec();
            }
        }
        let plan = if plan.is_safe() { plan } else { Plan::standard(channels) };
        Self { plan, unseen: unseen.filter(|unseen| !unseen.channels.is_empty()) }
    }

    /// Of what somebody asks for, if that is safe: the officers in the country are told loudly at once, and in the end
    /// everybody is.
    ///
    /// # Errors
    /// The field that breaks a rule, and the rule.
    pub fn checked(put: &PutPolicy) -> Result<Self, Invalid> {
        let count = put.steps.len();
        if !STEPS.contains(&count) {
            return Err(Invalid::new("/steps", "Give 2 to 10 steps."));
        }
        let mut steps: Vec<Step> = Vec::with_capacity(count);
        for (nth, step) in put.steps.iter().enumerate() {
            steps.push(checked_step(nth, step, steps.last())?);
        }
        let plan = Plan(steps);
        if !plan.begins_in_the_country() {
            let why = "Begin with the officers in the country, at once, by text message or telephone: they are \
                       nearest, and no other step may come before them.";
            return Err(Invalid::new("/steps/0", why));
        }
        if !plan.ends_with_everybody() {
            let why = "End with everybody, by text message or telephone, after at most 900 seconds: that step is \
                       repeated until somebody takes the case.";
            return Err(Invalid::new(format!("/steps/{}", count - 1), why));
        }
        let unseen = put.unseen.as_ref().map(checked_unseen).transpose()?;
        Ok(Self { plan, unseen })
    }

    fn wire(&self) -> (Vec<PolicyStep>, Option<UnseenCall>) {
        (self.plan.steps().iter().map(Step::wire).collect(), self.unseen.as_ref().map(Unseen::wire))
    }
}

fn checked_step(nth: usize, step: &PolicyStep, before: Option<&Step>) -> Result<Step, Invalid> {
    let field = |name: &str| format!("/steps/{nth}/{name}");
    let named = step.step == LadderStep::Named;
    if matches!(step.step, LadderStep::Operations | LadderStep::Ordered) {
        let why = "A step calls duty_officer, regional_officer, everybody, or named people.";
        return Err(Invalid::new(field("step"), why));
    }
    let mut people = step.people.clone();
    people.sort_unstable();
    people.dedup();
    if named != NAMED.contains(&people.len()) || people.len() != step.people.len() {
        let why = "Name 1 to 20 people, each once, where the step is named, and nobody otherwise.";
        return Err(Invalid::new(field("people"), why));
    }
    let after_s = i64::from(step.after_s);
    if step.after_s > LATEST_S || before.is_some_and(|before| after_s < before.after_s) {
        let why = "Give 0 to 3,600 seconds, not less than the step before.";
        return Err(Invalid::new(field("after_s"), why));
    }
    Ok(Step { step: step.step, people, after_s, channels: checked_channels(&field("channels"), &step.channels)? })
}

fn checked_unseen(call: &UnseenCall) -> Result<Unseen, Invalid> {
    if !UNSEEN_S.contains(&call.after_s) {
        return Err(Invalid::new("/unseen/after_s", "Give 5 to 60 seconds."));
    }
    let channels = checked_channels("/unseen/channels", &call.channels)?;
    Ok(Unseen { after_s: i64::from(call.after_s), channels })
}

fn checked_channels(field: &str, given: &[DeliveryChannel]) -> Result<Vec<DeliveryChannel>, Invalid> {
    let mut channels = given.to_vec();
    channels.sort_unstable();
    channels.dedup();
    if channels.is_empty() || channels.len() != given.len() {
        return Err(Invalid::new(field, "Name at least one channel, each once."));
    }
    Ok(channels)
}

/// Why a policy is not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A field has an impossible value.
    Invalid(Invalid),
    /// There is no such area for the caller.
    NotFound,
    /// The caller sees it and may not change it.
    Forbidden,
    /// Somebody changed it since the caller looked.
    Changed,
    /// The key was used with another body.
    KeyReused,
}

impl From<KeyReused> for Refusal {
    fn from(_: KeyReused) -> Self {
        Self::KeyReused
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

#[cfg(test)]
mod tests;
