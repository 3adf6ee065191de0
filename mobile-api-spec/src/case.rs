//! Cases: what the console shows and does.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::Role;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }
        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// The word used in the interface and in the database.
            pub const fn word(self) -> &'static str { match self { $(Self::$variant => $word,)+ } }
            /// The value of a word; none when the word is unknown.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Where a distress case stands. A Not Okay is always live: there is no drill state.
    CaseState {
        /// Nobody has it.
        Open = "open",
        /// A named person is responsible.
        Claimed = "claimed",
        /// The person was spoken to.
        ContactMade = "contact_made",
        /// The person was tried and did not answer.
        NoContact = "no_contact",
        /// Somebody is on the way.
        ResponderAssigned = "responder_assigned",
        /// Closed: dealt with.
        Resolved = "resolved",
        /// Closed: it was not genuine.
        FalseAlarm = "false_alarm",
    }
}

impl CaseState {
    /// Whether the case is closed.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Resolved | Self::FalseAlarm)
    }
}

words! {
    /// Severity in CAP's words; the console never shows a bare number.
    Severity {
        /// P1: a person in danger.
        Extreme = "extreme",
        /// P2.
        Severe = "severe",
        /// P3.
        Moderate = "moderate",
        /// P4.
        Minor = "minor",
    }
}

words! {
    /// Whether the person can take a call. `No` is "hiding, do not call".
    CanTalk {
        /// A call is safe.
        Yes = "yes",
        /// Hiding: a ringing phone may kill.
        No = "no",
        /// Nobody knows: ask "safe to ring?" and offer a silent message first.
        Unknown = "unknown",
    }
}

