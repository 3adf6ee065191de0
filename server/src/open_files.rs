//! How many files and sockets this process may have open.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Fewer than these and a crowd of phones keeps new alarms out: each open socket is a file.
const FEW: u64 = 8_192;

/// Raises the soft limit of open files as far as the hard one goes; says it loudly when that is little.
/// Returns the limit.
pub fn raise() -> u64 {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current < limit.maximum {
        limit.current = limit.maximum;
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%error, "the limit of open files could not be raised");
        }
    }
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    if limit < FEW {
        tracing::warn!(
            limit,
            "few files may be open: as many sockets keep alarms out; give the service 65536 (LimitNOFILE)"
        );
    }
    limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_is_the_hard_one_afterwards() {
        let raised = raise();
        assert_eq!(getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX), raised);
    }
}
