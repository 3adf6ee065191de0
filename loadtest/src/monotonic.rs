//! Clocks: one that all processes of this machine share, so that what one sent and another received can be
//! subtracted; and one of this process's own work.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds since the machine started, more or less; only differences mean something.
pub fn now_ns() -> u64 {
    nanoseconds(ClockId::Monotonic)
}

/// Processor time that this process has had, in nanoseconds. The kernel's lists of other processes are as old as the
/// last time it was somebody else's turn; this is exact.
pub fn own_cpu_ns() -> u64 {
    nanoseconds(ClockId::ProcessCPUTime)
}

fn nanoseconds(clock: ClockId) -> u64 {
    let now = clock_gettime(clock);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    seconds.saturating_mul(1_000_000_000).saturating_add(u64::try_from(now.tv_nsec).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_does_not_go_back() {
        let first = now_ns();
        assert!(first > 0 && now_ns() >= first);
        let before = own_cpu_ns();
        while own_cpu_ns() == before {}
    }
}