words! {
    /// What the person says is happening.
    Danger {
        /// Attack, shooting, explosion.
        Attack = "attack",
        /// Robbery, assault, break-in.
        Crime = "crime",
        /// Threatened or followed.
        Threat = "threat",
        /// Held, detained or abducted.
        Held = "held",
        /// Illness or injury.
        Medical = "medical",
        /// Traffic or other accident.
        Accident = "accident",
        /// Fire, building collapse, trapped.
        Trapped = "trapped",
        /// Flood, quake, storm.
        Natural = "natural",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// How badly somebody is hurt, as far as known.
    Injury {
        /// Nobody is hurt.
        None = "none",
        /// Hurt, can move.
        Light = "light",
        /// Badly hurt.
        Serious = "serious",
        /// Not known.
        Unknown = "unknown",
    }
}

words! {
    /// Who raised a case.
    RaisedBy {
        /// The person on their own phone.
        Own = "own",
        /// A colleague on theirs; the position is the reporter's.
        Colleague = "colleague",
        /// An operator, from a call, radio or messenger.
        Operator = "operator",
    }
}

words! {
    /// Preset reasons for taking a case over from its owner.
    TakeoverReason {
        /// The owner asked.
        OwnerAsked = "owner_asked",
        /// The owner does not react.
        OwnerSilent = "owner_silent",
        /// The shift changes.
        ShiftChange = "shift_change",
        /// Somebody nearer or better placed takes it.
        BetterPlaced = "better_placed",
    }
}

words! {
    /// Why a claim ended without a close.
    ReleaseReason {
        /// No action of the owner for three minutes.
        Idle = "idle",
        /// The owner's session ended or ran out.
        SessionEnded = "session_ended",
        /// The owner gave it back.
        GivenBack = "given_back",
    }
}

words! {
    /// What an operator ordered about the calls of a case.
    CallOrder {
        /// Carry the next step out now.
        Hurried = "hurried",
        /// Call nobody further while it has its owner.
        Stopped = "stopped",
        /// Call more people.
        CalledAlso = "called_also",
    }
}

words! {
    /// Whom the server calls while nobody has a case, one after the other.
    LadderStep {
        /// The security officers of the country, at once.
        DutyOfficer = "duty_officer",
        /// Those of the region and of the organisation.
        RegionalOfficer = "regional_officer",
        /// Everybody on duty for the case; repeated until somebody takes it.
        Everybody = "everybody",
        /// People whom a policy names.
        Named = "named",
        /// The operations centre itself, because no console shows the alarm.
        Operations = "operations",
        /// People whom an operator had called.
        Ordered = "ordered",
    }
}

words! {
    /// How the server reaches somebody outside of the app.
    DeliveryChannel {
        /// A text message.
        Sms = "sms",
        /// A telephone call: a voice says what is the matter, and a key takes the case.
        Voice = "voice",
        /// A message to the browser on their phone.
        Webpush = "webpush",
        /// A message to the app on their phone.
        Fcm = "fcm",
    }
}

words! {
    /// How far a message got. Only `delivered` and better say that it reached anything of the person.
    DeliveryState {
        /// It waits to be sent, or to be tried again.
        Pending = "pending",
        /// It is on its way to the provider.
        Sending = "sending",
        /// The provider has it: nobody was reached yet.
        Accepted = "accepted",
        /// A telephone call is under way: nobody has pressed a key yet.
        Ringing = "ringing",
        /// The provider says that it reached the person's phone.
        Delivered = "delivered",
        /// The phone shows it: nobody has looked yet.
        Displayed = "displayed",
        /// Somebody opened it.
        Opened = "opened",
        /// Somebody heard the call and pressed the key.
        Answered = "answered",
        /// It will not be delivered.
        Failed = "failed",
        /// It could not be sent in time.
        Expired = "expired",
        /// It need not be sent any more.
        Superseded = "superseded",
    }
}

words! {
    /// Why a message went no further.
    CallTrouble {
        /// The gateway did not answer in time.
        Silent = "silent",
        /// The gateway cannot be reached.
        Unreachable = "unreachable",
        /// The connection to the gateway broke.
        Broken = "broken",
        /// The gateway refused it.
        Refused = "refused",
        /// The channel is not set up any more.
        NotSetUp = "not_set_up",
        /// The number cannot be called so.
        BadNumber = "bad_number",
        /// It was not sent in time.
        TooLate = "too_late",
        /// The network says that it did not reach the phone.
        NotDelivered = "not_delivered",
        /// The line is busy.
        Busy = "busy",
        /// Nobody answered, or nobody pressed a key.
        NoAnswer = "no_answer",
        /// A machine answered.
        Voicemail = "voicemail",
        /// Whoever answered hung up without pressing a key.
        HungUp = "hung_up",
        /// The address is not in use any more.
        Gone = "gone",
    }
}

words! {
    /// How contact was tried.
    ContactChannel {
        /// Telephone call.
        Call = "call",
        /// Text message.
        Sms = "sms",
        /// Radio.
        Radio = "radio",
        /// Messenger.
        Messenger = "messenger",
        /// In person.
        InPerson = "in_person",
    }
}

words! {
    /// What came of trying.
    ContactResult {
        /// The person answered.
        Reached = "reached",
        /// No answer.
        NoAnswer = "no_answer",
        /// Voicemail: no contact.
        Voicemail = "voicemail",
        /// Number wrong or dead.
        WrongNumber = "wrong_number",
        /// A message was left and nothing came back yet.
        MessageSent = "message_sent",
    }
}

words! {
    /// How a case ends.
    Outcome {
        /// Help reached the person, or the danger passed.
        Resolved = "resolved",
        /// It was not genuine.
        FalseAlarm = "false_alarm",
    }
}

words! {
    /// How an operator learned of it, when opening a case for someone.
    IntakeChannel {
        /// Telephone call.
        Call = "call",
        /// Radio.
        Radio = "radio",
        /// Text message.
        Sms = "sms",
        /// Messenger.
        Messenger = "messenger",
        /// In person.
        InPerson = "in_person",
    }
}

words! {
    /// Where a position came from.
    PositionSource {
        /// Satellite fix.
        Gps = "gps",
        /// Cells or Wi-Fi.
        Network = "network",
        /// Kept from earlier.
        Cached = "cached",
        /// Typed or pinned by a person.
        Manual = "manual",
        /// The phone did not say.
        Unknown = "unknown",
    }
}

/// A position as a phone sends it.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
    /// Radius of the 68 % circle in metres, 0 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    /// Age of the fix in milliseconds when this body was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_ms: Option<u64>,
    /// Where it came from.
    #[serde(default = "PositionSource::unknown")]
    pub source: PositionSource,
}

