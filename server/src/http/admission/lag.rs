//! How late a worker is, over the last moments.

use std::collections::VecDeque;
use std::time::Duration;

/// How often a worker is asked.
pub const PROBE: Duration = Duration::from_millis(50);

/// Answers in a row that must agree: one that is late by itself says nothing.
const AGREE: usize = 10;

/// Lateness from which each level is reached.
const LEVELS: [Duration; 3] = [Duration::from_millis(60), Duration::from_millis(120), Duration::from_millis(300)];

/// The lateness of one worker. A level is reached when every answer of the last moments was too late for the one
/// below, and left when each of them was less than half as late.
#[derive(Debug, Default)]
pub struct Lag {
    last: VecDeque<Duration>,
    level: u8,
}

impl Lag {
    /// It was this late.
    pub fn note(&mut self, late: Duration) {
        self.last.push_back(late);
        if self.last.len() < AGREE {
            return;
        }
        while self.last.len() > AGREE {
            self.last.pop_front();
        }
        let least = self.last.iter().min().copied().unwrap_or_default();
        let most = self.last.iter().max().copied().unwrap_or_default();
        let up = LEVELS.get(usize::from(self.level)).is_some_and(|limit| least > *limit);
        let limit = usize::from(self.level).checked_sub(1).and_then(|below| LEVELS.get(below));
        let down = limit.is_some_and(|limit| most < *limit / 2);
        if up || down {
            self.level = if up { self.level + 1 } else { self.level - 1 };
            self.last.clear();
        }
    }

    /// 0 when it is on time, up to 3.
    pub fn level(&self) -> u8 {
        self.level
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(lag: &mut Lag, ms: u64, times: usize) -> u8 {
        for _ in 0..times {
            lag.note(Duration::from_millis(ms));
        }
        lag.level()
    }

    #[test]
    fn a_single_late_answer_says_nothing_and_many_in_a_row_do() {
        let mut lag = Lag::default();
        for _ in 0..100 {
            assert_eq!(noted(&mut lag, 5_000, AGREE - 1), 0);
            assert_eq!(noted(&mut lag, 1, 1), 0);
        }
        assert_eq!(noted(&mut lag, 61, AGREE), 1);
        assert_eq!(noted(&mut lag, 121, AGREE), 2);
        assert_eq!(noted(&mut lag, 301, AGREE), 3);
        assert_eq!(noted(&mut lag, 9_000, 100), 3);
    }

    #[test]
    fn a_level_is_left_when_it_is_surely_over() {
        let mut lag = Lag::default();
        assert_eq!(noted(&mut lag, 100, AGREE), 1);
        assert_eq!(noted(&mut lag, 40, 100), 1, "between half of the limit and the limit nothing changes");
        assert_eq!(noted(&mut lag, 29, AGREE), 0);
    }
}
