//! Routes of roles, of the log, of tokens, and of others' accounts.

use chrono::TimeDelta;

use super::*;

pub(super) fn all() -> Vec<Asked> {
    vec![
        list("GET /v1/grants", ADMINISTERS, OFFICE, |_| "/v1/grants".into(), |names| names.grant.to_string()),
        asked(
            "POST /v1/grants",
            ADMINISTERS,
            OFFICE,
            |_| "/v1/grants".into(),
            |names, _| {
                Some(json!({ "person": names.person, "role": "local_security", "area": "office",
                             "area_id": names.office }))
            },
        ),
        asked(
            "POST /v1/grants",
            APPOINTS,
            ZONE,
            |_| "/v1/grants".into(),
            |names, _| {
                Some(json!({ "person": names.colleague, "role": "warden", "area": "zone", "area_id": names.zone }))
            },
        ),
        asked(
            "POST /v1/grants/{id}/ad-interim",
            ADMINISTERS,
            OFFICE,
            |names| format!("/v1/grants/{}/ad-interim", names.grant),
            |names, now| Some(json!({ "person": names.colleague, "until": now + TimeDelta::hours(3) })),
        ),
        list(
            "GET /v1/audit",
            AUDITS,
            OFFICE,
            |names| format!("/v1/audit?scope={}", names.office),
            |names| names.person.to_string(),
        ),
        list(
            "GET /v1/tokens",
            ADMINISTERS,
            ORGANISATION,
            |names| format!("/v1/tokens?organisation={}", names.organisation),
            |names| names.token.to_string(),
        ),
        asked(
            "POST /v1/tokens",
            ADMINISTERS,
            ORGANISATION,
            |_| "/v1/tokens".into(),
            |names, _| Some(json!({ "organisation": names.organisation, "name": fresh("System"), "days": 1 })),
        ),
        asked(
            "POST /v1/tokens/{id}/departures",
            ADMINISTERS,
            ORGANISATION,
            |names| format!("/v1/tokens/{}/departures", names.token),
            |_, _| Some(json!({ "people": 1, "reason": "the matrix asks, and is told" })),
        ),
        asked(
            "POST /v1/tokens/{id}/holder",
            ADMINISTERS,
            ORGANISATION,
            |names| format!("/v1/tokens/{}/holder", names.token),
            |_, _| Some(json!({ "reason": "the matrix asks, and is told" })),
        ),
        asked(
            "GET /v1/people/{id}/sessions",
            ENDS_SESSIONS,
            OFFICE,
            |names| format!("/v1/people/{}/sessions", names.person),
            none,
        ),
        asked(
            "POST /v1/people/{id}/account",
            ADMINISTERS,
            OFFICE,
            |names| format!("/v1/people/{}/account", names.person),
            empty,
        ),
        asked(
            "POST /v1/people/{id}/second-factor/removal",
            ADMINISTERS,
            OFFICE,
            |names| format!("/v1/people/{}/second-factor/removal", names.person),
            reason,
        ),
    ]
}
