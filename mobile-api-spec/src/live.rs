//! Frames of the live sockets, `GET /v1/live` (console) and `GET /v1/phone/live` (phone).
//!
//! Every frame is one JSON object in one WebSocket text message, told apart by `t`.
//!
//! **Console.** The client sends `hello` within 5 s. The server answers `welcome`, which names each
//! scope with its head and a mode. `resume`: events after the given cursor follow. `snapshot`: the
//! client gets `GET /v1/snapshot` and sends `resume` with the cursors in it. When every scope has
//! caught up the server sends `live` once, then events as they are committed, and `beat` every 5 s.
//! An event may arrive under several scopes with one `id`; show it once, keep the cursor of each.
//!
//! **Phone.** The client sends `hello`; the server answers `now` and sends it again whenever it
//! changes (latest wins). `cmd` is an outbox item; `ack` answers it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::audit::Notice;
use crate::case::{CaseSummary, Facts, PositionSeen, TimelineEntry};
use crate::error::Problem;
use crate::phone::Now;

/// A place in one scope's log: `EPOCH.SEQ.HASH` (8 hex digits, decimal, 8 hex digits of the chain).
/// Opaque to a client, who takes it from a snapshot or an event and gives it back.
pub type Cursor = String;

/// What a console sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromConsole {
    /// First, within 5 s.
    Hello {
        /// [`crate::PROTOCOL`].
        protocol: u32,
        /// From `POST /v1/live/ticket`.
        ticket: String,
        /// Where it left off, per scope; empty at first.
        #[serde(default)]
        cursors: BTreeMap<Uuid, Cursor>,
    },
    /// After a snapshot: start each scope here.
    Resume {
        /// The snapshot's cursors.
        cursors: BTreeMap<Uuid, Cursor>,
    },
    /// Every 10 s, and at once when one of the fields changes: a console is silent no longer than 25 s.
    Here {
        /// Whether the page is visible.
        visible: bool,
        /// Whether the sound engine runs.
        sound: bool,
        /// Milliseconds since the last key or pointer.
        idle_ms: u64,
    },
    /// These taps are on the screen with running sound. Counted only from a visible page with a hand on it in the last 10 minutes.
    Shown {
        /// [`CaseSummary::last_tap`] of each.
        taps: Vec<Uuid>,
    },
}

/// What a console receives.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "built once per event and encoded at once, never stored in bulk")]
pub enum ToConsole {
    /// Answer to `hello`.
    Welcome {
        /// The server's clock: ages are computed by it.
        server_time: DateTime<Utc>,
        /// The installation's epoch, 8 hex digits.
        epoch: String,
        /// True on an exercise installation.
        exercise: bool,
        /// Every scope the session may see.
        scopes: Vec<ScopeWelcome>,
    },
    /// One event under one scope.
    Event(LiveEvent),
    /// Something that was done with rights, places or lists, under one scope.
    Notice(LiveNotice),
    /// The test alarm, which every server raises once a minute through its own door. It is of nobody and rings
    /// nowhere; that it comes shows that alarms come. Only sessions that see everything get it.
    TestAlarm(LiveTestAlarm),
    /// An event whose content was blanked by retention or cannot be read: only its place counts.
    Blank {
        /// The scope.
        scope: Uuid,
        /// Its number there.
        seq: u64,
        /// The cursor after it.
        cursor: Cursor,
    },
    /// Every scope is live now.
    Live {
        /// How many events were caught up since `hello`.
        caught_up: u64,
    },
    /// Every 5 s.
    Beat {
        /// The server's clock.
        server_time: DateTime<Utc>,
        /// Heads that moved since the last beat: scope to sequence number.
        heads: BTreeMap<Uuid, u64>,
        /// [`digest`] of all heads. If the client's differs, it dials again with its cursors.
        digest: u32,
        /// What does not work as it should on the server that this console is connected to.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        troubles: Vec<Trouble>,
    },
    /// The alarms that servers hold on their own disks while the database is away: all of them that this session may
    /// see, anew whenever they change. Each comes again as a case when it is stored.
    Provisional {
        /// The newest, the oldest of them first; none when everything is stored.
        taps: Vec<Provisional>,
        /// How many more of them are held.
        more: u64,
    },
    /// The session will be closed; the close frame follows.
    Bye {
        /// Why.
        problem: Problem,
    },
}

/// Something of the server that does not work as it should. Events still arrive; a client names one that it does not
/// know as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The database does not answer: nothing can be stored, and what others do is not seen.
    Database,
    /// The relay between nodes does not answer: what comes in at another node arrives a little later.
    Relay,
    /// The test alarm that goes all the way every minute did not arrive: real ones may not either.
    Alarms,
    /// The server's disk is nearly full: lists and changes are refused, alarms are the last to be.
    Disk,
    /// The server has more to do than it can: reading and changing may be refused, alarms are not.
    Overload,
    /// The server's own clock is wrong by more than a minute; the database's counts.
    Clock,
    /// A watch that should be kept is not: nobody is on shift, or nobody is at a console that sees its area.
    Unmanned,
}

