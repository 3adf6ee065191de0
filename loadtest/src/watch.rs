//! The console's side of the live protocol, without I/O: frames go in, what to do next comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::live::{Cursor, ScopeMode};

use crate::checker::{Arrival, ConsoleLog};
use crate::frames::{Frame, SnapshotOf, seq_of};

/// What to do after a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Wait for the next frame.
    Follow,
    /// Get a snapshot, then say `resume`.
    Snapshot,
    /// Every scope has caught up.
    Live,
}

/// Where a console stands. An error means: hang up and dial again.
#[derive(Debug, Default)]
pub struct Watch {
    cursors: BTreeMap<Uuid, Cursor>,
    waiting: BTreeSet<Uuid>,
    epoch: String,
    live: bool,
}

impl Watch {
    /// Where it left off, for `hello`.
    pub fn cursors(&self) -> &BTreeMap<Uuid, Cursor> {
        &self.cursors
    }

    /// Whether every scope has caught up on this connection.
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// Takes a frame that arrived at `at` of the run, `wall` by this machine's clock.
    pub fn frame(
        &mut self,
        log: &mut ConsoleLog,
        frame: &Frame<'_>,
        at: Duration,
        wall: DateTime<Utc>,
    ) -> Result<Next> {
        match frame.t.as_ref() {
            "welcome" => self.welcome(log, frame),
            "event" => {
                let arrival = arrival(frame, at, wall).context("an event lacks a field")?;
                log.arrive(&arrival);
                self.cursors.insert(arrival.scope, frame.cursor.as_deref().unwrap_or_default().to_owned());
                Ok(Next::Follow)
            }
            "notice" | "blank" | "test_alarm" => {
                let (Some(scope), Some(seq)) = (frame.scope, frame.seq) else { bail!("a notice lacks a field") };
                log.pass(scope, seq);
                self.cursors.insert(scope, frame.cursor.as_deref().unwrap_or_default().to_owned());
                Ok(Next::Follow)
            }
            // What a node holds on its own disk is no place in the log.
            "provisional" => Ok(Next::Follow),
            "live" => {
                self.live = true;
                Ok(Next::Live)
            }
            "beat" => {
                if self.live && !log.beat(frame.digest.context("a beat lacks its digest")?) {
                    bail!("the beat's digest is not that of this console's heads");
                }
                Ok(Next::Follow)
            }
            "bye" => {
                bail!("{}", frame.problem.as_ref().map_or("the server says bye", |problem| problem.detail.as_str()))
            }
            other => bail!("a frame of unknown kind {other}"),
        }
    }

    fn welcome(&mut self, log: &mut ConsoleLog, frame: &Frame<'_>) -> Result<Next> {
        self.live = false;
        self.epoch = frame.epoch.as_deref().context("welcome names no epoch")?.to_owned();
        let listed: BTreeSet<Uuid> = frame.scopes.iter().map(|scope| scope.scope).collect();
        if self.cursors.keys().any(|scope| !listed.contains(scope)) {
            self.cursors.clear();
            log.forget();
            bail!("a scope was taken away");
        }
        self.waiting =
            frame.scopes.iter().filter(|scope| scope.mode == ScopeMode::Snapshot).map(|scope| scope.scope).collect();
        Ok(if self.waiting.is_empty() { Next::Follow } else { Next::Snapshot })
    }

    /// Takes the snapshot; returns the cursors for `resume`.
    pub fn snapshot(&mut self, log: &mut ConsoleLog, snapshot: SnapshotOf) -> Result<BTreeMap<Uuid, Cursor>> {
        let cursors: BTreeMap<Uuid, Cursor> =
            snapshot.cursors.into_iter().filter(|(scope, _)| self.waiting.contains(scope)).collect();
        if snapshot.epoch != self.epoch || cursors.len() != self.waiting.len() {
            self.cursors.clear();
            log.forget();
            bail!("the snapshot does not fit the welcome: {} of {} scopes", cursors.len(), self.waiting.len());
        }
        for (scope, cursor) in &cursors {
            log.start(*scope, seq_of(cursor).context("a cursor has no number")?);
        }
        for case in snapshot.cases {
            log.snapshot_case(case.id, case.revision);
        }
        self.waiting.clear();
        self.cursors.extend(cursors.clone());
        Ok(cursors)
    }
}

fn arrival(frame: &Frame<'_>, at: Duration, wall: DateTime<Utc>) -> Option<Arrival> {
    let (case, entry) = (frame.case.as_ref()?, frame.entry.as_ref()?);
    let tap = entry.change.is_tap();
    Some(Arrival {
        scope: frame.scope?,
        seq: frame.seq?,
        event: entry.id,
        case: case.id,
        revision: entry.revision,
        subject: case.subject.id,
        tap: tap && case.last_tap == entry.id,
        stamp_us: entry.at.timestamp_micros(),
        at_us: u64::try_from(at.as_micros()).unwrap_or(u64::MAX),
        after_stamp_us: (wall - entry.at).num_microseconds().unwrap_or(i64::MAX),
    })
}

#[cfg(test)]
mod tests {
    use wire::live::digest;

    use super::*;

