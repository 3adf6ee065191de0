//! What gateways for calls and text messages say to the server, and are told.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::case::words;

words! {
    /// What happened to a call.
    CallEventKind {
        /// The telephone rings.
        Ringing = "ringing",
        /// Somebody or something answered.
        Answered = "answered",
        /// A key was pressed.
        Key = "key",
        /// The line is busy.
        Busy = "busy",
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// A machine answered.
        Voicemail = "voicemail",
        /// Whoever answered hung up.
        HungUp = "hung_up",
        /// It could not be made.
        Failed = "failed",
    }
}

/// What happened to a call: the gateway sends it at once, with the user and password that came with the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallEvent {
    /// What.
    pub event: CallEventKind,
    /// Which key: `0` to `9`, `*` or `#`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// What the gateway does next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallNext {
    /// What it says; nothing new when it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub say: Option<CallWords>,
    /// Whether it hangs up then.
    pub end: bool,
}

/// Words for a voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallWords {
    /// What.
    pub text: String,
    /// In which language: `en`, `fr`, `es`, `ar`, `ru` or `zh`.
    pub language: String,
}