impl PositionSource {
    /// What a position without a source has.
    pub fn unknown() -> Self {
        Self::Unknown
    }
}

/// A position as the console shows it.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PositionSeen {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Radius of the 68 % circle in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    /// Where it came from.
    pub source: PositionSource,
    /// When the fix was taken, estimated by the server's clock.
    pub fixed_at: DateTime<Utc>,
    /// True when it is the reporter's position, not the subject's.
    pub of_reporter: bool,
}

/// What is known of the danger; every field may stay out, and the latest word wins field by field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// What is happening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danger: Option<Danger>,
    /// How badly somebody is hurt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub injury: Option<Injury>,
    /// Whether a call is safe. `no` is the hiding flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub can_talk: Option<CanTalk>,
    /// How many people are with them, themselves included, 1 to 999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u16>,
    /// A place in words, at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Anything else, at most 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The phone's battery when it sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Battery {
    /// 0 to 100.
    pub percent: u8,
    /// Whether it was charging, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charging: Option<bool>,
}

/// A person named in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonBrief {
    /// None for a person who is not in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Name, or what the caller said.
    pub name: String,
    /// Organisation's short name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Country office's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// Duty station's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty_station: Option<String>,
    /// IANA time zone of the duty station, for the local time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Radio call sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_sign: Option<String>,
    /// BCP 47 tags, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
}

/// Who is responsible for a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Owner {
    /// The person.
    pub id: Uuid,
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Their last action on the case; three minutes later the claim reopens.
    pub acted_at: DateTime<Utc>,
}

/// Whom the server calls next about a case, unless somebody takes it before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NextCall {
    /// Whom.
    pub step: LadderStep,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody whom the server called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Called {
    /// The person.
    pub person: Uuid,
    /// Their name.
    pub name: String,
    /// As what.
    pub role: Role,
    /// Whether one of their numbers was proven to reach them.
    pub proven: bool,
    /// By what; nothing when they have no number that can be called so.
    pub channels: Vec<DeliveryChannel>,
    /// Whether the duty roster of their role had nobody on duty who could be called: everybody who holds the role was.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
}

/// One row of the queue: a case as it stands after its newest event.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseSummary {
    /// The case.
    pub id: Uuid,
    /// What people say on the radio, six characters. A label: not unique, never looked up by.
    pub reference: String,
    /// Grows by one with every event of the case. The higher revision is the newer truth.
    pub revision: u64,
    /// Where it stands.
    pub state: CaseState,
    /// How bad.
    pub severity: Severity,
    /// Who is in danger.
    pub subject: PersonBrief,
    /// Who reported, when that is another person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<PersonBrief>,
    /// Who raised it.
    pub raised_by: RaisedBy,
    /// How the operator learned of it, when an operator opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intake: Option<IntakeChannel>,
    /// When the first tap happened, estimated: received minus age.
    pub occurred_at: DateTime<Utc>,
    /// When the server stored the first tap.
    pub stored_at: DateTime<Utc>,
    /// When the newest tap was stored.
    pub last_tap_at: DateTime<Utc>,
    /// The event of the newest tap: a console confirms it with `shown`, and rings anew when it changes.
    pub last_tap: Uuid,
    /// How many taps (distinct keys), 1 or more.
    pub taps: u32,
    /// Whether it must sound now: nobody has it, or a new tap rings again.
    pub ringing: bool,
    /// When ringing is for the owner alone, everybody is rung from this time on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rings_all_at: Option<DateTime<Utc>>,
    /// First time a console with a person at it showed the newest tap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_at: Option<DateTime<Utc>>,
    /// Who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Whom the server calls next; none where it cannot call anybody, and while somebody has the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_call: Option<NextCall>,
    /// What is known.
    pub facts: Facts,
    /// Newest position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<PositionSeen>,
    /// Battery at the newest contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<Battery>,
    /// Kind of network at the newest contact ("4g", "wifi", ...), at most 16 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Labels an operator must see: `credential_expired`, `device_revoked`, `device_lost`,
    /// `device_stolen`, `device_seized`, `person_unknown`,
    /// `delayed`, `clock_skew`, `fields_kept_raw`, `person_left`, `repeated_key`, `reopened`,
    /// `office_seized`, `was_held`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// How late the first tap arrived, in seconds, when over 60.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delayed_s: Option<u64>,
    /// How far the phone's wall clock is off, in seconds, when over 60.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_skew_s: Option<i64>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

