//! Problem details (RFC 9457) and the one table of error codes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $status:literal, $title:literal;)+) => {
        /// A stable error code. The table is the documentation: code, HTTP status, title.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }
        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];
            /// The code as it stands in a problem document.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }
            /// The HTTP status that goes with the code.
            pub const fn status(self) -> u16 {
                match self { $(Code::$variant => $status,)+ }
            }
            /// One short sentence, the same every time the code is used.
            pub const fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON at all.
    BodyMalformed = "body_malformed", 400, "The body is not valid JSON";
    /// A field that this request does not know.
    UnknownField = "unknown_field", 400, "The body has a field this request does not know";
    /// A field is missing or of another type than documented.
    WrongType = "wrong_type", 400, "A field is missing or has the wrong type";
    /// A field has a value that cannot be, such as latitude 91.
    InvalidValue = "invalid_value", 422, "A field has an impossible value";
    /// A write came without `Idempotency-Key`.
    KeyMissing = "key_missing", 400, "The Idempotency-Key header is missing";
    /// `Idempotency-Key` is not a UUID.
    KeyInvalid = "key_invalid", 400, "The Idempotency-Key header is not a UUID";
    /// The key was used before with another body.
    KeyReused = "key_reused", 409, "This key was already used with another body";
    /// Not `application/json`.
    UnsupportedMedia = "unsupported_media", 415, "Send the body as application/json";
    /// Larger than this route takes.
    BodyTooLarge = "body_too_large", 413, "The body is too large";
    /// No credential was given.
    Unauthenticated = "unauthenticated", 401, "Sign in first";
    /// The credential is forged, foreign or of another kind.
    CredentialInvalid = "credential_invalid", 401, "This credential is not valid here";
    /// The credential was good and has run out or was ended.
    CredentialExpired = "credential_expired", 401, "This credential has expired or was ended";
    /// `Muster-Proof` is missing, or is not by the key of the device, for this request and this token.
    ProofInvalid = "proof_invalid", 401, "This request is not proven to come from the device";
    /// The proof's time is more than 60 s from the server's, which `server_time` gives: sign anew by it.
    ProofStale = "proof_stale", 401, "The proof was not made now";
    /// The device was revoked, or its owner has left: it hides what it keeps and reads nothing.
    DeviceRevoked = "device_revoked", 401, "This device was revoked";
    /// Wrong e-mail or password; never says which.
    SignInFailed = "sign_in_failed", 401, "E-mail or password is wrong";
    /// The password is right, and a code generator is set up: send its code too.
    CodeRequired = "code_required", 401, "Send a code of your code generator too";
    /// The code is wrong, was used before, or is of another time.
    CodeWrong = "code_wrong", 401, "This code is not valid";
    /// Too many tries for this account or address; the delay is in `Retry-After`.
    SignInDelayed = "sign_in_delayed", 429, "Wait before the next sign-in";
    /// The request came from a page of another origin.
    OriginRefused = "origin_refused", 403, "This origin may not call the console's interface";
    /// A console write came without the console's header.
    CsrfMissing = "csrf_missing", 403, "The Muster-Console header is missing";
    /// Visible, but this role may not do it.
    Forbidden = "forbidden", 403, "Your role does not permit this";
    /// This person's rights need a code generator, and none is set up.
    SecondFactorRequired = "second_factor_required", 403, "Set up a code generator first";
    /// This needs a password, and a code where one is set up, of the last five minutes.
    StepUpRequired = "step_up_required", 403, "Prove again who you are";
    /// It does not exist, or not for you.
    NotFound = "not_found", 404, "There is nothing here for you";
    /// The path exists with other methods.
    MethodNotAllowed = "method_not_allowed", 405, "This path does not take that method";
    /// Another person owns the case and no takeover was asked.
    AlreadyTaken = "already_taken", 409, "Somebody else has taken this case";
    /// The case moved on since the caller last saw it.
    CaseChanged = "case_changed", 409, "The case has changed; look again";
    /// The case is closed.
    CaseClosed = "case_closed", 409, "The case is closed";
    /// Only the owner may do this.
    NotOwner = "not_owner", 409, "Take the case first";
    /// A shift cannot be handed over, or left, while a Not Okay of its area is nobody's.
    AlarmUntaken = "alarm_untaken", 409, "An alarm is untaken; take it first";
    /// Whoever takes a shift over accepts each open item first.
    ItemsUnaccepted = "items_unaccepted", 409, "Accept every open item first";
    /// The shift or its hand-over is not at a point where this can be done.
    HandoverState = "handover_state", 409, "The hand-over is not at that point";
    /// The record exists already, for example a second account with one e-mail.
    AlreadyExists = "already_exists", 409, "This exists already";
    /// A change came without `If-Match`.
    RevisionMissing = "revision_missing", 428, "Say which revision you changed, with If-Match";
    /// The record moved on since the caller last saw it.
    RevisionChanged = "revision_changed", 412, "This has changed; look again";
    /// The list moved on since the caller read it.
    ListChanged = "list_changed", 409, "The list has changed; read it again";
    /// A grant or another thing that ends was ended before.
    AlreadyEnded = "already_ended", 409, "This has ended already";
    /// The office was seized: nobody of it signs in, and its phones read nothing and hide their lists.
    OfficeSeized = "office_seized", 401, "This office was seized";
    /// It cannot be closed or ended while others belong to it.
    InUse = "in_use", 409, "Others still belong to it";
    /// An enrolment code or one-time link that is unknown, used or run out.
    LinkInvalid = "link_invalid", 404, "This code or link is not valid any more";
    /// A password outside the rules (length, known-bad list).
    PasswordRefused = "password_refused", 422, "Choose another password";
    /// The live protocol's version is not spoken here.
    ProtocolUnsupported = "protocol_unsupported", 400, "This version of the live protocol is not spoken here";
    /// A file that is no list of people: broken, not CSV or XLSX, or far too large once unpacked.
    FileUnreadable = "file_unreadable", 422, "This file cannot be read as a list";
    /// The import is not at a point where this can be done.
    ImportState = "import_state", 409, "The import is not at that point";
    /// More people would leave than a list may remove unasked.
    LeavingUnconfirmed = "leaving_unconfirmed", 409, "Confirm how many people leave";
    /// Rows of the file have errors, and nobody asked to leave them out.
    RowsHaveErrors = "rows_have_errors", 409, "Rows of the file have errors";
    /// The write queue is full; nothing was stored.
    Busy = "busy", 503, "The server is too busy; try again";
    /// The server has more to do than it can, and this can wait; alarms are never turned away so.
    Overloaded = "overloaded", 429, "The server has too much to do for this now";
    /// The server's disk is nearly full; what is left of it is kept for alarms.
    DiskFull = "disk_full", 507, "The server's disk is nearly full";
    /// The database can't be reached; nothing was stored.
    DatabaseDown = "database_down", 503, "The database cannot be reached; try again";
    /// A fault of ours; nothing was stored, and it is in our log.
    Internal = "internal", 500, "Something broke on our side";
}

/// An error as RFC 9457 problem details, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `/errors#CODE`, relative to this server.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// The stable code: what a client decides by.
    pub code: Code,
    /// The code's fixed sentence.
    pub title: String,
    /// What happened here, to what, and what to do next.
    pub detail: String,
    /// The offending field as a JSON pointer, where one field is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Who has the case, with `already_taken`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Seconds to wait, as in `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// The server's clock, with `proof_stale`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_time: Option<DateTime<Utc>>,
}

impl Problem {
    /// A problem of the given code; `detail` says what happened and what to do next.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/errors#{}", code.name()),
            status: code.status(),
            code,
            title: code.title().to_owned(),
            detail: detail.into(),
            field: None,
            owner: None,
            retry_after: None,
            server_time: None,
        }
    }
}
