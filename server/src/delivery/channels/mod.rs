//! The ways to reach somebody that end outside of this server.

use chrono::{DateTime, Utc};
use wire::case::{CallTrouble, DeliveryChannel};

use super::{Outcome, Why};

pub mod sms;

pub use sms::Sms;

/// The channels that are set up.
#[derive(Debug, Default)]
pub struct Channels {
    /// Text messages.
    pub sms: Option<Sms>,
}

impl Channels {
    /// Whether anybody can be called at all.
    pub fn any(&self) -> bool {
        self.sms.is_some()
    }

    /// Hands a text to a provider.
    pub(super) async fn send(&self, channel: DeliveryChannel, to: &str, text: &str, now: DateTime<Utc>) -> Outcome {
        match (channel, &self.sms) {
            (DeliveryChannel::Sms, Some(sms)) => sms.send(to, text, now).await,
            (DeliveryChannel::Sms, None) => Outcome::Never(Why::of(CallTrouble::NotSetUp)),
        }
    }
}