words! {
    /// What kind of party acted.
    ActorKind {
        /// A person on their phone.
        Phone = "phone",
        /// A person at a console.
        Console = "console",
        /// A person on the telephone, whom the server called.
        Call = "call",
        /// Somebody by text message.
        Text = "text",
        /// Muster itself: a timer or a rule.
        System = "system",
    }
}

/// Who caused an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActorSeen {
    /// What kind of party.
    pub kind: ActorKind,
    /// The person, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Their name, or the rule's.
    pub name: String,
}

/// What an event did to a case.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// The first tap.
    Raised {
        /// Fields that were kept raw, as JSON pointers, with why.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        raw: Vec<RawField>,
        /// What the text message said, when it came by one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// An operator opened it for someone.
    Opened {
        /// How they learned of it.
        channel: IntakeChannel,
    },
    /// A further tap joined the case and rings again.
    TappedAgain {
        /// Fields that were kept raw.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        raw: Vec<RawField>,
        /// Whether it reopened a closed case.
        reopened: bool,
        /// What the text message said, when it came by one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// The same key came with another body: kept as a further attempt.
    AttemptKept {
        /// Fields that were kept raw.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        raw: Vec<RawField>,
    },
    /// A position arrived.
    Positioned {
        /// The position.
        position: PositionSeen,
    },
    /// Where the person is for now was set while the case was open.
    PlaceSet {
        /// Country code.
        country: String,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// Facts arrived; only the fields that were said now.
    FactsAdded {
        /// What was said.
        facts: Facts,
    },
    /// A console with a person at it showed the newest tap.
    Shown {
        /// The tap's event.
        tap: Uuid,
    },
    /// Somebody took it.
    Claimed,
    /// Somebody took it over.
    TakenOver {
        /// From whom.
        from: String,
        /// Why.
        reason: TakeoverReason,
    },
    /// The claim ended; it rings.
    Released {
        /// Why.
        reason: ReleaseReason,
    },
    /// A note.
    Noted {
        /// The text, at most 4,000 characters.
        text: String,
    },
    /// The owner says they are still on it.
    StillOnIt,
    /// Contact was tried.
    ContactTried {
        /// How.
        channel: ContactChannel,
        /// With what result.
        result: ContactResult,
        /// In words, at most 1,000 characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Somebody is on the way.
    ResponderAssigned {
        /// Who or what, at most 200 characters.
        responder: String,
    },
    /// The server called people, because nobody has the case, or because they are in the country.
    Called {
        /// The step.
        step: LadderStep,
        /// Whom; nobody when there is nobody to call.
        people: Vec<Called>,
        /// Whether the next step follows at once, because none of them can be reached by a number that was proven.
        passed: bool,
    },
    /// An operator ordered something about the calls.
    CallsOrdered {
        /// What.
        order: CallOrder,
        /// Why.
        reason: String,
        /// Who else is called, by name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        people: Vec<String>,
    },
    /// How a message to somebody went.
    CallResult {
        /// To whom.
        person: Uuid,
        /// Their name.
        name: String,
        /// By what.
        channel: DeliveryChannel,
        /// How far it got.
        state: DeliveryState,
        /// Why it went no further.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trouble: Option<CallTrouble>,
        /// What the gateway answered, where it refused: an HTTP status.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
    },
    /// Closed.
    Closed {
        /// How it ended.
        outcome: Outcome,
        /// Why, at most 4,000 characters.
        note: String,
    },
}

/// A field of a Not Okay that could not be understood and was kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RawField {
    /// JSON pointer, at most 100 characters.
    pub field: String,
    /// `unknown`, `wrong_type`, `invalid_value`; or, for the whole body, `not_json`, `broke_off`, `too_large`, or
    /// `frame_malformed` where the frame around it was not of the protocol.
    pub why: String,
}

/// One line of a case's timeline.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TimelineEntry {
    /// The event; the same under every scope it was written to.
    pub id: Uuid,
    /// The case's revision after it.
    pub revision: u64,
    /// When the server received it.
    pub at: DateTime<Utc>,
    /// When it happened, estimated.
    pub occurred_at: DateTime<Utc>,
    /// Who.
    pub actor: ActorSeen,
    /// The event that caused it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Uuid>,
    /// What.
    pub change: Change,
}

/// A case whole.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseDetail {
    /// As in the queue.
    pub case: CaseSummary,
    /// Every event, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// The subject's numbers, for the person who has to call. Empty when not in the register.
    pub phones: Vec<PhoneNumber>,
}

