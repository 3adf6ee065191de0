//! Why FCM did not take a message. Source: Firebase's "FCM error codes" and its reference of `ErrorCode`.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde::Deserialize;
use wire::case::CallTrouble;

use crate::delivery::{Outcome, Why};

/// How long to wait after too many messages, where FCM names no time.
const AFTER_TOO_MANY: TimeDelta = TimeDelta::minutes(1);

/// The field of a request that names the phone.
const TOKEN_FIELD: &str = "message.token";

/// An answer that does not take the message.
pub(super) struct Refusal {
    status: StatusCode,
    error: Told,
    wait: Option<TimeDelta>,
}

/// The body: Google's own shape of errors.
#[derive(Deserialize, Default)]
struct Body {
    #[serde(default)]
    error: Told,
}

#[derive(Deserialize, Default)]
struct Told {
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(rename = "@type", default)]
    kind: String,
    #[serde(rename = "errorCode", default)]
    code: String,
    #[serde(rename = "fieldViolations", default)]
    fields: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    #[serde(default)]
    field: String,
}

impl Refusal {
    /// Of a status that is no success, the body that came with it, and how long it asks to wait.
    pub(super) fn new(status: StatusCode, body: &[u8], wait: Option<TimeDelta>) -> Self {
        // What a proxy on the way answers is no JSON: then the status alone counts.
        let Body { error } = serde_json::from_slice(body).unwrap_or_default();
        Self { status, error, wait }
    }

    /// Whether another access token may help.
    pub(super) fn is_of_access(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED && self.code() != Some("THIRD_PARTY_AUTH_ERROR")
    }

    /// What becomes of the message.
    ///
    /// | FCM says | what becomes of it |
    /// |---|---|
    /// | `UNREGISTERED` | never: the token is gone |
    /// | `INVALID_ARGUMENT` of the token, or of nothing that it names | never: the token is gone |
    /// | `INVALID_ARGUMENT` of another field, or no code with it | never: this server is wrong; the token is kept |
    /// | `SENDER_ID_MISMATCH` | never: the token is another project's |
    /// | `QUOTA_EXCEEDED`, or 429 | later, after the time that it names or a minute |
    /// | `UNAVAILABLE`, `INTERNAL`, 408, or 5xx | later |
    /// | `THIRD_PARTY_AUTH_ERROR`, 401, 403, or 404 without a code | later: an administrator can mend it |
    /// | anything else | never |
    pub(super) fn outcome(&self) -> Outcome {
        let why = |trouble| Why { trouble, status: Some(self.status()) };
        let later = |wait| Outcome::Later { why: why(CallTrouble::Refused), wait };
        match (self.code(), self.status()) {
            (Some("UNREGISTERED"), _) => Outcome::Never(why(CallTrouble::Gone)),
            (Some("INVALID_ARGUMENT"), _) if self.is_of_the_token() => Outcome::Never(why(CallTrouble::Gone)),
            (Some("SENDER_ID_MISMATCH"), _) => Outcome::Never(why(CallTrouble::Refused)),
            (Some("QUOTA_EXCEEDED"), _) | (_, 429) => later(Some(self.wait.unwrap_or(AFTER_TOO_MANY))),
            (Some("UNAVAILABLE" | "INTERNAL" | "THIRD_PARTY_AUTH_ERROR"), _) => later(self.wait),
            (_, 401 | 403 | 404 | 408 | 500..) => later(self.wait),
            _ => Outcome::Never(why(CallTrouble::Refused)),
        }
    }

    /// Whether the server or its account is at fault, not the phone or a service that is busy.
    pub(super) fn is_to_be_mended(&self) -> bool {
        match self.outcome() {
            Outcome::Never(why) => why.trouble != CallTrouble::Gone,
            _ => (400..429).contains(&self.status()),
        }
    }

    /// The HTTP status.
    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// FCM's own word for it.
    pub(super) fn code(&self) -> Option<&str> {
        let own = |detail: &&Detail| detail.kind.ends_with("google.firebase.fcm.v1.FcmError");
        self.error.details.iter().find(own).map(|detail| detail.code.as_str())
    }

