//! The admin socket: commands on the same machine reach the running server, which alone holds the
//! database. One JSON line each way, a file's bytes behind it; only the server's own user can open it (mode 0600).

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

pub mod import;

use crate::access::NewAdministrator;
use crate::app::App;
use crate::imports::file::LARGEST;
use crate::store::{StoreError, log};

/// Longest command.
const LONGEST: u64 = 64 * 1024;

/// A command.
#[derive(Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// Make an administrator.
    CreateAdmin(NewAdministrator),
    /// Recompute the log's hash chains.
    Verify,
    /// A step of an import. The file's bytes follow the line.
    Import(import::Step),
}

/// The answer: a sentence, or why not.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Done.
    Done(String),
    /// A step of an import was done.
    Given(Box<import::Given>),
    /// Not done.
    Failed(String),
}

fn path(data: &Path) -> PathBuf {
    data.join("admin.sock")
}

/// Carries out a command, with the bytes that came behind it, on an app that this process holds; needs
/// a thread that may block.
pub fn carry_out(app: &App, command: Command, bytes: Vec<u8>) -> Answer {
    let done = match command {
        Command::Import(step) => {
            return match import::carry_out(app, step, bytes) {
                Ok(given) => Answer::Given(Box::new(given)),
                Err(error) => Answer::Failed(format!("{error:#}")),
            };
        }
        Command::CreateAdmin(new) => app
            .access
            .create_admin(new)
            .map(|name| format!("{name} is an administrator and can sign in."))
            .map_err(anyhow::Error::from),
        Command::Verify => verify(app),
    };
    match done {
        Ok(said) => Answer::Done(said),
        Err(error) => Answer::Failed(format!("{error:#}")),
    }
}

fn verify(app: &App) -> anyhow::Result<String> {
    let heads = app.store.read_blocking(|reading| log::all_heads(reading.conn))?;
    let mut events = 0;
    for scope in heads.keys() {
        match app.store.read_blocking(|reading| reading.conn.snapshot(|conn| log::verify(conn, *scope))) {
            Ok(Ok(count)) => events += count,
            Ok(Err(broken)) => bail!("scope {} is broken at number {}: {}", broken.scope, broken.seq, broken.what),
            Err(error @ (StoreError::Down(_) | StoreError::Busy | StoreError::Fault(_))) => return Err(error.into()),
        }
    }
    Ok(format!("{events} events in {} scopes follow from one another.", heads.len()))
}

/// Listens until the process ends.
pub fn listen(app: App) -> anyhow::Result<()> {
    let path = path(app.dir.path());
    // A socket of a server that was killed; the lock says that none is running.
    if path.exists() {
        std::fs::remove_file(&path).context("the old admin socket")?;
    }
    let listener = UnixListener::bind(&path).with_context(|| format!("cannot listen on {}", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    std::thread::Builder::new().name("admin".into()).spawn(move || {
        for stream in listener.incoming() {
            if let Err(error) = stream.map_err(anyhow::Error::from).and_then(|stream| answer(&app, stream)) {
                tracing::warn!(%error, "a command on the admin socket was not answered");
            }
        }
    })?;
    Ok(())
}

fn answer(app: &App, stream: UnixStream) -> anyhow::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut reader = BufReader::new(&stream);
    let mut line = String::new();
    std::io::Read::take(&mut reader, LONGEST).read_line(&mut line)?;
    let answer = match serde_json::from_str(&line) {
        Ok(command) => {
            let bytes = behind(&command, &mut reader)?;
            carry_out(app, command, bytes)
        }
        Err(error) => Answer::Failed(format!("this is not a command: {error}")),
    };
    writeln!(&stream, "{}", serde_json::to_string(&answer)?)?;
    Ok(())
}

/// The bytes that come behind a command.
fn behind(command: &Command, reader: &mut impl Read) -> anyhow::Result<Vec<u8>> {
    let length = if let Command::Import(step) = command { step.length() } else { 0 };
    if length > LARGEST {
        bail!("a file of more than 20 MB");
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).context("the file broke off")?;
    Ok(bytes)
}

/// Whether a server uses a data directory.
pub fn is_served(data: &Path) -> bool {
    UnixStream::connect(path(data)).is_ok()
}

/// Sends a command to the server that uses a data directory; none when no server is running.
pub fn send(data: &Path, command: &Command) -> anyhow::Result<Option<Answer>> {
    send_with(data, command, &[])
}

/// [`send`] with the bytes that come behind the command.
pub fn send_with(data: &Path, command: &Command, bytes: &[u8]) -> anyhow::Result<Option<Answer>> {
    let Ok(mut stream) = UnixStream::connect(path(data)) else { return Ok(None) };
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    writeln!(stream, "{}", serde_json::to_string(command)?)?;
    stream.write_all(bytes)?;
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line)?;
    Ok(Some(serde_json::from_str(&line).context("the server's answer is not understood")?))
}
