//! Reaching people: rows that are written with the event they carry, a worker on every node that sends them, and the
//! ladder that calls one after the other until somebody takes a case.

use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt;
use uuid::Uuid;
use wire::case::{CallTrouble, DeliveryChannel, DeliveryState, LadderStep};

mod aside;
pub mod channels;
mod climbing;
mod health;
mod hearing;
pub mod http;
mod inbound;
mod rehearsal;
mod spoken;
mod store;
mod texts;
mod whom;
pub mod worker;

pub use worker::Delivery;

/// How long a call for help is worth sending.
const WORTH: TimeDelta = TimeDelta::hours(1);

/// Waits between tries: at most this for the first, twice as much each time, never more than the longest.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::seconds(60);

/// How long a telephone rings, and how long after it began a call is surely over.
const RING: TimeDelta = TimeDelta::seconds(45);
const LONGEST_CALL: TimeDelta = TimeDelta::minutes(3);

/// A gateway may ask for a longer wait, and this much is granted.
const LONGEST_ASKED: TimeDelta = TimeDelta::minutes(10);

/// Something that must reach a person over a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The row.
    pub id: Uuid,
    /// The case.
    pub subject: Uuid,
    /// Which step of its ladder, counted.
    pub round: i64,
    /// Whom that step calls.
    pub step: LadderStep,
    /// The person.
    pub person: Uuid,
    /// By what.
    pub channel: DeliveryChannel,
    /// The row of the number in the register, or the phone that is woken.
    pub address: Uuid,
    /// How far it got.
    pub state: DeliveryState,
    /// Tries so far.
    pub tries: i64,
    /// Not before; while it is sent, when another may try; while a call is under way, when it is surely over.
    pub next_at: DateTime<Utc>,
    /// Not after.
    pub expires_at: DateTime<Utc>,
}

/// What a provider made of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The provider has it: nobody was reached yet.
    Accepted,
    /// It may work later, not before the wait that was asked for.
    Later {
        /// Why.
        why: Why,
        /// What the provider asked for.
        wait: Option<TimeDelta>,
    },
    /// It will never work.
    Never(Why),
}

/// Why a message went no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why {
    /// In one word.
    pub trouble: CallTrouble,
    /// What the gateway answered, if it did.
    pub status: Option<u16>,
}

impl Why {
    /// Of a trouble without an answer.
    pub const fn of(trouble: CallTrouble) -> Self {
        Self { trouble, status: None }
    }
}

/// When to try again after so many tries, 1 or more: anywhere up to the wait, so that many do not come back together;
/// not before what was asked for.
fn backoff(tries: i64, asked: Option<TimeDelta>) -> TimeDelta {
    let doubled = 2_i32.saturating_pow(u32::try_from(tries.clamp(1, 16) - 1).unwrap_or(0));
    let most = FIRST_WAIT.checked_mul(doubled).map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT));
    let some = TimeDelta::milliseconds(rand::rng().random_range(0..=most.num_milliseconds()));
    asked.map_or(some, |asked| asked.clamp(TimeDelta::zero(), LONGEST_ASKED) + some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_minute_and_are_never_shorter_than_asked_for() {
        for tries in 1..200 {
            let most = TimeDelta::seconds(1 << (tries - 1).min(6)).min(LONGEST_WAIT);
            assert!((0..50).all(|_| backoff(tries, None) <= most));
        }
        assert!((0..50).all(|_| backoff(1, Some(TimeDelta::seconds(30))) >= TimeDelta::seconds(30)));
        assert!(backoff(1, Some(TimeDelta::days(9))) <= LONGEST_ASKED + FIRST_WAIT);
        assert!(backoff(1, Some(TimeDelta::days(-9))) <= FIRST_WAIT);
        let spread: std::collections::BTreeSet<_> = (0..200).map(|_| backoff(7, None)).collect();
        assert!(spread.len() > 100);
    }
}