    fn scope(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn give(watch: &mut Watch, log: &mut ConsoleLog, frame: &serde_json::Value) -> Result<Next> {
        let text = frame.to_string();
        watch.frame(log, &serde_json::from_str(&text).unwrap(), Duration::ZERO, Utc::now())
    }

    fn welcome(modes: &[(u128, &str)]) -> serde_json::Value {
        let scopes: Vec<_> = modes
            .iter()
            .map(|(n, mode)| serde_json::json!({"scope": scope(*n), "name": "Office", "head": 3, "mode": mode}))
            .collect();
        serde_json::json!({"t": "welcome", "server_time": Utc::now(), "epoch": "00c0ffee", "exercise": false, "scopes": scopes})
    }

    fn event(n: u128, seq: u64) -> serde_json::Value {
        let id = Uuid::from_u128(0x500 + u128::from(seq));
        serde_json::json!({
            "t": "event", "scope": scope(n), "seq": seq, "cursor": format!("00c0ffee.{seq}.00000000"),
            "case": {"id": scope(9), "revision": seq, "last_tap": id, "subject": {"name": "A"}},
            "entry": {"id": id, "revision": seq, "at": Utc::now(), "change": {"what": "tapped_again", "reopened": false}},
        })
    }

    fn snapshot(epoch: &str, scopes: &[u128]) -> SnapshotOf {
        SnapshotOf {
            epoch: epoch.into(),
            cursors: scopes.iter().map(|n| (scope(*n), "00c0ffee.3.00000000".to_owned())).collect(),
            cases: Vec::new(),
        }
    }

    fn live(watch: &mut Watch, log: &mut ConsoleLog) {
        assert_eq!(give(watch, log, &welcome(&[(1, "snapshot")])).unwrap(), Next::Snapshot);
        watch.snapshot(log, snapshot("00c0ffee", &[1])).unwrap();
        assert_eq!(give(watch, log, &serde_json::json!({"t": "live", "caught_up": 0})).unwrap(), Next::Live);
    }

    #[test]
    fn a_notice_a_test_alarm_and_a_blank_take_their_places_and_a_missing_one_is_a_gap() {
        let (mut watch, mut log) = (Watch::default(), ConsoleLog::default());
        give(&mut watch, &mut log, &welcome(&[(1, "resume")])).unwrap();
        log.start(scope(1), 3);
        let other = |kind: &str, seq: u64| {
            let cursor = format!("00c0ffee.{seq}.00000000");
            serde_json::json!({"t": kind, "scope": scope(1), "seq": seq, "cursor": cursor, "notice": {}})
        };
        give(&mut watch, &mut log, &other("notice", 4)).unwrap();
        give(&mut watch, &mut log, &event(1, 5)).unwrap();
        give(&mut watch, &mut log, &other("blank", 6)).unwrap();
        give(&mut watch, &mut log, &serde_json::json!({"t": "provisional", "taps": [], "more": 0})).unwrap();
        give(&mut watch, &mut log, &other("test_alarm", 7)).unwrap();
        assert_eq!((log.faults().gaps, log.faults().inverted), (0, 0));
        give(&mut watch, &mut log, &other("notice", 9)).unwrap();
        give(&mut watch, &mut log, &other("notice", 9)).unwrap();
        assert_eq!((log.faults().gaps, log.faults().inverted), (1, 1));
    }

    #[test]
    fn a_snapshot_is_followed_by_events_and_the_beat_agrees() {
        let (mut watch, mut log) = (Watch::default(), ConsoleLog::default());
        live(&mut watch, &mut log);
        give(&mut watch, &mut log, &event(1, 4)).unwrap();
        let heads = BTreeMap::from([(scope(1), 4)]);
        let beat =
            serde_json::json!({"t": "beat", "server_time": Utc::now(), "heads": heads, "digest": digest(&heads)});
        assert_eq!(give(&mut watch, &mut log, &beat).unwrap(), Next::Follow);
        assert_eq!((log.taps(), log.faults().gaps, log.faults().disagreed), (1, 0, 0));
        assert_eq!(watch.cursors().get(&scope(1)).map(String::as_str), Some("00c0ffee.4.00000000"));
    }

    #[test]
    fn a_beat_that_disagrees_makes_it_dial_again_with_its_cursors() {
        let (mut watch, mut log) = (Watch::default(), ConsoleLog::default());
        live(&mut watch, &mut log);
        let beat = serde_json::json!({"t": "beat", "server_time": Utc::now(), "heads": {}, "digest": 1});
        assert!(give(&mut watch, &mut log, &beat).is_err());
        assert_eq!((log.faults().disagreed, watch.cursors().len()), (1, 1));
        assert_eq!(give(&mut watch, &mut log, &welcome(&[(1, "resume")])).unwrap(), Next::Follow);
        assert!(!watch.is_live());
        give(&mut watch, &mut log, &event(1, 4)).unwrap();
        assert_eq!(log.faults().gaps, 0);
    }

    #[test]
    fn a_lost_scope_or_another_epoch_needs_a_whole_snapshot() {
        let (mut watch, mut log) = (Watch::default(), ConsoleLog::default());
        live(&mut watch, &mut log);
        assert!(give(&mut watch, &mut log, &welcome(&[(2, "snapshot")])).is_err());
        assert!(watch.cursors().is_empty());
        give(&mut watch, &mut log, &welcome(&[(1, "snapshot"), (2, "snapshot")])).unwrap();
        assert!(watch.snapshot(&mut log, snapshot("0badf00d", &[1, 2])).is_err());
        give(&mut watch, &mut log, &welcome(&[(1, "snapshot"), (2, "snapshot")])).unwrap();
        assert!(watch.snapshot(&mut log, snapshot("00c0ffee", &[1])).is_err());
    }

    #[test]
    fn an_event_that_is_not_the_cases_newest_tap_is_not_a_display_of_one() {
        let (mut watch, mut log) = (Watch::default(), ConsoleLog::default());
        live(&mut watch, &mut log);
        let mut wrong = event(1, 4);
        wrong["case"]["last_tap"] = serde_json::json!(scope(7));
        give(&mut watch, &mut log, &wrong).unwrap();
        assert_eq!(log.taps(), 0);
    }
}
