//! The watch: duty rosters, shifts, hand-overs, the shift log.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{AreaKind, Role};
use crate::case::{ActorSeen, CaseState, words};

/// `POST /v1/roster`: somebody is on duty for an area, week by week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRosterEntry {
    /// `office`, `country`, `region`, `organisation` or `installation`.
    pub area: AreaKind,
    /// The office, region or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<Uuid>,
    /// The country: two capital letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// As what: a role that the person holds there. A roster grants none.
    pub role: Role,
    /// Who, and when.
    pub duty: Duty,
}

/// Who is on duty on which days, by the wall clock of a time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Who.
    pub person: Uuid,
    /// The days on which a duty begins: 1 Monday to 7 Sunday, each once.
    pub weekdays: Vec<u8>,
    /// From when, such as `18:00`.
    pub from: String,
    /// Until when, such as `06:00`; not later than `from` means on the next day.
    pub until: String,
    /// IANA zone of that wall clock; of an office the zone of its duty stations when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The first day on which a duty may begin.
    pub first_day: NaiveDate,
    /// The last one; open when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
}

/// An entry of a duty roster. It is never changed: another replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RosterEntry {
    /// The entry.
    pub id: Uuid,
    /// 1 while it counts, 2 once it was ended or replaced.
    pub revision: u64,
    /// How wide.
    pub area: AreaKind,
    /// The office, region or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<Uuid>,
    /// The country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// As what.
    pub role: Role,
    /// Who, and when.
    pub duty: Duty,
    /// The person's name.
    pub name: String,
    /// The entry that it stands in the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Uuid>,
    /// Who entered it.
    pub entered_by: Uuid,
    /// When.
    pub entered_at: DateTime<Utc>,
    /// Who ended or replaced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<Uuid>,
    /// When: from then on it counts for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
}

/// One duty of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RosterDuty {
    /// The entry.
    pub entry: Uuid,
    /// Who.
    pub person: Uuid,
    /// Their name.
    pub name: String,
    /// Whether they hold the role there now; who does not is not called, and leaves a gap.
    pub holds: bool,
    /// From when, this moment included.
    pub from: DateTime<Utc>,
    /// Until when, this moment excluded.
    pub until: DateTime<Utc>,
}

/// A time of a week in which nobody is on duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RosterGap {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// The week of one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RosterOfRole {
    /// As what.
    pub role: Role,
    /// Who is on when, in the order of their beginnings.
    pub duties: Vec<RosterDuty>,
    /// When nobody is: then everybody who holds the role is called.
    pub gaps: Vec<RosterGap>,
    /// Whether somebody is on duty at this moment.
    pub on_now: bool,
}

/// `GET /v1/roster`: the duty roster of an area in one week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Roster {
    /// How wide.
    pub area: AreaKind,
    /// The office, region or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<Uuid>,
    /// The country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// IANA zone of the week.
    pub time_zone: String,
    /// Its Monday.
    pub week: NaiveDate,
    /// When it begins.
    pub from: DateTime<Utc>,
    /// When it ends.
    pub until: DateTime<Utc>,
    /// The roles that have a roster here.
    pub roles: Vec<RosterOfRole>,
    /// The entries that count, and those that were ended, the newest first; at most 200.
    pub entries: Vec<RosterEntry>,
    /// Whether the caller may change it.
    pub may_edit: bool,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
}

/// `POST /v1/shifts`: the caller is on shift over an area from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginShift {
    /// `office`, `country`, `region`, `organisation` or `installation`.
    pub area: AreaKind,
    /// The office, region or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<Uuid>,
    /// The country: two capital letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// Somebody with their name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    /// The person.
    pub id: Uuid,
    /// Their name.
    pub name: String,
}

