//! Whether what goes out by one connection comes back.

use tokio::time::Instant;

/// Beats that may be out before the relay counts as down.
const MISSING: u64 = 2;

/// The beats of one connection.
#[derive(Debug, Default)]
pub(super) struct Beats {
    sent: u64,
    back: u64,
    last: Option<Instant>,
}

impl Beats {
    /// The next one's number; none when too many are missing.
    pub(super) fn next(&mut self) -> Option<u64> {
        if self.sent - self.back >= MISSING {
            return None;
        }
        self.sent += 1;
        self.last = Some(Instant::now());
        Some(self.sent)
    }

    /// One came back: true when it is of this connection.
    pub(super) fn came_back(&mut self, count: u64) -> bool {
        if count == 0 || count > self.sent || count <= self.back {
            return false;
        }
        self.back = count;
        if let (Some(sent), true) = (self.last, count == self.sent) {
            metrics::histogram!("muster_relay_hop_seconds").record(sent.elapsed().as_secs_f64());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_up_while_beats_come_back_and_down_when_two_are_missing() {
        let mut beats = Beats::default();
        assert_eq!(beats.next(), Some(1));
        assert!(beats.came_back(1));
        assert!(!beats.came_back(1), "one that came twice says nothing");
        assert!(!beats.came_back(2), "nor one that was never sent");
        assert_eq!((beats.next(), beats.next()), (Some(2), Some(3)));
        assert_eq!(beats.next(), None);
        assert!(beats.came_back(3));
        assert_eq!(beats.next(), Some(4));
    }
}
