//! How a phone can be woken, and what it is told when it was.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::{DeliveryChannel, words};

/// How this phone can be woken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PushSetting {
    /// The key that a browser subscribes with (`applicationServerKey`), base64url; none where the server sends no Web Push.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vapid_key: Option<String>,
    /// By what it is woken now; by nothing when it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<DeliveryChannel>,
    /// When it last said that it showed a message: before that nobody knows whether it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_at: Option<DateTime<Utc>>,
}

/// Where this phone can be woken from now on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "channel", rename_all = "snake_case", deny_unknown_fields)]
pub enum PushPlace {
    /// By Web Push: what the browser's subscription says.
    Webpush {
        /// Its `endpoint`.
        endpoint: String,
        /// Its key `p256dh`, base64url.
        p256dh: String,
        /// Its key `auth`, base64url.
        auth: String,
    },
    /// By Firebase Cloud Messaging.
    Fcm {
        /// The registration token, at most 4,096 characters.
        token: String,
    },
}

words! {
    /// What happened to a message on the phone.
    PushEvent {
        /// The phone shows it.
        Shown = "shown",
        /// Somebody opened it.
        Opened = "opened",
    }
}

/// A phone was woken: the message that it got says which one it is, and nobody else knows that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Woken {
    /// The message.
    pub message: Uuid,
    /// What happened to it.
    pub event: PushEvent,
}

/// What a phone shows when it was woken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WokenFor {
    /// What it says; it names nobody and no place but the country.
    pub text: String,
    /// In which language: `en`, `fr`, `es`, `ar`, `ru` or `zh`.
    pub language: String,
    /// Whether it still matters: otherwise what is shown of it may go.
    pub current: bool,
}