/// A telephone number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhoneNumber {
    /// The number in the register; none for one that is not in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// E.164, such as `+25261...`.
    pub number: String,
    /// `mobile`, `home`, `office`, `satellite`, `radio`.
    pub kind: String,
    /// When it was last proven to reach the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<DateTime<Utc>>,
    /// How it was proven: `code` or `called`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_basis: Option<String>,
}

/// `POST /v1/cases`: an operator opens a case for someone.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCase {
    /// The person, when in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Uuid>,
    /// Name as given, when not in the register; "unknown caller" is a name. At most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How to call them back, when not in the register. At most 40 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// How the operator learned of it.
    pub channel: IntakeChannel,
    /// Country office, when the person is not in the register; the operator's own scope otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Uuid>,
    /// What is known, the place in words included.
    #[serde(default)]
    pub facts: Facts,
    /// A position, when one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// `POST /v1/cases/{id}/claim`: take a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Set to take it over from the owner named in `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takeover: Option<Takeover>,
}

/// Taking a case from somebody who has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Takeover {
    /// The owner that the caller saw; another owner by now is a `already_taken`.
    pub from: Uuid,
    /// Why.
    pub reason: TakeoverReason,
}

/// `POST /v1/cases/{id}/notes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// 1 to 4,000 characters.
    pub text: String,
}

/// `POST /v1/cases/{id}/contacts`: contact was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryContact {
    /// How.
    pub channel: ContactChannel,
    /// With what result.
    pub result: ContactResult,
    /// In words, at most 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// `POST /v1/cases/{id}/responder`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignResponder {
    /// Who or what goes, 1 to 200 characters.
    pub responder: String,
}

/// `POST /v1/cases/{id}/close`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseCase {
    /// How it ended.
    pub outcome: Outcome,
    /// Why, 1 to 4,000 characters.
    pub note: String,
    /// The revision the caller saw; a newer tap since then is a `case_changed`.
    pub revision: u64,
}

/// The answer to every write on a case: the case after it.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseAfter {
    /// As in the queue.
    pub case: CaseSummary,
}

/// One page of closed cases, newest first.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CasePage {
    /// The rows.
    pub cases: Vec<CaseSummary>,
    /// Pass as `after` for the next page; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_what_travels() {
        fn check<T: Serialize>(values: &[T], word: impl Fn(&T) -> &'static str) {
            for value in values {
                assert_eq!(serde_json::to_value(value).unwrap(), word(value));
            }
        }
        check(CaseState::ALL, |value| value.word());
        check(RaisedBy::ALL, |value| value.word());
        check(ContactChannel::ALL, |value| value.word());
        check(ReleaseReason::ALL, |value| value.word());
        check(crate::people::PersonKind::ALL, |value| value.word());
        check(crate::access::Role::ALL, |value| value.word());
        check(crate::error::Code::ALL, |value| value.name());
    }
}
