//! Delays after failed sign-ins. They grow and end by themselves: nobody is ever locked out, and who is
//! signed in is not touched.
//!
//! Who comes from a browser that signed in to the account before has a count of their own there.
//! Everybody else is a stranger: they have one count for each address, and all strangers to an account
//! together have another, so that a thousand addresses guess no faster than a few. A crowd of strangers
//! therefore never holds up an owner at their own desk; at a new browser they may have to wait until it
//! tires, or ask an administrator for a link, which makes the browser known.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::OwnedMutexGuard;

use crate::kernel::seal::sha256;

/// Counts that are remembered. Beyond it a tenth is forgotten, at once, so that a crowd of accounts does not
/// make each try dear: those with the fewest failures, of them the ones tried longest ago.
const REMEMBERED: usize = 10_000;

/// Seconds to wait before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub u32);

/// From where somebody tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// A browser that signed in to the account before, by its name.
    Known(&'a str),
    /// Any other, by its address.
    Stranger(Option<IpAddr>),
    /// A session of the account's owner.
    Session,
}

/// How failures of one kind delay.
struct Rule {
    /// Failures that delay nothing.
    free: u32,
    /// Longest delay in seconds.
    longest_s: u32,
    /// Failures are forgotten when none was added for this long.
    forgotten: TimeDelta,
}

/// Of one browser, address or session: 1 s after the first failure, then 2, 4, ... 30.
const ONE: Rule = Rule { free: 0, longest_s: 30, forgotten: TimeDelta::minutes(15) };

/// Of all strangers to an account: 1 s after the eleventh failure, doubling up to an hour.
const STRANGERS: Rule = Rule { free: 10, longest_s: 3_600, forgotten: TimeDelta::hours(24) };

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Failures {
    count: u32,
    last: Option<DateTime<Utc>>,
}

impl Failures {
    /// How long to wait still, in whole seconds.
    fn wait(&self, rule: &Rule, now: DateTime<Utc>) -> Option<Wait> {
        let last = self.last?;
        let counted = self.count.checked_sub(rule.free + 1)?;
        let delay = 2_u32.saturating_pow(counted).min(rule.longest_s);
        let left = last + TimeDelta::seconds(i64::from(delay)) - now;
        let seconds = u32::try_from((left.num_milliseconds() + 999).div_euclid(1_000)).unwrap_or_default();
        (seconds > 0).then_some(Wait(seconds.min(rule.longest_s)))
    }

    fn is_forgotten(&self, rule: &Rule, now: DateTime<Utc>) -> bool {
        self.last.is_none_or(|last| now - last > rule.forgotten)
    }

    fn add(&mut self, now: DateTime<Utc>) {
        self.count = self.count.saturating_add(1);
        self.last = Some(now);
    }
}

type Shared = Arc<tokio::sync::Mutex<Failures>>;

struct Count {
    failures: Shared,
    /// When it was last tried.
    tried: DateTime<Utc>,
}

/// Every count.
#[derive(Default)]
pub(super) struct Delays {
    counts: Mutex<HashMap<[u8; 32], Count>>,
}

/// One try at signing in. Tries of the same count go one after another, so that many at once learn no
/// more than one by one.
pub(super) struct Try {
    own: OwnedMutexGuard<Failures>,
    strangers: Option<OwnedMutexGuard<Failures>>,
}

impl Try {
    /// It failed: the next one waits longer.
    pub(super) fn failed(mut self, now: DateTime<Utc>) {
        self.own.add(now);
        if let Some(strangers) = &mut self.strangers {
            strangers.add(now);
        }
    }

    /// It succeeded: failures before it from the same place do not count any more. Those of other
    /// strangers do.
    pub(super) fn succeeded(mut self) {
        *self.own = Failures::default();
    }
}

impl Delays {
    /// Begins a try, or says how long to wait.
    pub(super) async fn begin(&self, account: &str, from: Place<'_>, now: DateTime<Utc>) -> Result<Try, Wait> {
        let (place, stranger) = match from {
            Place::Known(browser) => (format!("browser {browser}"), false),
            Place::Stranger(address) => (format!("address {}", address.map(network).unwrap_or_default()), true),
            Place::Session => ("session".to_owned(), false),
        };
        let own = self.ready(&format!("{place}\n{account}"), &ONE, now).await?;
        let strangers = match stranger {
            true => Some(self.ready(&format!("strangers\n{account}"), &STRANGERS, now).await?),
            false => None,
        };
        Ok(Try { own, strangers })
    }

