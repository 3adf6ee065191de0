//! The phone's interface: enrolment, tokens, and what waits for it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::not_okay::MyCase;

/// `POST /v1/enrol`: a phone becomes a person's device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// The code that an operator issued, from the link's fragment or typed. Case and dashes do not matter.
    pub code: String,
    /// The device's P-256 public key: 65 bytes, uncompressed point, base64url without padding.
    pub public_key: String,
    /// ECDSA (P-256, SHA-256, 64 bytes r||s, base64url) over `muster-enrol|CODE` with the code as sent.
    pub proof: String,
    /// What the phone calls itself, at most 60 characters.
    pub device_name: String,
}

/// What a phone keeps after enrolment.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Enrolled {
    /// The device.
    pub device: Uuid,
    /// Its owner.
    pub person: Me,
    /// Tokens.
    pub tokens: Tokens,
    /// The distress capability: raises a Not Okay for its owner, whatever else has expired.
    pub distress: String,
}

/// A person as their own phone shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The person.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Organisation's name.
    pub organisation: String,
    /// Country office's name.
    pub office: String,
    /// Duty station's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty_station: Option<String>,
    /// BCP 47 tags, best first.
    pub languages: Vec<String>,
}

/// A short access token and the means to get the next.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tokens {
    /// EdDSA token, ten minutes, `Authorization: Bearer`.
    pub access: String,
    /// When it runs out, by the server's clock.
    pub access_expires: DateTime<Utc>,
    /// One-time refresh secret.
    pub refresh: String,
}

/// `POST /v1/token`: the next pair of tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The device.
    pub device: Uuid,
    /// The refresh secret.
    pub refresh: String,
    /// ECDSA by the device key over `muster-refresh|REFRESH`, as in [`Enrol::proof`].
    pub proof: String,
}

/// `GET /v1/me/now`: everything that waits for this phone. Polled with `If-None-Match`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Now {
    /// The person.
    pub me: Me,
    /// True on an exercise installation: every screen says so.
    pub exercise: bool,
    /// Open cases this phone raised, and those closed less than 24 hours ago. Newest first.
    pub cases: Vec<OwnCase>,
    /// Whom to call when nobody answers; cached on the phone.
    pub contacts: Vec<Contact>,
    /// Whether a console is open somewhere with a person at it. While false, an alarm reaches nobody at once.
    pub watched: bool,
}

/// A case with the credential for it.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OwnCase {
    /// The case.
    pub case: MyCase,
    /// As in [`crate::not_okay::Stored`].
    pub case_token: String,
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Contact {
    /// `operations_centre`, `duty_officer` or `local_emergency`.
    pub kind: String,
    /// Who answers there.
    pub name: String,
    /// E.164 or a short national emergency number.
    pub number: String,
    /// Whether it takes text messages.
    pub sms: bool,
}