/// An open item of a hand-over: a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandoverItem {
    /// The case.
    pub case: Uuid,
    /// Its spoken reference.
    pub reference: String,
    /// Where it stands.
    pub state: CaseState,
    /// Whose it is; nobody's when absent: then the hand-over cannot be signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Named>,
    /// Whether it came after the hand-over was opened.
    pub late: bool,
    /// Who accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<Named>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<DateTime<Utc>>,
    /// Whether the case was closed meanwhile: nothing is left to accept.
    pub closed: bool,
}

/// A hand-over that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Handover {
    /// Who opened it: whose shift it is, or who relieves them.
    pub opened_by: Named,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// What the next must know, in words.
    pub notes: String,
    /// Everything that is open, and what was when it was opened.
    pub items: Vec<HandoverItem>,
}

/// Somebody's shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Shift {
    /// The shift.
    pub id: Uuid,
    /// Whose.
    pub person: Named,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Its hand-over, while one is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<Handover>,
}

words! {
    /// Why a watch is unmanned.
    UnmannedCause {
        /// The last shift ended and nobody took over.
        LeftAlone = "left_alone",
        /// Nobody has been at a console that sees the area for two minutes.
        NobodyAtConsole = "nobody_at_console",
    }
}

/// A watch that nobody keeps and somebody should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unmanned {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why.
    pub cause: UnmannedCause,
}

/// The watch over an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Watch {
    /// The watch.
    pub id: Uuid,
    /// Grows with every change.
    pub revision: u64,
    /// How wide.
    pub area: AreaKind,
    /// The office, region or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<Uuid>,
    /// The country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Its name, for the screen; absent for a country and the installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_name: Option<String>,
    /// Who is on shift, the longest first.
    pub shifts: Vec<Shift>,
    /// There while nobody keeps it and somebody should.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmanned: Option<Unmanned>,
}

/// `GET /v1/watches`: those that the caller works in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Watches {
    /// The widest first.
    pub watches: Vec<Watch>,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
}

/// `POST /v1/watches/{id}/shifts/{shift}/handover`: the shift is to be handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenHandover {
    /// What the next must know, at most 4,000 characters; may be empty.
    pub notes: String,
}

/// `POST /v1/watches/{id}/shifts/{shift}/accept`: the caller accepts an open item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptItem {
    /// The case.
    pub case: Uuid,
}

/// `POST /v1/watches/{id}/shifts/{shift}/end`: the caller's shift ends and nobody takes over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndShift {
    /// Why: 3 to 500 characters.
    pub reason: String,
}

words! {
    /// What an entry of the shift log is.
    WatchEntryKind {
        /// Written by somebody.
        Note = "note",
        /// Somebody began a shift.
        ShiftBegun = "shift_begun",
        /// A hand-over was opened; the text is its notes.
        HandoverOpened = "handover_opened",
        /// An open item was accepted.
        ItemAccepted = "item_accepted",
        /// A hand-over was signed; the name is of who took over.
        HandedOver = "handed_over",
        /// A shift ended and nobody took over; the text says why.
        ShiftEnded = "shift_ended",
        /// Nobody keeps the watch.
        Unmanned = "unmanned",
        /// Somebody keeps it again.
        MannedAgain = "manned_again",
    }
}

/// An entry of the shift log. None is ever changed: a correction is another that names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WatchEntry {
    /// The entry; later ones sort after it.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom; Muster itself when nobody.
    pub by: ActorSeen,
    /// What.
    pub kind: WatchEntryKind,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whose shift it is about, where that is not who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Named>,
    /// The spoken reference of the case that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// That case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Uuid>,
    /// The entry that it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Uuid>,
}

/// `POST /v1/watches/{id}/log`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWatchEntry {
    /// 1 to 4,000 characters.
    pub text: String,
    /// The entry of this log that it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Uuid>,
}

/// `GET /v1/watches/{id}/log`: the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WatchLog {
    /// Entries.
    pub entries: Vec<WatchEntry>,
    /// Give it as `after` for older ones; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Uuid>,
}
