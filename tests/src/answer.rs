//! What a server answered.

use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::{Code, Problem};

/// An HTTP answer, read whole.
#[derive(Clone)]
pub struct Answer {
    /// Which request, for messages.
    pub asked: String,
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as it came.
    pub body: Vec<u8>,
}

impl Answer {
    /// Fails the test unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        self
    }

    /// The body as a wire type.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.text()))
    }

    /// The body as JSON.
    #[track_caller]
    pub fn value(&self) -> Value {
        self.json()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The problem document. It must say the same in status, header and body, and what to do.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}: {} {}",
            self.asked,
            self.status,
            self.text()
        );
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status, "{}", self.asked);
        assert_eq!(problem.code.status(), self.status, "{}: {:?}", self.asked, problem.code);
        assert_eq!(problem.kind, format!("/errors#{}", problem.code.name()));
        assert_eq!(problem.title, problem.code.title());
        assert!(problem.detail.len() > 10, "{}: the detail says nothing: {:?}", self.asked, problem.detail);
        problem
    }

    /// Fails the test unless this is the problem of this code.
    #[track_caller]
    pub fn refused(&self, code: Code) -> Problem {
        let problem = self.problem();
        assert_eq!(problem.code, code, "{}: {}", self.asked, problem.detail);
        problem
    }
}
