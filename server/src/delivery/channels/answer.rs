//! How the answers of gateways are understood.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use wire::case::CallTrouble;

use crate::delivery::{Outcome, Why};

/// What a gateway of our own made of a request.
pub(super) fn outcome(answer: Result<Response, reqwest::Error>, now: DateTime<Utc>) -> Outcome {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Outcome::Later { why: Why::of(silence(&error)), wait: None },
    };
    let status = answer.status();
    let why = Why { trouble: CallTrouble::Refused, status: Some(status.as_u16()) };
    // A wrong password is mended by an administrator, not by giving the message up.
    let may_change =
        [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
    if status.is_success() {
        Outcome::Accepted
    } else if status.is_server_error() || may_change.contains(&status) {
        Outcome::Later { why, wait: wait(&answer, now) }
    } else {
        Outcome::Never(why)
    }
}

/// Why there was no answer.
pub(super) fn silence(error: &reqwest::Error) -> CallTrouble {
    if error.is_timeout() {
        CallTrouble::Silent
    } else if error.is_connect() {
        CallTrouble::Unreachable
    } else {
        CallTrouble::Broken
    }
}

/// What the gateway asked to wait, in seconds or until a time.
pub(super) fn wait(answer: &Response, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    let seconds = text.trim().parse().ok().and_then(TimeDelta::try_seconds);
    seconds.or_else(|| Some(DateTime::parse_from_rfc2822(text).ok()?.with_timezone(&Utc) - now))
}
