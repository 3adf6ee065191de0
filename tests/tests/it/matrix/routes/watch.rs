//! Routes of rosters, shifts and the shift log.

use uuid::Uuid;

use super::*;

/// Somebody on duty for an office, all day.
pub(in super::super) fn duty(office: Uuid, officer: Uuid) -> Value {
    json!({ "area": "office", "area_id": office, "role": "field_security_officer", "duty": days(officer) })
}

/// Every day, all day.
fn days(officer: Uuid) -> Value {
    json!({ "person": officer, "weekdays": [1, 2, 3, 4, 5, 6, 7], "from": "06:00", "until": "06:00",
            "time_zone": "Africa/Nairobi", "first_day": "2026-01-01" })
}

fn of_shift(names: &Names, what: &str) -> String {
    format!("/v1/watches/{}/shifts/{}/{what}", names.watch, names.shift)
}

pub(super) fn all() -> Vec<Asked> {
    let one = |operation, path: Path, body: Body| asked(operation, CASES, OFFICE, path, body);
    vec![
        asked(
            "GET /v1/roster",
            REGISTER,
            OFFICE,
            |names| format!("/v1/roster?area=office&area_id={}", names.office),
            none,
        ),
        asked(
            "POST /v1/roster",
            ROSTERS,
            OFFICE,
            |_| "/v1/roster".into(),
            |names, _| Some(duty(names.office, names.officer)),
        ),
        asked(
            "PUT /v1/roster/{id}",
            ROSTERS,
            OFFICE,
            |names| format!("/v1/roster/{}", names.entry),
            |names, _| Some(days(names.officer)),
        ),
        asked("DELETE /v1/roster/{id}", ROSTERS, OFFICE, |names| format!("/v1/roster/{}", names.entry), empty),
        list("GET /v1/watches", CASES, OFFICE, |_| "/v1/watches".into(), |names| names.watch.to_string()),
        one(
            "POST /v1/shifts",
            |_| "/v1/shifts".into(),
            |names, _| Some(json!({ "area": "office", "area_id": names.office })),
        ),
        one(
            "POST /v1/watches/{id}/shifts/{shift}/handover",
            |names| of_shift(names, "handover"),
            |_, _| Some(json!({ "notes": "" })),
        ),
        one(
            "POST /v1/watches/{id}/shifts/{shift}/accept",
            |names| of_shift(names, "accept"),
            |names, _| Some(json!({ "case": names.case })),
        ),
        one("POST /v1/watches/{id}/shifts/{shift}/sign", |names| of_shift(names, "sign"), empty),
        one(
            "POST /v1/watches/{id}/shifts/{shift}/end",
            |names| of_shift(names, "end"),
            |_, _| Some(json!({ "reason": "the matrix asks, and is told" })),
        ),
        one("GET /v1/watches/{id}/log", |names| format!("/v1/watches/{}/log", names.watch), none),
        one(
            "POST /v1/watches/{id}/log",
            |names| format!("/v1/watches/{}/log", names.watch),
            |_, _| Some(json!({ "text": "the matrix was here" })),
        ),
    ]
}
