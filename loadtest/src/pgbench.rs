//! pgbench: what the same PostgreSQL does with one small row a transaction, when it is asked by its own tool.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Url;
use tokio::process::Command;
use tokio::time::timeout;

/// The table, made at the start and dropped at the end.
const TABLE: &str = "muster_loadtest_rows";
/// Bytes of a row's text: about as many as a tap has when it comes in.
const ROW: usize = 230;
/// Seconds of one run.
const SECONDS: u32 = 2;
/// Longest wait for a run.
const PATIENCE: Duration = Duration::from_secs(60);

/// A database that pgbench may use.
pub struct Pgbench {
    program: PathBuf,
    /// Without its password, which other users of the machine could see among the arguments.
    url: String,
    password: Option<String>,
    scripts: tempfile::TempDir,
}

impl Pgbench {
    /// Makes the table. None when there is no such program.
    pub async fn prepare(program: &Path, url: &str) -> Result<Option<Self>> {
        let Some(program) = found(program, std::env::var_os("PATH")) else { return Ok(None) };
        let (url, password) = without_password(url)?;
        let scripts = tempfile::tempdir().context("no directory for pgbench's scripts")?;
        let row = "x".repeat(ROW);
        for (name, sql) in [
            (
                "make",
                format!(
                    "CREATE TABLE IF NOT EXISTS {TABLE} (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), body text NOT NULL);"
                ),
            ),
            ("insert", format!("INSERT INTO {TABLE} (body) VALUES ('{row}');")),
            ("drop", format!("DROP TABLE IF EXISTS {TABLE};")),
        ] {
            std::fs::write(scripts.path().join(name), sql)?;
        }
        let pgbench = Self { program, url, password, scripts };
        pgbench.run("make", &["-c", "1", "-t", "1"]).await?;
        Ok(Some(pgbench))
    }

    /// Rows a second that so many connections insert, each committed alone.
    pub async fn rows_a_second(&self, clients: u32) -> Result<f64> {
        let (clients, seconds) = (clients.to_string(), SECONDS.to_string());
        let said = self.run("insert", &["-M", "prepared", "-c", &clients, "-j", "2", "-T", &seconds]).await?;
        rate(&said).with_context(|| format!("pgbench is not understood: {said}"))
    }

    /// Drops the table.
    pub async fn clean_up(self) -> Result<()> {
        self.run("drop", &["-c", "1", "-t", "1"]).await.map(drop)
    }

    async fn run(&self, script: &str, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(&self.program);
        command.arg("-n").arg("-f").arg(self.scripts.path().join(script)).args(arguments).arg(&self.url);
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password);
        }
        let output = timeout(PATIENCE, command.kill_on_drop(true).output()).await.context("pgbench does not end")??;
        if !output.status.success() {
            bail!("pgbench: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn found(program: &Path, path: Option<std::ffi::OsString>) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_owned());
    }
    std::env::split_paths(&path?).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn without_password(url: &str) -> Result<(String, Option<String>)> {
    let Ok(mut parsed) = Url::parse(url) else {
        bail!("--postgres is not a URL such as postgres://user@host/database")
    };
    if !matches!(parsed.scheme(), "postgres" | "postgresql") {
        bail!("--postgres is not a URL such as postgres://user@host/database");
    }
    let password = parsed.password().map(str::to_owned);
    if password.is_some() && parsed.set_password(None).is_err() {
        bail!("the password of --postgres cannot be taken out of it");
    }
    Ok((parsed.into(), password))
}

/// The rate in what pgbench says; the last one, which leaves connecting out.
fn rate(said: &str) -> Option<f64> {
    let line = said.lines().rev().find_map(|line| line.trim().strip_prefix("tps = "))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_without_connecting_is_read() {
        let now = "number of transactions actually processed: 18204\nlatency average = 0.220 ms\ninitial connection time = 4.201 ms\ntps = 9102.553121 (without initial connection time)\n";
        assert_eq!(rate(now), Some(9_102.553_121));
        let before = "tps = 1.5 (including connections establishing)\ntps = 2.5 (excluding connections establishing)\n";
        assert_eq!(rate(before), Some(2.5));
        assert_eq!(rate("pgbench: error"), None);
    }

    #[test]
    fn a_password_does_not_go_to_the_arguments() {
        let (url, password) = without_password("postgres://u:geheim@127.0.0.1:5432/d").unwrap();
        assert_eq!((url.as_str(), password.as_deref()), ("postgres://u@127.0.0.1:5432/d", Some("geheim")));
        assert_eq!(without_password("postgres://u@h/d").unwrap().1, None);
        let refused = without_password("mysql://u:geheim@h/d").unwrap_err().to_string();
        assert!(!refused.contains("geheim"));
        assert!(without_password("host=h password=geheim").is_err());
    }

    #[test]
    fn a_program_is_looked_for_where_programs_are() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pgbench");
        assert_eq!(found(Path::new("pgbench"), Some(folder.path().into())), None);
        std::fs::write(&file, "").unwrap();
        assert_eq!(found(Path::new("pgbench"), Some(folder.path().into())), Some(file.clone()));
        assert_eq!(found(&file, None), Some(file));
        assert_eq!(found(Path::new("pgbench"), None), None);
    }
}
