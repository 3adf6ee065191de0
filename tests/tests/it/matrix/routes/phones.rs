//! Routes by which phones are enrolled.

use super::*;

pub(super) fn all() -> Vec<Asked> {
    let one = |operation, path: Path, body: Body| asked(operation, ENROLS, OFFICE, path, body);
    vec![
        one("GET /v1/people/{id}/devices", |names| format!("/v1/people/{}/devices", names.person), none),
        one("POST /v1/people/{id}/enrolment", |names| format!("/v1/people/{}/enrolment", names.person), empty),
        list(
            "GET /v1/enrolment-batches",
            ENROLS,
            OFFICE,
            |_| "/v1/enrolment-batches".into(),
            |names| names.batch.to_string(),
        ),
        one(
            "POST /v1/enrolment-batches",
            |_| "/v1/enrolment-batches".into(),
            |names, _| Some(json!({ "people": [names.colleague], "days": 2, "again": true })),
        ),
        list(
            "GET /v1/enrolment-progress",
            ENROLS,
            OFFICE,
            |_| "/v1/enrolment-progress".into(),
            |names| names.office.to_string(),
        ),
    ]
}