    /// A count, when its delay is over.
    async fn ready(&self, name: &str, rule: &Rule, now: DateTime<Utc>) -> Result<OwnedMutexGuard<Failures>, Wait> {
        let mut failures = self.count(name, now).lock_owned().await;
        if failures.is_forgotten(rule, now) {
            *failures = Failures::default();
        }
        match failures.wait(rule, now) {
            Some(wait) => Err(wait),
            None => Ok(failures),
        }
    }

    fn count(&self, name: &str, now: DateTime<Utc>) -> Shared {
        let key = sha256(name.as_bytes());
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= REMEMBERED && !counts.contains_key(&key) {
            // Those with the fewest failures go, the oldest of them first: whoever tries many accounts once
            // makes no count forgotten that delays somebody. One that is in use stays.
            let weight = |count: &Count| (count.failures.try_lock().map_or(u32::MAX, |one| one.count), count.tried);
            let mut weights: Vec<(u32, DateTime<Utc>)> = counts.values().map(weight).collect();
            let (_, least, _) = weights.select_nth_unstable(REMEMBERED / 10);
            let least = *least;
            let over = now - STRANGERS.forgotten;
            counts.retain(|_, count| count.tried > over && weight(count) > least);
        }
        let count = counts.entry(key).or_insert_with(|| Count { failures: Shared::default(), tried: now });
        count.tried = now;
        Arc::clone(&count.failures)
    }
}

