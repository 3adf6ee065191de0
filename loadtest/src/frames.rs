//! Live frames, read only as far as the checker needs: a load client that decodes every field takes
//! from the server the very processor time it measures.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;
use wire::live::ScopeWelcome;

/// Any frame of the console protocol; `t` says which fields are there.
#[derive(Deserialize)]
pub struct Frame<'a> {
    /// `welcome`, `event`, `notice`, `test_alarm`, `blank`, `provisional`, `live`, `beat` or `bye`.
    #[serde(borrow)]
    pub t: Cow<'a, str>,
    /// In `welcome`: every scope of the session.
    #[serde(default)]
    pub scopes: Vec<ScopeWelcome>,
    /// In `welcome`: the installation's epoch.
    #[serde(default, borrow)]
    pub epoch: Option<Cow<'a, str>>,
    /// In `beat`: the digest of all heads.
    #[serde(default)]
    pub digest: Option<u32>,
    /// In `bye`: why.
    #[serde(default)]
    pub problem: Option<wire::Problem>,
    /// In `event`, `notice`, `test_alarm` and `blank`: under which scope.
    #[serde(default)]
    pub scope: Option<Uuid>,
    /// In `event`, `notice`, `test_alarm` and `blank`: its number there.
    #[serde(default)]
    pub seq: Option<u64>,
    /// In `event`, `notice`, `test_alarm` and `blank`: the cursor after it.
    #[serde(default, borrow)]
    pub cursor: Option<Cow<'a, str>>,
    /// In `event`: the case.
    #[serde(default)]
    pub case: Option<CaseOf>,
    /// In `event`: what happened.
    #[serde(default, borrow)]
    pub entry: Option<Entry<'a>>,
}

/// The case of an event or of a snapshot.
#[derive(Deserialize)]
pub struct CaseOf {
    /// The case.
    pub id: Uuid,
    /// Its revision.
    pub revision: u64,
    /// The event of its newest tap.
    pub last_tap: Uuid,
    /// Who is in danger.
    pub subject: Subject,
}

/// Who is in danger.
#[derive(Deserialize)]
pub struct Subject {
    /// None for a person outside the register.
    #[serde(default)]
    pub id: Option<Uuid>,
}

/// What happened.
#[derive(Deserialize)]
pub struct Entry<'a> {
    /// The event.
    pub id: Uuid,
    /// The case's revision after it.
    pub revision: u64,
    /// When the server received it.
    pub at: DateTime<Utc>,
    /// What it did.
    #[serde(borrow)]
    pub change: What<'a>,
}

/// The name of a change.
#[derive(Deserialize)]
pub struct What<'a> {
    /// Such as `raised`.
    #[serde(borrow)]
    pub what: Cow<'a, str>,
}

impl What<'_> {
    /// Whether the change is a tap.
    pub fn is_tap(&self) -> bool {
        matches!(self.what.as_ref(), "raised" | "tapped_again")
    }
}

/// A snapshot.
#[derive(Deserialize)]
pub struct SnapshotOf {
    /// The installation's epoch.
    pub epoch: String,
    /// Per scope: where it is exact.
    pub cursors: BTreeMap<Uuid, String>,
    /// The cases.
    pub cases: Vec<CaseOf>,
}

/// The number inside a cursor (`EPOCH.SEQ.HASH`).
pub fn seq_of(cursor: &str) -> Option<u64> {
    cursor.split('.').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_as_the_server_writes_them_are_read() {
        let welcome: Frame = serde_json::from_str(
            r#"{"t":"welcome","server_time":"2026-11-22T00:00:00Z","epoch":"00c0ffee","exercise":false,
                "scopes":[{"scope":"00000000-0000-0000-0000-000000000001","name":"Office","head":7,"mode":"snapshot"}]}"#,
        )
        .unwrap();
        assert_eq!((welcome.t.as_ref(), welcome.scopes[0].head), ("welcome", 7));
        let beat: Frame =
            serde_json::from_str(r#"{"t":"beat","server_time":"2026-11-22T00:00:00Z","heads":{},"digest":5}"#).unwrap();
        assert_eq!(beat.digest, Some(5));
        let event: Frame = serde_json::from_str(
            r#"{"t":"event","scope":"00000000-0000-0000-0000-000000000001","seq":8,"cursor":"00c0ffee.8.0badf00d",
                "case":{"id":"00000000-0000-0000-0000-000000000002","revision":3,"last_tap":"00000000-0000-0000-0000-000000000003",
                        "subject":{"name":"A"},"facts":{}},
                "entry":{"id":"00000000-0000-0000-0000-000000000003","revision":3,"at":"2026-11-22T00:00:00.5Z",
                         "occurred_at":"2026-11-22T00:00:00Z","actor":{"kind":"phone","name":"A"},
                         "change":{"what":"tapped_again","reopened":false}}}"#,
        )
        .unwrap();
        let entry = event.entry.unwrap();
        assert!(entry.change.is_tap());
        assert_eq!((entry.revision, event.case.unwrap().last_tap), (3, entry.id));
        assert_eq!(event.cursor.as_deref().and_then(seq_of), Some(8));
    }

    #[test]
    fn a_cursor_of_another_shape_has_no_number() {
        assert_eq!(seq_of("00c0ffee"), None);
        assert_eq!(seq_of("00c0ffee.x.0"), None);
    }
}
