//! nginx with nchan, when it is installed: another server that sends one message to many sockets.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::future::join_all;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::connection::Connection;
use crate::fanout_report::kib_each;
use crate::floor::Receiver;
use crate::monotonic::now_ns;
use crate::process::Process;
use crate::receipts::Receipts;

/// Where Debian puts the module.
pub const MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";
/// How long it may take to listen.
const START: Duration = Duration::from_secs(5);
/// After the last message, until the processor time is read.
const SETTLE: Duration = Duration::from_millis(50);
/// Where its messages are published and its sockets dial.
const PUBLISH: &str = "/publish";
const SUBSCRIBE: &str = "/subscribe";

/// nginx with one worker, and as many sockets as the server has consoles, in another process.
pub struct Nchan {
    server: Child,
    receiver: Receiver,
    address: SocketAddr,
    folder: TempDir,
    /// KiB of its own memory that each socket took.
    pub pss_kib_per_socket: f64,
}

/// What nginx needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    nginx: PathBuf,
    module: PathBuf,
}

impl Installed {
    /// nginx and the module; none when either is missing.
    pub fn find(nginx: &Path, module: &Path) -> Option<Self> {
        (nginx.is_file() && module.is_file()).then(|| Self { nginx: nginx.to_owned(), module: module.to_owned() })
    }
}

impl Nchan {
    /// Starts it on a free port of this machine, and opens `sockets` WebSockets to it.
    pub async fn start(installed: &Installed, program: &Path, sockets: u32) -> Result<Self> {
        let folder = tempfile::tempdir().context("no directory for nginx")?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration(&installed.module, folder.path(), port, sockets))?;
        let server = Command::new(&installed.nginx)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&file)
            .arg("-e")
            .arg(folder.path().join("errors"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("nginx could not be started")?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let receiver = Receiver::start(program)?;
        let mut nchan = Self { server, receiver, address, folder, pss_kib_per_socket: 0.0 };
        nchan.wait().await?;
        let before = nchan.process()?.memory()?;
        nchan.receiver.connect(port, sockets, Some(SUBSCRIBE)).await?;
        nchan.pss_kib_per_socket = kib_each(before.pss_kib, nchan.process()?.memory()?.pss_kib, sockets);
        Ok(nchan)
    }

    async fn wait(&mut self) -> Result<()> {
        let began = std::time::Instant::now();
        while Connection::open(self.address).await.is_err() {
            if self.server.try_wait()?.is_some() || began.elapsed() > START {
                bail!("nginx with nchan did not start: {}", self.said());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("errors")).unwrap_or_default()
    }

    /// Its process.
    pub fn process(&self) -> Result<Process> {
        Ok(Process { pid: self.server.id().context("nginx has ended")? })
    }

    /// The process that receives.
    pub fn receiving_process(&self) -> Result<Process> {
        self.receiver.process()
    }

    /// Publishes all of these at once; gives the processor time that it took, in nanoseconds.
    pub async fn publish(&mut self, texts: &[Vec<u8>], longest: Duration) -> Result<(u64, Receipts)> {
        let mut connections = Vec::new();
        for _ in texts {
            connections.push(Connection::open(self.address).await?);
        }
        let requests: Vec<Vec<u8>> = texts.iter().map(|text| request(self.address, text)).collect();
        self.receiver.arm(u32::try_from(texts.len())?).await?;
        let (process, began_ns) = (self.process()?, now_ns());
        let before = process.cpu()?;
        let publishing = connections.iter_mut().zip(&requests);
        for answer in join_all(publishing.map(|(connection, request)| connection.exchange(request))).await {
            let status = answer.context("nchan did not answer")?.status;
            if !(200..300).contains(&status) {
                bail!("nchan refused a message: {status}");
            }
        }
        let receipts = self.receiver.end(began_ns, longest).await?;
        sleep(SETTLE).await;
        Ok((process.cpu()?.since(&before), receipts))
    }
}

fn request(address: SocketAddr, text: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {PUBLISH} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        text.len()
    );
    [head.as_bytes(), text].concat()
}

fn configuration(module: &Path, folder: &Path, port: u16, sockets: u32) -> String {
    let (module, folder, most) = (module.display(), folder.display(), sockets + 512);
    format!(
        "load_module {module};
daemon off;
master_process off;
worker_processes 1;
worker_rlimit_nofile {most};
pid {folder}/pid;
error_log {folder}/errors error;
events {{ worker_connections {most}; multi_accept on; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 1m;
  client_body_buffer_size 64k;
  tcp_nodelay on;
  nchan_shared_memory_size 64M;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = {PUBLISH} {{ nchan_publisher; nchan_channel_id all; nchan_message_buffer_length 256; nchan_message_timeout 1m; }}
    location = {SUBSCRIBE} {{ nchan_subscriber websocket; nchan_channel_id all; nchan_subscriber_first_message newest; }}
  }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_left_out_when_a_part_of_it_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let (nginx, module) = (folder.path().join("nginx"), folder.path().join("nchan.so"));
        fs::write(&nginx, "").unwrap();
        assert_eq!(Installed::find(&nginx, &module), None);
        fs::write(&module, "").unwrap();
        assert_eq!(Installed::find(&nginx, &module), Some(Installed { nginx: nginx.clone(), module }));
        assert_eq!(Installed::find(&folder.path().join("other"), &nginx), None);
    }

    #[test]
    fn a_message_is_published_whole_and_only_on_this_machine() {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 81));
        let request = String::from_utf8(request(address, b"{\"t\":1}")).unwrap();
        assert!(request.starts_with("POST /publish HTTP/1.1\r\nHost: 127.0.0.1:81\r\n"));
        assert!(request.ends_with("Content-Length: 7\r\n\r\n{\"t\":1}"));
        let configuration = configuration(Path::new("/m.so"), Path::new("/f"), 81, 10_000);
        assert!(configuration.contains("listen 127.0.0.1:81 ") && configuration.contains("worker_connections 10512;"));
    }
}