/// What counts as one address: an IPv4 address, or the /64 that one IPv6 subscriber has.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn address(text: &str) -> Place<'static> {
        Place::Stranger(Some(text.parse().unwrap()))
    }

    async fn fail(delays: &Delays, seconds: i64) {
        delays.begin("a@b.example", address("10.0.0.1"), at(seconds)).await.ok().unwrap().failed(at(seconds));
    }

    async fn wait(delays: &Delays, account: &str, from: &str, seconds: i64) -> Option<u32> {
        delays.begin(account, address(from), at(seconds)).await.err().map(|wait| wait.0)
    }

    #[tokio::test]
    async fn delays_double_from_one_second_to_thirty_and_end_by_themselves() {
        let delays = Delays::default();
        let mut now = 0;
        for expected in [1, 2, 4, 8, 16, 30, 30, 30] {
            fail(&delays, now).await;
            assert_eq!(wait(&delays, "a@b.example", "10.0.0.1", now).await, Some(expected));
            assert_eq!(wait(&delays, "a@b.example", "10.0.0.1", now + i64::from(expected) - 1).await, Some(1));
            now += i64::from(expected);
            assert_eq!(wait(&delays, "a@b.example", "10.0.0.1", now).await, None);
        }
        assert_eq!(wait(&delays, "a@b.example", "10.0.0.1", now + 16 * 60).await, None);
        fail(&delays, now + 16 * 60).await;
        assert_eq!(wait(&delays, "a@b.example", "10.0.0.1", now + 16 * 60).await, Some(1));
    }

    #[tokio::test]
    async fn only_the_same_account_from_the_same_address_waits() {
        let delays = Delays::default();
        fail(&delays, 0).await;
        assert_eq!(wait(&delays, "c@b.example", "10.0.0.1", 0).await, None);
        assert_eq!(wait(&delays, "a@b.example", "10.0.0.2", 0).await, None);
        assert_eq!(wait(&delays, "a@b.example", "::ffff:10.0.0.1", 0).await, Some(1));
    }

    #[tokio::test]
    async fn trying_many_accounts_makes_no_count_forgotten_that_delays_somebody() {
        let delays = Delays::default();
        let stranger = |n: u32| Place::Stranger(Some(IpAddr::from(n.to_be_bytes())));
        for n in 0..=STRANGERS.free {
            delays.begin("victim@b.example", stranger(n), at(0)).await.ok().unwrap().failed(at(0));
        }
        let crowd = u32::try_from(REMEMBERED).unwrap() * 3;
        for n in 100..crowd {
            delays.begin(&n.to_string(), stranger(n), at(0)).await.ok().unwrap().failed(at(0));
        }
        assert!(delays.counts.lock().unwrap().len() <= REMEMBERED);
        let waits = delays.begin("victim@b.example", stranger(99), at(0)).await.err();
        assert_eq!(waits, Some(Wait(1)));
    }

    #[tokio::test]
    async fn an_ipv6_subscriber_is_one_address() {
        let delays = Delays::default();
        delays.begin("a", address("2001:db8:1:2::1"), at(0)).await.ok().unwrap().failed(at(0));
        assert_eq!(wait(&delays, "a", "2001:db8:1:2:ffff::9", 0).await, Some(1));
        assert_eq!(wait(&delays, "a", "2001:db8:1:3::1", 0).await, None);
    }

    #[tokio::test]
    async fn success_clears_what_failed_before() {
        let delays = Delays::default();
        fail(&delays, 0).await;
        fail(&delays, 1).await;
        delays.begin("a@b.example", address("10.0.0.1"), at(3)).await.ok().unwrap().succeeded();
        fail(&delays, 3).await;
        assert_eq!(wait(&delays, "a@b.example", "10.0.0.1", 3).await, Some(1));
    }

    /// Tries from new addresses all the time, one every so many seconds; how many of them were let try.
    async fn evaluated(delays: &Delays, tries: u32, every_ms: i64) -> u32 {
        let mut evaluated = 0;
        for n in 0..tries {
            let now = at(0) + TimeDelta::milliseconds(i64::from(n) * every_ms);
            let from = Place::Stranger(Some(IpAddr::from(n.to_be_bytes())));
            if let Ok(attempt) = delays.begin("a@b.example", from, now).await {
                evaluated += 1;
                attempt.failed(now);
            }
        }
        evaluated
    }

    #[tokio::test]
    async fn of_ten_thousand_tries_from_as_many_addresses_few_are_evaluated() {
        for (every_ms, most) in [(1, 15), (1_000, 25), (10_000, 50)] {
            let evaluated = evaluated(&Delays::default(), 10_000, every_ms).await;
            assert!((11..=most).contains(&evaluated), "every {every_ms} ms: {evaluated}");
        }
    }

    #[tokio::test]
    async fn strangers_do_not_hold_up_a_browser_that_is_known_nor_a_session() {
        let delays = Delays::default();
        evaluated(&delays, 1_000, 1).await;
        assert!(wait(&delays, "a@b.example", "192.0.2.77", 1).await.is_some());
        assert!(wait(&delays, "c@b.example", "192.0.2.77", 1).await.is_none());
        for place in [Place::Known("one"), Place::Session] {
            delays.begin("a@b.example", place, at(1)).await.ok().unwrap().failed(at(1));
            assert_eq!(delays.begin("a@b.example", place, at(1)).await.err(), Some(Wait(1)));
            delays.begin("a@b.example", place, at(2)).await.ok().unwrap().succeeded();
        }
        assert!(delays.begin("a@b.example", Place::Known("two"), at(1)).await.is_ok());
    }

    #[tokio::test]
    async fn strangers_are_let_try_again_after_an_hour_and_forgotten_after_a_day() {
        let delays = Delays::default();
        evaluated(&delays, 10_000, 1_000).await;
        let later = 10_000 + 3_600;
        assert_eq!(wait(&delays, "a@b.example", "192.0.2.77", later).await, None);
        delays.begin("a@b.example", address("192.0.2.77"), at(later)).await.ok().unwrap().failed(at(later));
        assert_eq!(wait(&delays, "a@b.example", "192.0.2.78", later).await, Some(3_600));
        let day = later + 24 * 3_600 + 1;
        delays.begin("a@b.example", address("192.0.2.77"), at(day)).await.ok().unwrap().failed(at(day));
        assert_eq!(wait(&delays, "a@b.example", "192.0.2.78", day).await, None);
    }

    #[tokio::test]
    async fn what_is_remembered_is_bounded_and_the_latest_stays() {
        let delays = Delays::default();
        for n in 0..3 * REMEMBERED as i64 {
            let now = at(0) + TimeDelta::milliseconds(n);
            let account = format!("{n}@b.example");
            delays.begin(&account, Place::Known("one"), now).await.ok().unwrap().failed(now);
            assert!(delays.counts.lock().unwrap().len() <= REMEMBERED);
        }
        let now = at(0) + TimeDelta::milliseconds(3 * REMEMBERED as i64);
        let latest = format!("{}@b.example", 3 * REMEMBERED - 1);
        assert_eq!(delays.begin(&latest, Place::Known("one"), now).await.err(), Some(Wait(1)));
        assert!(delays.counts.lock().unwrap().len() > REMEMBERED / 2);
        assert!(delays.begin("0@b.example", Place::Known("one"), now).await.is_ok());
    }
}
