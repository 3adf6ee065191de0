//! Whom the server calls about alarms: policies, rehearsals, what operators order, and how the channels do.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::AreaKind;
use crate::case::{Called, DeliveryChannel, DeliveryState, LadderStep};

/// One step of a policy: whom to call, how long after an alarm, by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyStep {
    /// Whom.
    pub step: LadderStep,
    /// Who, where `step` is `named`: 1 to 20 people; nobody otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Uuid>,
    /// How long after an alarm, or after a claim that ended: 0 to 3,600 seconds.
    pub after_s: u32,
    /// By what, all at once. One that the server does not have set up is passed over.
    pub channels: Vec<DeliveryChannel>,
}

/// That the operations centre itself is called when no console shows an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnseenCall {
    /// How long after a tap that no console shows: 5 to 60 seconds.
    pub after_s: u32,
    /// By what, all at once.
    pub channels: Vec<DeliveryChannel>,
}

/// `PUT /v1/escalation/policies/{area}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutPolicy {
    /// The revision that was looked at; 0 where the area had none.
    pub revision: u64,
    /// The steps in the order in which they are due: 2 to 10. The first calls the officers in the country at once by
    /// something loud, the last calls everybody within a quarter of an hour.
    pub steps: Vec<PolicyStep>,
    /// Whether the operations centre is called when no console shows an alarm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen: Option<UnseenCall>,
}

/// Whom to call about the alarms of an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Policy {
    /// The office, region or organisation; the nil UUID is the whole installation.
    pub area: Uuid,
    /// What the area is.
    pub kind: AreaKind,
    /// Its name; none of the installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Grows with every change.
    pub revision: u64,
    /// The steps in the order in which they are due.
    pub steps: Vec<PolicyStep>,
    /// Whether the operations centre is called when no console shows an alarm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen: Option<UnseenCall>,
    /// Those whom the steps name, as they are called.
    pub people: Vec<PolicyPerson>,
    /// When it was changed.
    pub changed_at: DateTime<Utc>,
    /// By whom.
    pub changed_by: String,
    /// Whether the reader may change it.
    pub editable: bool,
}

/// Somebody whom a policy names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyPerson {
    /// The person.
    pub id: Uuid,
    /// Their name.
    pub name: String,
}

/// `GET /v1/escalation/policies`: the policies of areas that the reader sees, the narrowest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Policies {
    /// Of each area that has one of its own. The narrowest that holds a case counts: an office's before a region's
    /// before an organisation's before the installation's.
    pub policies: Vec<Policy>,
    /// What counts where no area has one.
    pub standard: StandardPolicy,
    /// By what this server can call.
    pub channels: Vec<DeliveryChannel>,
}

/// What counts where no area has a policy of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StandardPolicy {
    /// The steps in the order in which they are due.
    pub steps: Vec<PolicyStep>,
    /// Whether the operations centre is called when no console shows an alarm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen: Option<UnseenCall>,
}

/// `GET /v1/escalation/rehearsal/{office}`: who would be called when, were an alarm raised in an office now and nobody took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rehearsal {
    /// The office.
    pub office: Uuid,
    /// For which moment.
    pub at: DateTime<Utc>,
    /// Whose policy counts; none where it is the standard one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Uuid>,
    /// What the policy's area is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<AreaKind>,
    /// Each step in turn, and the call to the operations centre where no console shows the alarm.
    pub calls: Vec<RehearsedCall>,
}

/// One call of a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RehearsedCall {
    /// Whom.
    pub step: LadderStep,
    /// When, in seconds after the alarm: earlier than the policy says where the step before reaches nobody.
    pub at_s: u32,
    /// Only when no console shows the alarm.
    pub unseen: bool,
    /// Who that is now, and by what each would be called.
    pub people: Vec<Called>,
    /// Whether it reaches nobody, or nobody by a loud channel that was proven to reach them: a step is then passed at once.
    pub passed: bool,
}

/// `GET /v1/escalation/findings`: the offices whose ladder has a step that reaches nobody, as of the last check. Each node
/// checks every hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Findings {
    /// When it was checked; none soon after a start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<DateTime<Utc>>,
    /// Offices of the reader that were checked.
    pub offices: u64,
    /// Those of them with a weak step, those first where the officers in the country are not reached.
    pub weak: Vec<WeakLadder>,
}

/// An office whose ladder has a weak step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WeakLadder {
    /// The office.
    pub office: Uuid,
    /// Its name.
    pub name: String,
    /// Steps that reach nobody, or nobody by a loud channel that was proven to reach them.
    pub steps: Vec<LadderStep>,
    /// Whether no step reaches anybody who can be proven to be reached.
    pub unreachable: bool,
}

/// `POST /v1/cases/{id}/escalation`: what an operator orders about the calls of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum Escalate {
    /// Carry the next step out now.
    Hurry {
        /// Why, 1 to 500 characters.
        reason: String,
    },
    /// Call nobody further while the case has its owner, who alone may say so. Without an owner only taking it stops the
    /// calls.
    Stop {
        /// Why, 1 to 500 characters.
        reason: String,
    },
    /// Call these people too, now, by every channel. Nobody else is called less for it.
    CallAlso {
        /// 1 to 20 people.
        people: Vec<Uuid>,
        /// Why, 1 to 500 characters.
        reason: String,
    },
}

/// `GET /v1/channels`: how each way to reach people does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelsHealth {
    /// When this was so.
    pub at: DateTime<Utc>,
    /// Every channel that there is.
    pub channels: Vec<ChannelHealth>,
}

/// How one way to reach people does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelHealth {
    /// Which.
    pub channel: DeliveryChannel,
    /// Whether this server has it set up.
    pub set_up: bool,
    /// Messages that wait to be sent.
    pub waiting: u64,
    /// Since when the oldest of them waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_at: Option<DateTime<Utc>>,
    /// When a gateway last took one, within the last 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<DateTime<Utc>>,
    /// Messages of the last hour, by how far they got.
    pub hour: Vec<StateCount>,
}

/// How many messages got so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StateCount {
    /// How far.
    pub state: DeliveryState,
    /// How many.
    pub messages: u64,
}
