//! Kannel itself, with the network that Debian's packages play: what goes out, what is reported, what comes in.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;

use crate::gateway::{INBOUND, PASSWORD, USER};
use crate::{free_port, until};

const BEARERBOX: &str = "/usr/sbin/bearerbox";
const SMSBOX: &str = "/usr/sbin/smsbox";
const NETWORK: &str = "/usr/lib/kannel/test/fakesmsc";

/// A text that the network carried to a telephone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// To whom.
    pub to: String,
    /// What.
    pub text: String,
}

/// A gateway, its network, and the telephones there.
pub struct Kannel {
    url: String,
    carried: Arc<Mutex<Vec<Carried>>>,
    air: ChildStdin,
    /// In the order in which they end.
    programs: Vec<Child>,
    _folder: TempDir,
}

impl Drop for Kannel {
    fn drop(&mut self) {
        for program in &mut self.programs {
            drop(program.kill());
            drop(program.wait());
        }
    }
}

impl Kannel {
    /// Starts it; texts that come in go to the server on this port.
    pub async fn start(server: u16) -> Self {
        for program in [BEARERBOX, SMSBOX, NETWORK] {
            assert!(
                std::path::Path::new(program).exists(),
                "{program} is not there: install kannel and kannel-extras, or use ./tests/run"
            );
        }
        let folder = tempfile::tempdir().expect("a folder");
        let [admin, boxes, network, sending] = std::array::from_fn(|_| free_port());
        let settings = folder.path().join("kannel.conf");
        std::fs::write(&settings, configuration((admin, boxes, network, sending), server)).expect("written");
        let start = |program: &str| {
            let mut command = Command::new(program);
            command.arg(&settings).current_dir(folder.path());
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
        };
        let bearerbox = start(BEARERBOX);
        listening(network).await;
        listening(boxes).await;
        let smsbox = start(SMSBOX);
        listening(sending).await;
        let (air, carried, playing) = play(network);
        Self {
            url: format!("http://127.0.0.1:{sending}/cgi-bin/sendsms"),
            carried,
            air,
            programs: vec![playing, smsbox, bearerbox],
            _folder: folder,
        }
    }

    /// Where texts are handed to it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Somebody sends a text.
    pub fn sends(&mut self, from: &str, text: &str) {
        writeln!(self.air, "{from} 1234 text {text}").expect("the network is there");
        self.air.flush().expect("the network is there");
    }

    /// Waits until a text was carried to a number.
    pub async fn carries(&self, to: &str) -> Carried {
        let found = async || {
            let carried = self.carried.lock().unwrap_or_else(PoisonError::into_inner);
            carried.iter().rev().find(|one| one.to == to).cloned()
        };
        until(format!("a text to {to}"), found).await
    }
}

/// Starts the network: lines in are texts of telephones, lines out those that it carries to them.
fn play(port: u16) -> (ChildStdin, Arc<Mutex<Vec<Carried>>>, Child) {
    let mut command = Command::new(NETWORK);
    command.args(["-H", "127.0.0.1", "-r", &port.to_string(), "-i", "0.01", "-m", "1000"]);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut playing = piped.spawn().expect("the network starts");
    let (air, said) = (playing.stdin.take().expect("piped"), playing.stderr.take().expect("piped"));
    let carried = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&carried);
    std::thread::spawn(move || {
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            if let Some(one) = carried_in(&line) {
                into.lock().unwrap_or_else(PoisonError::into_inner).push(one);
            }
        }
    });
    (air, carried, playing)
}

/// `... Got message 1: <FROM TO text WORDS>`.
fn carried_in(line: &str) -> Option<Carried> {
    let (_, message) = line.split_once("Got message ")?.1.split_once('<')?;
    let mut parts = message.strip_suffix('>')?.splitn(4, ' ');
    let (_, to, _) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Carried { to: to.to_owned(), text: parts.next()?.to_owned() })
}

async fn listening(port: u16) {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    until(format!("Kannel on port {port}"), async || TcpStream::connect(address).ok().map(drop)).await;
}

/// As docs/operations.md says it.
fn configuration((admin, boxes, network, sending): (u16, u16, u16, u16), server: u16) -> String {
    format!(
        r#"
group = core
admin-port = {admin}
admin-password = none
admin-allow-ip = "127.0.0.1"
admin-deny-ip = "*.*.*.*"
admin-interface = "127.0.0.1"
smsbox-port = {boxes}
smsbox-interface = "127.0.0.1"
box-allow-ip = "127.0.0.1"
box-deny-ip = "*.*.*.*"

group = smsc
smsc = fake
smsc-id = NETWORK
host = 127.0.0.1
port = {network}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sending}
sendsms-interface = "127.0.0.1"
http-request-retry = 60000
http-queue-delay = 1

group = sendsms-user
username = {USER}
password = "{PASSWORD}"
user-allow-ip = "127.0.0.1"

group = sms-service
keyword = default
catch-all = yes
send-sender = true
accept-x-kannel-headers = yes
omit-empty = true
max-messages = 1
post-url = "http://kannel:{INBOUND}@127.0.0.1:{server}/v1/gateways/texts"
"#
    )
}
