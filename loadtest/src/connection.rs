//! One kept-alive HTTP/1.1 connection that sends prepared bytes: as cheap as a client can be, and it
//! knows how many bytes went over the wire.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longest wait for an answer.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// A server may close a connection that was quiet for some seconds; an older one is not used again.
const QUIET: Duration = Duration::from_secs(2);
/// Largest answer that is read.
const LARGEST: usize = 1 << 20;

/// An open connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    used: Instant,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// Head and body together, in bytes.
    pub bytes: usize,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = timeout(PATIENCE, TcpStream::connect(address)).await??;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4_096), used: Instant::now() })
    }

    /// Whether the server may have closed it meanwhile.
    pub fn is_stale(&self) -> bool {
        self.used.elapsed() > QUIET
    }

    /// Sends one whole request and reads its answer. After an error the connection is of no more use.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        timeout(PATIENCE, async {
            self.stream.write_all(request).await?;
            self.buffer.clear();
            loop {
                if let Some(answer) = whole(&self.buffer)? {
                    self.used = Instant::now();
                    return Ok(answer);
                }
                if self.buffer.len() > LARGEST {
                    return Err(Error::new(ErrorKind::InvalidData, "the answer is too large"));
                }
                if self.stream.read_buf(&mut self.buffer).await? == 0 {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
            }
        })
        .await?
    }
}

/// The answer in these bytes, if all of it is there.
fn whole(bytes: &[u8]) -> Result<Option<Answer>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Response::new(&mut headers);
    let parsed = head.parse(bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
    let httparse::Status::Complete(start) = parsed else { return Ok(None) };
    let length = head
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .and_then(|header| std::str::from_utf8(header.value).ok()?.trim().parse::<usize>().ok())
        .ok_or_else(|| Error::new(ErrorKind::InvalidData, "the answer does not say its length"))?;
    let status = head.code.unwrap_or_default();
    Ok(bytes.get(start..start + length).map(|body| Answer { status, body: body.to_vec(), bytes: start + length }))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length: 2\r\n\r\n{}";

    #[test]
    fn an_answer_is_whole_only_with_its_last_byte() {
        for cut in 0..ANSWER.len() {
            assert_eq!(whole(&ANSWER[..cut]).unwrap(), None, "{cut}");
        }
        assert_eq!(whole(ANSWER).unwrap(), Some(Answer { status: 201, body: b"{}".to_vec(), bytes: ANSWER.len() }));
    }

    #[test]
    fn an_answer_without_a_length_is_an_error() {
        assert!(whole(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(whole(b"not http at all\r\n\r\n").is_err());
    }

    #[tokio::test]
    async fn requests_follow_each_other_on_one_connection_and_a_cut_is_an_error() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            for _ in 0..2 {
                let mut request = [0; 4];
                stream.read_exact(&mut request).await.unwrap();
                assert_eq!(&request, b"ping");
                let (first, second) = ANSWER.split_at(30);
                stream.write_all(first).await.unwrap();
                stream.flush().await.unwrap();
                stream.write_all(second).await.unwrap();
            }
        });
        let mut connection = Connection::open(address).await.unwrap();
        for _ in 0..2 {
            assert_eq!(connection.exchange(b"ping").await.unwrap().status, 201);
        }
        server.await.unwrap();
        assert!(connection.exchange(b"ping").await.is_err());
    }
}
