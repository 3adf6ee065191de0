//! How much a scenario may do.

use anyhow::{Context, Result, bail};
use rustix::process::{Resource, getrlimit, setrlimit};

/// Most taps a second.
pub const RATE: u32 = 20_000;
/// Most phone sockets: one address has about 28,000 ports for one server, and the usual hard limit of open files is 20,000.
pub const SOCKETS: u32 = 18_000;
/// Most sockets of one kind that are open at one time, from several addresses of this machine.
pub const FANOUT: u32 = 60_000;
/// Most consoles.
pub const CONSOLES: u32 = 64;
/// Longest run, in seconds.
pub const SECONDS: u32 = 600;
/// Most people who tap.
pub const PEOPLE: u32 = 5_000;
/// Most taps times consoles: each pair is kept in memory, about 100 bytes.
pub const DELIVERIES: u64 = 20_000_000;
/// Files kept free beyond the sockets.
const SPARE: u64 = 128;

/// Refuses a run that would not fit into memory.
pub fn deliveries(rate: u32, seconds: u32, consoles: u32) -> Result<()> {
    let pairs = u64::from(rate) * u64::from(seconds) * u64::from(consoles);
    if pairs > DELIVERIES {
        bail!(
            "{rate}/s for {seconds} s to {consoles} consoles is {pairs} deliveries; at most {DELIVERIES}: lower one of them"
        );
    }
    Ok(())
}

/// Raises the soft limit of open files as far as it goes, and refuses more sockets than fit. Returns the limit.
pub fn open_files(needed: u64) -> Result<u64> {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current < limit.maximum {
        limit.current = limit.maximum;
        setrlimit(Resource::Nofile, limit).context("could not raise the soft limit of open files")?;
    }
    let most = limit.current.unwrap_or(u64::MAX);
    if needed + SPARE > most {
        bail!(
            "{needed} sockets need {} open files and this process may have {most}; raise it with ulimit -n, or ask for fewer",
            needed + SPARE
        );
    }
    Ok(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_does_not_fit_into_memory_is_refused() {
        deliveries(1_000, 60, 10).unwrap();
        assert!(deliveries(RATE, SECONDS, CONSOLES).is_err());
    }

    #[test]
    fn more_sockets_than_open_files_are_refused() {
        let most = open_files(1).unwrap();
        assert!(open_files(most).is_err());
        assert_eq!(getrlimit(Resource::Nofile).current, Some(most));
    }
}
