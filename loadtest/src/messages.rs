//! WebSocket messages without a connection: bytes go in, whole text messages come out. As little work as can be,
//! because a load client takes from the server the very processor time it measures.

use std::io::{Cursor, Error, ErrorKind, Result};

use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{Frame, FrameHeader};

/// Largest message that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// A message that came in whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message<'a> {
    /// A text.
    Text(&'a [u8]),
    /// The server closes; what it says of it.
    Close(&'a [u8]),
    /// Anything else.
    Other,
}

/// Puts messages together. Holds nothing while no message is cut.
#[derive(Debug, Default)]
pub struct MessageReader {
    cut: Vec<u8>,
}

impl MessageReader {
    /// Takes bytes as they came; `take` gets every message that is whole by now.
    pub fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Message<'_>)) -> Result<()> {
        if self.cut.is_empty() {
            let done = messages(bytes, &mut take)?;
            self.cut = bytes.get(done..).unwrap_or_default().to_vec();
        } else {
            self.cut.extend_from_slice(bytes);
            let done = messages(&self.cut, &mut take)?;
            self.cut.drain(..done);
            if self.cut.is_empty() {
                self.cut = Vec::new();
            }
        }
        Ok(())
    }
}

/// Hands out the whole messages at the beginning of `bytes`; returns how many bytes they took.
fn messages(bytes: &[u8], take: &mut impl FnMut(Message<'_>)) -> Result<usize> {
    let mut done = 0;
    while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
        let mut cursor = Cursor::new(rest);
        let parsed = FrameHeader::parse(&mut cursor).map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        let Some((header, length)) = parsed else { break };
        if !header.is_final || header.mask.is_some() || length > LARGEST {
            return Err(Error::new(ErrorKind::InvalidData, "a frame in pieces, masked or too large"));
        }
        let start = usize::try_from(cursor.position()).unwrap_or(usize::MAX);
        let end = start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
        let Some(payload) = rest.get(start..end) else { break };
        take(match header.opcode {
            OpCode::Data(Data::Text) => Message::Text(payload),
            OpCode::Control(Control::Close) => Message::Close(payload),
            _ => Message::Other,
        });
        done += end;
    }
    Ok(done)
}

/// A text message as a client sends it. Its mask is zero, which spares this machine the work; servers
/// unmask all the same.
pub fn from_client(text: &str) -> Result<Vec<u8>> {
    framed(text.as_bytes(), Some([0; 4]))
}

/// A text message as a server sends it.
pub fn from_server(text: &[u8]) -> Result<Vec<u8>> {
    framed(text, None)
}

fn framed(text: &[u8], mask: Option<[u8; 4]>) -> Result<Vec<u8>> {
    let mut frame = Frame::message(text.to_vec(), OpCode::Data(Data::Text), true);
    frame.header_mut().mask = mask;
    let mut bytes = Vec::with_capacity(text.len() + 14);
    frame.format(&mut bytes).map_err(Error::other)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pieces: &[&[u8]]) -> (Vec<String>, MessageReader) {
        let (mut reader, mut texts) = (MessageReader::default(), Vec::new());
        for piece in pieces {
            reader
                .feed(piece, |message| {
                    texts.push(match message {
                        Message::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
                        Message::Close(_) => "close".into(),
                        Message::Other => "other".into(),
                    });
                })
                .unwrap();
        }
        (texts, reader)
    }

    #[test]
    fn messages_are_put_together_wherever_they_are_cut() {
        let long = "x".repeat(70_000);
        let all = ["a", "", long.as_str(), "bc"].map(|text| from_server(text.as_bytes()).unwrap()).concat();
        let expected: Vec<String> = ["a", "", long.as_str(), "bc"].map(str::to_owned).to_vec();
        assert_eq!(texts(&[&all]).0, expected);
        for cut in [1, 2, 3, 4, 5, 6, 14, 40_000, all.len() - 1] {
            let (found, reader) = texts(&[&all[..cut], &all[cut..]]);
            assert_eq!(found, expected, "cut at {cut}");
            assert_eq!(reader.cut.capacity(), 0, "nothing is held while idle");
        }
        let bytes: Vec<&[u8]> = all.chunks(1_000).collect();
        assert_eq!(texts(&bytes).0, expected);
    }

    #[test]
    fn a_close_is_told_and_what_no_server_sends_is_an_error() {
        assert_eq!(texts(&[&[0x88, 2, 3, 232]]).0, ["close"]);
        assert_eq!(texts(&[&[0x8a, 0]]).0, ["other"]);
        let feed = |bytes: &[u8]| MessageReader::default().feed(bytes, |_| {});
        assert!(feed(&from_client("masked").unwrap()).is_err());
        assert!(feed(&[0x01, 1, b'a']).is_err(), "a piece of a message");
        assert!(feed(&[0x81, 127, 0, 0, 0, 0, 0x7f, 0, 0, 0]).is_err(), "2 GB");
    }

    #[test]
    fn a_client_masks() {
        assert_eq!(from_client("hi").unwrap(), [0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
    }
}