    /// The fields of the request that it finds wrong.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        let of_request = |detail: &&Detail| detail.kind.ends_with("google.rpc.BadRequest");
        self.error.details.iter().filter(of_request).flat_map(|detail| &detail.fields).map(|one| one.field.as_str())
    }

    /// Whether it finds the token wrong, where it says that something is. FCM names the fields beside its code, in some
    /// answers: a mistake in another field comes of this server, and would take every phone away if it counted.
    fn is_of_the_token(&self) -> bool {
        self.fields().next().is_none() || self.fields().any(|field| field == TOKEN_FIELD)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A body with details: FCM's code, and the fields that are wrong.
    fn body(code: Option<&str>, fields: &[&str]) -> Vec<u8> {
        let mut details: Vec<Value> = vec![json!({ "@type": "type.googleapis.com/google.rpc.Help", "links": [] })];
        if let Some(code) = code {
            let kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
            details.push(json!({ "@type": kind, "errorCode": code }));
        }
        if !fields.is_empty() {
            let fields: Vec<Value> =
                fields.iter().map(|field| json!({ "field": field, "description": "wrong" })).collect();
            details.push(json!({ "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": fields }));
        }
        json!({ "error": { "code": 400, "message": "m", "status": "S", "details": details } }).to_string().into_bytes()
    }

    fn of(status: u16, body: &[u8], wait: Option<TimeDelta>) -> Outcome {
        Refusal::new(StatusCode::from_u16(status).unwrap(), body, wait).outcome()
    }

    fn never(trouble: CallTrouble, status: u16) -> Outcome {
        Outcome::Never(Why { trouble, status: Some(status) })
    }

    fn later(status: u16, wait: Option<TimeDelta>) -> Outcome {
        Outcome::Later { why: Why { trouble: CallTrouble::Refused, status: Some(status) }, wait }
    }

    #[test]
    fn a_token_is_gone_only_where_fcm_says_so_of_the_token() {
        use CallTrouble::{Gone, Refused};
        assert_eq!(of(404, &body(Some("UNREGISTERED"), &[]), None), never(Gone, 404));
        assert_eq!(of(400, &body(Some("INVALID_ARGUMENT"), &[]), None), never(Gone, 400));
        assert_eq!(of(400, &body(Some("INVALID_ARGUMENT"), &["message.token"]), None), never(Gone, 400));
        assert_eq!(of(400, &body(None, &["message.token"]), None), never(Refused, 400));
        assert_eq!(of(400, &body(None, &["message.data[0].value"]), None), never(Refused, 400));
        assert_eq!(of(400, &body(Some("INVALID_ARGUMENT"), &["message.android.ttl"]), None), never(Refused, 400));
        assert_eq!(of(400, &body(Some("INVALID_ARGUMENT"), &["message"]), None), never(Refused, 400));
        assert_eq!(of(403, &body(Some("SENDER_ID_MISMATCH"), &[]), None), never(Refused, 403));
        assert_eq!(of(400, b"{}", None), never(Refused, 400));
        assert_eq!(of(413, b"", None), never(Refused, 413));
        // Another kind of detail may have the same words.
        let foreign = json!({ "error": { "details": [{ "@type": "x/other.Error", "errorCode": "UNREGISTERED" }] } });
        assert_eq!(of(400, foreign.to_string().as_bytes(), None), never(Refused, 400));
    }

    #[test]
    fn what_can_be_mended_is_tried_again() {
        let half = Some(TimeDelta::seconds(30));
        let minute = Some(TimeDelta::minutes(1));
        for (code, status) in [
            (Some("UNAVAILABLE"), 503),
            (Some("INTERNAL"), 500),
            (Some("THIRD_PARTY_AUTH_ERROR"), 401),
            (None, 401),
            (None, 403),
            (None, 404),
            (None, 408),
            (None, 500),
            (None, 502),
            (None, 503),
        ] {
            assert_eq!(of(status, &body(code, &[]), None), later(status, None));
            assert_eq!(of(status, &body(code, &[]), half), later(status, half));
        }
        for body in [body(Some("QUOTA_EXCEEDED"), &[]), body(None, &[]), Vec::new()] {
            assert_eq!(of(429, &body, None), later(429, minute));
            assert_eq!(of(429, &body, half), later(429, half));
        }
        assert_eq!(of(502, b"<!DOCTYPE html><title>Error 502</title>", None), later(502, None));
        assert_eq!(of(503, br#"{"error": "of another shape"}"#, None), later(503, None));
    }

    #[test]
    fn another_access_token_is_got_only_where_it_can_help() {
        let of = |status: u16, code| Refusal::new(StatusCode::from_u16(status).unwrap(), &body(code, &[]), None);
        assert!(of(401, None).is_of_access() && of(401, Some("UNSPECIFIED_ERROR")).is_of_access());
        assert!(!of(401, Some("THIRD_PARTY_AUTH_ERROR")).is_of_access() && !of(403, None).is_of_access());
    }

    #[test]
    fn a_fault_of_a_phone_or_of_a_busy_service_is_nothing_to_mend() {
        let of = |status: u16, code| {
            Refusal::new(StatusCode::from_u16(status).unwrap(), &body(code, &[]), None).is_to_be_mended()
        };
        assert!(of(400, None) && of(401, None) && of(403, Some("SENDER_ID_MISMATCH")) && of(404, None));
        assert!(!of(404, Some("UNREGISTERED")) && !of(400, Some("INVALID_ARGUMENT")));
        assert!(!of(429, Some("QUOTA_EXCEEDED")) && !of(503, Some("UNAVAILABLE")) && !of(500, None));
    }
}
