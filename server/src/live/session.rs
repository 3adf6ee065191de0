//! A console's session as a pure state machine: `Connecting`, `Identified`, `Live`.
//!
//! No clock, no socket, no database: frames and facts go in, decisions come out.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use wire::live::{FromConsole, ScopeMode, ToConsole, Trouble, digest};
use wire::{Code, PROTOCOL, Problem};

use super::cursor::Cursor;

/// A gap larger than this is not replayed; the console takes a snapshot.
pub const LONGEST_REPLAY: i64 = 2_000;

/// A person at the console: a key or pointer within this time.
pub const HAND: TimeDelta = TimeDelta::minutes(10);

/// Taps that one `shown` may name.
const MOST_TAPS: usize = 200;

/// WebSocket close codes.
pub mod close {
    /// The session ended: sign in again.
    pub const ENDED: u16 = 4001;
    /// Hello, ticket or frame refused.
    pub const REFUSED: u16 = 4002;
    /// Rights changed: dial again.
    pub const RIGHTS: u16 = 4003;
    /// Too slow: dial again with the cursors.
    pub const TOO_SLOW: u16 = 1013;
    /// The server stops: dial again.
    pub const STOPPING: u16 = 1012;
}

/// Why and how the socket is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Close code.
    pub code: u16,
    /// Sent as `bye` before it.
    pub problem: Problem,
}

impl Closing {
    /// A close with its reason.
    pub fn new(code: u16, problem: Code, detail: &str) -> Self {
        Self { code, problem: Problem::new(problem, detail) }
    }
}

/// A socket that has not said hello.
#[derive(Debug)]
pub struct Connecting;

/// What a good hello holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Hello {
    /// To be redeemed.
    pub ticket: String,
    /// Where the client left off.
    pub cursors: BTreeMap<Uuid, String>,
}

impl Connecting {
    /// The first frame must be a hello of this protocol.
    pub fn hello(self, frame: FromConsole) -> Result<Hello, Closing> {
        match frame {
            FromConsole::Hello { protocol: PROTOCOL, ticket, cursors } => Ok(Hello { ticket, cursors }),
            FromConsole::Hello { .. } => Err(Closing::new(
                close::REFUSED,
                Code::ProtocolUnsupported,
                "Reload the page to get the console of this server.",
            )),
            _ => Err(Closing::new(close::REFUSED, Code::ProtocolUnsupported, "Say hello first.")),
        }
    }
}

/// What the log says about a scope and a client's cursor in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ground {
    /// Newest number.
    pub head: i64,
    /// The client's cursor, if it has one.
    pub cursor: Option<Cursor>,
    /// Whether the log has the cursor's hash at the cursor's number.
    pub hash_matches: bool,
}

impl Ground {
    /// Snapshot when there is no cursor, when it is of another epoch or another log, when it is
    /// ahead, or when the gap is too long. A log without events needs neither.
    pub fn mode(&self, epoch: u32) -> ScopeMode {
        let resumes = match self.cursor {
            None => self.head == 0,
            Some(cursor) => self.fits(epoch) && self.head - cursor.seq <= LONGEST_REPLAY,
        };
        if resumes { ScopeMode::Resume } else { ScopeMode::Snapshot }
    }

    /// Whether the client's cursor is a place in this very log.
    fn fits(&self, epoch: u32) -> bool {
        self.cursor.is_some_and(|cursor| cursor.epoch == epoch && self.hash_matches && cursor.seq <= self.head)
    }
}

/// A session whose operator is known. Scopes that need no snapshot have their start already.
#[derive(Debug)]
pub struct Identified {
    epoch: u32,
    starts: BTreeMap<Uuid, Option<i64>>,
}

impl Identified {
    /// Decides how each scope starts.
    pub fn new(epoch: u32, grounds: &BTreeMap<Uuid, Ground>) -> (Self, BTreeMap<Uuid, ScopeMode>) {
        let modes: BTreeMap<Uuid, ScopeMode> =
            grounds.iter().map(|(scope, ground)| (*scope, ground.mode(epoch))).collect();
        // One snapshot covers all scopes, so either every scope resumes or none does.
        let snapshot = modes.values().any(|mode| *mode == ScopeMode::Snapshot);
        let starts = grounds
            .iter()
            .map(|(scope, ground)| (*scope, (!snapshot).then(|| ground.cursor.map_or(0, |cursor| cursor.seq))))
            .collect();
        let modes =
            if snapshot { modes.into_keys().map(|scope| (scope, ScopeMode::Snapshot)).collect() } else { modes };
        (Self { epoch, starts }, modes)
    }

