//! Routes that end something.

use super::*;

/// What ends something. The first who may does it; whoever may after that is told that it is done.
pub(super) fn all() -> Vec<Asked> {
    let edits = |operation, at, path: Path| asked(operation, ADMINISTERS, at, path, none);
    vec![
        asked(
            "DELETE /v1/enrolment-batches/{id}",
            ENROLS,
            OFFICE,
            |names| format!("/v1/enrolment-batches/{}", names.batch),
            reason,
        ),
        asked("DELETE /v1/devices/{id}", ENROLS, OFFICE, |names| format!("/v1/devices/{}", names.device), reason),
        edits("DELETE /v1/duty-stations/{id}", OFFICE, |names| format!("/v1/duty-stations/{}", names.station)),
        edits("DELETE /v1/premises/{id}", OFFICE, |names| format!("/v1/premises/{}", names.premises)),
        edits("DELETE /v1/regions/{id}", ORGANISATION, |names| format!("/v1/regions/{}", names.region)),
        edits("DELETE /v1/zones/{id}", ZONE, |names| format!("/v1/zones/{}", names.zone)).over(Reach::Country),
        edits("DELETE /v1/security-areas/{id}", AREA, |names| format!("/v1/security-areas/{}", names.area))
            .over(Reach::Country),
        asked(
            "DELETE /v1/sessions/{id}",
            ENDS_SESSIONS,
            OFFICE,
            |names| format!("/v1/sessions/{}", names.session),
            none,
        ),
        asked(
            "POST /v1/people/{id}/sessions/end",
            ENDS_SESSIONS,
            OFFICE,
            |names| format!("/v1/people/{}/sessions/end", names.person),
            reason,
        ),
        asked(
            "DELETE /v1/tokens/{id}",
            ADMINISTERS,
            ORGANISATION,
            |names| format!("/v1/tokens/{}", names.token),
            reason,
        ),
        asked("DELETE /v1/grants/{id}", ADMINISTERS, OFFICE, |names| format!("/v1/grants/{}", names.grant), reason),
        asked(
            "POST /v1/people/{id}/departure",
            STEWARDS,
            OFFICE,
            |names| format!("/v1/people/{}/departure", names.colleague),
            empty,
        ),
        asked(
            "POST /v1/people/{id}/return",
            STEWARDS,
            OFFICE,
            |names| format!("/v1/people/{}/return", names.colleague),
            empty,
        ),
        asked(
            "POST /v1/break-glass",
            BREAKS_GLASS,
            OFFICE,
            |_| "/v1/break-glass".into(),
            |names, _| {
                Some(json!({ "area": "office", "area_id": names.office,
                             "reason": "the matrix breaks the glass to see that it may" }))
            },
        )
        .over(Reach::SameOrganisation),
        asked(
            "POST /v1/offices/{id}/seizure",
            SEIZES,
            OFFICE,
            |names| format!("/v1/offices/{}/seizure", names.office),
            reason,
        ),
        asked(
            "DELETE /v1/offices/{id}/seizure",
            SEIZES,
            OFFICE,
            |names| format!("/v1/offices/{}/seizure", names.office),
            reason,
        ),
        asked(
            "POST /v1/unsealing",
            UNSEALS,
            OFFICE,
            |_| "/v1/unsealing".into(),
            |names, _| Some(json!({ "country": names.country, "hours": 1, "reason": "the matrix asks" })),
        ),
    ]
}
