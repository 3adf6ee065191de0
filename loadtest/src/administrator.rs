//! Who sets a run up.

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;

/// Who `muster demo` says may set it up; its password is no secret.
const DEMO_ADMINISTRATOR: &str = "admin@demo.invalid";
const DEMO_PASSWORD: &str = "capital falls silent";

/// An administrator of the whole installation, who signs in by password alone.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Administrator {
    /// E-mail address of an administrator
    #[arg(long, env = "MUSTER_LOADTEST_EMAIL", conflicts_with = "demo", required_unless_present = "demo")]
    #[serde(skip)]
    pub admin_email: Option<String>,
    /// That administrator's password
    #[arg(
        long,
        env = "MUSTER_LOADTEST_PASSWORD",
        conflicts_with = "demo",
        required_unless_present = "demo",
        hide_env_values = true
    )]
    #[serde(skip)]
    pub admin_password: Option<String>,
    /// Sign in as the demo's administrator
    #[arg(long)]
    pub demo: bool,
}

impl Administrator {
    /// E-mail address and password.
    pub fn credentials(&self) -> Result<(String, String)> {
        match (&self.admin_email, &self.admin_password) {
            (Some(email), Some(password)) => Ok((email.clone(), password.clone())),
            _ if self.demo => Ok((DEMO_ADMINISTRATOR.to_owned(), DEMO_PASSWORD.to_owned())),
            _ => bail!("give --admin-email and --admin-password, or --demo"),
        }
    }
}