    /// Whether the client must take a snapshot first.
    pub fn needs_snapshot(&self) -> bool {
        self.starts.values().any(Option::is_none)
    }

    /// After the snapshot: each scope starts at its cursor; one that the snapshot does not name had
    /// no events then and starts at its beginning. `grounds` is what the log says of these cursors: one
    /// that is no place in it, such as one ahead of its head, would hide what is yet to come.
    pub fn resume(
        mut self,
        epoch: u32,
        cursors: &BTreeMap<Uuid, String>,
        grounds: &BTreeMap<Uuid, Ground>,
    ) -> Result<Live, Closing> {
        if !cursors.keys().all(|scope| grounds.get(scope).is_some_and(|ground| ground.fits(epoch))) {
            return Err(Closing::new(
                close::REFUSED,
                Code::InvalidValue,
                "The cursors are not of this server's log: dial again.",
            ));
        }
        let named = |scope: &Uuid| {
            let ground = cursors.contains_key(scope).then(|| grounds.get(scope)).flatten();
            ground.and_then(|ground| ground.cursor).map_or(0, |cursor| cursor.seq)
        };
        for (scope, start) in &mut self.starts {
            start.get_or_insert_with(|| named(scope));
        }
        for scope in cursors.keys() {
            self.starts.entry(*scope).or_insert_with(|| Some(named(scope)));
        }
        self.epoch = epoch;
        Ok(self.live())
    }

    /// Without a snapshot.
    pub fn live(self) -> Live {
        let sent = self.starts.into_iter().map(|(scope, start)| (scope, start.unwrap_or(0))).collect();
        Live { epoch: self.epoch, sent, beaten: BTreeMap::new(), caught_up: 0, attention: None }
    }
}

/// What to do with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is the next one: send it.
    Send,
    /// It was sent before.
    Known,
    /// Something is missing before it: read the log first.
    Gap,
}

#[derive(Debug, Clone, Copy)]
struct Attention {
    visible: bool,
    sound: bool,
    last_hand: DateTime<Utc>,
}

/// A session that gets events.
#[derive(Debug)]
pub struct Live {
    epoch: u32,
    sent: BTreeMap<Uuid, i64>,
    beaten: BTreeMap<Uuid, i64>,
    caught_up: u64,
    attention: Option<Attention>,
}

impl Live {
    /// The epoch that the client's cursors are of.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The newest number sent of a scope.
    pub fn sent(&self, scope: Uuid) -> i64 {
        self.sent.get(&scope).copied().unwrap_or(0)
    }

    /// What to do with this event.
    pub fn next(&self, scope: Uuid, seq: i64) -> Next {
        match seq - self.sent(scope) {
            1 => Next::Send,
            ..=0 => Next::Known,
            _ => Next::Gap,
        }
    }

    /// An event was handed to the socket.
    pub fn did_send(&mut self, scope: Uuid, seq: i64) {
        self.sent.insert(scope, seq);
        self.caught_up += 1;
    }

    /// Every scope has caught up for the first time.
    pub fn caught_up(&self) -> ToConsole {
        ToConsole::Live { caught_up: self.caught_up }
    }

    /// The heartbeat: heads that moved since the last, a digest of all, and what does not work as it should.
    pub fn beat(&mut self, server_time: DateTime<Utc>, troubles: Vec<Trouble>) -> ToConsole {
        let unsigned = |seq: &i64| u64::try_from(*seq).unwrap_or_default();
        let heads = self
            .sent
            .iter()
            .filter(|(scope, seq)| **seq > 0 && self.beaten.get(scope) != Some(seq))
            .map(|(scope, seq)| (*scope, unsigned(seq)))
            .collect();
        let all: BTreeMap<Uuid, u64> = self.sent.iter().map(|(scope, seq)| (*scope, unsigned(seq))).collect();
        self.beaten.clone_from(&self.sent);
        ToConsole::Beat { server_time, heads, digest: digest(&all), troubles }
    }

