//! The real program, as a user starts it.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use crate::{Http, within};

/// Ports that tests were given, so that the system gives them to nobody else while a server is down.
static RESERVED: Mutex<Vec<Socket>> = Mutex::new(Vec::new());

/// A port on which nobody listens now, and which is no other connection's until this process ends.
pub fn free_port() -> u16 {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    // Whoever says so too may listen on the port of a socket that does not.
    socket.set_reuse_address(true).expect("an option");
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).expect("a port");
    let address = socket.local_addr().ok().and_then(|address| address.as_socket()).expect("an address");
    RESERVED.lock().expect("nobody panics with it").push(socket);
    address.port()
}

/// A running `muster serve`.
pub struct Program {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Program {
    /// The program that `cargo build --workspace` made, or the one that `MUSTER_BIN` names.
    pub fn path() -> PathBuf {
        if let Some(named) = std::env::var_os("MUSTER_BIN") {
            return named.into();
        }
        let test = std::env::current_exe().expect("this test has a path");
        let built = test.ancestors().nth(2).expect("target/debug/deps/it").join("muster");
        assert!(
            built.exists(),
            "{} is not there: this test starts the real program. Build it by `cargo build --workspace`, or use ./tests/run.",
            built.display()
        );
        built
    }

    /// The program with a command, on a database and its data directory.
    pub fn command(data: &Path, database: &str, log: &str) -> Command {
        let mut command = Command::new(Self::path());
        command.env_clear().env("MUSTER_DATA", data).env("MUSTER_DATABASE", database).env("MUSTER_LOG", log);
        command.env("MUSTER_REQUIRE_SECOND_FACTOR", "false");
        command
    }

    /// Starts to serve on a port. What it says goes to files in `folder`, after what earlier ones said.
    pub fn start(folder: &Path, data: &Path, database: &str, port: u16, log: &str) -> Self {
        Self::start_with(folder, data, database, port, log, &[])
    }

    /// [`Program::start`] with settings of the environment.
    pub fn start_with(
        folder: &Path,
        data: &Path,
        database: &str,
        port: u16,
        log: &str,
        settings: &[(&str, &str)],
    ) -> Self {
        let file = |name: &str| {
            let path = folder.join(name);
            File::options().create(true).append(true).open(path).expect("a file for what the program says")
        };
        let child = Self::command(data, database, log)
            .envs(settings.iter().copied())
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .stdin(Stdio::null())
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .spawn()
            .expect("the program starts");
        Self { child, folder: folder.to_owned(), port }
    }

    /// Waits until it is ready.
    pub async fn ready(&mut self) {
        let http = Http::to(self.port);
        within(Duration::from_secs(60), "the program to be ready", async || {
            if let Some(status) = self.child.try_wait().expect("its state") {
                panic!("the program ended ({status}):\n{}", self.stderr());
            }
            let request = http.request(reqwest::Method::GET, "/readyz");
            http.try_send(request).await.filter(|answer| answer.status == 200)
        })
        .await;
    }

    /// Ends it as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Asks it to end, and waits until it has; the time that took and its exit code.
    pub async fn terminate(mut self) -> (Duration, Option<i32>) {
        let began = std::time::Instant::now();
        let signal = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(signal.success());
        let status =
            within(Duration::from_secs(20), "the program to end", async || self.child.try_wait().expect("its state"))
                .await;
        assert_eq!(status.signal(), None, "it ended by a signal that nobody sent; it said: {}", self.stderr());
        (began.elapsed(), status.code())
    }

    /// HTTP to it.
    pub fn http(&self) -> Http {
        Http::to(self.port)
    }

    /// What it printed.
    pub fn stdout(&self) -> String {
        std::fs::read_to_string(self.folder.join("stdout")).expect("what it printed")
    }

    /// What it logged.
    pub fn stderr(&self) -> String {
        std::fs::read_to_string(self.folder.join("stderr")).expect("what it logged")
    }

    /// The secret of the first administrator's link, which it printed.
    pub async fn setup_secret(&self) -> String {
        crate::until("the link of the first administrator", async || {
            let said = self.stdout();
            let at = said.find("#setup=")?;
            said[at + "#setup=".len()..].split_once('\n').map(|(secret, _)| secret.trim().to_owned())
        })
        .await
    }

    /// Runs a command to its end, with something on its standard input.
    pub fn run(mut command: Command, input: &str) -> Output {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdin.take().expect("its input").write_all(input.as_bytes()));
        child.wait_with_output().expect("it ends")
    }
}
