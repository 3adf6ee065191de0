//! The ways to reach somebody that end outside of this server.

use std::collections::BTreeMap;
use std::fmt::Debug;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use uuid::Uuid;
use wire::case::{CallTrouble, DeliveryChannel};

use super::{Outcome, Why};

mod answer;
pub mod callbacks;
pub mod fcm;
pub mod sms;
pub mod voice;
pub mod webpush;

pub use callbacks::Callbacks;
pub use fcm::Fcm;
pub use sms::Sms;
pub use voice::Voice;
pub use webpush::WebPush;

/// What a channel is given to send.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The message; the same at every try.
    pub id: Uuid,
    /// Where to, as addresses of this channel are written.
    pub to: &'a str,
    /// What it says, where the channel says anything.
    pub text: &'a str,
    /// The language that it says it in: `en`, `fr`, `es`, `ar`, `ru` or `zh`.
    pub language: &'a str,
    /// Not worth delivering after this time.
    pub expires_at: DateTime<Utc>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// The longest that a push service is asked to keep a message: four weeks, as FCM has it.
const LONGEST_KEPT: i64 = 2_419_200;

impl Letter<'_> {
    /// How many seconds a push service keeps it for a phone that is not there.
    fn kept_s(&self) -> i64 {
        (self.expires_at - self.now).num_seconds().clamp(0, LONGEST_KEPT)
    }
}

/// What a channel can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Can {
    /// It tells later whether the message arrived.
    pub tells: bool,
    /// A phone rings until somebody answers, and whoever answers can take the case: what the provider accepted is still
    /// on its way until it says how the call ended.
    pub rings: bool,
}

/// A way to reach somebody.
pub trait Channel: Debug + Send + Sync {
    /// What it can do.
    fn can(&self) -> Can;

    /// Hands a letter to the provider, and says what it made of it. Never waits longer than a message is taken for.
    fn send<'a>(&'a self, letter: Letter<'a>) -> BoxFuture<'a, Outcome>;

    /// What a browser must know to be reached by it.
    fn key(&self) -> Option<&str> {
        None
    }

    /// An address that a phone gave, as it is kept; or why it cannot be used.
    fn address(&self, _given: &str) -> Result<String, String> {
        Err("Addresses of this channel are those of the register.".to_owned())
    }

    /// Asks the provider to let go of a message that need not arrive any more; it may be too late.
    fn stop(&self, _message: Uuid) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// The channels that are set up.
#[derive(Debug, Default)]
pub struct Channels(BTreeMap<DeliveryChannel, Box<dyn Channel>>);

impl Channels {
    /// With one more.
    #[must_use]
    pub fn with(mut self, which: DeliveryChannel, channel: impl Channel + 'static) -> Self {
        self.0.insert(which, Box::new(channel));
        self
    }

    /// Which there are.
    pub fn names(&self) -> Vec<DeliveryChannel> {
        self.0.keys().copied().collect()
    }

    /// Whether a call by this channel rings until somebody answers.
    pub(super) fn rings(&self, which: DeliveryChannel) -> bool {
        self.0.get(&which).is_some_and(|channel| channel.can().rings)
    }

    /// What a browser must know to be reached.
    pub(super) fn key(&self) -> Option<String> {
        self.0.values().find_map(|channel| channel.key()).map(str::to_owned)
    }

    /// An address that a phone gave, as it is kept; or why it cannot be used.
    pub(super) fn address(&self, which: DeliveryChannel, given: &str) -> Result<String, String> {
        let channel = self.0.get(&which).ok_or("This server does not send by it.")?;
        channel.address(given)
    }

    /// Hands a letter to a provider.
    pub(super) async fn send(&self, which: DeliveryChannel, letter: Letter<'_>) -> Outcome {
        match self.0.get(&which) {
            Some(channel) => channel.send(letter).await,
            None => Outcome::Never(Why::of(CallTrouble::NotSetUp)),
        }
    }

    /// Asks a provider to let go of a message.
    pub(super) async fn stop(&self, which: DeliveryChannel, message: Uuid) {
        if let Some(channel) = self.0.get(&which) {
            channel.stop(message).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_letter_is_kept_until_it_is_worth_nothing() {
        let now = Utc::now();
        let of = |wait: TimeDelta| {
            Letter { id: Uuid::nil(), to: "", text: "", language: "en", expires_at: now + wait, now }.kept_s()
        };
        assert_eq!(of(TimeDelta::hours(1)), 3_600);
        assert_eq!(of(TimeDelta::milliseconds(1_999)), 1);
        assert_eq!((of(TimeDelta::zero()), of(TimeDelta::hours(-1))), (0, 0));
        assert_eq!(of(TimeDelta::days(90)), 2_419_200);
    }
}
