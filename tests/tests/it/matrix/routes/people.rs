//! Routes of the register, its lists and their numbers.

use chrono::TimeDelta;

use super::*;

pub(super) fn all() -> Vec<Asked> {
    let found: Path = |names| names.person.to_string();
    vec![
        list("GET /v1/people", REGISTER, OFFICE, |names| format!("/v1/people?office={}", names.office), found),
        asked("GET /v1/people", LISTS, At::Nothing, |_| "/v1/people".into(), none).over(Reach::Anywhere),
        Asked {
            body: |names, _| Some(json!({ "q": names.person_name })),
            ..list("POST /v1/people/search", REGISTER, OFFICE, |_| "/v1/people/search".into(), found)
        },
        list("GET /v1/people/counts", COUNTS, OFFICE, |_| "/v1/people/counts".into(), |names| names.office.to_string()),
        list("GET /v1/reachability", COUNTS, OFFICE, |_| "/v1/reachability".into(), |names| names.office.to_string()),
        asked("GET /v1/people/{id}", REGISTER, OFFICE, |names| format!("/v1/people/{}", names.person), none),
        asked(
            "POST /v1/people",
            STEWARDS,
            OFFICE,
            |_| "/v1/people".into(),
            |names, _| Some(json!({ "office": names.office, "kind": "staff_national", "name": fresh("New") })),
        ),
        asked(
            "PATCH /v1/people/{id}",
            STEWARDS,
            OFFICE,
            |names| format!("/v1/people/{}", names.person),
            |_, _| Some(json!({ "job_title": "Driver" })),
        ),
        asked(
            "PUT /v1/people/{id}/current-place",
            MOVES,
            OFFICE,
            |names| format!("/v1/people/{}/current-place", names.person),
            |_, now| Some(json!({ "country": "KE", "until": now + TimeDelta::hours(2) })),
        ),
        asked(
            "DELETE /v1/people/{id}/current-place",
            MOVES,
            OFFICE,
            |names| format!("/v1/people/{}/current-place", names.person),
            empty,
        ),
        asked("GET /v1/numbers/waiting", VERIFIES, At::Nothing, |_| "/v1/numbers/waiting".into(), none)
            .over(Reach::Anywhere),
        list("GET /v1/numbers/waiting", VERIFIES, OFFICE, |_| "/v1/numbers/waiting".into(), found),
        asked(
            "POST /v1/people/{id}/numbers/{number}/verification",
            VERIFIES,
            OFFICE,
            |names| format!("/v1/people/{}/numbers/{}/verification", names.person, names.number),
            empty,
        ),
        asked(
            "POST /v1/people/export",
            EXPORTS,
            OFFICE,
            |_| "/v1/people/export".into(),
            |names, _| Some(json!({ "office": names.office, "reason": "the matrix asks, and is told" })),
        ),
        asked("GET /v1/zones/{id}/people", ZONE_LISTS, ZONE, |names| format!("/v1/zones/{}/people", names.zone), none),
        asked(
            "GET /v1/offices/{id}/attestations",
            COUNTS,
            OFFICE,
            |names| format!("/v1/offices/{}/attestations", names.office),
            none,
        ),
        asked(
            "POST /v1/offices/{id}/attestations",
            SIGNS,
            OFFICE,
            |names| format!("/v1/offices/{}/attestations", names.office),
            |_, _| Some(json!({ "list_hash": "0".repeat(64) })),
        ),
    ]
}
