//! A Redis that a test may pause, kill and empty: the real server, on a port of its own.

use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
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
    tls: bool,
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
        let mut redis = Self { port: free_port(), password, folder, tls: false, child: None };
        redis.start_again().await;
        redis
    }

    /// Starts one that is reached by TLS alone, with a certificate of an authority of its own.
    pub async fn start_with_tls() -> Self {
        let folder = tempfile::Builder::new().prefix("muster-test-redis.").tempdir().expect("a temporary folder");
        certificates(folder.path());
        let password = muster::kernel::ids::random().simple().to_string();
        let mut redis = Self { port: free_port(), password, folder, tls: true, child: None };
        redis.start_again().await;
        redis
    }

    /// The certificate of the authority behind its own.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// Starts it again after it was killed, on the same port, empty.
    pub async fn start_again(&mut self) {
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--requirepass", &self.password, "--save", "", "--appendonly", "no"])
            .args(self.listens())
            .arg("--dir")
            .arg(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.expect("redis-server starts"));
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        let answers = async || match self.tls {
            true => TcpStream::connect(address).ok().map(drop),
            false => self.says(&["PING"]).map(drop),
        };
        within(Duration::from_secs(20), "Redis to answer", answers).await;
    }

    fn listens(&self) -> Vec<String> {
        let port = self.port.to_string();
        if !self.tls {
            return vec!["--port".into(), port];
        }
        let file = |name: &str| self.folder.path().join(name).display().to_string();
        let clients = ["--tls-auth-clients".into(), "no".into(), "--port".into(), "0".into()];
        let key = ["--tls-cert-file".into(), file("redis.pem"), "--tls-key-file".into(), file("redis.key")];
        let authority = ["--tls-port".into(), port, "--tls-ca-cert-file".into(), file("authority.pem")];
        [clients, key, authority].concat()
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
        let scheme = if self.tls { "rediss" } else { "redis" };
        format!("{scheme}://:{}@127.0.0.1:{}/", self.password, self.port)
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

/// An authority, and a certificate of it for this machine.
fn certificates(folder: &Path) {
    let openssl = |arguments: &str| {
        let made = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output();
        let made = made.expect("openssl runs");
        assert!(made.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&made.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc";
    openssl(&format!("req -x509 {key} -keyout authority.key -out authority.pem -days 2 -subj /CN=authority"));
    openssl(&format!("req {key} -keyout redis.key -out redis.csr -subj /CN=redis"));
    std::fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n").expect("written");
    openssl(
        "x509 -req -in redis.csr -CA authority.pem -CAkey authority.key -CAcreateserial -out redis.pem -days 2 -extfile names",
    );
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
