//! Routes of cases at the console.

use super::*;

pub(super) fn all() -> Vec<Asked> {
    let one = |operation, path: Path, body: Body| asked(operation, CASES, OFFICE, path, body);
    vec![
        asked("POST /v1/live/ticket", CASES, At::Nothing, |_| "/v1/live/ticket".into(), none).over(Reach::Anywhere),
        list("GET /v1/snapshot", CASES, OFFICE, |_| "/v1/snapshot".into(), |names| names.case.to_string()),
        list("GET /v1/map", CASES, OFFICE, |_| "/v1/map".into(), |names| names.case.to_string()),
        asked("GET /v1/cases", CASES, At::Nothing, |_| "/v1/cases".into(), none).over(Reach::Anywhere),
        one(
            "POST /v1/cases",
            |_| "/v1/cases".into(),
            |names, _| Some(json!({ "person": names.person, "channel": "call" })),
        ),
        one("GET /v1/cases/{id}", |names| format!("/v1/cases/{}", names.case), none),
        one("POST /v1/cases/{id}/claim", |names| format!("/v1/cases/{}/claim", names.case), empty),
        one("POST /v1/cases/{id}/still-on-it", |names| format!("/v1/cases/{}/still-on-it", names.case), none),
        one(
            "POST /v1/cases/{id}/notes",
            |names| format!("/v1/cases/{}/notes", names.case),
            |_, _| Some(json!({ "text": "seen" })),
        ),
        one(
            "POST /v1/cases/{id}/contacts",
            |names| format!("/v1/cases/{}/contacts", names.case),
            |_, _| Some(json!({ "channel": "call", "result": "no_answer" })),
        ),
        one(
            "POST /v1/cases/{id}/facts",
            |names| format!("/v1/cases/{}/facts", names.case),
            |_, _| Some(json!({ "facts": { "people": 2 } })),
        ),
        one(
            "POST /v1/cases/{id}/responder",
            |names| format!("/v1/cases/{}/responder", names.case),
            |_, _| Some(json!({ "responder": "Car 4" })),
        ),
        one(
            "POST /v1/cases/{id}/escalation",
            |names| format!("/v1/cases/{}/escalation", names.case),
            |_, _| Some(json!({ "action": "hurry", "reason": "shots are heard" })),
        ),
        one(
            "POST /v1/cases/{id}/close",
            |names| format!("/v1/cases/{}/close", names.case),
            |_, _| Some(json!({ "outcome": "resolved", "note": "home", "revision": 0 })),
        ),
        one("POST /v1/cases/{id}/release", |names| format!("/v1/cases/{}/release", names.case), none),
    ]
}
