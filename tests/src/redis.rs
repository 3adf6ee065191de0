//! A Redis that a test may pause, kill and empty: the real server, on a port of its own.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{free_port, within};

/// A Redis of a test's own. Dropped, it ends.
pub struct Redis {
    port: u16,
    password: String,
    folder: TempDir,
    child: Option<Child>,
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Redis {
    /// Starts one and waits until it answers.
    pub async fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("muster-test-redis.").tempdir().expect("a temporary folder");
        let password = muster::kernel::ids::random().simple().to_string();
        let mut redis = Self { port: free_port(), password, folder, child: None };
        redis.start_again().await;
        redis
    }

    /// Starts it again after it was killed, on the same port, empty.
    pub async fn start_again(&mut self) {
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--requirepass", &self.password])
            .args(["--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.expect("redis-server starts"));
        within(Duration::from_secs(20), "Redis to answer", async || self.says(&["PING"]).is_some().then_some(())).await;
    }

    /// The number of its process, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What goes into the setting `redis`.
    pub fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}/", self.password, self.port)
    }

    /// Its address, to put a proxy before it.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The same Redis through a port of this machine.
    pub fn url_by_port(&self, port: u16) -> String {
        format!("redis://:{}@127.0.0.1:{port}/", self.password)
    }

    /// Kills it; nothing to do when it is dead.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }

    /// Stops its process as it is: connections stay open, nothing is answered.
    pub fn pause(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("Redis is running");
        let pid = Pid::from_child(child);
        kill_process(pid, signal).expect("the process is there");
    }

    /// What it answers to a command; none when it does not.
    pub fn says(&self, command: &[&str]) -> Option<redis::Value> {
        let client = redis::Client::open(self.url()).expect("a URL");
        let mut connection = client.get_connection_with_timeout(Duration::from_secs(2)).ok()?;
        let (name, arguments) = command.split_first().expect("a command");
        redis::cmd(name).arg(arguments).query(&mut connection).ok()
    }

    /// Publishes bytes on every channel that somebody listens to; how many heard them.
    pub fn publishes_everywhere(&self, bytes: &[u8]) -> usize {
        let client = redis::Client::open(self.url()).expect("a URL");
        let mut connection = client.get_connection_with_timeout(Duration::from_secs(2)).expect("Redis answers");
        let channels: Vec<String> = redis::cmd("PUBSUB").arg("CHANNELS").query(&mut connection).expect("channels");
        let heard = channels.iter().map(|channel| -> usize {
            redis::cmd("PUBLISH").arg(channel).arg(bytes).query(&mut connection).expect("published")
        });
        heard.sum()
    }

    /// Listens on every channel from now on.
    pub fn listen(&self) -> Overheard {
        let client = redis::Client::open(self.url()).expect("a URL");
        let mut connection = client.get_connection_with_timeout(Duration::from_secs(2)).expect("Redis answers");
        redis::cmd("PSUBSCRIBE").arg("*").exec(&mut connection).expect("subscribed");
        Overheard { connection }
    }
}

/// What is said on every channel.
pub struct Overheard {
    connection: redis::Connection,
}

impl Overheard {
    /// What was said until now, and until nothing is said for a tenth of a second.
    pub fn messages(mut self) -> Vec<Vec<u8>> {
        let mut listening = self.connection.as_pubsub();
        listening.set_read_timeout(Some(Duration::from_millis(100))).expect("set");
        std::iter::from_fn(|| listening.get_message().ok())
            .map(|message| message.get_payload_bytes().to_vec())
            .collect()
    }
}
