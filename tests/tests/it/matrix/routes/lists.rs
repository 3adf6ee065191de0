//! Routes of lists from elsewhere.

use super::*;

pub(super) fn all() -> Vec<Asked> {
    let one = |operation, path: Path, body: Body| asked(operation, STEWARDS, OFFICE, path, body);
    vec![
        list(
            "GET /v1/import-profiles",
            STEWARDS,
            OFFICE,
            |names| format!("/v1/import-profiles?organisation={}", names.organisation),
            |names| names.profile.clone(),
        )
        .over(Reach::SameOrganisation),
        list(
            "GET /v1/imports",
            STEWARDS,
            OFFICE,
            |names| format!("/v1/imports?organisation={}", names.organisation),
            |names| names.import.to_string(),
        ),
        one(
            "POST /v1/imports",
            |names| format!("/v1/imports?organisation={}&office={}", names.organisation, names.office),
            |_, _| Some(Value::String("Staff ID,Full name\nx2,Somebody\n".into())),
        ),
        one("GET /v1/imports/{id}", |names| format!("/v1/imports/{}", names.import), none),
        one("GET /v1/imports/{id}/rows", |names| format!("/v1/imports/{}/rows", names.import), none),
        one("GET /v1/imports/{id}/problems", |names| format!("/v1/imports/{}/problems", names.import), none),
        one(
            "PUT /v1/imports/{id}/mapping",
            |names| format!("/v1/imports/{}/mapping", names.import),
            |_, _| Some(json!({ "columns": [] })),
        ),
        one("POST /v1/imports/{id}/apply", |names| format!("/v1/imports/{}/apply", names.import), empty),
        one("POST /v1/imports/{id}/undo", |names| format!("/v1/imports/{}/undo", names.import), none),
        one("POST /v1/imports/{id}/cancel", |names| format!("/v1/imports/{}/cancel", names.import), none),
    ]
}
