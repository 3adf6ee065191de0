//! Routes of places.

use super::*;

pub(super) fn all() -> Vec<Asked> {
    let edits = |operation, at, path: Path, body: Body| asked(operation, ADMINISTERS, at, path, body);
    let name: Body = |_, _| Some(json!({ "name": fresh("Place") }));
    vec![
        list("GET /v1/places", PLACED, OFFICE, |_| "/v1/places".into(), |names| names.office.to_string()),
        list("GET /v1/zones", PLACED, ZONE, |_| "/v1/zones".into(), |names| names.zone.to_string())
            .over(Reach::Country),
        asked("GET /v1/zones/{id}", PLACED, ZONE, |names| format!("/v1/zones/{}", names.zone), none)
            .over(Reach::Country),
        list("GET /v1/security-areas", PLACED, AREA, |_| "/v1/security-areas".into(), |names| names.area.to_string())
            .over(Reach::Country),
        asked("GET /v1/security-areas/{id}", PLACED, AREA, |names| format!("/v1/security-areas/{}", names.area), none)
            .over(Reach::Country),
        asked(
            "GET /v1/security-areas/{id}/grades",
            PLACED,
            AREA,
            |names| format!("/v1/security-areas/{}/grades", names.area),
            none,
        )
        .over(Reach::Country),
        edits(
            "POST /v1/organisations",
            At::Nothing,
            |_| "/v1/organisations".into(),
            |_, _| {
                let short = tests::key().simple().to_string();
                Some(json!({ "name": fresh("Aid"), "short_name": short[24..].to_uppercase() }))
            },
        )
        .over(Reach::Whole),
        edits(
            "PATCH /v1/organisations/{id}",
            ORGANISATION,
            |names| format!("/v1/organisations/{}", names.organisation),
            |_, _| Some(json!({ "operations_number": "+254705550199" })),
        ),
        edits(
            "POST /v1/offices",
            ORGANISATION,
            |_| "/v1/offices".into(),
            |names, _| Some(json!({ "organisation": names.organisation, "country": "TZ", "name": fresh("Office") })),
        ),
        edits("PATCH /v1/offices/{id}", OFFICE, |names| format!("/v1/offices/{}", names.office), name),
        edits(
            "POST /v1/duty-stations",
            OFFICE,
            |_| "/v1/duty-stations".into(),
            |names, _| {
                Some(json!({ "office": names.office, "name": fresh("Station"), "time_zone": "Africa/Nairobi",
                             "lat": 1.0, "lon": 37.0 }))
            },
        ),
        edits("PATCH /v1/duty-stations/{id}", OFFICE, |names| format!("/v1/duty-stations/{}", names.station), name),
        edits(
            "POST /v1/premises",
            OFFICE,
            |_| "/v1/premises".into(),
            |names, _| {
                Some(json!({ "office": names.office, "kind": "office", "name": fresh("House"), "lat": 1.0,
                             "lon": 37.0 }))
            },
        ),
        edits(
            "POST /v1/regions",
            ORGANISATION,
            |_| "/v1/regions".into(),
            |names, _| {
                Some(json!({ "organisation": names.organisation, "name": fresh("Region"), "countries": ["SO"] }))
            },
        ),
        edits("PATCH /v1/regions/{id}", ORGANISATION, |names| format!("/v1/regions/{}", names.region), name),
        edits(
            "POST /v1/zones",
            ZONE,
            |_| "/v1/zones".into(),
            |names, _| Some(json!({ "country": names.country, "name": fresh("Zone") })),
        )
        .over(Reach::Country),
        edits("PATCH /v1/zones/{id}", ZONE, |names| format!("/v1/zones/{}", names.zone), name).over(Reach::Country),
        edits(
            "POST /v1/grading-schemes",
            At::Nothing,
            |_| "/v1/grading-schemes".into(),
            |_, _| {
                let grade = |code: &str| json!({ "code": code, "name": code });
                Some(json!({ "name": fresh("Scheme"), "grades": [grade("a"), grade("b")] }))
            },
        )
        .over(Reach::Whole),
        edits(
            "POST /v1/security-areas",
            AREA,
            |_| "/v1/security-areas".into(),
            |names, _| Some(json!({ "country": names.country, "kind": "area", "name": fresh("Area") })),
        )
        .over(Reach::Country),
        edits("PATCH /v1/security-areas/{id}", AREA, |names| format!("/v1/security-areas/{}", names.area), name)
            .over(Reach::Country),
        edits(
            "POST /v1/security-areas/{id}/grades",
            AREA,
            |names| format!("/v1/security-areas/{}/grades", names.area),
            |_, _| Some(json!({ "grade": "no such grade", "reason": "the matrix asks" })),
        )
        .over(Reach::Country),
    ]
}
