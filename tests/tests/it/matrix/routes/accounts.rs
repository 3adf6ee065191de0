//! Routes of one's own account, for everybody who is signed in.

use super::*;

pub(super) fn all() -> Vec<Asked> {
    vec![
        own("GET /v1/session", |_| "/v1/session".into(), none),
        own("GET /v1/sessions", |_| "/v1/sessions".into(), none),
        own("GET /v1/countries", |_| "/v1/countries".into(), none),
        own("GET /v1/board", |_| "/v1/board".into(), none),
        own("GET /v1/grading-schemes", |_| "/v1/grading-schemes".into(), none),
        // The new one is too short: whoever may is told so before the present one is compared.
        own(
            "POST /v1/session/password",
            |_| "/v1/session/password".into(),
            |_, _| Some(json!({ "present": "not looked at", "password": "too short" })),
        ),
        own("POST /v1/second-factor", |_| "/v1/second-factor".into(), empty),
        own(
            "POST /v1/second-factor/confirm",
            |_| "/v1/second-factor/confirm".into(),
            |_, _| Some(json!({ "code": "000000" })),
        ),
    ]
}
