//! Routes of whom the server calls.

use super::*;
use crate::duty::standard;

pub(super) fn all() -> Vec<Asked> {
    let seen = |operation, path: Path| asked(operation, SEES_LADDERS, At::Nothing, path, none).over(Reach::Anywhere);
    let policy: Path = |names| format!("/v1/escalation/policies/{}", names.office);
    vec![
        seen("GET /v1/escalation/policies", |_| "/v1/escalation/policies".into()),
        seen("GET /v1/escalation/findings", |_| "/v1/escalation/findings".into()),
        seen("GET /v1/channels", |_| "/v1/channels".into()),
        asked(
            "GET /v1/escalation/rehearsal/{office}",
            SEES_LADDERS,
            OFFICE,
            |names| format!("/v1/escalation/rehearsal/{}", names.office),
            none,
        ),
        asked("PUT /v1/escalation/policies/{area}", EDITS_LADDERS, OFFICE, policy, |_, _| Some(standard(&["sms"]))),
        asked("DELETE /v1/escalation/policies/{area}", EDITS_LADDERS, OFFICE, policy, empty),
    ]
}
