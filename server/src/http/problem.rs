//! Errors become problem documents here and nowhere else.

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use wire::{Code, Problem};

use crate::store::{StoreError, WriteError};

/// Seconds after which a client that was turned away for lack of room should come back.
const COME_BACK: u32 = 2;

/// A request that failed, as the problem document that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fail(pub Problem);

impl Fail {
    /// A problem of this code; `detail` says what happened and what to do next.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self(Problem::new(code, detail))
    }

    /// Of a write that did not happen; `refusal` names the problem of each rule.
    pub fn from_write<R>(error: WriteError<R>, refusal: impl FnOnce(R) -> Problem) -> Self {
        match error {
            WriteError::Refused(reason) => Self(refusal(reason)),
            WriteError::Store(error) => error.into(),
        }
    }
}

impl From<Problem> for Fail {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<StoreError> for Fail {
    fn from(error: StoreError) -> Self {
        let mut problem = match error {
            StoreError::Down(_) => Problem::new(
                Code::DatabaseDown,
                "The database cannot be reached. Keep the request and send it again with the same key.",
            ),
            StoreError::Busy => {
                Problem::new(Code::Busy, "Too much is waiting. Keep the request and send it again with the same key.")
            }
            StoreError::Fault(_) => Problem::new(
                Code::Internal,
                "Nothing was stored. Send it again with the same key; tell the administrator if it stays.",
            ),
        };
        if problem.status == 503 {
            problem.retry_after = Some(COME_BACK);
        }
        Self(problem)
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.name(), self.0.detail)
    }
}

impl std::error::Error for Fail {}

impl ResponseError for Fail {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(seconds) = self.0.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        response.body(serde_json::to_vec(&self.0).unwrap_or_default())
    }
}
