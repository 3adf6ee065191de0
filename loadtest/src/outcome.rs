//! How a scenario runs, and what every result says besides its figures.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::api::Api;
use crate::environment::{Environment, load_average};
use crate::process::Process;
use crate::report::Versions;
use crate::tap::said;

/// On what a result was had, and with what.
#[derive(Serialize)]
pub struct Circumstances {
    /// On what.
    pub environment: Environment,
    /// One, five and fifteen minutes, after the run.
    pub load_average_after: String,
    /// Which programs.
    pub versions: Versions,
    /// `sqlite` or `postgresql`, as the server says.
    pub database: String,
    /// The server's process, when it is on this machine and what it costs is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_pid: Option<u32>,
}

impl Circumstances {
    /// As they are after the run; the server is asked what it is.
    ///
    /// # Errors
    /// When it does not say.
    pub async fn of(environment: Environment, server: Option<Process>, admin: &Api) -> Result<Self> {
        Ok(Self {
            environment,
            load_average_after: load_average(),
            versions: Versions::of(admin).await?,
            database: said(admin, "/readyz", "/database").await?,
            server_pid: server.map(|process| process.pid),
        })
    }
}

/// Runs a scenario on threads of its own and prints its result.
///
/// # Errors
/// Those of the scenario.
pub fn print<T: Serialize>(scenario: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime could be started")?;
    let report = runtime.block_on(scenario)?;
    println!("{}", serde_json::to_string_pretty(&report)?);
    runtime.shutdown_timeout(Duration::from_secs(2));
    Ok(report)
}
