//! Ending early in order: what was started or held for a run is stopped and let go of all the same.

use anyhow::{Result, bail};
use tokio::signal::unix::{SignalKind, signal};

/// Does the work, unless somebody ends this program meanwhile.
pub async fn unless_interrupted<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        done = work => done,
        _ = interrupt.recv() => bail!("interrupted"),
        _ = terminate.recv() => bail!("told to end"),
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::{Signal, getpid, kill_process};

    use super::*;

    #[tokio::test]
    async fn what_is_done_is_given_and_a_signal_ends_what_is_not() {
        assert_eq!(unless_interrupted(async { Ok(7) }).await.unwrap(), 7);
        let work = async {
            kill_process(getpid(), Signal::TERM)?;
            std::future::pending::<Result<()>>().await
        };
        assert_eq!(unless_interrupted(work).await.unwrap_err().to_string(), "told to end");
    }
}
