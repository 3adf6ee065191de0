//! What arrived at many sockets, and when.

use memchr::memmem::find;
use serde::{Deserialize, Serialize};

use crate::series::{Series, quantile, rounded};

/// Which sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// An operator's console: every event within reach.
    Console,
    /// The open phone of whoever taps: what became of it.
    Tapper,
    /// Any other phone: nothing of somebody else's.
    Bystander,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 3] = [Self::Console, Self::Tapper, Self::Bystander];

    /// Whether a message counts: an event that is a tap at a console, `now` at a phone.
    pub fn counts(self, text: &[u8]) -> bool {
        let has = |what: &[u8]| find(text, what).is_some();
        match self {
            Self::Console => {
                text.starts_with(br#"{"t":"event""#) && (has(br#""what":"tapped_again""#) || has(br#""what":"raised""#))
            }
            Self::Tapper | Self::Bystander => has(br#""t":"now""#),
        }
    }
}

/// What one socket got in a round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Got {
    /// Messages that count.
    pub messages: u32,
    /// Reads that brought any of them.
    pub reads: u32,
    /// When the first came, by the shared clock; 0 for never.
    pub first_ns: u64,
    /// When the last came.
    pub last_ns: u64,
}

/// What the sockets of a class got in a round.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Receipts {
    /// Sockets that are open.
    pub sockets: u64,
    /// Of those, got something.
    pub reached: u64,
    /// Messages that count, over all.
    pub messages: u64,
    /// The most that one socket got.
    pub most: u32,
    /// The fewest that one socket got.
    pub fewest: u32,
    /// Reads that brought them, over all: fewer than messages when they came together.
    pub reads: u64,
    /// From the start of the round to each socket's first message.
    pub first: Times,
    /// From the start of the round to each socket's last message.
    pub last: Times,
}

/// How long the sockets of a class took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// The first socket.
    pub first: f64,
    /// Half of them.
    pub p50: f64,
    /// 99 of 100.
    pub p99: f64,
    /// The last one.
    pub last: f64,
}

/// The same over many rounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct TimesSeries {
    /// The first socket.
    pub first: Series,
    /// Half of them.
    pub p50: Series,
    /// 99 of 100.
    pub p99: Series,
    /// The last one.
    pub last: Series,
}

impl Times {
    fn of(mut nanoseconds: Vec<f64>) -> Self {
        nanoseconds.sort_by(f64::total_cmp);
        let at = |share| rounded(quantile(&nanoseconds, share) / 1e6);
        Self { first: at(0.0), p50: at(0.5), p99: at(0.99), last: at(1.0) }
    }
}

impl TimesSeries {
    /// Over these rounds.
    pub fn of(rounds: &[Times]) -> Self {
        let each = |of: fn(&Times) -> f64| Series::of(rounds.iter().map(of));
        Self { first: each(|t| t.first), p50: each(|t| t.p50), p99: each(|t| t.p99), last: each(|t| t.last) }
    }
}

impl Receipts {
    /// Sums up what sockets got in a round that began at `began_ns`.
    pub fn of(got: &[Got], began_ns: u64) -> Self {
        let reached = || got.iter().filter(|got| got.first_ns > 0);
        let times =
            |of: fn(&Got) -> u64| Times::of(reached().map(|got| of(got).saturating_sub(began_ns) as f64).collect());
        Self {
            sockets: got.len() as u64,
            reached: reached().count() as u64,
            messages: got.iter().map(|got| u64::from(got.messages)).sum(),
            most: got.iter().map(|got| got.messages).max().unwrap_or_default(),
            fewest: got.iter().map(|got| got.messages).min().unwrap_or_default(),
            reads: got.iter().map(|got| u64::from(got.reads)).sum(),
            first: times(|got| got.first_ns),
            last: times(|got| got.last_ns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_round_is_about_counts() {
        let tap = br#"{"t":"event","scope":"s","entry":{"change":{"what":"tapped_again","reopened":false}}}"#;
        assert!(Class::Console.counts(tap) && !Class::Tapper.counts(tap));
        assert!(!Class::Console.counts(br#"{"t":"event","entry":{"change":{"what":"shown"}}}"#));
        assert!(!Class::Console.counts(br#"{"t":"beat","digest":1}"#));
        assert!(Class::Bystander.counts(br#"{"t":"now","etag":"x"}"#));
        assert!(!Class::Bystander.counts(br#"{"t":"pong"}"#));
    }

    #[test]
    fn a_round_is_summed_up_over_the_sockets_that_got_something() {
        let got = |messages, first_ms: u64, last_ms: u64| Got {
            messages,
            reads: 1,
            first_ns: first_ms * 1_000_000,
            last_ns: last_ms * 1_000_000,
        };
        let mut all: Vec<Got> = (1..=100).map(|ms| got(2, 1_000 + ms, 1_200 + ms)).collect();
        all.push(Got::default());
        let found = Receipts::of(&all, 1_000_000_000);
        assert_eq!((found.sockets, found.reached, found.messages), (101, 100, 200));
        assert_eq!((found.most, found.fewest, found.reads), (2, 0, 100));
        assert_eq!(found.first, Times { first: 1.0, p50: 50.0, p99: 99.0, last: 100.0 });
        assert_eq!(found.last.last, 300.0);
        assert_eq!(Receipts::of(&[], 5), Receipts::default());
    }

    #[test]
    fn rounds_are_summed_up_figure_by_figure() {
        let times = |first, last| Times { first, p50: 2.0, p99: 3.0, last };
        let found = TimesSeries::of(&[times(1.0, 9.0), times(0.5, 4.0), times(2.0, 5.0)]);
        assert_eq!((found.first.median, found.first.min), (1.0, 0.5));
        assert_eq!((found.last.median, found.last.max), (5.0, 9.0));
        assert_eq!(found.p50.count, 3);
    }
}
