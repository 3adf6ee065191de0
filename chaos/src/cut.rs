//! Deletes whole WebSocket frames from what a server says, as a proxy in the middle that loses some would.
//! Of a frame it keeps its head alone in memory, at most ten bytes.

/// Longest head of an answer that is looked through for its end; a longer one is not an upgrade of ours.
const LONGEST_HEAD: usize = 16 * 1024;

enum State {
    /// Within the head of the first answer: what was seen of it.
    Head(Vec<u8>),
    /// The connection is no WebSocket: everything passes.
    Other,
    /// Between frames, or within a frame's head: what was seen of it.
    Between(Vec<u8>),
    /// Within a frame: bytes left, and whether it is deleted.
    Within(u64, bool),
}

/// One direction of one connection, from its first byte on.
pub struct Cutter {
    state: State,
    deleted: u64,
}

impl Default for Cutter {
    fn default() -> Self {
        Self { state: State::Head(Vec::new()), deleted: 0 }
    }
}

impl Cutter {
    /// Whether frames are on it.
    pub fn is_websocket(&self) -> bool {
        matches!(self.state, State::Between(_) | State::Within(..))
    }

    /// How many frames were deleted.
    pub fn deleted(&self) -> u64 {
        self.deleted
    }

    /// What passes of these bytes. `loses` is asked once for each whole message of text or bytes; control frames and
    /// pieces of messages always pass.
    pub fn pass(&mut self, bytes: &[u8], mut loses: impl FnMut() -> bool) -> Vec<u8> {
        let mut passed = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match &mut self.state {
                State::Other => {
                    passed.extend_from_slice(rest);
                    &[]
                }
                State::Head(_) => self.head(rest, &mut passed),
                State::Between(_) => self.between(rest, &mut passed, &mut loses),
                State::Within(left, deleted) => {
                    let here = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    let (frame, after) = rest.split_at(here);
                    if !*deleted {
                        passed.extend_from_slice(frame);
                    }
                    *left -= here as u64;
                    if *left == 0 {
                        self.state = State::Between(Vec::new());
                    }
                    after
                }
            };
        }
        passed
    }

    fn head<'a>(&mut self, bytes: &'a [u8], passed: &mut Vec<u8>) -> &'a [u8] {
        let State::Head(seen) = &mut self.state else { return bytes };
        let before = seen.len();
        seen.extend_from_slice(bytes);
        let end = seen.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
        let upgraded = seen.starts_with(b"HTTP/1.1 101");
        let taken = match end {
            Some(end) => end - before.min(end),
            None => bytes.len(),
        };
        if end.is_some() || seen.len() > LONGEST_HEAD {
            self.state = if end.is_some() && upgraded { State::Between(Vec::new()) } else { State::Other };
        }
        let (head, rest) = bytes.split_at(taken.min(bytes.len()));
        passed.extend_from_slice(head);
        rest
    }

    fn between<'a>(&mut self, bytes: &'a [u8], passed: &mut Vec<u8>, loses: &mut impl FnMut() -> bool) -> &'a [u8] {
        let State::Between(head) = &mut self.state else { return bytes };
        let Some((first, rest)) = bytes.split_first() else { return bytes };
        head.push(*first);
        if let Some(length) = length(head) {
            let (last, opcode) = head.first().map_or((false, 0), |first| (first & 0x80 != 0, first & 0x0f));
            let deleted = last && matches!(opcode, 1 | 2) && loses();
            self.deleted += u64::from(deleted);
            if !deleted {
                passed.extend_from_slice(head);
            }
            self.state = if length == 0 { State::Between(Vec::new()) } else { State::Within(length, deleted) };
        }
        rest
    }
}

/// How many bytes follow a frame's head, once all of it is there. What a server says is not masked; a mask counts as
/// part of what follows.
fn length(head: &[u8]) -> Option<u64> {
    let second = *head.get(1)?;
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let length = match second & 0x7f {
        126 => u64::from(u16::from_be_bytes(head.get(2..4)?.try_into().ok()?)),
        127 => u64::from_be_bytes(head.get(2..10)?.try_into().ok()?),
        short => u64::from(short),
    };
    Some(length.saturating_add(mask))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UPGRADE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";

    fn frame(first: u8, length: usize) -> Vec<u8> {
        let mut frame = vec![first];
        match length {
            0..126 => frame.push(length as u8),
            126..65_536 => {
                frame.push(126);
                frame.extend((length as u16).to_be_bytes());
            }
            _ => {
                frame.push(127);
                frame.extend((length as u64).to_be_bytes());
            }
        }
        frame.extend(std::iter::repeat_n(first ^ 0x55, length));
        frame
    }

    proptest! {
        #[test]
        fn frames_pass_whole_or_not_at_all_however_the_bytes_are_cut(
            lengths in prop::collection::vec((prop::sample::select(vec![0, 1, 125, 126, 700, 65_535, 65_536, 70_000]), any::<bool>()), 1..8),
            piece in 1_usize..5_000,
        ) {
            let mut stream = UPGRADE.to_vec();
            let mut expected = UPGRADE.to_vec();
            for (length, lost) in &lengths {
                stream.extend(frame(0x81, *length));
                if !lost {
                    expected.extend(frame(0x81, *length));
                }
                // A heartbeat of the protocol is never lost.
                stream.extend(frame(0x89, 3));
                expected.extend(frame(0x89, 3));
            }
            let mut losses = lengths.iter().map(|(_, lost)| *lost);
            let mut cutter = Cutter::default();
            let passed: Vec<u8> = stream.chunks(piece).flat_map(|bytes| cutter.pass(bytes, || losses.next().unwrap())).collect();
            prop_assert!(passed == expected);
            prop_assert_eq!(cutter.deleted() as usize, lengths.iter().filter(|(_, lost)| *lost).count());
        }

        #[test]
        fn what_is_no_websocket_passes_as_it_is(body in prop::collection::vec(any::<u8>(), 0..2_000), piece in 1_usize..300) {
            let stream = [b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n".as_slice(), &body].concat();
            let mut cutter = Cutter::default();
            let passed: Vec<u8> = stream.chunks(piece).flat_map(|bytes| cutter.pass(bytes, || true)).collect();
            prop_assert!(passed == stream);
            prop_assert!(!cutter.is_websocket());
        }
    }
}
