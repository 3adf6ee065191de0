//! Delays after failed sign-ins, per account and address. They grow and end by themselves: nobody is
//! ever locked out, and who is signed in is not touched.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::OwnedMutexGuard;

use crate::kernel::seal::sha256;

/// Longest delay in seconds.
const LONGEST_S: u32 = 30;

/// Failures are forgotten when none was added for this long.
const FORGOTTEN: TimeDelta = TimeDelta::minutes(15);

/// Pairs of account and address that are remembered. Beyond it the one that failed longest ago is
/// forgotten.
const REMEMBERED: usize = 10_000;

/// Seconds to wait before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub u32);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Failures {
    count: u32,
    last: Option<DateTime<Utc>>,
}

impl Failures {
    /// How long to wait still, in whole seconds: 1 after the first failure, then 2, 4, ... 30.
    fn wait(&self, now: DateTime<Utc>) -> Option<Wait> {
        let last = self.last?;
        let delay = 2_u32.saturating_pow(self.count.saturating_sub(1)).min(LONGEST_S);
        let left = last + TimeDelta::seconds(i64::from(delay)) - now;
        let seconds = u32::try_from((left.num_milliseconds() + 999).div_euclid(1_000)).unwrap_or_default();
        (seconds > 0).then_some(Wait(seconds.min(LONGEST_S)))
    }

    fn is_forgotten(&self, now: DateTime<Utc>) -> bool {
        self.last.is_none_or(|last| now - last > FORGOTTEN)
    }
}

type Shared = Arc<tokio::sync::Mutex<Failures>>;

struct Pair {
    failures: Shared,
    /// When it was last tried.
    tried: DateTime<Utc>,
}

/// The failures of every account and address.
#[derive(Default)]
pub(super) struct Delays {
    pairs: Mutex<HashMap<[u8; 32], Pair>>,
}

/// One try at signing in. Tries of the same pair go one after another, so that many at once learn no
/// more than one by one.
pub(super) struct Try {
    failures: OwnedMutexGuard<Failures>,
}

impl Try {
    /// It failed: the next one waits longer.
    pub(super) fn failed(mut self, now: DateTime<Utc>) {
        self.failures.count = self.failures.count.saturating_add(1);
        self.failures.last = Some(now);
    }

    /// It succeeded: earlier failures do not count any more.
    pub(super) fn succeeded(mut self) {
        *self.failures = Failures::default();
    }
}

impl Delays {
    /// Begins a try, or says how long to wait.
    pub(super) async fn begin(&self, account: &str, address: Option<IpAddr>, now: DateTime<Utc>) -> Result<Try, Wait> {
        let failures = self.pair(account, address, now);
        let mut failures = failures.lock_owned().await;
        if failures.is_forgotten(now) {
            *failures = Failures::default();
        }
        match failures.wait(now) {
            Some(wait) => Err(wait),
            None => Ok(Try { failures }),
        }
    }

    fn pair(&self, account: &str, address: Option<IpAddr>, now: DateTime<Utc>) -> Shared {
        let key = sha256(format!("{}\n{account}", address.map(network).unwrap_or_default()).as_bytes());
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        if pairs.len() >= REMEMBERED && !pairs.contains_key(&key) {
            pairs.retain(|_, pair| now - pair.tried <= FORGOTTEN);
            if pairs.len() >= REMEMBERED
                && let Some(oldest) = pairs.iter().min_by_key(|(_, pair)| pair.tried).map(|(key, _)| *key)
            {
                pairs.remove(&oldest);
            }
        }
        let pair = pairs.entry(key).or_insert_with(|| Pair { failures: Shared::default(), tried: now });
        pair.tried = now;
        Arc::clone(&pair.failures)
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

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
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

    #[tokio::test]
    async fn what_is_remembered_is_bounded() {
        let delays = Delays::default();
        for n in 0..REMEMBERED + 50 {
            let account = format!("{n}@b.example");
            delays.begin(&account, None, at(n as i64 / 100)).await.ok().unwrap().failed(at(n as i64 / 100));
        }
        assert_eq!(delays.pairs.lock().unwrap().len(), REMEMBERED);
    }
}
