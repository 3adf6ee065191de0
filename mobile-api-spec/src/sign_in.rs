//! The second factor, proving anew who one is, changing one's password, and sessions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// `POST /v1/session/step-up`: prove again who you are, before something that cannot be taken back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    /// Password.
    pub password: String,
    /// Six digits of the code generator, or a recovery code; needed when one is set up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// `POST /v1/session/password`: another password in place of the present one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password that counts now.
    pub present: String,
    /// Six digits of the code generator, or a recovery code; needed when one is set up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The one that counts from then on: at least 15 characters.
    pub password: String,
}

/// The answer to a step-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SteppedUp {
    /// Until when it counts: five minutes.
    pub until: DateTime<Utc>,
}

/// `POST /v1/second-factor`: the secret of a code generator. It counts once a code of it confirmed it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecondFactorOffered {
    /// The secret in base 32, to type where nothing can be scanned.
    pub secret: String,
    /// The same as `otpauth:` address.
    pub uri: String,
    /// The same as a QR code: an SVG element.
    pub qr_svg: String,
    /// Confirm it before.
    pub expires: DateTime<Utc>,
}

/// `POST /v1/second-factor/confirm`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmSecondFactor {
    /// Six digits that the code generator shows now.
    pub code: String,
}

/// Ten codes, each good once in place of the code generator. They are shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecoveryCodes {
    /// The codes, as they are written down. Dashes and case do not count when they are typed.
    pub codes: Vec<String>,
}

/// `POST /v1/people/{id}/second-factor/removal`: for somebody who lost their code generator.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveSecondFactor {
    /// Why, 3 to 500 characters. It stands in the log.
    pub reason: String,
}

/// An open session, as its person or who may end it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenSession {
    /// The session.
    pub id: Uuid,
    /// Which browser on which system it was opened with, as that said itself.
    pub device: String,
    /// When it was opened.
    pub started: DateTime<Utc>,
    /// When it was last used, to five minutes.
    pub last_seen: DateTime<Utc>,
    /// When it ends by itself.
    pub expires: DateTime<Utc>,
    /// Whether a second factor was shown.
    pub second_factor: bool,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// `GET /v1/sessions`, `GET /v1/people/{id}/sessions`: the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenSessions {
    /// The sessions that are open now.
    pub sessions: Vec<OpenSession>,
}

/// `POST /v1/people/{id}/sessions/end`: signs somebody out everywhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSessions {
    /// Why, 3 to 500 characters. It stands in the log.
    pub reason: String,
}

/// How many sessions were ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionsEnded {
    /// How many.
    pub ended: u32,
}