    /// The client says how its page stands.
    pub fn here(&mut self, visible: bool, sound: bool, idle_ms: u64, now: DateTime<Utc>) {
        let idle = i64::try_from(idle_ms).ok().and_then(TimeDelta::try_milliseconds).unwrap_or(TimeDelta::MAX);
        let last_hand = now.checked_sub_signed(idle).unwrap_or(DateTime::UNIX_EPOCH);
        self.attention = Some(Attention { visible, sound, last_hand });
    }

    /// Whether a person is at this console: visible page, running sound, a hand on it lately.
    pub fn is_attended(&self, now: DateTime<Utc>) -> bool {
        self.attention.is_some_and(|attention| attention.visible && attention.sound && now - attention.last_hand < HAND)
    }

    /// The taps of a `shown` that count.
    pub fn shown(&self, mut taps: Vec<Uuid>, now: DateTime<Utc>) -> Vec<Uuid> {
        taps.truncate(MOST_TAPS);
        if self.is_attended(now) { taps } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EPOCH: u32 = 7;

    fn ground(head: i64, seq: i64) -> Ground {
        Ground { head, cursor: Some(Cursor { epoch: EPOCH, seq, hash: [1; 4] }), hash_matches: true }
    }

    fn scope(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    #[test]
    fn the_first_frame_must_be_a_hello_of_this_protocol() {
        let hello = |protocol| FromConsole::Hello { protocol, ticket: "t".into(), cursors: BTreeMap::new() };
        assert_eq!(Connecting.hello(hello(PROTOCOL)).unwrap().ticket, "t");
        assert_eq!(Connecting.hello(hello(PROTOCOL + 1)).unwrap_err().problem.code, Code::ProtocolUnsupported);
        assert!(Connecting.hello(FromConsole::Shown { taps: vec![] }).is_err());
    }

    #[test]
    fn a_cursor_that_is_not_surely_of_this_log_means_a_snapshot() {
        assert_eq!(ground(10, 4).mode(EPOCH), ScopeMode::Resume);
        assert_eq!(ground(10, 10).mode(EPOCH), ScopeMode::Resume);
        assert_eq!(ground(10, 11).mode(EPOCH), ScopeMode::Snapshot);
        assert_eq!(ground(10, 4).mode(EPOCH + 1), ScopeMode::Snapshot);
        assert_eq!(ground(LONGEST_REPLAY + 5, 4).mode(EPOCH), ScopeMode::Snapshot);
        assert_eq!(Ground { hash_matches: false, ..ground(10, 4) }.mode(EPOCH), ScopeMode::Snapshot);
        assert_eq!(Ground { cursor: None, ..ground(10, 0) }.mode(EPOCH), ScopeMode::Snapshot);
        assert_eq!(Ground { cursor: None, ..ground(0, 0) }.mode(EPOCH), ScopeMode::Resume);
    }

    #[test]
    fn one_scope_that_needs_a_snapshot_makes_all_of_them_start_there() {
        let grounds = BTreeMap::from([(scope(1), ground(10, 4)), (scope(2), Ground { cursor: None, ..ground(3, 0) })]);
        let (session, modes) = Identified::new(EPOCH, &grounds);
        assert!(session.needs_snapshot());
        assert!(modes.values().all(|mode| *mode == ScopeMode::Snapshot));
        let grounds = BTreeMap::from([(scope(1), ground(10, 9)), (scope(2), ground(3, 3)), (scope(4), ground(1, 1))]);
        let live = session.resume(EPOCH, &named(&grounds), &grounds).unwrap();
        let sent = [1, 2, 3, 4].map(|n| live.sent(scope(n)));
        assert_eq!((sent, live.epoch()), ([9, 3, 0, 1], EPOCH));
    }

    /// The cursors of these grounds as a client writes them.
    fn named(grounds: &BTreeMap<Uuid, Ground>) -> BTreeMap<Uuid, String> {
        grounds.iter().map(|(scope, ground)| (*scope, ground.cursor.unwrap().to_string())).collect()
    }

    #[test]
    fn cursors_that_are_no_place_in_the_log_are_refused_after_a_snapshot() {
        let resume = |grounds: &BTreeMap<Uuid, Ground>| {
            let (session, _) =
                Identified::new(EPOCH, &BTreeMap::from([(scope(1), Ground { cursor: None, ..ground(3, 0) })]));
            session
                .resume(EPOCH, &named(&BTreeMap::from([(scope(1), ground(3, 3))])), grounds)
                .map(|live| live.sent(scope(1)))
        };
        let of = |ground| BTreeMap::from([(scope(1), ground)]);
        assert_eq!(resume(&of(ground(3, 3))), Ok(3));
        assert_eq!(resume(&of(ground(LONGEST_REPLAY + 9, 3))), Ok(3), "a snapshot may be old when it is taken");
        let other_epoch = Cursor { epoch: EPOCH + 1, seq: 3, hash: [1; 4] };
        for (grounds, why) in [
            (of(ground(2, 3)), "ahead of the head"),
            (of(Ground { cursor: Some(other_epoch), ..ground(3, 3) }), "another epoch"),
            (of(Ground { hash_matches: false, ..ground(3, 3) }), "another log"),
            (of(Ground { cursor: None, ..ground(3, 3) }), "not a cursor"),
            (BTreeMap::new(), "a scope without events, or not this client's"),
        ] {
            assert_eq!(resume(&grounds).unwrap_err().code, close::REFUSED, "{why}");
        }
    }

    #[test]
    fn events_go_out_in_order_once_and_without_gaps() {
        let (session, _) = Identified::new(EPOCH, &BTreeMap::from([(scope(1), ground(10, 10))]));
        let mut live = session.live();
        assert_eq!(live.next(scope(1), 10), Next::Known);
        assert_eq!(live.next(scope(1), 12), Next::Gap);
        assert_eq!(live.next(scope(1), 11), Next::Send);
        live.did_send(scope(1), 11);
        assert_eq!(live.next(scope(1), 11), Next::Known);
        assert_eq!(live.next(scope(9), 1), Next::Send);
        assert_eq!(live.next(scope(9), 2), Next::Gap);
    }

    #[test]
    fn a_beat_names_heads_that_moved_and_a_digest_of_all() {
        let (session, _) =
            Identified::new(EPOCH, &BTreeMap::from([(scope(1), ground(10, 10)), (scope(2), ground(5, 5))]));
        let mut live = session.live();
        live.did_send(scope(2), 6);
        let now = DateTime::UNIX_EPOCH;
        let all = BTreeMap::from([(scope(1), 10), (scope(2), 6)]);
        let ToConsole::Beat { heads, digest: first, .. } = live.beat(now, Vec::new()) else { panic!("not a beat") };
        assert_eq!((heads, first), (all.clone(), digest(&all)));
        let ToConsole::Beat { heads, digest: second, .. } = live.beat(now, Vec::new()) else { panic!("not a beat") };
        assert_eq!((heads, second), (BTreeMap::new(), first));
    }

    #[test]
    fn shown_counts_only_with_a_person_at_the_console() {
        let (session, _) = Identified::new(EPOCH, &BTreeMap::new());
        let mut live = session.live();
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let taps = vec![scope(1)];
        assert_eq!(live.shown(taps.clone(), now), Vec::<Uuid>::new());
        live.here(true, true, 1_000, now);
        assert_eq!(live.shown(taps.clone(), now), taps);
        live.here(false, true, 1_000, now);
        assert_eq!(live.shown(taps.clone(), now), Vec::<Uuid>::new());
        live.here(true, false, 1_000, now);
        assert_eq!(live.shown(taps.clone(), now), Vec::<Uuid>::new());
        live.here(true, true, 11 * 60 * 1_000, now);
        assert_eq!(live.shown(taps.clone(), now), Vec::<Uuid>::new());
        live.here(true, true, u64::MAX, now);
        assert_eq!(live.shown(taps.clone(), now), Vec::<Uuid>::new());
        live.here(true, true, 0, now);
        assert_eq!(live.shown(taps, now + HAND), Vec::<Uuid>::new());
    }
}
