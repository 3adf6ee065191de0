//! The open loop: taps come due by the clock, whether or not the server keeps up.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

/// An even schedule.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Taps a second.
    pub rate: u32,
    /// Taps in all.
    pub total: u64,
}

impl Pace {
    /// When tap `index` is due, counted from the start.
    pub fn due_at(self, index: u64) -> Duration {
        Duration::from_nanos(
            (u128::from(index) * 1_000_000_000 / u128::from(self.rate.max(1))).try_into().unwrap_or(u64::MAX),
        )
    }

    /// How many taps are due when this long has passed.
    pub fn due_by(self, elapsed: Duration) -> u64 {
        let whole = elapsed.as_nanos() * u128::from(self.rate) / 1_000_000_000 + 1;
        u64::try_from(whole).unwrap_or(u64::MAX).min(self.total)
    }

    /// Gives out one permit for each tap as it comes due. A thread of its own, because the timer of
    /// the runtime is only good to a millisecond.
    pub fn start(self, from: Instant, permits: Arc<Semaphore>) -> JoinHandle<()> {
        thread::spawn(move || {
            let mut given = 0;
            while given < self.total && !permits.is_closed() {
                let Some(rest) =
                    (from + self.due_at(given)).checked_duration_since(Instant::now()).filter(|rest| !rest.is_zero())
                else {
                    let due = self.due_by(from.elapsed()).max(given + 1);
                    permits.add_permits(usize::try_from(due - given).unwrap_or(usize::MAX));
                    given = due;
                    continue;
                };
                thread::sleep(rest);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_by_a_time_is_what_is_due_at_it() {
        for rate in [1, 3, 7, 999, 20_000] {
            let pace = Pace { rate, total: 5_000 };
            for index in 0..5_000 {
                let at = pace.due_at(index);
                assert!((index..=index + 1).contains(&pace.due_by(at)), "{rate} {index}");
                assert_eq!(pace.due_by(at + Duration::from_nanos(1)), index + 1, "{rate} {index}");
            }
        }
    }

    #[test]
    fn the_schedule_ends_with_its_last_tap() {
        let pace = Pace { rate: 100, total: 250 };
        assert_eq!(pace.due_by(Duration::from_secs(3_600)), 250);
        assert_eq!(pace.due_at(200), Duration::from_secs(2));
    }

    #[test]
    fn every_tap_gets_one_permit() {
        let permits = Arc::new(Semaphore::new(0));
        Pace { rate: 20_000, total: 500 }.start(Instant::now(), Arc::clone(&permits)).join().unwrap();
        assert_eq!(permits.available_permits(), 500);
    }
}
