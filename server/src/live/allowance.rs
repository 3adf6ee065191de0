//! How much a peer may say: whoever says more is read more slowly, and waits in their own line.

use std::time::Duration;

use tokio::time::Instant;

/// Messages that are read at once, as when a console says which of many alarms it shows.
const BURST: u32 = 500;

/// Time that one message costs, once the burst is over: 50 a second.
const EACH: Duration = Duration::from_millis(20);

/// What a peer may still say.
#[derive(Debug)]
pub(super) struct Allowance {
    /// When everything that was said will be paid for.
    paid: Instant,
}

impl Allowance {
    /// A whole burst.
    pub(super) fn new(now: Instant) -> Self {
        Self { paid: now }
    }

    /// When the next message may be read.
    pub(super) fn next(&self) -> Instant {
        self.paid.checked_sub(EACH * BURST).unwrap_or(self.paid)
    }

    /// A message was read.
    pub(super) fn spend(&mut self, now: Instant) {
        self.paid = self.paid.max(now) + EACH;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages that are read within a time by whoever always has one more.
    fn read_within(mut now: Instant, time: Duration) -> u32 {
        let (end, mut allowance, mut read) = (now + time, Allowance::new(now), 0);
        loop {
            now = now.max(allowance.next());
            if now > end {
                return read;
            }
            allowance.spend(now);
            read += 1;
        }
    }

    #[test]
    fn a_burst_is_read_at_once_and_a_flood_at_fifty_a_second() {
        let now = Instant::now() + EACH * BURST;
        assert_eq!(read_within(now, Duration::ZERO), BURST + 1);
        assert_eq!(read_within(now, Duration::from_secs(100)), BURST + 1 + 5_000);
    }

    #[test]
    fn silence_pays_for_the_next_burst() {
        let mut now = Instant::now() + EACH * BURST;
        let mut allowance = Allowance::new(now);
        for _ in 0..BURST {
            assert!(allowance.next() <= now);
            allowance.spend(now);
        }
        allowance.spend(now);
        assert!(allowance.next() > now);
        now += EACH * BURST;
        for _ in 0..BURST - 1 {
            assert!(allowance.next() <= now);
            allowance.spend(now);
        }
    }
}