/// An alarm that could not be stored yet. Nobody can take it: call, and note on paper.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Provisional {
    /// The same as long as it is held.
    pub id: Uuid,
    /// Who raised it, as their phone was last told; none when it does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How to call them, as their phone was last told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The countries of the offices that it concerns.
    pub offices: Vec<String>,
    /// Whether it is for somebody else.
    pub for_colleague: bool,
    /// Their name, when it was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colleague: Option<String>,
    /// When it was raised, estimated.
    pub occurred_at: DateTime<Utc>,
    /// Since when a server holds it.
    pub held_at: DateTime<Utc>,
    /// Where the phone was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<PositionSeen>,
    /// What was said.
    pub facts: Facts,
}

/// One scope in `welcome`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScopeWelcome {
    /// The scope.
    pub scope: Uuid,
    /// Its name, for the screen.
    pub name: String,
    /// Newest sequence number.
    pub head: u64,
    /// What the client does.
    pub mode: ScopeMode,
}

/// How a scope starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScopeMode {
    /// Events after the cursor follow.
    Resume,
    /// Get a snapshot, then send `resume`.
    Snapshot,
}

/// An event as it travels.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LiveEvent {
    /// The scope it is delivered under.
    pub scope: Uuid,
    /// Its number there: one more than the one before, always.
    pub seq: u64,
    /// The cursor after it.
    pub cursor: Cursor,
    /// The case after it.
    pub case: CaseSummary,
    /// What happened.
    pub entry: TimelineEntry,
}

/// A notice as it travels.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LiveNotice {
    /// The scope it is delivered under.
    pub scope: Uuid,
    /// Its number there: one more than the one before, always.
    pub seq: u64,
    /// The cursor after it.
    pub cursor: Cursor,
    /// What was done.
    pub notice: Notice,
}

/// A test alarm as it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LiveTestAlarm {
    /// The scope of Muster itself.
    pub scope: Uuid,
    /// Its number there: one more than the one before, always.
    pub seq: u64,
    /// The cursor after it.
    pub cursor: Cursor,
    /// What was raised.
    pub test_alarm: TestAlarm,
}

/// A test alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TestAlarm {
    /// Its key.
    pub key: Uuid,
    /// The server that raised it, as long as its process lives.
    pub node: Uuid,
    /// When it was stored.
    pub stored_at: DateTime<Utc>,
}

/// `GET /v1/snapshot`: everything open (and closed less than 24 hours ago) that the session may see.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Snapshot {
    /// The server's clock.
    pub server_time: DateTime<Utc>,
    /// The installation's epoch.
    pub epoch: String,
    /// Per scope: the cursor this snapshot is exact at.
    pub cursors: BTreeMap<Uuid, Cursor>,
    /// The cases.
    pub cases: Vec<CaseSummary>,
}

/// What a phone sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromPhone {
    /// First, within 5 s.
    Hello {
        /// [`crate::PROTOCOL`].
        protocol: u32,
        /// Access token.
        token: String,
        /// As [`crate::PROOF_HEADER`], of `GET /v1/phone/live`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proof: Option<String>,
    },
    /// An outbox item, at most 4 KiB: the same service and key as the POST.
    Cmd {
        /// The idempotency key.
        key: Uuid,
        /// Which.
        what: Command,
        /// As `Muster-Age-Ms`.
        age_ms: u64,
        /// Distress capability (for `not_okay`) or case token (for the others).
        credential: String,
        /// The body of the POST.
        #[schema(value_type = Object)]
        body: serde_json::Value,
    },
    /// Every 60 s while open.
    Ping,
}

/// What a `cmd` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// As `POST /v1/not-okay`.
    NotOkay,
    /// As `POST /v1/my-case/facts`.
    Facts,
    /// As `POST /v1/my-case/position`.
    Position,
}

/// What a phone receives.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ToPhone {
    /// Everything that waits, as in `GET /v1/me/now`.
    Now {
        /// The server's clock.
        server_time: DateTime<Utc>,
        /// Its ETag.
        etag: String,
        /// The content.
        now: Now,
    },
    /// Answer to `cmd`.
    Ack {
        /// The command's key.
        key: Uuid,
        /// The HTTP status the POST would have had.
        status: u16,
        /// The POST's body.
        #[schema(value_type = Object)]
        body: serde_json::Value,
    },
    /// Answer to `ping`.
    Pong,
    /// The session will be closed.
    Bye {
        /// Why.
        problem: Problem,
    },
}

/// FNV-1a (32 bits) over `scope:seq\n` of every scope with events (`seq` 1 or more), in ascending
/// order of the scope's text. Both sides compute it, so that a lost frame is found at the next beat.
pub fn digest<'a>(heads: impl IntoIterator<Item = (&'a Uuid, &'a u64)>) -> u32 {
    let mut rows: Vec<String> =
        heads.into_iter().filter(|(_, seq)| **seq > 0).map(|(scope, seq)| format!("{scope}:{seq}\n")).collect();
    rows.sort_unstable();
    rows.iter()
        .flat_map(|row| row.bytes())
        .fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_depends_on_every_head_and_not_on_their_order() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let one = BTreeMap::from([(a, 1), (b, 2)]);
        let other = BTreeMap::from([(a, 1), (b, 3)]);
        assert_eq!(digest(&one), digest([(&b, &2), (&a, &1)]));
        assert_ne!(digest(&one), digest(&other));
        assert_eq!(digest(&BTreeMap::new()), 0x811c_9dc5);
        assert_eq!(digest(&BTreeMap::from([(a, 1), (b, 0)])), digest(&BTreeMap::from([(a, 1)])));
    }
}
